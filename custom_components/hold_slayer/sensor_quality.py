"""Sensors of the line's quality in the present or last call: one figure, and what it is made of (disabled by default)."""

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


_JITTER_BUFFER_MS = 60.0
"""What playing out evenly adds to the way."""


def mean_opinion(quality: LineQuality) -> float:
    """How people would rate the talk, 1 (bad) to 4.5 (as good as G.711 gets): the E-model, ITU-T G.107 section 7.1 and Annex B.

    Delay counts as half the round trip (100 ms where nobody tells it) and the jitter buffer, by the usual straight lines for
    ``Id``; loss as the worse of both directions, spread at random over G.711 with concealment (G.113 table I.1: Bpl = 25.1).
    """
    delay_ms = (quality.round_trip_ms or 100.0) / 2.0 + _JITTER_BUFFER_MS + 2.0 * quality.jitter_ms
    impairment = 0.024 * delay_ms + 0.11 * max(0.0, delay_ms - 177.3)
    loss = max(quality.loss_percent, quality.remote_loss_percent or 0.0)
    rating = 93.2 - impairment - 95.0 * loss / (loss + 25.1)
    rating = min(100.0, max(0.0, rating))
    return max(1.0, 1.0 + 0.035 * rating + rating * (rating - 60.0) * (100.0 - rating) * 7e-6)


class CallQualitySensor(HoldSlayerEntity, SensorEntity):
    """The line in one figure, of the present or last call."""

    _attr_entity_category = EntityCategory.DIAGNOSTIC
    _attr_state_class = SensorStateClass.MEASUREMENT
    _attr_suggested_display_precision = 1

    def __init__(self, entry: HoldSlayerConfigEntry) -> None:
        super().__init__(entry, "call_quality")

    @property
    @override
    def native_value(self) -> float | None:
        quality = self._call.quality if self._call is not None else None
        return None if quality is None else round(mean_opinion(quality), 2)


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
