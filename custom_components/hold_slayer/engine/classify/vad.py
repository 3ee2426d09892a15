"""WebRTC's voice activity detector: one yes or no a 20 ms frame. It also says yes to much music; never trust it alone."""

import webrtcvad

from ..model.audio_frame import SAMPLE_RATE

DEFAULT_MODE = 2
"""0 lets most through, 3 least."""


class VoiceActivityDetector:
    """One detector a leg; it adapts to the line's noise."""

    def __init__(self, mode: int = DEFAULT_MODE) -> None:
        self._vad = webrtcvad.Vad(mode)

    def is_speech(self, pcm: bytes) -> bool:
        """Tell whether 20 ms of 8 kHz 16-bit PCM sound like a voice."""
        return bool(self._vad.is_speech(pcm, SAMPLE_RATE))
