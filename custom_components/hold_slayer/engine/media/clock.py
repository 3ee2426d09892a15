"""The beat of audio: one call every 20 ms against absolute deadlines on a grid that all sessions share.

Because the grid is common, all sessions receive at one instant and send one millisecond later: what one leg of a bridge
received goes out on the other without waiting for a beat of its own. No task: a chain of timer handles.
"""

import asyncio
from collections.abc import Callable

from ..model.audio_frame import FRAME_S


class FrameClock:
    """Calls ``on_tick(skipped)`` every 20 ms.

    Ticks that were missed because the loop was busy are made up for one at a time (packets are read in between); when
    more than ``max_lag_s`` are missing they are skipped and their number is given to the next tick.
    """

    def __init__(self, on_tick: Callable[[int], None], *, offset_s: float, max_lag_s: float) -> None:
        self._on_tick = on_tick
        self._offset_s = offset_s
        self._max_lag_s = max_lag_s
        self._loop = asyncio.get_running_loop()
        self._number = 0
        self._timer: asyncio.TimerHandle | None = None

    @property
    def is_running(self) -> bool:
        """True between `start` and `stop`."""
        return self._timer is not None

    def start(self) -> None:
        """Begin with the next beat of the grid; does nothing when it runs."""
        if self._timer is None:
            self._number = int((self._loop.time() - self._offset_s) / FRAME_S) + 1
            self._arm()

    def stop(self) -> None:
        """No tick comes after this."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _arm(self) -> None:
        self._timer = self._loop.call_at(self._number * FRAME_S + self._offset_s, self._beat)

    def _beat(self) -> None:
        lag_s = self._loop.time() - (self._number * FRAME_S + self._offset_s)
        skipped = int(lag_s / FRAME_S) if lag_s > self._max_lag_s else 0
        self._number += skipped + 1
        self._arm()
        self._on_tick(skipped)
