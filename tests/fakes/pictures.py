"""Comparing pictures of the same thing, taken on different machines."""

from pathlib import Path

import numpy as np
from PIL import Image

_STEP = 40
"""Difference of a colour channel (of 255) that an eye would see; edges of letters are smoothed away before."""
_BLUR = 3
_MARGIN = 4
"""Pixels by which sizes may differ: fonts are not the same everywhere."""


def difference(one: Path, other: Path) -> float:
    """Share of the pixels that look different, 0 to 1; 1 where the sizes do not fit."""
    first, second = _pixels(one), _pixels(other)
    if any(abs(a - b) > _MARGIN for a, b in zip(first.shape[:2], second.shape[:2], strict=True)):
        return 1.0
    height, width = (min(a, b) for a, b in zip(first.shape[:2], second.shape[:2], strict=True))
    apart = np.abs(_smooth(first[:height, :width]) - _smooth(second[:height, :width])).max(axis=2)
    return float(np.mean(apart > _STEP))


def _pixels(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        return np.asarray(image.convert("RGB"), np.float64)


def _smooth(pixels: np.ndarray) -> np.ndarray:
    """Mean of each ``_BLUR`` by ``_BLUR`` pixels."""
    sums = np.cumsum(np.cumsum(np.pad(pixels, ((1, 0), (1, 0), (0, 0))), axis=0), axis=1)
    n = _BLUR
    return (sums[n:, n:] - sums[:-n, n:] - sums[n:, :-n] + sums[:-n, :-n]) / n**2
