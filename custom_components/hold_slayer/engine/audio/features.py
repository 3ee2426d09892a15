"""Features of short-time spectra, one row each 10 ms: flatness, flux, centroid and logarithmic band energies."""

from dataclasses import dataclass
from math import log1p

import numpy as np
from numpy.typing import NDArray

from .spectrum import BIN_HZ, FINE_BIN_HZ, WINDOW, SpectrumBlock

BANDS = 16
"""Bands between 200 and 3400 Hz, equally wide on the mel scale."""
_LOW_HZ = 200.0
_HIGH_HZ = 3400.0
_FIRST_BIN = round(_LOW_HZ / BIN_HZ)
_LAST_BIN = round(_HIGH_HZ / BIN_HZ)
_FINE_FIRST = round(_LOW_HZ / FINE_BIN_HZ)
_FINE_LAST = round(_HIGH_HZ / FINE_BIN_HZ)
_EPSILON = np.float32(1e-11)
_FREQUENCIES = (np.arange(_FIRST_BIN, _LAST_BIN) * BIN_HZ / 1000).astype(np.float32)


def _mel(hz: float) -> float:
    return 1127.0 * log1p(hz / 700.0)


def _band_matrix() -> NDArray[np.float32]:
    """Triangular mel bands, (129, BANDS)."""
    edges = np.linspace(_mel(_LOW_HZ), _mel(_HIGH_HZ), BANDS + 2)
    bins = np.array([_mel(k * BIN_HZ) for k in range(WINDOW // 2 + 1)])
    rising = (bins[:, None] - edges[None, :-2]) / (edges[1:-1] - edges[:-2])
    falling = (edges[None, 2:] - bins[:, None]) / (edges[2:] - edges[1:-1])
    triangles: NDArray[np.float32] = np.clip(np.minimum(rising, falling), 0.0, None).astype(np.float32)
    return triangles


_BAND_MATRIX = _band_matrix()


@dataclass(frozen=True, slots=True)
class HopFeatures:
    """Features of one block; first axis: its 10 hops of 10 ms."""

    bands_db: NDArray[np.float32]
    """(10, BANDS) energy in dB relative to full scale."""
    flatness: NDArray[np.float32]
    """(10,) logarithm of geometric over arithmetic mean of the power: 0 is white noise, -5 a single tone."""
    flux: NDArray[np.float32]
    """(10,) mean absolute change of the band energies in dB since the hop before."""
    centroid_khz: NDArray[np.float32]
    """(10,) centre of gravity of the power."""
    steadiness: float
    """Correlation of the fine logarithmic spectrum with that of 100 ms ago: held notes 0.8 to 1, speech 0.2 to 0.7."""
    peakiness: float
    """Share of the fine power in its six strongest bins."""


class FeatureExtractor:
    """Turns spectra into features. Remembers one hop and one fine spectrum."""

    def __init__(self) -> None:
        self._last_bands = np.zeros((1, BANDS), np.float32)
        self._last_fine = np.zeros(_FINE_LAST - _FINE_FIRST, np.float32)

    def extract(self, block: SpectrumBlock, floor_db: float) -> HopFeatures:
        """Return the block's features; what lies below ``floor_db`` (dB a band) counts as that floor."""
        bands = np.maximum(10.0 * np.log10(block.power @ _BAND_MATRIX + _EPSILON), np.float32(floor_db))
        previous = np.concatenate([self._last_bands, bands[:-1]])
        self._last_bands = bands[-1:]
        middle = block.power[:, _FIRST_BIN:_LAST_BIN] + _EPSILON
        total = np.add.reduce(middle, axis=1)
        return HopFeatures(
            bands_db=bands,
            flatness=np.add.reduce(np.log(middle), axis=1) / middle.shape[1] - np.log(total / middle.shape[1]),
            flux=np.add.reduce(np.abs(bands - previous), axis=1) / BANDS,
            centroid_khz=middle @ _FREQUENCIES / total,
            steadiness=self._steadiness(block),
            peakiness=_peakiness(block),
        )

    def _steadiness(self, block: SpectrumBlock) -> float:
        fine = np.log(block.fine_power[_FINE_FIRST:_FINE_LAST] + _EPSILON)
        fine -= np.add.reduce(fine) / fine.size
        norm = float(np.sqrt(fine @ fine))
        fine /= norm or 1.0
        correlation = float(fine @ self._last_fine)
        self._last_fine = fine
        return correlation


def _peakiness(block: SpectrumBlock) -> float:
    fine = block.fine_power[_FINE_FIRST:_FINE_LAST]
    strongest = np.partition(fine, -6)[-6:]
    return float(strongest.sum() / (fine.sum() + _EPSILON))
