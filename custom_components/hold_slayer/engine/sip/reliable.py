"""Reliable provisional responses (RFC 3262), the caller's side: each one is acknowledged by PRACK, once and in order.

Providers that insist on 100rel fail calls whose caller does not offer it. An offer in a reliable response (after an INVITE with an
offer, only in answer to a PRACK with one) is never made by this side, so it is not expected either.
"""

from collections.abc import Callable

from aiosipua.message import SipRequest, SipResponse

from .dialog import Dialog
from .wire import cseq_of


def is_reliable(response: SipResponse) -> bool:
    """True for a provisional response above 100 that requires 100rel and has a number (section 3)."""
    required = [name.lower() for name in response.get_header_values("require")]
    return 100 < response.status_code < 200 and "100rel" in required and _rseq_of(response) is not None


class ReliableProvisionals:
    """Keeps each dialog's last RSeq and sends the PRACKs of one INVITE."""

    def __init__(self, send: Callable[[Dialog, SipRequest], None]) -> None:
        self._send = send
        self._last: dict[str, int] = {}

    def take(self, invite: SipRequest, dialog: Dialog, response: SipResponse) -> bool:
        """Acknowledge ``response``; False when it must not be looked at: a repetition, or one that came too early (section 4)."""
        rseq = _rseq_of(response)
        if rseq is None:
            return False
        last = self._last.get(dialog.remote_tag)
        if last is not None and rseq != last + 1:
            return False
        self._last[dialog.remote_tag] = rseq
        prack = dialog.request("PRACK")
        prack.set_header("RAck", f"{rseq} {cseq_of(invite)} INVITE")
        self._send(dialog, prack)
        return True


def _rseq_of(response: SipResponse) -> int | None:
    text = (response.get_header("RSeq") or "").strip()
    if not text.isascii() or not text.isdecimal() or len(text) > 10:
        return None
    return int(text) if 0 < int(text) < 2**32 else None
