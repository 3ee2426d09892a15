"""A leg without network and clock: whatever comes, it ends at most once and owes nobody anything."""

from collections.abc import Callable, Iterator
from typing import Any

from aiosipua.message import SipRequest, SipResponse
from hypothesis import given, settings, strategies as st

from custom_components.hold_slayer.engine.model.call_event import (
    LegAnsweredEvent,
    LegEarlyMediaEvent,
    LegEndedEvent,
    LegEvent,
    LegFailedEvent,
    LegMediaChangedEvent,
    LegRangEvent,
)
from custom_components.hold_slayer.engine.model.media_description import Direction, MediaOffer
from custom_components.hold_slayer.engine.sip.errors import NoAnswerError
from custom_components.hold_slayer.engine.sip.leg import Leg
from custom_components.hold_slayer.engine.sip.sdp_session import SdpSession
from custom_components.hold_slayer.engine.sip.transaction import ServerTransaction
from custom_components.hold_slayer.engine.sip.wire import SDP_TYPE
from tests.fakes.sip_line import SDP

OnResponse = Callable[[SipResponse | None, Exception | None], None]


class FakeRequester:
    """Writes down what a leg wants and lets a test be the far end."""

    def __init__(self) -> None:
        self.sent: list[tuple[SipRequest, OnResponse]] = []
        self.acks: list[SipRequest] = []
        self.cancels: list[SipRequest] = []
        self.answers: list[tuple[ServerTransaction, int]] = []
        self.timers: list[Callable[[], None]] = []
        self.on_unacknowledged: list[Callable[[], None]] = []

    def send_request(self, request: SipRequest, on_response: OnResponse, **_: Any) -> None:
        self.sent.append((request, on_response))

    def send_cancel(self, invite: SipRequest) -> None:
        self.cancels.append(invite)

    def send_ack(self, ack: SipRequest) -> None:
        self.acks.append(ack)

    def respond(self, transaction: ServerTransaction, status: int, *, on_unacknowledged: Any = None, **_: Any) -> None:
        self.answers.append((transaction, status))
        if on_unacknowledged is not None:
            self.on_unacknowledged.append(on_unacknowledged)

    def call_later(self, _delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        self.timers.append(callback)

        def stop() -> None:
            if callback in self.timers:
                self.timers.remove(callback)

        return stop

    def of(self, method: str) -> list[SipRequest]:
        return [request for request, _ in self.sent if request.method == method]


class FarEnd:
    """A leg under test and everything that can happen to it."""

    def __init__(self) -> None:
        self.requester = FakeRequester()
        self.events: list[LegEvent] = []
        self.settled = 0
        self.has_final: set[int] = set()
        self.number = 100
        invite = SipRequest(method="INVITE", uri="sip:100@trunk.example")
        invite.set_header("Via", "SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bKi")
        invite.set_header("From", "<sip:alice@trunk.example>;tag=us")
        invite.set_header("To", "<sip:100@trunk.example>")
        invite.set_header("Call-ID", "c")
        invite.set_header("CSeq", "1 INVITE")
        sdp = SdpSession(MediaOffer("192.0.2.5", 40000))
        sdp.offer()
        self.leg = Leg("far", invite, sdp, self.requester, self.events.append, 90, self._on_settled)  # type: ignore[arg-type]
        self.cancels_too_early = 0

    def _on_settled(self, _leg: Leg) -> None:
        self.settled += 1

    def respond(self, which: int, status: int, tag: str, has_sdp: bool) -> None:
        """Answer the ``which``-th of the requests sent, in a way that a transaction would let through."""
        index = which % len(self.requester.sent)
        request, on_response = self.requester.sent[index]
        is_invite = request.method == "INVITE"
        if index in self.has_final and not (is_invite and 200 <= status < 300 and -index - 1 in self.has_final):
            return
        if status >= 200:
            self.has_final.add(index)
            if is_invite and status < 300:
                self.has_final.add(-index - 1)
        response = SipResponse(status_code=status)
        to_header = request.get_header("To") or ""
        is_tagged = "tag=" in to_header or status == 100 or not tag
        response.set_header("To", to_header if is_tagged else f"{to_header};tag={tag}")
        response.set_header("CSeq", request.get_header("CSeq") or "")
        response.set_header("Contact", f"<sip:{tag}@192.0.2.1>")
        if has_sdp:
            response.content_type = SDP_TYPE
            response.body = SDP.encode()
        on_response(response, None)

    def fail(self, which: int) -> None:
        index = which % len(self.requester.sent)
        if index not in self.has_final:
            self.has_final.add(index)
            self.requester.sent[index][1](None, NoAnswerError("x"))

    def ask(self, method: str, tag: str, has_sdp: bool, require: str = "") -> None:
        request = SipRequest(method=method, uri="sip:alice@192.0.2.5")
        self.number += 1
        request.set_header("Via", f"SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK{self.number}")
        request.set_header("From", f"<sip:100@trunk.example>;tag={tag}")
        request.set_header("To", "<sip:alice@trunk.example>;tag=us")
        request.set_header("Call-ID", "c")
        request.set_header("CSeq", f"{self.number} {method}")
        if require:
            request.set_header("Require", require)
        if has_sdp:
            request.content_type = SDP_TYPE
            request.body = SDP.replace("42000", str(42000 + self.number)).encode()
        if self.leg.matches(request):
            self.leg.on_request(ServerTransaction(request, ("192.0.2.1", 5060), is_reliable=False))

    def acknowledge(self) -> None:
        for transaction, status in self.requester.answers:
            if transaction.request.method == "INVITE" and 200 <= status < 300:
                ack = SipRequest(method="ACK", headers=transaction.request.headers.copy())
                ack.set_header("CSeq", (transaction.request.get_header("CSeq") or "").replace("INVITE", "ACK"))
                self.leg.on_ack(ack)

    def run_timer(self, which: int) -> None:
        if self.requester.timers:
            self.requester.timers.pop(which % len(self.requester.timers))()


tags = st.sampled_from(["one", "two", ""])
statuses = st.sampled_from([100, 180, 183, 200, 302, 408, 481, 486, 487, 488, 491, 503])
steps = st.one_of(
    st.tuples(st.just("respond"), st.integers(0, 5), statuses, tags, st.booleans()),
    st.tuples(st.just("fail"), st.integers(0, 5)),
    st.tuples(st.just("ask"), st.sampled_from(["BYE", "INVITE", "UPDATE", "INFO", "REFER"]), tags, st.booleans()),
    st.tuples(st.just("acknowledge")),
    st.tuples(st.just("run_timer"), st.integers(0, 3)),
    st.tuples(st.just("hang_up")),
    st.tuples(st.just("hold")),
    st.tuples(st.just("resume")),
    st.tuples(st.just("digit")),
    st.tuples(st.just("unacknowledged")),
)


@settings(max_examples=600, deadline=None)
@given(st.lists(steps, max_size=14))
def test_whatever_happens_a_leg_ends_at_most_once(story: list[tuple[Any, ...]]) -> None:
    far = FarEnd()
    provisional_seen = False
    for name, *arguments in story:
        match name:
            case "hang_up":
                far.leg.hang_up()
            case "hold":
                far.leg.set_direction(Direction.SENDONLY)
            case "resume":
                far.leg.set_direction(Direction.SENDRECV)
            case "digit":
                far.leg.send_info_keys("1")
            case "unacknowledged":
                for callback in far.requester.on_unacknowledged:
                    callback()
            case _:
                before = len(far.requester.sent[0:1]) and 0 in far.has_final
                getattr(far, name)(*arguments)
                if name == "respond" and arguments[0] % max(1, len(far.requester.sent)) == 0 and arguments[1] < 200:
                    provisional_seen = provisional_seen or not before
        if far.requester.cancels and not provisional_seen:
            raise AssertionError("CANCEL without a provisional response")
    check(far)
    # Whatever the story was: when everybody hangs up and all requests are answered, nothing is left.
    far.leg.hang_up()
    for _ in range(12):
        for index in range(len(far.requester.sent)):
            far.respond(index, 487 if index == 0 else 200, "one", has_sdp=True)
    check(far)
    assert len(finals(far.events)) == 1
    assert far.leg.is_settled
    assert not far.requester.timers, "no timer outlives the leg"


def finals(events: list[LegEvent]) -> list[LegEvent]:
    return [event for event in events if isinstance(event, (LegFailedEvent, LegEndedEvent))]


def check(far: FarEnd) -> None:
    kinds = [type(event) for event in far.events]
    ends = finals(far.events)
    assert len(ends) <= 1
    assert far.leg.is_over is bool(ends)
    if ends:
        assert far.events[-1] is ends[0], "nothing comes after the end"
        assert not far.leg.is_up
        assert isinstance(ends[0], LegEndedEvent) is (LegAnsweredEvent in kinds), "ended if it was up, else failed"
    assert kinds.count(LegAnsweredEvent) <= 1
    if LegAnsweredEvent in kinds:
        after = kinds[kinds.index(LegAnsweredEvent) :]
        assert not {LegRangEvent, LegEarlyMediaEvent} & set(after)
    else:
        assert LegMediaChangedEvent not in kinds
    byes = [bye.get_header("To") for bye in far.requester.of("BYE")]
    assert len(byes) == len(set(byes)), "at most one BYE a dialog"
    acknowledged = {ack.get_header("To") for ack in far.requester.acks}
    assert set(byes) <= acknowledged, "an answer is acknowledged before it is ended"
    assert far.settled <= 1


def stories() -> Iterator[list[tuple[Any, ...]]]:
    """Named stories that once mattered."""
    yield [
        ("respond", 0, 180, "one", False),
        ("hang_up",),
        ("respond", 0, 200, "one", True),
        ("respond", 0, 200, "two", True),
    ]
    yield [
        ("respond", 0, 200, "one", True),
        ("hold",),
        ("ask", "INVITE", "one", True),
        ("respond", 1, 491, "one", False),
    ]
    yield [
        ("respond", 0, 200, "one", True),
        ("ask", "BYE", "one", False),
        ("respond", 0, 200, "one", True),
        ("hang_up",),
    ]
    yield [("respond", 0, 200, "one", False)]
    yield [("respond", 0, 200, "one", True), ("respond", 0, 200, "", True)]
    yield [("respond", 0, 200, "", True)]


def test_known_stories() -> None:
    for story in stories():
        test_whatever_happens_a_leg_ends_at_most_once.hypothesis.inner_test(story)  # type: ignore[attr-defined]


def test_a_second_change_while_one_is_under_way_follows_it() -> None:
    far = FarEnd()
    far.respond(0, 200, "one", has_sdp=True)
    far.leg.set_direction(Direction.SENDONLY)
    far.leg.set_direction(Direction.INACTIVE)
    assert len(far.requester.of("INVITE")) == 2, "one at a time (RFC 3261 section 14.1)"
    far.respond(1, 200, "one", has_sdp=True)
    bodies = [request.body.decode() for request in far.requester.of("INVITE")]
    assert "a=sendonly" in bodies[1]
    assert "a=inactive" in bodies[2]


def test_their_change_while_ours_is_under_way_is_told_to_wait() -> None:
    far = FarEnd()
    far.respond(0, 200, "one", has_sdp=True)
    far.leg.set_direction(Direction.SENDONLY)
    far.ask("INVITE", "one", has_sdp=True)
    assert far.requester.answers[-1][1] == 491
    far.respond(1, 488, "one", has_sdp=False)
    far.ask("INVITE", "one", has_sdp=True)
    far.ask("INVITE", "one", has_sdp=True)
    assert [status for _, status in far.requester.answers[-2:]] == [200, 500], "one of theirs at a time (14.2)"


def test_an_offer_before_our_own_is_answered_waits() -> None:
    far = FarEnd()
    far.respond(0, 180, "one", has_sdp=False)
    far.ask("UPDATE", "one", has_sdp=True)
    assert far.requester.answers[-1][1] == 491
    assert not finals(far.events)


def test_a_required_session_timer_is_accepted_and_another_extension_is_not() -> None:
    far = FarEnd()
    far.respond(0, 200, "one", has_sdp=True)
    for extension, status in (("timer", 200), ("100rel", 420)):
        far.ask("UPDATE", "one", has_sdp=False, require=extension)
        assert far.requester.answers[-1][1] == status
    assert far.leg.is_up
