"""What is known of the company's line at this moment: sound, words under way, words heard."""

from dataclasses import dataclass, field

from ..model import call_event as ev
from ..model.phase import FrameLabel, Verdict
from .clues import HeardTexts, Speaker, speaker_of, speaker_of_part

_MOST_SAID = 40
"""Utterances kept for one turn; a line that says more before it is our turn is no menu."""


@dataclass(frozen=True, slots=True)
class Heard:
    """One utterance in words; ``text`` is empty when nothing was understood or speech to text failed."""

    utterance_id: int
    text: str = field(repr=False)
    speaker: Speaker
    is_known: bool
    """The same or nearly the same was heard before in this call."""
    is_partial: bool = False
    """The utterance was still going on."""


class Line:
    """Follows what is heard, whatever the mission makes of it."""

    def __init__(self) -> None:
        self.verdict = Verdict.UNCERTAIN
        self.verdict_reason = ""
        self.is_music = False
        self.has_had_music = False
        self.speaking: int | None = None
        """The utterance that is going on."""
        self.began_at = 0.0
        """When the last utterance was noticed, on the brain's clock: some 0.4 s after it began."""
        self.ended_at = 0.0
        """When the last utterance ended, on the brain's clock."""
        self.pending: set[int] = set()
        """Utterances whose words are under way."""
        self.said: list[str] = []
        """Texts that nobody has acted on yet."""
        self.last_speaker = Speaker.UNKNOWN
        self.last_heard: Heard | None = None
        self.has_words = False
        self.is_deaf = False
        """The last utterance could not be transcribed: speech to text fails."""
        self._glimpsed: list[int] = []
        """The utterances of whose beginnings the words are under way."""
        self._late: set[int] = set()
        self._memory = HeardTexts()
        self._persons: list[str] = []
        """What sounded like a person's words by what they say."""

    def follow(self, event: ev.CallEvent, now: float) -> None:
        """Take note of what the ear tells at ``now``."""
        match event:
            case ev.AudioClassChangedEvent(label=label):
                self.is_music = label is FrameLabel.MUSIC
                self.has_had_music |= self.is_music
            case ev.VerdictChangedEvent(verdict=verdict, reason=reason):
                self.verdict, self.verdict_reason = verdict, reason
            case ev.UtteranceStartedEvent(utterance_id=utterance_id):
                self.speaking, self.began_at = utterance_id, now
            case ev.UtteranceEndedEvent():
                self.speaking = None
                self.ended_at = now
            case _:
                pass

    def person_left(self) -> None:
        """The person has put us on hold again: their words are no recording's."""
        for text in self._persons:
            self._memory.forget(text)
        self._persons.clear()
        self.verdict, self.verdict_reason = Verdict.UNCERTAIN, ""

    def verdict_refuted(self) -> None:
        """A candidate came to nothing: the ear's belief in it counts no longer, until it says so anew."""
        if self.verdict in (Verdict.CANDIDATE, Verdict.HUMAN):
            self.verdict = Verdict.UNCERTAIN

    def await_words(self, utterance_id: int) -> None:
        """Speech to text has been asked."""
        self.pending.add(utterance_id)

    def give_up_words(self) -> None:
        """Go on without the words under way; they still count when they come."""
        self._late |= self.pending
        self.pending.clear()

    def understood(self, utterance_id: int, text: str) -> Heard | None:
        """Speech to text answered; None when nobody asked for that utterance."""
        if not self._take(utterance_id):
            return None
        self.is_deaf = False
        text = " ".join(text.split())
        is_known = bool(text) and self._memory.recall(text)
        speaker = speaker_of(text)
        heard = Heard(utterance_id, text, speaker, is_known)
        if text:
            self.has_words = True
            self.last_speaker = speaker
            self.last_heard = heard
            self._memory.add(text)
            if speaker.is_human_like and not is_known:
                self._persons.append(text)
                del self._persons[:-_MOST_SAID]
        return heard

    def glimpse(self, utterance_id: int, *, is_pause: bool) -> bool:
        """Want the words of what an utterance has been so far; False while others of that kind are under way.

        What may be a whole sentence does not wait for one that was not.
        """
        if len(self._glimpsed) > int(is_pause) or self.is_deaf:
            return False
        self._glimpsed.append(utterance_id)
        return True

    def glimpse_answered(self, utterance_id: int, text: str) -> Heard | None:
        """Speech to text answered or failed (no ``text``); None when that utterance is over or was not asked for."""
        if utterance_id not in self._glimpsed:
            return None
        self._glimpsed.remove(utterance_id)
        text = " ".join(text.split())
        if not text or (self.speaking != utterance_id and utterance_id not in self.pending):
            return None
        is_known = self._memory.recall_beginning(text)
        return Heard(utterance_id, text, speaker_of_part(text), is_known, is_partial=True)

    def not_understood(self, utterance_id: int) -> Heard | None:
        """Speech to text failed; None when nobody asked for that utterance."""
        if not self._take(utterance_id):
            return None
        self.is_deaf = True
        return Heard(utterance_id, "", Speaker.UNKNOWN, is_known=False)

    def add_said(self, text: str) -> None:
        """Keep a text until somebody acts on it."""
        self.said.append(text)
        del self.said[:-_MOST_SAID]

    def take_said(self) -> list[str]:
        """All texts that nobody has acted on, once."""
        said, self.said = self.said, []
        return said

    def _take(self, utterance_id: int) -> bool:
        was_asked = utterance_id in self.pending or utterance_id in self._late
        self.pending.discard(utterance_id)
        self._late.discard(utterance_id)
        return was_asked
