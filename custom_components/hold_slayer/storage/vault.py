"""Facts of an account's user by name, in a private file of Home Assistant's storage: in no entry, diagnostics or log.

The file is readable by Home Assistant's own user only (mode 0600). It is not encrypted: whoever reads Home Assistant's
configuration directory reads it, as with passwords of other integrations.
"""

from collections.abc import Iterable
import logging
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..engine.ports import ServiceError

_LOGGER = logging.getLogger(__name__)
_VERSION = 1
MOST_FACTS = 200
LONGEST_VALUE = 200


class FactVault:
    """Names and values of one account. Values leave it only for a call to which they are released by name."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: Store[dict[str, Any]] = Store(
            hass, _VERSION, f"{DOMAIN}.{entry_id}.facts", private=True, atomic_writes=True
        )
        self._facts: dict[str, str] = {}

    async def load(self) -> None:
        """Read the file; a damaged one is put aside by Home Assistant, and the vault is empty. Raises ServiceError."""
        try:
            data = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError) as err:
            raise ServiceError("the facts cannot be read") from err
        facts = data.get("facts") if isinstance(data, dict) else None
        if isinstance(facts, dict):
            self._facts = {str(name): str(value) for name, value in facts.items()}

    @property
    def names(self) -> tuple[str, ...]:
        """All names, in order."""
        return tuple(sorted(self._facts))

    def release(self, names: Iterable[str]) -> dict[str, str]:
        """The facts of these names. Raises KeyError with the first name that is unknown."""
        return {name: self._facts[name] for name in names}

    async def set(self, name: str, value: str) -> None:
        """Keep a fact, also in place of an older one. Raises ValueError when there are too many or it is too long."""
        if len(value) > LONGEST_VALUE or (name not in self._facts and len(self._facts) >= MOST_FACTS):
            raise ValueError(name)
        await self._save({**self._facts, name: value})

    async def delete(self, name: str) -> None:
        """Forget a fact. Raises KeyError."""
        if name not in self._facts:
            raise KeyError(name)
        await self._save({each: value for each, value in self._facts.items() if each != name})

    async def remove(self) -> None:
        """Forget everything, and the file."""
        self._facts = {}
        await self._store.async_remove()

    async def _save(self, facts: dict[str, str]) -> None:
        await self._store.async_save({"facts": facts})
        self._facts = facts
