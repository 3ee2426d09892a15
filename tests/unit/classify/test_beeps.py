"""Holds without music: what comes at equal distances on a quiet line is a rhythm, nothing else is."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.energy import to_float
from custom_components.hold_slayer.engine.audio.features import FeatureExtractor
from custom_components.hold_slayer.engine.audio.spectrum import BLOCK_SAMPLES, SpectrumAnalyzer
from custom_components.hold_slayer.engine.classify.beeps import BeepRhythm
from custom_components.hold_slayer.engine.model.hold_pattern import HoldPattern, HoldSound
from tests.fakes import clips, sounds


class Line:
    def __init__(self) -> None:
        self.rhythm = BeepRhythm()
        self.told: list[tuple[float, HoldPattern]] = []
        self.came: list[float] = []
        self._t = 0
        self._analyzer, self._extractor = SpectrumAnalyzer(), FeatureExtractor()

    def play(self, *parts: np.ndarray, noise_db: float = -62.0, is_speech: bool = False, is_ring: bool = False) -> None:
        sound = sounds.join(*parts, line_noise_db=noise_db)
        samples = to_float(sounds.pcm(sound))
        for at in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
            block = self._analyzer.analyze(samples[at : at + BLOCK_SAMPLES])
            features = self._extractor.extract(block, -80.0)
            level_db = float(10 * np.log10((10 ** (block.levels_db / 10)).mean()))
            self._t += 1
            before = self.rhythm.pattern
            self.rhythm.update(features.fine_bands_db, level_db, is_speech=is_speech, is_ring=is_ring)
            new = self.rhythm.pattern
            if new is not None and new != before:
                self.told.append((self._t / 10, new))
            if self.rhythm.has_come:
                self.came.append(self._t / 10)


def every(sound: np.ndarray, period_s: float, times: int) -> np.ndarray:
    return np.concatenate([np.concatenate([sound, sounds.silence(period_s - sound.size / 8000)])] * times)


BEEP = sounds.tone((1400.0,), 0.3)
CHIME = np.concatenate([sounds.tone((660.0,), 0.2), sounds.tone((880.0, 1320.0), 0.5)])
DOUBLE = np.concatenate([BEEP, sounds.silence(0.2), BEEP])


@pytest.mark.parametrize("noise_db", [-70.0, -45.0])
@pytest.mark.parametrize("period_s", [3.0, 10.0, 30.0])
@pytest.mark.parametrize("sound", [BEEP, CHIME, DOUBLE], ids=["beep", "chime", "double"])
def test_the_third_sound_makes_a_rhythm(sound: np.ndarray, period_s: float, noise_db: float) -> None:
    line = Line()
    line.play(sounds.silence(1), every(sound, period_s, 4), noise_db=noise_db)
    (first, pattern), *_, (_, last) = line.told
    assert pattern == HoldPattern(HoldSound.BEEPS, pytest.approx(period_s, abs=0.15), 3)
    assert first == pytest.approx(1 + 2 * period_s + sound.size / 8000, abs=1.2)
    assert last.times == 4


@pytest.mark.parametrize("gain_db", [-20.0, 6.0])
@pytest.mark.parametrize("delay", [37, 411])
def test_gain_and_delay_change_no_rhythm(gain_db: float, delay: int) -> None:
    line = Line()
    line.play(np.zeros(delay + 8000), every(BEEP, 8.0, 4) * 10 ** (gain_db / 20))
    assert [(pattern.period_s, pattern.times) for _, pattern in line.told] == [(8.0, 3), (8.0, 4)]


def test_the_rhythm_outlives_an_announcement_and_ends_when_nothing_comes() -> None:
    line = Line()
    line.play(sounds.silence(1), every(BEEP, 10.0, 3))
    line.play(clips.clip("prompt-en"), sounds.silence(3), is_speech=True)
    line.play(every(BEEP, 10.0, 2))
    assert line.rhythm.pattern == HoldPattern(HoldSound.BEEPS, 10.0, 5)
    line.play(sounds.silence(80))
    assert line.rhythm.pattern is None


def test_rings_and_words_are_told_apart() -> None:
    line = Line()
    line.play(every(sounds.tone((425.0,), 1.0), 5.0, 4), is_ring=True)
    assert line.told[0][1].sound is HoldSound.RINGING
    line = Line()
    line.play(every(clips.clip("prompt-es")[:12000], 9.0, 5), is_speech=True)
    assert line.told[0][1] == HoldPattern(HoldSound.WORDS, 9.0, 4)


@pytest.mark.parametrize("seed", range(4))
def test_irregular_beeps_are_no_rhythm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    pauses = rng.uniform(3, 15, 8)
    line = Line()
    line.play(*[part for pause in pauses for part in (BEEP, sounds.silence(pause))])
    assert line.told == []


def test_different_sounds_at_equal_distances_are_no_rhythm() -> None:
    line = Line()
    line.play(*[every(sounds.tone((hz,), 0.3), 6.0, 1) for hz in (400.0, 1900.0, 800.0, 3000.0, 600.0)])
    assert line.told == []


@pytest.mark.parametrize("pattern", [(0.5, 0.5), (0.25, 0.25), (0.375, 0.375)])
def test_busy_is_no_rhythm_of_a_hold(pattern: tuple[float, float]) -> None:
    line = Line()
    line.play(sounds.cadence((480.0, 620.0), pattern, 40))
    assert line.told == []


@pytest.mark.parametrize("name", clips.names("prompt", "person", "people", "music", "sung", "noise"))
def test_no_recorded_clip_is_a_rhythm(name: str) -> None:
    line = Line()
    line.play(clips.clip(name), sounds.silence(2), clips.clip(name)[8000:], sounds.silence(2))
    assert line.told == []


def test_nothing_grows() -> None:
    line = Line()
    for _ in range(30):
        line.play(every(BEEP, 5.0, 4), every(CHIME, 4.0, 2), clips.clip("person-agent")[:24000])
    assert len(line.rhythm.__dict__) < 12
    assert not any(isinstance(value, list) for value in line.rhythm.__dict__.values())
