"""Everything that can happen to a call: the only input of the brain.

All events are immutable and named in the past tense. Audio times (``…_s`` of heard things) count received audio of the far
leg in seconds; the brain's own clock is the ``now`` it is given beside the event.
"""

from collections.abc import Mapping
from dataclasses import dataclass, field

from .audio_frame import FRAME_S
from .call_brief import EMPTY, CallBrief, HandOverTarget
from .hold_pattern import HoldPattern
from .media_description import MediaAnswer
from .model_use import ModelFault
from .phase import Answerer, EndedBy, FrameLabel, LegFailure, Verdict

FAR_LEG = "far"
"""Leg id of the company's line. The user's legs are ``user-1``, ``user-2``, … in the order they are rung."""


@dataclass(frozen=True, slots=True)
class CallEvent:
    """Base of all events."""


# --- signalling -----------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class LegEvent(CallEvent):
    """Base of what happened to one leg."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class LegRangEvent(LegEvent):
    """The far end rings (180, or 183 without SDP)."""

    status: int = 180


@dataclass(frozen=True, slots=True)
class LegEarlyMediaEvent(LegEvent):
    """Audio flows before the answer (18x with SDP)."""

    answer: MediaAnswer


@dataclass(frozen=True, slots=True)
class LegAnsweredEvent(LegEvent):
    """2xx received and acknowledged: the leg is up."""

    answer: MediaAnswer


@dataclass(frozen=True, slots=True)
class EndpointAcceptedEvent(LegEvent):
    """The user has taken the call at a target that is no telephone; a person did, for nothing else presses that button."""


@dataclass(frozen=True, slots=True)
class LegMediaChangedEvent(LegEvent):
    """The far end changed address, codec or direction (re-INVITE, UPDATE)."""

    answer: MediaAnswer


@dataclass(frozen=True, slots=True)
class LegTransferProgressedEvent(LegEvent):
    """How the far end gets on with a transfer it was asked for (REFER)."""

    status: int
    """SIP status: 1xx it tries; 2xx it has worked; otherwise it has not, and the leg is as it was."""
    is_over: bool


@dataclass(frozen=True, slots=True)
class LegFailedEvent(LegEvent):
    """The leg never came up."""

    failure: LegFailure
    status: int = 0
    """Final SIP status, 0 when there was none (no answer of the trunk)."""


@dataclass(frozen=True, slots=True)
class LegEndedEvent(LegEvent):
    """A leg that was up is down."""

    by: EndedBy


@dataclass(frozen=True, slots=True)
class TargetsChosenEvent(CallEvent):
    """Which hand-over targets are worth ringing now."""

    targets: tuple[HandOverTarget, ...]


@dataclass(frozen=True, slots=True)
class DigitReceivedEvent(LegEvent):
    """The far end of this leg pressed a key (RFC 4733, or INFO)."""

    digit: str
    is_tone: bool = False
    """Heard in the audio: whoever is bridged with the leg has heard it as well."""


@dataclass(frozen=True, slots=True)
class AnswererHeardEvent(LegEvent):
    """The ear on a leg that has just been answered believes something else about who did."""

    answerer: Answerer
    confidence: float
    """0 to 1."""
    reason: str
    """Short, fixed vocabulary (`classify.amd.AnswererState`). Never what was said."""


@dataclass(frozen=True, slots=True)
class ConsentHeardEvent(LegEvent):
    """Whoever answered this leg has said yes or no, and nothing else."""

    is_yes: bool
    began_s: float
    """Audio time since the answer at which the utterance began, up to 0.3 s before its first sound."""


# --- hearing on the far leg -----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class HearingEvent(CallEvent):
    """Base of what was heard; ``t_s`` = audio time at which the software knew it."""

    t_s: float


@dataclass(frozen=True, slots=True)
class FrameLabelledEvent(HearingEvent):
    """One tenth of a second was classified. For strips and `analyze`; the brain does not need it.

    It is told 0.3 s after the end of that tenth, ``t_s``, because what follows helps to know what it was.
    """

    label: FrameLabel
    level_db: float = -100.0
    """Level in dB relative to full scale."""


@dataclass(frozen=True, slots=True)
class AudioClassChangedEvent(HearingEvent):
    """The smoothed audio class changed."""

    label: FrameLabel


@dataclass(frozen=True, slots=True)
class ToneHeardEvent(HearingEvent):
    """A signalling tone.

    ``ringback``, ``busy``, ``congestion``, ``sit``, ``fax`` or ``dtmf:5``. Where it tells more, ``sit:intercept``, ``sit:vacant``,
    ``sit:reorder`` or ``sit:no_circuit``. ``beep``, only where a message may be left: one short tone by itself.
    """

    name: str


@dataclass(frozen=True, slots=True)
class VerdictChangedEvent(HearingEvent):
    """What the hearing believes is on the line, by audio alone; it may be taken back by a later one."""

    verdict: Verdict
    confidence: float
    """0 to 1."""
    reason: str
    """Short, fixed vocabulary: ``speech_after_music``, ``music_returned``, … Never what was said."""


@dataclass(frozen=True, slots=True)
class HoldPatternHeardEvent(HearingEvent):
    """The hold repeats itself: a loop of music has begun once more, or a beep has come when it was due."""

    pattern: HoldPattern


@dataclass(frozen=True, slots=True)
class HoldInterruptedEvent(HearingEvent):
    """Somebody or something began to speak on hold, and it is known whether an announcement was due."""

    is_expected: bool
    log_odds: float
    """How much likelier a person speaks there and then than a recording of this queue, as a logarithm."""


@dataclass(frozen=True, slots=True)
class UtteranceStartedEvent(HearingEvent):
    """Somebody or something began to speak."""

    utterance_id: int


@dataclass(frozen=True, slots=True)
class UtteranceContinuesEvent(HearingEvent):
    """An utterance is still open; this is what it has been so far."""

    utterance_id: int
    start_s: float
    end_s: float
    is_pause: bool
    """The speaker has just fallen silent, perhaps only to draw breath."""
    pcm: bytes = field(repr=False, default=b"")
    """Its audio so far, 8 kHz signed 16-bit mono."""
    is_repeat: bool = False
    """By its sound it was heard before: a recording."""


@dataclass(frozen=True, slots=True)
class UtteranceEndedEvent(HearingEvent):
    """Endpointing closed an utterance."""

    utterance_id: int
    start_s: float
    end_s: float
    pcm: bytes = field(repr=False, default=b"")
    """Its audio, 8 kHz signed 16-bit mono, for speech to text."""
    is_repeat: bool = False
    """By its sound it was heard before: a recording."""
    longest_pause_s: float = 0.0
    """The longest silence within it: a list is over when it has been quiet for longer."""


# --- services -------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class TranscribedEvent(CallEvent):
    """Speech to text answered for one utterance; ``text`` may be empty."""

    utterance_id: int
    text: str = field(repr=False)
    start_s: float = 0.0
    end_s: float = 0.0
    is_partial: bool = False
    """The words of an utterance that was still going on."""


@dataclass(frozen=True, slots=True)
class TranscriptionFailedEvent(CallEvent):
    """Speech to text is gone, hangs or answered nonsense."""

    utterance_id: int
    reason: str
    is_partial: bool = False


@dataclass(frozen=True, slots=True)
class LanguageModelAnsweredEvent(CallEvent):
    """A language model answered a question of the navigator: unvalidated data."""

    question_id: int
    answer: Mapping[str, object] = field(repr=False, default_factory=dict)


@dataclass(frozen=True, slots=True)
class LanguageModelFailedEvent(CallEvent):
    """The language model is gone, too slow or answered nonsense."""

    question_id: int
    reason: str
    fault: ModelFault = ModelFault.GONE
    retry_after_s: float = 0.0
    """The endpoint wants so long a pause before it is asked again."""


@dataclass(frozen=True, slots=True)
class SpokenEvent(CallEvent):
    """A sentence has been played to a leg to its end."""

    speech_id: int


@dataclass(frozen=True, slots=True)
class SpeakingFailedEvent(CallEvent):
    """Text to speech failed or the leg went away; nothing more is played of that sentence."""

    speech_id: int
    reason: str


@dataclass(frozen=True, slots=True)
class DigitsSentEvent(CallEvent):
    """All digits of a `SendDigitsAction` went out."""

    leg_id: str


@dataclass(frozen=True, slots=True)
class BridgedEvent(CallEvent):
    """Audio now flows between the far leg and a user's leg."""

    leg_id: str


