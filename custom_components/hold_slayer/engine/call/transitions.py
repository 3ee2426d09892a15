"""All transitions of a call in one place.

Two kinds of machine run side by side. The *mission* (`Phase`, one a call) says what is being attempted; each *leg* (`LegState`,
one for the company, one for every phone of the user that is rung) says how its signalling stands. They are coupled in one
direction only: an event first moves its leg by `LEG`; what that means for the mission is a `Trigger`, pulled by the step of the
present phase when the guard in the trigger's description holds, and `MISSION` says where it leads. The mission acts on legs by
dialling and hanging up, never by setting their state otherwise. Media is no machine of its own: what is played or bridged is an
action of a step, and a lost answer to it is covered by a deadline.

`EVENTS` says for every event in which phases it means something and in which it is ignored on purpose (late, repeated, or
nobody's business): together they cover all phases. `DEADLINES` says which timers may run in a phase; the others are forgotten
on entry. Of those in `GATES` at least one always runs, and each has a default, so that no phase can last for ever.

Forbidden by omission, and raised as `IllegalTransitionError`: leaving ``ended``, a person before a candidate (who calls back as
promised is one at once), ``connected`` without a bridge, going back from a person to a menu (but to the queue, when its music
returns or the user hands the call back).
"""

from dataclasses import dataclass

from ..model import call_event as ev
from ..model.phase import Phase
from .states import ACTIVE, BEFORE_AND_AFTER, LISTENING, PLACING, WITH_USER, LegState, Trigger
from .timers import Timer

MISSION: dict[tuple[Phase, Trigger], Phase] = {
    (Phase.IDLE, Trigger.PLACED): Phase.DIALING,
    (Phase.IDLE, Trigger.OVER): Phase.ENDED,
    (Phase.DIALING, Trigger.RANG): Phase.RINGING,
    (Phase.DIALING, Trigger.ANSWERED): Phase.NAVIGATING,
    (Phase.DIALING, Trigger.TAKEN_OVER): Phase.ON_HOLD,
    (Phase.DIALING, Trigger.CALLED_BACK): Phase.HUMAN,
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
    (Phase.HUMAN, Trigger.PERSON_GONE): Phase.ON_HOLD,
    (Phase.HUMAN, Trigger.OVER): Phase.ENDED,
    (Phase.TRANSFERRING, Trigger.BRIDGED): Phase.CONNECTED,
    (Phase.TRANSFERRING, Trigger.TRANSFER_FAILED): Phase.ON_HOLD,
    (Phase.TRANSFERRING, Trigger.PERSON_GONE): Phase.ON_HOLD,
    (Phase.TRANSFERRING, Trigger.OVER): Phase.ENDED,
    (Phase.CONNECTED, Trigger.HANDED_BACK): Phase.ON_HOLD,
    (Phase.CONNECTED, Trigger.USER_LOST): Phase.TRANSFERRING,
    (Phase.CONNECTED, Trigger.OVER): Phase.ENDED,
}

LEG: dict[tuple[LegState, type[ev.LegEvent]], LegState] = {
    (LegState.DIALING, ev.LegRangEvent): LegState.RINGING,
    (LegState.DIALING, ev.LegEarlyMediaEvent): LegState.RINGING,
    (LegState.DIALING, ev.LegAnsweredEvent): LegState.UP,
    (LegState.DIALING, ev.EndpointAcceptedEvent): LegState.UP,
    (LegState.DIALING, ev.LegFailedEvent): LegState.OVER,
    (LegState.DIALING, ev.LegEndedEvent): LegState.OVER,
    (LegState.RINGING, ev.LegRangEvent): LegState.RINGING,
    (LegState.RINGING, ev.LegEarlyMediaEvent): LegState.RINGING,
    (LegState.RINGING, ev.LegAnsweredEvent): LegState.UP,
    (LegState.RINGING, ev.EndpointAcceptedEvent): LegState.UP,
    (LegState.RINGING, ev.LegFailedEvent): LegState.OVER,
    (LegState.RINGING, ev.LegEndedEvent): LegState.OVER,
    (LegState.UP, ev.LegMediaChangedEvent): LegState.UP,
    (LegState.UP, ev.LegTransferProgressedEvent): LegState.UP,
    (LegState.UP, ev.LegFailedEvent): LegState.OVER,
    (LegState.UP, ev.LegEndedEvent): LegState.OVER,
}
"""Events without a row are late or repeated and change nothing."""


@dataclass(frozen=True, slots=True)
class Reach:
    """In which phases an event means something, and in which it is ignored on purpose."""

    taken: frozenset[Phase]
    ignored: frozenset[Phase]


