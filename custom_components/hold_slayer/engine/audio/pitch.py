"""Pitch by autocorrelation, corrected for the window (Boersma 1993, section 2), one value each 20 ms."""

from dataclasses import dataclass
from typing import Self

import numpy as np
from numpy.typing import NDArray

from ..model.audio_frame import SAMPLE_RATE
from .spectrum import PITCH_WINDOW

_FFT = 512
"""Holds a window and the longest lag without wrapping around."""
_LOWEST_HZ = 75.0
_HIGHEST_HZ = 420.0
_SHORTEST = int(SAMPLE_RATE / _HIGHEST_HZ)
_LONGEST = int(SAMPLE_RATE / _LOWEST_HZ)
_VOICED = 0.55
_STABLE = 0.006
"""Relative change in 20 ms up to which a note is held."""
_GLIDE = 0.09

_HANN = np.hanning(PITCH_WINDOW).astype(np.float32)
_WINDOW_CORRELATION = np.fft.irfft(np.abs(np.fft.rfft(_HANN, _FFT)) ** 2)[: _LONGEST + 2]
_WINDOW_CORRELATION = (_WINDOW_CORRELATION / _WINDOW_CORRELATION[0]).astype(np.float32)
_SHORT_BIAS = np.linspace(0.0, 0.08, _LONGEST + 1 - _SHORTEST, dtype=np.float32)
"""A small bias to short lags keeps the octave below from winning."""


@dataclass(frozen=True, slots=True)
class PitchBlock:
    """Pitch of one block; first axis: its 5 windows."""

    strength: NDArray[np.float32]
    """(5,) normalised autocorrelation at the pitch, 0 to about 1."""
    hz: NDArray[np.float32]
    """(5,) pitch in Hz, 0 where unvoiced."""
    voiced: NDArray[np.float32]
    """(5,) 1 where voiced."""
    held: NDArray[np.float32]
    """(5,) 1 where voiced and the pitch stands still since the window before (a held note)."""
    gliding: NDArray[np.float32]
    """(5,) 1 where voiced and the pitch moves a little (speech, vibrato)."""

    @classmethod
    def nothing(cls) -> Self:
        """Return a block without any voice."""
        return cls(*(np.zeros(5, np.float32) for _ in range(5)))


class PitchTracker:
    """Pitch a window, and how it moves from one window to the next."""

    def __init__(self) -> None:
        self._last_hz = 0.0

    def track(self, windows: NDArray[np.float32]) -> PitchBlock:
        """Return the pitch of (5, 400) samples."""
        centred = (windows - np.add.reduce(windows, axis=1, keepdims=True) / PITCH_WINDOW) * _HANN
        spectrum = np.fft.rfft(centred, _FFT, axis=1)
        correlation = np.fft.irfft(spectrum.real**2 + spectrum.imag**2, axis=1)[:, : _LONGEST + 2]
        energy = correlation[:, :1]
        normal = correlation / (energy + 1e-7) / _WINDOW_CORRELATION
        search = normal[:, _SHORTEST : _LONGEST + 1]
        best = np.argmax(search - _SHORT_BIAS, axis=1) + _SHORTEST
        rows = np.arange(len(best))
        strength = normal[rows, best]
        left, right = normal[rows, best - 1], normal[rows, best + 1]
        bend = left - 2 * strength + right
        with np.errstate(divide="ignore", invalid="ignore"):
            shift = np.where(bend < -1e-6, 0.5 * (left - right) / bend, 0.0)
        voiced = strength > _VOICED
        hz = np.where(voiced, SAMPLE_RATE / (best + np.clip(shift, -0.5, 0.5)), 0.0)
        before = np.concatenate([[self._last_hz], hz[:-1]])
        self._last_hz = float(hz[-1])
        both = voiced & (before > 0)
        change = np.abs(hz - before) / np.maximum(before, 1.0)
        return PitchBlock(
            strength=np.clip(strength, 0.0, 1.0).astype(np.float32),
            hz=hz.astype(np.float32),
            voiced=voiced.astype(np.float32),
            held=(both & (change <= _STABLE)).astype(np.float32),
            gliding=(both & (change > _STABLE) & (change < _GLIDE)).astype(np.float32),
        )
