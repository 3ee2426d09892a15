"""UDP sockets of a media session: an even RTP port and the RTCP port above it (RFC 3550 section 11)."""

import asyncio
from collections.abc import Callable
import random
from typing import cast, override

from .source_filter import Address

type PortRange = tuple[int, int]
"""First and last UDP port that may be used, both included."""

_ATTEMPTS = 60


def _drop(_data: bytes, _address: Address) -> None:
    """Stand in until somebody listens."""


class DatagramPort(asyncio.DatagramProtocol):
    """One bound socket. Errors of the far end (ICMP) are counted, not logged: they come 50 times a second."""

    def __init__(self) -> None:
        self.on_datagram: Callable[[bytes, Address], None] = _drop
        """Who gets what arrives; nobody until it is set."""
        self._transport: asyncio.DatagramTransport | None = None
        self._is_lost = asyncio.Event()
        self.send_errors = 0

    @classmethod
    async def bind(cls, address: str, port: int) -> DatagramPort:
        """Bind ``port`` (0: any free one). Raises OSError."""
        loop = asyncio.get_running_loop()
        _, protocol = await loop.create_datagram_endpoint(cls, local_addr=(address, port))
        return protocol

    @property
    def port(self) -> int:
        """The port bound."""
        assert self._transport is not None
        return int(self._transport.get_extra_info("sockname")[1])

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        self._transport = cast("asyncio.DatagramTransport", transport)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str | int, ...]) -> None:
        self.on_datagram(data, (str(addr[0]), int(addr[1])))

    @override
    def error_received(self, exc: Exception) -> None:
        self.send_errors += 1

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._is_lost.set()

    def send(self, data: bytes, address: Address) -> None:
        """Send one datagram to an IP address (never a host name: resolving would block the loop)."""
        if self._transport is not None and not self._transport.is_closing():
            self._transport.sendto(data, address)

    async def close(self) -> None:
        """Close the socket; the port is free when this returns."""
        if self._transport is not None:
            self._transport.abort()
            await self._is_lost.wait()


async def bind_pair(address: str, port_range: PortRange | None) -> tuple[DatagramPort, DatagramPort]:
    """Bind an even port for RTP and the next one for RTCP.

    Raises:
        OSError: no free pair in ``port_range``, or the address is not one of this machine.
    """
    error: OSError | None = None
    for port in _pick_ports(port_range):
        try:
            rtp = await DatagramPort.bind(address, port)
        except OSError as err:
            error = err
            if port == 0:
                break
            continue
        if rtp.port % 2 == 0:
            try:
                return rtp, await DatagramPort.bind(address, rtp.port + 1)
            except OSError as err:
                error = err
        await rtp.close()
    raise error or OSError("no pair of free media ports")


def _pick_ports(port_range: PortRange | None) -> list[int]:
    """Return ports to try: 0 (the system chooses) without a range, else its even ports from a random one on."""
    if port_range is None:
        return [0] * _ATTEMPTS
    first, last = port_range
    ports = list(range(first + first % 2, last, 2))
    start = random.randrange(len(ports)) if ports else 0
    return ports[start:] + ports[:start]
