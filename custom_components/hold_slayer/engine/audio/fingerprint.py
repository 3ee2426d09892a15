"""Recognises speech heard before: signs of band energy differences (Haitsma and Kalker, ISMIR 2002).

One 15-bit word each 20 ms: the sign of the change, over time and across neighbouring bands, of the band energies. It does
not depend on level or on a fixed filter, so a repeated announcement matches at another loudness, or with its start cut.
A repeat is a recording; nobody says a sentence twice to the hundredth of a second.

What a number's recordings sound like can be kept from call to call: `SpeechMemory.export` and `SpeechMemory.restore`, bounded
in size and age.
"""

from collections import deque
from dataclasses import dataclass
from itertools import pairwise
import struct
from typing import NamedTuple

import numpy as np
from numpy.typing import NDArray

from .features import BANDS

WORD_S = 0.02
_HOPS_A_WORD = 2
_SMOOTH_HOPS = 4
"""Energies are averaged over 40 ms, so that it does not matter how a repeat falls between the words."""
_LAG = 3
_BITS = BANDS - 1
_WEIGHTS = (1 << np.arange(_BITS)).astype(np.uint16)
_QUIET_DB = 25.0
"""Words so much quieter than the loudest of the episode are noise: they are stored, but not compared."""

MEMORY_WORDS = 15000
"""Five minutes of speech: a bound, and more than a queue has different announcements."""
_PIECE_WORDS = 20
_PIECES = 5
"""Two seconds are compared at once, in pieces of 0.4 s."""
SHORTEST_QUERY_WORDS = 40
_LEAST_KEPT_WORDS = 25
KEPT_WORDS = 9000
"""Three minutes of speech are carried over to the number's next call: 18 kB."""
KEPT_DAYS = 180
"""Recordings that were not heard for so long are forgotten."""
_MAGIC = b"HSF2"
"""Changes when words are made in another way: marks of an older kind are not understood, and not wanted."""
_RUN = struct.Struct("<HH")


@dataclass(frozen=True, slots=True)
class Match:
    """The best place in the memory."""

    distance: float
    """Share of differing bits: 0.5 is chance, below 0.33 the same recording."""
    words: int
    """Number of words compared."""


class _Trace:
    """How many bits of a piece of the episode differ from the memory, for every place in it at once.

    Element k of `bits` compares the piece's word i with the memory's word k + i.
    """

    def __init__(self, size: int) -> None:
        self.bits = np.zeros(size, np.uint16)
        self.length = 0
        self.count = 0
        """Words compared: those that are not too quiet."""


class SpeechMemory:
    """Words of the speech heard so far. `add` block by block, `match` in between, `end_episode` when speech stopped."""

    def __init__(self) -> None:
        self._past = np.zeros(0, np.uint16)
        self._days = np.zeros(0, np.uint16)
        """For each word the day on which it was last heard; 0 is this call."""
        self._finished = 0
        self._episode: list[NDArray[np.uint16]] = []
        self._known: list[bool] = []
        """For each block of the episode: it was recognised."""
        self._loudest_db = -200.0
        self._at = 0
        self._traces: deque[_Trace] = deque(maxlen=_PIECES)
        self._hops = np.zeros((_SMOOTH_HOPS - _HOPS_A_WORD, BANDS), np.float32)
        self._means = np.zeros((_LAG, BANDS), np.float32)

    @property
    def episode_words(self) -> int:
        """Words in the running episode."""
        return self._at

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
        hops = np.concatenate([self._hops, bands_db])
        self._hops = hops[-len(self._hops) :]
        pairs = hops.reshape(-1, _HOPS_A_WORD, BANDS)
        pairs = pairs[:, 0] + pairs[:, 1]
        means = np.concatenate([self._means, pairs[1:] + pairs[:-1]])
        self._means = means[-_LAG:]
        if not is_kept:
            return
        change = means[_LAG:] - means[:-_LAG]
        words = (change[:, 1:] > change[:, :-1]) @ _WEIGHTS
        self._compare(words, means[_LAG:].max(axis=1) / (2 * _HOPS_A_WORD))
        self._episode.append(words)
        self._known.append(False)
        if self._at > MEMORY_WORDS // 2:
            self.end_episode()

    def _compare(self, words: NDArray[np.uint16], levels_db: NDArray[np.float32]) -> None:
        self._loudest_db = max(self._loudest_db, float(levels_db.max()))
        past = self._past
        for word, level_db in zip(words, levels_db, strict=True):
            if self._at % _PIECE_WORDS == 0:
                self._traces.append(_Trace(len(past)))
            trace = self._traces[-1]
            reach = len(past) - trace.length
            if reach > 0 and level_db > self._loudest_db - _QUIET_DB:
                trace.bits[:reach] += np.bitwise_count(past[trace.length :] ^ word)
                trace.count += 1
            trace.length += 1
            self._at += 1

    def match(self) -> Match | None:
        """Compare the last two seconds of the running episode with everything before it; None when there is too little."""
        length = sum(trace.length for trace in self._traces)
        words = sum(trace.count for trace in self._traces)
        places = len(self._past) - length
        if length < SHORTEST_QUERY_WORDS or words < SHORTEST_QUERY_WORDS // 2 or places < 1:
            return None
        bits = np.zeros(places, np.uint16)
        start = 0
        for trace in self._traces:
            bits += trace.bits[start : start + places]
            start += trace.length
        return Match(float(bits.min()) / (words * _BITS), words)

    def recognised(self, blocks: int) -> None:
        """The last ``blocks`` of the episode are known already: they are not stored a second time."""
        for at in range(max(0, len(self._known) - blocks), len(self._known)):
            self._known[at] = True

    def end_episode(self) -> None:
        """Move what was new in the running episode into the memory; the oldest speech falls out."""
        fresh = [words for words, known in zip(self._episode, self._known, strict=True) if not known]
        if sum(len(words) for words in fresh) >= _LEAST_KEPT_WORDS:
            new = np.concatenate(fresh)
            self._past = np.concatenate([self._past, new])[-MEMORY_WORDS:]
            self._days = np.concatenate([self._days, np.zeros(len(new), np.uint16)])[-MEMORY_WORDS:]
            self._finished += len(new)
        self.drop_episode()

    def drop_episode(self) -> None:
        """Forget the running episode (our own echo, music that was taken for speech)."""
        self._episode, self._known = [], []
        self._at, self._loudest_db = 0, -200.0
        self._traces.clear()


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
