"""A small fleet on generated sound: the calls of the bench through the real hearing and brain. It fails when the figures fall."""

from pathlib import Path
import sys

import numpy as np
import pytest

from tests.fakes import sounds

sys.path.insert(0, str(Path(__file__).resolve().parents[2] / "bench"))

from fleet import summary
from fleet_call import FleetCall, Setup
from fleet_sounds import ANNOUNCEMENTS, GREETINGS, OTHER, Library, Sound


def _sound(generated: np.ndarray, text: str = "") -> Sound:
    return Sound((generated * 32767).astype(np.int16), text)


def _spoken(text: str, seed: int, pitch_hz: float) -> Sound:
    return _sound(sounds.speech(max(0.6, len(text.split()) / 2.8), seed=seed, pitch_hz=pitch_hz), text)


@pytest.fixture(scope="module")
def library() -> Library:
    made = Library(music=[_sound(sounds.music(30.0, seed=seed)) for seed in (1, 2)])
    for number, language in enumerate(GREETINGS):
        made.announcements[language] = [
            _spoken(text, 100 * number + seed, 190.0) for seed, text in enumerate(ANNOUNCEMENTS[language])
        ]
        made.greetings[language] = [
            [_spoken(each, 1000 + 100 * number + seed, 115.0) for seed, each in enumerate((text, *OTHER[language]))]
            for text in GREETINGS[language]
        ]
    return made


def figures(library: Library, setup: Setup) -> dict[str, object]:
    return summary(
        [
            {name: getattr(result, name) for name in result.__slots__}
            for result in (FleetCall(library, 7, number, setup).run() for number in range(10))
        ]
    )


def test_people_are_found_and_recordings_are_not(library: Library) -> None:
    found = figures(library, Setup(seconds=130.0))
    assert found["humans"] >= 7
    assert found["human_found"] == 1.0
    assert found["human_s_p50"] <= 6.5
    assert found["candidate_s_p50"] <= 1.5
    assert found["false_humans"] == 0


def test_without_speech_to_text(library: Library) -> None:
    found = figures(library, Setup(seconds=130.0, stt_s=None))
    assert found["human_found"] >= 0.8
    assert found["false_humans"] == 0
