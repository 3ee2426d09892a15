"""What is known of the company's line at this moment: sound, words under way, words heard."""

from collections import deque
from collections.abc import Iterable
from dataclasses import dataclass, field

from ..model import call_event as ev
from ..model.phase import FrameLabel, Verdict
from .clues import MOST_TEXTS, HeardTexts, Speaker, is_assent, speaker_of, speaker_of_part
from .wording import NAME, Wording, wording_of

_QUICK_S = 1.0
_MOST_RECENT = 6
_MOST_SAID = 40
"""Utterances kept for one turn; a line that says more before it is our turn is no menu."""
_INTERRUPTED_S = 15.0
"""Who is taken for a person so long after the hold was interrupted may be somebody else than who interrupted it."""


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
    is_repeat: bool = False
    """It sounded like something heard before."""

    @property
    def wording(self) -> Wording:
        """What the words are worth as evidence."""
        return wording_of(self.text, is_partial=self.is_partial)

    @property
    def is_like_person(self) -> bool:
        """People take calls with such words, and they were not heard before."""
        return not self.is_known and self.wording.log_odds >= NAME

    def is_hello(self, most_words: int) -> bool:
        """No more than a "hello?" never heard before."""
        is_short = 0 < len(self.text.split()) <= most_words and not self.is_partial
        return is_short and not self.is_known and self.speaker is not Speaker.RECORDING and is_assent(self.text)


class Line:
    """Follows what is heard, whatever the mission makes of it."""

    def __init__(self, remembered_texts: int = MOST_TEXTS) -> None:
        """``remembered_texts``: so many are remembered, to notice repetitions."""
        self.verdict = Verdict.UNCERTAIN
        self.verdict_reason = ""
        self.verdict_confidence = 0.0
        self.is_music = False
        self._interruption = (0.0, -_INTERRUPTED_S)
        """What it is worth as evidence that the hold was interrupted there and then, and when it was."""
        self.has_had_music = False
        self.speaking: int | None = None
        """The utterance that is going on."""
        self.last_utterance = 0
        """The one that began last."""
        self.began_at = 0.0
        """When the last utterance was noticed, on the brain's clock: some 0.4 s after it began."""
        self.ended_at = 0.0
        """When the last utterance ended, on the brain's clock."""
        self.longest_pause_s = 0.0
        """The longest silence within it."""
        self.pending: set[int] = set()
        """Utterances whose words are under way."""
        self.said: list[str] = []
        """Texts that nobody has acted on yet."""
        self.last_speaker = Speaker.UNKNOWN
        self.last_heard: Heard | None = None
        self.has_words = False
        self.is_deaf = False
        """The last utterance could not be transcribed: speech to text fails."""
        self._glimpsed: list[tuple[int, float]] = []
        """The utterances of whose beginnings the words are under way, and since when."""
        self._late: set[int] = set()
        self._is_quick = False
        """Speech to text answers within a second."""
        self._repeated: deque[int] = deque(maxlen=8)
        """Utterances that sound like something heard before."""
        self._recent: deque[tuple[float, str]] = deque(maxlen=_MOST_RECENT)
        """Texts with when they ended, whatever was made of them."""
        self._memory = HeardTexts(remembered_texts)
        self._persons: list[str] = []
        """What sounded like a person's words by what they say."""

    def know(self, texts: Iterable[str]) -> None:
        """Recordings of the number that earlier calls have heard."""
        for text in texts:
            self._memory.add(text)

    @property
    def understands(self) -> bool:
        """Speech to text has worked in this call, and has not failed since."""
        return self.has_words and not self.is_deaf

    @property
    def is_asking(self) -> bool:
        """Words of any kind are under way."""
        return bool(self.pending or self._glimpsed)

    def follow(self, event: ev.CallEvent, now: float) -> None:
        """Take note of what the ear tells at ``now``."""
        match event:
            case ev.AudioClassChangedEvent(label=label):
                self.is_music = label is FrameLabel.MUSIC
                self.has_had_music |= self.is_music
            case ev.VerdictChangedEvent(verdict=verdict, reason=reason, confidence=confidence):
                self.verdict, self.verdict_reason, self.verdict_confidence = verdict, reason, confidence
            case ev.HoldInterruptedEvent(log_odds=log_odds):
                self._interruption = (log_odds, now)
            case ev.UtteranceStartedEvent(utterance_id=utterance_id):
                self.speaking, self.last_utterance, self.began_at = utterance_id, utterance_id, now
            case ev.UtteranceContinuesEvent(utterance_id=utterance_id, is_repeat=True):
                self._repeated.append(utterance_id)
            case ev.UtteranceEndedEvent(utterance_id=utterance_id, is_repeat=is_repeat, longest_pause_s=pause_s):
                self.speaking = None
                self.ended_at, self.longest_pause_s = now, pause_s
                if is_repeat:
                    self._repeated.append(utterance_id)
            case _:
                pass

    def interruption(self, now: float) -> float | None:
        """Log-odds that a person began to speak when somebody last did, by the queue's rhythm; None where it has none."""
        log_odds, at = self._interruption
        return log_odds if now - at <= _INTERRUPTED_S else None

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
        is_known = bool(text) and (utterance_id in self._repeated or self._memory.recall(text))
        speaker = speaker_of(text)
        heard = Heard(utterance_id, text, speaker, is_known, is_repeat=utterance_id in self._repeated)
        if text:
            self.has_words = True
            self.last_speaker = speaker
            self.last_heard = heard
            self._recent.append((self.ended_at, text))
            self._memory.add(text)
            if speaker.is_human_like and not is_known:
                self._persons.append(text)
                del self._persons[:-_MOST_SAID]
        return heard

    def last_words(self, since: float) -> list[str]:
        """What was said and ended after ``since`` on the brain's clock, the last words last."""
        return [text for ended_at, text in self._recent if ended_at >= since]

    def glimpse(self, utterance_id: int, now: float, *, is_pause: bool) -> bool:
        """Want the words of what an utterance has been so far; False while others of that kind are under way.

        What may be a whole sentence does not wait for one that was not, and nothing does where answers are quick.
        """
        if len(self._glimpsed) > int(is_pause or self._is_quick) or self.is_deaf:
            return False
        self._glimpsed.append((utterance_id, now))
        return True

    def glimpse_answered(self, utterance_id: int, text: str, now: float) -> Heard | None:
        """Speech to text answered or failed (no ``text``); None when that utterance is over or was not asked for."""
        asked = next((each for each in self._glimpsed if each[0] == utterance_id), None)
        if asked is None:
            return None
        self._glimpsed.remove(asked)
        self._is_quick = now - asked[1] <= _QUICK_S
        text = " ".join(text.split())
        if not text or (self.speaking != utterance_id and utterance_id not in self.pending):
            return None
        is_known = utterance_id in self._repeated or self._memory.recall_beginning(text)
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
