"""What was asked of the language model, and what came of it."""

from dataclasses import dataclass
from enum import StrEnum


class ModelFault(StrEnum):
    """Why there is no answer."""

    ABSENT = "absent"
    """No language model is set up."""
    LATE = "late"
    """Not in time."""
    GONE = "gone"
    """Not reached, cut off, or out of order: the next request may do better."""
    BUSY = "busy"
    """Too many requests (RFC 6585, section 4): later."""
    NONSENSE = "nonsense"
    """It answered, but with nothing that can be read."""
    HOPELESS = "hopeless"
    """The next request would fare the same: a wrong key, address or model."""

    @property
    def may_pass(self) -> bool:
        """True when it is worth asking again."""
        return self in (ModelFault.GONE, ModelFault.BUSY, ModelFault.NONSENSE)


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Figures of one call, or of many added up. Questions that are in none of the other counts were overtaken by the call."""

    calls: int = 0
    """Questions that went out: at most one about an utterance, whatever was needed to get an answer."""
    used: int = 0
    """Answers that were followed."""
    refused: int = 0
    """Answers that were not allowed or not understood, so that the rules decided."""
    failures: int = 0
    """The model was gone, refused or answered nonsense."""
    timeouts: int = 0
    """No answer in time."""
    tokens: int | None = None
    """Of questions and answers together; None where the endpoint told nothing."""
    retries: int = 0
    """Second attempts, after a failure or an answer that was refused; they are no questions of their own."""

    def __add__(self, other: ModelUse) -> ModelUse:
        told = [use.tokens for use in (self, other) if use.tokens is not None]
        return ModelUse(
            self.calls + other.calls,
            self.used + other.used,
            self.refused + other.refused,
            self.failures + other.failures,
            self.timeouts + other.timeouts,
            sum(told) if told else None,
            self.retries + other.retries,
        )
