"""Sensors of the line's quality in the present or last call: for whoever looks for a fault, so disabled by default."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.sensor import (
    SensorDeviceClass,
    SensorEntity,
    SensorEntityDescription,
    SensorStateClass,
)
from homeassistant.const import PERCENTAGE, EntityCategory, UnitOfTime

from .engine.model.line_quality import LineQuality
from .entity import HoldSlayerEntity
from .runtime import HoldSlayerConfigEntry


@dataclass(frozen=True, kw_only=True)
class QualityDescription(SensorEntityDescription):
    """Which figure."""

    value: Callable[[LineQuality], float | None]


DESCRIPTIONS = (
    QualityDescription(
        key="packet_loss",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        value=lambda quality: quality.loss_percent,
    ),
    QualityDescription(
        key="remote_packet_loss",
        native_unit_of_measurement=PERCENTAGE,
        suggested_display_precision=1,
        value=lambda quality: quality.remote_loss_percent,
    ),
    QualityDescription(
        key="jitter",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        suggested_display_precision=0,
        value=lambda quality: quality.jitter_ms,
    ),
    QualityDescription(
        key="round_trip",
        device_class=SensorDeviceClass.DURATION,
        native_unit_of_measurement=UnitOfTime.MILLISECONDS,
        suggested_display_precision=0,
        value=lambda quality: quality.round_trip_ms,
    ),
)


class QualitySensor(HoldSlayerEntity, SensorEntity):
    """One figure; it stays until the next call."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_entity_registry_enabled_default = False
    _attr_state_class = SensorStateClass.MEASUREMENT
    entity_description: QualityDescription

    def __init__(self, entry: HoldSlayerConfigEntry, description: QualityDescription) -> None:
        super().__init__(entry, description.key)
        self.entity_description = description

    @property
    @override
    def native_value(self) -> float | None:
        quality = self._call.quality if self._call is not None else None
        value = self.entity_description.value(quality) if quality is not None else None
        return None if value is None else round(value, 2)
