"""A company that is closed is called once more when it has opened: planned, shown, cancelled, after a restart too."""

import asyncio
from datetime import datetime, timedelta
from typing import Any
from unittest.mock import patch
from zoneinfo import ZoneInfo

from freezegun.api import FrozenDateTimeFactory
from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.agent import CallRefusedError
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.sip.errors import NoAnswerError
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from tests.fakes.agent import FakeAgent

SENSOR = "sensor.alice_sip_example_com_next_retry"
FILE = "hold_slayer.entry-1.retry"
ZONE = ZoneInfo("Europe/Berlin")
FRIDAY = datetime(2026, 11, 20, 19, 30, tzinfo=ZONE)
MONDAY = datetime(2026, 11, 23, 8, 2, tzinfo=ZONE)
CLOSED = "The company is closed. We are open Monday to Friday from 8 a.m. to 6 p.m."
CALL = {"number": "+15550177", "goal": "Talk", "company": "Acme", "language": "en", "facts": {"pin": "0471"}}


@pytest.fixture(autouse=True)
async def friday(hass: HomeAssistant, freezer: FrozenDateTimeFactory) -> None:
    await hass.config.async_set_time_zone("Europe/Berlin")
    freezer.move_to(FRIDAY)


async def placed(hass: HomeAssistant, agent: FakeAgent, *, sentence: str = CLOSED, **data: Any) -> None:
    """A call that ends as closed."""
    await hass.services.async_call(DOMAIN, "call", {**CALL, **data}, blocking=True)
    ends(agent, Outcome.CLOSED, sentence)
    await hass.async_block_till_done(wait_background_tasks=True)


def ends(agent: FakeAgent, outcome: Outcome, sentence: str) -> None:
    agent.end(outcome, sentence)
    agent.occur(OccurrenceKind.ENDED, {"outcome": outcome.value, "sentence": sentence})


def shown(hass: HomeAssistant) -> str:
    state = hass.states.get(SENSOR)
    assert state is not None
    return state.state


async def at(hass: HomeAssistant, freezer: FrozenDateTimeFactory, moment: datetime) -> None:
    freezer.move_to(moment)
    async_fire_time_changed(hass, moment)
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_once_when_it_has_opened(hass: HomeAssistant, agent: FakeAgent, freezer: FrozenDateTimeFactory) -> None:
    assert shown(hass) == STATE_UNKNOWN
    await placed(hass, agent, retry_when_closed=True)
    assert datetime.fromisoformat(shown(hass)) == MONDAY
    assert hass.states.get(SENSOR).attributes["company"] == "Acme"
    await at(hass, freezer, MONDAY - timedelta(seconds=1))
    assert len(agent.briefs) == 1
    await at(hass, freezer, MONDAY + timedelta(seconds=1))
    assert len(agent.briefs) == 2
    assert agent.briefs[1] == agent.briefs[0]
    assert shown(hass) == STATE_UNKNOWN
    ends(agent, Outcome.CLOSED, CLOSED)
    await hass.async_block_till_done()
    assert shown(hass) == STATE_UNKNOWN, "a retry is not retried"


@pytest.mark.parametrize(
    ("data", "outcome", "sentence"),
    [
        ({}, Outcome.CLOSED, CLOSED),
        ({"retry_when_closed": False}, Outcome.CLOSED, CLOSED),
        ({"retry_when_closed": True}, Outcome.BUSY, CLOSED),
        ({"retry_when_closed": True}, Outcome.CLOSED, "The company is closed."),
    ],
)
async def test_otherwise_never(
    hass: HomeAssistant, agent: FakeAgent, data: dict[str, Any], outcome: Outcome, sentence: str
) -> None:
    await hass.services.async_call(DOMAIN, "call", {**CALL, **data}, blocking=True)
    ends(agent, outcome, sentence)
    await hass.async_block_till_done()
    assert shown(hass) == STATE_UNKNOWN


