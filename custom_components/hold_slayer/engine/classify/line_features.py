"""What the line sounded like over the last 0.4, 1.2 and 3 s, as one vector of numbers each 100 ms.

The vector is what `line_score` judges. Everything in it looks back only, and memory is fixed.
"""

import numpy as np
from numpy.typing import NDArray

from ..audio.energy import SlowPeak
from ..audio.features import BANDS, FeatureExtractor
from ..audio.modulation import low_energy_share, syllable_share
from ..audio.pitch import PitchTracker
from ..audio.spectrum import BLOCK_S, HOPS, SpectrumBlock

_WINDOWS = (4, 12, 30)
"""Lengths in blocks of 100 ms."""
_BLOCKS = _WINDOWS[-1]
_PITCHES = 5
_RANGE_DB = 50.0
"""Levels further below the call's peak count as that far below."""
_LEVEL, _FLATNESS, _FLUX, _CENTROID, _BAND = 0, 1, 2, 3, 4
_ONES = np.ones(_BLOCKS * HOPS, np.float32)
_EACH_BAND = np.full(BANDS, 1 / BANDS, np.float32)
_TILT = np.repeat(np.array([2 / BANDS, -2 / BANDS], np.float32), BANDS // 2)
"""Lower half of the bands less the upper half."""

LEVEL_NAMES = ("level", "level_rel", "level_std", "level_range", "low_share")
SPECTRUM_NAMES = ("flat", "flat_std", "flux", "flux_std", "centroid", "centroid_std")
BAND_NAMES = ("band_std", "band_range", "band_low", "band_tilt")
PITCH_NAMES = ("pitch", "voiced", "held", "gliding", "vad")
BLOCK_NAMES = ("steadiness", "peakiness", "peakiness_max")
_WINDOW_NAMES = (*LEVEL_NAMES, *SPECTRUM_NAMES, *BAND_NAMES, *PITCH_NAMES, *BLOCK_NAMES)
NAMES = (
    *(f"{name}_{window}" for window in _WINDOWS for name in _WINDOW_NAMES),
    "syllables_12",
    "syllables_30",
)
"""Names of the vector's elements, in order."""


class LineFeatures:
    """Rolling memory of 3 s of features."""

    def __init__(self) -> None:
        self._extractor = FeatureExtractor()
        self._pitch = PitchTracker()
        self._peak = SlowPeak()
        self._hops = np.zeros((_BLOCKS * HOPS, _BAND + BANDS), np.float32)
        self._hops[:, _LEVEL] = -70.0
        self._hops[:, _BAND:] = -90.0
        self._voice = np.zeros((_BLOCKS * _PITCHES, 5), np.float32)
        self._blocks = np.zeros((_BLOCKS, 2), np.float32)
        self._filled = 0
        self.level_db = -90.0
        """Level of the last block in dB relative to full scale."""
        self.relative_db = -_RANGE_DB
        """Level of the last block relative to the call's slow peak."""
        self.bands_db: NDArray[np.float32] = self._hops[-HOPS:, _BAND:]
        """(10, BANDS) band energies of the last block."""
        self.steadiness = 0.0
        self.level_std = 0.0
        """Standard deviation of the level over the last 1.2 s in dB."""

    def update(self, block: SpectrumBlock, vad: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take 100 ms and its 5 voice activity flags; return the feature vector."""
        peak = self._peak.update(block.levels_db, BLOCK_S)
        features = self._extractor.extract(block, max(-90.0, peak - _RANGE_DB - 12.0))
        pitch = self._pitch.track(block.pitch_windows)
        hops, voice, blocks = self._hops, self._voice, self._blocks
        hops[:-HOPS] = hops[HOPS:].copy()
        hops[-HOPS:, _LEVEL] = np.maximum(block.levels_db, peak - _RANGE_DB)
        hops[-HOPS:, _FLATNESS] = features.flatness
        hops[-HOPS:, _FLUX] = features.flux
        hops[-HOPS:, _CENTROID] = features.centroid_khz
        hops[-HOPS:, _BAND:] = features.bands_db
        voice[:-_PITCHES] = voice[_PITCHES:].copy()
        for column, values in enumerate((pitch.strength, pitch.voiced, pitch.held, pitch.gliding, vad)):
            voice[-_PITCHES:, column] = values
        blocks[:-1] = blocks[1:].copy()
        blocks[-1] = (features.steadiness, features.peakiness)
        self._filled = min(self._filled + 1, _BLOCKS)
        self.level_db = float(10.0 * np.log10(np.add.reduce(10.0 ** (block.levels_db / 10.0)) / HOPS))
        self.relative_db = self.level_db - peak
        self.bands_db = features.bands_db
        self.steadiness = features.steadiness
        return self._vector(peak)

    def _vector(self, peak: float) -> NDArray[np.float32]:
        hops = self._hops
        powers = 10.0 ** (hops[:, _LEVEL] / 10.0)
        squares = hops * hops
        values: list[float] = []
        for window in _WINDOWS:
            length = max(2, min(window, self._filled))
            count = length * HOPS
            ones = _ONES[:count]
            mean = ones @ hops[-count:] / count
            std = np.sqrt(np.maximum(ones @ squares[-count:] / count - mean * mean, 0.0))
            values += self._levels(hops[-count:], mean, std, peak, low_energy_share(powers[-count:]))
            values += (_ONES[: length * _PITCHES] @ self._voice[-length * _PITCHES :] / (length * _PITCHES)).tolist()
            blocks = self._blocks[-length:]
            values += (_ONES[:length] @ blocks / length).tolist()
            values.append(float(blocks[:, 1].max()))
            if window == _WINDOWS[1]:
                self.level_std = float(std[_LEVEL])
        levels = hops[:, _LEVEL]
        values.append(syllable_share(levels[-_WINDOWS[1] * HOPS :]))
        values.append(syllable_share(levels))
        return np.array(values, np.float32)

    @staticmethod
    def _levels(
        hops: NDArray[np.float32], mean: NDArray[np.floating], std: NDArray[np.floating], peak: float, low_share: float
    ) -> list[float]:
        """The elements named in `LEVEL_NAMES`, `SPECTRUM_NAMES` and `BAND_NAMES` for one window."""
        count = len(hops)
        tenth = count // 10
        ordered = np.partition(hops, (tenth, count // 2, count - 1 - tenth), axis=0)
        low, middle, high = ordered[tenth], ordered[count // 2], ordered[count - 1 - tenth]
        spread = high - low
        return [
            float(mean[_LEVEL]) / 20 + 2,
            float(high[_LEVEL] - peak) / 20,
            float(std[_LEVEL]) / 8,
            float(spread[_LEVEL]) / 20,
            low_share,
            float(mean[_FLATNESS]) / 2,
            float(std[_FLATNESS]),
            float(mean[_FLUX]) / 3,
            float(std[_FLUX]) / 2,
            float(mean[_CENTROID]),
            float(std[_CENTROID]) * 2,
            float(std[_BAND:] @ _EACH_BAND) / 8,
            float(spread[_BAND:] @ _EACH_BAND) / 20,
            float((middle - low)[_BAND:] @ _EACH_BAND) / 10,
            float(mean[_BAND:] @ _TILT) / 20,
        ]
