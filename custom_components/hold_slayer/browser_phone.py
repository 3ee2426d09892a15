"""The user's telephone in the browser: it rings in every open card of those who may control the account, the first to accept talks.

`BrowserPhone` opens the engine's endpoints (`ports.UserEndpoint`) for one account, `websocket_talk` lets connections take them. A
talk whose connection breaks waits `GRACE_S` for its user: they, or another card of somebody who may, go on with it.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass, field
import time
from typing import Any, Final, Protocol
import uuid

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HassJob, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_call_later
from homeassistant.util.hass_dict import HassKey

from .const import DOMAIN, SIGNAL_BROWSER
from .engine.model.call_brief import HandOverTarget, TargetKind
from .engine.ports import EndpointAnswer
from .permissions import may

GRACE_S: Final = 15.0
"""So long the company's side stays joined with silence when the browser's connection has broken."""


_WATCHERS: HassKey[list[ActiveConnection]] = HassKey(f"{DOMAIN}_watchers")
"""Connections with an open card, once for each card."""


@callback
def watch(hass: HomeAssistant, connection: ActiveConnection) -> Callable[[], None]:
    """A card is open in this connection; returns how to take that back."""
    watchers = hass.data.setdefault(_WATCHERS, [])
    watchers.append(connection)
    return lambda: watchers.remove(connection)


class TalkError(Exception):
    """Cannot talk now; the text is a code for the card: ``taken`` or ``busy``."""


class Talker(Protocol):
    """The browser's side of a talk: one subscription of one connection."""

    @property
    def is_alive(self) -> bool:
        """Whether frames have come lately; a connection may be dead long before anybody notices."""
        ...

    def hear(self, pcm: bytes) -> None:
        """Take 20 ms of the company's side (320 bytes)."""
        ...

    def over(self) -> None:
        """The talk has ended on the other side."""
        ...


@dataclass(slots=True)
class BrowserEndpoint:
    """One attempt to ring the user in their browsers and the talk that comes of it: a `ports.UserEndpoint`."""

    phone: BrowserPhone
    call_id: str
    label: str
    talker: Talker | None = None
    ring_id: str = field(default_factory=lambda: uuid.uuid4().hex)
    until: float = 0.0
    """Wall clock; how long it rings."""
    declined: set[int] = field(default_factory=set)
    """Connections whose user does not want it."""
    is_direct: bool = False
    """A browser has asked for it: nobody else is rung."""
    is_over: bool = False
    answer: asyncio.Future[EndpointAnswer] | None = None
    on_pcm: Callable[[bytes], None] | None = None
    on_hung_up: Callable[[], None] | None = None
    cancel_grace: Callable[[], None] | None = None

    # --- for the engine -----------------------------------------------------------------------------------------

    @property
    def name(self) -> str:
        """For log lines."""
        return "the browser"

    async def ring(self, deadline_s: float) -> EndpointAnswer:
        """Ring in all cards; at once accepted when a browser has asked for this talk itself."""
        if self.is_direct:
            return EndpointAnswer.DECLINED if self.is_over else EndpointAnswer.ACCEPTED
        self.until = time.time() + deadline_s
        self.answer = asyncio.get_running_loop().create_future()
        self.phone.ringing[self.ring_id] = self
        self.phone.changed()
        try:
            async with asyncio.timeout(deadline_s):
                return await self.answer
        except TimeoutError:
            return EndpointAnswer.TIMEOUT
        finally:
            self.phone.ringing.pop(self.ring_id, None)
            self.phone.changed()

    def start(self, on_pcm: Callable[[bytes], None], on_hung_up: Callable[[], None]) -> None:
        """Accepted: audio may flow."""
        if self.is_over:
            # Accepted and put down in the same moment.
            self.phone.hass.loop.call_soon(on_hung_up)
            return
        self.on_pcm, self.on_hung_up = on_pcm, on_hung_up
        self.phone.talks[self.call_id] = self
        if self.talker is None:
            self._wait_for_return()
        self.phone.changed()

    def send(self, pcm: bytes) -> None:
        """Let the user hear 20 ms."""
        if self.talker is not None:
            self.talker.hear(pcm)

    def hang_up(self) -> None:
        """The engine ends it: stop ringing, or tell the browser."""
        self.on_hung_up = None
        self._finish()

    # --- for the browser ----------------------------------------------------------------------------------------

    def say(self, pcm: bytes) -> None:
        """20 ms from the microphone; other lengths are dropped by the engine."""
        if self.on_pcm is not None:
            self.on_pcm(pcm)

    def attach(self, talker: Talker) -> None:
        """Accept the ring, or come back after the connection broke. Raises TalkError when somebody else is there."""
        if self.is_over or (self.talker is not None and self.talker.is_alive):
            raise TalkError("taken")
        if self.answer is not None and not self.answer.done():
            self.answer.set_result(EndpointAnswer.ACCEPTED)
        elif self.on_pcm is None:
            raise TalkError("taken")
        former, self.talker = self.talker, talker
        if former is not None:
            former.over()
        self._forget_grace()
        self.phone.changed()

    def lost(self, talker: Talker) -> None:
        """The browser's connection has gone; its user may come back."""
        if self.talker is not talker:
            return
        self.talker = None
        if self.on_pcm is not None:
            self._wait_for_return()
        self.phone.changed()

    def left(self, talker: Talker) -> None:
        """The user has hung up."""
        if self.talker is not talker:
            return
        self.talker = None
        self._gone()

    def decline(self, connection: int) -> None:
        """One browser does not want it; when no other is left the ring is over."""
        self.declined.add(connection)
        if self.phone.watchers() <= self.declined and self.answer is not None and not self.answer.done():
            self.answer.set_result(EndpointAnswer.DECLINED)
        self.phone.changed()

    # --- inside -------------------------------------------------------------------------------------------------

    def _wait_for_return(self) -> None:
        @callback
        def give_up(_now: object) -> None:
            self.cancel_grace = None
            self._gone()

        self._forget_grace()
        job = HassJob(give_up, "hold_slayer lost browser", cancel_on_shutdown=True)
        self.cancel_grace = async_call_later(self.phone.hass, GRACE_S, job)

    def _forget_grace(self) -> None:
        if self.cancel_grace is not None:
            self.cancel_grace()
            self.cancel_grace = None

    def _gone(self) -> None:
        on_hung_up, self.on_hung_up = self.on_hung_up, None
        self._finish()
        if on_hung_up is not None:
            on_hung_up()

    def _finish(self) -> None:
        self._forget_grace()
        self.is_over = True
        self.on_pcm = None
        if self.phone.talks.get(self.call_id) is self:
            del self.phone.talks[self.call_id]
        talker, self.talker = self.talker, None
        if talker is not None:
            talker.over()
        self.phone.changed()


