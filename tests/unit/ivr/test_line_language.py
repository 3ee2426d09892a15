"""Which language a line speaks: figures over all sentences of our trees, mixed greetings, and what never changes it."""

from collections import Counter
import json
from pathlib import Path

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.goal import Goal
from custom_components.hold_slayer.engine.ivr.line_language import LineLanguage, language_of
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import LANGUAGES, words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

TREES = [json.loads(path.read_text(encoding="utf-8")) for path in sorted(Path("bench/trees").glob("*/*.json"))]
OFFERS = ("english", "espanol", "español", "francais", "français", "italiano")
IN_FRENCH = ("Un agent vous répondra sous peu.", "Un conseiller vous répondra sous peu.")
"""What English lines say to those who chose French."""
GERMAN = (
    "Guten Tag und herzlich willkommen bei der Nordbank.",
    "Für Fragen zu Ihrer Rechnung drücken Sie die 1.",
    "Wenn Sie Ihre Karte sperren möchten, drücken Sie die 2.",
)


def said(tree: dict[str, object]) -> list[str]:
    return [text for node in tree["nodes"].values() for text in node["say"]]  # type: ignore[attr-defined]


def test_sentences_are_recognised_by_their_length_and_none_is_taken_for_another_language() -> None:
    counts: Counter[tuple[int, str]] = Counter()
    for tree in TREES:
        for text in said(tree):
            if text in IN_FRENCH or any(name in text.lower() for name in OFFERS):
                continue
            found = language_of(text)
            length = min(len(text.split()) // 4, 3)
            counts[length, "right" if found == tree["language"] else "wrong" if found else "unknown"] += 1
    assert len(TREES) >= 100
    assert not any(counts[length, "wrong"] for length in range(4))
    for length, least in ((1, 0.70), (2, 0.88), (3, 0.98)):
        share = counts[length, "right"] / sum(counts[length, name] for name in ("right", "unknown"))
        assert share >= least, (length, share)


@pytest.mark.parametrize("language", LANGUAGES)
def test_a_line_keeps_its_language_and_another_is_noticed(language: str) -> None:
    trees = [tree for tree in TREES if tree["language"] == language]
    noticed = 0
    for tree in trees:
        for start in LANGUAGES:
            line = LineLanguage(start)
            changes = [line.language for text in said(tree) if line.hear(text)]
            if start == language:
                assert changes == [], tree["id"]
            else:
                assert set(changes) <= {language}, tree["id"]
                noticed += line.language == language
    assert noticed >= 0.9 * 5 * len(trees)


@pytest.mark.parametrize(
    "texts",
    [
        ("Welcome. For English, press 1. Para español, oprima el dos. Pour le français, tapez trois.",) * 4,
        ("Your call is important to us. Votre appel est important pour nous.", "Please hold. Veuillez patienter.") * 6,
        ("Bonjour! Welcome to Le Petit Bistro de la Plage.", "Hola and welcome to Casa de los Abuelos.") * 6,
        ("Mr. Müller und Frau Schneider are on the line.", "Ja.", "Okay.", "La la la."),
        ("555 0134", "", "..."),
    ],
)
def test_offers_names_and_lines_of_two_languages_change_nothing(texts: tuple[str, ...]) -> None:
    line = LineLanguage("en")
    assert not any(line.hear(text) for text in texts)
    assert line.language == "en"


def test_one_sentence_is_not_enough_and_a_way_back_is_open() -> None:
    line = LineLanguage("en")
    assert not line.hear(GERMAN[0])
    assert [text for text in GERMAN[1:] if line.hear(text)]
    assert line.language == "de"
    english = (
        "Thank you for calling Northbank.",
        "For questions about your bill, press 1.",
        "To block your card, press 2.",
    )
    assert any(line.hear(text) for text in english * 3)
    assert line.language == "en"


def test_nothing_is_guessed_of_a_line_in_a_language_that_is_none_of_the_six() -> None:
    line = LineLanguage("pt")
    assert not any(line.hear("Para hablar con un agente de nuestra empresa, pulse el dos.") for _ in range(9))


@pytest.mark.parametrize("tree", TREES, ids=lambda tree: tree["id"])
def test_goals_are_read_in_their_language_on_a_line_of_another(tree: dict[str, str]) -> None:
    own, other = tree["language"], "de" if tree["language"] != "de" else "en"
    brief = CallBrief(DialTarget("5550100"), tree["goal"], company=tree["company"], language=own)
    foreign = CallBrief(DialTarget("5550100"), tree["goal"], company=tree["company"], language=other, goal_language=own)
    assert Goal(foreign, words_of(other)).wanted == Goal(brief, words_of(own)).wanted
    assert Goal(foreign, words_of(other)).is_foreign


def test_a_navigator_goes_on_in_another_language_and_forgets_nothing() -> None:
    goal = "There is a wrong charge on my bill. I want to dispute it."
    brief = CallBrief(DialTarget("5550100"), goal, facts={"account_number": "4417"}, policy=CallPolicy(ask_user=True))
    way = Navigator(brief)
    menu = "Für neue Konten drücken Sie die 1. Um eine Abbuchung auf der Rechnung zu reklamieren, drücken Sie die 2."
    assert way.heard(["For new accounts, press 1. To dispute a charge, press 2."]).value == "2"
    way.change_language("de")
    decision = way.heard([menu])
    assert (decision.do, decision.value) == (DecisionKind.PRESS, "2")
    asked = way.heard(["Bitte geben Sie Ihre Kontonummer ein, gefolgt von der Raute."])
    assert (asked.do, asked.value) == (DecisionKind.PRESS, "4417#")
    assert way.heard(["Worum geht es? Bitte nennen Sie uns Ihr Anliegen in wenigen Worten."]).value == "Mitarbeiter"
    assert way._history[:2] == ["press 2", "press 2"]
