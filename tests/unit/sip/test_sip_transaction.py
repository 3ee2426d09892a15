"""Transactions in virtual time (RFC 3261 section 17, RFC 6026), with lost packets."""

from collections.abc import Callable
import random

from aiosipua.message import SipMessage, SipRequest, SipResponse
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.sip.errors import NoAnswerError, TrunkError
from custom_components.hold_slayer.engine.sip.transaction import ClientTransaction, ServerTransaction, State, Step
from custom_components.hold_slayer.engine.sip.transaction_layer import TransactionLayer
from custom_components.hold_slayer.engine.sip.wire import build_response

SOURCE = ("127.0.0.1", 5060)


def a_request(method: str = "INVITE", branch: str = "z9hG4bK1", number: int = 1) -> SipRequest:
    request = SipRequest(method=method, uri="sip:b@example.org")
    request.set_header("Via", f"SIP/2.0/UDP 127.0.0.1:5061;branch={branch};rport")
    request.set_header("From", "<sip:a@example.org>;tag=a")
    request.set_header("To", "<sip:b@example.org>")
    request.set_header("Call-ID", "call")
    request.set_header("CSeq", f"{number} {method}")
    return request


def a_response(request: SipRequest, status: int, tag: str = "b") -> SipResponse:
    response = SipResponse(status_code=status, reason_phrase="x", headers=request.headers.copy())
    response.set_header("To", f"<sip:b@example.org>;tag={tag}")
    return response


def run(transaction: ClientTransaction | ServerTransaction, until: float) -> list[tuple[float, Step]]:
    """Let the timers run; returns when something happened and what."""
    happened = []
    while (due := transaction.next_timer()) is not None and due <= until:
        step = transaction.handle_timer(due)
        if step.send or step.is_timeout:
            happened.append((round(due, 3), step))
    return happened


def test_invite_is_repeated_by_timer_a_and_given_up_by_timer_b() -> None:
    transaction = ClientTransaction(a_request(), is_reliable=False)
    assert [m.method for m in transaction.start(0.0).send if isinstance(m, SipRequest)] == ["INVITE"]
    happened = run(transaction, 100)
    assert [at for at, _ in happened] == [0.5, 1.5, 3.5, 7.5, 15.5, 31.5, 32.0]
    assert happened[-1][1].is_timeout
    assert transaction.state is State.TERMINATED
    assert transaction.next_timer() is None


def test_other_requests_are_repeated_by_timer_e_and_given_up_by_timer_f() -> None:
    transaction = ClientTransaction(a_request("BYE"), is_reliable=False)
    transaction.start(0.0)
    happened = run(transaction, 100)
    assert [at for at, _ in happened] == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, 32.0]
    assert happened[-1][1].is_timeout


@pytest.mark.parametrize("method", ["INVITE", "BYE"])
def test_nothing_is_repeated_over_a_reliable_transport(method: str) -> None:
    transaction = ClientTransaction(a_request(method), is_reliable=True)
    transaction.start(0.0)
    happened = run(transaction, 100)
    assert [at for at, _ in happened] == [32.0]
    assert happened[0][1].is_timeout


def test_a_provisional_response_stops_timers_a_and_b() -> None:
    transaction = ClientTransaction(a_request(), is_reliable=False)
    transaction.start(0.0)
    assert transaction.receive(a_response(transaction.request, 180), 0.2).response is not None
    assert transaction.next_timer() is None, "it may ring for as long as it likes"
    transaction.cancelled(100.0)
    happened = run(transaction, 1000)
    assert [(at, step.is_timeout) for at, step in happened] == [(132.0, True)]


def test_a_provisional_response_slows_timer_e_down() -> None:
    transaction = ClientTransaction(a_request("INFO"), is_reliable=False)
    transaction.start(0.0)
    transaction.receive(a_response(transaction.request, 100), 0.1)
    happened = run(transaction, 100)
    assert [at for at, _ in happened] == [0.5, 4.5, 8.5, 12.5, 16.5, 20.5, 24.5, 28.5, 32.0]


def test_failures_are_acknowledged_each_time_for_timer_d() -> None:
    transaction = ClientTransaction(a_request(), is_reliable=False)
    transaction.start(0.0)
    step = transaction.receive(a_response(transaction.request, 486), 1.0)
    (ack,) = step.send
    assert isinstance(ack, SipRequest)
    assert (ack.method, ack.uri, ack.get_header("CSeq")) == ("ACK", "sip:b@example.org", "1 ACK")
    assert ack.get_header("Via") == transaction.request.get_header("Via")
    assert ack.get_header("To") == "<sip:b@example.org>;tag=b"
    again = transaction.receive(a_response(transaction.request, 486), 2.0)
    assert (again.send, again.response) == ([ack], None)
    late = transaction.receive(a_response(transaction.request, 180), 2.5)
    assert (late.send, late.response) == ([], None)
    assert transaction.next_timer() == 33.0
    transaction.handle_timer(33.0)
    assert transaction.state is State.TERMINATED
    assert transaction.receive(a_response(transaction.request, 486), 34.0) == Step()


