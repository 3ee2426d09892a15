"""The tone of a voicemail, by the ear on the company's line: told where a message may be left, and nobody's voice."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.call.hearing import Hearing
from custom_components.hold_slayer.engine.model import call_event as ev
from tests.fakes import sounds


def listen(*parts: np.ndarray, tells_beeps: bool = True) -> list[ev.HearingEvent]:
    hearing = Hearing()
    hearing.answered()
    if tells_beeps:
        hearing.beeps_wanted()
    sound = sounds.join(sounds.silence(0.5), *parts, sounds.silence(3.0))
    return [event for frame in sounds.frames(sound) for event in hearing.feed(frame)]


def beeps(events: list[ev.HearingEvent]) -> list[float]:
    return [event.t_s for event in events if isinstance(event, ev.ToneHeardEvent) and event.name == "beep"]


@pytest.mark.parametrize("hz", [440.0, 1000.0, 1400.0])
@pytest.mark.parametrize("seconds", [0.2, 0.5, 1.1])
def test_a_tone_after_words(hz: float, seconds: float) -> None:
    """Told when it has ended, and not taken for somebody who speaks on."""
    events = listen(sounds.speech(4.0, seed=3), sounds.silence(0.6), sounds.tone((hz,), seconds, -20.0))
    (at,) = beeps(events)
    over = 0.5 + 4.0 + 0.6 + seconds
    assert over - 0.05 <= at <= over + 0.4
    assert sum(isinstance(event, ev.UtteranceStartedEvent) for event in events) == 1


@pytest.mark.parametrize(
    "parts",
    [
        (sounds.speech(4.0, seed=5),),
        (sounds.tone((1000.0,), 2.5, -20.0),),
        (sounds.tone((800.0, 1200.0), 0.5, -20.0),),
        (sounds.dtmf("5", 0.2),),
        (sounds.music(6.0),),
    ],
    ids=["speech", "long", "two frequencies", "key", "music"],
)
def test_what_is_none(parts: tuple[np.ndarray, ...]) -> None:
    assert beeps(listen(*parts)) == []


def test_nobody_is_told_who_did_not_ask() -> None:
    assert beeps(listen(sounds.tone((1000.0,), 0.5, -20.0), tells_beeps=False)) == []
