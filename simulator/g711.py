"""G.711 for the simulator: expansion by the formulas of ITU-T G.711, compression by table search."""

import numpy as np
from numpy.typing import NDArray

Samples = NDArray[np.int16]


def _expand_mu() -> Samples:
    code = ~np.arange(256, dtype=np.uint8)
    exponent = (code >> 4) & 7
    mantissa = (code & 0x0F).astype(np.int32)
    magnitude = ((mantissa << 3) + 0x84 << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _expand_a() -> Samples:
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent = ((code >> 4) & 7).astype(np.int32)
    mantissa = (code & 0x0F).astype(np.int32)
    magnitude = np.where(exponent == 0, (mantissa << 4) + 8, ((mantissa << 4) + 0x108) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


def _nearest(values: Samples) -> NDArray[np.uint8]:
    """Code of the nearest value for each of the 65,536 samples."""
    order = np.argsort(values, kind="stable")
    levels = values[order].astype(np.int32)
    samples = np.arange(-32768, 32768)
    above = np.clip(np.searchsorted(levels, samples), 1, 255)
    is_lower = samples - levels[above - 1] <= levels[above] - samples
    codes: NDArray[np.uint8] = order[np.where(is_lower, above - 1, above)].astype(np.uint8)
    return codes


_EXPAND = {0: _expand_mu(), 8: _expand_a()}
_COMPRESS = {payload_type: _nearest(values) for payload_type, values in _EXPAND.items()}
_COMPRESS[0][32768] = 0xFF  # mu-law has two zeros; the positive one is the standard's


def decode(payload: bytes, payload_type: int) -> Samples:
    """Samples of a G.711 payload (payload type 0: mu-law, 8: A-law)."""
    return _EXPAND[payload_type][np.frombuffer(payload, np.uint8)]


def encode(samples: Samples, payload_type: int) -> bytes:
    """G.711 payload of samples."""
    return _COMPRESS[payload_type][samples.astype(np.int32) + 32768].tobytes()
