"""The score tells silence, tone, music and speech apart; hysteresis is the smoother's; a steady tone is never speech."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.energy import to_float
from custom_components.hold_slayer.engine.audio.spectrum import BLOCK_SAMPLES, SpectrumAnalyzer
from custom_components.hold_slayer.engine.classify.line_features import NAMES, LineFeatures
from custom_components.hold_slayer.engine.classify.line_score import LineScore, LineScorer, is_steady
from custom_components.hold_slayer.engine.classify.smoother import ClassSmoother, label_of
from custom_components.hold_slayer.engine.classify.vad import VoiceActivityDetector
from custom_components.hold_slayer.engine.model.phase import FrameLabel
from tests.fakes import sounds

SILENCE, MUSIC, SPEECH = FrameLabel.SILENCE, FrameLabel.MUSIC, FrameLabel.SPEECH


def scores_of(sound: np.ndarray) -> list[LineScore]:
    spectrum, features, scorer, vad = SpectrumAnalyzer(), LineFeatures(), LineScorer(), VoiceActivityDetector()
    scores = []
    data = sounds.pcm(sound)
    for start in range(0, len(data) - 2 * BLOCK_SAMPLES + 1, 2 * BLOCK_SAMPLES):
        piece = data[start : start + 2 * BLOCK_SAMPLES]
        flags = np.array([vad.is_speech(piece[k : k + 320]) for k in range(0, len(piece), 320)], np.float32)
        vector = features.update(spectrum.analyze(to_float(piece)), flags)
        assert vector.shape == (len(NAMES),)
        assert np.isfinite(vector).all()
        score = scorer.score(vector)
        scores.append(score.without_voice() if is_steady(features) else score)
    return scores


def share(sound: np.ndarray, label: FrameLabel, skip_s: float = 1.5) -> float:
    """Share of the blocks with this label after the first moments."""
    labels = [label_of(score) for score in scores_of(sounds.join(sounds.silence(1.0), sound))][
        round(10 * (1 + skip_s)) :
    ]
    return labels.count(label) / len(labels)


@pytest.mark.parametrize("level_db", [-35.0, -20.0, -9.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
class TestClasses:
    def test_speech(self, seed: int, level_db: float) -> None:
        assert share(sounds.speech(6, level_db, seed, pitch_hz=90 + 50 * seed), SPEECH) > 0.85

    def test_music(self, seed: int, level_db: float) -> None:
        assert share(sounds.music(8, level_db, seed), MUSIC) > 0.9

    def test_steady_complex_tone_is_not_speech(self, seed: int, level_db: float) -> None:
        assert share(sounds.complex_tone(60 + 70 * seed, 8, level_db, seed), SPEECH) == 0.0


@pytest.mark.parametrize("level_db", [-60.0, -40.0, -20.0, -10.0])
def test_noise_is_silence_at_any_level(level_db: float) -> None:
    assert share(sounds.noise(8, level_db), SILENCE, skip_s=0.5) > 0.97


def test_digital_silence() -> None:
    assert {label_of(score) for score in scores_of(sounds.silence(4))} == {SILENCE}


def test_speech_over_music_is_speech_with_music_under_it() -> None:
    sound = sounds.music(16, -18)
    under = sound.copy()
    under[64000:] *= 10 ** (-10 / 20)
    under[64000:] += sounds.speech(8, -20, 4)
    later = scores_of(sounds.join(under))[95:]
    assert np.mean([score.any_speech > 0.5 for score in later]) > 0.5
    assert np.mean([score.any_music for score in later]) > 0.6


def test_probabilities_add_up() -> None:
    for score in scores_of(sounds.speech(2)):
        assert score.silence + score.tone + score.any_music + score.speech == pytest.approx(1.0, abs=1e-5)


def test_without_speech_gives_it_to_silence() -> None:
    score = LineScore(0.1, 0.0, 0.2, 0.4, 0.3).without_speech()
    assert (score.silence, score.music, score.any_speech) == (pytest.approx(0.8), 0.2, 0.0)


class TestSmoother:
    def test_first_class_needs_its_dwell(self) -> None:
        smoother = ClassSmoother()
        assert [smoother.update(MUSIC) for _ in range(5)] == [False] * 4 + [True]
        assert smoother.label is MUSIC

    def test_a_flicker_changes_nothing(self) -> None:
        smoother = ClassSmoother()
        for label in [MUSIC] * 8 + [SPEECH, MUSIC, MUSIC] * 5:
            smoother.update(label)
        assert smoother.label is MUSIC

    def test_a_lasting_change_is_told_once(self) -> None:
        smoother = ClassSmoother()
        changes = [smoother.update(label) for label in [SILENCE] * 6 + [SPEECH] * 6]
        assert changes.count(True) == 2
        assert changes.index(True, 6) == 8
