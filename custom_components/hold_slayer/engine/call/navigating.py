"""In the menus: collect what the line says until it is our turn, let the navigator decide, do it."""

from ..ivr.decision import Decision, DecisionKind
from ..model import action as act, call_event as ev
from ..model.phase import Outcome, Phase
from .core import CallCore
from .outcomes import GIVE_UPS
from .states import Trigger
from .timers import Timer


class Navigating(CallCore):
    """Steps of the phase ``navigating``."""

    def _begin_navigating(self) -> None:
        self._in(Timer.NAVIGATE, self.config.navigate_s)
        self._in(Timer.SILENCE, self.config.silence_s)

    def _resume_navigating(self) -> None:
        """Back in a menu that had looked like a queue or a human."""
        self._in(Timer.NAVIGATE, self.config.navigate_s)
        self._in(Timer.TURN if self._turn_texts else Timer.SILENCE, self.config.turn_gap_s)

    def _on_menu_utterance_started(self) -> None:
        self._timers.cancel(Timer.TURN, Timer.SILENCE)

    def _on_menu_utterance_ended(self) -> None:
        if not self._is_asking:
            self._in(Timer.TURN, self.config.turn_gap_s)

    def _on_menu_text(self, text: str) -> None:
        if text:
            self._silences = 0
            self._turn_texts.append(text)
        if not self._timers.is_set(Timer.TURN) and self._speaking_utterance is None and not self._is_asking:
            self._on_turn_over()

    def _on_turn_over(self) -> None:
        """The line waits. Transcripts still under way are waited for, a bounded time."""
        if self._pending:
            if not self._timers.is_set(Timer.TRANSCRIPT):
                self._in(Timer.TRANSCRIPT, self.config.transcript_s)
            return
        self._timers.cancel(Timer.TRANSCRIPT)
        if not self._turn_texts:
            self._in(Timer.SILENCE, self.config.silence_s)
            return
        texts, self._turn_texts = self._turn_texts, []
        self._carry_out(self.navigator.heard(texts))

    def _on_transcripts_late(self) -> None:
        self._pending.clear()
        self._service_failed("stt", "late")
        self._on_turn_over()

    def _on_menu_silence(self) -> None:
        self._silences += 1
        if self._silences >= self.config.max_silences:
            self._end(Outcome.NO_SPEECH)
            return
        self._carry_out(self.navigator.heard(()))

    def _carry_out(self, decision: Decision) -> None:
        match decision.do:
            case DecisionKind.PRESS:
                self._do(act.SendDigitsAction(ev.FAR_LEG, decision.value))
                self._report(ev.OccurrenceKind.KEY_PRESSED, digits=decision.shown, reason=decision.reason)
                self._in(Timer.SILENCE, self.config.silence_s)
            case DecisionKind.SAY:
                self._speak("answer", decision.value)
                self._report(ev.OccurrenceKind.SAID, text=decision.shown, reason=decision.reason)
                self._in(Timer.SILENCE, self.config.silence_s * 2)
            case DecisionKind.WAIT:
                if decision.is_hold:
                    self._begin_hold(decision.reason)
                else:
                    self._in(Timer.SILENCE, max(self.config.silence_s, decision.seconds))
            case DecisionKind.LISTEN:
                self._in(Timer.SILENCE, self.config.silence_s)
            case DecisionKind.GIVE_UP:
                self._end(GIVE_UPS.get(decision.reason, Outcome.NO_ROUTE), decision.note)
            case DecisionKind.ASK_MODEL:
                self._ask(decision)

    def _ask(self, decision: Decision) -> None:
        if decision.question is None:
            self._carry_out(self.navigator.advice_failed())
            return
        self._question_id += 1
        self._is_asking = True
        self._do(act.AskLanguageModelAction(self._question_id, decision.question))
        self._in(Timer.MODEL, self.config.model_s)

    def _on_advice(self, event: ev.LanguageModelAnsweredEvent | ev.LanguageModelFailedEvent) -> None:
        if not self._is_asking or event.question_id != self._question_id:
            return
        self._is_asking = False
        self._timers.cancel(Timer.MODEL)
        if isinstance(event, ev.LanguageModelFailedEvent):
            self._service_failed("llm", event.reason)
            decision = self.navigator.advice_failed()
        else:
            decision = self.navigator.advised(dict(event.answer))
        if self.phase is not Phase.NAVIGATING:
            return
        if decision.do is DecisionKind.ASK_MODEL:
            # One question a turn: a model that leaves it open is not asked twice.
            decision = self.navigator.advice_failed()
        self._carry_out(decision)
        if self.phase is Phase.NAVIGATING and self._turn_texts:
            self._in(Timer.TURN, self.config.turn_gap_s)

    def _on_advice_late(self) -> None:
        self._on_advice(ev.LanguageModelFailedEvent(self._question_id, "late"))

    def _begin_hold(self, reason: str) -> None:
        """On hold from here: no key, no model, only patience."""
        self._timers.cancel(Timer.TURN, Timer.SILENCE, Timer.NAVIGATE, Timer.MODEL, Timer.TRANSCRIPT)
        self._is_asking = False
        self._turn_texts.clear()
        self._move(Trigger.HOLD_HEARD)
        if not self._timers.is_set(Timer.HOLD):
            self._in(Timer.HOLD, self.config.hold_s)
        self._report(ev.OccurrenceKind.HOLD_STARTED, reason=reason)
