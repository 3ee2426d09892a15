"""Sounds made from nothing for tests of the hearing: float arrays at 8 kHz, -1..1; `pcm` and `frames` make them heard."""

from collections.abc import Iterator

import numpy as np

from custom_components.hold_slayer.engine.model.audio_frame import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame

type Sound = np.ndarray

# first three formants in Hz of some vowels (Peterson and Barney 1952, men)
_VOWELS = (
    (730, 1090, 2440),
    (270, 2290, 3010),
    (300, 870, 2240),
    (530, 1840, 2480),
    (570, 840, 2410),
    (660, 1720, 2410),
)
_DTMF = dict(
    zip(
        "123A456B789C*0#D",
        [(low, high) for low in (697, 770, 852, 941) for high in (1209, 1336, 1477, 1633)],
        strict=True,
    )
)


def at_level(sound: Sound, level_db: float) -> Sound:
    """Scale to a mean level in dB relative to full scale."""
    return np.clip(sound * 10 ** (level_db / 20) / (np.sqrt((sound**2).mean()) + 1e-12), -1, 1)


def silence(seconds: float) -> Sound:
    return np.zeros(round(seconds * SAMPLE_RATE))


def noise(seconds: float, level_db: float = -40.0, seed: int = 1) -> Sound:
    return at_level(np.random.default_rng(seed).standard_normal(round(seconds * SAMPLE_RATE)), level_db)


def tone(frequencies: tuple[float, ...], seconds: float, level_db: float = -18.0) -> Sound:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    sound = at_level(sum((np.sin(2 * np.pi * f * t) for f in frequencies), np.zeros_like(t)), level_db)
    ramp = np.minimum(1, np.minimum(np.arange(t.size), np.arange(t.size)[::-1]) / 32)
    return sound * ramp


def cadence(frequencies: tuple[float, ...], pattern: tuple[float, ...], cycles: int, level_db: float = -18.0) -> Sound:
    """Tone and pause in turn, ``pattern`` in seconds, repeated."""
    parts = [
        tone(frequencies, length, level_db) if number % 2 == 0 else silence(length)
        for number, length in enumerate(pattern)
    ]
    return np.concatenate(parts * cycles)


def sit(level_db: float = -18.0) -> Sound:
    return np.concatenate([tone((f,), 0.33, level_db) for f in (950.0, 1400.0, 1800.0)])


def dtmf(digit: str, seconds: float = 0.1, *, level_db: float = -18.0, twist_db: float = 0.0) -> Sound:
    """One digit; ``twist_db``: how much stronger the high tone is."""
    low, high = _DTMF[digit]
    return at_level(tone((low,), seconds, -20) + tone((high,), seconds, -20 + twist_db), level_db)


def complex_tone(f0: float, seconds: float, level_db: float = -18.0, seed: int = 1) -> Sound:
    """A steady tone of ten harmonics: the sound that voice detectors take for a voice."""
    rng = np.random.default_rng(seed)
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    partials = [h for h in range(1, 11) if h * f0 < 3600]
    return at_level(
        sum(
            (rng.uniform(0.2, 1) * np.sin(2 * np.pi * h * f0 * t + rng.uniform(0, 6)) for h in partials),
            np.zeros_like(t),
        ),
        level_db,
    )