def test_every_2xx_is_passed_up_for_timer_m() -> None:
    transaction = ClientTransaction(a_request(), is_reliable=False)
    transaction.start(0.0)
    for at, tag in ((1.0, "b"), (1.5, "b"), (2.0, "c")):
        step = transaction.receive(a_response(transaction.request, 200, tag), at)
        assert step.response is not None
        assert not step.send, "the ACK of a 2xx is the leg's"
    assert transaction.receive(a_response(transaction.request, 486), 3.0) == Step()
    assert transaction.next_timer() == 33.0


def test_timer_k_absorbs_late_answers() -> None:
    transaction = ClientTransaction(a_request("BYE"), is_reliable=False)
    transaction.start(0.0)
    assert transaction.receive(a_response(transaction.request, 200), 1.0).response is not None
    assert transaction.receive(a_response(transaction.request, 200), 1.1) == Step()
    assert transaction.next_timer() == 6.0
    reliable = ClientTransaction(a_request("BYE"), is_reliable=True)
    reliable.start(0.0)
    reliable.receive(a_response(reliable.request, 200), 1.0)
    assert reliable.next_timer() == 1.0


def test_server_repeats_a_failure_by_timer_g_until_timer_h() -> None:
    transaction = ServerTransaction(a_request(), SOURCE, is_reliable=False)
    answer = build_response(transaction.request, 486, SOURCE)
    assert transaction.receive(transaction.request, 0.0) == Step(), "nothing to say yet"
    assert transaction.respond(answer, 0.0).send == [answer]
    happened = run(transaction, 100)
    assert [at for at, _ in happened] == [0.5, 1.5, 3.5, 7.5, 11.5, 15.5, 19.5, 23.5, 27.5, 31.5, 32.0]
    assert happened[-1][1].is_timeout


@pytest.mark.parametrize(("status", "is_repeated"), [(200, True), (486, False)])
def test_server_repeats_only_a_2xx_over_a_reliable_transport(status: int, is_repeated: bool) -> None:
    transaction = ServerTransaction(a_request(), SOURCE, is_reliable=True)
    transaction.respond(build_response(transaction.request, status, SOURCE), 0.0)
    assert (len(run(transaction, 10)) > 0) is is_repeated


def test_the_ack_stops_the_server_and_timer_i_absorbs_more() -> None:
    transaction = ServerTransaction(a_request(), SOURCE, is_reliable=False)
    answer = build_response(transaction.request, 486, SOURCE)
    transaction.respond(answer, 0.0)
    assert transaction.receive(transaction.request, 0.1).send == [answer], "a repeated INVITE gets the answer again"
    transaction.receive(a_request("ACK"), 1.0)
    assert transaction.receive(transaction.request, 1.1) == Step()
    assert run(transaction, 5.9) == []
    assert transaction.next_timer() == 6.0
    assert not transaction.handle_timer(6.0).is_timeout
    assert transaction.state is State.TERMINATED


def test_server_keeps_other_answers_for_timer_j() -> None:
    transaction = ServerTransaction(a_request("BYE"), SOURCE, is_reliable=False)
    answer = build_response(transaction.request, 200, SOURCE)
    transaction.respond(answer, 0.0)
    assert transaction.receive(transaction.request, 31.0).send == [answer]
    assert transaction.next_timer() == 32.0
    assert not transaction.handle_timer(32.0).is_timeout
    reliable = ServerTransaction(a_request("BYE"), SOURCE, is_reliable=True)
    reliable.respond(answer, 0.0)
    assert reliable.next_timer() == 0.0


# --- both sides over a line that loses packets ----------------------------------------------------------------------


