"""G.711 as the media session needs it (ITU-T G.711, RFC 3551 section 4.5.14). Tables are aiortp's; no other codec yet."""

from aiortp.codecs import Codec as RtpCodec, get_codec

from ..model.audio_frame import FRAME_SAMPLES
from ..model.media_description import STATIC_PAYLOAD_TYPES, Codec

SILENCE = {Codec.PCMU: b"\xff" * FRAME_SAMPLES, Codec.PCMA: b"\xd5" * FRAME_SAMPLES}
"""One encoded frame of digital silence."""


def rtp_codec(codec: Codec) -> RtpCodec:
    """Encoder and decoder between 16-bit PCM and the wire."""
    return get_codec(STATIC_PAYLOAD_TYPES[codec])