def music(seconds: float, level_db: float = -18.0, seed: int = 1) -> Sound:
    """Chords, a bass and a melody in a steady beat."""
    rng = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE)
    piece = np.zeros(count + 4 * SAMPLE_RATE)
    beat = rng.uniform(0.4, 0.6)
    for number in range(int(seconds / beat) + 1):
        degree = (0, 5, 7, 9)[number // 4 % 4]
        notes = [(48 + degree, 0.5), (72 + degree + int(rng.choice((0, 4, 7, 12))), 0.5)]
        if number % 4 == 0:
            notes += [(60 + degree + step, 0.4) for step in (0, 4, 7)]
        for key, gain in notes:
            length = beat * (4 if gain == 0.4 else 1)
            _add_note(piece, round(number * beat * SAMPLE_RATE), 440 * 2 ** ((key - 69) / 12), length, gain)
    return at_level(piece[:count], level_db)


def _add_note(piece: Sound, start: int, frequency: float, seconds: float, gain: float) -> None:
    t = np.arange(round(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    note = sum(
        (np.sin(2 * np.pi * frequency * h * t) / h for h in range(1, 7) if frequency * h < 3600), np.zeros_like(t)
    )
    piece[start : start + t.size] += gain * note * np.exp(-1.5 * t) * np.minimum(1, t / 0.01)


def speech(seconds: float, level_db: float = -20.0, seed: int = 1, pitch_hz: float = 120.0) -> Sound:
    """Syllables like a voice's: gliding pitch, changing formants, hisses and closures. No words in it."""
    rng = np.random.default_rng(seed)
    count = round(seconds * SAMPLE_RATE)
    voice, hiss, vowels = np.zeros(count), np.zeros(count), np.zeros((count, 3))
    at = 0
    vowel = np.array(_VOWELS[0], float)
    while at < count:
        consonant, length = int(rng.uniform(0.04, 0.09) * SAMPLE_RATE), int(rng.uniform(0.10, 0.20) * SAMPLE_RATE)
        target = np.array(_VOWELS[rng.integers(len(_VOWELS))], float) * rng.uniform(0.95, 1.05)
        end = min(count, at + consonant + length)
        glide = np.clip(np.arange(end - at) / (0.6 * (consonant + length)), 0, 1)[:, None]
        vowels[at:end] = vowel + (target - vowel) * glide
        vowel = target
        if rng.random() < 0.5:
            hiss[at : at + consonant] = rng.uniform(0.05, 0.15)
        voice[at + consonant : end] = rng.uniform(0.5, 1.0)
        at = end
        if rng.random() < 0.25:
            vowels[at : at + 800], at = vowel, at + int(rng.uniform(0.03, 0.1) * SAMPLE_RATE)
    smooth = np.hanning(200) / np.hanning(200).sum()
    voice, hiss = np.convolve(voice, smooth, "same"), np.convolve(hiss, smooth, "same")
    sound = _voiced(count, vowels, pitch_hz, rng) * voice + np.diff(rng.standard_normal(count + 1)) * hiss
    return at_level(sound, level_db)


def _voiced(count: int, vowels: Sound, pitch_hz: float, rng: np.random.Generator) -> Sound:
    t = np.arange(count) / SAMPLE_RATE
    points = np.linspace(0, t[-1] if count else 0, max(2, round(t[-1] * 5)))
    pitch = (
        pitch_hz * np.interp(t, points, rng.uniform(0.82, 1.2, points.size)) * (1 + 0.004 * np.sin(2 * np.pi * 9 * t))
    )
    phase = 2 * np.pi * np.cumsum(pitch) / SAMPLE_RATE
    sound = np.zeros(count)
    for harmonic in range(1, int(3500 / pitch_hz)):
        frequency = pitch * harmonic
        shape = sum(
            gain / (1 + ((frequency - vowels[:, k]) / width) ** 2)
            for k, (gain, width) in enumerate(((1.0, 70), (0.5, 90), (0.25, 130)))
        )
        sound += (shape + 0.01) / harmonic**0.3 * np.sin(harmonic * phase) * (frequency < 3600)
    return sound


def greeting(seed: int = 5, pitch_hz: float = 120.0, level_db: float = -20.0) -> Sound:
    """Two seconds of speech, as somebody answers a telephone."""
    return speech(2.0, level_db, seed, pitch_hz)


def join(*sounds: Sound, line_noise_db: float = -65.0) -> Sound:
    """One after the other, over the faint noise of a line."""
    sound = np.concatenate(sounds)
    return sound + noise(sound.size / SAMPLE_RATE, line_noise_db, 99)[: sound.size]


def pcm(sound: Sound) -> bytes:
    return (np.clip(sound, -1, 1) * 32767).astype("<i2").tobytes()


def frames(sound: Sound, first: int = 0) -> Iterator[AudioFrame]:
    """Whole frames of the sound; a rest is dropped."""
    data = pcm(sound)
    size = FRAME_SAMPLES * 2
    for number in range(len(data) // size):
        yield AudioFrame(data[number * size : (number + 1) * size], first + number)
