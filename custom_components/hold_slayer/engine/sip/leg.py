"""One outgoing leg: an INVITE and the dialogs it makes until one is up (RFC 3261 sections 9 and 13).

Behind the final event the protocol may still owe something: CANCEL, the ACK and BYE of an answer that crossed it.
"""

from collections.abc import Callable
import logging
from typing import override

from aiosipua.message import SipRequest, SipResponse

from ..model.call_event import (
    LegAnsweredEvent,
    LegEarlyMediaEvent,
    LegEndedEvent,
    LegEvent,
    LegFailedEvent,
    LegRangEvent,
)
from ..model.media_description import MediaAnswer
from ..model.phase import LegFailure
from .auth import ChallengeMemory
from .dialog import Dialog
from .dialog_leg import DialogLeg
from .errors import TrunkError
from .modification import SessionModifier
from .redirection import Redirections, renewed
from .reliable import ReliableProvisionals, is_reliable
from .requester import Requester
from .sdp_session import SdpError, SdpSession
from .session_timer import interval_after_422, offer_session_timer
from .transaction import ServerTransaction
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


class Leg(DialogLeg):
    """See the module's text. Made by `UserAgent.dial`."""

    def __init__(
        self,
        leg_id: str,
        invite: SipRequest,
        sdp: SdpSession,
        requester: Requester,
        on_event: Callable[[LegEvent], None],
        ring_timeout_s: float,
        on_settled: Callable[[DialogLeg], None] = lambda _leg: None,
    ) -> None:
        super().__init__(leg_id, invite.call_id or "", sdp, requester, on_event, on_settled)
        self._invite = invite
        self._memory = ChallengeMemory()
        self._dialogs: dict[str, Dialog] = {}
        self._early_answers: dict[str, MediaAnswer] = {}
        self._acks: dict[str, SipRequest] = {}
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

    # --- ending -------------------------------------------------------------------------------------------------

    @override
    def _finish(self, event: LegFailedEvent | LegEndedEvent) -> None:
        self._stop_ringing_timer()
        super()._finish(event)

    @override
    def _withdraw(self) -> None:
        self._give_up(LegFailure.CANCELLED)

    def _on_ring_timeout(self) -> None:
        if not self.is_up and not self.is_over:
            self._give_up(LegFailure.NO_ANSWER)

    def _give_up(self, failure: LegFailure) -> None:
        self._is_cancelled = True
        if self._has_provisional:
            self._requester.send_cancel(self._invite)
        self._finish(LegFailedEvent(self.leg_id, failure))

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

    # --- requests of the far end --------------------------------------------------------------------------------

    @override
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

    @override
    def _dialog_for(self, request: SipRequest) -> Dialog | None:
        from_address = request.from_addr
        return self._dialogs.get((from_address.tag if from_address is not None else None) or "")

    @override
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


def _ignore(_response: SipResponse | None, _error: TrunkError | None) -> None:
    """A PRACK that gets no answer changes nothing: the far end sends its response again, or gives up."""
