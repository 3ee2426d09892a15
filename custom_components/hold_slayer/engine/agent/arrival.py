"""Calls that come in: for whom they are, and a trunk that answers one of them where another would dial."""

from collections.abc import Callable
from dataclasses import dataclass

from ..model import call_event as ev
from ..model.call_brief import CallBrief
from ..model.media_description import DtmfMode, MediaOffer, SrtpMode
from ..model.phase import LegFailure
from ..model.phone_number import DialTarget
from ..sip.user_agent import IncomingCall, UserAgent
from .leg import LegHandle


@dataclass(frozen=True, slots=True)
class Visitor:
    """Who calls. Both are data of the far end; ``host`` is one that may call, ``number`` what it says."""

    number: str
    """As the provider asserts it, else as From says; empty when it is withheld."""
    host: str
    """IP address of the server or peer that the call comes from."""


Doorman = Callable[[Visitor], CallBrief | None]
"""Says what a call that comes in is for; None: it is not for us."""


class AnsweringTrunk:
    """The account's trunk for one call: its far leg is the call that came in, the user's legs are dialled as ever."""

    def __init__(self, trunk: UserAgent, incoming: IncomingCall) -> None:
        self._trunk = trunk
        self._incoming = incoming

    @property
    def local_address(self) -> str:
        """See `TrunkHandle`."""
        return self._trunk.local_address

    @property
    def srtp(self) -> SrtpMode:
        """See `TrunkHandle`."""
        return self._trunk.srtp

    @property
    def dtmf(self) -> DtmfMode:
        """See `TrunkHandle`."""
        return self._trunk.dtmf

    @property
    def has_free_line(self) -> bool:
        """See `TrunkHandle`."""
        return self._trunk.has_free_line

    def dial(
        self, leg_id: str, target: DialTarget, offer: MediaOffer, on_event: Callable[[ev.LegEvent], None]
    ) -> LegHandle:
        """Answer the call that came in, or dial a leg of the user's."""
        if leg_id == ev.FAR_LEG:
            return self._trunk.answer(self._incoming, leg_id, offer, on_event)
        return self._trunk.dial(leg_id, target, offer, on_event)

    def uri_for(self, target: DialTarget) -> str:
        """See `TrunkHandle`."""
        return self._trunk.uri_for(target)

    def watch(self, post: Callable[[ev.CallEvent], None]) -> None:
        """Tell when the caller gives up before the answer."""
        self._incoming.on_cancelled = lambda: post(ev.LegFailedEvent(ev.FAR_LEG, LegFailure.CANCELLED))

    def release(self) -> None:
        """The call is over; one that was never answered is refused."""
        self._incoming.refuse(480)
