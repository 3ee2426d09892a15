"""``hold-slayer report``: pack a misheard call into one file that can be attached to a bug report and heard again.

Only with ``--consent`` and only of a call that was recorded. No number, name, goal, fact or address is packed; words only with
``--with-transcript``.
"""

import argparse
from collections.abc import Iterable, Mapping
from contextlib import closing
import json
from pathlib import Path
import platform
import re
import sqlite3
import sys
import tempfile
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..agent.strip import StripBuilder
from ..audio.wav import WavError, decode_wav, read_marks
from ..media.wav_writer import WavWriter
from ..model.audio_frame import SAMPLE_RATE
from ..model.phase import FrameLabel, Phase
from ..model.recording import MarkName, RecordingMark, RecordingTracks
from ..model.strip import strip_as_rows
from .numbers import without_numbers
from .replay import Line, analyze
from .report_file import AUDIO, CUES, EVENTS, FORMAT, REPORT, STRIP, VERDICTS, VERSION, write_report

_CALL_ID = re.compile(r"[0-9a-f]{32}")
_SETTINGS = (
    ("data", "transport"),
    ("options", "hold_minutes"),
    ("options", "speech", "language"),
    ("options", "model", "llm"),
    ("options", "recording", "record"),
    ("options", "recording", "tracks"),
)
"""What of the settings may go: nothing that names anybody."""
_KEPT_DATA = ("text", "digits", "reason", "repeated", "confidence", "service", "outcome", "at_s")
_WORDS = frozenset({"text", "digits"})


