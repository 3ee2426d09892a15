"""Hold music that comes again: its period, which pass this is, and where in it the music is.

Three ways to go on after an announcement are told apart: the music was stopped and goes on where it was (its length on the tape
is the period), it ran on unheard (the clock is), or it begins anew each time.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..audio.music_memory import MusicMemory, Repetition
from ..audio.spectrum import BLOCK_S
from ..model.hold_pattern import HoldPattern, HoldSound
from .line_score import LineScore

_OPENS_BLOCKS = 5
_CLOSES_BLOCKS = 10
_REMEMBERED_BLOCKS = 50
"""So long after the music stopped, it is known where."""
NEAR_BLOCKS = 15
"""Places in two passes that are no further apart are the same."""
_MOST_STRETCHES = 400
_PROVED_SHARE = 0.4
_PROVED_LEAST, _PROVED_MOST = 300, 600
_SHORT_LOOP, _SHORT_PROVED = 200, 900
"""Pieces repeat their own parts; what is shorter than 20 s has to go on for 90 s to be the loop itself."""
_RESTARTS = 2
_NEW_MUSIC_BLOCKS = 300
"""After so much music that was never heard, the loop is another one, or none."""


@dataclass(slots=True)
class _Clock:
    """One way to measure the distance of two passes: along the tape, or by time."""

    lag: int = 0
    run: int = 0
    """Blocks that have been the same at this distance."""
    since: int = 0
    """Where they began."""

    def begin(self, since: int, lag: int, run: int) -> None:
        """Take a stretch that has turned out to be a repetition."""
        if abs(lag - self.lag) > NEAR_BLOCKS:
            self.run, self.since = 0, since
        self.lag = lag
        self.run += run

    @property
    def is_proved(self) -> bool:
        """So much came again that it is no mere part of a piece."""
        if self.lag < _SHORT_LOOP:
            return self.run >= _SHORT_PROVED
        return self.run >= min(_PROVED_MOST, max(_PROVED_LEAST, _PROVED_SHARE * self.lag))

    def passes(self, now: int) -> int:
        """How often the loop has begun."""
        return 1 + (now - self.since + self.lag) // self.lag


@dataclass(frozen=True, slots=True)
class MusicPlace:
    """Where the music is, or stopped a moment ago, in places of the tape (`MusicMemory.place`)."""

    place: int
    lag: int
    """To the same music in the pass before; 0: it is new, or not recognised."""


class LoopTracker:
    """Follows the music of a hold; bounded in memory."""

    def __init__(self) -> None:
        self._memory = MusicMemory()
        self._t = 0
        """Blocks of the call so far."""
        self._music = self._gap = 0
        self._is_open = False
        self._stretches: deque[tuple[int, int]] = deque(maxlen=_MOST_STRETCHES)
        """Place and time of the first word of each stretch of music."""
        self._last: Repetition | None = None
        self._tape, self._wall = _Clock(), _Clock()
        self._clock: _Clock | None = None
        """The one by which the loop is proved."""
        self._restarts = self._longest = 0
        self._is_restart = False
        """What plays now is only known to have begun anew, as it did before."""
        self._before: deque[NDArray[np.float32]] = deque(maxlen=_OPENS_BLOCKS)
        self._new = 0
        self._stopped = MusicPlace(0, 0)
        self._since_stopped = _REMEMBERED_BLOCKS
        self.pattern: HoldPattern | None = None
        """The loop, once known."""

    @property
    def where(self) -> MusicPlace | None:
        """Where the music is or has just been; None when none was heard for five seconds."""
        return self._stopped if self._since_stopped < _REMEMBERED_BLOCKS else None

    @property
    def first_place(self) -> int:
        """The earliest place that is remembered."""
        return self._memory.first_place

    def update(self, bands_db: NDArray[np.float32], score: LineScore, *, is_tone: bool) -> None:
        """Take 100 ms: (n, FINE_BANDS) band energies and what they are."""
        self._t += 1
        is_music = score.any_music > 0.5 and not is_tone
        self._music = self._music + 1 if is_music else 0
        self._gap = 0 if is_music else self._gap + 1
        self._since_stopped += 1
        if not self._is_open:
            self._before.append(bands_db)
            if self._music >= _OPENS_BLOCKS:
                self._open()
            return
        self._memory.add(bands_db)
        self._follow()
        if self._gap == 0:
            self._stopped = MusicPlace(self._memory.place, self._last.lag if self._last else 0)
            self._since_stopped = 0
        elif self._gap >= _CLOSES_BLOCKS:
            self._close()

    def _open(self) -> None:
        self._is_open = True
        began = self._memory.place
        for bands_db in self._before:
            self._memory.add(bands_db)
        self._before.clear()
        self._stretches.append((began, self._t + 1 - (self._memory.place - began)))

    def _close(self) -> None:
        self._is_open = False
        self._memory.pause(_CLOSES_BLOCKS)
        self._longest = max(self._longest, self._memory.place - self._stretches[-1][0])
        self._last = None

    def _follow(self) -> None:
        found, last = self._memory.repetition, self._last
        self._last = found
        if found is None:
            self._new += 1
            if self._new > _NEW_MUSIC_BLOCKS and self.pattern is not None:
                self._tape, self._wall, self._clock = _Clock(), _Clock(), None
                self._restarts, self.pattern = 0, None
                self._memory.prefer(0)
            return
        self._new = 0
        now = self._memory.place
        if last is None or last.lag != found.lag:
            self._begin(now, found)
        elif not self._is_restart:
            self._tape.run += 1
            self._wall.run += 1
        self._conclude(now)

    def _begin(self, now: int, found: Repetition) -> None:
        since = max(self._memory.same_since(), self._stretches[-1][0])
        self._is_restart = self._has_begun_anew(since, found.lag)
        if self._is_restart:
            # How long the stretch before was is no period of the music.
            self._restarts += 1
            if self._clock is None and self._restarts >= _RESTARTS:
                self._tell(self._longest, self._restarts + 1)
            return
        run = now - since
        self._tape.begin(since, found.lag, run)
        self._wall.begin(self._t - run, self._t - self._time_of(now - 1 - found.lag), run)

    def _has_begun_anew(self, since: int, lag: int) -> bool:
        """The music began with its stretch, and so did the one before it."""
        if len(self._stretches) < 2:
            return False
        (before, _), (began, _) = self._stretches[-2], self._stretches[-1]
        return abs(since - began) <= 2 * NEAR_BLOCKS and abs(began - lag - before) <= NEAR_BLOCKS

    def _time_of(self, place: int) -> int:
        for began, t in reversed(self._stretches):
            if began <= place:
                return t + place - began
        began, t = self._stretches[0]
        return t + place - began

    def _conclude(self, now: int) -> None:
        if self._tape.is_proved or self._wall.is_proved:
            self._clock = self._tape if self._tape.run > self._wall.run else self._wall
            self._memory.prefer(self._tape.lag)
        if self._clock is not None and self._clock.is_proved:
            at = now if self._clock is self._tape else self._t
            self._tell(self._clock.lag, self._clock.passes(at))

    def _tell(self, period: int, times: int) -> None:
        new = HoldPattern(HoldSound.MUSIC, round(period * BLOCK_S, 1), times)
        old = self.pattern
        if old is None or (new.times, abs(new.period_s - old.period_s) > NEAR_BLOCKS * BLOCK_S) != (old.times, False):
            self.pattern = new
