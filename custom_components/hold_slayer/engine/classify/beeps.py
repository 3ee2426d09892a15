"""Holds without music that are known by their rhythm: a beep, a chime or a ring every so many seconds on a quiet line.

A sound is compared with the one before by its length and its spectrum, whatever it is: pure tones, two tones, a chime, a short
sentence. Tones that end a call (busy, congestion) repeat faster than `_SHORTEST_S`.
"""

from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..audio.spectrum import BLOCK_S
from ..model.hold_pattern import HoldPattern, HoldSound

_ABOVE_DB = 10.0
"""A sound is so much louder than the quiet line."""
_LOWEST_DB = -60.0
_FLOOR_RISES_DB = 0.02
"""A block: twelve decibels a minute."""
_LONGEST_S = 2.5
_JOINED_S = 0.7
"""What follows so soon belongs to the same sound: a chime, two beeps."""
_SHORTEST_S, _SLOWEST_S = 2.0, 60.0
_PERIOD_S, _PERIOD_SHARE = 0.25, 0.02
"""How much two periods may differ."""
_LENGTH_S = 0.25
_SPECTRUM_DB = 5.0
_SOUNDS = 3
_SPOKEN_SOUNDS = 4
"""Words that come so regularly are no person's either, but let there be one more."""
_MISSED = 1.5
"""Rounds without a sound after which there is no rhythm any more, and a minute on top for an announcement."""


@dataclass(slots=True)
class _Sound:
    start: int
    """Block of the call."""
    end: int = 0
    bands_db: NDArray[np.float32] | None = None
    blocks: int = 0
    is_spoken: bool = False
    is_ring: bool = False

    def take(self, at: int, bands_db: NDArray[np.float32], *, is_spoken: bool, is_ring: bool) -> None:
        """Take one loud block."""
        self.end, self.blocks = at, self.blocks + 1
        self.bands_db = bands_db if self.bands_db is None else self.bands_db + bands_db
        self.is_spoken |= is_spoken
        self.is_ring |= is_ring

    @property
    def length(self) -> int:
        """In blocks."""
        return self.end - self.start + 1

    def is_like(self, other: _Sound) -> bool:
        """Of the same length and colour, at whatever level."""
        if abs(self.length - other.length) * BLOCK_S > _LENGTH_S or self.bands_db is None or other.bands_db is None:
            return False
        difference = self.bands_db / self.blocks - other.bands_db / other.blocks
        return float(np.abs(difference - np.median(difference)).mean()) <= _SPECTRUM_DB


class BeepRhythm:
    """Sounds on a quiet line that come at equal distances."""

    def __init__(self) -> None:
        self._t = 0
        self._floor_db = 0.0
        self._open: _Sound | None = None
        self._last: _Sound | None = None
        """The last one of the rhythm, or of what may become one."""
        self._period_s = 0.0
        self._count = 0
        self.pattern: HoldPattern | None = None
        """The rhythm, once known, and for as long as it goes on."""
        self.has_come = False
        """In this block it became known that a sound of the rhythm has come, when it was due."""

    def update(self, bands_db: NDArray[np.float32], level_db: float, *, is_speech: bool, is_ring: bool) -> None:
        """Take 100 ms of (n, FINE_BANDS) band energies, and what they are taken for."""
        self._t += 1
        self.has_come = False
        self._floor_db = max(_LOWEST_DB - _ABOVE_DB, min(level_db, self._floor_db + _FLOOR_RISES_DB))
        if level_db > self._floor_db + _ABOVE_DB:
            if self._open is None:
                self._open = _Sound(self._t)
            mean = np.add.reduce(bands_db, axis=0, dtype=np.float32) / len(bands_db)
            self._open.take(self._t, mean, is_spoken=is_speech, is_ring=is_ring)
        elif self._open is not None and self._seconds_since(self._open.end) > _JOINED_S:
            sound, self._open = self._open, None
            self._ended(sound)
        if self._last is not None and self._seconds_since(self._last.start) > _SLOWEST_S + _MISSED * self._period_s:
            self.forget()

    def forget(self) -> None:
        """Another queue, or a menu again."""
        self._open = self._last = self.pattern = None
        self._period_s, self._count = 0.0, 0

    def _seconds_since(self, block: int) -> float:
        return (self._t - block) * BLOCK_S

    def _ended(self, sound: _Sound) -> None:
        last = self._last
        if sound.length * BLOCK_S > _LONGEST_S:
            return  # speech or music; the rhythm may go on after it
        if last is None or not sound.is_like(last):
            if self.pattern is None:
                self._last, self._period_s, self._count = sound, 0.0, 1
            return
        gap_s = (sound.start - last.start) * BLOCK_S
        # Some may have been drowned by speech.
        rounds = max(1, round(gap_s / self._period_s)) if self.pattern is not None else 1
        if self._period_s and abs(gap_s / rounds - self._period_s) <= max(_PERIOD_S, _PERIOD_SHARE * self._period_s):
            self._count += 1
            self._go_on(sound)
        else:
            is_possible = _SHORTEST_S <= gap_s <= _SLOWEST_S
            self._period_s, self._count = (gap_s, 2) if is_possible else (0.0, 1)
            self.pattern = None
        self._last = sound

    def _go_on(self, sound: _Sound) -> None:
        if self._count >= (_SPOKEN_SOUNDS if sound.is_spoken else _SOUNDS):
            kind = HoldSound.RINGING if sound.is_ring else HoldSound.WORDS if sound.is_spoken else HoldSound.BEEPS
            self.pattern = HoldPattern(kind, round(self._period_s, 1), self._count)
            self.has_come = True
