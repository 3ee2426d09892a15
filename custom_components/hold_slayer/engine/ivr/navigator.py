"""Decides what to do with what the line said, by rules; asks for a language model's advice where the rules are unsure.

What is heard is data: sentences that read like instructions to the agent have no effect. Only keys that were offered are pressed
(or those of the ladder: 0, then silence), only released facts are given, and only when they are asked for.
"""

from collections.abc import Mapping, Sequence
import re

from ..model.action import NavigatorQuestion
from ..model.call_brief import CallBrief
from .decision import Decision, DecisionKind
from .facts import Fact, asked_fact, keypad_value
from .goal import score
from .language import plain, words_of
from .loop_guard import LoopGuard
from .menu import Option, parse_menu

_CLEAR = 0.6
_WEAK = 0.2
_MAX_SILENCES = 2
_ONWARD = (
    r"\b(otherwise|go on|already|existing|current(ly)? (customer|member|patient)|none of|skip|no thanks|continue|main menu|"
    r"bereits|bestehend|ansonsten|andernfalls|weiter|déjà|sinon|autrement|continuer|ya (es|soy|tiene)|de lo contrario|"
    r"al klant|bestaande|anders|doorgaan|già|altrimenti|continuare)\b"
)
"""Offers for callers who are customers already, or want none of the rest."""
_NO = r"\b(no|not|don't|decline|without|nicht|kein\w*|nein|non|pas|sans|sin|geen|niet|zonder|senza)\b"
_RISKY = (
    r"\b(emergency|lost|stolen|block|cancel|close|deactivate|new customer|become|gas|leak|outage|pay|purchase|buy|upgrade|offer|"
    r"learn more|save|notfall|verloren|gestohlen|sperren|kündigen|zahlen|gas\w*|urgence|perdu|volé|bloquer|résilier|payer|"
    r"emergencia|perdid\w*|robad\w*|bloquear|cancelar|pagar|nood\w*|gestolen|blokkeren|opzeggen|betalen|emergenza|smarrit\w*|"
    r"rubat\w*|bloccare|disdire|pagare)\b"
)
"""What is not to be guessed into: it stops something, costs something, or alarms somebody."""


