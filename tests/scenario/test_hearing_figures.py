"""Whole generated calls with known truth: the figures of the hearing, pinned; who makes it worse finds out here."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.call.hearing import Hearing
from custom_components.hold_slayer.engine.model.call_event import FrameLabelledEvent, HearingEvent, VerdictChangedEvent
from tests.fakes import sounds

LETTER = {"silence": "S", "tone": "T", "music": "M", "speech": "P"}


class Made:
    """A call of a menu, music, an announcement twice and a person, over the noise of a line."""

    def __init__(self, seed: int, menu_hz: float, person_hz: float) -> None:
        announcement = sounds.speech(3, seed=seed + 10, pitch_hz=menu_hz)
        person = sounds.join(sounds.greeting(seed + 20, person_hz), sounds.silence(8))
        person = person + sounds.noise(person.size / 8000, -50, seed)[: person.size]
        parts = [
            ("T", sounds.tone((440.0, 480.0), 2.0)), ("S", sounds.silence(1.0)),
            ("P", sounds.speech(4, seed=seed, pitch_hz=menu_hz)), ("S", sounds.silence(0.5)), ("M", sounds.music(7, seed=seed)),
            ("S", sounds.silence(0.4)), ("P", announcement), ("S", sounds.silence(0.4)), ("M", sounds.music(5, seed=seed)),
            ("S", sounds.silence(0.4)), ("P", announcement), ("S", sounds.silence(0.4)), ("M", sounds.music(5, seed=seed)),
            ("S", sounds.silence(0.5)),
        ]  # fmt: skip
        self.labels = "".join(letter * round(part.size / 800) for letter, part in parts)
        self.onset_s = sum(part.size for _, part in parts) / 8000
        self.events: list[HearingEvent] = []
        hearing = Hearing()
        hearing.answered()
        data = sounds.pcm(sounds.join(*(part for _, part in parts), person))
        for start in range(0, len(data), 1600):
            self.events += hearing.hear(data[start : start + 1600])
        self.events += hearing.finish()

    def times(self, verdict: str) -> list[float]:
        return [e.t_s for e in self.events if isinstance(e, VerdictChangedEvent) and e.verdict == verdict]


@pytest.fixture(scope="module")
def calls() -> list[Made]:
    return [Made(1, 115.0, 205.0), Made(2, 200.0, 110.0), Made(3, 130.0, 240.0), Made(4, 215.0, 125.0)]


def test_every_person_is_a_candidate_soon_and_most_are_confirmed_by_sound_alone(calls: list[Made]) -> None:
    soon = [min([t - c.onset_s for t in c.times("candidate") if t >= c.onset_s] or [99.0]) for c in calls]
    found = [min([t - c.onset_s for t in c.times("human") if t >= c.onset_s] or [99.0]) for c in calls]
    assert max(soon) <= 1.75
    assert sum(t <= 10.0 for t in found) >= 3


def test_nobody_else_is_a_person(calls: list[Made]) -> None:
    assert [t for c in calls for t in c.times("human") if t < c.onset_s] == []
    assert sum(t < c.onset_s for c in calls for t in c.times("candidate")) <= len(calls), "only the first announcement"


def test_classes_are_told(calls: list[Made]) -> None:
    truth = "".join(c.labels for c in calls)
    heard = "".join(
        "".join(LETTER[str(e.label)] for e in c.events if isinstance(e, FrameLabelledEvent))[: len(c.labels)]
        for c in calls
    )
    for letter in "TMP":
        both = sum(a == b == letter for a, b in zip(truth, heard, strict=True))
        f1 = 2 * both / (truth.count(letter) + heard.count(letter))
        assert f1 >= 0.9, letter
    assert np.mean([a == b for a, b in zip(truth, heard, strict=True)]) >= 0.92
