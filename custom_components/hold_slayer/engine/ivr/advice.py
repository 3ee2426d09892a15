"""What a language model may have the navigator do: offered keys that nothing forbids, short words, facts that are asked for.

A model is asked when the rules are unsure, about a line that may lie to it. So its answer is taken for a choice among what the
rules hold possible, never for leave to do what they would not: no key that was not offered, nothing that the user's policy refuses
or that may block, end or buy something, no yes to such an offer, no fact that is not asked for, and no end that was not announced.
"""

from collections.abc import Callable, Mapping, Sequence
import re

from ..model.call_brief import CallBrief
from .consultation import Consultation, question_of
from .decision import NOTE_LENGTH, Decision, DecisionKind
from .disclosure import telling
from .facts import entry_of, shared_kinds, shows_any
from .goal import WEAK, Appraisal, Goal
from .menu import OptionKind
from .situation import Situation, ending, is_closed
from .words import Words, plain

_WAIT_S = 10.0
_MAX_WORDS = 80
_MUCH_WORSE = 0.4
"""What the rules find worse than the best option by so much is no matter of opinion."""
_SPOKEN = frozenset({OptionKind.PHRASE, OptionKind.EXAMPLE})
_OBJECTIONS = {
    "press": "That key may not be pressed. Only a key that the line has offered, that serves the goal and agrees to nothing.",
    "say": "That may not be said. Only a few words that the line asks for, without numbers, agreeing to nothing.",
    "give_fact": "The line does not ask for that, or it is not on the list of facts.",
    "wait": "There is an option that fits the goal.",
    "give_up": "The line has not said that it is closed or wrong, and not everything was tried.",
    "ask_user": "That may not be asked. Only what the matter is about, never a number, name, address, code or secret.",
}
_NO_VERB = "That is none of the tools: " + ", ".join(_OBJECTIONS) + "."


class Advice:
    """Judges answers for one call."""

    def __init__(
        self, brief: Callable[[], CallBrief], goal: Callable[[], Goal], words: Words, consultation: Consultation
    ) -> None:
        self._brief = brief
        self._goal_now = goal
        self._words = words
        self._consultation = consultation

    @property
    def _goal(self) -> Goal:
        return self._goal_now()

    @staticmethod
    def objection(answer: Mapping[str, object]) -> str:
        """What is wrong with an answer that was not allowed, in words of ours."""
        return _OBJECTIONS.get(str(answer.get("do", "")), _NO_VERB)

    def verbs(self, situation: Situation, appraisals: Sequence[Appraisal], *, may_give_up: bool) -> tuple[str, ...]:
        """What an answer may do about this at all: the others would be refused whatever they say."""
        kinds = {a.option.kind for a in appraisals}
        possible = {
            "press": bool(self.keys(appraisals)),
            "say": OptionKind.KEY not in kinds or bool(kinds & _SPOKEN),
            "give_fact": situation.request is not None and bool(self._brief().facts),
            "wait": not any(a.score >= WEAK for a in appraisals),
            "give_up": may_give_up or self._is_over(situation),
            "ask_user": self._brief().policy.ask_user and self._consultation.left > 0,
        }
        return tuple(verb for verb, is_possible in possible.items() if is_possible)

    def keys(self, appraisals: Sequence[Appraisal]) -> frozenset[str]:
        """Keys that may be pressed."""
        offered = [a for a in appraisals if a.option.kind is OptionKind.KEY]
        return frozenset(a.option.key for a in offered if self._is_allowed(a, offered))

    def validated(
        self,
        answer: Mapping[str, object],
        situation: Situation,
        appraisals: Sequence[Appraisal],
        refused_facts: set[str],
        *,
        may_give_up: bool,
    ) -> Decision | None:
        """A model's answer as a decision; None when it is nonsense or not allowed."""
        verb, value = str(answer.get("do", "")), str(answer.get("value", "") or "").strip()
        match verb:
            case "press":
                return self._press(value, appraisals)
            case "say" if 0 < len(value) <= _MAX_WORDS and not re.search(r"\d{3,}", value):
                return self._say(value, situation, appraisals)
            case "give_fact" if value in self._brief().facts and value not in refused_facts:
                return self._fact(value, situation)
            case "wait" if not any(a.score >= WEAK for a in appraisals):
                return Decision(DecisionKind.WAIT, seconds=_WAIT_S, reason="model")
            case "ask_user" if self._brief().policy.ask_user and self._consultation.may_ask(value):
                return question_of(value, " ".join(situation.heard)[:NOTE_LENGTH])
            case "give_up":
                return self._give_up(str(answer.get("reason", "no_route")), situation, may_give_up=may_give_up)
            case _:
                return None

    def _press(self, key: str, appraisals: Sequence[Appraisal]) -> Decision | None:
        offered = [a for a in appraisals if a.option.kind is OptionKind.KEY]
        chosen = next((a for a in offered if a.option.key == key), None)
        if chosen is None or not self._is_allowed(chosen, offered):
            return None
        return Decision(DecisionKind.PRESS, key, key, reason="model", confidence=0.6)

    def _is_allowed(self, chosen: Appraisal, offered: Sequence[Appraisal]) -> bool:
        best = max(a.score for a in offered)
        purpose = chosen.option.purpose
        if self._goal.raises_alarm(purpose) or (chosen.score < best and self._goal.may_do(purpose)):
            # What may cancel, block or buy is done by nobody's second opinion.
            return False
        return not (chosen.is_a("refused") or chosen.is_a("risky")) and chosen.score >= best - _MUCH_WORSE

    def _say(self, text: str, situation: Situation, appraisals: Sequence[Appraisal]) -> Decision | None:
        said, kinds = plain(text), {a.option.kind for a in appraisals}
        if OptionKind.KEY in kinds and not kinds & _SPOKEN:
            # It listens to keys.
            return None
        if shows_any(text, self._brief().facts.values()) or self._goal.refused_offers(said):
            return None
        is_yes = re.search(rf"(?<!\w){re.escape(plain(self._words.yes))}(?!\w)|\b(?:ok|okay|sure|agree)\b", said)
        if is_yes and self._goal.refused_offers(situation.text):
            return None
        phrases = [a for a in appraisals if a.option.kind is OptionKind.PHRASE]
        if any(plain(a.option.key) == said and not self._is_allowed(a, phrases) for a in phrases):
            return None
        return Decision(DecisionKind.SAY, text, text, reason="model", confidence=0.6)

    def _fact(self, name: str, situation: Situation) -> Decision | None:
        asked, brief = situation.request, self._brief()
        if asked is None:
            return None
        is_asked = shared_kinds(asked, name, brief.fact_kinds.get(name, ""))
        entry = entry_of(asked, brief, name) if is_asked else None
        if entry is None:
            return None
        return telling(entry, "model", 0.6)

    def _give_up(self, reason: str, situation: Situation, *, may_give_up: bool) -> Decision | None:
        is_announced = self._is_over(situation)
        if not (is_announced if reason in ("closed", "wrong_number", "number_changed") else may_give_up):
            return None
        return Decision(DecisionKind.GIVE_UP, reason=reason if reason.isidentifier() else "no_route")

    def _is_over(self, situation: Situation) -> bool:
        return ending(situation, self._words) is not None or is_closed(situation, self._words)
