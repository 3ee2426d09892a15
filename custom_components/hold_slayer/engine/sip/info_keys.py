"""Keys by SIP INFO (RFC 6086; the body ``application/dtmf-relay`` is no standard, but what exchanges take).

One key after the other: the next one goes out when the last was answered and its time is over, so that none overtakes another.
Sans-IO.
"""

from collections.abc import Callable
from dataclasses import replace
import re

from aiosipua.message import SipRequest, SipResponse

from ..model.call_event import LegAnsweredEvent, LegEarlyMediaEvent, LegEvent, LegMediaChangedEvent
from ..model.media_description import DtmfMode, MediaOffer
from .dialog import Dialog
from .errors import TrunkError
from .transfer import SendInDialog

_KEY_MS = 160
_GAP_S = 0.25
"""From the answer to one key to the next."""
_PAUSE_S = 0.5
_PAUSES = frozenset("wW")
_KEY_IN = {
    "application/dtmf-relay": re.compile(r"^ *Signal *= *([0-9*#A-Da-d]) *\r?$", re.MULTILINE),
    "application/dtmf": re.compile(r"^\s*([0-9*#A-Da-d])\s*$"),
}


class InfoKeys:
    """One row of keys inside a confirmed dialog."""

    def __init__(
        self,
        keys: str,
        dialog: Dialog,
        *,
        send: SendInDialog,
        call_later: Callable[[float, Callable[[], None]], Callable[[], None]],
        survives: Callable[[SipResponse | None], bool],
        on_done: Callable[[], None],
    ) -> None:
        self._left = list(keys)
        self._dialog = dialog
        self._send = send
        self._call_later = call_later
        self._survives = survives
        self._on_done = on_done
        self._stop_waiting: Callable[[], None] = lambda: None
        self.is_over = False
        """True when all keys are out or the dialog is over."""
        self._next()

    def _end(self) -> None:
        if not self.is_over:
            self.is_over = True
            self._on_done()

    def _next(self) -> None:
        if not self._left:
            self._end()
            return
        key = self._left.pop(0)
        if key in _PAUSES:
            self._stop_waiting = self._call_later(_PAUSE_S, self._next)
            return
        info = self._dialog.request("INFO")
        info.set_header("Content-Type", "application/dtmf-relay")
        info.body = f"Signal={key}\r\nDuration={_KEY_MS}\r\n".encode()
        self._send(info, self._on_response)

    def _on_response(self, response: SipResponse | None, _error: TrunkError | None) -> None:
        if self.is_over or (response is not None and response.status_code < 200):
            return
        # A refusal means that this far end takes no keys this way; the dialog may be gone as well.
        if self._survives(response) and not self.is_over:
            self._stop_waiting = self._call_later(_GAP_S, self._next)

    def close(self) -> None:
        """The dialog is over: nothing more goes out."""
        self._stop_waiting()
        self._left.clear()
        self._end()


def key_in(request: SipRequest) -> str:
    """The key that an INFO of the far end tells of (``application/dtmf-relay``, ``application/dtmf``); empty: none."""
    kind = (request.get_header("Content-Type") or "").partition(";")[0].strip().lower()
    pattern = _KEY_IN.get(kind) if request.method == "INFO" and request.body else None
    found = pattern.search(request.text) if pattern is not None else None
    return found[1].upper() if found else ""


def with_keys_sent_by(mode: DtmfMode, offer: MediaOffer, event: LegEvent) -> LegEvent:
    """What a leg agreed to with its far end, but keys are to be sent as the account wants it."""
    if not isinstance(event, LegAnsweredEvent | LegEarlyMediaEvent | LegMediaChangedEvent):
        return event
    answer = event.answer
    match mode:
        case DtmfMode.INBAND:
            return replace(event, answer=replace(answer, dtmf_payload_type=None))
        case DtmfMode.RFC4733 if answer.dtmf_payload_type is None:
            return replace(event, answer=replace(answer, dtmf_payload_type=offer.dtmf_payload_type))
        case _:
            return event
