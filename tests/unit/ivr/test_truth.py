"""Yes and no to what the line tells of a call: what has happened, and what the goal says has not."""

import pytest

from custom_components.hold_slayer.engine.ivr.goal import Goal
from custom_components.hold_slayer.engine.ivr.truth import Truth
from custom_components.hold_slayer.engine.ivr.words import plain, words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget


@pytest.mark.parametrize(
    ("language", "goal", "question", "is_yes"),
    [
        (
            "en",
            "My parcel was never brought to me.",
            "Our records show that your parcel was handed to you on Monday. Is that correct?",
            False,
        ),
        (
            "en",
            "The engineer came yesterday, but the line is still dead.",
            "The engineer was with you yesterday. Is that correct?",
            True,
        ),
        ("en", "My card does not work at the till.", "Do you still have your card?", True),
        ("en", "The router is not working.", "The router was not working yesterday. Is that right?", True),
        (
            "de",
            "Der Monteur ist gestern nicht gekommen.",
            "Laut unserem System war der Monteur gestern bei Ihnen. Stimmt das?",
            False,
        ),
        (
            "de",
            "Der Monteur war gestern da, aber die Heizung ist noch kalt.",
            "Laut unserem System war der Monteur gestern bei Ihnen. Stimmt das?",
            True,
        ),
        (
            "en",
            "I bought four season passes and the email never came.",
            "I see an order for four season passes. Should I tell you about our dining plan while you wait?",
            False,
        ),
        ("fr", "Le plombier n'est pas venu mardi.", "Le plombier est passé mardi chez vous. Est-ce exact ?", False),
        ("nl", "De monteur is gisteren niet geweest.", "De monteur is gisteren bij u geweest. Klopt dat?", False),
        ("es", "El fontanero no vino ayer.", "El fontanero fue ayer a su casa. ¿Es correcto?", False),
        ("it", "L'idraulico non è venuto ieri.", "L'idraulico è passato ieri da lei. È corretto?", False),
    ],
)
def test_what_the_line_says_has_happened(language: str, goal: str, question: str, *, is_yes: bool) -> None:
    words = words_of(language)
    brief = CallBrief(DialTarget("5550100"), goal, language=language)
    assert Truth(brief, Goal(brief, words), words).answer(plain(question), "") is is_yes
