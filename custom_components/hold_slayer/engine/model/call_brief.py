"""What the user asked for: the mission of one call, and where to put the user through."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from types import MappingProxyType

from .call_flow import CallFlow
from .detour import Detour
from .number_memory import NumberMemory
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
    press_early: bool = True
    """A key may go out before the menu has been read to its end, where what is wanted is certain."""
    accept_other: Mapping[str, bool] = field(default_factory=dict)
    """Further permissions by name (``text``, ``upsell``, ``survey``, ``premium``, …); absent means no."""

    def allows(self, name: str) -> bool:
        """True when the user permits ``name`` (``callback``, ``recording``, ``voicemail``, ``survey``, …)."""
        return bool(getattr(self, f"accept_{name}", self.accept_other.get(name, False)))


class TargetKind(StrEnum):
    """What a hand-over target is."""

    PHONE = "phone"
    """A telephone: a number or a SIP address, dialled over the account."""
    DIRECT = "direct"
    """A telephone in the house that is rung at its own address, without an exchange (`PhoneAddress`)."""
    BROWSER = "browser"
    """The card's telephone in a browser, or whatever else the outside has registered under this kind (`ports.UserEndpoint`)."""


class HandOverMode(StrEnum):
    """How the person and the user are brought together."""

    BRIDGE = "bridge"
    """Hold Slayer stays in the middle: it can take the call back, and record."""
    ATTENDED_TRANSFER = "attended_transfer"
    """Bridged, then the exchange is asked to join the two by itself (RFC 3891, RFC 5589); refused: it stays a bridge."""
    BLIND_TRANSFER = "blind_transfer"
    """The exchange is asked to ring the user (RFC 3515); refused or failed: the user is rung and bridged."""


class RingOrder(StrEnum):
    """How several targets are rung."""

    IN_ORDER = "in_order"
    AT_ONCE = "at_once"
    """The first to accept wins."""


@dataclass(frozen=True, slots=True)
class HandOverTarget:
    """One place where the user can be put through."""

    name: str
    target: DialTarget | None
    """What is dialled; None for other kinds than a telephone of the account."""
    ring_s: float = 25.0
    """How long to let it ring before the next one is tried."""
    kind: TargetKind = TargetKind.PHONE
    endpoint: str = ""
    """For other kinds than a telephone of the account: whom to ring, in the words of whoever knows it there."""
    mode: HandOverMode = HandOverMode.BRIDGE
    account: str = ""
    """Id of another account, by whose line it is rung; empty: the call's own."""

    @property
    def is_blind(self) -> bool:
        """True when the exchange, not this side, rings it."""
        return self.mode is HandOverMode.BLIND_TRANSFER and self._is_at_the_same_exchange

    @property
    def is_attended(self) -> bool:
        """True when the exchange is to take over once the two are talking."""
        return self.mode is HandOverMode.ATTENDED_TRANSFER and self._is_at_the_same_exchange

    @property
    def _is_at_the_same_exchange(self) -> bool:
        return self.target is not None and not self.account


class Arrival(StrEnum):
    """How the company's leg comes about."""

    PLACED = "placed"
    """Hold Slayer calls the company."""
    TAKEN_OVER = "taken_over"
    """The user has put a call on hold through to Hold Slayer, or dials in to do so: it waits in their place."""
    CALLED_BACK = "called_back"
    """The company returns a call as promised: a person is there already."""


@dataclass(frozen=True, slots=True)
class CallBrief:
    """One mission: whom to call, what for, what may be said, and where the user is."""

    number: DialTarget
    goal: str
    company: str = ""
    language: str = "en"
    """Language of the line, BCP 47 primary subtag (``en``, ``de``, …), until it turns out to speak another."""
    goal_language: str = ""
    """Language that the goal is written in, where its words do not show it; empty: that of the line."""
    locale: str = ""
    """Full tag where known (``en-US``)."""
    facts: Mapping[str, str] = EMPTY
    """Facts released for this call by name; never logged, never shown to a language model."""
    fact_kinds: Mapping[str, str] = EMPTY
    """Kinds of facts whose names do not tell them (`engine/ivr/fact_kinds.json`), by name; of those in `ask_first` too."""
    ask_first: tuple[str, ...] = ()
    """Names of facts that are kept, and told only when the user says so each time; their values come with the answer."""
    policy: CallPolicy = field(default_factory=CallPolicy)
    message: str | None = field(default=None, repr=False)
    """What is left on a voicemail after its tone, with ``{name}``, ``{callback_number}`` and names of facts; empty: a sentence of
    Hold Slayer's own; None: nothing, the call is ended."""
    callback_number: str = field(default="", repr=False)
    """Where the company may call back, as it is told in a message."""
    confirm_answer: bool = False
    """Whoever answers a phone of the user's has to press 1 before the person is joined: a voicemail does not."""
    user_language: str = ""
    """Language of what is said to the user on the phone; empty: that of the line."""
    user_name: str = ""
    """How the representative is told who is calling; empty: "a customer"."""
    hand_over: tuple[HandOverTarget, ...] = ()
    ring_order: RingOrder = RingOrder.IN_ORDER
    asks_where: bool = False
    """Which of the targets are rung depends on who is where when the person answers (`ports.Whereabouts`)."""
    arrival: Arrival = Arrival.PLACED
    """Otherwise ``number`` is who called, and nothing is dialled for the company's leg."""
    record: RecordingScope = RecordingScope.OFF
    says_recorded: bool = False
    """Where anything is recorded, it is said as soon as the line answers, and not to the human alone."""
    usual_wait_s: float | None = None
    """How long calls to this number were usually on hold, as far as known."""
    known: NumberMemory | None = field(default=None, repr=False)
    """What earlier calls to the number have taught about its recordings."""
    detour: Detour | None = field(default=None, repr=False)
    """This is the one more call after a dead end: what to do otherwise."""
    flows: tuple[CallFlow, ...] = field(default=(), repr=False)
    """Ways that may be followed, the most reliable first."""
