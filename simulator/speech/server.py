"""Runs a Wyoming handler on loopback, on any free port, and says where."""

import asyncio
from collections.abc import Callable
import contextlib
from typing import Any, Self

from wyoming.server import AsyncEventHandler


class WyomingServer:
    """An asynchronous context manager; ``port`` is known inside."""

    def __init__(self, handler: Callable[..., AsyncEventHandler], *, port: int = 0) -> None:
        self._handler = handler
        self.port = port
        self._server: asyncio.Server | None = None
        self._tasks: set[asyncio.Task[Any]] = set()

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._connected, "127.0.0.1", self.port)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._server is not None:
            self._server.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._server is not None:
            await self._server.wait_closed()

    async def _connected(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        if task is not None:
            self._tasks.add(task)
            task.add_done_callback(self._tasks.discard)
        handler = self._handler(reader, writer)
        try:
            with contextlib.suppress(OSError):
                await handler.run()
        finally:
            writer.close()
