"""How the level moves: the syllable rhythm of speech is near 4 Hz (Scheirer and Slaney, ICASSP 1997)."""

import numpy as np
from numpy.typing import NDArray

from .spectrum import HOP_S

_SLOWEST_HZ = 2.0
_FASTEST_HZ = 8.0


def syllable_share(levels_db: NDArray[np.float32]) -> float:
    """Share (0..1) of the level's movement that lies between 2 and 8 Hz; ``levels_db`` one value each 10 ms, at least 1 s."""
    movement = levels_db - levels_db.mean()
    power = np.abs(np.fft.rfft(movement * np.hanning(movement.size))) ** 2
    hz = np.arange(power.size) / (movement.size * HOP_S)
    inside = power[(hz >= _SLOWEST_HZ) & (hz <= _FASTEST_HZ)].sum()
    return float(inside / (power[1:].sum() + 1e-3 * movement.size))


def low_energy_share(levels_db: NDArray[np.float32]) -> float:
    """Share of hops with less than half of the mean power: high for speech, low for music."""
    power = 10.0 ** (levels_db / 10.0)
    return float((power < 0.5 * power.mean()).mean())
