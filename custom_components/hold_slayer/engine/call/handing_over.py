"""A person is there: greet, ring the user's phones, join the legs or have the exchange do it, or apologise.

The phones ring (`ringing`) while the greeting is still being spoken. Whoever accepts is joined at once: the person hears to its
end who calls, the user hears the person (what is played into a leg goes before the other leg's audio), and what need not be said
any more is not. Where the target wants a transfer, the exchange is asked to take over: for an attended one once the two are
talking, so that nobody hears of a refusal; for a blind one in place of ringing. A transfer that the user wants without any person
being there goes back to waiting when no phone answers; a confirmed person is never left for a menu again.
"""

from collections.abc import Sequence
from dataclasses import replace

from ..model import action as act, call_event as ev
from ..model.call_brief import HandOverMode, HandOverTarget
from ..model.phase import LegFailure, Outcome, Phase, Verdict
from ..model.recording import RecordingScope
from .core import Call, Part
from .ringing import Ringing, Rung, may_ring
from .states import LISTENING, Trigger
from .timers import Timer

_PERSON_LEFT = "The person hung up before you could be put through."
_PERSON_HERE = "A person is on the line."
_NO_TARGETS = "No phone to ring was named."
_WITH_PERSON = "A person was on the line."
_WITHOUT_PERSON = "No person had been heard by then."
_TRANSFERRED = "The exchange has taken the call over."
_TAKEN_OVER = "The exchange has taken the call over; whether you answered it does not tell."


