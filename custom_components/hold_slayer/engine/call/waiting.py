"""On hold: wait, tell announcements from people, and never press a key or ask a model.

Menus may come back ("to stay on the line, press 1"). A text that asks for a key leads back to navigating, but where music has
been playing only when none follows it for `BrainConfig.menu_return_s`, and only `BrainConfig.max_menu_returns` times a call;
offers that end the wait (a message, a callback) never do, unless the same text also offers to stay.

A call that the user hands over begins here. They hear one sentence, and may go on talking until the exchange has joined the line:
until music plays, or for `BrainConfig.settle_s`, a voice is theirs and nobody's to be greeted.
"""

from ..model import call_event as ev
from ..model.phase import Outcome, Verdict
from .clues import asks_for_key
from .core import Call, Listening
from .line import Heard
from .phrases import taken_over
from .states import Trigger
from .timers import Timer


class Waiting(Listening):
    """Steps of the phase ``on_hold``."""

    def __init__(self, call: Call) -> None:
        super().__init__(call)
        self._menu_returns = 0

    def enter(self, trigger: Trigger, reason: str, confidence: float) -> None:
        """Put in a queue, or back to it from a candidate that was none or a transfer that failed."""
        call = self.call
        if not call.timers.is_set(Timer.HOLD):
            call.set_timer(Timer.HOLD, call.config.hold_s)
        call.line.take_said()
        if trigger is Trigger.TAKEN_OVER:
            call.speak(taken_over(call.brief.user_language or call.brief.language))
            call.set_timer(Timer.SETTLE, call.config.settle_s)

    def on_verdict(self, event: ev.VerdictChangedEvent) -> None:
        """By sound somebody may be there."""
        if event.verdict in (Verdict.CANDIDATE, Verdict.HUMAN) and not self._is_settling:
            self.call.fire(Trigger.CANDIDATE_HEARD, event.reason, event.confidence)

    def on_sound(self, *, is_music: bool) -> None:
        """What was said before the music was an announcement."""
        super().on_sound(is_music=is_music)
        if is_music:
            self.call.timers.cancel(Timer.SETTLE, Timer.FAREWELL)
            self._forget_menu()

    @property
    def _is_settling(self) -> bool:
        return self.call.timers.is_set(Timer.SETTLE)

    def _forget_menu(self) -> None:
        self.call.line.take_said()
        self.call.timers.cancel(Timer.MENU)

    def on_utterance_started(self, utterance_id: int) -> None:
        """It goes on speaking: wait for the rest of the menu."""
        super().on_utterance_started(utterance_id)
        self.call.timers.cancel(Timer.MENU, Timer.FAREWELL)

    def on_utterance_ended(self) -> None:
        """Perhaps a menu has ended here."""
        self._await_menu()

    def on_heard(self, heard: Heard) -> None:
        """Announcement, menu or person, by words; music under them is no person's."""
        call = self.call
        if not heard.text or self._is_settling:
            return
        if heard.is_partial:
            if heard.is_like_person and not call.line.is_music:
                call.line.last_heard = heard
                call.fire(Trigger.CANDIDATE_HEARD, "greeting_words", 0.5)
            return
        if (heard.is_like_person or heard.is_hello(call.config.max_hello_words)) and not call.line.is_music:
            call.line.said = [heard.text]
            call.fire(Trigger.CANDIDATE_HEARD, "greeting_words", 0.6)
            return
        call.report(ev.OccurrenceKind.ANNOUNCEMENT_HEARD, text=heard.text, repeated=heard.is_known)
        if not heard.is_known and call.navigator.ends.takes_messages(heard.text):
            # The queue has given us to a voicemail.
            call.line.said = [heard.text]
            call.fire(Trigger.MENU_HEARD, "voicemail")
            return
        if not call.line.is_music:
            call.line.add_said(heard.text)
            self._await_menu()
            if (
                not heard.is_known
                and call.navigator.ends.takes_leave(heard.text)
                and call.told_end(call.config.told_why_s)
            ):
                call.set_timer(Timer.FAREWELL, call.config.farewell_s)

    def _await_menu(self) -> None:
        line, config = self.call.line, self.call.config
        may_return = line.speaking is None and not self._is_settling and self._menu_returns < config.max_menu_returns
        if may_return and asks_for_key(" ".join(line.said)):
            self.call.set_timer(Timer.MENU, config.menu_return_s if line.has_had_music else 0.0)

    def on_timer(self, timer: Timer) -> None:
        """Apply the default of a deadline."""
        match timer:
            case Timer.HOLD:
                self.call.end(Outcome.HOLD_TIMEOUT)
            case Timer.FAREWELL:
                call = self.call
                told = call.told_end(call.config.told_why_s + call.config.farewell_s)
                call.end(*(told or (Outcome.NO_SPEECH, "")))
            case Timer.MENU:
                self._menu_returns += 1
                self.call.fire(Trigger.MENU_HEARD, "keys_offered")
            case Timer.SETTLE:
                call = self.call
                call.line.verdict_refuted()
                call.line.take_said()
            case _:
                super().on_timer(timer)