# --- commands of the user -------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class CallRequestedEvent(CallEvent):
    """Start: always the first event of a brain's life."""

    brief: CallBrief


@dataclass(frozen=True, slots=True)
class HangUpRequestedEvent(CallEvent):
    """The user wants the call to end."""


@dataclass(frozen=True, slots=True)
class DigitsRequestedEvent(CallEvent):
    """The user presses keys into the far leg."""

    digits: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class SayRequestedEvent(CallEvent):
    """The user has a sentence said to the company."""

    text: str = field(repr=False)


@dataclass(frozen=True, slots=True)
class TransferRequestedEvent(CallEvent):
    """The user wants to be put through now: to ``target``, or to the targets of the brief when None."""

    target: HandOverTarget | None = None


@dataclass(frozen=True, slots=True)
class QuestionAnsweredEvent(CallEvent):
    """The user has answered the question that is open, or would rather not (None)."""

    question_id: int
    answer: str | None = field(repr=False)
    kept: str = ""
    """The answer is the value of the kept fact of this name; empty: the user's own words."""


@dataclass(frozen=True, slots=True)
class ResumeWaitingRequestedEvent(CallEvent):
    """The user, put on hold again by the person, hands the call back: Hold Slayer is to wait once more."""


@dataclass(frozen=True, slots=True)
class InterruptedEvent(CallEvent):
    """The program is stopping: end everything now."""


