"""Incoming calls (RFC 3261 sections 8.2, 12.1.1 and 13.3): an INVITE that came in, and the leg it becomes when it is answered.

Whether anybody may call at all is decided before (`user_agent`, `peers`). Provisional responses are never reliable ones: a
caller that requires 100rel gets the final answer without any before it, which RFC 3262 section 3 permits. Not done: early media
of ours, redirecting a caller.
"""

from collections.abc import Callable
import logging
from typing import override

from aiosipua.message import SipRequest
from aiosipua.utils import generate_tag

from ..model.call_event import LegAnsweredEvent, LegEvent, LegFailedEvent
from ..model.media_description import MediaAnswer, MediaOffer
from ..model.phase import LegFailure
from .caller_id import caller_of
from .dialog import Dialog
from .dialog_leg import DialogLeg
from .modification import SessionModifier
from .requester import Requester
from .sdp_session import SdpError, SdpSession
from .transaction import ServerTransaction
from .uri import split_uri, uri_in
from .wire import cseq_of, has_sdp

_LOGGER = logging.getLogger(__name__)

_NOT_OWNERS_GLARE_WAIT_S = (0.0, 2.0)
"""The caller owns the Call-ID: of two re-INVITEs that cross, ours may come again sooner (14.1)."""
_ANSWERS = frozenset({"application/sdp", "application/*", "*/*"})
_UNDERSTOOD = frozenset({"timer", "100rel"})


def refusal_of(invite: SipRequest) -> int:
    """Status that an INVITE has to be refused with whoever sent it; 0 when it can be answered (8.2.2)."""
    if split_uri(invite.uri).scheme not in ("sip", "sips"):
        return 416
    if invite.from_addr is None or not invite.from_addr.tag or not uri_in(invite.get_header("Contact") or "").is_sip:
        return 400
    if unsupported(invite):
        return 420
    encoding = (invite.get_header("Content-Encoding") or "identity").lower()
    if invite.body and (not has_sdp(invite) or encoding != "identity"):
        return 415
    accepted = [
        name.partition(";")[0].strip().lower() for name in ",".join(invite.get_header_values("accept")).split(",")
    ]
    return 0 if accepted == [""] or not _ANSWERS.isdisjoint(accepted) else 406


def unsupported(invite: SipRequest) -> list[str]:
    """What the caller requires and this side does not know (8.2.2.3)."""
    return [name for name in invite.get_header_values("require") if name.lower() not in _UNDERSTOOD]


class IncomingCall:
    """A call that rings. Whoever is told of it answers or refuses it; the caller may give up meanwhile (`is_over`)."""

    def __init__(
        self,
        transaction: ServerTransaction,
        requester: Requester,
        on_settled: Callable[[DialogLeg], None],
        prepare: Callable[[MediaOffer], MediaOffer],
    ) -> None:
        """``prepare`` makes of what media can do what the account wants to offer.

        Raises:
            ValueError: no dialog can be made of the INVITE.
        """
        invite = transaction.request
        self.transaction = transaction
        self.call_id = invite.call_id or ""
        self.caller = caller_of(invite)
        """Number or name of the caller as far as the provider tells; empty when it is withheld."""
        self.called = split_uri(invite.uri).user
        self._requester = requester
        self._on_settled = on_settled
        self._prepare = prepare
        self._tag = generate_tag()
        self._to = f"{invite.get_header('To') or ''};tag={self._tag}"
        self.dialog = Dialog.of_incoming(invite, self._to, self._tag)
        self.leg: IncomingLeg | None = None
        self.is_over = False
        self.on_cancelled: Callable[[], None] = lambda: None
        """Called when the caller gives up before the answer."""

    def ring(self) -> None:
        """Say that somebody is being looked for (180)."""
        required = [name.lower() for name in self.transaction.request.get_header_values("require")]
        if not self.is_over and "100rel" not in required:
            self._requester.respond(self.transaction, 180, to_tag=self._tag)

    def refuse(self, status: int) -> None:
        """Nobody takes the call."""
        if not self.is_over:
            self.is_over = True
            self._requester.respond(self.transaction, status, to_tag=self._tag)

    def cancel(self) -> None:
        """The caller gave up (9.2)."""
        if not self.is_over:
            self.refuse(487)
            self.on_cancelled()

    def answer(self, leg_id: str, offer: MediaOffer, on_event: Callable[[LegEvent], None]) -> IncomingLeg:
        """Take the call: the 200 goes out at once, everything else comes through ``on_event``."""
        sdp = SdpSession(self._prepare(offer))
        self.leg = IncomingLeg(leg_id, self, sdp, self._requester, on_event, self._on_settled)
        self.leg.take()
        return self.leg

    def respond(
        self, status: int, body: bytes, headers: tuple[tuple[str, str], ...], on_dead: Callable[[], None]
    ) -> None:
        """Send the final answer."""
        self.is_over = True
        self._requester.respond(
            self.transaction, status, body=body, headers=headers, on_unacknowledged=on_dead, to_tag=self._tag
        )


