"""What a call learns about its number's recordings, for the next call to it.

A text counts as a recording's when the line went on waiting after it; what came just before a person, or before the end, may have
been theirs. Once somebody has been confirmed nothing is learned, until they are there no more.
"""

from collections import deque
from dataclasses import replace
import re

from ..model.number_memory import KEPT_DAYS, LONGEST_TEXT, MOST_TEXTS, PASSING_S, WARY_CALLS, KnownText, NumberMemory
from .clues import words_of_text
from .novelty import Novelty
from .wording import wording_of

_PROVED_S = 20.0
"""Nobody who is spoken to stays away for so long after having spoken."""
_MOST_WORDS = 60
_LEAST_WORDS = 3
_NUMBERS = re.compile(r"\d")


class Recollection:
    """Texts and new recordings of one call; told by the brain."""

    def __init__(self, memory: NumberMemory | None = None) -> None:
        self._memory = memory or NumberMemory()
        self.novelty = Novelty(self._memory.new_recordings, self._memory.waited_min)
        self._unproved: deque[tuple[float, tuple[str, ...]]] = deque(maxlen=MOST_TEXTS)
        self._proved: dict[tuple[str, ...], None] = {}
        self._is_over = False
        self._over_at = 0.0
        self._is_misled = False
        self._now = 0.0

    @property
    def memory(self) -> NumberMemory:
        """What was known when the call began."""
        return self._memory

    @property
    def is_wary(self) -> bool:
        """Somebody was taken for a person at this number who was none, in this call or one of the last ones."""
        return self._is_misled or self._memory.wary > 0

    def heard(self, text: str, *, is_known: bool, is_hold: bool) -> None:
        """A recording said this, as far as anybody can tell."""
        if self._is_over:
            return
        if is_hold and not is_known:
            self.novelty.recording()
        words, wording = words_of_text(text), wording_of(text)
        is_usable = len(words) >= _LEAST_WORDS and _NUMBERS.search(text) is None
        if is_usable and (is_known or wording.log_odds <= 0):
            self._unproved.append((self._now, words[:_MOST_WORDS]))

    def unknown_sound(self) -> None:
        """Something was taken for a person on hold and was none, and its text is not new, or not known."""
        if not self._is_over:
            self.novelty.recording()

    def tick(self, now: float, *, is_hold: bool) -> None:
        """The call has gone on until ``now``, on hold or not."""
        before, self._now = self._now, now
        if self._is_over:
            return
        if is_hold:
            self.novelty.wait(now - before)
        while self._unproved and now - self._unproved[0][0] >= _PROVED_S:
            _, words = self._unproved.popleft()
            self._proved.pop(words, None)
            self._proved[words] = None
            if len(self._proved) > MOST_TEXTS:
                del self._proved[next(iter(self._proved))]

    def person(self) -> None:
        """Somebody is there: what was said just now is theirs, and so is what follows."""
        self._unproved.clear()
        self._is_over, self._over_at = True, self._now

    def person_left(self) -> None:
        """They are there no more, and it is waited on."""
        if self._is_over and self._now - self._over_at <= PASSING_S:
            self.novelty.recording()
            self._is_misled = True
        self._is_over = False

    def learned(self, day: int, marks: bytes) -> NumberMemory:
        """The memory for the next call; ``marks``: the hearing's own, which already hold the older ones."""
        fresh = [KnownText(" ".join(words)[:LONGEST_TEXT], day) for words in self._proved]
        said = {text.words for text in fresh}
        old = [text for text in self._memory.texts if text.words not in said and day - text.day <= KEPT_DAYS]
        return replace(
            self._memory,
            calls=self._memory.calls + 1,
            marks=marks,
            texts=tuple([*old, *fresh][-MOST_TEXTS:]),
            new_recordings=self.novelty.new,
            waited_min=self.novelty.minutes,
            day=day,
            wary=WARY_CALLS if self._is_misled else max(0, self._memory.wary - 1),
        )
