"""Band-limited change of the sample rate: polyphase windowed sinc (Crochiere and Rabiner, Multirate DSP, 1983, section 4.3).

Whole pieces of audio at a time; the filter's delay is taken out, so a sample stays at its time. Not done: streaming.
"""

from functools import lru_cache
from math import gcd

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

_ZERO_CROSSINGS = 32
"""Half the filter's length in periods of the lower rate: the transition band is about a tenth of its bandwidth."""
_PASS = 0.94
"""Cut-off relative to the lower of the two Nyquist frequencies."""
_KAISER_BETA = 9.0
"""About 90 dB of stop band."""


def resample(samples: NDArray[np.float32], rate_in: int, rate_out: int) -> NDArray[np.float32]:
    """Return mono ``samples`` (any scale) taken ``rate_out`` times a second instead of ``rate_in``.

    The result has ``ceil(len * rate_out / rate_in)`` samples; beyond both ends silence is assumed.

    Raises:
        ValueError: a rate is not positive.
    """
    if rate_in <= 0 or rate_out <= 0:
        raise ValueError("sample rates are positive")
    source = np.asarray(samples, dtype=np.float32)
    if rate_in == rate_out or not len(source):
        return source.copy()
    divisor = gcd(rate_in, rate_out)
    up, down = rate_out // divisor, rate_in // divisor
    phases = _phases(up, down)
    taps = phases.shape[1]
    length = -(-len(source) * up // down)
    padded = np.concatenate([np.zeros(taps // 2 - 1, np.float32), source, np.zeros(taps + down, np.float32)])
    windows = sliding_window_view(padded, taps)
    out = np.empty(length, np.float32)
    for first in range(min(up, length)):
        position = first * down
        count = -(-(length - first) // up)
        start = position // up
        out[first::up] = windows[start : start + (count - 1) * down + 1 : down] @ phases[position % up]
    return out


@lru_cache(maxsize=16)
def _phases(up: int, down: int) -> NDArray[np.float32]:
    """Return the interpolation filters by fractional position: shape (up, taps), taps even.

    Row p weighs the input samples around a point p/up after an input sample; that sample has index taps/2 - 1 of the window.
    """
    scale = min(1.0, up / down) * _PASS
    half = int(np.ceil(_ZERO_CROSSINGS / scale))
    offsets = np.arange(-half + 1, half + 1)[None, :] - np.arange(up)[:, None] / up
    window = np.i0(_KAISER_BETA * np.sqrt(np.maximum(0.0, 1.0 - (offsets / half) ** 2))) / np.i0(_KAISER_BETA)
    phases = scale * np.sinc(scale * offsets) * window
    phases /= phases.sum(axis=1, keepdims=True)
    return phases.astype(np.float32)
