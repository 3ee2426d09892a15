"""What a language model may have the navigator do: offered keys that nothing forbids, short words, facts that are asked for.

A model is asked when the rules are unsure, about a line that may lie to it. So its answer is taken for a choice among what the
rules hold possible, never for leave to do what they would not: no key that was not offered, nothing that the user's policy refuses
or that may block, end or buy something, no yes to such an offer, no fact that is not asked for, and no end that was not announced.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
import re

from ..model.action import NavigatorQuestion
from ..model.call_brief import CallBrief
from .alternatives import sides_of
from .concepts import family
from .consultation import Consultation, question_of
from .decision import NOTE_LENGTH, Decision, DecisionKind
from .disclosure import telling
from .facts import entry_of, shared_kinds, shows_any
from .goal import WEAK, Appraisal, Goal
from .menu import OptionKind
from .situation import Situation, ending, is_asked_freely, is_closed
from .truth import Truth
from .words import Words, plain

_WAIT_S = 10.0
_MAX_WORDS = 80
_MUCH_WORSE = 0.4
"""What does something at once and is worse by so much in the eyes of the rules, or shares nothing with the goal, is no matter of
opinion."""
_CHOICES, _MANY = 2, 3
_SALES = family("sold") | {"new_service"}
"""Whoever gets there has bought nothing yet."""
_PRICE = re.compile(
    r"(?:[$€£₹] ?\d+|\d+(?:[.,]\d+)? ?(?:[$€£₹]|dollars?|bucks|cents?|pounds?|pence|euros?|rupees?|rand|franken|francs?|pesos?|"
    r"centimes|centimos|centesimi)(?!\w))"
)
_AROUND = frozenset({"no_id", "other", "proceed"})
_ELSE = frozenset({"other", "proceed", "deny"})
_SPOKEN = frozenset({OptionKind.PHRASE, OptionKind.EXAMPLE})
_OBJECTIONS = {
    "press": "That key may not be pressed. Only a key that the line has offered, that serves the goal and agrees to nothing.",
    "say": "That may not be said. Only what the line asks for: yes or no, one of the words that it named, or a few about the goal, "
    "without numbers, agreeing to nothing.",
    "give_fact": "The line does not ask for that, or it is not on the list of facts.",
    "wait": "That has been tried at this prompt.",
    "give_up": "The line has not said that it is closed or wrong, and not everything was tried.",
    "ask_user": "That may not be asked. Only what the matter is about, never a number, name, address, code or secret.",
}
_NO_VERB = "That is none of the tools: " + ", ".join(_OBJECTIONS) + "."


@dataclass(frozen=True, slots=True)
class Leave:
    """What may be done at this prompt, as far as it has been tried."""

    to_wait: bool
    to_give_up: bool


class Advice:
    """Judges answers for one call."""

    def __init__(
        self,
        brief: Callable[[], CallBrief],
        truth: Callable[[], Truth],
        goal: Callable[[], Goal],
        words: Words,
        consultation: Consultation,
    ) -> None:
        self._brief = brief
        self._truth = truth
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

    def verbs(self, situation: Situation, appraisals: Sequence[Appraisal], leave: Leave) -> tuple[str, ...]:
        """What an answer may do about this at all: the others would be refused whatever they say."""
        kinds = {a.option.kind for a in appraisals}
        possible = {
            "press": bool(self.keys(situation, appraisals)),
            "say": OptionKind.KEY not in kinds or bool(kinds & _SPOKEN),
            "give_fact": situation.request is not None and bool(self._brief().facts),
            "wait": leave.to_wait and not self._is_silence_a_yes(situation),
            "give_up": leave.to_give_up or self._is_over(situation),
            "ask_user": self._brief().policy.ask_user and self._consultation.left > 0,
        }
        return tuple(verb for verb, is_possible in possible.items() if is_possible)

    def question(
        self,
        situation: Situation,
        appraisals: Sequence[Appraisal],
        leave: Leave,
        mask: Callable[[str], str],
        *,
        goal: str,
        history: Sequence[str],
        choice: str,
    ) -> NavigatorQuestion:
        """What a model is asked; ``mask`` takes facts out of what was heard, ``goal`` and ``history`` are without any already."""
        brief, keys = self._brief(), self.keys(situation, appraisals)
        shown = [o for o in situation.menu.options if o.kind is not OptionKind.STAY]
        return NavigatorQuestion(
            goal=goal,
            company=brief.company,
            language=brief.language,
            heard=tuple(map(mask, situation.heard)),
            options=tuple((o.key, mask(o.purpose)) for o in shown if o.kind is not OptionKind.KEY or o.key in keys),
            facts=tuple(brief.facts),
            history=tuple(history),
            answers=tuple(self._consultation.answers),
            questions_left=self._consultation.left if brief.policy.ask_user else 0,
            user_language=brief.user_language,
            choice=choice,
            verbs=self.verbs(situation, appraisals, leave),
        )

    def keys(self, situation: Situation, appraisals: Sequence[Appraisal]) -> frozenset[str]:
        """Keys that may be pressed."""
        offered = [a for a in appraisals if a.option.kind is OptionKind.KEY]
        return frozenset(a.option.key for a in offered if self._is_allowed(a, offered, situation))

    def validated(
        self,
        answer: Mapping[str, object],
        situation: Situation,
        appraisals: Sequence[Appraisal],
        refused_facts: set[str],
        leave: Leave,
    ) -> Decision | None:
        """A model's answer as a decision; None when it is nonsense or not allowed."""
        verb, value = str(answer.get("do", "")), str(answer.get("value", "") or "").strip()
        match verb:
            case "press":
                return self._press(value, situation, appraisals)
            case "say" if 0 < len(value) <= _MAX_WORDS and not re.search(r"\d{3,}", value):
                return self._say(value, situation, appraisals)
            case "give_fact" if value in self._brief().facts and value not in refused_facts:
                return self._fact(value, situation)
            case "wait" if leave.to_wait and not self._is_silence_a_yes(situation):
                return Decision(DecisionKind.WAIT, seconds=_WAIT_S, reason="model")
            case "ask_user" if self._brief().policy.ask_user and self._consultation.may_ask(value):
                return question_of(value, " ".join(situation.heard)[:NOTE_LENGTH])
            case "give_up":
                return self._give_up(str(answer.get("reason", "no_route")), situation, leave)
            case _:
                return None

    def _is_silence_a_yes(self, situation: Situation) -> bool:
        """ "If that is fine with you, stay on the line; if you'd rather not, press 9": to what the user has refused."""
        return bool(self._goal.refused_offers(situation.text)) and self._words.has("stay", situation.text)

    def _press(self, key: str, situation: Situation, appraisals: Sequence[Appraisal]) -> Decision | None:
        offered = [a for a in appraisals if a.option.kind is OptionKind.KEY]
        chosen = next((a for a in offered if a.option.key == key), None)
        if chosen is None or not self._is_allowed(chosen, offered, situation):
            return None
        return Decision(DecisionKind.PRESS, key, key, reason="model", confidence=0.6)

    def _is_allowed(self, chosen: Appraisal, offered: Sequence[Appraisal], situation: Situation) -> bool:
        """Whether a model may choose that: whatever the line offers, but what may agree to, end or do something by itself.

        What the rules take for the best is theirs as well. Else an option that may do something has to be one of a choice
        ("to change or cancel a booking": people, or another menu), or a matter to talk about ("questions about payments").
        """
        purpose, goal = plain(chosen.option.purpose), self._goal
        if chosen.is_a("refused") or goal.raises_alarm(purpose) or self._words.has("to_machines", purpose):
            return False
        is_yes = chosen.is_a("affirm") and not chosen.is_a("deny")
        if is_yes and self._truth().is_unasked_offer(situation.question or situation.context):
            return False
        is_doing = self._words.has("does", purpose)
        if not chosen.is_a("risky") and (chosen.is_a("person") or (chosen.kinds & _AROUND and not is_doing)):
            return True
        best = max(a.score for a in offered)
        price = _PRICE.search(purpose) if chosen.score < best else None
        if price and not goal.names_figure(re.sub(r"[^\d.,]", "", price[0])):
            # "To make it your caller tune, only 39 rupees": a figure that the user has not named is the price of something.
            return False
        is_complaint = goal.is_complaint(purpose)
        may_do, is_about = goal.may_do(purpose) and not is_complaint, self._words.has("about", purpose)
        is_harmless = not may_do and (not is_doing or bool(chosen.kinds & _AROUND))
        if chosen.score >= best and not chosen.is_a("risky") and (is_harmless or chosen.topic >= WEAK):
            return True
        if goal.is_beyond_talk(purpose, is_about=is_about):
            return False
        is_sale = may_do and not is_doing and not goal.may_do(purpose, without=_SALES)
        if (may_do or chosen.is_a("risky")) and not is_sale:
            return is_about or self._is_choice(purpose)
        if not is_yes and self._is_lead_in(chosen, offered):
            return False
        is_near = chosen.topic > 0.0 and chosen.score > best - _MUCH_WORSE
        return not is_doing or is_near or self._is_choice(purpose)

    def _is_choice(self, purpose: str) -> bool:
        """ "To change or cancel a booking", "changes, pauses and endings of contracts": what it does is still to be said."""
        words = self._words.sources
        things = [part for part in re.split(rf",|(?<!\w)(?:{words['and_or']})(?!\w)", purpose) if part.strip()]
        either = [part for part in re.split(rf",|(?<!\w)(?:{words['or']})(?!\w)", purpose) if part.strip()]
        has_or = self._words.has("or", purpose) and len(either) > 1
        is_open = has_or and not (self._goal.may_do(either[0]) or self._words.has("does", either[0]))
        return is_open or len(things) >= _MANY

    @staticmethod
    def _is_lead_in(chosen: Appraisal, offered: Sequence[Appraisal]) -> bool:
        """ "Win a week in Fiji! Keen? Press 1. Otherwise, press 2.": what nobody asked for, before the menu begins."""
        others = [a for a in offered if a is not chosen]
        is_beside_all = len(others) == 1 and bool(others[0].kinds & _ELSE)
        return is_beside_all and chosen.topic < WEAK and not chosen.kinds & _ELSE

    def _say(self, text: str, situation: Situation, appraisals: Sequence[Appraisal]) -> Decision | None:
        said, kinds = plain(text), {a.option.kind for a in appraisals}
        if OptionKind.KEY in kinds and not kinds & _SPOKEN:
            # It listens to keys.
            return None
        if shows_any(text, self._brief().facts.values()) or self._goal.refused_offers(said):
            return None
        phrases = [a for a in appraisals if a.option.kind is OptionKind.PHRASE]
        named = next((a for a in phrases if plain(a.option.key) == said), None)
        if named is not None:
            is_fine = self._is_allowed(named, phrases, situation)
        else:
            is_fine = self._is_answer(said, situation, phrases) and not self._does_strangely(said)
        if not is_fine or self._agrees(said, situation):
            return None
        return Decision(DecisionKind.SAY, text, text, reason="model", confidence=0.6)

    def _is_answer(self, said: str, situation: Situation, phrases: Sequence[Appraisal]) -> bool:
        """True for words that the line may understand: for a person, yes or no where it wants that, else something of the goal.

        Small models talk to the line, apologise to it, or tell it their goal where it wants a yes.
        """
        words = self._words
        if said.strip(" .,!") == plain(words.representative):
            return True
        named = [plain(a.option.key) for a in phrases] or [o.key for o in sides_of(situation.question, words)]
        if len(named) >= _CHOICES:
            # "Say claims, or benefits", "Is it gas or power?": what it has named is what it listens for.
            return any(said in one or one in said for one in named)
        if words.has("confirm", situation.context) and not is_asked_freely(situation, words):
            return words.has("affirm", said) or words.has("deny", said)
        return words.has("operator", said) or self._goal.topic(said) > 0.0

    def _does_strangely(self, said: str) -> bool:
        """True when these words may do, or set off, what the goal does not speak of."""
        goal = self._goal
        done = (found[0] for found in self._words.patterns["does"].finditer(said))
        return goal.risks(said) or goal.raises_alarm(said) or not all(map(goal.has_words, done))

    def _agrees(self, said: str, situation: Situation) -> bool:
        """True when that may be taken for a yes to what the user has not asked for or has refused, or to what was not meant."""
        if said.strip(" .,!") in (plain(self._words.no), plain(self._words.representative)):
            return False
        is_yes = re.search(rf"(?<!\w){re.escape(plain(self._words.yes))}(?!\w)|\b(?:ok|okay|sure|agree)\b", said)
        is_heard_wrong = self._words.has("topic_is", situation.context) and not self._truth().answer(
            situation.sentences, ""
        )
        is_offer = bool(self._goal.refused_offers(situation.text)) or self._truth().is_unasked_offer(situation.question)
        is_answer = is_yes is not None or not is_asked_freely(situation, self._words)
        return is_answer and (is_offer or is_heard_wrong)

    def _fact(self, name: str, situation: Situation) -> Decision | None:
        asked, brief = situation.request, self._brief()
        if asked is None:
            return None
        is_asked = shared_kinds(asked, name, brief.fact_kinds.get(name, ""))
        entry = entry_of(asked, brief, name) if is_asked else None
        if entry is None:
            return None
        return telling(entry, "model", 0.6)

    def _give_up(self, reason: str, situation: Situation, leave: Leave) -> Decision | None:
        is_announced = self._is_over(situation)
        if not (is_announced if reason in ("closed", "wrong_number", "number_changed") else leave.to_give_up):
            return None
        return Decision(DecisionKind.GIVE_UP, reason=reason if reason.isidentifier() else "no_route")

    def _is_over(self, situation: Situation) -> bool:
        return ending(situation, self._words) is not None or is_closed(situation, self._words)
