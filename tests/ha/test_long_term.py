"""Hold times of contacts in the long-term statistics of a real recorder."""

from datetime import timedelta
from typing import Any

from homeassistant.components.recorder import Recorder
from homeassistant.components.recorder.statistics import list_statistic_ids, statistics_during_period
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.components.recorder.common import async_wait_recording_done

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.long_term import statistic_id
from tests.fakes.agent import FakeAgent

from .test_figures import at_hour


@pytest.fixture(autouse=True)
def custom_integrations(recorder_mock: Recorder, enable_custom_integrations: None) -> None:
    """The recorder has to be there before Home Assistant is."""


ACME = statistic_id("acme_bank")


async def in_recorder(hass: HomeAssistant, recorder: Recorder, name: str = ACME) -> list[dict[str, Any]]:
    """Rows of a statistic as the recorder has them: hour of the start, mean, min, max."""
    await hass.async_block_till_done(wait_background_tasks=True)
    await async_wait_recording_done(hass)
    start = dt_util.utcnow() - timedelta(days=10)
    found = await recorder.async_add_executor_job(
        statistics_during_period, hass, start, None, {name}, "hour", None, {"mean", "min", "max"}
    )
    return [dict(row) for row in found.get(name, [])]


async def known_ids(hass: HomeAssistant, recorder: Recorder) -> dict[str, str | None]:
    await async_wait_recording_done(hass)
    found = await recorder.async_add_executor_job(list_statistic_ids, hass)
    return {row["statistic_id"]: row["name"] for row in found if row["source"] == DOMAIN}


async def test_hold_times_are_in_the_long_term_statistics(
    hass: HomeAssistant, recorder_mock: Recorder, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    first = await at_hour(entry, 1, 9.0, 600)
    await at_hour(entry, 2, 9.5, 300)
    later = await at_hour(entry, 3, 15.0, 60)
    await at_hour(entry, 4, 15.0, 6000, number="5550199")
    rows = await in_recorder(hass, recorder_mock)
    hour = 3600.0
    assert [(row["start"], row["mean"], row["min"], row["max"]) for row in rows] == [
        (first // hour * hour, 7.5, 5.0, 10.0),
        (later // hour * hour, 1.0, 1.0, 1.0),
    ]
    assert await known_ids(hass, recorder_mock) == {ACME: "Acme Bank", statistic_id("town_hall"): "Town hall"}

    await at_hour(entry, 5, 15.5, 180)
    rows = await in_recorder(hass, recorder_mock)
    assert [(row["mean"], row["max"]) for row in rows] == [(7.5, 10.0), (2.0, 3.0)], "an hour is renewed, not doubled"

    acme = entry.subentries["acme_bank"]
    hass.config_entries.async_update_subentry(entry, acme, title="Acme", data={**acme.data, "name": "Acme"})
    await hass.async_block_till_done()
    assert (await known_ids(hass, recorder_mock))[ACME] == "Acme"
    hass.config_entries.async_remove_subentry(entry, "acme_bank")
    await hass.async_block_till_done()
    assert await known_ids(hass, recorder_mock) == {statistic_id("town_hall"): "Town hall"}
    assert await in_recorder(hass, recorder_mock) == []
    await hass.config_entries.async_remove(entry.entry_id)
    assert await known_ids(hass, recorder_mock) == {}


async def test_the_statistics_outlive_the_history_but_not_a_reload_twice(
    hass: HomeAssistant, recorder_mock: Recorder, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    await at_hour(entry, 1, 9.0, 600)
    before = await in_recorder(hass, recorder_mock)
    assert len(before) == 1
    await hass.config_entries.async_reload(entry.entry_id)
    assert await in_recorder(hass, recorder_mock) == before
    await hass.services.async_call(DOMAIN, "purge", {"days": 0}, blocking=True)
    assert await in_recorder(hass, recorder_mock) == before
    await hass.config_entries.async_reload(entry.entry_id)
    hass.config_entries.async_remove_subentry(entry, "acme_bank")
    assert await in_recorder(hass, recorder_mock) == [], (
        "they go with the contact, though the history knows nothing of them"
    )
