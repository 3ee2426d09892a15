"""Calls that come in: who may call, answering, cancelling, and what a dialog of the called side owes (RFC 3261)."""

import asyncio
from collections.abc import Callable
from pathlib import Path
import shutil
from typing import Any

import pytest

from custom_components.hold_slayer.engine.model.call_event import (
    LegAnsweredEvent,
    LegEndedEvent,
    LegFailedEvent,
    LegMediaChangedEvent,
)
from custom_components.hold_slayer.engine.model.media_description import Codec, Direction, MediaOffer
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure
from custom_components.hold_slayer.engine.sip.dialog_leg import DialogLeg
from custom_components.hold_slayer.engine.sip.reception import PeerList
from custom_components.hold_slayer.engine.sip.transaction import TimerValues
from custom_components.hold_slayer.engine.sip.user_agent import IncomingCall
from tests.fakes.ports import free_port, free_ports
from tests.fakes.sip_line import SCENARIOS, SDP, Caller, Heard, UdpServer, poll, reply

Make = Callable[..., Caller]
FAST = TimerValues(t1=0.02, t2=0.08, t4=0.05)


class Called:
    """An agent that is called by hand, and what it told."""

    def __init__(self, caller: Caller, server: UdpServer) -> None:
        self.caller = caller
        self.server = server
        self.calls: list[IncomingCall] = []
        self.leg: DialogLeg | None = None
        self.place = ("127.0.0.1", caller.agent._endpoint._reach.local[1])

    def ring(self, number: int = 1, **fields: Any) -> None:
        self.server.send(request("INVITE", number, self.server.port, **fields), self.place)

    def send(self, method: str, number: int, **fields: Any) -> None:
        fields.setdefault("to_tag", self.tag)
        self.server.send(request(method, number, self.server.port, **fields), self.place)

    def take(self, call: IncomingCall) -> None:
        self.calls.append(call)
        call.ring()

    def answer(self) -> DialogLeg:
        offer = MediaOffer("127.0.0.1", 40000)
        self.leg = self.caller.agent.answer(self.calls[-1], "far", offer, self.caller._on_event)
        return self.leg

    @property
    def tag(self) -> str:
        return next((message.to_tag for message in reversed(self.server.heard) if message.to_tag), "")


def request(
    method: str,
    number: int,
    port: int,
    *,
    headers: tuple[str, ...] = (),
    body: str = "",
    to_tag: str = "",
    branch: str = "",
    sender: str = "<sip:+4930123456@trunk.example>",
    contact: str = "",
) -> bytes:
    lines = [
        f"{method} sip:alice@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch or f'{method}{number}'};rport",
        "Max-Forwards: 70",
        f"From: {sender};tag=them",
        f"To: <sip:alice@127.0.0.1>{f';tag={to_tag}' if to_tag else ''}",
        "Call-ID: incoming",
        f"CSeq: {number} {method}",
        f"Contact: {contact or f'<sip:gw@127.0.0.1:{port}>'}",
        *headers,
    ]
    if body:
        lines.append("Content-Type: application/sdp")
    return "\r\n".join([*lines, f"Content-Length: {len(body)}", "", body]).encode()


@pytest.fixture
async def called(socket_enabled: None, make_caller: Make) -> Any:
    def answer(message: Heard) -> list[bytes]:
        if message.start.startswith("SIP/2.0") or message.what == "ACK":
            return []
        return [reply(message, "200 OK", f"Contact: <sip:gw@127.0.0.1:{server.port}>")]

    server = await UdpServer(answer).open()
    caller = make_caller(server.port, timers=FAST)
    await caller.agent.start()
    called = Called(caller, server)
    caller.agent.take_calls(called.take)
    yield called
    server.close()


