"""The one shared analysis of received audio: a block of 100 ms in, its short-time spectra out.

Three views of each block, all causal (they end at or before the block's last sample):

* short: 10 power spectra (256 points, Hann, one each 10 ms): energy, bands, flux, digits;
* fine: one power spectrum of the last 128 ms (1024 points, Hann, 7.8 Hz a bin): tones, steadiness;
* pitch: 5 windows of 50 ms for autocorrelation.
"""

from dataclasses import dataclass

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view
from numpy.typing import NDArray

from ..model.audio_frame import SAMPLE_RATE
from .energy import level_db

BLOCK_FRAMES = 5
"""20 ms frames in one block."""
BLOCK_SAMPLES = 800
BLOCK_S = BLOCK_SAMPLES / SAMPLE_RATE
HOP_SAMPLES = 80
HOP_S = HOP_SAMPLES / SAMPLE_RATE
HOPS = BLOCK_SAMPLES // HOP_SAMPLES
WINDOW = 256
BIN_HZ = SAMPLE_RATE / WINDOW
FINE_WINDOW = 1024
FINE_BIN_HZ = SAMPLE_RATE / FINE_WINDOW
PITCH_WINDOW = 400
PITCH_HOP = 160
_TAIL = FINE_WINDOW
_FIRST_BIN = round(200.0 / BIN_HZ)
_LAST_BIN = round(3400.0 / BIN_HZ)
_STRONGEST = 6

_HANN = np.hanning(WINDOW).astype(np.float32)
_HANN /= np.sqrt((_HANN**2).sum())
_FINE_HANN = np.hanning(FINE_WINDOW).astype(np.float32)
_FINE_HANN /= np.sqrt((_FINE_HANN**2).sum())


@dataclass(frozen=True, slots=True)
class SpectrumBlock:
    """100 ms of audio and its spectra. Power is per bin, scaled so that its sum over bins is about half the mean square.

    The windows are views of the analyzer's buffer: good until the next block is analyzed.
    """

    samples: NDArray[np.float32]
    """The block's 800 samples, -1..1."""
    windows: NDArray[np.float32]
    """(10, 256) samples of the short windows, unweighted; window i ends with hop i."""
    levels_db: NDArray[np.float32]
    """(10,) level of each 10 ms hop."""
    power: NDArray[np.float32]
    """(10, 129) short power spectra."""
    top_share: NDArray[np.float32]
    """(10,) share of the power between 200 and 3400 Hz that is in its six strongest bins: near 1 one or two pure tones."""
    fine_power: NDArray[np.float32]
    """(513,) power spectrum of the last 128 ms."""
    pitch_windows: NDArray[np.float32]
    """(5, 400) samples, each window ending 20 ms after the one before."""


class SpectrumAnalyzer:
    """Keeps the 128 ms before the block; nothing else is remembered."""

    def __init__(self) -> None:
        buffer = self._buffer = np.zeros(_TAIL + BLOCK_SAMPLES, np.float32)
        self._windows = sliding_window_view(buffer[_TAIL + HOP_SAMPLES - WINDOW :], WINDOW)[::HOP_SAMPLES]
        self._pitch_windows = sliding_window_view(buffer[_TAIL + PITCH_HOP - PITCH_WINDOW :], PITCH_WINDOW)[::PITCH_HOP]

    def analyze(self, samples: NDArray[np.float32]) -> SpectrumBlock:
        """Return the spectra of the next 800 samples."""
        buffer = self._buffer
        buffer[:_TAIL] = buffer[-_TAIL:].copy()
        buffer[_TAIL:] = samples
        power = short_spectra(self._windows)
        fine = fine_spectra(buffer[-FINE_WINDOW:])
        hops = samples.reshape(HOPS, HOP_SAMPLES)
        return SpectrumBlock(
            samples=samples,
            windows=self._windows,
            levels_db=level_db(np.einsum("ij,ij->i", hops, hops) / HOP_SAMPLES),
            power=power,
            top_share=top_shares(power),
            fine_power=fine,
            pitch_windows=self._pitch_windows,
        )


def short_spectra(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Power spectra (n, 129) of (n, 256) samples."""
    return _power(np.fft.rfft(windows * _HANN, axis=1), WINDOW)


def fine_spectra(windows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Power spectra (…, 513) of (…, 1024) samples."""
    return _power(np.fft.rfft(windows * _FINE_HANN), FINE_WINDOW)


def top_shares(power: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (n,) of (n, 129) short power spectra: see `SpectrumBlock.top_share`."""
    middle = power[:, _FIRST_BIN:_LAST_BIN]
    strongest = np.partition(middle, -_STRONGEST, axis=1)[:, -_STRONGEST:]
    share: NDArray[np.float32] = np.add.reduce(strongest, axis=1) / (np.add.reduce(middle, axis=1) + np.float32(1e-9))
    return share


def _power(spectrum: NDArray[np.complexfloating], points: int) -> NDArray[np.float32]:
    return ((spectrum.real**2 + spectrum.imag**2) / points).astype(np.float32)
