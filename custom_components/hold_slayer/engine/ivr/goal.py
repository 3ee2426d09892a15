"""How well an option fits the goal: common stems, related words, and a person as the fallback."""

from importlib import resources
import json
import re
import unicodedata

from .language import Words, plain
from .menu import Option

_FALLBACK = 0.25
_OPERATOR = 0.45
_RELATED = 0.7


def _load_groups() -> dict[str, frozenset[int]]:
    """Groups of related stems, from the data file; a stem may be in several."""
    text = resources.files(__package__).joinpath("related_words.json").read_text(encoding="utf-8")
    groups: dict[str, set[int]] = {}
    for number, words in enumerate(json.loads(text)):
        for word in words:
            groups.setdefault(_stem(word), set()).add(number)
    return {stem: frozenset(numbers) for stem, numbers in groups.items()}


def _stem(word: str) -> str:
    """A crude stem that serves six languages: no accents, no common endings."""
    base = "".join(c for c in unicodedata.normalize("NFD", word.lower()) if not unicodedata.combining(c))
    for ending in (
        "ungen",
        "ation",
        "ungs",
        "ment",
        "ions",
        "ion",
        "ing",
        "ung",
        "ies",
        "ers",
        "es",
        "ed",
        "en",
        "er",
        "s",
        "e",
        "y",
        "n",
    ):
        if base.endswith(ending) and len(base) - len(ending) >= 4:
            return base[: len(base) - len(ending)]
    return base


_GROUPS = _load_groups()


def _stems(text: str, words: Words) -> set[str]:
    return {_stem(word) for word in re.findall(r"[^\W\d_]{2,}", plain(text)) if word not in words.stop}


def score(option: Option, goal: str, words: Words) -> float:
    """0 (no relation) upwards; 1 and more is a clear match. Menu chores (repeat, go back) are never a match."""
    purpose = plain(option.purpose)
    wanted, offered = _stems(goal, words), _stems(purpose, words)
    points = 0.0
    for stem in offered:
        if stem in wanted or any(
            len(stem) >= 5 and (w.startswith(stem) or stem.startswith(w)) and len(w) >= 5 for w in wanted
        ):
            points += 1.0
        elif any(_GROUPS.get(stem, frozenset()) & _GROUPS.get(other, frozenset()) for other in wanted):
            points += _RELATED
    points = points / (1.0 + 0.12 * max(0, len(offered) - 2))
    if re.search(words.repeat, purpose):
        return 0.0
    if re.search(words.other, purpose):
        points = max(points, _FALLBACK)
    if re.search(words.operator, purpose):
        points = max(points, _OPERATOR) + 0.1
    return points
