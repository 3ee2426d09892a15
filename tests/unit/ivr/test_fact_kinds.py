"""Facts by kind: recognised in six languages, written as the line wants them, private however they are read back."""

import json
from pathlib import Path

import pytest

from custom_components.hold_slayer.engine.ivr.fact_forms import Form, form_of, national, said
from custom_components.hold_slayer.engine.ivr.facts import fact_kinds, request_in
from custom_components.hold_slayer.engine.ivr.masking import Mask
from custom_components.hold_slayer.engine.ivr.menu import parse_menu
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import LANGUAGES, words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

PROMPTS: dict[str, dict[str, list[str]]] = json.loads(
    (Path(__file__).resolve().parents[2] / "data" / "fact_prompts.json").read_text(encoding="utf-8")
)
BOTH = {"Marque su número de contrato."}
"""An account with a company is often called a contract there."""
VALUES = {
    "birth": "1979-11-02", "phone": "+15550100234", "email": "anna.smith@example.com", "name": "Anna Smith", "surname": "Smith",
    "first_name": "Anna", "address": "12 Main Street", "zip": "60614", "house_number": "12",
}  # fmt: skip


def brief(language: str, facts: dict[str, str], kinds: dict[str, str], locale: str = "") -> CallBrief:
    return CallBrief(
        DialTarget("5550100"), "my contract", language=language, locale=locale, facts=facts, fact_kinds=kinds,
        policy=CallPolicy(ask_user=True),
    )  # fmt: skip


def test_every_kind_that_matters_is_in_the_set_in_all_languages() -> None:
    assert set(PROMPTS) <= set(fact_kinds())
    assert all(set(said) == set(LANGUAGES) for said in PROMPTS.values())
    assert len(PROMPTS) >= 25


