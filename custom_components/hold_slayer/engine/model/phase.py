"""Names of where a call stands, how a leg failed and how a call ended: the words users, automations and history see."""

from enum import StrEnum


class Phase(StrEnum):
    """Where a call stands. ``idle`` is what an account shows without a call; a call itself starts in ``dialing``."""

    IDLE = "idle"
    DIALING = "dialing"
    RINGING = "ringing"
    NAVIGATING = "navigating"
    ON_HOLD = "on_hold"
    CANDIDATE = "candidate"
    HUMAN = "human"
    TRANSFERRING = "transferring"
    CONNECTED = "connected"
    ENDED = "ended"


class LegFailure(StrEnum):
    """Why a leg never came up, by what the user can do about it (RFC 3261 section 21)."""

    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_FOUND = "not_found"
    DECLINED = "declined"
    UNAVAILABLE = "unavailable"
    """5xx/6xx or 480 of the trunk or of the far end."""
    AUTH_FAILED = "auth_failed"
    FORBIDDEN = "forbidden"
    UNREACHABLE = "unreachable"
    """The trunk does not answer or cannot be resolved."""
    NOT_ACCEPTABLE = "not_acceptable"
    """No codec in common (488, 415)."""
    CANCELLED = "cancelled"
    """This side gave up ringing (487 after CANCEL)."""
    NO_ADDRESS = "no_address"
    """Nobody knows where the telephone is."""
    REFUSED = "refused"
    """Policy forbids it: nothing was sent."""


class EndedBy(StrEnum):
    """Who ended a leg that had been up."""

    LOCAL = "local"
    REMOTE = "remote"
    TIMEOUT = "timeout"
    """No RTP and no signalling: the far end is dead."""


class Outcome(StrEnum):
    """How a call ended."""

    CONNECTED = "connected"
    """The user was put through to a human."""
    USER_UNREACHABLE = "user_unreachable"
    """A human was on the line but no hand-over target answered."""
    HUNG_UP = "hung_up"
    """The user ended the call."""
    REMOTE_HUNG_UP = "remote_hung_up"
    BUSY = "busy"
    NO_ANSWER = "no_answer"
    NOT_FOUND = "not_found"
    DECLINED = "declined"
    UNAVAILABLE = "unavailable"
    AUTH_FAILED = "auth_failed"
    TRUNK_UNREACHABLE = "trunk_unreachable"
    CLOSED = "closed"
    HOLIDAY = "holiday"
    """Closed for a holiday: the usual opening hours do not hold today."""
    QUEUE_FULL = "queue_full"
    """All lines are busy and nobody may wait."""
    SELF_SERVICE = "self_service"
    """The line serves callers itself or sends them elsewhere; no person takes calls there."""
    CALLBACK_PROMISED = "callback_promised"
    """A callback was accepted, and then the call ended without a human."""
    VOICEMAIL = "voicemail"
    MESSAGE_LEFT = "message_left"
    """Only voicemail answered, and the user's message was left on it."""
    NUMBER_CHANGED = "number_changed"
    NO_ROUTE = "no_route"
    """The menu offers no way to the goal, or the agent could not understand it."""
    NO_SPEECH = "no_speech"
    """Nothing but silence or noise was heard until the deadline."""
    HOLD_TIMEOUT = "hold_timeout"
    CALL_TIMEOUT = "call_timeout"
    REFUSED = "refused"
    """Policy forbids the number, or another call is running."""
    INTERRUPTED = "interrupted"
    """Home Assistant stopped or restarted in mid-call."""
    FAILED = "failed"


class Verdict(StrEnum):
    """What the hearing believes is on the line."""

    UNCERTAIN = "uncertain"
    IVR = "ivr"
    HOLD = "hold"
    CANDIDATE = "candidate"
    HUMAN = "human"


class Answerer(StrEnum):
    """Who or what has answered a leg."""

    UNCERTAIN = "uncertain"
    PERSON = "person"
    VOICEMAIL = "voicemail"
    SCREENING = "screening"
    """A machine that asks who calls before it rings its owner."""
    FAX = "fax"
    ANNOUNCEMENT = "announcement"
    """Not available, closed, no such number."""
    NOBODY = "nobody"
    """Not a sound."""


class FrameLabel(StrEnum):
    """Audio class of a tenth of a second."""

    SILENCE = "silence"
    TONE = "tone"
    MUSIC = "music"
    SPEECH = "speech"
