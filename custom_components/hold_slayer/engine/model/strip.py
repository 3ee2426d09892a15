"""What has been on a line, as a strip of runs: small enough to be shown, kept and sent along."""

from collections.abc import Iterable
from dataclasses import dataclass
from enum import StrEnum


class HeardClass(StrEnum):
    """What the strip tells apart."""

    SILENCE = "silence"
    TONE = "tone"
    MUSIC = "music"
    SPEECH = "speech"
    """Somebody or something; nobody knows yet."""
    RECORDING = "recording"
    """Speech that turned out to be a menu's or an announcement's."""
    CANDIDATE = "candidate"
    """Maybe a human."""
    HUMAN = "human"


@dataclass(frozen=True, slots=True)
class StripRun:
    """One class from ``start_s`` to ``end_s`` (audio time of the far leg, seconds)."""

    start_s: float
    end_s: float
    heard: HeardClass


def strip_as_rows(runs: Iterable[StripRun]) -> list[list[float | str]]:
    """Runs as ``[start, class]`` and at the end ``[end, ""]``: runs follow each other without gaps. For JSON."""
    rows: list[list[float | str]] = []
    end = 0.0
    for run in runs:
        rows.append([round(run.start_s, 1), run.heard.value])
        end = run.end_s
    if rows:
        rows.append([round(end, 1), ""])
    return rows
