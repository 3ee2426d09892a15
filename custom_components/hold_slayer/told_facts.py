"""Facts that are kept for one call: forgotten once a call has told them and is over."""

from collections.abc import Callable
import re

from homeassistant.core import HomeAssistant, callback

from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.snapshot import CallSnapshot
from .facts import FactScope
from .runtime import HoldSlayerConfigEntry

_PLACEHOLDER = re.compile(r"\{([^{}]+)\}")
_TELLING = {OccurrenceKind.KEY_PRESSED: "digits", OccurrenceKind.SAID: "text"}


class ToldFacts:
    """Follows the calls of an account."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._told: dict[str, set[str]] = {}

    def start(self) -> Callable[[], None]:
        """Follow the agent; returns how to stop."""
        return self._entry.runtime_data.agent.subscribe(self._changed)

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None:
            return
        if (place := _TELLING.get(occurrence.kind)) is not None:
            names = _PLACEHOLDER.findall(str(occurrence.data.get(place, "")))
            if names:
                self._told.setdefault(call.call_id, set()).update(names)
        elif occurrence.kind == OccurrenceKind.ENDED and (told := self._told.pop(call.call_id, None)):
            self._entry.async_create_background_task(self._hass, self._forget(told), "hold_slayer told facts")

    async def _forget(self, told: set[str]) -> None:
        runtime = self._entry.runtime_data
        for fact in runtime.vault.facts:
            if fact.scope is FactScope.ONE_CALL and fact.name in told:
                await runtime.delete_fact(fact.name)
