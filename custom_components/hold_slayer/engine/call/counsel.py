"""One question to the language model at a time: put once about what was heard, within one deadline, rules behind it.

A failure that may pass, or an answer that the navigator refuses, is worth a second attempt when enough of the deadline is left and
the line has said nothing meanwhile. It is the same question, so it counts as one. There is no third attempt.
"""

from dataclasses import replace

from ..model import action as act, call_event as ev
from ..model.action import NavigatorQuestion
from ..model.model_use import ModelFault, ModelUse
from .core import Call
from .timers import Timer


class Counsel:
    """What is open with the language model, and what came of all questions of the call."""

    def __init__(self, call: Call) -> None:
        self._call = call
        self._id = 0
        self._question: NavigatorQuestion | None = None
        self._is_retried = False
        self._until = 0.0
        self.use = ModelUse()
        """Answers followed and refused, failures and timeouts; who sends the questions counts them, and tokens."""

    @property
    def is_open(self) -> bool:
        """True while an answer is of use."""
        return self._question is not None

    def ask(self, question: NavigatorQuestion) -> None:
        """Put a question; the answer is wanted within `BrainConfig.model_s`."""
        call = self._call
        self._id += 1
        self._question, self._is_retried = question, False
        self._until = call.now + call.config.model_s
        call.timers.cancel(Timer.MODEL_RETRY)
        call.timers.set(Timer.MODEL, self._until)
        self._put(question)

    def is_about(self, event: ev.LanguageModelAnsweredEvent | ev.LanguageModelFailedEvent) -> bool:
        """True when the event answers the question that is open; any other is late."""
        return self.is_open and event.question_id == self._id

    def retry(self, *, objection: str = "", after_s: float = 0.0) -> bool:
        """Try once more, after a pause if one is wanted; False when that is of no use: then the rules decide."""
        call, line = self._call, self._call.line
        is_overtaken = line.speaking is not None or line.said or line.pending
        is_late = call.now + after_s + call.config.model_retry_s > self._until
        if self._question is None or self._is_retried or is_overtaken or is_late:
            return False
        self._is_retried = True
        self._question = replace(self._question, objection=objection)
        if after_s > 0.0:
            call.set_timer(Timer.MODEL_RETRY, after_s)
        else:
            self._put(self._question)
        return True

    def put_again(self) -> None:
        """The pause before the second attempt is over."""
        if self._question is not None:
            self._put(self._question)

    def judged(self, *, is_used: bool) -> None:
        """The answer was followed, or refused; the question is closed."""
        self._close(ModelUse(used=int(is_used), refused=int(not is_used)))

    def failed(self, fault: ModelFault) -> None:
        """There is no answer; the question is closed."""
        match fault:
            case ModelFault.ABSENT:
                self._close(ModelUse())
            case ModelFault.LATE:
                self._close(ModelUse(timeouts=1))
            case _:
                self._close(ModelUse(failures=1))

    def drop(self) -> None:
        """The call went on without the answer."""
        self._close(ModelUse())

    def _close(self, use: ModelUse) -> None:
        self.use += use
        self._question = None
        self._call.timers.cancel(Timer.MODEL, Timer.MODEL_RETRY)

    def _put(self, question: NavigatorQuestion) -> None:
        limit_s = max(0.0, self._until - self._call.now)
        self._call.do(act.AskLanguageModelAction(self._id, question, limit_s, self._is_retried))
