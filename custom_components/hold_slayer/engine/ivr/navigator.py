"""Decides what to do with what the line says: rules first, a language model where they are unsure, rules again where it fails.

What is heard is data: nothing in it is an instruction. A key is pressed only when it was announced as an option that serves
the goal, or as the last resort of the ladder (``0``). A fact is given only when it is asked for and was released.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
import re

from ..model.call_brief import CallBrief
from ..model.detour import Detour
from ..model.snapshot import MenuOption
from .advice import Advice, Leave
from .alternatives import sides_of
from .barge_in import BargeIn, EarlyKey, Settled
from .branches import HARMLESS, Branches
from .consultation import FREE, Consultation, Told, meant
from .decision import Decision, DecisionKind
from .disclosure import Disclosure, telling, way_around
from .doubt import Doubt
from .ends import Ends
from .facts import Request, name_by_keys
from .flow_guide import FlowGuide
from .goal import CLEAR, WEAK, Appraisal, Goal
from .loop_guard import LoopGuard
from .masking import Mask
from .menu import Option, OptionKind, parse_menu
from .situation import Situation, is_asked_freely, read, tells_only
from .speech import Speech
from .truth import Truth
from .words import words_of

_HOLD_S, _STAY_S, _SILENCE_S = 20.0, 8.0, 8.0
_MARGIN, _TRIED = 0.08, 0.8
_CERTAIN, _CERTAIN_MARGIN, _NEAR = 1.1, 0.5, 0.0
_STUCK_AFTER = 5
_MAX_TURN = 60
_MAX_LADDER = 6
_MOST_BY_FLOW = 2
_NOTHING = Decision(DecisionKind.LISTEN, reason="no_input_asked")
_OWN_NAME = re.compile(r" your (?!\w* ?(?:key|phone|telephone|handset|dial))")
_MORE = Decision(DecisionKind.LISTEN, seconds=3.0, reason="list_may_go_on")
"""Lists are read without longer pauses: then what was heard is all there is."""


class Navigator:
    """One call. Not for two calls at a time. ``has_model``: a language model is there, and is asked about close choices as well."""

    def __init__(self, brief: CallBrief, *, has_model: bool = False) -> None:
        self._doubt = Doubt(has_model=has_model)
        self._guard = LoopGuard()
        self._branches = Branches()
        for spent in brief.detour.spent if brief.detour is not None else ():
            self._guard.spent(spent.prompt, spent.action)
        self._history: list[str] = []
        self._turn: list[str] = []
        self._is_turn_over = True
        self._prompt = 0
        self._is_holding = self._has_voice = False
        self._silences = self._ladder = 0
        self._disclosure = Disclosure()
        self._utterances = 0
        self._asked_after = -1
        self._consultation = Consultation(lambda: self._brief)
        self._mask = Mask(brief.facts, brief.language, brief.fact_kinds)
        """Of all facts that were ever released or lent in this call."""
        self._speak(brief)
        self._guide = FlowGuide(brief.flows, self._words, self._is_refused)
        may_be_early = brief.policy.press_early and brief.detour is None
        self._barge_in = BargeIn(self._words, is_allowed=may_be_early, has_model=has_model)

    def _speak(self, brief: CallBrief) -> None:
        """All that depends on the language of the line."""
        self._brief = brief
        self._words = words_of(brief.language)
        self._goal = Goal(brief, self._words)
        self._truth = Truth(brief, self._goal, self._words)
        self._speech = Speech(brief, self._goal, self._words)
        self._situation = read((), self._words)
        self._pending: Decision | None = None
        self._fallback: Callable[[], Decision] = lambda: _NOTHING
        self._appraisals: list[Appraisal] = []
        self._judge = Advice(
            lambda: self._brief, lambda: self._truth, lambda: self._goal, self._words, self._consultation
        )
        self._advice: Decision | None = None
        self._menu: tuple[MenuOption, ...] = ()

    def change_language(self, code: str) -> None:
        """The line speaks ``code``; the goal is read in its own language.

        What was tried, told, asked and refused, the place in a known way and an early key stay known; the turn that is going on,
        what was said last and the last menu do not. Not while an answer of the user's or of a language model is awaited.
        """
        old = self._brief
        locale = old.locale if old.locale.partition("-")[0] == code else ""
        self._speak(replace(old, language=code, locale=locale, goal_language=old.goal_language or old.language))
        self._mask = self._mask.in_language(code)
        self._guide.speak(self._words)
        self._barge_in.words = self._words

    @property
    def menu(self) -> tuple[MenuOption, ...]:
        """The options of the last prompt that had any, and which of them was taken."""
        return self._menu

    # --- in -----------------------------------------------------------------------------------------------------

    def heard(self, utterances: Sequence[str]) -> Decision:
        """Decide about what was heard since the last call of this; nothing heard means that the line waits for input."""
        texts = [text for text in utterances if text.strip()]
        if not texts:
            return self._done(self._on_silence())
        if self._is_turn_over:
            self._turn.clear()
            self._pending = None
            self._guide.turn_began()
            if lost := self._barge_in.lost_on(texts):
                # The line did not listen while it spoke: its list goes on.
                self._turn += lost.heard
                self._guard.undo(lost.prompt, lost.key)
                self._branches.undo(lost.prompt, lost.key)
        self._silences = 0
        self._utterances += len(texts)
        self._turn = [*self._turn, *texts][-_MAX_TURN:]
        self._is_turn_over = False
        decision = self._decide()
        if decision.confidence < CLEAR and self._may_go_on(texts) and decision is not _NOTHING:
            # Nothing so far fits well: the rest of the list may fit better.
            self._pending = decision
            return _MORE
        return self._done(decision)

    def _may_go_on(self, texts: Sequence[str]) -> bool:
        """True when utterances come one by one and the last did not look like a whole list."""
        return len(texts) == 1 and len(parse_menu(texts, self._words).options) < 2

    def _accepts_callback(self, decision: Decision) -> bool:
        """True when an offered callback is accepted by this: the company will promise to call."""
        offers = [a for a in self._appraisals if a.is_a("callback")]
        is_chosen = any(a.option.key == decision.value for a in offers)
        is_yes = decision.do is DecisionKind.SAY and decision.value == self._words.yes
        return is_chosen or (is_yes and "callback" in self._goal.granted_offers(self._situation.text))

    @property
    def wants_glimpses(self) -> bool:
        """True while the words of an unfinished utterance are of use."""
        return self._guide.is_active or self._barge_in.is_possible

    def glimpsed(self, utterances: Sequence[str]) -> Decision | None:
        """What a known way or a certain option does though the line's turn is not over; None: nothing yet."""
        situation, appraisals = self._glance(utterances)
        is_special = self.ends.decide(situation, appraisals) or self._answer_menu_question(situation, appraisals)
        if is_special or situation.request is not None or self._guide.wants_person:
            return None
        decision = self._guide.glimpse(situation)
        if decision is None and (certain := self._barge_in.certain(situation, appraisals)) is not None:
            decision = self._take(certain, "best_option", confidence=0.9)
            prompt = self._guard.prompt(situation.text)
            self._barge_in.pressed(EarlyKey(tuple(situation.heard), prompt, decision.shown))
        if decision is None:
            return None
        self._turn, self._situation, self._silences = list(situation.heard), situation, 0
        self._appraisals = appraisals
        self._prompt = self._guard.prompt(situation.text)
        return self._done(decision)

    def settled(self, utterances: Sequence[str]) -> Settled:
        """How sure it is that nothing that may follow these changes what is done, now that the last of them is over."""
        if self._guide.is_active:
            return Settled.NO
        situation, appraisals = self._glance(utterances)
        if self.ends.decide(situation, appraisals) is not None:
            return Settled.NO
        return self._barge_in.settled(situation, appraisals, utterances[-1])

    def _glance(self, utterances: Sequence[str]) -> tuple[Situation, list[Appraisal]]:
        """Read this turn so far, with its options, without taking it in."""
        turn = [] if self._is_turn_over else self._turn
        situation = read([*turn, *utterances][-_MAX_TURN:], self._words, self._fact_names)
        return situation, self._appraised(situation, self._guard.find(situation.text))

    def is_rest(self, text: str) -> bool:
        """True when ``text`` is what the prompt that was answered too early for it still had to say."""
        return self._guide.is_rest(text)

    def objection(self, answer: Mapping[str, object]) -> str:
        """Why a language model's answer would not be followed, for a second attempt; empty: it would. Changes nothing."""
        return "" if self._validated(answer) is not None else self._judge.objection(answer)

    def advised(self, answer: Mapping[str, object]) -> Decision:
        """Take a language model's answer, as far as it is allowed; nonsense counts as no answer."""
        decision = self._validated(answer)
        if decision is None:
            return self.advice_failed()
        if decision.asks:
            self._consultation.opened(decision, self._prompt)
        return self._done(replace(decision, is_advice=True))

    @property
    def _leave(self) -> Leave:
        has_waited = self._guard.tried(self._prompt, DecisionKind.WAIT.value)
        return Leave(to_wait=not has_waited, to_give_up=self._guard.is_hopeless(self._prompt))

    def _validated(self, answer: Mapping[str, object]) -> Decision | None:
        return self._judge.validated(answer, self._situation, self._appraisals, self._disclosure.refused, self._leave)

    def advice_failed(self) -> Decision:
        """Decide without the language model."""
        self._doubt.unanswered()
        return self._done(self._fallback())

    @property
    def detour(self) -> Detour | None:
        """What one more call should do otherwise; None: there was nothing else to try."""
        return self._branches.detour

    @property
    def ends(self) -> Ends:
        """How the line says that nobody can be had."""
        return Ends(self._brief, self._words, self._goal)

    def user_answered(self, fact: str, value: str | None, kept: str = "") -> Decision:
        """Go on with what the user gave for the ``fact`` asked for; None: nothing, so the line goes without it.

        ``kept``: the value is that of the kept fact of this name.
        """
        if fact == FREE:
            return self._user_told(value)
        if value is None:
            self._disclosure.withheld(fact)
            return self._done(self._fallback())
        self._release(self._disclosure.answered(self._brief, fact, value, kept, self._prompt))
        self._mask.add(kept or fact, value, self._brief.fact_kinds.get(kept or fact, ""))
        return self._done(self._decide())

    def _release(self, brief: CallBrief) -> None:
        """Other facts may be told from now on."""
        self._brief = self._speech.brief = brief
        self._truth = Truth(brief, self._goal, self._words)

    def _user_told(self, value: str | None) -> Decision:
        """An answer to a question of the model's: it is part of the goal from now on, and the rules go by it at once."""
        if value is None:
            self._consultation.close()
            return self._done(self._fallback())
        told = self._consultation.answered(value, self._mask)
        if told.is_yes is None:
            chosen = self._told_option(told)
            brief = replace(self._brief, goal=f"{self._brief.goal.rstrip('. ')}. {told.text}")
            self._goal = Goal(brief, self._words)
            self._release(brief)
            if chosen is not None:
                return self._done(chosen)
        self._truth.told = told.is_yes
        decision = self._decide()
        self._truth.told = None
        return self._done(decision)

    def _told_option(self, told: Told) -> Decision | None:
        """The option that the user's answer names or clearly means, or words for a line that asks for words."""
        options = self._goal.appraise_all(self._situation.menu.options)
        own = Goal(replace(self._brief, goal=told.text), self._words)
        if (chosen := meant(told, options, own)) is not None:
            return self._take(chosen, "user", confidence=0.9)
        if not options and told.is_speakable and is_asked_freely(self._situation, self._words):
            return self._say(told.text, "user", confidence=0.9)
        return None

    def _done(self, decision: Decision) -> Decision:
        if decision.do is not DecisionKind.LISTEN:
            self._guide.done(decision)
        if self._situation.menu.options:
            taken = decision.shown if decision.do in (DecisionKind.PRESS, DecisionKind.SAY) else None
            self._menu = tuple(MenuOption(o.key, o.purpose, o.key == taken) for o in self._situation.menu.options)
        decision = self._settled(decision)
        drift = self._guide.take_drift()
        return decision if drift is None else replace(decision, drift=drift)

    def _settled(self, decision: Decision) -> Decision:
        if decision.do is DecisionKind.ASK_MODEL:
            if (asked := self._consultation.open_at(self._prompt)) is not None:
                # The line repeats itself while the user thinks.
                return self._settled(asked)
            if self._asked_after == self._utterances:
                # The model has been asked about this and all before it.
                return self._settled(self._fallback())
            self._asked_after = self._utterances
            self._consultation.close()
            return decision
        if decision.do is DecisionKind.ASK_USER:
            # Nothing has been done about the prompt: it may come again and again while the user makes up their mind.
            self._is_turn_over = True
            return decision
        if decision.is_hold or decision.do not in (DecisionKind.LISTEN, DecisionKind.WAIT):
            # The line goes on: what the user is being asked about it is void.
            self._consultation.close()
        if decision.do is not DecisionKind.LISTEN:
            self._is_turn_over = True
            self._pending = None
            self._guard.answered(self._prompt)
            if decision.do is DecisionKind.SAY:
                self._speech.said(decision.shown, is_free=decision.reason == "open_question")
            action = decision.shown if decision.do in (DecisionKind.PRESS, DecisionKind.SAY) else decision.do.value
            self._guard.acted(self._prompt, action)
            words, is_early = self._guard.words(self._prompt), self._barge_in.is_early
            self._branches.took(self._prompt, words, action, self._appraisals, is_early=is_early)
        self._is_holding = decision.is_hold or (
            self._is_holding and decision.do in (DecisionKind.WAIT, DecisionKind.LISTEN)
        )
        if decision.do in (DecisionKind.PRESS, DecisionKind.SAY):
            self._history.append(f"{decision.do.value} {decision.shown}")
            if self._accepts_callback(decision):
                return replace(decision, is_callback=True)
        return decision

    # --- rules --------------------------------------------------------------------------------------------------

    def _decide(self) -> Decision:
        situation = self._situation = read(self._turn, self._words, self._fact_names)
        self._prompt = self._guard.prompt(situation.text)
        if (brief := self._disclosure.at(self._brief, self._prompt)) is not self._brief:
            self._release(brief)
        self._has_voice = self._has_voice or self._is_voice(situation)
        if self._guard.times(self._prompt) >= _STUCK_AFTER and not self._is_holding:
            return Decision(DecisionKind.GIVE_UP, reason="no_route", confidence=1.0)
        appraisals = self._appraisals = self._appraised(situation, self._prompt)
        self._advice = self._guide.advise(situation)
        decision = self._by_rules(situation, appraisals)
        is_new = not self._is_holding and not self._guard.times(self._prompt)
        if not self._doubt.is_about(decision, self._barge_in.exact(appraisals), situation, is_new=is_new):
            return decision
        self._fallback = lambda: decision
        return self._ask(situation, decision.confidence, decision.shown)

    def _by_rules(self, situation: Situation, appraisals: list[Appraisal]) -> Decision:
        return (
            self.ends.decide(situation, appraisals)
            or self._answer_request(situation, appraisals)
            or self._answer_menu_question(situation, appraisals)
            or self._follow_flow(situation)
            or self._speak_freely(situation, appraisals)
            or self._choose(situation, appraisals)
            or self._choose_side(situation)
            or self._answer_question(situation)
            or self._hold(situation)
            or self._answer_unknown(situation)
            or _NOTHING
        )

    @property
    def _fact_names(self) -> tuple[str, ...]:
        """What the line may ask for by a name of the user's own."""
        return (*self._brief.facts, *self._brief.ask_first)

    def _is_voice(self, situation: Situation) -> bool:
        words = self._words
        return any(words.has(name, situation.text) for name in ("open", "directory")) or any(
            option.kind in (OptionKind.PHRASE, OptionKind.EXAMPLE) for option in situation.menu.options
        )

    def _appraised(self, situation: Situation, prompt: int) -> list[Appraisal]:
        found = self._goal.appraise_all(situation.menu.options, situation.context)
        return [self._less_tried(appraisal, prompt) for appraisal in found]

    def _less_tried(self, found: Appraisal, prompt: int) -> Appraisal:
        tried = self._guard.tried(prompt, found.option.key or DecisionKind.WAIT.value)
        return replace(found, score=found.score - _TRIED * tried) if tried else found

    # --- flows --------------------------------------------------------------------------------------------------

    def _follow_flow(self, situation: Situation) -> Decision | None:
        """What a known way says about this prompt, unless it has been tried here twice."""
        decision = self._advice
        if self._guide.wants_person:
            self._guide.wants_person = False
            if not self._guard.tried(self._prompt, self._words.representative):
                return self._say(self._words.representative, "ladder")
        if decision is None or decision.do is DecisionKind.LISTEN:
            return decision
        is_worn = self._guard.tried(self._prompt, decision.shown or decision.do.value) >= _MOST_BY_FLOW
        return None if is_worn else decision

    def _is_refused(self, option: Option | None, text: str) -> bool:
        """True when the user's policy forbids the option, or without one anything that ``text`` (plain) offers."""
        return bool(self._goal.refused_offers(text)) if option is None else self._goal.appraise(option).is_a("refused")

    # --- facts --------------------------------------------------------------------------------------------------

    def _answer_request(self, situation: Situation, appraisals: list[Appraisal]) -> Decision | None:
        request = situation.request
        if request is None:
            return None
        real = [a for a in appraisals if not (a.is_a("no_id") or a.is_a("back") or a.option.kind is OptionKind.STAY)]
        entry = self._disclosure.entry(self._brief, request, lambda action: self._guard.tried(self._prompt, action))
        if (spelt := self._spelt(request)) and not self._guard.tried(self._prompt, spelt + request.terminator):
            return self._press(spelt + request.terminator, "name", 0.9)
        if entry is not None:
            return telling(entry, "fact", 0.9)
        if len(real) >= 2 and request.is_conditional:
            return None
        question = self._disclosure.question(self._brief, request, " ".join(situation.heard))
        if question is not None:
            self._fallback = lambda: self._without(situation, appraisals) or _NOTHING
        return question or self._without(situation, appraisals)

    def _spelt(self, request: Request) -> str:
        """Keys for the name of the person who is called, where the line asks callers for it."""
        is_own = _OWN_NAME.search(request.sentence) is not None
        return name_by_keys(self._speech.name, request) if self._speech.name and not is_own else ""

    def _without(self, situation: Situation, appraisals: list[Appraisal]) -> Decision | None:
        """The line wants a fact that is not released: the announced way around, or silence."""
        way = way_around(self._brief, appraisals, self._is_tried)
        if way is not None:
            if way.is_a("back"):
                self._guard.spoil_last(self._prompt)
            is_meant = way.option.kind is OptionKind.STAY or way.kinds & {"no_id", "person", "other"}
            return self._take(way, "not_released", confidence=0.9 if is_meant else 0.7)
        request = situation.request
        if self._has_voice or (request is not None and request.is_spoken):
            phrase = self._words.no_id_phrase if request and request.is_spoken else self._words.representative
            is_tried = self._guard.tried(self._prompt, phrase)
            return self._say(self._words.representative if is_tried else phrase, "not_released")
        return Decision(DecisionKind.WAIT, seconds=_STAY_S, reason="not_released")

    def _is_tried(self, appraisal: Appraisal) -> bool:
        return self._guard.tried(self._prompt, appraisal.option.key or DecisionKind.WAIT.value) > 0

    # --- options ------------------------------------------------------------------------------------------------

    def _choose(self, situation: Situation, appraisals: list[Appraisal]) -> Decision | None:
        ranked = sorted((a for a in appraisals if not a.is_a("refused")), key=lambda a: a.score, reverse=True)
        # "To be connected at once, press 1, to wait in the queue, press 2": of a list only what it says besides.
        is_waiting = self._words.has("hold", situation.context if len(situation.menu.keys) > 1 else situation.text)
        if not ranked or (is_waiting and ranked[0].score < WEAK):
            return None
        best, second = ranked[0], ranked[1].score if len(ranked) > 1 else 0.0
        if best.option.kind is OptionKind.EXAMPLE and best.topic < CLEAR:
            return None
        is_side = best.option.kind is OptionKind.PHRASE and bool(sides_of(situation.question, self._words))
        is_side = is_side and not self._truth.is_unasked_offer(situation.question)
        if is_side and self._is_tried(best) and not self._guard.tried(self._prompt, self._words.yes):
            # "Is it about tickets or passes you already bought?": a yes may be wanted.
            return self._say(self._words.yes, "answer", 0.5)
        margin = best.score - second
        if best.score >= WEAK and (best.score >= CLEAR or margin >= _MARGIN or best.is_a("other")):
            # Against others by meaning an option may look better than it is while the list goes on.
            is_certain = min(best.score, best.topic + _NEAR) >= _CERTAIN and margin >= _CERTAIN_MARGIN
            return self._take(best, "best_option", confidence=0.9 if is_certain else min(0.7, best.score))
        if len(ranked) == 1 < len(appraisals) and best.score > HARMLESS and not best.is_a("risky"):
            return self._take(best, "only_one_left")
        if best.score >= WEAK:
            self._fallback = lambda: self._take(best, "best_option", confidence=best.score)
            return self._ask(situation, best.score / 2, best.option.key)
        self._fallback = lambda: self._last_resort(ranked)
        return self._ask(situation, max(0.0, best.score) / 2)

    def _last_resort(self, ranked: list[Appraisal]) -> Decision:
        """Nothing fits: back where another way was open, else a person, else the line's default."""
        back = next((a for a in ranked if a.is_a("back") and not self._is_tried(a)), None)
        if back is not None and self._guard.has_path:
            self._guard.spoil_last(self._prompt)
            return self._take(back, "wrong_branch")
        stay = next((a for a in ranked if a.option.kind is OptionKind.STAY and not self._is_tried(a)), None)
        if stay is not None:
            return self._take(stay, "nothing_fits")
        return self._ladder_step(ranked)

    def _ladder_step(self, ranked: list[Appraisal]) -> Decision:
        """What is left: ask for a person, let the line repeat itself, guess where nothing speaks against it, press 0."""
        self._ladder += 1
        if self._ladder > _MAX_LADDER:
            return Decision(DecisionKind.GIVE_UP, reason="no_route", confidence=0.5)
        representative = self._words.representative
        if self._has_voice and self._guard.tried(self._prompt, representative) < (1 if ranked else 2):
            return self._say(representative, "ladder")
        if not self._guard.tried(self._prompt, DecisionKind.WAIT.value):
            return Decision(DecisionKind.WAIT, seconds=_SILENCE_S, reason="nothing_fits")
        guess = next((a for a in ranked if a.score > HARMLESS and not a.is_a("risky") and not self._is_tried(a)), None)
        if guess is not None:
            return self._take(guess, "guess", confidence=0.1)
        if not self._guard.tried(self._prompt, "0"):
            return self._press("0", "ladder")
        if not self._guard.tried(self._prompt, representative):
            return self._say(representative, "ladder")
        return Decision(DecisionKind.WAIT, seconds=_SILENCE_S, reason="nothing_fits")

    def _take(self, chosen: Appraisal, reason: str, confidence: float = 0.7) -> Decision:
        option = chosen.option
        match option.kind:
            case OptionKind.KEY:
                return self._press(option.key, reason, confidence)
            case OptionKind.STAY:
                return Decision(DecisionKind.WAIT, seconds=_STAY_S, reason=reason, confidence=confidence)
            case _:
                return self._say(option.key, reason, confidence)

    # --- questions ----------------------------------------------------------------------------------------------

    def _answer_menu_question(self, situation: Situation, appraisals: list[Appraisal]) -> Decision | None:
        """ "Is that right? Press 1 for yes, 2 for no": a question that is answered by a key or a word."""
        yes = [a for a in appraisals if a.is_a("affirm") and not a.is_a("deny")]
        no = [a for a in appraisals if a.is_a("deny") and not a.is_a("affirm")]
        if len(yes) != 1 or len(no) != 1 or any(a.topic >= WEAK for a in appraisals if a not in yes + no):
            return None
        chosen = yes[0] if self._truth.answer(situation.sentences, self._speech.last_said) else no[0]
        if chosen.kinds & {"refused", "risky"} or self._is_tried(chosen):
            chosen = no[0] if chosen is yes[0] else yes[0]
        return None if chosen.is_a("refused") else self._take(chosen, "answer", confidence=0.7)

    def _answer_question(self, situation: Situation) -> Decision | None:
        if not situation.is_open:
            return self._yes_or_no(situation, 0.9) if self._words.has("confirm", situation.context) else None
        self._has_voice = True
        return None if situation.menu.options else self._say_openly(0.5)

    def _yes_or_no(self, situation: Situation, confidence: float) -> Decision:
        self._has_voice = True
        answer = self._words.yes if self._truth.answer(situation.sentences, self._speech.last_said) else self._words.no
        if self._guard.tried(self._prompt, answer):
            answer = self._words.representative
        return self._say(answer, "answer", confidence)

    def _choose_side(self, situation: Situation) -> Decision | None:
        """ "Will you wait, or shall we call you?": neither yes nor no."""
        if situation.request is not None or any(o.kind is not OptionKind.EXAMPLE for o in situation.menu.options):
            return None
        sides = sides_of(situation.question, self._words)
        found = sorted(self._goal.appraise_all(sides, situation.context), key=lambda a: a.score, reverse=True)
        best = next((a for a in found if not (a.kinds & {"refused", "risky"} or self._is_tried(a))), None)
        if best is None or (best.topic < WEAK and self._truth.is_unasked_offer(situation.question)):
            return None
        self._has_voice = True
        return self._take(best, "side", confidence=0.9)

    def _answer_unknown(self, situation: Situation) -> Decision | None:
        """ "Is the product less than a year old?": nobody knows, and nothing else is asked."""
        is_asked = situation.question and not situation.is_open and not situation.menu.options
        return self._yes_or_no(situation, 0.5) if is_asked else None

    def _speak_freely(self, situation: Situation, appraisals: list[Appraisal]) -> Decision | None:
        """ "How can I help?", "Say the name of the department": in words of the goal, then in one, then for a person."""
        if any(a.option.kind is OptionKind.KEY for a in appraisals) or not is_asked_freely(situation, self._words):
            return None
        phrases = [a for a in appraisals if a.option.kind in (OptionKind.PHRASE, OptionKind.EXAMPLE)]
        best = max(phrases, key=lambda a: a.score, default=None)
        is_directory = self._words.has("directory", situation.text)
        is_offered = best is not None and (best.option.kind is OptionKind.PHRASE or self._speech.has_spoken)
        if best is not None and is_offered and best.score >= (CLEAR if is_directory else WEAK):
            return self._take(best, "best_option", confidence=0.7)
        return self._say_openly(0.9, is_directory=is_directory)

    def _say_openly(self, confidence: float, *, is_directory: bool = False) -> Decision:
        said = self._speech.phrase(is_directory=is_directory, tried=lambda text: self._guard.tried(self._prompt, text))
        return self._say(said, "open_question", confidence)

    def _hold(self, situation: Situation) -> Decision | None:
        if self._words.has("hold", situation.text) or self._is_holding:
            return Decision(DecisionKind.WAIT, seconds=_HOLD_S, reason="queue", confidence=0.9, is_hold=True)
        return None

    # --- silence ------------------------------------------------------------------------------------------------

    def _on_silence(self) -> Decision:
        if self._pending is not None:
            return self._pending
        if self._advice is not None and self._advice.do is DecisionKind.LISTEN and not self._is_turn_over:
            # A known prompt has begun and does not go on.
            self._guide.silence()
            return self._decide()
        self._guide.nothing_asked()
        if self._is_holding:
            return Decision(DecisionKind.WAIT, seconds=_HOLD_S, reason="queue", is_hold=True)
        self._silences += 1
        if self._silences == 2 and tells_only(self._situation, self._words):
            # "Calling the tire centre": nothing is asked, nothing is to be done.
            return Decision(DecisionKind.WAIT, seconds=_HOLD_S, reason="nothing_asked", is_hold=True)
        if self._silences <= 2:
            return Decision(DecisionKind.WAIT, seconds=_SILENCE_S, reason="silence")
        if self._silences == 3:
            return self._say(self._words.representative, "ladder")
        if self._silences == 5:
            return self._press("0", "ladder")
        return Decision(DecisionKind.WAIT, seconds=_SILENCE_S * 2, reason="silence")

    # --- parts --------------------------------------------------------------------------------------------------

    def _press(self, key: str, reason: str, confidence: float = 0.7) -> Decision:
        return Decision(DecisionKind.PRESS, key, key, reason=reason, confidence=confidence)

    def _say(self, text: str, reason: str, confidence: float = 0.6) -> Decision:
        return Decision(DecisionKind.SAY, text, text, reason=reason, confidence=confidence)

    def _ask(self, situation: Situation, confidence: float, choice: str = "") -> Decision:
        state = situation, self._appraisals, self._leave
        goal, history = self._speech.without_facts(self._brief.goal), self._history[-12:]
        question = self._judge.question(*state, self._mask, goal=goal, history=history, choice=choice)
        return Decision(DecisionKind.ASK_MODEL, reason="unsure", confidence=confidence, question=question)