class _ReportRefusedError(Exception):
    """Nothing was packed; the message says why, in one line."""


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    parser = subparsers.add_parser("report", help="pack a misheard call into one file for a bug report")
    parser.add_argument("call", metavar="CALL", help="a recording (FILE.wav), or the id of a recorded call")
    parser.add_argument("--consent", action="store_true", help="everybody who is heard in it may be heard by others")
    parser.add_argument("--with-transcript", action="store_true", help="pack the words too, numbers in them left out")
    parser.add_argument("--config", type=Path, metavar="FOLDER", help="Home Assistant's configuration: for call ids")
    parser.add_argument("--diagnostics", type=Path, metavar="FILE.json", help="the account's diagnostics: for settings")
    parser.add_argument("-o", "--output", type=Path, metavar="OUT.zip")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Pack; 0 when done, 1 with one line on stderr when not."""
    try:
        path = _pack(args)
    except (_ReportRefusedError, WavError) as err:
        return _complain(str(err))
    except OSError as err:
        return _complain(f"{err.filename or args.call}: {err.strerror or err}")
    print(path)
    return 0


def _pack(args: argparse.Namespace) -> Path:
    if not args.consent:
        raise _ReportRefusedError(
            "the sound of the call would leave this machine: say --consent if everybody heard in it may be heard by others"
        )
    recording, history = _find(args.call, args.config)
    data = recording.read_bytes()
    samples, marks = decode_wav(data), read_marks(data)
    lines = list(analyze(samples, marks))
    about = {
        "format": FORMAT,
        "version": VERSION,
        "hold_slayer": _version(),
        "python": platform.python_version(),
        "numpy": np.__version__,
        "machine": platform.machine(),
        "seconds": round(len(samples) / SAMPLE_RATE, 2),
        "has_pauses": any(mark.name in (MarkName.PAUSED, MarkName.LOST) for mark in marks),
        "call": history.about if history is not None else {},
        "settings": _settings(args.diagnostics),
    }
    strip = history.strip if history is not None and history.strip else _strip(lines)
    files = {
        REPORT: json.dumps(about, indent=1).encode(),
        AUDIO: _audio(samples, marks),
        CUES: _jsonl({"t": line.t, **line.values, **line.cues} for line in lines if line.kind == "frame"),
        VERDICTS: "".join(line.as_json() + "\n" for line in lines if line.kind != "frame").encode(),
        STRIP: json.dumps(strip).encode(),
    }
    if history is not None:
        files[EVENTS] = _jsonl(_event(row, with_words=args.with_transcript) for row in history.events)
    path = args.output or Path(f"hold-slayer-report-{recording.stem[:12]}.zip")
    write_report(path, files)
    return path


# --- where things are -----------------------------------------------------------------------------------------------


class _History:
    """What the history says of one call."""

    def __init__(self, row: Mapping[str, Any], events: list[dict[str, Any]]) -> None:
        answered, ended = row["answered_at"], row["ended_at"]
        self.about = {
            "outcome": row["outcome"],
            "hold_s": round(row["hold_s"], 1),
            "answered_after_s": None if answered is None else round(answered - row["started_at"], 1),
            "lasted_s": None if ended is None else round(ended - row["started_at"], 1),
        }
        self.strip = json.loads(row["strip"])
        self.events = events


def _find(call: str, config: Path | None) -> tuple[Path, _History | None]:
    """The recording, and what is known of its call."""
    call_id = Path(call).stem
    history = (
        _history(config / "hold_slayer.db", call_id) if config is not None and _CALL_ID.fullmatch(call_id) else None
    )
    path = Path(call)
    if path.suffix.lower() == ".wav" or not _CALL_ID.fullmatch(call):
        if not path.is_file():
            raise _ReportRefusedError(f"{call}: there is no such recording, and it is not the id of a call")
        return path, history
    if config is None:
        raise _ReportRefusedError("the id of a call needs --config FOLDER, Home Assistant's configuration folder")
    if history is None:
        raise _ReportRefusedError("the history does not know this call")
    found = sorted((config / "hold_slayer_recordings").glob(f"*/{call_id}.wav"))
    if not found:
        raise _ReportRefusedError("the call was not recorded, or its recording has been deleted")
    return found[0], history


def _history(database: Path, call_id: str) -> _History | None:
    if not database.is_file():
        raise _ReportRefusedError(f"{database}: there is no history of calls")
    try:
        with closing(sqlite3.connect(f"{database.absolute().as_uri()}?mode=ro", uri=True)) as connection:
            connection.row_factory = sqlite3.Row
            row = connection.execute("SELECT * FROM calls WHERE call_id = ?", (call_id,)).fetchone()
            if row is None:
                return None
            events = connection.execute(
                "SELECT kind, t_s, data FROM events WHERE call_id = ? ORDER BY event_id", (call_id,)
            ).fetchall()
        return _History(dict(row), [{**event, "data": json.loads(event["data"])} for event in map(dict, events)])
    except (sqlite3.Error, KeyError, ValueError) as err:
        raise _ReportRefusedError(f"{database}: the history cannot be read ({type(err).__name__})") from None


def _settings(diagnostics: Path | None) -> dict[str, Any]:
    if diagnostics is None:
        return {}
    try:
        content = json.loads(diagnostics.read_text(encoding="utf-8"))
    except ValueError:
        raise _ReportRefusedError(f"{diagnostics}: not the diagnostics of an account") from None
    content = content.get("data", {}) if isinstance(content, dict) else {}
    found = {}
    for path in _SETTINGS:
        value: Any = content
        for key in path:
            value = value.get(key) if isinstance(value, dict) else None
        if isinstance(value, bool | int | float | str):
            found[".".join(path)] = value
    return found


# --- what is packed -------------------------------------------------------------------------------------------------


def _event(row: Mapping[str, Any], *, with_words: bool) -> dict[str, Any]:
    """One occurrence; words only when wanted, and no numbers in them."""
    data = {key: row["data"][key] for key in _KEPT_DATA if key in row["data"] and (with_words or key not in _WORDS)}
    data = {key: without_numbers(value) if isinstance(value, str) else value for key, value in data.items()}
    return {"t_s": round(row["t_s"], 2), "kind": row["kind"], **data}


def _audio(samples: NDArray[np.int16], marks: tuple[RecordingMark, ...]) -> bytes:
    with tempfile.TemporaryDirectory() as folder:
        writer = WavWriter(Path(folder) / AUDIO, RecordingTracks.FAR)
        writer.write(samples.astype("<i2").tobytes())
        writer.finish(marks)
        return writer.path.read_bytes()


def _strip(lines: Iterable[Line]) -> list[list[float | str]]:
    """The strip by ear alone, for a recording without a history."""
    builder, phase = StripBuilder(), Phase.NAVIGATING
    phases = {"candidate": Phase.CANDIDATE, "human": Phase.HUMAN, "hold": Phase.ON_HOLD}
    for line in lines:
        if line.kind == "state":
            phase = phases.get(str(line.values["state"]), Phase.NAVIGATING)
        elif line.kind == "frame":
            label, is_repeat = FrameLabel(str(line.values["label"])), line.cues["repeat"] > 0
            builder.add(line.t, label, phase, is_human=phase is Phase.HUMAN, is_repeat=is_repeat)
    return strip_as_rows(builder.runs)


def _jsonl(rows: Iterable[Mapping[str, Any]]) -> bytes:
    return "".join(json.dumps(row, ensure_ascii=False) + "\n" for row in rows).encode()


def _version() -> str:
    manifest = Path(__file__).resolve().parents[2] / "manifest.json"
    try:
        return str(json.loads(manifest.read_text(encoding="utf-8"))["version"])
    except OSError, ValueError, KeyError:
        return "unknown"


def _complain(message: str) -> int:
    print(f"hold-slayer: {' '.join(message.split())}", file=sys.stderr)
    return 1
