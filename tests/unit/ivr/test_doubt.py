"""When a language model is asked, what it is offered, and what of its answers may be followed where rules have a choice."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import plain
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.callers import judge

CLOSE = "For pay stubs, press 1. For tax documents, press 2. For direct deposit, press 3. To reset a password, press 4."
LATER = "For tax documents, press 5. For pay stubs, press 6. For direct deposit, press 7. To reset a password, press 8."
CLEAR = "For billing, press 1. For new customers, press 2."
STRANGE = "For plums, press 1. For apples, press 2."
GOAL = "I need a copy of my 2023 W-2. I no longer work for the company and my online login is disabled."


def navigator(goal: str = GOAL, *, has_model: bool = True, **more: object) -> Navigator:
    return Navigator(CallBrief(DialTarget("5550100"), goal, **more), has_model=has_model)  # type: ignore[arg-type]  # whatever a brief takes


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


def test_a_model_whose_answer_is_refused_is_spared_as_well() -> None:
    """In a call that is after a second attempt."""
    asked = navigator()
    asked.heard([CLOSE])
    assert not asked.advised({"do": "press", "value": "9"}).is_advice
    assert asked.heard([LATER]).value == "5"
    assert asked.heard([STRANGE]).do is DecisionKind.ASK_MODEL


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


CHARGED = "I was charged twice for one month and want my money back from a person."


@pytest.mark.parametrize(
    ("heard", "choice"),
    [("In a few words, why are you calling?", "I was charged twice for one month and want my money back from a person"),
     ("So you are calling about a charge. Is that right?", "yes"),
     ("Is it about a charge or about a delivery?", "charge")],
)  # fmt: skip
def test_words_are_asked_about_as_keys_are(heard: str, choice: str) -> None:
    """Open questions, yes or no, one side or the other: what the rules would say is what is said without an answer."""
    asked = navigator(CHARGED)
    decision = asked.heard([heard])
    assert decision.question is not None
    assert (decision.question.choice, decision.question.verbs) == (choice, ("say", "wait"))
    assert asked.advice_failed().value == choice == navigator(CHARGED, has_model=False).heard([heard]).value


def test_a_model_answers_an_open_question_in_words_of_its_own() -> None:
    asked = navigator(CHARGED)
    asked.heard(["In a few words, what is the reason for your call?"])
    decision = asked.advised({"do": "say", "value": "billing dispute"})
    assert (decision.do, decision.value, decision.is_advice) == (DecisionKind.SAY, "billing dispute", True)


@pytest.mark.parametrize(
    "words", ["lost card", "cancel my contract", "stolen", "I want to buy one", "gas leak", "1234567"]
)
def test_words_that_may_set_off_what_nobody_wants_are_not_said(words: str) -> None:
    asked = navigator(CHARGED)
    asked.heard(["In a few words, what is the reason for your call?"])
    assert asked.objection({"do": "say", "value": words})


@pytest.mark.parametrize(
    ("heard", "refused"),
    [("You'd like to set up a new direct debit. Have I got that right?", ("yes", "yeah", "that's right")),
     ("Shall I add the sports channels for only 5 dollars?", ("yes", "okay", "sure", "why not")),
     ("Would you like us to call you back?", ("yes", "please do", "ok"))],
)  # fmt: skip
def test_a_yes_to_what_was_not_meant_is_said_by_no_model(heard: str, refused: tuple[str, ...]) -> None:
    asked = navigator(CHARGED)
    assert asked.heard([heard]).do is DecisionKind.ASK_MODEL
    assert all(asked.objection({"do": "say", "value": words}) for words in refused)
    assert not asked.objection({"do": "say", "value": "no"})
    assert asked.advice_failed().value == "no"


def keys(menu: str, goal: str = CHARGED, language: str = "en") -> list[str]:
    """Those that a model is offered."""
    question = navigator(goal, language=language).heard([menu]).question
    assert question is not None
    return [key for key, _ in question.options]


@pytest.mark.parametrize(
    "does",
    ["close your account", "report a lost or stolen card", "raise your credit limit", "redeem your points", "restart your box",
     "have your card blocked", "accept the new terms", "stop the payment", "cancel your contract"],
)  # fmt: skip
def test_what_does_something_by_itself_is_not_offered(does: str) -> None:
    assert keys(f"For opening hours, press 1. To {does}, press 2. For deliveries, press 3.") == ["1", "3"]


@pytest.mark.parametrize(
    ("purpose", "language"),
    [("To change or cancel a booking", "en"), ("If you are moving or want to leave us", "en"), ("Questions about payments", "en"),
     ("To ask somebody about a lost parcel or a late one", "en")],
)  # fmt: skip
def test_a_choice_or_a_matter_to_talk_about_is_offered(purpose: str, language: str) -> None:
    """Behind it are people, or another menu: nothing is done by the key."""
    assert "2" in keys(f"For opening hours, press 1. {purpose}, press 2. For deliveries, press 3.", language=language)


@pytest.mark.parametrize(
    ("language", "menu"),
    [("de", "Für Preise drücken Sie die 1. Um den Vertrag zu kündigen, drücken Sie die 2. Für Lieferungen drücken Sie die 3."),
     ("fr", "Pour les horaires, tapez 1. Pour résilier le contrat, tapez 2. Pour les livraisons, tapez 3."),
     ("es", "Para horarios, pulse 1. Para dar de baja el contrato, pulse 2. Para envíos, pulse 3."),
     ("nl", "Voor openingstijden, toets 1. Om uw contract op te zeggen of opzeggen, toets 2. Voor leveringen, toets 3."),
     ("it", "Per gli orari, prema 1. Per disdire il contratto, prema 2. Per le consegne, prema 3.")],
)  # fmt: skip
def test_nor_is_it_in_other_languages(language: str, menu: str) -> None:
    assert "2" not in keys(menu, "xylophone", language)


def test_what_is_praised_before_the_menu_begins_is_not_offered() -> None:
    assert keys("You could win a week in Fiji. Keen? Press 1. Otherwise, press 2.") == ["2"]


def test_a_queue_that_wants_to_be_told_is_asked_about_once() -> None:
    busy = "We are busy, the wait is 8 minutes. If you would rather be called back, press 1. If you would rather wait, press 2."
    asked = navigator(CHARGED)
    assert navigator(CHARGED, has_model=False).heard([busy]).do in (DecisionKind.WAIT, DecisionKind.PRESS)
    assert asked.heard([busy]).do is DecisionKind.ASK_MODEL
    assert asked.advised({"do": "press", "value": "2"}).value == "2"


def test_on_hold_nobody_is_asked() -> None:
    asked = navigator(CHARGED)
    assert asked.heard(["All our agents are busy. Please hold."]).is_hold
    for _ in range(3):
        assert asked.heard(
            ["Thank you for holding. To leave a message, press 1. To have us call you back, press 2."]
        ).is_hold


def test_that_something_is_closed_is_asked_about_where_the_list_goes_on() -> None:
    heard = [
        "The summit lift is closed until Friday.",
        "For the weather, press 1.",
        "For tickets, press 2.",
        "For groups, press 3.",
    ]
    goal = "I want the money back for two day passes."
    asked = navigator(goal)
    decision = asked.heard(heard)
    assert decision.question is not None
    assert "give_up" in decision.question.verbs
    assert asked.advised({"do": "press", "value": "2"}).value == "2"
    closed = navigator(goal)
    closed.heard(["We are closed. Please call again tomorrow."])
    assert closed.heard(()).do is DecisionKind.GIVE_UP, "nothing else is offered"


def test_a_model_waits_once_at_a_prompt() -> None:
    asked = navigator("pears")
    first = asked.heard([STRANGE])
    assert first.question is not None
    assert "wait" in first.question.verbs
    assert asked.advised({"do": "wait"}).do is DecisionKind.WAIT
    again = asked.heard([STRANGE])
    assert again.question is not None
    assert "wait" not in again.question.verbs
    assert asked.objection({"do": "wait"})


def test_nobody_is_asked_twice_about_one_utterance() -> None:
    asked = navigator(CHARGED)
    assert asked.heard([CLOSE]).do is DecisionKind.ASK_MODEL
    asked.advised({"do": "press", "value": "1"})
    assert asked.heard(()).do is not DecisionKind.ASK_MODEL


@pytest.mark.parametrize(
    ("heard", "refused", "followed"),
    [("So you are calling about a charge. Is that right?", "I want my money back from a person.", "yes"),
     ("Is it about a charge or about a delivery?", "I would like to speak to someone.", "about a charge"),
     ("Say billing, or say returns.", "I was charged twice", "billing"),
     ("In a few words, why are you calling?", "I'm sorry, but I can't assist with that.", "I was charged twice")],
)  # fmt: skip
def test_only_words_that_the_line_may_understand_are_said(heard: str, refused: str, followed: str) -> None:
    """Small models tell the line their goal where it wants a yes, or apologise to it."""
    asked = navigator(CHARGED)
    assert asked.heard([heard]).do is DecisionKind.ASK_MODEL
    assert asked.objection({"do": "say", "value": refused})
    assert not asked.objection({"do": "say", "value": followed})
    assert not asked.objection({"do": "say", "value": "representative"})


@pytest.mark.parametrize(
    ("language", "done", "doing"),
    [
        ("en", "if you've redeemed a gift card and the credit hasn't shown up", "to redeem a gift card"),
        (
            "de",
            "wenn Sie einen Gutschein eingelöst haben und er noch nicht gutgeschrieben ist",
            "einen Gutschein kaufen",
        ),
        ("fr", "si vous avez activé un bon d'achat et qu'il n'est pas arrivé", "acheter un bon d'achat"),
        ("es", "si ha canjeado un bono y todavía no ha aparecido", "comprar un bono"),
        ("nl", "als u een tegoedbon heeft ingeleverd en het tegoed is nog niet bijgeschreven", "een tegoedbon kopen"),
        ("it", "se ha usato un buono e non risulta", "comprare un buono"),
    ],
)
def test_what_was_done_and_came_to_nothing_is_a_matter_to_talk_about(language: str, done: str, doing: str) -> None:
    assert judge("x", language).is_complaint(plain(done))
    assert not judge("x", language).is_complaint(plain(doing))


@pytest.mark.parametrize(
    "option",
    [
        "if you have a contract and no longer want it",
        "if you've booked and can't come",
        "if you haven't paid and the date has passed",
        "if you've lost your card and haven't blocked it",
    ],
)
def test_what_would_end_block_or_pay_something_is_no_complaint(option: str) -> None:
    assert not judge("x").is_complaint(plain(option))


def test_a_model_may_choose_a_complaint_and_not_the_thing_complained_about() -> None:
    menu = "To buy store credit, press 1. If you've bought credit and it hasn't shown up, press 2. For the catalogue, press 3."
    decision = navigator("My thirty dollars are nowhere to be seen in the app, I want a person").heard([menu])
    assert decision.question is not None
    assert "2" in dict(decision.question.options)


def test_a_model_may_not_choose_what_has_a_price() -> None:
    menu = "To hear this song when friends ring you, just 29 rupees a week, press 7. For rates, press 1. For faults, press 2."
    decision = navigator("My phone shows a strange message, a person please").heard([menu])
    assert decision.question is not None
    assert "7" not in dict(decision.question.options)
    assert {"1", "2"} <= set(dict(decision.question.options))


def test_a_model_may_not_keep_silent_where_that_is_a_yes_to_what_is_refused() -> None:
    line = "We would like to record this call. If that is fine with you, just stay on the line. Rather not? Press 9."
    for accepts in (False, True):
        decision = navigator("about my transfer", policy=CallPolicy(accept_recording=accepts)).heard([line])
        assert decision.question is not None
        assert ("wait" in decision.question.verbs) is accepts


@pytest.mark.parametrize(
    ("figure", "is_named"), [("12.50", True), ("39", True), ("12", False), ("1250", False), ("9", False)]
)
def test_a_figure_is_named_as_a_whole(figure: str, *, is_named: bool) -> None:
    assert judge("I paid 12.50 dollars on the 39 bus.").names_figure(figure) is is_named
