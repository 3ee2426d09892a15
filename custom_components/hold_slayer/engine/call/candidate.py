"""Somebody who may be a person: ask who is there, and decide.

A candidate stands by sound (speech never heard before after the music stopped, or a short greeting right at the answer) or by
words (a greeting). *Confirmed* by the ear's verdict with no words against it; by a greeting never heard before, when the ear
agrees or nothing follows it for `BrainConfig.quiet_s`; or by an answer to our question. *Dropped* by music, queue talk, a text
heard before in this call, or the deadline.

After a hold the candidate is asked at once with a sentence prepared beforehand. In a menu a machine that understands speech
greets just the same: there "how can I help" is no greeting, and whoever introduces themselves is not asked but listened to,
because a menu would go on.
"""

from ..classify.reason import Reason
from ..model import call_event as ev
from ..model.phase import Outcome, Verdict
from .clues import Speaker, is_assent
from .core import Call, Listening
from .line import Heard
from .states import Trigger
from .timers import Timer

_ENDPOINTING_S = 0.5
"""So much later than the last sound, compared with the first one, the end of an utterance is told."""


class Candidate(Listening):
    """Steps of the phase ``candidate``."""

    def __init__(self, call: Call) -> None:
        super().__init__(call)
        self._is_from_hold = False
        self._has_greeted = False
        self._is_quiet = False
        self._question: int | None = None
        self._asked_at: float | None = None
        self._reactions: dict[int, float] = {}
        """When utterances began that answer our question."""
        self._answered: set[int] = set()
        """Those of them that ended soon enough to be an answer."""
        self._offers_help = False
        self._is_pausing = False
        """The utterance that goes on has had a pause; it may have ended there."""
        self._can_ask = True
        """Nothing speaks against our question: neither policy nor a speech engine that is gone."""
        self._is_mere_hello = False
        self._texts: list[str] = []
        self._last_chance: Outcome | None = None

    def enter(self, trigger: Trigger, reason: str, confidence: float) -> None:
        """By sound (the ear's reason) or by words (``greeting_words``)."""
        call = self.call
        self._is_from_hold = call.hold_since is not None
        self._has_greeted = reason == "greeting_words"
        is_speaking = call.line.speaking is not None
        self._is_quiet = False
        self._is_pausing = self._offers_help = False
        last, is_recent = call.line.last_heard, call.now - call.line.ended_at <= call.config.reaction_s
        self._is_mere_hello = last is not None and is_recent and self._is_hello(last)
        self._question = self._asked_at = None
        self._can_ask = call.brief.policy.challenge
        self._reactions.clear()
        self._answered.clear()
        self._texts = call.line.take_said() if self._is_from_hold else []
        call.forget_introduction()
        call.report(ev.OccurrenceKind.CANDIDATE, reason=reason, confidence=round(confidence, 2))
        call.set_timer(Timer.CANDIDATE, call.config.candidate_s)
        if self._has_greeted:
            self._await_quiet()
            self._offers_help = not is_speaking and call.line.last_speaker is Speaker.OFFER
            self._doubt_introduction(call.now if is_speaking else call.line.ended_at - _ENDPOINTING_S)
        # The first words of a sentence bring a candidate; what follows them makes it a person.
        is_sure = not (self._has_greeted and is_speaking) and self._try_to_confirm()
        if not is_sure and (self._is_from_hold or not self._has_greeted):
            self._ask_soon()

    def _await_quiet(self) -> None:
        """So long must nothing follow the greeting, counted from where it ended; music already does."""
        if self.call.line.is_music:
            return
        left = self.call.line.ended_at + self.call.config.quiet_s - self.call.now
        self.call.set_timer(Timer.QUIET, max(0.0, left))

    def _ask_soon(self) -> None:
        """At once, but not into the middle of a sentence if that can be helped."""
        if self.call.line.speaking is None:
            self._ask()
        else:
            self.call.set_timer(Timer.SPEAK, self.call.config.challenge_s)

    def _ask(self) -> None:
        self.call.timers.cancel(Timer.SPEAK)
        if self._question is None and self._can_ask:
            self._question = self.call.introduce()
            # Whoever is being spoken to gets the time to answer.
            self.call.set_timer(Timer.CANDIDATE, self.call.config.greeting_s + self.call.config.candidate_s)

    # --- evidence -----------------------------------------------------------------------------------------------

    def on_utterance_started(self, utterance_id: int) -> None:
        """Whoever begins to speak soon after our question answers it."""
        super().on_utterance_started(utterance_id)
        self._is_pausing = False
        self.call.timers.cancel(Timer.QUIET)
        if self._asked_at is not None and self.call.now - self._asked_at <= self.call.config.reaction_s:
            self._reactions[utterance_id] = self.call.now

    def on_pause(self, utterance_id: int) -> None:
        """They draw breath, or wait: now nobody is interrupted."""
        self._is_pausing = True
        self._doubt_introduction(self.call.now)
        if self._has_greeted and self._is_from_hold and self._is_backed and not self.call.line.is_music:
            self._confirm("greeting_words")
        elif self.call.timers.is_set(Timer.SPEAK):
            self._ask()

    def on_utterance_ended(self) -> None:
        """Now nobody is interrupted."""
        if self.call.timers.is_set(Timer.SPEAK):
            self._ask()
        if self._has_greeted:
            self._await_quiet()
        call = self.call
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
        if heard.text:
            self._texts.append(heard.text)
        if heard.speaker is Speaker.RECORDING or (heard.is_known and len(heard.text.split()) >= 4):
            self._drop("repeated_text" if heard.is_known else "queue_words")
        elif heard.utterance_id in self._reactions and self._is_answer(heard):
            self._confirm("reaction")
        elif not heard.text and heard.utterance_id in self._answered and not self.call.line.is_music:
            # Speech to text is gone: that somebody answered in a short sentence has to do.
            self._confirm("sound")
        else:
            self._is_mere_hello = self._is_hello(heard)
            if self._is_from_hold and heard.speaker.is_human_like and not heard.is_known and not self._has_greeted:
                self._has_greeted = True
                self._offers_help |= heard.speaker is Speaker.OFFER
                self._await_quiet()
                self._doubt_introduction(self.call.line.ended_at - _ENDPOINTING_S)
            self._try_to_confirm()

    def _on_glimpse(self, heard: Heard) -> None:
        """The sentence goes on: "how can I help" is enough for a person, queue talk is not yet enough against one.

        A name may be an advertisement's: it counts once the speaker pauses.
        """
        if not self._is_from_hold or heard.is_known or self.call.line.is_music:
            return
        if heard.utterance_id in self._reactions and is_assent(heard.text):
            self._confirm("reaction")
        elif heard.speaker.is_human_like:
            self._has_greeted = True
            self._offers_help |= heard.speaker is Speaker.OFFER
            if self._is_pausing:
                self._doubt_introduction(self.call.now)
            if self._has_greeted and self._is_backed and (heard.speaker is Speaker.OFFER or self._is_pausing):
                self._confirm("greeting_words")

    def _is_hello(self, heard: Heard) -> bool:
        is_short = 0 < len(heard.text.split()) <= self.call.config.max_hello_words
        return is_short and not heard.is_known and heard.speaker is not Speaker.RECORDING and is_assent(heard.text)

    def _doubt_introduction(self, ended_at: float) -> None:
        """A name in a long sentence that offers no help may be an advertisement's: it is asked like everybody else."""
        line = self.call.line
        if self._is_from_hold and not self._offers_help and ended_at - line.began_at > self.call.config.introduction_s:
            self._has_greeted = False
            self.call.timers.cancel(Timer.QUIET)

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
            self._try_to_confirm()

    def on_sound(self, *, is_music: bool) -> None:
        """People do not sing; but a moment of it may be a mistake of the ear."""
        super().on_sound(is_music=is_music)
        if is_music:
            self.call.timers.cancel(Timer.QUIET)
            self.call.set_timer(Timer.MUSIC, self.call.config.music_s)
        elif self.call.timers.is_set(Timer.MUSIC):
            self.call.timers.cancel(Timer.MUSIC)
            if self._has_greeted:
                self.call.set_timer(Timer.QUIET, self.call.config.quiet_s)

    def on_spoken(self, speech_id: int, *, is_complete: bool) -> None:
        """Our question is out: the candidate has anew the whole time to answer."""
        if speech_id == self._question and is_complete:
            self._asked_at = self.call.now
            self.call.set_timer(Timer.CANDIDATE, self.call.config.candidate_s)
        elif speech_id == self._question:
            self._can_ask = False
            self.call.set_timer(Timer.CANDIDATE, self.call.config.candidate_s)
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
                self._try_to_confirm()
            case _:
                super().on_timer(timer)

    # --- verdict ------------------------------------------------------------------------------------------------

    def _try_to_confirm(self) -> bool:
        """Confirm when the evidence is enough; the words under way may still speak against it, for a moment."""
        call, line = self.call, self.call.line
        by_ear = line.verdict is Verdict.HUMAN and self._is_ear_enough
        is_backed = self._is_quiet or (self._is_from_hold and line.verdict is Verdict.CANDIDATE)
        by_words = self._has_greeted and is_backed and not line.is_music
        if not by_ear and not by_words:
            return False
        if line.pending:
            if not call.timers.is_set(Timer.TRANSCRIPT):
                call.set_timer(Timer.TRANSCRIPT, call.config.veto_s)
            return False
        self._confirm("sound" if by_ear else "greeting_words")
        return True

    @property
    def _is_backed(self) -> bool:
        """The ear thinks of a person, too."""
        return self.call.line.verdict in (Verdict.CANDIDATE, Verdict.HUMAN)

    @property
    def _is_ear_enough(self) -> bool:
        """After a hold an announcement before a silence sounds like a greeting: who can be asked has to answer.

        A mere "hello?" is no announcement. By sound alone an answer counts only where there are no words to judge it by.
        """
        line = self.call.line
        if not self._can_ask or self._is_mere_hello:
            return True
        has_words = line.has_words and not line.is_deaf
        return line.verdict_reason != Reason.GREETING_AND_WAIT and (
            line.verdict_reason != Reason.REPLIED or not has_words
        )

    def _on_words_late(self) -> None:
        call = self.call
        is_answered = bool(self._answered & call.line.pending) and not call.line.is_music
        call.line.give_up_words()
        if is_answered and self._is_from_hold:
            self._confirm("sound")
        else:
            self._try_to_confirm()

    def _confirm(self, reason: str) -> None:
        self.call.fire(Trigger.HUMAN_CONFIRMED, reason)

    def _drop(self, reason: str) -> None:
        call = self.call
        if self._question is not None and self._asked_at is None:
            call.stop_speaking()
        call.forget_introduction()
        call.report(ev.OccurrenceKind.CANDIDATE_DROPPED, reason=reason)
        to_hold = self._is_from_hold or call.line.verdict is Verdict.HOLD
        call.line.verdict_refuted()
        for text in self._texts:
            if to_hold:
                call.report(ev.OccurrenceKind.ANNOUNCEMENT_HEARD, text=text, repeated=reason == "repeated_text")
            else:
                call.report(ev.OccurrenceKind.PROMPT_HEARD, text=text)
                call.line.add_said(text)
        if self._last_chance is not None:
            call.end(self._last_chance)
            return
        call.fire(Trigger.DROPPED_TO_HOLD if to_hold else Trigger.DROPPED_TO_MENU, reason)
