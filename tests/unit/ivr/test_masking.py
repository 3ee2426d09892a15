"""Facts that the line reads back are masked however it does, and nothing else is."""

from hypothesis import example, given, strategies as st
import pytest

from custom_components.hold_slayer.engine.ivr.masking import Mask
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.spoken_numbers import spoken_numbers
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget

FACTS = {
    "account": "4417302268", "birth": "1979-11-02", "pin": "4711", "name": "Ana Delgado", "zip": "SW1A 2AA", "claim": "HC-80-55213",
}  # fmt: skip


@pytest.mark.parametrize(
    ("language", "said", "masked"),
    [
        ("en", "I heard 4417302268, is that right?", "I heard {account}, is that right?"),
        ("en", "I heard 44-1730 2268.", "I heard {account}."),
        ("en", "That is four four one seven three zero two two six eight. Correct?", "That is {account}. Correct?"),
        ("en", "double four one seven three oh double two six eight", "{account}"),
        ("en", "forty-four seventeen thirty twenty-two sixty-eight", "{account}"),
        ("en", "Your account ending in two two six eight.", "Your account ending in {account}."),
        ("en", "Your PIN is 4 7 1 1 now.", "Your PIN is {pin} now."),
        ("en", "You said Ana Delgado.", "You said {name}."),
        ("en", "You spelt D E L G A D O.", "You spelt {name}."),
        ("en", "Postcode S W one A two A A.", "Postcode {zip}."),
        ("en", "Claim H C eight zero five five two one three, yes?", "Claim {claim}, yes?"),
        ("en", "Born on November 2nd, 1979, yes?", "Born on {birth}, yes?"),
        ("en", "Born on the 2nd of November 1979.", "Born on {birth}."),
        ("en", "Born in nineteen seventy-nine.", "Born in {birth}."),
        ("en", "I have 02/11/1979 and zero two eleven nineteen seventy nine", "I have {birth} and {birth}"),
        ("de", "Ich habe vier vier eins sieben drei null zwo zwei sechs acht notiert.", "Ich habe {account} notiert."),
        ("de", "vierundvierzig siebzehn dreißig zweiundzwanzig achtundsechzig", "{account}"),
        ("de", "Geboren am 2. November 1979?", "Geboren am {birth}?"),
        ("de", "Geboren neunzehnhundertneunundsiebzig?", "Geboren {birth}?"),
        ("fr", "quatre quatre un sept trois zéro deux deux six huit", "{account}"),
        ("fr", "quarante-quatre dix-sept trente vingt-deux soixante-huit", "{account}"),
        ("fr", "Né le 2 novembre 1979 ?", "Né le {birth} ?"),
        ("es", "cuatro cuatro uno siete tres cero dos dos seis ocho", "{account}"),
        ("es", "cuarenta y cuatro diecisiete treinta veintidós sesenta y ocho", "{account}"),
        ("es", "Nacida el 2 de noviembre de 1979.", "Nacida el {birth}."),
        ("nl", "vier vier één zeven drie nul twee twee zes acht", "{account}"),
        ("nl", "vierenveertig zeventien dertig tweeëntwintig achtenzestig", "{account}"),
        ("it", "quattro quattro uno sette tre zero due due sei otto", "{account}"),
        ("it", "quarantaquattro diciassette trenta ventidue sessantotto", "{account}"),
    ],
)  # fmt: skip
def test_read_back(language: str, said: str, masked: str) -> None:
    assert Mask(FACTS, language)(said) == masked


@pytest.mark.parametrize(
    "said",
    [
        "For billing, press 4. For sales, press 1. For a person, press 7.",
        "You are caller number three. The wait is about 44 minutes.",
        "We are open from 9 to 17.",
        "Please enter your account number, followed by the pound key.",
        "Call us on 5 5 5 0 1 9 9.",
        "",
    ],
)
def test_everything_else_stays(said: str) -> None:
    assert Mask(FACTS, "en")(said) == said


def test_what_is_added_later_is_private_from_then_on_and_short_values_are_not_looked_for() -> None:
    mask = Mask({"extension": "12"}, "en")
    assert mask("press 12 or one two") == "press 12 or one two"
    mask.add("pin", "9876")
    assert mask("nine eight seven six") == "{pin}"
    mask.add("pin", "1234")
    assert mask("one two three four, no longer nine eight seven six") == "{pin}, no longer {pin}"


def test_all_that_was_ever_private_is_private_on_a_line_of_another_language() -> None:
    mask = Mask({"account": "4417302268"}, "en")
    mask.add("claim", "9876")
    mask.add("claim", "5432")
    german = mask.in_language("de")
    assert german("neun acht sieben sechs, fünf vier drei zwei, 4417302268") == "{claim}, {claim}, {account}"


@example("0001011000", "en")
@given(st.text(alphabet="0123456789", min_size=4, max_size=16), st.sampled_from(["en", "de", "fr", "es", "nl", "it"]))
def test_any_number_spoken_digit_by_digit_is_gone(value: str, language: str) -> None:
    names = {
        digits[0]: phrase
        for phrase, digits in spoken_numbers(language).items()
        if digits[0].isdigit() and len(digits[0]) == 1
    }
    said = " ".join(names[digit] for digit in value)
    assert Mask({"pin": value}, language)(f"… {said} …").strip("… ") == "{pin}"


@given(st.text(max_size=200), st.dictionaries(st.text(max_size=8), st.text(max_size=20), max_size=3))
def test_no_text_and_no_value_breaks_it(text: str, facts: dict[str, str]) -> None:
    assert isinstance(Mask(facts, "en")(text), str)


def test_a_language_model_never_sees_what_the_line_reads_back() -> None:
    facts = {"account_number": "4417302268"}
    way = Navigator(CallBrief(DialTarget("+15550100"), "speak about the elephants", facts=facts))
    read_back = "I found account four four one seven three zero two two six eight."
    decision = way.heard([read_back, "For apples, press 1. For pears, press 2. For plums, press 3."])
    assert decision.question is not None
    assert "{account_number}" in decision.question.heard[0]
    assert "seven" not in str(decision.question.heard)


def test_nor_does_it_see_a_lent_fact_once_the_line_speaks_another_language() -> None:
    """What is lent is lent for one prompt only; it stays private for the whole call."""
    policy = CallPolicy(ask_user=True)
    way = Navigator(
        CallBrief(DialTarget("+15550100"), "speak about the elephants", ask_first=("account_number",), policy=policy)
    )
    asked = way.heard(["Please enter your account number, followed by the pound sign."])
    assert way.user_answered(asked.fact, "4417302268", "account_number").value == "4417302268#"
    way.heard(["Thank you. One moment please."])
    way.change_language("de")
    read_back = "Ihre Kontonummer ist 4417302268, vier vier eins sieben."
    menu = "Für Äpfel drücken Sie die 1. Für Birnen drücken Sie die 2. Für Pflaumen drücken Sie die 3."
    decision = way.heard([read_back, menu])
    assert decision.question is not None
    assert "{account_number}" in decision.question.heard[0]
    assert not {"4417302268", "vier"} & set(decision.question.heard[0].replace(",", "").split())