class IncomingLeg(DialogLeg):
    """A call that was answered by this side. Made by `IncomingCall.answer`."""

    def __init__(
        self,
        leg_id: str,
        call: IncomingCall,
        sdp: SdpSession,
        requester: Requester,
        on_event: Callable[[LegEvent], None],
        on_settled: Callable[[DialogLeg], None],
    ) -> None:
        super().__init__(leg_id, call.call_id, sdp, requester, on_event, on_settled)
        self._call = call
        self._dialog = call.dialog
        self._is_acknowledged = False
        self._is_bye_due = False
        self._awaits_answer = False

    def take(self) -> None:
        """Answer the INVITE (13.3.1.4); one without an offer gets ours, and its answer comes with the ACK (13.2.1)."""
        if self._call.is_over:
            self._fail(LegFailure.CANCELLED)
            return
        invite = self._call.transaction.request
        body, answer = self._sdp.offer(), None
        self._awaits_answer = not invite.body
        if invite.body:
            try:
                body, answer = self._sdp.answer(invite.text)
            except SdpError:
                _LOGGER.debug("The SDP of an incoming call cannot be used")
                self._call.refuse(488)
                self._fail(LegFailure.NOT_ACCEPTABLE)
                return
        self._modifier = self._modifier_of(self._call.dialog)
        headers = (*self._modifier.accepted(invite), ("Supported", "timer"))
        self._call.respond(200, body, headers, self._on_unacknowledged)
        self._call.dialog.is_confirmed = True
        self.is_up = True
        if answer is not None:
            self._be_up(answer)

    def _be_up(self, answer: MediaAnswer) -> None:
        self._answer = answer
        self._emit(LegAnsweredEvent(self.leg_id, answer))

    def _fail(self, failure: LegFailure) -> None:
        self._finish(LegFailedEvent(self.leg_id, failure))
        self._settle()

    def _modifier_of(self, dialog: Dialog) -> SessionModifier:
        return SessionModifier(
            dialog,
            self._sdp,
            self._requester,
            on_media=self._change_media,
            on_response=self._survives,
            on_dead=self._on_dead,
            glare_wait_s=_NOT_OWNERS_GLARE_WAIT_S,
        )

    def _on_unacknowledged(self) -> None:
        """64 T1 without an ACK: BYE (13.3.1.4)."""
        self._is_acknowledged = True
        if self._is_bye_due:
            self._send_bye(self._call.dialog)
        else:
            self._on_dead()

    @override
    def _send_bye(self, dialog: Dialog) -> None:
        """BYE, but not before the ACK (15)."""
        self._is_bye_due = not self._is_acknowledged
        if self._is_acknowledged:
            super()._send_bye(dialog)

    @override
    def _withdraw(self) -> None:
        self._call.refuse(480)
        self._fail(LegFailure.CANCELLED)

    @override
    def matches(self, request: SipRequest) -> bool:
        to_address, from_address, dialog = request.to_addr, request.from_addr, self._call.dialog
        return (
            to_address is not None
            and from_address is not None
            and to_address.tag == dialog.local_tag
            and from_address.tag == dialog.remote_tag
        )

    @override
    def _dialog_for(self, request: SipRequest) -> Dialog | None:
        return self._call.dialog

    @override
    def _on_offer(self, transaction: ServerTransaction, dialog: Dialog) -> None:
        if self.is_over or self._modifier is None:
            self._requester.respond(transaction, 481)
        elif self._awaits_answer:
            # Our offer is not answered yet (RFC 3311 section 5.2, RFC 3261 section 14.2).
            self._requester.respond(transaction, 491)
        else:
            self._modifier.on_offer(transaction)

    @override
    def on_ack(self, ack: SipRequest) -> None:
        if cseq_of(ack) != cseq_of(self._call.transaction.request):
            super().on_ack(ack)
            return
        self._is_acknowledged = True
        if self._is_bye_due:
            self._send_bye(self._call.dialog)
        elif self._awaits_answer and not self.is_over:
            self._awaits_answer = False
            self._take_answer(ack)

    def _take_answer(self, ack: SipRequest) -> None:
        try:
            answer = self._sdp.accept_answer(ack.text if has_sdp(ack) else "")
        except SdpError:
            self.hang_up()
        else:
            self._be_up(answer)
