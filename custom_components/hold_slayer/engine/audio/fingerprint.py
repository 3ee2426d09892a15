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
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from .features import BANDS

WORD_S = 0.02
_HOPS_A_WORD = 2
_SMOOTH_HOPS = 4
"""Energies are averaged over 40 ms, so that it does not matter how a repeat falls between the words."""
_LAG = 3
BITS = BANDS - 1
_WEIGHTS = (1 << np.arange(BITS)).astype(np.uint16)
QUIET_DB = 25.0
"""Words so much quieter than the loudest of the episode are noise: they are stored, but not compared."""

MEMORY_WORDS = 15000
"""Five minutes of speech: a bound, and more than a queue has different announcements."""
PIECE_WORDS = 20
PIECES = 5
"""Two seconds are compared at once, in pieces of 0.4 s."""
SHORTEST_QUERY_WORDS = 40
_MARGIN = 2 * PIECE_WORDS * PIECES
"""The memory ends on both sides in so many words of nothing, so that what is known only from its middle on is found, too."""
_KNOWN_PIECE = 0.36
_LEAST_COUNTED = 5
_BLOCK_WORDS = 5
_TAIL_BLOCKS = 5
_TAIL_SHIFT = 8
"""A repeat's pauses may have been cut a little otherwise: so many words sooner or later it is still going on."""
_LEAST_TAIL_WORDS = 14
_TAIL_ELSEWHERE = 0.28
"""Nearer than that somewhere else in the memory, the last half second is known, too: people keep above 0.3."""
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


class SpeechWords:
    """Turns band energies into words; remembers what reaches into the next ones."""

    def __init__(self) -> None:
        self._hops = np.zeros((_SMOOTH_HOPS - _HOPS_A_WORD, BANDS), np.float32)
        self._means = np.zeros((_LAG, BANDS), np.float32)

    def of(self, bands_db: NDArray[np.float32]) -> tuple[NDArray[np.uint16], NDArray[np.float32]]:
        """Return the words of the next (2 n, BANDS) energies, and how loud each is in dB relative to full scale."""
        hops = np.concatenate([self._hops, bands_db])
        self._hops = hops[-len(self._hops) :]
        pairs = hops.reshape(-1, _HOPS_A_WORD, BANDS)
        pairs = pairs[:, 0] + pairs[:, 1]
        means = np.concatenate([self._means, pairs[1:] + pairs[:-1]])
        self._means = means[-_LAG:]
        change = means[_LAG:] - means[:-_LAG]
        words: NDArray[np.uint16] = (change[:, 1:] > change[:, :-1]) @ _WEIGHTS
        return words, means[_LAG:].max(axis=1) / np.float32(2 * _HOPS_A_WORD)


class _Trace:
    """How many bits of a piece of the episode differ from the memory, for every place in it at once.

    Element k of `bits` compares the piece's word i with the memory's word k + i.
    """

    def __init__(self, size: int) -> None:
        self.bits = np.zeros(size, np.uint16)
        self.length = 0
        self.count = 0
        """Words compared: those that are not too quiet."""


_NOTHING = np.random.default_rng(1).integers(0, 1 << BITS, _MARGIN).astype(np.uint16)
"""As far from every word as chance has it."""


