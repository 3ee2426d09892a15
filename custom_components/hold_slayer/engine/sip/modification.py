"""Changing a session that is up (RFC 3261 section 14, RFC 3311): re-INVITE and UPDATE, ours and theirs.

A refused change leaves the session as it was (14.1). Two re-INVITEs that cross are sorted out by 491 and a random wait. Both
carry the session timer (RFC 4028). Not done: rolling back a change that was refused with an early answer; our own UPDATE with SDP.
"""

from collections.abc import Callable
from dataclasses import dataclass
from functools import partial
import logging
import random

from aiosipua.message import SipRequest, SipResponse

from ..model.media_description import Direction, MediaAnswer
from .dialog import Dialog
from .errors import TrunkError
from .requester import Requester
from .sdp_session import SdpError, SdpSession
from .session_timer import SessionTimer
from .transaction import ServerTransaction
from .wire import SDP_TYPE, cseq_of, has_sdp

_LOGGER = logging.getLogger(__name__)

_GLARE_WAIT_S = (2.1, 4.0)
"""We own the Call-ID: wait between these (14.1)."""
_MAX_GLARES = 5


@dataclass(slots=True)
class _Change:
    """One re-INVITE of ours."""

    direction: Direction
    request: SipRequest
    ack: SipRequest | None = None


