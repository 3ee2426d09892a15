"""What all entities of an account share: the device, and the call they show."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .engine.model.call_event import CallOccurrence
from .engine.model.snapshot import CallSnapshot
from .runtime import HoldSlayerConfigEntry


class HoldSlayerEntity(Entity):
    """Follows the agent; shows the active call, or the last one."""

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: HoldSlayerConfigEntry, key: str) -> None:
        self._agent = entry.runtime_data.agent
        self._attr_translation_key = key
        self._attr_unique_id = f"{entry.entry_id}_{key}"
        self._attr_device_info = DeviceInfo(
            identifiers={(DOMAIN, entry.entry_id)},
            entry_type=DeviceEntryType.SERVICE,
            manufacturer="Hold Slayer",
            model="SIP account",
            name=entry.title,
        )

    @override
    async def async_added_to_hass(self) -> None:
        self.async_on_remove(self._agent.subscribe(self._changed))

    @callback
    def _changed(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None:
            self.async_write_ha_state()

    @property
    def _call(self) -> CallSnapshot | None:
        calls = self._agent.calls
        return calls[0] if calls else None

    @property
    def _active_call(self) -> CallSnapshot | None:
        call = self._call
        return call if call is not None and call.is_active else None
