"""A person is there: greet, ring the user's phones one after another, join the legs, or apologise.

The phones ring while the greeting is still being spoken. First it is listened who answered, a second or two: a voicemail, call
screening or an announcement has not taken the call. Who stays uncertain is joined, and let go again should a beep or words show
a machine after all. Whoever is joined comes at once: the person hears to its end who calls, the user hears the person (what is
played into a leg goes before the other leg's audio), and what need not be said any more is not. A transfer that the user wants
without any person being there goes back to waiting when no phone answers; a confirmed person is never left for a menu again.
"""

from collections.abc import Sequence

from ..classify.amd import CERTAIN
from ..model import action as act, call_event as ev
from ..model.call_brief import HandOverTarget
from ..model.phase import Answerer, LegFailure, Outcome, Phase, Verdict
from ..model.recording import RecordingScope
from .core import Call, Part
from .phrases import confirmation
from .policy import may_dial
from .states import LISTENING, Trigger
from .timers import Timer

_MOST_PROMPTS = 3
_MACHINES = frozenset({Answerer.VOICEMAIL, Answerer.SCREENING, Answerer.ANNOUNCEMENT, Answerer.FAX})
_PERSON_LEFT = "The person hung up before you could be put through."
_PERSON_HERE = "A person is on the line."
_NO_TARGETS = "No phone to ring was named."
_WITH_PERSON = "A person was on the line."
_WITHOUT_PERSON = "No person had been heard by then."


