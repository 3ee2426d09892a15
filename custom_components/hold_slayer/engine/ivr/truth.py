"""Yes or no: whether what the line says about the call is true, and whether the user wants what it offers."""

import re

from ..model.call_brief import CallBrief
from .concepts import stem
from .goal import Goal
from .situation import spoken_digits
from .words import Words, plain

_SHARED = 0.6
_AMOUNT = 2
"""Digits of a figure that matters."""


class Truth:
    """Answers questions of the line from the brief."""

    def __init__(self, brief: CallBrief, goal: Goal, words: Words) -> None:
        self._brief = brief
        self._goal = goal
        self.told: bool | None = None
        """What the user has answered to this very question of the line; None: nothing."""
        self._words = words
        self._values = [plain(value) for value in brief.facts.values()]

    def answer(self, question: str, last_said: str) -> bool:
        """True for yes. ``question`` is plain text, ``last_said`` what this side said before."""
        if self._goal.refused_offers(question) or self._words.has("resolved", question):
            return False
        if self.told is not None:
            return self.told
        if self._goal.granted_offers(question):
            return True
        if self._words.has("suffices", question) and not self._words.has("operator", question):
            # "I can mail you a copy, would that do?": whoever calls wants to talk to somebody.
            return False
        digits = self._digits_fit(question)
        if digits is not None:
            return digits
        if self._names_a_fact(question):
            return True
        repeated = self._repeats(question, last_said)
        if repeated is not None:
            return repeated
        agrees = self._goal.agrees(question)
        # "I see your order. Should I tell you about our dining plan?": what was said before is no part of the offer.
        offers = [each for each in re.split(r"(?<=[.!?])\s+", question) if self._words.has("offering", each)]
        if any(map(self.is_unasked_offer, offers or [question])) or self._names_a_strange_amount(question):
            return False
        if self._words.has("topic_is", question):
            return bool(agrees)
        return agrees is not False and not self._tells_otherwise(question)

    def is_unasked_offer(self, question: str) -> bool:
        """ "Shall I add a data pack?": what nobody asked for is declined; a person, a queue, going on are welcome."""
        if self._goal.risks(question):
            return True
        is_welcome = any(self._words.has(name, question) for name in ("operator", "hold", "proceed", "stay"))
        # "Should I tell you about our dining plan while you wait?"
        is_welcome = is_welcome and not self._words.has("telling", question)
        return self._words.has("offering", question) and not is_welcome and not self._goal.agrees(question)

    def _tells_otherwise(self, question: str) -> bool:
        """ "The engineer was with you yesterday, is that right?": not for somebody whom he has not come to."""
        return any(
            self._words.has("happened", sentence)
            and not self._words.has("negation", sentence)
            and not self._words.patterns["asking"].match(sentence)
            and self._goal.denies(sentence)
            for sentence in re.split(r"[.?!]\s+", question)
        )

    def _names_a_strange_amount(self, question: str) -> bool:
        """ "You want to raise it to 2500, is that right?": a figure that nobody has named is not agreed to."""
        if not self._words.has("topic_is", question):
            return False
        runs = [run for run in spoken_digits(question, self._words) if len(run) >= _AMOUNT]
        known = "".join(spoken_digits(plain(self._brief.goal), self._words)) + "".join(
            re.sub(r"\D", "", value) for value in self._values
        )
        return any(run not in known for run in runs)

    def _digits_fit(self, question: str) -> bool | None:
        runs = [run for run in spoken_digits(question, self._words) if len(run) >= 3]
        values = [re.sub(r"\D", "", value) for value in self._values]
        values = [value for value in values if len(value) >= 3]
        if not runs or not values:
            return None
        if any(run in value or value in run for run in runs for value in values):
            return True
        return None

    def _names_a_fact(self, question: str) -> bool:
        return any(
            re.search(rf"(?<!\w){re.escape(value)}(?!\w)", question)
            for value in self._values
            if re.search(r"[a-z]{3}", value)
        )

    def _repeats(self, question: str, last_said: str) -> bool | None:
        """ "Did you say …?": True or False when few words were said and are compared, None when that does not tell."""
        said = self._stems(plain(last_said))
        if not said or len(said) > 3 or not re.search(r'"|did you say|heard', question):
            return None
        return len(said & self._stems(question)) / len(said) > _SHARED

    def _stems(self, text: str) -> set[str]:
        ignored = self._words.stop
        return {stem(word) for word in re.findall(r"[^\W\d_]{3,}", text) if word not in ignored}
