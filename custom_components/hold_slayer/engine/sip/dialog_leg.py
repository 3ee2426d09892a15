"""What a leg of either direction does inside its dialog, and how it ends (RFC 3261 sections 12 to 15).

At most one final event: LegFailedEvent or LegEndedEvent, told as soon as it is certain for the caller; what the protocol still
owes (BYE with digest) goes on behind it until `is_settled`. REFER comes from this side only: what the far end refers us to is
not dialled.
"""

from collections.abc import Callable

from aiosipua.message import SipRequest, SipResponse

from ..model.call_event import (
    DigitReceivedEvent,
    LegEndedEvent,
    LegEvent,
    LegFailedEvent,
    LegMediaChangedEvent,
    LegTransferProgressedEvent,
)
from ..model.media_description import Direction, MediaAnswer
from ..model.phase import EndedBy
from .dialog import Dialog
from .errors import TrunkError
from .info_keys import InfoKeys, key_in
from .modification import SessionModifier
from .requester import Requester
from .sdp_session import SdpSession
from .transaction import ServerTransaction
from .transfer import Transfer, replaces_uri


class DialogLeg:
    """Base of `leg.Leg`, which calls, and `incoming.IncomingLeg`, which was called."""

    def __init__(
        self,
        leg_id: str,
        call_id: str,
        sdp: SdpSession,
        requester: Requester,
        on_event: Callable[[LegEvent], None],
        on_settled: Callable[[DialogLeg], None],
    ) -> None:
        self.leg_id = leg_id
        self.call_id = call_id
        self.is_up = False
        self.is_over = False
        self.is_settled = False
        self._sdp = sdp
        self._requester = requester
        self._on_event = on_event
        self._on_settled = on_settled
        self._dialog: Dialog | None = None
        self._modifier: SessionModifier | None = None
        self._transfer: Transfer | None = None
        self._keys: InfoKeys | None = None
        self._answer: MediaAnswer | None = None

    # --- events out ---------------------------------------------------------------------------------------------

    def _emit(self, event: LegEvent) -> None:
        if not self.is_over:
            self._on_event(event)

    def _finish(self, event: LegFailedEvent | LegEndedEvent) -> None:
        """Tell the end, once."""
        for part in (self._modifier, self._transfer, self._keys):
            if part is not None:
                part.close()
        if self.is_over:
            return
        self.is_up = False
        self.is_over = True
        self._on_event(event)

    def _settle(self) -> None:
        if not self.is_settled:
            self.is_settled = True
            self._on_settled(self)

    # --- ending -------------------------------------------------------------------------------------------------

    def hang_up(self, by: EndedBy = EndedBy.LOCAL) -> None:
        """End the leg in whatever state it is; nothing when it is over. The final event comes before this returns.

        ``by`` goes into the LegEndedEvent of a leg that was up: TIMEOUT when the media stopped.
        """
        if self.is_over:
            return
        if self.is_up and self._dialog is not None:
            self._send_bye(self._dialog)
            self._finish(LegEndedEvent(self.leg_id, by))
        else:
            self._withdraw()

    def _withdraw(self) -> None:
        """End a leg that is not up yet."""
        raise NotImplementedError

    def abandon(self) -> None:
        """The user agent stops and waits no longer."""
        self.hang_up()
        self._settle()

    def _send_bye(self, dialog: Dialog) -> None:
        def on_response(response: SipResponse | None, _error: TrunkError | None) -> None:
            # Whatever the far end says to a BYE, the dialog is over (15.1.1).
            if (response is None or response.status_code >= 200) and dialog is self._dialog:
                self._settle()

        self._request(dialog, dialog.request("BYE"), on_response)

    def _request(
        self,
        dialog: Dialog,
        request: SipRequest,
        on_response: Callable[[SipResponse | None, TrunkError | None], None],
    ) -> None:
        def on_retry(retry: SipRequest) -> bool:
            dialog.retried(retry)
            return True

        self._requester.send_request(request, on_response, memory=dialog.memory, on_retry=on_retry)

    # --- what this side does while the leg is up ----------------------------------------------------------------

    def set_direction(self, direction: Direction) -> None:
        """Hold (SENDONLY, INACTIVE) or resume (SENDRECV) by re-INVITE; LegMediaChangedEvent when the far end agrees.

        A refusal changes nothing. Ignored while the leg is not up.
        """
        if self.is_up and self._modifier is not None:
            self._modifier.set_direction(direction)

    def check_alive(self, on_alive: Callable[[], None], *, limit_s: float = 4.0) -> None:
        """Ask the far end for a sign of life by OPTIONS inside the dialog (RFC 3261 section 11).

        ``on_alive`` is called when it answers, whatever it says. Otherwise the leg ends (EndedBy.TIMEOUT) after ``limit_s``: the
        transaction's own timer is for requests that are worth half a minute.
        """
        if not self.is_up or self._dialog is None:
            return
        stop = self._requester.call_later(limit_s, self._on_dead)

        def on_response(response: SipResponse | None, _error: TrunkError | None) -> None:
            stop()
            if (response is None or response.status_code >= 200) and self._survives(response):
                on_alive()

        self._request(self._dialog, self._dialog.request("OPTIONS"), on_response)

    @property
    def replaces_uri(self) -> str:
        """What another leg is referred to so that its far end takes our place in this one; empty while it is not up."""
        return replaces_uri(self._dialog) if self.is_up and self._dialog is not None else ""

    def refer_to(self, uri: str, *, limit_s: float = 60.0) -> bool:
        """Ask the far end to call ``uri``: a number's (blind transfer) or another leg's `replaces_uri` (attended).

        LegTransferProgressedEvent tells how it goes. False: not now, because the leg is not up or a transfer is under way.
        """
        is_busy = self._transfer is not None and not self._transfer.is_over
        if not self.is_up or self._dialog is None or is_busy or not uri:
            return False
        dialog = self._dialog
        self._transfer = Transfer(
            dialog,
            uri,
            send=lambda refer, on_response: self._request(dialog, refer, on_response),
            call_later=self._requester.call_later,
            on_progress=lambda status, *, is_over: self._emit(LegTransferProgressedEvent(self.leg_id, status, is_over)),
            limit_s=limit_s,
        )
        return True

    def send_info_keys(self, keys: str, on_done: Callable[[], None] = lambda: None) -> bool:
        """Press keys (``0-9*#A-D``, ``w`` waits half a second) by INFO; ``on_done`` when the last is answered or the leg is over.

        False, and nothing is sent: the leg is not up, or other keys are under way.
        """
        if not self.is_up or self._dialog is None or (self._keys is not None and not self._keys.is_over):
            return False
        dialog = self._dialog
        self._keys = InfoKeys(
            keys,
            dialog,
            send=lambda info, on_response: self._request(dialog, info, on_response),
            call_later=self._requester.call_later,
            survives=self._survives,
            on_done=on_done,
        )
        return True

    def _survives(self, response: SipResponse | None) -> bool:
        """False when the final response to a request of ours means that the dialog is gone (12.2.1.2)."""
        if response is not None and response.status_code not in (408, 481):
            return True
        if response is not None and response.status_code == 481:
            self._finish(LegEndedEvent(self.leg_id, EndedBy.REMOTE))
            self._settle()
        else:
            self._on_dead()
        return False

    def _on_dead(self) -> None:
        """The far end does not answer inside the dialog: end it on both sides."""
        if self.is_up:
            self.hang_up(EndedBy.TIMEOUT)

    # --- requests of the far end --------------------------------------------------------------------------------

    def matches(self, request: SipRequest) -> bool:
        """True when an in-dialog request belongs to one of this leg's dialogs (12.2.2)."""
        raise NotImplementedError

    def on_request(self, transaction: ServerTransaction) -> None:
        """Answer a request inside a dialog of this leg."""
        request = transaction.request
        dialog = self._dialog_for(request)
        if dialog is None or not dialog.is_in_order(request):
            self._requester.respond(transaction, 500)
            return
        # A far end that insists on session timers gets its refreshes answered, which is all it needs of us.
        if required := [name for name in request.get_header_values("require") if name.lower() != "timer"]:
            self._requester.respond(transaction, 420, headers=tuple(("Unsupported", name) for name in required))
            return
        match request.method:
            case "NOTIFY":
                self._requester.respond(transaction, 200)
                if self._transfer is not None and _event_of(request) == "refer":
                    self._transfer.on_notify(request)
            case "OPTIONS" | "INFO" | "MESSAGE":
                self._requester.respond(transaction, 200)
                if self.is_up and (digit := key_in(request)):
                    self._emit(DigitReceivedEvent(self.leg_id, digit))
            case "BYE":
                self._on_bye(transaction, dialog)
            case "INVITE" | "UPDATE":
                self._on_offer(transaction, dialog)
            case "REFER":
                self._requester.respond(transaction, 603)
            case _:
                self._requester.respond(transaction, 501)

    def _dialog_for(self, request: SipRequest) -> Dialog | None:
        """The dialog that a request belongs to, `matches` given."""
        raise NotImplementedError

    def _on_offer(self, transaction: ServerTransaction, dialog: Dialog) -> None:
        """Take a re-INVITE or UPDATE."""
        raise NotImplementedError

    def _on_bye(self, transaction: ServerTransaction, dialog: Dialog) -> None:
        self._requester.respond(transaction, 200)
        if dialog is self._dialog:
            self._finish(LegEndedEvent(self.leg_id, EndedBy.REMOTE))
            self._settle()

    def on_ack(self, ack: SipRequest) -> None:
        """The ACK of our answer to a re-INVITE."""
        if self._modifier is not None:
            self._modifier.on_ack(ack)

    def _change_media(self, answer: MediaAnswer) -> None:
        if answer != self._answer:
            self._answer = answer
            self._emit(LegMediaChangedEvent(self.leg_id, answer))


def _event_of(notify: SipRequest) -> str:
    """Event package of a NOTIFY; ``o`` is the compact form (RFC 6665 section 8.2.1)."""
    return (notify.get_header("Event") or notify.get_header("o") or "").partition(";")[0].strip().lower()
