"""Sensors: where the call stands, how long it has been on hold, what was heard, and the registration."""

from collections.abc import Mapping
from datetime import UTC, datetime, timedelta
import time
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.const import EntityCategory, UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.helpers.event import async_track_time_interval

from . import sensor_quality, sensor_today
from .engine.model.call_event import CallOccurrence
from .engine.model.phase import Phase
from .engine.model.snapshot import CallSnapshot
from .engine.model.strip import HeardClass, strip_as_rows
from .engine.sip.registration import RegistrationState, RegistrationStatus
from .entity import HoldSlayerEntity
from .notice_texts import localized
from .retries import SIGNAL_RETRY
from .runtime import HoldSlayerConfigEntry
from .sensor_contact import async_follow_contacts
from .sensor_model import ModelUseSensor
from .sensor_quality import CallQualitySensor, QualitySensor
from .sensor_today import TodaySensor

PARALLEL_UPDATES = 0
_MAX_STATE = 255
_HOLD_UPDATE = timedelta(seconds=5)
_WAIT_UPDATE = timedelta(seconds=30)
_WAITING = (Phase.ON_HOLD, Phase.CANDIDATE)


async def async_setup_entry(
    hass: HomeAssistant, entry: HoldSlayerConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of an account."""
    async_add_entities(
        [
            StatusSensor(entry),
            HoldTimeSensor(entry),
            LastHeardSensor(entry),
            HearingSensor(entry),
            QueuePositionSensor(entry),
            AnnouncedWaitSensor(entry),
            EstimatedWaitSensor(entry),
            LastActionSensor(entry),
            NextRetrySensor(entry),
            RegistrationSensor(entry),
            *(TodaySensor(entry, description) for description in sensor_today.DESCRIPTIONS),
            CallQualitySensor(entry),
            ModelUseSensor(entry),
            *(QualitySensor(entry, description) for description in sensor_quality.DESCRIPTIONS),
        ]
    )
    async_follow_contacts(hass, entry, async_add_entities)


def _fitting(text: str) -> str:
    """As much of a text as a state holds."""
    return text if len(text) <= _MAX_STATE else text[: _MAX_STATE - 1] + "…"


class StatusSensor(HoldSlayerEntity, SensorEntity):
    """Phase of the call. ``ended`` stays until the next call; ``idle`` before the first."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_options = [phase.value for phase in Phase]  # noqa: RUF012 - as Home Assistant declares it

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "status")

    @property
    @override
    def native_value(self) -> str:
        return self._call.phase.value if self._call is not None else Phase.IDLE.value

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        call = self._call
        if call is None:
            return None
        return {
            "call_id": call.call_id,
            "company": call.company,
            "goal": call.goal,
            "last_action": call.last_action,
            "target": call.target_name,
            "outcome": call.outcome.value if call.outcome is not None else None,
            "sentence": localized(call.sentence, self.hass.config.language),
        }


class HoldTimeSensor(HoldSlayerEntity, SensorEntity):
    """Seconds on hold, the running hold included."""

    _attr_device_class = SensorDeviceClass.DURATION
    _attr_native_unit_of_measurement = UnitOfTime.SECONDS
    _attr_suggested_unit_of_measurement = UnitOfTime.MINUTES
    _attr_suggested_display_precision = 1

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "hold_time")

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(async_track_time_interval(self.hass, self._tick, _HOLD_UPDATE))

    @callback
    def _tick(self, _now: Any) -> None:
        if self._active_call is not None and self._active_call.phase in _WAITING:
            self.async_write_ha_state()

    @property
    @override
    def native_value(self) -> int:
        return round(self._call.hold_total_s(time.time())) if self._call is not None else 0

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        pattern = self._call.hold_pattern if self._call is not None else None
        if pattern is None:
            return None
        return {"repeats": pattern.sound.value, "repeats_every": pattern.period_s, "times": pattern.times}


class LastHeardSensor(HoldSlayerEntity, SensorEntity):
    """What was understood last; the whole text is an attribute, and the language of the line."""

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "last_transcript")

    @property
    @override
    def native_value(self) -> str | None:
        text = self._call.last_heard if self._call is not None else ""
        return _fitting(text) if text else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        call = self._call
        return {
            "text": call.last_heard if call is not None else "",
            "language": call.language if call is not None else "",
        }


