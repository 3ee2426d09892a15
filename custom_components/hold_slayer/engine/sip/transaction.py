"""Client and server transactions (RFC 3261 section 17, accepted state of RFC 6026).

Sans-IO: every method takes ``now`` (seconds, monotonic) and returns what to send and what to pass up; `next_timer` says when
`handle_timer` wants to be called. One machine serves INVITE and all other methods, on each side. Timer C is left to the leg
(its ring timeout). The server side also repeats a 2xx to an INVITE, which the RFC gives to the transaction's user (13.3.1.4).
"""

from dataclasses import dataclass, field
from enum import Enum

from aiosipua.message import SipMessage, SipRequest, SipResponse

from .wire import branch_of, build_failure_ack


@dataclass(frozen=True, slots=True)
class TimerValues:
    """Base values of the timers in seconds (RFC 3261 table 4)."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0

    @property
    def give_up(self) -> float:
        """Timers B, F, H, J, L and M: 64 times T1."""
        return 64 * self.t1


class State(Enum):
    """States of all four machines (figures 5 to 8; RFC 6026 figures 3 and 5)."""

    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    ACCEPTED = "accepted"
    TERMINATED = "terminated"


@dataclass(slots=True)
class Step:
    """What came of one input."""

    send: list[SipMessage] = field(default_factory=list)
    response: SipResponse | None = None
    """For the transaction's user."""
    is_timeout: bool = False


class ClientTransaction:
    """Sends one request until it is answered; INVITE and all others."""

    def __init__(self, request: SipRequest, *, is_reliable: bool, timers: TimerValues | None = None) -> None:
        self.request = request
        self.state = State.TRYING
        self._timers = timers or TimerValues()
        self._is_invite = request.method == "INVITE"
        self._is_reliable = is_reliable
        self._interval = self._timers.t1
        self._retransmit_at: float | None = None
        self._timeout_at: float | None = None
        self._end_at: float | None = None
        self._ack: SipRequest | None = None

    @property
    def branch(self) -> str:
        """Branch of the request's topmost Via: the transaction's name (section 17.1.3)."""
        return branch_of(self.request)

    @property
    def is_answered(self) -> bool:
        """True once a final response has come or nothing is expected any more."""
        return self.state not in (State.TRYING, State.PROCEEDING)

    def start(self, now: float) -> Step:
        """Send the request for the first time."""
        if not self._is_reliable:
            self._retransmit_at = now + self._interval  # timer A or E
        self._timeout_at = now + self._timers.give_up  # timer B or F
        return Step(send=[self.request])

    def cancelled(self, now: float) -> None:
        """A CANCEL went out: without a final response after 64 T1 the INVITE is taken for cancelled (9.1)."""
        if not self.is_answered:
            self._timeout_at = now + self._timers.give_up

    def receive(self, response: SipResponse, now: float) -> Step:
        """Take a response with this transaction's branch and method."""
        status = response.status_code
        match self.state:
            case State.TERMINATED:
                return Step()
            case State.COMPLETED:
                # A retransmitted final response: our ACK was lost (17.1.1.2); everything else is absorbed.
                return Step(send=[self._ack] if self._ack is not None and status >= 300 else [])
            case State.ACCEPTED:
                # Retransmitted 2xx and 2xx of other forks; a later failure of another branch means nothing.
                return Step(response=response if 200 <= status < 300 else None)
            case _ if status < 200:
                return self._provisional(response)
            case _:
                return self._final(response, now)

    def _provisional(self, response: SipResponse) -> Step:
        if self._is_invite:
            self._retransmit_at = None
            if self.state is State.TRYING:
                self._timeout_at = None
        else:
            self._interval = self._timers.t2
        self.state = State.PROCEEDING
        return Step(response=response)

    def _final(self, response: SipResponse, now: float) -> Step:
        self._retransmit_at = self._timeout_at = None
        if self._is_invite and response.status_code < 300:
            self.state = State.ACCEPTED  # the leg acknowledges a 2xx (13.2.2.4)
            self._end_at = now + self._timers.give_up  # timer M
            return Step(response=response)
        self.state = State.COMPLETED
        step = Step(response=response)
        linger = self._timers.t4  # timer K
        if self._is_invite:
            self._ack = build_failure_ack(self.request, response)
            step.send.append(self._ack)
            linger = self._timers.give_up  # timer D: 32 s with the default T1
        self._end_at = now + (0.0 if self._is_reliable else linger)
        return step

    def next_timer(self) -> float | None:
        """When `handle_timer` is due."""
        return _earliest(self._retransmit_at, self._timeout_at, self._end_at)

    def handle_timer(self, now: float) -> Step:
        """Retransmit, give up or end."""
        if self._end_at is not None and now >= self._end_at:
            self._terminate()
        elif self._timeout_at is not None and now >= self._timeout_at:
            self._terminate()
            return Step(is_timeout=True)
        elif self._retransmit_at is not None and now >= self._retransmit_at:
            self._interval *= 2
            if not self._is_invite:
                self._interval = min(self._interval, self._timers.t2)
            self._retransmit_at = now + self._interval
            return Step(send=[self.request])
        return Step()

    def _terminate(self) -> None:
        self.state = State.TERMINATED
        self._retransmit_at = self._timeout_at = self._end_at = None


