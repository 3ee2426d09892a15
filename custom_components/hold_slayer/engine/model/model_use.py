"""What was asked of the language model, and what came of it."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class ModelUse:
    """Figures of one call, or of many added up. Questions that are in none of the other counts were overtaken by the call."""

    calls: int = 0
    """Questions that went out."""
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

    def __add__(self, other: ModelUse) -> ModelUse:
        told = [use.tokens for use in (self, other) if use.tokens is not None]
        return ModelUse(
            self.calls + other.calls,
            self.used + other.used,
            self.refused + other.refused,
            self.failures + other.failures,
            self.timeouts + other.timeouts,
            sum(told) if told else None,
        )
