"""What may be dialled: asked before every leg, for the company's number and for hand-over targets alike.

Automation never dials an emergency number, whatever country it is one in and whatever an exchange wants in front of it. Codes
that change a telephone's or a line's settings are refused as well, and premium rates and satellite networks unless the brief's
policy permits them (``premium``). What is premium rate: libphonenumber's metadata by the library ``phonenumbers``, for national
numbers of the account's country too, and a list of prefixes for lengths it does not know. Not done: cost caps.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
import json
from pathlib import Path
import re
from urllib.parse import unquote

import phonenumbers
from phonenumbers import NumberParseException, PhoneNumberType

from ..model.call_brief import CallPolicy
from ..model.phone_number import DialTarget


def _emergency_numbers() -> frozenset[str]:
    """Numbers of three digits and more in ``emergency.json``; shorter ones are never dialled anyway."""
    data = json.loads(Path(__file__).with_name("emergency.json").read_text(encoding="utf-8"))
    groups = [data["everywhere"], data["harmonised"], data["further"], *data["countries"].values()]
    return frozenset(
        number for group in groups for pattern in group for number in _expanded(pattern) if len(number) > 2
    )


def _expanded(pattern: str) -> Iterator[str]:
    """All numbers that a pattern with ``x`` for any digit stands for."""
    before, wildcard, after = pattern.partition("x")
    if not wildcard:
        yield pattern
        return
    for digit in "0123456789":
        yield from _expanded(before + digit + after)


EMERGENCY_NUMBERS = _emergency_numbers()
"""Ambulance, fire, police, coast and mountain rescue and crisis lines of all countries together; sources in the file."""

_SHORTEST = 3
_EXIT_PREFIXES = ("0", "00", "9", "8")
"""What a private exchange may want in front of an outside number."""
_PREMIUM = (
    "+979",  # international premium rate, ITU-T E.169.2
    "+1900",
    "+43900", "+43901", "+43930", "+43931",
    "+41900", "+41901", "+41906",
    "+49137", "+49900",
    "+4490", "+4491", "+4498",
    "+3389",
    "+34803", "+34806", "+34807", "+34905",
    "+39892", "+39894", "+39895", "+39899",
    "+31900", "+31906", "+31909",
    "+32900", "+32902", "+32903", "+32904", "+32905", "+32906", "+32907", "+32909",
)  # fmt: skip
_SATELLITE = frozenset({870, 881, 882, 883})
"""Inmarsat, global mobile satellite systems and international networks, by country code (ITU-T E.164.1)."""
_SERVICE_CODE = re.compile(r"^#|[*#].*#|^\*\d+\*")
_HIDES_NUMBER = re.compile(r"^(?:#31#|\*31#|\*67|\*31\*)(?=[+0-9])")
_URI_USER = re.compile(r"sips?:([^@]+)@", re.IGNORECASE)


class RefusalReason(StrEnum):
    """Why a target is not dialled."""

    EMERGENCY = "emergency"
    TOO_SHORT = "too_short"
    SERVICE_CODE = "service_code"
    PREMIUM = "premium"


@dataclass(frozen=True, slots=True)
class Refusal:
    """A target that is not dialled, and the sentence for the user."""

    reason: RefusalReason
    sentence: str


_REFUSALS = {
    reason: Refusal(reason, sentence)
    for reason, sentence in (
        (RefusalReason.EMERGENCY, "Hold Slayer never dials emergency numbers; please call yourself."),
        (
            RefusalReason.TOO_SHORT,
            "Hold Slayer does not dial numbers of one or two digits; some are emergency numbers.",
        ),
        (RefusalReason.SERVICE_CODE, "Hold Slayer does not dial codes that change a line's settings."),
        (RefusalReason.PREMIUM, "Hold Slayer does not dial premium-rate numbers unless the call's policy permits it."),
    )
}


def may_dial(target: DialTarget, policy: CallPolicy | None = None, region: str = "") -> Refusal | None:
    """Why ``target`` must not be dialled; None when it may. A SIP address is judged by its user part.

    Args:
        target: what is to be dialled.
        policy: what the user permits; None: nothing.
        region: country of the account (ISO 3166-1 alpha-2), for numbers without a country code; empty: unknown.
    """
    number = _number(target)
    digits = re.sub(r"[^0-9]", "", number)
    if not digits:
        return _REFUSALS[RefusalReason.SERVICE_CODE] if _SERVICE_CODE.search(number) else None
    if _is_emergency(number, digits):
        return _REFUSALS[RefusalReason.EMERGENCY]
    if _SERVICE_CODE.search(number):
        return _REFUSALS[RefusalReason.SERVICE_CODE]
    if len(digits) < _SHORTEST and not target.is_uri:
        return _REFUSALS[RefusalReason.TOO_SHORT]
    if _is_premium(number, region) and not (policy or CallPolicy()).allows("premium"):
        return _REFUSALS[RefusalReason.PREMIUM]
    return None


def _number(target: DialTarget) -> str:
    """The telephone number in ``target`` as dialled, empty for a SIP address whose user is a name."""
    if not target.is_uri:
        return _HIDES_NUMBER.sub("", target.value)
    found = _URI_USER.match(target.value)
    user = unquote(found[1]).partition(";")[0].partition(":")[0] if found else ""
    number = re.sub(r"[\s().\-]", "", user)
    return _HIDES_NUMBER.sub("", number) if re.fullmatch(r"\+?[0-9*#]+", number) else ""


def _is_emergency(number: str, digits: str) -> bool:
    forms = {digits} | {digits[len(prefix) :] for prefix in _EXIT_PREFIXES if digits.startswith(prefix)}
    if number.startswith("+"):
        forms |= {digits[length:] for length in (1, 2, 3)}
    elif digits.startswith("00"):
        forms |= {digits[length:] for length in (3, 4, 5)}
    return not forms.isdisjoint(EMERGENCY_NUMBERS)


def _is_premium(number: str, region: str) -> bool:
    international = "+" + number[2:] if number.startswith("00") else number
    if international.startswith(_PREMIUM):
        return True
    return any(_is_costly(form, region) for form in (international, *_without_exit_prefix(number)))


def _without_exit_prefix(number: str) -> list[str]:
    return [number[len(prefix) :] for prefix in _EXIT_PREFIXES if number.startswith(prefix)]


def _is_costly(number: str, region: str) -> bool:
    try:
        read = phonenumbers.parse(number, region or None)
    except NumberParseException:
        return False
    if read.country_code in _SATELLITE:
        return True
    return phonenumbers.number_type(read) == PhoneNumberType.PREMIUM_RATE
