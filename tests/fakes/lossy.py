"""A bad network between two UDP ports of loopback: loses, delays, reorders and doubles datagrams, both ways, by a seed."""

import asyncio
from collections.abc import Callable
from random import Random
from typing import Self, override


class _Side(asyncio.DatagramProtocol):
    """Where one end sends to; what comes there goes on from the other side."""

    def __init__(self, path: LossyPath) -> None:
        self._path = path
        self.other: _Side | None = None
        self.transport: asyncio.DatagramTransport | None = None
        self.destination = ("127.0.0.1", 0)

    @override
    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self.transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        assert self.other is not None
        self._path.carry(data, self.other)

    @property
    def port(self) -> int:
        assert self.transport is not None
        return int(self.transport.get_extra_info("sockname")[1])


class LossyPath:
    """Give each end the port of its side (`a_port`, `b_port`), and `join` their own ports."""

    def __init__(self, *, loss: float, jitter_s: float, doubled: float, seed: int = 1) -> None:
        self._loss, self._jitter_s, self._doubled = loss, jitter_s, doubled
        self._random = Random(seed)
        self._a, self._b = _Side(self), _Side(self)
        self._a.other, self._b.other = self._b, self._a
        self.is_cut = False
        """Nothing comes through any more."""
        self.carried = self.lost = self.twice = 0
        self._under_way: set[asyncio.TimerHandle] = set()

    @classmethod
    async def open(cls, **faults: float) -> Self:
        path = cls(**faults)  # type: ignore[arg-type]
        loop = asyncio.get_running_loop()
        for side in (path._a, path._b):
            await loop.create_datagram_endpoint(lambda side=side: side, local_addr=("127.0.0.1", 0))
        return path

    @property
    def a_port(self) -> int:
        """Where end a sends to."""
        return self._a.port

    @property
    def b_port(self) -> int:
        """Where end b sends to."""
        return self._b.port

    def join(self, a: int, b: int) -> None:
        """The ports on which the ends listen."""
        self._a.destination, self._b.destination = ("127.0.0.1", a), ("127.0.0.1", b)

    def carry(self, data: bytes, out: _Side) -> None:
        """One datagram leaves by ``out``, late, twice or never."""
        self.deliver(lambda: self._send(data, out))

    def deliver(self, send: Callable[[], None]) -> None:
        """Call ``send`` late, twice or never."""
        self.carried += 1
        if self.is_cut or self._random.random() < self._loss:
            self.lost += 1
            return
        times = 2 if self._random.random() < self._doubled else 1
        self.twice += times - 1
        for _ in range(times):
            late_s = self._random.uniform(0.0, self._jitter_s)
            loop = asyncio.get_running_loop()
            self._under_way = {each for each in self._under_way if each.when() > loop.time()}
            self._under_way.add(loop.call_later(late_s, send))

    @staticmethod
    def _send(data: bytes, out: _Side) -> None:
        if out.transport is not None and not out.transport.is_closing():
            out.transport.sendto(data, out.destination)

    def close(self) -> None:
        for each in self._under_way:
            each.cancel()
        for side in (self._a, self._b):
            if side.transport is not None:
                side.transport.close()
