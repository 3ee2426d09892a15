"""A number in the form that the provider wants: people type ``+49 30 …`` or ``030 …``, providers take one of the two or another.

Numbering plans: libphonenumber's metadata by the library ``phonenumbers``. What is no full number of the account's country or of
another (an extension, a short code, a key sequence) is sent as it was typed.
"""

from enum import StrEnum

import phonenumbers
from phonenumbers import NumberParseException, PhoneMetadata, PhoneNumber, PhoneNumberFormat

from ..model.phone_number import DialTarget

_USUAL_EXIT = "00"
"""International prefix where a country has several or none (ITU-T E.164 section 7.1 recommends it)."""


class NumberFormat(StrEnum):
    """How numbers are sent."""

    AS_TYPED = "as_typed"
    PLUS = "plus"
    """``+4930123456`` (RFC 3966 global number)."""
    DIGITS = "digits"
    """``4930123456``."""
    INTERNATIONAL = "international"
    """``004930123456``, or ``01149…`` from North America."""
    NATIONAL = "national"
    """``030123456`` within the account's country, international to others."""


def formatted(target: DialTarget, wanted: NumberFormat, region: str, prefix: str = "") -> str:
    """The number to dial for ``target``, which is no SIP address.

    Args:
        target: what was typed or stored.
        wanted: the account's form.
        region: country of the account, ISO 3166-1 alpha-2; empty: only numbers with ``+`` are understood.
        prefix: what the exchange wants in front of outside numbers; extensions and short codes go without.
    """
    number = _read(target.value, region)
    if number is None:
        return target.value
    return prefix + _in_form(number, target.value, wanted, region)


def _in_form(number: PhoneNumber, typed: str, wanted: NumberFormat, region: str) -> str:
    if wanted is NumberFormat.AS_TYPED:
        return typed
    digits = phonenumbers.format_number(number, PhoneNumberFormat.E164).removeprefix("+")
    match wanted:
        case NumberFormat.PLUS:
            return f"+{digits}"
        case NumberFormat.DIGITS:
            return digits
        case NumberFormat.NATIONAL if number.country_code == phonenumbers.country_code_for_region(region):
            text = phonenumbers.format_number(number, PhoneNumberFormat.NATIONAL)
            return "".join(character for character in text if character.isdecimal())
        case _:
            return f"{_exit_prefix(region)}{digits}"


def _read(text: str, region: str) -> PhoneNumber | None:
    """A full number; None for everything else."""
    if not text.removeprefix("+").isdecimal():
        return None
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException:
        return None
    is_full = text.startswith("+") or (phonenumbers.is_valid_number(number) and _has_area(text, region))
    return number if is_full and phonenumbers.is_possible_number(number) else None


def _has_area(text: str, region: str) -> bool:
    """Whether a national number is more than a local one: where a 0 or an 8 leads to other areas, it has to be there."""
    metadata = _metadata(region)
    prefix = metadata.national_prefix if metadata is not None else None
    return prefix in (None, "1") or text.startswith((prefix, _exit_prefix(region)))


def _metadata(region: str) -> PhoneMetadata | None:
    return PhoneMetadata.metadata_for_region(region, None) if region else None


def _exit_prefix(region: str) -> str:
    metadata = _metadata(region)
    prefix = (
        (metadata.preferred_international_prefix or metadata.international_prefix) if metadata is not None else None
    )
    return prefix if prefix is not None and prefix.isdecimal() else _USUAL_EXIT