_NOWHERE: frozenset[Phase] = frozenset()
_ASKABLE = LISTENING | {Phase.HUMAN, Phase.TRANSFERRING}
_CONNECTED = frozenset({Phase.CONNECTED})
_WAITING = frozenset({Phase.ON_HOLD, Phase.CANDIDATE})

EVENTS: dict[type[ev.CallEvent], Reach] = {
    ev.CallRequestedEvent: Reach(frozenset({Phase.IDLE}), ACTIVE | {Phase.ENDED}),
    # Signalling of both kinds of leg comes at any time; `LEG` sorts out what is late.
    ev.LegRangEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    ev.LegEarlyMediaEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    ev.LegAnsweredEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    ev.EndpointAcceptedEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    ev.LegMediaChangedEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    ev.LegFailedEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    ev.LegEndedEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    # How the exchange gets on with taking over; a call handed back meanwhile wants nothing of it.
    ev.LegTransferProgressedEvent: Reach(
        frozenset({Phase.TRANSFERRING, Phase.CONNECTED}), BEFORE_AND_AFTER | PLACING | LISTENING | {Phase.HUMAN}
    ),
    ev.TargetsChosenEvent: Reach(
        frozenset({Phase.HUMAN, Phase.TRANSFERRING}), BEFORE_AND_AFTER | PLACING | LISTENING | _CONNECTED
    ),
    # The user's keys: a 1 to be joined, two stars to hand the call back, others for the company. What the company sends is nothing.
    ev.DigitReceivedEvent: Reach(WITH_USER, BEFORE_AND_AFTER | PLACING | LISTENING),
    # Who answered: a voicemail on the company's side at the start, a machine on a phone of the user's.
    ev.AnswererHeardEvent: Reach(
        WITH_USER | {Phase.NAVIGATING}, BEFORE_AND_AFTER | PLACING | {Phase.ON_HOLD, Phase.CANDIDATE}
    ),
    # A spoken yes stands for the 1.
    ev.ConsentHeardEvent: Reach(WITH_USER, BEFORE_AND_AFTER | PLACING | LISTENING),
    # What is heard counts from the answer on, and no longer once the user listens.
    ev.FrameLabelledEvent: Reach(_NOWHERE, ACTIVE | BEFORE_AND_AFTER),
    # For those who watch.
    ev.HoldPatternHeardEvent: Reach(_NOWHERE, ACTIVE | BEFORE_AND_AFTER),
    ev.HoldInterruptedEvent: Reach(_WAITING, BEFORE_AND_AFTER | PLACING | WITH_USER | {Phase.NAVIGATING}),
    ev.AudioClassChangedEvent: Reach(PLACING | _ASKABLE, BEFORE_AND_AFTER | _CONNECTED),
    # Before the answer a tone tells why nobody comes.
    ev.ToneHeardEvent: Reach(PLACING | LISTENING, BEFORE_AND_AFTER | WITH_USER),
    ev.VerdictChangedEvent: Reach(PLACING | _ASKABLE, BEFORE_AND_AFTER | _CONNECTED),
    ev.UtteranceStartedEvent: Reach(_ASKABLE, BEFORE_AND_AFTER | PLACING | _CONNECTED),
    ev.UtteranceContinuesEvent: Reach(LISTENING, BEFORE_AND_AFTER | PLACING | WITH_USER),
    ev.UtteranceEndedEvent: Reach(_ASKABLE, BEFORE_AND_AFTER | PLACING | _CONNECTED),
    ev.TranscribedEvent: Reach(LISTENING, BEFORE_AND_AFTER | PLACING | WITH_USER),
    ev.TranscriptionFailedEvent: Reach(LISTENING, BEFORE_AND_AFTER | PLACING | WITH_USER),
    # On hold no advice is wanted: what was asked before is void.
    ev.LanguageModelAnsweredEvent: Reach(
        frozenset({Phase.NAVIGATING}),
        BEFORE_AND_AFTER | PLACING | WITH_USER | {Phase.ON_HOLD, Phase.CANDIDATE},
    ),
    ev.LanguageModelFailedEvent: Reach(
        frozenset({Phase.NAVIGATING}),
        BEFORE_AND_AFTER | PLACING | WITH_USER | {Phase.ON_HOLD, Phase.CANDIDATE},
    ),
    ev.SpokenEvent: Reach(LISTENING | WITH_USER, BEFORE_AND_AFTER | PLACING),
    ev.SpeakingFailedEvent: Reach(LISTENING | WITH_USER, BEFORE_AND_AFTER | PLACING),
    ev.DigitsSentEvent: Reach(
        frozenset({Phase.NAVIGATING}),
        BEFORE_AND_AFTER | PLACING | WITH_USER | {Phase.ON_HOLD, Phase.CANDIDATE},
    ),
    ev.BridgedEvent: Reach(
        frozenset({Phase.TRANSFERRING}),
        BEFORE_AND_AFTER | PLACING | LISTENING | {Phase.HUMAN, Phase.CONNECTED},
    ),
    # Commands. Keys and transfers need an answered line.
    ev.HangUpRequestedEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    ev.InterruptedEvent: Reach(ACTIVE, BEFORE_AND_AFTER),
    ev.QuestionAnsweredEvent: Reach(
        frozenset({Phase.NAVIGATING}),
        BEFORE_AND_AFTER | PLACING | WITH_USER | {Phase.ON_HOLD, Phase.CANDIDATE},
    ),
    ev.ResumeWaitingRequestedEvent: Reach(_CONNECTED, BEFORE_AND_AFTER | PLACING | _ASKABLE),
    ev.DigitsRequestedEvent: Reach(LISTENING | WITH_USER, BEFORE_AND_AFTER | PLACING),
    # Once the user is on the line they speak for themselves.
    ev.SayRequestedEvent: Reach(_ASKABLE, BEFORE_AND_AFTER | PLACING | _CONNECTED),
    ev.TransferRequestedEvent: Reach(_ASKABLE, BEFORE_AND_AFTER | PLACING | _CONNECTED),
}

