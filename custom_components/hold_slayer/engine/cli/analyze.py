"""``hold-slayer analyze``: run recorded audio through the very hearing a live call uses, faster than real time."""

import argparse
from collections.abc import Iterator
from dataclasses import dataclass
import json
from pathlib import Path
import sys

import numpy as np
from numpy.typing import NDArray

from ..audio.wav import WavError, read_wav
from ..call.hearing import Hearing
from ..model.audio_frame import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from ..model.call_event import FrameLabelledEvent, HearingEvent, ToneHeardEvent, VerdictChangedEvent
from ..model.phase import Verdict

ENDED = "ended"
"""The state after the last: the far end is busy, or the audio is over."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the hearing knew, at ``t`` seconds of consumed audio; `values` in the order they are printed."""

    t: float
    kind: str
    values: dict[str, str | float]

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps({"t": self.t, "kind": self.kind, **self.values})

    def as_text(self) -> str:
        """One line for a person."""
        if self.kind == "state":
            details = f"{self.values['state']:<10} {self.values['confidence']:.2f}  {self.values['reason']}"
        else:
            details = "  ".join(str(value) for value in self.values.values())
        return f"{self.t:9.2f}  {self.kind:<6} {details}"


def add_parser(subparsers: argparse._SubParsersAction[argparse.ArgumentParser]) -> None:
    """Register the sub-command."""
    parser = subparsers.add_parser("analyze", help="tell what is heard in a recorded call")
    parser.add_argument("file", metavar="FILE.wav", type=Path, help="mono WAV: PCM16, A-law or mu-law, 8 or 16 kHz")
    parser.add_argument("--json", action="store_true", help="one JSON object a line, the 100 ms labels included")
    parser.add_argument("--plot", metavar="OUT.png", type=Path, help="draw waveform, classes and states")
    parser.set_defaults(run=run)


def run(args: argparse.Namespace) -> int:
    """Analyze the file; 0 when it could be read, 2 with one line on stderr when not."""
    try:
        samples = read_wav(args.file)
    except WavError as err:
        return _complain(f"{args.file}: {err}")
    except OSError as err:
        return _complain(f"{args.file}: {err.strerror or err}")
    if args.plot is not None and not _can_plot():
        return _complain("--plot needs matplotlib, which is not installed")
    lines: list[Line] = []
    try:
        for line in analyze(samples):
            if args.json:
                print(line.as_json())
            elif line.kind != "frame":
                print(line.as_text())
            if args.plot is not None:
                lines.append(line)
        sys.stdout.flush()
    except BrokenPipeError:
        sys.stderr.close()  # the reader went away; nothing more to say to anybody
        return 0
    if args.plot is not None:
        from .analysis_plot import draw  # noqa: PLC0415 - matplotlib takes a second to load and is wanted only here

        try:
            draw(samples, lines, args.plot)
        except (OSError, ValueError) as err:
            return _complain(f"{args.plot}: {err}")
    return 0


def analyze(samples: NDArray[np.int16]) -> Iterator[Line]:
    """Yield what is heard in 8 kHz samples. A last piece shorter than a frame is filled up with silence."""
    hearing = Hearing()
    hearing.answered()
    is_over = False
    count = -(-len(samples) // FRAME_SAMPLES)
    padded = np.zeros(count * FRAME_SAMPLES, "<i2")
    padded[: len(samples)] = samples
    for index in range(count):
        frame = AudioFrame(padded[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES].tobytes(), index)
        for event in hearing.feed(frame):
            line = _line(event)
            if line is not None:
                yield line
            if isinstance(event, ToneHeardEvent) and event.name == "busy" and not is_over:
                is_over = True
                yield Line(round(event.t_s, 2), "state", {"state": ENDED, "confidence": 0.9, "reason": "busy_tone"})
    if not is_over:
        end = round(len(samples) / SAMPLE_RATE, 2)
        yield Line(end, "state", {"state": ENDED, "confidence": 1.0, "reason": "end_of_audio"})


def _line(event: HearingEvent) -> Line | None:
    t = round(event.t_s, 2)
    match event:
        case FrameLabelledEvent(label=label):
            return Line(t, "frame", {"label": str(label)})
        case ToneHeardEvent(name=name):
            return Line(t, "tone", {"name": name})
        case VerdictChangedEvent(verdict=verdict, confidence=confidence, reason=reason):
            if verdict is Verdict.UNCERTAIN:
                return None
            return Line(t, "state", {"state": str(verdict), "confidence": confidence, "reason": reason})
        case _:
            return None


def _can_plot() -> bool:
    from importlib.util import find_spec  # noqa: PLC0415 - only for --plot

    return find_spec("matplotlib") is not None


def _complain(message: str) -> int:
    print(f"hold-slayer: {' '.join(message.split())}", file=sys.stderr)
    return 2
