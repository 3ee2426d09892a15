"""The simulator's SIP side: registrar, stateful challenges, incoming calls (RFC 3261, UDP only)."""

import asyncio
from collections import OrderedDict
from collections.abc import Awaitable, Callable
import contextlib
import re
import secrets
from typing import Any, override

from .rtp import RtpStream
from .sip_message import Digest, Message, MessageError, parameter, response_to, uri_in, user_of

_T1 = 0.5
_MAX_REMEMBERED = 500

Address = tuple[str, int]
Log = Callable[..., None]


class Call:
    """One incoming INVITE and the dialog it becomes."""

    def __init__(self, server: SipServer, invite: Message, address: Address) -> None:
        self._server = server
        self.invite = invite
        self._address = address
        self.tag = secrets.token_hex(6)
        self.number = user_of(invite.uri)
        self.stream: RtpStream | None = None
        self.is_up = False
        self.acked = asyncio.Event()
        self.ended = asyncio.Event()
        self.ended_by = ""
        self._cseq = 0
        self._final: asyncio.Task[None] | None = None

    @property
    def call_id(self) -> str:
        """Call-ID."""
        return self.invite.get("call-id")

    def provisional(self, status: int, reason: str) -> None:
        """Send 180 or the like."""
        if not self.ended.is_set():
            self._send(response_to(self.invite, status, reason, tag=self.tag, contact=self._server.contact))

    async def early_media(self) -> RtpStream:
        """Open media and send 183 with SDP."""
        stream = await self._open()
        message = response_to(
            self.invite, 183, "Session Progress", tag=self.tag, contact=self._server.contact, sdp=self._sdp(stream)
        )
        self._send(message)
        return stream

    async def answer(self) -> RtpStream:
        """Open media, send 200 until it is acknowledged."""
        stream = await self._open()
        if self.ended.is_set():
            return stream
        self.is_up = True
        response = response_to(
            self.invite, 200, "OK", tag=self.tag, contact=self._server.contact, sdp=self._sdp(stream)
        )
        self._send_until_acked(response)
        return stream

    def reject(self, status: int, reason: str) -> None:
        """Refuse; repeated until acknowledged."""
        if not self.ended.is_set():
            self._send_until_acked(response_to(self.invite, status, reason, tag=self.tag))
            self.end("local")

    def hang_up(self) -> None:
        """BYE when up, 480 when not."""
        if self.ended.is_set():
            return
        if not self.is_up:
            self.reject(480, "Temporarily Unavailable")
            return
        self._cseq += 1
        bye = Message(f"BYE {uri_in(self.invite.get('contact'))} SIP/2.0")
        bye.headers = [
            ("via", f"SIP/2.0/UDP {self._server.host}:{self._server.port};branch=z9hG4bK{secrets.token_hex(8)}"),
            ("max-forwards", "70"),
            ("from", f"{self.invite.get('to')};tag={self.tag}"),
            ("to", self.invite.get("from")),
            ("call-id", self.call_id),
            ("cseq", f"{self._cseq} BYE"),
        ]
        self._server.send_request(bye, self._address)
        self.end("local")

    def end(self, by: str) -> None:
        """The call is over."""
        if not self.ended.is_set():
            self.ended_by = by
            self.ended.set()
            if self.stream is not None:
                self.stream.stop_sending()

    async def _open(self) -> RtpStream:
        if self.stream is None:
            address, port, payload_type, event_type = _read_sdp(self.invite.body)
            self.stream = await RtpStream.open(self._server.host, (address, port), payload_type, event_type)
        return self.stream

    def _sdp(self, stream: RtpStream) -> str:
        host = self._server.host
        events = stream.event_type
        lines = [
            "v=0", f"o=simulator 1 1 IN IP4 {host}", "s=-", f"c=IN IP4 {host}", "t=0 0",
            f"m=audio {stream.port} RTP/AVP {stream.payload_type}" + (f" {events}" if events else ""),
            f"a=rtpmap:{stream.payload_type} {'PCMU' if stream.payload_type == 0 else 'PCMA'}/8000",
        ]  # fmt: skip
        if events:
            lines += [f"a=rtpmap:{events} telephone-event/8000", f"a=fmtp:{events} 0-15"]
        return "\r\n".join([*lines, "a=ptime:20", "a=sendrecv", ""])

    def _send(self, message: Message) -> None:
        self._server.send(message, self._address)

    def _send_until_acked(self, message: Message) -> None:
        self.acked.clear()
        self._final = self._server.spawn(self._repeat(message))

    async def _repeat(self, message: Message) -> None:
        interval = _T1
        for _ in range(10):
            self._send(message)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(interval):
                    await self.acked.wait()
                    return
            interval = min(interval * 2, 4.0)


