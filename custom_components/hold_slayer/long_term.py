"""Hold times of contacts as long-term statistics of Home Assistant's recorder: for charts over years.

External statistics, not an entity's: a call of yesterday belongs to the hour in which it began. Only figures go there, and the
contact's name; they stay when the history is deleted, and go with the contact.
"""

from collections.abc import Callable, Collection, Iterable
from datetime import UTC, datetime
from statistics import fmean
from typing import Any

from homeassistant.components.recorder.const import DOMAIN as RECORDER_DOMAIN
from homeassistant.components.recorder.models import StatisticData, StatisticMeanType, StatisticMetaData
from homeassistant.components.recorder.statistics import async_add_external_statistics
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.const import UnitOfTime
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.recorder import get_instance
from homeassistant.util import slugify

from . import const
from .const import DOMAIN
from .feed import SIGNAL_FEED
from .runtime import HoldSlayerConfigEntry
from .stops import all_of
from .storage.queries import CallFigures

_HOUR_S = 3600


def statistic_id(subentry_id: str) -> str:
    """Where the statistics of a contact are found."""
    return f"{DOMAIN}:hold_time_{slugify(subentry_id)}"


def hourly(figures: Iterable[CallFigures], numbers: Collection[str]) -> list[StatisticData]:
    """Minutes on hold of the calls to these numbers that reached a human, by the hour (UTC) in which they began."""
    hours: dict[int, list[float]] = {}
    for call in figures:
        if call.is_reached and call.number in numbers:
            hours.setdefault(int(call.started_at // _HOUR_S), []).append(call.hold_s / 60.0)
    return [
        StatisticData(
            start=datetime.fromtimestamp(hour * _HOUR_S, UTC), mean=fmean(holds), min=min(holds), max=max(holds)
        )
        for hour, holds in sorted(hours.items())
    ]


class HoldStatistics:
    """Keeps the recorder's statistics of one account's contacts up to date."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._told: dict[str, tuple[str, list[StatisticData]]] = {}
        self._contacts = self._ids()

    def start(self) -> Callable[[], None]:
        """Tell what is known and what comes; returns how to stop. Without a recorder nothing happens."""
        if RECORDER_DOMAIN not in self._hass.config.components:
            return lambda: None
        self._tell()
        return all_of(
            async_dispatcher_connect(self._hass, SIGNAL_FEED, self._fed),
            async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed),
        )

    @callback
    def _fed(self, entry_id: str, message: dict[str, Any]) -> None:
        if entry_id == self._entry.entry_id and message["kind"] == "recent":
            self._tell()

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry is not self._entry or change is not ConfigEntryChange.UPDATED:
            return
        before, self._contacts = self._contacts, self._ids()
        # Also of those of which nothing was told since the start: the history may be gone, the statistics are not.
        if gone := sorted(before - self._contacts):
            get_instance(self._hass).async_clear_statistics(gone)
            for each in gone:
                self._told.pop(each, None)
        self._tell()

    def _ids(self) -> set[str]:
        return {statistic_id(contact.subentry_id) for contact in self._entry.runtime_data.contacts}

    def _tell(self) -> None:
        runtime = self._entry.runtime_data
        for contact in runtime.contacts:
            rows = hourly(runtime.feed.figures, contact.dialled) if runtime.feed is not None else []
            name = statistic_id(contact.subentry_id)
            if not rows or self._told.get(name) == (contact.name, rows):
                continue
            self._told[name] = (contact.name, rows)
            metadata = StatisticMetaData(
                mean_type=StatisticMeanType.ARITHMETIC,
                has_sum=False,
                name=contact.name,
                source=DOMAIN,
                statistic_id=name,
                unit_class="duration",
                unit_of_measurement=UnitOfTime.MINUTES,
            )
            async_add_external_statistics(self._hass, metadata, [row.copy() for row in rows])


@callback
def async_forget_statistics(hass: HomeAssistant, entry: ConfigEntry) -> None:
    """Delete the statistics of all contacts of an account that is removed."""
    ids = [statistic_id(each.subentry_id) for each in entry.get_subentries_of_type(const.SUBENTRY_CONTACT)]
    if ids and RECORDER_DOMAIN in hass.config.components:
        get_instance(hass).async_clear_statistics(ids)
