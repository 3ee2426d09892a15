"""What two media sessions agree on, free of SDP: the border between ``sip`` (which speaks SDP) and ``media`` (RTP)."""

from dataclasses import dataclass, field
from enum import StrEnum


class Codec(StrEnum):
    """Codecs by their RTP encoding name (RFC 3551 section 6)."""

    PCMU = "PCMU"
    PCMA = "PCMA"
    G722 = "G722"
    """Where PyAV is there; its RTP clock counts 8000 a second like the others' (RFC 3551 section 4.5.2)."""


STATIC_PAYLOAD_TYPES = {Codec.PCMU: 0, Codec.PCMA: 8, Codec.G722: 9}
DTMF_PAYLOAD_TYPE = 101
"""Payload type this side offers for telephone events (RFC 4733)."""


class Direction(StrEnum):
    """Media direction as seen from this side (RFC 3264 section 5.1)."""

    SENDRECV = "sendrecv"
    SENDONLY = "sendonly"
    RECVONLY = "recvonly"
    INACTIVE = "inactive"


class DtmfMode(StrEnum):
    """How keys are sent."""

    AUTO = "auto"
    """Telephone events where the far end takes them, tones in the audio elsewhere."""
    RFC4733 = "rfc4733"
    """Telephone events even if the far end does not say that it takes them."""
    INFO = "info"
    """SIP INFO."""
    INBAND = "inband"
    """Tones in the audio."""


class SrtpMode(StrEnum):
    """Whether the audio is encrypted."""

    OFF = "off"
    OPTIONAL = "optional"
    """Where the far end takes it: offered in a way that others ignore."""
    REQUIRED = "required"
    """Or no call at all."""


class SrtpSuite(StrEnum):
    """Crypto suites by their names in SDP (RFC 4568 section 6.2)."""

    AES_CM_128_HMAC_SHA1_80 = "AES_CM_128_HMAC_SHA1_80"
    AES_CM_128_HMAC_SHA1_32 = "AES_CM_128_HMAC_SHA1_32"


KEY_BYTES = 30
"""Master key of 16 and master salt of 14 bytes, one after the other (RFC 4568 section 6.1)."""


@dataclass(frozen=True, slots=True)
class SrtpKey:
    """A key of ours for one suite."""

    suite: SrtpSuite
    key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class SrtpAgreement:
    """What both sides encrypt with."""

    suite: SrtpSuite
    local_key: bytes = field(repr=False)
    remote_key: bytes = field(repr=False)


@dataclass(frozen=True, slots=True)
class MediaOffer:
    """The local end of a media session, bound and ready to receive: goes into the SDP offer or answer."""

    address: str
    """IP address to advertise."""
    port: int
    codecs: tuple[Codec, ...] = (Codec.PCMU, Codec.PCMA)
    dtmf_payload_type: int = DTMF_PAYLOAD_TYPE
    ptime_ms: int = 20
    srtp: SrtpMode = SrtpMode.OFF
    srtp_keys: tuple[SrtpKey, ...] = ()
    """One a suite, the preferred first; empty with ``srtp`` off."""


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
    srtp: SrtpAgreement | None = None
    """None: the audio is not encrypted."""
