"""Session timers (RFC 4028) in virtual time: whoever has to refresh does, and whoever waits in vain ends the leg."""

from collections.abc import Callable
import heapq
import itertools
from typing import Any

from aiosipua.message import SipRequest, SipResponse
import pytest

from custom_components.hold_slayer.engine.model.call_event import LegAnsweredEvent, LegEndedEvent, LegEvent
from custom_components.hold_slayer.engine.model.media_description import Direction, MediaOffer
from custom_components.hold_slayer.engine.model.phase import EndedBy
from custom_components.hold_slayer.engine.sip.leg import Leg
from custom_components.hold_slayer.engine.sip.sdp_session import SdpSession
from custom_components.hold_slayer.engine.sip.session_timer import (
    SessionExpires,
    interval_after_422,
    read_session_expires,
)
from custom_components.hold_slayer.engine.sip.transaction import ServerTransaction
from custom_components.hold_slayer.engine.sip.wire import SDP_TYPE
from tests.fakes.sip_line import SDP


class Clock:
    """Timers that run when a test says so; also what the leg sends and answers (a `Requester`)."""

    def __init__(self) -> None:
        self.now = 0.0
        self._due: list[tuple[float, int, Callable[[], None]]] = []
        self._stopped: set[int] = set()
        self._keys = itertools.count()
        self.sent: list[tuple[float, SipRequest, Callable[..., None]]] = []
        self.answers: list[tuple[int, dict[str, str]]] = []

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        key = next(self._keys)
        heapq.heappush(self._due, (self.now + delay_s, key, callback))
        return lambda: self._stopped.add(key)

    def run(self, until: float) -> None:
        while self._due and self._due[0][0] <= until:
            self.now, key, callback = heapq.heappop(self._due)
            if key not in self._stopped:
                callback()
        self.now = until

    def send_request(self, request: SipRequest, on_response: Callable[..., None], **_: Any) -> None:
        self.sent.append((self.now, request, on_response))

    def send_cancel(self, invite: SipRequest) -> None:
        raise AssertionError("nothing is cancelled here")

    def send_ack(self, ack: SipRequest) -> None:
        pass

    def respond(
        self, _transaction: ServerTransaction, status: int, *, headers: tuple[tuple[str, str], ...] = (), **_: Any
    ) -> None:
        self.answers.append((status, dict(headers)))

    def of(self, method: str) -> list[tuple[float, SipRequest]]:
        return [(when, request) for when, request, _ in self.sent if request.method == method]


class Call:
    """A leg that was answered with the given headers."""

    def __init__(self, **headers: str) -> None:
        self.clock = Clock()
        self.events: list[LegEvent] = []
        invite = SipRequest(method="INVITE", uri="sip:100@trunk.example")
        for name, value in (
            ("From", "<sip:alice@trunk.example>;tag=us"),
            ("To", "<sip:100@trunk.example>"),
            ("Call-ID", "c"),
            ("CSeq", "1 INVITE"),
        ):
            invite.set_header(name, value)
        sdp = SdpSession(MediaOffer("192.0.2.5", 40000))
        sdp.offer()
        self.leg = Leg("far", invite, sdp, self.clock, self.events.append, 90)  # type: ignore[arg-type]
        self.accept(0, **headers)
        assert isinstance(self.events[-1], LegAnsweredEvent)

    def accept(self, index: int, status: int = 200, **headers: str) -> None:
        _, request, on_response = self.clock.sent[index]
        response = SipResponse(status_code=status)
        to_header = request.get_header("To") or ""
        response.set_header("To", to_header if "tag=" in to_header else f"{to_header};tag=far")
        response.set_header("CSeq", request.get_header("CSeq") or "")
        response.set_header("Contact", "<sip:100@192.0.2.1>")
        for name, value in headers.items():
            response.set_header(name.replace("_", "-"), value)
        if request.method == "INVITE" and status == 200:
            response.content_type = SDP_TYPE
            response.body = SDP.encode()
        on_response(response, None)

    def ask(self, method: str, number: int, **headers: str) -> None:
        request = SipRequest(method=method, uri="sip:alice@192.0.2.5")
        for name, value in (
            ("Via", f"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{number}"),
            ("From", "<sip:100@trunk.example>;tag=far"),
            ("To", "<sip:alice@trunk.example>;tag=us"),
            ("Call-ID", "c"),
            ("CSeq", f"{number} {method}"),
        ):
            request.set_header(name, value)
        for name, value in headers.items():
            request.set_header(name.replace("_", "-"), value)
        self.leg.on_request(ServerTransaction(request, ("192.0.2.1", 5060), is_reliable=False))


def test_without_the_header_nothing_expires() -> None:
    call = Call(Allow="UPDATE")
    call.clock.run(100_000)
    assert call.leg.is_up
    assert len(call.clock.sent) == 1


