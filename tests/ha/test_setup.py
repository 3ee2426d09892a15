"""Life of an account: set up, wrong password, unload and reload in mid-call, stop of Home Assistant, removal."""

from dataclasses import replace
from pathlib import Path
import time
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_REAUTH, ConfigEntryState
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.call.budget import BudgetLimits
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.past_call import PastCall
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.ports import ServiceError
from custom_components.hold_slayer.engine.sip.errors import BindError, NoAnswerError, WrongPasswordError
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.storage.call_log import SqliteCallLog
from tests.fakes.agent import FakeAgent

from .test_call_log import snapshot as a_call


@pytest.fixture
def unusable_history(hass_config_dir: str) -> None:
    Path(hass_config_dir, "hold_slayer.db").mkdir()


async def test_agent_gets_account_settings_and_services(agent: FakeAgent) -> None:
    assert agent.is_running
    account = agent.account
    assert (account.username, account.password, account.registrar_host) == ("alice", "s3cret-pass", "sip.example.com")
    assert account.local_port == 0
    assert account.registrar_port is None
    assert agent.settings.brain.hold_s == 45 * 60
    assert agent.services.stt is None
    assert agent.services.llm is None
    assert agent.services.call_log is not None
    assert agent.services.notifier is not None
    assert agent.ssl_context is None


async def test_limits_reach_the_agent_and_a_restart_begins_no_new_day(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    limits = {"calls_a_day": 3, "minutes_a_day": 0, "same_number_an_hour": 2, "legs_at_once": 4}
    hass.config_entries.async_update_entry(entry, options={**entry.options, "limits": limits})
    assert await hass.config_entries.async_setup(entry.entry_id)
    log = entry.runtime_data.call_log
    now = time.time()
    placed = a_call("placed", started_at=now - 60)
    await log.begin(placed)
    await log.end(replace(placed, phase=Phase.ENDED, ended_at=now - 30, outcome=Outcome.BUSY))
    refused = a_call("refused", started_at=now - 50)
    await log.begin(refused)
    await log.end(replace(refused, phase=Phase.ENDED, ended_at=now - 50, outcome=Outcome.REFUSED))
    await log.begin(a_call("old", started_at=now - 100_000))
    assert await hass.config_entries.async_reload(entry.entry_id)
    agent = agents[-1]
    assert agent.settings.budget == BudgetLimits(3, 0, 2, 4)
    assert agent.past_calls == [PastCall("placed", placed.number, now - 60, now - 30)]


async def test_tls_account_gets_home_assistants_context(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    hass.config_entries.async_update_entry(entry, data={**entry.data, "transport": "tls"})
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert agents[-1].ssl_context is not None


async def test_one_device_with_all_entities(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, entry.entry_id), entry.entry_id)
    assert device is not None
    entities = er.async_entries_for_device(er.async_get(hass), device.id)
    assert {item.translation_key for item in entities} == {
        "status",
        "calls_today",
        "line_time_today",
        "hold_time_today",
        "hold_time",
        "last_transcript",
        "registration",
        "human",
        "question",
        "queue_position",
        "estimated_wait",
        "next_retry",
        "call_event",
        "hang_up",
        "connect",
        "resume_waiting",
        "announced_wait",
        "last_action",
        "call_quality",
    }
    assert len({item.unique_id for item in entities}) == len(entities) == 19


async def test_port_that_cannot_be_bound_is_tried_again(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    FakeAgent.start_error = BindError("the port is taken")
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "cannot_bind"
    assert agents[-1].stops == 1
    assert agents[-1].listeners == 0


async def test_an_account_that_is_not_loaded_in_the_end_keeps_no_place_at_the_registrar(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    with patch("custom_components.hold_slayer.HoldStatistics.start", side_effect=RuntimeError("nobody expects it")):
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_ERROR
    (agent,) = agents
    assert not agent.is_running
    with pytest.raises(ServiceError):
        await entry.runtime_data.call_log.calls()


async def test_a_history_that_fails_while_the_account_is_put_together_is_closed(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    opened: list[SqliteCallLog] = []

    async def fail(log: SqliteCallLog, _since: float) -> list[PastCall]:
        opened.append(log)
        raise ServiceError("the disk is gone")

    with patch.object(SqliteCallLog, "placed_since", fail):
        assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert agents == []
    with pytest.raises(ServiceError):
        await opened[0].calls()


async def test_history_that_cannot_be_opened_is_tried_again(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], unusable_history: None
) -> None:
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.SETUP_RETRY
    assert entry.error_reason_translation_key == "history_unusable"
    assert agents == []


async def test_wrong_password_asks_for_a_new_one_once(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    for _ in range(2):
        agent.trunk(RegistrationState.FAILED, WrongPasswordError("no"))
        agent.trunk(RegistrationState.REGISTERING)
    await hass.async_block_till_done()
    (flow,) = hass.config_entries.flow.async_progress()
    assert (flow["context"]["source"], flow["step_id"]) == (SOURCE_REAUTH, "reauth_confirm")
    assert entry.state is ConfigEntryState.LOADED


async def test_trunk_that_is_down_needs_nobody(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    agent.trunk(RegistrationState.FAILED, NoAnswerError("gone"))
    await hass.async_block_till_done()
    assert hass.config_entries.flow.async_progress() == []
    assert entry.state is ConfigEntryState.LOADED


async def test_unload_stops_the_agent_and_leaves_nobody_listening(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    agent.show()
    assert await hass.config_entries.async_unload(entry.entry_id)
    await hass.async_block_till_done()
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert (agent.stops, agent.listeners) == (1, 0)


async def test_reload_makes_a_new_agent_after_the_old_one_stopped(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry
) -> None:
    agent.show()
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert len(agents) == 2
    assert (agents[0].stops, agents[0].listeners) == (1, 0)
    assert agents[1].is_running
    assert agents[1].calls == ()


async def test_calls_end_in_the_history_while_the_account_unloads(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    """The agent ends its calls in `stop`: the history must still be open then."""
    log = agent.services.call_log
    assert log is not None
    ended: list[CallSnapshot] = []

    async def stop() -> None:
        await log.record(CallOccurrence("c1", "ended", 1050.0, 50.0, {"outcome": "interrupted"}))
        ended.append(a_call())

    await log.begin(a_call())
    agent.stop = stop  # type: ignore[method-assign]
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert ended


async def test_call_cut_off_by_a_crash_is_interrupted_at_the_next_set_up(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry
) -> None:
    log = agent.services.call_log
    assert log is not None
    await log.begin(a_call(started_at=time.time() - 60))
    assert await hass.config_entries.async_reload(entry.entry_id)
    (call,) = await entry.runtime_data.call_log.calls()
    assert call["outcome"] == "interrupted"
    assert call["ended_at"] is not None


async def test_stop_of_home_assistant_ends_calls(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    agent.show()
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert agent.stops == 1
    await entry.runtime_data.stop()
    assert agent.stops == 1


async def test_unload_after_the_stop_of_home_assistant_is_quiet(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, caplog: pytest.LogCaptureFixture
) -> None:
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert agent.stops == 1
    assert "Unable to remove" not in caplog.text


async def test_history_goes_with_the_account(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry
) -> None:
    log = agent.services.call_log
    assert log is not None
    await log.begin(a_call())
    assert await hass.config_entries.async_remove(entry.entry_id)
    again = MockConfigEntry(domain=DOMAIN, entry_id=entry.entry_id, data=dict(entry.data), options=dict(entry.options))
    again.add_to_hass(hass)
    assert await hass.config_entries.async_setup(again.entry_id)
    assert await again.runtime_data.call_log.calls() == []