class SessionModifier:
    """Offers and answers inside one confirmed dialog."""

    def __init__(
        self,
        dialog: Dialog,
        sdp: SdpSession,
        requester: Requester,
        *,
        on_media: Callable[[MediaAnswer], None],
        on_response: Callable[[SipResponse | None], bool],
        on_dead: Callable[[], None],
        glare_wait_s: tuple[float, float] = _GLARE_WAIT_S,
    ) -> None:
        """Made when the dialog is confirmed.

        ``on_response`` sees every final refusal of ours and says whether the dialog lives on; ``on_dead`` is called when our
        answer to a re-INVITE was never acknowledged.
        """
        self._dialog = dialog
        self._sdp = sdp
        self._requester = requester
        self._on_media = on_media
        self._on_response = on_response
        self._on_dead = on_dead
        self._glare_wait_s = glare_wait_s
        self._ours: _Change | None = None
        self._theirs: ServerTransaction | None = None
        self._theirs_awaits_answer = False
        self._wanted: Direction | None = None
        self._agreed_direction = sdp.direction
        self._glares = 0
        self._stop_waiting: Callable[[], None] | None = None
        self._is_closed = False
        self._takes_update = False
        self._is_refresh_due = False
        self.timer = SessionTimer(requester.call_later, refresh=self._refresh, expire=on_dead)

    def confirmed(self, response: SipResponse) -> None:
        """The 2xx that confirmed the dialog: what the far end takes, and when the session expires."""
        self._takes_update = "UPDATE" in (name.upper() for name in response.get_header_values("allow"))
        self.timer.on_response(response)

    def accepted(self, invite: SipRequest) -> tuple[tuple[str, str], ...]:
        """The far end's INVITE that this side is accepting: the headers of its 2xx about the session's expiry."""
        self._takes_update = "UPDATE" in (name.upper() for name in invite.get_header_values("allow"))
        return self.timer.on_request(invite)

    # --- ours ---------------------------------------------------------------------------------------------------

    def set_direction(self, direction: Direction) -> None:
        """Offer another direction (hold, resume); the last wish counts when several come while one is under way."""
        self._wanted = direction
        self._glares = 0
        self._offer_if_free()

    def _offer_if_free(self) -> None:
        is_busy = self._ours is not None or self._theirs is not None or self._stop_waiting is not None
        is_change = self._wanted is not None and self._wanted is not self._agreed_direction
        if self._is_closed or is_busy or not (is_change or self._is_refresh_due):
            return
        self._is_refresh_due = False
        direction = self._wanted or self._agreed_direction
        self._sdp.direction = direction
        invite = self._dialog.request("INVITE")
        self.timer.stamp(invite)
        invite.set_header("Content-Type", SDP_TYPE)
        invite.body = self._sdp.offer()
        change = self._ours = _Change(direction, invite)
        self._requester.send_request(
            invite,
            partial(self._on_answer, change),
            memory=self._dialog.memory,
            on_retry=partial(self._on_retry, change),
        )

    def _on_retry(self, change: _Change, invite: SipRequest) -> bool:
        if self._is_closed:
            return False
        change.request = invite
        self._dialog.retried(invite)
        return True

    def _on_answer(self, change: _Change, response: SipResponse | None, _error: TrunkError | None) -> None:
        if response is not None and response.status_code < 200:
            return
        if response is not None and response.status_code < 300:
            self._accept(change, response)
        else:
            self._restore(response)

    def _accept(self, change: _Change, response: SipResponse) -> None:
        if change.ack is not None:
            self._requester.send_ack(change.ack)
            return
        self._dialog.refresh_target(response)
        self.timer.on_response(response)
        change.ack = self._dialog.ack_of(change.request)
        self._requester.send_ack(change.ack)
        self._ours = None
        self._agreed_direction = change.direction
        if not self._is_closed:
            self._take(response.text if has_sdp(response) else "")
            self._offer_if_free()

    def _restore(self, response: SipResponse | None) -> None:
        self._ours = None
        self._sdp.direction = self._agreed_direction
        if self._is_closed or not self._on_response(response):
            return
        if response is not None and response.status_code == 491 and self._glares < _MAX_GLARES:
            self._glares += 1
            self._is_refresh_due = self._wanted in (None, self._agreed_direction)
            self._stop_waiting = self._requester.call_later(random.uniform(*self._glare_wait_s), self._try_again)
            return
        _LOGGER.debug("The far end refuses a change of the session; it stays as it was")
        self._wanted = None

    def _refresh(self) -> None:
        """Keep the session from expiring (RFC 4028 section 7.4): UPDATE disturbs nothing; not everybody takes it."""
        if self._takes_update:
            update = self._dialog.request("UPDATE")
            self.timer.stamp(update)
            self._requester.send_request(
                update, self._on_refreshed, memory=self._dialog.memory, on_retry=self._on_update_retry
            )
        else:
            self._is_refresh_due = True
            self._offer_if_free()

    def _on_update_retry(self, update: SipRequest) -> bool:
        self._dialog.retried(update)
        return not self._is_closed

    def _on_refreshed(self, response: SipResponse | None, _error: TrunkError | None) -> None:
        if self._is_closed or (response is not None and response.status_code < 200):
            return
        if response is not None and response.status_code < 300:
            self._dialog.refresh_target(response)
            self.timer.on_response(response)
        else:
            # Refused otherwise than for good: the watchdog decides when the interval is over.
            self._on_response(response)

    def _try_again(self) -> None:
        self._stop_waiting = None
        self._offer_if_free()

    def _take(self, body: str) -> None:
        try:
            answer = self._sdp.accept_answer(body)
        except SdpError:
            _LOGGER.debug("The far end's answer cannot be used; the session stays as it was")
        else:
            self._on_media(answer)

    # --- theirs -------------------------------------------------------------------------------------------------

    def on_offer(self, transaction: ServerTransaction) -> None:
        """Answer their re-INVITE or UPDATE (14.2; RFC 3311 section 5.2)."""
        request = transaction.request
        if self._ours is not None:
            self._requester.respond(transaction, 491)
        elif self._theirs is not None:
            self._requester.respond(transaction, 500, headers=(("Retry-After", str(random.randint(1, 10))),))
        elif not request.body:
            self._dialog.refresh_target(request)
            self._theirs_awaits_answer = request.method == "INVITE"
            # An UPDATE without SDP only refreshes the session (RFC 4028); a re-INVITE without one wants our offer.
            self._respond(transaction, self._sdp.offer() if self._theirs_awaits_answer else b"")
        else:
            self._answer(transaction)

    def _answer(self, transaction: ServerTransaction) -> None:
        request = transaction.request
        try:
            if not has_sdp(request):
                raise SdpError("no SDP")
            body, answer = self._sdp.answer(request.text)
        except SdpError:
            self._requester.respond(transaction, 488)
            return
        self._dialog.refresh_target(request)
        self._respond(transaction, body)
        self._on_media(answer)

    def _respond(self, transaction: ServerTransaction, body: bytes) -> None:
        is_invite = transaction.request.method == "INVITE"
        self._theirs = transaction if is_invite else None
        on_dead = self._on_dead if is_invite else None
        headers = self.timer.on_request(transaction.request)
        self._requester.respond(transaction, 200, body=body, headers=headers, on_unacknowledged=on_dead)

    def on_ack(self, ack: SipRequest) -> None:
        """The ACK of our 2xx to a re-INVITE; it carries the answer when the re-INVITE had no offer (14.2)."""
        if self._theirs is None or cseq_of(ack) != cseq_of(self._theirs.request):
            return
        self._theirs = None
        if self._theirs_awaits_answer:
            self._theirs_awaits_answer = False
            self._take(ack.text if has_sdp(ack) else "")
        self._offer_if_free()

    def close(self) -> None:
        """The session is over: nothing is offered any more; a 2xx still under way is acknowledged."""
        self._is_closed = True
        self.timer.close()
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None