async def test_a_call_is_answered_acknowledged_and_hung_up_by_us(called: Called) -> None:
    called.ring(body=SDP, headers=("Record-Route: <sip:127.0.0.1:1;lr;edge=1>", "Record-Route: <sip:far.example;lr>"))
    await poll(lambda: bool(called.server.of("180")))
    assert called.calls[0].caller == "+4930123456"
    assert called.calls[0].called == "alice"
    leg = called.answer()
    await poll(lambda: bool(called.server.of("200")))
    ok = called.server.of("200")[0]
    assert ok.to_tag == called.server.of("180")[0].to_tag
    assert "Contact" in ok
    assert "m=audio 40000 RTP/AVP 0 101" in ok.body
    assert called.caller.kinds == [LegAnsweredEvent]
    leg.hang_up()
    await asyncio.sleep(0.05)
    assert not called.server.of("BYE"), "not before the ACK (section 15)"
    called.send("ACK", 1, branch="ack")
    leg._requester._names["127.0.0.1", 1] = ("127.0.0.1", called.server.port)
    leg._call.dialog.route_set = []
    await poll(lambda: bool(called.server.of("BYE")))
    bye = called.server.of("BYE")[0]
    assert bye["From"].endswith(f";tag={ok.to_tag}")
    assert bye.to_tag == "them"
    assert bye.uri == f"sip:gw@127.0.0.1:{called.server.port}"
    await poll(lambda: leg.is_settled)
    assert called.caller.finals == [LegEndedEvent("far", EndedBy.LOCAL)]


async def test_the_callers_route_is_taken_as_it_comes(called: Called) -> None:
    called.ring(body=SDP, headers=("Record-Route: <sip:first.example;lr>", "Record-Route: <sip:second.example;lr>"))
    await poll(lambda: bool(called.calls))
    assert called.calls[0].dialog.route_set == ["<sip:first.example;lr>", "<sip:second.example;lr>"], "12.1.1: in order"


async def test_the_callers_bye_ends_it(called: Called) -> None:
    called.ring(body=SDP)
    await poll(lambda: bool(called.calls))
    called.answer()
    await poll(lambda: bool(called.server.of("200")))
    called.send("ACK", 1, branch="ack")
    called.send("BYE", 2)
    ended = await called.caller.event(LegEndedEvent)
    assert ended == LegEndedEvent("far", EndedBy.REMOTE)
    assert not called.caller.agent._legs


async def test_a_caller_that_gives_up_gets_487(called: Called) -> None:
    gone: list[bool] = []
    called.ring(body=SDP)
    await poll(lambda: bool(called.calls))
    called.calls[0].on_cancelled = lambda: gone.append(True)
    called.send("CANCEL", 1, to_tag="", branch="INVITE1")
    await poll(lambda: bool(called.server.of("487")))
    assert [message["CSeq"] for message in called.server.of("200")] == ["1 CANCEL"]
    assert gone == [True]
    assert called.answer().is_settled, "too late"
    assert called.caller.finals == [LegFailedEvent("far", LegFailure.CANCELLED)]


async def test_a_cancel_after_the_answer_changes_nothing(called: Called) -> None:
    called.ring(body=SDP)
    await poll(lambda: bool(called.calls))
    leg = called.answer()
    called.send("CANCEL", 1, to_tag="", branch="INVITE1")
    await poll(lambda: any(message["CSeq"] == "1 CANCEL" for message in called.server.of("200")))
    assert leg.is_up
    assert not called.server.of("487")


async def test_an_answer_that_is_never_acknowledged_is_taken_back(called: Called) -> None:
    called.ring(body=SDP)
    await poll(lambda: bool(called.calls))
    called.answer()
    ended = await called.caller.event(LegEndedEvent)
    assert ended == LegEndedEvent("far", EndedBy.TIMEOUT)
    assert len(called.server.of("200")) > 3, "repeated until then"
    await poll(lambda: bool(called.server.of("BYE")))


async def test_a_call_without_an_offer_gets_ours(called: Called) -> None:
    called.ring()
    await poll(lambda: bool(called.calls))
    called.answer()
    await poll(lambda: bool(called.server.of("200")))
    assert "m=audio 40000 RTP/AVP 0 8 13 101" in called.server.of("200")[0].body
    assert not called.caller.events, "what is agreed comes with the ACK"
    called.send("ACK", 1, branch="ack", body=SDP)
    answered = await called.caller.event(LegAnsweredEvent)
    assert isinstance(answered, LegAnsweredEvent)
    assert (answered.answer.port, answered.answer.codec) == (42000, Codec.PCMU)


