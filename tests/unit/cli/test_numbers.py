"""Numbers left out of a transcript, and what is no number."""

import pytest

from custom_components.hold_slayer.engine.cli.numbers import without_numbers


@pytest.mark.parametrize(
    ("text", "kept"),
    [
        ("call us on 0800 555-0100 or press 2", "call us on [number] or press 2"),
        ("our number is +1 (555) 010 0123.", "our number is +[number]."),
        ("ending in 12345", "ending in [number]"),
        ("it is five five five, oh one double two", "it is [number]"),
        ("die Nummer ist null acht null null fünf fünf", "die Nummer ist [number]"),
        ("le zéro un, quarante ou le deux trois quatre cinq six sept", "le zéro un, quarante ou le [number]"),
        ("een twee drie vier vijf zes", "[number]"),
        ("12345", "[number]"),
    ],
)
def test_numbers_go(text: str, kept: str) -> None:
    assert without_numbers(text) == kept


@pytest.mark.parametrize(
    "text",
    [
        "for sales press one, for billing press two, for support press three, for anything else press four or five",
        "your wait is about 15 minutes",
        "in the year 2026 we moved",
        "you are caller number four",
        "open from 8 to 17",
        "",
    ],
)
def test_what_is_no_number_stays(text: str) -> None:
    assert without_numbers(text) == text
