"""Binary sensor: a human is on the line."""

from typing import override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import HoldSlayerEntity
from .runtime import HoldSlayerConfigEntry

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: HoldSlayerConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensor of an account."""
    async_add_entities([HumanSensor(entry, "human")])


class HumanSensor(HoldSlayerEntity, BinarySensorEntity):
    """On from the confirmed human until the call ends."""

    @property
    @override
    def is_on(self) -> bool:
        return self._active_call is not None and self._active_call.is_human