async def test_an_ack_without_the_answer_ends_the_call(called: Called) -> None:
    called.ring()
    await poll(lambda: bool(called.calls))
    called.answer()
    await poll(lambda: bool(called.server.of("200")))
    called.send("ACK", 1, branch="ack")
    await called.caller.event(LegEndedEvent)
    await poll(lambda: bool(called.server.of("BYE")))


async def test_hold_resume_and_session_timer_of_the_caller(called: Called) -> None:
    called.ring(body=SDP, headers=("Supported: timer", "Session-Expires: 1800;refresher=uac", "Allow: INVITE, UPDATE"))
    await poll(lambda: bool(called.calls))
    leg = called.answer()
    await poll(lambda: bool(called.server.of("200")))
    assert called.server.of("200")[0]["Session-Expires"] == "1800;refresher=uac"
    called.send("ACK", 1, branch="ack")
    called.send("INVITE", 2, body=SDP + "a=sendonly\r\n")
    held = await called.caller.event(LegMediaChangedEvent)
    assert isinstance(held, LegMediaChangedEvent)
    assert held.answer.direction is Direction.RECVONLY
    called.send("ACK", 2, branch="ack2")
    called.send("UPDATE", 3, body=SDP)
    await called.caller.event(LegMediaChangedEvent, 2)
    assert leg.is_up


async def test_we_refresh_where_the_caller_wants_it(called: Called) -> None:
    called.ring(body=SDP, headers=("Supported: timer", "Session-Expires: 90;refresher=uas", "Allow: INVITE, UPDATE"))
    await poll(lambda: bool(called.calls))
    leg = called.answer()
    await poll(lambda: bool(called.server.of("200")))
    called.send("ACK", 1, branch="ack")
    assert called.server.of("200")[0]["Session-Expires"] == "90;refresher=uas"
    assert leg._modifier.timer.is_refresher
    leg._modifier._refresh()
    await poll(lambda: bool(called.server.of("UPDATE")))
    assert called.server.of("UPDATE")[0]["Session-Expires"] == "90;refresher=uac", "roles as in that request"


@pytest.mark.parametrize(
    ("fields", "status", "header"),
    [
        ({"headers": ("Require: holy-grail",)}, "420", "Unsupported"),
        ({"headers": ("Content-Encoding: gzip",), "body": SDP}, "415", "Accept"),
        ({"contact": "<mailto:x@y>"}, "400", ""),
        ({"body": SDP.replace(" 0 101", " 3").replace("PCMU", "GSM")}, "488", ""),
    ],
    ids=["requires", "encoded", "contact", "codec"],
)
async def test_what_cannot_be_answered(called: Called, fields: dict[str, Any], status: str, header: str) -> None:
    called.ring(**fields)
    await poll(lambda: bool(called.calls or called.server.heard))
    if called.calls:
        assert called.answer().is_settled
    await poll(lambda: bool(called.server.of(status)))
    assert not header or header in called.server.of(status)[0]


async def test_a_caller_that_requires_reliable_answers_gets_only_the_final_one(called: Called) -> None:
    called.ring(body=SDP, headers=("Require: 100rel",))
    await poll(lambda: bool(called.calls))
    called.answer()
    await poll(lambda: bool(called.server.of("200")))
    assert not called.server.of("180")


async def test_the_same_call_by_another_way_is_a_loop(called: Called) -> None:
    called.ring(body=SDP)
    await poll(lambda: bool(called.calls))
    called.ring(body=SDP, branch="other")
    await poll(lambda: bool(called.server.of("482")))
    called.answer()
    called.ring(body=SDP, branch="third")
    await poll(lambda: len(called.server.of("482")) == 2)
    assert len(called.calls) == 1


