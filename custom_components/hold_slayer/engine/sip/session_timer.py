"""Session timers (RFC 4028): a session that nobody refreshes in time is over, on both sides.

Either side may be the refresher. As refresher this side sends UPDATE where the far end takes it and a re-INVITE elsewhere at half
of the interval (section 10); as watchdog it ends the leg shortly before the interval runs out. Sans-IO: the requester's clock.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aiosipua.message import SipMessage, SipRequest, SipResponse

INTERVAL_S = 1800
"""What this side asks for (section 4 recommends it)."""
MIN_INTERVAL_S = 90
"""Nobody may ask for less (section 5): a shorter one is answered as if it were this long."""
_MAX_INTERVAL_S = 86_400
_LAST_MOMENT_S = 32.0


@dataclass(frozen=True, slots=True)
class SessionExpires:
    """A Session-Expires header. ``refresher`` is ``uac``, ``uas`` or empty."""

    interval_s: int
    refresher: str = ""


def read_session_expires(message: SipMessage) -> SessionExpires | None:
    """Read the header or its compact form ``x``; None where there is none, or one that makes no sense."""
    text = message.get_header("Session-Expires") or message.get_header("x") or ""
    seconds, *params = (part.strip().lower() for part in text.split(";"))
    if not seconds.isascii() or not seconds.isdecimal() or len(seconds) > 9:
        return None
    names = dict(param.partition("=")[::2] for param in params)
    refresher = names.get("refresher", "").strip()
    interval_s = min(max(int(seconds), MIN_INTERVAL_S), _MAX_INTERVAL_S)
    return SessionExpires(interval_s, refresher if refresher in ("uac", "uas") else "")


def offer_session_timer(invite: SipRequest, interval_s: int = INTERVAL_S) -> None:
    """Say in an INVITE outside a dialog that this side knows session timers (7.1)."""
    invite.set_header("Session-Expires", str(interval_s))
    invite.set_header("Min-SE", str(MIN_INTERVAL_S if interval_s == INTERVAL_S else interval_s))


def interval_after_422(response: SipResponse) -> int | None:
    """The interval to try again with after ``422 Session Interval Too Small`` (7.3); None when it makes no sense."""
    text = (response.get_header("Min-SE") or "").partition(";")[0].strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 9:
        return None
    return int(text) if INTERVAL_S < int(text) <= _MAX_INTERVAL_S else None


class SessionTimer:
    """The timer of one confirmed dialog.

    ``refresh`` sends the refresh; its 2xx comes back through `on_response`. ``expire`` ends the leg.
    """

    def __init__(
        self,
        call_later: Callable[[float, Callable[[], None]], Callable[[], None]],
        *,
        refresh: Callable[[], None],
        expire: Callable[[], None],
    ) -> None:
        self._call_later = call_later
        self._refresh = refresh
        self._expire = expire
        self._stops: list[Callable[[], None]] = []
        self._is_closed = False
        self.interval_s = 0
        """0: the session does not expire."""
        self.is_refresher = False

    def on_response(self, response: SipResponse) -> None:
        """Take a 2xx to an INVITE or UPDATE of ours (7.2): without the header the session does not expire."""
        agreed = read_session_expires(response)
        if agreed is None:
            self._arm(0, is_refresher=False)
        else:
            self._arm(agreed.interval_s, is_refresher=agreed.refresher != "uas")

    def stamp(self, request: SipRequest) -> None:
        """Put the present agreement into a re-INVITE or UPDATE of ours (7.4): who refreshes stays who refreshes."""
        request.set_header("Supported", "timer")
        if self.interval_s:
            refresher = "uac" if self.is_refresher else "uas"
            request.set_header("Session-Expires", f"{self.interval_s};refresher={refresher}")
            request.set_header("Min-SE", str(MIN_INTERVAL_S))

    def on_request(self, request: SipRequest) -> tuple[tuple[str, str], ...]:
        """Take a re-INVITE or UPDATE of theirs that is being accepted; return the headers of its 2xx (section 9)."""
        asked = read_session_expires(request)
        if asked is None:
            self._arm(0, is_refresher=False)
            return ()
        supported = [name.lower() for name in request.get_header_values("supported")]
        is_theirs = asked.refresher == "uac" or (not asked.refresher and "timer" in supported)
        self._arm(asked.interval_s, is_refresher=not is_theirs)
        headers = (("Session-Expires", f"{asked.interval_s};refresher={'uac' if is_theirs else 'uas'}"),)
        return (*headers, ("Require", "timer")) if is_theirs else headers

    def close(self) -> None:
        """The dialog is over."""
        self._is_closed = True
        self._stop()

    def _stop(self) -> None:
        for stop in self._stops:
            stop()
        self._stops.clear()

    def _arm(self, interval_s: int, *, is_refresher: bool) -> None:
        self._stop()
        self.interval_s = interval_s
        self.is_refresher = is_refresher
        if not interval_s or self._is_closed:
            return
        if is_refresher:
            self._stops.append(self._call_later(interval_s / 2, self._refresh))
        # Section 10: BYE a little before the end, by whichever side sees it coming.
        last_moment_s = min(_LAST_MOMENT_S, interval_s / 3)
        self._stops.append(self._call_later(interval_s - last_moment_s, self._expire))
