"""What one agent is given: the services it may use, its settings, and the real clocks."""

from collections.abc import Callable
from dataclasses import dataclass, field
import time

from ..call.brain import BrainConfig
from ..call.budget import BudgetLimits
from ..model.phase import Outcome
from ..model.phone_number import PhoneAddress
from ..ports import (
    CallLog,
    Clock,
    LanguageModel,
    Notifier,
    NumberMemories,
    RecordingShelf,
    SpeechToText,
    TextToSpeech,
    Whereabouts,
)
from .leg import TrunkHandle


class SystemClock:
    """The machine's clocks."""

    def monotonic(self) -> float:
        """Seconds that never jump; the same clock as the event loop's."""
        return time.monotonic()

    def time(self) -> float:
        """Seconds since the epoch."""
        return time.time()


@dataclass(frozen=True, slots=True)
class Services:
    """Implementations of the ports; None where the user has none, and the call goes on without."""

    stt: SpeechToText | None = None
    tts: TextToSpeech | None = None
    llm: LanguageModel | None = None
    call_log: CallLog | None = None
    notifier: Notifier | None = None
    recordings: RecordingShelf | None = None
    memories: NumberMemories | None = None
    whereabouts: Whereabouts | None = None
    clock: Clock = field(default_factory=SystemClock)
    line_of: Callable[[str], TrunkHandle | None] = lambda _account: None
    """The line of another account by its id; None: it has none now."""
    address_of: Callable[[str], PhoneAddress | None] = lambda _endpoint: None
    """Where a telephone in the house is now, by the target's `endpoint`; None: nobody knows."""


@dataclass(frozen=True, slots=True)
class AgentSettings:
    """Limits of one agent. All times in seconds."""

    brain: BrainConfig = field(default_factory=BrainConfig)
    max_calls: int = 1
    budget: BudgetLimits = field(default_factory=BudgetLimits)
    stt_timeout_s: float = 12.0
    tts_timeout_s: float = 10.0
    llm_timeout_s: float = 9.0
    media_silent_s: float = 5.0
    """A leg that is up and sends no RTP for so long is asked whether it is still there."""
    stop_timeout_s: float = 4.0
    """How long stopping waits for the far ends to confirm that legs are down."""
    keep_ended: int = 10
    """Ended calls still shown by `Agent.calls`."""


class CallRefusedError(Exception):
    """The call was not placed; it stands in the history with this outcome and sentence."""

    def __init__(self, call_id: str, outcome: Outcome, sentence: str) -> None:
        super().__init__(sentence)
        self.call_id = call_id
        self.outcome = outcome
        self.sentence = sentence


class UnknownCallError(LookupError):
    """No active call has this id."""


class NoQuestionError(LookupError):
    """The call with this id asks the user nothing, or something else by now."""