async def test_strangers_are_refused_and_counted(called: Called) -> None:
    agent = called.caller.agent
    data = request("INVITE", 1, called.server.port, body=SDP)
    agent._endpoint.on_data(data, ("198.51.100.9", 5060))
    assert agent.refused_calls == 1
    assert not called.calls
    called.ring(body=SDP, branch="mine")
    await poll(lambda: bool(called.calls))
    assert agent.refused_calls == 1


async def test_allowed_peers_may_call(socket_enabled: None, make_caller: Make) -> None:
    server = await UdpServer(lambda _message: []).open()
    caller = make_caller(server.port, peers=("198.51.100.0/24", "2001:db8::7"))
    await caller.agent.start()
    calls: list[IncomingCall] = []
    caller.agent.take_calls(calls.append)
    caller.agent._endpoint.on_data(request("INVITE", 1, 5060, branch="a", body=SDP), ("198.51.100.9", 5060))
    caller.agent._endpoint.on_data(request("INVITE", 1, 5060, branch="b", body=SDP), ("198.51.101.9", 5060))
    assert (len(calls), caller.agent.refused_calls) == (1, 1)
    server.close()


def test_a_list_of_peers() -> None:
    peers = PeerList(("192.0.2.7", "10.0.0.0/8"))
    assert "192.0.2.7" in peers
    assert "10.1.2.3" in peers
    assert "192.0.2.8" not in peers
    assert "example.org" not in peers
    with pytest.raises(ValueError, match="does not appear"):
        PeerList(("pbx.example",))


@pytest.mark.parametrize(
    ("sender", "headers", "caller"),
    [
        ("<sip:100@pbx>", (), "100"),
        ('"Anonymous" <sip:anonymous@anonymous.invalid>', (), ""),
        ("<sip:100@pbx>", ("P-Asserted-Identity: <sip:+4930123@p>",), "+4930123"),
        ("<sip:anonymous@x>", ("P-Asserted-Identity: <tel:+4930124>",), "+4930124"),
        ("<sip:%2B4930125;phone-context=x@p>", (), "+4930125"),
    ],
)
async def test_who_calls(called: Called, sender: str, headers: tuple[str, ...], caller: str) -> None:
    called.ring(body=SDP, sender=sender, headers=headers)
    await poll(lambda: bool(called.calls))
    assert called.calls[0].caller == caller


async def test_stopping_refuses_what_still_rings(called: Called) -> None:
    called.ring(body=SDP)
    await poll(lambda: bool(called.calls))
    await called.caller.agent.stop()
    await poll(lambda: bool(called.server.of("480")))


async def test_a_call_by_sipp_with_timer_hold_another_codec_and_update(called: Called, tmp_path: Path) -> None:
    program = shutil.which("sipp")
    assert program is not None, "SIPp is missing: Debian's package sip-tester"
    process = await asyncio.create_subprocess_exec(
        *(program, "-sf", str(SCENARIOS / "calls_us.xml"), "-i", "127.0.0.1", "-p", str(free_port()), "-m", "1"),
        *("-mp", str(free_ports(4)), "-cp", str(free_port()), "-nostdin", "-skip_rlimit", "-timeout", "15s"),
        *("-timeout_error", "-trace_err", "-error_file", str(tmp_path / "errors.log"), f"127.0.0.1:{called.place[1]}"),
        cwd=tmp_path,
        stdout=asyncio.subprocess.DEVNULL,
        stderr=asyncio.subprocess.DEVNULL,
    )
    await poll(lambda: bool(called.calls), 9.0)
    called.answer()
    async with asyncio.timeout(20):
        code = await process.wait()
    errors = tmp_path / "errors.log"
    assert code == 0, errors.read_text() if errors.exists() else ""
    assert called.caller.finals == [LegEndedEvent("far", EndedBy.REMOTE)]
    changes = [event.answer for event in called.caller.events if isinstance(event, LegMediaChangedEvent)]
    assert [(answer.direction, answer.codec) for answer in changes] == [
        (Direction.RECVONLY, Codec.PCMU),
        (Direction.SENDRECV, Codec.PCMA),
    ]
