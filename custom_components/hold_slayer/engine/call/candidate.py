"""Somebody who may be a person: ask who is there, and decide.

A candidate stands by sound (speech never heard before after the music stopped, or a short greeting right at the answer) or by
words (a greeting).

After a hold everything known is added up (`Belief`): how often this number's queue says something new, the ear's verdict, words,
pauses, and whether our question was answered. Enough, and the person is *confirmed*; little, and nobody is even asked. *Dropped* by
music, queue talk, a text heard before, or the deadline. The question is prepared beforehand and put at the first pause, once
the first words are known where speech to text works.

In a menu a machine that understands speech greets just the same: there "how can I help" is no greeting, whoever introduces
themselves is not asked but listened to, because a menu would go on, and the ear has to agree or nothing may follow for
`BrainConfig.quiet_s`.
"""

from ..classify.reason import Reason
from ..model import call_event as ev
from ..model.phase import Outcome, Verdict
from . import belief as odds
from .belief import Belief
from .clues import Speaker, is_assent
from .core import Call, Listening
from .line import Heard
from .novelty import Novelty
from .states import Trigger
from .timers import Timer

_TELLING_WORDS = 4
"""A known text of fewer words may be a person's as well."""
_HELLO_WORDS = 3
_REPEATED = ("repeated_text", str(Reason.REPEATED_RECORDING))
"""Nothing new was heard."""
_ENDPOINTING_S = 0.5
"""So much later than the last sound, compared with the first one, the end of an utterance is told."""


