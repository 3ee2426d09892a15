"""Satellites that ask: a real satellite entity with a real pipeline, whose ear hears what a test says."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Callable
from typing import Any, override

from homeassistant.components import assist_pipeline, assist_satellite
from homeassistant.components.assist_satellite import (
    AssistSatelliteAnnouncement,
    AssistSatelliteConfiguration,
    AssistSatelliteEntity,
    AssistSatelliteEntityFeature,
)
from homeassistant.config_entries import ConfigEntry
from homeassistant.core import HomeAssistant
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.setup import async_setup_component
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.snapshot import UserQuestion
from custom_components.hold_slayer.facts import FactScope, KeptFact
from custom_components.hold_slayer.satellite_texts import _TEXTS, satellite_texts
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS, Engines, _Flow, subentry

KITCHEN = "assist_satellite.kitchen"
BESIDE = subentry("hand_over_target", name="Kitchen", kind="satellite", satellite=KITCHEN, number="5550123")
ALONE = subentry("hand_over_target", name="Kitchen", kind="satellite", satellite=KITCHEN)


class Satellite(AssistSatelliteEntity):
    """Says what it is told, and hears ``answers``, one for each question; None: nobody speaks."""

    _attr_name = "Kitchen"
    _attr_unique_id = "kitchen"

    def __init__(self, ear: Any) -> None:
        self._attr_supported_features = (
            AssistSatelliteEntityFeature.ANNOUNCE | AssistSatelliteEntityFeature.START_CONVERSATION
        )
        self.said: list[str] = []
        self.answers: list[str | None] = []
        self._ear = ear
        self._answering: asyncio.Task[None] | None = None

    @override
    def async_get_configuration(self) -> AssistSatelliteConfiguration:
        return AssistSatelliteConfiguration([], [], 1)

    @override
    async def async_set_configuration(self, config: AssistSatelliteConfiguration) -> None:
        raise NotImplementedError

    @override
    def on_pipeline_event(self, event: assist_pipeline.PipelineEvent) -> None:
        pass

    @override
    async def async_announce(self, announcement: AssistSatelliteAnnouncement) -> None:
        self.said.append(announcement.message)

    @override
    async def async_start_conversation(self, start_announcement: AssistSatelliteAnnouncement) -> None:
        self.said.append(start_announcement.message)
        if self.answers:
            self._ear.text = self.answers.pop(0) or ""
            self._answering = self.hass.async_create_task(self._answer())

    async def _answer(self) -> None:
        async def sound() -> AsyncIterable[bytes]:
            yield bytes(3200)

        await self.async_accept_pipeline_from_satellite(sound())


@pytest.fixture
async def satellite(hass: HomeAssistant, engines: Engines) -> AsyncGenerator[Satellite]:
    """assist_satellite.kitchen, hearing by stt.ear and speaking by tts.voice."""
    engines.stt.languages = engines.tts.languages = ["en"]
    engines.tts._attr_default_language = "en"
    for name in ("media_source", "assist_pipeline", "assist_satellite"):
        assert await async_setup_component(hass, name, {})
    made = Satellite(engines.stt)

    async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, [assist_satellite.DOMAIN])
        return True

    async def unload(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, [assist_satellite.DOMAIN])

    async def add(_hass: HomeAssistant, _entry: ConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
        add([made])

    mock_integration(hass, MockModule("ears", async_setup_entry=set_up, async_unload_entry=unload))
    mock_platform(hass, "ears.assist_satellite", MockPlatform(async_setup_entry=add))
    mock_platform(hass, "ears.config_flow", None)
    with mock_config_flow("ears", _Flow):
        entry = MockConfigEntry(domain="ears")
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        yield made


@pytest.fixture
def targets() -> list[Any]:
    """The account's hand-over targets; tests override them."""
    return [BESIDE]


@pytest.fixture
def entry(hass: HomeAssistant, core: None, targets: list[Any]) -> MockConfigEntry:
    """An account with these targets only."""
    entry = MockConfigEntry(
        domain="hold_slayer",
        entry_id="entry-1",
        title="alice@sip.example.com",
        data=ACCOUNT,
        options=OPTIONS,
        subentries_data=targets,
        minor_version=2,
    )
    entry.add_to_hass(hass)
    return entry


async def human(agent: FakeAgent) -> None:
    agent.show(phase=Phase.HUMAN, is_human=True, answered_at=1001.0)
    agent.occur(OccurrenceKind.HUMAN_ANSWERED)


async def until(happened: Callable[[], object]) -> None:
    async with asyncio.timeout(5):
        while not happened():  # noqa: ASYNC110 - nothing tells when an automation of Home Assistant's is done
            await asyncio.sleep(0.01)


