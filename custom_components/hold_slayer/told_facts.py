"""Facts that are forgotten by themselves: those for one call once it has told them and is over, and a contact's own with it."""

from collections.abc import Callable
import re

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect

from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.snapshot import CallSnapshot
from .facts import FactScope
from .runtime import HoldSlayerConfigEntry
from .stops import all_of

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_TELLING = {OccurrenceKind.KEY_PRESSED: "digits", OccurrenceKind.SAID: "text"}


class ToldFacts:
    """Follows the calls and the contacts of an account."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._told: dict[str, set[str]] = {}

    def start(self) -> Callable[[], None]:
        """Follow the agent and the entry; returns how to stop."""
        return all_of(
            self._entry.runtime_data.agent.subscribe(self._changed),
            async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed),
        )

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry is self._entry and change is ConfigEntryChange.UPDATED:
            lost = self._entry.runtime_data.forget_lost_facts()
            self._entry.async_create_task(self._hass, lost, "hold_slayer lost facts")

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None:
            return
        if (place := _TELLING.get(occurrence.kind)) is not None:
            names = _PLACEHOLDER.findall(str(occurrence.data.get(place, "")))
            if names:
                self._told.setdefault(call.call_id, set()).update(names)
        elif occurrence.kind == OccurrenceKind.ENDED and (told := self._told.pop(call.call_id, None)):
            # Not in the background: where unloading ends the call, what was told in it is forgotten all the same.
            self._entry.async_create_task(self._hass, self._forget(told), "hold_slayer told facts")

    async def _forget(self, told: set[str]) -> None:
        runtime = self._entry.runtime_data
        for fact in runtime.vault.facts:
            if fact.scope is FactScope.ONE_CALL and fact.name in told:
                await runtime.delete_fact(fact.name)
