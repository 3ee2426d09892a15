"""DTMF digits inside the audio (ITU-T Q.23, Q.24): frequency, twist, purity and duration are checked."""

import numpy as np
from numpy.typing import NDArray

from .goertzel import ToneBank
from .spectrum import HOPS, SpectrumBlock

_LOW = (697.0, 770.0, 852.0, 941.0)
_HIGH = (1209.0, 1336.0, 1477.0, 1633.0)
_KEYS = ("123A", "456B", "789C", "*0#D")

_LOWEST_POWER = 10 ** (-45 / 10)
_PURITY = 0.80
"""Share of the whole power in the two tones."""
_TWIST = 10 ** (8 / 10)
"""The high group may be up to 8 dB weaker; up to 4 dB stronger (Q.24)."""
_REVERSE_TWIST = 10 ** (4 / 10)
_SECOND_BEST = 10 ** (6 / 10)
"""The next tone of the same group is at least 6 dB weaker."""
_HOPS_ON = 3
"""Windows of 32 ms, 10 ms apart, that must agree: about 40 ms of tone."""
_HOPS_OFF = 3
_TOP_SHARE = 0.7
"""Two tones have at least this share of the power in six bins; where no window has, nothing is measured."""


class DtmfDetector:
    """Finds each digit once, when it has lasted about 40 ms."""

    def __init__(self) -> None:
        self._bank = ToneBank((*_LOW, *_HIGH))
        self._last = ""
        self._run = 0
        self._quiet = _HOPS_OFF
        self._is_down = False

    def detect(self, block: SpectrumBlock) -> list[str]:
        """Return the digits that became certain in this block."""
        if float(block.top_share.max()) < _TOP_SHARE:
            self._pass_time()
            return []
        total = np.einsum("ij,ij->i", block.windows, block.windows) / block.windows.shape[1]
        if float(total.max()) < _LOWEST_POWER:
            keys = [""] * HOPS
        else:
            keys = self._keys(self._bank.power(block.windows), total)
        return [digit for key in keys if (digit := self._step(key))]

    @staticmethod
    def _keys(power: NDArray[np.float32], total: NDArray[np.float32]) -> list[str]:
        """Name the key that each window holds, or the empty string."""
        ordered = np.sort(power.reshape(len(power), 2, 4), axis=2)
        best, second = ordered[:, :, 3], ordered[:, :, 2]
        low, high = best[:, 0], best[:, 1]
        good = (
            # the window's ends weigh little in `power` but fully in `total`, so a digit's first windows fail on purpose
            (low + high > _PURITY * total)
            & (total > _LOWEST_POWER)
            & (high < low * _REVERSE_TWIST)
            & (low < high * _TWIST)
            & (best > second * _SECOND_BEST).all(axis=1)
        )
        rows, columns = power[:, :4].argmax(axis=1), power[:, 4:].argmax(axis=1)
        return [_KEYS[row][column] if ok else "" for ok, row, column in zip(good, rows, columns, strict=True)]

    def _pass_time(self) -> None:
        """Nothing like a key in the whole block."""
        self._last, self._run = "", 0
        self._quiet += HOPS
        self._is_down = False

    def _step(self, key: str) -> str:
        if key and key == self._last:
            self._run += 1
        else:
            self._run = 1 if key else 0
        self._last = key
        self._quiet = 0 if key else self._quiet + 1
        if self._is_down:
            if self._quiet >= _HOPS_OFF:
                self._is_down = False
            return ""
        if self._run >= _HOPS_ON:
            self._is_down = True
            return key
        return ""
