"""When a key goes out before the line's turn is over: what is certain, what is not, and lines that do not listen."""

import pytest

from custom_components.hold_slayer.engine.ivr.barge_in import Settled
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

GOALS = {
    "en": "There is a charge on my bill that I do not know. I want to dispute it.",
    "de": "Ich möchte eine falsche Abbuchung auf meiner Rechnung reklamieren.",
    "fr": "Je conteste un prélèvement sur ma facture.",
    "es": "Quiero reclamar un cargo en mi factura que no reconozco.",
    "nl": "Ik wil een onbekende afschrijving op mijn rekening betwisten.",
    "it": "Voglio contestare un addebito sulla mia fattura.",
}
OFFERS = {
    "en": "To open a new account, press 1. To dispute a charge on your bill, press 2.",
    "de": "Für ein neues Konto drücken Sie die 1. Um eine Abbuchung auf der Rechnung zu reklamieren, drücken Sie die 2.",
    "fr": "Pour ouvrir un compte, tapez 1. Pour contester un prélèvement sur votre facture, tapez 2.",
    "es": "Para abrir una cuenta, pulse 1. Para reclamar un cargo en su factura, pulse 2.",
    "nl": "Voor een nieuwe rekening openen, toets 1. Om een afschrijving op uw rekening te betwisten, toets 2.",
    "it": "Per aprire un conto, prema 1. Per contestare un addebito sulla fattura, prema 2.",
}
NOT_YET = {
    "en": "Please make your selection after the tone.",
    "de": "Bitte wählen Sie nach dem Signalton.",
    "fr": "Faites votre choix après le bip.",
    "es": "Elija después de la señal.",
    "nl": "Maak uw keuze na de toon.",
    "it": "Scelga dopo il segnale.",
}


def way(language: str = "en", *, goal: str = "", press_early: bool = True, **facts: str) -> Navigator:
    policy = CallPolicy(press_early=press_early)
    return Navigator(
        CallBrief(DialTarget("5550100"), goal or GOALS[language], language=language, facts=facts, policy=policy)
    )


def key(decision: Decision | None) -> str:
    """The key that goes out; empty: none yet."""
    return decision.value if decision is not None and decision.do is DecisionKind.PRESS else ""


@pytest.mark.parametrize("language", GOALS)
def test_the_certain_option_is_pressed_while_the_line_speaks(language: str) -> None:
    assert key(way(language).glimpsed([OFFERS[language]])) == "2"


@pytest.mark.parametrize("language", GOALS)
def test_a_line_that_says_when_to_press_is_heard_to_the_end(language: str) -> None:
    said = f"{NOT_YET[language]} {OFFERS[language]}"
    navigator = way(language)
    assert navigator.glimpsed([said]) is None
    assert navigator.settled([said]) is Settled.NO
    assert key(navigator.heard([said])) == "2"


def test_that_the_menu_has_changed_is_no_bar() -> None:
    said = f"Please listen carefully, as our menu options have changed. {OFFERS['en']}"
    assert key(way().glimpsed([said])) == "2"


@pytest.mark.parametrize(
    "said",
    [
        "To dispute a charge on your bill, press 2.",  # nothing to compare it with
        "For new accounts, press 1. For billing and payments",  # the key is not said
        "For new accounts, press 1. For billing, press 2.",  # the right department, but a better one may follow
        "For new accounts, press 1. To dispute a charge with our automated system, press 2.",
        "Please enter your account number. For new accounts, press 1. To dispute a charge on your bill, press 2.",
        "To dispute a charge on your bill, press 1. For questions about a charge on your bill, press 2.",
        "We are closed. Please call again tomorrow.",
        "For all other questions, press 1. To speak with a representative, press 0.",
        "In 2024 we won 3 awards. Our offices at 12 Main Street open at 9.",
    ],
)
def test_what_is_not_certain_waits(said: str) -> None:
    assert key(way().glimpsed([said])) == ""


