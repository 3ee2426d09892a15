"""In the menus: collect what the line says until it is our turn, let the navigator decide, do it.

A line that nobody understands (speech to text gone) is not pressed at blindly: after `BrainConfig.no_words_s` the call goes on
by ear alone, as if it were on hold.
"""

from dataclasses import replace

from ..classify.amd import CERTAIN
from ..ivr.barge_in import Settled
from ..ivr.decision import Decision, DecisionKind
from ..model import action as act, call_event as ev
from ..model.model_use import ModelFault
from ..model.phase import Answerer, Outcome, Phase, Verdict
from .clues import Speaker, speaker_of
from .core import BEEP, Call, Listening
from .counsel import Counsel
from .early_keys import EarlyKeys
from .line import Heard
from .message import LeavingMessage
from .outcomes import GIVE_UPS
from .states import Trigger
from .timers import Timer

_MAYBE_PERSON = (Verdict.CANDIDATE, Verdict.HUMAN)
_SLOW_CHARACTERS_S = 8.0
"""Characters a second that even a slow voice speaks."""


class Navigating(Listening):
    """Steps of the phase ``navigating``."""

    def __init__(self, call: Call) -> None:
        super().__init__(call)
        self._silences = 0
        self._answers: set[int] = set()
        self._early = EarlyKeys()
        self.counsel = Counsel(call)
        """The language model."""
        self.message = LeavingMessage(call, self.counsel)
        """What becomes of a voicemail that a message may be left on."""

    def enter(self, trigger: Trigger, reason: str, confidence: float) -> None:
        """Answered, back from a queue that was none, or from a candidate that was none."""
        call = self.call
        self.counsel.drop()
        self._silences = 0
        self.message.forget()
        if not call.timers.is_set(Timer.NAVIGATE):
            call.set_timer(Timer.NAVIGATE, call.config.navigate_s)
        call.set_timer(Timer.WORDS, call.config.no_words_s)
        if trigger is Trigger.MENU_HEARD:
            self._on_turn_over()
        elif call.line.speaking is not None:
            return
        elif call.line.said or call.line.pending:
            call.set_timer(Timer.TURN, call.config.turn_gap_s)
        else:
            self._expect_something()

    def _expect_something(self, seconds: float = 0.0) -> None:
        if self.message.is_due:
            # It has deadlines of its own.
            return
        self.call.set_timer(Timer.SILENCE, max(self.call.config.silence_s, seconds))

    # --- hearing ------------------------------------------------------------------------------------------------

    def on_utterance_started(self, utterance_id: int) -> None:
        """The line talks: not our turn."""
        super().on_utterance_started(utterance_id)
        self.message.on_utterance_started()
        self.call.timers.cancel(Timer.TURN, Timer.SILENCE, Timer.TRANSCRIPT)

    def on_utterance_ended(self) -> None:
        """It may be our turn now; a pause inside a menu is shorter than ours."""
        self._await_turn(self.call.config.turn_gap_s)

    def _await_turn(self, seconds: float) -> None:
        if not self.counsel.is_open and not self.message.is_speaking:
            self.call.timers.cancel(Timer.SILENCE)
            self.call.set_timer(Timer.TURN, seconds)

    def on_heard(self, heard: Heard) -> None:
        """Collect it; a person who introduces themselves is no menu."""
        call, line = self.call, self.call.line
        if self.message.is_speaking:
            return
        if heard.is_partial:
            self._on_glimpse(heard)
            return
        if self.message.on_heard(has_words=bool(heard.text)):
            return
        if self._early.is_answered(heard.utterance_id):
            heard = self._rest_of(heard)
        if heard.text:
            self._silences = 0
            call.set_timer(Timer.WORDS, call.config.no_words_s)
            call.report(ev.OccurrenceKind.PROMPT_HEARD, text=heard.text)
            line.add_said(heard.text)
            if heard.speaker is Speaker.PERSON and not heard.is_known:
                call.fire(Trigger.CANDIDATE_HEARD, "greeting_words", 0.6)
                return
        if self._takes_person_by_ear() or line.speaking is not None:
            return
        if self.message.is_wanted and self.message.has_beeped:
            # Where it records already there is no time to lose.
            self._on_turn_over()
        elif heard.speaker is Speaker.OFFER and call.timers.is_set(Timer.TURN):
            self._await_turn(call.config.human_gap_s)
        elif not call.timers.is_set(Timer.TURN) and not self.counsel.is_open:
            self._on_turn_over()
        elif call.timers.is_set(Timer.TURN) and not line.pending and not self.counsel.is_open:
            self._press_at_once()

    def _press_at_once(self) -> None:
        """The utterance is over, perhaps not the turn; but what it has offered may settle the choice."""
        call, line = self.call, self.call.line
        if not line.said or call.question or not call.navigator.wants_glimpses:
            return
        decision = call.navigator.glimpsed(line.said)
        if decision is not None:
            call.timers.cancel(Timer.TURN)
            line.take_said()
            self._carry_out(decision, is_early=True)
            return
        quiet_s = self._quiet_needed(call.navigator.settled(line.said))
        if quiet_s is not None:
            left_s = quiet_s - call.config.end_silence_s - (call.now - line.ended_at)
            if left_s > 0.0:
                self._await_turn(min(left_s, call.config.turn_gap_s))
            else:
                self._on_turn_over()

    def _quiet_needed(self, settled: Settled) -> float | None:
        """How long the line has to be quiet until its list is over; None: as long as after anything else."""
        pause_s, config = self.call.line.longest_pause_s, self.call.config
        if settled is Settled.CLOSED:
            return 0.0
        if settled is Settled.NO or pause_s > config.brisk_s:
            return None
        return pause_s * (config.clear_pauses if settled is Settled.CLEAR else config.list_pauses)

    def _on_glimpse(self, heard: Heard) -> None:
        """A key may go out before the list is over, and another when the line has gone on to the next in the same breath."""
        call, line = self.call, self.call.line
        is_answered = self._early.is_answered(heard.utterance_id)
        text = self._early.rest(heard) if is_answered else heard.text
        if self.counsel.is_open or call.question or self.message.is_due or not text:
            return
        decision = call.navigator.glimpsed([*line.said, text])
        if decision is None:
            return
        self._silences = 0
        self._early.answered(heard)
        line.take_said()
        call.report(ev.OccurrenceKind.PROMPT_HEARD, text=text)
        self._carry_out(decision, is_early=True)
        if line.speaking is not None:
            call.timers.cancel(Timer.SILENCE)

    def _rest_of(self, heard: Heard) -> Heard:
        """What is new in an utterance that was answered before its end."""
        rest = self._early.rest(heard)
        if rest and self.call.navigator.is_rest(rest):
            self.call.report(ev.OccurrenceKind.PROMPT_HEARD, text=rest, goes_on=True)
            rest = ""
        return replace(heard, text=rest, speaker=speaker_of(rest))

    def on_verdict(self, event: ev.VerdictChangedEvent) -> None:
        """Music means hold; a short greeting followed by waiting may be a person who has picked up."""
        if self.message.is_speaking:
            return
        if event.verdict is Verdict.HOLD:
            if event.confidence < self.call.config.sure_hold:
                return
            self.call.fire(Trigger.HOLD_HEARD, event.reason, event.confidence)
        else:
            self._takes_person_by_ear(event.reason, event.confidence)

    def _takes_person_by_ear(self, reason: str = "short_greeting", confidence: float = 0.5) -> bool:
        """By sound a short menu that comes again is like a person who answers: it takes words that are no menu's."""
        line = self.call.line
        is_understood = line.has_words and not line.is_deaf and not line.pending
        if line.verdict not in _MAYBE_PERSON or not is_understood or line.last_speaker is Speaker.RECORDING:
            return False
        self.call.fire(Trigger.CANDIDATE_HEARD, reason, confidence)
        return True

    def on_tone(self, name: str) -> None:
        """Ringing after the answer: we are being put through, so the silence between the rings means nothing."""
        super().on_tone(name)
        if name == BEEP:
            self.message.on_beep()
        if name == "ringback" and not self.message.is_due:
            self._silences = 0
            self.call.set_timer(Timer.WORDS, self.call.config.no_words_s)
            if self.call.timers.is_set(Timer.SILENCE):
                self._expect_something()

    def on_answerer(self, event: ev.AnswererHeardEvent) -> None:
        """A voicemail has beeped: nobody is there. One that can be understood must have said so too; menus beep as well."""
        call = self.call
        is_voicemail = event.answerer is Answerer.VOICEMAIL and event.confidence >= CERTAIN
        is_heard = event.reason == "words_and_beep" or (event.reason == "beep" and not call.line.has_words)
        if not is_voicemail or not is_heard or call.last_action or self.message.is_speaking:
            return
        if self.message.is_wanted:
            call.beep_at = call.now
            self.message.begin()
        elif not call.brief.policy.allows("voicemail"):
            call.end(Outcome.VOICEMAIL)

    # --- turns --------------------------------------------------------------------------------------------------

    def on_timer(self, timer: Timer) -> None:
        """Apply the default of a deadline."""
        match timer:
            case Timer.NAVIGATE if not self.message.is_due:
                self.call.end(Outcome.NO_ROUTE)
            case Timer.WORDS:
                self._on_no_words()
            case Timer.TURN:
                self._on_turn_over()
            case Timer.SILENCE:
                self._on_silence()
            case Timer.TRANSCRIPT:
                self._on_transcripts_late()
            case Timer.BEEP | Timer.MESSAGE | Timer.NAVIGATE:
                self.message.on_timer(timer)
            case Timer.QUESTION:
                self._on_user_decided("late", None)
            case Timer.MODEL:
                self._on_no_advice("late", ModelFault.LATE)
            case Timer.MODEL_RETRY:
                self.counsel.put_again()
            case _:
                super().on_timer(timer)

    def _on_turn_over(self) -> None:
        """The line waits. Transcripts still under way are waited for, a bounded time."""
        call = self.call
        call.timers.cancel(Timer.TURN)
        if call.line.pending:
            if not call.timers.is_set(Timer.TRANSCRIPT):
                call.set_timer(Timer.TRANSCRIPT, call.config.transcript_s)
            return
        call.timers.cancel(Timer.TRANSCRIPT)
        texts = call.line.take_said()
        if texts:
            self._carry_out(self._unless_asking(call.navigator.heard(texts)))
        else:
            self._expect_something()

    def _on_transcripts_late(self) -> None:
        self.call.line.give_up_words()
        self.call.service_failed("stt", "late")
        if self.message.is_waiting:
            # What it was that spoke on, nobody knows.
            self.message.on_heard(has_words=False)
        elif not self._takes_person_by_ear():
            self._on_turn_over()

    def _on_silence(self) -> None:
        if self.call.line.is_deaf:
            # Nobody knows what was asked: no key is the right one.
            self._expect_something()
            return
        if self.call.question:
            # It is ours to speak, and the user thinks.
            self._expect_something()
            return
        self._silences += 1
        if self._silences >= self.call.config.max_silences:
            self.call.end(Outcome.NO_SPEECH)
        else:
            self._carry_out(self.call.navigator.heard(()))

    def _on_no_words(self) -> None:
        if self.call.line.is_deaf:
            self.call.fire(Trigger.HOLD_HEARD, "no_words", 0.2)
        else:
            self.call.end(Outcome.NO_SPEECH)

    # --- decisions ----------------------------------------------------------------------------------------------

    def _carry_out(self, decision: Decision, *, is_early: bool = False) -> None:
        call = self.call
        if (drift := decision.drift) is not None:
            call.report(ev.OccurrenceKind.FLOW_DRIFTED, flow=drift.flow, step=drift.step, expected=drift.expected)
        call.has_callback = call.has_callback or decision.is_callback
        match decision.do:
            case DecisionKind.PRESS:
                call.do(act.SendDigitsAction(ev.FAR_LEG, decision.value, is_private=decision.shown != decision.value))
                early = {"early": True} if is_early else {}
                call.report(ev.OccurrenceKind.KEY_PRESSED, digits=decision.shown, reason=decision.reason, **early)
                call.last_action = decision.shown
                self._expect_something()
            case DecisionKind.SAY:
                self._answers.add(call.speak(decision.value, is_private=decision.shown != decision.value))
                call.report(ev.OccurrenceKind.SAID, text=decision.shown, reason=decision.reason)
                call.last_action = decision.shown
                self._expect_something(2 * call.config.silence_s)
            case DecisionKind.WAIT if decision.is_hold:
                call.fire(Trigger.HOLD_HEARD, decision.reason, decision.confidence)
            case DecisionKind.WAIT:
                self._expect_something(decision.seconds)
            case DecisionKind.LISTEN if decision.seconds:
                call.set_timer(Timer.SILENCE, decision.seconds)
            case DecisionKind.LISTEN:
                self._expect_something()
            case DecisionKind.GIVE_UP:
                call.end(GIVE_UPS.get(decision.reason, Outcome.NO_ROUTE), decision.note)
            case DecisionKind.LEAVE_MESSAGE:
                self.message.begin()
            case DecisionKind.ASK_MODEL if decision.question is not None:
                self.counsel.ask(decision.question)
            case DecisionKind.ASK_USER:
                if not call.question:
                    call.ask_user(decision.fact, decision.note, decision.asks, decision.offers)
                self._expect_something()
            case DecisionKind.ASK_MODEL:
                self._carry_out_rules(call.navigator.advice_failed())

    def _carry_out_rules(self, decision: Decision) -> None:
        """One question a turn: whoever still wants to ask just listens on."""
        if decision.do is DecisionKind.ASK_MODEL:
            self._expect_something()
        else:
            self._carry_out(decision)

    def on_advice(self, event: ev.LanguageModelAnsweredEvent | ev.LanguageModelFailedEvent) -> None:
        """The language model's answer, or its failure, to the question that is open; any other is late."""
        navigator, counsel = self.call.navigator, self.counsel
        if not counsel.is_about(event):
            return
        if isinstance(event, ev.LanguageModelFailedEvent):
            if not (event.fault.may_pass and counsel.retry(after_s=event.retry_after_s)):
                self._on_no_advice(event.reason, event.fault)
            return
        answer = dict(event.answer)
        objection = navigator.objection(answer)
        if objection and counsel.retry(objection=objection):
            return
        decision = navigator.advised(answer)
        counsel.judged(is_used=decision.is_advice)
        self._after_advice(decision)

    def _on_no_advice(self, reason: str, fault: ModelFault) -> None:
        """No answer, for good: the rules decide."""
        self.call.service_failed("llm", reason)
        self.counsel.failed(fault)
        self._after_advice(self.call.navigator.advice_failed())

    def _after_advice(self, decision: Decision) -> None:
        call = self.call
        self._carry_out_rules(decision)
        if call.phase is Phase.NAVIGATING and call.line.speaking is None and (call.line.said or call.line.pending):
            self._await_turn(call.config.turn_gap_s)

    # --- the user -----------------------------------------------------------------------------------------------

    def _unless_asking(self, decision: Decision) -> Decision:
        """While the user thinks the line repeats itself; whatever else it says makes the question void."""
        call = self.call
        if not call.question or (decision.do is DecisionKind.ASK_USER and decision.fact == call.question):
            return decision
        if decision.do is DecisionKind.LISTEN or (decision.do is DecisionKind.WAIT and not decision.is_hold):
            return Decision(DecisionKind.LISTEN, reason="user_asked", drift=decision.drift)
        call.close_question("moved_on")
        return decision

    def on_user_answered(self, question_id: int, answer: str | None, kept: str = "") -> None:
        """The user's answer to the question that is open; any other is late."""
        if self.call.question and question_id == self.call.question_id:
            self._on_user_decided("declined" if answer is None else "answered", answer, kept)

    def _on_user_decided(self, reason: str, answer: str | None, kept: str = "") -> None:
        call = self.call
        fact = call.question
        call.close_question(reason)
        call.timers.cancel(Timer.TURN)
        call.line.take_said()
        # The line may have said more meanwhile, of which the language model knows nothing yet.
        self._carry_out(call.navigator.user_answered(fact, answer, kept))

    def on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """Our answer has been given: now the line has its time to react."""
        self.message.on_spoken(speech_id, is_complete=is_complete)
        if speech_id in self._answers:
            self._answers.discard(speech_id)
            self._restart_silence()

    def on_digits_sent(self) -> None:
        """All keys are out: now the line has its time to react."""
        self._restart_silence()

    def _restart_silence(self) -> None:
        if self.call.timers.is_set(Timer.SILENCE):
            self._expect_something()

    def on_user_said(self, speech_id: int, text: str) -> None:
        """A sentence of the user's is being said: it answers what was said before it, and the line reacts when it is out."""
        self._answers.add(speech_id)
        self.on_user_digits()
        if self.call.timers.is_set(Timer.SILENCE):
            # Its end restarts the silence; this is for an end that is never told.
            self._expect_something(self.call.config.silence_s + len(text) / _SLOW_CHARACTERS_S)

    def on_user_digits(self) -> None:
        """The user pressed keys: what was said before them is answered."""
        self.call.close_question("answered")
        self.call.line.take_said()
        self.counsel.drop()
        self.call.timers.cancel(Timer.TURN, Timer.TRANSCRIPT)
        if self.call.line.speaking is None:
            self._expect_something()
