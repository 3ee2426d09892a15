"""What a hold sounds like again and again."""

from dataclasses import dataclass
from enum import StrEnum


class HoldSound(StrEnum):
    """Of what the pattern is made."""

    MUSIC = "music"
    BEEPS = "beeps"
    RINGING = "ringing"
    WORDS = "words"
    """Few, and always the same."""


@dataclass(frozen=True, slots=True)
class HoldPattern:
    """A hold that repeats itself."""

    sound: HoldSound
    period_s: float
    """Music: how long it plays before it comes again; all others: between two of them."""
    times: int
    """How often it has come by now; from 2 on for music, from 3 on for others."""
