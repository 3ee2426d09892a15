"""An event loop whose clock jumps to the next timer: time limits come in their order, however slow the machine is."""

import asyncio
from collections.abc import Coroutine
import selectors
from typing import Any


class _Selector(selectors.DefaultSelector):
    """Waits for nothing but what is there: the rest of the wait is only counted."""

    def __init__(self) -> None:
        super().__init__()
        self.waited_s = 0.0

    def select(self, timeout: float | None = None) -> list[tuple[selectors.SelectorKey, int]]:
        """Raise `RuntimeError` where no timer could ever end the wait."""
        if timeout is None:
            raise RuntimeError("everything waits, and for no timer")
        events = super().select(0)
        if not events:
            self.waited_s += max(timeout, 0.0)
        return events


class _JumpingLoop(asyncio.SelectorEventLoop):
    def __init__(self) -> None:
        self._jumping = _Selector()
        super().__init__(self._jumping)

    def time(self) -> float:
        return self._jumping.waited_s


def in_virtual_time[T](what: Coroutine[Any, Any, T]) -> T:
    """What ``what`` returns, run in a loop of its own; nothing in it may need threads or the network."""
    with asyncio.Runner(loop_factory=_JumpingLoop) as runner:
        return runner.run(what)
