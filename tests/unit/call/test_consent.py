"""A yes and a no, and what only contains them."""

import pytest

from custom_components.hold_slayer.engine.call.consent import consent_of


@pytest.mark.parametrize(
    ("language", "yes", "no"),
    [
        ("en", ("Yes.", "yes, please", "Yeah!", "Okay, yes.", "YES YES"), ("No.", "No, thanks.", "not now", "No, not now.")),
        ("de-DE", ("Ja.", "Ja, bitte!", "Ja, gerne.", "Ja ja"), ("Nein.", "Nein, danke.", "Jetzt nicht.")),
        ("fr", ("Oui.", "Oui, s’il vous plaît.", "D'accord"), ("Non, merci.", "Pas maintenant.")),
        ("es_MX", ("Sí.", "¡Sí, por favor!", "si", "si\u0301"), ("No.", "Ahora no.", "No, gracias.")),
        ("nl", ("Ja.", "Ja, graag.", "Ja hoor!"), ("Nee.", "Nee, niet nu.", "Nee, bedankt.")),
        ("it", ("Sì.", "Sì, grazie.", "Va bene."), ("No, grazie.", "Non ora.")),
        ("xx", ("yes",), ("no",)),
        ("", ("yes",), ("no",)),
    ],
)  # fmt: skip
def test_a_yes_and_a_no(language: str, yes: tuple[str, ...], no: tuple[str, ...]) -> None:
    assert {text: consent_of(text, language) for text in (*yes, *no)} == {
        **dict.fromkeys(yes, True),
        **dict.fromkeys(no, False),
    }


@pytest.mark.parametrize(
    ("language", "text"),
    [
        ("en", ""),
        ("en", "... !"),
        ("en", "Hello?"),
        ("en", "yes no"),
        ("en", "Yes, this is Alex, please leave a message."),
        ("en", "You have reached the Yes Company."),
        ("en", "If you know this person, say yes."),
        ("en", "Say yes to accept the call, or no to decline it."),
        ("en", "No one is available to take your call."),
        ("en", "yes yes yes yes"),
        ("en", "yesterday"),
        ("en", "oui"),
        ("de", "Ja, hier ist der Anrufbeantworter von Meier."),
        ("de", "Sagen Sie ja, um den Anruf anzunehmen."),
        ("de", "Nein, wir sind leider nicht da."),
        ("fr", "Oui bonjour, vous êtes bien chez Martin."),
        ("fr", "Dites oui pour accepter l'appel."),
        ("es", "Sí, ha llamado a Juan, deje su mensaje."),
        ("es", "No estamos en casa."),
        ("nl", "Ja, dit is de voicemail van Jan."),
        ("it", "Sì, questa è la segreteria telefonica di Anna."),
    ],
)
def test_neither_of_both(language: str, text: str) -> None:
    assert consent_of(text, language) is None
