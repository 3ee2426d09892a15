"""Talking in the browser: the microphone up in binary frames, the company's side down in events. See docs/websocket.md.

A browser that does not keep up gets gaps, not a queue (as with listening, `websocket_audio`): every frame up says which piece was
heard last.
"""

import asyncio
from base64 import b64encode
from collections.abc import Callable
from typing import Any, Final

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import websocket_command
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util.hass_dict import HassKey
import probatio

from . import house
from .browser_phone import BrowserEndpoint, TalkError
from .const import DOMAIN
from .engine.agent import UnknownCallError
from .engine.model.audio_frame import SAMPLE_RATE
from .engine.model.phase import Phase
from .permissions import may
from .runtime import HoldSlayerConfigEntry

MOST_UNHEARD: Final = 50
"""One second: whoever has not confirmed for so long gets nothing until they do."""
_ALIVE_S = 2.0
_DEAD_S = 5.0
"""A browser that has sent nothing for so long has lost its connection, whatever the connection says."""
_HEADER = 2

_TALKS: HassKey[dict[tuple[int, int], BrowserTalk]] = HassKey(f"{DOMAIN}_talks")


class BrowserTalk:
    """One subscription of one connection: a `browser_phone.Talker`."""

    def __init__(self, connection: ActiveConnection, number: int) -> None:
        self.endpoint: BrowserEndpoint | None = None
        self._connection = connection
        self._number = number
        self._sequence = 0
        self._heard = 0
        self._forget: Callable[[], None] | None = None
        self._now = asyncio.get_running_loop().time
        self._last_frame_at = self._now()

    @property
    def is_alive(self) -> bool:
        """Whether the browser has been heard of lately."""
        return self._now() - self._last_frame_at < _ALIVE_S

    def begin(self) -> None:
        """Tell the browser that it may talk."""
        handler, self._forget = self._connection.async_register_binary_handler(self._on_binary)
        ready = {"kind": "ready", "rate": SAMPLE_RATE, "handler": handler, "subscription": self._number}
        self._connection.send_event(self._number, ready)

    @callback
    def _on_binary(self, _hass: HomeAssistant, _connection: ActiveConnection, payload: bytes) -> None:
        """Two bytes: the low half of the last piece heard. Then 20 ms of PCM, or nothing."""
        if len(payload) < _HEADER:
            return
        self._last_frame_at = self._now()
        behind = (self._sequence - int.from_bytes(payload[:_HEADER], "little")) & 0xFFFF
        self._heard = max(self._heard, self._sequence - behind)
        if self.endpoint is not None and len(payload) > _HEADER:
            self.endpoint.say(payload[_HEADER:])

    def hear(self, pcm: bytes) -> None:
        """Send 20 ms down."""
        if self._forget is None:
            return
        if self._now() - self._last_frame_at > _DEAD_S:
            self.lose()
            return
        self._sequence += 1
        if self._sequence - self._heard <= MOST_UNHEARD:
            data = {"kind": "audio", "seq": self._sequence, "pcm": b64encode(pcm).decode()}
            self._connection.send_event(self._number, data)

    def over(self) -> None:
        """The other side has ended it."""
        if self._forget is not None:
            self._connection.send_event(self._number, {"kind": "ended"})
        self.endpoint = None
        self.stop()

    def stop(self) -> None:
        """Nothing more goes up or down. Safe to call twice."""
        if self._forget is not None:
            self._forget()
            self._forget = None

    def leave(self) -> None:
        """The user hangs up."""
        self.stop()
        if self.endpoint is not None:
            self.endpoint.left(self)

    def lose(self) -> None:
        """The subscription has ended without that: the connection broke, or the page went away."""
        self.stop()
        if self.endpoint is not None:
            self.endpoint.lost(self)


def _entry_with(hass: HomeAssistant, connection: ActiveConnection, call_id: str) -> HoldSlayerConfigEntry | None:
    return next(
        (
            entry
            for entry in house.loaded_entries(hass)
            if any(call.call_id == call_id and call.is_active for call in entry.runtime_data.agent.calls)
            and may(hass, connection, entry.entry_id, POLICY_CONTROL)
        ),
        None,
    )


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/audio/talk",
        probatio.Required("call_id"): cv.string,
        probatio.Optional("ring_id"): cv.string,
    }
)
@callback
def ws_talk(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Accept a ring, come back to a talk, or be put through here and now; for those who may control the account."""
    number, call_id = msg["id"], msg["call_id"]
    entry = _entry_with(hass, connection, call_id)
    if entry is None:
        connection.send_error(number, ERR_NOT_FOUND, "no such call, or no right to talk in it")
        return
    talk = BrowserTalk(connection, number)
    talks = hass.data.setdefault(_TALKS, {})

    @callback
    def unsubscribe() -> None:
        talks.pop((id(connection), number), None)
        talk.lose()

    try:
        _take(entry, talk, call_id, msg.get("ring_id"), connection.user.name or "Browser")
    except TalkError as err:
        connection.send_error(number, str(err), "somebody else talks, or it does not ring any more")
        return
    except UnknownCallError:
        connection.send_error(number, ERR_NOT_FOUND, "the call has ended")
        return
    talks[id(connection), number] = talk
    connection.subscriptions[number] = unsubscribe
    connection.send_result(number)
    talk.begin()


def _take(entry: HoldSlayerConfigEntry, talk: BrowserTalk, call_id: str, ring_id: str | None, label: str) -> None:
    """Join the talk with an endpoint. Raises TalkError and UnknownCallError."""
    runtime = entry.runtime_data
    phone = runtime.browser
    if ring_id is not None:
        endpoint = phone.ringing.get(ring_id)
        if endpoint is None or endpoint.call_id != call_id:
            raise TalkError("taken")
    else:
        endpoint = phone.talks.get(call_id)
    if endpoint is not None:
        talk.endpoint = endpoint
        endpoint.attach(talk)
        return
    call = next((each for each in runtime.agent.calls if each.call_id == call_id), None)
    if call is None or call.answered_at is None or call.phase is Phase.CONNECTED:
        raise TalkError("busy")
    endpoint, target = phone.want(call_id, label, talk)
    talk.endpoint = endpoint
    runtime.agent.transfer(call_id, target)
    if phone.is_refused(endpoint):
        talk.endpoint = None
        raise TalkError("busy")


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/audio/leave",
        probatio.Required("subscription"): int,
    }
)
@callback
def ws_leave(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Hang up in this browser; without it a subscription that ends may be taken up again."""
    talk = hass.data.get(_TALKS, {}).get((id(connection), msg["subscription"]))
    if talk is None:
        connection.send_error(msg["id"], ERR_NOT_FOUND, "no such talk")
        return
    talk.leave()
    connection.send_result(msg["id"])


@websocket_command({probatio.Required("type"): f"{DOMAIN}/audio/decline", probatio.Required("ring_id"): cv.string})
@callback
def ws_decline(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """This browser does not want the call."""
    for entry in house.loaded_entries(hass):
        endpoint = entry.runtime_data.browser.ringing.get(msg["ring_id"])
        if endpoint is not None and may(hass, connection, entry.entry_id, POLICY_CONTROL):
            endpoint.decline(id(connection))
            connection.send_result(msg["id"])
            return
    connection.send_error(msg["id"], ERR_NOT_FOUND, "it does not ring any more")
