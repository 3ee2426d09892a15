"""Which of the six languages a line speaks, by the words of its transcripts: small words, names of keys and verbs of pressing.

Every sentence is judged by itself, for several languages may be in one greeting. Sentences that name a language ("para español,
oprima el dos") offer it and are no evidence of it. The line's language changes only when sentences of another one have come and
those of the old one have not: never by one foreign word or name.
"""

from collections.abc import Mapping
from functools import cache
import re

from .words import LANGUAGES, plain, words_of

_SENTENCE = re.compile(r"[^.;!?]+")
_WORD = re.compile(r"[a-z']+")
_SHARED = {1: 1.0, 2: 0.35}
"""What a small word counts that so many of the languages have."""
_OFTEN_SHARED = 0.1
_VERB = 1.5
_LEAST, _AHEAD = 2.0, 1.8
"""A sentence is of a language with so much evidence for it, and so many times as much as for any other."""
_CHANGES_AT, _CLEARLY = 5.5, 2.0
"""So much evidence, and so many times that of the old language, and the line has changed."""
_FADES = 0.85
_OF_ONE = 4.0
"""The most that one sentence counts: it changes nothing by itself."""
_MOST = 12.0


def evidence_in(text: str) -> dict[str, float]:
    """How much in a sentence speaks for each language."""
    bare = plain(text)
    found = dict.fromkeys(LANGUAGES, 0.0)
    for word in _WORD.findall(bare):
        for language, weight in _weights().get(word, {}).items():
            found[language] += weight
    for language in LANGUAGES:
        found[language] += _VERB * bool(words_of(language).has("press", bare))
    return found


def language_of(text: str, default: str = "") -> str:
    """The language of a sentence or of a few; ``default`` where that is not clear."""
    found = evidence_in(text)
    best, second = sorted(found, key=lambda code: -found[code])[:2]
    return best if found[best] >= max(_LEAST, _AHEAD * found[second]) else default


class LineLanguage:
    """One line. ``language`` is what it is taken to speak, from what the user has set on."""

    def __init__(self, language: str) -> None:
        self.language = language
        self._evidence = dict.fromkeys(LANGUAGES, 0.0)

    def hear(self, text: str) -> bool:
        """Take in what was said; True when the line speaks another language from now on.

        Where it is thought to speak none of the six, nothing is known of how that differs from them.
        """
        if self.language not in LANGUAGES:
            return False
        for sentence in _SENTENCE.findall(text):
            code = language_of(sentence)
            if not code or _names_language(plain(sentence)):
                continue
            for each in LANGUAGES:
                self._evidence[each] *= _FADES
            self._evidence[code] = min(_MOST, self._evidence[code] + min(_OF_ONE, evidence_in(sentence)[code]))
        best = max(self._evidence, key=lambda code: self._evidence[code])
        old = self._evidence.get(self.language, 0.0)
        if best == self.language or self._evidence[best] < max(_CHANGES_AT, _CLEARLY * old):
            return False
        self.language = best
        return True


def _names_language(sentence: str) -> bool:
    return any(pattern.search(sentence) for pattern in words_of("en").languages.values())


@cache
def _weights() -> Mapping[str, Mapping[str, float]]:
    """What each small word counts, by language."""
    small = {code: words_of(code).stop | _spoken_digits(code) for code in LANGUAGES}
    found: dict[str, dict[str, float]] = {}
    for word in frozenset().union(*small.values()):
        having = [code for code in LANGUAGES if word in small[code]]
        found[word] = dict.fromkeys(having, _SHARED.get(len(having), _OFTEN_SHARED))
    return found


def _spoken_digits(code: str) -> frozenset[str]:
    return frozenset(word for name in words_of(code).digits for word in name.split() if word.isalpha())
