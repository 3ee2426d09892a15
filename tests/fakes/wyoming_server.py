"""A Wyoming server that does what a test tells it; frames the protocol itself instead of using the client's library."""

import asyncio
from collections.abc import Awaitable, Callable
import json
from typing import Any, Self

type Handler = Callable[["Conversation"], Awaitable[None]]


class Conversation:
    """One connection, seen from the server."""

    def __init__(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self._reader = reader
        self._writer = writer
        self.seen: list[tuple[str, dict[str, Any], bytes]] = []

    async def read(self) -> tuple[str, dict[str, Any], bytes]:
        header = json.loads(await self._reader.readline())
        data = header.get("data", {})
        if length := header.get("data_length"):
            data |= json.loads(await self._reader.readexactly(length))
        payload = await self._reader.readexactly(header.get("payload_length") or 0)
        self.seen.append((header["type"], data, payload))
        return self.seen[-1]

    async def read_until(self, kind: str) -> list[tuple[str, dict[str, Any], bytes]]:
        while (await self.read())[0] != kind:
            pass
        return self.seen

    async def write(self, kind: str, data: dict[str, Any] | None = None, payload: bytes = b"") -> None:
        body = json.dumps(data or {}).encode()
        header = {"type": kind, "version": "1", "data_length": len(body), "payload_length": len(payload)}
        await self.write_raw(json.dumps(header).encode() + b"\n" + body + payload)

    async def write_raw(self, data: bytes) -> None:
        self._writer.write(data)
        await self._writer.drain()

    async def hang(self) -> None:
        """Wait until the other side goes away."""
        while await self._reader.read(65536):
            pass


class FakeWyomingServer:
    """``async with FakeWyomingServer(handler) as server``: listens on a free port of loopback."""

    def __init__(self, handler: Handler) -> None:
        self._handler = handler
        self._server: asyncio.Server | None = None
        self.conversations: list[Conversation] = []
        self.tasks: set[asyncio.Task[None]] = set()
        self.port = 0

    async def __aenter__(self) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def __aexit__(self, *_error: object) -> None:
        assert self._server is not None
        self._server.close()
        for task in self.tasks:
            task.cancel()
        await asyncio.gather(*self.tasks, return_exceptions=True)

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        task = asyncio.current_task()
        assert task is not None
        self.tasks.add(task)
        conversation = Conversation(reader, writer)
        self.conversations.append(conversation)
        try:
            await self._handler(conversation)
        except OSError, EOFError, ValueError:
            pass  # the client went away, which some tests are about
        finally:
            self.tasks.discard(task)
            writer.close()
