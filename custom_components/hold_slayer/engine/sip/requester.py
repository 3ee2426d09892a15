"""What a leg needs of its user agent: the border that lets a leg be tested without sockets and clocks."""

from collections.abc import Callable
from typing import Protocol

from aiosipua.message import SipRequest

from .auth import ChallengeMemory
from .transaction import ServerTransaction
from .transaction_layer import OnResponse


class Requester(Protocol):
    """Sends, answers and wakes."""

    def send_request(
        self,
        request: SipRequest,
        on_response: OnResponse,
        *,
        memory: ChallengeMemory | None = None,
        on_retry: Callable[[SipRequest], bool] | None = None,
    ) -> None:
        """Send with Via and Contact, answer digest challenges, report responses; (None, error) when nothing came.

        ``on_retry`` is shown the request with credentials before it goes out again; False holds it back, and the challenge
        is reported as it is. Nothing is called back before this returns.
        """
        ...

    def send_cancel(self, invite: SipRequest) -> None:
        """CANCEL the INVITE that is under way; (None, error) follows for it when no final response comes either."""
        ...

    def send_ack(self, ack: SipRequest) -> None:
        """Send the ACK of a 2xx, or the same again: a transaction of its own, never answered."""
        ...

    def respond(
        self,
        transaction: ServerTransaction,
        status: int,
        *,
        body: bytes = b"",
        headers: tuple[tuple[str, str], ...] = (),
        on_unacknowledged: Callable[[], None] | None = None,
        to_tag: str = "",
    ) -> None:
        """Answer a request; ``body`` is SDP, ``to_tag`` this side's in a dialog that the request begins."""
        ...

    def call_later(self, delay_s: float, callback: Callable[[], None]) -> Callable[[], None]:
        """Run ``callback`` later; returns how to prevent it."""
        ...
