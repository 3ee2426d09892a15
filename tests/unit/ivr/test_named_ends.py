"""What a line says when nobody can be had, and what only sounds like it, in six languages."""

import json
from pathlib import Path

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

TABLE = json.loads((Path(__file__).parents[2] / "data" / "ends.json").read_text(encoding="utf-8"))
SAID = [
    (language, reason, text)
    for language, reasons in TABLE.items()
    for reason, texts in reasons.items()
    for text in texts
]
GOALS = {
    "en": "talk to somebody",
    "de": "mit jemandem sprechen",
    "fr": "parler à quelqu'un",
    "es": "hablar con alguien",
    "nl": "iemand spreken",
    "it": "parlare con qualcuno",
}


def named(text: str, language: str) -> str | None:
    """Why the navigator gives up after this and the silence behind it; None: it does not."""
    navigator = Navigator(CallBrief(DialTarget.parse("5550100"), goal=GOALS[language], language=language))
    for heard in ([text], []):
        decision = navigator.heard(heard)
        if decision.do is DecisionKind.GIVE_UP:
            return decision.reason.replace("no_service", "self_service")
    return None


@pytest.mark.parametrize(("language", "reason", "text"), SAID)
def test_an_end_is_named_and_nothing_else_is(language: str, reason: str, text: str) -> None:
    assert named(text, language) == (None if reason == "none" else reason)


def test_the_table_says_as_much_in_every_language() -> None:
    counts = {
        language: {reason: len(texts) for reason, texts in reasons.items()} for language, reasons in TABLE.items()
    }
    assert len(TABLE) == 6
    assert all(min(each.values()) >= 2 and each.keys() == counts["en"].keys() for each in counts.values())
    assert all(each["none"] >= 8 for each in counts.values())
