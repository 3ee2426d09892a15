"""What all entities of an account share: the device, and the call they show."""

from typing import override

from homeassistant.core import callback
from homeassistant.helpers.device_registry import DeviceEntryType, DeviceInfo
from homeassistant.helpers.entity import Entity

from .const import DOMAIN
from .engine.model.call_event import CallOccurrence
from .engine.model.snapshot import CallSnapshot
from .engine.sip.registration import RegistrationState, RegistrationStatus
from .runtime import HoldSlayerConfigEntry

_FAILED = RegistrationState.FAILED


class HoldSlayerEntity(Entity):
    """Follows the agent; shows the active call, or the last one.

    Not available while the trunk is down, unless a call is up all the same. A try to register again is not yet a trunk.
    """

    _attr_has_entity_name = True
    _attr_should_poll = False

    def __init__(self, entry: HoldSlayerConfigEntry, key: str) -> None:
        self._agent = entry.runtime_data.agent
        self._is_trunk_down = self._agent.trunk_status.state is _FAILED
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
        self.async_on_remove(self._agent.subscribe_trunk(self._trunk_changed))

    @callback
    def _changed(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        self.async_write_ha_state()

    @callback
    def _trunk_changed(self, status: RegistrationStatus) -> None:
        is_down = self._is_trunk_down if status.state is RegistrationState.REGISTERING else status.state is _FAILED
        if is_down is not self._is_trunk_down:
            self._is_trunk_down = is_down
            self.async_write_ha_state()

    @property
    @override
    def available(self) -> bool:
        return not self._is_trunk_down or self._active_call is not None

    @property
    def _call(self) -> CallSnapshot | None:
        calls = self._agent.calls
        return calls[0] if calls else None

    @property
    def _active_call(self) -> CallSnapshot | None:
        call = self._call
        return call if call is not None and call.is_active else None
