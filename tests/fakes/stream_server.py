"""A trunk over TCP or TLS that answers by a function."""

import asyncio
from collections.abc import Callable
import ssl
from typing import Any, Self

from .sip_line import SDP, Heard, reply


class StreamServer:
    """What came in, and over how many connections."""

    def __init__(self, answer: Callable[[Heard], list[bytes]]) -> None:
        self.answer = answer
        self.heard: list[Heard] = []
        self.raw = b""
        self.connections = 0
        self.writer: asyncio.StreamWriter | None = None
        self._server: Any = None
        self.port = 0

    async def open(self, context: ssl.SSLContext | None = None) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writer = writer
        data = b""
        while chunk := await reader.read(65536):
            self.raw += chunk
            data = (data + chunk).lstrip(b"\r\n")
            while b"\r\n\r\n" in data:
                head, _, rest = data.partition(b"\r\n\r\n")
                length = int(Heard(head + b"\r\n\r\n")["Content-Length"])
                if len(rest) < length:
                    break
                message = Heard(head + b"\r\n\r\n" + rest[:length])
                data = rest[length:].lstrip(b"\r\n")
                self.heard.append(message)
                for answer in self.answer(message):
                    writer.write(answer)
        writer.close()

    def of(self, what: str) -> list[Heard]:
        return [message for message in self.heard if message.what == what]

    async def close(self) -> None:
        self._server.close()
        if self.writer is not None:
            self.writer.close()
        await self._server.wait_closed()


def trunk(message: Heard) -> list[bytes]:
    """Registers everybody, answers every call."""
    if message.what == "INVITE":
        return [reply(message, "200 OK", "Contact: <sip:gw@127.0.0.1:9;transport=tls>", tag="t", body=SDP)]
    if message.what in ("REGISTER", "BYE"):
        return [reply(message, "200 OK", "Expires: 60", tag="t" if message.what == "REGISTER" else "")]
    return []