class BrowserPhone:
    """All browsers of one account: who is rung, who talks."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self.hass = hass
        self._entry_id = entry_id
        self.ringing: dict[str, BrowserEndpoint] = {}
        """By id of the ring."""
        self.talks: dict[str, BrowserEndpoint] = {}
        """By id of the call."""
        self._wanted: dict[str, BrowserEndpoint] = {}

    def watchers(self) -> set[int]:
        """Connections (by id) with an open card whose user may control the account."""
        open_cards = self.hass.data.get(_WATCHERS, ())
        return {id(each) for each in open_cards if may(self.hass, each, self._entry_id, POLICY_CONTROL)}

    def open(self, target: HandOverTarget, call_id: str) -> BrowserEndpoint | None:
        """Make the endpoint of one attempt (`agent.register_endpoint`)."""
        if target.endpoint:
            return self._wanted.pop(target.endpoint, None)
        return BrowserEndpoint(self, call_id, target.name)

    def want(self, call_id: str, label: str, talker: Talker) -> tuple[BrowserEndpoint, HandOverTarget]:
        """A browser wants to be put through without having been rung: the endpoint, and the target for the transfer."""
        endpoint = BrowserEndpoint(self, call_id, label, talker, is_direct=True)
        self._wanted[endpoint.ring_id] = endpoint
        return endpoint, HandOverTarget(label, None, kind=TargetKind.BROWSER, endpoint=endpoint.ring_id)

    def is_refused(self, endpoint: BrowserEndpoint) -> bool:
        """Whether the transfer has come to nothing: then the wish is forgotten."""
        return self._wanted.pop(endpoint.ring_id, None) is not None

    def picture(self, connection: int) -> dict[str, Any]:
        """What a card of that connection is shown."""
        rings = [
            {"ring_id": each.ring_id, "call_id": each.call_id, "name": each.label, "until": each.until}
            for each in self.ringing.values()
            if connection not in each.declined and each.talker is None and not each.is_over
        ]
        talks = [{"call_id": each.call_id, "is_lost": each.talker is None} for each in self.talks.values()]
        return {"kind": "browser", "entry_id": self._entry_id, "rings": rings, "talks": talks}

    @callback
    def changed(self) -> None:
        """Show it anew."""
        async_dispatcher_send(self.hass, SIGNAL_BROWSER, self._entry_id)
