"""Levels, spectra, features, and pitch have the values that simple sounds must give."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.energy import SlowPeak, level_db, to_float
from custom_components.hold_slayer.engine.audio.features import FeatureExtractor, HopFeatures
from custom_components.hold_slayer.engine.audio.goertzel import ToneBank
from custom_components.hold_slayer.engine.audio.pitch import PitchTracker
from custom_components.hold_slayer.engine.audio.spectrum import (
    BLOCK_SAMPLES,
    FINE_BIN_HZ,
    SpectrumAnalyzer,
    SpectrumBlock,
)
from tests.fakes import sounds


def last_block(sound: np.ndarray) -> tuple[SpectrumBlock, HopFeatures]:
    analyzer, extractor = SpectrumAnalyzer(), FeatureExtractor()
    samples = to_float(sounds.pcm(sound))
    for start in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        block = analyzer.analyze(samples[start : start + BLOCK_SAMPLES])
        features = extractor.extract(block, -90.0)
    return block, features


@pytest.mark.parametrize("level", [-60.0, -35.0, -7.0])
def test_level_is_relative_to_full_scale(level: float) -> None:
    block, _ = last_block(sounds.noise(1.0, level))
    assert float(block.levels_db.mean()) == pytest.approx(level, abs=1.0)


def test_digital_silence_has_a_floor() -> None:
    assert float(level_db(np.zeros(1, np.float32))[0]) == pytest.approx(-90.0, abs=0.1)


def test_slow_peak_rises_at_once_and_falls_slowly() -> None:
    peak = SlowPeak()
    assert peak.update(np.full(10, -10.0, np.float32), 0.1) == pytest.approx(-10.0)
    for _ in range(10):
        peak.update(np.full(10, -60.0, np.float32), 1.0)
    assert peak.db == pytest.approx(-12.5)


def test_fine_spectrum_finds_a_tone_to_one_bin() -> None:
    block, features = last_block(sounds.tone((1000.0,), 1.0))
    assert int(block.fine_power.argmax()) * FINE_BIN_HZ == pytest.approx(1000.0, abs=FINE_BIN_HZ)
    assert features.peakiness > 0.95


def test_flatness_tells_noise_from_tone() -> None:
    _, noise = last_block(sounds.noise(1.0))
    _, tone = last_block(sounds.tone((1000.0,), 1.0))
    assert float(noise.flatness.mean()) > -1.0
    assert float(tone.flatness.mean()) < -4.0


def test_steadiness_tells_held_from_moving() -> None:
    _, held = last_block(sounds.complex_tone(200.0, 1.0))
    _, moving = last_block(sounds.speech(1.0))
    assert float(held.steadiness.min()) > 0.9 > float(moving.steadiness.max())


def test_purity_tells_a_key_from_a_voice_and_noise() -> None:
    _, key = last_block(sounds.tone((770.0, 1336.0), 0.5))
    _, voice = last_block(sounds.speech(1.0))
    _, noise = last_block(sounds.noise(1.0))
    assert float(key.purity.min()) > 0.6 > float(voice.purity.mean()) > float(noise.purity.mean())


@pytest.mark.parametrize("pitch_hz", [95.0, 140.0, 230.0, 360.0])
def test_pitch_of_a_complex_tone(pitch_hz: float) -> None:
    tracker = PitchTracker()
    analyzer = SpectrumAnalyzer()
    samples = to_float(sounds.pcm(sounds.complex_tone(pitch_hz, 0.6)))
    for start in range(0, len(samples), BLOCK_SAMPLES):
        pitch = tracker.track(analyzer.analyze(samples[start : start + BLOCK_SAMPLES]).pitch_windows)
    assert pitch.hz.tolist() == pytest.approx([pitch_hz] * 5, rel=0.02)
    assert pitch.held.tolist() == [1.0] * 5


def test_noise_has_no_pitch() -> None:
    block, _ = last_block(sounds.noise(0.5))
    assert PitchTracker().track(block.pitch_windows).voiced.sum() == 0


def test_tone_bank_measures_the_mean_square() -> None:
    t = np.arange(256) / 8000
    window = (0.5 * np.sin(2 * np.pi * 770 * t))[None, :].astype(np.float32)
    power = ToneBank((697.0, 770.0, 1336.0)).power(window)[0]
    assert float(power[1]) == pytest.approx(0.125, rel=0.02)
    assert float(power[2]) < 1e-4
