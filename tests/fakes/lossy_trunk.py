"""A bad network between a user agent and its trunk: signalling and the audio of every call lose, delay, reorder and double.

It stands between the two like a router: answers go to where it sent from, and the audio ports in SDP become its own.
"""

import asyncio
import re
from typing import Any, Self, override

from .lossy import LossyPath

_AUDIO = re.compile(r"^m=audio (\d+) ", re.MULTILINE)
_CALL_ID = re.compile(r"^(?:call-id|i)\s*:\s*(\S+)", re.MULTILINE | re.IGNORECASE)
_LENGTH = re.compile(r"^(content-length|l)\s*:\s*\d+", re.MULTILINE | re.IGNORECASE)
_METHOD = re.compile(r"^cseq\s*:\s*\d+\s+(\w+)", re.MULTILINE | re.IGNORECASE)
_PLACES = re.compile(r"^(?:contact|record-route|m)\s*:.*$", re.MULTILINE | re.IGNORECASE)


def _kind_of(text: str) -> str:
    """Method of a request, status and method of an answer."""
    first, second = text.split(" ", 2)[:2]
    if not first.startswith("SIP/"):
        return first
    method = _METHOD.search(text)
    return f"{second} {method[1]}" if method is not None else second


class _Side(asyncio.DatagramProtocol):
    def __init__(self, trunk: LossyTrunk, *, is_near: bool) -> None:
        self._trunk = trunk
        self._is_near = is_near

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._trunk.take(data, addr, is_ours=self._is_near)


class LossyTrunk:
    """The user agent's server is ``port``; ``server_port`` is where the real one listens."""

    def __init__(self, server_port: int, faults: dict[str, float]) -> None:
        self._server = ("127.0.0.1", server_port)
        self._faults = faults
        self._client: tuple[str, int] | None = None
        self._near: Any = None
        self._far: Any = None
        self._signalling = LossyPath(**faults)  # type: ignore[arg-type]
        self._ports: dict[str, dict[bool, int]] = {}
        self._tasks: set[asyncio.Task[None]] = set()
        self.loses_first: set[str] = set()
        """Methods (``BYE``) and answers (``200 BYE``) of which the next one is lost for certain."""
        self.audio: dict[str, LossyPath] = {}
        """Of each call, by its Call-ID."""

    @classmethod
    async def open(cls, server_port: int, **faults: float) -> Self:
        trunk = cls(server_port, faults)
        loop = asyncio.get_running_loop()
        place = ("127.0.0.1", 0)
        trunk._near, _ = await loop.create_datagram_endpoint(lambda: _Side(trunk, is_near=True), place)
        trunk._far, _ = await loop.create_datagram_endpoint(lambda: _Side(trunk, is_near=False), place)
        return trunk

    @property
    def port(self) -> int:
        return int(self._near.get_extra_info("sockname")[1])

    @property
    def audio_lost(self) -> int:
        """Datagrams of all calls that never arrived."""
        return sum(path.lost for path in self.audio.values())

    @property
    def audio_doubled(self) -> int:
        """Datagrams of all calls that arrived twice."""
        return sum(path.twice for path in self.audio.values())

    def take(self, data: bytes, addr: tuple[str, int], *, is_ours: bool) -> None:
        """One datagram of signalling from either end."""
        if is_ours:
            self._client = addr
        task = asyncio.get_running_loop().create_task(self._pass_on(data, is_ours=is_ours))
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)

    async def _pass_on(self, data: bytes, *, is_ours: bool) -> None:
        if data.strip():
            if (kind := _kind_of(data.decode())) in self.loses_first:
                self.loses_first.discard(kind)
                return
            data = (await self._translated(data.decode(), is_ours=is_ours)).encode()
        send, destination = (self._far, self._server) if is_ours else (self._near, self._client)
        if destination is not None:
            self._signalling.deliver(lambda: send.sendto(data, destination))

    async def _translated(self, text: str, *, is_ours: bool) -> str:
        head, _, body = text.partition("\r\n\r\n")
        if not is_ours:
            # Requests inside the dialog come this way too.
            head = _PLACES.sub(lambda line: line[0].replace(f":{self._server[1]}", f":{self.port}"), head)
        found, call = _AUDIO.search(body), _CALL_ID.search(head)
        if found is not None and call is not None:
            path = await self._path(call[1])
            ports = self._ports.setdefault(call[1], {True: 0, False: 0})
            ports[is_ours] = int(found[1])
            path.join(ports[True], ports[False])
            own = path.b_port if is_ours else path.a_port
            body = _AUDIO.sub(f"m=audio {own} ", body)
            head = _LENGTH.sub(rf"\1: {len(body.encode())}", head)
        return f"{head}\r\n\r\n{body}"

    async def _path(self, call_id: str) -> LossyPath:
        if call_id not in self.audio:
            path = await LossyPath.open(**self._faults)
            # Two messages may have come at once.
            if self.audio.setdefault(call_id, path) is not path:
                path.close()
        return self.audio[call_id]

    async def close(self) -> None:
        await asyncio.gather(*self._tasks)
        for path in (self._signalling, *self.audio.values()):
            path.close()
        self._near.close()
        self._far.close()
