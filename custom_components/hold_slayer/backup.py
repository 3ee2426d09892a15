"""Backups of Home Assistant: while one is made, the history's own file is whole and stands still.

New calls go on being written, into the write-ahead log beside it, which SQLite takes up again after a restore.
"""

import logging

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from . import house
from .const import DOMAIN
from .engine.ports import ServiceError

_LOGGER = logging.getLogger(__name__)


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Bring everything into the file, and leave it alone until `async_post_backup`.

    Raises:
        HomeAssistantError: the file cannot be used; the backup would lack the history.
    """
    for entry in house.loaded_entries(hass):
        try:
            await entry.runtime_data.call_log.freeze()
        except ServiceError as err:
            raise HomeAssistantError(translation_domain=DOMAIN, translation_key="history_unusable") from err


async def async_post_backup(hass: HomeAssistant) -> None:
    """Go on as before."""
    for entry in house.loaded_entries(hass):
        try:
            await entry.runtime_data.call_log.thaw()
        except ServiceError as err:
            _LOGGER.warning("The history does not go on after the backup: %s", err)
