"""What is known of a number's recordings from earlier calls: how they sound, what they say, how often a new one came."""

from collections.abc import Mapping
from dataclasses import dataclass, field
import math
from typing import Any, Final, Self

MOST_TEXTS: Final = 80
"""Texts kept of one number; the ones not heard for longest go first."""
LONGEST_TEXT: Final = 400
KEPT_DAYS: Final = 180
"""What was not heard for so long is forgotten."""
PASSING_S: Final = 60.0
"""Whom the line or the user took away so soon after they were confirmed was no person, or has said nothing yet that is theirs."""
WARY_CALLS: Final = 10
"""So long a number that has misled us once is not believed early."""
MOST_MARKS: Final = 40_000
"""Bytes; more is nothing that a hearing has exported."""


@dataclass(frozen=True, slots=True)
class KnownText:
    """What a recording says: plain words in lower case, digits left out."""

    words: str = field(repr=False)
    day: int
    """When it was last heard, in days of the common era."""


@dataclass(frozen=True, slots=True)
class NumberMemory:
    """Of one number. Only what turned out to be a recording is in it, never what a person said."""

    calls: int = 0
    """How many calls it was learned from."""
    marks: bytes = field(default=b"", repr=False)
    """How the recordings sound (`Hearing.export_marks`): cannot be turned into speech."""
    texts: tuple[KnownText, ...] = field(default=(), repr=False)
    new_recordings: float = 0.0
    """How many recordings were heard for the first time, of late (`call.novelty`)."""
    waited_min: float = 0.0
    """In how many minutes on hold, of late."""
    day: int = 0
    """Of the last call."""
    wary: int = 0
    """In so many more calls nobody is believed early: somebody was taken for a person there who was none."""

    def as_data(self) -> dict[str, Any]:
        """As plain data for the user's own storage; ``marks`` as hexadecimal digits."""
        return {
            "calls": self.calls,
            "marks": self.marks.hex(),
            "texts": [[text.words, text.day] for text in self.texts],
            "new_recordings": round(self.new_recordings, 3),
            "waited_min": round(self.waited_min, 3),
            "day": self.day,
            "wary": self.wary,
        }

    @classmethod
    def from_data(cls, data: object) -> Self:
        """Read what `as_data` made.

        Raises:
            ValueError: it is nothing of the kind.
        """
        try:
            if not isinstance(data, Mapping):
                raise TypeError
            marks = bytes.fromhex(data["marks"])
            texts = tuple(KnownText(_text(words), _count(day)) for words, day in data["texts"])
            numbers = float(data["new_recordings"]), float(data["waited_min"])
            # What was kept before anybody was wary says nothing of it.
            wary = min(WARY_CALLS, _count(data.get("wary", 0)))
            found = cls(_count(data["calls"]), marks, texts, *numbers, _count(data["day"]), wary)
        except (KeyError, TypeError, ValueError) as err:
            raise ValueError("the memory of a number is damaged") from err
        if len(marks) > MOST_MARKS or len(texts) > MOST_TEXTS or not all(0 <= n < math.inf for n in numbers):
            raise ValueError("the memory of a number is out of bounds")
        return found


def _text(words: object) -> str:
    if not isinstance(words, str) or len(words) > LONGEST_TEXT:
        raise ValueError("not a text")
    return words


def _count(value: object) -> int:
    if not isinstance(value, int) or isinstance(value, bool) or value < 0:
        raise ValueError("not a count")
    return value
