"""A contact with several numbers: when one does not come up, the next one is called, with everything the first call was given."""

from collections.abc import Callable
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from . import const
from .const import DOMAIN
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.phase import Outcome
from .engine.model.snapshot import CallSnapshot
from .runtime import HoldSlayerConfigEntry

_LOGGER = logging.getLogger(__name__)

WORTH_ANOTHER: Final = frozenset(
    {
        Outcome.BUSY,
        Outcome.NO_ANSWER,
        Outcome.NOT_FOUND,
        Outcome.DECLINED,
        Outcome.UNAVAILABLE,
        Outcome.NUMBER_CHANGED,
        Outcome.VOICEMAIL,
        Outcome.QUEUE_FULL,
    }
)
"""Ends after which another number of the same company may come up. Not *closed*: it has one set of hours."""


class SpareNumbers:
    """Follows the calls to an account's contacts."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._watched: dict[str, dict[str, Any]] = {}

    def start(self) -> Callable[[], None]:
        """Follow the agent; returns how to stop."""
        return self._entry.runtime_data.agent.subscribe(self._changed)

    def watch(self, call_id: str, data: dict[str, Any]) -> None:
        """This call, placed with ``data`` (the action's), goes to a contact with numbers left to try."""
        self._watched[call_id] = data

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None or occurrence.kind != OccurrenceKind.ENDED:
            return
        data = self._watched.pop(call.call_id, None)
        if data is None or call.outcome not in WORTH_ANOTHER:
            return
        contact = self._entry.runtime_data.contact(data[const.ATTR_CONTACT])
        number = contact.after(call.number) if contact is not None else None
        if contact is None or number is None:
            return
        again = {
            **data,
            const.ATTR_CONFIG_ENTRY: self._entry.entry_id,
            const.ATTR_CONTACT: contact.name,
            const.ATTR_NUMBER: number,
            const.ATTR_IGNORE_HOURS: True,
        }
        again.pop(const.ATTR_DEVICE, None)
        self._entry.async_create_background_task(self._hass, self._call(again), "hold_slayer next number")

    async def _call(self, data: dict[str, Any]) -> None:
        try:
            await self._hass.services.async_call(DOMAIN, const.SERVICE_CALL, data, blocking=True)
        except HomeAssistantError as err:
            key = getattr(err, "translation_key", "") or "refused"
            _LOGGER.warning("The next number of a contact was not called: %s", key)
