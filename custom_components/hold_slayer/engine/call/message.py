"""Leaving a message where only voicemail answers, if the user wants that (`CallBrief.message`).

The line has said that a message may be left; its tone may have come already, for words need a moment to be understood. Otherwise
it is waited for, a bounded time: whoever goes on speaking meanwhile is no voicemail. After the tone the user's sentence is spoken
once, and the call ends. Nothing is said, and the call ends as voicemail, when a name in the sentence stands for nothing that was
released for this call, when no tone comes, or when the sentence cannot be spoken.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field
import re

from ..model import action as act, call_event as ev
from ..model.call_brief import CallBrief
from ..model.phase import Outcome
from .core import Call
from .counsel import Counsel
from .phrases import message as default_message
from .timers import Timer

NO_TONE = "No tone came after which a message could be left."
NOT_RELEASED = "The message names something that was not released for this call, so none was left."
NOT_SPOKEN = "The message could not be spoken, so none was left."
CUT = "The line was cut before the message was over."
_NAME = re.compile(r"\{(\w+)\}")
_LONG_NUMBER = re.compile(r"\d{4,}")


@dataclass(frozen=True, slots=True)
class Message:
    """What is said after the tone."""

    spoken: str = field(repr=False)
    shown: str
    """The same with placeholders."""


def named(template: str) -> tuple[str, ...]:
    """The names in a template, each once, in order."""
    return tuple(dict.fromkeys(_NAME.findall(template)))


def compose(brief: CallBrief) -> Message | None:
    """The message of a brief; None when a name in it stands for nothing: no fact of this call, no user's name, no number.

    ``{name}`` is the user's name and ``{callback_number}`` the number to call back; all others are facts released for this call.
    """
    values: Mapping[str, str] = {"name": brief.user_name, "callback_number": brief.callback_number, **brief.facts}
    template = brief.message or default_message(brief.language, brief.user_name, has_number=bool(brief.callback_number))
    if not all(values.get(name, "").strip() for name in named(template)):
        return None
    # Speech says a long number digit by digit only when it is written so.
    spoken = _NAME.sub(lambda found: _LONG_NUMBER.sub(lambda run: " ".join(run[0]), values[found[1]]), template)
    return Message(spoken, template)


class LeavingMessage:
    """From the decision to leave a message to the end of the call."""

    def __init__(self, call: Call, counsel: Counsel) -> None:
        self._call = call
        self._counsel = counsel
        self._message: Message | None = None
        self._decided_at = 0.0
        self._speech_id: int | None = None

    @property
    def is_wanted(self) -> bool:
        """True when the user wants one to be left."""
        brief = self._call.brief
        return brief.message is not None and brief.policy.allows("voicemail")

    @property
    def is_speaking(self) -> bool:
        """True from the first word of the message on: nothing else matters any more."""
        return self._speech_id is not None

    @property
    def is_waiting(self) -> bool:
        """True while the tone is waited for."""
        return self._message is not None and not self.is_speaking

    @property
    def is_due(self) -> bool:
        """True from the decision on: neither silence nor keys of the user's are a reason to do anything in the menu."""
        return self._message is not None

    @property
    def has_beeped(self) -> bool:
        """True when a tone came after the last words began, and nobody has spoken since."""
        call = self._call
        return call.beep_at is not None and call.line.speaking is None and call.beep_at >= call.line.began_at

    def begin(self) -> None:
        """Leave the message after the tone that has come or is to come."""
        call = self._call
        if self.is_speaking:
            return
        if not self.is_wanted:
            call.end(Outcome.VOICEMAIL)
            return
        self._message, self._decided_at = compose(call.brief), call.now
        if self._message is None:
            call.end(Outcome.VOICEMAIL, NOT_RELEASED)
            return
        self._leave_menu()
        call.do(act.PrepareSpeechAction(self._message.spoken))
        if self.has_beeped:
            self._speak(self._message)
        else:
            call.set_timer(Timer.BEEP, call.config.beep_s)

    def on_beep(self) -> None:
        """A tone that may be the one."""
        if self._message is not None and not self.is_speaking:
            self._speak(self._message)

    def on_utterance_started(self) -> None:
        """Somebody seems to speak on."""
        if self.is_waiting:
            self._call.timers.cancel(Timer.BEEP)

    def on_heard(self, *, has_words: bool) -> bool:
        """What seemed to speak on is over: with words it was no voicemail's. True when it still is the message's turn."""
        if self.is_waiting and has_words:
            self._message = None
        elif self._message is not None and not self.is_speaking:
            beep_at = self._call.beep_at
            if beep_at is not None and beep_at >= self._decided_at:
                self._speak(self._message)
            else:
                self._call.set_timer(Timer.BEEP, self._call.config.beep_s)
        return self._message is not None

    def forget(self) -> None:
        """Somebody or something else has been on the line."""
        self._message = self._speech_id = None

    def on_far_ended(self) -> bool:
        """The line has gone. True when that ended the call here, while the tone was awaited or the message spoken."""
        if self._message is None:
            return False
        self._call.end(Outcome.VOICEMAIL, CUT if self.is_speaking else NO_TONE)
        return True

    def _leave_menu(self) -> None:
        """Nothing that was open in the menu acts any more: an answer that came now would go out over the message."""
        self._counsel.drop()
        self._call.close_question("moved_on")
        self._call.timers.cancel(Timer.TURN, Timer.SILENCE, Timer.TRANSCRIPT, Timer.WORDS)

    def _speak(self, message: Message) -> None:
        call = self._call
        self._leave_menu()
        # However long the menu took: a message that is cut is none.
        call.timers.cancel(Timer.BEEP, Timer.NAVIGATE)
        call.set_timer(Timer.MESSAGE, call.config.message_s)
        self._speech_id = call.speak(message.spoken, is_private=message.spoken != message.shown)
        call.report(ev.OccurrenceKind.SAID, text=message.shown, reason="message")
        call.last_action = message.shown

    def on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """A sentence is over; when it is the message, the call is as well."""
        if speech_id != self._speech_id:
            return
        if is_complete:
            self._call.end(Outcome.MESSAGE_LEFT)
        else:
            self._call.end(Outcome.VOICEMAIL, NOT_SPOKEN)

    def on_timer(self, timer: Timer) -> None:
        """No end of the message; or no tone, in its own time or in all that menus are given."""
        self._call.end(Outcome.VOICEMAIL, NOT_SPOKEN if timer is Timer.MESSAGE else NO_TONE)
