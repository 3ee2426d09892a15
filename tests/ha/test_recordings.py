"""Recordings as the user has them: option, action, folder, history, removal; and the strip as an entity."""

from datetime import timedelta
import json
import os
from pathlib import Path
from typing import Any
import zipfile

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import entity_registry as er
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.diagnostics import async_get_config_entry_diagnostics
from custom_components.hold_slayer.engine.cli import main
from custom_components.hold_slayer.engine.media.wav_writer import WavWriter
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.recording import RecordingScope, RecordingTracks
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.model.strip import HeardClass, StripRun
from custom_components.hold_slayer.storage.call_log import SqliteCallLog
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS

CALL_ID = f"{7:032x}"
ON = {"record": "all", "tracks": "all", "quota_mb": 200, "keep_days": 3}
STRIP = (StripRun(0.0, 12.34, HeardClass.MUSIC), StripRun(12.34, 15.0, HeardClass.HUMAN))


def folder(hass: HomeAssistant) -> Path:
    return Path(hass.config.path("hold_slayer_recordings", "entry-1"))


def with_recording(hass: HomeAssistant, entry: MockConfigEntry, **changes: Any) -> None:
    hass.config_entries.async_update_entry(entry, options={**OPTIONS, "recording": {**ON, **changes}})


async def call(hass: HomeAssistant, **data: Any) -> None:
    await hass.services.async_call(DOMAIN, "call", {"contact": "Acme Bank", **data}, blocking=True)


async def test_off_by_default(hass: HomeAssistant, agent: FakeAgent) -> None:
    await call(hass)
    assert agent.briefs[-1].record is RecordingScope.OFF
    with pytest.raises(ServiceValidationError) as raised:
        await call(hass, record=True)
    assert raised.value.translation_key == "recording_off"
    assert not folder(hass).exists()


@pytest.mark.parametrize("scope", [RecordingScope.WAITING, RecordingScope.ALL])
async def test_a_call_may_only_narrow(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], scope: RecordingScope
) -> None:
    with_recording(hass, entry, record=scope.value)
    assert await hass.config_entries.async_setup(entry.entry_id)
    agent = agents[-1]
    for wanted, expected in (({}, scope), ({"record": True}, scope), ({"record": False}, RecordingScope.OFF)):
        await call(hass, **wanted)
        assert agent.briefs[-1].record is expected
        agent.calls = ()
    shelf = agent.services.recordings
    assert shelf is not None
    assert shelf.tracks is RecordingTracks.ALL
    assert await shelf.place(CALL_ID) == folder(hass) / f"{CALL_ID}.wav"


