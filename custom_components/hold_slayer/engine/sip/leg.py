"""One outgoing leg: an INVITE, the dialogs it makes, and their end (RFC 3261 sections 9, 13 and 15).

At most one final event: LegFailedEvent or LegEndedEvent, told as soon as it is certain for the caller; what the protocol still
owes (CANCEL, the ACK and BYE of an answer that crossed it, BYE with digest) goes on behind it until `is_settled`. REFER comes
from this side only: what the far end refers us to is not dialled.
"""

from collections.abc import Callable
import logging

from aiosipua.message import SipRequest, SipResponse

from ..model.call_event import (
    LegAnsweredEvent,
    LegEarlyMediaEvent,
    LegEndedEvent,
    LegEvent,
    LegFailedEvent,
    LegMediaChangedEvent,
    LegRangEvent,
    LegTransferProgressedEvent,
)
from ..model.media_description import Direction, MediaAnswer
from ..model.phase import EndedBy, LegFailure
from .auth import ChallengeMemory
from .dialog import Dialog
from .errors import TrunkError
from .modification import SessionModifier
from .redirection import Redirections, renewed
from .reliable import ReliableProvisionals, is_reliable
from .requester import Requester
from .sdp_session import SdpError, SdpSession
from .session_timer import interval_after_422, offer_session_timer
from .transaction import ServerTransaction
from .transfer import Transfer, replaces_uri
from .wire import has_sdp

_LOGGER = logging.getLogger(__name__)

_FAILURES = {
    401: LegFailure.AUTH_FAILED,
    403: LegFailure.FORBIDDEN,
    404: LegFailure.NOT_FOUND,
    407: LegFailure.AUTH_FAILED,
    408: LegFailure.NO_ANSWER,
    410: LegFailure.NOT_FOUND,
    415: LegFailure.NOT_ACCEPTABLE,
    484: LegFailure.NOT_FOUND,
    486: LegFailure.BUSY,
    487: LegFailure.NO_ANSWER,  # not by our CANCEL: somebody on the way gave up ringing
    488: LegFailure.NOT_ACCEPTABLE,
    600: LegFailure.BUSY,
    603: LegFailure.DECLINED,
    604: LegFailure.NOT_FOUND,
    606: LegFailure.NOT_ACCEPTABLE,
}


