"""Words of telephone menus in six languages, read from ``language/*.json``.

The files hold lists of regular expressions over *plain* text: lower case, no accents, straight quotes, single spaces.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources
import json
import re
from typing import Any
import unicodedata

LANGUAGES = ("en", "de", "fr", "es", "nl", "it")
_QUOTES = str.maketrans({"’": "'", "‘": "'", "`": "'", "“": '"', "”": '"', "„": '"', "«": '"', "»": '"', "ß": "ss"})
_NEVER = re.compile(r"(?!)")
_WHOLE = frozenset({"happened", "operator", "never_phrase", "or", "yes_no"})
"""Patterns that end where a word ends."""


def plain(text: str) -> str:
    """Lower case, no accents, straight quotes, single spaces. Punctuation stays."""
    decomposed = unicodedata.normalize("NFKD", text.lower().translate(_QUOTES))
    bare = "".join(c for c in decomposed if not unicodedata.combining(c))
    return re.sub(r"\s+", " ", bare).strip()


@dataclass(frozen=True, slots=True)
class Words:
    """One language: compiled patterns by name, and the few words the navigator says itself."""

    language: str
    digits: Mapping[str, str]
    """Name of a key to the key."""
    homophones: Mapping[str, str]
    """What recognition writes for a key after a verb ("press to")."""
    patterns: Mapping[str, re.Pattern[str]]
    sources: Mapping[str, str]
    """The alternations behind the patterns, to build larger ones of."""
    offers: Mapping[str, re.Pattern[str]]
    """What the line may want of the caller, by name of the permission."""
    roles: Mapping[str, re.Pattern[str]]
    """How a menu names kinds of callers."""
    goal_roles: Mapping[str, re.Pattern[str]]
    """How a goal shows that the user is one of them."""
    languages: Mapping[str, re.Pattern[str]]
    """Names of languages."""
    stop: frozenset[str]
    generic: frozenset[str]
    representative: str
    yes: str
    no: str
    no_id_phrase: str

    def has(self, name: str, text: str) -> bool:
        """True when the pattern ``name`` occurs in plain ``text``."""
        return self.patterns[name].search(text) is not None

    def find(self, name: str, text: str) -> re.Match[str] | None:
        """First occurrence of the pattern ``name`` in plain ``text``."""
        return self.patterns[name].search(text)


@cache
def words_of(language: str) -> Words:
    """Words of a language (primary subtag); English where there are none."""
    code = language.partition("-")[0].lower()
    return _load(code if code in LANGUAGES else "en")


@cache
def _load(code: str) -> Words:
    folder = resources.files(__package__) / "language"
    data: dict[str, Any] = json.loads((folder / f"{code}.json").read_text(encoding="utf-8"))
    sources = {name: _alternation(value) for name, value in data.items() if isinstance(value, list)}
    return Words(
        language=code,
        digits=_keys(data["digits"]) | {str(number): str(number) for number in range(10)} | {"*": "*", "#": "#"},
        homophones=_keys(data["homophones"]),
        patterns={name: _compiled(source, whole=name in _WHOLE) for name, source in sources.items()},
        sources=sources,
        offers=_compiled_all(data["offers"]),
        roles=_compiled_all(data["roles"]),
        goal_roles=_compiled_all(data["goal_roles"]),
        languages=_compiled_all(data["languages"]),
        stop=frozenset(plain(data["stop"]).split()),
        generic=frozenset(plain(word) for word in data["generic"]),
        representative=data["representative"],
        yes=data["yes"],
        no=data["no"],
        no_id_phrase=data["no_id_phrase"],
    )


def _keys(table: Mapping[str, str]) -> dict[str, str]:
    return {plain(name): key for name, key in table.items()}


def _alternation(fragments: list[str]) -> str:
    return "|".join(plain(fragment) if fragment.isalpha() else _plain_pattern(fragment) for fragment in fragments)


def _plain_pattern(fragment: str) -> str:
    """A pattern without accents; leading and trailing blanks and escapes stay as written."""
    decomposed = unicodedata.normalize("NFD", fragment.translate(_QUOTES))
    return "".join(c for c in decomposed if not unicodedata.combining(c))


def _compiled(source: str, *, whole: bool = False) -> re.Pattern[str]:
    return re.compile(rf"(?<!\w)(?:{source}){r'(?!\w)' if whole else ''}") if source else _NEVER


def _compiled_all(table: Mapping[str, list[str]]) -> dict[str, re.Pattern[str]]:
    return {name: _compiled(_alternation(fragments)) for name, fragments in table.items()}
