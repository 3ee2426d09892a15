"""The score of a human: how likely the episode of speech that is going on is a live person's, 0..1.

A small network over `Evidence`, in numpy; weights in ``human_weights.npz``, made by ``bench/train_human_score.py`` from
episodes of other voices than those it is tested on. It has no memory: the evidence is its memory.
"""

from collections.abc import Mapping
from functools import lru_cache
from math import exp, log1p
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from .episode import Evidence

_FILE = Path(__file__).with_name("human_weights.npz")
NAMES = (
    "speech", "age", "wait", "longest_wait", "phrases", "phrase", "clean",
    "same_voice", "is_voice_known", "noise_change", "noise_louder", "is_noise_known",
    "level", "music_since", "music_before", "since_music", "since_ring", "quiet_before",
)  # fmt: skip
"""Names of what the network sees, in order."""
CUES = {
    "waiting": ("wait", "longest_wait"),
    "length": ("speech", "age", "phrases", "phrase"),
    "nothing under it": ("clean",),
    "new voice": ("same_voice", "is_voice_known"),
    "new line noise": ("noise_change", "noise_louder", "is_noise_known"),
    "level": ("level",),
    "hold before": ("music_since", "music_before", "since_music", "since_ring", "quiet_before"),
}
"""What belongs together, for ablations."""


def vector(evidence: Evidence) -> NDArray[np.float32]:
    """Return the evidence as numbers of about the same size; what is not known is put in the middle."""
    e = evidence
    noise = e.noise_db
    return np.array(
        (
            min(e.speech_s, 12.0) / 4,
            log1p(e.age_s),
            min(e.wait_s, 4.0),
            min(e.longest_wait_s, 4.0),
            min(e.phrases, 6) / 2,
            min(e.phrase_s, 8.0) / 3,
            e.clean * 2,
            max(-8.0, min(6.0, e.same_voice)) / 3 if e.same_voice is not None else 0.0,
            float(e.same_voice is not None),
            log1p(min(noise[0], 20.0)) if noise is not None else 1.0,
            max(-20.0, min(20.0, noise[1])) / 5 if noise is not None else 0.0,
            float(noise is not None),
            max(-15.0, min(15.0, e.level_db)) / 5 if e.level_db is not None else 0.0,
            min(e.music_s, 1.0) * 3,
            e.music_before * 2,
            log1p(min(e.since_music_s, 60.0)),
            log1p(min(e.since_ring_s, 60.0)),
            min(e.quiet_before_s, 8.0) / 2,
        ),
        np.float32,
    )


class HumanScore:
    """The network; `human_chance` is the one that ships."""

    def __init__(self, weights: Mapping[str, NDArray[np.floating]]) -> None:
        self._mean, self._scale, self._w1, self._b1, self._w2, self._b2 = (
            weights[name].astype(np.float32) for name in ("mean", "scale", "w1", "b1", "w2", "b2")
        )

    def __call__(self, evidence: Evidence) -> float:
        """Return 0..1."""
        z = np.clip((vector(evidence) - self._mean) * self._scale, -4.0, 4.0)
        odds = float(np.tanh(z @ self._w1 + self._b1) @ self._w2 + self._b2[0])
        return 1.0 / (1.0 + exp(-max(-30.0, min(30.0, odds))))


@lru_cache(maxsize=1)
def _shipped() -> HumanScore:
    with np.load(_FILE) as data:
        return HumanScore({name: data[name] for name in data.files})


def human_chance(evidence: Evidence) -> float:
    """Return 0..1: how likely the speech that is going on is a live person's."""
    return _shipped()(evidence)
