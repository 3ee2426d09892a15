"""Calls that follow a call: when it has ended in a certain way one more is placed, with everything that it was given."""

from abc import ABC, abstractmethod
from collections.abc import Callable, Coroutine
import logging
from typing import Any, ClassVar

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from . import const
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.snapshot import CallSnapshot
from .runtime import HoldSlayerConfigEntry

_LOGGER = logging.getLogger(__name__)


class FollowingCalls(ABC):
    """Follows the calls of an account that were placed by the action."""

    name: ClassVar[str]
    """Of what follows, for its task."""
    lost: ClassVar[str]
    """What the log says when it is not placed."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._watched: dict[str, dict[str, Any]] = {}

    def start(self) -> Callable[[], None]:
        """Follow the agent; returns how to stop."""
        return self._entry.runtime_data.agent.subscribe(self._changed)

    def watch(self, call_id: str, data: dict[str, Any]) -> None:
        """This call, placed with ``data`` (the action's), may be followed by another."""
        self._watched[call_id] = data

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None or occurrence.kind != OccurrenceKind.ENDED:
            return
        data = self._watched.pop(call.call_id, None)
        if data is None:
            return
        without_device = {key: value for key, value in data.items() if key != const.ATTR_DEVICE}
        if (placing := self._next(call, without_device)) is not None:
            self._entry.async_create_background_task(self._hass, self._place(placing), f"hold_slayer {self.name}")

    @abstractmethod
    def _next(self, call: CallSnapshot, data: dict[str, Any]) -> Coroutine[Any, Any, Any] | None:
        """How to place what follows ``call``; None when nothing does."""

    async def _place(self, placing: Coroutine[Any, Any, Any]) -> None:
        try:
            await placing
        except HomeAssistantError as err:
            key = getattr(err, "translation_key", "") or "refused"
            _LOGGER.warning("%s: %s", self.lost, key)
