"""Is this voice one that was heard earlier in the call, and what sounds in its pauses the same line as before.

A voice is described by its average spectrum, by how much each band moves, and by its pitch; the line by its noise in each band.
Announcements are mostly spoken by the menu's voice over the line's own noise. A person is somebody else, somewhere else.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from ..audio.features import BANDS, FINE_BANDS
from ..audio.pitch import PitchBlock
from ..audio.spectrum import HOPS

_FILE = Path(__file__).with_name("voice_weights.npz")
_PITCH_UNKNOWN = 0.15
_MOST_VOICES = 24
_LEAST_BLOCKS = 6
"""0.6 s of speech are needed to describe a voice."""
_MOST_BLOCKS = 30
_LOUD_SHARE = 0.6
_VOICED = 0.6
_LEAST_PITCHES = 8
_MOST_QUIET = 60
_LEAST_QUIET = 4


@dataclass(frozen=True, slots=True)
class Voice:
    """Description of one voice as it comes over the line."""

    spectrum: NDArray[np.float32]
    """(FINE_BANDS,) average in dB, less its own mean."""
    movement: NDArray[np.float32]
    """(FINE_BANDS,) standard deviation in dB."""
    pitch: float | None
    """Median pitch as log2 Hz, None when too little was voiced."""


class VoiceSketch:
    """Collects what is needed to describe the voice that speaks: the last 3 s of it."""

    def __init__(self) -> None:
        self.bands: deque[NDArray[np.float32]] = deque(maxlen=_MOST_BLOCKS)
        self.pitches: deque[NDArray[np.float32]] = deque(maxlen=_MOST_BLOCKS)

    def add(self, fine_bands_db: NDArray[np.float32], pitch: PitchBlock) -> None:
        """Take 100 ms of speech."""
        pairs = fine_bands_db.reshape(HOPS // 2, 2, FINE_BANDS)
        self.bands.append((pairs[:, 0] + pairs[:, 1]) * np.float32(0.5))
        self.pitches.append(pitch.hz[pitch.strength > _VOICED])

    def forget(self, blocks: int) -> None:
        """The last ``blocks`` were somebody else's."""
        for _ in range(min(blocks, len(self.bands))):
            self.bands.pop()
            self.pitches.pop()

    def describe(self) -> Voice | None:
        """Return the voice, None when there is too little."""
        if len(self.bands) < _LEAST_BLOCKS:
            return None
        rows = np.concatenate(self.bands)
        levels = np.add.reduce(rows, axis=1)
        count = round(_LOUD_SHARE * len(rows))
        loud = rows[np.argpartition(levels, len(rows) - count)[-count:]]
        mean = np.add.reduce(loud, axis=0) / count
        movement = np.sqrt(np.add.reduce((loud - mean) ** 2, axis=0) / count)
        hz = np.concatenate(self.pitches)
        hz = hz[hz > 0]
        pitch = float(np.log2(np.median(hz))) if len(hz) >= _LEAST_PITCHES else None
        return Voice(mean - np.add.reduce(mean) / FINE_BANDS, movement, pitch)


class VoiceMetric:
    """Says whether two descriptions are of the same voice: a learned weight for each number in which they differ.

    Weights in ``voice_weights.npz``, made by ``bench/train_voice_metric.py`` from pairs of other voices.
    """

    def __init__(self, weights: NDArray[np.floating], bias: float) -> None:
        self._weights = weights.astype(np.float32)
        self._bias = bias

    def same(self, differences: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return the log odds (n,) for `differences` (n, 50)."""
        odds: NDArray[np.float32] = differences @ self._weights + np.float32(self._bias)
        return odds


@lru_cache(maxsize=1)
def shipped_metric() -> VoiceMetric:
    """The metric that ships."""
    with np.load(_FILE) as data:
        return VoiceMetric(data["weights"], float(data["bias"]))


def differences(voice: Voice, others: Sequence[Voice]) -> NDArray[np.float32]:
    """In what one voice differs from each of others, (n, 50): bands, movements, pitch, and whether the pitches are known."""
    spectra = np.array([other.spectrum for other in others]) - voice.spectrum
    movements = np.array([other.movement for other in others]) - voice.movement
    pitches = [
        min(abs(voice.pitch - other.pitch), 1.0) if voice.pitch is not None and other.pitch is not None else None
        for other in others
    ]
    heights = np.array([[_PITCH_UNKNOWN if pitch is None else pitch] for pitch in pitches], np.float32)
    known = np.array([[pitch is not None] for pitch in pitches], np.float32)
    return np.concatenate(
        [np.log1p(spectra * spectra), np.log1p(movements * movements), np.log(heights + np.float32(0.02)), known],
        axis=1,
    )


class VoiceMemory:
    """The voices of this call so far; bounded."""

    def __init__(self, metric: VoiceMetric | None = None) -> None:
        self._metric = metric or shipped_metric()
        self._voices: deque[Voice] = deque(maxlen=_MOST_VOICES)

    def add(self, voice: Voice) -> None:
        """Remember a voice."""
        self._voices.append(voice)

    def same(self, voice: Voice) -> float | None:
        """Return the log odds that this is the voice of the most similar one heard before; None when there was none."""
        if not self._voices:
            return None
        return float(self._metric.same(differences(voice, list(self._voices))).max())


class LineNoise:
    """What is heard when nobody speaks, before and since somebody began."""

    def __init__(self) -> None:
        self._before: deque[NDArray[np.float32]] = deque(maxlen=_MOST_QUIET)
        self._since: list[NDArray[np.float32]] = []

    def add(self, bands_db: NDArray[np.float32]) -> None:
        """Take 100 ms of (10, BANDS) with nobody in front."""
        if len(self._since) < _MOST_QUIET:
            self._since.append(np.add.reduce(np.partition(bands_db, 4, axis=0)[:5], axis=0) / 5)

    def settle(self) -> None:
        """What was heard lately is the line as it is: the next voice is compared with that."""
        self._before.extend(self._since)
        self._since = []

    def forget(self) -> None:
        """What was heard lately was not the line's own noise."""
        self._since = []

    def change_db(self) -> tuple[float, float] | None:
        """Return how far the noise is from what it was (root mean square over bands) and by how much it is louder, in dB."""
        if len(self._since) < _LEAST_QUIET or len(self._before) < _LEAST_QUIET:
            return None
        since = np.partition(np.array(self._since), len(self._since) // 3, axis=0)[len(self._since) // 3]
        before = np.partition(np.array(self._before), len(self._before) // 3, axis=0)[len(self._before) // 3]
        change = since - before
        return float(np.sqrt(change @ change / BANDS)), float(np.add.reduce(change) / BANDS)
