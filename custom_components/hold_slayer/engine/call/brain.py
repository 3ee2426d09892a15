"""The brain of one call: every event comes in here, every action goes out from here.

It never sleeps, reads a clock or does IO. Each phase has one part (`Navigating`, `Waiting`, `Candidate`, `HandingOver`) whose
steps say what an event means there; `transitions` says where that leads. Unknown, late and repeated events change nothing.
`next_timer` tells when `handle_timer` wants to be called; calling it early does no harm.
"""

from collections.abc import Callable
from dataclasses import replace
import re

from ..ivr.line_language import LineLanguage
from ..ivr.navigator import Navigator
from ..model import action as act, call_event as ev
from ..model.call_brief import Arrival, CallBrief
from ..model.detour import Detour
from ..model.model_use import ModelUse
from ..model.number_memory import NumberMemory
from ..model.phase import EndedBy, LegFailure, Outcome, Phase
from ..model.recording import RecordingScope
from ..model.snapshot import MenuOption
from .belief import Belief
from .candidate import Candidate
from .config import BrainConfig
from .core import Call, NavigatorLike, Part
from .handing_over import HandingOver
from .last_words import WANTED, LastWords
from .line import Heard
from .navigating import Navigating
from .outcomes import failure_end, tone_end
from .phrases import phrases
from .policy import may_dial
from .recollection import Recollection
from .states import LISTENING, PLACING, WITH_USER, Trigger
from .timers import Timer
from .transitions import EVENTS
from .waiting import Waiting

__all__ = ["Brain", "BrainConfig", "NavigatorLike"]

_KEYS = re.compile(r"[0-9*#wW]+")
_DIGIT = re.compile(r"\d")