_ALWAYS = frozenset({Timer.CALL})

DEADLINES: dict[Phase, frozenset[Timer]] = {
    Phase.IDLE: frozenset(),
    Phase.DIALING: frozenset({Timer.PLACE}),
    Phase.RINGING: frozenset({Timer.PLACE}),
    Phase.NAVIGATING: _ALWAYS
    | {
        Timer.NAVIGATE,
        Timer.WORDS,
        Timer.TURN,
        Timer.SILENCE,
        Timer.TRANSCRIPT,
        Timer.MODEL,
        Timer.MODEL_RETRY,
        Timer.QUESTION,
        Timer.BEEP,
        Timer.MESSAGE,
        Timer.TONE,
        Timer.LAST_WORDS,
    },
    Phase.ON_HOLD: _ALWAYS | {Timer.SETTLE, Timer.HOLD, Timer.MENU, Timer.TONE, Timer.FAREWELL, Timer.LAST_WORDS},
    # Both go on: a candidate that comes to nothing must not prolong the menu's or the queue's limit.
    Phase.CANDIDATE: _ALWAYS
    | {
        Timer.NAVIGATE,
        Timer.HOLD,
        Timer.CANDIDATE,
        Timer.SPEAK,
        Timer.TRANSCRIPT,
        Timer.QUIET,
        Timer.MUSIC,
        Timer.TONE,
        Timer.LAST_WORDS,
    },
    Phase.HUMAN: _ALWAYS | {Timer.SPEAK, Timer.GREETING, Timer.TARGET, Timer.ANSWERER, Timer.MUSIC},
    Phase.TRANSFERRING: _ALWAYS
    | {
        Timer.HOLD,
        Timer.SPEAK,
        Timer.TARGET,
        Timer.ANSWERER,
        Timer.TRANSFER,
        Timer.COURTESY,
        Timer.GIVE_UP,
        Timer.APOLOGY,
        Timer.MUSIC,
    },
    Phase.CONNECTED: _ALWAYS | {Timer.KEY, Timer.TRANSFER},
    Phase.ENDED: frozenset(),
}
"""Timers that may run in each phase."""

GATES: dict[Phase, frozenset[Timer]] = {
    Phase.DIALING: frozenset({Timer.PLACE}),
    Phase.RINGING: frozenset({Timer.PLACE}),
    Phase.NAVIGATING: frozenset({Timer.NAVIGATE, Timer.MESSAGE}),
    Phase.ON_HOLD: frozenset({Timer.HOLD}),
    Phase.CANDIDATE: frozenset({Timer.CANDIDATE}),
    Phase.HUMAN: frozenset({Timer.GREETING}),
    Phase.TRANSFERRING: frozenset({Timer.TARGET, Timer.TRANSFER, Timer.GIVE_UP, Timer.APOLOGY}),
    Phase.CONNECTED: frozenset({Timer.CALL}),
}
"""Timers that lead out of a phase or on to another gate; at least one of them always runs."""


class IllegalTransitionError(RuntimeError):
    """The brain asked for a transition that the table does not have."""


def next_phase(phase: Phase, trigger: Trigger) -> Phase:
    """Where ``trigger`` leads from ``phase``. Raises IllegalTransitionError."""
    try:
        return MISSION[phase, trigger]
    except KeyError:
        raise IllegalTransitionError(f"{trigger} in {phase}") from None
