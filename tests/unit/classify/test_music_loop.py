"""Loops of hold music: their period and count, whatever interrupts them; on generated and on recorded music."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.energy import to_float
from custom_components.hold_slayer.engine.audio.features import FINE_BANDS, FeatureExtractor
from custom_components.hold_slayer.engine.audio.music_memory import MEMORY_WORDS, MusicMemory, words_of
from custom_components.hold_slayer.engine.audio.spectrum import BLOCK_SAMPLES, SpectrumAnalyzer
from custom_components.hold_slayer.engine.classify.line_score import LineScore
from custom_components.hold_slayer.engine.classify.music_loop import LoopTracker
from tests.fakes import clips, sounds

MUSIC = LineScore(0, 0, 1, 0, 0)
SPEECH = LineScore(0, 0, 0, 1, 0)
RATE = 8000


def bands(sound: np.ndarray) -> list[np.ndarray]:
    """Band energies of each 100 ms."""
    samples, analyzer, extractor = to_float(sounds.pcm(sound)), SpectrumAnalyzer(), FeatureExtractor()
    return [
        extractor.extract(analyzer.analyze(samples[at : at + BLOCK_SAMPLES]), -80.0).fine_bands_db.copy()
        for at in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES)
    ]


class Line:
    """A tracker, told by us what is music and what speech."""

    def __init__(self) -> None:
        self.tracker = LoopTracker()
        self.told: list[tuple[float, float, int]] = []
        """Second, period, times: each pattern that became known."""
        self._t = 0

    def play(self, sound: np.ndarray, score: LineScore = MUSIC) -> None:
        for block in bands(sound + sounds.noise(sound.size / RATE, -60, self._t)[: sound.size]):
            self._t += 1
            before = self.tracker.pattern
            self.tracker.update(block, score, is_tone=False)
            if (new := self.tracker.pattern) is not None and new is not before:
                self.told.append((self._t / 10, new.period_s, new.times))

    def say(self, seconds: float, seed: int) -> None:
        self.play(sounds.speech(seconds, seed=seed), SPEECH)


def song(seconds: float, seed: int) -> np.ndarray:
    """Music that does not repeat itself: another tune every eight seconds."""
    parts = [sounds.music(8, seed=100 * seed + number) for number in range(int(seconds / 8) + 1)]
    return np.concatenate(parts)[: round(seconds * RATE)]


SONG = song(48, 1)
ORCHESTRA = clips.clip("music-orchestra")


def test_a_loop_is_known_in_its_second_pass_and_then_counted() -> None:
    line = Line()
    for _ in range(4):
        line.play(SONG)
    first, *_, last = line.told
    assert 48 + 30 <= first[0] < 96, "only when enough has come again, but in the second pass"
    assert [period for _, period, _ in line.told] == pytest.approx([48.0] * len(line.told), abs=0.3)
    assert [times for *_, times in line.told] == [2, 3, 4]
    assert first[2] == 2
    assert last[0] == pytest.approx(3 * 48, abs=1.5)


def test_recorded_music_is_known_behind_another_codec_at_another_level_with_packets_lost() -> None:
    line = Line()
    line.play(ORCHESTRA)
    line.play(clips.clip("music-orchestra-gsm")[130:])
    line.play(clips.lossy(clips.changed(ORCHESTRA, -12.0), 0.05)[57:])
    assert line.told, "the loop was not found"
    assert {times for *_, times in line.told} <= {2, 3}
    assert line.told[-1][1] == pytest.approx(25.0, abs=0.3)


@pytest.mark.parametrize("name", clips.names("music-orchestra", "sung-folk", "sung-rock", "music-ambient"))
def test_recorded_music_that_plays_once_is_no_loop(name: str) -> None:
    line = Line()
    line.play(clips.clip(name))
    assert line.told == []


@pytest.mark.parametrize("seeds", [(1, 2, 3), (4, 5, 6)])
def test_one_song_after_another_is_no_loop(seeds: tuple[int, ...]) -> None:
    line = Line()
    for seed in seeds:
        line.play(song(60, seed))
    assert line.told == []


def test_music_that_waits_while_something_is_said_keeps_its_period() -> None:
    line = Line()
    whole = np.concatenate([SONG] * 4)
    for at, pause in ((0, 4.0), (17, 7.0), (40, 3.0), (71, 9.0), (101, 4.0)):
        end = {0: 17, 17: 40, 40: 71, 71: 101, 101: 150}[at]
        line.play(whole[at * RATE : end * RATE])
        line.say(pause, seed=at + 2)
    assert line.told
    assert line.told[-1][1] == pytest.approx(48.0, abs=2.5)
    assert line.told[-1][2] in (3, 4)


def test_music_that_runs_on_beneath_what_is_said_keeps_its_period_by_the_clock() -> None:
    line = Line()
    whole, at = np.concatenate([SONG] * 5), 0.0
    for until, said in ((15.0, 6.0), (50.0, 9.0), (95.0, 4.0), (140.0, 7.0), (200.0, 4.0)):
        line.play(whole[round(at * RATE) : round(until * RATE)])
        line.say(said, seed=int(until))
        at = until + said
    assert line.told
    assert line.told[-1][1] == pytest.approx(48.0, abs=1.5)


def test_music_that_begins_anew_after_each_announcement_is_counted() -> None:
    line = Line()
    for number, seconds in enumerate((30, 22, 26, 24)):
        line.play(SONG[: seconds * RATE])
        line.say(4, seed=number + 2)
    assert [times for *_, times in line.told] == [3, 4]
    assert line.told[-1][1] == pytest.approx(30, abs=1.5)


def test_the_loop_is_forgotten_when_other_music_plays() -> None:
    line = Line()
    line.play(np.concatenate([SONG, SONG]))
    assert line.tracker.pattern is not None
    line.play(np.concatenate([ORCHESTRA, clips.clip("sung-rock"), clips.clip("music-ambient")]))
    assert line.tracker.pattern is None


def test_the_same_place_in_another_pass_is_told() -> None:
    line = Line()
    line.play(SONG[: 20 * RATE])
    first = line.tracker.where
    line.say(3, seed=2)
    line.play(np.concatenate([SONG[20 * RATE :], SONG[: 20 * RATE]]))
    second = line.tracker.where
    assert first is not None
    assert second is not None
    assert first.lag == 0
    assert second.place - second.lag == pytest.approx(first.place, abs=10)
    line.say(6, seed=3)
    assert line.tracker.where is None


@pytest.mark.parametrize("gain_db", [-14.0, 6.0])
@pytest.mark.parametrize("delay", [0, 111, 517])
def test_gain_and_delay_change_nothing(gain_db: float, delay: int) -> None:
    line = Line()
    line.play(np.concatenate([np.zeros(delay), *[SONG] * 2]) * 10 ** (gain_db / 20))
    assert [(period, times) for _, period, times in line.told] == [(pytest.approx(48.0, abs=0.2), 2)]
    assert line.told[0][0] == pytest.approx(48 + 30, abs=1.0)


def test_memory_is_bounded_and_what_is_too_long_ago_is_forgotten() -> None:
    rng, memory = np.random.default_rng(1), MusicMemory()
    first = rng.standard_normal((200, 1, FINE_BANDS)).astype(np.float32) * 5
    for block in first:
        memory.add(block)
    for _ in range(MEMORY_WORDS + 5000):
        memory.add(rng.standard_normal((1, FINE_BANDS)).astype(np.float32) * 5)
        assert memory.place - memory.first_place <= MEMORY_WORDS + 2000
    assert memory.first_place > 200
    for block in first:
        memory.add(block)
    assert memory.repetition is None
    for block in first:
        memory.add(block)
    assert memory.repetition is not None
    assert memory.repetition.lag == 200


def test_words_of_a_whole_piece_are_those_found_block_by_block() -> None:
    blocks = bands(ORCHESTRA[: 10 * RATE])
    memory = MusicMemory()
    for block in blocks:
        memory.add(block)
    words, _ = words_of(np.array([block.mean(axis=0) for block in blocks]))
    assert memory._tape[3 : memory.place].tolist() == words.tolist()
