"""Who may see and steer an account: whoever may read or control its status sensor."""

from homeassistant.auth.models import User
from homeassistant.components.websocket_api.connection import ActiveConnection
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er

from .const import DOMAIN


def may(hass: HomeAssistant, connection: ActiveConnection, entry_id: str, policy: str) -> bool:
    """Whether the user may read or control an account, by its status entity; without one only administrators."""
    return may_user(hass, connection.user, entry_id, policy)


def may_user(hass: HomeAssistant, user: User, entry_id: str, policy: str) -> bool:
    """The same of a user."""
    entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, f"{entry_id}_status")
    if entity_id is None:
        return bool(user.is_admin)
    return bool(user.permissions.check_entity(entity_id, policy))
