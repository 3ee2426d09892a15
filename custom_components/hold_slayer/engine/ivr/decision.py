"""What the navigator wants done."""

from dataclasses import dataclass, field
from enum import StrEnum

from ..model.action import NavigatorQuestion

NOTE_LENGTH = 300
"""Characters at most of what the line has said that the user is told with a question or an end."""


class DecisionKind(StrEnum):
    """The verbs."""

    PRESS = "press"
    SAY = "say"
    WAIT = "wait"
    LISTEN = "listen"
    GIVE_UP = "give_up"
    ASK_MODEL = "ask_model"
    ASK_USER = "ask_user"
    LEAVE_MESSAGE = "leave_message"
    """Speak the user's message after the tone."""


@dataclass(frozen=True, slots=True)
class Drift:
    """The line no longer says what a flow expects."""

    flow: str
    """Its name."""
    step: int
    """Index of the step that did not come."""
    expected: str
    """That step for people."""


@dataclass(frozen=True, slots=True)
class Decision:
    """One decision. ``value`` holds facts in clear (for the line only); ``shown`` has placeholders (for everything else)."""

    do: DecisionKind
    value: str = field(default="", repr=False)
    shown: str = ""
    seconds: float = 0.0
    reason: str = ""
    """Short and fixed: ``best_option``, ``entry``, ``queue``, ``closed``, … For give_up the reason itself."""
    note: str = ""
    """What was learnt, for the user."""
    confidence: float = 0.0
    question: NavigatorQuestion | None = None
    fact: str = ""
    """With ``ask_user``: the kind of fact that the line wants and that was not released, or `consultation.FREE`."""
    offers: tuple[str, ...] = ()
    """With ``ask_user``: names of kept facts that would answer, if the user says so."""
    asks: str = ""
    """With ``ask_user``: the language model's own words; empty: the line asks."""
    is_hold: bool = False
    """With ``wait``: the line has said that a person will come."""
    is_callback: bool = False
    """This accepts an offered callback."""
    is_advice: bool = False
    """This is the language model's answer, not the rules'."""
    drift: Drift | None = None
    """The line has just been found to have drifted from the flow that was followed."""
