"""What the navigator says of its own accord: the goal in a few words, a name, or the word for a person. Never a fact."""

from collections.abc import Callable
import re

from ..model.call_brief import CallBrief
from .goal import Goal
from .words import Words, plain

_MAX_WORDS = 16
_TITLES = ("I", "Mrs", "Mr", "Ms", "Miss", "Dr", "Prof")
_NAMED = re.compile(
    rf"(?<=[a-zà-ÿ,] )(?:(?:{'|'.join(_TITLES[1:])})\.? )?([A-ZÀ-Ý][\w'-]+(?: [A-ZÀ-Ý][\w'-]+)*|I)(?!\w)"
)
_TITLE = re.compile(r"\b(?:Herrn?|Frau|Dr\.?|Doktor|Prof\.?) $")


class Speech:
    """Phrases of one call, in the order they are tried."""

    def __init__(self, brief: CallBrief, goal: Goal, words: Words) -> None:
        self.brief = brief
        """Renewed when the user releases more."""
        self._goal = goal
        self._words = words
        self.last_said = ""
        self._times = 0
        self._topic = self._topic_phrase()
        self.name = self._proper_name()
        """Somebody's, when the goal names them."""

    @property
    def has_spoken(self) -> bool:
        """True once anything was said freely."""
        return self._times > 0

    def said(self, text: str, *, is_free: bool) -> None:
        """Note what is being said; ``is_free``: to an open question."""
        self._times += is_free
        if text not in (self._words.yes, self._words.no):
            self.last_said = text

    def phrase(self, *, is_directory: bool, tried: Callable[[str], int]) -> str:
        """What to say to an open question; ``tried`` tells how often a phrase was said at this prompt."""
        candidates = [self._topic, self._words.representative]
        if is_directory:
            candidates = [self.name or self._words.representative, self._words.representative]
        elif self._times:
            candidates = [self._words.representative, self._topic]
        return min(candidates, key=tried)

    def without_facts(self, text: str) -> str:
        """The text with facts' values replaced by their names, and without long numbers."""
        for name, value in sorted(self.brief.facts.items(), key=lambda item: -len(item[1])):
            if len(value) >= 2:
                text = re.sub(rf"(?<!\w){re.escape(value)}(?!\w)", f"{{{name}}}", text, flags=re.IGNORECASE)
        return re.sub(r"\d[\d .,/-]{3,}\d", "…", text)

    def _topic_phrase(self) -> str:
        """The first sentence of the goal that says something, a few words of it; in its own language only."""
        if self._goal.is_foreign:
            return self._words.representative
        sentences = re.split(r"(?<=[.!?])\s+", self.brief.goal.strip())
        best = next((s for s in sentences if self._goal.topic(plain(s)) > 0.5), sentences[0])
        text = re.sub(r"[$£€]?(?:\{\w+\}|\d[\d.,]*)|…", "", self.without_facts(best))
        if self.brief.company:
            text = text.replace(self.brief.company, "")
        text = " ".join(re.sub(r"[\"“”«»]", "", text).split()[:_MAX_WORDS]).strip(" .,;:!?")
        return text or self._words.representative

    def _proper_name(self) -> str:
        """A name in the middle of a sentence of the goal that is neither a fact nor the company."""
        text = re.sub(r"\{\w+\}", "", self.without_facts(self.brief.goal))
        company = plain(self.brief.company)
        for match in _NAMED.finditer(text):
            name = match[1]
            is_title_needed = self._words.language == "de" and not _TITLE.search(text[: match.start()])
            if plain(name) not in company and name not in _TITLES and not is_title_needed:
                return name
        return ""
