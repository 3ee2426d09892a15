"""Tells the user by a notification in Home Assistant and on their phones; automations do the rest with the event entity."""

from collections.abc import Awaitable, Callable

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant

from ..const import DOMAIN
from ..notice_texts import localized


class HomeAssistantNotifier:
    """One notification a call, renewed as it goes on, in Home Assistant's language."""

    def __init__(self, hass: HomeAssistant, send: Callable[[str, str, str], Awaitable[None]] | None = None) -> None:
        """``send`` takes a call's id, a key and a message to the user's phones; None: there are none."""
        self._hass = hass
        self._send = send

    async def notify(self, call_id: str, key: str, text: str) -> None:
        """See `Notifier.notify`."""
        message = localized(text, self._hass.config.language)
        persistent_notification.async_create(self._hass, message, "Hold Slayer", f"{DOMAIN}_{call_id}")
        if self._send is not None:
            await self._send(call_id, key, message)
