"""What 100 ms of the line sound like, as one vector of numbers: what `line_score` weighs.

Nothing in it depends on the line's gain: levels are relative to the call's slow peak. It looks back 0.4 s at most; longer
memory is the score's own.
"""

from math import isnan

import numpy as np
from numpy.typing import NDArray

from ..audio.energy import SlowPeak
from ..audio.features import BANDS, FINE_BANDS, LAGS, FeatureExtractor, HopFeatures, blockwise
from ..audio.pitch import PitchBlock, PitchTracker
from ..audio.spectrum import BLOCK_S, HOPS, SpectrumBlock

_RANGE_DB = 50.0
"""Levels further below the call's peak count as that far below."""
_PAIRS = HOPS // 2
_PITCHES = 5
_LEVEL_BLOCKS = 12
_COLOUR_BLOCKS = 8
_LOWEST_PITCH_HZ = 150.0

BAND_NAMES = tuple(f"band{band}_{pair}" for pair in range(_PAIRS) for band in range(FINE_BANDS))
PITCH_NAMES = tuple(f"{name}_{at}" for name in ("pitch", "held", "gliding", "purity") for at in range(_PITCHES))
BLOCK_NAMES = (*(f"steadiness_{lag}" for lag in LAGS), "peakiness", "flat", "flat_std", "height", "vad")
NAMES = (*BAND_NAMES, *PITCH_NAMES, *BLOCK_NAMES)
"""Names of the vector's elements, in order."""


class LineFeatures:
    """Rolling features of one leg."""

    def __init__(self) -> None:
        self._extractor = FeatureExtractor()
        self._pitch = PitchTracker()
        self._peak = SlowPeak()
        self._levels = np.full(_LEVEL_BLOCKS * HOPS, -70.0, np.float32)
        self._filled = 0
        self._colours = np.full((_COLOUR_BLOCKS, FINE_BANDS), np.nan, np.float32)
        self.level_db = -90.0
        """Level of the last block in dB relative to full scale."""
        self.relative_db = -_RANGE_DB
        """Level of the last block relative to the call's slow peak."""
        self.bands_db: NDArray[np.float32] = np.full((HOPS, BANDS), -90.0, np.float32)
        """(10, BANDS) band energies of the last block."""
        self.fine_bands_db: NDArray[np.float32] = np.full((HOPS, FINE_BANDS), -90.0, np.float32)
        """(10, FINE_BANDS) the same in finer bands."""
        self.pitch = PitchBlock.nothing()
        """Pitch of the last block."""
        self.steadiness = 0.0
        self.level_std = 0.0
        """Standard deviation of the level over the last 1.2 s in dB."""
        self.colour_std = np.inf
        """Standard deviation of the bands over the last 0.8 s in dB, whatever the level did; infinite until then."""

    def update(self, block: SpectrumBlock, vad: NDArray[np.float32]) -> NDArray[np.float32]:
        """Take 100 ms and its 5 voice activity flags; return the feature vector."""
        peak = self._peak.update(block.levels_db, BLOCK_S)
        features = self._extractor.extract(block, floor_db(peak))
        pitch = self._pitch.track(block.pitch_windows)
        levels = self._levels
        levels[:-HOPS] = levels[HOPS:].copy()
        levels[-HOPS:] = np.maximum(block.levels_db, peak - _RANGE_DB)
        self._filled = min(self._filled + 1, _LEVEL_BLOCKS)
        self.level_std = float(levels[-max(2, self._filled) * HOPS :].std())
        self.level_db = float(10.0 * np.log10(np.add.reduce(10.0 ** (block.levels_db / 10.0)) / HOPS))
        self.relative_db = self.level_db - peak
        self.bands_db, self.fine_bands_db, self.pitch = features.bands_db, features.fine_bands_db, pitch
        self.steadiness = float(features.steadiness[0, 0])
        self.colour_std = self._colour()
        vector: NDArray[np.float32] = vectors(features, pitch, np.array([peak], np.float32), vad)[0]
        return vector

    def _colour(self) -> float:
        colours = self._colours
        colours[:-1] = colours[1:].copy()
        mean = np.add.reduce(self.fine_bands_db, axis=0) / HOPS
        colours[-1] = mean - np.add.reduce(mean) / FINE_BANDS
        moved = colours - np.add.reduce(colours, axis=0) / _COLOUR_BLOCKS
        std = np.sqrt(np.add.reduce(moved * moved, axis=0) / _COLOUR_BLOCKS)
        colour = float(np.add.reduce(std) / FINE_BANDS)
        return np.inf if isnan(colour) else colour


def floor_db(peak: float) -> float:
    """Return what a band is never below."""
    return max(-90.0, peak - _RANGE_DB - 12.0)


def vectors(
    features: HopFeatures, pitch: PitchBlock, peak: NDArray[np.float32], vad: NDArray[np.float32]
) -> NDArray[np.float32]:
    """Return (n, len(NAMES)) of n blocks; ``peak``: (n,) dB, ``vad``: (5 n,)."""
    count = len(peak)
    bands = features.fine_bands_db.reshape(count, _PAIRS, 2, FINE_BANDS)
    pairs = np.add.reduce(bands, axis=2) * np.float32(0.05 / 2) - (peak * np.float32(0.05)).reshape(-1, 1, 1)
    flatness = blockwise(features.flatness)
    voiced = pitch.voiced.reshape(count, _PITCHES)
    height = np.log2(np.maximum(pitch.hz, 50.0) / _LOWEST_PITCH_HZ).reshape(count, _PITCHES)
    voiced_count = np.add.reduce(voiced, axis=1)
    flat = np.add.reduce(flatness, axis=1) / HOPS
    columns = (
        pairs.reshape(count, -1),
        pitch.strength.reshape(count, _PITCHES),
        pitch.held.reshape(count, _PITCHES),
        pitch.gliding.reshape(count, _PITCHES),
        np.add.reduce(features.purity.reshape(count, _PAIRS, 2), axis=2) / 2,
        features.steadiness,
        features.peakiness.reshape(-1, 1),
        (flat / 2).reshape(-1, 1),
        np.sqrt(np.add.reduce((flatness - flat[:, None]) ** 2, axis=1) / HOPS).reshape(-1, 1),
        (np.add.reduce(height * voiced, axis=1) / np.maximum(voiced_count, 1.0)).reshape(-1, 1),
        (np.add.reduce(vad.reshape(count, _PITCHES), axis=1) / _PITCHES).reshape(-1, 1),
    )
    joined: NDArray[np.float32] = np.concatenate(columns, axis=1, dtype=np.float32)
    return joined
