"""A call asks its user: how that is shown, on the phone too, and every way to answer. News are told in the user's language."""

import asyncio
from typing import Any

from homeassistant.components import persistent_notification
from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import translation
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer import house
from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.agent import NoQuestionError
from custom_components.hold_slayer.engine.agent.recording import RECORDING_FAILED
from custom_components.hold_slayer.engine.call import handing_over, outcomes
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.snapshot import UserQuestion
from custom_components.hold_slayer.facts import FactScope, KeptFact
from custom_components.hold_slayer.feed import call_picture
from custom_components.hold_slayer.notice_texts import SENTENCES, localized, notice_texts
from tests.fakes.agent import FakeAgent

QUESTION = UserQuestion(3, "account", "Please enter your account number.", 1_060.0)
SENSOR = "binary_sensor.alice_sip_example_com_question_for_you"
ANSWERED = ("answer_question", "call-1", "4711")
LANGUAGES = ("en", "de", "es", "fr", "nl")


@pytest.fixture
def phone(hass: HomeAssistant, entry: MockConfigEntry) -> list[dict[str, Any]]:
    """What notify.mobile_app_phone was given; a second phone in the options is gone."""
    given: list[dict[str, Any]] = []

    async def take(call: ServiceCall) -> None:
        given.append(dict(call.data))

    async def refuse(call: ServiceCall) -> None:
        raise HomeAssistantError("gone")

    hass.services.async_register("notify", "mobile_app_phone", take)
    hass.services.async_register("notify", "mobile_app_old", refuse)
    options = {**entry.options, "notify": ["notify.mobile_app_old", "mobile_app_gone", "notify.mobile_app_phone"]}
    hass.config_entries.async_update_entry(entry, options=options)
    return given


def asks(agent: FakeAgent) -> None:
    agent.show(phase=Phase.NAVIGATING, question=QUESTION)
    data = {"question_id": 3, "fact": "account", "text": QUESTION.text, "seconds": 45.0}
    agent.occur(OccurrenceKind.QUESTION_ASKED, data)


BY_MODEL = UserQuestion(3, "question", "For gas press 1. For power press 2.", 1_060.0, "Gas or *power*?")


def model_asks(agent: FakeAgent) -> None:
    agent.show(phase=Phase.NAVIGATING, question=BY_MODEL)
    data = {"question_id": 3, "fact": "question", "text": BY_MODEL.text, "asks": BY_MODEL.asks, "seconds": 45.0}
    agent.occur(OccurrenceKind.QUESTION_ASKED, data)


def closes(agent: FakeAgent) -> None:
    agent.show(question=None)
    agent.occur(OccurrenceKind.QUESTION_CLOSED, {"question_id": 3, "fact": "account", "reason": "late"})


def notifications(hass: HomeAssistant) -> dict[str, Any]:
    return dict(persistent_notification._async_get_or_create_notifications(hass))


async def answer(hass: HomeAssistant, **data: Any) -> None:
    await hass.services.async_call(DOMAIN, "answer_question", data, blocking=True)


# --- shown ----------------------------------------------------------------------------------------------------------


