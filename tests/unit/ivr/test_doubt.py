"""When a language model is asked, what it is offered, and what of its answers may be followed where rules have a choice."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

CLOSE = "For pay stubs, press 1. For tax documents, press 2. For direct deposit, press 3. To reset a password, press 4."
LATER = "For tax documents, press 5. For pay stubs, press 6. For direct deposit, press 7. To reset a password, press 8."
CLEAR = "For billing, press 1. For new customers, press 2."
STRANGE = "For plums, press 1. For apples, press 2."
GOAL = "I need a copy of my 2023 W-2. I no longer work for the company and my online login is disabled."


def navigator(goal: str = GOAL, *, has_model: bool = True, **more: object) -> Navigator:
    return Navigator(CallBrief(DialTarget("5550100"), goal, **more), has_model=has_model)  # type: ignore[arg-type]


def rules(text: str, goal: str = GOAL) -> Decision:
    alone = navigator(goal, has_model=False)
    decision = alone.heard([text])
    return alone.advice_failed() if decision.do is DecisionKind.ASK_MODEL else decision


def test_a_close_choice_is_put_to_a_model_that_is_there() -> None:
    decision = navigator().heard([CLOSE])
    assert decision.do is DecisionKind.ASK_MODEL
    assert decision.question is not None
    assert dict(decision.question.options)["2"] == "tax documents"
    assert decision.question.choice == rules(CLOSE).value, "what the rules will do is said"


def test_without_a_model_the_rules_decide_it() -> None:
    assert navigator(has_model=False).heard([CLOSE]).do is DecisionKind.PRESS


def test_a_clear_choice_is_nobody_elses() -> None:
    """Nearly exactly what is wanted, and far ahead: that key may go out before the list is over, too."""
    decision = navigator("I want to report a power outage").heard(
        ["To report a power outage, press 1. For jobs, press 2."]
    )
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "1")


def test_the_answer_is_followed() -> None:
    for key in "24":
        asked = navigator()
        asked.heard([CLOSE])
        decision = asked.advised({"do": "press", "value": key})
        assert (decision.do, decision.value, decision.is_advice) == (DecisionKind.PRESS, key, True)


def test_a_model_that_fails_changes_nothing_and_is_spared_from_then_on() -> None:
    asked = navigator()
    asked.heard([CLOSE])
    assert asked.advice_failed().value == rules(CLOSE).value
    assert asked.heard([LATER]).value == "5"
    assert asked.heard([STRANGE]).do is DecisionKind.ASK_MODEL, "where the rules have no choice it is asked as ever"


def test_an_answer_that_is_refused_is_no_failure() -> None:
    asked = navigator()
    asked.heard([CLOSE])
    assert not asked.advised({"do": "press", "value": "9"}).is_advice
    assert asked.heard([LATER]).do is DecisionKind.ASK_MODEL


def test_only_what_can_be_followed_is_offered() -> None:
    question = navigator("pears", facts={"account_number": "7314159265"}).heard([STRANGE]).question
    assert question is not None
    assert question.verbs == ("press", "wait"), "a menu of keys that asks for nothing and has not ended"
    assert question.choice == ""
    asking = navigator("pears", policy=CallPolicy(ask_user=True)).heard([STRANGE]).question
    assert asking is not None
    assert asking.verbs == ("press", "wait", "ask_user")


@pytest.mark.parametrize("verb", ["say", "give_fact", "give_up", "ask_user"])
def test_what_is_not_offered_would_be_refused(verb: str) -> None:
    asked = navigator("pears", facts={"account_number": "7314159265"})
    asked.heard([STRANGE])
    for value in ("account_number", "pears", "Pears or plums?", ""):
        assert asked.objection({"do": verb, "value": value, "reason": "no_route"})


def test_keys_that_may_not_be_pressed_are_not_offered() -> None:
    decision = navigator("pears").heard([STRANGE + " To cancel your contract, press 3."])
    assert decision.question is not None
    assert [key for key, _ in decision.question.options] == ["1", "2"]
    assert "cancel your contract" in " ".join(decision.question.heard)


def test_what_may_cancel_something_is_done_by_the_rules_alone() -> None:
    """Even where the goal names it: the model's choice counts only when it is the rules' as well."""
    goal = "I need to cancel my appointment on Monday because my daughter is sick, and find another date."
    menu = "To confirm an appointment, press 1. To cancel without rebooking, press 2. To move an appointment, press 3."
    assert rules(menu, goal).value == "3"
    asked = navigator(goal)
    assert asked.heard([menu]).do is DecisionKind.ASK_MODEL
    assert asked.objection({"do": "press", "value": "2"})
    assert not asked.objection({"do": "press", "value": "3"})


@pytest.mark.parametrize(
    ("language", "menu"),
    [("en", "Residents with a maintenance emergency, press 1. To leave a message, press 2."),
     ("nl", "Ruikt u gas, toets 1. Om een bericht achter te laten, toets 2."),
     ("de", "Wenn Sie Gas riechen, drücken Sie die 1. Für eine Nachricht drücken Sie die 2.")],
)  # fmt: skip
def test_no_model_raises_an_alarm_that_the_goal_is_not_about(language: str, menu: str) -> None:
    asked = navigator("pears", language=language, policy=CallPolicy(accept_voicemail=False))
    asked.heard([menu])
    assert asked.objection({"do": "press", "value": "1"})


def test_an_alarm_that_the_goal_is_about_may_be_chosen() -> None:
    asked = navigator("There is an emergency, I smell gas in the kitchen")
    asked.heard(["To report an emergency, press 1. If you smell gas, press 2."])
    assert not asked.objection({"do": "press", "value": "2"}) or not asked.objection({"do": "press", "value": "1"})
