"""Writes one call's history in order, off the brain's path."""

import asyncio
from collections.abc import Awaitable, Callable
from functools import partial
import logging

from ..model.call_event import CallOccurrence
from ..model.snapshot import CallSnapshot
from ..ports import CallLog, ServiceError

_LOGGER = logging.getLogger(__name__)


class HistoryWriter:
    """One task that feeds the `CallLog`; a failing disk is told once (``on_failed``) and the call goes on."""

    def __init__(self, log: CallLog | None, call_id: str, on_failed: Callable[[], None]) -> None:
        self._log = log
        self._call_id = call_id
        self._on_failed = on_failed
        self._queue: asyncio.Queue[Callable[[], Awaitable[None]] | None] = asyncio.Queue()
        self._task = asyncio.get_running_loop().create_task(self._run())

    def begin(self, snapshot: CallSnapshot) -> None:
        """The call exists."""
        if self._log is not None:
            self._queue.put_nowait(partial(self._log.begin, snapshot))

    def record(self, occurrence: CallOccurrence) -> None:
        """Something happened."""
        if self._log is not None:
            self._queue.put_nowait(partial(self._log.record, occurrence))

    async def finish(self, snapshot: CallSnapshot) -> None:
        """Write how it ended; returns when everything is written or has failed."""
        if self._log is not None:
            self._queue.put_nowait(partial(self._log.end, snapshot))
        self._queue.put_nowait(None)
        await self._task

    async def _run(self) -> None:
        has_failed = False
        while (write := await self._queue.get()) is not None:
            try:
                await write()
            except ServiceError as err:
                if not has_failed:
                    _LOGGER.warning("The history of call %s cannot be written: %s", self._call_id, err)
                    self._on_failed()
                has_failed = True
