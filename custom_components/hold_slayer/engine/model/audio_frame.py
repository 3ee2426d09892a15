"""One packet time of telephone audio, and the units every part of the engine agrees on."""

from dataclasses import dataclass

SAMPLE_RATE = 8000
"""Samples a second of all audio inside the engine (telephone band)."""

FRAME_MS = 20
"""Length of one frame in milliseconds."""

FRAME_SAMPLES = SAMPLE_RATE * FRAME_MS // 1000
"""Samples in one frame: 160."""

FRAME_BYTES = FRAME_SAMPLES * 2
"""Bytes in one frame of signed 16-bit little-endian PCM: 320."""

FRAME_S = FRAME_MS / 1000
"""Length of one frame in seconds."""


@dataclass(frozen=True, slots=True)
class AudioFrame:
    """20 ms of received mono audio.

    ``index`` counts frames of the leg from 0 without gaps: audio time is the clock of everything heard, so a pause of the
    sender is filled with silence by the media session and never skipped.
    """

    pcm: bytes
    """Signed 16-bit little-endian mono at 8 kHz, exactly ``FRAME_BYTES`` long."""
    index: int
    is_concealed: bool = False
    """True when the frame was made up because packets were missing."""

    @property
    def start_s(self) -> float:
        """Audio time of the first sample in seconds."""
        return self.index * FRAME_S

    @property
    def end_s(self) -> float:
        """Audio time just after the last sample in seconds: when the frame's content can be known."""
        return (self.index + 1) * FRAME_S
