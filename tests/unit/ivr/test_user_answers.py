"""A fact that was not released: the user is asked where that is possible, and what they give is given as any other fact."""

from importlib import resources
import json

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.facts import as_fact, kinds_of_fact
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

PROMPT = "Please enter your account number, followed by the pound key. If you do not have one, press star."


def navigator(*, asks: bool = True, language: str = "en") -> Navigator:
    policy = CallPolicy(ask_user=asks)
    return Navigator(CallBrief(DialTarget("+15550100"), "a charge on my bill", language=language, policy=policy))


def test_asked_and_given() -> None:
    way = navigator()
    decision = way.heard([PROMPT])
    assert (decision.do, decision.fact) == (DecisionKind.ASK_USER, "account")
    assert decision.note == PROMPT
    given = way.user_answered("account", "4417 302-268")
    assert (given.do, given.value, given.shown) == (DecisionKind.PRESS, "4417302268#", "{account}#")
    assert "4417" not in repr(given)


def test_rather_not_takes_the_way_that_was_announced_and_is_not_asked_again() -> None:
    way = navigator()
    way.heard([PROMPT])
    declined = way.user_answered("account", None)
    assert (declined.do, declined.value) == (DecisionKind.PRESS, "*")
    assert way.heard([PROMPT]).do is not DecisionKind.ASK_USER


def test_the_prompt_again_is_the_same_question() -> None:
    way = navigator()
    assert [way.heard([PROMPT]).do for _ in range(8)] == [DecisionKind.ASK_USER] * 8
    assert way.user_answered("account", "123").value == "123#"


def test_nobody_is_asked_where_nobody_can_be() -> None:
    decision = navigator(asks=False).heard([PROMPT])
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "*")


@pytest.mark.parametrize(
    ("language", "prompt", "fact"),
    [
        ("de", "Bitte geben Sie Ihre Kundennummer ein.", "customer"),
        ("fr", "Veuillez saisir votre numéro de client.", "customer"),
        ("es", "Por favor, marque su número de cliente.", "customer"),
        ("nl", "Toets uw klantnummer in.", "customer"),
        ("it", "Digiti il suo codice cliente.", "customer"),
    ],
)
def test_asked_in_every_language(language: str, prompt: str, fact: str) -> None:
    decision = navigator(language=language).heard([prompt])
    assert (decision.do, decision.fact) == (DecisionKind.ASK_USER, fact)


def test_a_kind_is_a_fact_of_its_kind() -> None:
    text = resources.files("custom_components.hold_slayer.engine.ivr").joinpath("fact_kinds.json").read_text("utf-8")
    for kind in json.loads(text):
        assert kind in kinds_of_fact(kind)


@pytest.mark.parametrize(
    ("kind", "typed", "locale", "fact"),
    [
        ("birth", "2.11.1979", "", "1979-11-02"),
        ("birth", "11/02/1979", "en-US", "1979-11-02"),
        ("birth", "11/22/1979", "", "1979-11-22"),
        ("birth", "99.99.1979", "", "99.99.1979"),
        ("birth", "1979-11-02", "", "1979-11-02"),
        ("account", " 12  34 ", "", "12 34"),
    ],
)
def test_what_the_user_types_becomes_a_fact(kind: str, typed: str, locale: str, fact: str) -> None:
    assert as_fact(kind, typed, locale) == fact
