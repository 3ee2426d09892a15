"""How a call ended, in one sentence for the user (English; front ends translate by the outcome's name)."""

from ..model.phase import LegFailure, Outcome

SENTENCES = {
    Outcome.CONNECTED: "You were put through.",
    Outcome.USER_UNREACHABLE: "A person was on the line, but none of your phones answered.",
    Outcome.HUNG_UP: "You ended the call.",
    Outcome.REMOTE_HUNG_UP: "The company ended the call.",
    Outcome.BUSY: "The line is busy.",
    Outcome.NO_ANSWER: "Nobody answered the call.",
    Outcome.NOT_FOUND: "The number does not exist.",
    Outcome.DECLINED: "The call was declined.",
    Outcome.UNAVAILABLE: "The provider or the company cannot take the call right now.",
    Outcome.AUTH_FAILED: "The provider refused the account.",
    Outcome.TRUNK_UNREACHABLE: "The provider's server does not answer.",
    Outcome.CLOSED: "The company is closed.",
    Outcome.HOLIDAY: "The company is closed for a holiday.",
    Outcome.QUEUE_FULL: "All lines of the company are busy, and it lets nobody wait.",
    Outcome.SELF_SERVICE: "The line offers no way to a person.",
    Outcome.CALLBACK_PROMISED: "The company has promised to call back.",
    Outcome.VOICEMAIL: "Only voicemail answered.",
    Outcome.MESSAGE_LEFT: "Only voicemail answered; your message was left on it.",
    Outcome.NUMBER_CHANGED: "The company's number has changed.",
    Outcome.NO_ROUTE: "No way through the menu was found.",
    Outcome.NO_SPEECH: "Nothing that could be understood was heard on the line.",
    Outcome.HOLD_TIMEOUT: "The wait on hold was longer than allowed.",
    Outcome.CALL_TIMEOUT: "The call was longer than allowed.",
    Outcome.REFUSED: "The call was not placed.",
    Outcome.INTERRUPTED: "The call was interrupted because Home Assistant stopped.",
    Outcome.FAILED: "Hold Slayer made a mistake and ended the call.",
}


FAILURES: dict[LegFailure, tuple[Outcome, str]] = {
    LegFailure.BUSY: (Outcome.BUSY, ""),
    LegFailure.NO_ANSWER: (Outcome.NO_ANSWER, ""),
    LegFailure.NOT_FOUND: (Outcome.NOT_FOUND, ""),
    LegFailure.DECLINED: (Outcome.DECLINED, ""),
    LegFailure.UNAVAILABLE: (Outcome.UNAVAILABLE, ""),
    LegFailure.AUTH_FAILED: (Outcome.AUTH_FAILED, "Its user name or password is wrong."),
    LegFailure.FORBIDDEN: (Outcome.AUTH_FAILED, "It may not place this call."),
    LegFailure.UNREACHABLE: (Outcome.TRUNK_UNREACHABLE, ""),
    LegFailure.NOT_ACCEPTABLE: (Outcome.UNAVAILABLE, "There is no audio format that both sides know."),
    LegFailure.CANCELLED: (Outcome.UNAVAILABLE, "It was cancelled on its way."),
    LegFailure.NO_ADDRESS: (Outcome.UNAVAILABLE, "Nobody knows where it is."),
    LegFailure.REFUSED: (Outcome.REFUSED, ""),
}
"""Outcome of a leg to the company that never came up, and its sentence where the outcome's own says too little."""

GIVE_UPS = {
    "closed": Outcome.CLOSED,
    "holiday": Outcome.HOLIDAY,
    "queue_full": Outcome.QUEUE_FULL,
    "self_service": Outcome.SELF_SERVICE,
    "no_service": Outcome.SELF_SERVICE,
    "voicemail": Outcome.VOICEMAIL,
    "number_changed": Outcome.NUMBER_CHANGED,
    "wrong_number": Outcome.NOT_FOUND,
}
"""Reasons of the navigator; all others mean that there is no route."""

TONE_ENDS = {
    "busy": (Outcome.REMOTE_HUNG_UP, "The line went to a busy tone."),
    "congestion": (Outcome.UNAVAILABLE, "All lines of the network were busy."),
    "sit": (Outcome.REMOTE_HUNG_UP, "The exchange announced that the call cannot be completed."),
    "sit:intercept": (Outcome.NOT_FOUND, "The number is no longer in service."),
    "sit:vacant": (Outcome.NOT_FOUND, "The number is not in service."),
    "sit:reorder": (Outcome.UNAVAILABLE, "The exchange could not complete the call."),
    "sit:no_circuit": (Outcome.UNAVAILABLE, "All lines of the network were busy."),
}
"""Tones after which nobody comes: how the call ends, and the note."""


def tone_end(name: str, *, is_answered: bool = True) -> tuple[Outcome, str]:
    """How a call ends after this tone. Before the answer a busy tone means that the number is busy."""
    if name == "busy" and not is_answered:
        return Outcome.BUSY, ""
    outcome, note = TONE_ENDS[name]
    return (outcome if is_answered or outcome is not Outcome.REMOTE_HUNG_UP else Outcome.UNAVAILABLE), note


_TONE_TELLS_MORE = frozenset(
    {LegFailure.UNAVAILABLE, LegFailure.DECLINED, LegFailure.NO_ANSWER, LegFailure.CANCELLED, LegFailure.BUSY}
)


def failure_end(failure: LegFailure, end_tone: str) -> tuple[Outcome, str]:
    """How a call ends whose leg never came up: a tone heard before tells more than a provider's general refusal."""
    if end_tone and failure in _TONE_TELLS_MORE:
        return tone_end(end_tone, is_answered=False)
    return FAILURES[failure]


_BY_PROMISE = frozenset(
    {
        Outcome.REMOTE_HUNG_UP,
        Outcome.CLOSED,
        Outcome.HOLIDAY,
        Outcome.QUEUE_FULL,
        Outcome.SELF_SERVICE,
        Outcome.NO_ROUTE,
        Outcome.NO_SPEECH,
        Outcome.HOLD_TIMEOUT,
        Outcome.CALL_TIMEOUT,
    }
)
"""Ends that are no failure once the company has promised to call back."""


def promised_end(outcome: Outcome) -> Outcome:
    """How a call ends in which a callback was accepted."""
    return Outcome.CALLBACK_PROMISED if outcome in _BY_PROMISE else outcome


_DEAF = "Speech to text did not work, so nothing on the line could be understood."
_BY_WORDS = frozenset({Outcome.NO_ROUTE, Outcome.NO_SPEECH, Outcome.HOLD_TIMEOUT, Outcome.REMOTE_HUNG_UP})


def sentence(outcome: Outcome, note: str = "", *, is_deaf: bool = False) -> str:
    """The sentence for the user; ``note``, what was learnt on the line, stands behind it.

    ``is_deaf``: not one word of the call was understood because speech to text failed.
    """
    parts = [SENTENCES[outcome], note, _DEAF if is_deaf and outcome in _BY_WORDS else ""]
    return " ".join(part for part in parts if part)