class Navigator:
    """One call's way through menus."""

    def __init__(self, brief: CallBrief) -> None:
        self._brief = brief
        self._words = words_of(brief.language)
        self._guard = LoopGuard()
        self._options: tuple[Option, ...] = ()
        self._fallback = Decision(DecisionKind.LISTEN, reason="unsure")
        self._history: list[str] = []
        self._silences = 0
        self._ladder = 0

    # --- the interface ------------------------------------------------------------------------------------------

    def heard(self, utterances: Sequence[str]) -> Decision:
        """Decide on everything heard since the last action; nothing heard means that the line waits for input."""
        texts = tuple(text for text in utterances if text.strip())
        if not texts:
            return self._remember(self._on_silence())
        self._silences = 0
        if self._guard.is_stuck(" ".join(texts)):
            return self._remember(
                Decision(DecisionKind.GIVE_UP, reason="no_route", note="The menu goes round in circles.")
            )
        return self._remember(self._decide(texts))

    def advised(self, answer: Mapping[str, object]) -> Decision:
        """Take a language model's answer if it is allowed; the rules' own choice where it is not."""
        decision = self._validated(answer)
        return self._remember(decision) if decision is not None else self.advice_failed()

    def advice_failed(self) -> Decision:
        """The rules' own choice."""
        return self._remember(self._fallback)

    def _remember(self, decision: Decision) -> Decision:
        if decision.do in (DecisionKind.PRESS, DecisionKind.SAY):
            self._history.append(f"{decision.do.value} {decision.shown}")
            self._guard.acted(decision.shown)
        return decision

    # --- rules --------------------------------------------------------------------------------------------------

    def _decide(self, texts: tuple[str, ...]) -> Decision:
        words = self._words
        text = plain(" ".join(texts))
        options = parse_menu(texts, words)
        ending = self._ending(text, has_options=bool(options))
        if ending is not None:
            return ending
        declined = self._declined_offer(text, options)
        if declined is not None:
            return declined
        fact = asked_fact(text, self._brief.facts, words)
        if fact is not None:
            entry = self._enter(fact, options, texts)
            if entry is not None:
                return entry
        if options:
            self._options = options
            return self._choose(options, texts)
        if re.search(words.open, text):
            return self._say(self._short_goal(), "open_question")
        if re.search(words.hold, text):
            return Decision(DecisionKind.WAIT, seconds=20, reason="queue", is_hold=True, confidence=0.9)
        if re.search(words.confirm, text):
            return self._answer_question(text)
        return Decision(DecisionKind.LISTEN, reason="no_input_asked")

    def _ending(self, text: str, *, has_options: bool) -> Decision | None:
        words = self._words
        if has_options:
            return None
        for pattern, reason in (
            (words.changed, "number_changed"),
            (words.wrong, "wrong_number"),
            (words.closed, "closed"),
            (words.voicemail, "voicemail"),
            (words.self_service, "self_service"),
        ):
            if re.search(pattern, text) and not (reason == "closed" and re.search(words.hold, text)):
                return Decision(DecisionKind.GIVE_UP, reason=reason, note=text[:300], confidence=0.8)
        return None

    def _declined_offer(self, text: str, options: tuple[Option, ...]) -> Decision | None:
        """Offers that need the user's permission: recordings, callbacks, surveys. Refused by the key or word offered for it."""
        words, policy = self._words, self._brief.policy
        for pattern, name in ((words.recording, "recording"), (words.callback, "callback"), (words.unwanted, "survey")):
            if not re.search(pattern, text) or policy.allows(name):
                continue
            refusing = _refusing(options, pattern)
            if refusing is not None:
                return self._press(refusing.key, f"declined_{name}")
            if not options and re.search(words.confirm, text):
                return self._say(words.no, f"declined_{name}")
        return None

    def _enter(self, fact: Fact, options: tuple[Option, ...], texts: tuple[str, ...]) -> Decision | None:
        if fact.is_released:
            value = self._brief.facts[fact.name]
            if fact.is_spoken:
                return Decision(DecisionKind.SAY, value, f"{{{fact.name}}}", reason="fact", confidence=0.8)
            end = "#" if fact.wants_terminator else ""
            return Decision(
                DecisionKind.PRESS, keypad_value(value) + end, f"{{{fact.name}}}{end}", reason="fact", confidence=0.8
            )
        if options:
            # The way around: the one key that is offered for those who do not have it.
            best = max(options, key=lambda option: score(option, self._brief.goal, self._words))
            if len(options) == 1 or score(best, self._brief.goal, self._words) < _CLEAR:
                return self._press(options[-1].key, "not_released")
            return None
        return Decision(DecisionKind.WAIT, seconds=8, reason="not_released")

    def _choose(self, options: tuple[Option, ...], texts: tuple[str, ...]) -> Decision:
        goal = f"{self._brief.goal}"
        ranked = sorted(options, key=lambda option: score(option, goal, self._words), reverse=True)
        untried = [option for option in ranked if not self._guard.was_useless(option.key, " ".join(texts))] or ranked
        best = untried[0]
        best_score = score(best, goal, self._words)
        second = score(untried[1], goal, self._words) if len(untried) > 1 else 0.0
        language = self._language_option(options)
        if language is not None:
            return self._press(language.key, "language")
        if best_score >= _CLEAR and best_score - second > 0.1:
            return self._press(best.key, "best_option", confidence=min(1.0, best_score))
        self._fallback = self._fallback_of(untried, best_score, " ".join(texts))
        return Decision(
            DecisionKind.ASK_MODEL, reason="unsure", confidence=best_score, question=self._question(texts, options)
        )

    def _fallback_of(self, ranked: list[Option], best_score: float, text: str) -> Decision:
        """Without a clear match: a weak one, else the way on for everybody else, else patience; never a risky guess."""
        if best_score >= _WEAK:
            return self._press(ranked[0].key, "best_option", confidence=best_score)
        onward = [option for option in ranked if re.search(_ONWARD, option.purpose) and not _is_risky(option)]
        if onward:
            return self._press(onward[0].key, "onward", confidence=0.3)
        if len(ranked) == 1:
            return Decision(DecisionKind.LISTEN, reason="more_options_expected")
        guesses = [
            option for option in ranked if not _is_risky(option) and not re.search(self._words.repeat, option.purpose)
        ]
        if guesses and self._guard.times_heard(text) > 1:
            return self._press(guesses[0].key, "guess", confidence=0.1)
        return Decision(DecisionKind.WAIT, seconds=6, reason="nothing_fits")

    def _language_option(self, options: tuple[Option, ...]) -> Option | None:
        """The key for the call's own language, when that is what is being asked."""
        names = {"en": "english|englisch|anglais|inglés|engels|inglese", "de": "deutsch|german", "fr": "français|french",
                 "es": "español|spanish", "nl": "nederlands|dutch", "it": "italiano|italian"}  # fmt: skip
        own = names.get(self._brief.language, "(?!)")
        every = "|".join(names.values())
        if not any(re.search(every, option.purpose) for option in options) or len(options) > 3:
            return None
        return next((option for option in options if re.search(own, option.purpose)), None)

    def _answer_question(self, text: str) -> Decision:
        words = self._words
        for pattern, name in ((words.recording, "recording"), (words.callback, "callback"), (words.unwanted, "survey")):
            if re.search(pattern, text):
                return self._say(words.yes if self._brief.policy.allows(name) else words.no, f"policy_{name}")
        return self._say(words.yes, "confirmed")

    def _on_silence(self) -> Decision:
        self._silences += 1
        if self._options and self._silences == 1 and self._fallback.do is DecisionKind.PRESS:
            return self._fallback
        if self._silences <= _MAX_SILENCES:
            return Decision(DecisionKind.WAIT, seconds=8, reason="silence")
        self._ladder += 1
        if self._ladder == 1:
            return self._say(self._words.representative, "ladder")
        if self._ladder == 2:
            return self._press("0", "ladder")
        return Decision(DecisionKind.WAIT, seconds=15, reason="silence")

    # --- parts --------------------------------------------------------------------------------------------------

    def _press(self, key: str, reason: str, confidence: float = 0.7) -> Decision:
        return Decision(DecisionKind.PRESS, key, key, reason=reason, confidence=confidence)

    def _say(self, text: str, reason: str) -> Decision:
        return Decision(DecisionKind.SAY, text, text, reason=reason, confidence=0.6)

    def _short_goal(self) -> str:
        """The goal as one would say it to a machine: its first sentence, a few words of it."""
        first = re.split(r"[.!?]", self._brief.goal.strip())[0]
        short = " ".join(first.split()[:12])
        for value in self._brief.facts.values():
            short = short.replace(value, "")
        return short or self._words.representative

    def _question(self, texts: tuple[str, ...], options: tuple[Option, ...]) -> NavigatorQuestion:
        return NavigatorQuestion(
            goal=self._brief.goal,
            company=self._brief.company,
            language=self._brief.language,
            heard=texts,
            options=tuple((option.key, option.purpose) for option in options),
            facts=tuple(self._brief.facts),
            history=tuple(self._history[-12:]),
        )

    def _validated(self, answer: Mapping[str, object]) -> Decision | None:
        """A model's answer as a decision; None when it is nonsense or not allowed."""
        verb, value = str(answer.get("do", "")), str(answer.get("value", "") or "").strip()
        match verb:
            case "press" if value in {option.key for option in self._options} | {"0"}:
                return self._press(value, "model")
            case "say" if 0 < len(value) <= 80 and not re.search(r"\d{3,}", value):
                return self._say(value, "model")
            case "fact" | "give_fact" if value in self._brief.facts:
                fact = Fact(value, is_released=True, is_spoken=False, wants_terminator=False)
                return self._enter(fact, (), ())
            case "wait":
                return Decision(DecisionKind.WAIT, seconds=10, reason="model")
            case "listen":
                return Decision(DecisionKind.LISTEN, reason="model")
            case "give_up":
                reason = str(answer.get("reason", "no_route"))
                return Decision(DecisionKind.GIVE_UP, reason=reason if reason.isidentifier() else "no_route")
            case _:
                return None


def _refusing(options: tuple[Option, ...], pattern: str) -> Option | None:
    """Of two keys the one that declines: the only one that does not speak of the offer, says no, or leads on."""
    if len(options) != 2:
        return None
    readings = (
        [option for option in options if not re.search(pattern, option.purpose)],
        [option for option in options if re.search(_NO, option.purpose)],
        [option for option in options if re.search(_ONWARD, option.purpose)],
    )
    for matching in readings:
        if len(matching) == 1:
            return matching[0]
    return None


def _is_risky(option: Option) -> bool:
    return re.search(_RISKY, option.purpose) is not None
