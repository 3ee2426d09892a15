"""The table is complete, and no sequence of events breaks a promise of the brain."""

from dataclasses import replace

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.call.brain import Brain
from custom_components.hold_slayer.engine.call.states import Trigger
from custom_components.hold_slayer.engine.call.transitions import MISSION, IllegalTransitionError, next_phase
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.action import NavigatorQuestion
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure, Phase, Verdict
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.call_kit import HOLD, HOME, LISTEN, MEDIA, MOBILE, PRESS_2, WAIT, CallKit, FakeNavigator

LEGS = st.sampled_from([ev.FAR_LEG, "user-1", "user-2", "user-9"])
NUMBERS = st.integers(0, 6)
TEXTS = st.sampled_from(
    [
        "",
        "for billing press 2",
        "your call is important to us",
        "this is susan how can i help you",
        "sure okay",
        "please hold",
    ]
)
EVENTS = st.one_of(
    st.builds(ev.LegRangEvent, LEGS),
    st.builds(ev.LegEarlyMediaEvent, LEGS, st.just(MEDIA)),
    st.builds(ev.LegAnsweredEvent, LEGS, st.just(MEDIA)),
    st.builds(ev.LegMediaChangedEvent, LEGS, st.just(MEDIA)),
    st.builds(ev.LegFailedEvent, LEGS, st.sampled_from(LegFailure)),
    st.builds(ev.LegEndedEvent, LEGS, st.sampled_from(EndedBy)),
    st.builds(ev.DigitReceivedEvent, LEGS, st.just("1")),
    st.builds(ev.ConsentHeardEvent, LEGS, st.booleans(), st.floats(0.0, 30.0)),
    st.builds(ev.UtteranceStartedEvent, st.just(1.0), NUMBERS),
    st.builds(ev.UtteranceEndedEvent, st.just(1.0), NUMBERS, st.just(0.0), st.just(1.0)),
    st.builds(ev.VerdictChangedEvent, st.just(1.0), st.sampled_from(Verdict), st.just(0.5), st.just("test")),
    st.builds(ev.ToneHeardEvent, st.just(1.0), st.just("busy")),
    st.builds(ev.TranscribedEvent, NUMBERS, TEXTS),
    st.builds(ev.TranscriptionFailedEvent, NUMBERS, st.just("gone")),
    st.builds(ev.LanguageModelAnsweredEvent, NUMBERS),
    st.builds(ev.LanguageModelFailedEvent, NUMBERS, st.just("gone")),
    st.builds(ev.SpokenEvent, NUMBERS),
    st.builds(ev.SpeakingFailedEvent, NUMBERS, st.just("gone")),
    st.builds(ev.DigitsSentEvent, LEGS),
    st.builds(ev.BridgedEvent, LEGS),
    st.builds(ev.DigitsRequestedEvent, st.just("5")),
    st.builds(ev.SayRequestedEvent, st.sampled_from(["I am still here", " "])),
    st.builds(ev.TransferRequestedEvent, st.sampled_from([None, MOBILE])),
    st.just(ev.CallRequestedEvent(CallBrief(DialTarget("5550100"), "again"))),
)
RARE = st.one_of(st.just(ev.HangUpRequestedEvent()), st.just(ev.InterruptedEvent()))
ASK = Decision(DecisionKind.ASK_MODEL, question=NavigatorQuestion("g", "c", "en", ()))
DECISIONS = st.lists(
    st.sampled_from(
        [
            PRESS_2,
            HOLD,
            LISTEN,
            WAIT,
            ASK,
            Decision(DecisionKind.SAY, "billing", "billing"),
            Decision(DecisionKind.GIVE_UP),
        ]
    ),
    min_size=1,
    max_size=6,
)
STEPS = st.lists(st.tuples(st.one_of(EVENTS, EVENTS, EVENTS, RARE), st.floats(0, 30)), max_size=60)


def follow(decisions: list[Decision], steps: list[tuple[ev.CallEvent, float]]) -> None:
    """Play the steps and hold every promise."""
    brain = Brain(navigator_factory=lambda _brief: FakeNavigator(*decisions, failed=PRESS_2))
    now = 0.0
    dialled: set[str] = set()
    hung_up: list[str] = []
    over: set[str] = set()
    ends = 0
    first: list[tuple[ev.CallEvent, float]] = [
        (ev.CallRequestedEvent(CallBrief(DialTarget("5550100"), "goal", hand_over=(HOME, MOBILE))), 0.0),
        (ev.LegAnsweredEvent(ev.FAR_LEG, MEDIA), 0.5),
    ]
    for event, wait in first + steps:
        now += wait
        for cause in (None, event):
            actions = brain.handle_timer(now) if cause is None else brain.handle(cause, now)
            if isinstance(cause, (ev.LegFailedEvent, ev.LegEndedEvent)):
                over.add(cause.leg_id)
            for action in actions:
                assert ends == 0, f"{action} after the end"
                match action:
                    case act.DialAction(leg_id=leg_id):
                        assert leg_id not in dialled
                        dialled.add(leg_id)
                        over.discard(leg_id)
                    case act.HangUpLegAction(leg_id=leg_id):
                        hung_up.append(leg_id)
                    case act.EndCallAction(sentence=sentence):
                        ends += 1
                        assert sentence
                    case act.SendDigitsAction() if brain.phase in (Phase.ON_HOLD, Phase.CANDIDATE):
                        assert isinstance(cause, ev.DigitsRequestedEvent)
                    case act.AskLanguageModelAction():
                        # Several deadlines may pass at once, the last of them the end.
                        assert brain.phase in (Phase.NAVIGATING, Phase.ENDED)
                    case act.ReportAction(kind="human_answered"):
                        assert brain.is_human or ends
                    case _:
                        pass
        assert len(hung_up) == len(set(hung_up)), "a leg was hung up twice"
        assert set(hung_up) <= dialled
        if brain.phase is Phase.ENDED:
            assert ends == 1
            assert brain.next_timer() is None
            assert dialled <= set(hung_up) | over, "a leg was left up"
        else:
            assert ends == 0
            assert brain.next_timer() is not None, f"{brain.phase} has no deadline"


@settings(max_examples=400, deadline=None)
@given(DECISIONS, STEPS)
def test_no_sequence_of_events_breaks_a_promise(
    decisions: list[Decision], steps: list[tuple[ev.CallEvent, float]]
) -> None:
    follow(decisions, steps)


def test_every_phase_but_the_last_can_be_reached_and_left() -> None:
    for phase in Phase:
        if phase not in (Phase.IDLE, Phase.DIALING):
            assert phase in MISSION.values()
        if phase is not Phase.ENDED:
            assert MISSION[phase, Trigger.OVER] is Phase.ENDED
    assert not any(phase is Phase.ENDED for phase, _ in MISSION)


@pytest.mark.parametrize(
    ("phase", "trigger"),
    [
        (Phase.ENDED, Trigger.OVER),
        (Phase.NAVIGATING, Trigger.HUMAN_CONFIRMED),
        (Phase.ON_HOLD, Trigger.HUMAN_CONFIRMED),
    ],
)
def test_a_move_without_a_row_raises(phase: Phase, trigger: Trigger) -> None:
    with pytest.raises(IllegalTransitionError):
        next_phase(phase, trigger)


def test_an_accepted_callback_is_remembered() -> None:
    kit = CallKit(navigator=FakeNavigator(replace(PRESS_2, is_callback=True), HOLD))
    kit.answered()
    assert not kit.brain.has_callback
    kit.hears("To have us call you back, press 2.")
    kit.passes(2.0)
    assert kit.brain.has_callback
