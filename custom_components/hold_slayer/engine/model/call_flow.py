"""A flow: the way through one company's menus for one goal, learned from calls that reached a person or written by people."""

from dataclasses import dataclass
from datetime import date
from enum import StrEnum

SCHEMA = 1
"""Version of the written form."""
RETIRED_AFTER = 3
"""So many failures in a row, and a flow is no longer followed."""
IN_OWN_WORDS, ANSWER, REPRESENTATIVE = "{goal}", "{answer}", "{representative}"
"""What a ``say`` step may hold in place of words: the goal, yes or no by what is true, the line's word for a person."""


class StepKind(StrEnum):
    """What a step does when its prompt is heard."""

    DTMF = "dtmf"
    """Press the key that was announced for the step's purpose."""
    SAY = "say"
    FACT = "fact"
    """Give the fact of that name, should it be asked for and released for the call."""
    LISTEN = "listen"
    """Nothing: more is going to be said."""
    WAIT = "wait"
    """Let ``timeout_s`` pass."""
    HOLD = "hold"
    """A person is coming."""
    TRANSFER = "transfer"
    """A person is there: the user is put through. The end of a way."""


class Fallback(StrEnum):
    """What to do when the line drifts from the flow at this step."""

    EXPLORE = "explore"
    REPRESENTATIVE = "representative"
    """Ask for a person first."""


@dataclass(frozen=True, slots=True)
class FlowStep:
    """One action, and the prompt that it answers."""

    kind: StepKind
    value: str = ""
    """Key (``dtmf``), words or one of the placeholders above (``say``), name of a fact (``fact``); else empty."""
    expect: tuple[str, ...] = ()
    """Key words of the prompt in the order heard (see `engine/ivr/flow.signature`)."""
    purpose: tuple[str, ...] = ()
    """Key words of what the key was announced for; empty: it was not announced."""
    timeout_s: float = 8.0
    """Seconds: to wait (``wait``); else how long a prompt heard in part may stay unfinished before the rules decide."""
    fallback: Fallback = Fallback.EXPLORE
    successes: int = 0
    failures: int = 0
    last_success: date | None = None

    @property
    def is_action(self) -> bool:
        """True for what the line notices."""
        return self.kind in (StepKind.DTMF, StepKind.SAY, StepKind.FACT)


@dataclass(frozen=True, slots=True)
class CallFlow:
    """A way to a person. Several for the same number and goal are variants."""

    name: str
    """Unique in an account."""
    number: str
    """As dialled (`DialTarget.value`)."""
    language: str
    """Of the line, BCP 47 primary subtag."""
    goal: tuple[str, ...]
    """What it is for, as names of `engine/ivr/concepts.json`; empty with no ``goal_words``: any goal."""
    steps: tuple[FlowStep, ...]
    version: int = 1
    """Variants of a goal are numbered in the order in which they were found."""
    successes: int = 0
    failures: int = 0
    failures_in_row: int = 0
    last_success: date | None = None
    takes_early_keys: bool = True
    """The line listens while it speaks; False once a key pressed then has been in vain."""
    goal_words: tuple[str, ...] = ()
    """Word stems of the goal it was learned for. Private: kept, never shared."""

    @property
    def is_retired(self) -> bool:
        """True when it failed too often in a row."""
        return self.failures_in_row >= RETIRED_AFTER
