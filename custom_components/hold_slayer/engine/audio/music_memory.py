"""Finds where music that plays now was heard before: loops of hold music, by the signs of slow band energy differences.

One 23-bit word each 100 ms: the sign of the change, over 0.4 s and across neighbouring bands, of band energies averaged over
0.4 s (after Haitsma and Kalker, ISMIR 2002; slower than for speech, so that it does not matter how a pass falls between the blocks,
and so that codecs and lost packets leave most signs as they are). Levels and fixed filters cancel out.

The memory is a tape of the music alone: what is spoken in between takes no room on it. While a pass repeats an earlier one the
*lag* is the length of tape between the two; it is followed word by word, and given up when the music goes on differently.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from .features import FINE_BANDS

MEMORY_WORDS = 18_000
"""Half an hour of music, 72 kB; a loop that is longer is not found."""
_SLACK_WORDS = 2000
_SMOOTH = 4
_LAG = 4
BITS = FINE_BANDS - 1
_WEIGHTS = (1 << np.arange(BITS)).astype(np.uint32)
_QUIET_DB = 30.0
"""Words so much quieter than the loudest of late are noise, and are not compared."""
_FADING_DB = 0.02
_PIECE_WORDS = 10
_PIECES = 6
"""Six seconds are compared at once."""
QUERY_WORDS = _PIECE_WORDS * _PIECES
LEAST_COMPARED = 40
_SHORTEST_LAG = 30
"""Three seconds: what repeats faster is a rhythm."""
FOUND = 0.31
"""Share of differing bits: measured by `bench/fingerprints.py`; behind AMR at 5.9 kbit/s some of the same music has more."""
_AS_GOOD = 0.03
"""The latest of the earlier passes that are nearly as like as the best one is the one that counts."""
_NEAR_WORDS = 15
"""A pass may be so much longer or shorter where silence was taken for music, or the other way round."""
_LOST = 0.39
_FOLLOWED = 1 / 40
"""The likeness of what is followed is a mean over some four seconds."""
_FOLLOWED_START = 0.25


@dataclass(frozen=True, slots=True)
class Repetition:
    """The music that plays now was heard before."""

    lag: int
    """Words of tape between then and now."""
    run: int
    """For how many words it has been the same."""


def words_of(levels_db: NDArray[np.float32]) -> tuple[NDArray[np.uint32], NDArray[np.bool_]]:
    """Return the words of a whole piece, (n, FINE_BANDS) levels of 100 ms, and which are compared.

    They are those found block by block, once 0.3 s have been heard.
    """
    sums = np.cumsum(np.concatenate([np.zeros((1, FINE_BANDS)), levels_db]), axis=0)
    means = (sums[_SMOOTH:] - sums[:-_SMOOTH]) / _SMOOTH
    change = means[_LAG:] - means[:-_LAG]
    words = ((change[:, 1:] > change[:, :-1]) @ _WEIGHTS).astype(np.uint32)
    loud = means[_LAG:].max(axis=1)
    fading = np.arange(len(loud)) * _FADING_DB
    return words, loud > np.maximum.accumulate(loud + fading) - fading - _QUIET_DB


class _Trace:
    """How many bits of a piece of the query differ from the tape: element k compares its word i with the tape's word k + i."""

    def __init__(self, size: int) -> None:
        self.bits = np.zeros(size, np.uint16)
        self.length = 0
        self.count = 0


