"""What every step of a mission needs: state, legs, deadlines, speech and the end. The steps themselves build on it."""

from collections.abc import Callable, Mapping, Sequence
from typing import Protocol

from ..ivr.barge_in import Settled
from ..ivr.decision import NOTE_LENGTH, Decision
from ..ivr.ends import Ends
from ..ivr.line_language import LineLanguage
from ..ivr.queue import queue_news
from ..model import action as act, call_event as ev
from ..model.call_brief import CallBrief, HandOverTarget
from ..model.detour import Detour
from ..model.phase import Outcome, Phase
from ..model.phone_number import DialTarget
from ..model.snapshot import MenuOption
from .config import BrainConfig
from .line import Heard, Line
from .outcomes import GIVE_UPS, TONE_ENDS, promised_end, sentence, tone_end
from .phrases import Phrases
from .recollection import Recollection
from .states import LegState, Trigger
from .timers import Timer, Timers
from .transitions import DEADLINES, LEG, next_phase

type Scalar = str | int | float | bool

_SILENT_ENDS = frozenset({Outcome.CONNECTED, Outcome.REFUSED, Outcome.INTERRUPTED, Outcome.HUNG_UP})
"""The user knows, or has been told by whoever was asked."""
_SAID_BY_A_MACHINE = frozenset({ev.OccurrenceKind.PROMPT_HEARD, ev.OccurrenceKind.ANNOUNCEMENT_HEARD})
_UNEXPLAINED = frozenset({Outcome.REMOTE_HUNG_UP, Outcome.UNAVAILABLE})
"""Ends of a line that has gone which say nothing about why."""
_TOLD_ON_HOLD = frozenset({"queue_full", "closed", "holiday", "number_changed"})
"""In a queue much is advertised ("bills only online"): these are about the queue itself."""
_DEAD_ENDS = frozenset({Outcome.NO_ROUTE, Outcome.SELF_SERVICE, Outcome.REMOTE_HUNG_UP})
"""In a menu: it goes round in circles, serves callers itself, or has hung up on us."""
BEEP = "beep"
"""Name of the tone after which one may speak."""
_HOLD_OVER = frozenset({Phase.NAVIGATING, Phase.HUMAN, Phase.CONNECTED, Phase.ENDED})


class NavigatorLike(Protocol):
    """What the brain needs of `ivr.navigator.Navigator`."""

    def heard(self, utterances: Sequence[str]) -> Decision:
        """Decide by rules on what was said since the last call; nothing: the line waits."""
        ...

    def change_language(self, code: str) -> None:
        """The line speaks ``code``, whatever was expected."""
        ...

    @property
    def menu(self) -> tuple[MenuOption, ...]:
        """The options of the last prompt that had any."""
        ...

    @property
    def wants_glimpses(self) -> bool:
        """True while the words of an unfinished utterance are of use."""
        ...

    def glimpsed(self, utterances: Sequence[str]) -> Decision | None:
        """Decide though the last utterance is not over; None: nothing yet."""
        ...

    def settled(self, utterances: Sequence[str]) -> Settled:
        """How sure it is that nothing that may follow changes what is done, now that the last of them is over."""
        ...

    def is_rest(self, text: str) -> bool:
        """True when this is what a prompt answered before its end still had to say."""
        ...

    def objection(self, answer: Mapping[str, object]) -> str:
        """Why a language model's answer is refused, for a second attempt; empty: it is followed."""
        ...

    def advised(self, answer: Mapping[str, object]) -> Decision:
        """Take a language model's answer."""
        ...

    def advice_failed(self) -> Decision:
        """Decide without the language model."""
        ...

    def user_answered(self, fact: str, value: str | None, kept: str = "") -> Decision:
        """Go on with what the user gave for the fact asked for (the value of a ``kept`` fact), or without it."""
        ...

    @property
    def detour(self) -> Detour | None:
        """What one more call should do otherwise; None: there was nothing else to try."""
        ...

    @property
    def ends(self) -> Ends:
        """How the line says that nobody can be had."""
        ...


