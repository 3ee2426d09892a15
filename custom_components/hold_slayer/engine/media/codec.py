"""G.711 for the wire (ITU-T G.711, RFC 3551 section 4.5.14): one encoded byte is one 8 kHz sample.

``audioop`` (package audioop-lts) does the table work in C. aiortp's own A-law table is not used: its sign bit is the
wrong way round, so its audio has inverted polarity at every other implementation.
"""

from collections.abc import Callable
from dataclasses import dataclass

import audioop

from ..model.audio_frame import FRAME_BYTES
from ..model.media_description import Codec

SILENCE = bytes(FRAME_BYTES)
"""One frame of digital silence."""


@dataclass(frozen=True, slots=True)
class G711:
    """One of the two laws. PCM is signed 16-bit little-endian at 8 kHz."""

    encode: Callable[[bytes], bytes]
    decode: Callable[[bytes], bytes]
    silence: bytes
    """One encoded frame of silence."""


G711_BY_CODEC = {
    Codec.PCMU: G711(
        encode=lambda pcm: audioop.lin2ulaw(pcm, 2),
        decode=lambda payload: audioop.ulaw2lin(payload, 2),
        silence=audioop.lin2ulaw(SILENCE, 2),
    ),
    Codec.PCMA: G711(
        encode=lambda pcm: audioop.lin2alaw(pcm, 2),
        decode=lambda payload: audioop.alaw2lin(payload, 2),
        silence=audioop.lin2alaw(SILENCE, 2),
    ),
}


def peak(pcm: bytes) -> float:
    """Return the loudest sample of 16-bit PCM relative to full scale (0 to 1)."""
    return audioop.max(pcm, 2) / 32768.0


def whole_frames(pcm: bytes) -> list[bytes]:
    """Cut 16-bit PCM into frames; the last one is filled up with silence."""
    pcm = pcm[: len(pcm) & ~1]
    return [pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for start in range(0, len(pcm), FRAME_BYTES)]
