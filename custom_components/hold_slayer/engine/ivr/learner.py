"""Makes flows of calls that reached a person, and keeps the score of those that were followed.

A call is read from its occurrences, in which facts are placeholders already. Ways that led back to a prompt heard before are left
out. Only a call that reached a person teaches a way; any other can at most count against the one that it followed.
"""

from collections.abc import Collection, Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import date
import re

from ..model.call_event import CallOccurrence, OccurrenceKind
from ..model.call_flow import ANSWER, IN_OWN_WORDS, REPRESENTATIVE, CallFlow, FlowStep, StepKind
from ..model.phase import Outcome
from .flow import MOST_WORDS, is_for, is_same_prompt, offers_words, share, signature
from .flow_codec import FACT_NAME, LONGEST_TEXT, MOST_FLOWS, MOST_KEYS, MOST_STEPS, unused_name
from .flow_guide import REASON
from .menu import OptionKind, parse_menu
from .words import Words, plain, words_of

MOST_VARIANTS = 4
"""Of one goal; the least useful one makes room."""
_SAME_STEP, _SAME_CUT = 0.5, 0.75
_FACT = re.compile(r"\{[^{}]*\}[*#]?")
_KEYS = re.compile(r"[0-9*#]+", re.ASCII)
_BLAMED = frozenset(
    {Outcome.NO_ROUTE, Outcome.NO_SPEECH, Outcome.REMOTE_HUNG_UP, Outcome.VOICEMAIL, Outcome.SELF_SERVICE}
)
"""Ends in the menus that a way may have led to."""


@dataclass(frozen=True, slots=True)
class CallStory:
    """What a call tells about the ways it took."""

    steps: tuple[FlowStep, ...]
    """Its way, without detours."""
    has_person: bool
    is_blamed: bool
    """It ended in the menus, and the way may be why."""
    is_users: bool
    """The user pressed or said something: that way is not ours to learn."""
    followed_flow: bool
    early_in_vain: bool
    """A key pressed while the line spoke did nothing: it said the same again."""
    drifted: tuple[tuple[str, int], ...]
    """Flows that the line no longer agreed with, and the index of the step that did not come."""

    @property
    def is_lesson(self) -> bool:
        """True when there is something to be learned."""
        return self.has_person and not self.is_users and any(step.is_action for step in self.steps)


def read_call(occurrences: Iterable[CallOccurrence], language: str, private: Collection[str] = ()) -> CallStory:
    """Read an ended call. ``private``: words that no flow may hold (see `flow.private_words`)."""
    reader = _Reader(words_of(language), private)
    for occurrence in occurrences:
        reader.take(occurrence)
    return reader.story()


