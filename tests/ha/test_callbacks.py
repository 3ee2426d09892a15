"""Promised calls across restarts: what is written, what is read again, and what becomes of bad files."""

from dataclasses import replace
import json
from pathlib import Path
import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.hold_slayer import callbacks
from custom_components.hold_slayer.engine.agent import Promise
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.recording import RecordingScope
from custom_components.hold_slayer.storage.promises import LONGEST_S, VERSION
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS

FILE = "hold_slayer.entry-1.callbacks"
KEPT = Path(__file__).parents[1] / "data" / "promises"


def promise(number: str = "+15550100", **fields: Any) -> Promise:
    brief = CallBrief(DialTarget(number), "my bill", company="Acme", language="en", locale="en-GB", **fields)
    return Promise(brief, time.time() + 3600.0)


def kept(**fields: Any) -> dict[str, Any]:
    mine = {"number": "+15550100", "until": time.time() + 3600.0, "goal": "my bill", "company": "Acme"}
    return mine | {"language": "en", "locale": "", "is_recorded": True} | fields


def file(*promises: Any, version: int = VERSION) -> dict[str, Any]:
    return {"version": version, "minor_version": 1, "key": FILE, "data": {"promises": list(promises)}}


async def set_up(hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]) -> FakeAgent:
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return agents[-1]


def expected(agent: FakeAgent) -> list[tuple[CallBrief, float]]:
    return [(order[1], order[2]) for order in agent.orders if order[0] == "expect_callback"]


async def test_every_change_is_written_and_holds_no_fact(
    hass: HomeAssistant, agent: FakeAgent, hass_storage: dict[str, Any]
) -> None:
    (tell,) = agent.callback_listeners
    secret = promise(facts={"pin": "9315"}, record=RecordingScope.ALL)
    tell((promise("+15550199"),))
    tell((secret,))
    await hass.async_block_till_done()
    (written,) = hass_storage[FILE]["data"]["promises"]
    assert written == kept(until=secret.until, locale="en-GB")
    assert "9315" not in json.dumps(hass_storage[FILE])
    tell(())
    await hass.async_block_till_done()
    assert hass_storage[FILE]["data"] == {"promises": []}


async def test_what_is_waited_for_is_told_to_the_agent_with_the_options_of_today(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], hass_storage: dict[str, Any]
) -> None:
    now = time.time()
    hass_storage[FILE] = file(
        kept(),
        kept(number="+15550101", until=now + 60.0, is_recorded=False),
        kept(number="+15550102", until=now - 1.0),
        kept(number="+15550103", until=now + LONGEST_S + 90_000.0),
    )
    hass.config_entries.async_update_entry(entry, options={**OPTIONS, "recording": {"record": "waiting"}})
    agent = await set_up(hass, entry, agents)
    (soon, until), (later, _), (_, latest) = expected(agent)
    assert (soon.number.value, until) == ("+15550101", now + 60.0)
    assert (soon.record, later.record) == (RecordingScope.OFF, RecordingScope.WAITING)
    assert (later.goal, later.company, later.user_name) == ("my bill", "Acme", "Alex")
    assert [target.name for target in later.hand_over] == ["Kitchen phone", "Mobile"]
    assert latest == pytest.approx(now + 14 * 86_400.0, abs=60.0), "two weeks at most, whatever became of the clock"
    written = {each["number"]: each["until"] for each in hass_storage[FILE]["data"]["promises"]}
    assert set(written) == {"+15550100", "+15550101", "+15550103"}
    assert written["+15550103"] == latest


@pytest.mark.parametrize(
    "damaged", ["nothing", {}, kept(number="what is this"), kept(until="soon"), kept(until=None), kept(number="")]
)
async def test_a_damaged_promise_takes_no_other_with_it(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agents: list[FakeAgent],
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    damaged: Any,
) -> None:
    hass_storage[FILE] = file(damaged, kept())
    agent = await set_up(hass, entry, agents)
    assert [brief.number.value for brief, _ in expected(agent)] == ["+15550100"]
    assert "1 promised calls are damaged" in caplog.text
    assert len(hass_storage[FILE]["data"]["promises"]) == 1


async def test_a_file_of_a_later_version_stops_nothing_else(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], hass_storage: dict[str, Any]
) -> None:
    hass_storage[FILE] = file(kept(), version=VERSION + 1)
    agent = await set_up(hass, entry, agents)
    assert agent.is_running
    assert expected(agent) == []
    assert hass_storage[FILE]["version"] == VERSION + 1, "it is left as it is"


@pytest.mark.parametrize("version", range(1, VERSION + 1))
async def test_files_of_every_version_are_taken_over(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], hass_storage: dict[str, Any], version: int
) -> None:
    """Whoever changes the file adds what the version before has written."""
    written = json.loads((KEPT / f"{version}.json").read_text(encoding="utf-8"))
    written["data"]["promises"][0]["until"] = time.time() + 3600.0
    hass_storage[FILE] = written
    ((brief, _),) = expected(await set_up(hass, entry, agents))
    assert (brief.number.value, brief.company, brief.locale) == ("+15550100", "Acme Bank", "en-GB")


@pytest.mark.parametrize("is_told", [True, False])
async def test_a_returned_call_rings_where_the_user_is_to_be_rung_when_it_comes(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], hass_storage: dict[str, Any], *, is_told: bool
) -> None:
    """Targets change without a reload, both for promises of before the start and for newer ones."""
    hass_storage[FILE] = file(kept())
    agent = await set_up(hass, entry, agents)
    newer = Promise(replace(expected(agent)[0][0], number=DialTarget("+15550177")), time.time() + 60.0)
    (tell,) = agent.callback_listeners
    if is_told:
        tell((newer,))
    hass.config_entries.async_remove_subentry(entry, "mobile")
    await hass.async_block_till_done()
    brief, until = expected(agent)[-1]
    assert brief.number.value == ("+15550177" if is_told else "+15550100")
    assert not is_told or until == newer.until
    assert [target.name for target in brief.hand_over] == ["Kitchen phone"]
    tell((Promise(brief, until),))
    told = len(agent.orders)
    hass.config_entries.async_remove_subentry(entry, "town_hall")
    assert await hass.config_entries.async_unload(entry.entry_id)
    hass.config_entries.async_remove_subentry(entry, "kitchen_phone")
    await hass.async_block_till_done()
    assert len(agent.orders) == told, "a contact changes nothing, and nobody follows any more"


async def test_old_ones_are_looked_for_every_hour_and_all_go_with_the_account(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_storage: dict[str, Any]
) -> None:
    (tell,) = agent.callback_listeners
    tell((promise(),))
    await hass.async_block_till_done()
    async_fire_time_changed(hass, dt_util.utcnow() + callbacks.EVERY)
    await hass.async_block_till_done()
    assert agent.orders[-1] == ("drop_old_callbacks",)
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert FILE not in hass_storage
    assert agent.callback_listeners == []
