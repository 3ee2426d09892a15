"""What is never dialled."""

import pytest

from custom_components.hold_slayer.engine.call.policy import EMERGENCY_NUMBERS, RefusalReason, may_dial
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget


def reason(text: str, policy: CallPolicy | None = None) -> RefusalReason | None:
    refused = may_dial(DialTarget.parse(text), policy)
    return refused.reason if refused else None


@pytest.mark.parametrize("number", sorted(EMERGENCY_NUMBERS))
def test_emergency_numbers_of_all_countries(number: str) -> None:
    assert reason(number) is RefusalReason.EMERGENCY
    assert reason(f"sip:{number}@192.0.2.1") is RefusalReason.EMERGENCY


@pytest.mark.parametrize(
    "text",
    [
        "112", "911", "999", "000", "110", "9-1-1", "9 911", "0112", "00 112", "+49 112", "+1 911", "0049112", "tel:112",
        "sip:911@sip.example.com", "sip:+1911@192.0.2.1;user=phone", "sips:112@example.com:5061", "SIP:1-1-2@host",
        "sip:%39%31%31@h",        "sip:112;phone-context=de@h", "sip:112:secret@h", "#31#112", "*67911", "116117", "10177", "1122",
    ],
)  # fmt: skip
def test_emergency_numbers_however_they_are_written(text: str) -> None:
    assert reason(text) in (RefusalReason.EMERGENCY, RefusalReason.SERVICE_CODE)
    assert may_dial(DialTarget.parse(text)) is not None


@pytest.mark.parametrize("text", ["112", "#31#110", "*67911", "9911"])
def test_the_user_is_told_to_call_an_emergency_number_himself(text: str) -> None:
    refused = may_dial(DialTarget.parse(text))
    assert refused is not None
    assert refused.sentence == "Hold Slayer never dials emergency numbers; please call yourself."


@pytest.mark.parametrize(
    "text",
    [
        "+15555550100", "5550123", "+49 30 1234567", "0800 1234567", "1000", "600", "**610", "*67 5550100", "#31#0301234567",
        "sip:alex@192.0.2.7", "sip:a911b@example.com", "sip:10@192.0.2.7", "sip:192.0.2.7", "+44 20 7946 0112", "110110110",
        "0112358",        "sips:line1@example.com", "+19115550100",
    ],
)  # fmt: skip
def test_ordinary_numbers_and_addresses(text: str) -> None:
    assert reason(text) is None


@pytest.mark.parametrize("text", ["15", "17", "1", "92"])
def test_one_or_two_digits(text: str) -> None:
    assert reason(text) is RefusalReason.TOO_SHORT


@pytest.mark.parametrize("text", ["*21*0123456789#", "##62#", "#96*5*", "*#06#", "##", "sip:*21*0123#@192.0.2.1"])
def test_codes_that_change_settings(text: str) -> None:
    assert reason(text) is RefusalReason.SERVICE_CODE


@pytest.mark.parametrize("text", ["+1 900 555 0100", "0049900123456", "+979123456789", "+3389912345", "+4490912345"])
def test_premium_rates_need_permission(text: str) -> None:
    assert reason(text) is RefusalReason.PREMIUM
    assert reason(text, CallPolicy(accept_other={"premium": True})) is None


def test_permission_for_premium_rates_opens_nothing_else() -> None:
    assert reason("911", CallPolicy(accept_other={"premium": True, "emergency": True})) is RefusalReason.EMERGENCY


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("0900 1234567", "DE"),
        ("0 0900 1234567", "DE"),
        ("0900 123456", "AT"),
        ("1-900-555-0100", "US"),
        ("0906 1234567", "NL"),
        ("08 99 12 34 56", "FR"),
        ("0909 879 0123", "GB"),
        ("803 123 456", "ES"),
        ("899 123456", "IT"),
        ("sip:0900 1234567@sip.example.com", "DE"),
        ("+870 773 123456", ""),
        ("00881 612345678", ""),
        ("+883 5100 0123 4567", ""),
    ],
)
def test_national_premium_rates_and_satellites_need_permission(text: str, region: str) -> None:
    target = DialTarget.parse(text) if not text.startswith("sip") else DialTarget(text.replace(" ", ""))
    refused = may_dial(target, region=region)
    assert refused is not None
    assert refused.reason is RefusalReason.PREMIUM
    assert may_dial(target, CallPolicy(accept_other={"premium": True}), region) is None


@pytest.mark.parametrize(
    ("text", "region"),
    [
        ("030 901820", "DE"),
        ("0800 1234567", "DE"),
        ("0 030 901820", "DE"),
        ("900 1234", "DE"),
        ("212 639 9675", "US"),
        ("800 555 0100", "US"),
        ("9 212 639 9675", "US"),
        ("020 7946 0958", "GB"),
        ("01 42 76 40 40", "FR"),
        ("5550100", ""),
    ],
)
def test_ordinary_numbers_do_not(text: str, region: str) -> None:
    assert may_dial(DialTarget.parse(text), region=region) is None
