"""Everything that is known of the speech that is going on: the evidence by which a human is told from a recording.

An episode begins with the first word after something else and goes on over pauses. `Episode` gathers, block by block;
`Evidence` is what the judge (`human_score`) sees.
"""

from collections import deque
from dataclasses import dataclass

import numpy as np
from numpy.typing import NDArray

from ..audio.pitch import PitchBlock
from ..audio.spectrum import BLOCK_S
from .line_score import LineScore
from .voices import LineNoise, VoiceMemory, VoiceMetric, VoiceSketch

_CLEAN_WEIGHT = 0.1
"""`Evidence.clean` looks back over about one second of speech."""
_MOVING_WEIGHT = 0.2
"""`Evidence.moving` looks back over about half a second of speech."""
_MOVES_DB = 0.5
"""Mean change of a band in 10 ms. Nine tenths of the blocks of each of 173 recorded people change by more than 0.6, half of them by
2.2; a held tone of many harmonics changes by 0.1 (after G.711)."""
_AUDIBLE_DB = 40.0
_PHRASE_GAP_S = 0.4
_RECENT_BLOCKS = 300
_LEVEL_BLOCKS = 100
_RING_RECENT_S = 10.0
LONG_AGO_S = 1e6


@dataclass(frozen=True, slots=True)
class Heard:
    """What one block of 100 ms is, for those who judge."""

    score: LineScore
    bands_db: NDArray[np.float32]
    """(10, BANDS)"""
    fine_bands_db: NDArray[np.float32]
    """(10, FINE_BANDS)"""
    pitch: PitchBlock
    level_db: float
    is_tone: bool = False
    is_ring: bool = False
    """A ringback cycle was recognised in this block."""
    is_repeat: bool = False
    """What is being said was said before."""
    repeat_distance: float = 0.5

    @property
    def is_speech(self) -> bool:
        """Somebody speaks, over music or not."""
        return self.score.any_speech > 0.5 and not self.is_tone

    @property
    def is_moving(self) -> bool:
        """The spectrum changes as that of any mouth does; a steady tone stands still, however many harmonics it has."""
        bands = np.maximum(self.fine_bands_db, self.fine_bands_db.max() - _AUDIBLE_DB)
        shape = bands - bands.mean(axis=1, keepdims=True)
        return float(np.abs(np.diff(shape, axis=0)).mean()) >= _MOVES_DB

    @property
    def is_music(self) -> bool:
        """Music alone."""
        return self.score.music > 0.5 and not self.is_tone


@dataclass(slots=True)
class Evidence:
    """What is known of the running episode of speech. All times in seconds."""

    speech_s: float = 0.0
    """Net speech so far, pauses not counted."""
    age_s: float = 0.0
    """Since its first word."""
    wait_s: float = 0.0
    """Present pause: nothing but silence or noise since the last speech."""
    longest_wait_s: float = 0.0
    """The longest pause after which somebody went on."""
    phrases: int = 0
    phrase_s: float = 0.0
    """Net speech of the present or last phrase."""
    clean: float = 0.5
    """Share of the last second of speech that had nothing under it."""
    moving: float = 0.5
    """Share of the last half second of speech in which its spectrum changed."""
    same_voice: float | None = None
    """Log odds that the voice is one heard before the episode; None when none was."""
    noise_db: tuple[float, float] | None = None
    """How far the line's noise in the pauses is from what it was, and how much louder."""
    level_db: float | None = None
    """How much louder the voice is than those before."""
    music_s: float = 0.0
    """Music alone since the episode began."""
    tone_s: float = 0.0
    music_before: float = 0.0
    """Share of music in the 30 s before."""
    since_music_s: float = LONG_AGO_S
    """Between the end of the music and the first word."""
    since_ring_s: float = LONG_AGO_S
    quiet_before_s: float = 0.0
    repeat_distance: float = 0.5
    """The least so far."""
    is_repeat: bool = False


