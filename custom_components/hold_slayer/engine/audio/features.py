"""Features of short-time spectra, one row each 10 ms, for any number of blocks at once: live one, in training a whole call."""

from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

from .spectrum import BIN_HZ, FINE_BIN_HZ, HOPS, WINDOW, SpectrumBlock

BANDS = 16
"""Bands between 200 and 3400 Hz, equally wide on the mel scale: what a telephone always carries."""
FINE_BANDS = 24
"""Bands between 100 and 3800 Hz, for the score."""
LAGS = (1, 2, 4)
"""Blocks between the spectra whose likeness is `HopFeatures.steadiness`."""
_LOW_HZ = 200.0
_HIGH_HZ = 3400.0
_FIRST_BIN = round(_LOW_HZ / BIN_HZ)
_LAST_BIN = round(_HIGH_HZ / BIN_HZ)
_FINE_FIRST = round(_LOW_HZ / FINE_BIN_HZ)
_FINE_LAST = round(_HIGH_HZ / FINE_BIN_HZ)
_FINE_BINS = _FINE_LAST - _FINE_FIRST
_STRONGEST = 6
_EPSILON = np.float32(1e-11)


def _mel(hz: float) -> float:
    return 1127.0 * log1p(hz / 700.0)


def _band_matrix(low_hz: float, high_hz: float, count: int) -> NDArray[np.float32]:
    """Triangular mel bands, (129, count)."""
    edges = np.linspace(_mel(low_hz), _mel(high_hz), count + 2)
    bins = np.array([_mel(k * BIN_HZ) for k in range(WINDOW // 2 + 1)])
    rising = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles: NDArray[np.float32] = np.clip(np.minimum(rising, falling), 0.0, None).astype(np.float32)
    return triangles


_BAND_MATRIX = np.ascontiguousarray(
    np.concatenate([_band_matrix(_LOW_HZ, _HIGH_HZ, BANDS), _band_matrix(100.0, 3800.0, FINE_BANDS)], axis=1)
)


@dataclass(frozen=True, slots=True)
class HopFeatures:
    """Features of n blocks (live: one)."""

    bands_db: NDArray[np.float32]
    """(10 n, BANDS) energy in dB relative to full scale."""
    fine_bands_db: NDArray[np.float32]
    """(10 n, FINE_BANDS) the same in finer and wider bands."""
    flatness: NDArray[np.float32]
    """(10 n,) logarithm of geometric over arithmetic mean of the power: 0 is white noise, -5 a single tone."""
    purity: NDArray[np.float32]
    """(10 n,) how few bins hold the power, 0..1: a key's two tones 0.7 to 1, vowels about 0.2."""
    steadiness: NDArray[np.float32]
    """(n, LAGS) correlation of the fine logarithmic spectrum with those 100, 200 and 400 ms ago.

    Held notes have 0.8 to 1, speech 0.2 to 0.7.
    """
    peakiness: NDArray[np.float32]
    """(n,) share of the fine power in its six strongest bins."""


class FeatureExtractor:
    """Turns spectra into features. Remembers the fine spectra of 400 ms."""

    def __init__(self) -> None:
        self._fine = np.zeros((max(LAGS), _FINE_BINS), np.float32)

    def extract(self, block: SpectrumBlock, floor_db: float | NDArray[np.float32]) -> HopFeatures:
        """Return the features; what lies below ``floor_db`` (dB a band; one value, or one a hop) counts as that floor."""
        bands = 10.0 * np.log10(block.power @ _BAND_MATRIX + _EPSILON)
        np.maximum(bands, np.asarray(floor_db, np.float32).reshape(-1, 1), out=bands)
        middle = block.power[:, _FIRST_BIN:_LAST_BIN] + _EPSILON
        mean = np.add.reduce(middle, axis=1) / middle.shape[1]
        fine = block.fine_power.reshape(-1, block.fine_power.shape[-1])[:, _FINE_FIRST:_FINE_LAST]
        return HopFeatures(
            bands_db=bands[:, :BANDS],
            fine_bands_db=bands[:, BANDS:],
            flatness=np.add.reduce(np.log(middle), axis=1) / middle.shape[1] - np.log(mean),
            purity=np.log10(np.float32(1.001) - np.minimum(block.top_share, 1.0)) * np.float32(-1 / 3),
            steadiness=self._steadiness(fine),
            peakiness=_peakiness(fine),
        )

    def _steadiness(self, power: NDArray[np.float32]) -> NDArray[np.float32]:
        fine = np.log(power + _EPSILON)
        fine -= np.add.reduce(fine, axis=1, keepdims=True) / _FINE_BINS
        fine /= np.sqrt(np.einsum("ij,ij->i", fine, fine))[:, None] + np.float32(1e-6)
        past = np.concatenate([self._fine, fine])
        self._fine = past[-max(LAGS) :]
        count = len(fine)
        first = max(LAGS)
        likeness = [np.einsum("ij,ij->i", fine, past[first - lag : first - lag + count]) for lag in LAGS]
        return np.stack(likeness, axis=1)


def _peakiness(fine: NDArray[np.float32]) -> NDArray[np.float32]:
    strongest = np.partition(fine, -_STRONGEST, axis=1)[:, -_STRONGEST:]
    share: NDArray[np.float32] = np.add.reduce(strongest, axis=1) / (np.add.reduce(fine, axis=1) + _EPSILON)
    return share


def blockwise(rows: NDArray[np.float32]) -> NDArray[np.float32]:
    """Return (10 n, …) rows as (n, 10, …)."""
    return rows.reshape(-1, HOPS, *rows.shape[1:])
