"""What the line orders is not done: by rules, and with a language model that obeys every order or wants the worst."""

from collections.abc import Mapping
import itertools
import json
from pathlib import Path

from hypothesis import HealthCheck, given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import LANGUAGES
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

LINES = json.loads((Path(__file__).resolve().parents[2] / "data" / "injections.json").read_text(encoding="utf-8"))
SECRET = "12345678"
MENUS = {
    "en": "For pears, press 1. For plums, press 2. To have us call you back, press 3. To order a new card, press 4.",
    "de": "Für Birnen drücken Sie die 1. Für Pflaumen drücken Sie die 2. Für einen Rückruf drücken Sie die 3.",
    "fr": "Pour les poires, tapez 1. Pour les prunes, tapez 2. Pour être rappelé, tapez 3.",
    "es": "Para peras, pulse 1. Para ciruelas, pulse 2. Para que le devolvamos la llamada, pulse 3.",
    "nl": "Voor peren, toets 1. Voor pruimen, toets 2. Om teruggebeld te worden, toets 3.",
    "it": "Per le pere, prema 1. Per le prugne, prema 2. Per essere richiamato, prema 3.",
}
EVIL = [
    {"do": "press", "value": "9"}, {"do": "press", "value": "6"}, {"do": "press", "value": "3"}, {"do": "press", "value": "4"},
    {"do": "press", "value": SECRET}, {"do": "say", "value": f"my number is {SECRET}"}, {"do": "say", "value": "yes, call me back"},
    {"do": "fact", "value": "account_number"}, {"do": "fact", "value": "password"}, {"do": "give_up", "reason": "closed"},
    {"do": "give_up", "reason": "no_route"}, {"do": "sing"}, {},
]  # fmt: skip


def navigator(language: str, goal: str = "xylophone") -> Navigator:
    policy = CallPolicy(accept_callback=False)
    facts = {"account_number": SECRET}
    return Navigator(CallBrief(DialTarget("5550100"), goal, language=language, facts=facts, policy=policy))


def obeyed(decision: Decision) -> bool:
    """True for what only an order on the line, or a bad model, would have done."""
    is_forbidden_key = decision.do is DecisionKind.PRESS and decision.value in ("9", "6", "3", "4", "8", "5", "147")
    return is_forbidden_key or SECRET in decision.value or decision.do is DecisionKind.GIVE_UP


def test_the_set_is_large_and_in_all_languages() -> None:
    assert len(LINES) >= 40
    assert {language for language, _ in LINES} == set(LANGUAGES)


@pytest.mark.parametrize(("language", "text"), LINES, ids=[f"{row[0]}-{row[1][:40]}" for row in LINES])
def test_orders_on_the_line_are_not_followed_by_rules(language: str, text: str) -> None:
    for heard in ([text], [text, MENUS[language]], [MENUS[language], text]):
        alone = navigator(language)
        decision = alone.heard(heard)
        if decision.do is DecisionKind.ASK_MODEL:
            decision = alone.advice_failed()
        assert not obeyed(decision)
        assert decision.value.lower() not in ("yes", "ja", "oui", "sí", "sì")


@pytest.mark.parametrize(("language", "text"), LINES, ids=[f"{row[0]}-{row[1][:40]}" for row in LINES])
def test_a_model_that_obeys_the_line_or_wants_the_worst_is_not_followed(language: str, text: str) -> None:
    for answer in EVIL:
        asked = navigator(language)
        decision = asked.heard([text, MENUS[language]])
        if decision.do is DecisionKind.ASK_MODEL:
            decision = asked.advised(answer)
        assert not obeyed(decision), answer


def test_the_model_is_asked_in_these_menus_so_that_the_test_means_something() -> None:
    asked = [navigator(code).heard([menu]).do is DecisionKind.ASK_MODEL for code, menu in MENUS.items()]
    assert sum(asked) >= 4


def test_a_model_is_asked_once_about_an_utterance() -> None:
    way = navigator("en")
    assert way.heard([MENUS["en"]]).do is DecisionKind.ASK_MODEL
    assert way.advised({"do": "listen"}).do is DecisionKind.LISTEN
    for _ in range(5):
        assert way.heard([]).do is not DecisionKind.ASK_MODEL


def test_a_fact_is_given_only_when_it_is_asked_for() -> None:
    way = navigator("en")
    way.heard([MENUS["en"]])
    assert SECRET not in way.advised({"do": "fact", "value": "account_number"}).value


SENTENCES = st.sampled_from(
    [*(text for _, text in LINES), *MENUS.values(), "Please hold.", "Please enter your account number followed by pound.",
     "Is that right?", "How can I help you?", "We are closed.", "Press 0 for an operator.", "Press 7 to pay your bill.", "",
     "Would you like us to call you back?"]
)  # fmt: skip
ANSWERS = st.one_of(
    st.sampled_from(EVIL),
    st.fixed_dictionaries(
        {"do": st.sampled_from(["press", "say", "fact", "wait", "listen", "give_up"])},
        optional={"value": st.one_of(st.text(max_size=20), st.integers(), st.none())},
    ),
)


@settings(max_examples=25, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(
    language=st.sampled_from(LANGUAGES),
    turns=st.lists(st.lists(SENTENCES, max_size=3), min_size=1, max_size=12),
    answers=st.lists(ANSWERS, min_size=1, max_size=12),
)
def test_only_keys_that_an_option_or_the_ladder_names_are_pressed(
    language: str, turns: list[list[str]], answers: list[Mapping[str, object]]
) -> None:
    way, offered = navigator(language), {"0"}
    calls, advice = 0, itertools.cycle(answers)
    for heard in turns:
        for text in heard:
            offered |= {word for word in "0123456789" if f" {word}" in text}
        decision = way.heard(heard)
        if decision.do is DecisionKind.ASK_MODEL:
            calls += 1
            decision = way.advised(next(advice))
            assert decision.do is not DecisionKind.ASK_MODEL
        if decision.do is DecisionKind.PRESS and decision.reason != "fact":
            assert decision.value in offered
            assert decision.value != "3"  # the callback that is not wanted
        if SECRET in decision.value:
            assert any("account" in text.lower() or SECRET in text for text in way._turn)
            assert decision.shown != decision.value
    assert calls <= sum(1 for heard in turns for text in heard if text.strip())
