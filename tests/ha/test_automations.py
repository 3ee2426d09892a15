"""Triggers and conditions in real automations, the event on the bus, the logbook and system health."""

from typing import Any

from homeassistant.core import Event, HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_capture_events, get_system_health_info

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.snapshot import UserQuestion
from custom_components.hold_slayer.events import EVENT_CALL, MILESTONES
from custom_components.hold_slayer.logbook import async_describe_events
from tests.fakes.agent import FakeAgent


@pytest.fixture
def ran(hass: HomeAssistant) -> list[dict[str, Any]]:
    """What automations have done."""
    ran: list[dict[str, Any]] = []

    async def note(service: ServiceCall) -> None:
        ran.append(dict(service.data))

    hass.services.async_register("test", "note", note)
    return ran


async def automate(hass: HomeAssistant, trigger: dict[str, Any], condition: dict[str, Any] | None = None) -> None:
    data = {key: f"{{{{ trigger.{key} }}}}" for key in ("company", "phase", "hold_seconds", "outcome", "call_id")}
    config: dict[str, Any] = {"triggers": trigger, "actions": {"action": "test.note", "data": data}}
    if condition is not None:
        config["conditions"] = condition
    assert await async_setup_component(hass, "automation", {"automation": config})
    await hass.async_block_till_done()
    assert len(hass.states.async_all("automation")) == 1
    assert hass.states.async_all("automation")[0].state == "on"


@pytest.mark.parametrize(("kind", "trigger"), list(MILESTONES.items()))
async def test_each_trigger(
    hass: HomeAssistant, agent: FakeAgent, ran: list[dict[str, Any]], kind: str, trigger: str
) -> None:
    await automate(hass, {"trigger": f"{DOMAIN}.{trigger}"})
    agent.show(phase=Phase.ON_HOLD, hold_s=61.0)
    for each in OccurrenceKind.ALL:
        data = {"outcome": "connected", "sentence": "Done."} if each == OccurrenceKind.ENDED else {}
        agent.occur(each, data)
    await hass.async_block_till_done()
    (done,) = ran
    assert (done["company"], done["call_id"], done["hold_seconds"]) == ("Acme Bank", "call-1", 61)
    assert done["outcome"] == ("connected" if kind == OccurrenceKind.ENDED else "")


@pytest.mark.parametrize(
    ("options", "fires"),
    [
        ({"company": "acme bank"}, True),
        ({"company": ["Other", "Acme Bank"]}, True),
        ({"company": "Other"}, False),
        ({"config_entry_id": "entry-1"}, True),
        ({"config_entry_id": "entry-2"}, False),
        ({"outcome": "busy"}, True),
        ({"outcome": ["connected", "closed"]}, False),
        ({"outcome": "busy", "company": "Other"}, False),
    ],
)
async def test_filters(
    hass: HomeAssistant, agent: FakeAgent, ran: list[dict[str, Any]], options: dict[str, Any], fires: bool
) -> None:
    await automate(hass, {"trigger": f"{DOMAIN}.call_ended", "options": options})
    agent.end(Outcome.BUSY, "Busy.")
    agent.occur(OccurrenceKind.ENDED, {"outcome": "busy", "sentence": "Busy."})
    await hass.async_block_till_done()
    assert bool(ran) is fires


async def test_a_trigger_outlives_a_reload_of_the_account(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry, ran: list[dict[str, Any]]
) -> None:
    await automate(hass, {"trigger": f"{DOMAIN}.human_answered"})
    await hass.config_entries.async_reload(entry.entry_id)
    agents[-1].show(phase=Phase.HUMAN, is_human=True)
    agents[-1].occur(OccurrenceKind.HUMAN_ANSWERED)
    await hass.async_block_till_done()
    assert [each["phase"] for each in ran] == ["human"]


@pytest.mark.parametrize(
    "trigger",
    [
        {"trigger": f"{DOMAIN}.call_ended", "options": {"outcome": "lost"}},
        {"trigger": f"{DOMAIN}.hold_started", "options": {"outcome": "busy"}},
        {"trigger": f"{DOMAIN}.hold_started", "options": {"surprise": 1}},
        {"trigger": f"{DOMAIN}.magic"},
    ],
)
async def test_wrong_triggers_are_refused(
    hass: HomeAssistant, agent: FakeAgent, ran: list[dict[str, Any]], trigger: dict[str, Any]
) -> None:
    with pytest.raises(AssertionError):
        await automate(hass, trigger)


