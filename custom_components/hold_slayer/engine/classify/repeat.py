"""Has this speech been heard before in this call? Follows episodes of speech and asks the fingerprint memory."""

import numpy as np
from numpy.typing import NDArray

from ..audio.fingerprint import SpeechMemory
from ..audio.spectrum import BLOCK_S
from .line_score import LineScore

LIMITS = ((80, 0.36), (50, 0.335), (0, 0.3))
"""(least words compared, greatest share of differing bits): measured, see ``bench/results/README.md``."""
_EPISODE_GAP_S = 0.8
_OVER_BLOCKS = 25
_OVER_DISTANCE = 0.39
"""A known recording is over when nothing has matched for so many blocks of speech and nothing is near."""
_ASTRAY = 0.4
_ASTRAY_BLOCKS = 2
"""Or after a pause, when what is said has nothing of how it goes on: on fleets 0.08 to 0.3 while it does, 0.40 to 0.47 after."""
_FOLLOWING_BLOCKS = 6
_LONGEST_FOLLOWING_BLOCKS = 14
_PAUSE_S = 0.2
"""Who takes over does so after a pause; without one it is rather another number, or what we have talked over the first time."""


class RepeatDetector:
    """Keeps what was spoken, episode by episode; `update` tells once a repeat is recognised until it is over."""

    def __init__(self, memory: SpeechMemory) -> None:
        self._memory = memory
        self._is_repeat = False
        self._gap_s = 0.0
        self._blocks = 0
        self._unmatched = 0
        """Blocks of speech since the last match."""
        self._astray = 0
        """Blocks of speech in a row that are not how the recording goes on."""
        self._since_pause = 0
        """Blocks of speech since the last pause."""
        self._pause_s = 0.0
        """How long that was."""
        self.followed_by = 0
        """A known recording has just turned out to be over: of how many blocks what follows it consists so far."""
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
        self.followed_by = 0
        if is_speech:
            if self._gap_s:
                self._pause_s, self._since_pause, self._gap_s = self._gap_s, 0, 0.0
            self._blocks += 1
            self._unmatched += 1
            self._since_pause += 1
            if self._ask():
                self._memory.recognised()
                self._is_repeat, self._unmatched = True, 0
            if self._is_repeat and self._is_over():
                # Who has taken over within a breath is told apart only here.
                self._follow()
        else:
            self._gap_s += BLOCK_S
            if self._blocks and self._gap_s >= _EPISODE_GAP_S:
                self._memory.end_episode()
                self._begin()
        return self._is_repeat

    def _is_over(self) -> bool:
        astray = self._memory.astray() if self._is_after_pause else None
        self._astray = self._astray + 1 if astray is not None and astray >= _ASTRAY else 0
        return self._astray >= _ASTRAY_BLOCKS or (self._unmatched >= _OVER_BLOCKS and self.distance > _OVER_DISTANCE)

    @property
    def _is_after_pause(self) -> bool:
        is_recent = self._since_pause < min(self._blocks, _LONGEST_FOLLOWING_BLOCKS)
        return is_recent and self._pause_s >= _PAUSE_S - 1e-6

    def _follow(self) -> None:
        self.followed_by = self._since_pause if self._is_after_pause else min(self._blocks, _FOLLOWING_BLOCKS)
        self._memory.split(self.followed_by)
        self._begin()
        self._blocks = self.followed_by

    def _ask(self) -> bool:
        match = self._memory.match()
        self.distance = 0.5 if match is None else match.distance
        if match is None:
            return False
        limit = next(limit for words, limit in LIMITS if match.words >= words)
        return match.distance < limit

    def _begin(self) -> None:
        self._is_repeat = False
        self._blocks = self._astray = self._unmatched = 0
        self._gap_s = 0.0
