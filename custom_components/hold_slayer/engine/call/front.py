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
from ..audio.pitch import PitchBlock
from ..audio.spectrum import SpectrumAnalyzer
from ..classify.line_features import LineFeatures
from ..classify.line_score import TONE_SCORE, LineScore, LineScorer, Weights, is_steady
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
    fine_bands_db: NDArray[np.float32]
    """(10, FINE_BANDS) the same in finer bands."""
    pitch: PitchBlock
    past: LineScore
    """What sounded `DELAY_BLOCKS` ago, now that it is known what followed."""
    is_still: bool
    """Nothing has moved for a second, or at most the level: nobody speaks."""


class Front(Protocol):
    """What `Hearing` needs of a front."""

    def listen(self, frames: Sequence[bytes]) -> BlockHeard:
        """Take the next five frames of 20 ms (signed 16-bit PCM at 8 kHz)."""
        ...


class LineFront:
    """Voice activity, spectrum, features, score and tones; one instance a leg."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._vad = VoiceActivityDetector()
        self._spectrum = SpectrumAnalyzer()
        self._features = LineFeatures()
        self._scorer = LineScorer(weights)
        self._tones = ToneTracker()

    def listen(self, frames: Sequence[bytes]) -> BlockHeard:
        """See `Front`."""
        voice = tuple(self._vad.is_speech(pcm) for pcm in frames)
        block = self._spectrum.analyze(to_float(b"".join(frames)))
        vector = self._features.update(block, np.array(voice, np.float32))
        tones = self._tones.update(block)
        score, is_still = self._scorer.score(vector), is_steady(self._features)
        score = TONE_SCORE if tones.is_signal else score.without_voice() if is_still else score
        features = self._features
        return BlockHeard(
            voice,
            score,
            tones,
            features.level_db,
            features.bands_db,
            features.fine_bands_db,
            features.pitch,
            self._scorer.past,
            is_still,
        )