class Call:
    """State of one call and the small moves everything else is made of."""

    brief: CallBrief
    navigator: NavigatorLike
    spoken: LineLanguage
    """What the line speaks, by its words."""
    has_callback = False
    """True once an offered callback was accepted: the company has promised to call."""
    sentences: Phrases

    def __init__(self, config: BrainConfig) -> None:
        self.config = config
        self.now = 0.0
        self.phase = Phase.IDLE
        self.line = Line(config.remembered_texts)
        self.timers = Timers()
        self.recollection = Recollection()
        """What is known and learned of the number's recordings."""
        self.is_human = False
        self.introduction: int | None = None
        """The question to a candidate that is being spoken now; it says who calls."""
        self.has_introduced_itself = False
        """The present candidate or person has heard it."""
        self.target_name = ""
        self.last_action = ""
        self.end_tone = ""
        """The last tone that means the end (`outcomes.TONE_ENDS`), unless the line has come back to life since."""
        self.beep_at: float | None = None
        """When one short tone was heard last, as voicemails give it; told only where a message may be left."""
        self.question = ""
        """Kind of the fact that the user is being asked for; empty: nothing is open."""
        self.question_id = 0
        self.hold_since: float | None = None
        self.hold_s = 0.0
        self.outcome: Outcome | None = None
        self.detour: Detour | None = None
        """Set when the call ended where a menu leads nowhere, and another way is left to try."""
        self.sentence = ""
        self.enter: Callable[[Trigger, str, float], None] = lambda *_: None
        """Runs the entry step of the phase just reached; set by the brain."""
        self._actions: list[act.Action] = []
        self._legs: dict[str, LegState] = {}
        self._next_speech = 0
        self._failed_services: set[str] = set()

    # --- moves --------------------------------------------------------------------------------------------------

    def fire(self, trigger: Trigger, reason: str = "", confidence: float = 0.0) -> None:
        """Go where the table says and run that phase's entry step. The last thing a step does.

        Raises:
            IllegalTransitionError: the table has no such row.
        """
        self.close_question("moved_on")
        self.phase = next_phase(self.phase, trigger)
        self.timers.keep(DEADLINES[self.phase])
        if self.phase is Phase.ON_HOLD and self.hold_since is None:
            self.hold_since = self.now
            self.report(ev.OccurrenceKind.HOLD_STARTED, reason=reason)
        elif self.phase in _HOLD_OVER and self.hold_since is not None:
            self.hold_s += self.now - self.hold_since
            self.hold_since = None
        self.enter(trigger, reason, confidence)

    def do(self, action: act.Action) -> None:
        """Add to what is to be done."""
        self._actions.append(action)

    def report(self, kind: str, **data: Scalar) -> None:
        """Tell the world one line of the story."""
        self.do(act.ReportAction(kind, data))
        if kind in _SAID_BY_A_MACHINE:
            is_hold = kind == ev.OccurrenceKind.ANNOUNCEMENT_HEARD
            self.recollection.heard(str(data["text"]), is_known=bool(data.get("repeated", False)), is_hold=is_hold)
        if kind in _SAID_BY_A_MACHINE and (news := queue_news(str(data["text"]), self.brief.language)):
            self.report(
                ev.OccurrenceKind.QUEUE_UPDATED,
                **{} if news.place is None else {"place": news.place},
                **{} if news.wait_s is None else {"wait_s": news.wait_s},
            )

    def notify(self, key: str, text: str) -> None:
        """Tell the user."""
        self.do(act.NotifyUserAction(key, text))

    def set_timer(self, timer: Timer, seconds: float) -> None:
        """Set or move a deadline, from now."""
        self.timers.set(timer, self.now + seconds)

    def note_tone(self, name: str) -> None:
        """Keep what a tone says about why there is nobody; ringing means that somebody is called after all."""
        if name == BEEP:
            self.beep_at = self.now
        elif name in TONE_ENDS:
            self.end_tone = name
        elif name == "ringback":
            self.end_tone = ""
            self.timers.cancel(Timer.TONE)

    def take_actions(self) -> list[act.Action]:
        """All that is to be done, once."""
        actions, self._actions = self._actions, []
        return actions

    # --- legs ---------------------------------------------------------------------------------------------------

    def dial(self, leg_id: str, target: DialTarget, account: str = "") -> None:
        """Place a leg. Policy has been asked before."""
        self._legs[leg_id] = LegState.DIALING
        self.do(act.DialAction(leg_id, target, account))

    def ring(self, leg_id: str, target: HandOverTarget) -> None:
        """Place a leg to the user, whatever kind of place it is. Policy has been asked before."""
        if target.target is not None:
            self.dial(leg_id, target.target, target.account)
            return
        self._legs[leg_id] = LegState.DIALING
        self.do(act.RingEndpointAction(leg_id, target))

    def follow_leg(self, event: ev.LegEvent) -> bool:
        """Bring the leg's state up to date; False when the event is late, repeated or of no known leg."""
        state = self._legs.get(event.leg_id)
        following = LEG.get((state, type(event))) if state is not None else None
        if following is None:
            return False
        self._legs[event.leg_id] = following
        return True

    def hang_up(self, leg_id: str) -> None:
        """End a leg unless it is over."""
        if self._legs.get(leg_id, LegState.OVER) is not LegState.OVER:
            self._legs[leg_id] = LegState.OVER
            self.do(act.HangUpLegAction(leg_id))

    # --- speech and services ------------------------------------------------------------------------------------

    def speak(self, text: str, *, is_private: bool = False, tells_of_recording: bool = False) -> int:
        """Say a sentence to the company; returns the id that its end will carry."""
        self._next_speech += 1
        self.do(act.SpeakAction(self._next_speech, ev.FAR_LEG, text, is_private, tells_of_recording))
        return self._next_speech

    def speak_to_user(self, leg_id: str, text: str) -> int:
        """Say a sentence to a phone of the user's; returns the id that its end will carry."""
        self._next_speech += 1
        self.do(act.SpeakAction(self._next_speech, leg_id, text))
        return self._next_speech

    def introduce(self) -> int:
        """Ask a candidate who is there, saying who calls."""
        self.introduction = self.speak(self.sentences.challenge)
        return self.introduction

    def forget_introduction(self) -> None:
        """Whoever is there next has not heard who calls."""
        self.introduction = None
        self.has_introduced_itself = False

    def note_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """A sentence is over: the question counts when it was heard to its end."""
        if speech_id == self.introduction:
            self.introduction = None
            self.has_introduced_itself = is_complete

    def stop_speaking(self) -> None:
        """Say no more of anything."""
        self.do(act.StopSpeakingAction(ev.FAR_LEG))

    def service_failed(self, service: str, reason: str) -> None:
        """Tell it once a call: a service that is down is down for every utterance."""
        if service not in self._failed_services:
            self._failed_services.add(service)
            self.report(ev.OccurrenceKind.SERVICE_FAILED, service=service, reason=reason)

    # --- questions to the user ----------------------------------------------------------------------------------

    def ask_user(self, fact: str, text: str, asks: str = "", offers: Sequence[str] = ()) -> None:
        """Ask for a fact, or what the language model ``asks``; whoever shows the call shows the question until it is closed.

        ``offers``: names of kept facts that would answer; names have no blanks.
        """
        self.question = fact
        self.question_id += 1
        self.report(
            ev.OccurrenceKind.QUESTION_ASKED,
            question_id=self.question_id,
            fact=fact,
            text=text,
            asks=asks,
            offers=" ".join(offers),
            seconds=self.config.question_s,
        )
        self.set_timer(Timer.QUESTION, self.config.question_s)

    def close_question(self, reason: str) -> None:
        """``reason``: ``answered``, ``declined``, ``late`` or ``moved_on``. Without an open question nothing happens."""
        if self.question:
            self.report(
                ev.OccurrenceKind.QUESTION_CLOSED, question_id=self.question_id, fact=self.question, reason=reason
            )
            self.question = ""
            self.timers.cancel(Timer.QUESTION)

    # --- end ----------------------------------------------------------------------------------------------------

    def end(self, outcome: Outcome, note: str = "") -> None:
        """Hang up everything and end: the only way into the ended phase. ``note`` replaces the usual sentence's detail."""
        self.close_question("moved_on")
        for leg_id in list(self._legs):
            self.hang_up(leg_id)
        if self.has_callback:
            outcome = promised_end(outcome)
        if outcome in _DEAD_ENDS and self.phase is Phase.NAVIGATING and self.brief.detour is None:
            self.detour = self.navigator.detour
        number = self.navigator.ends.new_number(note) if outcome is Outcome.NUMBER_CHANGED else ""
        told = {"new_number": number} if number else {}
        if number:
            note = f"The new number is {number}. {note}"
        self.outcome = outcome
        self.sentence = sentence(outcome, note, is_deaf=self.line.is_deaf and not self.line.has_words)
        self.is_human = False
        self.report(ev.OccurrenceKind.ENDED, outcome=outcome.value, sentence=self.sentence, **told)
        if outcome not in _SILENT_ENDS:
            self.notify(f"outcome_{outcome.value}", self.sentence)
        self.do(act.EndCallAction(outcome, self.sentence))
        self.fire(Trigger.OVER)

    def told_end(self, seconds: float) -> tuple[Outcome, str] | None:
        """How the call ends by what the line has said in the last ``seconds``, and its words; None: it has not said why."""
        texts = self.line.last_words(self.now - seconds)
        reason = self.navigator.ends.named(texts) if texts else ""
        if not reason or (self.phase is not Phase.NAVIGATING and reason not in _TOLD_ON_HOLD):
            return None
        return GIVE_UPS[reason], " ".join(texts)[:NOTE_LENGTH]

    def end_gone(self, outcome: Outcome, note: str = "", *, since_s: float = 0.0) -> None:
        """The line has gone, ``since_s`` seconds ago: end under the name that its last words gave, else by ``outcome``."""
        told = self.told_end(self.config.told_why_s + since_s) if outcome in _UNEXPLAINED else None
        self.end(*(told or (outcome, note)))


