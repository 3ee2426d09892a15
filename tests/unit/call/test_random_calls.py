"""Whatever happens in whatever order, the invariants of a call hold (`Auditor`) and the brain never raises."""

from collections import Counter
from dataclasses import dataclass, replace
from enum import Enum
from itertools import count
from random import Random

from hypothesis import HealthCheck, given, settings, strategies as st

from custom_components.hold_slayer.engine.call.brain import Brain, BrainConfig
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy, HandOverMode, RingOrder
from custom_components.hold_slayer.engine.model.phase import Answerer, EndedBy, FrameLabel, LegFailure, Phase, Verdict
from tests.fakes.endpoint import BROWSER
from tests.fakes.virtual_call import (
    ANSWER,
    CELL,
    DESK,
    Auditor,
    FakeNavigator,
    ask,
    ask_user,
    brief,
    give_up,
    listen,
    press,
    queue,
    say,
    wait,
)

TEXTS = (
    "", "Hello?", "yes", "This is Susan, how can I help you?", "My name is Bob", "How can I help you?",
    "All of our representatives are busy. Please stay on the line.", "For billing, press two.", "To stay on the line press one",
    "some words that nobody has ever heard before", "Hello, can you hear me?",
)  # fmt: skip
LEGS = (ev.FAR_LEG, "user-1", "user-2", "user-3", "nobody")
legs, ids = st.sampled_from(LEGS), st.integers(1, 6)
DECISIONS = [
    press("1"),
    press("2#"),
    say("billing"),
    wait(5.0),
    queue(),
    listen(),
    ask(),
    ask_user(),
    Decision(DecisionKind.LEAVE_MESSAGE, reason="voicemail"),
    give_up("closed", "Monday."),
]
"""The last two end the call."""
LEAVES = {"message": "Hello from {name}.", "policy": CallPolicy(accept_voicemail=True)}

EVENTS = st.one_of(
    st.builds(ev.CallRequestedEvent, st.just(brief(CELL, DESK))),
    st.builds(ev.LegRangEvent, legs),
    st.builds(ev.LegEarlyMediaEvent, legs, st.just(ANSWER)),
    st.builds(ev.LegAnsweredEvent, legs, st.just(ANSWER)),
    st.builds(ev.LegMediaChangedEvent, legs, st.just(ANSWER)),
    st.builds(ev.LegFailedEvent, legs, st.sampled_from(LegFailure), st.sampled_from([0, 404, 486])),
    st.builds(ev.LegEndedEvent, legs, st.sampled_from(EndedBy)),
    st.builds(ev.DigitReceivedEvent, legs, st.sampled_from("123")),
    st.builds(ev.ConsentHeardEvent, legs, st.booleans(), st.floats(0.0, 30.0)),
    st.builds(
        ev.AnswererHeardEvent,
        legs,
        st.sampled_from(Answerer),
        st.sampled_from([0.0, 0.6, 0.9]),
        st.sampled_from(["speaking", "waits", "beep", "words", "words_and_beep"]),
    ),
    st.builds(ev.FrameLabelledEvent, st.just(1.0), st.sampled_from(FrameLabel)),
    st.builds(
        ev.LanguageModelAnsweredEvent,
        st.integers(0, 4),
        st.sampled_from([{}, {"do": "press", "value": "1"}, {"do": 7}]),
    ),
    st.builds(ev.LanguageModelFailedEvent, st.integers(0, 4), st.just("late")),
    st.builds(ev.BridgedEvent, legs),
    st.builds(ev.DigitsSentEvent, legs),
    st.just(ev.HangUpRequestedEvent()),
    st.just(ev.InterruptedEvent()),
    st.builds(ev.QuestionAnsweredEvent, st.integers(0, 3), st.sampled_from([None, "4711"])),
    st.builds(ev.DigitsRequestedEvent, st.sampled_from(["1", "w12#", "", "hello"])),
    st.builds(ev.ResumeWaitingRequestedEvent),
    st.builds(ev.SayRequestedEvent, st.sampled_from(["I am still here", "", "4711"])),
    st.builds(
        ev.DigitReceivedEvent, st.sampled_from(["user-1", "user-2", ev.FAR_LEG]), st.sampled_from(["1", "*", "#"])
    ),
    st.builds(ev.TransferRequestedEvent, st.sampled_from([None, CELL, DESK])),
)
HEARD = st.one_of(
    st.builds(ev.AudioClassChangedEvent, st.just(1.0), st.sampled_from(FrameLabel)),
    st.builds(ev.ToneHeardEvent, st.just(1.0), st.sampled_from(["ringback", "busy", "sit", "dtmf:5", "beep"])),
    st.builds(ev.VerdictChangedEvent, st.just(1.0), st.sampled_from(Verdict), st.just(0.5), st.just("test")),
    st.builds(ev.UtteranceStartedEvent, st.just(1.0), ids),
    st.builds(ev.UtteranceEndedEvent, st.just(1.0), ids, st.just(0.0), st.just(1.0)),
    st.builds(ev.TranscribedEvent, ids, st.sampled_from(TEXTS)),
    st.builds(ev.TranscriptionFailedEvent, ids, st.just("gone")),
    st.builds(ev.SpokenEvent, st.integers(0, 6)),
    st.builds(ev.SpeakingFailedEvent, st.integers(0, 6), st.sampled_from(["gone", "stopped"])),
)