class Episode:
    """Gathers the evidence of one episode after another."""

    def __init__(self, metric: VoiceMetric | None = None) -> None:
        self.evidence = Evidence()
        self.quiet_s = 0.0
        """Since the last speech."""
        self._voices = VoiceMemory(metric)
        self._sketch = VoiceSketch()
        self._noise = LineNoise()
        self._levels: deque[float] = deque(maxlen=_LEVEL_BLOCKS)
        self._own_levels: deque[float] = deque(maxlen=_LEVEL_BLOCKS)
        self._music: deque[bool] = deque(maxlen=_RECENT_BLOCKS)
        self._since_music_s = LONG_AGO_S
        self._since_ring_s = LONG_AGO_S
        self._speech_run = 0

    @property
    def is_open(self) -> bool:
        """True from the first word on."""
        return self.evidence.speech_s > 0.0

    def update(self, heard: Heard) -> None:
        """Take 100 ms."""
        evidence = self.evidence
        is_speech, is_music = heard.is_speech, heard.is_music
        self._speech_run = self._speech_run + 1 if is_speech else 0
        is_quiet = not is_speech and not is_music and not heard.is_tone
        if is_quiet and heard.score.silence > 0.5:
            self._noise.add(heard.bands_db)
        self._since_ring_s = 0.0 if heard.is_ring else self._since_ring_s + BLOCK_S
        if self._speech_run > 1:  # a single block is a noise
            self._speech(heard)
        elif not self.is_open:
            self._before(is_quiet=is_quiet, is_music=is_music)
            return
        elif is_music:
            evidence.music_s += BLOCK_S
        elif heard.is_tone:
            evidence.tone_s += BLOCK_S
        else:
            evidence.wait_s += BLOCK_S
            evidence.music_s = max(0.0, evidence.music_s - BLOCK_S / 4)
        evidence.age_s += BLOCK_S
        self.quiet_s = 0.0 if self._speech_run > 1 else self.quiet_s + BLOCK_S * is_quiet
        evidence.noise_db = self._noise.change_db() if is_quiet else evidence.noise_db
        evidence.is_repeat |= heard.is_repeat

    def _before(self, *, is_quiet: bool, is_music: bool) -> None:
        self._music.append(is_music)
        self._since_music_s = 0.0 if is_music else self._since_music_s + BLOCK_S
        self.quiet_s = self.quiet_s + BLOCK_S if is_quiet else 0.0

    def _speech(self, heard: Heard) -> None:
        evidence = self.evidence
        if not self.is_open:
            self._noise.settle()
            evidence.age_s = BLOCK_S
            evidence.quiet_before_s = self.quiet_s
            evidence.music_before = sum(self._music) / _RECENT_BLOCKS
            evidence.since_music_s = self._since_music_s
            evidence.since_ring_s = self._since_ring_s
        if evidence.wait_s >= _PHRASE_GAP_S or evidence.phrases == 0:
            evidence.phrases += 1
            evidence.phrase_s = 0.0
            evidence.longest_wait_s = max(evidence.longest_wait_s, evidence.wait_s)
        evidence.speech_s += BLOCK_S
        evidence.phrase_s += BLOCK_S
        evidence.clean += _CLEAN_WEIGHT * (heard.score.speech / heard.score.any_speech - evidence.clean)
        evidence.moving += _MOVING_WEIGHT * (heard.is_moving - evidence.moving)
        evidence.wait_s = evidence.tone_s = 0.0
        evidence.repeat_distance = min(evidence.repeat_distance, heard.repeat_distance)
        self._own_levels.append(heard.level_db)
        if len(self._levels) >= 10:
            evidence.level_db = float(np.median(self._own_levels) - np.median(self._levels))
        self._sketch.add(heard.fine_bands_db, heard.pitch)
        voice = self._sketch.describe()
        if voice is not None:
            evidence.same_voice = self._voices.same(voice)

    def end(self, *, is_person: bool = False, others: int = 0) -> None:
        """The episode is over; unless it was a person, the voice is one of the line's from now on.

        ``others``: so many of its last blocks of speech were somebody else's.
        """
        if self.is_open and not is_person:
            self._sketch.forget(others)
            for _ in range(min(others, len(self._own_levels))):
                self._own_levels.pop()
            voice = self._sketch.describe()
            if voice is not None:
                self._voices.add(voice)
            self._levels.extend(self._own_levels)
        if self.evidence.music_s or self.evidence.tone_s:
            self._since_music_s = 0.0 if self.evidence.music_s else self._since_music_s
        self._music.extend([False] * round(self.evidence.age_s / BLOCK_S))
        self._noise.settle()
        self._own_levels.clear()
        self._sketch = VoiceSketch()
        self.evidence = Evidence()
