"""Figures of one media session."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class MediaStats:
    """Counts since `MediaSession.bind`; packets unless said otherwise."""

    packets_received: int
    """Accepted packets: audio, events and comfort noise."""
    packets_sent: int
    lost: int
    """Never arrived, by sequence numbers."""
    late: int
    duplicates: int
    frames: int
    """20 ms frames handed to ``on_frame``."""
    concealed_frames: int
    dropped_source: int
    """From somebody else than the far end."""
    dropped_payload_type: int
    dropped_malformed: int
    dropped_not_authentic: int
    """Encrypted packets with a wrong key, changed on the way, or sent twice."""
    is_encrypted: bool
    source_changes: int
    bridge_dropped: int
    """Frames of the bridged leg that came faster than they could be sent."""
    playout_delay_ms: float
    """Audio that waits to be played, now."""
    jitter_ms: float
    """Interarrival jitter (RFC 3550 section 6.4.1)."""
    last_received_age_s: float | None
    """Seconds since the last accepted packet; None before the first."""
    remote_lost: int | None
    """Packets of ours that the far end missed, by its RTCP reports; None without any."""
    round_trip_ms: float | None
    """To the far end and back, by its RTCP reports (RFC 3550 section 6.4.1); None without any."""
