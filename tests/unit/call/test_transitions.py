"""The tables cover everything, and nothing outside them happens."""

import inspect
from itertools import product

import pytest

from custom_components.hold_slayer.engine.call.states import LegState, Trigger
from custom_components.hold_slayer.engine.call.timers import Timer
from custom_components.hold_slayer.engine.call.transitions import (
    DEADLINES,
    EVENTS,
    GATES,
    LEG,
    MISSION,
    IllegalTransitionError,
    next_phase,
)
from custom_components.hold_slayer.engine.model import call_event as ev
from custom_components.hold_slayer.engine.model.phase import Phase

BASES = {ev.CallEvent, ev.LegEvent, ev.HearingEvent}
ALL_EVENTS = [
    each for _, each in inspect.getmembers(ev, inspect.isclass) if issubclass(each, ev.CallEvent) and each not in BASES
]


@pytest.mark.parametrize("event", ALL_EVENTS, ids=lambda event: event.__name__)
def test_every_event_is_taken_or_ignored_in_every_phase(event: type[ev.CallEvent]) -> None:
    reach = EVENTS[event]
    assert reach.taken | reach.ignored == set(Phase)
    assert not reach.taken & reach.ignored
    assert Phase.ENDED in reach.ignored


def test_no_event_is_made_up() -> None:
    assert set(EVENTS) == set(ALL_EVENTS)


@pytest.mark.parametrize(("phase", "trigger"), product(Phase, Trigger))
def test_a_trigger_leads_where_the_table_says_or_raises(phase: Phase, trigger: Trigger) -> None:
    if (phase, trigger) in MISSION:
        assert next_phase(phase, trigger) is MISSION[phase, trigger]
    else:
        with pytest.raises(IllegalTransitionError, match=trigger):
            next_phase(phase, trigger)


def test_every_phase_can_be_reached_and_ended() -> None:
    reached = {Phase.IDLE}
    for _ in Phase:
        reached |= {to for (phase, _), to in MISSION.items() if phase in reached}
    assert reached == set(Phase)
    assert {phase for phase, trigger in MISSION if trigger is Trigger.OVER} == set(Phase) - {Phase.ENDED}
    assert all(phase is not Phase.ENDED for phase, _ in MISSION)


def test_a_person_comes_only_after_a_candidate_and_connected_only_after_a_bridge() -> None:
    assert {(phase, trigger) for (phase, trigger), to in MISSION.items() if to is Phase.HUMAN} == {
        (Phase.CANDIDATE, Trigger.HUMAN_CONFIRMED),
        (Phase.DIALING, Trigger.CALLED_BACK),
    }
    assert {(p, t) for (p, t), to in MISSION.items() if to is Phase.CONNECTED} == {
        (Phase.TRANSFERRING, Trigger.BRIDGED)
    }


def test_every_lasting_phase_has_a_deadline() -> None:
    assert set(GATES) == set(Phase) - {Phase.IDLE, Phase.ENDED}
    assert set(DEADLINES) == set(Phase)
    for phase, gates in GATES.items():
        assert gates
        assert gates <= DEADLINES[phase]
    assert set().union(*DEADLINES.values()) == set(Timer), "a timer that no phase has"


def test_a_leg_that_is_over_stays_over_and_no_leg_comes_down_to_ringing() -> None:
    assert not [row for row in LEG if row[0] is LegState.OVER]
    assert not [row for row, to in LEG.items() if row[0] is LegState.UP and to is LegState.RINGING]
    alive = {LegState.DIALING, LegState.RINGING, LegState.UP}
    assert {row[0] for row, to in LEG.items() if to is LegState.OVER} == alive