class Brain:
    """See the module's text."""

    def __init__(
        self,
        config: BrainConfig | None = None,
        navigator_factory: Callable[[CallBrief], NavigatorLike] = Navigator,
    ) -> None:
        self._call = call = Call(config or BrainConfig())
        call.enter = self._enter
        self._navigator_factory = navigator_factory
        self._navigating = Navigating(call)
        self._candidate = Candidate(call)
        self._handing_over = HandingOver(call)
        self._parts: dict[Phase, Part] = {
            Phase.NAVIGATING: self._navigating,
            Phase.ON_HOLD: Waiting(call),
            Phase.CANDIDATE: self._candidate,
            **dict.fromkeys(WITH_USER, self._handing_over),
        }
        self._nobody = Part(call)
        self._last_words = LastWords(call)

    # --- the interface ------------------------------------------------------------------------------------------

    def handle(self, event: ev.CallEvent, now: float) -> list[act.Action]:
        """Take one event at ``now`` (seconds, monotonic) and return what is to be done, in order."""
        call = self._call
        self._pass_time(now)
        reach = EVENTS.get(type(event))
        if self._last_words.is_awaited:
            if isinstance(event, WANTED):
                self._last_words.handle(event)
        elif reach is not None and call.phase in reach.taken:
            self._dispatch(event)
        return call.take_actions()

    def _pass_time(self, now: float) -> None:
        call = self._call
        call.now = max(call.now, now)
        call.recollection.tick(call.now, is_hold=call.phase in (Phase.ON_HOLD, Phase.CANDIDATE))

    def next_timer(self) -> float | None:
        """When `handle_timer` is due; None before the call and once it has ended."""
        return self._call.timers.next()

    def handle_timer(self, now: float) -> list[act.Action]:
        """Apply the defaults of all deadlines that have passed."""
        call = self._call
        self._pass_time(now)
        while (timer := call.timers.pop_due(call.now)) is not None:
            self._on_timer(timer)
        return call.take_actions()

    @property
    def phase(self) -> Phase:
        """Where the call stands."""
        return self._call.phase

    @property
    def detour(self) -> Detour | None:
        """What one more call should do otherwise, when this one has ended where a menu leads nowhere; None: no more call."""
        return self._call.detour

    @property
    def is_human(self) -> bool:
        """True from the confirmed person on until the call ends."""
        return self._call.is_human

    @property
    def has_callback(self) -> bool:
        """True once the company has promised to call back."""
        return self._call.has_callback

    @property
    def advice(self) -> ModelUse:
        """What came of the questions to the language model; questions, second attempts and tokens are counted by who sends them."""
        return self._navigating.counsel.use

    @property
    def menu(self) -> tuple[MenuOption, ...]:
        """The menu as heard last, with what was chosen."""
        return self._call.navigator.menu

    @property
    def target_name(self) -> str:
        """The user's phone that is ringing or connected; empty when none is."""
        return self._call.target_name

    @property
    def last_action(self) -> str:
        """What was last pressed or said in a menu, facts as placeholders."""
        return self._call.last_action

    @property
    def hold_since(self) -> float | None:
        """Start of the running wait on the brain's clock; it runs on through candidates that come to nothing."""
        return self._call.hold_since

    def hold_total_s(self, now: float) -> float:
        """Seconds on hold up to ``now``, all waits of the call together."""
        since = self._call.hold_since
        return self._call.hold_s + (max(0.0, now - since) if since is not None else 0.0)

    @property
    def belief(self) -> Belief:
        """The evidence about the last candidate."""
        return self._candidate.belief

    def learned(self, day: int, marks: bytes) -> NumberMemory:
        """What the next call to the number should know; ``marks``: the hearing's (`Hearing.export_marks`), ``day``: today's."""
        return self._call.recollection.learned(day, marks)

    @property
    def outcome(self) -> Outcome | None:
        """How the call ended; None before."""
        return self._call.outcome

    @property
    def sentence(self) -> str:
        """Why it ended, for the user; empty before."""
        return self._call.sentence

    # --- events -------------------------------------------------------------------------------------------------

    @property
    def _part(self) -> Part:
        return self._parts.get(self._call.phase, self._nobody)

    def _enter(self, trigger: Trigger, reason: str, confidence: float) -> None:
        self._part.enter(trigger, reason, confidence)

    def _dispatch(self, event: ev.CallEvent) -> None:
        match event:
            case ev.CallRequestedEvent(brief=brief):
                self._begin(brief)
            case ev.DigitReceivedEvent(leg_id=leg_id, digit=digit, is_tone=is_tone):
                self._handing_over.on_user_key(leg_id, digit, is_tone=is_tone)
            case ev.AnswererHeardEvent(leg_id=ev.FAR_LEG):
                self._on_company_answerer(event)
            case ev.AnswererHeardEvent():
                self._handing_over.on_answerer(event)
            case ev.ConsentHeardEvent():
                self._handing_over.on_consent(event)
            case ev.LegEvent():
                self._on_leg_event(event)
            case ev.HearingEvent():
                self._on_hearing(event)
            case ev.TranscribedEvent(is_partial=True, utterance_id=utterance_id, text=text):
                self._on_words(self._call.line.glimpse_answered(utterance_id, text, self._call.now))
            case ev.TranscriptionFailedEvent(is_partial=True, utterance_id=utterance_id):
                # The complete utterance will fail as well, and that is told.
                self._call.line.glimpse_answered(utterance_id, "", self._call.now)
            case ev.TranscribedEvent(utterance_id=utterance_id, text=text):
                self._on_words(self._call.line.understood(utterance_id, text))
            case ev.TranscriptionFailedEvent(utterance_id=utterance_id, reason=reason):
                self._call.service_failed("stt", reason)
                self._on_words(self._call.line.not_understood(utterance_id))
            case ev.LanguageModelAnsweredEvent() | ev.LanguageModelFailedEvent():
                self._navigating.on_advice(event)
            case ev.SpokenEvent(speech_id=speech_id):
                self._on_spoken(speech_id, is_complete=True)
            case ev.SpeakingFailedEvent(speech_id=speech_id, reason=reason):
                if reason not in ("stopped", "leg_down"):
                    self._call.service_failed("tts", reason)
                self._on_spoken(speech_id, is_complete=False)
            case ev.DigitsSentEvent():
                self._navigating.on_digits_sent()
            case ev.BridgedEvent(leg_id=leg_id):
                self._handing_over.on_bridged(leg_id)
            case ev.TargetsChosenEvent(targets=targets):
                self._handing_over.on_targets_chosen(targets)
            case _:
                self._on_command(event)

    def _on_command(self, event: ev.CallEvent) -> None:
        match event:
            case ev.HangUpRequestedEvent():
                self._on_hang_up_requested()
            case ev.InterruptedEvent():
                self._call.end(Outcome.INTERRUPTED)
            case ev.DigitsRequestedEvent(digits=digits):
                self._on_digits_requested(digits)
            case ev.SayRequestedEvent(text=text):
                self._on_say_requested(text)
            case ev.ResumeWaitingRequestedEvent():
                self._handing_over.hand_back()
            case ev.QuestionAnsweredEvent(question_id=question_id, answer=answer, kept=kept):
                self._navigating.on_user_answered(question_id, answer, kept)
            case ev.TransferRequestedEvent(target=target):
                self._handing_over.on_transfer_requested(target)
            case _:
                raise TypeError(f"{type(event).__name__} has phases but no step")

    def _begin(self, brief: CallBrief) -> None:
        call = self._call
        call.brief = brief
        if brief.known is not None:
            call.recollection = Recollection(brief.known)
            call.line.know(text.words for text in brief.known.texts)
        call.sentences = phrases(brief.language, brief.user_name, is_recorded=brief.record is RecordingScope.ALL)
        call.navigator = self._navigator_factory(brief)
        call.spoken = LineLanguage(brief.language)
        refused = may_dial(brief.number, brief.policy, call.config.region)
        if refused is not None and brief.arrival is Arrival.PLACED:
            call.end(Outcome.REFUSED, refused.sentence)
            return
        again = {"again": True} if brief.detour is not None else {}
        call.report(ev.OccurrenceKind.STARTED, company=brief.company, goal=brief.goal, **again)
        call.dial(ev.FAR_LEG, brief.number)
        call.fire(Trigger.PLACED)
        call.set_timer(Timer.PLACE, call.config.place_s)

    # --- legs ---------------------------------------------------------------------------------------------------

    def _on_leg_event(self, event: ev.LegEvent) -> None:
        if not self._call.follow_leg(event):
            return
        if event.leg_id == ev.FAR_LEG:
            self._on_far_leg(event)
        else:
            self._handing_over.on_user_leg(event)

    def _on_far_leg(self, event: ev.LegEvent) -> None:
        call = self._call
        match event:
            case ev.LegRangEvent() | ev.LegEarlyMediaEvent() if call.phase is Phase.DIALING:
                call.report(ev.OccurrenceKind.RINGING)
                call.fire(Trigger.RANG)
            case ev.LegAnsweredEvent() if call.phase in PLACING:
                call.report(ev.OccurrenceKind.ANSWERED)
                for text in call.sentences.all:
                    call.do(act.PrepareSpeechAction(text))
                call.set_timer(Timer.CALL, call.config.call_s)
                if call.brief.says_recorded and call.brief.record is not RecordingScope.OFF:
                    call.speak(call.sentences.notice)
                self._on_far_answered()
            case ev.LegFailedEvent(failure=LegFailure.CANCELLED) if call.brief.arrival is not Arrival.PLACED:
                call.end(Outcome.REMOTE_HUNG_UP)
            case ev.LegFailedEvent(failure=failure, status=status):
                outcome, note = failure_end(failure, call.end_tone)
                call.end(outcome, " ".join(filter(None, (note, f"(SIP {status})" if status else ""))))
            case ev.LegEndedEvent(by=by):
                self._on_far_ended(by)
            case ev.LegTransferProgressedEvent():
                self._handing_over.on_transfer(event)
            case _:
                pass

    def _on_far_answered(self) -> None:
        call = self._call
        match call.brief.arrival:
            case Arrival.PLACED:
                call.fire(Trigger.ANSWERED)
            case Arrival.TAKEN_OVER:
                call.fire(Trigger.TAKEN_OVER, "taken_over")
            case Arrival.CALLED_BACK:
                # They know whom they call.
                call.has_introduced_itself = True
                call.fire(Trigger.CALLED_BACK, "called_back")

    def _on_far_ended(self, by: EndedBy) -> None:
        call = self._call
        if call.phase in WITH_USER:
            self._handing_over.on_far_ended()
            return
        if call.phase is Phase.NAVIGATING and self._navigating.message.on_far_ended():
            return
        if call.timers.is_set(Timer.TONE):
            # An exchange that has said why, and then cut the line.
            self._last_words.begin(*tone_end(call.end_tone))
            return
        waited = self.hold_total_s(call.now)
        notes = ("The line went dead." if by is not EndedBy.REMOTE else "", _waited(waited) if call.hold_since else "")
        self._last_words.begin(Outcome.REMOTE_HUNG_UP, " ".join(filter(None, notes)))

    def _on_company_answerer(self, event: ev.AnswererHeardEvent) -> None:
        if self._call.phase is Phase.NAVIGATING:
            self._navigating.on_answerer(event)

    # --- hearing ------------------------------------------------------------------------------------------------

    def _on_hearing(self, event: ev.HearingEvent) -> None:
        call, part = self._call, self._part
        call.line.follow(event, call.now)
        match event:
            case ev.AudioClassChangedEvent():
                part.on_sound(is_music=call.line.is_music)
            case ev.ToneHeardEvent(name=name):
                call.note_tone(name)
                part.on_tone(name)
            case ev.VerdictChangedEvent():
                part.on_verdict(event)
            case ev.UtteranceStartedEvent(utterance_id=utterance_id):
                part.on_utterance_started(utterance_id)
            case ev.UtteranceContinuesEvent():
                self._on_utterance_continues(event)
            case ev.UtteranceEndedEvent():
                self._on_utterance_ended(event)
            case _:
                pass

    def _on_utterance_continues(self, event: ev.UtteranceContinuesEvent) -> None:
        """Its first words may tell a person before the sentence is over; under music there is none.

        In a menu a key may go out before the list is over: at its pauses, where options end. One request at a time: the
        words of the whole list must not wait for them.
        """
        line = self._call.line
        is_menu = self._call.phase is Phase.NAVIGATING
        is_wanted = line.speaking == event.utterance_id and not line.is_music
        if is_menu:
            is_wanted = is_wanted and event.is_pause and self._call.navigator.wants_glimpses
        if is_wanted and line.glimpse(event.utterance_id, self._call.now, is_pause=event.is_pause and not is_menu):
            self._call.do(
                act.TranscribeAction(event.utterance_id, event.pcm, event.start_s, event.end_s, is_partial=True)
            )
        if event.is_pause:
            self._part.on_pause(event.utterance_id)

    def _on_utterance_ended(self, event: ev.UtteranceEndedEvent) -> None:
        if self._call.phase in LISTENING:
            self._call.line.await_words(event.utterance_id)
            self._call.do(act.TranscribeAction(event.utterance_id, event.pcm, event.start_s, event.end_s))
        self._part.on_utterance_ended()

    def _on_words(self, heard: Heard | None) -> None:
        if heard is None:
            return
        if heard.text and not heard.is_partial:
            self._note_language(heard.text)
        self._part.on_heard(heard)

    def _note_language(self, text: str) -> None:
        """The line may speak another language than the user thought; not in the middle of a question to somebody else."""
        call = self._call
        call.spoken.hear(text)
        code = call.spoken.language
        if code == call.brief.language or self._navigating.counsel.is_open or call.question:
            return
        was = call.brief.goal_language or call.brief.language
        call.brief = replace(call.brief, language=code, goal_language=was)
        call.sentences = phrases(code, call.brief.user_name, is_recorded=call.brief.record is RecordingScope.ALL)
        call.navigator.change_language(code)
        call.do(act.ChangeLanguageAction(code))
        for sentence in call.sentences.all:
            call.do(act.PrepareSpeechAction(sentence))

    def _on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        self._call.note_spoken(speech_id, is_complete=is_complete)
        self._part.on_spoken(speech_id, is_complete=is_complete)

    # --- commands -----------------------------------------------------------------------------------------------

    def _on_hang_up_requested(self) -> None:
        if self._call.phase is Phase.CONNECTED:
            self._handing_over.end_connected()
        else:
            self._call.end(Outcome.HUNG_UP)

    def _on_digits_requested(self, digits: str) -> None:
        """Keys of the user's own; anything but keys is nothing to send."""
        call = self._call
        if _KEYS.fullmatch(digits) is None:
            return
        call.do(act.SendDigitsAction(ev.FAR_LEG, digits.lower(), is_private=True))
        call.report(ev.OccurrenceKind.KEY_PRESSED, digits="*" * len(digits), reason="user")
        if call.phase is Phase.NAVIGATING:
            self._navigating.on_user_digits()

    def _on_say_requested(self, text: str) -> None:
        """A sentence of the user's own: it may hold what only they know, so it is neither recorded nor are its digits shown."""
        call = self._call
        if not text.strip():
            return
        speech_id = call.speak(text, is_private=True)
        call.report(ev.OccurrenceKind.SAID, text=_DIGIT.sub("*", text), reason="user")
        if call.phase is Phase.NAVIGATING:
            self._navigating.on_user_said(speech_id, text)

    # --- deadlines ----------------------------------------------------------------------------------------------

    def _on_timer(self, timer: Timer) -> None:
        call = self._call
        match timer:
            case _ if self._last_words.is_awaited:
                self._last_words.finish()
            case Timer.PLACE if call.end_tone:
                call.end(*tone_end(call.end_tone, is_answered=False))
            case Timer.PLACE:
                call.end(Outcome.NO_ANSWER)
            case Timer.CALL if call.phase is Phase.CONNECTED:
                self._handing_over.end_connected()
            case Timer.CALL:
                call.end(Outcome.CALL_TIMEOUT)
            case _:
                self._part.on_timer(timer)


def _waited(seconds: float) -> str:
    minutes = int(seconds // 60)
    if minutes < 1:
        return ""
    return f"It had been on hold for {minutes} minute{'s' if minutes > 1 else ''}."