@pytest.mark.parametrize(
    ("condition", "changes", "expected"),
    [
        ("has_active_call", None, False),
        ("has_active_call", {"phase": Phase.RINGING}, True),
        ("has_active_call", {"phase": Phase.ENDED}, False),
        ("is_on_hold", {"phase": Phase.RINGING}, False),
        ("is_on_hold", {"phase": Phase.ON_HOLD}, True),
        ("is_on_hold", {"phase": Phase.CANDIDATE}, True),
        ("is_human_on_the_line", {"phase": Phase.ON_HOLD}, False),
        ("is_human_on_the_line", {"phase": Phase.HUMAN, "is_human": True}, True),
    ],
)
@pytest.mark.parametrize(
    ("options", "is_meant"),
    [({}, True), ({"company": "Acme Bank"}, True), ({"company": "X"}, False), ({"config_entry_id": "entry-2"}, False)],
)
async def test_conditions(
    hass: HomeAssistant,
    agent: FakeAgent,
    ran: list[dict[str, Any]],
    condition: str,
    changes: dict[str, Any] | None,
    expected: bool,
    options: dict[str, Any],
    is_meant: bool,
) -> None:
    if changes is not None:
        agent.show(**changes)
    condition_config = {"condition": f"{DOMAIN}.{condition}", "options": options}
    config = {
        "triggers": {"trigger": "event", "event_type": "go"},
        "conditions": condition_config,
        "actions": {"action": "test.note"},
    }
    assert await async_setup_component(hass, "automation", {"automation": config})
    hass.bus.async_fire("go")
    await hass.async_block_till_done()
    assert bool(ran) is (expected and is_meant)


async def test_the_bus(hass: HomeAssistant, agent: FakeAgent) -> None:
    events = async_capture_events(hass, EVENT_CALL)
    agent.show(phase=Phase.ON_HOLD, hold_s=120.0)
    agent.occur(OccurrenceKind.PROMPT_HEARD, {"text": "secret words"})
    agent.occur(OccurrenceKind.HUMAN_ANSWERED, {"reason": "x"})
    await hass.async_block_till_done()
    (event,) = events
    assert event.data == {
        "type": "human_answered",
        "config_entry_id": "entry-1",
        "call_id": "call-1",
        "company": "Acme Bank",
        "number": "+15550100",
        "goal": "a charge",
        "phase": "on_hold",
        "hold_seconds": 120,
        "outcome": "",
        "sentence": "",
        "question_id": None,
        "fact": "",
    }


async def test_the_bus_tells_of_a_question_without_its_words(hass: HomeAssistant, agent: FakeAgent) -> None:
    events = async_capture_events(hass, EVENT_CALL)
    agent.show(phase=Phase.NAVIGATING, question=UserQuestion(3, "account", "Say your secret number", 1060.0))
    data = {"question_id": 3, "fact": "account", "text": "Say your secret number", "seconds": 45.0}
    agent.occur(OccurrenceKind.QUESTION_ASKED, data)
    await hass.async_block_till_done()
    (event,) = events
    assert (event.data["type"], event.data["question_id"], event.data["fact"]) == ("question_asked", 3, "account")
    assert "secret" not in str(event.data)


def test_the_logbook(hass: HomeAssistant) -> None:
    told: dict[str, Any] = {}
    async_describe_events(hass, lambda domain, event, describe: told.update({f"{domain}/{event}": describe}))
    describe = told[f"{DOMAIN}/{EVENT_CALL}"]
    data = {"company": "Acme", "number": "1", "hold_seconds": 1500, "sentence": "Done.", "outcome": "connected"}
    lines = {kind: describe(Event(EVENT_CALL, {"type": kind, **data}))["message"] for kind in MILESTONES.values()}
    assert lines == {
        "call_started": "calls Acme",
        "hold_started": "is on hold with Acme",
        "question_asked": "has a question for you from Acme",
        "human_answered": "has a human of Acme on the line after 25 min on hold",
        "connected": "has put you through to Acme",
        "call_ended": "has ended the call to Acme: Done.",
    }


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("de", "hat den Anruf bei Acme beendet: Das Unternehmen hat geschlossen."),
        ("es-MX", "ha terminado la llamada a Acme: La empresa está cerrada."),
        ("fr", "a terminé l'appel à Acme : L'entreprise est fermée."),
        ("nl", "heeft het gesprek met Acme beëindigd: Het bedrijf is gesloten."),
        ("pl", "has ended the call to Acme: The company is closed."),
    ],
)
def test_the_logbook_speaks_the_language_of_the_house(hass: HomeAssistant, language: str, line: str) -> None:
    told: dict[str, Any] = {}
    async_describe_events(hass, lambda domain, event, describe: told.update({event: describe}))
    hass.config.language = language
    data = {"company": "Acme", "number": "1", "hold_seconds": 60, "outcome": "closed"}
    for kind in MILESTONES.values():
        event = Event(EVENT_CALL, {"type": kind, "sentence": "The company is closed.", **data})
        message = told[EVENT_CALL](event)["message"]
        assert "Acme" in message
    assert message == line


async def test_system_health(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    assert await async_setup_component(hass, "system_health", {})
    await hass.async_block_till_done()
    agent.show(phase=Phase.RINGING)
    assert await get_system_health_info(hass, DOMAIN) == {
        "accounts": 1,
        "registered": 0,
        "active_calls": 1,
        "speech_to_text": False,
        "text_to_speech": False,
    }
