"""Client and server transactions (RFC 3261 section 17, with the accepted state of RFC 6026 left to the leg).

Sans-IO: every method takes ``now`` (seconds, monotonic) and returns what to send and what to pass up; `next_timer` says when
`handle_timer` wants to be called.
"""

from dataclasses import dataclass, field
from enum import Enum

from aiosipua.message import SipMessage, SipRequest, SipResponse


@dataclass(frozen=True, slots=True)
class TimerValues:
    """Base values of the timers in seconds (RFC 3261 table 4)."""

    t1: float = 0.5
    t2: float = 4.0
    t4: float = 5.0


class State(Enum):
    """States of all four machines (figures 5 to 8)."""

    TRYING = "trying"
    PROCEEDING = "proceeding"
    COMPLETED = "completed"
    TERMINATED = "terminated"


@dataclass(slots=True)
class Step:
    """What came of one input."""

    send: list[SipMessage] = field(default_factory=list)
    response: SipResponse | None = None
    """For the transaction user."""
    is_timeout: bool = False


class ClientTransaction:
    """Sends one request until it is answered; INVITE and all others."""

    def __init__(self, request: SipRequest, *, is_reliable: bool, timers: TimerValues | None = None) -> None:
        self.request = request
        self.state = State.TRYING
        self._timers = timers or TimerValues()
        self._is_invite = request.method == "INVITE"
        self._is_reliable = is_reliable
        self._retransmit_at: float | None = None
        self._interval = self._timers.t1
        self._timeout_at: float | None = None
        self._end_at: float | None = None
        self._ack: SipRequest | None = None

    @property
    def branch(self) -> str:
        """Branch of the request's topmost Via: the transaction's name (section 17.1.3)."""
        return self.request.via[0].branch or ""

    def start(self, now: float) -> Step:
        """Send the request for the first time."""
        if not self._is_reliable:
            self._retransmit_at = now + self._interval  # timer A or E
        self._timeout_at = now + 64 * self._timers.t1  # timer B or F
        return Step(send=[self.request])

    def receive(self, response: SipResponse, now: float) -> Step:
        """Take a response with this transaction's branch and method."""
        if self.state is State.TERMINATED:
            return Step()
        if self.state is State.COMPLETED:
            # A retransmitted final response: the ACK was lost (17.1.1.2); others are absorbed.
            return Step(send=[self._ack] if self._ack is not None and response.status_code >= 300 else [])
        if response.status_code < 200:
            self.state = State.PROCEEDING
            if self._is_invite:
                self._retransmit_at = None
                self._timeout_at = None
            else:
                self._interval = self._timers.t2
            return Step(response=response)
        return self._final(response, now)

    def _final(self, response: SipResponse, now: float) -> Step:
        self._retransmit_at = self._timeout_at = None
        if self._is_invite and response.status_code < 300:
            self.state = State.TERMINATED  # the leg acknowledges a 2xx (13.2.2.4)
            return Step(response=response)
        self.state = State.COMPLETED
        step = Step(response=response)
        linger = 0.0 if self._is_reliable else self._timers.t4  # timer K
        if self._is_invite:
            self._ack = self._build_ack(response)
            step.send.append(self._ack)
            linger = 0.0 if self._is_reliable else max(32.0, 64 * self._timers.t1)  # timer D
        self._end_at = now + linger
        return step

    def _build_ack(self, response: SipResponse) -> SipRequest:
        """ACK of a non-2xx: part of this transaction, same branch and URI, To of the response (17.1.1.3)."""
        ack = SipRequest(method="ACK", uri=self.request.uri)
        ack.add_header("Via", self.request.get_header_values("via")[0])
        ack.set_header("Max-Forwards", "70")
        for name in ("From", "Call-ID"):
            ack.set_header(name, self.request.get_header(name) or "")
        ack.set_header("To", response.get_header("To") or self.request.get_header("To") or "")
        for route in self.request.get_header_values("route"):
            ack.add_header("Route", route)
        cseq = self.request.cseq
        ack.set_header("CSeq", f"{cseq.seq if cseq else 1} ACK")
        return ack

    def next_timer(self) -> float | None:
        """When `handle_timer` is due."""
        return _earliest(self._retransmit_at, self._timeout_at, self._end_at)

    def handle_timer(self, now: float) -> Step:
        """Retransmit, give up or end."""
        if self._end_at is not None and now >= self._end_at:
            self.state = State.TERMINATED
            self._end_at = None
            return Step()
        if self._timeout_at is not None and now >= self._timeout_at:
            self.state = State.TERMINATED
            self._retransmit_at = self._timeout_at = None
            return Step(is_timeout=True)
        if self._retransmit_at is not None and now >= self._retransmit_at:
            if self.state is State.PROCEEDING and not self._is_invite:
                self._interval = self._timers.t2
            else:
                self._interval *= 2
                if not self._is_invite:
                    self._interval = min(self._interval, self._timers.t2)
            self._retransmit_at = now + self._interval
            return Step(send=[self.request])
        return Step()


class ServerTransaction:
    """Answers one request, and its retransmissions with the same answer."""

    def __init__(self, request: SipRequest, *, is_reliable: bool, timers: TimerValues | None = None) -> None:
        self.request = request
        self.state = State.TRYING
        self._timers = timers or TimerValues()
        self._is_invite = request.method == "INVITE"
        self._is_reliable = is_reliable
        self._response: SipResponse | None = None
        self._retransmit_at: float | None = None
        self._interval = self._timers.t1
        self._end_at: float | None = None

    def respond(self, response: SipResponse, now: float) -> Step:
        """Send a response. A final one to an INVITE is repeated until it is acknowledged (timers G and H; 13.3.1.4)."""
        self._response = response
        if response.status_code < 200:
            self.state = State.PROCEEDING
            return Step(send=[response])
        self.state = State.COMPLETED
        self._end_at = now + 64 * self._timers.t1  # timer H or J
        if self._is_invite:
            self._retransmit_at = now + self._interval
        return Step(send=[response])

    def receive(self, request: SipRequest, now: float) -> Step:
        """Take a retransmission, or the ACK of an INVITE."""
        if request.method == "ACK":
            self._retransmit_at = None
            self._end_at = now + (0.0 if self._is_reliable else self._timers.t4)  # timer I
            return Step()
        return Step(send=[self._response] if self._response is not None else [])

    def next_timer(self) -> float | None:
        """When `handle_timer` is due."""
        return _earliest(self._retransmit_at, self._end_at)

    def handle_timer(self, now: float) -> Step:
        """Retransmit or end; ``is_timeout``: an INVITE's answer was never acknowledged."""
        if self._end_at is not None and now >= self._end_at:
            is_timeout = self._is_invite and self._retransmit_at is not None
            self.state = State.TERMINATED
            self._end_at = self._retransmit_at = None
            return Step(is_timeout=is_timeout)
        if self._retransmit_at is not None and now >= self._retransmit_at and self._response is not None:
            self._interval = min(self._interval * 2, self._timers.t2)
            self._retransmit_at = now + self._interval
            return Step(send=[self._response])
        return Step()


def _earliest(*times: float | None) -> float | None:
    return min((time for time in times if time is not None), default=None)