async def test_sensor_and_dashboard_show_the_question_while_it_is_open(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(phase=Phase.NAVIGATING)
    assert hass.states.get(SENSOR).state == "off"
    asks(agent)
    state = hass.states.get(SENSOR)
    assert state.state == "on"
    assert {key: state.attributes[key] for key in ("call_id", "question_id", "fact", "text", "deadline")} == {
        "call_id": "call-1",
        "question_id": 3,
        "fact": "account",
        "text": QUESTION.text,
        "deadline": "1970-01-01T00:17:40+00:00",
    }
    assert call_picture(agent.calls[0], "entry-1")["question"] == {
        "question_id": 3,
        "fact": "account",
        "asks": "",
        "offers": [],
        "text": QUESTION.text,
        "deadline": 1060.0,
    }
    closes(agent)
    assert hass.states.get(SENSOR).state == "off"
    assert "text" not in hass.states.get(SENSOR).attributes
    assert call_picture(agent.calls[0], "entry-1")["question"] is None


async def test_event_entity_tells_it(hass: HomeAssistant, agent: FakeAgent) -> None:
    asks(agent)
    state = hass.states.get("event.alice_sip_example_com_call")
    assert (state.attributes["event_type"], state.attributes["fact"]) == ("question_asked", "account")


@pytest.mark.parametrize("language", LANGUAGES)
async def test_notification_in_the_users_language_goes_when_it_is_over(
    hass: HomeAssistant, agent: FakeAgent, language: str
) -> None:
    hass.config.language = language
    asks(agent)
    shown = notifications(hass)["hold_slayer_question_call-1"]
    assert shown["title"] == notice_texts(language).question_title
    assert QUESTION.text in shown["message"]
    assert "Acme Bank" in shown["message"]
    assert "45" in shown["message"]
    assert "hold_slayer.answer_question" in shown["message"]
    closes(agent)
    assert "hold_slayer_question_call-1" not in notifications(hass)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_question_of_the_language_models_says_who_asks(
    hass: HomeAssistant, phone: list[dict[str, Any]], agent: FakeAgent, language: str
) -> None:
    hass.config.language = language
    model_asks(agent)
    await hass.async_block_till_done(wait_background_tasks=True)
    texts = notice_texts(language)
    shown = notifications(hass)["hold_slayer_question_call-1"]
    assert shown["title"] == texts.model_title != texts.question_title
    for told in (shown["message"], phone[0]["message"]):
        assert all(
            part in told
            for part in (BY_MODEL.asks, BY_MODEL.text, "Acme Bank", "45", "PIN" if language != "nl" else "pin")
        )
    state = hass.states.get(SENSOR)
    assert {key: state.attributes[key] for key in ("fact", "asked_by", "asks", "text")} == {
        "fact": "question",
        "asked_by": "model",
        "asks": BY_MODEL.asks,
        "text": BY_MODEL.text,
    }
    picture = call_picture(agent.calls[0], "entry-1")["question"]
    assert (picture["asks"], picture["text"]) == (BY_MODEL.asks, BY_MODEL.text)
    hass.bus.async_fire(
        "mobile_app_notification_action", {"action": phone[0]["data"]["actions"][0]["action"], "reply_text": "gas"}
    )
    await hass.async_block_till_done()
    assert agent.orders == [("answer_question", "call-1", "gas")]


OFFERED = UserQuestion(3, "pin", "Enter your PIN.", 1_060.0, offers=("bank_pin", "gone"))


def offers(agent: FakeAgent) -> None:
    agent.show(phase=Phase.NAVIGATING, question=OFFERED)
    data = {
        "question_id": 3,
        "fact": "pin",
        "text": OFFERED.text,
        "asks": "",
        "offers": "bank_pin gone",
        "seconds": 45.0,
    }
    agent.occur(OccurrenceKind.QUESTION_ASKED, data)


@pytest.mark.parametrize("language", LANGUAGES)
async def test_a_kept_fact_is_offered_and_told_at_a_touch(
    hass: HomeAssistant, phone: list[dict[str, Any]], entry: MockConfigEntry, agent: FakeAgent, language: str
) -> None:
    hass.config.language = language
    await entry.runtime_data.keep_fact(KeptFact("bank_pin", "0471", "pin", FactScope.ASK))
    offers(agent)
    await hass.async_block_till_done(wait_background_tasks=True)
    shown = notifications(hass)["hold_slayer_question_call-1"]["message"]
    assert "bank_pin" in shown
    assert "0471" not in f"{shown} {phone}"
    assert hass.states.get(SENSOR).attributes["offers"] == ["bank_pin", "gone"]
    tell, tell_gone, reply, decline = (each["action"] for each in phone[0]["data"]["actions"])
    for action in (
        tell_gone,
        tell.replace("call-1", "call-9"),
        tell.replace("TELL0", "TELL7"),
        tell.replace("_3", "_2"),
        tell,
    ):
        hass.bus.async_fire("mobile_app_notification_action", {"action": action})
    await hass.async_block_till_done()
    assert agent.orders == [("answer_question", "call-1", "0471")]
    assert agent.kept == ["bank_pin"]
    assert {reply, decline} == {"HOLD_SLAYER_ANSWER_call-1_3", "HOLD_SLAYER_DECLINE_call-1_3"}


async def test_a_kept_fact_answers_by_the_action(hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent) -> None:
    await entry.runtime_data.keep_fact(KeptFact("bank_pin", "0471", "pin", FactScope.ASK))
    await entry.runtime_data.keep_fact(KeptFact("pin", "1", "", FactScope.CONTACT, "town_hall"))
    offers(agent)
    for fact, key in (("pin", "fact_of_another_contact"), ("shoe size", "unknown_fact")):
        with pytest.raises(ServiceValidationError) as raised:
            await answer(hass, fact=fact)
        assert raised.value.translation_key == key
    with pytest.raises(ServiceValidationError) as raised:
        await answer(hass, fact="bank_pin", answer="1")
    assert raised.value.translation_key == "answer_or_decline"
    await answer(hass, fact="Bank PIN", question_id=3)
    assert agent.orders == [("answer_question", "call-1", "0471")]
    assert agent.kept == ["bank_pin"]


async def test_no_kept_fact_answers_a_language_model(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    await entry.runtime_data.keep_fact(KeptFact("pin", "0471"))
    model_asks(agent)
    found = house.Found(entry, agent.calls[0])
    with pytest.raises(NoQuestionError):
        await house.answer(hass, found, 3, "pin", None)
    assert agent.orders == []
    await house.answer(hass, found, 3, None, None)
    assert agent.orders == [("answer_question", "call-1", None)]


# --- answered by the action -------------------------------------------------------------------------------------------


async def test_an_answer_and_a_refusal_reach_the_call(hass: HomeAssistant, agent: FakeAgent) -> None:
    asks(agent)
    await answer(hass, answer=4711)
    await answer(hass, call_id="call-1", decline=True, question_id=3)
    assert agent.orders == [ANSWERED, ("answer_question", "call-1", None)]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({}, "answer_or_decline"),
        ({"answer": "", "decline": False}, "answer_or_decline"),
        ({"answer": "4711", "decline": True}, "answer_or_decline"),
        ({"answer": "4711", "question_id": 2}, "no_question"),
        ({"answer": "4711", "call_id": "call-9"}, "unknown_call"),
    ],
)
async def test_wrong_answers_are_told(hass: HomeAssistant, agent: FakeAgent, data: dict[str, Any], key: str) -> None:
    asks(agent)
    with pytest.raises(ServiceValidationError) as raised:
        await answer(hass, **data)
    assert raised.value.translation_key == key
    for language in LANGUAGES:
        texts = await translation.async_get_translations(hass, language, "exceptions", {DOMAIN})
        assert texts[f"component.{DOMAIN}.exceptions.{key}.message"]
    assert agent.orders == []


