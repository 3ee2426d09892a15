"""Follows flows through a call: knows where it stands, what to do at the prompt just heard, and when the line has drifted.

What a flow wants is done only when its prompt is recognised. A key is pressed when the line announces it for the purpose that the
flow knows, or when the whole prompt is the known one, the key's name was not understood and the flow has worked before. What the
user's policy refuses is never taken; facts are left to the rules, which give them when they are asked for; no step is done a
third time.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from enum import IntEnum

from ..model.call_flow import ANSWER, IN_OWN_WORDS, REPRESENTATIVE, CallFlow, Fallback, FlowStep, StepKind
from .decision import Decision, DecisionKind, Drift
from .flow import is_refusal, offers_words, share, signature
from .menu import Option, OptionKind
from .situation import Situation
from .words import Words, plain

_LIKELY, _FIRM, _PART, _WHOLE = 0.5, 0.6, 0.7, 0.85
_CLAIMED, _HINT = 0.7, 0.3
_GLIMMER = 0.2
"""With fewer words exactly alike it is another prompt: nothing else needs to be compared."""
_MIN_WORDS = 3
_MISSES = 2
_USES = 2
_AHEAD = 2
_HOLD_S = 20.0
_SURE = 0.95
REASON = "flow"
"""Reason of every decision that comes of a flow."""


class Fit(IntEnum):
    """How a step fits what was heard."""

    PART = 1
    """The beginning of its prompt: the rest is waited for."""
    FOLLOW = 2
    """Its prompt, at which the rules know best what to do."""
    TAKE = 3
    """Its prompt: do it."""


@dataclass(slots=True)
class _Run:
    """One flow in this call."""

    flow: CallFlow
    position: int = 0
    """Index of the next step."""
    misses: int = 0
    uses: dict[int, int] = field(default_factory=dict)

    @property
    def window(self) -> range:
        """Steps that may be next: the last again, the next, or one of those after it."""
        return range(max(0, self.position - 1), min(len(self.flow.steps), self.position + 1 + _AHEAD))

    def done(self, index: int) -> None:
        self.position, self.misses = index + 1, 0
        self.uses[index] = self.uses.get(index, 0) + 1


@dataclass(frozen=True, slots=True)
class _Match:
    run: _Run
    index: int
    fit: Fit
    score: float

    @property
    def step(self) -> FlowStep:
        return self.run.flow.steps[self.index]


class FlowGuide:
    """The flows of one call."""

    def __init__(
        self, flows: Sequence[CallFlow], words: Words, is_refused: Callable[[Option | None, str], bool]
    ) -> None:
        """``is_refused(option, text)`` tells whether the user's policy forbids the option; None: whatever ``text`` offers."""
        self._words = words
        self._is_refused = is_refused
        self._runs = [_Run(flow) for flow in flows if not flow.is_retired]
        self._matches: list[_Match] = []
        self._has_prompt = False
        self._was_ours = False
        self._is_part_over = False
        self._early: _Match | None = None
        self._takes_early_keys = True
        self._drift: Drift | None = None
        self.wants_person = False
        """The flow that was left says to ask for a person."""

    def speak(self, words: Words) -> None:
        """The line speaks another language from now on; the place in each flow stays, for a flow knows a line as it was heard."""
        self._words = words

    @property
    def is_active(self) -> bool:
        """True while there is a flow to follow."""
        return bool(self._runs)

    def turn_began(self) -> None:
        """The line begins to say something new."""
        self._is_part_over = False

    def advise(self, situation: Situation) -> Decision | None:
        """What to do about what was heard; None: the rules decide. Asking changes nothing but on a refusal of our key."""
        self._has_prompt = True
        if self._runs and self._was_ours and is_refusal(situation.text):
            self._leave([run for run in self._runs if run.position > 0] or list(self._runs), is_refused=True)
        found = self._found(situation)
        if found and self._early is not None and all(each.index == self._early.index for each in found):
            # The prompt comes again: the line does not listen while it speaks.
            self._takes_early_keys = False
        # The next step before one further on, and that before the last one again.
        found.sort(key=lambda m: (-m.fit, m.index < m.run.position, -m.score, m.index))
        self._matches = found
        return self._decision(found[0]) if found else None

    def glimpse(self, situation: Situation) -> Decision | None:
        """The key of the next step, when the line has announced it though it has not finished; None: wait for the end."""
        found = self._found(situation)
        early = [match for match in found if self._is_early(match, situation)]
        if not early or len({match.step.value for match in early}) > 1:
            return None
        self._matches, self._has_prompt = found, True
        self._early = max(early, key=lambda match: match.score)
        return self._decision(self._early)

    def _found(self, situation: Situation) -> list[_Match]:
        """Every step that what was heard may be the prompt of."""
        heard = signature(situation.heard, self._words)
        return [
            match
            for run in self._runs
            for index in run.window
            if (match := self._match(run, index, situation, heard)) is not None
        ]

    def _is_early(self, match: _Match, situation: Situation) -> bool:
        """True for a next step, not done yet, whose key has been announced on a line that listens while it speaks."""
        run, step = match.run, match.step
        is_next = match.index >= run.position and not run.uses.get(match.index)
        is_announced = step.kind is StepKind.DTMF and bool(step.purpose) and step.value in situation.menu.keys
        may = self._takes_early_keys and run.flow.takes_early_keys
        return may and is_next and is_announced and match.fit is Fit.TAKE

    def is_rest(self, text: str) -> bool:
        """True when ``text`` is what the prompt that was answered early still had to say."""
        if self._early is None:
            return False
        heard = signature([text], self._words)
        own = share(heard, self._early.step.expect)
        following = [run.flow.steps[index] for run in self._runs for index in run.window if index >= run.position]
        return own >= _FIRM and all(own > share(heard, step.expect) for step in following)

    def silence(self) -> None:
        """Nothing followed the beginning of a prompt: the rules decide about it."""
        self._is_part_over = True

    def nothing_asked(self) -> None:
        """What is done next answers no prompt."""
        self._has_prompt = False

    def done(self, decision: Decision) -> None:
        """Something was done about the prompt that `advise` was asked about last, be it by a flow or by the rules."""
        is_flow = decision.reason == REASON
        if (
            not self._runs
            or not self._has_prompt
            or (not is_flow and decision.do is not DecisionKind.PRESS and decision.do is not DecisionKind.SAY)
        ):
            return
        self._has_prompt, self._was_ours = False, is_flow
        known: dict[int, _Match] = {}
        for each in self._matches:
            if each.fit is Fit.FOLLOW or _does(each.step, decision, self._words):
                known.setdefault(id(each.run), each)
        recognised = {id(match.run) for match in self._matches if match.fit is not Fit.PART}
        for run in self._runs:
            if (match := known.get(id(run))) is not None:
                run.done(match.index)
            elif id(run) not in recognised:
                run.misses += 1
        self._matches = []
        self._leave([run for run in self._runs if run.misses >= _MISSES])

    def take_drift(self) -> Drift | None:
        """That no flow is left because the line has drifted from it; once."""
        drift, self._drift = self._drift, None
        return drift

    def _leave(self, runs: list[_Run], *, is_refused: bool = False) -> None:
        """Follow these no longer. With the last of them gone the line has drifted from the one that came farthest."""
        if not runs:
            return
        gone = {id(run) for run in runs}
        self._runs = [run for run in self._runs if id(run) not in gone]
        if self._runs:
            return
        run = max(runs, key=lambda each: each.position)
        index = min(max(0, run.position - is_refused), len(run.flow.steps) - 1)
        step = run.flow.steps[index]
        self._drift = Drift(run.flow.name, index, _told(step))
        self.wants_person = step.fallback is Fallback.REPRESENTATIVE

    # --- one step -----------------------------------------------------------------------------------------------

    def _match(self, run: _Run, index: int, situation: Situation, heard: tuple[str, ...]) -> _Match | None:
        step = run.flow.steps[index]
        if run.uses.get(index, 0) >= _USES or not step.expect or not heard:
            return None
        if len(set(heard) & set(step.expect)) < _GLIMMER * min(len(heard), len(step.expect)):
            return None
        known, told = share(heard, step.expect), share(step.expect, heard)
        fit = self._fit(run, step, situation, known, told)
        if fit is None and known >= _PART and told < _WHOLE and len(heard) >= _MIN_WORDS and index >= run.position:
            fit = Fit.PART if step.is_action and not self._is_part_over else None
            if fit and step.kind is StepKind.DTMF and self._is_contradicted(step, situation):
                fit = None
        return _Match(run, index, fit, known + told) if fit is not None else None

    def _fit(self, run: _Run, step: FlowStep, situation: Situation, known: float, told: float) -> Fit | None:
        """``known``: the share of what was heard that the step expects; ``told``: of what it expects that was heard."""
        match step.kind:
            case StepKind.DTMF:
                return self._fit_key(run, step, situation, known, told)
            case StepKind.SAY:
                return self._fit_words(run, step, situation, known, told)
            case StepKind.FACT:
                is_asked = situation.request is not None and not situation.request.is_conditional
                return Fit.FOLLOW if known >= _LIKELY and (is_asked or told >= _LIKELY) else None
            case StepKind.HOLD:
                is_it = known >= _FIRM and told >= _FIRM and not situation.menu.options
                return Fit.TAKE if is_it else None
            case StepKind.WAIT | StepKind.LISTEN:
                return Fit.TAKE if known >= _FIRM and told >= _FIRM else None
            case StepKind.TRANSFER:
                return None

    def _fit_key(self, run: _Run, step: FlowStep, situation: Situation, known: float, told: float) -> Fit | None:
        keys = [each for each in situation.menu.options if each.kind is OptionKind.KEY]
        option = next((each for each in keys if each.key == step.value), None)
        if option is None:
            is_meant = share(step.purpose, signature(situation.heard, self._words)) >= _LIKELY
            is_heard = known >= _FIRM and told >= (_FIRM if step.purpose and is_meant else _WHOLE)
            return self._fit_unannounced(run, step, situation) if is_heard else None
        if self._is_refused(option, situation.text):
            return None
        if step.purpose:
            meant = self._likeness(step, option)
            is_whole = known >= _FIRM and told >= _PART
            is_meant = meant >= (_HINT if is_whole else _LIKELY) and all(
                meant >= self._likeness(step, each) for each in keys
            )
            return Fit.TAKE if is_meant and known >= _LIKELY else None
        return Fit.TAKE if known >= _FIRM and told >= _LIKELY else None

    def _fit_unannounced(self, run: _Run, step: FlowStep, situation: Situation) -> Fit | None:
        """The key's name was misheard, or is one that no prompt names."""
        if self._is_contradicted(step, situation) or self._is_refused(None, situation.text):
            return None
        return Fit.TAKE if run.flow.successes > 0 else None

    def _likeness(self, step: FlowStep, option: Option) -> float:
        """How much an option is announced for what the step is for, 0 to 1."""
        purpose = signature([option.purpose], self._words)
        return (share(step.purpose, purpose) + share(purpose, step.purpose)) / 2

    def _is_contradicted(self, step: FlowStep, situation: Situation) -> bool:
        """The line announces another key for what the step is for, or its key for something else."""
        for option in situation.menu.options:
            purpose = signature([option.purpose], self._words)
            if option.kind is not OptionKind.KEY or not purpose or not step.purpose:
                continue
            is_meant = share(step.purpose, purpose) >= _CLAIMED
            if is_meant is not (option.key == step.value) and (is_meant or option.key == step.value):
                return True
        return False

    def _fit_words(self, run: _Run, step: FlowStep, situation: Situation, known: float, told: float) -> Fit | None:
        is_prompt = known >= _FIRM and told >= _LIKELY
        if step.value in (IN_OWN_WORDS, ANSWER):
            return Fit.FOLLOW if is_prompt else None
        if step.value == REPRESENTATIVE:
            return Fit.TAKE if is_prompt else None
        said = Option(step.value, step.value, OptionKind.PHRASE)
        if self._is_refused(said, situation.text):
            return None
        if offers_words(situation.text, step.value):
            return Fit.TAKE if known >= _LIKELY else None
        return Fit.TAKE if is_prompt and told >= _FIRM and run.flow.successes > 0 else None

    def _decision(self, match: _Match) -> Decision | None:
        step = match.step
        if match.fit is Fit.PART:
            return Decision(DecisionKind.LISTEN, seconds=step.timeout_s, reason=REASON, confidence=_SURE)
        if match.fit is Fit.FOLLOW:
            return None
        match step.kind:
            case StepKind.DTMF:
                return Decision(DecisionKind.PRESS, step.value, step.value, reason=REASON, confidence=_SURE)
            case StepKind.SAY:
                text = self._words.representative if step.value == REPRESENTATIVE else step.value
                return Decision(DecisionKind.SAY, text, text, reason=REASON, confidence=_SURE)
            case StepKind.HOLD:
                return Decision(DecisionKind.WAIT, seconds=_HOLD_S, reason=REASON, confidence=_SURE, is_hold=True)
            case StepKind.WAIT:
                return Decision(DecisionKind.WAIT, seconds=step.timeout_s, reason=REASON, confidence=_SURE)
            case _:
                return Decision(DecisionKind.LISTEN, reason=REASON, confidence=_SURE)


def _does(step: FlowStep, decision: Decision, words: Words) -> bool:
    """True when the decision is what the step wants."""
    match step.kind:
        case StepKind.DTMF:
            return decision.do is DecisionKind.PRESS and decision.shown == step.value
        case StepKind.SAY:
            text = words.representative if step.value == REPRESENTATIVE else step.value
            return decision.do is DecisionKind.SAY and plain(decision.shown) == plain(text)
        case StepKind.WAIT | StepKind.HOLD:
            return decision.do is DecisionKind.WAIT
        case _:
            return False


def _told(step: FlowStep) -> str:
    """The step for people: what, and at which prompt."""
    what = f"{step.kind.value} {step.value}".strip()
    return f"{what}: {' '.join(step.purpose or step.expect[:8])}".rstrip(": ")