QUESTION = "A human from Acme Bank is on the line. Shall I connect you?"


@pytest.mark.parametrize(
    ("said", "order"),
    [
        ("Yes.", "transfer"),
        ("Connect me, please!", "transfer"),
        ("Okay", "transfer"),
        ("No, hang up.", "hang_up"),
        ("Not now.", None),
        ("No thanks.", None),
    ],
)
async def test_the_answer_is_done(
    hass: HomeAssistant, satellite: Satellite, agent: FakeAgent, said: str, order: str | None
) -> None:
    satellite.answers = [said]
    await human(agent)
    await until(lambda: agent.orders or not agent_asks(hass))
    assert satellite.said == [QUESTION]
    assert [each[0] for each in agent.orders] == ([] if order is None else [order])
    if order == "transfer":
        assert agent.orders[0][2].target.value == "5550123"


def agent_asks(hass: HomeAssistant) -> bool:
    """Whether a satellite is being asked still."""
    entry = hass.config_entries.async_get_entry("entry-1")
    assert entry is not None
    return any(task.get_name() == "hold_slayer satellite" for task in entry._background_tasks)


@pytest.mark.parametrize("first", [None, "what did you say"])
async def test_asked_once_more(hass: HomeAssistant, satellite: Satellite, agent: FakeAgent, first: str | None) -> None:
    satellite.answers = [first, "yes"]
    await human(agent)
    await until(lambda: agent.orders)
    assert satellite.said == [QUESTION, QUESTION]


async def test_not_a_third_time(hass: HomeAssistant, satellite: Satellite, agent: FakeAgent) -> None:
    satellite.answers = [None, None, "yes"]
    await human(agent)
    await until(lambda: len(satellite.said) == 2 and not agent_asks(hass))
    assert agent.orders == []


@pytest.mark.parametrize("change", [{"phase": Phase.CONNECTED}, {"phase": Phase.ENDED, "outcome": Outcome.HUNG_UP}])
async def test_a_question_ends_with_its_moment(
    hass: HomeAssistant, satellite: Satellite, agent: FakeAgent, change: dict[str, Any]
) -> None:
    await human(agent)
    await until(lambda: satellite.said)
    assert agent_asks(hass)
    agent.show(**change)
    await until(lambda: not agent_asks(hass))
    assert agent.orders == []
    assert satellite.state == "idle"


@pytest.mark.parametrize("targets", [[ALONE]])
@pytest.mark.parametrize("ringing", ["", "Desk"])
async def test_without_a_phone_of_its_own(
    hass: HomeAssistant, satellite: Satellite, agent: FakeAgent, ringing: str
) -> None:
    satellite.answers = ["yes"]
    agent.show(target_name=ringing)
    await human(agent)
    await until(lambda: satellite.said and not agent_asks(hass))
    assert agent.orders == ([] if ringing else [("transfer", "call-1", None)])


async def test_one_that_only_speaks(hass: HomeAssistant, satellite: Satellite, agent: FakeAgent) -> None:
    satellite._attr_supported_features = AssistSatelliteEntityFeature.ANNOUNCE
    satellite.async_write_ha_state()
    await human(agent)
    await until(lambda: satellite.said)
    assert satellite.said == ["A human from Acme Bank is on the line. Say: connect me."]


@pytest.mark.parametrize(
    "targets", [[subentry("hand_over_target", name="Gone", kind="satellite", satellite="assist_satellite.gone")]]
)
async def test_one_that_is_gone(hass: HomeAssistant, agent: FakeAgent, caplog: pytest.LogCaptureFixture) -> None:
    await human(agent)
    await until(lambda: not agent_asks(hass))
    assert "assist_satellite.gone cannot announce a human" in caplog.text
    assert "Acme" not in caplog.text


@pytest.mark.parametrize(
    "targets",
    [[subentry("hand_over_target", name="K", kind="satellite", satellite=KITCHEN, presence_entity="person.alex")]],
)
async def test_only_where_somebody_is(hass: HomeAssistant, satellite: Satellite, agent: FakeAgent) -> None:
    hass.states.async_set("person.alex", "not_home")
    await human(agent)
    await until(lambda: not agent_asks(hass))
    assert satellite.said == []


@pytest.mark.parametrize("language", list(_TEXTS))
async def test_every_language_can_be_asked_in(
    hass: HomeAssistant, satellite: Satellite, agent: FakeAgent, language: str
) -> None:
    """Home Assistant refuses sentences that it cannot read."""
    hass.config.language = language
    yes = {
        "en": "yes please",
        "de": "Ja, bitte.",
        "es": "Sí, por favor.",
        "fr": "Oui, s'il te plaît.",
        "nl": "Ja graag",
    }
    satellite.answers = [yes[language]]
    await human(agent)
    await until(lambda: agent.orders)
    assert agent.orders[0][0] == "transfer"
    assert satellite.said == [satellite_texts(language).question.format(company="Acme Bank")]


