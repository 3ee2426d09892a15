import math
import struct
import time

import numpy as np
import pytest

from custom_components.hold_slayer.engine.voice.double_rate import double_rate


def tone(hertz: float, rate: int, count: int, peak: float = 16000.0) -> np.ndarray:
    return peak * np.sin(2 * math.pi * hertz * np.arange(count) / rate)


def doubled(samples: np.ndarray) -> np.ndarray:
    return np.frombuffer(double_rate(samples.round().astype("<i2").tobytes()), "<i2").astype(float)


@pytest.mark.parametrize("hertz", [200.0, 1000.0, 2000.0, 3000.0, 3400.0])
def test_a_tone_of_the_telephone_band_stays_what_it_is(hertz: float) -> None:
    result = doubled(tone(hertz, 8000, 4000))
    error = (result - tone(hertz, 16000, 8000))[200:-200]
    assert 20 * math.log10(np.sqrt(np.mean(error**2)) / (16000 / math.sqrt(2))) < -60


def test_no_image_above_the_telephone_band() -> None:
    spectrum = np.abs(np.fft.rfft(doubled(tone(3000.0, 8000, 4096))[96:-96] * np.hanning(8000)))
    hertz = np.fft.rfftfreq(8000, 1 / 16000)
    assert 20 * math.log10(spectrum[hertz > 4000].max() / spectrum.max()) < -65


def test_old_samples_stay_in_their_places() -> None:
    samples = tone(700.0, 8000, 100)
    assert np.array_equal(doubled(samples)[::2], samples.round())


def test_the_loudest_signal_does_not_wrap_round() -> None:
    square = np.where(np.arange(4000) % 40 < 20, 32767.0, -32768.0)
    result = doubled(square)
    assert result[::2].tolist() == square.tolist()
    assert ((result[1::2] > 0) == (square > 0)).mean() > 0.9


@pytest.mark.parametrize("count", [0, 1, 2, 5])
def test_short_pieces(count: int) -> None:
    assert len(double_rate(struct.pack("<h", 100) * count)) == 4 * count


def test_a_lone_byte_at_the_end_is_cut_off() -> None:
    assert double_rate(b"\x01\x00\x02") == double_rate(b"\x01\x00")


def test_half_a_minute_takes_little_time() -> None:
    started = time.process_time()
    double_rate(bytes(2 * 8000 * 30))
    assert time.process_time() - started < 0.5