class _Reader:
    """Walks through one call."""

    def __init__(self, words: Words, private: Collection[str]) -> None:
        self._words = words
        self._private = private
        self._texts: list[str] = []
        self._steps: list[FlowStep] = []
        self._drifted: list[tuple[str, int]] = []
        self._is_users = self._followed = self._has_person = False
        self._has_waited = False
        self._is_early = self._early_in_vain = False
        self._early: set[int] = set()
        self._outcome = ""

    def story(self) -> CallStory:
        is_blamed = not self._has_person and not self._has_waited and self._outcome in _BLAMED
        return CallStory(
            tuple(self._steps[:MOST_STEPS]),
            self._has_person,
            is_blamed,
            self._is_users,
            self._followed,
            self._early_in_vain,
            tuple(self._drifted),
        )

    def take(self, occurrence: CallOccurrence) -> None:
        data = occurrence.data
        if occurrence.kind == OccurrenceKind.ENDED:
            self._outcome = str(data.get("outcome", ""))
        if self._has_person:
            return
        match occurrence.kind:
            case OccurrenceKind.PROMPT_HEARD if data.get("goes_on"):
                self._went_on(str(data.get("text", "")))
            case OccurrenceKind.PROMPT_HEARD:
                self._texts.append(str(data.get("text", "")))
            case OccurrenceKind.KEY_PRESSED | OccurrenceKind.SAID:
                reason = str(data.get("reason", ""))
                self._is_users |= reason == "user"
                self._followed |= reason == REASON
                self._is_early = bool(data.get("early"))
                if occurrence.kind == OccurrenceKind.KEY_PRESSED:
                    self._pressed(str(data.get("digits", "")))
                else:
                    self._said(str(data.get("text", "")), reason)
            case OccurrenceKind.HOLD_STARTED:
                self._has_waited = True
                self._add(StepKind.HOLD)
            case OccurrenceKind.CANDIDATE:
                # What a person may have said is nobody's prompt.
                self._texts.clear()
            case OccurrenceKind.FLOW_DRIFTED:
                self._drifted.append((str(data.get("flow", "")), int(data.get("step", 0))))
            case OccurrenceKind.HUMAN_ANSWERED:
                self._has_person = True
                self._texts.clear()
                self._add(StepKind.TRANSFER)
            case _:
                pass

    def _went_on(self, text: str) -> None:
        """What the prompt still had to say when it was answered."""
        if self._steps and self._early and self._steps[-1].is_action:
            step = self._steps[-1]
            more = [word for word in signature([text], self._words, self._private) if word not in step.expect]
            self._steps[-1] = replace(step, expect=(*step.expect, *more)[:MOST_WORDS])

    def _pressed(self, shown: str) -> None:
        if _FACT.fullmatch(shown) is not None:
            self._gave(shown)
        elif len(shown) <= MOST_KEYS and _KEYS.fullmatch(shown) is not None:
            purpose: tuple[str, ...] = ()
            for option in parse_menu(self._texts, self._words).options:
                if option.kind is OptionKind.KEY and option.key == shown:
                    purpose = signature([option.purpose], self._words, self._private)
            self._add(StepKind.DTMF, shown, purpose)
        else:
            # An entry that is no fact's: not to be kept.
            self._is_users = True

    def _gave(self, shown: str) -> None:
        name = shown.strip("{}*#")
        if FACT_NAME.fullmatch(name) is None:
            # No name that an action gives: nothing could be written down.
            self._is_users = True
        else:
            self._add(StepKind.FACT, name)

    def _said(self, shown: str, reason: str) -> None:
        words = self._words
        if _FACT.fullmatch(shown) is not None:
            self._gave(shown)
        elif reason == "answer" or shown in (words.yes, words.no):
            self._add(StepKind.SAY, ANSWER)
        elif shown == words.representative:
            self._add(StepKind.SAY, REPRESENTATIVE)
        else:
            self._add(StepKind.SAY, self._offered(shown) or IN_OWN_WORDS)

    def _offered(self, shown: str) -> str:
        """The words that the line itself offered; anything else may be the user's own."""
        said = plain(shown).strip(" .,!?")
        is_offered = bool(said) and offers_words(plain(" ".join(self._texts)), said)
        is_clean = not set(re.findall(r"\w+", said)) & set(self._private) and not re.search(r"[\d{}]", said)
        is_short = len(said) <= LONGEST_TEXT and said.isprintable()
        return said if is_offered and is_clean and is_short else ""

    def _add(self, kind: StepKind, value: str = "", purpose: tuple[str, ...] = ()) -> None:
        expect = signature(self._texts, self._words, self._private)
        self._texts.clear()
        if kind in (StepKind.HOLD, StepKind.TRANSFER):
            self._steps.append(FlowStep(kind, value, expect))
            return
        if not expect:
            # It answered a silence: nothing to recognise it by.
            return
        for index, step in enumerate(self._steps):
            is_cut = index in self._early and share(step.expect, expect) >= _SAME_CUT
            if step.is_action and (is_cut or is_same_prompt(step.expect, expect)):
                self._early_in_vain |= index in self._early and index == len(self._steps) - 1
                self._early = {early for early in self._early if early < index}
                expect = step.expect if len(step.expect) <= len(expect) else expect
                del self._steps[index:]
                break
        if self._is_early:
            self._early.add(len(self._steps))
        self._steps.append(FlowStep(kind, value, expect, purpose))


# --- keeping score --------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Lesson:
    """For which flows a call counts."""

    name: str
    """What a new flow is to be called; variants get a number."""
    number: str
    language: str
    goal: tuple[str, ...]
    goal_words: tuple[str, ...]
    day: date


