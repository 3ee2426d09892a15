"""Recognising a prompt that was heard before, some words misheard: by its key words, in any order, inflected or nearly the same.

No numbers and no words of private facts are kept of a prompt: what remains is what the company says to everybody.
"""

from collections.abc import Collection, Iterable, Sequence
from difflib import SequenceMatcher
from functools import cache, lru_cache
import re

from ..model.call_brief import CallBrief
from ..model.call_flow import CallFlow
from .concepts import concepts_of
from .goal import Goal
from .spoken_numbers import spoken_numbers
from .words import Words, plain, words_of

MOST_WORDS = 60
_SHORTEST, _LONGEST = 3, 30
_LIKE, _FUZZY_FROM, _PREFIX = 0.8, 5, 6
_SAME_PROMPT, _SAME_PROMPT_BACK = 0.75, 0.6
_SAME_GOAL = 0.6
_MOST_OFFERED = 6
_MOST_TAGS = 20
_WORD = re.compile(r"[^\W\d_]+")
_PLACEHOLDER = re.compile(r"\{\w+\}")
_INVALID = re.compile(
    r"(?<!\w)(?:invalid|(?:not|n't) (?:a )?(?:valid|recogni[sz]ed)|ungultig|keine gultige|falsche (?:eingabe|taste)|"
    r"(?:pas|non) valide|incorrecte?|no (?:es|fue) valid[ao]|(?:opcion|tecla) (?:incorrecta|no valida)|"
    r"ongeldige?|geen geldige|non (?:e )?valid[ao]|(?:scelta|tasto) (?:errat[ao]|non valid[ao]))(?!\w)"
)


def signature(texts: Iterable[str], words: Words, private: Collection[str] = ()) -> tuple[str, ...]:
    """Key words of a prompt in the order heard, each once, at most `MOST_WORDS`: no numbers, no small or ``private`` words."""
    ignored = _ignored(words.language)
    found: dict[str, None] = {}
    for text in texts:
        for match in _WORD.finditer(plain(_PLACEHOLDER.sub(" ", text))):
            word = match[0]
            if _SHORTEST <= len(word) <= _LONGEST and word not in ignored and word not in private and is_key_word(word):
                found[word] = None
    return tuple(found)[:MOST_WORDS]


def is_key_word(word: str) -> bool:
    """True for letters alone, small and without accents: what may stand in a flow."""
    return word.isalpha() and plain(word) == word


def private_words(values: Iterable[str]) -> frozenset[str]:
    """Words that must not be kept of a prompt, by the private texts they would give away."""
    return frozenset(word for value in values for word in _WORD.findall(plain(value)) if len(word) >= _SHORTEST)


@cache
def _ignored(language: str) -> frozenset[str]:
    words = words_of(language)
    numbers = {name for name in spoken_numbers(language) if " " not in name}
    return words.stop | frozenset(numbers) | frozenset(words.digits)


def share(words: Collection[str], others: Collection[str]) -> float:
    """The share of ``words`` that is among ``others``, 0 to 1; a word counts when it is one or two letters off."""
    if not words:
        return 0.0
    exact = frozenset(others)
    long = [other for other in exact if len(other) >= _FUZZY_FROM]
    return sum(
        word in exact or any(_may_be(word, other) and _alike(word, other) for other in long) for word in words
    ) / len(words)


def is_same_prompt(one: Sequence[str], other: Sequence[str]) -> bool:
    """True for signatures of one prompt, heard twice; the second time it may stand among excuses."""
    return share(one, other) >= _SAME_PROMPT and share(other, one) >= _SAME_PROMPT_BACK


def _may_be(one: str, other: str) -> bool:
    """Cheaply: of about the same length, beginning or ending alike; most pairs are not."""
    return (
        abs(len(one) - len(other)) <= 3 and len(one) >= _FUZZY_FROM and (one[:1] == other[:1] or one[-3:] == other[-3:])
    )


@lru_cache(8192)
def _alike(one: str, other: str) -> bool:
    if one[:_PREFIX] == other[:_PREFIX]:
        return True
    matcher = SequenceMatcher(None, one, other, autojunk=False)
    return matcher.quick_ratio() >= _LIKE and matcher.ratio() >= _LIKE


def is_refusal(text: str) -> bool:
    """True when the line says that what was pressed or said is none of its options. ``text`` is plain."""
    return _INVALID.search(text) is not None


def offers_words(text: str, said: str) -> bool:
    """True when the line's ``text`` (plain) holds the words ``said``: few enough to be what it wants to hear."""
    words = plain(said)
    return len(words.split()) <= _MOST_OFFERED and re.search(rf"(?<!\w){re.escape(words)}(?!\w)", text) is not None


# --- goals ----------------------------------------------------------------------------------------------------------


def goal_of(brief: CallBrief) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """What a call is for: names of concepts, and the stems of its words."""
    words = words_of(brief.language)
    goal = Goal(brief, words)
    known = concepts_of(words.language)
    tags = sorted(set(goal.wanted) & set(known), key=lambda name: (-goal.wanted[name], name))
    stems = sorted(word for word in goal.stems if is_key_word(word) and len(word) <= _LONGEST)
    return tuple(sorted(tags[:_MOST_TAGS])), tuple(stems[:MOST_WORDS])


def is_for(flow: CallFlow, tags: Collection[str], words: Collection[str]) -> bool:
    """True when a flow leads where a goal of these tags and stems wants to go."""
    if not flow.goal and not flow.goal_words:
        return True
    if flow.goal or tags:
        return _overlap(flow.goal, tags) >= _SAME_GOAL
    return _overlap(flow.goal_words, words) >= _SAME_GOAL


def _overlap(one: Collection[str], other: Collection[str]) -> float:
    a, b = frozenset(one), frozenset(other)
    return len(a & b) / len(a | b) if a | b else 0.0


def flows_for(flows: Iterable[CallFlow], brief: CallBrief) -> tuple[CallFlow, ...]:
    """Those that a call may follow, the most reliable first."""
    tags, words = goal_of(brief)
    fitting = [
        flow
        for flow in flows
        if flow.number == brief.number.value
        and flow.language == words_of(brief.language).language
        and not flow.is_retired
        and is_for(flow, tags, words)
    ]
    return tuple(sorted(fitting, key=lambda flow: (flow.failures_in_row, -flow.successes, flow.name)))