class LossyPair:
    """A client's and a server's layer with a line between them, in virtual time."""

    def __init__(self, loses: Callable[[], bool], answer: int) -> None:
        self.now = 0.0
        self.client = TransactionLayer(self._to_server, is_reliable=False)
        self.server = TransactionLayer(self._to_client, is_reliable=False)
        self.requests: list[str] = []
        self.responses: list[int] = []
        self.errors: list[TrunkError] = []
        self._loses = loses
        self._answer = answer
        self._on_the_way: list[tuple[bool, bytes]] = []

    def _to_server(self, message: SipMessage, _place: object) -> None:
        self._on_the_way.append((True, bytes(message)))

    def _to_client(self, message: SipMessage, _place: object) -> None:
        self._on_the_way.append((False, bytes(message)))

    def ask(self, method: str) -> None:
        self.client.request(a_request(method), SOURCE, self._on_response, self.now)
        self._deliver()

    def _on_response(self, response: SipResponse | None, error: TrunkError | None) -> None:
        if response is not None:
            self.responses.append(response.status_code)
        elif error is not None:
            self.errors.append(error)

    def _deliver(self) -> None:
        while self._on_the_way:
            is_to_server, data = self._on_the_way.pop(0)
            if self._loses():
                continue
            message = SipMessage.parse(data)
            if isinstance(message, SipResponse):
                assert not is_to_server
                self.client.receive_response(message, self.now)
            elif message.method == "ACK":
                self.server.receive_ack(message, self.now)
            else:
                self._serve(message)

    def _serve(self, request: SipRequest) -> None:
        transaction = self.server.receive_request(request, SOURCE, self.now)
        if transaction is not None:
            self.requests.append(request.method)
            self.server.respond(transaction, build_response(request, self._answer, SOURCE), self.now)

    def run(self) -> None:
        for _ in range(1000):
            times = [t for t in (self.client.next_timer(), self.server.next_timer()) if t is not None]
            if not times:
                return
            self.now = min(times)
            self.client.handle_timer(self.now)
            self.server.handle_timer(self.now)
            self._deliver()
        raise AssertionError("the timers never end")


@settings(max_examples=60, deadline=None)
@given(seed=st.integers(0, 2**32), loss=st.floats(0, 0.6), method=st.sampled_from(["INVITE", "BYE"]))
def test_over_a_lossy_line_a_request_is_served_once_and_answered_once(seed: int, loss: float, method: str) -> None:
    chance = random.Random(seed)
    pair = LossyPair(lambda: chance.random() < loss, 486 if method == "INVITE" else 200)
    pair.ask(method)
    pair.run()
    assert pair.requests in ([], [method])
    assert len(pair.responses) + len(pair.errors) == 1
    assert all(isinstance(error, NoAnswerError) for error in pair.errors)
    if not loss:
        assert pair.responses
    assert len(pair.client) == len(pair.server) == 0, "nothing is left"


def test_over_a_dead_line_the_request_fails() -> None:
    pair = LossyPair(lambda: True, 200)
    pair.ask("OPTIONS")
    pair.run()
    assert (pair.requests, pair.responses, len(pair.errors)) == ([], [], 1)
    assert pair.now == pytest.approx(32.0)


def test_a_response_is_matched_by_branch_and_method() -> None:
    got: list[int] = []
    layer = TransactionLayer(lambda _message, _place: None, is_reliable=False)
    invite = a_request()
    layer.request(invite, SOURCE, lambda response, _error: got.append(response.status_code if response else 0), 0.0)
    assert not layer.receive_response(a_response(a_request(branch="z9hG4bK2"), 401), 0.1), "an older try's"
    assert not layer.receive_response(a_response(a_request("CANCEL"), 200), 0.1), "same branch, the CANCEL's"
    doubled = a_response(invite, 200)
    doubled.add_header("Via", "SIP/2.0/UDP 192.0.2.1;branch=z9hG4bK3")
    assert not layer.receive_response(doubled, 0.1), "not for us (18.1.2)"
    assert layer.receive_response(a_response(invite, 180), 0.1)
    assert got == [180]


def test_cancel_of_an_answered_invite_sends_nothing() -> None:
    sent: list[SipMessage] = []
    layer = TransactionLayer(lambda message, _place: sent.append(message), is_reliable=False)
    invite = a_request()
    layer.request(invite, SOURCE, lambda _response, _error: None, 0.0)
    layer.receive_response(a_response(invite, 200), 0.1)
    layer.cancel(invite, 0.2)
    assert [message.method for message in sent if isinstance(message, SipRequest)] == ["INVITE"]


def test_a_failed_destination_fails_what_waits_for_it() -> None:
    errors: list[object] = []
    layer = TransactionLayer(lambda _message, _place: None, is_reliable=True)
    layer.request(a_request(), SOURCE, lambda response, error: errors.append((response, error)), 0.0)
    layer.request(a_request("BYE", "z9hG4bK2"), ("127.0.0.2", 1), lambda response, error: errors.append(1), 0.0)
    error = NoAnswerError("x")
    layer.fail(SOURCE, error)
    assert errors == [(None, error)]
