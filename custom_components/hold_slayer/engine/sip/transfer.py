"""Transfer, the transferor's side (RFC 3515, RFC 3891, RFC 5589): REFER, and the NOTIFYs that tell how it went.

Blind: the far end calls a number by itself. Attended: it calls the other leg's far end with Replaces, and that leg is taken over.
The outcome is told once; until then the dialog stays as it is, so a transfer that fails has cost nothing. Sans-IO.
"""

from collections.abc import Callable
import re
from typing import Protocol
from urllib.parse import quote

from aiosipua.headers import parse_uri, stringify_uri
from aiosipua.message import SipRequest, SipResponse

from .dialog import Dialog
from .errors import TrunkError

ACCEPTED = 202
_TIMED_OUT = 408
_FRAGMENT = re.compile(r"\s*SIP/2\.0 +([1-6]\d\d)\b")

SendInDialog = Callable[[SipRequest, Callable[[SipResponse | None, TrunkError | None], None]], None]


class OnProgress(Protocol):
    """Who is told how a transfer goes."""

    def __call__(self, status: int, *, is_over: bool) -> None:
        """See `Transfer`."""
        ...


def replaces_uri(dialog: Dialog) -> str:
    """URI that calls the far end of ``dialog`` and takes our place in it (RFC 3891 section 3, RFC 5589 section 7).

    ``to-tag`` is the tag of whoever gets the INVITE with Replaces: the far end.
    """
    uri = parse_uri(dialog.remote_target)
    replaces = f"{dialog.call_id};to-tag={dialog.remote_tag};from-tag={dialog.local_tag}"
    uri.headers = {}
    return f"{stringify_uri(uri)}?Replaces={quote(replaces, safe='')}"


def status_in(fragment: str) -> int | None:
    """Status of the response that a ``message/sipfrag`` body holds (RFC 3420, RFC 3515 section 2.4.5)."""
    found = _FRAGMENT.match(fragment)
    return int(found[1]) if found else None


class Transfer:
    """One REFER in a confirmed dialog.

    ``on_progress(status, is_over=…)``: 1xx while the far end tries, then exactly one final status: 2xx the transfer has worked,
    else it has not (the refusal's status; 408 when nothing was heard in time).
    """

    def __init__(
        self,
        dialog: Dialog,
        refer_to: str,
        *,
        send: SendInDialog,
        call_later: Callable[[float, Callable[[], None]], Callable[[], None]],
        on_progress: OnProgress,
        limit_s: float,
    ) -> None:
        self._on_progress = on_progress
        self._is_over = False
        self._last = 0
        refer = dialog.request("REFER")
        refer.set_header("Refer-To", f"<{refer_to}>")
        refer.set_header("Referred-By", re.sub(r";tag=[^;>]*$", "", dialog.local))
        self._stop = call_later(limit_s, self._on_time_out)
        send(refer, self._on_response)

    @property
    def is_over(self) -> bool:
        """True when the final status is known."""
        return self._is_over

    def _on_response(self, response: SipResponse | None, _error: TrunkError | None) -> None:
        if response is None:
            self._finish(_TIMED_OUT)
        elif response.status_code >= 300:
            self._finish(response.status_code)

    def on_notify(self, notify: SipRequest) -> None:
        """A NOTIFY of the implicit subscription (RFC 3515 section 2.4.4)."""
        status = status_in(notify.text) if notify.body else None
        state = (notify.get_header("Subscription-State") or "").partition(";")[0].strip().lower()
        if status is not None and (status >= 200 or state == "terminated"):
            # "100 Trying" in the last NOTIFY: the far end tells no more (RFC 3515 section 2.4.7); not known to have worked.
            self._finish(status if status >= 200 else _TIMED_OUT)
        elif state == "terminated":
            self._finish(_TIMED_OUT)
        elif status is not None and status != self._last and not self._is_over:
            self._last = status
            self._on_progress(status, is_over=False)

    def _on_time_out(self) -> None:
        self._finish(_TIMED_OUT)

    def _finish(self, status: int) -> None:
        self._stop()
        if not self._is_over:
            self._is_over = True
            self._on_progress(status, is_over=True)

    def close(self) -> None:
        """The dialog is over: nothing more is told."""
        self._stop()
        self._is_over = True