class HandingOver(Part):
    """Steps of the phases ``human``, ``transferring`` and ``connected``."""

    def __init__(self, call: Call) -> None:
        super().__init__(call)
        self._queue: list[HandOverTarget] = []
        self._has_targets = False
        self._legs = 0
        self._leg = ""
        """The user's leg that is rung or joined now."""
        self._is_answered = False
        self._is_person = False
        """Who answered is surely one."""
        self._introduction: int | None = None
        """The question to the candidate that has to end before the greeting."""
        self._greeting: int | None = None
        self._is_needless = False
        """The greeting says nothing that a person needs to hear once the user is there."""
        self._is_greeted = False
        self._apology: int | None = None
        self._prompt: int | None = None
        """The request to press 1 that is being spoken to the user's phone."""
        self._prompts = 0
        self._has_star = False

    def enter(self, trigger: Trigger, reason: str, confidence: float) -> None:
        """A person has been confirmed, or is being put through, or the user wants it now."""
        match self.call.phase:
            case Phase.HUMAN:
                self._welcome(reason)
                self.call.set_timer(Timer.GREETING, self.call.config.greeting_s)
                self._greet_soon()
                self._ring_all(self.call.brief.hand_over)
            case Phase.TRANSFERRING:
                self._go_on()
            case _:
                self.call.set_timer(Timer.CALL, self.call.config.call_s)
                self.call.report(ev.OccurrenceKind.CONNECTED, target=self.call.target_name)

    # --- the person ---------------------------------------------------------------------------------------------

    def _welcome(self, reason: str) -> None:
        self.call.is_human = True
        self.call.report(ev.OccurrenceKind.HUMAN_ANSWERED, reason=reason)
        self.call.notify("human_answered", _PERSON_HERE)

    def _greet_soon(self) -> None:
        """At once, but not into the middle of a sentence if that can be helped."""
        call = self.call
        self._greeting, self._is_greeted, self._introduction = None, False, call.introduction
        if call.line.speaking is None:
            self._greet()
        else:
            call.set_timer(Timer.SPEAK, call.config.speak_s)

    def _greet(self) -> None:
        call = self.call
        call.timers.cancel(Timer.SPEAK)
        if self._greeting is not None or self._introduction is not None:
            return
        has_heard_us, tells = call.has_introduced_itself, self._must_tell
        self._is_needless = has_heard_us and not tells
        sentence = call.sentences.connecting if has_heard_us else call.sentences.greeting
        if tells and has_heard_us and self._is_answered:
            sentence = call.sentences.notice
        self._greeting = call.speak(sentence, tells_of_recording=tells)

    @property
    def _must_tell(self) -> bool:
        """The talk is to be recorded, so the person must know before it is."""
        return self.call.brief.record is RecordingScope.ALL

    def _has_greeted(self, *, is_complete: bool) -> None:
        self._is_greeted = True
        if is_complete:
            self.call.report(ev.OccurrenceKind.GREETED)

    def on_utterance_ended(self) -> None:
        """Now nobody is interrupted."""
        if self.call.timers.is_set(Timer.SPEAK):
            self._greet()

    def on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """A sentence is over; one that could not be spoken holds nothing up."""
        if speech_id == self._introduction:
            self._introduction = None
            if self._is_answered and not self._must_tell:
                self._has_greeted(is_complete=is_complete)
            else:
                self._greet()
        elif speech_id == self._greeting and not self._is_greeted:
            self._has_greeted(is_complete=is_complete)
            if self.call.phase is Phase.HUMAN:
                self.call.fire(Trigger.TRANSFER_BEGUN)
        elif speech_id == self._prompt:
            self._prompt = None
            if is_complete and self._prompts < _MOST_PROMPTS and not self._is_answered:
                self._ask_for_a_key()
        elif speech_id == self._apology and self.call.timers.is_set(Timer.APOLOGY):
            self._part_ways()

    def on_verdict(self, event: ev.VerdictChangedEvent) -> None:
        """While the user is being rung on request, a person may come to the line."""
        if event.verdict is not Verdict.HUMAN or self.call.phase is not Phase.TRANSFERRING or self.call.is_human:
            return
        self._welcome(event.reason)
        if not self._is_answered:
            self._greet_soon()
            self._be_polite()

    def _be_polite(self) -> None:
        self.call.set_timer(Timer.COURTESY, self.call.config.courtesy_s)

    # --- the user's phones --------------------------------------------------------------------------------------

    def _ring_all(self, targets: Sequence[HandOverTarget]) -> None:
        self._queue = list(targets)
        self._has_targets = bool(targets)
        self._ring_next()

    def _ring_next(self) -> None:
        """Ring the next phone that may be rung; none left matters only once the person has been greeted."""
        call = self.call
        self._is_answered, self._is_person, self._leg, call.target_name = False, False, "", ""
        self._prompt, self._prompts = None, 0
        call.timers.cancel(Timer.TARGET, Timer.ANSWERER)
        while self._queue:
            target = self._queue.pop(0)
            if not self._may_ring(target):
                call.report(ev.OccurrenceKind.TARGET_FAILED, target=target.name, reason="refused")
                continue
            self._legs += 1
            self._leg, call.target_name = f"user-{self._legs}", target.name
            call.ring(self._leg, target)
            call.set_timer(Timer.TARGET, target.ring_s)
            call.report(ev.OccurrenceKind.TARGET_RINGING, target=target.name)
            return
        if call.phase is Phase.TRANSFERRING:
            self._on_none_left()

    def _may_ring(self, target: HandOverTarget) -> bool:
        return target.target is None or may_dial(target.target, region=self.call.config.region) is None

    def _target_failed(self, reason: str) -> None:
        self.call.report(ev.OccurrenceKind.TARGET_FAILED, target=self.call.target_name, reason=reason)
        self.call.hang_up(self._leg)
        self._ring_next()

    def _on_none_left(self) -> None:
        call = self.call
        if not call.is_human:
            call.notify("user_not_reached", "None of your phones answered; Hold Slayer goes on waiting.")
            call.fire(Trigger.TRANSFER_FAILED, "transfer_failed")
        elif self._has_targets:
            self._apologise()
        else:
            # Nobody was named at all: the user has been told of the person and may still name a place.
            call.set_timer(Timer.GIVE_UP, call.config.give_up_s)
            self._be_polite()

    def on_user_leg(self, event: ev.LegEvent) -> None:
        """Something happened to a leg of the user; only the one rung or joined now matters."""
        call = self.call
        if event.leg_id != self._leg:
            return
        match event:
            case ev.LegAnsweredEvent() if call.brief.confirm_answer:
                self._prompts = 0
                call.set_timer(Timer.TARGET, call.config.confirm_s)
                self._ask_for_a_key()
            case ev.LegAnsweredEvent():
                call.set_timer(Timer.ANSWERER, call.config.answerer_s)
                call.set_timer(Timer.TARGET, call.config.answerer_speaks_s + call.config.bridge_s)
            case ev.EndpointAcceptedEvent():
                self._is_person = True
                call.set_timer(Timer.TARGET, call.config.bridge_s)
                self._user_is_there()
            case ev.LegFailedEvent(failure=failure):
                self._target_failed(failure.value)
            case ev.LegEndedEvent() if call.phase is Phase.CONNECTED:
                self.end_connected()
            case ev.LegEndedEvent():
                self._target_failed(LegFailure.DECLINED.value)
            case _:
                pass

    def on_answerer(self, event: ev.AnswererHeardEvent) -> None:
        """The ear on the user's leg has a new belief about who answered."""
        call = self.call
        if event.leg_id != self._leg or self._is_person:
            return
        if event.answerer in _MACHINES and event.confidence >= CERTAIN:
            self._is_machine(event.answerer.value)
        elif not call.timers.is_set(Timer.ANSWERER):
            return
        elif event.reason == "speaking":
            call.set_timer(Timer.ANSWERER, call.config.answerer_speaks_s)
        elif event.answerer is not Answerer.NOBODY:
            self._is_person = event.answerer is Answerer.PERSON
            self._user_is_there()

    def _is_machine(self, reason: str) -> None:
        """Nobody has taken this call: the next phone. Whoever was joined with it is told that it takes another moment."""
        call = self.call
        if call.phase is not Phase.CONNECTED:
            self._target_failed(reason)
            return
        call.timers.cancel(Timer.KEY)
        self._has_star = False
        call.do(act.UnbridgeAction(self._leg))
        if call.is_human:
            call.speak(call.sentences.courtesy)
        self._target_failed(reason)
        call.fire(Trigger.USER_LOST)

    def _user_is_there(self) -> None:
        self.call.timers.cancel(Timer.ANSWERER)
        self._is_answered = True
        if self.call.phase is Phase.HUMAN:
            self.call.fire(Trigger.TRANSFER_BEGUN)
        else:
            self._bridge()

    def _ask_for_a_key(self) -> None:
        brief = self.call.brief
        self._prompts += 1
        text = confirmation(brief.user_language or brief.language, brief.company)
        self._prompt = self.call.speak_to_user(self._leg, text)

    def on_user_key(self, leg_id: str, key: str) -> None:
        """A 1 joins, two stars hand back, everything else is for the company."""
        call = self.call
        if leg_id != self._leg:
            return
        if call.phase is Phase.CONNECTED:
            self._on_key_in_talk(key)
        elif self._prompts and not self._is_answered and key == "1":
            self._prompt, self._prompts = None, 0
            call.do(act.StopSpeakingAction(leg_id))
            self._is_person = True
            self._user_is_there()
        elif call.timers.is_set(Timer.ANSWERER):
            self._is_person = True
            self._user_is_there()

    def _on_key_in_talk(self, key: str) -> None:
        call = self.call
        call.timers.cancel(Timer.KEY)
        if key == "*" and self._has_star:
            self.hand_back()
        elif key == "*":
            self._has_star = True
            call.set_timer(Timer.KEY, call.config.star_s)
        else:
            self._pass_on(f"*{key}" if self._has_star else key)

    def _pass_on(self, keys: str) -> None:
        self._has_star = False
        self.call.do(act.SendDigitsAction(ev.FAR_LEG, keys, is_private=True))
        self.call.report(ev.OccurrenceKind.KEY_PRESSED, digits="*" * len(keys), reason="user")

    def hand_back(self) -> None:
        """The person has put the user on hold again: the user hangs up, Hold Slayer waits for the next one."""
        call = self.call
        call.timers.cancel(Timer.KEY)
        call.do(act.UnbridgeAction(self._leg))
        call.hang_up(self._leg)
        self._leg, self._is_answered, self._has_star, call.target_name = "", False, False, ""
        call.is_human = False
        call.forget_introduction()
        call.line.give_up_words()
        call.line.person_left()
        call.set_timer(Timer.CALL, call.config.call_s)
        call.fire(Trigger.HANDED_BACK, "handed_back")

    # --- joining ------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """From here the user is awaited, or joined if already there."""
        if self._is_answered:
            self._bridge()
        elif not self._leg:
            self._on_none_left()
        elif self.call.is_human:
            self._be_polite()

    def _bridge(self) -> None:
        call = self.call
        call.timers.cancel(Timer.COURTESY, Timer.GIVE_UP, Timer.APOLOGY, Timer.SPEAK)
        if self._greeting is not None and self._is_needless and not self._is_greeted:
            self._has_greeted(is_complete=True)
        if self._is_greeted:
            call.stop_speaking()
        call.set_timer(Timer.TARGET, call.config.bridge_s)
        call.do(act.BridgeAction(self._leg))

    def on_bridged(self, leg_id: str) -> None:
        """Audio flows; a bridge of a leg given up meanwhile is none."""
        if leg_id == self._leg and self._is_answered:
            self.call.fire(Trigger.BRIDGED)

    def end_connected(self) -> None:
        """One of the two that were talking hung up."""
        self.call.end(Outcome.CONNECTED, _WITH_PERSON if self.call.is_human else _WITHOUT_PERSON)

    # --- nobody to be reached -----------------------------------------------------------------------------------

    def _apologise(self) -> None:
        call = self.call
        call.timers.cancel(Timer.COURTESY, Timer.GIVE_UP)
        call.set_timer(Timer.APOLOGY, call.config.apology_s)
        self._apology = call.speak(call.sentences.apology)

    def _part_ways(self) -> None:
        self.call.end(Outcome.USER_UNREACHABLE, "" if self._has_targets else _NO_TARGETS)

    def on_far_ended(self) -> None:
        """The company's side is gone."""
        if self.call.phase is Phase.CONNECTED:
            self.end_connected()
        elif self.call.timers.is_set(Timer.APOLOGY):
            self._part_ways()
        else:
            self.call.end(Outcome.REMOTE_HUNG_UP, _PERSON_LEFT if self.call.is_human else "")

    # --- commands and deadlines ---------------------------------------------------------------------------------

    def on_transfer_requested(self, target: HandOverTarget | None) -> None:
        """The user wants to be put through now, person or not, or names another phone while one is being rung."""
        targets = (target,) if target is not None else self.call.brief.hand_over
        if not any(map(self._may_ring, targets)):
            for each in targets:
                self.call.report(ev.OccurrenceKind.TARGET_FAILED, target=each.name, reason="refused")
        elif self.call.phase in LISTENING:
            self._queue, self._has_targets, self._leg, self._is_answered = list(targets), True, "", False
            self._greeting, self._is_greeted, self._introduction = None, True, None
            self.call.line.give_up_words()
            self._ring_next()
            self.call.fire(Trigger.TRANSFER_BEGUN)
        elif not self._is_answered:
            self._ring_instead(targets)

    def _ring_instead(self, targets: Sequence[HandOverTarget]) -> None:
        call = self.call
        if call.timers.is_set(Timer.APOLOGY):
            self._apology = None
            call.timers.cancel(Timer.APOLOGY)
            call.stop_speaking()
        call.timers.cancel(Timer.GIVE_UP)
        if self._leg:
            call.hang_up(self._leg)
        self._ring_all(targets)
        if call.phase is Phase.TRANSFERRING and call.is_human and self._leg:
            self._be_polite()

    def on_timer(self, timer: Timer) -> None:
        """Apply the default of a deadline."""
        match timer:
            case Timer.SPEAK:
                self._greet()
            case Timer.GREETING:
                self._is_greeted = True
                self.call.fire(Trigger.TRANSFER_BEGUN)
            case Timer.ANSWERER:
                self._user_is_there()
            case Timer.TARGET:
                self._target_failed(LegFailure.NO_ANSWER.value)
            case Timer.COURTESY:
                self.call.speak(self.call.sentences.courtesy)
                self._be_polite()
            case Timer.KEY:
                self._pass_on("*")
            case Timer.GIVE_UP:
                self._apologise()
            case Timer.APOLOGY:
                self._part_ways()
            case Timer.HOLD:
                # The queue's limit passed while the user is being rung on request: it ends the call if nobody answers.
                self.call.set_timer(timer, self.call.config.candidate_s)
            case _:
                pass