async def test_no_question_no_answer(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(phase=Phase.NAVIGATING)
    with pytest.raises(ServiceValidationError) as raised:
        await answer(hass, answer="4711")
    assert raised.value.translation_key == "no_question"


# --- answered on the phone --------------------------------------------------------------------------------------------


async def test_the_phone_is_asked_and_its_reply_taken(
    hass: HomeAssistant, phone: list[dict[str, Any]], agent: FakeAgent
) -> None:
    asks(agent)
    await hass.async_block_till_done(wait_background_tasks=True)
    (asked,) = phone
    reply, decline = asked["data"]["actions"]
    assert QUESTION.text in asked["message"]
    assert reply["behavior"] == "textInput"
    hass.bus.async_fire("mobile_app_notification_action", {"action": reply["action"], "reply_text": " 4711 "})
    hass.bus.async_fire("mobile_app_notification_action", {"action": decline["action"]})
    await hass.async_block_till_done()
    assert agent.orders == [ANSWERED, ("answer_question", "call-1", None)]
    closes(agent)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert phone[1]["message"] == "clear_notification"
    assert phone[1]["data"]["tag"] == asked["data"]["tag"]


@pytest.mark.parametrize(
    "event",
    [
        {},
        {"action": "HOLD_SLAYER_ANSWER_call-1_3"},
        {"action": "HOLD_SLAYER_ANSWER_call-1_3", "reply_text": "  "},
        {"action": "HOLD_SLAYER_ANSWER_call-1_2", "reply_text": "4711"},
        {"action": "HOLD_SLAYER_ANSWER_call-9_3", "reply_text": "4711"},
        {"action": "HOLD_SLAYER_SOMETHING_call-1_3", "reply_text": "4711"},
        {"action": "OPEN_DOOR", "reply_text": "4711"},
        {"action": 7, "reply_text": 4711},
    ],
)
async def test_other_replies_are_none(hass: HomeAssistant, agent: FakeAgent, event: dict[str, Any]) -> None:
    asks(agent)
    hass.bus.async_fire("mobile_app_notification_action", event)
    await hass.async_block_till_done()
    assert agent.orders == []


async def test_after_unload_nobody_listens(hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent) -> None:
    asks(agent)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert agent.listeners == 0
    hass.bus.async_fire(
        "mobile_app_notification_action", {"action": "HOLD_SLAYER_ANSWER_call-1_3", "reply_text": "4711"}
    )
    await hass.async_block_till_done()
    assert agent.orders == []


# --- news -----------------------------------------------------------------------------------------------------------


async def test_news_go_to_the_phone_too_in_the_users_language(
    hass: HomeAssistant, phone: list[dict[str, Any]], agent: FakeAgent
) -> None:
    hass.config.language = "de"
    assert agent.services.notifier is not None
    await agent.services.notifier.notify("call-1", "outcome_closed", "The company is closed. We open Monday at 8.")
    assert (
        notifications(hass)["hold_slayer_call-1"]["message"] == "Das Unternehmen hat geschlossen. We open Monday at 8."
    )
    assert phone[0]["message"] == "Das Unternehmen hat geschlossen. We open Monday at 8."


async def test_a_phone_that_fails_or_takes_its_time_keeps_nobody_from_being_told(
    hass: HomeAssistant, phone: list[dict[str, Any]], agent: FakeAgent, caplog: pytest.LogCaptureFixture
) -> None:
    """What notify actions raise is not bounded, and their servers are slow at times: a human waits."""
    is_slow = asyncio.Event()

    async def wait(call: ServiceCall) -> None:
        await is_slow.wait()

    async def fail(call: ServiceCall) -> None:
        raise OSError("no route to 192.0.2.7")

    hass.services.async_register("notify", "mobile_app_old", wait)
    hass.services.async_register("notify", "mobile_app_gone", fail)
    assert agent.services.notifier is not None
    telling = hass.async_create_task(
        agent.services.notifier.notify("call-1", "human_answered", "A person is on the line.")
    )
    for _ in range(10):
        await asyncio.sleep(0)
    assert len(phone) == 1
    is_slow.set()
    await telling
    assert "notify.mobile_app_gone did not take a notification (OSError)" in caplog.text
    assert "192.0.2.7" not in caplog.text


@pytest.mark.parametrize(
    ("button", "ringing", "orders"),
    [
        ("Connect me", "", [("transfer", "call-1", None)]),
        ("Connect me", "Desk", []),
        ("Not now", "", []),
        ("Hang up", "Desk", [("hang_up", "call-1")]),
    ],
)
async def test_a_human_is_taken_on_the_phone(
    hass: HomeAssistant,
    phone: list[dict[str, Any]],
    agent: FakeAgent,
    button: str,
    ringing: str,
    orders: list[tuple[Any, ...]],
) -> None:
    agent.show(phase=Phase.HUMAN, is_human=True, answered_at=1001.0, target_name=ringing)
    assert agent.services.notifier is not None
    await agent.services.notifier.notify("call-1", "human_answered", "A person is on the line.")
    (sent,) = phone
    assert (sent["data"]["tag"], sent["data"]["priority"]) == ("hold_slayer_call-1", "high")
    actions = {each["title"]: each["action"] for each in sent["data"]["actions"]}
    assert list(actions) == ["Connect me", "Not now", "Hang up"]
    hass.bus.async_fire("mobile_app_notification_action", {"action": actions[button].replace("call-1", "call-9")})
    hass.bus.async_fire("mobile_app_notification_action", {"action": actions[button]})
    await hass.async_block_till_done()
    assert agent.orders == orders
    agent.end(Outcome.HUNG_UP, "")
    hass.bus.async_fire("mobile_app_notification_action", {"action": actions[button]})
    await hass.async_block_till_done()
    assert agent.orders == orders, "too late"


def test_every_sentence_of_the_engine_has_a_translation() -> None:
    fixed = {*outcomes.SENTENCES.values(), *(note for _, note in outcomes.FAILURES.values() if note)}
    fixed |= {*RECORDING_FAILED.values(), handing_over._PERSON_HERE, handing_over._PERSON_LEFT}
    assert set(outcomes.SENTENCES) == set(Outcome)
    for sentence in fixed:
        for language in ("de", "es", "fr", "nl"):
            said = localized(sentence, language)
            assert said != sentence
            assert "{" not in said
    assert all(len(set(said)) == 4 for said in SENTENCES.values())


@pytest.mark.parametrize(
    ("language", "said"),
    [
        ("de-AT", "Das Unternehmen hat den Anruf beendet. Die Warteschleife hatte 25 Minuten gedauert."),
        ("nl", "Het bedrijf heeft het gesprek beëindigd. Er was 25 minuten gewacht."),
        ("en", "The company ended the call. It had been on hold for 25 minutes."),
        ("pt", "The company ended the call. It had been on hold for 25 minutes."),
    ],
)
def test_sentences_with_numbers(language: str, said: str) -> None:
    assert localized("The company ended the call. It had been on hold for 25 minutes.", language) == said
