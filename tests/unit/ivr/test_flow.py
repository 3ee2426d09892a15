"""Prompts known again by their key words; flows chosen by number and goal."""

from collections.abc import Sequence
import random

import pytest

from custom_components.hold_slayer.engine.ivr.flow import (
    flows_for,
    goal_of,
    is_refusal,
    is_same_prompt,
    private_words,
    share,
    signature,
)
from custom_components.hold_slayer.engine.ivr.words import plain, words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.call_flow import CallFlow, FlowStep, StepKind
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.misheard import misheard

PROMPTS = {
    "en": [
        "Welcome to Acme Bank. For lost or stolen cards, press 1. For mortgages and loans, press 2. For online banking, press 3.",
        "To report a fraud, press 1. To order a new card, press 2. To speak with a specialist about anything else, press 0.",
        "Please enter your sixteen digit card number, followed by the pound key.",
        "Our specialists are currently assisting other customers. Please remain on the line.",
    ],
    "de": [
        "Willkommen bei den Stadtwerken. Für Störungen drücken Sie die Eins. Für Rechnungen und Abschläge drücken Sie die Zwei.",
        "Für einen Umzug oder eine Kündigung drücken Sie die Eins. Für alle anderen Anliegen bleiben Sie in der Leitung.",
        "Bitte geben Sie Ihre Kundennummer ein und schließen Sie mit der Raute ab.",
    ],
    "fr": [
        "Bienvenue chez Lumière Énergie. Pour un dépannage, tapez 1. Pour votre facture ou votre contrat, tapez 2.",
        "Pour un déménagement, tapez 1. Pour parler à un conseiller commercial, tapez 3.",
    ],
}


def test_no_numbers_no_small_words_nothing_private() -> None:
    words = words_of("en")
    private = private_words(["Mary Smith", "12 Oak Street"])
    text = "Hello Mary Smith, your account {account_number} 4417 four four one has a balance of forty-two dollars on Oak Street."
    assert signature([text], words, private) == ("hello", "account", "balance", "dollars")
    assert (
        len(signature([" ".join(f"word{'abcdefghij'[i // 10]}{'abcdefghij'[i % 10]}" for i in range(90))], words)) == 60
    )


@pytest.mark.parametrize("language", list(PROMPTS))
def test_a_fifth_of_the_words_wrong_and_still_the_same_prompt(language: str) -> None:
    rng, words, prompts = random.Random(7), words_of(language), PROMPTS[language]
    known = [signature([text], words) for text in prompts]
    right = wrong = total = 0
    for _ in range(100):
        for place, text in enumerate(prompts):
            heard = signature([misheard(text, 0.2, rng)], words)
            shares = [share(heard, each) + share(each, heard) for each in known]
            total += 1
            right += shares[place] >= 1.1 and share(heard, known[place]) >= 0.5
            wrong += any(s >= 1.1 for i, s in enumerate(shares) if i != place)
    assert right / total >= 0.9
    assert wrong == 0


def test_other_prompts_are_other_prompts() -> None:
    for language, prompts in PROMPTS.items():
        known = [signature([text], words_of(language)) for text in prompts]
        for i, one in enumerate(known):
            assert [j for j, other in enumerate(known) if is_same_prompt(one, other)] == [i]


@pytest.mark.parametrize(
    ("text", "is_one"),
    [
        ("Sorry, that is an invalid option.", True),
        ("That is not a valid selection.", True),
        ("Diese Eingabe ist ungültig.", True),
        ("Votre choix n'est pas valide.", True),
        ("La opción no es válida.", True),
        ("Uw keuze is ongeldig.", True),
        ("La scelta non è valida.", True),
        ("If your card is no longer valid, press 2.", False),
        ("For billing, press 2.", False),
        ("Wenn Ihre Karte gültig ist, drücken Sie 1.", False),
    ],
)
def test_the_line_refuses_a_key(text: str, *, is_one: bool) -> None:
    assert is_refusal(plain(text)) is is_one


def brief(goal: str, number: str = "+15550100", language: str = "en") -> CallBrief:
    return CallBrief(DialTarget(number), goal, language=language)


def flow(name: str, mission: CallBrief, goal: Sequence[str] | None = None, **changes: int) -> CallFlow:
    tags, stems = goal_of(mission)
    steps = (FlowStep(StepKind.DTMF, "1", ("billing",)),)
    used = tags if goal is None else tuple(goal)
    return CallFlow(
        name, mission.number.value, mission.language, used, steps, goal_words=stems if goal is None else (), **changes
    )


def test_flows_of_the_same_number_and_goal_the_most_reliable_first() -> None:
    bill = brief("There is a charge on my bill that I do not know")
    flows = [
        flow("failed once", bill, failures_in_row=1, successes=9),
        flow("few", bill, successes=1),
        flow("many", bill, successes=5),
        flow("retired", bill, successes=50, failures_in_row=3),
        flow("other goal", brief("I want to cancel my subscription")),
        flow("other number", brief("There is a charge on my bill", "+15550199")),
        flow("any goal", bill, goal=()),
        flow("other language", brief("Eine Frage zur Rechnung", language="de")),
    ]
    assert [each.name for each in flows_for(flows, bill)] == ["many", "few", "any goal", "failed once"]
    assert [each.name for each in flows_for(flows, brief("I do not know this charge on my bill"))] == [
        "many", "few", "any goal", "failed once",
    ]  # fmt: skip


def test_goals_that_nobody_knows_are_told_apart_by_their_words() -> None:
    geese, moose = brief("the geese enclosure"), brief("the moose enclosure")
    assert goal_of(geese)[0] == () == goal_of(moose)[0]
    flows = [flow("geese", geese)]
    assert flows_for(flows, geese) == tuple(flows)
    assert flows_for(flows, moose) == ()
