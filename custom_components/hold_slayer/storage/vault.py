"""Facts of an account's user by name, in a private file of Home Assistant's storage: in no entry, diagnostics or log.

The file is readable by Home Assistant's own user only (mode 0600). It is not encrypted: whoever reads Home Assistant's
configuration directory reads it, as with passwords of other integrations.
"""

import asyncio
from collections.abc import Collection, Iterable
from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..engine.ports import ServiceError
from ..facts import FactScope, KeptFact, Release, opened, released

_VERSION = 2
"""1: names and values; 2: a list of facts with kind and scope."""
MOST_FACTS = 200
LONGEST_VALUE = 200


class FactVault:
    """Facts of one account. Values leave it only for a call to which they are released (`facts.released`)."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store = _FactStore(hass, _VERSION, f"{DOMAIN}.{entry_id}.facts", private=True, atomic_writes=True)
        self._facts: dict[tuple[str, str], KeptFact] = {}
        self._changing = asyncio.Lock()

    async def load(self, contacts: Collection[str]) -> None:
        """Read the file; a damaged one is put aside by Home Assistant, and the vault is empty. Raises ServiceError.

        What belongs to a contact that is not among ``contacts`` (ids of subentries) any more is forgotten.
        """
        try:
            data = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError) as err:
            raise ServiceError("the facts cannot be read") from err
        facts = data.get("facts") if isinstance(data, dict) else None
        known = [fact for item in facts if (fact := _read(item))] if isinstance(facts, list) else []
        self._facts = {fact.key: fact for fact in known}
        await self.keep_only(contacts)

    @property
    def facts(self) -> tuple[KeptFact, ...]:
        """All of them, by name; the account's own before those of contacts."""
        return tuple(self._facts[key] for key in sorted(self._facts))

    @property
    def names(self) -> tuple[str, ...]:
        """Names that calls may be given by name, in order: those of contacts' own facts are not among them."""
        return tuple(fact.name for fact in self.facts if not fact.contact)

    def release(self, names: Iterable[str], contact: str = "") -> Release:
        """What a call is given. Raises like `facts.released`."""
        return released(self._facts.values(), names, contact)

    def open(self, name: str, contact: str = "") -> str:
        """The value that the user releases to a question. Raises like `facts.opened`."""
        return opened(self._facts.values(), name, contact)

    async def keep(self, fact: KeptFact) -> None:
        """Keep a fact, also in place of an older one. Raises ValueError when there are too many or it is too long."""
        if not fact.value or len(fact.value) > LONGEST_VALUE:
            raise ValueError(fact.name)
        if bool(fact.contact) is not (fact.scope is FactScope.CONTACT):
            raise ValueError(fact.name)
        async with self._changing:
            if fact.key not in self._facts and len(self._facts) >= MOST_FACTS:
                raise ValueError(fact.name)
            await self._save({**self._facts, fact.key: fact})

    async def delete(self, name: str, contact: str = "") -> None:
        """Forget a fact. Raises KeyError."""
        async with self._changing:
            if (name, contact) not in self._facts:
                raise KeyError(name)
            await self._save({key: fact for key, fact in self._facts.items() if key != (name, contact)})

    async def keep_only(self, contacts: Collection[str]) -> bool:
        """Forget what belongs to a contact that is not among these (ids of subentries); False when there is nothing of the kind."""
        async with self._changing:
            kept = {key: fact for key, fact in self._facts.items() if fact.contact in ("", *contacts)}
            if len(kept) == len(self._facts):
                return False
            await self._save(kept)
            return True

    async def remove(self) -> None:
        """Forget everything, and the file."""
        self._facts = {}
        await self._store.async_remove()

    async def _save(self, facts: dict[tuple[str, str], KeptFact]) -> None:
        await self._store.async_save({"facts": [_written(fact) for fact in facts.values()]})
        self._facts = facts


class _FactStore(Store[dict[str, Any]]):
    """Takes over what older versions have written."""

    @override
    async def _async_migrate_func(self, old_major_version: int, old_minor_version: int, old_data: Any) -> Any:
        if old_major_version > _VERSION:
            raise NotImplementedError
        facts = old_data.get("facts") if isinstance(old_data, dict) else None
        names = facts if isinstance(facts, dict) else {}
        return {"facts": [_written(KeptFact(str(name), str(value))) for name, value in names.items()]}


def _written(fact: KeptFact) -> dict[str, str]:
    kept = {
        "name": fact.name,
        "value": fact.value,
        "kind": fact.kind,
        "scope": fact.scope.value,
        "contact": fact.contact,
    }
    return {key: text for key, text in kept.items() if text}


def _read(item: Any) -> KeptFact | None:
    """None for what is no fact: somebody may have edited the file. An unknown scope is the narrowest."""
    if not isinstance(item, dict) or not item.get("name") or not item.get("value"):
        return None
    text = {key: str(item.get(key, "")) for key in ("name", "value", "kind", "scope", "contact")}
    scope = FactScope(text["scope"]) if text["scope"] in FactScope else FactScope.ASK
    contact = text["contact"] if scope is FactScope.CONTACT else ""
    return KeptFact(text["name"], text["value"], text["kind"], scope, contact)