@pytest.mark.parametrize("kind", PROMPTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_kind_is_recognised_on_the_line(kind: str, language: str) -> None:
    words = words_of(language)
    for text in PROMPTS[kind][language]:
        request = request_in(parse_menu([text], words).context, words)
        assert request is not None, text
        assert kind in request.kinds if text in BOTH else request.kinds[0] == kind, (text, request.kinds)


@pytest.mark.parametrize("kind", PROMPTS)
@pytest.mark.parametrize("language", LANGUAGES)
def test_a_fact_of_any_name_is_given_by_its_kind_and_no_other_is(kind: str, language: str) -> None:
    """ "Grandma's thing" is a customer number because the user has said so."""
    value = VALUES.get(kind, "44173022")
    for text in PROMPTS[kind][language]:
        given = Navigator(brief(language, {"grandmas_thing": value}, {"grandmas_thing": kind})).heard([text])
        untold = Navigator(brief(language, {"grandmas_thing": value}, {"grandmas_thing": "plate"})).heard([text])
        can_be_keyed = kind not in ("name", "surname", "first_name", "address", "email") or given.do == "say"
        if can_be_keyed:
            assert "{grandmas_thing}" in given.shown, text
            assert given.value != given.shown
        assert (untold.do, untold.value) == ("ask_user", ""), text


@pytest.mark.parametrize(
    ("kind", "value", "language", "locale", "words"),
    [
        ("birth", "1979-11-02", "en", "en-US", "November 2, 1979"),
        ("birth", "1979-11-02", "en", "en-GB", "2 November 1979"),
        ("birth", "1979-11-02", "de", "", "2. November 1979"),
        ("birth", "1979-11-01", "fr", "", "1er novembre 1979"),
        ("birth", "1979-11-02", "es", "", "2 de noviembre de 1979"),
        ("birth", "1979-11-02", "nl", "", "2 november 1979"),
        ("birth", "1979-11-02", "it", "", "2 novembre 1979"),
        ("phone", "+49 30 1234-567", "de", "", "0 3 0 1 2 3 4 5 6 7"),
        ("phone", "+1 (555) 010-0234", "en", "en-US", "5 5 5 0 1 0 0 2 3 4"),
        ("email", "anna.s-k@example.com", "en", "", "anna dot s dash k at example dot com"),
        ("email", "anna.smith@example.de", "de", "", "anna Punkt smith at example Punkt de"),
        ("email", "anna_s@example.fr", "fr", "", "anna tiret bas s arobase example point fr"),
        ("email", "anna@example.es", "es", "", "anna arroba example punto es"),
        ("email", "anna@example.nl", "nl", "", "anna apenstaartje example punt nl"),
        ("email", "anna@example.it", "it", "", "anna chiocciola example punto it"),
        ("pin", "0471", "en", "", "0 4 7 1"),
        ("customer", "ab-12 3", "en", "", "A B 1 2 3"),
        ("address", "12 Main Street", "en", "", "12 Main Street"),
        ("house_number", "12", "en", "", "12"),
        ("year", "2024", "en", "", "2024"),
    ],
)
def test_said(kind: str, value: str, language: str, locale: str, words: str) -> None:
    assert said(form_of({kind}, value), value, language, locale) == words


@pytest.mark.parametrize(
    ("value", "digits"),
    [("+49 30 123", "030123"), ("0049 30 123", "030123"), ("030 123", "030123"), ("+39 06 123", "06123"), ("+34 911", "911"),
     ("+353 1 234", "01234"), ("+1 555 0100", "5550100"), ("+999 12", "99912"), ("", "")],
)  # fmt: skip
def test_telephone_numbers_within_their_country(value: str, digits: str) -> None:
    assert national(value) == digits


@pytest.mark.parametrize(
    ("kinds", "value", "form"),
    [({"birth"}, "1979-11-02", Form.DATE), ({"birth"}, "in spring", Form.PLAIN), ({"email"}, "a@b.c", Form.EMAIL),
     (set(), "a@b.c", Form.EMAIL), (set(), "12", Form.CODE), (set(), "twelve", Form.WORDS), ({"email"}, "none", Form.WORDS)],
)  # fmt: skip
def test_forms(kinds: set[str], value: str, form: Form) -> None:
    assert form_of(kinds, value) is form


@pytest.mark.parametrize(
    ("prompt", "kind", "value", "locale", "keys"),
    [
        ("Please enter your phone number, followed by pound.", "phone", "+1 555 010 0234", "en-US", "5550100234#"),
        ("Enter your date of birth.", "birth", "1979-11-02", "en-US", "11021979"),
        ("Enter your date of birth.", "birth", "1979-11-02", "en-GB", "02111979"),
        ("Enter the first three letters of your last name.", "surname", "Smith", "", "764"),
        ("Please enter your postcode.", "zip", "1234 AB", "", "1234"),
    ],
)
def test_keyed(prompt: str, kind: str, value: str, locale: str, keys: str) -> None:
    assert Navigator(brief("en", {"thing": value}, {"thing": kind}, locale)).heard([prompt]).value == keys


def test_spelt_aloud() -> None:
    way = Navigator(brief("de", {"me": "Smith"}, {"me": "surname"}))
    assert way.heard(["Bitte buchstabieren Sie Ihren Nachnamen."]).value == "S M I T H"


def test_an_address_has_no_keys() -> None:
    decision = Navigator(brief("en", {"home": "12 Main Street"}, {"home": "address"})).heard(
        ["Please enter your street address."]
    )
    assert "12" not in decision.value


@pytest.mark.parametrize(
    ("kind", "value", "language", "read_back", "masked"),
    [
        ("email", "anna.smith@example.com", "en", "Is anna dot smith at example dot com right?", "Is {x} right?"),
        (
            "email",
            "anna.smith@example.com",
            "de",
            "Ist anna Punkt smith Klammeraffe example Punkt com richtig?",
            "Ist {x} richtig?",
        ),
        ("email", "anna.smith@example.com", "fr", "anna point smith arobase example point com ?", "{x} ?"),
        ("email", "anna.smith@example.com", "en", "We wrote to anna.smith@example.com.", "We wrote to {x}."),
        ("name", "Anna Smith", "en", "Thank you, Ms Smith.", "Thank you, Ms {x}."),
        ("surname", "Smith", "en", "S M I T H, is that right?", "{x}, is that right?"),
        (
            "phone",
            "+49 30 1234567",
            "de",
            "Ihre Nummer null drei null eins zwei drei vier fünf sechs sieben.",
            "Ihre Nummer {x}.",
        ),
        ("phone", "+1 555 010 0234", "en", "five five five oh one oh oh two three four", "{x}"),
        ("pin", "04719", "en", "It ends in seven one nine.", "It ends in {x}."),
        (
            "birth",
            "1979-11-02",
            "en",
            "Born on the second of May? No: November 2nd, 1979.",
            "Born on the second of May? No: {x}.",
        ),
        ("account", "44173022", "en", "It ends in two two nine.", "It ends in two two nine."),
    ],
)
def test_masked_by_kind(kind: str, value: str, language: str, read_back: str, masked: str) -> None:
    assert Mask({"x": value}, language, {"x": kind})(read_back) == masked
