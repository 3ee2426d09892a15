"""Binary sensors: a human is on the line, and something is asked that only the user knows."""

from collections.abc import Mapping
from datetime import UTC, datetime
from typing import Any, override

from homeassistant.components.binary_sensor import BinarySensorEntity
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .entity import HoldSlayerEntity
from .runtime import HoldSlayerConfigEntry

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: HoldSlayerConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the binary sensors of an account."""
    async_add_entities([HumanSensor(entry, "human"), QuestionSensor(entry, "question")])


class HumanSensor(HoldSlayerEntity, BinarySensorEntity):
    """On from the confirmed human until the call ends."""

    @property
    @override
    def is_on(self) -> bool:
        return self._active_call is not None and self._active_call.is_human


class QuestionSensor(HoldSlayerEntity, BinarySensorEntity):
    """On while the call waits for an answer of the user's; the words are attributes, which the recorder does not keep."""

    _unrecorded_attributes = frozenset({"text", "asks"})

    @property
    @override
    def is_on(self) -> bool:
        return self._active_call is not None and self._active_call.question is not None

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any] | None:
        call = self._active_call
        if call is None or call.question is None:
            return None
        return {
            "call_id": call.call_id,
            "question_id": call.question.question_id,
            "fact": call.question.fact,
            "asked_by": "model" if call.question.asks else "line",
            "asks": call.question.asks,
            "offers": list(call.question.offers),
            "text": call.question.text,
            "deadline": datetime.fromtimestamp(call.question.deadline, UTC).isoformat(timespec="seconds"),
        }
