"""What the user asked for: the mission of one call, and where to put the user through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from .call_flow import CallFlow
from .phone_number import DialTarget
from .recording import RecordingScope

EMPTY: Mapping[str, str] = MappingProxyType({})


@dataclass(frozen=True, slots=True)
class CallPolicy:
    """What the agent may agree to on the user's behalf. Everything is refused unless set."""

    accept_callback: bool = False
    accept_recording: bool = True
    accept_voicemail: bool = False
    ask_user: bool = False
    """The user can be asked while the call goes on: for a fact that the line wants and that was not released."""
    challenge: bool = True
    """Whoever may be a person is asked whether they are there before the user's phone rings for them."""
    accept_other: Mapping[str, bool] = field(default_factory=dict)
    """Further permissions by name (``text``, ``upsell``, ``survey``, ``premium``, …); absent means no."""

    def allows(self, name: str) -> bool:
        """True when the user permits ``name`` (``callback``, ``recording``, ``voicemail``, ``survey``, …)."""
        return bool(getattr(self, f"accept_{name}", self.accept_other.get(name, False)))


class TargetKind(StrEnum):
    """What a hand-over target is."""

    PHONE = "phone"
    """A telephone: a number or a SIP address, dialled over the account."""
    BROWSER = "browser"
    """The card's telephone in a browser, or whatever else the outside has registered under this kind (`ports.UserEndpoint`)."""


@dataclass(frozen=True, slots=True)
class HandOverTarget:
    """One place where the user can be put through."""

    name: str
    target: DialTarget | None
    """What is dialled; None for a kind that is no telephone."""
    ring_s: float = 25.0
    """How long to let it ring before the next one is tried."""
    kind: TargetKind = TargetKind.PHONE
    endpoint: str = ""
    """For other kinds than a telephone: whom to ring, in the words of whoever registered the kind."""


@dataclass(frozen=True, slots=True)
class CallBrief:
    """One mission: whom to call, what for, what may be said, and where the user is."""

    number: DialTarget
    goal: str
    company: str = ""
    language: str = "en"
    """Language of the line, BCP 47 primary subtag (``en``, ``de``, …)."""
    locale: str = ""
    """Full tag where known (``en-US``)."""
    facts: Mapping[str, str] = EMPTY
    """Facts released for this call by name; never logged, never shown to a language model."""
    policy: CallPolicy = field(default_factory=CallPolicy)
    confirm_answer: bool = False
    """Whoever answers a phone of the user's has to press 1 before the person is joined: a voicemail does not."""
    user_language: str = ""
    """Language of what is said to the user on the phone; empty: that of the line."""
    user_name: str = ""
    """How the representative is told who is calling; empty: "a customer"."""
    hand_over: tuple[HandOverTarget, ...] = ()
    record: RecordingScope = RecordingScope.OFF
    usual_wait_s: float | None = None
    """How long calls to this number were usually on hold, as far as known."""
    flows: tuple[CallFlow, ...] = field(default=(), repr=False)
    """Ways that may be followed, the most reliable first."""
