"""What is never dialled, however it is written, whatever account it goes over, and by whichever way it comes."""

import json
from pathlib import Path

from hypothesis import given, settings, strategies as st
import phonenumbers
from phonenumbers import shortnumberinfo
import pytest

from custom_components.hold_slayer.engine.call import policy
from custom_components.hold_slayer.engine.call.policy import EMERGENCY_NUMBERS, RefusalReason, may_dial
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.number_format import NumberFormat
from custom_components.hold_slayer.engine.sip.uri import split_uri

DATA = json.loads(Path(policy.__file__).with_name("emergency.json").read_text(encoding="utf-8"))
EVERYTHING = CallPolicy(accept_other={"premium": True})
REGIONS = ["", "DE", "US", "GB", "FR", "NL", "AU", "IN", "BR", "JP", "ZA"]
COUNTRY_CODES = sorted(phonenumbers.COUNTRY_CODE_TO_REGION_CODE)
SEPARATORS = ["", " ", "-", ".", "/", "(", ")", " - "]


def is_refused(text: str, region: str = "") -> bool:
    refused = may_dial(DialTarget.parse(text), EVERYTHING, region)
    return refused is not None and refused.reason in (RefusalReason.EMERGENCY, RefusalReason.TOO_SHORT)


@pytest.mark.parametrize("region", sorted(phonenumbers.SUPPORTED_SHORT_REGIONS))
def test_no_country_is_missing(region: str) -> None:
    known = [f"{number:03d}" for number in range(1000)] + [f"{number:04d}" for number in range(10000)]
    found = [number for number in known if shortnumberinfo.is_emergency_number(number, region)]
    assert not [number for number in found if not is_refused(number, region)]


def test_the_file_says_where_each_group_is_from() -> None:
    groups = set(DATA) - {"sources"}
    assert groups == set(DATA["sources"]) == {"everywhere", "harmonised", "further", "countries"}
    assert len(DATA["countries"]) > 200
    assert all(set(number) <= set("0123456789x") for numbers in DATA["countries"].values() for number in numbers)


@st.composite
def disguised(draw: st.DrawFn) -> str:
    """An emergency number as somebody, or a program, may write it."""
    number = draw(st.sampled_from(sorted(EMERGENCY_NUMBERS)))
    front = draw(st.sampled_from(["", "0", "00", "9", "8", "+", "00+", "#31#", "*67", "*31#"]))
    if front in ("+", "00+"):
        front = ("+" if front == "+" else "00") + str(draw(st.sampled_from(COUNTRY_CODES)))
    whole = front + number
    scheme = draw(st.sampled_from(["", "tel:", "TEL:", "sip:", "sips:", "Sip:"]))
    if scheme.lower().startswith("sip"):
        user = "".join(f"%{ord(each):02x}" if draw(st.booleans()) else each for each in whole).replace("#", "%23")
        rest = draw(
            st.sampled_from(["@pbx.example", ":pw@192.0.2.1", ";phone-context=x@h", "@[2001:db8::1]:5061;user=phone"])
        )
        return f"{scheme}{user}{rest}"
    spread = "".join(each + draw(st.sampled_from(SEPARATORS)) for each in whole)
    return scheme + spread


@given(text=disguised(), region=st.sampled_from(REGIONS))
@settings(max_examples=400, deadline=None)
def test_no_disguise_helps(text: str, region: str) -> None:
    assert may_dial(DialTarget.parse(text), EVERYTHING, region) is not None, text


@given(
    text=st.one_of(
        st.from_regex(r"\+?[0-9]{1,13}", fullmatch=True),
        st.from_regex(r"(\+49|0049|0|00|\+1|1|\+44)[0-9]{2,10}", fullmatch=True),
        disguised(),
    ),
    form=st.sampled_from(list(NumberFormat)),
    region=st.sampled_from(REGIONS),
    prefix=st.sampled_from(["", "0", "9", "00", "1", "11", "*9"]),
)
@settings(max_examples=600, deadline=None)
def test_what_goes_out_is_no_emergency_number_either(text: str, form: NumberFormat, region: str, prefix: str) -> None:
    target = DialTarget.parse(text)
    if may_dial(target, EVERYTHING, region) is not None:
        return
    account = TrunkAccount("u", "p", "pbx.example", number_format=form, region=region, number_prefix=prefix)
    sent = split_uri(account.uri_for(target)).user
    if target.is_uri or sent == target.value:
        return
    assert sent.removeprefix(prefix) not in EMERGENCY_NUMBERS
    assert sent not in EMERGENCY_NUMBERS