@dataclass(frozen=True, slots=True)
class Pass:
    """Let time pass; to the next deadline when ``seconds`` is negative."""

    seconds: float


@dataclass(frozen=True, slots=True)
class Say:
    """The line says a whole utterance, and its words come."""

    text: str


class Follow(Enum):
    """Something that fits what the brain did last."""

    SPOKEN = "spoken"
    PHONE_ANSWERS = "phone_answers"
    MACHINE_BEEPS = "machine_beeps"
    PHONE_ENDS = "phone_ends"
    BRIDGED = "bridged"
    ACCEPTED = "accepted"
    CHOSEN = "chosen"
    TRANSFER_TRIES = "transfer_tries"
    TRANSFER_WORKS = "transfer_works"
    TRANSFER_FAILS = "transfer_fails"


type Step = ev.CallEvent | Pass | Say | Follow

STEPS = st.one_of(
    EVENTS,
    HEARD,
    st.builds(Say, st.sampled_from(TEXTS)),
    st.sampled_from(Follow),
    st.builds(Pass, st.sampled_from([-1.0, -1.0, 0.1, 1.0, 4.0, 30.0])),
)
CALM = st.one_of(
    HEARD,
    st.builds(Say, st.sampled_from(TEXTS)),
    st.sampled_from(Follow),
    st.builds(Pass, st.sampled_from([-1.0, 0.1, 1.0])),
)


class _Call:
    def __init__(self, script: list[Decision]) -> None:
        navigator = FakeNavigator(script, advised=press("1"))
        navigator.fallback = ask()
        self.brain = Brain(BrainConfig(hold_s=600.0, call_s=3000.0), lambda _: navigator)
        self.auditor = Auditor(self.brain)
        self.phases: set[Phase] = set()
        self.now = 0.0
        self._speech_id = 0
        self._leg = "user-1"
        self._utterance_ids = count(100)

    def step(self, step: Step) -> None:
        match step:
            case Pass(seconds=seconds):
                due = self.brain.next_timer()
                self.now = max(self.now, due if seconds < 0 and due is not None else self.now + abs(seconds))
                before = self.brain.phase
                self._did(self.brain.handle_timer(self.now), before)
            case Say(text=text):
                utterance_id = next(self._utterance_ids)
                self._give(ev.UtteranceStartedEvent(self.now, utterance_id))
                self.now += 2.0
                self._give(ev.UtteranceEndedEvent(self.now, utterance_id, 0.0, 1.0))
                self._give(ev.TranscribedEvent(utterance_id, text))
            case Follow.SPOKEN:
                self._give(ev.SpokenEvent(self._speech_id))
            case Follow.PHONE_ANSWERS:
                self._give(ev.LegAnsweredEvent(self._leg, ANSWER))
                self._give(ev.AnswererHeardEvent(self._leg, Answerer.PERSON, 0.8, "short_greeting"))
            case Follow.MACHINE_BEEPS:
                self._give(ev.AnswererHeardEvent(self._leg, Answerer.VOICEMAIL, 0.9, "beep"))
            case Follow.PHONE_ENDS:
                self._give(ev.LegEndedEvent(self._leg, EndedBy.REMOTE))
            case Follow.BRIDGED:
                self._give(ev.BridgedEvent(self._leg))
            case Follow.ACCEPTED:
                self._give(ev.EndpointAcceptedEvent(self._leg))
            case Follow.CHOSEN:
                self._give(ev.TargetsChosenEvent((DESK,)))
            case Follow.TRANSFER_TRIES:
                self._give(ev.LegTransferProgressedEvent(ev.FAR_LEG, 180, is_over=False))
            case Follow.TRANSFER_WORKS:
                self._give(ev.LegTransferProgressedEvent(ev.FAR_LEG, 200, is_over=True))
            case Follow.TRANSFER_FAILS:
                self._give(ev.LegTransferProgressedEvent(ev.FAR_LEG, 603, is_over=True))
            case _:
                self._give(step)

    def _give(self, event: ev.CallEvent) -> None:
        before = self.brain.phase
        self.auditor.saw(event, before)
        self._did(self.brain.handle(event, self.now), before)

    def _did(self, actions: list[act.Action], before: Phase) -> None:
        self.auditor.check(actions, before)
        self.phases.add(self.brain.phase)
        for action in actions:
            if isinstance(action, act.SpeakAction):
                self._speech_id = action.speech_id
            elif isinstance(action, act.DialAction | act.RingEndpointAction | act.BridgeAction):
                self._leg = action.leg_id if action.leg_id != ev.FAR_LEG else self._leg

    def run_out(self) -> None:
        """With nothing but its own deadlines every call ends."""
        for _ in range(3000):
            if self.brain.next_timer() is None:
                return
            self.step(Pass(-1.0))
        raise AssertionError(f"stuck in {self.brain.phase}")


