"""Finds facts in what the line says, however it reads them back, and puts their names in place of them.

A value is recognised as written, spelt letter by letter, in digits written or spoken one by one, in pairs ("forty-two", "double
three"), in six languages, and a date as day, month's name and year. Runs of four characters and more of a longer value count too:
"ending in two two six eight". Rather too much is masked than too little.
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
import re

from .fact_forms import NAME_KINDS, SECRET_KINDS, Form, day_of, email_pattern, form_of, national
from .facts import kinds_of_fact
from .spoken_numbers import month_names, spoken_numbers
from .words import plain

_TOKEN = re.compile(r"[^\W_]+")
_SHORTEST = 3
"""Shorter values are too common in other words to be looked for."""
_PART = 4
"""So many characters of a longer value in a row give it away."""
_SECRET_PART = 3
"""The same of a PIN or a password."""
_NO_KINDS: Mapping[str, str] = {}
_MOST_TOKENS = 5
"""Words of the longest spoken number."""
_FILLERS = frozenset("and und et y e en dash minus bindestrich tiret guion streepje trattino slash".split())


@dataclass(frozen=True, slots=True)
class _Token:
    start: int
    end: int
    word: str


@dataclass(frozen=True, slots=True)
class _Secret:
    name: str
    forms: tuple[str, ...]
    """Its letters and digits in a row, plain; a date in all usual orders."""
    written: re.Pattern[str]
    part: int
    """So many characters in a row give it away."""


class Mask:
    """The facts of one call on a line of one language."""

    def __init__(self, facts: Mapping[str, str], language: str, kinds: Mapping[str, str] = _NO_KINDS) -> None:
        self._numbers = spoken_numbers(language)
        self._language = language
        self._secrets: list[_Secret] = []
        self._known: list[tuple[str, str, str]] = []
        for name, value in facts.items():
            self.add(name, value, kinds.get(name, ""))

    def add(self, name: str, value: str, kind: str = "") -> None:
        """From now on this is private as well, beside what the name stood for before. ``kind``: where the name does not tell."""
        self._known = [*(each for each in self._known if each[:2] != (name, value)), (name, value, kind)]
        bare = "".join(_TOKEN.findall(plain(value)))
        if len(bare) < _SHORTEST:
            return
        day = day_of(value)
        kinds = kinds_of_fact(name, kind)
        written = _written(value) if day is None else f"{_written(value)}|{_named_day(day, self._language)}"
        if "@" in value:
            written = f"{written}|{email_pattern(value)}"
        if kinds & NAME_KINDS:
            words = [rf"(?<!\w){re.escape(word)}(?!\w)" for word in value.split() if len(word) >= _SHORTEST]
            written = "|".join([written, *words])
        # What looks like a date may be a number all the same.
        forms = (bare,) if day is None else (bare, *_digit_forms(day))
        if form_of(kinds, value) is Form.PHONE:
            forms = (*forms, national(value))
        part = _SECRET_PART if kinds & SECRET_KINDS else _PART
        self._secrets = [secret for secret in self._secrets if (secret.name, secret.forms) != (name, forms)]
        self._secrets.append(_Secret(name, forms, re.compile(written, re.IGNORECASE), part))
        self._secrets.sort(key=lambda secret: -len(secret.forms[0]))

    def in_language(self, language: str) -> Mask:
        """The same on a line of another language: all that was ever private is."""
        mask = Mask({}, language)
        for name, value, kind in self._known:
            mask.add(name, value, kind)
        return mask

    def __call__(self, text: str) -> str:
        """The text with names in braces in place of values."""
        for secret in self._secrets:
            shown = f"{{{secret.name}}}"
            text = secret.written.sub(shown.replace("\\", r"\\"), text)
            for start, end in reversed(self._spoken(text, secret)):
                text = f"{text[:start]}{{{secret.name}}}{text[end:]}"
        return text

    def _spoken(self, text: str, secret: _Secret) -> list[tuple[int, int]]:
        """Where the value, or much of it, is said: start and end of each place, in order."""
        tokens = [_Token(m.start(), m.end(), plain(m[0])) for m in _TOKEN.finditer(text) if not _in_braces(text, m)]
        found, index = [], 0
        while index < len(tokens):
            count = max(self._run(tokens, index, form, secret.part) for form in secret.forms)
            if count:
                found.append((tokens[index].start, tokens[index + count - 1].end))
            index += max(1, count)
        return found

    def _run(self, tokens: Sequence[_Token], first: int, form: str, part: int) -> int:
        """Tokens from ``first`` on that say enough of ``form``; 0: they do not."""
        enough = min(len(form), part)
        best = 0
        # (next token, characters so far, end of the last token that added some)
        open_ends, seen = [(first, "", first)], set[tuple[int, str]]()
        while open_ends:
            index, said, end = open_ends.pop()
            if len(said) >= enough:
                best = max(best, end - first)
            if index >= len(tokens) or (index, said) in seen:
                continue
            seen.add((index, said))
            for length, characters in self._readings(tokens, index):
                if said + characters in form:
                    open_ends.append((index + length, said + characters, index + length))
            if said and tokens[index].word in _FILLERS:
                open_ends.append((index + 1, said, end))
        return best

    def _readings(self, tokens: Sequence[_Token], index: int) -> Iterable[tuple[int, str]]:
        """What the tokens from ``index`` on may stand for: how many of them, and the characters."""
        word = tokens[index].word
        if word.isdigit() or len(word) == 1 or any(c.isdigit() for c in word):
            yield 1, word
        words = [token.word for token in tokens[index : index + _MOST_TOKENS]]
        for length in range(1, len(words) + 1):
            for digits in self._numbers.get(" ".join(words[:length]), ()):
                yield length, digits


def _in_braces(text: str, match: re.Match[str]) -> bool:
    return text[: match.start()].rfind("{") > text[: match.start()].rfind("}")


def _written(value: str) -> str:
    """The value with any blanks and signs between its parts."""
    parts = _TOKEN.findall(value)
    inner = r"[\W_]{0,3}".join(re.escape(part) for part in parts)
    return rf"(?<!\w){inner}(?!\w)"


def _digit_forms(day: date) -> tuple[str, ...]:
    d, m, y = f"{day.day:02}", f"{day.month:02}", f"{day.year:04}"
    short = (f"{day.day}{day.month}{y}", f"{day.month}{day.day}{y}")
    return (y + m + d, d + m + y, m + d + y, d + m + y[2:], m + d + y[2:], *short)


def _named_day(day: date, language: str) -> str:
    """The month's name with the day before or behind it, and the year."""
    month = "|".join(month_names(language)[day.month - 1])
    number = rf"0?{day.day}(?:st|nd|rd|th|er|\.|º)?"
    link = r"(?:[\s,.]+(?:of|de|du|di|van|the|del)\b)?[\s,.]*"
    year = rf"(?:{link}{day.year})?"
    return rf"(?<!\w)(?:(?:the )?{number}{link}(?:{month})|(?:{month})[\s,.]+(?:the )?{number}(?!\d)){year}(?!\w)"
