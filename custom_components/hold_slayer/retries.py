"""One more call when a company that was closed has opened, for calls placed with ``retry_when_closed``.

What is planned survives a restart in a private file, for the call may hold facts. The time is the one the line has said, in Home
Assistant's time zone. A retry that fails, or finds the company closed again, is not repeated.
"""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.event import async_track_point_in_time
from homeassistant.helpers.storage import Store
from homeassistant.util import dt as dt_util

from . import const
from .const import DOMAIN
from .engine.agent import next_opening
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.phase import Outcome
from .engine.model.snapshot import CallSnapshot
from .opening import OpeningHours
from .placing import AFTER_OPENING
from .runtime import HoldSlayerConfigEntry
from .stops import all_of

_LOGGER = logging.getLogger(__name__)
_VERSION = 1
_LATEST: Final = timedelta(hours=1)
"""A retry that came due while Home Assistant was away is still placed so long after its time."""
_AFTER_START: Final = timedelta(minutes=1)
"""So long Home Assistant and the registrar have after a start, before a retry that came due meanwhile is placed."""
_LINE_AGAIN: Final = timedelta(minutes=5)
"""So long one waits that finds another call running or the trunk down, again and again, until `_LATEST`."""
_ROOM_AGAIN: Final = timedelta(minutes=15)
"""After so long a queue that was full may have room again."""
SIGNAL_RETRY: Final = f"{DOMAIN}_retry"


@dataclass(frozen=True, slots=True)
class _Watched:
    """A call that may find the company closed."""

    data: dict[str, Any]
    language: str
    hours: OpeningHours
    has_next: bool
    """The contact has another number, which is called at once where this one's queue is full."""


def _once(data: dict[str, Any]) -> dict[str, Any]:
    """A call that is not planned again, whatever becomes of it, and that goes out at its time."""
    kept = {key: value for key, value in data.items() if key not in (const.ATTR_RETRY, const.ATTR_DEVICE)}
    return {**kept, const.ATTR_IGNORE_HOURS: True}


def _again_at(outcome: Outcome, sentence: str, watched: _Watched, now: datetime) -> datetime | None:
    """When a call that ended so is worth another; None: never, or nobody knows."""

    def opening(after: datetime) -> datetime | None:
        # What the line has said just now goes before what the user once entered: it knows of holidays.
        return next_opening(sentence, watched.language, after) or watched.hours.next_opening(after)

    match outcome:
        case Outcome.CLOSED:
            opens = opening(now)
        case Outcome.HOLIDAY:
            opens = opening(now)
            if opens is not None and opens.date() == now.date():
                # The usual hours, of a day that is none of the usual.
                opens = opening(dt_util.start_of_local_day(now + timedelta(days=1)))
        case Outcome.QUEUE_FULL if not watched.has_next:
            return now + _ROOM_AGAIN
        case _:
            return None
    return None if opens is None else opens + AFTER_OPENING


class RetryDesk:
    """Plans at most one retry for each account, the newest."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._store = store_of(hass, entry.entry_id)
        self._watched: dict[str, _Watched] = {}
        self._stop_waiting: Callable[[], None] | None = None
        self._data: dict[str, Any] = {}
        self._latest = dt_util.utcnow()
        self.at: datetime | None = None
        """When the retry is due; None: nothing is planned."""
        self.company = ""

    async def start(self) -> Callable[[], None]:
        """Take up what was planned and follow the agent; returns how to stop."""
        await self._take_up(dt_util.utcnow())
        return all_of(self._entry.runtime_data.agent.subscribe(self._changed), self._forget_timer)

    async def _take_up(self, now: datetime) -> None:
        """What was planned before the start. A file that cannot be read stops nothing else."""
        try:
            planned = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError) as err:
            _LOGGER.warning("The call planned before the start is not placed: %s", type(err).__name__)
            return
        if planned is None:
            return
        try:
            at, data, company = datetime.fromisoformat(planned["at"]), dict(planned["data"]), str(planned["company"])
            is_late = at < now - _LATEST
        except (KeyError, TypeError, ValueError) as err:
            _LOGGER.warning("The call planned before the start is damaged in the file (%s)", type(err).__name__)
            await self.cancel()
            return
        if is_late:
            await self.cancel()
        else:
            self._plan(max(at, now + _AFTER_START), data, company)
            self._latest = at + _LATEST

    def watch(
        self,
        call_id: str,
        data: dict[str, Any],
        language: str,
        hours: OpeningHours | None = None,
        *,
        has_next: bool = False,
    ) -> None:
        """Retry this call, placed with ``data`` on a line of ``language``, should the company be closed.

        ``has_next``: another number of the contact follows where this one's queue is full.
        """
        self._watched[call_id] = _Watched(data, language, hours or OpeningHours(), has_next)

    async def plan(self, at: datetime, data: dict[str, Any], company: str) -> datetime:
        """Place a call with ``data`` at a time instead of now; returns the time."""
        self._plan(at, _once(data), company)
        await self._store.async_save(self._planned())
        return at

    async def cancel(self) -> bool:
        """Forget what is planned; False when nothing is."""
        was_planned = self.at is not None
        self._forget_timer()
        self.at, self.company, self._data = None, "", {}
        await self._store.async_remove()
        self._show()
        return was_planned

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None or occurrence.kind != OccurrenceKind.ENDED:
            return
        watched = self._watched.pop(call.call_id, None)
        if watched is None or call.outcome is None:
            return
        at = _again_at(call.outcome, call.sentence, watched, dt_util.now())
        if at is not None:
            self._plan(at, _once(watched.data), call.company or call.number)
            self._entry.async_create_background_task(
                self._hass, self._store.async_save(self._planned()), "hold_slayer retry planned"
            )

    def _planned(self) -> dict[str, Any]:
        return {"at": self.at.isoformat() if self.at else "", "data": self._data, "company": self.company}

    def _plan(self, at: datetime, data: dict[str, Any], company: str) -> None:
        self._forget_timer()
        self.at, self.company, self._data = at, company, data
        self._latest = at + _LATEST
        self._stop_waiting = async_track_point_in_time(self._hass, self._retry, at)
        self._show()

    async def _retry(self, now: datetime) -> None:
        self._stop_waiting = None
        data, latest = self._data, self._latest
        if not self._has_line and now + _LINE_AGAIN <= latest:
            # The file keeps the time that was planned.
            self._plan(now + _LINE_AGAIN, data, self.company)
            self._latest = latest
            return
        await self.cancel()
        try:
            await self._hass.services.async_call(
                DOMAIN, const.SERVICE_CALL, {**data, const.ATTR_CONFIG_ENTRY: self._entry.entry_id}, blocking=True
            )
        except HomeAssistantError as err:
            _LOGGER.warning("The retry of a call was not placed: %s", getattr(err, "translation_key", "") or "refused")

    @property
    def _has_line(self) -> bool:
        agent = self._entry.runtime_data.agent
        is_busy = any(call.is_active for call in agent.calls)
        return not is_busy and agent.trunk_status.error is None

    def _forget_timer(self) -> None:
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None

    def _show(self) -> None:
        async_dispatcher_send(self._hass, SIGNAL_RETRY, self._entry.entry_id)


def store_of(hass: HomeAssistant, entry_id: str) -> Store[dict[str, Any]]:
    """Where an account's planned retry is kept."""
    return Store(hass, _VERSION, f"{DOMAIN}.{entry_id}.retry", private=True, atomic_writes=True)
