"""Recognises speech heard before in this call: signs of band energy differences (Haitsma and Kalker, ISMIR 2002).

One 15-bit word each 20 ms: the sign of the change, over time and across neighbouring bands, of the band energies. It does
not depend on level or on a fixed filter, so a repeated announcement matches at another loudness, or with its start cut.
A repeat is a recording; nobody says a sentence twice to the hundredth of a second.

What a number's recordings sound like can be kept from call to call: `SpeechMemory.export` and `SpeechMemory.restore`, bounded
in size and age.
"""

from dataclasses import dataclass
from itertools import pairwise
import struct
from typing import NamedTuple

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
KEPT_WORDS = 9000
"""Three minutes of speech are carried over to the number's next call: 18 kB."""
KEPT_DAYS = 180
"""Recordings that were not heard for so long are forgotten."""
_MAGIC = b"HSF1"
"""Changes when words are made in another way: marks of an older kind are not understood, and not wanted."""
_RUN = struct.Struct("<HH")


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
        self._days = np.zeros(0, np.uint16)
        """For each word the day on which it was last heard; 0 is this call."""
        self._finished = 0
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

    @property
    def position(self) -> int:
        """Words finished in this call so far: a place to which `export` can refer."""
        return self._finished

    def export(self, day: int, *, until: int | None = None) -> bytes:
        """Return what the next call to this number should know, at most `KEPT_WORDS`; ``day`` counts from any fixed day, above 0.

        ``until``: a `position`; what was said in this call after it may be a person and is left out.
        """
        fresh = int(np.count_nonzero(self._days == 0))
        wanted = fresh if until is None else max(0, fresh - (self._finished - until))
        cut = len(self._past) - fresh + wanted
        words, days = self._past[:cut][-KEPT_WORDS:], self._days[:cut][-KEPT_WORDS:]
        days = np.where(days == 0, np.uint16(day), days)
        edges = np.flatnonzero(np.diff(days, prepend=-1, append=-1))
        runs = [_RUN.pack(int(days[a]), int(b - a)) for a, b in pairwise(edges)] if len(words) else []
        return _MAGIC + struct.pack("<H", len(runs)) + b"".join(runs) + words.astype("<u2").tobytes()

    def restore(self, data: bytes, day: int) -> None:
        """Take what an earlier call exported; what is older than `KEPT_DAYS`, or of another kind, is left out.

        Raises:
            ValueError: the data are damaged.
        """
        if not data.startswith(_MAGIC):
            return
        kept = _unpack(data)
        fresh = (kept.days <= day) & (kept.days > 0) & (day - kept.days.astype(np.int32) <= KEPT_DAYS)
        words, days = kept.words[fresh][-KEPT_WORDS:], kept.days[fresh][-KEPT_WORDS:]
        self._past = np.concatenate([words, self._past])[-MEMORY_WORDS:]
        self._days = np.concatenate([days, self._days])[-MEMORY_WORDS:]

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
            new = np.concatenate(self._episode)
            self._past = np.concatenate([self._past, new])[-MEMORY_WORDS:]
            self._days = np.concatenate([self._days, np.zeros(len(new), np.uint16)])[-MEMORY_WORDS:]
            self._finished += len(new)
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


class _Kept(NamedTuple):
    words: NDArray[np.uint16]
    days: NDArray[np.uint16]


def _unpack(data: bytes) -> _Kept:
    try:
        (count,) = struct.unpack_from("<H", data, len(_MAGIC))
        start = len(_MAGIC) + 2
        runs = [_RUN.unpack_from(data, start + number * _RUN.size) for number in range(count)]
        words = np.frombuffer(data[start + count * _RUN.size :], "<u2").astype(np.uint16)
    except (struct.error, ValueError) as err:
        raise ValueError("the kept marks are cut short") from err
    days = np.repeat(np.array([day for day, _ in runs], np.uint16), [length for _, length in runs])
    if len(days) != len(words) or len(words) > KEPT_WORDS:
        raise ValueError("the kept marks have not the length they claim")
    return _Kept(words, days)