def learned(flows: Sequence[CallFlow], story: CallStory, lesson: Lesson, *, adds: bool = True) -> tuple[CallFlow, ...]:
    """All flows of an account after a call; the same ones when it taught nothing. Without ``adds`` none is new."""
    kept = list(flows)
    good = _followed_to_the_end(kept, story, lesson) if story.is_lesson else None
    for name, index in story.drifted:
        place = next((i for i, flow in enumerate(kept) if flow.name == name), None)
        if place is not None and place != good:
            kept[place] = _failed(kept[place], index)
    if good is not None:
        kept[good] = _succeeded(kept[good], lesson.day)
        if story.early_in_vain:
            kept[good] = replace(kept[good], takes_early_keys=False)
    elif story.is_lesson and adds:
        kept = _with_variant(kept, story, lesson)
    elif story.is_blamed and story.followed_flow and not story.drifted:
        place = next((i for i, flow in enumerate(kept) if _is_mine(flow, lesson) and _begins(flow, story)), None)
        if place is not None:
            kept[place] = _failed(kept[place], None)
    return tuple(kept)


def _is_mine(flow: CallFlow, lesson: Lesson) -> bool:
    return (
        flow.number == lesson.number
        and flow.language == lesson.language
        and is_for(flow, lesson.goal, lesson.goal_words)
    )


def _followed_to_the_end(flows: Sequence[CallFlow], story: CallStory, lesson: Lesson) -> int | None:
    for place, flow in enumerate(flows):
        if _is_mine(flow, lesson) and len(_actions(flow.steps)) == len(_actions(story.steps)) and _begins(flow, story):
            return place
    return None


def _actions(steps: Iterable[FlowStep]) -> list[FlowStep]:
    return [step for step in steps if step.is_action]


def _begins(flow: CallFlow, story: CallStory) -> bool:
    """True when the call's actions are the flow's first ones, at the same prompts."""
    own, done = _actions(flow.steps), _actions(story.steps)
    return 0 < len(done) <= len(own) and all(_is_same_step(*pair) for pair in zip(own, done, strict=False))


def _is_same_step(one: FlowStep, other: FlowStep) -> bool:
    is_heard = max(share(one.expect, other.expect), share(other.expect, one.expect)) >= _SAME_STEP
    is_meant = not one.purpose or not other.purpose or share(one.purpose, other.purpose) >= _SAME_STEP
    return (one.kind, one.value) == (other.kind, other.value) and is_heard and is_meant


def _succeeded(flow: CallFlow, day: date) -> CallFlow:
    steps = tuple(replace(step, successes=step.successes + 1, last_success=day) for step in flow.steps)
    return replace(flow, steps=steps, successes=flow.successes + 1, failures_in_row=0, last_success=day)


def _failed(flow: CallFlow, index: int | None) -> CallFlow:
    steps = tuple(
        replace(step, failures=step.failures + 1) if place == index else step for place, step in enumerate(flow.steps)
    )
    return replace(flow, steps=steps, failures=flow.failures + 1, failures_in_row=flow.failures_in_row + 1)


def _with_variant(flows: list[CallFlow], story: CallStory, lesson: Lesson) -> list[CallFlow]:
    mine = [flow for flow in flows if _is_mine(flow, lesson)]
    made = CallFlow(
        name=unused_name(lesson.name, flows),
        number=lesson.number,
        language=lesson.language,
        goal=lesson.goal,
        steps=story.steps,
        takes_early_keys=not story.early_in_vain,
        version=max((flow.version for flow in mine), default=0) + 1,
        goal_words=lesson.goal_words,
    )
    kept = [*flows, _succeeded(made, lesson.day)]
    if len(mine) >= MOST_VARIANTS:
        kept.remove(min(mine, key=_use))
    if len(kept) > MOST_FLOWS:
        kept.remove(min(kept[:-1], key=_use))
    return kept


def _use(flow: CallFlow) -> tuple[bool, date, int]:
    """The less, the sooner it goes."""
    return (not flow.is_retired, flow.last_success or date.min, flow.successes)
