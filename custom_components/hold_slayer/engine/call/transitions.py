"""All transitions of a call in one table.

Two machines run side by side. The *mission* (`Phase`) says what is being attempted; each *leg* (`LegState`) says how its
signalling stands. They are coupled in one direction only: leg events are turned into mission triggers by the brain, and the
mission dials and hangs up legs, never the other way round. Media is not a machine of its own: what is played or bridged is an
action of a mission step. A trigger that has no row for the present phase is a fault of the brain and raises.
"""

from ..model.phase import Phase
from .states import LegState, Trigger

MISSION: dict[tuple[Phase, Trigger], Phase] = {
    (Phase.IDLE, Trigger.OVER): Phase.ENDED,
    (Phase.DIALING, Trigger.RANG): Phase.RINGING,
    (Phase.DIALING, Trigger.ANSWERED): Phase.NAVIGATING,
    (Phase.DIALING, Trigger.OVER): Phase.ENDED,
    (Phase.RINGING, Trigger.ANSWERED): Phase.NAVIGATING,
    (Phase.RINGING, Trigger.OVER): Phase.ENDED,
    (Phase.NAVIGATING, Trigger.HOLD_HEARD): Phase.ON_HOLD,
    (Phase.NAVIGATING, Trigger.CANDIDATE_HEARD): Phase.CANDIDATE,
    (Phase.NAVIGATING, Trigger.TRANSFER_BEGUN): Phase.TRANSFERRING,
    (Phase.NAVIGATING, Trigger.OVER): Phase.ENDED,
    (Phase.ON_HOLD, Trigger.MENU_HEARD): Phase.NAVIGATING,
    (Phase.ON_HOLD, Trigger.CANDIDATE_HEARD): Phase.CANDIDATE,
    (Phase.ON_HOLD, Trigger.TRANSFER_BEGUN): Phase.TRANSFERRING,
    (Phase.ON_HOLD, Trigger.OVER): Phase.ENDED,
    (Phase.CANDIDATE, Trigger.DROPPED_TO_HOLD): Phase.ON_HOLD,
    (Phase.CANDIDATE, Trigger.DROPPED_TO_MENU): Phase.NAVIGATING,
    (Phase.CANDIDATE, Trigger.HUMAN_CONFIRMED): Phase.HUMAN,
    (Phase.CANDIDATE, Trigger.TRANSFER_BEGUN): Phase.TRANSFERRING,
    (Phase.CANDIDATE, Trigger.OVER): Phase.ENDED,
    (Phase.HUMAN, Trigger.TRANSFER_BEGUN): Phase.TRANSFERRING,
    (Phase.HUMAN, Trigger.OVER): Phase.ENDED,
    (Phase.TRANSFERRING, Trigger.BRIDGED): Phase.CONNECTED,
    (Phase.TRANSFERRING, Trigger.OVER): Phase.ENDED,
    (Phase.CONNECTED, Trigger.OVER): Phase.ENDED,
}

LEG: dict[tuple[LegState, str], LegState] = {
    (LegState.DIALING, "LegRangEvent"): LegState.RINGING,
    (LegState.DIALING, "LegEarlyMediaEvent"): LegState.RINGING,
    (LegState.DIALING, "LegAnsweredEvent"): LegState.UP,
    (LegState.DIALING, "LegFailedEvent"): LegState.OVER,
    (LegState.DIALING, "LegEndedEvent"): LegState.OVER,
    (LegState.RINGING, "LegRangEvent"): LegState.RINGING,
    (LegState.RINGING, "LegEarlyMediaEvent"): LegState.RINGING,
    (LegState.RINGING, "LegAnsweredEvent"): LegState.UP,
    (LegState.RINGING, "LegFailedEvent"): LegState.OVER,
    (LegState.RINGING, "LegEndedEvent"): LegState.OVER,
    (LegState.UP, "LegMediaChangedEvent"): LegState.UP,
    (LegState.UP, "LegEndedEvent"): LegState.OVER,
}
"""Events without a row are late or repeated and change nothing."""


class IllegalTransitionError(RuntimeError):
    """The brain asked for a transition that the table does not have."""


def next_phase(phase: Phase, trigger: Trigger) -> Phase:
    """Where ``trigger`` leads from ``phase``. Raises IllegalTransitionError."""
    try:
        return MISSION[phase, trigger]
    except KeyError:
        raise IllegalTransitionError(f"{trigger} in {phase}") from None
