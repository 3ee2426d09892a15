"""The front of the ear: 100 ms of a line in, everything that is measured of them out. What follows from it is decided elsewhere.

`Hearing` and `AnswererEar` share it. It depends on the sound alone, never on what the call is doing, so its output may be kept and
heard again.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Protocol

import numpy as np
from numpy.typing import NDArray

from ..audio.energy import to_float
from ..audio.spectrum import SpectrumAnalyzer
from ..classify.line_features import LineFeatures
from ..classify.line_score import TONE_SCORE, LineScore, LineScorer, without_steady_speech
from ..classify.ringback import ToneState, ToneTracker
from ..classify.vad import VoiceActivityDetector


@dataclass(frozen=True, slots=True)
class BlockHeard:
    """What 100 ms sounded like."""

    voice: tuple[bool, ...]
    """Voice activity of each of the five frames."""
    score: LineScore
    tones: ToneState
    level_db: float
    """Relative to full scale."""
    bands_db: NDArray[np.float32]
    """(10, BANDS) band energies."""


class Front(Protocol):
    """What `Hearing` needs of a front."""

    def listen(self, frames: Sequence[bytes]) -> BlockHeard:
        """Take the next five frames of 20 ms (signed 16-bit PCM at 8 kHz)."""
        ...


class LineFront:
    """Voice activity, spectrum, features, score and tones; one instance a leg."""

    def __init__(self) -> None:
        self._vad = VoiceActivityDetector()
        self._spectrum = SpectrumAnalyzer()
        self._features = LineFeatures()
        self._scorer = LineScorer()
        self._tones = ToneTracker()

    def listen(self, frames: Sequence[bytes]) -> BlockHeard:
        """See `Front`."""
        voice = tuple(self._vad.is_speech(pcm) for pcm in frames)
        block = self._spectrum.analyze(to_float(b"".join(frames)))
        vector = self._features.update(block, np.array(voice, np.float32))
        tones = self._tones.update(block)
        score = self._scorer.score(vector)
        score = TONE_SCORE if tones.is_signal else without_steady_speech(score, self._features)
        return BlockHeard(voice, score, tones, self._features.level_db, self._features.bands_db)
