"""What the words of one language are made of: see ``language``.

Patterns are regular expressions over lower-case text with straight apostrophes.
"""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Words:
    """One language."""

    digits: dict[str, str]
    press: str
    """"press", "oprima el", "drücken Sie die" …: what stands before a key."""
    press_after: str
    """What may stand behind a key ("drücken", "wählen" at the end of a German clause)."""
    connect: str
    """What introduces a purpose: "for", "to", "für", "um …"."""
    hold: str
    closed: str
    voicemail: str
    changed: str
    wrong: str
    self_service: str
    operator: str
    other: str
    """"all other questions", "anything else"."""
    repeat: str
    enter: str
    """Asks for digits by keypad."""
    say: str
    """Asks for something spoken."""
    open: str
    """Open question: "how can I help", "tell me in a few words"."""
    confirm: str
    """Yes/no question."""
    recording: str
    callback: str
    unwanted: str
    """Surveys, upsell, marketing, voiceprints: declined unless allowed."""
    representative: str
    """What to say to get a person."""
    yes: str
    no: str
    stop: frozenset[str]


def digits_of(words: str, **more: str) -> dict[str, str]:
    """Keys by their names: ten words from zero to nine, the figures themselves and ``more``."""
    table = {word: str(number) for number, word in enumerate(words.split())}
    return table | {str(number): str(number) for number in range(10)} | more
