"""G.711 bytes to samples for recorded files (ITU-T G.711 tables 1a and 2a). Live calls decode in ``media``.

Not done: encoding.
"""

import numpy as np
from numpy.typing import NDArray


def _mu_law_table() -> NDArray[np.int16]:
    code = ~np.arange(256, dtype=np.uint8)
    exponent = (code >> 4 & 7).astype(np.int32)
    mantissa = (code & 15).astype(np.int32)
    magnitude = (((mantissa << 3) + 0x84) << exponent) - 0x84
    return np.where(code & 0x80, -magnitude, magnitude).astype(np.int16)


def _a_law_table() -> NDArray[np.int16]:
    code = np.arange(256, dtype=np.uint8) ^ 0x55
    exponent = (code >> 4 & 7).astype(np.int32)
    mantissa = (code & 15).astype(np.int32)
    linear = (mantissa << 4) + 8
    magnitude = np.where(exponent == 0, linear, (linear + 0x100) << np.maximum(exponent - 1, 0))
    return np.where(code & 0x80, magnitude, -magnitude).astype(np.int16)


_MU_LAW = _mu_law_table()
_A_LAW = _a_law_table()


def decode_mu_law(data: bytes) -> NDArray[np.int16]:
    """Return one 16-bit sample a byte of mu-law (PCMU)."""
    return _MU_LAW[np.frombuffer(data, dtype=np.uint8)]


def decode_a_law(data: bytes) -> NDArray[np.int16]:
    """Return one 16-bit sample a byte of A-law (PCMA)."""
    return _A_LAW[np.frombuffer(data, dtype=np.uint8)]
