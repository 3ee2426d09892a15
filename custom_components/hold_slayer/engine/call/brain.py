"""The brain of one call: every event comes in here, every action goes out from here.

It never sleeps, reads a clock or does IO. Unknown, late and repeated events change nothing. `next_timer` tells when
`handle_timer` wants to be called; calling it early does no harm.
"""

from collections.abc import Callable

from ..ivr.navigator import Navigator
from ..model import action as act, call_event as ev
from ..model.call_brief import CallBrief
from ..model.phase import EndedBy, Outcome, Phase
from .clues import Speaker, speaker_of
from .config import BrainConfig
from .core import NavigatorLike
from .handing_over import HandingOver
from .outcomes import FAILURES
from .phrases import phrases
from .policy import refusal
from .states import PLACING, WITH_USER, Trigger
from .timers import Timer

__all__ = ["Brain", "BrainConfig"]

_LISTENS = (Phase.NAVIGATING, Phase.ON_HOLD, Phase.CANDIDATE)


class Brain(HandingOver):
    """See the module's text."""

    def __init__(
        self,
        config: BrainConfig | None = None,
        navigator_factory: Callable[[CallBrief], NavigatorLike] = Navigator,
    ) -> None:
        super().__init__(config or BrainConfig(), navigator_factory)

    # --- the interface ------------------------------------------------------------------------------------------

    def handle(self, event: ev.CallEvent, now: float) -> list[act.Action]:
        """Take one event at ``now`` (seconds, monotonic) and return what is to be done, in order."""
        self._now = max(self._now, now)
        if self.phase is Phase.ENDED:
            return []
        if self.phase is Phase.IDLE and not isinstance(event, ev.CallRequestedEvent):
            return []
        self._dispatch(event)
        return self._take_actions()

    def next_timer(self) -> float | None:
        """When `handle_timer` is due; None once the call has ended."""
        return self._timers.next()

    def handle_timer(self, now: float) -> list[act.Action]:
        """Apply the defaults of all deadlines that have passed."""
        self._now = max(self._now, now)
        while self.phase is not Phase.ENDED and (timer := self._timers.pop_due(self._now)) is not None:
            self._on_timer(timer)
        return self._take_actions()

    def _take_actions(self) -> list[act.Action]:
        actions, self._actions = self._actions, []
        return actions

    # --- events -------------------------------------------------------------------------------------------------

    def _dispatch(self, event: ev.CallEvent) -> None:
        match event:
            case ev.CallRequestedEvent(brief=brief):
                self._begin(brief)
            case ev.LegEvent():
                self._on_leg(event)
            case ev.HearingEvent():
                if self.phase in _LISTENS or self.phase in WITH_USER:
                    self._on_heard(event)
            case ev.TranscribedEvent(utterance_id=utterance_id, text=text):
                self._on_text(utterance_id, text.strip())
            case ev.TranscriptionFailedEvent(utterance_id=utterance_id, reason=reason):
                self._service_failed("stt", reason)
                self._on_text(utterance_id, "")
            case ev.LanguageModelAnsweredEvent() | ev.LanguageModelFailedEvent():
                self._on_advice(event)
            case ev.SpokenEvent(speech_id=speech_id):
                self._on_spoken(speech_id, None)
            case ev.SpeakingFailedEvent(speech_id=speech_id, reason=reason):
                self._on_spoken(speech_id, reason)
            case ev.BridgedEvent():
                self._on_bridged(event)
            case _:
                self._on_command(event)

    def _begin(self, brief: CallBrief) -> None:
        if self.phase is not Phase.IDLE:
            return
        self.brief = brief
        self.sentences = phrases(brief.language, brief.user_name)
        self.navigator = self._navigator_factory(brief)
        reason = refusal(brief.number)
        if reason is not None:
            self._end(Outcome.REFUSED, reason)
            return
        self.phase = Phase.DIALING
        self._report(ev.OccurrenceKind.STARTED, company=brief.company, goal=brief.goal)
        self._dial(ev.FAR_LEG, brief.number)
        self._in(Timer.PLACE, self.config.place_s)

    def _on_leg(self, event: ev.LegEvent) -> None:
        if not self._follow_leg(event):
            return
        if event.leg_id != ev.FAR_LEG:
            self._on_user_leg(event)
            return
        match event:
            case ev.LegRangEvent() | ev.LegEarlyMediaEvent() if self.phase is Phase.DIALING:
                self._move(Trigger.RANG)
                self._report(ev.OccurrenceKind.RINGING)
            case ev.LegAnsweredEvent() if self.phase in PLACING:
                self._on_far_answered()
            case ev.LegFailedEvent(failure=failure, status=status):
                self._end(FAILURES[failure], f"(SIP {status})" if status else "")
            case ev.LegEndedEvent(by=by):
                self._on_far_ended(by)
            case _:
                pass

    def _on_far_answered(self) -> None:
        self._timers.cancel(Timer.PLACE)
        self._move(Trigger.ANSWERED)
        self._report(ev.OccurrenceKind.ANSWERED)
        for text in (self.sentences.greeting, self.sentences.courtesy, self.sentences.apology):
            self._do(act.PrepareSpeechAction(text))
        self._in(Timer.CALL, self.config.call_s)
        self._begin_navigating()

    def _on_far_ended(self, by: EndedBy) -> None:
        note = "" if by is EndedBy.REMOTE else "The line went dead."
        if self.phase is Phase.CONNECTED:
            self._end(Outcome.CONNECTED, note)
        elif self._timers.is_set(Timer.APOLOGY):
            self._end(Outcome.USER_UNREACHABLE)
        else:
            self._end(Outcome.REMOTE_HUNG_UP, note)

    def _on_heard(self, event: ev.HearingEvent) -> None:
        match event:
            case ev.UtteranceStartedEvent(utterance_id=utterance_id):
                self._speaking_utterance = utterance_id
                if self.phase is Phase.NAVIGATING:
                    self._on_menu_utterance_started()
            case ev.UtteranceEndedEvent():
                self._on_utterance_ended(event)
            case ev.VerdictChangedEvent():
                self._on_verdict(event)
            case _:
                pass

    def _on_utterance_ended(self, event: ev.UtteranceEndedEvent) -> None:
        self._speaking_utterance = None
        if self.phase in _LISTENS:
            self._pending[event.utterance_id] = True
            self._do(act.TranscribeAction(event.utterance_id, event.pcm, event.start_s, event.end_s))
        if self.phase is Phase.NAVIGATING:
            self._on_menu_utterance_ended()
        elif self._timers.is_set(Timer.SPEAK):
            self._greet()

    def _on_text(self, utterance_id: int, text: str) -> None:
        if self._pending.pop(utterance_id, None) is None:
            return
        if self.phase is Phase.NAVIGATING:
            if text:
                self._heard.is_repeat(text)
                self._report(ev.OccurrenceKind.PROMPT_HEARD, text=text)
            if not self._takes_call(text):
                self._on_menu_text(text)
        elif self.phase in _LISTENS:
            self._on_hold_text(text)

    def _takes_call(self, text: str) -> bool:
        """A person who answers without any menu greets like one, and waits."""
        if speaker_of(text) is not Speaker.HUMAN:
            return False
        self._begin_candidate("greeting_words", 0.7)
        self._confirm("greeting_words")
        return True

    def _on_spoken(self, speech_id: int, failure: str | None) -> None:
        purpose = self._speeches.pop(speech_id, "")
        if failure is not None and failure not in ("stopped", "leg_down"):
            self._service_failed("tts", failure)
        match purpose:
            case "greeting" if speech_id == self._greeting_id:
                if failure is None:
                    self._report(ev.OccurrenceKind.GREETED)
                self._on_greeting_over()
            case "apology":
                if self._timers.is_set(Timer.APOLOGY):
                    self._on_apology_over()
            case "answer" if self.phase is Phase.NAVIGATING:
                self._in(Timer.SILENCE, self.config.silence_s)
            case _:
                pass

    def _on_command(self, event: ev.CallEvent) -> None:
        match event:
            case ev.HangUpRequestedEvent():
                self._end(Outcome.CONNECTED if self.phase is Phase.CONNECTED else Outcome.HUNG_UP)
            case ev.InterruptedEvent():
                self._end(Outcome.INTERRUPTED)
            case ev.DigitsRequestedEvent(digits=digits):
                if self._is_up(ev.FAR_LEG):
                    self._do(act.SendDigitsAction(ev.FAR_LEG, digits))
                    self._report(ev.OccurrenceKind.KEY_PRESSED, digits="*" * len(digits), reason="user")
            case ev.TransferRequestedEvent(target=target):
                if self._is_up(ev.FAR_LEG):
                    self._on_transfer_requested(target)
            case _:
                pass

    # --- deadlines ----------------------------------------------------------------------------------------------

    def _on_timer(self, timer: Timer) -> None:
        match timer:
            case Timer.PLACE:
                self._end(Outcome.NO_ANSWER)
            case Timer.NAVIGATE:
                self._end(Outcome.NO_ROUTE)
            case Timer.TURN:
                self._on_turn_over()
            case Timer.SILENCE:
                self._on_menu_silence()
            case Timer.TRANSCRIPT:
                self._on_transcripts_late()
            case Timer.MODEL:
                self._on_advice_late()
            case Timer.HOLD:
                self._end(Outcome.HOLD_TIMEOUT)
            case Timer.CANDIDATE:
                self._on_candidate_timeout()
            case Timer.SPEAK:
                self._greet()
            case Timer.GREETING:
                self._on_greeting_over()
            case Timer.TARGET:
                self._on_target_timeout()
            case Timer.COURTESY:
                self._on_courtesy()
            case Timer.GIVE_UP:
                self._apologise()
            case Timer.APOLOGY:
                self._on_apology_over()
            case Timer.CALL:
                self._end(Outcome.CONNECTED if self.phase is Phase.CONNECTED else Outcome.CALL_TIMEOUT)
