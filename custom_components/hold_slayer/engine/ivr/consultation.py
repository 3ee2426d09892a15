"""Questions that the language model puts to the user: which it may put, and what their answers are worth.

The model has read what the line said, and the line may lie to it. So a question may be about the user's matter ("Gas or power?"),
never about what the vault is for: numbers, names, addresses, secrets. Those are asked for by the rules, when the line wants them,
and the answer is a fact that no model sees. A question of the model's is shown as what it is, with the words of the line.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
import re

from ..model.call_brief import CallBrief
from .decision import Decision, DecisionKind
from .facts import has_number_word, kinds_in, shows_any
from .goal import CLEAR, Appraisal, Goal
from .words import plain

FREE = "question"
"""In the place of a fact's kind: the model asks, in its own words."""
MOST_QUESTIONS = 2
"""In one call: the user has a life."""
_LONGEST = 160
_LONGEST_ANSWER = 80
_LINK = re.compile(r"://|www\.|@|[a-z0-9-]\.[a-z]{2,}/|\{|\}|[\[\]<>`*_|#]", re.IGNORECASE)
"""Addresses, and what a notification might take for its own signs."""
_NUMBER = re.compile(r"\d[\d .,/-]*\d\d|\d{3,}")
_HARMLESS = frozenset({"city", "date", "year", "amount", "model", "room", "flight", "extension", "employer"})
"""Kinds that are no secret, and whose words are in many harmless questions."""
_YES = frozenset("yes y yep yeah ok ja j jo oui si sip".split())
_NO = frozenset("no n nope nein non nee".split())


@dataclass(frozen=True, slots=True)
class Told:
    """What the user answered."""

    text: str
    """As it may be shown to the model: without numbers."""
    is_yes: bool | None
    """None when it is neither yes nor no."""

    @property
    def is_speakable(self) -> bool:
        """True when it may be said to the line as it is."""
        return 0 < len(self.text) <= _LONGEST_ANSWER and "…" not in self.text and "{" not in self.text


class Consultation:
    """The questions of one call."""

    def __init__(self, brief: Callable[[], CallBrief]) -> None:
        self._brief = brief
        self._asked = 0
        self._open: tuple[int, Decision] | None = None
        self.answers: list[tuple[str, str]] = []
        """Questions, and answers as the model may see them."""

    @property
    def left(self) -> int:
        """So many questions the model may still put in this call."""
        return MOST_QUESTIONS - self._asked

    def may_ask(self, text: str) -> bool:
        """True for a question about the user's matter, short and plain, while any may be put."""
        said = plain(text)
        kinds = set(kinds_in(said)) - _HARMLESS
        is_plain = 2 < len(text) <= _LONGEST and not _LINK.search(text) and not _NUMBER.search(text)
        is_known = any(plain(text) == plain(asked) for asked, _ in self.answers)
        asks_private = bool(kinds) or has_number_word(said) or shows_any(text, self._brief().facts.values())
        return self.left > 0 and self._open is None and is_plain and not asks_private and not is_known

    def opened(self, decision: Decision, prompt: int) -> None:
        """The question goes out, at this prompt."""
        self._asked += 1
        self._open = (prompt, decision)

    def open_at(self, prompt: int) -> Decision | None:
        """The question that was put at this prompt and is still open; None: another, or none."""
        return self._open[1] if self._open is not None and self._open[0] == prompt else None

    def close(self) -> None:
        """Nobody waits for the answer any more."""
        self._open = None

    def answered(self, value: str, mask: Callable[[str], str]) -> Told:
        """The user's answer to what was open."""
        text = _NUMBER.sub("…", mask(" ".join(value.split())))
        if self._open is not None:
            self.answers.append((self._open[1].asks, text))
        self._open = None
        word = plain(text).strip(" .,!?")
        return Told(text, True if word in _YES else False if word in _NO else None)


def meant(told: Told, options: Sequence[Appraisal], goal: Goal) -> Appraisal | None:
    """The option that the user's answer names or clearly means; ``goal``: made of the answer alone."""
    allowed = [a for a in options if not (a.is_a("refused") or a.is_a("risky"))]
    named = next((a for a in allowed if a.option.key and plain(a.option.key) == plain(told.text)), None)
    if named is not None:
        return named
    best = max(allowed, key=lambda a: goal.appraise(a.option).score, default=None)
    return best if best is not None and goal.appraise(best.option).score >= CLEAR else None


def question_of(text: str, heard: str) -> Decision:
    """The decision that puts ``text`` to the user; ``heard``: what the line said."""
    return Decision(
        DecisionKind.ASK_USER, reason="model", fact=FREE, asks=" ".join(text.split()), note=heard, confidence=0.6
    )
