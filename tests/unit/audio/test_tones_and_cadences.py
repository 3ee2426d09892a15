"""Signalling tones are named by frequency and rhythm, at any usual level, and music is not taken for them."""

from collections.abc import Callable

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.dtmf import DtmfDetector
from custom_components.hold_slayer.engine.audio.energy import to_float
from custom_components.hold_slayer.engine.audio.spectrum import BLOCK_SAMPLES, SpectrumAnalyzer, SpectrumBlock
from custom_components.hold_slayer.engine.audio.tone_run import ToneRun, ToneRunDetector
from custom_components.hold_slayer.engine.classify.ringback import ToneTracker
from tests.fakes import sounds


def each_block(sound: np.ndarray, take: Callable[[SpectrumBlock], list]) -> list:
    analyzer = SpectrumAnalyzer()
    samples = to_float(sounds.pcm(sound))
    found: list = []
    for start in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        found += take(analyzer.analyze(samples[start : start + BLOCK_SAMPLES]))
    return found


def runs_of(sound: np.ndarray) -> list[ToneRun]:
    return each_block(sounds.join(sounds.silence(0.3), sound, sounds.silence(1.0)), ToneRunDetector().detect)


def names_of(sound: np.ndarray) -> list[str]:
    tracker = ToneTracker()
    padded = sounds.join(sounds.silence(0.3), sound, sounds.silence(1.0))
    return [name for name in each_block(padded, lambda block: list(tracker.update(block).names)) if name[:4] != "dtmf"]


def digits_of(sound: np.ndarray) -> str:
    return "".join(each_block(sounds.join(sounds.silence(0.2), sound, sounds.silence(0.3)), DtmfDetector().detect))


@pytest.mark.parametrize("frequencies", [(425.0,), (440.0, 480.0), (400.0, 450.0), (480.0, 620.0), (2100.0,)])
@pytest.mark.parametrize("length_s", [0.25, 0.5, 2.0])
def test_a_run_tells_frequencies_and_length(frequencies: tuple[float, ...], length_s: float) -> None:
    (run,) = runs_of(sounds.tone(frequencies, length_s))
    assert run.frequencies == pytest.approx(frequencies, abs=6)
    assert run.length_s == pytest.approx(length_s, abs=0.04)
    assert run.start_s == pytest.approx(0.3, abs=0.03)


@pytest.mark.parametrize(
    ("frequencies", "pattern"),
    [
        ((440.0, 480.0), (2.0, 4.0)),
        ((425.0,), (1.0, 4.0)),
        ((425.0,), (1.5, 3.0)),
        ((440.0,), (1.5, 3.5)),
        ((450.0,), (1.0, 4.0)),
        ((400.0, 450.0), (0.4, 0.2, 0.4, 2.0)),
    ],
)
@pytest.mark.parametrize("level_db", [-35.0, -18.0, -7.0])
def test_ringback_is_named_once_a_ring(
    frequencies: tuple[float, ...], pattern: tuple[float, ...], level_db: float
) -> None:
    assert names_of(sounds.cadence(frequencies, pattern, 3, level_db)) == ["ringback"] * 3


@pytest.mark.parametrize(
    ("frequencies", "on_s"),
    [
        ((480.0, 620.0), 0.5),
        ((425.0,), 0.5),
        ((400.0,), 0.375),
        ((440.0,), 0.5),
    ],
)
def test_busy_is_named_once_after_three_beats(frequencies: tuple[float, ...], on_s: float) -> None:
    assert names_of(sounds.cadence(frequencies, (on_s, on_s), 2)) == []
    assert names_of(sounds.cadence(frequencies, (on_s, on_s), 8)) == ["busy"]


def test_busy_is_named_again_after_a_pause() -> None:
    beats = sounds.cadence((425.0,), (0.5, 0.5), 4)
    assert names_of(np.concatenate([beats, sounds.silence(3), beats])) == ["busy", "busy"]


def test_sit_needs_its_three_tones_in_order() -> None:
    assert names_of(sounds.sit()) == ["sit"]
    backwards = np.concatenate([sounds.tone((f,), 0.33) for f in (1800.0, 1400.0, 950.0)])
    assert names_of(backwards) == []


def test_fax_answers_and_calls() -> None:
    assert names_of(sounds.tone((2100.0,), 2.6)) == ["fax"]
    assert names_of(sounds.tone((1100.0,), 0.5)) == [], "a note of that height may be that long"
    assert names_of(sounds.cadence((1100.0,), (0.5, 3.0), 2)) == ["fax"]
    assert names_of(sounds.tone((2100.0,), 0.4)) == []


def test_a_hold_beep_is_nothing() -> None:
    assert names_of(sounds.cadence((1000.0,), (0.3, 2.0), 3)) == []


@pytest.mark.parametrize("level_db", [-35.0, -20.0, -7.0])
@pytest.mark.parametrize("length_s", [0.06, 0.2])
def test_every_digit_once(length_s: float, level_db: float) -> None:
    keys = "123A456B789C*0#D"
    sound = np.concatenate(
        [part for key in keys for part in (sounds.dtmf(key, length_s, level_db=level_db), sounds.silence(0.07))]
    )
    assert digits_of(sound) == keys


@pytest.mark.parametrize(("twist_db", "is_digit"), [(3.0, True), (-7.0, True), (7.0, False), (-12.0, False)])
def test_twist_is_checked(twist_db: float, *, is_digit: bool) -> None:
    assert digits_of(sounds.dtmf("5", 0.2, twist_db=twist_db)) == ("5" if is_digit else "")


def test_too_short_is_no_digit() -> None:
    assert digits_of(sounds.dtmf("5", 0.02)) == ""


def test_two_presses_of_one_key_are_two() -> None:
    assert digits_of(np.concatenate([sounds.dtmf("7", 0.1), sounds.silence(0.08), sounds.dtmf("7", 0.1)])) == "77"


@pytest.mark.parametrize("seed", range(4))
def test_music_and_speech_press_no_keys_and_ring_no_bell(seed: int) -> None:
    sound = np.concatenate([sounds.music(8, seed=seed), sounds.speech(8, seed=seed, pitch_hz=180)])
    assert digits_of(sound) == ""
    assert names_of(sound) == []
