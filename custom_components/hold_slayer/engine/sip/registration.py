"""Registration of our own contact (RFC 3261 section 10.2). Sans-IO; digest is answered one layer up.

Only the binding with our own Contact counts: other phones of the account, and stale bindings of an earlier run, are ignored.
Not done: Service-Route, Path, outbound (RFC 5626), GRUU, fetching of bindings.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
import random

from aiosipua.headers import Address, parse_uri
from aiosipua.message import SipRequest, SipResponse
from aiosipua.utils import generate_call_id, generate_tag

from .account import TrunkAccount
from .auth import ChallengeMemory
from .errors import ForbiddenError, NoAnswerError, RejectedError, TrunkError, WrongPasswordError

_MIN_REFRESH_S = 10.0
_FIRST_RETRY_S = 15.0
_MAX_RETRY_S = 600.0
_REFUSED_RETRY_S = 900.0
"""After a wrong password, 403 or 404: provider lock-outs are counted in minutes."""
_LONGEST_S = 86_400.0
_LONGEST_GUESS_S = 3600
"""What a registrar is offered at most that says an interval is too brief, but not how long it is to be."""
_MOST_INTERVALS = 6
"""Intervals in a row that are offered at once; a registrar that wants yet another one has failed, and is asked again later."""
_DEFAULT_PORTS = {"udp": 5060, "tcp": 5060, "tls": 5061}


class RegistrationState(StrEnum):
    """Where a registration stands."""

    UNREGISTERED = "unregistered"
    REGISTERING = "registering"
    REGISTERED = "registered"
    FAILED = "failed"
    REACHED = "reached"
    """The server wants no registration, and answers."""


@dataclass(frozen=True, slots=True)
class RegistrationStatus:
    """Picture of a registration. ``error`` says why it failed; ``expires_at`` is on the monotonic clock."""

    state: RegistrationState
    error: TrunkError | None = None
    expires_at: float | None = None
    is_forgotten: bool = False
    """Registered, but the router keeps forgetting the way in: calls and answers of the server are lost in between."""


class Registration:
    """Decides when to register and what the answers mean."""

    def __init__(self, account: TrunkAccount, *, jitter: Callable[[], float] = random.random) -> None:
        self._account = account
        self._jitter = jitter
        self._call_id = generate_call_id(account.aor_host)
        self._tag = generate_tag()
        self._cseq = 0
        self._expires_s = account.expires_s
        self._failures = 0
        self._intervals = 0
        self._due_at: float | None = None
        self._asked_at = float("-inf")
        self.memory = ChallengeMemory()
        self.contact = ""
        """URI that the registrar has been told, or is being told; empty: none."""
        self.status = RegistrationStatus(RegistrationState.UNREGISTERED)

    @property
    def is_bound(self) -> bool:
        """True while the registrar may hold a binding of ours."""
        return self.status.state is RegistrationState.REGISTERED

    def request(self, contact: str, now: float) -> SipRequest:
        """Build a REGISTER for ``contact`` (a URI), without Via; a binding with an older contact is taken away with it."""
        register = self._build()
        if self.contact and self.contact != contact and self.is_bound:
            register.add_header("Contact", f"<{self.contact}>;expires=0")
        register.add_header("Contact", f"<{contact}>;expires={self._expires_s}")
        register.set_header("Expires", str(self._expires_s))
        self.contact = contact
        self._asked_at = now
        if not self.is_bound:
            self.status = RegistrationStatus(RegistrationState.REGISTERING)
        return register

    def removal(self) -> SipRequest:
        """Build the REGISTER that takes our binding away (10.2.2)."""
        register = self._build()
        register.set_header("Contact", f"<{self.contact}>;expires=0")
        register.set_header("Expires", "0")
        return register

    def _build(self) -> SipRequest:
        self._due_at = None
        self._cseq += 1
        register = SipRequest(method="REGISTER", uri=self._account.registrar_uri)
        register.set_header("Max-Forwards", "70")
        register.set_header("From", f"<{self._account.aor}>;tag={self._tag}")
        register.set_header("To", f"<{self._account.aor}>")
        register.set_header("Call-ID", self._call_id)
        register.set_header("CSeq", f"{self._cseq} REGISTER")
        return register

    def retried(self, request: SipRequest) -> None:
        """Give a REGISTER that goes out again for digest the next number (10.2)."""
        self._cseq += 1
        request.set_header("CSeq", f"{self._cseq} REGISTER")

    def succeeded(self, response: SipResponse, now: float, *, is_forgotten: bool = False) -> None:
        """Take a 2xx: refresh in time before our own binding ends."""
        self._failures = self._intervals = 0
        expires = self._own_expiry(response)
        refresh = max(_MIN_REFRESH_S, min(expires - 5.0, expires * (0.75 + 0.1 * self._jitter())))
        self._due_at = now + refresh
        self.status = RegistrationStatus(
            RegistrationState.REGISTERED, expires_at=now + expires, is_forgotten=is_forgotten
        )

    def _own_expiry(self, response: SipResponse) -> float:
        """Seconds of the binding with our contact (10.2.4), else the Expires header, else what was asked for."""
        own = self._name_of(self.contact)
        for binding in response.contact:
            if self._name_of_binding(binding) == own:
                value = _expires_of(binding)
                if value is not None:
                    return value
        header = _seconds(response.get_header("Expires"))
        return float(self._expires_s) if header is None else header

    def _name_of(self, contact: str) -> tuple[str | None, str, int]:
        uri = parse_uri(contact)
        return uri.user, uri.host.lower(), uri.port or _DEFAULT_PORTS[self._account.transport]

    def _name_of_binding(self, binding: Address) -> tuple[str | None, str, int]:
        return binding.uri.user, binding.uri.host.lower(), binding.uri.port or _DEFAULT_PORTS[self._account.transport]

    def failed(self, response: SipResponse | None, now: float, error: TrunkError | None = None) -> None:
        """Take a final refusal (None: no answer), and plan the next try."""
        if response is not None and response.status_code == 423 and self._raise_expiry(response):
            self._due_at = now
            return
        self._failures += 1
        error = error or error_of(response)
        is_refused = isinstance(error, (WrongPasswordError, ForbiddenError))
        if is_refused or (isinstance(error, RejectedError) and error.status == 404):
            delay = _REFUSED_RETRY_S
        else:
            delay = min(_MAX_RETRY_S, _FIRST_RETRY_S * 2.0 ** min(self._failures - 1, 10))
            delay *= 0.75 + 0.5 * self._jitter()
        self._due_at = now + max(delay, _retry_after(response))
        self.status = RegistrationStatus(RegistrationState.FAILED, error)

    def _raise_expiry(self, response: SipResponse) -> bool:
        """423: the registrar wants a longer interval (10.2.8). One that does not say which is offered the double, up to an hour."""
        minimum = _seconds(response.get_header("Min-Expires"))
        wanted = min(2 * self._expires_s, _LONGEST_GUESS_S) if minimum is None else int(minimum)
        self._intervals += 1
        if wanted <= self._expires_s or self._intervals > _MOST_INTERVALS:
            self._intervals = 0
            return False
        self._expires_s = wanted
        return True

    def hurry(self, now: float) -> None:
        """The way to the registrar changed (connection lost, other address seen): register again soon, but never in a storm."""
        soon = max(now + 0.5 + self._jitter(), self._asked_at + _MIN_REFRESH_S)
        if self._due_at is None or soon < self._due_at:
            self._due_at = soon

    def elsewhere(self, now: float) -> None:
        """The try that failed is to be repeated at a server not asked yet (RFC 3263 section 4.3): no reason to wait."""
        self._due_at = now

    def ended(self) -> None:
        """The binding was taken away."""
        self._due_at = None
        self.contact = ""
        self.status = RegistrationStatus(RegistrationState.UNREGISTERED)

    def reached(self, ask_again_at: float) -> None:
        """A server that wants no registration has answered."""
        self._failures = 0
        self._due_at = ask_again_at
        self.status = RegistrationStatus(RegistrationState.REACHED)

    def postpone(self) -> None:
        """A try is under way that is no REGISTER yet: nothing is due until it ends."""
        self._due_at = None
        if self.status.state not in (RegistrationState.REGISTERED, RegistrationState.REACHED):
            self.status = RegistrationStatus(RegistrationState.REGISTERING)

    def next_timer(self) -> float | None:
        """When the next REGISTER is due."""
        return self._due_at


def error_of(response: SipResponse | None) -> TrunkError:
    """What a final response to REGISTER or OPTIONS means (None: no answer)."""
    if response is None:
        return NoAnswerError("the server does not answer")
    if response.status_code in (401, 407):
        return WrongPasswordError("the server does not accept user name and password")
    if response.status_code == 403:
        return ForbiddenError("the server refuses this account")
    return RejectedError(response.status_code)


def _expires_of(binding: Address) -> float | None:
    return _seconds(binding.params.get("expires") or binding.uri.params.get("expires"))


def _seconds(text: str | None) -> float | None:
    """Delta-seconds (20.19), at most a day; None for anything else."""
    text = (text or "").strip()
    return min(float(text), _LONGEST_S) if text.isascii() and text.isdecimal() else None


def _retry_after(response: SipResponse | None) -> float:
    """Seconds of a Retry-After header (20.33), at most a day."""
    text = (response.get_header("Retry-After") or "") if response is not None else ""
    return _seconds(text.partition(";")[0].partition("(")[0]) or 0.0
