"""A call that was placed, as far as limits care."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class PastCall:
    """Times are seconds since the epoch; ``ended_at`` is None while it runs."""

    call_id: str
    number: str
    """As dialled (for comparison; never logged)."""
    started_at: float
    ended_at: float | None
