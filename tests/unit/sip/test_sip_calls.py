"""How a call comes up, is refused, is given up and ends, against SIPp and against a far end written by hand."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
import logging

import pytest

from custom_components.hold_slayer.engine.model.call_event import (
    LegAnsweredEvent,
    LegEarlyMediaEvent,
    LegEndedEvent,
    LegFailedEvent,
    LegRangEvent,
)
from custom_components.hold_slayer.engine.model.media_description import Codec, Direction, MediaOffer
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.transaction import TimerValues
from tests.fakes.sip_line import SDP, Caller, Heard, Sipp, UdpServer, Wire, poll, reply

Start = Callable[..., Awaitable[Sipp]]
Make = Callable[..., Caller]
FAST = TimerValues(t1=0.02, t2=0.08, t4=0.05)


class FarEnd:
    """A trunk that answers each method by a function of its own."""

    def __init__(self) -> None:
        self.replies: dict[str, Callable[[Heard], list[bytes]]] = {}
        self.server = UdpServer(lambda message: self.replies.get(message.what, lambda _message: [])(message))

    def answers(self, method: str, *statuses: str, tag: str = "", body: str = "") -> None:
        contact = f"Contact: <sip:gw@127.0.0.1:{self.server.port}>"
        self.replies[method] = lambda message: [
            reply(message, status, contact, tag=tag, body=body if status[0] == "2" else "") for status in statuses
        ]


@pytest.fixture
async def far(socket_enabled: None) -> AsyncIterator[FarEnd]:
    far = FarEnd()
    await far.server.open()
    yield far
    far.server.close()


@pytest.mark.parametrize(
    ("status", "failure"),
    [
        ("302 Moved Temporarily", LegFailure.UNAVAILABLE),
        ("401 Unauthorized", LegFailure.AUTH_FAILED),
        ("403 Forbidden", LegFailure.FORBIDDEN),
        ("404 Not Found", LegFailure.NOT_FOUND),
        ("408 Request Timeout", LegFailure.NO_ANSWER),
        ("480 Temporarily Unavailable", LegFailure.UNAVAILABLE),
        ("484 Address Incomplete", LegFailure.NOT_FOUND),
        ("486 Busy Here", LegFailure.BUSY),
        ("487 Request Terminated", LegFailure.NO_ANSWER),
        ("488 Not Acceptable Here", LegFailure.NOT_ACCEPTABLE),
        ("500 Server Internal Error", LegFailure.UNAVAILABLE),
        ("503 Service Unavailable", LegFailure.UNAVAILABLE),
        ("600 Busy Everywhere", LegFailure.BUSY),
        ("603 Decline", LegFailure.DECLINED),
        ("699 Whatever", LegFailure.UNAVAILABLE),
    ],
)
async def test_a_refusal_says_why(far: FarEnd, make_caller: Make, status: str, failure: LegFailure) -> None:
    far.answers("INVITE", "100 Trying", status, tag="x")
    caller = make_caller(far.server.port)
    await caller.agent.start()
    leg = caller.dial()
    assert await caller.event(LegFailedEvent) == LegFailedEvent("far", failure, int(status[:3]))
    await poll(lambda: len(far.server.of("ACK")) == 1)
    assert (leg.is_up, leg.is_over, leg.is_settled) == (False, True, True)
    assert caller.events == caller.finals


@pytest.mark.parametrize("provisional", ["100 Trying", "180 Ringing", "183 Session Progress"])
async def test_cancel_while_it_rings(wire: Wire, sipp: Start, caller: Caller, provisional: str) -> None:
    far_end = await sipp("cancel", provisional=provisional)
    leg = caller.dial()
    await poll(lambda: leg._has_provisional)
    leg.hang_up()
    leg.hang_up()
    assert await far_end.passed()
    assert [message.what for message in wire.sent] == ["INVITE", "CANCEL", "ACK"]
    assert caller.finals == [LegFailedEvent("far", LegFailure.CANCELLED)]
    assert caller.kinds.count(LegRangEvent) == (provisional != "100 Trying")


async def test_nobody_answers_in_time(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("cancel", provisional="180 Ringing")
    caller.dial(ring_timeout_s=0.2)
    assert await far_end.passed()
    assert caller.finals == [LegFailedEvent("far", LegFailure.NO_ANSWER)]


async def test_cancel_waits_for_a_provisional_response(wire: Wire, sipp: Start, caller: Caller) -> None:
    leg = caller.dial()
    leg.hang_up()
    await poll(lambda: len(wire.ours("INVITE")) == 2)
    assert not wire.ours("CANCEL"), "nothing is known to be there that could be cancelled"
    far_end = await sipp("cancel", provisional="180 Ringing")
    assert await far_end.passed()
    assert [message.what for message in wire.sent if message.what != "INVITE"] == ["CANCEL", "ACK"]


async def test_a_challenge_after_the_cancel_is_not_answered(far: FarEnd, make_caller: Make) -> None:
    far.answers("INVITE", "100 Trying")
    caller = make_caller(far.server.port)
    await caller.agent.start()
    leg = caller.dial()
    await poll(lambda: leg._has_provisional)
    leg.hang_up()
    await poll(lambda: len(far.server.of("CANCEL")) >= 1)
    challenge = 'WWW-Authenticate: Digest realm="r", nonce="n"'
    far.server.send(reply(far.server.of("INVITE")[0], "401 Unauthorized", challenge, tag="x"))
    await poll(lambda: leg.is_settled)
    assert len(far.server.of("INVITE")) == 1, "the far phone must not ring again"
    assert len(far.server.of("ACK")) == 1


async def test_a_cancel_that_nobody_answers_is_forgotten(far: FarEnd, make_caller: Make) -> None:
    far.answers("INVITE", "180 Ringing", tag="x")
    caller = make_caller(far.server.port, timers=FAST)
    await caller.agent.start()
    leg = caller.dial()
    await caller.event(LegRangEvent)
    leg.hang_up()
    await poll(lambda: leg.is_settled)
    assert len(far.server.of("CANCEL")) > 3, "repeated while nothing came"
    assert caller.finals == [LegFailedEvent("far", LegFailure.CANCELLED)]


async def test_early_media_its_change_and_an_answer_without_sdp(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("early")
    leg = caller.dial()
    answered = await caller.event(LegAnsweredEvent)
    assert caller.kinds == [LegEarlyMediaEvent, LegEarlyMediaEvent, LegAnsweredEvent]
    ports = [event.answer.port for event in caller.events if isinstance(event, (LegEarlyMediaEvent, LegAnsweredEvent))]
    assert ports == [42000, 42002, 42002]
    assert isinstance(answered, LegAnsweredEvent)
    assert answered.answer.codec is Codec.PCMA
    leg.hang_up()
    assert await far_end.passed()


async def test_a_reliable_183_is_acknowledged_once_however_often_it_comes(
    wire: Wire, sipp: Start, caller: Caller
) -> None:
    far_end = await sipp("reliable")
    # Our first PRACK is lost: the far end repeats the 183, and the request its transaction.
    wire.loses = lambda message, is_ours: is_ours and message.what == "PRACK" and len(wire.ours("PRACK")) == 1
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    assert caller.kinds == [LegEarlyMediaEvent, LegAnsweredEvent]
    pracks = wire.ours("PRACK")
    assert len(pracks) > 1
    assert {prack["RAck"] for prack in pracks} == {f"4711 {wire.ours('INVITE')[0].number} INVITE"}
    assert len({prack.branch for prack in pracks}) == 1
    assert pracks[0].to_tag == "far"
    leg.hang_up()
    assert await far_end.passed()


async def test_the_number_has_moved_to_another_server(make_caller: Make, far: FarEnd) -> None:
    tries = iter(
        [
            ("302 Moved", "Contact: <sip:0900555@127.0.0.1>, <sip:100@second.example?Subject=x>;q=0.2"),
            ("302 Moved", "Contact: <sip:100@third.example>"),
            ("302 Moved", "Contact: <sip:100@fourth.example>"),
        ]
    )

    def answer(message: Heard) -> list[bytes]:
        status, header = next(tries)
        return [reply(message, status, header, tag=f"t{message.number}")]

    far.replies["INVITE"] = answer
    caller = make_caller(far.server.port)
    await caller.agent.start()
    caller.dial("100")
    failed = await caller.event(LegFailedEvent)
    assert failed == LegFailedEvent("far", LegFailure.UNAVAILABLE, 302)
    invites = far.server.of("INVITE")
    assert [invite.uri.partition("@")[2] for invite in invites[1:]] == ["second.example", "third.example"]
    assert {invite["Call-ID"] for invite in invites} == {invites[0]["Call-ID"]}
    assert [invite.number for invite in invites] == [1, 2, 3]
    assert all(invite["To"] == invites[0]["To"] for invite in invites)


async def test_a_session_interval_that_is_too_short_is_made_longer_once(make_caller: Make, far: FarEnd) -> None:
    def answer(message: Heard) -> list[bytes]:
        return [reply(message, "422 Session Interval Too Small", "Min-SE: 3600", tag=f"t{message.number}")]

    far.replies["INVITE"] = answer
    caller = make_caller(far.server.port)
    await caller.agent.start()
    caller.dial("100")
    assert await caller.event(LegFailedEvent) == LegFailedEvent("far", LegFailure.UNAVAILABLE, 422)
    invites = far.server.of("INVITE")
    assert [(invite["Session-Expires"], invite["Min-SE"]) for invite in invites] == [("1800", "90"), ("3600", "3600")]


async def test_the_far_end_hangs_up(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("hang_up")
    leg = caller.dial()
    assert await caller.event(LegEndedEvent) == LegEndedEvent("far", EndedBy.REMOTE)
    leg.hang_up()
    assert await far_end.passed()
    assert not wire.ours("BYE")
    assert caller.kinds == [LegRangEvent, LegAnsweredEvent, LegEndedEvent]
    assert leg.is_settled


async def test_481_to_a_change_ends_the_call(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("gone")
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    leg.set_direction(Direction.INACTIVE)
    assert await caller.event(LegEndedEvent) == LegEndedEvent("far", EndedBy.REMOTE)
    assert await far_end.passed()
    assert not wire.ours("BYE")


@pytest.mark.parametrize("statuses", [("408 Request Timeout",), ()])
async def test_a_far_end_that_does_not_answer_inside_the_call_is_dead(
    far: FarEnd, make_caller: Make, statuses: tuple[str, ...]
) -> None:
    far.answers("INVITE", "200 OK", tag="x", body=SDP)
    far.answers("INFO", *statuses)
    far.answers("BYE", "200 OK")
    caller = make_caller(far.server.port, timers=FAST)
    await caller.agent.start()
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    leg.send_info_keys("5")
    assert await caller.event(LegEndedEvent) == LegEndedEvent("far", EndedBy.TIMEOUT)
    await poll(lambda: leg.is_settled)
    assert far.server.of("INFO")[0].body == "Signal=5\r\nDuration=160\r\n"
    assert len(far.server.of("BYE")) == 1, "it may still be up over there"


async def test_a_refused_info_changes_nothing(far: FarEnd, make_caller: Make) -> None:
    far.answers("INVITE", "200 OK", tag="x", body=SDP)
    far.answers("INFO", "415 Unsupported Media Type")
    far.answers("BYE", "200 OK")
    caller = make_caller(far.server.port)
    await caller.agent.start()
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    leg.send_info_keys("#")
    await poll(lambda: len(far.server.of("INFO")) == 1)
    await asyncio.sleep(0.05)
    assert leg.is_up
    leg.hang_up(EndedBy.TIMEOUT)
    assert caller.finals == [LegEndedEvent("far", EndedBy.TIMEOUT)]


async def test_no_codec_in_common_ends_the_answered_call(far: FarEnd, make_caller: Make) -> None:
    far.answers("INVITE", "200 OK", tag="x", body=SDP.replace("0 101", "18").replace("rtpmap:0 PCMU", "rtpmap:18 G729"))
    far.answers("BYE", "200 OK")
    caller = make_caller(far.server.port)
    await caller.agent.start()
    leg = caller.dial()
    assert await caller.event(LegFailedEvent) == LegFailedEvent("far", LegFailure.NOT_ACCEPTABLE, 200)
    await poll(lambda: leg.is_settled)
    assert [message.what for message in far.server.heard] == ["INVITE", "ACK", "BYE"]


async def test_a_repeated_answer_is_acknowledged_again(far: FarEnd, make_caller: Make) -> None:
    far.answers("INVITE", "200 OK", tag="x", body=SDP)
    far.answers("BYE", "200 OK")
    caller = make_caller(far.server.port)
    await caller.agent.start()
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    answer = reply(
        far.server.of("INVITE")[0], "200 OK", f"Contact: <sip:gw@127.0.0.1:{far.server.port}>", tag="x", body=SDP
    )
    far.server.send(answer)
    await poll(lambda: len(far.server.of("ACK")) == 2)
    leg.hang_up()
    await poll(lambda: leg.is_settled)
    far.server.send(answer)
    await poll(lambda: len(far.server.of("ACK")) == 3)
    late = reply(
        far.server.of("INVITE")[0], "200 OK", f"Contact: <sip:b@127.0.0.1:{far.server.port}>", tag="y", body=SDP
    )
    far.server.send(late)
    await poll(lambda: len(far.server.of("BYE")) == 2)
    assert far.server.of("BYE")[1].to_tag == "y", "a phone that answers after all was over is ended too"
    assert caller.kinds == [LegAnsweredEvent, LegEndedEvent]


async def test_our_answer_to_a_reinvite_is_never_acknowledged(far: FarEnd, make_caller: Make) -> None:
    far.answers("INVITE", "200 OK", tag="x", body=SDP)
    far.answers("BYE", "200 OK")
    caller = make_caller(far.server.port, timers=FAST)
    await caller.agent.start()
    caller.dial()
    await caller.event(LegAnsweredEvent)
    invite = far.server.of("INVITE")[0]
    head = [
        "INVITE sip:alice@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:{far.server.port};branch=z9hG4bKx;rport",
        f"From: {invite['To']};tag=x",
        f"To: {invite['From']}",
        f"Call-ID: {invite['Call-ID']}",
        "CSeq: 5 INVITE",
        "Content-Type: application/sdp",
        f"Content-Length: {len(SDP)}",
    ]
    far.server.send("\r\n".join([*head, "", SDP]).encode())
    assert await caller.event(LegEndedEvent) == LegEndedEvent("far", EndedBy.TIMEOUT)
    answers = [message for message in far.server.of("200") if message["CSeq"] == "5 INVITE"]
    assert len(answers) > 5, "repeated until it was given up"
    assert "received=127.0.0.1" in answers[0]["Via"]
    assert f"rport={far.server.port}" in answers[0]["Via"]


async def test_stop_ends_what_is_up_and_what_rings_and_leaves_nothing(far: FarEnd, make_caller: Make) -> None:
    caller = make_caller(far.server.port)
    await caller.agent.start()
    far.answers("BYE", "200 OK")
    far.answers("INVITE", "200 OK", tag="x", body=SDP)
    caller.dial("100")
    await caller.event(LegAnsweredEvent)
    ringing: list[Heard] = []

    def ring(message: Heard) -> list[bytes]:
        ringing.append(message)
        return [reply(message, "180 Ringing", tag="z")]

    far.replies["INVITE"] = ring
    far.replies["CANCEL"] = lambda message: [
        reply(message, "200 OK", tag="z"),
        reply(ringing[0], "487 Request Terminated", tag="z"),
    ]
    caller.dial("101")
    await caller.event(LegRangEvent)
    before = asyncio.get_running_loop().time()
    await caller.agent.stop()
    assert asyncio.get_running_loop().time() - before < 1
    assert len(far.server.of("BYE")) == 1
    assert len(far.server.of("CANCEL")) == 1
    assert caller.finals == [
        LegEndedEvent("far", EndedBy.LOCAL),
        LegFailedEvent("far", LegFailure.CANCELLED),
    ]
    assert len(asyncio.all_tasks()) == 1
    assert len(caller.agent._endpoint._layer) == 0


async def test_stop_waits_a_bounded_time_for_a_dead_far_end(far: FarEnd, make_caller: Make) -> None:
    far.answers("INVITE", "200 OK", tag="x", body=SDP)
    caller = make_caller(far.server.port)
    await caller.agent.start()
    caller.dial()
    await caller.event(LegAnsweredEvent)
    before = asyncio.get_running_loop().time()
    await caller.agent.stop()
    assert asyncio.get_running_loop().time() - before < 3
    assert len(far.server.of("BYE")) > 1
    assert caller.finals == [LegEndedEvent("far", EndedBy.LOCAL)]


async def test_dialling_when_stopped_fails_at_once(far: FarEnd, make_caller: Make) -> None:
    caller = make_caller(far.server.port)
    await caller.agent.start()
    await caller.agent.stop()
    leg = caller.dial()
    assert not caller.events, "nothing is called back before dial returns"
    assert await caller.event(LegFailedEvent) == LegFailedEvent("far", LegFailure.UNREACHABLE)
    assert leg.is_settled
    assert not far.server.heard


async def test_a_call_says_what_it_must(far: FarEnd, make_caller: Make) -> None:
    far.answers("INVITE", "486 Busy Here", tag="x")
    caller = make_caller(far.server.port, display_name='Al "x"\r\n Ice', domain="example.org", username="+49 30@x")
    await caller.agent.start()
    caller.dial("+49 (30) 123#")
    await caller.event(LegFailedEvent)
    invite = far.server.of("INVITE")[0]
    assert invite.uri == "sip:+4930123%23@example.org"
    assert invite["To"] == "<sip:+4930123%23@example.org>"
    assert invite["From"].startswith('"Al x Ice" <sip:+49%2030%40x@example.org>;tag=')
    assert invite["Contact"].startswith("<sip:+49%2030%40x@127.0.0.1:")
    assert invite["Via"].startswith("SIP/2.0/UDP 127.0.0.1:")
    assert invite["Via"].endswith(";rport")
    assert invite["Max-Forwards"] == "70"
    assert invite["Supported"] == "100rel, timer"
    assert (invite["Session-Expires"], invite["Min-SE"]) == ("1800", "90")


async def test_logs_hold_no_number_and_no_credential(
    wire: Wire, sipp: Start, caller: Caller, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await sipp("challenge")
    leg = caller.dial("0301234567")
    await caller.event(LegAnsweredEvent)
    leg.hang_up()
    await poll(lambda: leg.is_settled)
    ours = [record for record in caplog.records if "hold_slayer" in record.name]
    trace = "\n".join(record.getMessage() for record in ours)
    assert "INVITE sip:0301234567@" in trace, "the trace is on"
    assert "Proxy-Authorization: ***" in trace
    assert "response=" not in trace
    loud = "\n".join(record.getMessage() for record in ours if record.levelno >= logging.INFO)
    assert "0301234567" not in loud
    assert "alice" not in loud


async def test_a_listener_that_fails_keeps_no_call_up(
    far: FarEnd, make_caller: Make, caplog: pytest.LogCaptureFixture
) -> None:
    far.answers("INVITE", "200 OK", tag="x", body=SDP)
    far.answers("BYE", "200 OK")
    caller = make_caller(far.server.port)
    await caller.agent.start()

    def fail(_event: object) -> None:
        raise RuntimeError("a bug in the listener")

    leg = caller.agent.dial("far", DialTarget("100"), MediaOffer("127.0.0.1", 40000), fail)
    await poll(lambda: leg.is_up)
    await caller.agent.stop()
    assert leg.is_settled
    assert not caller.agent._endpoint.is_open
    assert [message.what for message in far.server.heard] == ["INVITE", "ACK", "BYE"]
    assert [record.message for record in caplog.records].count("A listener failed") == 2


# --- strangers ------------------------------------------------------------------------------------------------------


def stranger(method: str, number: int, *, tag: str = "", branch: str = "") -> bytes:
    lines = [
        f"{method} sip:alice@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:9;branch={branch or f'z9hG4bK{method}{number}'};rport",
        "From: <sip:eve@127.0.0.1>;tag=e",
        f"To: <sip:alice@127.0.0.1>{tag}",
        f"Call-ID: c{number}",
        f"CSeq: {number} {method}",
        "Contact: <sip:eve@127.0.0.1:9>",
        "Content-Length: 0",
    ]
    return "\r\n".join([*lines, "", ""]).encode()


@pytest.mark.parametrize(
    ("method", "tag", "status"),
    [
        ("OPTIONS", "", "200"),
        ("NOTIFY", "", "200"),
        ("INVITE", "", "480"),
        ("REGISTER", "", "405"),
        ("SUBSCRIBE", "", "405"),
        ("CANCEL", "", "481"),
        ("BYE", ";tag=nobody", "481"),
        ("INVITE", ";tag=nobody", "481"),
    ],
)
async def test_requests_outside_our_calls(far: FarEnd, make_caller: Make, method: str, tag: str, status: str) -> None:
    caller = make_caller(far.server.port)
    await caller.agent.start()
    place = ("127.0.0.1", caller.agent._endpoint._reach.local[1])
    far.server.send(stranger(method, 1, tag=tag), place)
    far.server.send(stranger(method, 1, tag=tag), place)
    await poll(lambda: len(far.server.heard) >= 2)
    first, second, *_ = far.server.heard
    assert first.what == status
    assert f"rport={far.server.port}" in first["Via"]
    assert (second.what, second["To"]) == (first.what, first["To"]), "a repetition gets the same answer"
    assert first.to_tag
    if status in ("405", "200") and method != "NOTIFY":
        assert "INVITE" in first["Allow"]
    if method == "INVITE":
        far.server.send(stranger("ACK", 1, tag=f";tag={first.to_tag}", branch="z9hG4bKINVITE1"), place)
        await asyncio.sleep(0.02)
        count = len(far.server.heard)
        await asyncio.sleep(0.3)
        assert len(far.server.heard) == count, "acknowledged: it is not repeated any more"


async def test_a_flood_of_strangers_is_not_remembered_without_end(far: FarEnd, make_caller: Make) -> None:
    caller = make_caller(far.server.port)
    await caller.agent.start()
    place = ("127.0.0.1", caller.agent._endpoint._reach.local[1])
    for number in range(400):
        caller.agent._endpoint.on_data(stranger("OPTIONS", number), place)
    assert len(caller.agent._endpoint._layer) == 200
