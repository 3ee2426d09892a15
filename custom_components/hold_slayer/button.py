"""Button: hang up."""

from typing import override

from homeassistant.components.button import ButtonEntity
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .entity import HoldSlayerEntity
from .runtime import HoldSlayerConfigEntry

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: HoldSlayerConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the button of an account."""
    async_add_entities([HangUpButton(entry, "hang_up")])


class HangUpButton(HoldSlayerEntity, ButtonEntity):
    """Ends the active call."""

    @override
    async def async_press(self) -> None:
        call = self._active_call
        if call is None:
            raise ServiceValidationError(translation_domain=DOMAIN, translation_key="no_active_call")
        self._agent.hang_up(call.call_id)
