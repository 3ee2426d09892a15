"""The ear on a leg that has just been answered: frames in, beliefs about who answered and audio for speech to text out.

It lives for the first half minute of a leg only; what is known of the company's line after that is `hearing`'s business.
"""

from dataclasses import dataclass, field

import numpy as np

from ..audio.energy import to_float
from ..audio.spectrum import BLOCK_FRAMES, SpectrumAnalyzer
from ..classify.amd import AmdConfig, AnswererState, AnsweringMachineDetector
from ..classify.line_features import LineFeatures
from ..classify.line_score import TONE_SCORE, LineScorer, without_steady_speech
from ..classify.ringback import ToneTracker
from ..classify.vad import VoiceActivityDetector
from ..model.audio_frame import FRAME_BYTES, AudioFrame
from ..speech.endpointing import Endpointer, UtteranceStarted

_LISTENS_S = 30.0
"""A voicemail's greeting is over by then, and what a person says is nobody's business."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """What has been said so far in one breath: for speech to text."""

    pcm: bytes = field(repr=False)
    """8 kHz signed 16-bit mono."""


class AnswererEar:
    """One instance a leg, from its answer on."""

    def __init__(self, config: AmdConfig | None = None) -> None:
        self._detector = AnsweringMachineDetector(config)
        self._vad = VoiceActivityDetector()
        self._spectrum = SpectrumAnalyzer()
        self._features = LineFeatures()
        self._scorer = LineScorer()
        self._tones = ToneTracker()
        self._endpointer = Endpointer()
        self._frames: list[bytes] = []
        self._voice: list[bool] = []
        self._heard_s = 0.0

    @property
    def state(self) -> AnswererState:
        """The present belief."""
        return self._detector.state

    @property
    def is_over(self) -> bool:
        """True when it has listened for long enough."""
        return self._heard_s >= _LISTENS_S

    def feed(self, frame: AudioFrame) -> list[AnswererState | Snippet]:
        """Take the next 20 ms and return what is new; every fifth call does the work of 100 ms.

        Raises:
            ValueError: the frame has the wrong length.
        """
        if len(frame.pcm) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame.pcm)}")
        self._frames.append(frame.pcm)
        self._voice.append(self._vad.is_speech(frame.pcm))
        if len(self._frames) < BLOCK_FRAMES:
            return []
        frames, voice = self._frames, self._voice
        self._frames, self._voice = [], []
        return self._block(frames, voice)

    def words(self, text: str) -> AnswererState | None:
        """Speech to text answered for a snippet; returns the belief when it is a new one."""
        return self._detector.heard(text)

    def _block(self, frames: list[bytes], voice: list[bool]) -> list[AnswererState | Snippet]:
        self._heard_s += 0.02 * len(frames)
        block = self._spectrum.analyze(to_float(b"".join(frames)))
        vector = self._features.update(block, np.array(voice, np.float32))
        tones = self._tones.update(block)
        score = self._scorer.score(vector)
        score = TONE_SCORE if tones.is_signal else without_steady_speech(score, self._features)
        is_speech = score.any_speech > 0.5 and not tones.is_tone
        is_silence = score.silence > 0.5 and not tones.is_tone
        new: list[AnswererState | Snippet] = []
        points = self._endpointer.update(frames, voice, is_speech=is_speech, may_start=True)
        new += [Snippet(point.pcm) for point in points if not isinstance(point, UtteranceStarted)]
        state = self._detector.update(is_speech=is_speech, is_silence=is_silence, runs=tones.runs, tones=tones.names)
        if state is not None:
            new.append(state)
        return new
