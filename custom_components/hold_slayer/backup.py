"""Backups of Home Assistant: while one is made, the history's own file is whole and stands still.

New calls go on being written, into the write-ahead log beside it, which SQLite takes up again after a restore.
"""

import logging

from homeassistant.core import HomeAssistant

from . import house
from .engine.ports import ServiceError

_LOGGER = logging.getLogger(__name__)


async def async_pre_backup(hass: HomeAssistant) -> None:
    """Bring everything into the file, and leave it alone until `async_post_backup`.

    A history that cannot be used is told in the log; it must not keep the house from its backup.
    """
    for entry in house.loaded_entries(hass):
        try:
            await entry.runtime_data.call_log.freeze()
        except ServiceError as err:
            _LOGGER.warning("The backup may lack the newest calls: %s", err)


async def async_post_backup(hass: HomeAssistant) -> None:
    """Go on as before."""
    for entry in house.loaded_entries(hass):
        try:
            await entry.runtime_data.call_log.thaw()
        except ServiceError as err:
            _LOGGER.warning("The history does not go on after the backup: %s", err)
