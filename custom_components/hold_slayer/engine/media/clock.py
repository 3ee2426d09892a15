"""The beat of audio: one call every 20 ms against absolute deadlines on a grid that all sessions of a call share.

Because the grid is common, all of them receive at one instant and send one millisecond later: what one leg of a bridge received
goes out on the other without waiting for a beat of its own. Different calls keep to different instants (`next_slot`), so that a
hundred of them are no burst that makes the last one late. No task: one chain of timer handles an instant, for all clocks on it.
"""

import asyncio
from collections.abc import Callable
from itertools import count
from weakref import WeakKeyDictionary

from ..model.audio_frame import FRAME_S

_SLOTS = 20
_SLOT_S = FRAME_S / _SLOTS
_STRIDE = 7
"""Prime to the number of slots, so that calls begun one after another are far apart."""
_taken = count()
_beats: WeakKeyDictionary[asyncio.AbstractEventLoop, dict[tuple[float, float], _Beat]] = WeakKeyDictionary()


def next_slot() -> float:
    """Return the instant of the next call: seconds behind the grid, less than 20 ms."""
    return next(_taken) * _STRIDE % _SLOTS * _SLOT_S


class _Beat:
    """All clocks of one instant: one timer."""

    def __init__(self, loop: asyncio.AbstractEventLoop, offset_s: float, max_lag_s: float) -> None:
        self._loop = loop
        self._offset_s = offset_s
        self._max_lag_s = max_lag_s
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None
        self._clocks: dict[FrameClock, None] = {}

    def add(self, clock: FrameClock) -> None:
        self._clocks[clock] = None
        if self._timer is None:
            self._number = int((self._loop.time() - self._offset_s) / FRAME_S) + 1
            self._arm()

    def remove(self, clock: FrameClock) -> None:
        self._clocks.pop(clock, None)
        if not self._clocks and self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self._timer = self._loop.call_at(self._number * FRAME_S + self._offset_s, self._beat)

    def _beat(self) -> None:
        lag_s = self._loop.time() - (self._number * FRAME_S + self._offset_s)
        skipped = int(lag_s / FRAME_S) if lag_s > self._max_lag_s else 0
        self._number += skipped + 1
        self._arm()
        for clock in tuple(self._clocks):
            if clock not in self._clocks:
                continue
            try:
                clock.on_tick(skipped)
            except Exception as err:  # noqa: BLE001 - told to the loop, as for a timer of its own; the other calls go on
                self._loop.call_exception_handler({"message": "A tick of the audio clock failed", "exception": err})


class FrameClock:
    """Calls ``on_tick(skipped)`` every 20 ms, ``offset_s`` behind the grid.

    Ticks that were missed because the loop was busy are made up for one at a time (packets are read in between); when
    more than ``max_lag_s`` are missing they are skipped and their number is given to the next tick.
    """

    def __init__(self, on_tick: Callable[[int], None], *, offset_s: float, max_lag_s: float) -> None:
        self.on_tick = on_tick
        loop = asyncio.get_running_loop()
        beats = _beats.setdefault(loop, {})
        key = (offset_s, max_lag_s)
        self._beat = beats.get(key) or beats.setdefault(key, _Beat(loop, offset_s, max_lag_s))
        self._is_running = False

    @property
    def is_running(self) -> bool:
        """True between `start` and `stop`."""
        return self._is_running

    def start(self) -> None:
        """Begin with the next beat of the grid; does nothing when it runs."""
        if not self._is_running:
            self._is_running = True
            self._beat.add(self)

    def stop(self) -> None:
        """No tick comes after this."""
        self._is_running = False
        self._beat.remove(self)