# --- what the world is told -----------------------------------------------------------------------------------------


class OccurrenceKind:
    """Names of `CallOccurrence`; the vocabulary of event entities, automations, logs and `script/demo`."""

    STARTED = "started"
    RINGING = "ringing"
    ANSWERED = "answered"
    PROMPT_HEARD = "prompt_heard"
    KEY_PRESSED = "key_pressed"
    SAID = "said"
    QUESTION_ASKED = "question_asked"
    QUESTION_CLOSED = "question_closed"
    QUEUE_UPDATED = "queue_updated"
    FLOW_DRIFTED = "flow_drifted"
    HOLD_STARTED = "hold_started"
    ANNOUNCEMENT_HEARD = "announcement_heard"
    CANDIDATE = "candidate"
    CANDIDATE_DROPPED = "candidate_dropped"
    HUMAN_ANSWERED = "human_answered"
    GREETED = "greeted"
    TARGET_RINGING = "target_ringing"
    TARGET_FAILED = "target_failed"
    CONNECTED = "connected"
    SERVICE_FAILED = "service_failed"
    ENDED = "ended"
    MISHEARD = "misheard"
    """Not of a call in progress: the user marks a moment of its recording afterwards. In the history only."""

    ALL = (
        STARTED,
        RINGING,
        ANSWERED,
        PROMPT_HEARD,
        KEY_PRESSED,
        SAID,
        HOLD_STARTED,
        ANNOUNCEMENT_HEARD,
        CANDIDATE,
        CANDIDATE_DROPPED,
        HUMAN_ANSWERED,
        GREETED,
        TARGET_RINGING,
        TARGET_FAILED,
        CONNECTED,
        SERVICE_FAILED,
        ENDED,
        QUESTION_ASKED,
        QUESTION_CLOSED,
        QUEUE_UPDATED,
        FLOW_DRIFTED,
    )


@dataclass(frozen=True, slots=True)
class CallOccurrence:
    """One line of a call's story, for entities, automations, history and the terminal. Facts appear as placeholders."""

    call_id: str
    kind: str
    """One of `OccurrenceKind.ALL`."""
    at: float
    """Wall clock, seconds since the epoch."""
    t_s: float
    """Seconds since the call began."""
    data: Mapping[str, str | int | float | bool] = field(default_factory=lambda: EMPTY)


def frames_to_seconds(frames: int) -> float:
    """Audio time of ``frames`` whole frames in seconds."""
    return frames * FRAME_S
