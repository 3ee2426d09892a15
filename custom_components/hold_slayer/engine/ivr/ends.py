"""Why nobody can be had here, by what the line says: in a menu as a decision, elsewhere as a name for the end."""

from collections.abc import Sequence
from dataclasses import dataclass
import re

from ..model.call_brief import CallBrief
from .decision import NOTE_LENGTH, Decision, DecisionKind
from .goal import CLEAR, Appraisal, Goal
from .situation import Situation, ending, is_closed, read, spoken_digits, takes_messages, why_closed
from .words import Words, plain

_SHORT = 7
_SHORTEST_NUMBER = 5
_IS = re.compile(r"(?<!\w)(?:is|are|ist|sind|bleib(?:t|en)|est|sont|esta|estan|e|sono|zijn)(?!\w)")
_FEW = 2
"""So many keys are offered by lines that are closed as well."""
_GENERAL = frozenset({"customer_service", "officer", "soon"})
"""Concepts that name no department."""


@dataclass(frozen=True, slots=True)
class Ends:
    """Dead ends of one call, in one language."""

    brief: CallBrief
    words: Words
    goal: Goal | None = None
    """Where it is known: what it has nothing to do with may be closed."""

    def decide(self, situation: Situation, appraisals: Sequence[Appraisal]) -> Decision | None:
        """Give up, or leave the user's message; None: it goes on."""
        words, note = self.words, " ".join(situation.heard)[:NOTE_LENGTH]
        reason, confidence = ending(situation, words), 0.9
        ways = [a for a in appraisals if not a.is_a("refused") and not self._is_for_emergencies(a)]
        best = max((a.topic for a in ways), default=0.0)
        # "For the other options again, press star": whence one has come is no way on.
        ahead = [a for a in ways if not a.kinds & {"repeat", "back"}]
        is_person_there = any(a.is_a("person") or a.is_a("other") for a in ahead)
        is_way_on = best >= CLEAR or is_person_there
        may_leave = self.brief.policy.allows("voicemail")
        if may_leave and self.brief.message is not None and takes_messages(situation, words) and not is_way_on:
            return Decision(DecisionKind.LEAVE_MESSAGE, reason="voicemail", note=note, confidence=0.9)
        # A lift that stands still is not the line.
        is_part = len(situation.menu.keys) > _FEW and self._is_part_closed(situation)
        is_elsewhere = is_part or (len(situation.menu.keys) > 1 and self._is_other_closed(situation))
        if reason is None and is_closed(situation, words) and not is_way_on and not is_elsewhere:
            # "Our billing lines are closed" may be followed by those that are open.
            # And one wants to hear when they open.
            is_all = words.has("closed_us", situation.context) and len(situation.text.split()) > _SHORT
            reason, confidence = why_closed(situation, words), 0.9 if is_all else 0.5
        is_voicemail = not appraisals and words.has("voicemail", situation.context) and not situation.request
        if reason is None and is_voicemail and not may_leave:
            reason = "voicemail"
        if reason is None:
            return None
        return Decision(DecisionKind.GIVE_UP, reason=reason, note=note, confidence=confidence)

    def _is_for_emergencies(self, offered: Appraisal) -> bool:
        """ "For severe pain, press 1 for the dentist on call": while all else is closed, for those who have some."""
        if self.goal is None or "emergency" in self.goal.wanted:
            return False
        return "emergency" in self.goal.concepts_in(offered.option.purpose)

    def _is_part_closed(self, situation: Situation) -> bool:
        """ "The summit lift is closed until Friday": some thing that nobody has asked for, and no word of an office."""
        closed = [_IS.split(each)[0] for each in situation.menu.context if self.words.has("closed", each)]
        is_ours = self.words.has("closed_us", situation.text)
        return self.goal is not None and bool(closed) and not is_ours and all(self.goal.topic(t) <= 0 for t in closed)

    def _is_other_closed(self, situation: Situation) -> bool:
        """ "Our billing office is closed": the goal has nothing to do with it, and the menu goes on."""
        closed = [each for each in situation.menu.context if self.words.has("closed", each)]
        return self.goal is not None and bool(closed) and all(self._names_another(each, self.goal) for each in closed)

    def _names_another(self, sentence: str, goal: Goal) -> bool:
        subject = _IS.split(sentence)[0]
        is_known = bool(goal.concepts_in(subject) - _GENERAL)
        return is_known and len(subject.split()) <= _SHORT and goal.agrees(subject) is False

    def named(self, utterances: Sequence[str]) -> str:
        """The reason of an end that these words give (`situation.ending`, ``closed``, ``holiday``); empty: they give none."""
        situation = read(utterances, self.words)
        if (reason := ending(situation, self.words)) is not None:
            return reason
        return why_closed(situation, self.words) if is_closed(situation, self.words) else ""

    def new_number(self, text: str) -> str:
        """The digits of the number that the line names as its new one, the last it names; empty: none of five digits or more."""
        numbers = [run for run in spoken_digits(plain(text), self.words) if len(run) >= _SHORTEST_NUMBER]
        return numbers[-1] if numbers else ""

    def takes_messages(self, text: str) -> bool:
        """True when the line says that a message may be left after a tone, and offers nothing else."""
        situation = read((text,), self.words)
        is_all = not situation.menu.options and not self.words.has("stay", situation.text)
        return is_all and self.words.has("tone", situation.text)

    def takes_leave(self, text: str) -> bool:
        """True when the line says goodbye."""
        return self.words.has("farewell", plain(text))
