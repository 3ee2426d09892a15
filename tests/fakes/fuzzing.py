"""Edges where bytes of strangers come in, and inputs that are nearly right: what tests and the benchmark ``fuzz`` share.

An edge takes bytes and raises nothing. Inputs begin with good ones (and the torture messages of RFC 4475) and are broken a little:
so they get past the first check.
"""

import asyncio
from collections.abc import Callable
from pathlib import Path
import random
import re

from custom_components.hold_slayer.engine.media.receiver import RtpReceiver
from custom_components.hold_slayer.engine.media.rtcp import RtcpReporter
from custom_components.hold_slayer.engine.media.sender import RtpSender
from custom_components.hold_slayer.engine.media.source_filter import SourceFilter
from custom_components.hold_slayer.engine.model.call_event import LegEvent
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer, MediaOffer, SrtpMode
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.framing import Framer, FramingError
from custom_components.hold_slayer.engine.sip.reach import Reach
from custom_components.hold_slayer.engine.sip.sdp_session import SdpError, SdpSession
from custom_components.hold_slayer.engine.sip.stun import BindingQuery
from custom_components.hold_slayer.engine.sip.uri import uri_in
from custom_components.hold_slayer.engine.sip.user_agent import IncomingCall, UserAgent

SERVER = ("192.0.2.1", 5060)
FAR = ("192.0.2.2", 4000)
_FOLDER = Path(__file__).parents[1] / "data" / "rfc4475"
_TOKENS = [
    *(
        b"\r\n",
        b"\r\n\r\n",
        b"\0",
        b"\xff" * 20,
        b";" * 30,
        b"<",
        b">",
        b'"',
        b"\\",
        b"%",
        b"%00",
        b":",
        b"@",
        b"=",
        b",",
        b" ",
    ),
    *(
        b"-1",
        b"0",
        b"99999999999999999999",
        b"4294967296",
        b"65536",
        b"tag=",
        b"branch=z9hG4bK",
        b"SIP/2.0",
        b"a=",
        b"m=audio ",
    ),
    *(b"INVITE", b"ACK", b"BYE", b"CANCEL", b"UPDATE", b"\xc3\x28", "ü".encode(), b"[::1]", b"127.0.0.1"),
]
SDP = (
    "v=0\r\no=u 1 1 IN IP4 192.0.2.2\r\ns=-\r\nc=IN IP4 192.0.2.2\r\nt=0 0\r\nm=audio 4000 RTP/AVP 0 8 9 101\r\n"
    "a=rtpmap:0 PCMU/8000\r\na=rtpmap:8 PCMA/8000\r\na=rtpmap:9 G722/8000\r\na=rtpmap:101 telephone-event/8000\r\n"
    "a=fmtp:101 0-15\r\na=ptime:20\r\na=sendrecv\r\n"
    "a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:WVNfX19zZW1jdGwgKCkgewkyMjA7fQp9CnVubGVz\r\n"
)

Edge = Callable[[bytes], None]


def broken(seeds: list[bytes], chance: random.Random) -> bytes:
    """One of the seeds with up to eight things wrong."""
    data = bytearray(chance.choice(seeds))
    for _ in range(chance.randint(0, 8)):
        at = chance.randint(0, len(data))
        match chance.randrange(7):
            case 0 if data:
                data[at % len(data)] = chance.randrange(256)
            case 1:
                del data[at : at + chance.randint(1, 30)]
            case 2:
                data[at:at] = chance.choice(_TOKENS)
            case 3:
                data[at:at] = data[at : at + chance.randint(1, 60)]
            case 4:
                other = chance.choice(seeds)
                begin = chance.randint(0, len(other))
                data[at:] = other[begin:]
            case 5:
                del data[at:]
            case _:
                numbers = list(re.finditer(rb"\d+", data))
                if numbers:
                    found = chance.choice(numbers)
                    data[found.start() : found.end()] = chance.choice(
                        [b"0", b"-7", b"2147483648", b"1" * 40, b"7" * 5000]
                    )
    return bytes(data)


class _Wire:
    """A transport that goes nowhere."""

    name = "UDP"

    def __init__(self) -> None:
        self.sent: list[bytes] = []

    def send(self, data: bytes, _destination: tuple[str, int]) -> None:
        self.sent.append(data)

    def ping(self, _destination: tuple[str, int]) -> None:
        """Nothing."""


