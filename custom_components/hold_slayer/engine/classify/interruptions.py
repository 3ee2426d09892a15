"""When is an announcement due? Queues interrupt themselves at fixed places: of their music, or of the clock.

Who speaks where recordings have always come is probably one; who speaks where none ever came is rather a person. How much that
says is learned in the call itself: the share of this queue's announcements that came where they were due (a Beta-Bernoulli
estimate), against the chance to hit such a place by accident, which is a person's.
"""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import pairwise
from math import log

from ..audio.spectrum import BLOCK_S
from .music_loop import NEAR_BLOCKS, MusicPlace

_MOST = 40
_GAP_S = 3.0
"""Speech after a shorter pause belongs to the same interruption."""
_ONSET_BLOCKS = 2
_NEAR_S, _NEAR_SHARE = 0.7, 0.01
"""Two intervals that differ by no more are equal."""
_MOST_PASSES = 3
_HITS, _TRIALS = 0.25, 1.25
"""Before anything is known of a queue: one in five of its announcements comes where one is due."""
_LEAST_CHANCE, _MOST_CHANCE = 0.02, 0.5
_MOST_AGAINST, _MOST_FOR = -2.5, 1.5


@dataclass(frozen=True, slots=True)
class Interruption:
    """Somebody or something began to speak on hold."""

    is_expected: bool
    """An announcement was due."""
    log_odds: float
    """How much likelier a person makes it so than a recording of this queue, as a logarithm."""


@dataclass(slots=True)
class _Heard:
    start_s: float
    end_s: float
    where: MusicPlace | None


class Interruptions:
    """Of one call; bounded in memory. A person who puts us back on hold is one interruption among others."""

    def __init__(self) -> None:
        self._t_s = 0.0
        self._speech = 0
        self._quiet_s = _GAP_S
        self._heard: list[_Heard] = []
        self._hits = self._trials = 0
        self._judged: Interruption | None = None

    def update(
        self, where: MusicPlace | None, first_place: int, *, is_speech: bool, is_sound_back: bool
    ) -> Interruption | None:
        """Take 100 ms; return what begins with it.

        ``where``: the music is or was a moment ago; ``is_sound_back``: the hold's own sound plays again, so what was said is over.
        """
        self._t_s += BLOCK_S
        self._speech = self._speech + 1 if is_speech else 0
        if is_sound_back:
            self._quiet_s = max(self._quiet_s, _GAP_S)
        if self._speech < _ONSET_BLOCKS:
            self._quiet_s += BLOCK_S
            return None
        is_new, self._quiet_s = self._quiet_s >= _GAP_S, 0.0
        if not is_new:
            if self._heard:
                self._heard[-1].end_s = self._t_s
            return None
        return self._begin(where, first_place)

    def _begin(self, where: MusicPlace | None, first_place: int) -> Interruption | None:
        # The hold has gone on since the one before: it was an announcement.
        if self._judged is not None:
            self._trials += 1
            self._hits += self._judged.is_expected
        judged = self._judge(where, first_place)
        self._heard = [*self._heard[-_MOST + 1 :], _Heard(self._t_s, self._t_s, where)]
        self._judged = judged
        return judged

    def _judge(self, where: MusicPlace | None, first_place: int) -> Interruption | None:
        by_time, by_place = self._by_time(), self._by_place(where, first_place)
        known = [each for each in (by_time, by_place) if each is not None]
        if not known:
            return None
        is_expected = any(is_due for is_due, _ in known)
        chance = min(_MOST_CHANCE, max(_LEAST_CHANCE, sum(chance for _, chance in known)))
        share = (self._hits + _HITS) / (self._trials + _TRIALS)
        odds = log(chance / share) if is_expected else log((1 - chance) / (1 - share))
        return Interruption(is_expected, max(_MOST_AGAINST, min(_MOST_FOR, odds)))

    def _by_time(self) -> tuple[bool, float] | None:
        """Whether the interval to the last interruption is one that was there before, and the chance of that."""
        if len(self._heard) < 2:
            return None
        starts = _different(b.start_s - a.start_s for a, b in pairwise(self._heard))
        pauses = _different(b.start_s - a.end_s for a, b in pairwise(self._heard))
        last = self._heard[-1]
        is_due = any(_is_near(self._t_s - last.start_s, each) for each in starts) or any(
            _is_near(self._t_s - last.end_s, each) for each in pauses
        )
        longest = max(starts)
        reach = sum(2 * _tolerance(each) for each in (*starts, *pauses))
        return is_due, reach / (longest + 20.0)

    def _by_place(self, where: MusicPlace | None, first_place: int) -> tuple[bool, float] | None:
        """Whether the music was interrupted here in an earlier pass, and the chance of that."""
        if where is None or not where.lag:
            return None
        places = [each.where.place for each in self._heard if each.where is not None]
        passes = [where.place - where.lag * count for count in range(1, _MOST_PASSES + 1)]
        passes = [place for place in passes if place >= first_place]
        if not passes:
            return None
        is_due = any(abs(place - before) <= NEAR_BLOCKS for place in places for before in passes)
        within = [place for place in places if where.place - where.lag <= place]
        return is_due, min(1.0, max(1, len(within)) * 2 * NEAR_BLOCKS / where.lag)


def _tolerance(interval_s: float) -> float:
    return max(_NEAR_S, _NEAR_SHARE * interval_s)


def _is_near(found_s: float, wanted_s: float) -> bool:
    return abs(found_s - wanted_s) <= _tolerance(wanted_s)


def _different(intervals: Iterable[float]) -> list[float]:
    """One of each kind."""
    found: list[float] = []
    for each in intervals:
        if not any(_is_near(each, other) for other in found):
            found.append(each)
    return found
