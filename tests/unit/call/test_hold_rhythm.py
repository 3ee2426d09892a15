"""Loops, beeps and silence through the whole hearing: hold is known by its rhythm, and who breaks it may be a person."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.call.hearing import Hearing
from custom_components.hold_slayer.engine.model.call_event import (
    HearingEvent,
    HoldInterruptedEvent,
    HoldPatternHeardEvent,
    VerdictChangedEvent,
)
from custom_components.hold_slayer.engine.model.hold_pattern import HoldSound
from tests.fakes import clips, sounds

MENU = sounds.speech(5, seed=7)
PAUSE = sounds.silence(0.4)


def person(seed: int = 5, wait_s: float = 8.0) -> np.ndarray:
    sound = sounds.join(sounds.greeting(seed, 200.0), sounds.silence(wait_s))
    return sound + sounds.noise(sound.size / 8000, -52, seed)[: sound.size]


def every(sound: np.ndarray, period_s: float, times: int) -> np.ndarray:
    return np.concatenate([sound, sounds.silence(period_s - sound.size / 8000)] * times)


BEEP = sounds.tone((1000.0,), 0.3)
HOLDS = {
    "beeps": [sounds.silence(6), every(BEEP, 6.0, 4)],
    "chimes": [sounds.silence(5), every(np.concatenate([BEEP, sounds.tone((1300.0,), 0.4)]), 9.0, 4)],
    "rings": [sounds.silence(1), every(sounds.tone((425.0,), 1.0), 5.0, 3)],
    "rings of no country": [sounds.silence(3), every(sounds.tone((610.0,), 0.8), 4.0, 4)],
    "comfort noise": [sounds.noise(16, -58, 3)],
    "silence": [sounds.silence(16)],
}


def hear(*parts: np.ndarray, size: int = 1600) -> list[HearingEvent]:
    hearing, data = Hearing(), sounds.pcm(sounds.join(*parts))
    hearing.answered()
    events: list[HearingEvent] = []
    for start in range(0, len(data), size):
        events += hearing.hear(data[start : start + size])
    return events + hearing.finish()


def verdicts(events: list[HearingEvent]) -> list[VerdictChangedEvent]:
    return [event for event in events if isinstance(event, VerdictChangedEvent)]


def seconds(*parts: np.ndarray) -> float:
    return sum(part.size for part in parts) / 8000


@pytest.mark.parametrize("name", HOLDS)
def test_a_hold_without_music_is_hold_and_who_breaks_it_a_candidate(name: str) -> None:
    before = [MENU, *HOLDS[name]]
    events = verdicts(hear(*before, person()))
    onset = seconds(*before)
    hold = [event for event in events if event.verdict == "hold"]
    assert hold
    assert hold[0].t_s < onset
    told = [(str(event.verdict), event.t_s - onset) for event in events if event.t_s > onset]
    assert told[0][0] == "candidate"
    assert told[0][1] <= 1.6
    assert not [event for event in events if event.t_s < onset and event.verdict == "human"]


def test_the_pattern_is_told_from_the_third_beep_on() -> None:
    events = hear(MENU, *HOLDS["beeps"])
    patterns = [event.pattern for event in events if isinstance(event, HoldPatternHeardEvent)]
    assert [(each.sound, each.period_s, each.times) for each in patterns] == [
        (HoldSound.BEEPS, 6.0, 3),
        (HoldSound.BEEPS, 6.0, 4),
    ]


def test_a_beep_that_comes_when_it_is_due_takes_back_whoever_was_taken_for_a_person() -> None:
    """An announcement never heard before, over which the rhythm goes on."""
    announcement = sounds.speech(4.0, seed=11)
    before = [MENU, sounds.silence(6), every(BEEP, 6.0, 4), announcement, sounds.silence(2)]
    told = verdicts(hear(*before, every(BEEP, 6.0, 2)))
    late = [event for event in told if event.t_s > seconds(*before) - 6]
    assert [str(event.verdict) for event in late if event.verdict != "human"] == ["candidate", "hold"]
    assert late[-1].verdict == "hold"
    assert late[-1].reason == "tone_returned"
    assert late[-1].t_s <= seconds(*before) + 1.4


@pytest.mark.parametrize("seed", range(3))
def test_short_sentences_of_a_person_are_no_rhythm(seed: int) -> None:
    rng = np.random.default_rng(seed)
    parts = [sounds.speech(rng.uniform(0.6, 2), seed=20 + n) for n in range(6)]
    pauses = [sounds.silence(rng.uniform(2, 5)) for _ in parts]
    line = [part for both in zip(parts, pauses, strict=True) for part in both]
    events = hear(MENU, sounds.silence(1), *line)
    assert not any(isinstance(event, HoldPatternHeardEvent) for event in events)
    assert "rhythm" not in [event.reason for event in verdicts(events)]


class TestLoops:
    """Recorded music of 25 s, four times, an announcement always at the same place of it."""

    MUSIC = clips.clip("music-orchestra")
    SAID = (clips.clip("prompt-en"), clips.clip("prompt-fr"), clips.clip("prompt-it"), clips.clip("prompt-es"))

    @classmethod
    def parts(cls) -> list[np.ndarray]:
        music = cls.MUSIC
        parts = [MENU, music[: 15 * 8000]]
        for said in cls.SAID:
            parts += [PAUSE, said, PAUSE, music[15 * 8000 :], music[: 15 * 8000]]
        return parts

    @pytest.fixture(scope="class")
    def events(self) -> list[HearingEvent]:
        return hear(*self.parts())

    def test_the_loop_is_told_with_its_period_and_count(self, events: list[HearingEvent]) -> None:
        patterns = [event.pattern for event in events if isinstance(event, HoldPatternHeardEvent)]
        assert patterns
        assert {each.sound for each in patterns} == {HoldSound.MUSIC}
        assert patterns[-1].times in (4, 5)
        # by the tape 25 s, by the clock as much longer as the announcements take
        assert 24.0 <= patterns[-1].period_s <= 25.0 + 8.5

    def test_announcements_at_the_same_place_are_expected_whatever_they_say(self, events: list[HearingEvent]) -> None:
        broken = [event for event in events if isinstance(event, HoldInterruptedEvent)]
        assert len(broken) >= 3
        assert all(event.is_expected for event in broken)
        assert broken[-1].log_odds < -1.0

    def test_pieces_of_37_ms_give_the_same_events(self, events: list[HearingEvent]) -> None:
        assert hear(*self.parts(), size=592) == events

    def test_who_breaks_the_loop_elsewhere_is_unexpected(self) -> None:
        events = hear(*self.parts(), self.MUSIC[15 * 8000 : 22 * 8000], PAUSE, person(wait_s=4.0))
        last = [event for event in events if isinstance(event, HoldInterruptedEvent)][-1]
        assert not last.is_expected
        assert last.log_odds > 0.5