class Candidate(Listening):
    """Steps of the phase ``candidate``."""

    def __init__(self, call: Call) -> None:
        super().__init__(call)
        self._is_from_hold = False
        self.belief = Belief(0.0)
        """The evidence about the present or last candidate."""
        self._has_greeted = False
        self._is_quiet = False
        self._is_understood = False
        """Words of the candidate's are known."""
        self._question: int | None = None
        self._asked_at: float | None = None
        self._reactions: dict[int, float] = {}
        """When utterances began that answer our question."""
        self._answered: set[int] = set()
        """Those of them that ended soon enough to be an answer."""
        self._can_ask = True
        """Nothing speaks against our question: neither policy nor a speech engine that is gone."""
        self._asked_into: int | None = None
        """The utterance during which our question was begun."""
        self._words_by: float | None = None
        """Until then our question waits for the first words."""
        self._is_mere_hello = False
        self._began_with = 0
        """The utterance that made somebody a candidate."""
        self._texts: list[str] = []
        self._last_chance: Outcome | None = None

    def enter(self, trigger: Trigger, reason: str, confidence: float) -> None:
        """By sound (the ear's reason) or by words (``greeting_words``)."""
        call, line = self.call, self.call.line
        self._is_from_hold = call.hold_since is not None
        self._has_greeted = reason == "greeting_words"
        self._is_quiet = self._is_understood = False
        self._began_with = line.last_utterance
        last, is_recent = line.last_heard, call.now - line.ended_at <= call.config.reaction_s
        if last is not None and not (self._has_greeted or (is_recent and last.wording.log_odds >= 0)):
            # An announcement that was over before somebody came.
            last = None
        self._is_mere_hello = last is not None and last.is_hello(call.config.max_hello_words)
        self._question = self._asked_at = self._asked_into = self._words_by = None
        self._can_ask = call.brief.policy.challenge
        self._reactions.clear()
        self._answered.clear()
        said = line.take_said() if self._is_from_hold else []
        # What was said before has been told as an announcement already.
        self._texts = said[-1:] if self._has_greeted and last is not None and said[-1:] == [last.text] else []
        call.forget_introduction()
        ignored = call.config.ignored_evidence
        novelty = Novelty() if "novelty" in ignored else call.recollection.novelty
        self.belief = Belief(novelty.prior, ignored)
        self._weigh_sound()
        rhythm = line.interruption(call.now) if self._is_from_hold else None
        if rhythm is not None:
            self.belief.note("rhythm", rhythm)
        if last is not None and not last.is_known:
            self._weigh(last)
        sure = self.belief.confidence if self._is_from_hold else confidence
        call.report(ev.OccurrenceKind.CANDIDATE, reason=reason, confidence=round(sure, 2))
        call.set_timer(Timer.CANDIDATE, call.config.candidate_s)
        if self._has_greeted or self._is_from_hold:
            self._await_quiet()
        if not self._try_to_confirm() and (self._is_from_hold or not self._has_greeted):
            self._ask_soon()

    def _await_quiet(self) -> None:
        """So long must nothing follow what was said, counted from where it ended; music already does."""
        if self.call.line.is_music or self.call.line.speaking is not None:
            return
        left = self.call.line.ended_at + self.call.config.quiet_s - self.call.now
        self.call.set_timer(Timer.QUIET, max(0.0, left))

    def _ask_soon(self) -> None:
        """At once, but not into the middle of a sentence, nor before its words, if that can be helped."""
        call, line = self.call, self.call.line
        if line.speaking is not None and "pause" not in self.belief.weights:
            call.set_timer(Timer.SPEAK, call.config.challenge_s)
            return
        if self._words_by is None:
            self._words_by = call.now + call.config.first_words_s
        if self._is_from_hold and line.understands and line.is_asking and call.now < self._words_by:
            call.set_timer(Timer.SPEAK, self._words_by - call.now)
        else:
            self._ask()

    def _ask(self) -> None:
        call = self.call
        call.timers.cancel(Timer.SPEAK)
        if self._question is not None or not self._can_ask:
            return
        if self._is_from_hold and self.belief.log_odds < odds.ASK:
            return
        self._question, self._asked_into = call.introduce(), call.line.speaking
        # Whoever is being spoken to gets the time to answer.
        call.set_timer(Timer.CANDIDATE, call.config.greeting_s + call.config.candidate_s)

    # --- evidence -----------------------------------------------------------------------------------------------

    def on_utterance_started(self, utterance_id: int) -> None:
        """Whoever begins to speak soon after our question answers it."""
        super().on_utterance_started(utterance_id)
        self.call.timers.cancel(Timer.QUIET)
        self.belief.forget("quiet")
        self.belief.forget("pause")
        config = self.call.config
        is_soon = self._asked_at is not None and self.call.now - self._asked_at <= config.reaction_s
        if is_soon and "answer" not in config.ignored_evidence:
            self._reactions[utterance_id] = self.call.now

    def on_pause(self, utterance_id: int) -> None:
        """They draw breath, or wait: now nobody is interrupted."""
        self.belief.note("pause", odds.PAUSE)
        self._note_length(self.call.now)
        if not self._try_to_confirm() and self.call.timers.is_set(Timer.SPEAK):
            self._ask_soon()

    def on_utterance_ended(self) -> None:
        """Now nobody is interrupted."""
        call = self.call
        if call.timers.is_set(Timer.SPEAK):
            self._ask_soon()
        if self._has_greeted or self._is_from_hold:
            self._await_quiet()
        for utterance_id, began_at in self._reactions.items():
            if call.now - began_at <= call.config.longest_reaction_s:
                self._answered.add(utterance_id)
        if self._answered & call.line.pending and not call.timers.is_set(Timer.TRANSCRIPT):
            call.set_timer(Timer.TRANSCRIPT, call.config.veto_s)

    def on_heard(self, heard: Heard) -> None:
        """Words for or against a person."""
        if heard.is_partial:
            self._on_glimpse(heard)
            return
        if heard.is_repeat and heard.utterance_id < self._began_with:
            # A recording that was over before somebody took over.
            if heard.text:
                self.call.report(ev.OccurrenceKind.ANNOUNCEMENT_HEARD, text=heard.text, repeated=True)
            return
        if heard.text:
            self._texts.append(heard.text)
        if heard.speaker is Speaker.RECORDING or (heard.is_known and len(heard.text.split()) >= _TELLING_WORDS):
            self._drop("repeated_text" if heard.is_known else "queue_words")
        elif heard.utterance_id in self._reactions and self._is_answer(heard):
            self._confirm("reaction")
        elif not heard.text and heard.utterance_id in self._answered and not self.call.line.is_music:
            # Speech to text is gone: that somebody answered in a short sentence has to do.
            self._confirm("sound")
        else:
            self._is_mere_hello = heard.is_hello(self.call.config.max_hello_words)
            if not heard.is_known:
                self._weigh(heard)
                self._note_length(self.call.line.ended_at - _ENDPOINTING_S)
            if not self._try_to_confirm() and self.call.timers.is_set(Timer.SPEAK):
                self._ask_soon()

    def _on_glimpse(self, heard: Heard) -> None:
        """The sentence goes on: queue talk is not yet enough against a person."""
        if not self._is_from_hold or heard.is_known or self.call.line.is_music:
            return
        if heard.utterance_id in self._reactions and is_assent(heard.text):
            self._confirm("reaction")
            return
        self._weigh(heard)
        if not self._try_to_confirm() and self.call.timers.is_set(Timer.SPEAK) and "pause" in self.belief.weights:
            self._ask_soon()

    def _weigh_sound(self) -> None:
        line = self.call.line
        has_words = line.understands and self._can_ask
        self.belief.ear(line.verdict, line.verdict_reason, line.verdict_confidence, has_words=has_words)

    def _weigh(self, heard: Heard) -> None:
        self._is_understood = True
        self.belief.words(heard.wording)
        self._has_greeted |= self._is_from_hold and heard.is_like_person
        words = len(heard.text.split())
        if self._is_mere_hello:
            self.belief.note("hello", odds.SHORT_HELLO)
        elif (
            heard.is_partial
            and "pause" in self.belief.weights
            and heard.wording.cue == "hello"
            and words <= _HELLO_WORDS
        ):
            self.belief.note("hello", odds.HELLO_SO_FAR)
        else:
            self.belief.forget("hello")

    def _note_length(self, ended_at: float) -> None:
        """A name in a long sentence may be an advertisement's; who offers help may talk for longer."""
        line = self.call.line
        is_long = ended_at - line.began_at > self.call.config.introduction_s
        if is_long and self.belief.weights.get("words", 0.0) < odds.SURE_WORDS:
            self.belief.note("length", odds.TOLD_LONG)

    def _is_answer(self, heard: Heard) -> bool:
        config, words = self.call.config, len(heard.text.split())
        is_like_one = is_assent(heard.text) or heard.speaker.is_human_like
        most = config.max_reaction_words if is_like_one else config.max_unlike_words
        return not heard.is_known and 0 < words <= most and not self.call.line.is_music

    def on_verdict(self, event: ev.VerdictChangedEvent) -> None:
        """The ear made up its mind, or changed it."""
        if event.verdict in (Verdict.HOLD, Verdict.IVR):
            self._drop(event.reason)
        else:
            self._weigh_sound()
            self._try_to_confirm()

    def on_sound(self, *, is_music: bool) -> None:
        """People do not sing; but a moment of it may be a mistake of the ear."""
        super().on_sound(is_music=is_music)
        if is_music:
            self.call.timers.cancel(Timer.QUIET)
            self.call.set_timer(Timer.MUSIC, self.call.config.music_s)
        elif self.call.timers.is_set(Timer.MUSIC):
            self.call.timers.cancel(Timer.MUSIC)
            if self._has_greeted and self.call.line.speaking is None:
                self.call.set_timer(Timer.QUIET, self.call.config.quiet_s)

    def on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """Our question is out: the candidate has anew the whole time to answer."""
        if speech_id != self._question:
            return
        self.call.set_timer(Timer.CANDIDATE, self.call.config.candidate_s)
        if is_complete:
            self._asked_at = self.call.now
            if self._asked_into is not None and self._asked_into == self.call.line.speaking:
                self.belief.note("ran_on", odds.RAN_ON)
        else:
            self._can_ask = False
            self._try_to_confirm()

    def on_timer(self, timer: Timer) -> None:
        """Apply the default of a deadline."""
        match timer:
            case Timer.CANDIDATE:
                self._drop("not_confirmed")
            case Timer.MUSIC:
                self._drop("music_returned")
            case Timer.NAVIGATE | Timer.HOLD:
                # The limit of menu or queue has passed, but there may be a person: it ends the call if there is none.
                self._last_chance = Outcome.NO_ROUTE if timer is Timer.NAVIGATE else Outcome.HOLD_TIMEOUT
            case Timer.SPEAK:
                self._ask()
            case Timer.TRANSCRIPT:
                self._on_words_late()
            case Timer.QUIET:
                self._is_quiet = True
                if self.belief.weights.get("words", 0.0) > 0:
                    # Waiting by itself is the ear's business: an announcement may be followed by silence, too.
                    self.belief.note("quiet", odds.QUIET)
                self._try_to_confirm()
            case _:
                super().on_timer(timer)

    # --- verdict ------------------------------------------------------------------------------------------------

    def _try_to_confirm(self) -> bool:
        """Confirm when the evidence is enough; the words under way may still speak against it, for a moment."""
        reason = self._conviction() if self._is_from_hold else self._conviction_in_menu()
        if not reason:
            return False
        call, words = self.call, self.belief.weights.get("words", 0.0)
        if call.line.pending and not (self._is_from_hold and words > 0):
            if not call.timers.is_set(Timer.TRANSCRIPT):
                call.set_timer(Timer.TRANSCRIPT, call.config.veto_s)
            return False
        self._confirm(reason)
        return True

    def _conviction(self) -> str:
        """After a hold: why this is a person, or nothing."""
        if self.call.line.is_music:
            return ""
        is_last_word = not self._can_ask and self.call.line.verdict is Verdict.HUMAN
        is_backed = self._is_backed
        least = odds.CONFIRM_UNASKED if is_last_word else self._least if is_backed else odds.CONFIRM
        if not (is_backed or self._is_quiet):
            least += odds.UNBACKED
        if self.belief.log_odds < least:
            return ""
        return "greeting_words" if self.belief.strongest == "words" else "sound"

    def _conviction_in_menu(self) -> str:
        line = self.call.line
        has_words = line.understands
        is_ear_enough = (
            not self._can_ask
            or self._is_mere_hello
            or (
                line.verdict_reason != Reason.GREETING_AND_WAIT
                and (line.verdict_reason != Reason.REPLIED or not has_words)
            )
        )
        if line.verdict is Verdict.HUMAN and is_ear_enough:
            return "sound"
        return "greeting_words" if self._has_greeted and self._is_quiet and not line.is_music else ""

    @property
    def _least(self) -> float:
        """What the sum has to reach, by what is known of the words. An advertisement may begin like a person, and talks on."""
        call, weights = self.call, self.belief.weights
        words = weights.get("words", 0.0)
        if call.recollection.is_wary or not call.line.understands:
            return odds.CONFIRM
        if not self._is_understood or words >= odds.SURE_WORDS:
            return odds.CONFIRM_EARLY
        is_going_on = call.line.speaking is not None and call.now - call.line.began_at > call.config.introduction_s
        is_short = not is_going_on and "length" not in weights
        return odds.CONFIRM_LIKELY if words > 0.0 and is_short else odds.CONFIRM

    @property
    def _is_backed(self) -> bool:
        """The ear thinks of a person, too."""
        return self.call.line.verdict in (Verdict.CANDIDATE, Verdict.HUMAN)

    def _on_words_late(self) -> None:
        call = self.call
        is_answered = bool(self._answered & call.line.pending) and not call.line.is_music
        call.line.give_up_words()
        if is_answered and self._is_from_hold:
            self._confirm("sound")
        else:
            self._try_to_confirm()

    def _confirm(self, reason: str) -> None:
        self.call.fire(Trigger.HUMAN_CONFIRMED, reason, self.belief.confidence)

    def _drop(self, reason: str) -> None:
        call = self.call
        if self._question is not None and self._asked_at is None:
            call.stop_speaking()
        call.forget_introduction()
        call.report(ev.OccurrenceKind.CANDIDATE_DROPPED, reason=reason)
        to_hold = self._is_from_hold or call.line.verdict is Verdict.HOLD
        call.line.verdict_refuted()
        is_repeat = reason in _REPEATED
        if to_hold and (reason == "repeated_text" or not (self._texts or is_repeat)):
            # A known text whose sound nobody knew is as good as a new one to whoever has to believe by sound.
            call.recollection.unknown_sound()
        for text in self._texts:
            if to_hold:
                call.report(ev.OccurrenceKind.ANNOUNCEMENT_HEARD, text=text, repeated=is_repeat)
            else:
                call.report(ev.OccurrenceKind.PROMPT_HEARD, text=text)
                call.line.add_said(text)
        if self._last_chance is not None:
            call.end(self._last_chance)
            return
        call.fire(Trigger.DROPPED_TO_HOLD if to_hold else Trigger.DROPPED_TO_MENU, reason)
