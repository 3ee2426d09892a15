"""Ways through menus: given to calls when they begin, learned from them when they have ended, kept in a file."""

from collections.abc import Callable, Mapping
from dataclasses import replace
from itertools import chain, count
from typing import Any

from homeassistant.core import HomeAssistant, callback
from homeassistant.util import dt as dt_util

from . import const
from .engine.model.call_brief import CallBrief
from .engine.model.call_event import CallOccurrence
from .engine.model.snapshot import CallSnapshot
from .runtime import HoldSlayerConfigEntry
from .storage.flows import FlowShelf


class FlowDesk:
    """The flows of one account while it is loaded."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._shelf = FlowShelf(hass, entry.entry_id)
        self._book = entry.runtime_data.flow_book
        self._learns = bool(entry.options.get(const.CONF_LEARN, True))

    def start(self) -> Callable[[], None]:
        """Follow the agent; returns how to stop."""
        return self._entry.runtime_data.agent.subscribe(self._changed)

    @property
    def names(self) -> tuple[str, ...]:
        """Names of all flows."""
        return tuple(flow.name for flow in self._book.flows)

    def equipped(self, brief: CallBrief, first: str = "") -> CallBrief:
        """The brief with the flows that its call may follow; the one named ``first``, if there is one, before all others."""
        equipped = self._book.equipped(brief)
        bound = [flow for flow in self._book.flows if flow.name.casefold() == first.casefold()]
        return replace(equipped, flows=(*bound, *(flow for flow in equipped.flows if flow not in bound)))

    def watch(self, call_id: str, brief: CallBrief) -> None:
        """Keep the score by this call, and learn from it unless the options say that nothing is learned."""
        self._book.watch(call_id, brief, learns=self._learns)

    async def take(self, data: object) -> tuple[str, ...]:
        """Import flows; returns their names. Raises FlowError."""
        names = self._book.take(data, self._secrets)
        await self._shelf.save(self._book)
        return names

    def shared(self, name: str | None) -> dict[str, Any]:
        """One flow, or all, without anything private. Raises KeyError."""
        return self._book.shared(self._secrets, name)

    async def forget(self, name: str) -> None:
        """Delete a flow. Raises KeyError."""
        self._book.forget(name)
        await self._shelf.save(self._book)

    @property
    def _secrets(self) -> Mapping[str, str]:
        """What no flow may hold: the facts kept, and the user's name."""
        runtime = self._entry.runtime_data
        secrets: dict[str, str] = {}
        for fact in runtime.vault.facts:
            # Contacts may have facts of their own by the same name, and none of them may be in a flow.
            name = next(
                each for each in chain((fact.name,), (f"{fact.name}_{n}" for n in count(2))) if each not in secrets
            )
            secrets[name] = fact.value
        return {**secrets, "user_name": runtime.user_name}

    @callback
    def _changed(self, _call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is not None and self._book.told(occurrence, self._secrets, dt_util.now().date()):
            self._hass.async_create_task(self._shelf.save(self._book), "hold_slayer flows learned")
