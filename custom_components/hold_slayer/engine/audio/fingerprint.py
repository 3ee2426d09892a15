"""Recognises speech heard before in this call: signs of band energy differences (Haitsma and Kalker, ISMIR 2002).

One 15-bit word each 20 ms: the sign of the change, over time and across neighbouring bands, of the band energies. It does
not depend on level or on a fixed filter, so a repeated announcement matches at another loudness, or with its start cut.
A repeat is a recording; nobody says a sentence twice to the hundredth of a second.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .features import BANDS

WORD_S = 0.02
_LAG = 2
_BITS = BANDS - 1
_HOPS_A_WORD = 2
_WEIGHTS = (1 << np.arange(_BITS)).astype(np.uint16)

MEMORY_WORDS = 15000
"""Five minutes of speech: a bound, and more than a queue has different announcements."""
QUERY_WORDS = 100
"""Two seconds are compared at once."""
SHORTEST_QUERY_WORDS = 40


@dataclass(frozen=True, slots=True)
class Match:
    """The best place in the memory."""

    distance: float
    """Share of differing bits: 0.5 is chance, below 0.3 the same recording."""
    words: int
    """Number of words compared."""


class SpeechMemory:
    """Words of the speech heard so far. `add` block by block, `end_episode` when speech stopped, `match` in between."""

    def __init__(self) -> None:
        self._past = np.zeros(0, np.uint16)
        self._episode: list[NDArray[np.uint16]] = []
        self._levels: list[NDArray[np.float32]] = []
        self._history = np.zeros((_LAG, BANDS), np.float32)

    @property
    def episode_words(self) -> int:
        """Words in the running episode."""
        return sum(len(words) for words in self._episode)

    @property
    def stored_words(self) -> int:
        """Words of finished episodes, at most `MEMORY_WORDS`."""
        return len(self._past)

    def add(self, bands_db: NDArray[np.float32], *, is_kept: bool) -> None:
        """Take a block's (10, BANDS) band energies; only speech is kept."""
        pairs = bands_db.reshape(-1, _HOPS_A_WORD, BANDS).mean(axis=1)
        series = np.concatenate([self._history, pairs])
        self._history = series[-_LAG:]
        if not is_kept:
            return
        change = series[_LAG:] - series[:-_LAG]
        bits = change[:, 1:] > change[:, :-1]
        self._episode.append((bits * _WEIGHTS).sum(axis=1, dtype=np.uint16))
        self._levels.append(pairs.max(axis=1))
        if len(self._episode) * len(pairs) > MEMORY_WORDS // 2:
            self.end_episode()

    def end_episode(self) -> None:
        """Move the running episode into the memory; the oldest speech falls out."""
        if self._episode:
            self._past = np.concatenate([self._past, *self._episode])[-MEMORY_WORDS:]
        self._episode, self._levels = [], []

    def drop_episode(self) -> None:
        """Forget the running episode (our own echo, music that was taken for speech)."""
        self._episode, self._levels = [], []

    def match(self) -> Match | None:
        """Compare the last two seconds of the running episode with everything before it; None when there is too little."""
        words = self.episode_words
        if words < SHORTEST_QUERY_WORDS:
            return None
        query = np.concatenate(self._episode[-QUERY_WORDS // 5 :])[-QUERY_WORDS:]
        if len(self._past) < len(query):
            return None
        levels = np.concatenate(self._levels[-QUERY_WORDS // 5 :])[-QUERY_WORDS:]
        loud = np.flatnonzero(levels > levels.max() - 25.0)
        windows = np.lib.stride_tricks.sliding_window_view(self._past, len(query))
        differing = np.bitwise_count(windows[:, loud] ^ query[loud]).sum(axis=1, dtype=np.int32)
        return Match(float(differing.min()) / (len(loud) * _BITS), len(loud))
