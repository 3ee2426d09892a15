"""The user's phones: notify actions named in the options."""

from collections.abc import Mapping, Sequence
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from . import const

_LOGGER = logging.getLogger(__name__)


def phones_of(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the notify actions, without their domain."""
    return tuple(name.removeprefix("notify.") for name in options.get(const.CONF_NOTIFY, ()))


async def async_send(hass: HomeAssistant, phones: Sequence[str], message: str, data: Mapping[str, Any]) -> None:
    """Tell every phone; one that is gone takes nothing from the others."""
    for phone in phones:
        try:
            await hass.services.async_call(
                "notify", phone, {"title": "Hold Slayer", "message": message, "data": dict(data)}, blocking=True
            )
        except HomeAssistantError:
            _LOGGER.warning("notify.%s did not take a notification", phone)
