"""Far ends for SIP tests: SIPp behind a wire that can lose packets, and a user agent with its events written down."""

import asyncio
from collections.abc import Callable
import hashlib
from pathlib import Path
import re
from typing import Any, Self

from custom_components.hold_slayer.engine.model.call_event import LegEndedEvent, LegEvent, LegFailedEvent
from custom_components.hold_slayer.engine.model.media_description import MediaOffer
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.leg import Leg
from custom_components.hold_slayer.engine.sip.registration import RegistrationStatus
from custom_components.hold_slayer.engine.sip.transaction import TimerValues
from custom_components.hold_slayer.engine.sip.user_agent import UserAgent

SCENARIOS = Path(__file__).parents[1] / "data" / "sipp"
QUICK = TimerValues(t1=0.1, t2=0.4, t4=0.3)
"""Timers a fifth of the real ones."""
LIMIT_S = 9.0


class Heard:
    """One message as it went over the wire, read without the code under test."""

    def __init__(self, data: bytes) -> None:
        head, _, body = data.decode().partition("\r\n\r\n")
        self.body = body
        self.start, *lines = head.split("\r\n")
        self._headers = [(name.strip().lower(), value.strip()) for name, _, value in (x.partition(":") for x in lines)]

    def all(self, name: str) -> list[str]:
        return [value for key, value in self._headers if key == name.lower()]

    def __getitem__(self, name: str) -> str:
        return self.all(name)[0]

    def __contains__(self, name: str) -> bool:
        return bool(self.all(name))

    @property
    def what(self) -> str:
        """Method or status."""
        first, second, *_ = self.start.split()
        return second if first == "SIP/2.0" else first

    @property
    def uri(self) -> str:
        return self.start.split()[1]

    @property
    def number(self) -> int:
        return int(self["CSeq"].split()[0])

    @property
    def branch(self) -> str:
        found = re.search(r"branch=([^;]+)", self["Via"])
        return found[1] if found else ""

    @property
    def to_tag(self) -> str:
        found = re.search(r"tag=([^;]+)", self["To"])
        return found[1] if found else ""

    def __repr__(self) -> str:
        return f"<{self.start}>"


def is_digest_right(message: Heard, header: str, username: str, password: str) -> bool:
    """Compute a digest response anew (RFC 7616 section 3.4)."""
    fields = dict(re.findall(r'(\w+)="?([^",]*)"?', message[header].removeprefix("Digest ")))
    name = fields.get("algorithm", "MD5").replace("-", "").lower()

    def digest(*parts: str) -> str:
        return hashlib.new(name, ":".join(parts).encode()).hexdigest()

    secret = digest(username, fields["realm"], password)
    asked = digest(message.what, fields["uri"])
    nonce = (fields["nonce"], fields["nc"], fields["cnonce"], fields["qop"]) if "qop" in fields else (fields["nonce"],)
    return fields["username"] == username and fields["response"] == digest(secret, *nonce, asked)


class _Side(asyncio.DatagramProtocol):
    def __init__(self, on_data: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._on_data = on_data

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._on_data(data, addr)


class Wire:
    """A UDP relay between the user agent and a server that writes everything down and loses what it is told to lose."""

    def __init__(self) -> None:
        self.sent: list[Heard] = []
        """By the user agent, lost ones included."""
        self.received: list[Heard] = []
        self.loses: Callable[[Heard, bool], bool] = lambda _message, _is_ours: False
        self.server_port = 0
        self.port = 0
        self._client: tuple[str, int] | None = None
        self._near: Any = None
        self._far: Any = None

    @classmethod
    async def open(cls) -> Self:
        self = cls()
        loop = asyncio.get_running_loop()
        self._near, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_client), ("127.0.0.1", 0))
        self._far, _ = await loop.create_datagram_endpoint(lambda: _Side(self._from_server), ("127.0.0.1", 0))
        self.port = self._near.get_extra_info("sockname")[1]
        return self

    def _from_client(self, data: bytes, addr: tuple[str, int]) -> None:
        if addr[1] == self.server_port:
            # A server that reaches the contact it was told about.
            self._from_server(data, addr)
            return
        self._client = addr
        if not data.strip():
            return
        message = Heard(data)
        self.sent.append(message)
        is_ours = True
        if not self.loses(message, is_ours) and self.server_port:
            self._far.sendto(data, ("127.0.0.1", self.server_port))

    def _from_server(self, data: bytes, _addr: tuple[str, int]) -> None:
        message = Heard(data)
        self.received.append(message)
        is_ours = False
        if self._client is not None and not self.loses(message, is_ours):
            self._near.sendto(data, self._client)

    def inject(self, data: bytes) -> None:
        """Send something to the user agent from the server's address."""
        assert self._client is not None
        self._near.sendto(data, self._client)

    def ours(self, what: str) -> list[Heard]:
        return [message for message in self.sent if message.what == what]

    def theirs(self, what: str) -> list[Heard]:
        return [message for message in self.received if message.what == what]

    def close(self) -> None:
        self._near.close()
        self._far.close()


