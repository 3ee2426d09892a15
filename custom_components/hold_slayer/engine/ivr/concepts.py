"""The things callers want and menus offer, in six languages, and which serves which (``concepts.json``).

An entry: ``weight`` (how telling it is), ``restrictive`` (an option that names it is wrong for everybody else), words by
language (``bill*`` begins with, ``*konto`` ends with, ``..`` up to four words between), ``serves`` (a caller who wants the
entry is served, 0 to 1, by an option about the other; below 0: badly), ``hides`` (what its words do not mean).
"""

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache, lru_cache
from importlib import resources
import json
import re
from typing import Any

from .meaning import meanings
from .words import LANGUAGES, plain


@dataclass(frozen=True, slots=True)
class Concept:
    """One entry, for one language."""

    name: str
    weight: float
    is_restrictive: bool
    pattern: re.Pattern[str]
    serves: Mapping[str, float]
    hides: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Meaning:
    """What a text is about: concepts, and the other words of it."""

    concepts: frozenset[str]
    stems: frozenset[str]


@cache
def concepts_of(language: str) -> Mapping[str, Concept]:
    """All concepts with the words of a language; those without any never match."""
    return {name: _concept(name, entry, language) for name, entry in _entries().items()}


def family(name: str) -> frozenset[str]:
    """Names of concepts that are treated alike (``concept_families.json``): ``errands``, ``trouble``, ``devices``."""
    return families()[name]


@cache
def families() -> Mapping[str, frozenset[str]]:
    """All families of concepts by name."""
    text = resources.files(__package__).joinpath("concept_families.json").read_text(encoding="utf-8")
    return {name: frozenset(members) for name, members in json.loads(text).items()}


@cache
def _entries() -> dict[str, dict[str, Any]]:
    text = resources.files(__package__).joinpath("concepts.json").read_text(encoding="utf-8")
    entries: dict[str, dict[str, Any]] = json.loads(text)
    return entries


def _concept(name: str, entry: dict[str, Any], language: str) -> Concept:
    code = language if language in LANGUAGES else "en"
    items = [_item(plain(item)) for item in entry.get(code, [])]
    return Concept(
        name=name,
        weight=float(entry["weight"]),
        is_restrictive=bool(entry.get("restrictive", False)),
        pattern=re.compile(rf"(?<!\w)(?:{'|'.join(items)})(?!\w)" if items else r"(?!)"),
        serves=entry.get("serves", {}),
        hides=tuple(entry.get("hides", ())),
    )


def _item(item: str) -> str:
    parts = []
    for word in item.split():
        if word == "..":
            parts.append(r"(?:[\w'-]+ ){0,4}?")
        else:
            parts.append(re.escape(word).replace(r"\*", r"[\w'-]*") + " ")
    joined = "".join(parts)
    return joined.removesuffix(" ")


_COMPOUNDING = frozenset({"de", "nl"})
_ENDINGS = tuple(
    "ungen ation ations ments ment ions ion ings ing ungs ung ies ers es ed en er em s e y n a o i".split()
)


_PARTICIPLE = re.compile(
    r"(?<!\w)(ab|an|auf|aus|ein|mit|nach|um|vor|zu|zuruck|aan|af|in|op|over|uit|terug)ge(?=\w{4})(\w+(?:t|en|d))(?!\w)"
)


def stem(word: str) -> str:
    """A crude stem that serves six languages: common endings cut off, at least four letters left (three before a plural's s)."""
    for ending in _ENDINGS:
        if word.endswith(ending) and len(word) - len(ending) >= (3 if ending == "s" else 4):
            return word[: len(word) - len(ending)]
    return word


def meaning_of(text: str, language: str, ignored: frozenset[str]) -> Meaning:
    """Concepts and remaining stems of plain ``text``; ``ignored`` words count for nothing."""
    known = concepts_of(language)
    if language in _COMPOUNDING:
        # "Abgemeldet" is said of an "Abmeldung", "opgezegd" of what one may "opzeggen".
        text = " ".join([text, *(before + after for before, after in _PARTICIPLE.findall(text))])
    spans: list[tuple[int, int]] = []
    found: set[str] = set()
    for name, concept in known.items():
        matches = [match.span() for match in concept.pattern.finditer(text)]
        if matches:
            found.add(name)
            spans += matches
    rest = [
        match[0]
        for match in re.finditer(r"[^\W\d_]{3,}", text)
        if match[0] not in ignored and not any(start <= match.start() < end for start, end in spans)
    ]
    if language in _COMPOUNDING:
        found |= {name for word in rest for name in _concepts_of_compound(word, language)}
    hidden = {other for name in found for other in known[name].hides}
    stems = {stem(word) for word in rest}
    return Meaning(frozenset(found - hidden), frozenset(stems))


@lru_cache(maxsize=4096)
def _concepts_of_compound(word: str, language: str) -> frozenset[str]:
    """What the parts of a compound ("autoverzekering") are about."""
    return frozenset(
        name
        for part in meanings().compound(word)
        for name, concept in concepts_of(language).items()
        if concept.pattern.fullmatch(part)
    )
