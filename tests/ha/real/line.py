"""A line on loopback: the simulator's SIP server with a company that rings, answers and says nothing; and servers that refuse."""

import asyncio
from collections.abc import AsyncGenerator
from contextlib import asynccontextmanager
import re
from typing import Any, Self, override

from simulator.sip_server import Call, SipServer


class Line:
    """``async with Line() as line``: account ``alice`` with password ``secret``; 5550100 answers, others ring for ever."""

    def __init__(self) -> None:
        self.events: list[tuple[str, dict[str, Any]]] = []
        self.calls: list[Call] = []
        self._changed = asyncio.Condition()
        self._notices: set[asyncio.Task[None]] = set()
        self._server = SipServer({"alice": "secret"}, self._on_call, self._log)

    async def __aenter__(self) -> Self:
        await self._server.start(0)
        return self

    async def __aexit__(self, *_error: object) -> None:
        await self._server.stop()
        await asyncio.gather(*self._notices)

    @property
    def port(self) -> int:
        return self._server.port

    def _log(self, event: str, **data: Any) -> None:
        self.events.append((event, data))
        notice = asyncio.get_running_loop().create_task(self._notify())
        self._notices.add(notice)
        notice.add_done_callback(self._notices.discard)

    async def _notify(self) -> None:
        async with self._changed:
            self._changed.notify_all()

    async def seen(self, event: str, timeout: float = 10.0, **wanted: Any) -> dict[str, Any]:
        """Wait for an event of the server with these data; all its data."""
        async with asyncio.timeout(timeout), self._changed:
            while True:
                for name, data in self.events:
                    if name == event and wanted.items() <= data.items():
                        return data
                await self._changed.wait()

    async def _on_call(self, call: Call) -> None:
        self.calls.append(call)
        call.provisional(180, "Ringing")
        self._log("ringing", number=call.number)
        if call.number == "5550100":
            await call.answer()
            self._log("answered")
        await call.ended.wait()
        self._log("over", by=call.ended_by, was_up=call.is_up)


class _Refusing(asyncio.DatagramProtocol):
    """Answers every request with one status."""

    def __init__(self, status: str) -> None:
        self._status = status
        self._transport: asyncio.DatagramTransport | None = None

    @override
    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        wanted = re.compile(r"^(via|from|to|call-id|cseq):", re.IGNORECASE)
        kept = [line for line in data.decode().split("\r\n") if wanted.match(line)]
        kept = [f"{line};tag=x" if line.lower().startswith("to:") else line for line in kept]
        if kept and self._transport is not None:
            lines = [f"SIP/2.0 {self._status}", *kept, "Content-Length: 0", "", ""]
            self._transport.sendto("\r\n".join(lines).encode(), addr)


@asynccontextmanager
async def refusing(status: str) -> AsyncGenerator[int]:
    """A UDP server that answers with ``status``; yields its port."""
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: _Refusing(status), ("127.0.0.1", 0)
    )
    try:
        yield transport.get_extra_info("sockname")[1]
    finally:
        transport.close()
        await asyncio.sleep(0)


@asynccontextmanager
async def no_tls() -> AsyncGenerator[int]:
    """A TCP server that does not know TLS; yields its port."""

    async def answer(reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        await reader.read(1)
        writer.write(b"SIP/2.0 400 Bad Request\r\n\r\n")
        writer.close()
        await writer.wait_closed()

    server = await asyncio.start_server(answer, "127.0.0.1", 0)
    try:
        yield server.sockets[0].getsockname()[1]
    finally:
        server.close()
        await server.wait_closed()