def test_the_language_is_chosen_as_soon_as_it_is_offered() -> None:
    assert key(way().glimpsed(["For English, press 1."])) == "1"
    assert key(way("es").glimpsed(["For English, press 1. Para español, oprima el 2."])) == "2"
    assert way().glimpsed(["Para español, oprima el 2."]) is None


def test_whoever_does_not_want_it_does_not_get_it() -> None:
    navigator = way(press_early=False)
    assert not navigator.wants_glimpses
    assert navigator.glimpsed([OFFERS["en"]]) is None
    assert navigator.settled([OFFERS["en"]]) is Settled.NO


def test_a_key_that_the_line_did_not_take_is_pressed_again_and_no_other_early() -> None:
    navigator = way()
    assert key(navigator.glimpsed([OFFERS["en"]])) == "2"
    assert key(navigator.heard(["For lost cards, press 3. For everything else, press 4."])) == "2"
    assert not navigator.wants_glimpses
    assert navigator.glimpsed(["For English, press 1."]) is None


def test_what_was_done_since_a_key_that_the_line_did_not_take_stays_done() -> None:
    """It was quiet for a while, and waiting was all that reached it."""
    navigator = way()
    assert key(navigator.glimpsed([OFFERS["en"]])) == "2"
    prompt = navigator._prompt
    assert navigator.heard([]).do is DecisionKind.WAIT
    assert len(navigator._branches._forks) == 1
    assert key(navigator.heard(["For anything else, press 3."])) == "2", "pressed again"
    guard = navigator._guard
    assert guard.tried(prompt, DecisionKind.WAIT.value) == 1
    assert sum(guard.tried(place, "2") for place in {prompt, navigator._prompt}) == 1
    assert [fork.spent.action for fork in navigator._branches._forks] == ["2"], "one fork, seen to its end"


def test_the_next_menu_is_not_taken_for_the_rest_of_the_last() -> None:
    navigator = way()
    assert key(navigator.glimpsed([OFFERS["en"]])) == "2"
    following = "For a credit card, press 1. For a debit card, press 2. To dispute a charge, press 3."
    assert key(navigator.heard([following])) == "3"
    assert navigator.wants_glimpses


@pytest.mark.parametrize(
    ("said", "settled"),
    [
        ("For new accounts, press 1. For billing, press 2. To hear this again, press star.", Settled.CLOSED),
        ("For new accounts, press 1. For billing, press 2. For anything else, press 3.", Settled.CLOSED),
        ("For loans, press 1. To dispute a charge, press 2. For all else, stay on the line.", Settled.CLOSED),
        ("For new accounts, press 1. To dispute a charge, press 2. For loans, press 3.", Settled.CLEAR),
        ("Is that correct? Press 1 for yes, 2 for no.", Settled.CLEAR),
        ("Enter your account number. If you do not have it, press star.", Settled.CLEAR),
        ("For mortgages, press 1. For insurance, press 2.", Settled.READ),
        ("To dispute a charge, press 2.", Settled.NO),
        ("Enter your account number, followed by pound.", Settled.NO),
        ("Thank you for calling. This call may be recorded.", Settled.NO),
    ],
)
def test_how_sure_the_end_of_a_list_is(said: str, settled: Settled) -> None:
    assert way().settled([said]) is settled


def test_nothing_is_taken_in_by_looking() -> None:
    navigator = way()
    for _ in range(50):
        navigator.settled([OFFERS["en"]])
        navigator.glimpsed(["For new accounts, press 1."])
    assert navigator.menu == ()
    assert key(navigator.heard([OFFERS["en"]])) == "2"


def test_one_more_call_knows_the_menu_that_was_answered_before_its_end() -> None:
    first = way()
    menu = f"{OFFERS['en']} For questions about a charge or payment, press 3. For lost cards, press 4."
    assert key(first.glimpsed([OFFERS["en"]])) == "2"
    assert first.detour is not None
    again = Navigator(CallBrief(DialTarget("5550100"), GOALS["en"], detour=first.detour))
    assert not again.wants_glimpses
    assert key(again.heard([menu])) == "3"