@pytest.mark.parametrize(
    ("outcome", "sentence", "planned"),
    [
        (Outcome.HOLIDAY, "Closed for a holiday. Open Monday to Friday from 8 a.m. to 6 p.m.", MONDAY),
        (
            Outcome.HOLIDAY,
            "Closed for a holiday. We are open again tomorrow at 9 a.m.",
            FRIDAY.replace(day=21, hour=9, minute=2),
        ),
        (Outcome.QUEUE_FULL, "All lines are busy.", FRIDAY + timedelta(minutes=15)),
    ],
)
async def test_after_a_holiday_and_a_full_queue(
    hass: HomeAssistant, agent: FakeAgent, outcome: Outcome, sentence: str, planned: datetime
) -> None:
    await hass.services.async_call(DOMAIN, "call", {**CALL, "retry_when_closed": True}, blocking=True)
    ends(agent, outcome, sentence)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert datetime.fromisoformat(shown(hass)) == planned


async def test_on_the_holiday_itself_the_usual_hours_do_not_hold(
    hass: HomeAssistant, agent: FakeAgent, freezer: FrozenDateTimeFactory
) -> None:
    freezer.move_to(FRIDAY.replace(hour=7, minute=0))
    await hass.services.async_call(DOMAIN, "call", {**CALL, "retry_when_closed": True}, blocking=True)
    ends(agent, Outcome.HOLIDAY, "Closed for a holiday. We are open Monday to Friday from 8 a.m. to 6 p.m.")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert datetime.fromisoformat(shown(hass)) == MONDAY


async def test_cancelled(hass: HomeAssistant, agent: FakeAgent, freezer: FrozenDateTimeFactory) -> None:
    await placed(hass, agent, retry_when_closed=True)
    await hass.services.async_call(DOMAIN, "cancel_retry", {}, blocking=True)
    assert shown(hass) == STATE_UNKNOWN
    with pytest.raises(ServiceValidationError) as raised:
        await hass.services.async_call(DOMAIN, "cancel_retry", {}, blocking=True)
    assert raised.value.translation_key == "no_retry"
    await at(hass, freezer, MONDAY + timedelta(seconds=1))
    assert len(agent.briefs) == 1


@pytest.mark.parametrize(("late", "calls"), [(timedelta(minutes=50), 1), (timedelta(hours=2), 0)])
async def test_it_survives_a_restart(
    hass: HomeAssistant,
    agent: FakeAgent,
    agents: list[FakeAgent],
    entry: MockConfigEntry,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    late: timedelta,
    calls: int,
) -> None:
    await placed(hass, agent, retry_when_closed=True)
    assert hass_storage[FILE]["data"]["data"]["facts"] == {"pin": "0471"}
    assert await hass.config_entries.async_unload(entry.entry_id)
    await at(hass, freezer, MONDAY + late)
    assert len(agent.briefs) == 1, "nothing runs while it is unloaded"
    assert await hass.config_entries.async_setup(entry.entry_id)
    await at(hass, freezer, MONDAY + late + timedelta(seconds=59))
    assert agents[-1].briefs == [], "Home Assistant and the registrar get a minute"
    await at(hass, freezer, MONDAY + late + timedelta(seconds=61))
    assert len(agents[-1].briefs) == calls
    assert FILE not in hass_storage


@pytest.mark.parametrize(
    ("kept", "version", "said"),
    [
        ({}, 1, "is damaged"),
        ({"at": "soon", "data": {}, "company": ""}, 1, "is damaged"),
        ({"at": "2026-11-23T08:02:00", "data": {}, "company": "no time zone"}, 1, "is damaged"),
        ({"at": MONDAY.isoformat(), "data": 7, "company": ""}, 1, "is damaged"),
        ({"at": MONDAY.isoformat(), "data": {}, "company": "Acme"}, 2, "is not placed"),
    ],
)
async def test_a_file_that_cannot_be_read_stops_nothing_else(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agents: list[FakeAgent],
    hass_storage: dict[str, Any],
    caplog: pytest.LogCaptureFixture,
    kept: dict[str, Any],
    version: int,
    said: str,
) -> None:
    hass_storage[FILE] = {"version": version, "minor_version": 1, "key": FILE, "data": kept}
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert agents[-1].is_running
    assert shown(hass) == STATE_UNKNOWN
    assert said in caplog.text
    assert (FILE in hass_storage) is (version == 2), "a newer version's is left as it is"