class MusicMemory:
    """Give it every block with `add`; `pause` where the music has stopped."""

    def __init__(self) -> None:
        self._tape = np.zeros(MEMORY_WORDS + _SLACK_WORDS, np.uint32)
        self._size = 0
        self._dropped = 0
        """Words that have fallen out at the tape's beginning."""
        self._levels: deque[NDArray[np.float32]] = deque(maxlen=_SMOOTH)
        self._means: deque[NDArray[np.float32]] = deque(maxlen=_LAG)
        self._loudest_db = -200.0
        self._traces: deque[_Trace] = deque(maxlen=_PIECES)
        self._lag = 0
        self._run = 0
        self._distance = _FOLLOWED_START
        self._preferred = 0

    @property
    def place(self) -> int:
        """Words put on the tape so far: where the music is now."""
        return self._dropped + self._size

    @property
    def first_place(self) -> int:
        """The earliest place that is still remembered."""
        return self._dropped

    @property
    def repetition(self) -> Repetition | None:
        """Of what plays now; None while it is new, or not yet recognised."""
        return Repetition(self._lag, self._run) if self._lag else None

    def same_since(self) -> int:
        """Return the place from which on the music has been that of the pass before; for what is recognised late."""
        lag, step = self._lag, 2 * _PIECE_WORDS
        words = self._tape[: self._size]
        differing = np.bitwise_count(words[lag:] ^ words[:-lag]) if lag else np.zeros(0, np.uint8)
        begins = len(differing)
        while begins >= step and differing[begins - step : begins].mean() < _LOST * BITS:
            begins -= step
        return self._dropped + lag + begins if lag else self.place

    def prefer(self, lag: int) -> None:
        """Where the music of ``lag`` words ago is as like as any other, it is that: music also repeats within a pass."""
        self._preferred = lag

    def add(self, bands_db: NDArray[np.float32]) -> None:
        """Take a block's (n, FINE_BANDS) band energies while music plays."""
        level = np.add.reduce(bands_db, axis=0, dtype=np.float32) / np.float32(len(bands_db))
        self._levels.append(level)
        mean: NDArray[np.float32] = np.add.reduce(np.array(self._levels), axis=0) / np.float32(len(self._levels))
        if len(self._means) == _LAG:
            change = mean - self._means[0]
            word = np.uint32(((change[1:] > change[:-1]) @ _WEIGHTS).item())
            loud_db = float(mean.max())
            self._loudest_db = max(self._loudest_db - _FADING_DB, loud_db)
            self._take(word, is_compared=loud_db > self._loudest_db - _QUIET_DB)
        self._means.append(mean)

    def pause(self, words: int = 0) -> None:
        """The music has stopped, ``words`` ago: those were none. What comes next is looked for anew, near where this was lost."""
        self._size = max(0, self._size - words)
        self._levels.clear()
        self._means.clear()
        self._lose()

    def _take(self, word: np.uint32, *, is_compared: bool) -> None:
        if self._lag:
            self._follow(word, is_compared=is_compared)
        if not self._lag:
            self._search(word, is_compared=is_compared)
        if self._size == len(self._tape):
            self._tape[:MEMORY_WORDS] = self._tape[_SLACK_WORDS:].copy()
            self._size, self._dropped = MEMORY_WORDS, self._dropped + _SLACK_WORDS
            self._traces.clear()
        self._tape[self._size] = word
        self._size += 1

    def _follow(self, word: np.uint32, *, is_compared: bool) -> None:
        at = self._size - self._lag
        if at < 0:
            self._lose()
            return
        self._run += 1
        if is_compared:
            differing = int(np.bitwise_count(self._tape[at] ^ word)) / BITS
            self._distance += _FOLLOWED * (differing - self._distance)
            if self._distance > _LOST:
                self._lose()

    def _lose(self) -> None:
        self._lag = self._run = 0
        self._distance = _FOLLOWED_START
        self._traces.clear()

    def _search(self, word: np.uint32, *, is_compared: bool) -> None:
        if not self._traces or self._traces[-1].length == _PIECE_WORDS:
            self._traces.append(_Trace(max(0, self._size - _SHORTEST_LAG)))
        trace = self._traces[-1]
        if is_compared and trace.bits.size:
            past = self._tape[trace.length : trace.length + trace.bits.size]
            trace.bits += np.bitwise_count(past ^ word)
            trace.count += 1
        trace.length += 1
        if trace.length == _PIECE_WORDS and len(self._traces) == _PIECES:
            self._look()

    def _look(self) -> None:
        """Compare the last six seconds with everything before them."""
        places = self._traces[0].bits.size
        compared = sum(trace.count for trace in self._traces)
        if places < 1 or compared < LEAST_COMPARED:
            return
        bits = np.zeros(places, np.uint16)
        for number, trace in enumerate(self._traces):
            start = number * _PIECE_WORDS
            bits += trace.bits[start : start + places]
        distances = bits / np.float32(compared * BITS)
        best = float(distances.min())
        if best >= FOUND:
            return
        good = np.flatnonzero(distances <= min(best + _AS_GOOD, FOUND))
        late = good[good > good[-1] - _PIECE_WORDS]
        wanted = self._size + 1 - QUERY_WORDS - self._preferred
        near = good[np.abs(good - wanted) <= _NEAR_WORDS] if self._preferred else good[:0]
        place = int(near[np.abs(near - wanted).argmin()] if near.size else late[distances[late].argmin()])
        self._lag = self._size + 1 - QUERY_WORDS - place
        self._run = QUERY_WORDS
        self._distance = float(distances[place])
