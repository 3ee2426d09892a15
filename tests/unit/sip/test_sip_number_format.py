"""Numbers in the form that a provider takes."""

from hypothesis import given, strategies as st
import pytest

from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.number_format import NumberFormat, formatted

PLUS, DIGITS, INTERNATIONAL, NATIONAL = (form for form in NumberFormat if form is not NumberFormat.AS_TYPED)


@pytest.mark.parametrize(
    ("typed", "region", "wanted", "dialled"),
    [
        ("+49 30 901820", "DE", NATIONAL, "030901820"),
        ("030 901820", "DE", NATIONAL, "030901820"),
        ("030 901820", "DE", PLUS, "+4930901820"),
        ("030 901820", "DE", DIGITS, "4930901820"),
        ("030 901820", "DE", INTERNATIONAL, "004930901820"),
        ("0049 30 901820", "DE", NATIONAL, "030901820"),
        ("+33 1 42 76 40 40", "DE", NATIONAL, "0033142764040"),
        ("+33 1 42 76 40 40", "FR", NATIONAL, "0142764040"),
        ("+39 06 0606 1", "IT", NATIONAL, "0606061"),
        ("+34 915 29 82 10", "ES", NATIONAL, "915298210"),
        ("+1 212 639 9675", "US", NATIONAL, "2126399675"),
        ("212 639 9675", "US", DIGITS, "12126399675"),
        ("+49 30 901820", "US", INTERNATIONAL, "0114930901820"),
        ("+49 30 901820", "", INTERNATIONAL, "004930901820"),
        ("+49 30 901820", "", DIGITS, "4930901820"),
        ("+1 555 0100", "", PLUS, "+15550100"),
    ],
)
def test_forms(typed: str, region: str, wanted: NumberFormat, dialled: str) -> None:
    assert formatted(DialTarget.parse(typed), wanted, region) == dialled


@pytest.mark.parametrize(
    "typed", ["100", "5550123", "**610", "*67#12", "030 901820", "+999123", "12345678901234567890"]
)
@pytest.mark.parametrize("wanted", list(NumberFormat))
def test_what_is_no_full_number_stays(typed: str, wanted: NumberFormat) -> None:
    target = DialTarget.parse(typed)
    assert formatted(target, wanted, "") == target.value
    if "901820" not in typed:
        assert formatted(target, wanted, "US") == target.value
        assert formatted(target, wanted, "DE") == target.value


@given(
    st.from_regex(r"\+?[0-9*#]{1,20}", fullmatch=True),
    st.sampled_from(NumberFormat),
    st.sampled_from(["", "DE", "US", "XX"]),
)
def test_never_anything_but_what_can_be_dialled(text: str, wanted: NumberFormat, region: str) -> None:
    dialled = formatted(DialTarget.parse(text), wanted, region)
    assert dialled == text or dialled.removeprefix("+").isdecimal()
    if wanted is NumberFormat.AS_TYPED:
        assert dialled == text


def test_the_request_uri() -> None:
    account = TrunkAccount("alice", "x", "sip.example.com", number_format=NATIONAL, region="DE")
    assert account.uri_for(DialTarget.parse("+49 30 901820")) == "sip:030901820@sip.example.com"
    assert account.uri_for(DialTarget.parse("sip:+4930901820@example.org")) == "sip:+4930901820@example.org"
    assert account.uri_for(DialTarget.parse("#31#")) == "sip:%2331%23@sip.example.com"
