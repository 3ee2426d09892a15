"""SIP over UDP, TCP and TLS (RFC 3261 section 18): bytes in and out, connections on demand.

Names are resolved off the loop and never handed to ``sendto``. A stream is opened when something is to be sent and again after it
broke; it comes from an ephemeral port, and the far end's requests come back over it. Not done: listening for streams, WebSocket,
SCTP, NAPTR and SRV.
"""

import asyncio
from collections.abc import Coroutine
import ipaddress
import logging
import socket
import ssl
from typing import Any, Protocol, override

from .errors import BindError, CannotResolveError, NoAnswerError, TlsError, TransportError, TrunkError
from .framing import Framer, FramingError
from .tls import tls_error
from .wire import Address

_LOGGER = logging.getLogger(__name__)

_CONNECT_TIMEOUT_S = 6.0
_CLOSE_TIMEOUT_S = 1.0
_RESOLVE_TIMEOUT_S = 5.0
_MAX_WAITING = 100
KEEPALIVE = b"\r\n\r\n"


class TransportUser(Protocol):
    """Who is told what happens on a transport."""

    def on_data(self, data: bytes, source: Address) -> None:
        """One message came in."""
        ...

    def on_connected(self, destination: Address, local: Address) -> None:
        """A stream is open, from this local address."""
        ...

    def on_transport_error(self, destination: Address, error: TrunkError) -> None:
        """No stream can be had, or it broke."""
        ...


async def resolve(host: str, port: int) -> Address:
    """Return an IP address for ``host``; IPv4 is preferred.

    Raises:
        CannotResolveError: there is none, or the name service does not answer.
    """
    if is_ip(host):
        return host, port
    try:
        async with asyncio.timeout(_RESOLVE_TIMEOUT_S):
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


def is_wildcard(host: str) -> bool:
    """True for the address that means every interface: good to bind, useless to tell anybody."""
    return is_ip(host) and ipaddress.ip_address(host).is_unspecified


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

    def __init__(self, user: TransportUser) -> None:
        self._user = user
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()

    async def bind(self, address: str, port: int) -> Address:
        """Bind and return the real address. Raises BindError."""
        try:
            self._transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
                lambda: self, local_addr=(address, port)
            )
        except OSError as err:
            raise BindError("the local address or port cannot be bound") from err
        name = self._transport.get_extra_info("sockname")
        return name[0], name[1]

    async def connect(self, destination: Address) -> None:
        """Nothing to do: datagrams need no connection."""

    def send(self, data: bytes, destination: Address) -> None:
        """Send one datagram to an IP address."""
        if self._transport is not None:
            self._transport.sendto(data, destination)

    def ping(self, destination: Address) -> None:
        """Keep a NAT binding open (RFC 5626 section 4.4 has STUN for it; CRLF is what everybody takes)."""
        self.send(KEEPALIVE, destination)

    @override
    def datagram_received(self, data: bytes, addr: tuple[Any, ...]) -> None:
        if data.strip(b"\r\n\0"):
            self._user.on_data(data, (addr[0], addr[1]))

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


async def _close(writer: asyncio.StreamWriter) -> None:
    """Close a stream in a bounded time: many a server never says farewell in TLS, for which asyncio would wait half a minute."""
    writer.close()
    try:
        async with asyncio.timeout(_CLOSE_TIMEOUT_S):
            await writer.wait_closed()
    except OSError:  # a timeout is one
        writer.transport.abort()


