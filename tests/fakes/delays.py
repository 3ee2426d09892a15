"""How long beeps travel: when they began against when they were heard."""

from collections.abc import Sequence
from statistics import median
from typing import Any

_MOST_MS = 900.0
"""A beep comes each second: what is later belongs to the one before."""


def delays(began: Sequence[float], heard: Sequence[float]) -> list[float]:
    """Milliseconds from the last beginning before each hearing, both in milliseconds of one clock."""
    found = [min((each - start for start in began if each > start), default=_MOST_MS) for each in heard]
    return [delay for delay in found if delay < _MOST_MS]


def both_ways(tapped: dict[str, Any], events: Sequence[dict[str, Any]], since: float = 0.0) -> dict[str, list[float]]:
    """Delays of the beeps after ``since`` (wall clock, seconds).

    ``down``: from the company's packet to what leaves the card for the loudspeaker; ``up``: from the microphone's sound in the
    page to the packet that arrives at the company.
    """
    sent = [event["sent_at"] * 1000 for event in events if event["event"] == "beep"]
    heard = [
        event["heard_at"] * 1000 for event in events if event["event"] == "user_beep" and event["heard_at"] > since
    ]
    return {
        "down": delays(sent, [at for at in tapped["far"]["beeps"] if at > since * 1000]),
        "up": delays(tapped["near"]["beeps"], heard),
    }


def summary(values: Sequence[float]) -> dict[str, float]:
    """Median and extremes, whole milliseconds."""
    return {"median_ms": round(median(values)), "least_ms": round(min(values)), "most_ms": round(max(values))}
