"""Runs recorded audio through the very hearing a live call uses, told what the live one was told."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, field
import json

import numpy as np
from numpy.typing import NDArray

from ..audio.wav import WavError
from ..call.hearing import Hearing
from ..model.audio_frame import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from ..model.call_event import (
    FrameLabelledEvent,
    HearingEvent,
    HoldInterruptedEvent,
    HoldPatternHeardEvent,
    ToneHeardEvent,
    VerdictChangedEvent,
)
from ..model.phase import Verdict
from ..model.recording import MarkName, RecordingMark

ENDED = "ended"
"""The state after the last: the far end is busy, or the audio is over."""


@dataclass(frozen=True, slots=True)
class Line:
    """One thing the hearing knew, at ``t`` seconds of consumed audio; `values` in the order they are printed."""

    t: float
    kind: str
    """``frame``, ``tone``, ``state``; ``hold`` where it repeats itself, ``break`` where that is interrupted."""
    values: dict[str, str | float]
    cues: Mapping[str, float] = field(default_factory=dict)
    """With frames: level, the five probabilities of the score, and 1 where what is said was said before. Not printed."""

    def as_json(self) -> str:
        """One JSON object."""
        return json.dumps({"t": self.t, "kind": self.kind, **self.values})

    def as_text(self) -> str:
        """One line for a person."""
        if self.kind == "state":
            details = f"{self.values['state']:<10} {self.values['confidence']:.2f}  {self.values['reason']}"
        elif self.kind == "hold":
            details = f"{self.values['sound']} every {self.values['period_s']} s, {self.values['times']} times by now"
        elif self.kind == "break":
            details = f"{self.values['when']:<10} {self.values['log_odds']:+.2f}"
        else:
            details = "  ".join(str(value) for value in self.values.values())
        return f"{self.t:9.2f}  {self.kind:<6} {details}"


def analyze(samples: NDArray[np.int16], marks: Sequence[RecordingMark] = ()) -> Iterator[Line]:
    """Yield what is heard in 8 kHz samples. A last piece shorter than a frame is filled up with silence.

    ``marks`` are a recording's: what the live hearing was told is told again at its place. Without any, the line counts as
    answered from the start.
    """
    waiting: list[Line] = []
    for line in _as_known(samples, marks):
        if line.kind != "frame":
            waiting.append(line)
            continue
        due = [other for other in waiting if other.t < line.t - 0.01]
        waiting = [other for other in waiting if other.t >= line.t - 0.01]
        yield from due
        yield line
    yield from waiting


def _as_known(samples: NDArray[np.int16], marks: Sequence[RecordingMark] = ()) -> Iterator[Line]:
    """Yield lines as they become known: labels 0.3 s after what else is told of the same moment."""
    hearing = Hearing()
    hints = [mark for mark in marks if mark.name in MarkName.HINTS]
    if not hints:
        hearing.answered()
    is_over = False
    count = -(-len(samples) // FRAME_SAMPLES)
    padded = np.zeros(count * FRAME_SAMPLES, "<i2")
    padded[: len(samples)] = samples
    for index in range(count):
        while hints and hints[0].sample <= index * FRAME_SAMPLES:
            _tell(hearing, hints.pop(0))
        frame = AudioFrame(padded[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES].tobytes(), index)
        for event in hearing.feed(frame):
            line = _line(event, hearing)
            if line is not None:
                yield line
            if isinstance(event, ToneHeardEvent) and event.name in ("busy", "congestion") and not is_over:
                is_over = True
                yield Line(round(event.t_s, 2), "state", {"state": ENDED, "confidence": 0.9, "reason": "busy_tone"})
    yield from filter(None, (_line(event, hearing) for event in hearing.finish()))
    if not is_over:
        end = round(len(samples) / SAMPLE_RATE, 2)
        yield Line(end, "state", {"state": ENDED, "confidence": 1.0, "reason": "end_of_audio"})


def _tell(hearing: Hearing, mark: RecordingMark) -> None:
    name = mark.name
    match name:
        case MarkName.KNOWN:
            try:
                hearing.restore_marks(*mark.known)
            except ValueError as err:
                raise WavError("what was known of the number is damaged") from err
        case MarkName.ANSWERED:
            hearing.answered()
        case MarkName.SPEAKING | MarkName.SILENT:
            hearing.local_speech(is_speaking=name == MarkName.SPEAKING)
        case MarkName.KEYS:
            hearing.digits_sent()
        case MarkName.HOLD_EXPECTED:
            hearing.hold_expected()
        case MarkName.BEEPS:
            hearing.beeps_wanted()
        case MarkName.NOT_HUMAN:
            hearing.not_human()
        case MarkName.PERSON_LEFT:
            hearing.person_left()
        case _:
            raise ValueError(f"the hearing cannot be told {name}")


def _line(event: HearingEvent, hearing: Hearing) -> Line | None:
    t = round(event.t_s, 2)
    match event:
        case FrameLabelledEvent(label=label, level_db=level_db):
            cues = {"level_db": level_db, "repeat": float(hearing.is_repeat)}
            names = ("silence", "tone", "music", "speech", "speech_over_music")
            cues |= {name: round(getattr(hearing.labelled.score, name), 3) for name in names}
            return Line(t, "frame", {"label": str(label)}, cues)
        case ToneHeardEvent(name=name):
            return Line(t, "tone", {"name": name})
        case HoldPatternHeardEvent(pattern=pattern):
            return Line(t, "hold", {"sound": str(pattern.sound), "period_s": pattern.period_s, "times": pattern.times})
        case HoldInterruptedEvent(is_expected=is_expected, log_odds=log_odds):
            return Line(t, "break", {"when": "due" if is_expected else "unexpected", "log_odds": log_odds})
        case VerdictChangedEvent(verdict=verdict, confidence=confidence, reason=reason):
            if verdict is Verdict.UNCERTAIN:
                return None
            return Line(t, "state", {"state": str(verdict), "confidence": confidence, "reason": reason})
        case _:
            return None