class Part:
    """The steps of some phases: what happens on entry, and what each event means there. By default: nothing."""

    def __init__(self, call: Call) -> None:
        self.call = call

    def enter(self, trigger: Trigger, reason: str, confidence: float) -> None:
        """One of this part's phases has just been reached."""

    def on_utterance_started(self, utterance_id: int) -> None:
        """Somebody or something began to speak."""

    def on_pause(self, utterance_id: int) -> None:
        """They have fallen silent for a moment; the utterance is still open."""

    def on_utterance_ended(self) -> None:
        """They stopped; the words are on their way where anybody wants them."""

    def on_heard(self, heard: Heard) -> None:
        """An utterance has become words, or has not."""

    def on_verdict(self, event: ev.VerdictChangedEvent) -> None:
        """The ear changed its mind; the line's state has it already."""

    def on_sound(self, *, is_music: bool) -> None:
        """The smoothed audio class changed."""

    def on_tone(self, name: str) -> None:
        """A signalling tone."""

    def on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """A sentence of ours is over."""

    def on_timer(self, timer: Timer) -> None:
        """A deadline of this part's phases has passed."""


class Listening(Part):
    """What menus, queues and candidates have in common: tones that mean the end."""

    def on_utterance_started(self, utterance_id: int) -> None:
        """Whoever speaks is not gone."""
        self.call.timers.cancel(Timer.TONE)

    def on_sound(self, *, is_music: bool) -> None:
        """A line with music is not dead."""
        if is_music:
            self.call.timers.cancel(Timer.TONE)

    def on_tone(self, name: str) -> None:
        """A fax ends the call; busy and special information tones do when nothing follows them, ringing for one."""
        if name == "fax":
            self.call.end(Outcome.NO_ROUTE, "A fax machine answered.")
        elif name == "ringback":
            self.call.timers.cancel(Timer.TONE)
        elif name in TONE_ENDS and not self.call.timers.is_set(Timer.TONE):
            self.call.set_timer(Timer.TONE, self.call.config.tone_s)

    def on_timer(self, timer: Timer) -> None:
        """Nothing came after the tone."""
        if timer is Timer.TONE:
            self.call.end_gone(*tone_end(self.call.end_tone), since_s=self.call.config.tone_s)
