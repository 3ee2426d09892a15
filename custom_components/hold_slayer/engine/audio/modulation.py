"""How the level moves: the syllable rhythm of speech is near 4 Hz (Scheirer and Slaney, ICASSP 1997)."""

from functools import lru_cache

import numpy as np
from numpy.typing import NDArray

from .spectrum import HOP_S

_SLOWEST_HZ = 2.0
_FASTEST_HZ = 8.0


@lru_cache(maxsize=8)
def _weights(size: int) -> tuple[NDArray[np.floating], NDArray[np.bool_]]:
    """Window over the level, and which bins of its spectrum are syllables."""
    hz = np.arange(size // 2 + 1) / (size * HOP_S)
    return np.hanning(size), (hz >= _SLOWEST_HZ) & (hz <= _FASTEST_HZ)


def syllable_share(levels_db: NDArray[np.float32]) -> float:
    """Share (0..1) of the level's movement that lies between 2 and 8 Hz; ``levels_db`` one value each 10 ms, at least 1 s."""
    size = levels_db.size
    window, syllables = _weights(size)
    spectrum = np.fft.rfft((levels_db - np.add.reduce(levels_db) / size) * window)
    power = spectrum.real**2 + spectrum.imag**2
    return float(np.add.reduce(power[syllables]) / (np.add.reduce(power[1:]) + 1e-3 * size))


def low_energy_share(power: NDArray[np.float32]) -> float:
    """Share of hops with less than half of the mean ``power``: high for speech, low for music."""
    return float(np.count_nonzero(power < 0.5 * np.add.reduce(power) / power.size) / power.size)