class HandingOver(Part):
    """Steps of the phases ``human``, ``transferring`` and ``connected``."""

    def __init__(self, call: Call) -> None:
        super().__init__(call)
        self._ringing = Ringing(call, on_taken=self._on_taken, on_blind=self._on_blind, on_none_left=self._on_none_left)
        self._has_targets = False
        self._choosing: tuple[HandOverTarget, ...] = ()
        """Targets of which those worth ringing are being found out."""
        self._transfer: HandOverTarget | None = None
        """What the exchange has been asked to do."""
        self._has_transfer_begun = False
        """It has said that it tries."""
        self._is_user_gone = False
        """The user's leg has ended since: they hung up, or it has worked."""
        self._introduction: int | None = None
        """The question to the candidate that has to end before the greeting."""
        self._greeting: int | None = None
        self._is_needless = False
        """The greeting says nothing that a person needs to hear once the user is there."""
        self._is_greeted = False
        self._apology: int | None = None
        self._star = ""
        """A first star that waits for its second: ``key``, or ``tone`` when it was heard in the audio."""

    def enter(self, trigger: Trigger, reason: str, confidence: float) -> None:
        """A person has been confirmed, or is being put through, or the user wants it now."""
        match self.call.phase:
            case Phase.HUMAN:
                self._welcome(reason)
                self.call.set_timer(Timer.GREETING, self.call.config.greeting_s)
                self._greet_soon()
                self._find(self.call.brief.hand_over)
            case Phase.TRANSFERRING:
                self._go_on()
            case _:
                self.call.set_timer(Timer.CALL, self.call.config.call_s)
                self.call.report(ev.OccurrenceKind.CONNECTED, target=self.call.target_name)
                self._may_transfer()

    # --- the person ---------------------------------------------------------------------------------------------

    def _welcome(self, reason: str) -> None:
        self.call.is_human = True
        self.call.recollection.person()
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
        if tells and has_heard_us and self._ringing.taken is not None:
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

    def on_sound(self, *, is_music: bool) -> None:
        """Music where a person was: they have put us back, or were an announcement. Once the user is there it is theirs to hear."""
        call = self.call
        is_ours = call.is_human and self._ringing.taken is None and self._transfer is None and self._apology is None
        if is_music and is_ours and not call.timers.is_set(Timer.MUSIC):
            call.set_timer(Timer.MUSIC, call.config.music_after_person_s)
        elif not is_music:
            call.timers.cancel(Timer.MUSIC)

    def _on_person_gone(self) -> None:
        """Nobody is rung any more, and the wait goes on."""
        call = self.call
        if self._ringing.taken is not None or self._transfer is not None or self._apology is not None:
            return
        self._ringing.stop()
        self._choosing, self._greeting, self._introduction = (), None, None
        call.stop_speaking()
        call.is_human = False
        call.forget_introduction()
        call.line.give_up_words()
        call.line.person_left()
        call.recollection.person_left()
        call.report(ev.OccurrenceKind.CANDIDATE_DROPPED, reason="music_returned")
        call.fire(Trigger.PERSON_GONE, "music_returned")

    def on_utterance_ended(self) -> None:
        """Now nobody is interrupted."""
        if self.call.timers.is_set(Timer.SPEAK):
            self._greet()

    def on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """A sentence is over; one that could not be spoken holds nothing up."""
        if speech_id == self._introduction:
            self._introduction = None
            if self._ringing.taken is not None and not self._must_tell:
                self._has_greeted(is_complete=is_complete)
            else:
                self._greet()
        elif speech_id == self._greeting and not self._is_greeted:
            self._has_greeted(is_complete=is_complete)
            if self.call.phase is Phase.HUMAN:
                self.call.fire(Trigger.TRANSFER_BEGUN)
        elif speech_id == self._apology and self.call.timers.is_set(Timer.APOLOGY):
            self._part_ways()
        else:
            self._ringing.on_spoken(speech_id, is_complete=is_complete)

    def on_verdict(self, event: ev.VerdictChangedEvent) -> None:
        """While the user is being rung on request, a person may come to the line."""
        if event.verdict is not Verdict.HUMAN or self.call.phase is not Phase.TRANSFERRING or self.call.is_human:
            return
        self._welcome(event.reason)
        if self._ringing.taken is None and self._transfer is None:
            self._greet_soon()
            self._be_polite()

    def _be_polite(self) -> None:
        self.call.set_timer(Timer.COURTESY, self.call.config.courtesy_s)

    # --- the user's phones --------------------------------------------------------------------------------------

    def _find(self, targets: Sequence[HandOverTarget]) -> None:
        """Ring these; where it depends, those of them that are worth it."""
        self._has_targets = bool(targets)
        self._ringing.stop()
        if targets and self.call.brief.asks_where:
            self._choosing = tuple(targets)
            self.call.do(act.ChooseTargetsAction(self._choosing))
            self.call.set_timer(Timer.TARGET, self.call.config.choose_s)
        else:
            self._ring(targets)

    def on_targets_chosen(self, targets: Sequence[HandOverTarget]) -> None:
        """Those worth ringing are known; nobody is worse than everybody."""
        if self._choosing:
            self._ring(targets or self._choosing)

    def _ring(self, targets: Sequence[HandOverTarget]) -> None:
        self._choosing = ()
        self._ringing.begin(targets)

    def _on_none_left(self) -> None:
        """None left matters only once the person has been greeted."""
        call = self.call
        if call.phase is not Phase.TRANSFERRING:
            return
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
        """Something happened to a leg of the user; those given up matter no more."""
        rung = self._ringing.get(event.leg_id)
        if rung is None:
            return
        if rung is not self._ringing.taken:
            self._ringing.on_leg(rung, event)
        elif not isinstance(event, ev.LegFailedEvent | ev.LegEndedEvent):
            return
        elif self.call.phase is not Phase.CONNECTED:
            self._ringing.fail(rung, LegFailure.DECLINED.value)
        elif self._transfer is not None:
            # An attended transfer that works ends this leg first (RFC 5589 section 7).
            self._is_user_gone = True
            self.call.set_timer(Timer.TRANSFER, self.call.config.transfer_end_s)
        else:
            self.end_connected()

    def on_answerer(self, event: ev.AnswererHeardEvent) -> None:
        """The ear on a user's leg has a new belief about who answered."""
        rung = self._ringing.get(event.leg_id)
        if rung is None:
            return
        if machine := self._ringing.machine_in(rung, event):
            self._is_machine(rung, machine)
            return
        self._ringing.on_answerer(rung, event)
        if self.call.phase is Phase.CONNECTED and rung.is_person and self._transfer is None:
            self._may_transfer()

    def on_consent(self, event: ev.ConsentHeardEvent) -> None:
        """A yes joins like a 1, and a no leads to the next phone; once somebody has taken the call it is talk."""
        rung = self._ringing.get(event.leg_id)
        if rung is not None and rung is not self._ringing.taken:
            self._ringing.on_consent(rung, event)

    def _is_machine(self, rung: Rung, reason: str) -> None:
        """Nobody has taken this call: the next phone. Whoever was joined with it is told that it takes another moment."""
        call = self.call
        if call.phase is not Phase.CONNECTED:
            self._ringing.fail(rung, reason)
            return
        call.timers.cancel(Timer.KEY, Timer.TRANSFER)
        self._star = ""
        call.do(act.UnbridgeAction(rung.leg_id))
        if call.is_human:
            call.speak(call.sentences.courtesy)
        self._ringing.fail(rung, reason)
        call.fire(Trigger.USER_LOST)

    def _on_taken(self, _rung: Rung) -> None:
        if self.call.phase is Phase.HUMAN:
            self.call.fire(Trigger.TRANSFER_BEGUN)
        else:
            self._bridge()

    def on_user_key(self, leg_id: str, key: str, *, is_tone: bool = False) -> None:
        """A 1 joins, two stars hand back, everything else is for the company, which hears tones by itself."""
        rung = self._ringing.get(leg_id)
        if rung is None:
            return
        if rung is not self._ringing.taken:
            self._ringing.on_key(rung, key)
        elif self.call.phase is Phase.CONNECTED:
            self._on_key_in_talk(key, is_tone=is_tone)

    def _on_key_in_talk(self, key: str, *, is_tone: bool) -> None:
        call = self.call
        call.timers.cancel(Timer.KEY)
        if key == "*" and self._star:
            self.hand_back()
        elif key == "*":
            self._star = "tone" if is_tone else "key"
            call.set_timer(Timer.KEY, call.config.star_s)
        else:
            self._pass_on(("*" if self._star == "key" else "") + ("" if is_tone else key))

    def _pass_on(self, keys: str) -> None:
        self._star = ""
        if keys:
            self.call.do(act.SendDigitsAction(ev.FAR_LEG, keys, is_private=True))
            self.call.report(ev.OccurrenceKind.KEY_PRESSED, digits="*" * len(keys), reason="user")

    def hand_back(self) -> None:
        """The person has put the user on hold again: the user hangs up, Hold Slayer waits for the next one."""
        call, taken = self.call, self._ringing.taken
        call.timers.cancel(Timer.KEY, Timer.TRANSFER)
        if taken is not None:
            call.do(act.UnbridgeAction(taken.leg_id))
            call.hang_up(taken.leg_id)
        self._ringing.forget()
        self._star, self._transfer = "", None
        call.is_human = False
        call.forget_introduction()
        call.line.give_up_words()
        call.line.person_left()
        call.recollection.person_left()
        call.set_timer(Timer.CALL, call.config.call_s)
        call.fire(Trigger.HANDED_BACK, "handed_back")

    # --- joining ------------------------------------------------------------------------------------------------

    def _go_on(self) -> None:
        """From here the user is awaited, or joined if already there."""
        if self._ringing.taken is not None:
            self._bridge()
            return
        if not self._choosing:
            self._ringing.proceed()
        if self.call.is_human and (self._choosing or self._ringing.is_ringing):
            self._be_polite()

    def _bridge(self) -> None:
        call, taken = self.call, self._ringing.taken
        if taken is None:
            return
        call.timers.cancel(Timer.COURTESY, Timer.GIVE_UP, Timer.APOLOGY, Timer.SPEAK)
        if self._greeting is not None and self._is_needless and not self._is_greeted:
            self._has_greeted(is_complete=True)
        if self._is_greeted:
            call.stop_speaking()
        self._ringing.wait_for_bridge()
        call.do(act.BridgeAction(taken.leg_id))

    def on_bridged(self, leg_id: str) -> None:
        """Audio flows; a bridge of a leg given up meanwhile is none."""
        if self._ringing.taken is not None and leg_id == self._ringing.taken.leg_id:
            self.call.fire(Trigger.BRIDGED)

    def end_connected(self) -> None:
        """One of the two that were talking hung up."""
        self.call.end(Outcome.CONNECTED, _WITH_PERSON if self.call.is_human else _WITHOUT_PERSON)

    # --- the exchange takes over --------------------------------------------------------------------------------

    def _on_blind(self, target: HandOverTarget) -> None:
        """The exchange rings the user; the person hears what it plays to them."""
        call = self.call
        call.timers.cancel(Timer.COURTESY, Timer.GIVE_UP)
        limit_s = call.config.transfer_s + target.ring_s
        self._begin_transfer(target, act.TransferAction(ev.FAR_LEG, target.target, limit_s=limit_s))
        call.report(ev.OccurrenceKind.TARGET_RINGING, target=target.name)

    def _may_transfer(self) -> None:
        """The user talks: where they want it so, the exchange joins the two, once it is surely a person."""
        taken = self._ringing.taken
        if taken is None or not taken.target.is_attended:
            return
        if taken.is_person:
            limit_s = self.call.config.transfer_s
            transfer = act.TransferAction(ev.FAR_LEG, replaces=taken.leg_id, limit_s=limit_s)
            self._begin_transfer(taken.target, transfer)
        else:
            self.call.set_timer(Timer.TRANSFER, self.call.config.unsure_s)

    def _begin_transfer(self, target: HandOverTarget, action: act.TransferAction) -> None:
        self._transfer, self._has_transfer_begun, self._is_user_gone = target, False, False
        self.call.do(action)
        self.call.set_timer(Timer.TRANSFER, action.limit_s)

    def on_transfer(self, event: ev.LegTransferProgressedEvent) -> None:
        """The exchange tells how it gets on."""
        if self._transfer is None or event.leg_id != ev.FAR_LEG:
            return
        if not event.is_over:
            self._has_transfer_begun = True
        elif 200 <= event.status < 300:
            who = _WITH_PERSON if self.call.is_human else _WITHOUT_PERSON
            self.call.end(Outcome.CONNECTED, f"{who} {_TRANSFERRED}")
        else:
            self._transfer_failed(f"sip_{event.status}")

    def _transfer_failed(self, reason: str) -> None:
        """Everything is as it was: two who talk go on, a target that the exchange did not reach is rung from here."""
        call, target = self.call, self._transfer
        call.timers.cancel(Timer.TRANSFER)
        self._transfer = None
        call.service_failed("transfer", reason)
        if target is None:
            return
        if call.phase is not Phase.CONNECTED:
            self._ringing.bridge_instead(target)
            if call.is_human and self._ringing.is_ringing:
                self._be_polite()
        elif self._is_user_gone:
            self.end_connected()
        elif (taken := self._ringing.taken) is not None:
            taken.target = replace(taken.target, mode=HandOverMode.BRIDGE)

    def _on_transfer_due(self) -> None:
        if self._transfer is not None:
            self._transfer_failed("timeout")
        elif (taken := self._ringing.taken) is not None:
            taken.is_person = True
            self._may_transfer()

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
        elif self._transfer is not None and self._has_transfer_begun:
            self.call.end(Outcome.CONNECTED, _TAKEN_OVER)
        elif self.call.timers.is_set(Timer.APOLOGY):
            self._part_ways()
        else:
            self.call.end(Outcome.REMOTE_HUNG_UP, _PERSON_LEFT if self.call.is_human else "")

    # --- commands and deadlines ---------------------------------------------------------------------------------

    def on_transfer_requested(self, target: HandOverTarget | None) -> None:
        """The user wants to be put through now, person or not, or names another phone while one is being rung."""
        targets = (target,) if target is not None else self.call.brief.hand_over
        if not any(may_ring(each, self.call.config.region) for each in targets):
            for each in targets:
                self.call.report(ev.OccurrenceKind.TARGET_FAILED, target=each.name, reason="refused")
        elif self.call.phase in LISTENING:
            self._greeting, self._is_greeted, self._introduction = None, True, None
            self.call.line.give_up_words()
            self._find_wanted(target)
            self.call.fire(Trigger.TRANSFER_BEGUN)
        elif self._ringing.taken is None and self._transfer is None:
            self._ring_instead(target)

    def _find_wanted(self, target: HandOverTarget | None) -> None:
        """A phone that the user names is rung wherever they are."""
        if target is None:
            self._find(self.call.brief.hand_over)
            return
        self._has_targets = True
        self._ring((target,))

    def _ring_instead(self, target: HandOverTarget | None) -> None:
        call = self.call
        if call.timers.is_set(Timer.APOLOGY):
            self._apology = None
            call.timers.cancel(Timer.APOLOGY)
            call.stop_speaking()
        call.timers.cancel(Timer.GIVE_UP)
        self._find_wanted(target)
        if call.phase is Phase.TRANSFERRING and call.is_human and (self._choosing or self._ringing.is_ringing):
            self._be_polite()

    def on_timer(self, timer: Timer) -> None:
        """Apply the default of a deadline."""
        match timer:
            case Timer.SPEAK:
                self._greet()
            case Timer.GREETING:
                self._is_greeted = True
                self.call.fire(Trigger.TRANSFER_BEGUN)
            case Timer.MUSIC:
                self._on_person_gone()
            case Timer.ANSWERER:
                self._ringing.on_listened()
            case Timer.TARGET if self._choosing:
                self._ring(self._choosing)
            case Timer.TARGET:
                self._ringing.on_overdue()
            case Timer.TRANSFER:
                self._on_transfer_due()
            case Timer.COURTESY:
                self.call.speak(self.call.sentences.courtesy)
                self._be_polite()
            case Timer.KEY:
                self._pass_on("*" if self._star == "key" else "")
            case Timer.GIVE_UP:
                self._apologise()
            case Timer.APOLOGY:
                self._part_ways()
            case Timer.HOLD:
                # The queue's limit passed while the user is being rung on request: it ends the call if nobody answers.
                self.call.set_timer(timer, self.call.config.candidate_s)
            case _:
                pass
