"""Beeps in place of words: a representative and a user who beep at each other, so that it can be measured when each is heard."""

from collections.abc import Callable
import time

import numpy as np

from .g711 import Samples
from .rtp import RATE

PERIOD_S = 1.0
BEEP_S = 0.2
_LOUD = 6000
_LEAST = 250.0
"""Amplitude of a beep that is heard: the noise suppression of browsers takes most of a tone."""
_QUIET_S = 0.3
_NEAR_HZ = 40.0


def beep(hertz: float) -> Samples:
    """One beep and the pause after it."""
    t = np.arange(int(BEEP_S * RATE)) / RATE
    tone = np.sin(2 * np.pi * hertz * t) * _LOUD
    whole: Samples = np.concatenate([tone, np.zeros(int((PERIOD_S - BEEP_S) * RATE))]).astype(np.int16)
    return whole


class BeepEar:
    """Hears frames as they come; ``on_beep`` gets the wall clock of each beep as it is heard, and its pitch in hertz."""

    def __init__(self, hertz: float, on_beep: Callable[[float, float], None]) -> None:
        self._hertz = hertz
        self._on_beep = on_beep
        self._quiet_since = 0.0
        self._began: float | None = None
        self._sound: list[Samples] = []

    def hear(self, frame: Samples) -> None:
        """Take a frame that has just arrived."""
        now = time.time()
        if self._began is not None:
            self._sound.append(frame)
            if len(self._sound) >= 5:
                pitch = _pitch(np.concatenate(self._sound))
                if abs(pitch - self._hertz) < _NEAR_HZ:
                    self._on_beep(self._began, pitch)
                self._began, self._sound, self._quiet_since = None, [], now + _QUIET_S
            return
        loud = np.flatnonzero(np.abs(frame.astype(np.int32)) > _LEAST)
        if not len(loud):
            return
        if now - self._quiet_since > _QUIET_S and self._has_tone(frame):
            self._began = now + loud[0] / RATE
        self._quiet_since = now

    def _has_tone(self, frame: Samples) -> bool:
        t = np.arange(len(frame)) / RATE
        return bool(abs(np.sum(frame * np.exp(-2j * np.pi * self._hertz * t))) * 2 / len(frame) > _LEAST / 2)


def _pitch(sound: Samples) -> float:
    """The loudest frequency in hertz."""
    spectrum = np.abs(np.fft.rfft(sound * np.hanning(len(sound)), 4 * RATE))
    return float(np.argmax(spectrum)) / 4
