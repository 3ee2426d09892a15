"""SIP over UDP, TCP and TLS (RFC 3261 section 18): bytes in and out, framing, connections on demand.

Names are resolved off the loop and never handed to ``sendto``. Streams are framed by Content-Length (18.3); CRLF keepalives in
front of a message are skipped and a ping is answered (RFC 5626 section 3.5.1). Not done: WebSocket, SCTP, NAPTR and SRV.
"""

import asyncio
from collections.abc import Callable, Coroutine
import contextlib
import ipaddress
import logging
import socket
import ssl
from typing import Any, override

from .errors import BindError, CannotResolveError, NoAnswerError, TlsError, TrunkError

_LOGGER = logging.getLogger(__name__)

_MAX_HEADER_BYTES = 64 * 1024
_MAX_BODY_BYTES = 256 * 1024
_CONNECT_TIMEOUT_S = 6.0

Address = tuple[str, int]
OnMessage = Callable[[bytes, Address], None]
OnError = Callable[[Address, TrunkError], None]


async def resolve(host: str, port: int) -> Address:
    """Return an IP address for ``host``.

    Raises:
        CannotResolveError: there is none.
    """
    if is_ip(host):
        return host, port
    try:
        found = await asyncio.get_running_loop().getaddrinfo(host, port, type=socket.SOCK_DGRAM)
    except (OSError, UnicodeError) as err:
        raise CannotResolveError("the server's name cannot be resolved") from err
    found.sort(key=lambda item: item[0] != socket.AF_INET)
    return str(found[0][4][0]), port


def is_ip(host: str) -> bool:
    """True for an IP literal."""
    try:
        ipaddress.ip_address(host)
    except ValueError:
        return False
    return True


def local_address_to(address: Address) -> str:
    """IP address of this machine that routes to ``address``; nothing is sent.

    Raises:
        NoAnswerError: there is no route.
    """
    family = socket.AF_INET6 if ":" in address[0] else socket.AF_INET
    with socket.socket(family, socket.SOCK_DGRAM) as probe:
        try:
            probe.connect(address)
        except OSError as err:
            raise NoAnswerError("there is no route to the server") from err
        return str(probe.getsockname()[0])


class UdpTransport(asyncio.DatagramProtocol):
    """One bound socket."""

    name = "UDP"
    is_reliable = False

    def __init__(self, on_message: OnMessage, on_error: OnError) -> None:
        self._on_message = on_message
        self._on_error = on_error
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()

    async def bind(self, address: str, port: int) -> Address:
        """Bind and return the real address. Raises BindError."""
        try:
            self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: self, local_addr=(address, port)
            )
        except OSError as err:
            raise BindError("the local port cannot be bound") from err
        name = self._transport.get_extra_info("sockname")
        return name[0], name[1]

    def send(self, data: bytes, address: Address) -> None:
        """Send one datagram to an IP address."""
        if self._transport is not None:
            self._transport.sendto(data, address)

    @override
    def datagram_received(self, data: bytes, addr: Address) -> None:
        if data.strip(b"\r\n\0"):
            self._on_message(data, addr[:2])

    @override
    def error_received(self, exc: Exception) -> None:
        """ICMP errors do not say whom they are about; the transactions' timers do the work."""

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    async def close(self) -> None:
        """Free the port."""
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            await self._closed.wait()


class StreamTransport:
    """Connections by address, opened on demand and again after they broke; TLS when a context is given."""

    is_reliable = True

    def __init__(
        self, on_message: OnMessage, on_error: OnError, context: ssl.SSLContext | None, server_name: str
    ) -> None:
        self.name = "TLS" if context is not None else "TCP"
        self._on_message = on_message
        self._on_error = on_error
        self._context = context
        self._server_name = server_name
        self._address = ""
        self._writers: dict[Address, asyncio.StreamWriter] = {}
        self._waiting: dict[Address, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def bind(self, address: str, port: int) -> Address:
        """Remember where connections come from; a client's stream needs no listening port."""
        self._address = address
        return address, port or (5061 if self._context is not None else 5060)

    def send(self, data: bytes, address: Address) -> None:
        """Send over the connection to an IP address, opening it when there is none."""
        writer = self._writers.get(address)
        if writer is not None and not writer.is_closing():
            writer.write(data)
        elif address in self._waiting:
            self._waiting[address].append(data)
        else:
            self._waiting[address] = [data]
            self._spawn(self._run(address))

    def _spawn(self, coro: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coro)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _run(self, address: Address) -> None:
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                reader, writer = await asyncio.open_connection(
                    *address,
                    ssl=self._context,
                    server_hostname=self._server_name if self._context is not None else None,
                    local_addr=(self._address, 0) if self._address else None,
                )
        except ssl.SSLError as err:
            self._fail(address, TlsError(f"no trusted TLS connection: {err.reason or 'handshake failed'}"))
            return
        except OSError, TimeoutError:
            self._fail(address, NoAnswerError("the server does not accept a connection"))
            return
        self._writers[address] = writer
        for data in self._waiting.pop(address):
            writer.write(data)
        try:
            await self._read(reader, writer, address)
        except OSError, asyncio.IncompleteReadError, ValueError:
            _LOGGER.debug("A SIP connection broke")
        finally:
            if self._writers.get(address) is writer:
                del self._writers[address]
            writer.close()
            with contextlib.suppress(OSError):
                await writer.wait_closed()

    def _fail(self, address: Address, error: TrunkError) -> None:
        self._waiting.pop(address, None)
        self._on_error(address, error)

    async def _read(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, address: Address) -> None:
        head = b""
        while line := await reader.readline():
            if not head and line in (b"\r\n", b"\n"):
                # Double CRLF is a ping, answered with one (RFC 5626 section 4.4.1).
                writer.write(b"\r\n")
                continue
            head += line
            if len(head) > _MAX_HEADER_BYTES:
                raise ValueError("header too long")
            if line not in (b"\r\n", b"\n"):
                continue
            body = await reader.readexactly(_content_length(head))
            self._on_message(head + body, address)
            head = b""

    async def close(self) -> None:
        """Close all connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)


def _content_length(head: bytes) -> int:
    for line in head.split(b"\r\n"):
        name, _, value = line.partition(b":")
        if name.strip().lower() in (b"content-length", b"l"):
            length = int(value)
            if 0 <= length <= _MAX_BODY_BYTES:
                return length
            raise ValueError("body too long")
    return 0
