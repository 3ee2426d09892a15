"""The score: how much the line sounds like silence, tone, music, speech or speech over music, each 100 ms.

A small recurrent network (a gated recurrent unit, Cho et al. 2014) over `LineFeatures`, in numpy; its weights are
``line_weights.npz``, made by ``bench/train_line_score.py``. It remembers what the line sounded like as long as that matters.
Two answers come out of the same memory: what sounds now, for decisions; and what sounded `DELAY_BLOCKS` ago, for labels,
which knows what followed.
"""

from dataclasses import dataclass, replace
from functools import lru_cache
from pathlib import Path
from typing import NamedTuple, Self

import numpy as np
from numpy.typing import NDArray

from .line_features import LineFeatures

DELAY_BLOCKS = 3
"""Labels are given 0.3 s late."""
_FILE = Path(__file__).with_name("line_weights.npz")
_REACH = 5.0


@dataclass(frozen=True, slots=True)
class LineScore:
    """Probabilities of what is heard in 100 ms; they add up to 1."""

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

    def without_voice(self) -> Self:
        """Return the same score with the share of speech given to music: what does not move is nobody's voice."""
        return replace(self, music=self.music + self.any_speech, speech=0.0, speech_over_music=0.0)

    @classmethod
    def of(cls, probabilities: NDArray[np.float32]) -> Self:
        """Build from the network's output."""
        return cls(*probabilities.tolist())


NOTHING = LineScore(1.0, 0.0, 0.0, 0.0, 0.0)
TONE_SCORE = LineScore(0.0, 1.0, 0.0, 0.0, 0.0)
"""Certainly a tone."""


class Weights(NamedTuple):
    """The network's numbers."""

    scale: NDArray[np.float32]
    shift: NDArray[np.float32]
    first: NDArray[np.float32]
    first_bias: NDArray[np.float32]
    into: NDArray[np.float32]
    into_bias: NDArray[np.float32]
    back: NDArray[np.float32]
    back_bias: NDArray[np.float32]
    now: NDArray[np.float32]
    now_bias: NDArray[np.float32]
    later: NDArray[np.float32]
    later_bias: NDArray[np.float32]


@lru_cache(maxsize=4)
def load_weights(path: Path = _FILE) -> Weights:
    """Return the weights that ship, or others of the same kind (a fold's)."""
    with np.load(path) as data:
        part = {name: data[name].astype(np.float32) for name in data.files}
    return Weights(
        scale=part["scale"],
        shift=part["mean"] * part["scale"],
        first=np.ascontiguousarray(part["first_weight"].T),
        first_bias=part["first_bias"],
        into=np.ascontiguousarray(part["gru_weight_ih_l0"].T),
        into_bias=part["gru_bias_ih_l0"],
        back=np.ascontiguousarray(part["gru_weight_hh_l0"].T),
        back_bias=part["gru_bias_hh_l0"],
        now=np.ascontiguousarray(part["now_weight"].T),
        now_bias=part["now_bias"],
        later=np.ascontiguousarray(part["later_weight"].T),
        later_bias=part["later_bias"],
    )


class LineScorer:
    """Feature vectors in, one every 100 ms in order; one instance a leg."""

    def __init__(self, weights: Weights | None = None) -> None:
        self._net = weights or load_weights()
        self._size = self._net.back.shape[0]
        self._states = np.zeros((DELAY_BLOCKS + 1, self._size), np.float32)
        """The present state last."""
        self.past = NOTHING
        """What sounded `DELAY_BLOCKS` before the last vector."""

    def score(self, vector: NDArray[np.float32]) -> LineScore:
        """Return the probabilities of the block that the vector describes."""
        net, size = self._net, self._size
        z = vector * net.scale - net.shift
        np.maximum(z, -_REACH, out=z)
        np.minimum(z, _REACH, out=z)
        z = z @ net.first + net.first_bias
        np.maximum(z, 0.0, out=z)
        into = z @ net.into + net.into_bias
        states = self._states
        state = states[-1]
        back = state @ net.back + net.back_bias
        gates = 1.0 / (1.0 + np.exp(-(into[: 2 * size] + back[: 2 * size])))
        new = np.tanh(into[2 * size :] + gates[:size] * back[2 * size :])
        new += gates[size:] * (state - new)
        states[:-1] = states[1:].copy()
        states[-1] = new
        now = new @ net.now + net.now_bias
        self.past = LineScore.of(_softmax(states.ravel() @ net.later + net.later_bias))
        return LineScore.of(_softmax(now))


def _softmax(values: NDArray[np.float32]) -> NDArray[np.float32]:
    weights = np.exp(values - values.max())
    share: NDArray[np.float32] = weights / weights.sum()
    return share


_STEADY_STD_DB = 1.3
_STEADY = 0.9
_STEADY_COLOUR_DB = 1.8
"""Of tones with tremolo, vibrato and noise 0.5 to 2.3, of voices 2.5 to 10 for all but 0.5 % of the time."""


def is_steady(features: LineFeatures) -> bool:
    """True when nothing has moved for a second, or no vowel changed: a complex tone is nobody's voice, however it trembles."""
    is_still = features.level_std <= _STEADY_STD_DB and features.steadiness >= _STEADY
    return is_still or features.colour_std <= _STEADY_COLOUR_DB
