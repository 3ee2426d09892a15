"""The faults that make calls break or cost money, one test each (numbers as in the project's notes on telephony).

SIPp is the far end; the wire between writes down what really went over it.
"""

import asyncio
from collections.abc import Awaitable, Callable

import pytest

from custom_components.hold_slayer.engine.model.call_event import (
    LegAnsweredEvent,
    LegEndedEvent,
    LegFailedEvent,
    LegMediaChangedEvent,
    LegRangEvent,
)
from custom_components.hold_slayer.engine.model.media_description import Codec, Direction
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.engine.sip.transaction import TimerValues
from tests.fakes.sip_line import Caller, Heard, Sipp, Wire, is_digest_right, poll

Start = Callable[..., Awaitable[Sipp]]


async def test_fault_1_every_non_2xx_is_acknowledged(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("refuse", status="486 Busy Here")
    wire.loses = lambda message, is_ours: is_ours and message.what == "ACK" and len(wire.ours("ACK")) == 1
    caller.dial()
    failed = await caller.event(LegFailedEvent)
    assert failed == LegFailedEvent("far", LegFailure.BUSY, 486)
    assert await far_end.passed()
    assert len(wire.theirs("486")) == 2, "the first ACK was lost, so the answer came again"
    first, second = wire.ours("ACK")
    invite = wire.ours("INVITE")[0]
    assert first.branch == second.branch == invite.branch, "part of the INVITE's transaction"
    assert first.number == invite.number
    assert first["Via"] == invite["Via"]
    assert first["To"] == wire.theirs("486")[0]["To"]
    assert caller.finals == [failed]


async def test_fault_2_a_late_challenge_does_not_kill_the_retried_call(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("challenge")

    def loses(message: Heard, is_ours: bool) -> bool:
        # The first ACK is lost, and the retried INVITE is held back until the challenge has come a second time.
        if not is_ours:
            return False
        is_first_ack = message.what == "ACK" and len(wire.ours("ACK")) == 1
        is_early_retry = message.what == "INVITE" and message.number == 2 and len(wire.theirs("407")) < 2
        return is_first_ack or is_early_retry

    wire.loses = loses
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    assert len(wire.theirs("407")) == 2
    leg.hang_up()
    assert await far_end.passed()
    first, second = wire.ours("INVITE")[0], wire.ours("INVITE")[-1]
    assert [first.number, second.number] == [1, 2]
    assert first.branch != second.branch
    assert first["Call-ID"] == second["Call-ID"]
    assert first["From"] == second["From"]
    assert is_digest_right(second, "Proxy-Authorization", "alice", "secret")
    assert [ack.number for ack in wire.ours("ACK")] == [1, 1, 2], "both copies of the challenge acknowledged"
    plain, authorized = wire.ours("BYE")
    assert authorized.number == plain.number + 1
    assert is_digest_right(plain, "Proxy-Authorization", "alice", "secret"), "the proxy's challenge is remembered"
    assert "nc=00000002" in plain["Proxy-Authorization"]
    assert is_digest_right(authorized, "Authorization", "alice", "secret")
    assert is_digest_right(authorized, "Proxy-Authorization", "alice", "secret")
    assert caller.finals == [LegEndedEvent("far", EndedBy.LOCAL)]


async def test_fault_3_remote_target_and_route_set_come_from_the_2xx(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("route")
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    leg.hang_up()
    assert await far_end.passed()
    near, far = f"<sip:127.0.0.1:{wire.port};lr;edge=near>", "<sip:127.0.0.1:1;lr;edge=far>"
    for message in (*wire.ours("ACK"), *wire.ours("BYE")):
        assert message.uri == "sip:gw-8@127.0.0.1:2;x=1"
        assert message.all("Route") == [near, far], "reversed: ours first"
        assert message.to_tag == "far"
    assert wire.ours("BYE")[0].number == wire.ours("INVITE")[0].number + 1


async def test_fault_5_only_our_own_binding_decides_when_to_refresh(
    wire: Wire, sipp: Start, make_caller: Callable[..., Caller]
) -> None:
    far_end = await sipp("register_stale_binding")
    caller = make_caller(wire.port, register=True)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    left = (caller.agent.status.expires_at or 0) - asyncio.get_running_loop().time()
    assert 590 < left <= 600
    assert await far_end.passed()
    assert len(wire.ours("REGISTER")) == 1, "no storm although the other binding ends after a second"


async def test_fault_6_a_refused_reinvite_keeps_the_call(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("refuse_change")
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    leg.set_direction(Direction.SENDONLY)
    await poll(lambda: len(wire.ours("ACK")) == 2)
    assert leg.is_up
    assert not caller.finals
    leg._modifier._glare_wait_s = (0.1, 0.2)  # the second one is told to come again later
    leg.set_direction(Direction.SENDONLY)
    changed = await caller.event(LegMediaChangedEvent)
    assert isinstance(changed, LegMediaChangedEvent)
    assert changed.answer.direction is Direction.SENDONLY
    leg.hang_up()
    assert await far_end.passed()
    numbers = [invite.number for invite in wire.ours("INVITE")]
    assert numbers == sorted(set(numbers)), "each re-INVITE has a number of its own"
    versions = [invite.body.split("o=")[1].split()[2] for invite in wire.ours("INVITE")]
    sessions = {invite.body.split("o=")[1].split()[1] for invite in wire.ours("INVITE")}
    assert len(sessions) == 1
    assert int(versions[0]) < int(versions[1])
    assert caller.finals == [LegEndedEvent("far", EndedBy.LOCAL)]


async def test_fault_7_an_answer_that_crosses_the_cancel_is_acknowledged_and_ended(
    wire: Wire, sipp: Start, caller: Caller
) -> None:
    far_end = await sipp("glare")
    leg = caller.dial()
    await caller.event(LegRangEvent)
    leg.hang_up()
    assert caller.finals == [LegFailedEvent("far", LegFailure.CANCELLED)]
    assert await far_end.passed()
    invite, cancel = wire.ours("INVITE")[0], wire.ours("CANCEL")[0]
    assert cancel.branch == invite.branch
    assert cancel.uri == invite.uri
    assert [message.what for message in wire.sent] == ["INVITE", "CANCEL", "ACK", "BYE"]
    assert wire.ours("BYE")[0].to_tag == "far"
    await poll(lambda: leg.is_settled)
    assert len(caller.finals) == 1
    assert LegAnsweredEvent not in caller.kinds


async def test_fault_8_lost_requests_are_sent_again(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("answer")
    lost = {"INVITE": 2, "BYE": 2}

    def loses(message: Heard, is_ours: bool) -> bool:
        return is_ours and len(wire.ours(message.what)) <= lost.get(message.what, 0)

    wire.loses = loses
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    leg.hang_up()
    assert await far_end.passed()
    for method in ("INVITE", "BYE"):
        copies = wire.ours(method)
        assert len(copies) == 3
        assert len({(copy.branch, copy.number) for copy in copies}) == 1, "the same request each time"


async def test_fault_8_a_server_that_never_answers_is_given_up(
    wire: Wire, make_caller: Callable[..., Caller], monkeypatch: pytest.MonkeyPatch
) -> None:
    """A real socket, and a clock that the test holds: the machine may be as busy as it likes."""
    caller = make_caller(wire.port, timers=TimerValues())
    await caller.agent.start()
    endpoint = caller.agent._endpoint
    now = 0.0
    monkeypatch.setattr(endpoint, "_now", lambda: now)
    monkeypatch.setattr(endpoint, "_arm", lambda: None)
    leg = caller.dial()
    sent_at = [0.0]
    while not caller.finals:
        await poll(lambda: len(wire.ours("INVITE")) == len(sent_at))
        due = endpoint._layer.next_timer()
        assert due is not None
        now = due
        endpoint._on_timer()
        if not caller.finals:
            sent_at.append(now)
    # The endpoint counts what is due within a tick of the clock, a millisecond, as due.
    assert sent_at == pytest.approx([0.0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5], abs=0.01), "timer A doubles"
    assert now == 32.0, "64 times T1"
    assert caller.finals == [LegFailedEvent("far", LegFailure.UNREACHABLE)]
    assert [message.what for message in wire.sent] == ["INVITE"] * 7
    assert len({(copy.branch, copy.number) for copy in wire.ours("INVITE")}) == 1
    assert leg.is_settled


async def test_fault_9_a_second_phone_that_answers_is_ended_with_its_own_tag(
    wire: Wire, sipp: Start, caller: Caller
) -> None:
    far_end = await sipp("fork")
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    await poll(lambda: bool(wire.theirs("200")) and bool(wire.ours("BYE")))
    assert leg.is_up, "the first one goes on"
    assert not caller.finals
    assert [ack.to_tag for ack in wire.ours("ACK")] == ["one", "two"]
    assert [bye.to_tag for bye in wire.ours("BYE")] == ["two"]
    assert wire.ours("BYE")[0].uri == f"sip:two@127.0.0.1:{wire.port}"
    leg.hang_up()
    assert await far_end.passed()
    assert wire.ours("BYE")[-1].to_tag == "one"
    assert wire.ours("BYE")[-1].uri == f"sip:one@127.0.0.1:{wire.port}"


async def test_fault_10_a_repeated_reinvite_is_one_change_and_no_second_call(
    wire: Wire, sipp: Start, caller: Caller
) -> None:
    far_end = await sipp("impatient")
    # Their ACK and our first answers get lost: they repeat the re-INVITE, we repeat the answer.
    wire.loses = lambda message, is_ours: (
        is_ours and message.what == "200" and message["CSeq"] == "11 INVITE" and len(wire.ours("200")) <= 2
    )
    caller.dial()
    ended = await caller.event(LegEndedEvent)
    assert ended == LegEndedEvent("far", EndedBy.REMOTE)
    assert await far_end.passed()
    assert len(wire.theirs("INVITE")) > 1
    changes = [event for event in caller.events if isinstance(event, LegMediaChangedEvent)]
    assert [event.answer.direction for event in changes] == [Direction.RECVONLY]
    assert len({answer.body for answer in wire.ours("200") if answer["CSeq"] == "11 INVITE"}) == 1


async def test_fault_10_requests_of_the_far_end_are_answered(wire: Wire, sipp: Start, caller: Caller) -> None:
    far_end = await sipp("modify")
    caller.dial()
    ended = await caller.event(LegEndedEvent)
    assert ended == LegEndedEvent("far", EndedBy.REMOTE)
    assert await far_end.passed()
    answered = await caller.event(LegAnsweredEvent)
    assert isinstance(answered, LegAnsweredEvent)
    assert answered.answer.codec is Codec.PCMA
    assert answered.answer.dtmf_payload_type == 96
    changes = [event.answer for event in caller.events if isinstance(event, LegMediaChangedEvent)]
    assert [(change.port, change.direction) for change in changes] == [
        (42000, Direction.RECVONLY),
        (42010, Direction.SENDRECV),
        (42020, Direction.SENDRECV),
    ]
    hold = next(message for message in wire.ours("200") if message["CSeq"] == "11 INVITE")
    assert "a=recvonly" in hold.body
    assert "96 telephone-event/8000" in hold.body, "their payload type, not ours"
    assert "Contact" in hold
    offer = next(message for message in wire.ours("200") if message["CSeq"] == "14 INVITE")
    assert "m=audio 40000 RTP/AVP 0 8 13 101" in offer.body
