"""REFER: what the far end is asked, and how what it says about it is understood."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

from aiosipua.message import SipRequest
import pytest

from custom_components.hold_slayer.engine.model.call_event import (
    LegAnsweredEvent,
    LegEndedEvent,
    LegTransferProgressedEvent,
)
from custom_components.hold_slayer.engine.model.phase import EndedBy
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.engine.sip.transaction import ServerTransaction, TimerValues
from custom_components.hold_slayer.engine.sip.transfer import status_in
from tests.fakes.asterisk import Asterisk
from tests.fakes.sip_line import Caller
from tests.unit.sip.test_sip_session_timer import Call


def notify(call: Call, number: int, fragment: str, state: str, event: str = "refer") -> None:
    request = SipRequest(method="NOTIFY", uri="sip:alice@192.0.2.5")
    for name, value in (
        ("Via", f"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bKn{number}"),
        ("From", "<sip:100@trunk.example>;tag=far"),
        ("To", "<sip:alice@trunk.example>;tag=us"),
        ("Call-ID", "c"),
        ("CSeq", f"{number} NOTIFY"),
        ("Event", event),
        ("Subscription-State", state),
    ):
        request.set_header(name, value)
    request.content_type = "message/sipfrag;version=2.0"
    request.body = fragment.encode()
    call.leg.on_request(ServerTransaction(request, ("192.0.2.1", 5060), is_reliable=False))


def progress(call: Call) -> list[tuple[int, bool]]:
    return [(event.status, event.is_over) for event in call.events if isinstance(event, LegTransferProgressedEvent)]


def test_a_blind_transfer_that_works() -> None:
    call = Call()
    assert call.leg.refer_to("sip:+4930123@trunk.example")
    assert not call.leg.refer_to("sip:other@trunk.example"), "one at a time"
    ((_, refer),) = call.clock.of("REFER")
    assert refer.get_header("Refer-To") == "<sip:+4930123@trunk.example>"
    assert refer.get_header("Referred-By") == "<sip:alice@trunk.example>"
    call.accept(1, status=202)
    notify(call, 5, "SIP/2.0 100 Trying\r\n", "active;expires=60")
    notify(call, 6, "SIP/2.0 180 Ringing\r\n", "active;expires=50")
    notify(call, 7, "SIP/2.0 180 Ringing\r\n", "active;expires=50")
    notify(call, 8, "SIP/2.0 200 OK\r\n", "terminated;reason=noresource")
    notify(call, 9, "SIP/2.0 200 OK\r\n", "terminated")
    assert progress(call) == [(100, False), (180, False), (200, True)]
    assert [status for status, _ in call.clock.answers] == [200] * 5
    assert call.leg.is_up, "hanging up is for whoever wanted the transfer"


@pytest.mark.parametrize(
    ("fragment", "state", "status"),
    [
        ("SIP/2.0 486 Busy Here", "terminated", 486),
        ("SIP/2.0 503 Service Unavailable", "active", 503),
        ("SIP/2.0 100 Trying", "terminated;reason=timeout", 408),
        ("you are transferred", "terminated", 408),
    ],
)
def test_a_transfer_that_fails_leaves_the_leg(fragment: str, state: str, status: int) -> None:
    call = Call()
    call.leg.refer_to("sip:x@trunk.example")
    call.accept(1, status=202)
    notify(call, 5, fragment, state)
    assert progress(call) == [(status, True)]
    assert call.leg.is_up
    assert call.leg.refer_to("sip:y@trunk.example"), "another try is allowed"


def test_refused_and_unanswered() -> None:
    call = Call()
    call.leg.refer_to("sip:x@trunk.example")
    call.accept(1, status=603)
    assert progress(call) == [(603, True)]
    call.leg.refer_to("sip:x@trunk.example")
    call.accept(2, status=202)
    call.clock.run(61)
    assert progress(call)[1:] == [(408, True)]
    notify(call, 5, "SIP/2.0 200 OK", "terminated")
    assert len(progress(call)) == 2, "too late"


def test_a_notify_about_something_else_and_the_end_of_the_leg() -> None:
    call = Call()
    call.leg.refer_to("sip:x@trunk.example")
    notify(call, 5, "SIP/2.0 200 OK", "active", event="message-summary")
    assert not progress(call)
    call.ask("BYE", 6)
    assert call.events[-1] == LegEndedEvent("far", EndedBy.REMOTE)
    call.clock.run(100)
    assert not progress(call)
    assert not call.leg.refer_to("sip:x@trunk.example")


def test_the_other_leg_is_named_by_its_dialog() -> None:
    call, other = Call(), Call()
    assert call.leg.refer_to(other.leg.replaces_uri)
    ((_, refer),) = call.clock.of("REFER")
    assert refer.get_header("Refer-To") == "<sip:100@192.0.2.1?Replaces=c%3Bto-tag%3Dfar%3Bfrom-tag%3Dus>"
    other.ask("BYE", 9)
    assert not Call().leg.refer_to(other.leg.replaces_uri)


def test_what_the_far_end_refers_us_to_is_not_dialled() -> None:
    call = Call()
    call.ask("REFER", 5, Refer_To="<sip:0900123@trunk.example>")
    assert call.clock.answers == [(603, {})]
    assert len(call.clock.sent) == 1


@pytest.mark.parametrize(
    ("text", "status"), [("SIP/2.0 200 OK", 200), ("  SIP/2.0  183 x", 183), ("SIP/2.0 999", None), ("", None)]
)
def test_fragment(text: str, status: int | None) -> None:
    assert status_in(text) == status


@pytest.fixture
async def asterisk(socket_enabled: None, tmp_path: Path) -> AsyncIterator[Asterisk]:
    async with Asterisk(tmp_path / "asterisk") as asterisk:
        yield asterisk


async def test_asterisk_refuses_and_the_leg_goes_on(asterisk: Asterisk, make_caller: Callable[..., Caller]) -> None:
    """Asterisk refuses REFER for a channel that no other one is bridged with."""
    caller = make_caller(asterisk.port, register=True, timers=TimerValues())
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    leg = caller.dial("155")
    await caller.event(LegAnsweredEvent)
    assert leg.refer_to(f"sip:143@127.0.0.1:{asterisk.port}")
    await caller.event(LegTransferProgressedEvent, 2)
    told = [event for event in caller.events if isinstance(event, LegTransferProgressedEvent)]
    assert [(event.status, event.is_over) for event in told] == [(100, False), (400, True)]
    assert leg.is_up
