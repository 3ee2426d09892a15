"""Speech heard before is recognised at another level or with its start cut; other speech is not."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.energy import to_float
from custom_components.hold_slayer.engine.audio.features import FeatureExtractor
from custom_components.hold_slayer.engine.audio.fingerprint import MEMORY_WORDS, SpeechMemory
from custom_components.hold_slayer.engine.audio.spectrum import BLOCK_SAMPLES, SpectrumAnalyzer
from tests.fakes import sounds

SAME = 0.31


class Listener:
    """Feeds whole episodes and returns the smallest distance met in each."""

    def __init__(self) -> None:
        self.memory = SpeechMemory()
        self._analyzer = SpectrumAnalyzer()
        self._extractor = FeatureExtractor()

    def episode(self, sound: np.ndarray) -> float:
        samples = to_float(sounds.pcm(sound))
        best = 1.0
        for start in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
            block = self._analyzer.analyze(samples[start : start + BLOCK_SAMPLES])
            self.memory.add(self._extractor.extract(block, -80.0).bands_db, is_kept=True)
            match = self.memory.match()
            best = min(best, match.distance) if match else best
        self.memory.end_episode()
        return best


def line(sound: np.ndarray, seed: int) -> np.ndarray:
    """The same sound with a line's noise of its own."""
    return sound + sounds.noise(sound.size / 8000, -60, seed)[: sound.size]


@pytest.mark.parametrize("change_db", [-12.0, 0.0, 6.0])
@pytest.mark.parametrize("cut", [0, 4321])
def test_a_repeat_is_recognised(change_db: float, cut: int) -> None:
    sound = sounds.speech(5, -24, seed=2)
    listener = Listener()
    listener.episode(line(sounds.speech(4, -24, seed=8), 1))
    assert listener.episode(line(sound, 2)) > 0.38
    listener.episode(line(sounds.speech(4, -24, seed=9), 3))
    assert listener.episode(line(sound[cut:] * 10 ** (change_db / 20), 4)) < SAME


@pytest.mark.parametrize("seed", range(20, 26))
def test_the_same_voice_saying_something_else_is_no_repeat(seed: int) -> None:
    listener = Listener()
    for before in range(4):
        listener.episode(line(sounds.speech(4, seed=before), before))
    # made of six vowels only: real voices keep further apart (above 0.40)
    assert listener.episode(line(sounds.speech(4, seed=seed), seed)) > SAME + 0.02


def test_too_little_is_not_compared() -> None:
    listener = Listener()
    listener.episode(sounds.speech(4, seed=2))
    assert listener.episode(sounds.speech(0.7, seed=2)) == 1.0


def test_memory_is_bounded() -> None:
    memory = SpeechMemory()
    rng = np.random.default_rng(1)
    for _ in range(2 * MEMORY_WORDS // 5):
        memory.add(rng.standard_normal((10, 16)).astype(np.float32), is_kept=True)
        assert memory.episode_words <= MEMORY_WORDS
    memory.end_episode()
    assert memory.stored_words == MEMORY_WORDS


def test_a_dropped_episode_is_forgotten() -> None:
    listener = Listener()
    sound = sounds.speech(4, seed=2)
    listener.memory.add(np.zeros((10, 16), np.float32), is_kept=True)
    listener.memory.drop_episode()
    assert listener.memory.episode_words == 0
    assert listener.episode(sound) == 1.0
