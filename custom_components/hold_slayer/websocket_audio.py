"""Listening to a call in the browser: the company's side as small pieces of PCM in websocket events.

Home Assistant's websocket sends text only, so audio travels as base64 (22 kB a second). A client that does not keep up gets gaps,
not a queue: Home Assistant would cut its connection, and with it the whole dashboard.
"""

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
from .const import DOMAIN
from .engine.agent import UnknownCallError
from .engine.model.audio_frame import SAMPLE_RATE
from .engine.model.call_event import CallOccurrence
from .engine.model.snapshot import CallSnapshot
from .permissions import may
from .runtime import HoldSlayerConfigEntry

FRAMES_A_PIECE: Final = 3
"""60 ms: a sixth of the events that single frames would be."""
MOST_UNACKED: Final = 50
"""Three seconds: whoever has not confirmed for so long gets nothing until they do."""

_LISTENERS: HassKey[dict[tuple[int, int], Listener]] = HassKey(f"{DOMAIN}_listeners")


class Listener:
    """One subscription of one connection."""

    def __init__(self, connection: ActiveConnection, number: int) -> None:
        self._connection = connection
        self._number = number
        self._frames: list[bytes] = []
        self._sequence = 0
        self._acked = 0

    @callback
    def hear(self, pcm: bytes) -> None:
        """Take 20 ms."""
        self._frames.append(pcm)
        if len(self._frames) < FRAMES_A_PIECE:
            return
        piece, self._frames = b"".join(self._frames), []
        self._sequence += 1
        if self._sequence - self._acked <= MOST_UNACKED:
            data = {"kind": "audio", "seq": self._sequence, "pcm": b64encode(piece).decode()}
            self._connection.send_event(self._number, data)

    def ack(self, sequence: int) -> None:
        """The client has played up to that piece."""
        self._acked = max(self._acked, min(sequence, self._sequence))


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


@websocket_command({probatio.Required("type"): f"{DOMAIN}/audio/listen", probatio.Required("call_id"): cv.string})
@callback
def ws_listen(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Send the company's side of a call until it ends or the client has had enough; for those who may control the account."""
    number, call_id = msg["id"], msg["call_id"]
    listener = Listener(connection, number)
    entry = _entry_with(hass, connection, call_id)
    try:
        if entry is None:
            raise UnknownCallError(call_id)
        stop_hearing = entry.runtime_data.agent.listen(call_id, listener.hear)
    except UnknownCallError:
        connection.send_error(number, ERR_NOT_FOUND, "no such call, no audio yet, or no right to hear it")
        return
    listeners = hass.data.setdefault(_LISTENERS, {})
    listeners[id(connection), number] = listener

    @callback
    def follow(call: CallSnapshot, _occurrence: CallOccurrence | None) -> None:
        if call.call_id == call_id and not call.is_active:
            connection.send_event(number, {"kind": "ended"})
            stop()

    stops: list[Callable[[], None]] = [stop_hearing, entry.runtime_data.agent.subscribe(follow)]

    @callback
    def stop() -> None:
        listeners.pop((id(connection), number), None)
        while stops:
            stops.pop()()

    connection.subscriptions[number] = stop
    connection.send_result(number)
    connection.send_event(number, {"kind": "ready", "rate": SAMPLE_RATE, "subscription": number})


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/audio/ack",
        probatio.Required("subscription"): int,
        probatio.Required("seq"): int,
    }
)
@callback
def ws_ack(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """The client keeps up."""
    listener = hass.data.get(_LISTENERS, {}).get((id(connection), msg["subscription"]))
    if listener is None:
        connection.send_error(msg["id"], ERR_NOT_FOUND, "no such subscription")
        return
    listener.ack(msg["seq"])
    connection.send_result(msg["id"])
