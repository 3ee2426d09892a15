import itertools

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.resample import resample

RATES = (8000, 16000, 22050, 24000, 44100, 48000)


def tone(hertz: float, rate: int, seconds: float = 0.5) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(rate * seconds)) / rate).astype(np.float32)


def middle(samples: np.ndarray) -> np.ndarray:
    """Leave out the ends, where the assumed silence beyond them is heard."""
    return samples[len(samples) // 4 : -len(samples) // 4]


@pytest.mark.parametrize(("rate_in", "rate_out"), itertools.permutations(RATES, 2))
def test_a_tone_keeps_pitch_level_and_place(rate_in: int, rate_out: int) -> None:
    for hertz in (300.0, 1000.0, 0.4 * min(rate_in, rate_out)):
        result = resample(tone(hertz, rate_in), rate_in, rate_out)
        assert len(result) == -(-len(tone(hertz, rate_in)) * rate_out // rate_in)
        expected = np.sin(2 * np.pi * hertz * np.arange(len(result)) / rate_out)
        error = np.sqrt(np.mean(middle(result - expected) ** 2) * 2)
        assert 20 * np.log10(error) < -80


@pytest.mark.parametrize("rate_in", RATES[1:])
def test_nothing_folds_into_the_telephone_band(rate_in: int) -> None:
    for hertz in (4300.0, 5000.0, 7000.0):
        if hertz < rate_in / 2:
            assert 20 * np.log10(np.abs(middle(resample(tone(hertz, rate_in), rate_in, 8000))).max()) < -80


def test_no_image_above_the_telephone_band() -> None:
    spectrum = np.abs(np.fft.rfft(middle(resample(tone(3000.0, 8000), 8000, 16000)) * np.hanning(4000)))
    hertz = np.fft.rfftfreq(4000, 1 / 16000)
    assert 20 * np.log10(spectrum[hertz > 4000].max() / spectrum.max()) < -80


def test_a_click_stays_at_its_time() -> None:
    click = np.zeros(4800, np.float32)
    click[2400] = 1.0
    assert int(np.argmax(resample(click, 48000, 8000))) == 400


def test_same_rate_gives_a_copy() -> None:
    samples = tone(440.0, 8000)
    result = resample(samples, 8000, 8000)
    assert np.array_equal(result, samples)
    assert result is not samples


@pytest.mark.parametrize("length", [0, 1, 2, 7])
def test_short_pieces(length: int) -> None:
    assert len(resample(np.ones(length, np.float32), 8000, 22050)) == -(-length * 22050 // 8000)
    assert np.isfinite(resample(np.ones(length, np.float32), 44100, 8000)).all()


@pytest.mark.parametrize(("rate_in", "rate_out"), [(0, 8000), (8000, -1)])
def test_refuses_impossible_rates(rate_in: int, rate_out: int) -> None:
    with pytest.raises(ValueError, match="positive"):
        resample(np.zeros(8, np.float32), rate_in, rate_out)
