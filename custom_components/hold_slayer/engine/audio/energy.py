"""Level of audio in dB relative to full scale (0 dB: a square wave at the rails), and its slow peak."""

import numpy as np
from numpy.typing import NDArray

FLOOR_DB = -90.0
"""Level of digital silence."""

_EPSILON = 1e-9


def to_float(pcm: bytes) -> NDArray[np.float32]:
    """Return signed 16-bit little-endian PCM as float32 in -1..1."""
    return np.frombuffer(pcm, "<i2").astype(np.float32) * np.float32(1 / 32768)


def level_db(mean_square: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return dB relative to full scale of mean squares of -1..1 samples, not below `FLOOR_DB`."""
    level: NDArray[np.float32] = 10.0 * np.log10(np.asarray(mean_square, np.float32) + np.float32(_EPSILON))
    return level


class SlowPeak:
    """The call's loudness: follows up at once (over 50 ms) and forgets slowly, so that levels become comparable."""

    def __init__(self, *, start_db: float = -45.0, fall_db_s: float = 0.25, lowest_db: float = -50.0) -> None:
        self.db = start_db
        self._fall_db_s = fall_db_s
        self._lowest_db = lowest_db

    def update(self, levels: NDArray[np.float32], seconds: float) -> float:
        """Take the levels of the last ``seconds`` (dB, any number) and return the peak in dB."""
        loud = float(np.sort(levels)[-max(1, levels.size // 2)])  # half of the block was at least that loud
        self.db = max(self._lowest_db, self.db - self._fall_db_s * seconds, loud)
        return self.db
