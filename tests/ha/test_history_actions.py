# ruff: noqa: ASYNC240 - small files, and nothing else runs meanwhile
"""Actions on the history, the rights they need, how long things are kept, and backups."""

from collections.abc import Awaitable, Callable
from datetime import UTC, datetime, timedelta
import json
from pathlib import Path
import re
import shutil
import sqlite3
import time
from typing import Any
from unittest.mock import patch

from homeassistant.auth.models import Group, User
from homeassistant.components.backup.const import DATA_MANAGER
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.script import Script
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockUser,
    async_fire_time_changed,
    async_mock_service,
)
import yaml

from custom_components.hold_slayer import backup, retention
from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence, OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.ports import ServiceError
from custom_components.hold_slayer.export import FOLDER
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS
from .test_actions import refused

STATUS = "sensor.alice_sip_example_com_status"
HISTORY = "hold_slayer.db"


def call_id(number: int) -> str:
    return f"{number:032x}"


async def past(entry: MockConfigEntry, index: int, days_ago: float, **changes: Any) -> str:
    """An ended call in the history, with a transcript; returns its id."""
    start = changes.pop("started_at", time.time() - days_ago * 86_400.0)
    values: dict[str, Any] = {"number": "+15550100", "company": "Acme Bank"} | changes
    name = call_id(index)
    begun = CallSnapshot(
        name, Phase.DIALING, goal="a charge", started_at=start, phase_since=start,
        number=values["number"], company=values["company"],
    )  # fmt: skip
    log = entry.runtime_data.call_log
    await log.begin(begun)
    for kind, data in (
        (OccurrenceKind.ANSWERED, {}),
        (OccurrenceKind.PROMPT_HEARD, {"text": "Press one."}),
        (OccurrenceKind.KEY_PRESSED, {"digits": "1", "reason": "best_option"}),
        (OccurrenceKind.HUMAN_ANSWERED, {"reason": "sound"}),
    ):
        await log.record(CallOccurrence(name, kind, start + 5, 5.0, data))
    ended = CallSnapshot(
        name, Phase.ENDED, goal="a charge", started_at=start, phase_since=start,
        number=values["number"], company=values["company"],
        answered_at=start + 2, ended_at=start + 300, hold_s=values.get("hold_s", 120.0),
        outcome=values.get("outcome", Outcome.CONNECTED), sentence="Done.", recording=values.get("recording", ""),
    )  # fmt: skip
    await log.end(ended)
    return name


def recording(hass: HomeAssistant, name: str) -> Path:
    path = Path(hass.config.path("hold_slayer_recordings", "entry-1", f"{name}.wav"))
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_bytes(b"RIFF")
    return path


type Ask = Callable[..., Awaitable[Any]]


@pytest.fixture
def ask(hass: HomeAssistant, agent: FakeAgent) -> Ask:
    async def run(action: str, context: Context | None = None, **data: Any) -> Any:
        return await hass.services.async_call(
            DOMAIN, action, data, blocking=True, return_response=True, context=context
        )

    return run


async def refusal(ask: Ask, action: str, **data: Any) -> str:
    with pytest.raises(ServiceValidationError) as raised:
        await ask(action, **data)
    assert raised.value.translation_domain == DOMAIN
    assert "{" not in str(raised.value)
    return str(raised.value.translation_key)


# --- reading --------------------------------------------------------------------------------------------------------


async def test_calls_newest_first_and_by_every_filter(entry: MockConfigEntry, ask: Ask) -> None:
    old = await past(entry, 1, 40.0)
    busy = await past(entry, 2, 3.0, outcome=Outcome.BUSY)
    town = await past(entry, 3, 1.0, number="5550199", company="Town hall")
    answer = await ask("get_calls")
    assert [call["call_id"] for call in answer["calls"]] == [town, busy, old]
    assert answer["has_more"] is False
    newest = answer["calls"][0]
    assert (newest["company"], newest["outcome"], newest["hold_s"]) == ("Town hall", "connected", 120.0)
    assert datetime.fromisoformat(newest["started_at"]).tzinfo is not None
    assert json.dumps(answer)

    async def ids(**filters: Any) -> list[str]:
        return [call["call_id"] for call in (await ask("get_calls", **filters))["calls"]]

    assert await ids(contact="acme bank") == [busy, old]
    assert await ids(number="+1 (555) 0100") == [busy, old]
    assert await ids(outcome="busy") == [busy]
    since = datetime.now(UTC) - timedelta(days=5)
    assert await ids(since=since.isoformat()) == [town, busy]
    assert await ids(since=dt_util.as_local(since).replace(tzinfo=None).isoformat()) == [town, busy], "local time"
    assert await ids(contact="Acme Bank", since=since.isoformat(), outcome="connected") == []
    answer = await ask("get_calls", limit=1)
    assert ([call["call_id"] for call in answer["calls"]], answer["has_more"]) == ([town], True)


