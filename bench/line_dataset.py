"""Features and truth of whole generated calls, computed once and kept beside them: what the scores are trained on.

The very functions of the live hearing, on all blocks of a call at once.
"""

import argparse
import json
from pathlib import Path
import sys

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.energy import SlowPeak, level_db
from engine.audio.features import FeatureExtractor
from engine.audio.pitch import PitchTracker
from engine.audio.spectrum import (
    BLOCK_S,
    BLOCK_SAMPLES,
    FINE_WINDOW,
    HOP_SAMPLES,
    HOPS,
    PITCH_HOP,
    PITCH_WINDOW,
    WINDOW,
    SpectrumBlock,
    fine_spectra,
    short_spectra,
    top_shares,
)
from engine.audio.wav import read_wav
from engine.classify.line_features import NAMES, floor_db, vectors
from engine.classify.vad import VoiceActivityDetector
from engine.model.audio_frame import SAMPLE_RATE

SILENCE, TONE, MUSIC, SPEECH, OVER_MUSIC = range(5)
TRUTH = {"S": SILENCE, "N": SILENCE, "T": TONE, "M": MUSIC, "A": SPEECH, "V": SPEECH, "H": SPEECH, "B": OVER_MUSIC}


def features_of(samples: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Vectors (blocks, n) and band energies (10 blocks, BANDS) of 8 kHz 16-bit samples."""
    count = len(samples) // BLOCK_SAMPLES
    samples = samples[: count * BLOCK_SAMPLES]
    x = np.concatenate([np.zeros(FINE_WINDOW, np.float32), samples.astype(np.float32) / 32768])
    hops = x[FINE_WINDOW:].reshape(-1, HOP_SAMPLES)
    levels = level_db(np.einsum("ij,ij->i", hops, hops) / HOP_SAMPLES)
    windows = sliding_window_view(x[FINE_WINDOW + HOP_SAMPLES - WINDOW :], WINDOW)[::HOP_SAMPLES]
    fine = sliding_window_view(x[BLOCK_SAMPLES:], FINE_WINDOW)[::BLOCK_SAMPLES]
    pitch_windows = sliding_window_view(x[FINE_WINDOW + PITCH_HOP - PITCH_WINDOW :], PITCH_WINDOW)[::PITCH_HOP]
    power = short_spectra(windows)
    block = SpectrumBlock(
        samples=x[FINE_WINDOW:],
        windows=windows,
        levels_db=levels,
        power=power,
        top_share=top_shares(power),
        fine_power=fine_spectra(fine),
        pitch_windows=pitch_windows,
    )
    slow = SlowPeak()
    peak = np.array([slow.update(levels[i * HOPS : (i + 1) * HOPS], BLOCK_S) for i in range(count)], np.float32)
    floors = np.repeat(np.array([floor_db(float(p)) for p in peak], np.float32), HOPS)
    features = FeatureExtractor().extract(block, floors)
    vad = VoiceActivityDetector()
    flags = np.array([vad.is_speech(samples[i : i + 160].tobytes()) for i in range(0, len(samples), 160)], np.float32)
    return vectors(features, PitchTracker().track(pitch_windows), peak, flags), features.bands_db


def load(folder: Path, *, limit: int = 0) -> list[dict[str, object]]:
    """Calls of a folder: name, truth, x (blocks, n) and bands; cached beside them."""
    calls = []
    for path in sorted(folder.glob("*.wav"))[: limit or None]:
        cache = path.with_suffix(".npz")
        data = np.load(cache) if cache.exists() else {}
        if "x" in data and data["x"].shape[1] == len(NAMES):
            x, bands = data["x"], data["bands"]
        else:
            x, bands = features_of(read_wav(path))
            np.savez(cache, x=x.astype(np.float16), bands=bands.astype(np.float16))
        truth = json.loads(path.with_suffix(".json").read_text())
        calls.append({"name": path.stem, "truth": truth, "x": x.astype(np.float32), "bands": bands})
    return calls


_PASSING = 5
"""Which of six sounds is one that comes and goes."""


def laboratory(rng: np.random.Generator, count: int = 300) -> tuple[np.ndarray, np.ndarray]:
    """Sounds of 12 s that no call holds, after some quiet: (count, blocks, n) vectors and (count, blocks) classes.

    Steady complex tones, chords and arpeggios are music, also quiet ones that come and go in a line's noise; steady and swelling
    noises of any colour are silence.
    """
    xs, ys = [], []
    for number in range(count):
        t = np.arange(int(12 * SAMPLE_RATE)) / SAMPLE_RATE
        kind = number % 6
        if kind == _PASSING:
            pcm, label = _passing_tones(rng, t)
            vectors_, _ = features_of(pcm)
            xs.append(vectors_)
            ys.append(label[: len(vectors_)])
            continue
        if kind in (0, 4):
            x, label = _steady(rng, t, is_swelling=kind == 4), MUSIC
        elif kind == 1:
            x, label = _arpeggio(rng, t), MUSIC
        else:
            x, label = rng.standard_normal(t.size), SILENCE
            if number % 2:
                spectrum = np.fft.rfft(x) / np.maximum(np.fft.rfftfreq(t.size), 0.004) ** rng.uniform(0.2, 1)
                x = np.fft.irfft(spectrum, t.size)
            if kind == 3:
                x = x * np.interp(t, np.linspace(0, 12, 13), 10 ** (rng.uniform(-4, 4, 13) / 20))
        before = int(rng.integers(0, 25))  # quiet blocks in front, so that onsets are known too
        quiet = before * BLOCK_SAMPLES
        x = np.concatenate([np.zeros(quiet), x])[: t.size]
        gain = 10 ** (rng.uniform(-40, -8) / 20) / (x.std() + 1e-9)
        noise = rng.standard_normal(t.size) * 10 ** rng.uniform(-1, 1.3)
        pcm = (np.clip(x * gain, -1, 1) * 32000 + noise).astype(np.int16)
        vectors_, _ = features_of(pcm)
        xs.append(vectors_)
        ys.append(np.where(np.arange(len(vectors_)) < before, SILENCE, label))
    return np.array(xs), np.array(ys)


def _steady(rng: np.random.Generator, t: np.ndarray, *, is_swelling: bool) -> np.ndarray:
    f0 = rng.uniform(80, 500)
    x = sum(
        np.sin(2 * np.pi * f0 * h * t + rng.uniform(0, 6)) * rng.uniform(0.1, 1) for h in range(1, 12) if f0 * h < 3600
    )
    return x * (1 + 0.5 * np.sin(2 * np.pi * rng.uniform(0.2, 6) * t)) if is_swelling else x


def _passing_tones(rng: np.random.Generator, t: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Tones of 4 to 24 harmonics, down to 4 dB over the noise, with pauses between: samples, and the classes of their blocks."""
    sound, label = np.zeros_like(t), np.full(t.size // BLOCK_SAMPLES, SILENCE)
    at = float(rng.uniform(0.3, 3.0))
    while at < t[-1] - 0.5:
        length = float(np.exp(rng.uniform(np.log(0.4), np.log(8.0))))
        part = (t >= at) & (t < at + length)
        sound[part] = _complex_tone(rng, t[part] - at)
        label[round(at * SAMPLE_RATE / BLOCK_SAMPLES) : round((at + length) * SAMPLE_RATE / BLOCK_SAMPLES)] = MUSIC
        at += length + float(rng.uniform(0.3, 3.0))
    noise = rng.standard_normal(t.size)
    if rng.random() < 0.5:
        noise = np.fft.irfft(
            np.fft.rfft(noise) / np.maximum(np.fft.rfftfreq(t.size), 0.004) ** rng.uniform(0.2, 1), t.size
        )
    level_db_ = rng.uniform(-40, -10)
    noise *= 10 ** ((level_db_ - rng.uniform(4, 60)) / 20) / noise.std()
    return (np.clip(sound * 10 ** (level_db_ / 20) + noise, -1, 1) * 32000).astype(np.int16), label


def _complex_tone(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    """A steady, trembling or swelling tone of any instrument, of unit power."""
    f0 = float(np.exp(rng.uniform(np.log(60), np.log(900))))
    vibrato = rng.choice([0.0, rng.uniform(0.001, 0.02)])
    phase = 2 * np.pi * np.cumsum(f0 * (1 + vibrato * np.sin(2 * np.pi * rng.uniform(3, 8) * t))) / SAMPLE_RATE
    tilt = rng.uniform(0, 1.5)
    x = np.sin(phase)
    for h in range(2, int(rng.integers(4, 25)) + 1):
        if f0 * h < 3700:
            x += rng.uniform(0.1, 1) / h**tilt * np.sin(h * phase + rng.uniform(0, 6))
    x *= 1 + rng.choice([0.0, rng.uniform(0.05, 0.5)]) * np.sin(2 * np.pi * rng.uniform(0.3, 8) * t)
    x *= np.minimum(1, np.minimum(np.arange(t.size), np.arange(t.size)[::-1]) / rng.integers(8, 1600))
    return x / (x.std() + 1e-9)


def _arpeggio(rng: np.random.Generator, t: np.ndarray) -> np.ndarray:
    x, at, length = np.zeros_like(t), 0.0, rng.uniform(0.15, 0.7)
    while at < t[-1]:
        part = (t >= at) & (t < at + length)
        for note in rng.integers(45, 82, int(rng.integers(1, 5))):
            f = 440 * 2 ** ((note - 69) / 12)
            decay = np.exp(-(t[part] - at) * rng.uniform(0.5, 4))
            x[part] += sum(np.sin(2 * np.pi * f * h * t[part]) / h for h in range(1, 6) if f * h < 3600) * decay
        at += length
    return x


def main() -> int:
    """Compute what is not cached yet."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("folders", nargs="+", type=Path)
    parser.add_argument("--laboratory", type=Path, help="write the laboratory sounds to this .npz")
    args = parser.parse_args()
    for folder in args.folders:
        print(folder, len(load(folder)), flush=True)
    if args.laboratory:
        x, y = laboratory(np.random.default_rng(1))
        np.savez(args.laboratory, x=x.astype(np.float16), y=y)
    return 0


if __name__ == "__main__":
    sys.exit(main())
