"""Work on received audio that may wait some milliseconds: hearing. Sending may not.

What is queued runs half a millisecond at a time; between two pieces the loop sends and receives what is due. With many calls at
once their hearing is spread over the time there is, instead of making every packet late that is due behind it.
"""

import asyncio
from collections import deque
from collections.abc import Callable
from time import perf_counter
from weakref import WeakKeyDictionary

from ..model.audio_frame import AudioFrame

_PIECE_S = 0.0005
_MOST_WAITING = 5000
"""Frames; beyond that the machine is too slow, and waiting longer helps nobody."""

type FrameSink = Callable[[AudioFrame], None]

_queues: WeakKeyDictionary[asyncio.AbstractEventLoop, Later] = WeakKeyDictionary()


class LateSink:
    """One who may wait; after `stop` nothing that waits for it is done any more."""

    __slots__ = ("sink",)

    def __init__(self, sink: FrameSink) -> None:
        self.sink: FrameSink | None = sink

    def stop(self) -> None:
        """Nothing more, not even what is queued."""
        self.sink = None


class Later:
    """The queue of one event loop; frames of one sink stay in order."""

    def __init__(self, loop: asyncio.AbstractEventLoop) -> None:
        self._loop = loop
        self._waiting: deque[tuple[LateSink, AudioFrame]] = deque()
        self._is_scheduled = False

    @classmethod
    def of_this_loop(cls) -> Later:
        """The queue that everything in this event loop shares."""
        loop = asyncio.get_running_loop()
        return _queues.get(loop) or _queues.setdefault(loop, cls(loop))

    def add(self, sink: LateSink, frame: AudioFrame) -> None:
        """Give ``frame`` to ``sink`` soon."""
        self._waiting.append((sink, frame))
        if not self._is_scheduled:
            self._is_scheduled = True
            self._loop.call_soon(self._run)

    def _run(self) -> None:
        until = perf_counter() + _PIECE_S
        while self._waiting:
            late, frame = self._waiting.popleft()
            if late.sink is not None:
                try:
                    late.sink(frame)
                except Exception as err:  # noqa: BLE001 - told to the loop, as for a callback of its own
                    self._loop.call_exception_handler({"message": "Received audio was not taken", "exception": err})
            if perf_counter() > until and len(self._waiting) < _MOST_WAITING:
                break
        self._is_scheduled = bool(self._waiting)
        if self._is_scheduled:
            self._loop.call_soon(self._run)