class SipServer(asyncio.DatagramProtocol):
    """Registrar and proxy in one; calls ``on_call`` for each authenticated INVITE."""

    def __init__(self, accounts: dict[str, str], on_call: Callable[[Call], Awaitable[None]], log: Log) -> None:
        self.host, self.port = "127.0.0.1", 0
        self._digest = Digest(accounts)
        self._accounts = accounts
        self._on_call = on_call
        self._log = log
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()
        self.calls: dict[str, Call] = {}
        self.is_deaf = False
        """True: as if the network were gone; nothing is heard."""
        self._answers: OrderedDict[tuple[str, str], tuple[bytes, Address]] = OrderedDict()
        self._challenged: dict[str, asyncio.Event] = {}
        self._requests: dict[str, asyncio.Event] = {}
        self._tasks: set[asyncio.Task[Any]] = set()

    @property
    def contact(self) -> str:
        """Where in-dialog requests go."""
        return f"sip:simulator@{self.host}:{self.port}"

    async def start(self, port: int) -> None:
        """Bind (port 0: any free one)."""
        loop = asyncio.get_running_loop()
        self._transport, _ = await loop.create_datagram_endpoint(lambda: self, local_addr=(self.host, port))
        self.port = self._transport.get_extra_info("sockname")[1]

    async def stop(self) -> None:
        """Hang up, end all tasks, free the ports."""
        for call in list(self.calls.values()):
            call.hang_up()
            if call.stream is not None:
                await call.stream.close()
        for task in list(self._tasks):
            task.cancel()
        await asyncio.gather(*self._tasks, return_exceptions=True)
        if self._transport is not None:
            self._transport.close()
            await self._closed.wait()

    def spawn(self, coro: Any) -> asyncio.Task[Any]:
        """Run something that ends with the server."""
        task = asyncio.get_running_loop().create_task(coro)
        self._tasks.add(task)
        task.add_done_callback(self._tasks.discard)
        return task

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    @override
    def datagram_received(self, data: bytes, addr: Address) -> None:
        if not data.strip() or self.is_deaf:
            return
        try:
            message = Message.parse(data)
            if message.is_request:
                self._on_request(message, addr)
            elif message.status >= 200 and (done := self._requests.pop(parameter(message.get("via"), "branch"), None)):
                done.set()
        except (MessageError, ValueError, IndexError) as err:
            self._log("garbage", error=type(err).__name__)

    def send(self, message: Message, address: Address) -> None:
        """Send and, for answers, remember for retransmissions."""
        data = bytes(message)
        if not message.is_request and message.status >= 200:
            self._answers[parameter(message.get("via"), "branch"), message.method] = (data, address)
            while len(self._answers) > _MAX_REMEMBERED:
                self._answers.popitem(last=False)
        if self._transport is not None:
            self._transport.sendto(data, address)

    def send_request(self, message: Message, address: Address) -> None:
        """Send a request until it is answered."""
        done = self._requests[parameter(message.get("via"), "branch")] = asyncio.Event()
        self.spawn(self._repeat(message, address, done))

    async def _repeat(self, message: Message, address: Address, done: asyncio.Event) -> None:
        interval = _T1
        for _ in range(7):
            self.send(message, address)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(interval):
                    await done.wait()
                    return
            interval = min(interval * 2, 4.0)

    # --- requests -----------------------------------------------------------------------------------------------

    def _on_request(self, request: Message, address: Address) -> None:
        branch = parameter(request.get("via"), "branch")
        if request.method == "ACK":
            self._on_ack(request)
            return
        known = self._answers.get((branch, request.method))
        if known is not None:
            if self._transport is not None:
                self._transport.sendto(*known)
            return
        call = self.calls.get(request.get("call-id"))
        match request.method:
            case "REGISTER":
                self._on_register(request, address)
            case "OPTIONS":
                self._log("options")
                self.send(response_to(request, 200, "OK", tag="options"), address)
            case "INVITE":
                self._on_invite(request, address, call)
            case "CANCEL":
                self._on_cancel(request, address, call)
            case "BYE" if call is not None:
                self.send(response_to(request, 200, "OK"), address)
                call.end("remote")
            case "BYE":
                self.send(response_to(request, 481, "Call/Transaction Does Not Exist"), address)
            case _:
                self.send(response_to(request, 405, "Method Not Allowed", tag="none"), address)

    def _on_ack(self, request: Message) -> None:
        call = self.calls.get(request.get("call-id"))
        if call is not None:
            call.acked.set()
        challenged = self._challenged.pop(parameter(request.get("via"), "branch"), None)
        if challenged is not None:
            challenged.set()

    def _on_register(self, request: Message, address: Address) -> None:
        if not self._digest.is_right(request):
            response = response_to(request, 401, "Unauthorized", tag="registrar")
            response.headers.append(("www-authenticate", self._digest.challenge()))
            self.send(response, address)
            return
        expires = parameter(request.get("contact"), "expires") or request.get("expires") or "300"
        response = response_to(request, 200, "OK", tag="registrar")
        if expires != "0":
            response.headers.append(("contact", f"<{uri_in(request.get('contact'))}>;expires={expires}"))
        self._log("registered" if expires != "0" else "unregistered")
        self.send(response, address)

    def _on_invite(self, request: Message, address: Address, call: Call | None) -> None:
        if call is not None and parameter(request.get("to"), "tag"):
            # A re-INVITE: the simulator's media never changes, so the same description is the answer.
            if call.stream is not None:
                self.send(response_to(request, 200, "OK", contact=self.contact, sdp=call._sdp(call.stream)), address)  # noqa: SLF001
            return
        if call is not None and not call.ended.is_set():
            return  # a retransmission of an INVITE that is still being worked on
        if not self._digest.is_right(request):
            self.spawn(self._challenge(request, address))
            return
        call = Call(self, request, address)
        self.calls[call.call_id] = call
        self.send(response_to(request, 100, "Trying"), address)
        self._log("invite", number=call.number)
        self.spawn(self._serve(call))

    async def _serve(self, call: Call) -> None:
        try:
            await self._on_call(call)
        finally:
            if not call.ended.is_set():
                call.hang_up()
            if call.stream is not None:
                await call.stream.close()

    async def _challenge(self, request: Message, address: Address) -> None:
        """407 repeated until acknowledged, as carriers with state do."""
        branch = parameter(request.get("via"), "branch")
        if branch in self._challenged:
            return
        done = self._challenged[branch] = asyncio.Event()
        response = response_to(request, 407, "Proxy Authentication Required", tag=secrets.token_hex(4))
        response.headers.append(("proxy-authenticate", self._digest.challenge()))
        interval = _T1
        for _ in range(6):
            self.send(response, address)
            with contextlib.suppress(TimeoutError):
                async with asyncio.timeout(interval):
                    await done.wait()
                    return
            interval = min(interval * 2, 4.0)
        self._log("fault", what="407 was never acknowledged")

    def _on_cancel(self, request: Message, address: Address, call: Call | None) -> None:
        if call is None or call.ended.is_set():
            self.send(response_to(request, 481, "Call/Transaction Does Not Exist", tag="none"), address)
            return
        self.send(response_to(request, 200, "OK", tag=call.tag), address)
        if not call.is_up:
            call.reject(487, "Request Terminated")
            call.ended_by = "remote"
            self._log("cancelled", number=call.number)


def _read_sdp(body: str) -> tuple[str, int, int, int]:
    """Address, port, G.711 payload type and telephone-event payload type (0: none) of an offer."""
    address = re.search(r"^c=IN IP4 (\S+)", body, re.MULTILINE)
    media = re.search(r"^m=audio (\d+) RTP/AVP ([\d ]+)", body, re.MULTILINE)
    if address is None or media is None:
        raise MessageError("no audio in the SDP")
    types = [int(text) for text in media[2].split()]
    codec = next((number for number in types if number in (0, 8)), None)
    if codec is None:
        raise MessageError("no G.711 in the SDP")
    events = re.search(r"^a=rtpmap:(\d+) telephone-event/8000", body, re.MULTILINE)
    return address[1], int(media[1]), codec, int(events[1]) if events else 0
