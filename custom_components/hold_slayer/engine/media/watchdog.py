"""Notices a far end that died without a word: no accepted packet for too long. Sans-IO; asked once a packet time."""

from collections.abc import Callable

from ..model.audio_frame import FRAME_S


class Watchdog:
    """Calls ``on_dead`` once when `tick` was called for ``timeout_s`` without `feed`."""

    def __init__(self, timeout_s: float, on_dead: Callable[[], None]) -> None:
        self._limit = round(timeout_s / FRAME_S)
        self._on_dead = on_dead
        self._ticks = 0

    def feed(self) -> None:
        """Something was received."""
        self._ticks = 0

    def tick(self) -> None:
        """One packet time passed."""
        self._ticks += 1
        if self._ticks == self._limit:
            self._on_dead()
