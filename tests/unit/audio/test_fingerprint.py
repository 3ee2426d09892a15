"""Speech heard before is recognised at another level or with its start cut; other speech is not."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.energy import to_float
from custom_components.hold_slayer.engine.audio.features import FeatureExtractor
from custom_components.hold_slayer.engine.audio.fingerprint import (
    KEPT_DAYS,
    KEPT_WORDS,
    MEMORY_WORDS,
    SpeechMemory,
)
from custom_components.hold_slayer.engine.audio.spectrum import BLOCK_SAMPLES, SpectrumAnalyzer
from tests.fakes import sounds

SAME = 0.3


class Listener:
    """Feeds whole episodes and returns the smallest distance met in each."""

    def __init__(self) -> None:
        self.memory = SpeechMemory()
        self._analyzer = SpectrumAnalyzer()
        self._extractor = FeatureExtractor()

    def episode(self, sound: np.ndarray) -> float:
        best = self.hear(sound)
        self.memory.end_episode()
        return best

    def hear(self, sound: np.ndarray) -> float:
        samples = to_float(sounds.pcm(sound))
        best = 1.0
        for start in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
            block = self._analyzer.analyze(samples[start : start + BLOCK_SAMPLES])
            self.memory.add(self._extractor.extract(block, -80.0).bands_db, is_kept=True)
            match = self.memory.match()
            best = min(best, match.distance) if match else best
            if match and match.distance < SAME:
                self.memory.recognised()
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
    # made of six vowels only: real voices keep further apart
    assert listener.episode(line(sounds.speech(4, seed=seed), seed)) > SAME


def test_what_is_known_only_from_its_middle_on_is_found_at_the_very_beginning_of_the_memory() -> None:
    sound = sounds.speech(3, seed=2)
    listener = Listener()
    listener.episode(line(sound[2400:], 1))
    assert listener.hear(line(sound[:16000], 2)) < SAME


def test_a_new_beginning_of_something_known_is_learned() -> None:
    """Another number in front of the same words."""
    known, other = sounds.speech(3, seed=2), sounds.speech(1, seed=6)
    listener = Listener()
    listener.episode(line(known, 1))
    before = listener.memory.stored_words
    assert listener.episode(line(sounds.join(other, known[8000:]), 2)) < SAME
    assert 20 <= listener.memory.stored_words - before <= 100
    assert listener.hear(line(sounds.join(other, known[8000:12000]), 3)) < SAME


def test_a_recording_that_goes_on_is_told_from_somebody_who_takes_over() -> None:
    known = sounds.speech(5, seed=2)
    listener = Listener()
    listener.episode(line(known, 1))
    listener.hear(line(known[:24000], 2))
    astray = listener.memory.astray()
    assert astray is not None
    assert astray < 0.3
    listener.hear(line(sounds.speech(0.6, seed=9, pitch_hz=190), 3))
    astray = listener.memory.astray()
    assert astray is not None
    assert astray >= 0.38
    words = listener.memory.episode_words
    listener.memory.split(6)
    assert listener.memory.episode_words == 30 < words
    assert listener.memory.astray() is None


def test_a_recording_whose_pieces_were_learned_apart_goes_on() -> None:
    first, second = sounds.speech(3, seed=2), sounds.speech(3, seed=9, pitch_hz=190)
    listener = Listener()
    listener.episode(line(second, 1))
    listener.episode(line(first, 2))
    listener.hear(line(first, 3))
    listener.hear(line(second[:8000], 4))
    astray = listener.memory.astray()
    assert astray is not None
    assert astray < 0.28


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


def test_the_next_call_knows_the_recording() -> None:
    first, sound = Listener(), sounds.speech(5, -24, seed=2)
    first.episode(line(sound, 1))
    later = Listener()
    later.memory.restore(first.memory.export(100), 130)
    assert later.episode(line(sound[4321:] * 0.4, 7)) < SAME
    assert Listener().episode(line(sound, 7)) == 1.0


def test_what_was_not_heard_for_long_is_forgotten_and_what_was_is_as_good_as_new() -> None:
    first, old, fresh = Listener(), sounds.speech(5, -24, seed=2), sounds.speech(5, -24, seed=3)
    first.episode(old)
    second = Listener()
    second.memory.restore(first.memory.export(10), 20)
    second.episode(fresh)
    third = Listener()
    third.memory.restore(second.memory.export(20), 10 + KEPT_DAYS + 1)
    assert third.episode(line(fresh, 5)) < SAME
    assert third.episode(line(old, 5)) > SAME


def test_a_person_is_not_exported() -> None:
    first, voice, person = Listener(), sounds.speech(5, -24, seed=2), sounds.speech(5, -24, seed=3)
    first.episode(voice)
    before = first.memory.position
    first.episode(person)
    later = Listener()
    later.memory.restore(first.memory.export(1, until=before), 1)
    assert later.episode(line(person, 3)) > SAME
    assert later.episode(line(voice, 3)) < SAME


def test_export_is_bounded_over_many_calls() -> None:
    rng = np.random.default_rng(1)
    data = b""
    for day in range(1, 6):
        memory = SpeechMemory()
        memory.restore(data, day)
        for _ in range(MEMORY_WORDS // 10):
            memory.add(rng.standard_normal((10, 16)).astype(np.float32), is_kept=True)
        memory.end_episode()
        data = memory.export(day)
        assert len(data) <= 2 * KEPT_WORDS + 100


@pytest.mark.parametrize("change", [lambda data: data[:-3], lambda data: data[:5], lambda data: data + b"ab"])
def test_damaged_marks_are_refused(change) -> None:  # type: ignore[no-untyped-def]
    first = Listener()
    first.episode(sounds.speech(3, -24, seed=2))
    memory = SpeechMemory()
    with pytest.raises(ValueError, match="marks"):
        memory.restore(change(first.memory.export(3)), 3)
    assert memory.stored_words == 0


@pytest.mark.parametrize("data", [b"", b"HSF1whatever", b"garbage"])
def test_marks_of_another_kind_are_left_out(data: bytes) -> None:
    memory = SpeechMemory()
    memory.restore(data, 3)
    assert memory.stored_words == 0


def test_nothing_heard_exports_nothing() -> None:
    memory = SpeechMemory()
    memory.restore(SpeechMemory().export(3), 3)
    assert memory.stored_words == 0
