"""A far end for RTP tests with its own packet code, so that a mistake of the product cannot hide on both sides."""

import asyncio
from dataclasses import dataclass, field
import math
import struct
import time
from typing import Self

SAMPLES = 160


@dataclass(frozen=True)
class Packet:
    """One RTP packet as RFC 3550 section 5.1 draws it."""

    payload_type: int
    sequence: int
    timestamp: int
    payload: bytes
    ssrc: int = 0x1234
    marker: bool = False
    at: float = 0.0

    @classmethod
    def parse(cls, data: bytes) -> Self:
        first, second, sequence, timestamp, ssrc = struct.unpack_from("!BBHII", data)
        assert first == 0x80, "version 2, no padding, no extension, no contributing sources"
        return cls(second & 0x7F, sequence, timestamp, data[12:], ssrc, bool(second & 0x80), time.monotonic())

    def __bytes__(self) -> bytes:
        second = self.marker << 7 | self.payload_type
        return struct.pack("!BBHII", 0x80, second, self.sequence, self.timestamp, self.ssrc) + self.payload


@dataclass(frozen=True)
class Event:
    """One telephone event payload as RFC 4733 section 2.3 draws it."""

    code: int
    is_end: bool
    volume: int
    duration: int

    @classmethod
    def parse(cls, payload: bytes) -> Self:
        assert len(payload) == 4
        code, flags, duration = struct.unpack("!BBH", payload)
        assert not flags & 0x40, "the reserved bit is zero"
        return cls(code, bool(flags & 0x80), flags & 0x3F, duration)

    def __bytes__(self) -> bytes:
        return struct.pack("!BBH", self.code, self.is_end << 7 | self.volume, self.duration)


class ToneDetector:
    """Hears keys the way an Asterisk or a gateway does: a new timestamp is a new key; needs an end and a minimum length."""

    def __init__(self) -> None:
        self.keys: list[str] = []
        self._timestamp: int | None = None
        self._is_over = True

    def feed(self, packet: Packet) -> None:
        event = Event.parse(packet.payload)
        if packet.timestamp != self._timestamp:
            self._timestamp = packet.timestamp
            self._is_over = False
        if event.is_end and not self._is_over:
            self._is_over = True
            if event.duration >= 320:
                self.keys.append("0123456789*#ABCD"[event.code])


@dataclass
class RtpPeer(asyncio.DatagramProtocol):
    """A UDP socket on loopback that records what it gets and sends what it is told."""

    received: list[Packet] = field(default_factory=list)
    empty_datagrams: int = 0
    transport: asyncio.DatagramTransport | None = None
    _grown: asyncio.Event = field(default_factory=asyncio.Event)

    @classmethod
    async def open(cls, port: int = 0) -> RtpPeer:
        peer = cls()
        await asyncio.get_running_loop().create_datagram_endpoint(lambda: peer, local_addr=("127.0.0.1", port))
        return peer

    @property
    def port(self) -> int:
        assert self.transport is not None
        return int(self.transport.get_extra_info("sockname")[1])

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data:
            self.received.append(Packet.parse(data))
        else:
            self.empty_datagrams += 1
        self._grown.set()

    def send(self, packet: Packet, port: int) -> None:
        assert self.transport is not None
        self.transport.sendto(bytes(packet), ("127.0.0.1", port))

    async def wait_for(self, count: int) -> list[Packet]:
        """Return what came once there are ``count`` packets."""
        async with asyncio.timeout(10):
            while len(self.received) < count:
                self._grown.clear()
                await self._grown.wait()
        return self.received

    def close(self) -> None:
        if self.transport is not None:
            self.transport.close()


def tone_pcm(samples: int, hertz: float = 440.0, peak: int = 8000, start: int = 0) -> bytes:
    """Signed 16-bit PCM at 8 kHz."""
    return struct.pack(
        f"<{samples}h",
        *(int(peak * math.sin(2 * math.pi * hertz * n / 8000)) for n in range(start, start + samples)),
    )
