"""One outgoing leg: an INVITE, the dialogs it makes, and their end (RFC 3261 sections 9, 13, 14 and 15).

At most one final event: LegFailedEvent or LegEndedEvent, told as soon as it is certain for the caller; what the protocol still
owes (CANCEL, the ACK and BYE of an answer that crossed it, BYE with digest) goes on behind it until `is_settled`. Not done:
100rel (not offered), session timers as refresher (refreshes of the far end are answered), 3xx redirection, REFER.
"""

from collections.abc import Callable
import logging
from typing import Protocol

from aiosipua.message import SipRequest, SipResponse

from ..model.call_event import (
    LegAnsweredEvent,
    LegEarlyMediaEvent,
    LegEndedEvent,
    LegEvent,
    LegFailedEvent,
    LegMediaChangedEvent,
    LegRangEvent,
)
from ..model.media_description import MediaAnswer
from ..model.phase import EndedBy, LegFailure
from .dialog import Dialog
from .errors import TrunkError
from .sdp_session import CONTENT_TYPE, SdpError, SdpSession
from .transaction import ServerTransaction

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
    487: LegFailure.CANCELLED,
    488: LegFailure.NOT_ACCEPTABLE,
    600: LegFailure.BUSY,
    603: LegFailure.DECLINED,
    604: LegFailure.NOT_FOUND,
    606: LegFailure.NOT_ACCEPTABLE,
}

OnResponse = Callable[[SipResponse | None, TrunkError | None], None]


