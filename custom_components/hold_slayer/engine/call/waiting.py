"""On hold: wait, tell announcements from people, and never press a key or ask a model.

A *candidate* is somebody who may be a person: by sound (speech never heard before, after the music stopped) or by words (a
greeting). The candidate is greeted at once and confirmed by words, by sound with nothing against it, or by a reaction to the
greeting; the music coming back, a repeated text, queue talk or the deadline take the verdict back.
"""

from ..model import action as act, call_event as ev
from ..model.phase import Phase, Verdict
from .clues import Speaker, speaker_of
from .navigating import Navigating
from .states import Trigger
from .timers import Timer

_KEY_TALK = (
    "press",
    "drücken",
    "tapez",
    "appuyez",
    "pulse",
    "oprima",
    "marque",
    "presione",
    "toets",
    "prema",
    "digiti",
)


_SURE = 0.5
"""Confidence from which a hold heard in a menu is believed."""


class Waiting(Navigating):
    """Steps of the phases ``on_hold`` and ``candidate``."""

    def _on_verdict(self, event: ev.VerdictChangedEvent) -> None:
        if event.verdict is Verdict.HOLD and event.confidence < _SURE and self.phase is Phase.NAVIGATING:
            return  # a long silence may be a dead line as well as a queue: the menu's own deadlines decide
        self._verdict = event.verdict
        if event.verdict is Verdict.HOLD:
            self._has_music = True
            if self.phase is Phase.NAVIGATING:
                self._begin_hold(event.reason)
            elif self.phase is Phase.CANDIDATE:
                self._drop_candidate(event.reason)
        elif event.verdict is Verdict.IVR and self.phase is Phase.CANDIDATE:
            self._drop_candidate(event.reason)
        elif event.verdict in (Verdict.CANDIDATE, Verdict.HUMAN):
            if self.phase is Phase.ON_HOLD:
                self._begin_candidate(event.reason, event.confidence)
            if self.phase is Phase.CANDIDATE:
                self._weigh()

    def _on_hold_text(self, text: str) -> None:
        """An utterance during hold or candidate has become words."""
        is_repeat = self._heard.is_repeat(text)
        speaker = Speaker.RECORDING if is_repeat else speaker_of(text)
        if self.phase is Phase.ON_HOLD:
            if speaker is Speaker.HUMAN:
                self._begin_candidate("greeting_words", 0.8)
                self._confirm("greeting_words")
            elif self._is_another_menu(text):
                self._return_to_menu(text)
            elif text:
                self._report(ev.OccurrenceKind.ANNOUNCEMENT_HEARD, text=text, repeated=is_repeat)
        elif speaker is Speaker.HUMAN:
            self._confirm("greeting_words")
        elif speaker is Speaker.RECORDING:
            self._drop_candidate("repeated_text" if is_repeat else "queue_words")
        elif text and self._is_greeted:
            self._confirm("reaction")
        else:
            self._weigh()

    def _is_another_menu(self, text: str) -> bool:
        """A queue without music that asks for a key was no queue: "please hold" came before another menu."""
        has_key_talk = any(word in text.lower() for word in _KEY_TALK)
        return has_key_talk and not self._has_music and self._menu_returns < self.config.max_menu_returns

    def _return_to_menu(self, text: str) -> None:
        self._menu_returns += 1
        self._timers.cancel(Timer.HOLD)
        self._move(Trigger.MENU_HEARD)
        self._report(ev.OccurrenceKind.PROMPT_HEARD, text=text)
        self._turn_texts.append(text)
        self._resume_navigating()

    # --- candidate ----------------------------------------------------------------------------------------------

    def _begin_candidate(self, reason: str, confidence: float) -> None:
        self._came_from_hold = self.phase is Phase.ON_HOLD
        self._timers.cancel(Timer.TURN, Timer.SILENCE, Timer.MODEL, Timer.TRANSCRIPT)
        self._is_asking = False
        self._is_greeted = False
        self._greeting_id = None
        self._move(Trigger.CANDIDATE_HEARD)
        self._report(ev.OccurrenceKind.CANDIDATE, reason=reason, confidence=round(confidence, 2))
        self._in(Timer.CANDIDATE, self.config.candidate_s)
        self._in(Timer.SPEAK, self.config.speak_s if self._speaking_utterance is not None else 0.0)

    def _greet(self) -> None:
        """Say who calls: the one sentence that a recording may hear in vain."""
        self._timers.cancel(Timer.SPEAK)
        if self._greeting_id is None:
            self._greeting_id = self._speak("greeting", self.sentences.greeting)
            if self.phase is Phase.HUMAN:
                self._in(Timer.GREETING, self.config.greeting_s)

    def _on_greeting_over(self) -> None:
        self._is_greeted = True
        if self.phase is Phase.HUMAN:
            self._begin_transfer()
        elif self.phase is Phase.TRANSFERRING and self._is_answered:
            self._bridge()

    def _weigh(self) -> None:
        """By sound alone a person is confirmed when nothing said speaks against it and no words are on their way."""
        if self.phase is Phase.CANDIDATE and self._verdict is Verdict.HUMAN and not self._pending:
            self._confirm("sound")

    def _confirm(self, reason: str) -> None:
        if self.phase is not Phase.CANDIDATE:
            return
        self._timers.cancel(Timer.CANDIDATE, Timer.HOLD, Timer.NAVIGATE)
        self._move(Trigger.HUMAN_CONFIRMED)
        self.is_human = True
        self._report(ev.OccurrenceKind.HUMAN_ANSWERED, reason=reason)
        self._do(act.NotifyUserAction("human_answered", "A person is on the line."))
        self._start_targets()
        if self._greeting_id is None:
            if self._speaking_utterance is None:
                self._greet()
            elif not self._timers.is_set(Timer.SPEAK):
                self._in(Timer.SPEAK, self.config.speak_s)
            self._in(Timer.GREETING, self.config.greeting_s)
        elif self._is_greeted:
            self._begin_transfer()
        else:
            self._in(Timer.GREETING, self.config.greeting_s)

    def _drop_candidate(self, reason: str) -> None:
        """Not a person after all."""
        if self._greeting_id is not None and not self._is_greeted:
            self._do(act.StopSpeakingAction(ev.FAR_LEG))
        self._greeting_id = None
        self._timers.cancel(Timer.CANDIDATE, Timer.SPEAK)
        self._report(ev.OccurrenceKind.CANDIDATE_DROPPED, reason=reason)
        if self._came_from_hold or self._verdict is Verdict.HOLD:
            self._move(Trigger.DROPPED_TO_HOLD)
            if not self._timers.is_set(Timer.HOLD):
                self._in(Timer.HOLD, self.config.hold_s)
        else:
            self._move(Trigger.DROPPED_TO_MENU)
            self._resume_navigating()

    def _on_candidate_timeout(self) -> None:
        """Default: not confirmed is no human."""
        self._drop_candidate("not_confirmed")

    # --- provided by the next step ------------------------------------------------------------------------------

    def _start_targets(self) -> None:
        raise NotImplementedError

    def _begin_transfer(self) -> None:
        raise NotImplementedError

    def _bridge(self) -> None:
        raise NotImplementedError
