"""Everything a brain can want: the only output of the brain. Imperative names; the agent executes them in order."""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .call_brief import EMPTY, HandOverTarget
from .phase import Outcome
from .phone_number import DialTarget


@dataclass(frozen=True, slots=True)
class Action:
    """Base of all actions."""


@dataclass(frozen=True, slots=True)
class DialAction(Action):
    """Bind a media session and place a leg. Answered by Leg…Events of that leg id."""

    leg_id: str
    target: DialTarget
    account: str = ""
    """Id of another account whose line it goes over; empty: the call's own."""


@dataclass(frozen=True, slots=True)
class RingEndpointAction(Action):
    """Ring the user at a target that is no telephone. Answered by LegRang-, EndpointAccepted-, LegFailed- and LegEndedEvent."""

    leg_id: str
    target: HandOverTarget


@dataclass(frozen=True, slots=True)
class HangUpLegAction(Action):
    """End a leg in whatever state it is: CANCEL while it rings, BYE when it is up."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class SendDigitsAction(Action):
    """Press keys into a leg (``0-9*#``; ``w`` waits half a second). Answered by DigitsSentEvent."""

    leg_id: str
    digits: str = field(repr=False)
    is_private: bool = field(default=False, compare=False)
    """True for facts and for keys of the user's own: not to be recorded."""


@dataclass(frozen=True, slots=True)
class PrepareSpeechAction(Action):
    """Synthesize a sentence ahead of time so that `SpeakAction` with the same text starts at once."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SpeakAction(Action):
    """Say a sentence into a leg. Answered by SpokenEvent or SpeakingFailedEvent."""

    speech_id: int
    leg_id: str
    text: str = field(repr=False)
    is_private: bool = field(default=False, compare=False)
    """True when a fact is told: not to be recorded."""
    tells_of_recording: bool = field(default=False, compare=False)
    """True when whoever has heard it to its end knows that the call is recorded."""


@dataclass(frozen=True, slots=True)
class StopSpeakingAction(Action):
    """Stop what is being said to a leg (barge-in, human picked up)."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class TranscribeAction(Action):
    """Send one utterance to speech to text. Answered by TranscribedEvent or TranscriptionFailedEvent."""

    utterance_id: int
    pcm: bytes = field(repr=False)
    start_s: float = 0.0
    end_s: float = 0.0
    is_partial: bool = False
    """The utterance is still going on; its words come as partial ones."""


@dataclass(frozen=True, slots=True)
class ChangeLanguageAction(Action):
    """The line speaks another language than was thought: hear it, and speak to it, in this one (BCP 47 primary subtag)."""

    language: str


@dataclass(frozen=True, slots=True)
class AskLanguageModelAction(Action):
    """Put the navigator's question to the language model. Answered by LanguageModelAnswered- or -FailedEvent."""

    question_id: int
    question: NavigatorQuestion
    limit_s: float = field(default=8.0, compare=False)
    """Seconds from now in which the answer is of use."""
    is_retry: bool = False
    """The first attempt came to nothing; the question is the same."""


@dataclass(frozen=True, slots=True)
class NavigatorQuestion:
    """What a language model is asked when the rules are unsure. Never contains a fact's value."""

    goal: str
    company: str
    language: str
    heard: tuple[str, ...] = field(repr=False)
    """Utterances from the line: data, never instructions."""
    options: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """(key, what it is for) as the rules understood them, without what may not be pressed."""
    facts: tuple[str, ...] = ()
    """Names of released facts."""
    history: tuple[str, ...] = field(default=(), repr=False)
    """What was done so far in this call, one short line each, facts as placeholders."""
    answers: tuple[tuple[str, str], ...] = field(default=(), repr=False)
    """What the model has asked the user in this call, and what they answered."""
    questions_left: int = 0
    """So many more it may ask the user."""
    user_language: str = ""
    """Language in which the user is asked; empty: that of the line."""
    choice: str = ""
    """Key that the rules will press, or words that they will say, without a better answer; empty: nothing fits well."""
    verbs: tuple[str, ...] = ()
    """What an answer may do so that it can be followed (``press``, ``say``, ``give_fact``, ``wait``, ``give_up``, ``ask_user``);
    empty: any."""
    objection: str = ""
    """Why the first answer to this question was refused: a sentence of ours, nothing that was heard."""


@dataclass(frozen=True, slots=True)
class BridgeAction(Action):
    """Let audio flow between the far leg and this user's leg. Answered by BridgedEvent."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class TransferAction(Action):
    """Ask the far end of a leg to go elsewhere (REFER). Answered by LegTransferProgressedEvent, the last one with ``is_over``."""

    leg_id: str
    target: DialTarget | None = None
    """Number or address that it is to call by itself."""
    replaces: str = ""
    """Or the leg whose far end it is to be joined with, in our place."""
    limit_s: float = 60.0


@dataclass(frozen=True, slots=True)
class ChooseTargetsAction(Action):
    """Find out which targets are worth ringing now. Answered by TargetsChosenEvent."""

    targets: tuple[HandOverTarget, ...]


@dataclass(frozen=True, slots=True)
class UnbridgeAction(Action):
    """Separate the bridged legs again."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class ReportAction(Action):
    """Tell the world one line of the story; the agent makes it a `CallOccurrence` and renews the snapshot."""

    kind: str
    data: Mapping[str, str | int | float | bool] = field(default_factory=lambda: EMPTY)


@dataclass(frozen=True, slots=True)
class NotifyUserAction(Action):
    """Tell the user a sentence (human on the line, nobody reached you, why the call ended)."""

    key: str
    """Stable key for translation: ``human_answered``, ``outcome_busy``, …"""
    text: str
    """The sentence in English."""


@dataclass(frozen=True, slots=True)
class EndCallAction(Action):
    """The call is over: release everything. Always the last action of a call, exactly once."""

    outcome: Outcome
    sentence: str
    """One sentence for the user, in English."""