async def test_the_option_is_saved_and_used(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    flow = await hass.config_entries.options.async_init(entry.entry_id)
    values = {"hold_minutes": 45, "speech": {}, "model": {"llm": "none"}, "recording": {"record": "waiting"}}
    result = await hass.config_entries.options.async_configure(flow["flow_id"], values)
    assert result["type"] == "create_entry"
    assert entry.options["recording"] == {
        "record": "waiting", "says_recorded": False, "tracks": "mixed", "quota_mb": 2000, "keep_days": 90,
    }  # fmt: skip
    await hass.async_block_till_done()
    assert entry.runtime_data.record is RecordingScope.WAITING


async def test_after_a_crash_the_recording_is_whole_and_the_history_knows_it(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    folder(hass).mkdir(parents=True)
    writer = WavWriter(folder(hass) / f"{CALL_ID}.wav", RecordingTracks.MIXED)
    writer.write(bytes(3200))
    writer.abandon()
    now = dt_util.utcnow().timestamp()
    log = SqliteCallLog(Path(hass.config.path("hold_slayer.db")), "entry-1")
    await log.open()
    await log.begin(CallSnapshot(CALL_ID, Phase.DIALING, "5550100", "Acme", "goal", now, now))
    await log.close()
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert os.listdir(folder(hass)) == [f"{CALL_ID}.wav"]
    (row,) = await entry.runtime_data.call_log.calls()
    assert row["recording"] == f"{CALL_ID}.wav"
    assert entry.runtime_data.recordings.path_of(CALL_ID) == folder(hass) / f"{CALL_ID}.wav"


async def test_a_report_finds_the_call_in_history_and_folder(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], capsys: pytest.CaptureFixture[str]
) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    log = entry.runtime_data.call_log
    await log.begin(CallSnapshot(CALL_ID, Phase.DIALING, "+15550100", "Acme", "goal", 1000.0, 1000.0))
    await log.record(CallOccurrence(CALL_ID, "announcement_heard", 1010.0, 10.0, {"text": "all lines are busy"}))
    ended = CallSnapshot(
        CALL_ID,
        Phase.ENDED,
        "+15550100",
        "Acme",
        "goal",
        1000.0,
        1020.0,
        ended_at=1020.0,
        outcome=Outcome.HUNG_UP,
        strip=STRIP,
    )
    await log.end(ended)
    path = await entry.runtime_data.recordings.place(CALL_ID)
    writer = WavWriter(path, RecordingTracks.ALL)
    writer.write(bytes(6 * 16000))
    writer.finish()
    out = Path(hass.config.path("r.zip"))
    arguments = ["report", CALL_ID, "--consent", "--config", hass.config.config_dir, "-o", str(out)]
    assert await hass.async_add_executor_job(main, arguments) == 0
    with zipfile.ZipFile(out) as archive:
        assert json.loads(archive.read("strip.json")) == [[0.0, "music"], [12.3, "human"], [15.0, ""]]
        assert json.loads(archive.read("report.json"))["call"]["outcome"] == "hung_up"
        assert json.loads(archive.read("events.jsonl")) == {"t_s": 10.0, "kind": "announcement_heard"}
    assert capsys.readouterr().err == ""


async def test_old_recordings_go_without_a_call(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    with_recording(hass, entry)
    assert await hass.config_entries.async_setup(entry.entry_id)
    folder(hass).mkdir(parents=True)
    path = folder(hass) / f"{CALL_ID}.wav"
    path.write_bytes(b"x")
    old = dt_util.utcnow() - timedelta(days=4)
    os.utime(path, (old.timestamp(),) * 2)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(hours=6, seconds=1))
    await hass.async_block_till_done(wait_background_tasks=True)
    assert not path.exists()


async def test_a_folder_that_cannot_be_read_stops_nothing_else(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    folder(hass).parent.mkdir(parents=True)
    folder(hass).write_text("in the way")
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert agents[-1].is_running


async def test_removing_the_account_deletes_its_recordings(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    folder(hass).mkdir(parents=True)
    (folder(hass) / f"{CALL_ID}.wav").write_bytes(b"private")
    await hass.config_entries.async_remove(entry.entry_id)
    assert not folder(hass).exists()


async def test_the_strip_is_an_entity_that_is_off_by_default(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    registry = er.async_get(hass)
    registry.async_get_or_create("sensor", DOMAIN, "entry-1_hearing", config_entry=entry, suggested_object_id="hearing")
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    agents[-1].show(phase=Phase.CONNECTED, strip=STRIP)
    state = hass.states.get("sensor.hearing")
    assert state is not None
    assert state.state == "human"
    assert state.attributes["strip"] == [[0.0, "music"], [12.3, "human"], [15.0, ""]]
    assert state.state_info is not None
    assert "strip" in state.state_info["unrecorded_attributes"], "the recorder does not keep it"
    agents[-1].show(phase=Phase.ENDED)
    ended = hass.states.get("sensor.hearing")
    assert ended is not None
    assert ended.state == "unknown"
    assert ended.attributes["strip"] == state.attributes["strip"]


async def test_without_asking_the_entity_is_not_there(hass: HomeAssistant, agent: FakeAgent) -> None:
    entry = er.async_get(hass).async_get("sensor.alice_sip_example_com_hearing")
    assert entry is not None
    assert entry.disabled_by is er.RegistryEntryDisabler.INTEGRATION


async def test_diagnostics_show_the_strip(hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent) -> None:
    agent.show(phase=Phase.ENDED, strip=STRIP, recording="a.wav")
    (shown,) = (await async_get_config_entry_diagnostics(hass, entry))["calls"]
    assert shown["strip"] == [[0.0, "music"], [12.3, "human"], [15.0, ""]]
    assert shown["is_recorded"] is True