async def test_wrong_filters_are_refused(ask: Ask) -> None:
    assert await refusal(ask, "get_calls", contact="Nobody") == "unknown_contact"
    assert await refusal(ask, "get_calls", contact="Acme Bank", number="5550100") == "number_or_contact"
    assert await refusal(ask, "get_calls", number="not a number!") == "invalid_number"
    assert await refusal(ask, "get_calls", outcome="won") == "unknown_outcome"
    assert await refusal(ask, "get_statistics", contact="Nobody") == "unknown_contact"
    assert await refusal(ask, "get_calls", config_entry_id="other") == "no_account"


async def test_a_transcript_of_the_past_and_of_now(entry: MockConfigEntry, agent: FakeAgent, ask: Ask) -> None:
    name = await past(entry, 1, 1.0)
    answer = await ask("get_transcript", call_id=name)
    assert [line["kind"] for line in answer["lines"]] == ["answered", "prompt_heard", "key_pressed", "human_answered"]
    assert answer["lines"][1] == {
        "at_s": 5.0,
        "kind": "prompt_heard",
        "speaker": "far",
        "text": "Press one.",
        "why": "",
    }
    assert answer["text"] == "far: Press one.\nagent: 1"
    assert answer["call"]["outcome"] == "connected"
    agent.show(phase=Phase.ON_HOLD)
    agent.occur(OccurrenceKind.ANNOUNCEMENT_HEARD, {"text": "Please hold."}, 9.0)
    answer = await ask("get_transcript", call_id="call-1")
    assert answer["text"] == "far: Please hold."
    assert answer["call"]["ended_at"] is None
    assert await refusal(ask, "get_transcript", call_id=call_id(9)) == "no_such_call"


async def test_statistics(entry: MockConfigEntry, ask: Ask) -> None:
    await past(entry, 1, 1.0, hold_s=60.0)
    await past(entry, 2, 2.0, hold_s=180.0)
    await past(entry, 3, 3.0, number="5550199", hold_s=900.0)
    await past(entry, 4, 200.0, hold_s=5000.0)
    answer = await ask("get_statistics", contact="Acme Bank")
    assert (answer["calls"], answer["hold_median_s"], answer["days"]) == (2, 120.0, 90)
    assert (await ask("get_statistics"))["hold_max_s"] == 900.0
    assert (await ask("get_statistics", days=365))["hold_max_s"] == 5000.0


async def test_a_broken_history_is_told(entry: MockConfigEntry, ask: Ask) -> None:
    await entry.runtime_data.call_log.close()
    for action, data in (
        ("get_calls", {}),
        ("get_transcript", {"call_id": call_id(1)}),
        ("get_statistics", {}),
        ("purge", {"days": 1}),
        ("export_history", {}),
        ("export_history", {"as_file": False}),
    ):
        with pytest.raises(HomeAssistantError) as raised:
            await ask(action, **data)
        assert raised.value.translation_key == "history_unusable", action


# --- deleting -------------------------------------------------------------------------------------------------------


async def test_purge_by_age_takes_the_recordings_too(hass: HomeAssistant, entry: MockConfigEntry, ask: Ask) -> None:
    old, new = await past(entry, 1, 40.0), await past(entry, 2, 3.0)
    files = [recording(hass, old), recording(hass, new)]
    assert await ask("purge", days=30) == {"calls": 1, "recordings": 1}
    assert [path.exists() for path in files] == [False, True]
    assert [call["call_id"] for call in (await ask("get_calls"))["calls"]] == [new]
    assert [call["call_id"] for call in entry.runtime_data.feed.recent] == [new], "dashboards know"
    assert await ask("purge", days=0) == {"calls": 1, "recordings": 1}


