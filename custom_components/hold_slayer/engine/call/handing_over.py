"""A person is there: ring the user's places one after another, join the legs, or apologise."""

from ..model import action as act, call_event as ev
from ..model.call_brief import HandOverTarget
from ..model.phase import LegFailure, Outcome, Phase
from .states import LISTENING, Trigger
from .timers import Timer
from .waiting import Waiting


class HandingOver(Waiting):
    """Steps of the phases ``human``, ``transferring`` and ``connected``."""

    def _start_targets(self) -> None:
        """Ring the first place at once, while the greeting is still being spoken."""
        self._targets = self._targets or self.brief.hand_over
        self._target_index = -1
        self._next_target()

    def _begin_transfer(self) -> None:
        """The greeting is over: from here the user is awaited, or joined if already there."""
        self._timers.cancel(Timer.GREETING, Timer.SPEAK)
        self._move(Trigger.TRANSFER_BEGUN)
        if self._is_answered:
            self._bridge()
        elif not self._has_target():
            self._on_no_target_left()
        elif self.is_human:
            self._in(Timer.COURTESY, self.config.courtesy_s)

    def _has_target(self) -> bool:
        return self._target_index < len(self._targets)

    def _next_target(self) -> None:
        """Ring the next place that may be rung."""
        self._is_answered = False
        self._user_leg = ""
        self.target_name = ""
        self._target_index += 1
        while self._has_target():
            target = self._targets[self._target_index]
            if self._may_dial(target.target):
                self._ring(target)
                return
            self._report(ev.OccurrenceKind.TARGET_FAILED, target=target.name, reason="refused")
            self._target_index += 1
        self._timers.cancel(Timer.TARGET)
        if self.phase is Phase.TRANSFERRING:
            self._on_no_target_left()

    def _ring(self, target: HandOverTarget) -> None:
        self._user_legs += 1
        self._user_leg = f"user-{self._user_legs}"
        self.target_name = target.name
        self._dial(self._user_leg, target.target)
        self._in(Timer.TARGET, target.ring_s)
        self._report(ev.OccurrenceKind.TARGET_RINGING, target=target.name)

    def _on_target_timeout(self) -> None:
        self._target_failed(LegFailure.NO_ANSWER)

    def _target_failed(self, failure: LegFailure) -> None:
        leg_id = self._user_leg
        self._report(ev.OccurrenceKind.TARGET_FAILED, target=self.target_name, reason=failure.value)
        self._hang_up(leg_id)
        self._next_target()

    def _on_no_target_left(self) -> None:
        """Nobody answers, or nobody was named. Without a list the user gets time to name a place."""
        self._timers.cancel(Timer.TARGET)
        if not self.is_human:
            self._end(Outcome.USER_UNREACHABLE)
        elif not self._targets and not self._timers.is_set(Timer.GIVE_UP):
            self._in(Timer.GIVE_UP, self.config.give_up_s)
            self._in(Timer.COURTESY, self.config.courtesy_s)
        else:
            self._apologise()

    def _apologise(self) -> None:
        self._timers.cancel(Timer.COURTESY, Timer.GIVE_UP)
        self._in(Timer.APOLOGY, self.config.apology_s)
        self._speak("apology", self.sentences.apology)

    def _on_apology_over(self) -> None:
        self._end(Outcome.USER_UNREACHABLE)

    def _on_courtesy(self) -> None:
        if self.is_human and not self._timers.is_set(Timer.APOLOGY):
            self._speak("courtesy", self.sentences.courtesy)
            self._in(Timer.COURTESY, self.config.courtesy_s)

    # --- the user's leg -----------------------------------------------------------------------------------------

    def _on_user_leg(self, event: ev.LegEvent) -> None:
        if event.leg_id != self._user_leg:
            return
        match event:
            case ev.LegAnsweredEvent():
                self._timers.cancel(Timer.TARGET)
                self._is_answered = True
                if self.phase is Phase.TRANSFERRING:
                    self._bridge()
            case ev.LegFailedEvent(failure=failure):
                self._target_failed(failure)
            case ev.LegEndedEvent() if self.phase is Phase.CONNECTED:
                self._end(Outcome.CONNECTED)
            case ev.LegEndedEvent():
                self._target_failed(LegFailure.DECLINED)
            case _:
                pass

    def _bridge(self) -> None:
        self._timers.cancel(Timer.COURTESY, Timer.GIVE_UP, Timer.TARGET, Timer.APOLOGY)
        # If the bridge never comes the user's leg is given up like one that did not answer.
        self._in(Timer.TARGET, self.config.greeting_s)
        self._do(act.StopSpeakingAction(ev.FAR_LEG))
        self._do(act.BridgeAction(self._user_leg))

    def _on_bridged(self, event: ev.BridgedEvent) -> None:
        if self.phase is not Phase.TRANSFERRING or event.leg_id != self._user_leg:
            return
        self._timers.clear()
        self._in(Timer.CALL, self.config.call_s)
        self._move(Trigger.BRIDGED)
        self._report(ev.OccurrenceKind.CONNECTED, target=self.target_name)

    def _on_transfer_requested(self, target: HandOverTarget | None) -> None:
        """The user wants to be put through now, human or not; or names another place while being rung."""
        if target is not None:
            self._targets = (target,)
        if self.phase in LISTENING:
            self._targets = self._targets or self.brief.hand_over
            if not self._targets:
                return
            self._timers.cancel(*(timer for timer in Timer if timer is not Timer.CALL))
            self._turn_texts.clear()
            self._is_asking = False
            self._move(Trigger.TRANSFER_BEGUN)
            self._target_index = -1
            self._next_target()
        elif self.phase in (Phase.HUMAN, Phase.TRANSFERRING) and not self._is_answered:
            self._timers.cancel(Timer.GIVE_UP, Timer.APOLOGY)
            if self._user_leg:
                self._hang_up(self._user_leg)
            self._target_index = -1
            self._next_target()
            if self.phase is Phase.TRANSFERRING and self.is_human:
                self._in(Timer.COURTESY, self.config.courtesy_s)