class SipEdge:
    """A user agent without a network, in the middle of one call and taking others. Needs a running loop."""

    def __init__(self) -> None:
        account = TrunkAccount("alice", "secret", SERVER[0], register=False, srtp=SrtpMode.OPTIONAL)
        self.agent = UserAgent(account)
        self._endpoint = self.agent._endpoint
        self._wire = _Wire()
        self._endpoint._transport = self._wire
        self._endpoint._server = SERVER
        self._endpoint._servers = {SERVER[0]}
        self._endpoint._reach.bound(("192.0.2.9", 5062))
        self.events: list[LegEvent] = []
        self.agent.take_calls(self._take)
        offer = MediaOffer("192.0.2.9", 40000)
        self.leg = self.agent.dial("far", DialTarget("100"), offer, self.events.append)
        invite = self._wire.sent[0].decode()
        headers = dict(re.findall(r"^([\w-]+): (.*)\r$", invite, re.MULTILINE))
        self.seeds = self._answers(headers) + self._requests(headers) + torture()
        self._endpoint.on_data(self.seeds[0], SERVER)
        assert self.leg.is_up
        self._asked = 0

    def _take(self, call: IncomingCall) -> None:
        self.agent.answer(call, "in", MediaOffer("192.0.2.9", 40002), self.events.append).hang_up()

    @staticmethod
    def _answers(headers: dict[str, str]) -> list[bytes]:
        common = f"Via: {headers['Via']};received=192.0.2.9\r\nFrom: {headers['From']}\r\nTo: {headers['To']};tag=t\r\n"
        common += f"Call-ID: {headers['Call-ID']}\r\nCSeq: {headers['CSeq']}\r\n"
        body = (
            f"Contact: <sip:gw@192.0.2.2>\r\nContent-Type: application/sdp\r\nContent-Length: {len(SDP)}\r\n\r\n{SDP}"
        )
        extra = (
            "Require: 100rel\r\nRSeq: 7\r\nRecord-Route: <sip:192.0.2.1;lr>\r\nSession-Expires: 90;refresher=uac\r\n"
        )
        lines = ("200 OK", "183 Session Progress", "401 Unauthorized", "302 Moved Temporarily", "486 Busy Here")
        digest = 'WWW-Authenticate: Digest realm="r", nonce="n", algorithm=SHA-256, qop="auth,auth-int"\r\n'
        return [f"SIP/2.0 {line}\r\n{common}{extra}{digest}{body}".encode() for line in lines]

    @staticmethod
    def _requests(headers: dict[str, str]) -> list[bytes]:
        methods = ("INVITE", "UPDATE", "ACK", "BYE", "INFO", "OPTIONS", "NOTIFY", "REFER", "PRACK", "CANCEL", "MESSAGE")
        return [
            f"{method} sip:alice@192.0.2.9 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number};rport\r\n"
            f"Max-Forwards: 70\r\nFrom: {headers['To']};tag=t\r\nTo: {to}\r\nCall-ID: {headers['Call-ID']}\r\n"
            f"CSeq: {number} {method}\r\nContact: <sip:gw@192.0.2.2;x=1>\r\nRAck: 7 1 INVITE\r\nEvent: refer\r\n"
            f"Supported: timer, 100rel\r\nSession-Expires: 120\r\nContent-Type: application/sdp\r\n"
            f"Content-Length: {len(SDP)}\r\n\r\n{SDP}".encode()
            for number, method in enumerate(methods, 5)
            for to in (headers["From"], "<sip:alice@192.0.2.9>")
        ]

    def __call__(self, data: bytes) -> None:
        self._wire.sent.clear()
        self._endpoint.on_data(data, SERVER)

    def is_alive(self) -> bool:
        """Whether it still answers a question."""
        self._asked += 1
        self._endpoint._layer.clear()
        self(
            f"OPTIONS sip:alice@192.0.2.9 SIP/2.0\r\nVia: SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKlive{self._asked}\r\n"
            f"From: <sip:x@y>;tag=1\r\nTo: <sip:alice@192.0.2.9>\r\nCall-ID: live{self._asked}\r\nCSeq: 1 OPTIONS\r\n\r\n".encode()
        )
        return any(b"SIP/2.0 200" in sent for sent in self._wire.sent)