async def test_purge_of_recordings_only(hass: HomeAssistant, entry: MockConfigEntry, ask: Ask) -> None:
    old = await past(entry, 1, 40.0, recording=f"{call_id(1)}.wav")
    one = await past(entry, 2, 3.0, recording=f"{call_id(2)}.wav")
    files = [recording(hass, old), recording(hass, one)]
    assert await ask("purge", days=30, recordings_only=True) == {"calls": 0, "recordings": 1}
    assert [path.exists() for path in files] == [False, True]
    assert await ask("purge", call_id=one, recordings_only=True) == {"calls": 0, "recordings": 1}
    calls = (await ask("get_calls"))["calls"]
    assert [(call["call_id"], call["has_recording"]) for call in calls] == [(one, False), (old, False)]


async def test_purge_of_one_call(hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, ask: Ask) -> None:
    one, other = await past(entry, 1, 1.0), await past(entry, 2, 2.0)
    path = recording(hass, one)
    assert await ask("purge", call_id=one) == {"calls": 1, "recordings": 1}
    assert not path.exists()
    assert [call["call_id"] for call in (await ask("get_calls"))["calls"]] == [other]
    assert await refusal(ask, "purge", call_id=one) == "no_such_call"
    running = CallSnapshot(call_id(7), Phase.DIALING, "5550100", "Acme", "goal", time.time(), time.time())
    await entry.runtime_data.call_log.begin(running)
    assert await refusal(ask, "purge", call_id=call_id(7)) == "no_such_call"
    assert await refusal(ask, "purge") == "days_or_call"
    assert await refusal(ask, "purge", days=1, call_id=one) == "days_or_call"


async def test_what_was_deleted_is_not_in_the_file_any_more(
    hass: HomeAssistant, entry: MockConfigEntry, ask: Ask
) -> None:
    log = entry.runtime_data.call_log
    name = await past(entry, 1, 1.0, company="Unmistakable Undertakings")
    await log.freeze()
    path = Path(hass.config.path(HISTORY))
    assert b"Unmistakable" in path.read_bytes()
    await ask("purge", call_id=name)
    await log.freeze()
    assert b"Unmistakable" not in path.read_bytes()


async def test_a_recording_that_cannot_be_deleted_is_told(entry: MockConfigEntry, ask: Ask) -> None:
    name = await past(entry, 1, 1.0)
    for data in ({"call_id": name}, {"days": 0}):
        with (
            patch.object(type(entry.runtime_data.recordings), "delete", side_effect=PermissionError(13, "denied")),
            pytest.raises(HomeAssistantError) as raised,
        ):
            await ask("purge", recordings_only=True, **data)
        assert raised.value.translation_key == "history_unusable"


# --- export ---------------------------------------------------------------------------------------------------------


async def test_export_to_a_private_file(hass: HomeAssistant, entry: MockConfigEntry, ask: Ask) -> None:
    names = [await past(entry, number, 200.0 - number) for number in range(1, 121)]
    answer = await ask("export_history")
    path = Path(answer["path"])
    assert path.parent == Path(hass.config.path(FOLDER))
    assert path.stat().st_mode & 0o777 == 0o600
    calls = [json.loads(line) for line in path.read_text(encoding="utf-8").splitlines()]
    assert answer["calls"] == 120
    assert [call["call_id"] for call in calls] == names, "all of them, in order, each once"
    assert [event["kind"] for event in calls[0]["events"]][:2] == ["answered", "prompt_heard"]
    assert (await ask("export_history"))["path"] != str(path)


async def test_export_in_the_response_has_a_bound(entry: MockConfigEntry, ask: Ask) -> None:
    name = await past(entry, 1, 1.0)
    answer = await ask("export_history", as_file=False)
    assert [call["call_id"] for call in answer["calls"]] == [name]
    with patch("custom_components.hold_slayer.services_history.MOST_IN_A_RESPONSE", 0):
        assert await refusal(ask, "export_history", as_file=False) == "export_too_long"


async def test_an_export_that_fails_leaves_nothing(hass: HomeAssistant, entry: MockConfigEntry, ask: Ask) -> None:
    await past(entry, 1, 1.0)
    folder = Path(hass.config.path(FOLDER))
    with (
        patch("custom_components.hold_slayer.export._write", side_effect=OSError(28, "no space")),
        pytest.raises(HomeAssistantError),
    ):
        await ask("export_history")
    assert list(folder.iterdir()) == []
    folder.rmdir()
    folder.write_text("in the way")
    with pytest.raises(HomeAssistantError):
        await ask("export_history")


