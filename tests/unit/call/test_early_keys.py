"""What remains of an utterance whose beginning has been answered."""

import pytest

from custom_components.hold_slayer.engine.call.clues import Speaker
from custom_components.hold_slayer.engine.call.early_keys import EarlyKeys
from custom_components.hold_slayer.engine.call.line import Heard

BEGINNING = "Welcome to Acme. For Aurora, press 1."


def heard(text: str, utterance_id: int = 7) -> Heard:
    return Heard(utterance_id, text, Speaker.UNKNOWN, is_known=False)


@pytest.mark.parametrize(
    ("whole", "rest"),
    [
        (BEGINNING, ""),
        (f"{BEGINNING} For Borealis, press 2.", "For Borealis, press 2."),
        ("Welcome to acne. For Aurora press one. For Borealis, press 2.", "For Borealis, press 2."),
        (f"{BEGINNING} Thank you.", ""),
        ("Welcome to", ""),
        ("", ""),
        (f"{BEGINNING} You have reached Aurora. For Aurora, press 1.", "You have reached Aurora. For Aurora, press 1."),
    ],
)
def test_the_rest(whole: str, rest: str) -> None:
    keys = EarlyKeys()
    keys.answered(heard(BEGINNING))
    assert keys.is_answered(7)
    assert keys.rest(heard(whole)) == rest


def test_only_so_many_are_remembered() -> None:
    keys = EarlyKeys()
    for number in range(20):
        keys.answered(heard(BEGINNING, number))
    assert [number for number in range(20) if keys.is_answered(number)] == list(range(12, 20))
