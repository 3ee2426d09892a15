"""One more call after a dead end in a menu, by another option than the one that led there.

Once for a call, with everything the first call was given, and within the account's limits: it is counted like any other. Flows are
not followed by it, for one of them may have led to the dead end.
"""

from collections.abc import Callable
import logging
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall, callback
from homeassistant.exceptions import HomeAssistantError

from . import const
from .const import DOMAIN
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.detour import Detour
from .engine.model.snapshot import CallSnapshot
from .placing import async_call
from .runtime import HoldSlayerConfigEntry

_LOGGER = logging.getLogger(__name__)


class AnotherWay:
    """Follows the calls of an account that were placed by the action."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._watched: dict[str, dict[str, Any]] = {}

    def start(self) -> Callable[[], None]:
        """Follow the agent; returns how to stop."""
        return self._entry.runtime_data.agent.subscribe(self._changed)

    def watch(self, call_id: str, data: dict[str, Any]) -> None:
        """This call, placed with ``data`` (the action's), may be followed by one more."""
        if self._entry.options.get(const.CONF_LIMITS, {}).get(const.CONF_ANOTHER_WAY, True):
            self._watched[call_id] = data

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None or occurrence.kind != OccurrenceKind.ENDED:
            return
        data = self._watched.pop(call.call_id, None)
        detour = self._entry.runtime_data.agent.detour_of(call.call_id)
        if data is None or detour is None:
            return
        again = {**data, const.ATTR_NUMBER: call.number, const.ATTR_IGNORE_HOURS: True}
        again.pop(const.ATTR_DEVICE, None)
        self._entry.async_create_background_task(self._hass, self._call(again, detour), "hold_slayer another way")

    async def _call(self, data: dict[str, Any], detour: Detour) -> None:
        try:
            service = ServiceCall(self._hass, DOMAIN, const.SERVICE_CALL, data)
            await async_call(self._hass, self._entry.runtime_data, service, detour)
        except HomeAssistantError as err:
            key = getattr(err, "translation_key", "") or "refused"
            _LOGGER.warning("One more call by another way was not placed: %s", key)