class Requester(Protocol):
    """What a leg needs of the user agent."""

    def send_request(self, request: SipRequest, on_response: OnResponse) -> None:
        """Send with Via, answer digest challenges, report responses; (None, error) when nothing came."""
        ...

    def send_cancel(self, invite: SipRequest) -> None:
        """CANCEL the INVITE that is under way."""
        ...

    def send_ack(self, ack: SipRequest) -> None:
        """Send the ACK of a 2xx: a transaction of its own, never answered."""
        ...

    def respond(
        self, transaction: ServerTransaction, status: int, reason: str, *, body: bytes = b"", contact: bool = False
    ) -> None:
        """Answer a request."""
        ...

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Run ``callback`` later; returns how to prevent it."""
        ...

    def leg_settled(self, leg: Leg) -> None:
        """Nothing of the leg is under way any more."""
        ...


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
    ) -> None:
        self.leg_id = leg_id
        self.call_id = invite.call_id or ""
        self.invite = invite
        self._sdp = sdp
        self._requester = requester
        self._on_event = on_event
        self._dialog: Dialog | None = None
        self._ack: SipRequest | None = None
        self._forks: dict[str, SipRequest] = {}
        self._answer: MediaAnswer | None = None
        self._has_provisional = False
        self._is_cancelled = False
        self._has_final = False
        self._pending_offer: ServerTransaction | None = None
        self.is_up = False
        self.is_over = False
        self.is_settled = False
        self._stop_ringing_timer = requester.call_later(ring_timeout_s, self._on_ring_timeout)
        requester.send_request(invite, self._on_response)

    # --- events out ---------------------------------------------------------------------------------------------

    def _emit(self, event: LegEvent) -> None:
        if not self.is_over:
            self._on_event(event)

    def _finish(self, event: LegEvent) -> None:
        self._stop_ringing_timer()
        if not self.is_over:
            self.is_up = False
            self._on_event_once(event)

    def _on_event_once(self, event: LegEvent) -> None:
        self.is_over = True
        self._on_event(event)

    def _settle(self) -> None:
        if not self.is_settled:
            self.is_settled = True
            self._requester.leg_settled(self)

    # --- ending -------------------------------------------------------------------------------------------------

    def hang_up(self) -> None:
        """CANCEL before the answer, BYE after it; nothing when it is over. The final event comes at once."""
        self._give_up(LegFailure.CANCELLED)

    def _on_ring_timeout(self) -> None:
        self._give_up(LegFailure.NO_ANSWER)

    def _give_up(self, failure: LegFailure) -> None:
        if self.is_over:
            return
        if self.is_up:
            self._send_bye()
            self._finish(LegEndedEvent(self.leg_id, EndedBy.LOCAL))
            return
        self._is_cancelled = True
        if self._has_provisional and not self._has_final:
            self._requester.send_cancel(self.invite)
        self._finish(LegFailedEvent(self.leg_id, failure))

    def _send_bye(self) -> None:
        if self._dialog is not None:
            self._requester.send_request(self._dialog.request("BYE"), lambda _response, _error: self._settle())

    # --- responses to the INVITE --------------------------------------------------------------------------------

    def retried(self, invite: SipRequest) -> None:
        """The INVITE went out again with credentials: a new transaction, the same call."""
        self.invite = invite
        self._has_provisional = False

    def used_cseq(self, number: int) -> None:
        """A request inside the dialog was sent again with this number."""
        if self._dialog is not None:
            self._dialog.local_cseq = max(self._dialog.local_cseq, number)

    def _on_response(self, response: SipResponse | None, _error: TrunkError | None) -> None:
        if response is None:
            self._has_final = True
            _LOGGER.debug("An INVITE got no answer")
            self._finish(LegFailedEvent(self.leg_id, LegFailure.UNREACHABLE))
            self._settle()
        elif response.status_code < 200:
            self._on_provisional(response)
        elif response.status_code < 300:
            self.on_success(response)
        else:
            self._has_final = True
            status = response.status_code
            failure = _FAILURES.get(status, LegFailure.UNAVAILABLE)
            self._finish(LegFailedEvent(self.leg_id, failure, status))
            self._settle()

    def _on_provisional(self, response: SipResponse) -> None:
        is_first = not self._has_provisional
        self._has_provisional = True
        if self._is_cancelled:
            # CANCEL may only follow a provisional response (9.1).
            if is_first:
                self._requester.send_cancel(self.invite)
            return
        if response.status_code == 100:
            return
        answer = self._early_answer(response)
        if answer is not None:
            if answer != self._answer:
                self._answer = answer
                self._emit(LegEarlyMediaEvent(self.leg_id, answer))
        else:
            self._emit(LegRangEvent(self.leg_id, response.status_code))

    def _early_answer(self, response: SipResponse) -> MediaAnswer | None:
        if (response.content_type or "").partition(";")[0].strip().lower() != CONTENT_TYPE or not response.body:
            return None
        try:
            return self._sdp.accept_answer(response.text)
        except SdpError:
            return None

    def on_success(self, response: SipResponse) -> None:
        """Take a 2xx, its retransmissions, and those of other forks (13.2.2.4)."""
        to_address = response.to_addr
        tag = to_address.tag if to_address is not None else None
        if not tag:
            return
        if self._dialog is None:
            self._has_final = True
            self._accept(response)
        elif tag == self._dialog.remote_tag:
            if self._ack is not None:
                self._requester.send_ack(self._ack)
        else:
            self._refuse_fork(tag, response)

    def _accept(self, response: SipResponse) -> None:
        dialog = self._dialog = Dialog(self.invite, response)
        self._acknowledge(dialog)
        if self._is_cancelled:
            # The answer crossed our CANCEL: the call is up over there and must be ended (9.1, 15).
            self._send_bye()
            return
        answer = self._early_answer(response) if response.body else self._answer
        if answer is None:
            self._send_bye()
            self._finish(LegFailedEvent(self.leg_id, LegFailure.NOT_ACCEPTABLE, response.status_code))
            return
        self._answer = answer
        self._stop_ringing_timer()
        self.is_up = True
        self._emit(LegAnsweredEvent(self.leg_id, answer))

    def _acknowledge(self, dialog: Dialog) -> None:
        self._ack = self._build_ack(dialog)
        self._requester.send_ack(self._ack)

    def _build_ack(self, dialog: Dialog) -> SipRequest:
        """ACK of a 2xx: the INVITE's number and credentials, the dialog's route and target."""
        ack = dialog.request("ACK")
        cseq = self.invite.cseq
        ack.set_header("CSeq", f"{cseq.seq if cseq else 1} ACK")
        for name in ("Authorization", "Proxy-Authorization"):
            for value in self.invite.get_header_values(name):
                ack.add_header(name, value)
        return ack

    def _refuse_fork(self, tag: str, response: SipResponse) -> None:
        """A second phone answered too: acknowledge it with its own tag, then end it."""
        if tag in self._forks:
            self._requester.send_ack(self._forks[tag])
            return
        fork = Dialog(self.invite, response)
        self._forks[tag] = self._build_ack(fork)
        self._requester.send_ack(self._forks[tag])
        self._requester.send_request(fork.request("BYE"), lambda _response, _error: None)

    # --- requests of the far end --------------------------------------------------------------------------------

    def matches(self, request: SipRequest) -> bool:
        """True when an in-dialog request belongs to this leg's dialog."""
        to_address, from_address = request.to_addr, request.from_addr
        local = self.invite.from_addr
        return (
            self._dialog is not None
            and to_address is not None
            and from_address is not None
            and local is not None
            and to_address.tag == local.tag
            and from_address.tag == self._dialog.remote_tag
        )

    def on_request(self, transaction: ServerTransaction) -> None:
        """Answer a request inside the dialog."""
        request = transaction.request
        if self._dialog is None or not self._dialog.is_in_order(request):
            self._requester.respond(transaction, 500, "Server Internal Error")
            return
        match request.method:
            case "BYE":
                self._requester.respond(transaction, 200, "OK")
                self._finish(LegEndedEvent(self.leg_id, EndedBy.REMOTE))
                self._settle()
            case "INVITE" | "UPDATE":
                self._on_offer(transaction)
            case "OPTIONS" | "INFO" | "NOTIFY" | "MESSAGE":
                self._requester.respond(transaction, 200, "OK")
            case "REFER":
                self._requester.respond(transaction, 603, "Decline")
            case "CANCEL":
                self._requester.respond(transaction, 200, "OK")
            case _:
                self._requester.respond(transaction, 501, "Not Implemented")

    def _on_offer(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        if self.is_over or self._dialog is None:
            self._requester.respond(transaction, 481, "Call/Transaction Does Not Exist")
            return
        if not request.body:
            if request.method == "UPDATE":
                # A session refresh without SDP (RFC 3311, RFC 4028).
                self._requester.respond(transaction, 200, "OK", contact=True)
                return
            self._pending_offer = transaction
            self._dialog.refresh_target(request)
            self._requester.respond(transaction, 200, "OK", body=self._sdp.offer(), contact=True)
            return
        try:
            body, answer = self._sdp.answer(request.text)
        except SdpError:
            self._requester.respond(transaction, 488, "Not Acceptable Here")
            return
        self._dialog.refresh_target(request)
        self._requester.respond(transaction, 200, "OK", body=body, contact=True)
        self._change_media(answer)

    def on_ack(self, ack: SipRequest) -> None:
        """The ACK of our 2xx to a re-INVITE; it carries the answer when the re-INVITE had no offer (14.2)."""
        if self._pending_offer is not None and ack.body:
            try:
                self._change_media(self._sdp.accept_answer(ack.text))
            except SdpError:
                _LOGGER.debug("The answer in an ACK cannot be used")
        self._pending_offer = None

    def _change_media(self, answer: MediaAnswer) -> None:
        if answer != self._answer:
            self._answer = answer
            self._emit(LegMediaChangedEvent(self.leg_id, answer))

    def abandon(self) -> None:
        """The user agent stops and waits no longer."""
        self._stop_ringing_timer()
        self._finish(LegEndedEvent(self.leg_id, EndedBy.LOCAL))
        self._settle()
