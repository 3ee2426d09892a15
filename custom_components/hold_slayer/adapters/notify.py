"""Tells the user by a notification in Home Assistant; automations do the rest with the event entity."""

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant

from ..const import DOMAIN


class HomeAssistantNotifier:
    """One notification a call, renewed as it goes on."""

    def __init__(self, hass: HomeAssistant) -> None:
        self._hass = hass

    async def notify(self, call_id: str, key: str, text: str) -> None:
        """See `Notifier.notify`."""
        persistent_notification.async_create(self._hass, text, "Hold Slayer", f"{DOMAIN}_{call_id}")
