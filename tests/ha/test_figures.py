"""Sensors of the day, of contacts and of the line."""

import asyncio
from datetime import timedelta
from pathlib import Path
import re
import time
from types import MappingProxyType
from typing import Any
from unittest.mock import patch

from freezegun.api import FrozenDateTimeFactory
from homeassistant.config_entries import ConfigSubentry
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
from homeassistant.helpers.template import Template
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
import yaml

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.line_quality import LineQuality
from custom_components.hold_slayer.engine.model.model_use import ModelUse
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.sip.errors import NoAnswerError
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from tests.fakes.agent import FakeAgent

from .conftest import subentry
from .test_history_actions import past

PREFIX = "sensor.alice_sip_example_com_"
NOON = "2026-06-10 19:00:00+00:00"
"""Noon where Home Assistant's tests are at home."""


def value(hass: HomeAssistant, entity_id: str) -> str:
    state = hass.states.get(entity_id)
    assert state is not None, entity_id
    return state.state


def today(hass: HomeAssistant) -> tuple[float, float, float]:
    names = ("calls_today", "time_on_the_line_today", "time_on_hold_today")
    calls, line, hold = (float(value(hass, PREFIX + name)) for name in names)
    return calls, line, hold


# --- today ----------------------------------------------------------------------------------------------------------


async def test_today_counts_what_was_placed_and_begins_anew_at_midnight(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(NOON)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    agent = agents[-1]
    assert today(hass) == (0, 0, 0)
    await past(entry, 1, 0.1)  # 5 minutes, answered after 2 s, 2 of them on hold
    await past(entry, 2, 0.2, hold_s=60.0)
    await past(entry, 3, 0.1, outcome=Outcome.REFUSED)
    await past(entry, 4, 0.6)  # yesterday
    await hass.async_block_till_done(wait_background_tasks=True)
    assert today(hass) == pytest.approx((2, 2 * 298 / 60, 3.0), abs=0.06)
    state = hass.states.get(PREFIX + "calls_today")
    assert state is not None
    assert state.attributes["state_class"] == "total"
    assert state.attributes["last_reset"] == dt_util.start_of_local_day().isoformat()

    now = time.time()
    agent.show(phase=Phase.ON_HOLD, started_at=now - 130, answered_at=now - 120, hold_started_at=now - 60)
    assert today(hass) == pytest.approx((3, 2 * 298 / 60 + 2.0, 4.0), abs=0.06)
    freezer.tick(timedelta(minutes=1, seconds=1))
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert today(hass) == pytest.approx((3, 2 * 298 / 60 + 3.0, 5.0), abs=0.06)
    agent.trunk(RegistrationState.FAILED, NoAnswerError("down"))
    agent.end(Outcome.HUNG_UP, "You ended the call.")
    agent.show(ended_at=time.time())
    await hass.async_block_till_done()
    assert today(hass)[0] == 3, "without a trunk too, and the call that is not in the history yet"

    freezer.move_to("2026-06-11 07:00:01+00:00")
    async_fire_time_changed(hass)
    await hass.async_block_till_done()
    assert today(hass) == (0, 0, 0)


# --- quality --------------------------------------------------------------------------------------------------------


async def test_quality_of_the_line(hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]) -> None:
    registry = er.async_get(hass)
    keys = ("packet_loss", "remote_packet_loss", "jitter", "round_trip")
    for key in keys:
        registry.async_get_or_create("sensor", DOMAIN, f"entry-1_{key}", config_entry=entry, suggested_object_id=key)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert [value(hass, f"sensor.{key}") for key in keys] == ["unknown"] * 4
    agents[-1].show(phase=Phase.ON_HOLD, quality=LineQuality(1.234, 7.0, None, None))
    assert [value(hass, f"sensor.{key}") for key in keys] == ["1.23", "unknown", "7.0", "unknown"]
    agents[-1].show(phase=Phase.ENDED, quality=LineQuality(0.0, 5.0, 80.4, 2.0))
    assert [value(hass, f"sensor.{key}") for key in keys] == ["0.0", "2.0", "5.0", "80.4"]


