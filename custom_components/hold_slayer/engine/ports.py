"""What the engine needs from outside: Protocols that Home Assistant, the terminal and the tests implement.

A failing service never ends a call: implementations raise `ServiceError` (or let a timeout pass) and the agent turns that
into an event.
"""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from pathlib import Path
from typing import Protocol

from .model.action import NavigatorQuestion
from .model.call_brief import HandOverTarget
from .model.call_event import CallOccurrence
from .model.number_memory import NumberMemory
from .model.recording import RecordingTracks
from .model.snapshot import CallSnapshot


class ServiceError(Exception):
    """A service (speech, language model, disk, notification) could not do its work. The text holds no private data."""


class ServiceTimeoutError(ServiceError):
    """A service did not answer in time."""


class LanguageRefusedError(ServiceError):
    """A speech service does not have the language, for this request and all others."""


class ServiceRefusedError(ServiceError):
    """A service would refuse the next request as well: a wrong key, address or model."""


class ServiceBusyError(ServiceError):
    """A service takes no more requests now (RFC 6585, section 4); it wants a pause of ``retry_after_s`` (0: it did not say)."""

    def __init__(self, text: str, retry_after_s: float = 0.0) -> None:
        super().__init__(text)
        self.retry_after_s = retry_after_s


class UselessAnswerError(ServiceError):
    """A language model answered nonsense, which took ``tokens`` all the same; None: not told."""

    def __init__(self, text: str, tokens: int | None = None) -> None:
        super().__init__(text)
        self.tokens = tokens


class MeteredAnswer(dict[str, object]):
    """A language model's decision, with the tokens that question and answer took; None: not told."""

    def __init__(self, decision: Mapping[str, object], tokens: int | None) -> None:
        super().__init__(decision)
        self.tokens = tokens


@dataclass(frozen=True, slots=True)
class Speech:
    """Synthesized speech."""

    pcm: bytes = field(repr=False)
    """Signed 16-bit little-endian mono."""
    rate: int
    """Samples a second."""


class SpeechToText(Protocol):
    """One call, one utterance."""

    async def transcribe(self, pcm: bytes, language: str) -> str:
        """Return what was said (empty: nothing understood).

        ``pcm`` is signed 16-bit little-endian mono at 8 kHz, at most 30 s; ``language`` a BCP 47 tag.

        Raises:
            LanguageRefusedError: the engine says that it does not understand the language.
            ServiceError: it is gone, fails or answers nonsense.
        """
        ...


class TextToSpeech(Protocol):
    """Sentence in, audio out."""

    async def synthesize(self, text: str, language: str) -> Speech:
        """Return the sentence as speech.

        Raises:
            ServiceError: the engine is gone, refuses the language or answers nonsense.
        """
        ...


class LanguageModel(Protocol):
    """Decides where the rules are unsure."""

    async def decide(self, question: NavigatorQuestion) -> Mapping[str, object]:
        """Return one decision; the caller validates it.

        ``{"do": "press", "value": "1"}``, ``{"do": "say", "value": "billing"}``, ``{"do": "give_fact", "value": "pin"}``,
        ``{"do": "wait"}``, ``{"do": "give_up", "reason": "closed"}`` or ``{"do": "ask_user", "value": "Gas or power?"}``. As a
        `MeteredAnswer` where the endpoint tells what it took. One attempt: who asks decides about a second.

        Raises:
            ServiceError: the endpoint is gone or cut off.
            ServiceRefusedError: it will refuse the next request too.
            ServiceBusyError: too many requests.
            UselessAnswerError: it answered nonsense.
            ServiceTimeoutError: it is too slow.
        """
        ...


class Clock(Protocol):
    """The two clocks of the agent."""

    def monotonic(self) -> float:
        """Seconds that never jump."""
        ...

    def time(self) -> float:
        """Wall clock: seconds since the epoch."""
        ...


class CallLog(Protocol):
    """Keeps the history. Must survive a crash in mid-call."""

    async def begin(self, snapshot: CallSnapshot) -> None:
        """A call began. Raises ServiceError."""
        ...

    async def record(self, occurrence: CallOccurrence) -> None:
        """Something happened. Raises ServiceError."""
        ...

    async def end(self, snapshot: CallSnapshot) -> None:
        """A call ended; the snapshot holds outcome and sentence. Raises ServiceError."""
        ...


class Notifier(Protocol):
    """Tells the user."""

    async def notify(self, call_id: str, key: str, text: str) -> None:
        """``key`` is stable for translation, ``text`` the English sentence. Raises ServiceError."""
        ...


class Whereabouts(Protocol):
    """Knows where the user is."""

    def reachable(self, targets: Sequence[HandOverTarget]) -> Sequence[HandOverTarget]:
        """Return those of ``targets`` that are worth ringing now, in their order; never raises, never blocks.

        All of them where nobody seems to be anywhere: a human who was waited for is not lost.
        """
        ...


class EndpointAnswer(StrEnum):
    """What became of ringing the user at an endpoint."""

    ACCEPTED = "accepted"
    DECLINED = "declined"
    TIMEOUT = "timeout"
    UNAVAILABLE = "unavailable"
    """Nobody is there to be rung: no browser is open, or it may not use the microphone."""


class UserEndpoint(Protocol):
    """A place other than a telephone where the user talks: one attempt to ring them and the talk that comes of it.

    Everything is called in the event loop's thread. Audio is signed 16-bit little-endian mono at 8 kHz, 20 ms (320 bytes) a time.
    The answer is a deed of a person (a button), so nobody listens for a voicemail, and no key is asked for.
    """

    @property
    def name(self) -> str:
        """For log lines: nothing private."""
        ...

    async def ring(self, deadline_s: float) -> EndpointAnswer:
        """Ring until answered, but no longer than ``deadline_s``; cancelled when it is not wanted any more.

        Raises:
            ServiceError: it cannot be rung; like `EndpointAnswer.UNAVAILABLE`.
        """
        ...

    def start(self, on_pcm: Callable[[bytes], None], on_hung_up: Callable[[], None]) -> None:
        """Accepted: from now on ``on_pcm`` gets what the user says, ``on_hung_up`` is called once when they have gone.

        Frames may come unevenly; other lengths than 20 ms are dropped.
        """
        ...

    def send(self, pcm: bytes) -> None:
        """Let the user hear the next 20 ms. Never blocks and never raises; after the end nothing happens."""
        ...

    def hang_up(self) -> None:
        """Stop ringing or end the talk; ``on_hung_up`` is not called for it. Safe at any time, and twice."""
        ...


class NumberMemories(Protocol):
    """Keeps what calls have learned about the recordings of a number. What is known comes with the brief."""

    async def keep(self, number: str, memory: NumberMemory) -> None:
        """In place of what was known of the number (as dialled). Raises ServiceError."""
        ...


class RecordingShelf(Protocol):
    """Where recordings of calls are kept."""

    @property
    def tracks(self) -> RecordingTracks:
        """Which sides of the call to keep."""
        ...

    async def place(self, call_id: str) -> Path:
        """Return the file to be written; there is room to begin. Raises ServiceError."""
        ...

    def make_room(self, path: Path, wanted: int) -> bool:
        """May the recording ``path``, still being written, grow by so many bytes? Deletes older ones if need be; any thread.

        Raises:
            OSError: the disk cannot be read.
        """
        ...
