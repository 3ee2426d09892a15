"""What two media sessions agree on, free of SDP: the border between ``sip`` (which speaks SDP) and ``media`` (RTP)."""

from dataclasses import dataclass
from enum import StrEnum


class Codec(StrEnum):
    """Codecs by their RTP encoding name (RFC 3551 section 6)."""

    PCMU = "PCMU"
    PCMA = "PCMA"


STATIC_PAYLOAD_TYPES = {Codec.PCMU: 0, Codec.PCMA: 8}
DTMF_PAYLOAD_TYPE = 101
"""Payload type this side offers for telephone events (RFC 4733)."""


class Direction(StrEnum):
    """Media direction as seen from this side (RFC 3264 section 5.1)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"


@dataclass(frozen=True, slots=True)
class MediaOffer:
    """The local end of a media session, bound and ready to receive: goes into the SDP offer or answer."""

    address: str
    """IP address to advertise."""
    port: int
    codecs: tuple[Codec, ...] = (Codec.PCMU, Codec.PCMA)
    dtmf_payload_type: int = DTMF_PAYLOAD_TYPE
    ptime_ms: int = 20


@dataclass(frozen=True, slots=True)
class MediaAnswer:
    """The far end of a media session and what was agreed with it."""

    address: str
    port: int
    codec: Codec
    payload_type: int
    dtmf_payload_type: int | None
    """Payload type to *send* telephone events with; None: the far end has not agreed to them."""
    ptime_ms: int = 20
    direction: Direction = Direction.SENDRECV
