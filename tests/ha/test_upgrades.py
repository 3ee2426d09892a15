"""What older versions have left behind is taken over: histories of every schema, entries of every version."""

import json
from pathlib import Path
import sqlite3
from typing import Any

from homeassistant.config_entries import ConfigEntryState, ConfigSubentryDataWithId
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer import migration
from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.storage import vault
from custom_components.hold_slayer.storage.call_log import SqliteCallLog
from custom_components.hold_slayer.storage.legs import Rates
from custom_components.hold_slayer.storage.schema import MIGRATIONS
from tests.fakes.agent import FakeAgent

DATA = Path(__file__).parents[1] / "data"
HISTORIES = sorted((DATA / "history").glob("v*.sql"), key=lambda path: int(path.stem[1:]))
FACTS = sorted((DATA / "facts").glob("*.json"))
ENTRIES = sorted((DATA / "entries").glob("*.json"))


def test_there_is_a_history_of_every_schema() -> None:
    """Whoever adds a migration adds what the version before has written."""
    assert [path.stem for path in HISTORIES] == [f"v{number}" for number in range(1, len(MIGRATIONS) + 1)]


def test_there_is_an_entry_of_every_version() -> None:
    expected = [f"{migration.VERSION}.{minor}" for minor in range(1, migration.MINOR_VERSION + 1)]
    assert [path.stem for path in ENTRIES] == expected


def test_there_are_facts_of_every_version_before_this_one() -> None:
    assert [path.stem for path in FACTS] == [str(number) for number in range(1, vault._VERSION)]


@pytest.mark.parametrize("source", FACTS, ids=lambda path: path.stem)
async def test_facts_are_taken_over_whole(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], hass_storage: dict[str, Any], source: Path
) -> None:
    """Facts of before scopes could be released to any call that names them: so they still can, and to no other."""
    file = json.loads(await hass.async_add_executor_job(source.read_text, "utf-8"))
    hass_storage[file["key"]] = file
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert {fact.name: fact.value for fact in entry.runtime_data.vault.facts} == file["data"]["facts"]
    assert {(fact.kind, fact.scope, fact.contact) for fact in entry.runtime_data.vault.facts} == {("", "any_call", "")}
    await hass.async_block_till_done(wait_background_tasks=True)
    assert hass_storage[file["key"]]["version"] == vault._VERSION
    call = {"number": "+15550177", "goal": "Talk"}
    await hass.services.async_call(DOMAIN, "call", call, blocking=True)
    await hass.services.async_call(DOMAIN, "call", {**call, "facts": ["pin"]}, blocking=True)
    assert [brief.facts for brief in agents[-1].briefs] == [{}, {"pin": "0471"}]
    assert [brief.ask_first for brief in agents[-1].briefs] == [(), ()]


async def test_facts_of_a_later_version_are_left_alone(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    key = "hold_slayer.entry-1.facts"
    later = {"version": vault._VERSION + 1, "minor_version": 1, "key": key, "data": {"facts": {"pin": {"new": 1}}}}
    hass_storage[key] = later
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert hass_storage[key] == later


def written(source: Path, path: Path) -> None:
    connection = sqlite3.connect(path)
    connection.executescript(source.read_text(encoding="utf-8"))
    connection.close()


@pytest.mark.parametrize("source", HISTORIES, ids=lambda path: path.stem)
async def test_a_history_is_taken_over_whole(source: Path, tmp_path: Path) -> None:
    path = tmp_path / "hold_slayer.db"
    written(source, path)
    version = int(source.stem[1:])
    log = SqliteCallLog(path, "entry-1", Rates(per_minute=1.0, currency="EUR"))
    assert await log.open() == 1, "a call was cut off"
    cut, done = await log.calls()
    figures = await log.figures(0.0)
    await log.close()
    assert (done["outcome"], done["hold_s"], len(done["events"])) == ("connected", 420.0, 12)
    assert [leg["name"] for leg in done["legs"]] == ["far", "Kitchen", "Mobile"]
    assert done["cost"] == (0.31 if version >= 3 else None), "what was not known then is not made up now"
    assert done["strip"] == ([[0.0, "speech"], [9.5, ""]] if version >= 2 else [])
    assert (cut["outcome"], cut["ended_at"]) == ("interrupted", 1780002030.0)
    assert [(leg["name"], leg["ended_at"], leg["reason"]) for leg in cut["legs"]] == [
        ("far", 1780002030.0, "interrupted")
    ]
    assert [(each.keys, each.menu_s, each.target) for each in figures] == [(1, 27.0, "Mobile"), (1, 27.0, "")]
    with sqlite3.connect(path) as connection:
        assert connection.execute("PRAGMA integrity_check").fetchone() == ("ok",)
        assert connection.execute("SELECT max(version) FROM migrations").fetchone() == (len(MIGRATIONS),)
    connection.close()
    again = SqliteCallLog(path, "entry-1")
    assert await again.open() == 0
    assert len(await again.calls()) == 2
    await again.close()


@pytest.mark.parametrize("source", ENTRIES, ids=lambda path: path.stem)
async def test_an_entry_is_taken_over_whole(
    hass: HomeAssistant, core: None, agents: list[FakeAgent], source: Path
) -> None:
    kept: dict[str, Any] = json.loads(await hass.async_add_executor_job(source.read_text, "utf-8"))
    version, minor = map(int, source.stem.split("."))
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id="entry-1",
        title="alice@sip.example.com",
        unique_id="alice@sip.example.com",
        data=kept["data"],
        options=kept["options"],
        subentries_data=[
            ConfigSubentryDataWithId(subentry_id=f"sub-{number}", unique_id=None, **each)
            for number, each in enumerate(kept["subentries"])
        ],
        version=version,
        minor_version=minor,
    )
    entry.add_to_hass(hass)
    written(HISTORIES[0], Path(hass.config.path("hold_slayer.db")))
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert entry.state is ConfigEntryState.LOADED
    assert (entry.version, entry.minor_version) == (migration.VERSION, migration.MINOR_VERSION)
    runtime = entry.runtime_data
    assert [(each.name, each.ring_s) for each in runtime.hand_over] == [("Kitchen", 20.0), ("Mobile", 25.0)]
    contact = runtime.contact("Acme Bank")
    assert (contact.dialled, contact.goal, contact.language) == (("+15550100",), "A charge on my bill", "en")
    assert agents[-1].account.password == "s3cret-pass"
    await hass.services.async_call(DOMAIN, "call", {"contact": "Acme Bank", "ignore_hours": True}, blocking=True)
    assert agents[-1].briefs[-1].number.value == "+15550100"
    answer = await hass.services.async_call(
        DOMAIN, "get_statistics", {"days": 36500, "contact": "Acme Bank"}, blocking=True, return_response=True
    )
    assert answer is not None
    assert (answer["calls"], answer["targets"]) == (2, {"Mobile": 1})