async def test_figures_of_the_language_model(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    er.async_get(hass).async_get_or_create(
        "sensor", DOMAIN, "entry-1_model_questions", config_entry=entry, suggested_object_id="questions"
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert value(hass, "sensor.questions") == "0"
    agents[-1].model_use = ModelUse(calls=4, used=2, refused=1, timeouts=1)
    agents[-1].show(phase=Phase.ENDED)
    state = hass.states.get("sensor.questions")
    assert state is not None
    assert state.state == "4"
    figures = {key: state.attributes[key] for key in ("used", "refused", "failures", "timeouts", "tokens")}
    assert figures == {"used": 2, "refused": 1, "failures": 0, "timeouts": 1, "tokens": None}


@pytest.mark.parametrize(
    ("quality", "least", "most"),
    [
        (LineQuality(0.0, 1.0, 40.0, 0.0), 4.3, 4.5),
        (LineQuality(0.0, 5.0, None, None), 4.2, 4.5),
        (LineQuality(3.0, 10.0, 100.0, 0.0), 3.5, 4.2),
        (LineQuality(0.0, 5.0, 80.0, 20.0), 1.5, 2.8),
        (LineQuality(0.0, 20.0, 900.0, 0.0), 2.0, 3.5),
        (LineQuality(100.0, 300.0, 3000.0, 100.0), 1.0, 1.0),
    ],
)
async def test_quality_in_one_figure(
    hass: HomeAssistant, agent: FakeAgent, quality: LineQuality, least: float, most: float
) -> None:
    assert value(hass, PREFIX + "call_quality") == "unknown"
    agent.show(phase=Phase.ON_HOLD, quality=quality)
    assert least <= float(value(hass, PREFIX + "call_quality")) <= most


async def test_quality_is_diagnostic_and_off_by_default(hass: HomeAssistant, agent: FakeAgent) -> None:
    entry = er.async_get(hass).async_get(PREFIX + "jitter")
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION
    assert entry.entity_category is er.EntityCategory.DIAGNOSTIC


async def test_the_chart_of_the_pages_shows_every_hour_with_a_wait(hass: HomeAssistant) -> None:
    page = (Path(__file__).parents[2] / "docs" / "entities.md").read_text(encoding="utf-8")
    (block,) = re.findall(r"```yaml\n(type: markdown\n.*?)```", page, re.DOTALL)
    waits = [None, 60.0, None, 600.0] + [None] * 20
    hass.states.async_set("sensor.acme_bank_best_hour_to_call", "01:00", {"median_hold_by_hour": waits})
    shown = Template(yaml.safe_load(block)["content"], hass).async_render()
    assert [line.strip("` ") for line in str(shown).splitlines() if "min" in line] == [
        "01:00 ███ 1.0 min",
        "03:00 █████████████████████ 10.0 min",
    ]
    hass.states.async_remove("sensor.acme_bank_best_hour_to_call")
    assert str(Template(yaml.safe_load(block)["content"], hass).async_render()).strip() == ""


# --- contacts -------------------------------------------------------------------------------------------------------


async def at_hour(entry: MockConfigEntry, index: int, hour: float, hold_s: float, **changes: Any) -> float:
    """An ended call at an hour of the day before yesterday; returns its start."""
    start = (dt_util.start_of_local_day() - timedelta(days=2) + timedelta(hours=hour)).timestamp()
    await past(entry, index, 0, started_at=start, hold_s=hold_s, **changes)
    return start


async def test_each_contact_has_its_best_hour_and_usual_wait(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    assert value(hass, "sensor.acme_bank_best_hour_to_call") == "unknown"
    assert value(hass, "sensor.acme_bank_usual_wait") == "unknown"
    for index, (hour, hold_s) in enumerate([(9.0, 900), (9.4, 700), (15.2, 120), (15.6, 240), (20.0, 10)]):
        await at_hour(entry, index, hour, hold_s)
    await hass.async_block_till_done(wait_background_tasks=True)
    state = hass.states.get("sensor.acme_bank_best_hour_to_call")
    assert state is not None
    assert state.state == "15:00", "one call at eight in the evening is none to go by"
    assert (state.attributes["hour"], state.attributes["median_hold"], state.attributes["calls"]) == (15, 180.0, 5)
    assert state.attributes["calls_by_hour"][9] == 2
    assert float(value(hass, "sensor.acme_bank_usual_wait")) == 4.0, "minutes"
    assert value(hass, "sensor.town_hall_best_hour_to_call") == "unknown"
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "entry-1_acme_bank"), "entry-1")
    assert device is not None
    assert device.name == "Acme Bank"
    assert device.config_subentry_id == "acme_bank"
    assert "acme_bank_best_hour" not in entry.runtime_data.feed.account()["entities"]


async def test_contacts_come_change_and_go_without_a_reload(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    new = subentry("contact", name="Power company", number="5550111")
    hass.config_entries.async_add_subentry(entry, ConfigSubentry(**new))  # type: ignore[arg-type]
    await hass.async_block_till_done()
    assert value(hass, "sensor.power_company_usual_wait") == "unknown"
    town = entry.subentries["town_hall"]
    hass.config_entries.async_update_subentry(entry, town, title="City hall", data={"name": "City hall", "number": "1"})
    await hass.async_block_till_done()
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "entry-1_town_hall"), "entry-1")
    assert device is not None
    assert device.name == "City hall"
    hass.config_entries.async_remove_subentry(entry, "acme_bank")
    await hass.async_block_till_done()
    assert hass.states.get("sensor.acme_bank_usual_wait") is None
    assert dr.async_get(hass).async_get_device_by_identifier((DOMAIN, "entry-1_acme_bank"), "entry-1") is None
    assert agent.stops == 0


async def test_a_contact_that_comes_during_a_reload_gets_its_sensors_once(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agent: FakeAgent,
    agents: list[FakeAgent],
    caplog: pytest.LogCaptureFixture,
) -> None:
    """The old account signs off at its provider, which takes a moment; the platform is gone by then."""
    new = subentry("contact", name="Power company", number="5550177")

    async def slow_stop() -> None:
        hass.config_entries.async_add_subentry(
            entry,
            ConfigSubentry(
                data=MappingProxyType(new["data"]), subentry_type="contact", title="Power company", unique_id=None
            ),
        )
        await asyncio.sleep(0)

    with patch.object(agent, "stop", slow_stop):
        assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert len(agents) == 2
    assert value(hass, "sensor.power_company_usual_wait") == "unknown"
    assert "already exists" not in caplog.text
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert value(hass, "sensor.power_company_usual_wait") == "unavailable"


async def test_nothing_is_needed_of_a_recorder(hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent) -> None:
    await at_hour(entry, 1, 9.0, 600)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert float(value(hass, "sensor.acme_bank_usual_wait")) == 10.0
    await hass.config_entries.async_remove(entry.entry_id)
