"""Power at exact frequencies (Goertzel 1958, here as one matrix product for many windows at once)."""

from collections.abc import Sequence

import numpy as np
from numpy.typing import NDArray

from ..model.audio_frame import SAMPLE_RATE
from .spectrum import WINDOW


class ToneBank:
    """Measures the power of fixed frequencies in 32 ms windows."""

    def __init__(self, frequencies: Sequence[float]) -> None:
        times = np.arange(WINDOW) / SAMPLE_RATE
        window = np.hanning(WINDOW)
        angle = 2 * np.pi * np.outer(times, np.asarray(frequencies))
        # a sine of amplitude a measures a^2 / 2, its mean square
        weights = np.concatenate([np.cos(angle), np.sin(angle)], axis=1) * window[:, None] * np.sqrt(2) / window.sum()
        self._weights = weights.astype(np.float32)
        self._count = len(frequencies)

    def power(self, windows: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the mean square of each tone: (windows, 256) in, (windows, frequencies) out."""
        parts = windows @ self._weights
        power: NDArray[np.float32] = parts[:, : self._count] ** 2 + parts[:, self._count :] ** 2
        return power
