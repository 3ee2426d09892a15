"""How well the company's line transports sound, as RTP and RTCP tell it (RFC 3550 section 6.4)."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class LineQuality:
    """Of one call so far."""

    loss_percent: float
    """Packets of theirs that never arrived, of all since the answer; 0 to 100."""
    jitter_ms: float
    """Interarrival jitter now (RFC 3550 section 6.4.1)."""
    round_trip_ms: float | None
    """From us to them and back, by their last report on us; None when they send none."""
    remote_loss_percent: float | None
    """Packets of ours that they missed, by their reports; None when they send none."""