# --- say ------------------------------------------------------------------------------------------------------------


async def test_say(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    assert await refused(hass, "say", text="Hello") == "no_voice"
    entry.runtime_data.has_tts = True
    assert await refused(hass, "say", text="Hello") == "no_active_call"
    agent.show(phase=Phase.RINGING)
    assert await refused(hass, "say", text="Hello") == "not_answered"
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    assert await refused(hass, "say", text="  ") == "invalid_text"
    assert await refused(hass, "say", text="a" * 501) == "invalid_text"
    assert await refused(hass, "say", text="Hello", call_id="other") == "unknown_call"
    await hass.services.async_call(DOMAIN, "say", {"text": " I am here "}, blocking=True)
    assert agent.orders == [("say", "call-1", "I am here")]
    agent.show(phase=Phase.CONNECTED)
    assert await refused(hass, "say", text="Hello") == "already_connected"


# --- rights ---------------------------------------------------------------------------------------------------------


def user_who(hass: HomeAssistant, policy: Any) -> User:
    group = Group(name="some", policy={"entities": policy}, id="some")
    return MockUser(is_owner=False, groups=[group], name="Some").add_to_hass(hass)


READ = {"entity_ids": {STATUS: {"read": True}}}
CONTROL = {"entity_ids": {STATUS: {"read": True, "control": True}}}
READING = [("get_calls", {}), ("get_statistics", {})]
ACTING = [("purge", {"days": 1}), ("export_history", {})]


@pytest.mark.parametrize(("policy", "reads", "acts"), [({}, False, False), (READ, True, False), (CONTROL, True, True)])
async def test_who_may(hass: HomeAssistant, ask: Ask, agent: FakeAgent, policy: Any, reads: bool, acts: bool) -> None:
    context = Context(user_id=user_who(hass, policy).id)
    for actions, may in ((READING, reads), (ACTING, acts)):
        for action, data in actions:
            if may:
                assert await ask(action, context, **data)
            else:
                with pytest.raises(Unauthorized):
                    await ask(action, context, **data)
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    hang_up = hass.services.async_call(DOMAIN, "hang_up", {}, blocking=True, context=context)
    if acts:
        await hang_up
        assert agent.orders == [("hang_up", "call-1")]
    else:
        with pytest.raises(Unauthorized):
            await hang_up
        assert agent.orders == []


async def test_an_unknown_user_may_nothing_and_an_administrator_everything(hass: HomeAssistant, ask: Ask) -> None:
    with pytest.raises(UnknownUser):
        await ask("get_calls", Context(user_id="gone"))
    admin = MockUser(is_owner=True).add_to_hass(hass)
    assert await ask("get_calls", Context(user_id=admin.id)) == {"calls": [], "has_more": False}


async def test_the_right_to_one_account_is_none_to_another(
    hass: HomeAssistant, ask: Ask, entry: MockConfigEntry
) -> None:
    other = MockConfigEntry(
        domain=DOMAIN, entry_id="entry-2", title="bob", data={**ACCOUNT, "username": "bob"}, options=OPTIONS,
        unique_id="bob", minor_version=2,
    )  # fmt: skip
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()
    context = Context(user_id=user_who(hass, READ).id)
    assert await ask("get_calls", context, config_entry_id="entry-1")
    with pytest.raises(Unauthorized):
        await ask("get_calls", context, config_entry_id="entry-2")


# --- how long things are kept ---------------------------------------------------------------------------------------


async def later(hass: HomeAssistant) -> None:
    async_fire_time_changed(hass, dt_util.utcnow() + retention.EVERY + timedelta(seconds=1))
    await hass.async_block_till_done(wait_background_tasks=True)


async def ids_in(entry: MockConfigEntry) -> list[str]:
    return [row["call_id"] for row in await entry.runtime_data.call_log.calls()]


async def test_a_year_by_default_and_only_numbers_in_the_log(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, caplog: pytest.LogCaptureFixture
) -> None:
    old, new = await past(entry, 1, 366.0), await past(entry, 2, 364.0)
    path = recording(hass, old)
    caplog.set_level("INFO")
    await later(hass)
    assert await ids_in(entry) == [new]
    assert not path.exists()
    assert "1 calls and 1 recordings past their age were deleted" in caplog.text
    assert not {"+15550100", "Acme Bank", old} & set(caplog.text.split())


@pytest.mark.parametrize(("days", "kept"), [(0, [2, 1]), (10, [2])])
async def test_as_the_option_says_and_already_at_the_start(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], days: int, kept: list[int]
) -> None:
    assert await hass.config_entries.async_setup(entry.entry_id)
    await past(entry, 1, 500.0)
    await past(entry, 2, 9.0)
    assert hass.config_entries.async_update_entry(entry, options={**OPTIONS, "history_days": days})
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert await ids_in(entry) == [call_id(number) for number in kept]


