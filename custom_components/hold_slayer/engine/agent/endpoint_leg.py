"""The user at a place that is no telephone: rung and hung up like a leg, with the same events, and joined by the same bridge."""

import asyncio
from collections.abc import Callable
import logging

from ..media.endpoint import EndpointMedia
from ..model import call_event as ev
from ..model.call_brief import HandOverTarget, TargetKind
from ..model.phase import EndedBy, LegFailure
from ..ports import EndpointAnswer, ServiceError, UserEndpoint

_LOGGER = logging.getLogger(__name__)

type OpenEndpoint = Callable[[HandOverTarget, str], UserEndpoint | None]
"""Makes an endpoint for one attempt to ring ``target`` for the call with this id; None: nobody is there to be rung."""

_FAILURES = {
    EndpointAnswer.DECLINED: LegFailure.DECLINED,
    EndpointAnswer.TIMEOUT: LegFailure.NO_ANSWER,
    EndpointAnswer.UNAVAILABLE: LegFailure.UNAVAILABLE,
}


class EndpointDirectory:
    """Who opens endpoints, by kind of target."""

    def __init__(self) -> None:
        self._openers: dict[TargetKind, OpenEndpoint] = {}

    def register(self, kind: TargetKind, opener: OpenEndpoint) -> Callable[[], None]:
        """Let ``opener`` ring targets of ``kind``; returns how to take that back. The last one registered counts."""
        self._openers[kind] = opener

        def unregister() -> None:
            if self._openers.get(kind) is opener:
                del self._openers[kind]

        return unregister

    def open(self, target: HandOverTarget, call_id: str) -> UserEndpoint | None:
        """See `OpenEndpoint`; None also when nobody knows this kind."""
        opener = self._openers.get(target.kind)
        return opener(target, call_id) if opener is not None else None


class EndpointLeg:
    """One attempt and its talk. At most one final event, as with a leg of SIP."""

    def __init__(
        self,
        leg_id: str,
        endpoint: UserEndpoint,
        on_event: Callable[[ev.LegEvent], None],
        slot_s: float = 0.0,
    ) -> None:
        """``slot_s``: as in `MediaSession.bind`."""
        self.media: EndpointMedia | None = None
        self._leg_id = leg_id
        self._endpoint = endpoint
        self._slot_s = slot_s
        self._on_event = on_event
        self._ringing: asyncio.Task[EndpointAnswer] | None = None
        self._over = asyncio.Event()

    async def ring(self, ring_s: float) -> None:
        """Ring, and tell what came of it."""
        self._on_event(ev.LegRangEvent(self._leg_id))
        if self._over.is_set():
            return
        self._ringing = asyncio.ensure_future(self._endpoint.ring(ring_s))
        try:
            answer = await self._ringing
        except ServiceError as err:
            _LOGGER.warning("%s cannot be rung: %s", self._endpoint.name, err)
            answer = EndpointAnswer.UNAVAILABLE
        except asyncio.CancelledError:
            if self._over.is_set() and (task := asyncio.current_task()) is not None and not task.cancelling():
                return
            raise
        if self._over.is_set():
            return
        if answer is EndpointAnswer.ACCEPTED:
            self.media = EndpointMedia(self._endpoint, self._on_hung_up, self._slot_s)
            self._on_event(ev.EndpointAcceptedEvent(self._leg_id))
        else:
            self._finish(ev.LegFailedEvent(self._leg_id, _FAILURES[answer]))

    def hang_up(self, by: EndedBy = EndedBy.LOCAL) -> None:
        """Stop ringing or end the talk; nothing when it is over. The final event names ``by``."""
        if self._over.is_set():
            return
        was_up = self.media is not None
        if self._ringing is not None:
            self._ringing.cancel()
        self._endpoint.hang_up()
        self._finish(
            ev.LegEndedEvent(self._leg_id, by) if was_up else ev.LegFailedEvent(self._leg_id, LegFailure.CANCELLED)
        )

    @property
    def replaces_uri(self) -> str:
        """Nothing can take our place in it."""
        return ""

    def refer_to(self, uri: str, *, limit_s: float = 60.0) -> bool:
        """It cannot be sent elsewhere."""
        return False

    def check_alive(self, on_alive: Callable[[], None], *, limit_s: float = 4.0) -> None:
        """Whoever made the endpoint tells when the user has gone."""

    def send_info_keys(self, keys: str, on_done: Callable[[], None]) -> bool:
        """Nobody there takes keys."""
        return False

    def _on_hung_up(self) -> None:
        self._finish(ev.LegEndedEvent(self._leg_id, EndedBy.REMOTE))

    def _finish(self, event: ev.LegEvent) -> None:
        if self._over.is_set():
            return
        self._over.set()
        if self.media is not None:
            self.media.close()
        self._on_event(event)
