"""Has this speech been heard before in this call? Follows episodes of speech and asks the fingerprint memory."""

import numpy as np
from numpy.typing import NDArray

from ..audio.fingerprint import SpeechMemory
from ..audio.spectrum import BLOCK_S
from .line_score import LineScore

_LIMITS = ((80, 0.36), (50, 0.335), (0, 0.3))
"""(least words compared, greatest share of differing bits): measured, see ``bench/results/README.md``."""
_QUERY_BLOCKS = 20
_EPISODE_GAP_S = 0.8
_OVER_BLOCKS = 9
_OVER_DISTANCE = 0.39
"""A known recording is over when nothing has matched for so many blocks of speech and nothing is near: somebody else goes on."""


class RepeatDetector:
    """Keeps what was spoken, episode by episode; `update` tells once a repeat is recognised until it is over."""

    def __init__(self, memory: SpeechMemory) -> None:
        self._memory = memory
        self._is_repeat = False
        self._gap_s = 0.0
        self._blocks = 0
        self._unmatched = 0
        """Blocks of speech since the last match."""
        self.distance = 0.5
        """Share of bits in which the running episode differs from the most similar speech before it: 0.5 is chance."""

    def export(self, day: int, *, until: int | None = None) -> bytes:
        """Return the marks of this call's recordings for the number's next call: see `SpeechMemory.export`."""
        self._memory.end_episode()
        return self._memory.export(day, until=until)

    def restore(self, data: bytes, day: int) -> None:
        """Take the marks of an earlier call: see `SpeechMemory.restore`."""
        self._memory.restore(data, day)

    @property
    def position(self) -> int:
        """Where the running episode begins in what `export` returns."""
        return self._memory.position

    def update(self, bands_db: NDArray[np.float32], score: LineScore, *, is_ours: bool) -> bool:
        """Take 100 ms of (10, BANDS) band energies; True while what is being said is known to be a repeat."""
        is_speech = score.any_speech > 0.5 and not is_ours
        self._memory.add(bands_db, is_kept=is_speech)
        if is_speech:
            self._gap_s = 0.0
            self._blocks += 1
            self._unmatched += 1
            if self._ask():
                self._memory.recognised(_QUERY_BLOCKS)
                self._is_repeat, self._unmatched = True, 0
            elif self._is_repeat and self._unmatched >= _OVER_BLOCKS and self.distance > _OVER_DISTANCE:
                # Who has taken over within a breath is told apart only here.
                self._end()
        elif self._blocks:
            self._gap_s += BLOCK_S
            if self._gap_s >= _EPISODE_GAP_S:
                self._end()
        return self._is_repeat

    def _ask(self) -> bool:
        match = self._memory.match()
        self.distance = 0.5 if match is None else match.distance
        if match is None:
            return False
        limit = next(limit for words, limit in _LIMITS if match.words >= words)
        return match.distance < limit

    def _end(self) -> None:
        self._memory.end_episode()
        self._is_repeat = False
        self._blocks = 0
        self._gap_s = 0.0