def _audit(steps: list[Step], script: list[Decision], opening: list[ev.CallEvent]) -> set[Phase]:
    call = _Call(script)
    for step in (*opening, *steps):
        call.step(step)
    has_begun = call.brain.phase is not Phase.IDLE
    call.run_out()
    assert call.auditor.is_over is has_begun
    return call.phases


ANSWERED = [ev.CallRequestedEvent(brief(CELL, DESK)), ev.LegAnsweredEvent(ev.FAR_LEG, ANSWER)]
ON_HOLD = [*ANSWERED, ev.VerdictChangedEvent(1.0, Verdict.HOLD, 0.9, "music")]
CANDIDATE = [*ON_HOLD, ev.VerdictChangedEvent(1.0, Verdict.CANDIDATE, 0.5, "speech")]
PERSON = [*ON_HOLD, ev.VerdictChangedEvent(1.0, Verdict.HUMAN, 0.9, "waits")]
BLIND = replace(CELL, mode=HandOverMode.BLIND_TRANSFER)
ATTENDED = replace(DESK, mode=HandOverMode.ATTENDED_TRANSFER)
MISSIONS = [
    brief(CELL, DESK, BROWSER, ring_order=RingOrder.AT_ONCE),
    brief(CELL, ATTENDED, confirm_answer=True, ring_order=RingOrder.AT_ONCE),
    brief(BLIND, ATTENDED),
    brief(CELL, **LEAVES),
    brief(ATTENDED, BROWSER, asks_where=True),
    brief(BLIND, CELL, DESK, BROWSER, ring_order=RingOrder.AT_ONCE, asks_where=True),
]
MENUS = [[ev.CallRequestedEvent(mission), ANSWERED[1]] for mission in MISSIONS]
WITH_PHONES = [[ev.CallRequestedEvent(mission), *PERSON[1:]] for mission in MISSIONS]
OPENINGS = st.sampled_from([[], ANSWERED, ON_HOLD, CANDIDATE, PERSON, *MENUS, *WITH_PHONES])
_SETTINGS = settings(max_examples=500, deadline=None, database=None, suppress_health_check=list(HealthCheck))


@_SETTINGS
@given(st.lists(STEPS, max_size=50), st.lists(st.sampled_from(DECISIONS), max_size=8), OPENINGS)
def test_anything_may_happen(steps: list[Step], script: list[Decision], opening: list[ev.CallEvent]) -> None:
    _audit(steps, script, opening)


@_SETTINGS
@given(st.lists(CALM, max_size=50), st.lists(st.sampled_from(DECISIONS[:-2]), max_size=8), OPENINGS)
def test_long_calls_that_nobody_ends(steps: list[Step], script: list[Decision], opening: list[ev.CallEvent]) -> None:
    _audit(steps, script, opening or ANSWERED)


_LIKELY = (*Follow, *(Follow.SPOKEN, Follow.PHONE_ANSWERS, Follow.ACCEPTED, Follow.BRIDGED) * 4)


def test_the_walks_go_everywhere() -> None:
    """Seeded walks of the same kind reach every phase often: what is found above is found in real calls."""
    random = Random(4)
    reached: Counter[Phase] = Counter()
    for _ in range(400):
        steps: list[Step] = [
            random.choice([Say(random.choice(TEXTS)), random.choice(_LIKELY), Pass(random.choice([-1.0, 0.1, 1.0]))])
            for _ in range(30)
        ]
        opening = random.choice([ANSWERED, ON_HOLD, PERSON, *WITH_PHONES])
        reached.update(_audit(steps, random.choices(DECISIONS[:-2], k=5), opening))
    assert all(reached[phase] >= 50 for phase in set(Phase) - {Phase.IDLE, Phase.RINGING}), reached
