"""Hold music made by the project itself: chords, bass, melody and drums, different for each seed."""

import numpy as np
from numpy.typing import NDArray

from .g711 import Samples
from .rtp import RATE

_PROGRESSIONS = ((0, 5, 3, 4), (0, 3, 4, 0), (5, 3, 0, 4), (0, 4, 5, 3))
_MAJOR = (0, 2, 4, 5, 7, 9, 11)

Signal = NDArray[np.float64]


def hold_music(seed: int, seconds: float, peak: float = 0.35) -> Samples:
    """A piece of ``seconds`` at 8 kHz; the same seed makes the same piece. ``peak`` relative to full scale."""
    rng = np.random.default_rng(seed)
    beat = 60.0 / int(rng.integers(84, 124))
    root = 48 + int(rng.integers(0, 8))
    chords = _PROGRESSIONS[seed % len(_PROGRESSIONS)]
    piece = np.zeros(int(seconds * RATE) + RATE)
    for bar in range(int(seconds / (4 * beat)) + 1):
        degree = chords[bar % len(chords)]
        start = bar * 4 * beat
        for step in (0, 2, 4):
            _add(piece, start, _note(_pitch(root + 12, degree + step), 4 * beat, decay=1.2, partials=6), 0.16)
        for half in range(2):
            _add(piece, start + 2 * half * beat, _note(_pitch(root - 12, degree), 2 * beat, decay=2.5, partials=4), 0.3)
        _melody(piece, rng, start, beat, root + 24, degree)
        for quarter in range(4):
            kind = _kick if quarter % 2 == 0 else _snare
            _add(piece, start + quarter * beat, kind(rng), 0.25)
    piece = piece[: int(seconds * RATE)]
    piece = np.convolve(piece, np.hanning(3) / np.hanning(3).sum(), "same")
    return (piece / max(1e-9, float(np.abs(piece).max())) * peak * 32767).astype(np.int16)


def _melody(piece: Signal, rng: np.random.Generator, start: float, beat: float, root: int, degree: int) -> None:
    position = 0.0
    while position < 4:
        length = float(rng.choice([0.5, 1.0, 1.0, 1.5]))
        if rng.random() > 0.15:
            step = degree + int(rng.choice([0, 2, 4, 1, 6, 7]))
            note = _note(_pitch(root, step), length * beat, decay=1.8, partials=8, vibrato=5.2)
            _add(piece, start + position * beat, note, 0.26)
        position += length


def _pitch(root: int, degree: int) -> float:
    semitones = _MAJOR[degree % 7] + 12 * (degree // 7)
    return float(440.0 * 2.0 ** ((root + semitones - 69) / 12))


def _note(frequency: float, seconds: float, *, decay: float, partials: int, vibrato: float = 0.0) -> Signal:
    t = np.arange(int(seconds * RATE)) / RATE
    phase = 2 * np.pi * frequency * t + (0.25 * np.sin(2 * np.pi * vibrato * t) if vibrato else 0.0)
    tone = np.zeros_like(t)
    for partial in range(1, partials + 1):
        if frequency * partial < RATE / 2:
            tone += np.sin(partial * phase) / partial**1.4
    envelope = np.minimum(1.0, t / 0.012) * np.exp(-decay * t) * np.minimum(1.0, (seconds - t) / 0.03)
    return np.asarray(tone * envelope)


def _kick(_rng: np.random.Generator) -> Signal:
    t = np.arange(int(0.15 * RATE)) / RATE
    return np.asarray(np.sin(2 * np.pi * (120 * np.exp(-18 * t) + 50) * t) * np.exp(-20 * t))


def _snare(rng: np.random.Generator) -> Signal:
    t = np.arange(int(0.12 * RATE)) / RATE
    return np.asarray(rng.standard_normal(len(t)) * np.exp(-30 * t) * 0.5)


def _add(piece: Signal, at_s: float, sound: Signal, gain: float) -> None:
    start = int(at_s * RATE)
    end = min(len(piece), start + len(sound))
    if end > start:
        piece[start:end] += gain * sound[: end - start]
