"""What every step of a mission needs: state, legs, deadlines, speech and the end. The steps themselves build on it."""

from collections.abc import Callable, Sequence
from typing import Protocol

from ..ivr.decision import Decision
from ..model import action as act, call_event as ev
from ..model.call_brief import CallBrief, HandOverTarget
from ..model.phase import Outcome, Phase, Verdict
from ..model.phone_number import DialTarget
from .clues import HeardTexts
from .config import BrainConfig
from .outcomes import sentence
from .phrases import Phrases
from .policy import refusal
from .states import LegState, Trigger
from .timers import Timer, Timers
from .transitions import LEG, next_phase

Scalar = str | int | float | bool


class NavigatorLike(Protocol):
    """What the brain needs of `ivr.navigator.Navigator`."""

    def heard(self, utterances: Sequence[str]) -> Decision:
        """Decide by rules."""
        ...

    def advised(self, answer: dict[str, object]) -> Decision:
        """Take a language model's answer."""
        ...

    def advice_failed(self) -> Decision:
        """Decide without the language model."""
        ...


class CallCore:
    """State of one call and the small moves everything else is made of."""

    brief: CallBrief
    navigator: NavigatorLike
    sentences: Phrases

    def __init__(self, config: BrainConfig, navigator_factory: Callable[[CallBrief], NavigatorLike]) -> None:
        self.config = config
        self.phase = Phase.IDLE
        self.is_human = False
        self.target_name = ""
        self.outcome: Outcome | None = None
        self._navigator_factory = navigator_factory
        self._timers = Timers()
        self._actions: list[act.Action] = []
        self._now = 0.0
        self._legs: dict[str, LegState] = {}
        self._next_speech = 0
        self._speeches: dict[int, str] = {}
        self._failed_services: set[str] = set()
        # what is on the line
        self._verdict = Verdict.UNCERTAIN
        self._speaking_utterance: int | None = None
        self._pending: dict[int, bool] = {}
        self._turn_texts: list[str] = []
        self._heard = HeardTexts()
        self._silences = 0
        self._question_id = 0
        self._is_asking = False
        self._has_music = False
        self._menu_returns = 0
        self._came_from_hold = False
        self._greeting_id: int | None = None
        self._is_greeted = False
        # hand-over
        self._targets: tuple[HandOverTarget, ...] = ()
        self._target_index = -1
        self._user_legs = 0
        self._user_leg = ""
        self._is_answered = False

    # --- moves --------------------------------------------------------------------------------------------------

    def _move(self, trigger: Trigger) -> None:
        self.phase = next_phase(self.phase, trigger)

    def _do(self, action: act.Action) -> None:
        self._actions.append(action)

    def _report(self, kind: str, **data: Scalar) -> None:
        self._do(act.ReportAction(kind, data))

    def _in(self, timer: Timer, seconds: float) -> None:
        self._timers.set(timer, self._now + seconds)

    # --- legs ---------------------------------------------------------------------------------------------------

    def _dial(self, leg_id: str, target: DialTarget) -> None:
        self._legs[leg_id] = LegState.DIALING
        self._do(act.DialAction(leg_id, target))

    def _follow_leg(self, event: ev.LegEvent) -> bool:
        """Bring the leg's state up to date; False when the event is late or repeated."""
        state = self._legs.get(event.leg_id)
        following = LEG.get((state, type(event).__name__)) if state is not None else None
        if following is None:
            return False
        self._legs[event.leg_id] = following
        return True

    def _hang_up(self, leg_id: str) -> None:
        if self._legs.get(leg_id, LegState.OVER) is not LegState.OVER:
            self._legs[leg_id] = LegState.OVER
            self._do(act.HangUpLegAction(leg_id))

    def _is_up(self, leg_id: str) -> bool:
        return self._legs.get(leg_id) is LegState.UP

    # --- speech -------------------------------------------------------------------------------------------------

    def _speak(self, purpose: str, text: str, leg_id: str = ev.FAR_LEG) -> int:
        self._next_speech += 1
        self._speeches[self._next_speech] = purpose
        self._do(act.SpeakAction(self._next_speech, leg_id, text))
        return self._next_speech

    def _service_failed(self, service: str, reason: str) -> None:
        """Tell it once a call: a service that is down is down for every utterance."""
        if service not in self._failed_services:
            self._failed_services.add(service)
            self._report(ev.OccurrenceKind.SERVICE_FAILED, service=service, reason=reason)

    # --- end ----------------------------------------------------------------------------------------------------

    def _may_dial(self, target: DialTarget) -> bool:
        return refusal(target) is None

    def _end(self, outcome: Outcome, note: str = "") -> None:
        """Hang up everything and end: the only way into the ended phase."""
        for leg_id in list(self._legs):
            self._hang_up(leg_id)
        self._timers.clear()
        self._move(Trigger.OVER)
        self.is_human = False
        self.outcome = outcome
        text = sentence(outcome, note)
        self._report(ev.OccurrenceKind.ENDED, outcome=outcome.value, sentence=text)
        if outcome not in (Outcome.REFUSED, Outcome.INTERRUPTED, Outcome.HUNG_UP):
            self._do(act.NotifyUserAction(f"outcome_{outcome.value}", text))
        self._do(act.EndCallAction(outcome, text))