class SpeechMemory:
    """Words of the speech heard so far. `add` block by block, `match` in between, `end_episode` when speech stopped."""

    def __init__(self) -> None:
        self._past = np.zeros(0, np.uint16)
        self._padded = np.concatenate([_NOTHING, _NOTHING])
        """`_past` with nothing on both sides."""
        self._days = np.zeros(0, np.uint16)
        """For each word the day on which it was last heard; 0 is this call."""
        self._finished = 0
        self._episode: list[NDArray[np.uint16]] = []
        self._levels: list[NDArray[np.float32]] = []
        """How loud each word of each block is."""
        self._place = 0
        """Where in the padded memory the present pieces fit best."""
        self._aside: int | None = None
        """How far the recognised recording's place in the padded memory is from the episode's words."""
        self._known: list[bool] = []
        """For each block of the episode: it was recognised."""
        self._loudest_db = -200.0
        self._at = 0
        self._traces: deque[_Trace] = deque(maxlen=PIECES)
        self._words = SpeechWords()

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
        self._pad()

    def add(self, bands_db: NDArray[np.float32], *, is_kept: bool) -> None:
        """Take a block's (10, BANDS) band energies; only speech is kept."""
        words, levels_db = self._words.of(bands_db)
        if not is_kept:
            return
        self._take(words, levels_db)
        if self._at > MEMORY_WORDS // 2:
            self.end_episode()

    def _pad(self) -> None:
        self._padded = np.concatenate([_NOTHING, self._past, _NOTHING])

    def _take(self, words: NDArray[np.uint16], levels_db: NDArray[np.float32]) -> None:
        self._compare(words, levels_db)
        self._episode.append(words)
        self._levels.append(levels_db)
        self._known.append(False)

    def _compare(self, words: NDArray[np.uint16], levels_db: NDArray[np.float32]) -> None:
        self._loudest_db = max(self._loudest_db, float(levels_db.max()))
        loud = levels_db > self._loudest_db - QUIET_DB
        if not len(self._past):
            self._at += len(words)
            return
        past = self._padded
        for word, is_loud in zip(words, loud.tolist(), strict=True):
            if self._at % PIECE_WORDS == 0:
                self._traces.append(_Trace(len(past)))
            trace = self._traces[-1]
            reach = len(past) - trace.length
            if is_loud:
                trace.bits[:reach] += np.bitwise_count(past[trace.length :] ^ word)
                trace.count += 1
            trace.length += 1
            self._at += 1

    def match(self) -> Match | None:
        """Compare the last two seconds of the running episode with everything before it; None when there is too little."""
        length = sum(trace.length for trace in self._traces)
        words = sum(trace.count for trace in self._traces)
        if length < SHORTEST_QUERY_WORDS or words < SHORTEST_QUERY_WORDS // 2:
            return None
        places = len(self._padded) - length
        bits = np.zeros(places, np.uint16)
        start = 0
        for trace in self._traces:
            bits += trace.bits[start : start + places]
            start += trace.length
        self._place = int(bits.argmin())
        return Match(float(bits[self._place]) / (words * BITS), words)

    def recognised(self) -> None:
        """What the last `match` found is a repeat: the pieces of it that are alike are not stored a second time."""
        length = sum(trace.length for trace in self._traces)
        at, place = self._at - length, self._place
        self._aside = place - at
        for trace in self._traces:
            bits = int(trace.bits[place])
            if trace.count < _LEAST_COUNTED or bits < _KNOWN_PIECE * trace.count * BITS:
                for block in range(at // _BLOCK_WORDS, (at + trace.length) // _BLOCK_WORDS):
                    self._known[block] = True
            at, place = at + trace.length, place + trace.length

    def astray(self) -> float | None:
        """Return in what share of bits the last half second differs from how the recognised recording goes on.

        About 0.5 is chance; None when nothing was recognised, or too little of it was loud.
        """
        if self._aside is None or len(self._episode) < _TAIL_BLOCKS:
            return None
        words = np.concatenate(self._episode[-_TAIL_BLOCKS:])
        loud = np.concatenate(self._levels[-_TAIL_BLOCKS:]) > self._loudest_db - QUIET_DB
        count = int(np.count_nonzero(loud))
        if count < _LEAST_TAIL_WORDS:
            return None
        words = words[loud]
        places = np.flatnonzero(loud)
        first = self._at - len(loud)
        near = range(max(0, first + self._aside - _TAIL_SHIFT), first + self._aside + _TAIL_SHIFT + 1)
        least, _ = self._nearest(words, places, near)
        if least >= _TAIL_ELSEWHERE:
            # Its pieces may have been learned at different times, and lie apart.
            elsewhere, place = self._nearest(words, places, range(len(self._padded)))
            if elsewhere < _TAIL_ELSEWHERE:
                self._aside, least = place - first, elsewhere
        return least

    def _nearest(self, words: NDArray[np.uint16], at: NDArray[np.intp], starts: range) -> tuple[float, int]:
        """The least share of differing bits where the words lie ``at`` after one of ``starts``, and which it is."""
        reach = int(at[-1]) + 1
        part = self._padded[starts.start : starts.stop + reach - 1]
        if len(part) < reach:
            return 1.0, starts.start
        bits = np.bitwise_count(sliding_window_view(part, reach)[:, at] ^ words).sum(axis=1, dtype=np.uint16)
        best = int(bits.argmin())
        return float(bits[best]) / (len(words) * BITS), starts.start + best

    def end_episode(self) -> None:
        """Move what was new in the running episode into the memory; the oldest speech falls out."""
        fresh = [words for words, known in zip(self._episode, self._known, strict=True) if not known]
        if sum(len(words) for words in fresh) >= _LEAST_KEPT_WORDS:
            new = np.concatenate(fresh)
            self._past = np.concatenate([self._past, new])[-MEMORY_WORDS:]
            self._days = np.concatenate([self._days, np.zeros(len(new), np.uint16)])[-MEMORY_WORDS:]
            self._finished += len(new)
            self._pad()
        self.drop_episode()

    def split(self, blocks: int) -> None:
        """The last ``blocks`` belong to somebody else: the episode ends before them, and the next begins with them."""
        count = min(blocks, len(self._episode))
        kept = list(zip(self._episode, self._levels, strict=True))[len(self._episode) - count :]
        at = len(self._episode) - count
        self._episode, self._known, self._levels = self._episode[:at], self._known[:at], self._levels[:at]
        self.end_episode()
        for words, levels_db in kept:
            self._take(words, levels_db)

    def drop_episode(self) -> None:
        """Forget the running episode (our own echo, music that was taken for speech)."""
        self._episode, self._known, self._levels = [], [], []
        self._aside = None
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
