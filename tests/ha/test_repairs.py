"""Issues: an account that is away for long, speech engines that are gone, and the flow that tries again."""

from datetime import timedelta
from pathlib import Path
from typing import Any
from unittest.mock import patch

from homeassistant.components.repairs import repairs_flow_manager
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.line_quality import LineQuality
from custom_components.hold_slayer.engine.sip.errors import (
    ForbiddenError,
    NoAnswerError,
    RejectedError,
    WrongPasswordError,
)
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.issues import PATIENCE_S
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS
from .test_history_actions import call_id, past


def issue(hass: HomeAssistant, entry: MockConfigEntry, name: str = "trunk") -> ir.IssueEntry | None:
    return ir.async_get(hass).async_get_issue(DOMAIN, f"{name}_{entry.entry_id}")


async def wait(hass: HomeAssistant, seconds: float) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=seconds))
    await hass.async_block_till_done()


async def fail(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.trunk(RegistrationState.FAILED, RejectedError(503))
    agent.trunk(RegistrationState.REGISTERING)
    await wait(hass, PATIENCE_S + 1)


async def test_trunk_that_is_away_for_long_is_an_issue_until_it_is_back(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    agent.trunk(RegistrationState.FAILED, NoAnswerError("gone"))
    await hass.async_block_till_done()
    assert issue(hass, entry) is None, "not at once"
    await fail(hass, agent)
    found = issue(hass, entry)
    assert found is not None
    assert found.is_fixable
    assert found.severity is ir.IssueSeverity.ERROR
    expected = {"entry_id": entry.entry_id, "account": entry.title, "error": "server_trouble", "status": "503"}
    assert found.data == {"kind": "trunk", **expected}
    agent.trunk(RegistrationState.FAILED, NoAnswerError("gone"))
    found = issue(hass, entry)
    assert found is not None
    assert found.data is not None
    assert found.data["error"] == "no_answer", "the latest reason counts"
    agent.trunk(RegistrationState.REGISTERED)
    assert issue(hass, entry) is None


async def test_trunk_that_comes_back_soon_and_a_wrong_password_are_none(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    agent.trunk(RegistrationState.FAILED, NoAnswerError("gone"))
    agent.trunk(RegistrationState.REGISTERED)
    await wait(hass, PATIENCE_S + 1)
    assert issue(hass, entry) is None
    agent.trunk(RegistrationState.FAILED, WrongPasswordError("no"))
    await wait(hass, 3 * PATIENCE_S)
    assert issue(hass, entry) is None


async def test_unloading_ends_the_waiting_and_removal_the_issue(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    agent.trunk(RegistrationState.FAILED, NoAnswerError("gone"))
    assert await hass.config_entries.async_unload(entry.entry_id)
    await wait(hass, PATIENCE_S + 1)
    assert issue(hass, entry) is None
    assert await hass.config_entries.async_setup(entry.entry_id)
    ir.async_create_issue(
        hass,
        DOMAIN,
        f"trunk_{entry.entry_id}",
        is_fixable=True,
        severity=ir.IssueSeverity.ERROR,
        translation_key="trunk",
    )
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass, entry) is None


async def test_fix_flow_says_why_and_tries_again(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    await fail(hass, agent)
    manager = repairs_flow_manager(hass)
    assert manager is not None
    shown = await manager.async_init(DOMAIN, data={"issue_id": f"trunk_{entry.entry_id}"})
    assert shown["type"] is FlowResultType.FORM
    assert shown["step_id"] == "confirm"
    assert shown["errors"] == {"base": "server_trouble"}
    assert shown["description_placeholders"] == {"account": entry.title, "status": "503"}
    probe = "custom_components.hold_slayer.repairs.async_probe"
    hass.config_entries.async_update_entry(entry, data={**entry.data, "advanced": {"local_port": 5060}})
    with patch(probe, return_value=("no_answer", "")) as tried:
        shown = await manager.async_configure(shown["flow_id"], {})
    assert shown["errors"] == {"base": "no_answer"}
    assert tried.call_args.args[1].local_port == 0, "its own port is taken by the account itself"
    with patch(probe, return_value=(None, "")):
        done = await manager.async_configure(shown["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert issue(hass, entry) is None
    assert len(agents) == 2, "loaded anew"


async def test_fix_flow_of_an_account_that_is_gone(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    assert await async_setup_component(hass, "repairs", {})
    await fail(hass, agent)
    manager = repairs_flow_manager(hass)
    assert manager is not None
    shown = await manager.async_init(DOMAIN, data={"issue_id": f"trunk_{entry.entry_id}"})
    assert await hass.config_entries.async_remove(entry.entry_id)
    done = await manager.async_configure(shown["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(("option", "name"), [("stt_entity", "stt_missing"), ("tts_entity", "tts_missing")])
async def test_speech_engine_that_is_gone(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], option: str, name: str
) -> None:
    domain = option.removesuffix("_entity")
    registry = er.async_get(hass)
    engine = registry.async_get_or_create(domain, "wyoming", "x", suggested_object_id="ear")
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "speech": {**entry.options["speech"], option: engine.entity_id}}
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    assert issue(hass, entry, name) is None, "unavailable is not gone"
    registry.async_remove(engine.entity_id)
    await hass.async_block_till_done()
    found = issue(hass, entry, name)
    assert found is not None
    assert found.translation_placeholders == {"account": entry.title, "entity": engine.entity_id}
    registry.async_get_or_create(domain, "wyoming", "y", suggested_object_id="ear")
    await hass.async_block_till_done()
    assert issue(hass, entry, name) is None
    registry.async_remove(engine.entity_id)
    await hass.async_block_till_done()
    hass.config_entries.async_update_entry(
        entry, options={**entry.options, "speech": {k: v for k, v in entry.options["speech"].items() if k != option}}
    )
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert issue(hass, entry, name) is None, "nothing is chosen any more"


async def flow_of(hass: HomeAssistant, entry: MockConfigEntry, name: str) -> tuple[Any, dict[str, Any]]:
    """The manager of repairs, and the first form of an issue's flow."""
    assert await async_setup_component(hass, "repairs", {})
    manager = repairs_flow_manager(hass)
    assert manager is not None
    form: Any = await manager.async_init(DOMAIN, data={"issue_id": f"{name}_{entry.entry_id}"})
    assert form["type"] is FlowResultType.FORM
    return manager, form


@pytest.mark.parametrize("option", ["stt_entity", "tts_entity"])
async def test_an_engine_is_chosen_on_the_spot(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, agents: list[FakeAgent], option: str
) -> None:
    domain = option.removesuffix("_entity")
    assert issue(hass, entry, f"no_{domain}") is not None, "none was chosen"
    engine = er.async_get(hass).async_get_or_create(domain, "wyoming", "x", suggested_object_id="ear")
    manager, form = await flow_of(hass, entry, f"no_{domain}")
    assert form["step_id"] == "choose"
    done = await manager.async_configure(form["flow_id"], {"entity": engine.entity_id})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert entry.options["speech"] == {**OPTIONS["speech"], option: engine.entity_id}
    assert len(agents) == 2, "loaded anew"
    assert issue(hass, entry, f"no_{domain}") is None
    er.async_get(hass).async_remove(engine.entity_id)
    await hass.async_block_till_done()
    _, form = await flow_of(hass, entry, f"{domain}_missing")
    assert form["description_placeholders"] == {"account": entry.title, "entity": engine.entity_id}


class Disk:
    """So much room."""

    def __init__(self, free: int) -> None:
        self.free = free


@pytest.fixture
async def recorded(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], monkeypatch: pytest.MonkeyPatch
) -> Disk:
    """An account that records, on a disk with 600 MB, and a recording of ten days ago."""
    disk = Disk(600_000_000)
    usage = "custom_components.hold_slayer.storage.recordings.shutil.disk_usage"
    monkeypatch.setattr(usage, lambda _path: disk)
    hass.config_entries.async_update_entry(entry, options={**OPTIONS, "recording": {"record": "waiting"}})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await past(entry, 1, 10.0, recording=f"{call_id(1)}.wav")
    folder = Path(hass.config.path("hold_slayer_recordings", entry.entry_id))
    await hass.async_add_executor_job(lambda: folder.mkdir(parents=True, exist_ok=True))
    await hass.async_add_executor_job((folder / f"{call_id(1)}.wav").write_bytes, b"sound")
    await hass.async_block_till_done(wait_background_tasks=True)
    return disk


async def test_a_disk_that_is_nearly_full_is_emptied_on_the_spot(
    hass: HomeAssistant, recorded: Disk, entry: MockConfigEntry
) -> None:
    assert issue(hass, entry, "disk") is not None
    manager, form = await flow_of(hass, entry, "disk")
    form = await manager.async_configure(form["flow_id"], {"days": 30})
    assert form["errors"] == {"base": "still_full"}
    place = Path(hass.config.path("hold_slayer_recordings", entry.entry_id, f"{call_id(1)}.wav"))
    assert await hass.async_add_executor_job(place.exists)
    recorded.free = 5_000_000_000
    done = await manager.async_configure(form["flow_id"], {"days": 7})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert not await hass.async_add_executor_job(place.exists)
    assert issue(hass, entry, "disk") is None
    assert len(await entry.runtime_data.call_log.calls()) == 1, "the call stays"


async def test_the_disk_is_looked_at_again(hass: HomeAssistant, recorded: Disk, entry: MockConfigEntry) -> None:
    recorded.free = 5_000_000_000
    await wait(hass, 3601)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass, entry, "disk") is None


async def test_without_recording_the_disk_is_not_ours(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.hold_slayer.storage.recordings.shutil.disk_usage", lambda _path: Disk(0))
    await wait(hass, 3601)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass, entry, "disk") is None


async def test_a_voice_that_fails_for_want_of_ffmpeg(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, monkeypatch: pytest.MonkeyPatch
) -> None:
    where: list[str | None] = [None]
    monkeypatch.setattr("custom_components.hold_slayer.issues.shutil.which", lambda _name: where[0])
    agent.show()
    agent.occur(OccurrenceKind.SERVICE_FAILED, {"service": "stt"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass, entry, "ffmpeg_missing") is None, "that is not what it is needed for"
    agent.occur(OccurrenceKind.SERVICE_FAILED, {"service": "tts"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass, entry, "ffmpeg_missing") is not None
    manager, form = await flow_of(hass, entry, "ffmpeg_missing")
    form = await manager.async_configure(form["flow_id"], {})
    assert form["errors"] == {"base": "still_missing"}
    where[0] = "/usr/bin/ffmpeg"
    done = await manager.async_configure(form["flow_id"], {})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    assert issue(hass, entry, "ffmpeg_missing") is None
    agent.occur(OccurrenceKind.SERVICE_FAILED, {"service": "tts"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert issue(hass, entry, "ffmpeg_missing") is None, "it failed for another reason"


async def test_a_refused_account_asks_for_the_password(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    """403: many registrars answer a wrong password so."""
    agent.trunk(RegistrationState.FAILED, ForbiddenError("refused"))
    await hass.async_block_till_done()
    assert [flow["context"]["source"] for flow in hass.config_entries.flow.async_progress()] == ["reauth"]


async def test_a_router_that_forgets_the_way_is_an_issue_until_it_does_not(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    agent.trunk(RegistrationState.REGISTERED)
    assert issue(hass, entry, "nat_timeout") is None
    agent.trunk(RegistrationState.REGISTERED, is_forgotten=True)
    found = issue(hass, entry, "nat_timeout")
    assert found is not None
    assert (found.is_fixable, found.severity) == (False, ir.IssueSeverity.WARNING)
    assert found.translation_placeholders == {"account": entry.title}
    state = hass.states.get("sensor.alice_sip_example_com_registration")
    assert state is not None
    assert (state.state, state.attributes["warning"]) == ("registered", "nat_timeout")
    agent.trunk(RegistrationState.FAILED, NoAnswerError("gone"))
    assert issue(hass, entry, "nat_timeout") is not None, "nobody knows any better"
    agent.trunk(RegistrationState.REGISTERED)
    assert issue(hass, entry, "nat_timeout") is None
    agent.trunk(RegistrationState.REGISTERED, is_forgotten=True)
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert issue(hass, entry, "nat_timeout") is None


@pytest.mark.parametrize(
    ("call", "is_issue"),
    [
        ({"answered_at": 1000.0, "ended_at": 1012.0}, True),
        ({"answered_at": 1000.0, "ended_at": 1011.0}, False),
        ({"answered_at": 1000.0}, False),
        ({"ended_at": 1100.0}, False),
        ({"answered_at": 1000.0, "ended_at": 1100.0, "quality": LineQuality(0.0, 1.0, None, None)}, False),
    ],
    ids=["silent", "too short to tell", "not over", "not answered", "heard"],
)
async def test_a_call_in_which_nothing_is_heard_is_an_issue(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, call: dict[str, Any], is_issue: bool
) -> None:
    agent.show(**call)
    assert (issue(hass, entry, "no_audio") is not None) is is_issue


async def test_the_next_call_that_is_heard_ends_the_issue(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    agent.show(answered_at=1000.0, ended_at=1100.0)
    agent.show("call-2", answered_at=1200.0)
    assert issue(hass, entry, "no_audio") is not None
    agent.show("call-2", quality=LineQuality(0.0, 1.0, None, None))
    assert issue(hass, entry, "no_audio") is None
