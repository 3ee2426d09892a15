"""What a browser's microphone hears in tests: beeps, as a file for Chromium."""

from pathlib import Path
import wave

import numpy as np

RATE = 48_000
BEEPS_HZ = 440.0


def beeps(path: Path, hertz: float = BEEPS_HZ) -> Path:
    """Write a second of it: a fifth of a second of tone, then a pause. Chromium plays it again and again."""
    t = np.arange(RATE) / RATE
    tone = np.sin(2 * np.pi * hertz * t) * (t % 1.0 < 0.2) * 20_000
    with wave.open(str(path), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(RATE)
        file.writeframes(tone.astype("<i2").tobytes())
    return path
