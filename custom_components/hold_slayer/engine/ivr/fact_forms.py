"""How a fact of a kind is written down, said and keyed in: codes, dates, telephone numbers, e-mail addresses, words.

Dates are ISO 8601 (``1979-11-02``); they are said as the line's language says them. Telephone numbers may have their country code
(E.164, ``+49…``): within a country they are said and keyed without. Not done: times, amounts of money, spelling alphabets.
"""

from collections.abc import Collection
from datetime import date
from enum import StrEnum
import re

from .spoken_numbers import month_names


class Form(StrEnum):
    """What a value is made of."""

    CODE = "code"
    """Digits, perhaps letters: said one by one."""
    DATE = "date"
    PHONE = "phone"
    EMAIL = "email"
    WORDS = "words"
    """A name, an address: said as it is, and keyed only where the line wants it spelt."""
    PLAIN = "plain"
    """A short number that is said as a number: a year, a house number, an amount."""


_FORMS = {
    Form.DATE: frozenset({"birth", "date"}),
    Form.PHONE: frozenset({"phone"}),
    Form.EMAIL: frozenset({"email"}),
    Form.WORDS: frozenset(
        {"name", "first_name", "surname", "maiden_name", "address", "city", "employer", "security_answer", "password"}
    ),
    Form.PLAIN: frozenset({"year", "amount", "house_number", "room"}),
}
SECRET_KINDS = frozenset(
    {"pin", "password", "cvv", "ssn", "ssn_last4", "one_time_code", "maiden_name", "security_answer"}
)
"""Told only where the line asks for this kind before any other; three characters in a row give one away."""
NAME_KINDS = frozenset({"name", "first_name", "surname", "maiden_name"})
"""Each word of such a value is private by itself."""
_COUNTRY_CODES = {
    "1": "", "30": "", "31": "0", "32": "0", "33": "0", "34": "", "351": "", "352": "", "353": "0", "39": "", "41": "0", "43": "0",
    "44": "0", "45": "", "46": "0", "47": "", "48": "", "49": "0", "61": "0", "64": "0",
}  # fmt: skip
"""Country calling codes (ITU-T E.164) and what takes their place within the country."""
_SIGNS = {
    "en": {"@": "at", ".": "dot", "-": "dash", "_": "underscore", "+": "plus"},
    "de": {"@": "at", ".": "Punkt", "-": "Minus", "_": "Unterstrich", "+": "Plus"},
    "fr": {"@": "arobase", ".": "point", "-": "tiret", "_": "tiret bas", "+": "plus"},
    "es": {"@": "arroba", ".": "punto", "-": "guion", "_": "guion bajo", "+": "más"},
    "nl": {"@": "apenstaartje", ".": "punt", "-": "streepje", "_": "liggend streepje", "+": "plus"},
    "it": {"@": "chiocciola", ".": "punto", "-": "trattino", "_": "trattino basso", "+": "più"},
}
_DAY_OF = {"de": "{day}. {month} {year}", "es": "{day} de {month} de {year}", "fr": "{first} {month} {year}"}
_EMAIL_PART = re.compile(r"[^\W_]+|[@._+-]")


def form_of(kinds: Collection[str], value: str) -> Form:
    """The form of a value of these kinds; by its looks where they do not tell."""
    found = {form for form, names in _FORMS.items() if names & set(kinds)}
    if Form.DATE in found:
        return Form.DATE if day_of(value) is not None else Form.PLAIN
    if "@" in value and (Form.EMAIL in found or not found):
        return Form.EMAIL
    for form in (Form.PHONE, Form.PLAIN, Form.WORDS):
        if form in found:
            return form
    return Form.CODE if re.search(r"\d", value) else Form.WORDS


def day_of(value: str) -> date | None:
    """The day that a value is; None: it is none."""
    try:
        return date.fromisoformat(value.strip()) if re.fullmatch(r"\d{4}-\d\d-\d\d", value.strip()) else None
    except ValueError:
        return None


def national(value: str) -> str:
    """The digits of a telephone number as they are dialled within its country."""
    digits = re.sub(r"\D", "", value)
    if not value.strip().startswith(("+", "00")):
        return digits
    digits = digits.removeprefix("00")
    code = next((digits[:n] for n in (1, 2, 3) if digits[:n] in _COUNTRY_CODES), None)
    return digits if code is None else _COUNTRY_CODES[code] + digits[len(code) :]


def said(form: Form, value: str, language: str, locale: str = "") -> str:
    """The value in words for text to speech."""
    match form:
        case Form.DATE if (day := day_of(value)) is not None:
            return _said_day(day, language, locale)
        case Form.PHONE:
            return " ".join(national(value))
        case Form.EMAIL:
            signs = _SIGNS.get(language, _SIGNS["en"])
            return " ".join(signs.get(part, part) for part in _EMAIL_PART.findall(value))
        case Form.CODE:
            return apart(value)
        case _:
            return value


def apart(value: str) -> str:
    """Letters and digits one by one, as one reads them to a machine."""
    return " ".join(c.upper() for c in value if c.isalnum())


def email_pattern(value: str) -> str:
    """A pattern for an e-mail address as it is read out in any of the languages."""
    signs = {sign: {table[sign] for table in _SIGNS.values()} for sign in _SIGNS["en"]}
    signs["@"] |= {"klammeraffe", "affenschwanz", "at sign"}
    signs["-"] |= {"hyphen", "bindestrich"}
    parts = [
        rf"\s*(?:{'|'.join(re.escape(word) for word in sorted({part, *signs[part]}, key=len, reverse=True))})\s*"
        if part in signs
        else re.escape(part)
        for part in _EMAIL_PART.findall(value)
    ]
    return rf"(?<!\w){''.join(parts)}(?!\w)"


def _said_day(day: date, language: str, locale: str) -> str:
    month = month_names(language)[day.month - 1][0]
    if language == "en":
        month = month.capitalize()
        return f"{month} {day.day}, {day.year}" if locale in ("", "en-US") else f"{day.day} {month} {day.year}"
    if language == "de":
        month = month.capitalize()
    first = "1er" if day.day == 1 else str(day.day)
    return _DAY_OF.get(language, "{day} {month} {year}").format(day=day.day, first=first, month=month, year=day.year)