async def test_one_that_came_due_meanwhile_waits_for_the_account(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agents: list[FakeAgent],
    hass_storage: dict[str, Any],
    freezer: FrozenDateTimeFactory,
) -> None:
    """Its time is over when the file is read, and the account is not loaded then: its entities take their time."""

    async def slowly(*_arguments: Any) -> None:
        for _ in range(50):
            await asyncio.sleep(0)

    planned = {"at": (FRIDAY - timedelta(minutes=5)).isoformat(), "data": CALL, "company": "Acme"}
    hass_storage[FILE] = {"version": 1, "minor_version": 1, "key": FILE, "data": planned}
    with patch("custom_components.hold_slayer.event.async_setup_entry", slowly):
        assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done(wait_background_tasks=True)
    await at(hass, freezer, FRIDAY + timedelta(seconds=61))
    assert len(agents[-1].briefs) == 1


@pytest.mark.parametrize("is_busy", [True, False])
async def test_it_waits_for_a_line(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agent: FakeAgent,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
    *,
    is_busy: bool,
) -> None:
    await placed(hass, agent, retry_when_closed=True)
    if is_busy:
        agent.show(phase=Phase.ON_HOLD, outcome=None, ended_at=None)
    else:
        agent.trunk(RegistrationState.FAILED, NoAnswerError("away"))
    await at(hass, freezer, MONDAY + timedelta(seconds=1))
    again = entry.runtime_data.retries.at
    assert timedelta(minutes=4) < again - MONDAY < timedelta(minutes=6)
    await at(hass, freezer, MONDAY + timedelta(minutes=6))
    assert len(agent.briefs) == 1
    assert hass_storage[FILE]["data"]["at"] == MONDAY.isoformat(), "a restart begins with the time that was planned"
    if is_busy:
        ends(agent, Outcome.HUNG_UP, "")
    else:
        agent.trunk(RegistrationState.REGISTERED)
    await at(hass, freezer, MONDAY + timedelta(minutes=12))
    assert len(agent.briefs) == 2
    assert FILE not in hass_storage


async def test_it_waits_for_a_line_an_hour_at_most(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agent: FakeAgent,
    freezer: FrozenDateTimeFactory,
    hass_storage: dict[str, Any],
) -> None:
    await placed(hass, agent, retry_when_closed=True)
    agent.show(phase=Phase.ON_HOLD, outcome=None, ended_at=None)
    agent.refusal = CallRefusedError("x", Outcome.REFUSED, "Another call is running; end it first.")
    for minutes in range(0, 75, 5):
        await at(hass, freezer, MONDAY + timedelta(minutes=minutes, seconds=10))
        assert (FILE in hass_storage) is (minutes < 60), minutes
    assert shown(hass) == STATE_UNKNOWN
    assert len(agent.briefs) == 1


async def test_a_retry_that_is_refused_is_over(
    hass: HomeAssistant, agent: FakeAgent, freezer: FrozenDateTimeFactory, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.services.async_call(DOMAIN, "set_fact", {"name": "pin", "value": "0471"}, blocking=True)
    await placed(hass, agent, retry_when_closed=True, facts=["pin"])
    await hass.services.async_call(DOMAIN, "delete_fact", {"name": "pin"}, blocking=True)
    await at(hass, freezer, MONDAY + timedelta(seconds=1))
    assert len(agent.briefs) == 1
    assert shown(hass) == STATE_UNKNOWN
    assert "unknown_fact" in caplog.text


async def test_gone_with_the_account(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await placed(hass, agent, retry_when_closed=True)
    assert FILE in hass_storage
    await hass.config_entries.async_remove(entry.entry_id)
    assert FILE not in hass_storage
