"""What happens between two steps: things that vanish, refuse or break just then."""

import logging
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers.dispatcher import async_dispatcher_send
from homeassistant.helpers.storage import Store
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.hold_slayer import async_unload_entry, retention
from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.agent import UnknownCallError
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.ports import ServiceError
from custom_components.hold_slayer.feed import SIGNAL_FEED
from custom_components.hold_slayer.spare_numbers import SpareNumbers
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS
from .test_actions import refused
from .test_history_actions import past
from .test_media import recorded
from .test_websocket import Client


async def test_an_account_that_does_not_unload_goes_on(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    with patch.object(hass.config_entries, "async_unload_platforms", return_value=False):
        assert not await async_unload_entry(hass, entry)
    assert agent.is_running
    assert await entry.runtime_data.call_log.calls() == []


async def test_removal_with_a_history_that_cannot_be_used_is_told(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, caplog: pytest.LogCaptureFixture
) -> None:
    with patch(
        "custom_components.hold_slayer.storage.call_log.SqliteCallLog.forget", side_effect=ServiceError("disk full")
    ):
        await hass.config_entries.async_remove(entry.entry_id)
    assert "The history of the removed account stays in hold_slayer.db: disk full" in caplog.text


async def test_an_entry_of_a_later_version_is_left_alone(
    hass: HomeAssistant, core: None, agents: list[FakeAgent]
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, data=ACCOUNT, options=OPTIONS, version=99)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert agents == []


@pytest.mark.parametrize("kind", ["facts", "flows"])
async def test_private_files_that_cannot_be_read_are_tried_again(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], kind: str
) -> None:
    async def load(store: Store[Any]) -> Any:
        """A disk on which one file fails."""
        if store.key.endswith(kind):
            raise HomeAssistantError("gone")
        return await readable(store)

    readable = Store.async_load
    with patch.object(Store, "async_load", load):
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert agents == []


async def test_a_call_that_ends_while_it_is_told_to(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    with patch.object(agent, "hang_up", side_effect=UnknownCallError("call-1")):
        assert await refused(hass, "hang_up") == "unknown_call"


async def test_a_call_that_somebody_else_deletes_meanwhile(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    runtime = entry.runtime_data
    name = await past(entry, 1, 1.0)
    with patch.object(runtime.call_log, "remove", return_value=False):
        assert await retention.purge_call(hass, runtime, name) is None
    assert len(await runtime.call_log.calls()) == 1


async def test_deleting_from_a_broken_history_is_told(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_ws_client: WebSocketGenerator
) -> None:
    client = Client(await hass_ws_client(hass))
    await entry.runtime_data.call_log.close()
    answer = await client.ask("calls/delete", call_id="c1")
    assert answer["error"]["code"] == "history_unusable"


async def test_other_integrations_are_nothing_to_a_dashboard(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_ws_client: WebSocketGenerator
) -> None:
    client = Client(await hass_ws_client(hass))
    await client.subscribe()
    MockConfigEntry(domain="other").add_to_hass(hass)
    hass.config_entries.async_update_entry(entry, title="Renamed")
    account = (await client.event())["account"]
    assert account["title"] == "Renamed"


async def test_news_of_another_account_change_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    changes: list[object] = []
    hass.bus.async_listen("state_changed", changes.append)
    async_dispatcher_send(hass, SIGNAL_FEED, "entry-9", {"kind": "recent"})
    await hass.async_block_till_done()
    assert changes == []


async def test_a_contact_that_is_gone_has_no_past(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    runtime = entry.runtime_data
    with patch.object(runtime, "feed", None):
        async_dispatcher_send(hass, SIGNAL_FEED, entry.entry_id, {"kind": "recent"})
        await hass.async_block_till_done()
        state = hass.states.get("sensor.acme_bank_best_hour_to_call")
        assert state is not None
        assert state.state == "unknown"
        assert "hour" not in state.attributes


@pytest.mark.parametrize("suffix", ["", "-wal"])
async def test_the_history_is_for_home_assistants_user_only(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], suffix: str
) -> None:
    path = Path(hass.config.path("hold_slayer.db"))
    await hass.async_add_executor_job(path.touch, 0o644)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await past(entry, 1, 1.0)
    found = await hass.async_add_executor_job(path.with_name(path.name + suffix).stat)
    assert found.st_mode & 0o777 == 0o600


async def test_a_misheard_second_stands_in_the_history(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_ws_client: WebSocketGenerator
) -> None:
    client = Client(await hass_ws_client(hass))
    name = await recorded(hass, entry, 1)
    answer = await client.ask("calls/misheard", call_id=name, at_s=12.34)
    assert answer.get("result") == {"at_s": 12.3}, answer
    row = await entry.runtime_data.call_log.call(name)
    assert row is not None
    marks = [event for event in row["events"] if event["kind"] == "misheard"]
    assert [mark["data"] for mark in marks] == [{"at_s": 12.3}]
    for wrong in ({"call_id": "nobody", "at_s": 1}, {"call_id": "call-1", "at_s": 1}):
        assert (await client.ask("calls/misheard", **wrong))["error"]["code"] == "not_found"
    for second in (-1, 1e9, "soon"):
        assert (await client.ask("calls/misheard", call_id=name, at_s=second))["error"]["code"] == "invalid_format"
    with patch.object(entry.runtime_data.call_log, "record", side_effect=ServiceError("disk full")):
        answer = await client.ask("calls/misheard", call_id=name, at_s=1)
    assert answer["error"]["code"] == "history_unusable"


async def test_the_next_number_of_a_contact_that_cannot_be_called(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, caplog: pytest.LogCaptureFixture
) -> None:
    desk = SpareNumbers(hass, entry)
    stop = desk.start()
    for contact in ("Acme Bank", "Nobody"):
        agent.show(phase=Phase.DIALING, answered_at=None)
        desk.watch("call-1", {"contact": contact})
        agent.end(Outcome.BUSY, "Busy.")
        agent.occur(OccurrenceKind.ENDED, {"outcome": "busy", "sentence": "Busy."})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert agent.briefs == [], "one has no other number, the other is gone"

    desk.watch("call-1", {"contact": "Acme Bank"})
    with patch("custom_components.hold_slayer.contact.Contact.after", return_value="5550188"):
        agent.occur(OccurrenceKind.ENDED, {"outcome": "busy", "sentence": "Busy."})
        await hass.async_block_till_done(wait_background_tasks=True)
    stop()
    assert "The next number of a contact was not called: number_or_contact" in caplog.text, (
        "it is none of the contact's"
    )
    assert "5550188" not in "\n".join(record.getMessage() for record in caplog.records if record.levelno > logging.INFO)


@pytest.mark.parametrize(("gone", "key"), [("target", "no_target"), ("call", "unknown_call")])
async def test_a_button_for_what_is_gone(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, gone: str, key: str
) -> None:
    if gone == "target":
        for target in entry.get_subentries_of_type("hand_over_target"):
            hass.config_entries.async_remove_subentry(entry, target.subentry_id)
        await hass.async_block_till_done()
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    with patch.object(agent, "transfer", side_effect=UnknownCallError("call-1")):
        press = hass.services.async_call(
            "button", "press", {"entity_id": "button.alice_sip_example_com_connect_me"}, blocking=True
        )
        with pytest.raises(ServiceValidationError) as raised:
            await press
    assert raised.value.translation_key == key
