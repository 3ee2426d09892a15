"""Sensor of the language model: how often it was asked since the start, and what came of it (disabled by default)."""

from collections.abc import Mapping
from dataclasses import asdict
from typing import Any, override

from homeassistant.components.sensor import SensorEntity, SensorStateClass
from homeassistant.const import EntityCategory

from .entity import HoldSlayerEntity
from .runtime import HoldSlayerConfigEntry


class ModelUseSensor(HoldSlayerEntity, SensorEntity):
    """Over all calls of the account; it begins anew when the account is loaded."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_state_class = SensorStateClass.TOTAL_INCREASING

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "model_questions")

    @property
    @override
    def available(self) -> bool:
        """What has been stays true without a trunk."""
        return True

    @property
    @override
    def native_value(self) -> int:
        return self._agent.model_use.calls

    @property
    @override
    def extra_state_attributes(self) -> Mapping[str, Any]:
        figures = asdict(self._agent.model_use)
        del figures["calls"]
        return figures
