"""Flows of an account in a private file of Home Assistant's storage: the goals of the user's calls can be read out of it."""

import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..engine.agent import FlowBook, FlowError
from ..engine.ports import ServiceError

_LOGGER = logging.getLogger(__name__)
_VERSION = 1


class FlowShelf:
    """Reads and writes one account's `FlowBook`."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}.flows", private=True, atomic_writes=True
        )

    async def load(self) -> FlowBook:
        """The account's flows; without a file, or with one that is no longer understood, none. Raises ServiceError."""
        try:
            return FlowBook(await self._store.async_load())
        except FlowError as err:
            _LOGGER.warning("The kept flows are not understood, and learned anew (%s)", err)
            return FlowBook()
        except (HomeAssistantError, NotImplementedError) as err:
            raise ServiceError("the flows cannot be read") from err

    async def save(self, book: FlowBook) -> None:
        """Write them. Raises HomeAssistantError."""
        await self._store.async_save(book.private())

    async def remove(self) -> None:
        """Forget everything, and the file."""
        await self._store.async_remove()
