"""Registration of our own contact (RFC 3261 section 10.2). Sans-IO; digest is answered one layer up.

Only the binding with our own Contact counts: other phones of the account, and stale bindings of an earlier run, are ignored.
Not done: Service-Route, Path, outbound (RFC 5626), GRUU.
"""

from collections.abc import Callable
from dataclasses import dataclass
from enum import StrEnum
import random

from aiosipua.headers import Address, parse_uri
from aiosipua.message import SipRequest, SipResponse
from aiosipua.utils import generate_call_id, generate_tag

from .account import TrunkAccount
from .errors import ForbiddenError, NoAnswerError, RejectedError, TrunkError, WrongPasswordError

_MIN_REFRESH_S = 10.0
_FIRST_RETRY_S = 15.0
_MAX_RETRY_S = 600.0
_REFUSED_RETRY_S = 900.0
"""After a wrong password or 403: provider lock-outs are counted in minutes."""


class RegistrationState(StrEnum):
    """Where a registration stands."""

    UNREGISTERED = "unregistered"
    REGISTERING = "registering"
    REGISTERED = "registered"
    FAILED = "failed"


@dataclass(frozen=True, slots=True)
class RegistrationStatus:
    """Picture of a registration. ``error`` says why it failed; ``expires_at`` is on the monotonic clock."""

    state: RegistrationState
    error: TrunkError | None = None
    expires_at: float | None = None


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
        self._due_at: float | None = None
        self.status = RegistrationStatus(RegistrationState.UNREGISTERED)

    def request(self, contact: str, *, expires_s: int | None = None) -> SipRequest:
        """Build a REGISTER for ``contact`` (a URI), without Via; ``expires_s=0`` takes the binding away."""
        self._due_at = None
        self._cseq += 1
        register = SipRequest(method="REGISTER", uri=self._account.registrar_uri)
        register.set_header("Max-Forwards", "70")
        register.set_header("From", f"<{self._account.aor}>;tag={self._tag}")
        register.set_header("To", f"<{self._account.aor}>")
        register.set_header("Call-ID", self._call_id)
        register.set_header("CSeq", f"{self._cseq} REGISTER")
        expires = self._expires_s if expires_s is None else expires_s
        register.set_header("Contact", f"<{contact}>;expires={expires}")
        register.set_header("Expires", str(expires))
        if self.status.state is not RegistrationState.REGISTERED:
            self.status = RegistrationStatus(RegistrationState.REGISTERING)
        return register

    def sent(self, cseq: int) -> None:
        """Remember the number of a retry made for digest: the next request must be higher."""
        self._cseq = max(self._cseq, cseq)

    def succeeded(self, response: SipResponse, contact: str, now: float) -> None:
        """Take a 2xx: refresh in time before our own binding ends."""
        self._failures = 0
        expires = self._own_expiry(response, contact)
        refresh = max(_MIN_REFRESH_S, min(expires - 5.0, expires * (0.75 + 0.1 * self._jitter())))
        self._due_at = now + refresh
        self.status = RegistrationStatus(RegistrationState.REGISTERED, expires_at=now + expires)

    def _own_expiry(self, response: SipResponse, contact: str) -> float:
        """Seconds of the binding with our contact (10.2.4), else the Expires header, else what was asked for."""
        own = parse_uri(contact)
        for binding in response.contact:
            if (binding.uri.user, binding.uri.host, binding.uri.port) == (own.user, own.host, own.port):
                value = _expires_of(binding)
                if value is not None:
                    return value
        header = response.get_header("Expires") or ""
        return float(header) if header.strip().isdecimal() else float(self._expires_s)

    def failed(self, response: SipResponse | None, now: float, error: TrunkError | None = None) -> None:
        """Take a final refusal (None: no answer), and plan the next try."""
        if response is not None and response.status_code == 423 and self._raise_expiry(response):
            self._due_at = now
            return
        self._failures += 1
        error = error or error_of(response)
        if isinstance(error, (WrongPasswordError, ForbiddenError)):
            delay = _REFUSED_RETRY_S
        else:
            delay = min(_MAX_RETRY_S, _FIRST_RETRY_S * 2.0 ** (self._failures - 1))
            delay *= 0.75 + 0.5 * self._jitter()
        self._due_at = now + max(delay, _retry_after(response))
        self.status = RegistrationStatus(RegistrationState.FAILED, error)

    def _raise_expiry(self, response: SipResponse) -> bool:
        """423: the registrar wants a longer interval (10.2.8)."""
        minimum = (response.get_header("Min-Expires") or "").strip()
        if not minimum.isdecimal() or not self._expires_s < int(minimum) <= 86400:
            return False
        self._expires_s = int(minimum)
        return True

    def ended(self) -> None:
        """The binding was taken away."""
        self._due_at = None
        self.status = RegistrationStatus(RegistrationState.UNREGISTERED)

    def postpone(self) -> None:
        """A try is under way that is no REGISTER yet: nothing is due until it ends."""
        self._due_at = None

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
    value = binding.params.get("expires")
    return float(value) if value and value.isdecimal() else None


def _retry_after(response: SipResponse | None) -> float:
    """Seconds of a Retry-After header (20.33), at most a day."""
    text = (response.get_header("Retry-After") or "") if response is not None else ""
    seconds = text.partition(";")[0].partition("(")[0].strip()
    return min(float(seconds), 86400.0) if seconds.isdecimal() else 0.0