def torture() -> list[bytes]:
    """The messages of RFC 4475, markup and all."""
    return [path.read_bytes().replace(b"\n", b"\r\n") for path in sorted(_FOLDER.glob("*.txt"))]


def stream(data: bytes) -> None:
    """A stream of SIP, in two pieces."""
    framer = Framer()
    try:
        for piece in (data[: len(data) // 2], data[len(data) // 2 :]):
            list(framer.feed(piece))
    except FramingError:
        pass


def sdp(data: bytes) -> None:
    """A session description, as answer and as offer."""
    text = data.decode(errors="replace")
    for srtp in (SrtpMode.OFF, SrtpMode.OPTIONAL):
        session = SdpSession(MediaOffer("192.0.2.9", 40000, srtp=srtp))
        session.offer()
        for read in (session.accept_answer, session.answer):
            try:
                read(text)
            except SdpError:
                pass


class RtpEdge:
    """The receiving half of a session, its clock running on."""

    def __init__(self) -> None:
        source = SourceFilter()
        source.agree(FAR)
        self.receiver = RtpReceiver(MediaOffer("192.0.2.9", 40000), source, lambda _key: None)
        self.receiver.agree(MediaAnswer(*FAR, Codec.PCMU, 0, 101))
        self.reporter = RtcpReporter(RtpSender(), self.receiver)
        self._now = 0.0

    def rtp(self, data: bytes) -> None:
        """A packet, and the next frame."""
        self._now += 0.02
        self.receiver.receive(data, FAR, self._now)
        pcm, _ = self.receiver.playout.tick()
        assert len(pcm) == 320

    def rtcp(self, data: bytes) -> None:
        """A report, and ours."""
        self._now += 1.0
        self.reporter.receive(data, self._now)
        self.reporter.report(self._now)


def rtp_seeds() -> list[bytes]:
    """Audio, keys, comfort noise, extension and padding."""
    heads = (b"\x80\x00", b"\x80\x65", b"\x80\x0d", b"\x90\x00", b"\xa0\x00", b"\x8f\x80")
    return [
        head + b"\0\x07\0\0\0\xa0\0\0\0\x01" + body for head in heads for body in (b"\xff" * 160, b"\x05\x8a\x03\x20")
    ]


def rtcp_seeds() -> list[bytes]:
    """Compound packets as this side sends them, and a goodbye."""
    reporter = RtpEdge().reporter
    return [reporter.report(1.0), reporter.goodbye(2.0), reporter.report(3.0) * 3]


class StunEdge:
    """Where this side asks how it is seen."""

    def __init__(self) -> None:
        self._reach = Reach(TrunkAccount("u", "p", "h"), lambda data, _to: self._asked.append(data), lambda: None)
        self._asked: list[bytes] = []
        self._reach.bound(("192.0.2.9", 5062))
        self._reach.ask(SERVER, 0.0)
        self._now = 0.0
        asked = BindingQuery().start(0.0)
        self.seeds = [
            bytes.fromhex("0101000c2112a442") + self._asked[0][8:] + bytes.fromhex("002000080001a147e112a643"),
            bytes.fromhex("0111000c2112a442") + self._asked[0][8:] + bytes.fromhex("0009000800000401") + b"Oops",
            asked,
        ]

    def __call__(self, data: bytes) -> None:
        self._now += 1.0
        self._reach.receive(data, SERVER, self._now)
        self._reach.handle_timer(self._now)


def uri(data: bytes) -> None:
    """An address header."""
    uri_in(data.decode(errors="replace"))


URI_SEEDS = [
    b'"A, \\"B\\" <C>" <sip:+49;x=1@h.example:5060;lr?a=b>;tag=1',
    b"tel:+1-2;phone-context=x",
    b"sips:[::1]:1;maddr=h",
]


def edges() -> dict[str, tuple[Edge, list[bytes]]]:
    """All edges by name with their seeds. Needs a running loop."""
    asyncio.get_running_loop()
    sip, rtp, stun = SipEdge(), RtpEdge(), StunEdge()
    return {
        "sip": (sip, sip.seeds),
        "stream": (stream, sip.seeds),
        "sdp": (sdp, [SDP.encode()]),
        "rtp": (rtp.rtp, rtp_seeds()),
        "rtcp": (rtp.rtcp, rtcp_seeds()),
        "stun": (stun, stun.seeds),
        "uri": (uri, URI_SEEDS),
    }