async def test_the_quota_holds_without_a_new_recording_and_the_history_knows(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    names = [await past(entry, number, 5.0 - number, recording=f"{call_id(number)}.wav") for number in (1, 2)]
    paths = [recording(hass, name) for name in names]
    entry.runtime_data.recordings._quota = 6
    await later(hass)
    assert [path.exists() for path in paths] == [False, True], "the oldest goes first"
    rows = await entry.runtime_data.call_log.calls()
    assert [row["recording"] for row in rows] == [f"{call_id(2)}.wav", ""]


async def test_a_broken_disk_stops_nothing(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, caplog: pytest.LogCaptureFixture
) -> None:
    await past(entry, 1, 500.0)
    with patch.object(entry.runtime_data.call_log, "remove_before", side_effect=ServiceError("disk full")):
        await later(hass)
    assert "Old calls cannot be deleted: disk full" in caplog.text
    await later(hass)
    assert await ids_in(entry) == []


# --- backups --------------------------------------------------------------------------------------------------------


def calls_in(path: Path) -> int:
    connection = sqlite3.connect(path)
    try:
        return int(connection.execute("SELECT count(*) FROM calls").fetchone()[0])
    finally:
        connection.close()


async def test_a_backup_has_the_whole_history_in_one_file_that_stands_still(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, tmp_path: Path
) -> None:
    await past(entry, 1, 2.0)
    path = Path(hass.config.path(HISTORY))
    await backup.async_pre_backup(hass)
    before = path.read_bytes()
    for number in range(2, 60):
        await past(entry, number, 1.0)
    assert path.read_bytes() == before, "calls go on beside it"
    copy = tmp_path / "copy.db"
    shutil.copy(path, copy)
    assert calls_in(copy) == 1, "without the log beside it"
    await backup.async_post_backup(hass)
    assert path.read_bytes() != before
    assert len(await entry.runtime_data.call_log.calls(100)) == 59


async def test_a_history_that_cannot_be_used_keeps_no_house_from_its_backup(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, caplog: pytest.LogCaptureFixture
) -> None:
    await entry.runtime_data.call_log.close()
    await backup.async_pre_backup(hass)
    assert "The backup may lack the newest calls" in caplog.text
    await backup.async_post_backup(hass)
    assert "does not go on after the backup" in caplog.text


async def test_home_assistants_backup_asks_for_it(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    assert await async_setup_component(hass, "backup", {})
    await hass.async_block_till_done()
    manager = hass.data[DATA_MANAGER]
    assert DOMAIN in manager.platforms
    await past(entry, 1, 1.0)
    log = Path(hass.config.path(f"{HISTORY}-wal"))
    assert log.stat().st_size > 0
    await manager.async_pre_backup_actions()
    assert log.stat().st_size == 0, "all of it is in the file"
    await past(entry, 2, 1.0)
    assert log.stat().st_size > 0
    await manager.async_post_backup_actions()
    assert calls_in(Path(hass.config.path(HISTORY))) == 2


# --- the page -------------------------------------------------------------------------------------------------------


async def test_the_examples_of_the_page_run(hass: HomeAssistant, entry: MockConfigEntry, ask: Ask) -> None:
    await past(entry, 1, 1.0)
    page = (Path(__file__).parents[2] / "docs" / "history.md").read_text(encoding="utf-8")
    examples = [yaml.safe_load(text) for text in re.findall(r"```yaml\n(.*?)```", page, re.DOTALL)]
    actions = ["hold_slayer.get_calls", "media_player.play_media", "hold_slayer.purge"]
    assert [each["action"] for each in examples] == actions
    played = async_mock_service(hass, "media_player", "play_media")
    script = Script(hass, cv.SCRIPT_SCHEMA(examples), "the page", "test")
    result = await script.async_run(context=Context())
    assert result is not None
    assert len(result.variables["week"]["calls"]) == 1
    assert len(played) == 1
