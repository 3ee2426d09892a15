"""What must hold whatever is said: pieces of any size, another gain, a little delay and a repeat change no verdict."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.call.hearing import Hearing
from custom_components.hold_slayer.engine.model.call_event import HearingEvent, VerdictChangedEvent
from custom_components.hold_slayer.engine.model.phase import Verdict
from tests.fakes import sounds

HUMANS = (Verdict.CANDIDATE, Verdict.HUMAN)


def person(seed: int, wait_s: float = 3.0) -> np.ndarray:
    """Somebody in a noisy room greets and waits."""
    sound = sounds.join(sounds.greeting(seed, 200.0), sounds.silence(wait_s))
    return sound + sounds.noise(sound.size / 8000, -52, seed)[: sound.size]


def a_call() -> np.ndarray:
    """Menu, music, an announcement that comes twice, a person."""
    announcement = sounds.speech(3, seed=3)
    parts = (
        sounds.speech(3, seed=2), sounds.silence(0.5), sounds.music(6), sounds.silence(0.3), announcement,
        sounds.silence(0.3), sounds.music(4), sounds.silence(0.3), announcement, sounds.silence(0.3), sounds.music(4),
        sounds.silence(0.5), person(5),
    )  # fmt: skip
    return sounds.join(*parts)


def hear(sound: np.ndarray, size: int = 320) -> list[HearingEvent]:
    """All events of a call given in pieces of ``size`` bytes."""
    hearing, data = Hearing(), sounds.pcm(sound)
    hearing.answered()
    events: list[HearingEvent] = []
    for start in range(0, len(data), size):
        events += hearing.hear(data[start : start + size])
    return events + hearing.finish()


def story(events: list[HearingEvent]) -> list[tuple[str, float]]:
    return [(str(event.verdict), event.t_s) for event in events if isinstance(event, VerdictChangedEvent)]


CALL = a_call()
BASE = hear(CALL)


def test_the_call_is_understood() -> None:
    names = [name for name, _ in story(BASE)]
    assert names[:2] == ["ivr", "hold"]
    assert names[-2:] == ["candidate", "human"]
    assert names.count("human") == 1


@pytest.mark.parametrize("size", [160, 592])
def test_pieces_of_10_20_and_37_ms_give_the_same_events(size: int) -> None:
    assert hear(CALL, size) == BASE


@pytest.mark.parametrize("gain_db", [-14.0, 6.0])
def test_gain_changes_no_verdict(gain_db: float) -> None:
    changed = story(hear(CALL * 10 ** (gain_db / 20)))
    assert [name for name, _ in changed] == [name for name, _ in story(BASE)]
    assert [t for _, t in changed] == pytest.approx([t for _, t in story(BASE)], abs=0.55)


@pytest.mark.parametrize("delay", [111, 3517])
def test_delay_changes_no_verdict(delay: int) -> None:
    changed = story(hear(np.concatenate([CALL[:delay] * 0, CALL])))
    assert [name for name, _ in changed] == [name for name, _ in story(BASE)]
    assert [t - delay / 8000 for _, t in changed] == pytest.approx([t for _, t in story(BASE)], abs=0.55)


@pytest.mark.parametrize("seed", [11, 12, 13])
def test_a_repeat_never_becomes_a_human(seed: int) -> None:
    """However different its voice is from the menu's, and however long it is quiet after it."""
    voice = sounds.speech(4, seed=seed, pitch_hz=80.0 + 40 * (seed - 10))
    quiet = sounds.silence(0.3)
    parts = (sounds.speech(3, seed=2), sounds.music(6), quiet, voice, quiet, sounds.music(5), quiet)
    again = (voice[1600:] * 0.5, sounds.silence(7))
    start = sum(part.size for part in parts) / 8000
    late = [name for name, t in story(hear(sounds.join(*parts, *again))) if t > start + 1.5]
    assert "human" not in late
