"""Keys heard in the audio of the user's leg, until events come."""

from collections.abc import Callable

import numpy as np

from custom_components.hold_slayer.engine.agent.key_ear import KeyEar
from custom_components.hold_slayer.engine.model.audio_frame import AudioFrame
from tests.fakes.sounds import dtmf, frames, join, music, silence, speech


class Sound:
    """Stands where a session stands."""

    def __init__(self) -> None:
        self.sink: Callable[[AudioFrame], None] | None = None

    def add_sink(self, sink: Callable[[AudioFrame], None], *, may_wait: bool = False) -> Callable[[], None]:
        assert may_wait
        self.sink = sink

        def remove() -> None:
            self.sink = None

        return remove

    def plays(self, *sounds: np.ndarray) -> None:
        for frame in frames(join(*sounds)):
            if self.sink is not None:
                self.sink(frame)


def made() -> tuple[KeyEar, Sound, list[str]]:
    keys: list[str] = []
    ear, sound = KeyEar(keys.append), Sound()
    ear.start(sound)  # type: ignore[arg-type]
    return ear, sound, keys


def test_two_stars_and_a_one_in_a_talk() -> None:
    _, sound, keys = made()
    gap = silence(0.15)
    sound.plays(speech(1.0), gap, dtmf("*"), gap, dtmf("*"), gap, speech(1.0, seed=3), gap, dtmf("1"), gap)
    assert keys == ["*", "*", "1"]


def test_speech_and_music_press_nothing() -> None:
    _, sound, keys = made()
    for seed in range(1, 5):
        sound.plays(speech(4.0, seed=seed, pitch_hz=90.0 + 40 * seed), music(4.0, seed=seed))
    assert keys == []


def test_who_sends_events_is_not_listened_to() -> None:
    ear, sound, keys = made()
    sound.plays(dtmf("1"), silence(0.1))
    ear.stop()
    ear.stop()
    sound.plays(dtmf("2"), silence(0.1))
    assert keys == ["1"]
