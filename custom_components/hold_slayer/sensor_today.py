"""Sensors of what the account did today: calls, minutes on the line, time on hold; from midnight, local time."""

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime, timedelta
import time
from typing import Any, override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import UnitOfTime
from homeassistant.core import callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_change, async_track_time_interval
from homeassistant.util import dt as dt_util

from .engine.model.call_event import CallOccurrence
from .engine.model.phase import Outcome
from .engine.model.snapshot import CallSnapshot
from .entity import HoldSlayerEntity
from .feed import SIGNAL_FEED
from .runtime import HoldSlayerConfigEntry, HoldSlayerRuntime

_RENEW = timedelta(minutes=1)


@dataclass(frozen=True, slots=True)
class Today:
    """Of calls that were really placed, the running one included; durations in seconds."""

    calls: int = 0
    line_s: float = 0.0
    """Answered, up to the end."""
    hold_s: float = 0.0


def today(runtime: HoldSlayerRuntime, midnight: float, now: float) -> Today:
    """What has been since ``midnight`` (seconds since the epoch): of the history, and what the agent has that is not in it yet."""
    calls, line_s, hold_s = 0, 0.0, 0.0
    recent = {call.call_id: call for call in runtime.agent.calls}
    for past in runtime.feed.figures if runtime.feed is not None else ():
        if past.started_at >= midnight and past.call_id not in recent and past.outcome != Outcome.REFUSED.value:
            calls += 1
            line_s += _span(past.answered_at, past.ended_at, now)
            hold_s += past.hold_s
    for call in recent.values():
        if call.started_at >= midnight and call.outcome is not Outcome.REFUSED:
            calls += 1
            line_s += _span(call.answered_at, call.ended_at, now)
            hold_s += call.hold_total_s(call.ended_at or now)
    return Today(calls, line_s, hold_s)


def _span(start: float | None, end: float | None, now: float) -> float:
    return 0.0 if start is None else max(0.0, (now if end is None else end) - start)


@dataclass(frozen=True, kw_only=True)
class TodayDescription(SensorEntityDescription):
    """Which figure."""

    value: Callable[[Today], float]


DESCRIPTIONS = (
    TodayDescription(key="calls_today", value=lambda figures: figures.calls),
    TodayDescription(
        key="line_time_today",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_display_precision=0,
        value=lambda figures: round(figures.line_s / 60.0, 1),
    ),
    TodayDescription(
        key="hold_time_today",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MINUTES,
        suggested_display_precision=0,
        value=lambda figures: round(figures.hold_s / 60.0, 1),
    ),
)


class TodaySensor(HoldSlayerEntity, SensorEntity):
    """One figure; it begins anew at midnight."""

    _attr_state_class = SensorStateClass.TOTAL
    entity_description: TodayDescription

    def __init__(self, entry: HoldSlayerConfigEntry, description: TodayDescription) -> None:
        super().__init__(entry, description.key)
        self.entity_description = description
        self._runtime = entry.runtime_data
        self._entry_id = entry.entry_id
        self._renew()

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(async_dispatcher_connect(self.hass, SIGNAL_FEED, self._fed))
        self.async_on_remove(async_track_time_change(self.hass, self._at, hour=0, minute=0, second=0))
        self.async_on_remove(async_track_time_interval(self.hass, self._tick, _RENEW))

    @property
    @override
    def available(self) -> bool:
        """What has been stays true without a trunk."""
        return True

    @callback
    def _fed(self, entry_id: str, message: dict[str, Any]) -> None:
        if entry_id == self._entry_id and message["kind"] == "recent":
            self._at()

    @callback
    @override
    def _changed(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        self._at()

    @callback
    def _tick(self, _now: datetime) -> None:
        if self._active_call is not None:
            self._at()

    @callback
    def _at(self, _now: datetime | None = None) -> None:
        self._renew()
        self.async_write_ha_state()

    def _renew(self) -> None:
        midnight = dt_util.start_of_local_day()
        self._attr_last_reset = midnight
        self._attr_native_value = self.entity_description.value(today(self._runtime, midnight.timestamp(), time.time()))
