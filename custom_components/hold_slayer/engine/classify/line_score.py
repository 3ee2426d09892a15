"""The score: how much the line sounds like silence, tone, music, speech or speech over music, each 100 ms.

A small neural network (one hidden layer) over `LineFeatures`; its weights are in `line_weights` and made by
``bench/train_line_score.py``. It has no memory: hysteresis is `smoother`'s business.
"""

import base64
from dataclasses import dataclass, replace
from typing import Self

import numpy as np
from numpy.typing import NDArray

from .line_features import NAMES, LineFeatures
from .line_weights import CLASSES, HIDDEN, WEIGHTS

_SHAPES = ((len(NAMES),), (len(NAMES),), (len(NAMES), HIDDEN), (HIDDEN,), (HIDDEN, len(CLASSES)), (len(CLASSES),))


@dataclass(frozen=True, slots=True)
class LineScore:
    """Probabilities of what is heard in the last 100 ms (with up to 3 s of past as context); they add up to 1."""

    silence: float
    """Silence or noise with nobody in front."""
    tone: float
    music: float
    speech: float
    """Speech with nothing under it."""
    speech_over_music: float

    @property
    def any_speech(self) -> float:
        """Speech, with or without music under it."""
        return self.speech + self.speech_over_music

    @property
    def any_music(self) -> float:
        """Music, with or without speech over it."""
        return self.music + self.speech_over_music

    def without_speech(self) -> Self:
        """Return the same score with the share of speech given to silence: what is left when the speech is our own echo."""
        return replace(self, silence=self.silence + self.any_speech, speech=0.0, speech_over_music=0.0)

    @classmethod
    def of(cls, probabilities: NDArray[np.float32]) -> Self:
        """Build from the network's output."""
        return cls(*(float(value) for value in probabilities))


class LineScorer:
    """Feature vector in, score out; stateless."""

    def __init__(self) -> None:
        flat = np.frombuffer(base64.b85decode(WEIGHTS), "<f2").astype(np.float32)
        pieces, start = [], 0
        for shape in _SHAPES:
            size = int(np.prod(shape))
            pieces.append(flat[start : start + size].reshape(shape))
            start += size
        self._mean, self._scale, self._w1, self._b1, self._w2, self._b2 = pieces

    def score(self, vector: NDArray[np.float32]) -> LineScore:
        """Return the probabilities for one feature vector."""
        hidden = np.tanh(np.clip((vector - self._mean) * self._scale, -4.0, 4.0) @ self._w1 + self._b1)
        output = hidden @ self._w2 + self._b2
        weights = np.exp(output - output.max())
        return LineScore.of(weights / weights.sum())


TONE_SCORE = LineScore(0.0, 1.0, 0.0, 0.0, 0.0)
"""Certainly a tone."""

_STEADY_STD_DB = 1.3
_STEADY = 0.9


def without_steady_speech(score: LineScore, features: LineFeatures) -> LineScore:
    """Give the share of speech to music where nothing has moved for a second: a steady complex tone is nobody's voice."""
    if features.level_std > _STEADY_STD_DB or features.steadiness < _STEADY:
        return score
    return LineScore(score.silence, score.tone, score.music + score.any_speech, 0.0, 0.0)
