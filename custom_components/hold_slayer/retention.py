"""How long things are kept: ended calls and recordings, deleted by age, by the user's wish, and together."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
import time

from homeassistant.core import HomeAssistant
from homeassistant.helpers.event import async_track_time_interval

from . import const
from .engine.ports import ServiceError
from .runtime import HoldSlayerConfigEntry, HoldSlayerRuntime

_LOGGER = logging.getLogger(__name__)

EVERY = timedelta(hours=6)
"""How often what is too old is looked for."""
_DAY_S = 86_400.0


@dataclass(frozen=True, slots=True)
class Purged:
    """How much was deleted."""

    calls: int
    recordings: int


def start(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> Callable[[], None]:
    """Delete what is too old now and four times a day; returns how to stop."""

    async def tidy(_now: datetime | None = None) -> None:
        await async_tidy(hass, entry)

    entry.async_create_background_task(hass, tidy(), "hold_slayer retention")
    return async_track_time_interval(hass, tidy, EVERY, cancel_on_shutdown=True)


async def async_tidy(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """Apply the options. A bad disk is told in the log and stops nothing else."""
    runtime = entry.runtime_data
    days = float(entry.options.get(const.CONF_HISTORY_DAYS, const.DEFAULT_HISTORY_DAYS))
    before = time.time() - days * _DAY_S if days else 0.0
    recordings = await runtime.recordings.tidy()
    try:
        gone = await purge_before(hass, runtime, before)
    except ServiceError as err:
        _LOGGER.warning("Old calls cannot be deleted: %s", err)
        return
    if gone.calls or gone.recordings or recordings:
        _LOGGER.info("%d calls and %d recordings past their age were deleted", gone.calls, gone.recordings + recordings)


async def purge_before(
    hass: HomeAssistant, runtime: HoldSlayerRuntime, before: float, *, keeps_calls: bool = False
) -> Purged:
    """Delete ended calls that began before a time (seconds since the epoch), with their recordings; or only those.

    Raises:
        ServiceError: the disk does not take it; what was deleted until then stays deleted.
    """
    log, store = runtime.call_log, runtime.recordings
    ids = await log.ids_before(before) if keeps_calls else await log.remove_before(before)
    try:
        recordings = await hass.async_add_executor_job(store.delete_many, ids)
        # In this order: a call that ends meanwhile has its file before it is written down.
        named = await log.recorded_ids()
        gone = named - await hass.async_add_executor_job(store.ids)
    except OSError as err:
        raise ServiceError(f"the recordings cannot be deleted: {err.strerror}") from err
    if gone:
        await log.note_recordings(dict.fromkeys(gone, ""))
    if (gone or ids) and runtime.feed is not None and not runtime.has_stopped:
        await runtime.feed.renew()
    return Purged(0 if keeps_calls else len(ids), recordings)


async def purge_call(
    hass: HomeAssistant, runtime: HoldSlayerRuntime, call_id: str, *, keeps_call: bool = False
) -> Purged | None:
    """Delete an ended call with its recording, or only that; None when there is none. Raises ServiceError."""
    row = await runtime.call_log.call(call_id)
    if row is None or row["ended_at"] is None:
        return None
    if not keeps_call and not await runtime.call_log.remove(call_id):
        return None
    try:
        has_recording = await hass.async_add_executor_job(runtime.recordings.delete, call_id)
    except OSError as err:
        raise ServiceError(f"the recording cannot be deleted: {err.strerror}") from err
    if keeps_call:
        await runtime.call_log.note_recordings({call_id: ""})
    if runtime.feed is not None:
        await runtime.feed.renew()
    return Purged(0 if keeps_call else 1, int(has_recording))
