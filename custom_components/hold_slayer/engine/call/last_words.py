"""The company has hung up: its last words may say why ("all our lines are busy, please call later").

Many a line hangs up with the last word, before speech to text has answered. Those words are waited for, a bounded time, in which
the call does nothing else; then it ends under the name that they give, or under the one it would have had without them.
"""

from ..model import call_event as ev
from ..model.phase import Outcome, Phase
from .core import Call
from .states import LISTENING
from .timers import Timer
from .transitions import GATES

WANTED = (ev.TranscribedEvent, ev.TranscriptionFailedEvent, ev.HangUpRequestedEvent, ev.InterruptedEvent)
"""All that counts while last words are waited for."""


class LastWords:
    """Ends a call whose far leg has gone."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._otherwise = (Outcome.REMOTE_HUNG_UP, "")
        self.is_awaited = False
        """True while nothing but `WANTED` is taken."""

    def begin(self, outcome: Outcome, note: str) -> None:
        """End the call, by ``outcome`` unless the last words tell another; words under way are waited for."""
        call = self._call
        self._otherwise = (outcome, note)
        if call.phase in LISTENING and call.line.pending and not call.line.is_deaf:
            self.is_awaited = True
            call.timers.keep(GATES[call.phase])
            call.set_timer(Timer.LAST_WORDS, call.config.last_words_s)
        else:
            self.finish()

    def finish(self) -> None:
        """No more words: end."""
        self.is_awaited = False
        self._call.end_gone(*self._otherwise)

    def handle(self, event: ev.CallEvent) -> None:
        """Take one of `WANTED`."""
        call, line = self._call, self._call.line
        match event:
            case ev.InterruptedEvent():
                self.is_awaited = False
                call.end(Outcome.INTERRUPTED)
                return
            case ev.HangUpRequestedEvent():
                self.finish()
                return
            case ev.TranscribedEvent(is_partial=False, utterance_id=utterance_id, text=text):
                heard = line.understood(utterance_id, text)
            case ev.TranscriptionFailedEvent(is_partial=False, utterance_id=utterance_id):
                heard = line.not_understood(utterance_id)
            case _:
                return
        if heard is not None and heard.text and call.phase is Phase.NAVIGATING:
            call.report(ev.OccurrenceKind.PROMPT_HEARD, text=heard.text)
        elif heard is not None and heard.text:
            call.report(ev.OccurrenceKind.ANNOUNCEMENT_HEARD, text=heard.text, repeated=heard.is_known)
        if not line.pending:
            self.finish()
