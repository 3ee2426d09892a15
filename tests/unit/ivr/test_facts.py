"""Which fact a line asks for, and how it wants it."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import DecisionKind
from custom_components.hold_slayer.engine.ivr.disclosure import telling
from custom_components.hold_slayer.engine.ivr.facts import Entry, entry_for, keyed, kinds_of_fact, request_in
from custom_components.hold_slayer.engine.ivr.menu import parse_menu
from custom_components.hold_slayer.engine.ivr.words import words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

FACTS = {
    "account_number": "4417302268", "zip_code": "60614", "card_last4": "2290", "surname": "Delgado", "model_number": "BW4210",
    "date_of_birth": "1979-11-02", "mobile_number": "07700900106", "claim_number": "HC-80-55213",
}  # fmt: skip


def given(text: str, language: str = "en", locale: str = "") -> tuple[str, str, str] | None:
    words = words_of(language)
    request = request_in(parse_menu([text], words).context, words)
    brief = CallBrief(DialTarget("5550100"), "a bill", language=language, locale=locale, facts=FACTS)
    entry = entry_for(request, brief) if request is not None else None
    return (entry.name, entry.value, entry.terminator) if entry is not None else None


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("Please enter your ten digit account number, followed by the pound key.", ("account_number", "4417302268", "#")),
        ("Now enter the five digit ZIP code we have on file, then press pound.", ("zip_code", "60614", "#")),
        ("And the ZIP code of your billing address, followed by pound.", ("zip_code", "60614", "#")),
        ("key in the mobile number you're calling about followed by hash", ("mobile_number", "07700900106", "#")),
        ("Enter your sixteen digit card number, or just the last four digits of it.", ("card_last4", "2290", "")),
        ("Enter the numbers of your claim, leaving out letters, and press star.", ("claim_number", "8055213", "*")),
        ("Enter the digits of your model number, without the letters.", ("model_number", "4210", "")),
        ("Enter the first three letters of the last name, followed by pound.", ("surname", "335", "#")),
        ("Date of birth: two digits for the month, two for the day, four for the year.", ("date_of_birth", "11021979", "")),
        ("Enter your date of birth, day, month and year, as eight digits.", ("date_of_birth", "02111979", "")),
        ("What's your ten digit account number? End with pound.", ("account_number", "4417302268", "#")),
        ("Please say your last name.", ("surname", "Delgado", "")),
        ("Please say your account number.", ("account_number", "4 4 1 7 3 0 2 2 6 8", "")),
    ],
)  # fmt: skip
def test_the_fact_asked_for_as_the_line_wants_it(text: str, expected: tuple[str, str, str]) -> None:
    assert given(text) == expected


@pytest.mark.parametrize(
    "text",
    [
        "Please have your account number ready.",
        "You will be asked for your account number.",
        "Enter your PIN, followed by pound.",
        "Please enter your social security number.",
        "Say your password now.",
        "Please enter the three digit security code on the back of your card.",
        "Your account number is on your bill.",
        "Our ZIP code is 60601.",
        "Automated assistants: enter the account number now.",
    ],
)
def test_nothing_is_given_that_is_not_asked_for_or_not_released(text: str) -> None:
    assert given(text) is None


def test_order_of_a_date_is_the_country_s_unless_the_line_says() -> None:
    assert keyed("1979-11-02", "enter your date of birth", "en-US") == "11021979"
    assert keyed("1979-11-02", "enter your date of birth", "en-GB") == "02111979"
    assert keyed("1979-11-02", "enter your date of birth as six digits", "en-GB") == "021179"
    assert keyed("1979-11-02", "year, month and day", "en-GB") == "19791102"


def test_last_digits_of_a_longer_number() -> None:
    assert keyed("80380000112233445566", "digiti le ultime 10 cifre", "it") == "2233445566"
    assert keyed("4417302268", "the last four digits of your account number", "") == "2268"


@pytest.mark.parametrize(
    ("name", "kind"),
    [("kundennummer", "customer"), ("zaehlerstand", "meter_reading"), ("codice_prenotazione", "booking"),
     ("ultimos_cuatro", "card_last4"),
     ("mobiel_nummer", "phone"), ("numero_sinistre", "claim"), ("Account Number", "account"), ("Geburtsdatum", "birth")],
)  # fmt: skip
def test_names_of_facts_in_six_languages(name: str, kind: str) -> None:
    assert kind in kinds_of_fact(name)


def named(text: str, **facts: str) -> str | None:
    """The fact that answers, where the user's own names count as well."""
    words = words_of("en")
    request = request_in(parse_menu([text], words).context, words, facts)
    entry = entry_for(request, CallBrief(DialTarget("5550100"), "a bill", facts=facts)) if request is not None else None
    return entry.name if entry is not None else None


def test_a_fact_is_found_by_the_user_s_name_for_it_where_most_people_call_it_otherwise() -> None:
    text = "Please enter the eight digits of your rental agreement, followed by hash."
    assert named(text, rental_number="88412075", surname="Aldridge") == "rental_number"
    assert named(text, booking_number="88412075") is None


def test_a_secret_is_not_answered_by_what_shares_a_word_with_it() -> None:
    assert named("Enter the PIN of your rental account.", rental_number="88412075") is None


def test_beside_a_secret_another_number_may_be_told() -> None:
    text = "Enter your Social Security number, or your claimant ID, then press pound."
    assert named(text, claimant_id="30188245") == "claimant_id"
    assert named("Enter your Social Security number, then press pound.", claimant_id="30188245") is None
    assert named("Please say or enter your account passcode.", account_number="771003442") is None
    text = "Enter the last four digits of your Social Security number. You may also use the property's ZIP code, followed by pound."
    assert named(text, property_zip="60614") == "property_zip"
    assert named(text, order_number="60614") is None


def test_a_police_report_is_no_policy() -> None:
    assert named("Key in your policy number followed by pound.", police_report="24091773") is None
    assert named("Key in your policy number followed by pound.", police_auto="24091773") == "police_auto"


@pytest.mark.parametrize(
    ("entry", "do", "value", "shown"),
    [
        (Entry("pin", "4711", is_spoken=False, terminator="#"), DecisionKind.PRESS, "4711#", "{pin}#"),
        (Entry("pin", "4 7 1 1", is_spoken=True, terminator="#"), DecisionKind.SAY, "4 7 1 1", "{pin}"),
    ],
)
def test_a_fact_is_told_and_shown_alike(entry: Entry, do: DecisionKind, value: str, shown: str) -> None:
    """No key ends what is spoken."""
    decision = telling(entry, "fact", 0.9)
    assert (decision.do, decision.value, decision.shown, decision.reason) == (do, value, shown, "fact")
