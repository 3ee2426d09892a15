"""Leaves numbers out of words: five digits or more in a row, written as figures or spoken one by one in six languages."""

from functools import cache
import re

from ..ivr.words import LANGUAGES, plain, words_of

_LEAST_DIGITS = 5
_TOKEN = re.compile(r"\w+")
_GAP = re.compile(r"[\s,;.\-/()+]{0,4}")
_FILLERS = frozenset({"o", "oh", "double", "triple", "doppel", "and", "und"})
"""May stand between the digits of a number; worth one digit each."""


def without_numbers(text: str) -> str:
    """Return ``text`` with every number of five digits or more as ``[number]``. Numbers spoken in tens and hundreds stay."""
    kept: list[str] = []
    end = 0
    for start, stop in _numbers(text):
        kept += [text[end:start], "[number]"]
        end = stop
    return "".join([*kept, text[end:]])


def _numbers(text: str) -> list[tuple[int, int]]:
    """Where long numbers begin and end."""
    found: list[tuple[int, int]] = []
    start, end, digits = -1, 0, 0
    for token in _TOKEN.finditer(text):
        worth = _worth(token.group())
        if start >= 0 and (not worth or not _GAP.fullmatch(text, end, token.start())):
            if digits >= _LEAST_DIGITS:
                found.append((start, end))
            start, digits = -1, 0
        if worth:
            start = token.start() if start < 0 else start
            end, digits = token.end(), digits + worth
    if start >= 0 and digits >= _LEAST_DIGITS:
        found.append((start, end))
    return found


def _worth(token: str) -> int:
    """Digits that a word stands for; 0 when it is no number."""
    if token.isdecimal():
        return len(token)
    return 1 if plain(token) in _names() else 0


@cache
def _names() -> frozenset[str]:
    names = {name for language in LANGUAGES for name, key in words_of(language).digits.items() if key.isdecimal()}
    return frozenset(names) | _FILLERS
