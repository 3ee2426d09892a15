"""Options as they are said, in six languages, with and without punctuation."""

import pytest

from custom_components.hold_slayer.engine.ivr.menu import parse_menu
from custom_components.hold_slayer.engine.ivr.words import words_of


def keys(language: str, *texts: str) -> dict[str, str]:
    return {option.key: option.purpose for option in parse_menu(texts, words_of(language)).options if option.key}


@pytest.mark.parametrize(
    ("language", "text", "expected"),
    [
        ("en", "For sales, press 1. For billing, press 2.", {"1": "sales", "2": "billing"}),
        ("en", "Press 1 for sales. Press 2 for billing.", {"1": "sales", "2": "billing"}),
        ("en", "for sales press one for billing press two", {"1": "sales", "2": "billing"}),
        ("en", "press one for sales press two for billing", {"1": "sales", "2": "billing"}),
        ("en", "Press 1 for sales, 2 for support, or 3 for billing.", {"1": "sales", "2": "support", "3": "billing"}),
        ("en", "To speak with a representative, press 0 or stay on the line.", {"0": "speak with a representative"}),
        ("en", "For everything else, press star.", {"*": "everything else"}),
        ("en", "To finish, press the pound key.", {"#": "finish"}),
        ("en", "for billing press to", {"2": "billing"}),
        ("en", "To hear this again, press or say nine.", {"9": "hear this again"}),
        ("de", "Für Rechnungen drücken Sie die 2.", {"2": "rechnungen"}),
        ("de", "Drücken Sie die Eins für Kundenservice.", {"1": "kundenservice"}),
        ("de", "Für alles andere drücken Sie die Rautetaste.", {"#": "alles andere"}),
        ("fr", "Pour la facturation, tapez 1.", {"1": "la facturation"}),
        ("fr", "Tapez deux pour le service technique.", {"2": "le service technique"}),
        ("fr", "Pour les factures, veuillez taper 1.", {"1": "les factures"}),
        ("es", "Para facturación, oprima el dos.", {"2": "facturacion"}),
        ("es", "Para resultados, oprime 4.", {"4": "resultados"}),
        ("es", "Pulse 1 para ventas.", {"1": "ventas"}),
        ("nl", "Voor facturen, toets 1.", {"1": "facturen"}),
        ("nl", "Toets hekje om terug te gaan.", {"#": "terug te gaan"}),
        ("it", "Per fatture, prema il tasto 2.", {"2": "fatture"}),
    ],
)
def test_options(language: str, text: str, expected: dict[str, str]) -> None:
    found = keys(language, text)
    assert list(found) == list(expected)
    for key, purpose in expected.items():
        assert purpose in found[key]


@pytest.mark.parametrize(
    "text",
    [
        "Your call is number 3 in the queue.",
        "We are open from 9 to 5.",
        "Did you know you can save 20 percent?",
        "Your estimated wait time is 12 minutes.",
        "Thank you for calling Studio 54.",
        "",
    ],
)
def test_numbers_that_are_no_options(text: str) -> None:
    assert keys("en", text) == {}


def test_purpose_said_in_the_utterance_before_its_key() -> None:
    assert keys("en", "If you are calling about an existing claim,", "press 4.") == {
        "4": "if you are calling about an existing claim"
    }


def test_options_of_one_turn_come_in_order() -> None:
    assert list(keys("en", "For sales, press 3.", "For billing, press 1.", "To repeat, press star.")) == ["3", "1", "*"]


def test_words_that_sound_like_dialling_before_the_menu_do_not_shift_its_keys() -> None:
    """Asterisk's own menu as a recogniser writes it: no punctuation, "you may dial it" in front."""
    found = keys(
        "en",
        "if you know your party's extension you may dial it at any time to establish a sales partnership press one "
        "to speak with a customer advocate press two for accounting and other receivables press three for an operator press zero",
    )
    assert "sales partnership" in found["1"]
    assert "customer advocate" in found["2"]
    assert "accounting" in found["3"]
    assert "operator" in found["0"]


@pytest.mark.parametrize(
    ("language", "texts", "expected"),
    [
        ("de", ("Fahrkarten und Abos? Die 2.",), {"2": "fahrkarten und abos"}),
        ("de", ("Rechnung?", "Bitte die 3.", "Umzug?", "Die 4."), {"3": "rechnung", "4": "umzug"}),
        ("de", ("Fahrplanauskunft? Sagen oder drücken Sie die 1.",), {"1": "fahrplanauskunft?"}),
        ("fr", ("Objets trouvés ? Le 3.",), {"3": "objets trouves"}),
        ("en", ("Invoices? 2.",), {"2": "invoices"}),
        ("en", ("How many people are travelling? We are open from 9 to 5.",), {}),
    ],
)
def test_a_question_answered_by_a_key(language: str, texts: tuple[str, ...], expected: dict[str, str]) -> None:
    assert keys(language, *texts) == expected


@pytest.mark.parametrize(
    ("language", "texts", "expected"),
    [
        (
            "en",
            ("to order press one for returns press", "two for a person press zero"),
            {"1": "to order", "2": "returns", "0": "a person"},
        ),
        (
            "en",
            ("to order press one to send something back press two for invoices", "press three for a person press zero"),
            {"1": "to order", "2": "to send something back", "3": "invoices", "0": "a person"},
        ),
        (
            "de",
            ("für bestellungen drücken sie", "die eins für rechnungen drücken sie die zwei"),
            {"1": "bestellungen", "2": "rechnungen"},
        ),
        ("en", ("For returns, press two.", "Three for a person is not enough."), {"2": "returns"}),
        ("en", ("press one for returns", "press two for invoices"), {"1": "returns", "2": "invoices"}),
    ],
)  # fmt: skip
def test_a_pause_in_an_offer_is_no_end_where_no_full_stops_are_written(
    language: str, texts: tuple[str, ...], expected: dict[str, str]
) -> None:
    assert keys(language, *texts) == expected