class StreamTransport:
    """Connections by address; TLS when a context is given."""

    def __init__(self, user: TransportUser, context: ssl.SSLContext | None, server_name: str) -> None:
        """``server_name`` is what a TLS certificate must be for."""
        self.name = "TLS" if context is not None else "TCP"
        self._user = user
        self._context = context
        self._server_name = server_name
        self._address = ""
        self._writers: dict[Address, asyncio.StreamWriter] = {}
        self._waiting: dict[Address, list[bytes]] = {}
        self._tasks: set[asyncio.Task[None]] = set()

    async def bind(self, address: str, port: int) -> Address:
        """Remember where connections come from. The real port is known when one is open."""
        self._address = address
        return address, port

    async def connect(self, destination: Address) -> None:
        """Open a stream now.

        Raises:
            NoAnswerError: nobody accepts it.
            TlsError: the certificate is not trusted, or no TLS is spoken there.
        """
        if destination in self._writers or destination in self._waiting:
            return
        self._waiting[destination] = []
        try:
            reader, writer = await self._open(destination)
        finally:
            waiting = self._waiting.pop(destination, [])
        self._adopt(destination, writer, waiting)
        self._spawn(self._run(reader, writer, destination))

    def send(self, data: bytes, destination: Address) -> None:
        """Send over the connection to an IP address, opening it when there is none."""
        writer = self._writers.get(destination)
        if writer is not None and not writer.is_closing():
            writer.write(data)
            return
        waiting = self._waiting.get(destination)
        if waiting is None:
            self._spawn(self._connect_for(data, destination))
        elif len(waiting) < _MAX_WAITING:
            waiting.append(data)

    def ping(self, destination: Address) -> None:
        """Keep an open connection open (RFC 5626 section 3.5.1); none is opened for it."""
        if destination in self._writers:
            self._writers[destination].write(KEEPALIVE)

    def _spawn(self, coro: Coroutine[Any, Any, None]) -> None:
        task = asyncio.get_running_loop().create_task(coro)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _connect_for(self, data: bytes, destination: Address) -> None:
        waiting = self._waiting.get(destination)
        if waiting is not None or destination in self._writers:
            self.send(data, destination)
            return
        self._waiting[destination] = [data]
        try:
            reader, writer = await self._open(destination)
        except TrunkError as err:
            self._waiting.pop(destination, None)
            self._user.on_transport_error(destination, err)
            return
        self._adopt(destination, writer, self._waiting.pop(destination, []))
        await self._run(reader, writer, destination)

    def _adopt(self, destination: Address, writer: asyncio.StreamWriter, waiting: list[bytes]) -> None:
        self._writers[destination] = writer
        name = writer.get_extra_info("sockname")
        self._user.on_connected(destination, (name[0], name[1]))
        for data in waiting:
            writer.write(data)

    async def _open(self, destination: Address) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
        has_tls = self._context is not None
        try:
            async with asyncio.timeout(_CONNECT_TIMEOUT_S):
                return await asyncio.open_connection(
                    *destination,
                    ssl=self._context,
                    server_hostname=self._server_name if has_tls else None,
                    ssl_handshake_timeout=_CONNECT_TIMEOUT_S / 2 if has_tls else None,
                    local_addr=(self._address, 0) if self._address else None,
                )
        except ssl.SSLError as err:
            raise tls_error(err) from err
        except (ConnectionResetError, ConnectionAbortedError, BrokenPipeError) as err:
            # Accepted and then dropped: with TLS that is a server that does not speak it.
            if has_tls:
                raise TlsError("no TLS is spoken there") from err
            raise NoAnswerError("the server drops the connection") from err
        except OSError as err:
            raise NoAnswerError("the server does not accept a connection") from err

    async def _run(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter, destination: Address) -> None:
        framer = Framer()
        loop = asyncio.get_running_loop()
        try:
            while data := await reader.read(65536):
                for message in framer.feed(data):
                    # From the loop: a failure of whoever takes the message must not close the connection.
                    loop.call_soon(self._user.on_data, message, destination)
                if framer.take_pings():
                    writer.write(b"\r\n")
        except (OSError, FramingError) as err:
            _LOGGER.debug("A SIP connection broke: %s", type(err).__name__)
        finally:
            if self._writers.get(destination) is writer:
                del self._writers[destination]
            await _close(writer)
        self._user.on_transport_error(destination, TransportError("the connection to the server broke"))

    async def close(self) -> None:
        """Close all connections."""
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