def test_we_refresh_by_update_at_half_time_again_and_again() -> None:
    call = Call(Session_Expires="600;refresher=uac", Allow="UPDATE")
    call.clock.run(301)
    ((when, update),) = call.clock.of("UPDATE")
    assert when == 300
    assert update.get_header("Session-Expires") == "600;refresher=uac"
    assert not update.body
    call.accept(1, Session_Expires="600;refresher=uac")
    call.clock.run(700)
    assert [when for when, _ in call.clock.of("UPDATE")] == [300, 601]
    assert call.leg.is_up


def test_we_refresh_by_reinvite_where_update_is_not_taken() -> None:
    call = Call(Session_Expires="600;refresher=uac")
    call.clock.run(301)
    assert not call.clock.of("UPDATE")
    _, invite = call.clock.of("INVITE")[-1]
    assert invite.get_header("Session-Expires") == "600;refresher=uac"
    assert "a=sendrecv" in invite.text
    call.accept(1, Session_Expires="600;refresher=uac")
    assert not [event for event in call.events if not isinstance(event, LegAnsweredEvent)], "nothing has changed"
    call.clock.run(602)
    assert len(call.clock.of("INVITE")) == 3


def test_a_refresh_that_meets_theirs_waits_and_comes() -> None:
    call = Call(Session_Expires="600;refresher=uac")
    call.clock.run(301)
    call.accept(1, status=491)
    assert call.leg.is_up
    call.clock.run(310)
    assert len(call.clock.of("INVITE")) == 3


def test_a_refresh_that_gets_no_answer_ends_the_leg() -> None:
    call = Call(Session_Expires="600;refresher=uac", Allow="UPDATE")
    call.clock.run(301)
    call.clock.sent[1][2](None, None)
    assert call.events[-1] == LegEndedEvent("far", EndedBy.TIMEOUT)
    assert call.clock.of("BYE")


def test_a_refused_refresh_leaves_the_session_until_it_expires() -> None:
    call = Call(Session_Expires="600;refresher=uac", Allow="UPDATE")
    call.clock.run(301)
    call.accept(1, status=500)
    assert call.leg.is_up
    call.clock.run(569)
    assert call.events[-1] == LegEndedEvent("far", EndedBy.TIMEOUT)


def test_they_refresh_and_we_watch() -> None:
    call = Call(Session_Expires="90;refresher=uas")
    call.clock.run(50)
    call.ask("UPDATE", 5, Session_Expires="90;refresher=uac", Supported="timer")
    assert call.clock.answers == [(200, {"Session-Expires": "90;refresher=uac", "Require": "timer"})]
    call.clock.run(109)
    assert call.leg.is_up
    call.clock.run(111)
    assert call.events[-1] == LegEndedEvent("far", EndedBy.TIMEOUT)
    assert len(call.clock.of("BYE")) == 1


def test_they_leave_the_refreshing_to_us() -> None:
    call = Call(Allow="UPDATE")
    call.clock.run(10)
    call.ask("UPDATE", 5, Session_Expires="100")
    assert call.clock.answers == [(200, {"Session-Expires": "100;refresher=uas"})]
    call.clock.run(61)
    assert [when for when, _ in call.clock.of("UPDATE")] == [60]


def test_hold_keeps_the_agreement() -> None:
    call = Call(Session_Expires="600;refresher=uas")
    call.leg.set_direction(Direction.SENDONLY)
    _, invite = call.clock.of("INVITE")[-1]
    assert invite.get_header("Session-Expires") == "600;refresher=uas"
    assert "a=sendonly" in invite.text


def test_nothing_runs_after_the_end() -> None:
    call = Call(Session_Expires="90;refresher=uac", Allow="UPDATE")
    call.ask("BYE", 9)
    call.clock.run(1000)
    assert not call.clock.of("UPDATE")
    assert not call.clock.of("BYE")


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("1800;refresher=uas", SessionExpires(1800, "uas")),
        ("4", SessionExpires(90)),
        ("1800 ; Refresher=UAC;x=1", SessionExpires(1800, "uac")),
        ("999999999", SessionExpires(86_400)),
        ("1800;refresher=them", SessionExpires(1800)),
        ("", None),
        ("-5", None),
        ("1e9", None),
        ("٣٠٠", None),
        ("9999999999999", None),
    ],
)
def test_header_is_read_with_suspicion(text: str, expected: SessionExpires | None) -> None:
    response = SipResponse(status_code=200)
    response.set_header("Session-Expires", text)
    assert read_session_expires(response) == expected


@pytest.mark.parametrize(("text", "expected"), [("3600", 3600), ("90", None), ("99999999", None), ("x", None)])
def test_422_names_an_interval_or_nothing(text: str, expected: int | None) -> None:
    response = SipResponse(status_code=422)
    response.set_header("Min-SE", text)
    assert interval_after_422(response) == expected