class Sipp:
    """A running SIPp."""

    def __init__(self, process: asyncio.subprocess.Process, folder: Path) -> None:
        self.process = process
        self._folder = folder

    async def passed(self) -> bool:
        """Wait for its end: True when every step of the scenario came as expected."""
        async with asyncio.timeout(LIMIT_S):
            code = await self.process.wait()
        errors = self._folder / "errors.log"
        if code and errors.exists():
            print(errors.read_text())
        return code == 0


class Caller:
    """A user agent and what it told."""

    def __init__(self, account: TrunkAccount, timers: TimerValues, **options: Any) -> None:
        self.statuses: list[RegistrationStatus] = []
        self.agent = UserAgent(account, on_status=self._on_status, timers=timers, **options)
        self.events: list[LegEvent] = []
        self._changed = asyncio.Event()

    def _on_status(self, status: RegistrationStatus) -> None:
        self.statuses.append(status)
        self._changed.set()

    def _on_event(self, event: LegEvent) -> None:
        self.events.append(event)
        self._changed.set()

    def dial(self, target: str = "100", **options: Any) -> Leg:
        offer = MediaOffer(self.agent.local_address, 40000)
        return self.agent.dial("far", DialTarget.parse(target), offer, self._on_event, **options)

    async def until(self, is_true: Callable[[], bool]) -> None:
        """Wait until something that comes with an event or a status is true."""
        async with asyncio.timeout(LIMIT_S):
            while not is_true():
                self._changed.clear()
                await self._changed.wait()

    async def event(self, kind: type[LegEvent], count: int = 1) -> LegEvent:
        """Wait for the ``count``-th event of a kind."""
        await self.until(lambda: self.kinds.count(kind) >= count)
        return [event for event in self.events if type(event) is kind][count - 1]

    @property
    def kinds(self) -> list[type[LegEvent]]:
        return [type(event) for event in self.events]

    @property
    def finals(self) -> list[LegEvent]:
        return [event for event in self.events if isinstance(event, (LegFailedEvent, LegEndedEvent))]


async def poll(is_true: Callable[[], bool], limit_s: float = 5.0) -> None:
    """Wait for a state that nobody announces."""
    async with asyncio.timeout(limit_s):
        while not is_true():  # noqa: ASYNC110 - many kinds of state, one bounded wait
            await asyncio.sleep(0.005)


def is_udp_bound(port: int) -> bool:
    return f"0100007F:{port:04X} " in Path("/proc/net/udp").read_text()


def reply(message: Heard, status: str, *headers: str, tag: str = "", via: str = "", body: str = "") -> bytes:
    """Answer a request by hand."""
    to_header = message["To"] + (f";tag={tag}" if tag else "")
    lines = [f"SIP/2.0 {status}", f"Via: {via or message['Via']}", f"From: {message['From']}", f"To: {to_header}"]
    lines += [f"Call-ID: {message['Call-ID']}", f"CSeq: {message['CSeq']}", *headers]
    if body:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


SDP = "".join(
    f"{line}\r\n"
    for line in (
        "v=0",
        "o=u 1 1 IN IP4 127.0.0.1",
        "s=-",
        "c=IN IP4 127.0.0.1",
        "t=0 0",
        "m=audio 42000 RTP/AVP 0 101",
        "a=rtpmap:0 PCMU/8000",
        "a=rtpmap:101 telephone-event/8000",
    )
)


class UdpServer:
    """Answers by a function: it gets a message and returns what to send back."""

    def __init__(self, answer: Callable[[Heard], list[bytes]]) -> None:
        self._answer = answer
        self.heard: list[Heard] = []
        self._client: tuple[str, int] | None = None
        self._side: Any = None
        self.port = 0

    async def open(self) -> Self:
        loop = asyncio.get_running_loop()
        self._side, _ = await loop.create_datagram_endpoint(lambda: _Side(self._take), ("127.0.0.1", 0))
        self.port = self._side.get_extra_info("sockname")[1]
        return self

    def _take(self, data: bytes, addr: tuple[str, int]) -> None:
        self._client = addr
        if data.strip():
            message = Heard(data)
            self.heard.append(message)
            for answer in self._answer(message):
                self._side.sendto(answer, addr)

    def send(self, data: bytes, to: tuple[str, int] | None = None) -> None:
        self._side.sendto(data, to or self._client)

    def of(self, what: str) -> list[Heard]:
        return [message for message in self.heard if message.what == what]

    def close(self) -> None:
        self._side.close()
