"""Named deadlines on the brain's clock."""

from collections.abc import Collection
from enum import StrEnum


class Timer(StrEnum):
    """Every deadline a call can have; each has a default that the brain applies when it passes."""

    PLACE = "place"
    """Ringing for too long: no answer."""
    NAVIGATE = "navigate"
    """In menus for too long: no route."""
    WORDS = "words"
    """Nothing understood for too long: nobody there, or wait by ear alone when speech to text does not work."""
    TURN = "turn"
    """The line has been quiet since the last utterance: its turn is over."""
    SILENCE = "silence"
    """Nothing is said: the menu waits for something, or nothing comes any more."""
    TRANSCRIPT = "transcript"
    """Speech to text is too late: go on without."""
    MODEL = "model"
    """The language model is too late: the rules decide."""
    MODEL_RETRY = "model_retry"
    """The pause that the language model wanted before a second attempt is over."""
    BEEP = "beep"
    """The tone of a voicemail does not come: no message."""
    MESSAGE = "message"
    """The message should have been spoken by now: hang up."""
    QUESTION = "question"
    """The user has not answered: go on without."""
    TONE = "tone"
    """Nothing came after a tone that means the end: the far end has gone."""
    LAST_WORDS = "last_words"
    """The words said before the company hung up do not come: end without them."""
    FAREWELL = "farewell"
    """On hold the line has taken leave, and nothing came after it."""
    HOLD = "hold"
    """On hold for too long."""
    SETTLE = "settle"
    """Whoever was heard since the call was taken over was the user who brought it; from now on it may be the company."""
    MENU = "menu"
    """No music followed the offer of keys: it is a menu."""
    CANDIDATE = "candidate"
    """Not confirmed in time: not a person."""
    QUIET = "quiet"
    """No music followed the greeting words: they count."""
    MUSIC = "music"
    """Music plays where a person should be: it was none."""
    SPEAK = "speak"
    """Whoever is there gets a sentence now, even if they still talk."""
    GREETING = "greeting"
    """The greeting should have been spoken by now: go on without."""
    TARGET = "target"
    """The hand-over target does not answer, or cannot be joined: the next one."""
    ANSWERER = "answerer"
    """Who answered the user's phone has been listened to for long enough: they are taken for a person."""
    TRANSFER = "transfer"
    """The exchange has not told how a transfer went; or it may begin now."""
    KEY = "key"
    """No second star followed the first: it was meant for the company."""
    COURTESY = "courtesy"
    """The person is told that it takes another moment."""
    GIVE_UP = "give_up"
    """Nobody to ring and the user has not named anybody: apologise."""
    APOLOGY = "apology"
    """The apology should have been spoken by now: hang up."""
    CALL = "call"
    """No call lasts longer."""


class Timers:
    """Deadlines by name."""

    def __init__(self) -> None:
        self._due: dict[Timer, float] = {}

    def set(self, timer: Timer, due: float) -> None:
        """Set or move a deadline."""
        self._due[timer] = due

    def cancel(self, *timers: Timer) -> None:
        """Forget deadlines; unknown ones are no fault."""
        for timer in timers:
            self._due.pop(timer, None)

    def keep(self, timers: Collection[Timer]) -> None:
        """Forget all others."""
        self._due = {timer: due for timer, due in self._due.items() if timer in timers}

    def is_set(self, timer: Timer) -> bool:
        """True while the deadline is ahead."""
        return timer in self._due

    @property
    def running(self) -> frozenset[Timer]:
        """Names of all deadlines ahead."""
        return frozenset(self._due)

    def next(self) -> float | None:
        """The earliest deadline."""
        return min(self._due.values(), default=None)

    def pop_due(self, now: float) -> Timer | None:
        """Take the earliest deadline that has passed; in order of time, then of name."""
        timer = min(self._due, key=lambda name: (self._due[name], name), default=None)
        if timer is None or self._due[timer] > now:
            return None
        del self._due[timer]
        return timer
