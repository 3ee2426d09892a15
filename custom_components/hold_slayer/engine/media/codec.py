"""What turns frames into payloads and back: G.711 (ITU-T G.711, RFC 3551 section 4.5.14), and G.722 where it is there.

One encoded byte is one 8 kHz sample, with G.722 too.

``audioop`` (package audioop-lts) does the table work in C. aiortp's own A-law table is not used: its sign bit is the
wrong way round, so its audio has inverted polarity at every other implementation.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

import audioop

from ..model.audio_frame import FRAME_BYTES
from ..model.media_description import Codec
from . import g722

SILENCE = bytes(FRAME_BYTES)
"""One frame of digital silence."""


class Coder(Protocol):
    """Codes the audio of one session, packet after packet. PCM is signed 16-bit little-endian at 8 kHz."""

    @property
    def encode(self) -> Callable[[bytes], bytes]:
        """PCM of one frame to a payload."""
        ...

    @property
    def decode(self) -> Callable[[bytes], bytes]:
        """Payload of any length to PCM."""
        ...

    def silence(self) -> bytes:
        """The payload of one frame of silence."""
        ...


@dataclass(frozen=True, slots=True)
class G711:
    """One of the two laws. PCM is signed 16-bit little-endian at 8 kHz."""

    encode: Callable[[bytes], bytes]
    decode: Callable[[bytes], bytes]
    quiet: bytes
    """One encoded frame of silence."""

    def silence(self) -> bytes:
        """The payload of one frame of silence."""
        return self.quiet


G711_BY_CODEC = {
    Codec.PCMU: G711(
        encode=lambda pcm: audioop.lin2ulaw(pcm, 2),
        decode=lambda payload: audioop.ulaw2lin(payload, 2),
        quiet=audioop.lin2ulaw(SILENCE, 2),
    ),
    Codec.PCMA: G711(
        encode=lambda pcm: audioop.lin2alaw(pcm, 2),
        decode=lambda payload: audioop.alaw2lin(payload, 2),
        quiet=audioop.lin2alaw(SILENCE, 2),
    ),
}


def available_codecs() -> tuple[Codec, ...]:
    """What can be offered, the preferred first: the engine hears and speaks 8 kHz, so G.722 is for far ends that want it."""
    return tuple(codec for codec in Codec if codec in G711_BY_CODEC or g722.is_loaded())


def coder_of(codec: Codec) -> Coder:
    """A coder for one direction or both of one session; those of G.711 keep no state and are shared."""
    return g722.G722() if codec is Codec.G722 else G711_BY_CODEC[codec]


def peak(pcm: bytes) -> float:
    """Return the loudest sample of 16-bit PCM relative to full scale (0 to 1)."""
    return audioop.max(pcm, 2) / 32768.0


def whole_frames(pcm: bytes) -> list[bytes]:
    """Cut 16-bit PCM into frames; the last one is filled up with silence."""
    pcm = pcm[: len(pcm) & ~1]
    return [pcm[start : start + FRAME_BYTES].ljust(FRAME_BYTES, b"\0") for start in range(0, len(pcm), FRAME_BYTES)]
