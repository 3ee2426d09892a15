"""Sensors of a contact: when it is best called, and how long one usually waits. A device each, as contacts come and go."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.components.sensor import SensorDeviceClass, SensorEntity
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .contact import Contact
from .feed import SIGNAL_FEED
from .runtime import HoldSlayerConfigEntry
from .storage.statistics import Statistics

_WITH_PLATFORM = (ConfigEntryState.SETUP_IN_PROGRESS, ConfigEntryState.LOADED)


@callback
def async_follow_contacts(
    hass: HomeAssistant, entry: HoldSlayerConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the sensors of all contacts, and of those that are added later; renamed ones rename their device."""
    known: set[str] = set()

    @callback
    def follow() -> None:
        contacts = {contact.subentry_id: contact for contact in entry.runtime_data.contacts}
        for subentry_id, contact in contacts.items():
            if subentry_id not in known:
                sensors = [kind(entry, contact) for kind in (BestHourSensor, UsualWaitSensor)]
                async_add_entities(sensors, config_subentry_id=subentry_id)
                continue
            registry = dr.async_get(hass)
            device = registry.async_get_device_by_identifier((DOMAIN, _device_of(entry, subentry_id)), entry.entry_id)
            if device is not None and device.name != contact.name:
                registry.async_update_device(device.id, name=contact.name)
        known.clear()
        known.update(contacts)

    @callback
    def changed(change: ConfigEntryChange, changed_entry: ConfigEntry) -> None:
        # While it unloads the platform is gone already; the next set-up sees the contact.
        is_here = changed_entry is entry and entry.state in _WITH_PLATFORM
        if is_here and change is ConfigEntryChange.UPDATED:
            follow()

    follow()
    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed))


def _device_of(entry: HoldSlayerConfigEntry, subentry_id: str) -> str:
    return f"{entry.entry_id}_{subentry_id}"


class ContactSensor(SensorEntity):
    """Of the history of the contact's number, renewed with it."""

    _attr_has_entity_name = True
    _attr_should_poll = False
    _key: str

    def __init__(self, entry: HoldSlayerConfigEntry, contact: Contact) -> None:
        self._runtime = entry.runtime_data
        self._entry_id = entry.entry_id
        self._subentry_id = contact.subentry_id
        device = _device_of(entry, contact.subentry_id)
        self._attr_translation_key = self._key
        self._attr_unique_id = f"{device}_{self._key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, device)},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="Hold Slayer",
            model="Contact",
            name=contact.name,
        )

    @override
    async def async_added_to_hass(self) -> None:
        self.async_on_remove(async_dispatcher_connect(self.hass, SIGNAL_FEED, self._fed))

    @callback
    def _fed(self, entry_id: str, message: dict[str, Any]) -> None:
        if entry_id == self._entry_id and message["kind"] == "recent":
            self.async_write_ha_state()

    @property
    def _past(self) -> Statistics | None:
        contact = next((each for each in self._runtime.contacts if each.subentry_id == self._subentry_id), None)
        if contact is None or self._runtime.feed is None:
            return None
        return self._runtime.feed.past_of(contact.dialled)


class BestHourSensor(ContactSensor):
    """The hour of the day, local time, in which one waited least; unknown until two calls in one hour have reached a human."""

    _key = "best_hour"

    @property
    @override
    def native_value(self) -> str | None:
        past = self._past
        return None if past is None or past.best_hour is None else f"{past.best_hour:02d}:00"

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        past = self._past
        if past is None:
            return None
        best = past.best_hour
        return {
            "hour": best,
            "median_hold": None if best is None else past.by_hour[best].median_hold_s,
            "calls": past.calls,
            "calls_by_hour": [hour.calls for hour in past.by_hour],
            "median_hold_by_hour": [hour.median_hold_s for hour in past.by_hour],
        }


class UsualWaitSensor(ContactSensor):
    """Median time on hold of the calls that reached a human in the last `feed.FIGURES_DAYS` days."""

    _key = "usual_wait"
    _attr_device_class = SensorDeviceClass.DURATION
    _attr_native_unit_of_measurement = UnitOfTime.SECONDS
    _attr_suggested_unit_of_measurement = UnitOfTime.MINUTES
    _attr_suggested_display_precision = 0

    @property
    @override
    def native_value(self) -> float | None:
        past = self._past
        return None if past is None or past.hold_median_s is None else round(past.hold_median_s)