# --- questions of a call ----------------------------------------------------------------------------------------------

PIN = UserQuestion(3, "pin", "Enter your PIN.", 1_060.0, offers=("bank_pin",))
BY_MODEL = UserQuestion(3, "question", "For gas press 1.", 1_060.0, "Gas or power?")
UNKNOWN = UserQuestion(3, "customer", "Enter your customer number.", 1_060.0)


def wants(agent: FakeAgent, question: UserQuestion) -> None:
    agent.show(phase=Phase.NAVIGATING, question=question)
    agent.occur(
        OccurrenceKind.QUESTION_ASKED, {"question_id": 3, "fact": question.fact, "text": question.text, "seconds": 45.0}
    )


def is_asked(hass: HomeAssistant) -> bool:
    entry = hass.config_entries.async_get_entry("entry-1")
    assert entry is not None
    return any(task.get_name() == "hold_slayer satellite question" for task in entry._background_tasks)


@pytest.mark.parametrize(
    ("said", "orders", "kept"),
    [
        ("Yes, tell them.", [("answer_question", "call-1", "0471")], ["bank_pin"]),
        ("No thanks.", [("answer_question", "call-1", None)], []),
        ("zero four seven one", [], []),
        (None, [], []),
    ],
)
async def test_a_kept_fact_is_told_after_a_yes_and_never_spoken_in_the_room(
    hass: HomeAssistant,
    satellite: Satellite,
    entry: MockConfigEntry,
    agent: FakeAgent,
    said: str | None,
    orders: list[Any],
    kept: list[str],
) -> None:
    await entry.runtime_data.keep_fact(KeptFact("bank_pin", "0471", "pin", FactScope.ASK))
    satellite.answers = [said]
    wants(agent, PIN)
    await until(lambda: satellite.said and not is_asked(hass))
    assert satellite.said == ["Acme Bank wants to know: PIN. Shall I tell it?"], "once"
    assert (agent.orders, agent.kept) == (orders, kept)


@pytest.mark.parametrize(("said", "orders"), [("power", [("answer_question", "call-1", "power")]), ("x" * 161, [])])
async def test_a_question_of_the_language_models_takes_a_sentence(
    hass: HomeAssistant, satellite: Satellite, agent: FakeAgent, said: str, orders: list[Any]
) -> None:
    satellite.answers = [said]
    wants(agent, BY_MODEL)
    await until(lambda: satellite.said and not is_asked(hass))
    assert satellite.said == ["Your language model wants to know, and reads your answer: Gas or power?"]
    assert agent.orders == orders


async def test_what_nobody_keeps_is_only_told(hass: HomeAssistant, satellite: Satellite, agent: FakeAgent) -> None:
    satellite.answers = ["four four one seven"]
    wants(agent, UNKNOWN)
    await until(lambda: satellite.said and not is_asked(hass))
    (told,) = satellite.said
    assert told.startswith("Acme Bank wants to know: Customer number. You can answer on your phone")
    assert agent.orders == []


async def test_a_fact_that_is_gone_meanwhile_and_an_answer_too_late(
    hass: HomeAssistant, satellite: Satellite, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    satellite.answers = ["yes", "yes"]
    wants(agent, PIN)
    await until(lambda: satellite.said and not is_asked(hass))
    assert agent.orders == []


async def test_a_question_that_is_closed_is_asked_no_more(
    hass: HomeAssistant, satellite: Satellite, agent: FakeAgent
) -> None:
    wants(agent, BY_MODEL)
    await until(lambda: satellite.said)
    assert is_asked(hass)
    agent.show(question=None)
    await until(lambda: not is_asked(hass))
    assert agent.orders == []
    assert satellite.state == "idle"


@pytest.mark.parametrize("language", list(_TEXTS))
async def test_a_yes_in_every_language(
    hass: HomeAssistant, satellite: Satellite, entry: MockConfigEntry, agent: FakeAgent, language: str
) -> None:
    hass.config.language = language
    await entry.runtime_data.keep_fact(KeptFact("bank_pin", "0471", "pin", FactScope.ASK))
    yes = {"en": "yes please", "de": "Ja, sag es.", "es": "Sí, díselo.", "fr": "Oui, dis-le.", "nl": "Ja, zeg het maar"}
    satellite.answers = [yes[language]]
    wants(agent, PIN)
    await until(lambda: agent.orders)
    assert agent.orders == [("answer_question", "call-1", "0471")]
