"""Event entity: everything that happens in a call."""

from typing import override

from homeassistant.components.event import EventEntity
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.snapshot import CallSnapshot
from .entity import HoldSlayerEntity
from .notice_texts import localized
from .runtime import HoldSlayerConfigEntry

PARALLEL_UPDATES = 0


async def async_setup_entry(
    hass: HomeAssistant, entry: HoldSlayerConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the event entity of an account."""
    async_add_entities([CallEventEntity(entry, "call_event")])


class CallEventEntity(HoldSlayerEntity, EventEntity):
    """One event a line of the call's story; facts appear as placeholders."""

    _attr_event_types = list(OccurrenceKind.ALL)  # noqa: RUF012 - as Home Assistant declares it

    @property
    @override
    def available(self) -> bool:
        """What has happened stays true."""
        return True

    def _told(self, occurrence: CallOccurrence) -> dict[str, str]:
        """Its sentence, where it has one, in Home Assistant's language."""
        sentence = occurrence.data.get("sentence")
        return {} if sentence is None else {"sentence": localized(str(sentence), self.hass.config.language)}

    @callback
    @override
    def _changed(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is not None:
            self._trigger_event(
                occurrence.kind,
                {
                    "call_id": occurrence.call_id,
                    "company": snapshot.company,
                    "phase": snapshot.phase.value,
                    "seconds": round(occurrence.t_s, 2),
                    **occurrence.data,
                    **self._told(occurrence),
                },
            )
            self.async_write_ha_state()