class ServerTransaction:
    """Answers one request, and its retransmissions with the same answer."""

    def __init__(
        self, request: SipRequest, source: tuple[str, int], *, is_reliable: bool, timers: TimerValues | None = None
    ) -> None:
        self.request = request
        self.source = source
        """Address that the request came from and the response goes to (18.2.2 with rport)."""
        self.state = State.TRYING
        self._timers = timers or TimerValues()
        self._is_invite = request.method == "INVITE"
        self._is_reliable = is_reliable
        self._response: SipResponse | None = None
        self._is_awaiting_ack = False
        self._interval = self._timers.t1
        self._retransmit_at: float | None = None
        self._end_at: float | None = None

    def respond(self, response: SipResponse, now: float) -> Step:
        """Send a response. A final one to an INVITE is repeated until it is acknowledged."""
        self._response = response
        if response.status_code < 200:
            self.state = State.PROCEEDING
            return Step(send=[response])
        is_success = response.status_code < 300
        self.state = State.ACCEPTED if self._is_invite and is_success else State.COMPLETED
        if self._is_invite:
            self._is_awaiting_ack = True
            self._end_at = now + self._timers.give_up  # timer H, or L
            if is_success or not self._is_reliable:
                self._retransmit_at = now + self._interval  # timer G; a 2xx on any transport (13.3.1.4)
        else:
            self._end_at = now + (0.0 if self._is_reliable else self._timers.give_up)  # timer J
        return Step(send=[response])

    def receive(self, request: SipRequest, now: float) -> Step:
        """Take a retransmission, or the ACK of an INVITE."""
        if request.method == "ACK":
            if self._is_awaiting_ack:
                self._is_awaiting_ack = False
                self._retransmit_at = None
                self._end_at = now + (0.0 if self._is_reliable else self._timers.t4)  # timer I
            return Step()
        if self._response is None or (
            self._is_invite and self.state is not State.PROCEEDING and not self._is_awaiting_ack
        ):
            return Step()
        return Step(send=[self._response])

    def next_timer(self) -> float | None:
        """When `handle_timer` is due."""
        return _earliest(self._retransmit_at, self._end_at)

    def handle_timer(self, now: float) -> Step:
        """Retransmit or end; ``is_timeout``: the answer to an INVITE was never acknowledged."""
        if self._end_at is not None and now >= self._end_at:
            self.state = State.TERMINATED
            self._end_at = self._retransmit_at = None
            return Step(is_timeout=self._is_awaiting_ack)
        if self._retransmit_at is not None and now >= self._retransmit_at and self._response is not None:
            self._interval = min(self._interval * 2, self._timers.t2)
            self._retransmit_at = now + self._interval
            return Step(send=[self._response])
        return Step()


def _earliest(*times: float | None) -> float | None:
    return min((time for time in times if time is not None), default=None)
