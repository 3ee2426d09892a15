"""Websocket commands on recordings: an address to hear one, its peaks to draw it, and delete."""

import asyncio
import time
from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.components.websocket_api.const import ERR_NOT_FOUND
from homeassistant.components.websocket_api.decorators import async_response, websocket_command
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.util.hass_dict import HassKey
import probatio

from . import house, listening
from .const import DOMAIN
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.ports import ServiceError
from .permissions import may
from .retention import purge_call
from .runtime import HoldSlayerConfigEntry

FEWEST_BINS, MOST_BINS = 10, 2000
LONGEST_S = 86_400.0
_ERR_HISTORY = "history_unusable"
_READING: HassKey[asyncio.Lock] = HassKey(f"{DOMAIN}_reading")
"""One recording at a time is read through: it may be hours long."""


async def _entry_with(hass: HomeAssistant, connection: ActiveConnection, call_id: str) -> HoldSlayerConfigEntry | None:
    """The account with a recording of this call, if the user may hear it."""
    for entry in house.loaded_entries(hass):
        if not may(hass, connection, entry.entry_id, POLICY_CONTROL):
            continue
        if await hass.async_add_executor_job(entry.runtime_data.recordings.path_of, call_id) is not None:
            return entry
    return None


def _not_found(connection: ActiveConnection, msg: dict[str, Any]) -> None:
    connection.send_error(msg["id"], ERR_NOT_FOUND, "no such recording, or no right to hear it")


@websocket_command({probatio.Required("type"): f"{DOMAIN}/recording/url", probatio.Required("call_id"): cv.string})
@async_response
async def ws_url(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """An address that an audio element can play; good for `listening.EXPIRES`."""
    entry = await _entry_with(hass, connection, msg["call_id"])
    if entry is None:
        _not_found(connection, msg)
        return
    url = listening.url_of(entry.entry_id, msg["call_id"])
    connection.send_result(msg["id"], {"url": async_sign_path(hass, url, listening.EXPIRES)})


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/recording/peaks",
        probatio.Required("call_id"): cv.string,
        probatio.Optional("bins", default=400): probatio.All(int, probatio.Range(min=FEWEST_BINS, max=MOST_BINS)),
    }
)
@async_response
async def ws_peaks(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """The loudness of a recording over its length."""
    entry = await _entry_with(hass, connection, msg["call_id"])
    path = await listening.path_of(hass, entry.entry_id, msg["call_id"]) if entry is not None else None
    if path is None:
        _not_found(connection, msg)
        return
    async with hass.data.setdefault(_READING, asyncio.Lock()):
        found = await hass.async_add_executor_job(listening.peaks, path, msg["bins"])
    if found is None:
        _not_found(connection, msg)
        return
    duration_s, peaks = found
    connection.send_result(msg["id"], {"duration_s": round(duration_s, 2), "peaks": peaks})


@websocket_command({probatio.Required("type"): f"{DOMAIN}/recording/delete", probatio.Required("call_id"): cv.string})
@async_response
async def ws_delete_recording(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Delete a recording; its call stays in the history."""
    entry = await _entry_with(hass, connection, msg["call_id"])
    try:
        gone = (
            await purge_call(hass, entry.runtime_data, msg["call_id"], keeps_call=True) if entry is not None else None
        )
    except ServiceError as err:
        connection.send_error(msg["id"], _ERR_HISTORY, str(err))
        return
    if gone is None:
        _not_found(connection, msg)
        return
    connection.send_result(msg["id"])


@websocket_command(
    {
        probatio.Required("type"): f"{DOMAIN}/calls/misheard",
        probatio.Required("call_id"): cv.string,
        probatio.Required("at_s"): probatio.All(probatio.Coerce(float), probatio.Range(min=0, max=LONGEST_S)),
    }
)
@async_response
async def ws_misheard(hass: HomeAssistant, connection: ActiveConnection, msg: dict[str, Any]) -> None:
    """Write down that Hold Slayer misheard at a second of the recording: a line of the history, and of a report made later."""
    entry = await _entry_with(hass, connection, msg["call_id"])
    try:
        row = await entry.runtime_data.call_log.call(msg["call_id"]) if entry is not None else None
        if entry is None or row is None or row["ended_at"] is None:
            _not_found(connection, msg)
            return
        # The audio lasts until the end of the call; the seconds of the history count from its beginning.
        audio_s = row["strip"][-1][0] if row["strip"] else 0.0
        at_s = round(msg["at_s"], 1)
        t_s = max(0.0, row["ended_at"] - row["started_at"] - audio_s) + at_s
        mark = CallOccurrence(msg["call_id"], OccurrenceKind.MISHEARD, time.time(), t_s, {"at_s": at_s})
        await entry.runtime_data.call_log.record(mark)
    except ServiceError as err:
        connection.send_error(msg["id"], _ERR_HISTORY, str(err))
        return
    connection.send_result(msg["id"], {"at_s": at_s})