class HearingSensor(HoldSlayerEntity, SensorEntity):
    """What is on the line now; the strip of the whole call is an attribute, which the recorder does not keep."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_options = [heard.value for heard in HeardClass]  # noqa: RUF012 - as Home Assistant declares it
    _unrecorded_attributes = frozenset({"strip"})

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "hearing")

    @property
    @override
    def native_value(self) -> str | None:
        call = self._active_call
        return call.strip[-1].heard.value if call is not None and call.strip else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        return {"strip": strip_as_rows(self._call.strip) if self._call is not None else []}


class QueuePositionSensor(HoldSlayerEntity, SensorEntity):
    """Place in the queue as last announced; 1 is the next one."""

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "queue_position")

    @property
    @override
    def native_value(self) -> int | None:
        call = self._active_call
        return call.queue_place if call is not None and call.phase in _WAITING else None


class AnnouncedWaitSensor(HoldSlayerEntity, SensorEntity):
    """What the line has said last that the wait takes, as it was said: it does not count down."""

    _attr_device_class = SensorDeviceClass.DURATION
    _attr_native_unit_of_measurement = UnitOfTime.SECONDS
    _attr_suggested_unit_of_measurement = UnitOfTime.MINUTES
    _attr_suggested_display_precision = 0

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "announced_wait")

    @property
    @override
    def native_value(self) -> int | None:
        call = self._active_call
        announced = call.announced_wait_s if call is not None else None
        return None if announced is None else round(announced)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        call = self._active_call
        if call is None or call.announced_wait_s is None:
            return None
        return {"announced_at": datetime.fromtimestamp(call.announced_at, UTC).isoformat(timespec="seconds")}


class LastActionSensor(HoldSlayerEntity, SensorEntity):
    """What Hold Slayer did last: keys, or a sentence that it said; facts as placeholders."""

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "last_action")

    @property
    @override
    def native_value(self) -> str | None:
        text = self._call.last_action if self._call is not None else ""
        return _fitting(text) if text else None


class EstimatedWaitSensor(HoldSlayerEntity, SensorEntity):
    """Time still to wait: as announced, else by how fast the queue moves, else as usual at this number."""

    _attr_device_class = SensorDeviceClass.DURATION
    _attr_native_unit_of_measurement = UnitOfTime.SECONDS
    _attr_suggested_unit_of_measurement = UnitOfTime.MINUTES
    _attr_suggested_display_precision = 0

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "estimated_wait")

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(async_track_time_interval(self.hass, self._tick, _WAIT_UPDATE))

    @callback
    def _tick(self, _now: Any) -> None:
        if self._active_call is not None:
            self.async_write_ha_state()

    @property
    @override
    def native_value(self) -> int | None:
        call = self._active_call
        left = call.estimated_wait_s(time.time()) if call is not None else None
        return None if left is None else round(left)

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        call = self._active_call
        return {
            "announced": call.announced_wait_s if call is not None else None,
            "usual": call.usual_wait_s if call is not None else None,
        }


class NextRetrySensor(HoldSlayerEntity, SensorEntity):
    """When a company that was closed is called again."""

    _attr_device_class = SensorDeviceClass.TIMESTAMP

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "next_retry")
        self._entry_id = entry.entry_id
        self._retries = entry.runtime_data.retries

    @override
    async def async_added_to_hass(self) -> None:
        await super().async_added_to_hass()
        self.async_on_remove(async_dispatcher_connect(self.hass, SIGNAL_RETRY, self._planned))

    @callback
    def _planned(self, entry_id: str) -> None:
        if entry_id == self._entry_id:
            self.async_write_ha_state()

    @property
    @override
    def native_value(self) -> datetime | None:
        return self._retries.at if self._retries is not None else None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        return {"company": self._retries.company if self._retries is not None else ""}


class RegistrationSensor(HoldSlayerEntity, SensorEntity):
    """Whether the provider knows where this account is."""

    _attr_device_class = SensorDeviceClass.ENUM
    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_options = [state.value for state in RegistrationState]  # noqa: RUF012 - as Home Assistant declares it

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "registration")

    @property
    @override
    def available(self) -> bool:
        """Shows best what is wrong when the trunk is down."""
        return True

    @callback
    @override
    def _trunk_changed(self, status: RegistrationStatus) -> None:
        self.async_write_ha_state()

    @callback
    @override
    def _changed(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        """Calls do not change the registration."""

    @property
    @override
    def native_value(self) -> str:
        return self._agent.trunk_status.state.value

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        status = self._agent.trunk_status
        return {
            "error": status.error.key if status.error is not None else None,
            "warning": "nat_timeout" if status.is_forgotten else None,
            "refused_calls": self._agent.refused_calls,
        }