class Leg:
    """See the module's text. Made by `UserAgent.dial`."""

    def __init__(
        self,
        leg_id: str,
        invite: SipRequest,
        sdp: SdpSession,
        requester: Requester,
        on_event: Callable[[LegEvent], None],
        ring_timeout_s: float,
        on_settled: Callable[[Leg], None] = lambda _leg: None,
    ) -> None:
        self.leg_id = leg_id
        self.call_id = invite.call_id or ""
        self.is_up = False
        self.is_over = False
        self.is_settled = False
        self._invite = invite
        self._sdp = sdp
        self._requester = requester
        self._on_event = on_event
        self._on_settled = on_settled
        self._memory = ChallengeMemory()
        self._dialogs: dict[str, Dialog] = {}
        self._early_answers: dict[str, MediaAnswer] = {}
        self._acks: dict[str, SipRequest] = {}
        self._dialog: Dialog | None = None
        self._modifier: SessionModifier | None = None
        self._transfer: Transfer | None = None
        self._answer: MediaAnswer | None = None
        self._last_ringing = 0
        self._has_provisional = False
        self._is_cancelled = False
        self._redirections = Redirections()
        self._reliable = ReliableProvisionals(lambda dialog, prack: self._request(dialog, prack, _ignore))
        self._has_longer_interval = False
        offer_session_timer(invite)
        invite.set_header("Supported", "100rel, timer")
        self._stop_ringing_timer = requester.call_later(ring_timeout_s, self._on_ring_timeout)
        self._send_invite(invite)

    def _send_invite(self, invite: SipRequest) -> None:
        self._invite = invite
        self._has_provisional = False
        self._requester.send_request(invite, self._on_response, memory=self._memory, on_retry=self._on_retry)

    # --- events out ---------------------------------------------------------------------------------------------

    def _emit(self, event: LegEvent) -> None:
        if not self.is_over:
            self._on_event(event)

    def _finish(self, event: LegEvent) -> None:
        """Tell the end, once."""
        self._stop_ringing_timer()
        if self._modifier is not None:
            self._modifier.close()
        if self._transfer is not None:
            self._transfer.close()
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
        """CANCEL before the answer, BYE after it; nothing when it is over. The final event comes before this returns.

        ``by`` goes into the LegEndedEvent of a leg that was up: TIMEOUT when the media stopped.
        """
        self._give_up(LegFailure.CANCELLED, by)

    def _on_ring_timeout(self) -> None:
        self._give_up(LegFailure.NO_ANSWER)

    def _give_up(self, failure: LegFailure, by: EndedBy = EndedBy.LOCAL) -> None:
        if self.is_over:
            return
        if self.is_up and self._dialog is not None:
            self._send_bye(self._dialog)
            self._finish(LegEndedEvent(self.leg_id, by))
            return
        self._is_cancelled = True
        if self._has_provisional:
            self._requester.send_cancel(self._invite)
        self._finish(LegFailedEvent(self.leg_id, failure))

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

    # --- responses to the INVITE --------------------------------------------------------------------------------

    def _on_retry(self, invite: SipRequest) -> bool:
        """The INVITE goes out again with credentials: a new transaction, the same call. Not when the user gave up."""
        if self._is_cancelled:
            return False
        self._invite = invite
        self._has_provisional = False
        return True

    def _on_response(self, response: SipResponse | None, _error: TrunkError | None) -> None:
        if response is None:
            _LOGGER.debug("An INVITE got no answer")
            self._finish(LegFailedEvent(self.leg_id, LegFailure.UNREACHABLE))
            self._settle()
        elif response.status_code < 200:
            self._on_provisional(response)
        elif response.status_code < 300:
            self._on_success(response)
        elif not self._try_differently(response):
            status = response.status_code
            self._finish(LegFailedEvent(self.leg_id, _FAILURES.get(status, LegFailure.UNAVAILABLE), status))
            self._settle()

    def _try_differently(self, response: SipResponse) -> bool:
        """Send the INVITE once more where a refusal says how: at another server (3xx), for a longer interval (RFC 4028)."""
        if self._is_cancelled or self.is_over or self._dialog is not None:
            return False
        if 300 <= response.status_code < 400:
            invite = self._redirections.follow(self._invite, response)
        elif response.status_code == 422 and not self._has_longer_interval:
            invite = self._with_longer_interval(response)
        else:
            invite = None
        if invite is None:
            return False
        self._dialogs.clear()
        self._early_answers.clear()
        self._send_invite(invite)
        return True

    def _with_longer_interval(self, response: SipResponse) -> SipRequest | None:
        interval_s = interval_after_422(response)
        if interval_s is None:
            return None
        self._has_longer_interval = True
        invite = renewed(self._invite)
        offer_session_timer(invite, interval_s)
        return invite

    def _on_provisional(self, response: SipResponse) -> None:
        is_first = not self._has_provisional
        self._has_provisional = True
        if self._is_cancelled:
            # CANCEL may only follow a provisional response (9.1).
            if is_first:
                self._requester.send_cancel(self._invite)
            return
        status = response.status_code
        if status == 100:
            return
        dialog = self._dialog_of(response)
        if dialog is not None and is_reliable(response) and not self._reliable.take(self._invite, dialog, response):
            return
        answer = self._answer_in(response)
        if answer is not None:
            if dialog is not None:
                self._early_answers[dialog.remote_tag] = answer
            if answer != self._answer:
                self._answer = answer
                self._emit(LegEarlyMediaEvent(self.leg_id, answer))
        elif status != self._last_ringing:
            self._last_ringing = status
            self._emit(LegRangEvent(self.leg_id, status))

    def _dialog_of(self, response: SipResponse) -> Dialog | None:
        """The dialog that a response with a To tag belongs to, made when it is the first one (12.1.2)."""
        to_address = response.to_addr
        tag = to_address.tag if to_address is not None else None
        if not tag:
            return None
        if tag not in self._dialogs:
            self._dialogs[tag] = Dialog(self._invite, response, self._memory)
        return self._dialogs[tag]

    def _answer_in(self, response: SipResponse) -> MediaAnswer | None:
        if not has_sdp(response):
            return None
        try:
            return self._sdp.accept_answer(response.text)
        except SdpError:
            _LOGGER.debug("The SDP of a %d cannot be used", response.status_code)
            return None

    def _on_success(self, response: SipResponse) -> None:
        """Take a 2xx, its retransmissions, and those of other forks (13.2.2.4)."""
        dialog = self._dialog_of(response)
        if dialog is None:
            # Without a tag there is no dialog to acknowledge or to end; the far end will give up.
            if self._dialog is None:
                self._finish(LegFailedEvent(self.leg_id, LegFailure.UNAVAILABLE, response.status_code))
                self._settle()
            return
        is_first_of_dialog = dialog.remote_tag not in self._acks
        if is_first_of_dialog:
            dialog.confirm(response)
            self._acks[dialog.remote_tag] = dialog.ack_of(self._invite)
        self._requester.send_ack(self._acks[dialog.remote_tag])
        if self._dialog is None:
            self._dialog = dialog
            self._accept(dialog, response)
        elif is_first_of_dialog:
            # A second phone answered too: one is enough.
            self._send_bye(dialog)

    def _accept(self, dialog: Dialog, response: SipResponse) -> None:
        if self.is_over:
            # The answer crossed our CANCEL: the call is up over there and must be ended (9.1, 15).
            self._send_bye(dialog)
            return
        answer = self._answer_in(response) if response.body else self._early_answers.get(dialog.remote_tag)
        if answer is None:
            self._send_bye(dialog)
            self._finish(LegFailedEvent(self.leg_id, LegFailure.NOT_ACCEPTABLE, response.status_code))
            return
        self._answer = answer
        self._stop_ringing_timer()
        self._modifier = self._modifier_of(dialog)
        self._modifier.confirmed(response)
        self.is_up = True
        self._emit(LegAnsweredEvent(self.leg_id, answer))

    def _modifier_of(self, dialog: Dialog) -> SessionModifier:
        return SessionModifier(
            dialog,
            self._sdp,
            self._requester,
            on_media=self._change_media,
            on_response=self._survives,
            on_dead=self._on_dead,
        )

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

    def send_info_digit(self, digit: str, duration_ms: int = 160) -> None:
        """Press one key by INFO, for far ends without telephone events. Ignored while the leg is not up."""
        if not self.is_up or self._dialog is None:
            return
        info = self._dialog.request("INFO")
        info.set_header("Content-Type", "application/dtmf-relay")
        info.body = f"Signal={digit}\r\nDuration={duration_ms}\r\n".encode()
        self._request(self._dialog, info, self._on_info_response)

    def _on_info_response(self, response: SipResponse | None, _error: TrunkError | None) -> None:
        if response is None or response.status_code >= 200:
            self._survives(response)

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
        to_address, from_address, local = request.to_addr, request.from_addr, self._invite.from_addr
        return (
            to_address is not None
            and from_address is not None
            and local is not None
            and to_address.tag == local.tag
            and from_address.tag in self._dialogs
        )

    def on_request(self, transaction: ServerTransaction) -> None:
        """Answer a request inside a dialog of this leg."""
        request = transaction.request
        from_address = request.from_addr
        dialog = self._dialogs[(from_address.tag if from_address is not None else None) or ""]
        if not dialog.is_in_order(request):
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
            case "BYE":
                self._on_bye(transaction, dialog)
            case "INVITE" | "UPDATE":
                self._on_offer(transaction, dialog)
            case "REFER":
                self._requester.respond(transaction, 603)
            case _:
                self._requester.respond(transaction, 501)

    def _on_bye(self, transaction: ServerTransaction, dialog: Dialog) -> None:
        self._requester.respond(transaction, 200)
        if dialog is self._dialog:
            self._finish(LegEndedEvent(self.leg_id, EndedBy.REMOTE))
            self._settle()

    def _on_offer(self, transaction: ServerTransaction, dialog: Dialog) -> None:
        if self.is_over or (self._dialog is not None and dialog is not self._dialog):
            self._requester.respond(transaction, 481)
        elif self._modifier is not None:
            self._modifier.on_offer(transaction)
        elif transaction.request.method == "UPDATE" and dialog.remote_tag in self._early_answers:
            self._on_early_update(transaction, dialog)
        else:
            # Our offer is not answered yet in this dialog (RFC 3311 section 5.2).
            self._requester.respond(transaction, 491)

    def _on_early_update(self, transaction: ServerTransaction, dialog: Dialog) -> None:
        """The far end changes its early media (RFC 3311)."""
        if not transaction.request.body:
            self._requester.respond(transaction, 200)
            return
        try:
            body, answer = self._sdp.answer(transaction.request.text)
        except SdpError:
            self._requester.respond(transaction, 488)
            return
        dialog.refresh_target(transaction.request)
        self._requester.respond(transaction, 200, body=body)
        self._early_answers[dialog.remote_tag] = self._answer = answer
        self._emit(LegEarlyMediaEvent(self.leg_id, answer))

    def on_ack(self, ack: SipRequest) -> None:
        """The ACK of our answer to a re-INVITE."""
        if self._modifier is not None:
            self._modifier.on_ack(ack)

    def _change_media(self, answer: MediaAnswer) -> None:
        if answer != self._answer:
            self._answer = answer
            self._emit(LegMediaChangedEvent(self.leg_id, answer))

    def abandon(self) -> None:
        """The user agent stops and waits no longer."""
        self._give_up(LegFailure.CANCELLED)
        self._settle()


def _event_of(notify: SipRequest) -> str:
    """Event package of a NOTIFY; ``o`` is the compact form (RFC 6665 section 8.2.1)."""
    return (notify.get_header("Event") or notify.get_header("o") or "").partition(";")[0].strip().lower()


def _ignore(_response: SipResponse | None, _error: TrunkError | None) -> None:
    """A PRACK that gets no answer changes nothing: the far end sends its response again, or gives up."""
