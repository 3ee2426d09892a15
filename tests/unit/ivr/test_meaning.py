"""Vectors of words: forms and compounds are found, strange words count for nothing, and what serves a goal is near it."""

import struct

import pytest

from custom_components.hold_slayer.engine.ivr.goal import Goal
from custom_components.hold_slayer.engine.ivr.meaning import Meanings, meanings
from custom_components.hold_slayer.engine.ivr.menu import Option
from custom_components.hold_slayer.engine.ivr.words import words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

WORDS = ("rechnung", "heizung", "storung", "bill")
VECTORS = bytes([127, 0, 0, 127, 0, 127, 100, 0])
HEADER = {"size": 2, "stop": "die my", "weights": {"rules": 2.0}}


def small() -> Meanings:
    return Meanings(WORDS, VECTORS, HEADER, struct.pack("4f", 1, 0, 0, 1))


def test_direction_of_a_text_has_length_one_and_small_words_do_not_count() -> None:
    assert small().vector("my bill") == pytest.approx([1.0, 0.0])
    assert small().vector("Die Heizung!") == pytest.approx([0.0, 1.0])


@pytest.mark.parametrize(
    ("word", "direction"),
    [("Rechnungen", [1.0, 0.0]), ("Heizungsstörung", [0.0, 1.0]), ("xyzzy", [0.0, 0.0]), ("", [0.0, 0.0])],
)
def test_forms_and_compounds_are_found(word: str, direction: list[float]) -> None:
    assert small().vector(word) == pytest.approx(direction)


def test_affinities_are_above_or_below_the_mean_and_strange_words_stand_on_it() -> None:
    table = small()
    near = table.affinities(table.turned(table.vector("bill")), ["Rechnung", "Heizung", "xyzzy"])
    assert near == pytest.approx([0.5, -0.5, 0.0])


def test_file_is_read_as_it_is_written() -> None:
    head = b'{"size": 2, "stop": "die", "weights": {"rules": 2.0}}\n' + " ".join(WORDS).encode() + b"\n"
    table = Meanings.read(head + struct.pack("4f", 0, 1, 0, 0) + VECTORS)
    assert table.turned(table.vector("bill")) == pytest.approx([0.0, 1.0])


@pytest.mark.parametrize(
    ("language", "goal", "right", "wrong"),
    [
        ("en", "You overcharged me on my last invoice", "billing", "hiring"),
        ("de", "Meine Therme ist eiskalt", "Heizungsstörung", "Kündigung"),
        ("fr", "Mon colis n'est jamais arrivé", "une livraison", "le recrutement"),
        ("es", "Perdí mi paraguas en el autobús", "objetos perdidos", "horarios"),
        ("nl", "De lift is kapot", "reparatie", "vacatures"),
        ("it", "Il tecnico non è venuto", "appuntamento con il tecnico", "disdetta"),
    ],
)
def test_the_shipped_table_knows_what_serves_a_goal(language: str, goal: str, right: str, wrong: str) -> None:
    table = meanings()
    near = table.affinities(table.turned(table.vector(goal)), [right, wrong])
    assert near[0] > near[1]
    judged = Goal(CallBrief(DialTarget("5550100"), goal, language=language), words_of(language))
    both = judged.appraise_all([Option("1", right), Option("2", wrong)])
    assert both[0].score > both[1].score
