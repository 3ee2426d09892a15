"""The time of a matter: a stay, trip, job or hire that is over, under way, ahead or not arranged at all, in goals and options.

"I stayed with you last weekend" belongs to "Are you back already?" and not to "Is your trip still ahead of you?". Six languages.
A goal is over by a clause with a time that has gone by and something that came about in it: what was only arranged or asked for
then ("I booked last week"), or failed to happen, is not over. Where a goal speaks of both times it says nothing.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import Enum
from functools import cache
from importlib import resources
import json
import re

from .words import LANGUAGES


class Tense(Enum):
    """When a matter is, as seen from the call."""

    OVER = "over"
    UNDER_WAY = "under_way"
    AHEAD = "ahead"
    NONE = "none_yet"


@cache
def _tables() -> Mapping[str, Mapping[str, Sequence[str]]]:
    """Patterns over plain text by name and language (``tenses.json``); ``arranged``: what is done so that something comes later."""
    text = resources.files(__package__).joinpath("tenses.json").read_text(encoding="utf-8")
    tables: dict[str, dict[str, list[str]]] = json.loads(text)
    return tables


@dataclass(frozen=True, slots=True)
class TensePatterns:
    """Over plain text of one language."""

    gone_by: re.Pattern[str]
    to_come: re.Pattern[str]
    until: re.Pattern[str]
    now: re.Pattern[str]
    arranged: re.Pattern[str]
    no: re.Pattern[str]
    options: tuple[tuple[Tense, re.Pattern[str]], ...]


@cache
def tense_patterns(language: str) -> TensePatterns:
    """Read and compile what is known of a language, once in a process; English where it is none of the six."""
    code = language if language in LANGUAGES else "en"
    tables = _tables()
    days = "|".join(tables["days"][code])

    def source(name: str) -> str:
        return "|".join(tables[name][code]).replace("DAYS", days)

    def compiled(found: str) -> re.Pattern[str]:
        return re.compile(rf"(?<!\w)(?:{found})(?!\w)")

    return TensePatterns(
        gone_by=compiled(source("gone_by")),
        to_come=compiled(source("to_come")),
        until=compiled(f"(?:{source('until')}) (?:{source('to_come')})"),
        now=compiled(source("now")),
        arranged=compiled(source("arranged")),
        no=compiled(source("no")),
        options=tuple((tense, compiled(source(tense.value))) for tense in Tense),
    )


def tense_of_goal(text: str, language: str) -> Tense | None:
    """When the matter of a plain goal is; None where it does not say or says more than one thing."""
    words = tense_patterns(language)
    # "I have the car until tomorrow": now.
    rest = words.until.sub(" ", text)
    is_ahead = words.to_come.search(rest) is not None
    is_now = rest != text or words.now.search(text) is not None
    is_over = any(_came_about(clause, words) for clause in re.split(r"[.;!?,]\s+", text))
    told = [
        tense for tense, is_so in ((Tense.OVER, is_over), (Tense.UNDER_WAY, is_now), (Tense.AHEAD, is_ahead)) if is_so
    ]
    return told[0] if len(told) == 1 else None


def _came_about(clause: str, words: TensePatterns) -> bool:
    return bool(words.gone_by.search(clause)) and not words.arranged.search(clause) and not words.no.search(clause)


def tenses_of_option(text: str, language: str) -> frozenset[Tense]:
    """The times that plain ``text`` of an option is for; none where it is for all."""
    return frozenset(tense for tense, pattern in tense_patterns(language).options if pattern.search(text))


def fits_tense(option: str, goal: Tense | None, language: str) -> bool | None:
    """Whether a plain ``option`` is for the time of the goal; None where either says nothing."""
    offered = tenses_of_option(option, language)
    if goal is Tense.AHEAD:
        # What is to come may have been arranged or not.
        offered -= {Tense.NONE}
    if goal is None or not offered:
        return None
    return goal in offered
