"""Make the weights of the line score from generated calls with known truth.

    python bench/train_line_score.py CALLS_FOLDER [--write] [--test OTHER_FOLDER]

The calls come from the telephone hold corpus's generator (``../shared/corpus/make_calls.py``). Synthetic extras are added
so that laboratory sounds are known too: steady complex tones and chords are music, noise at any level is silence.
Needs only numpy. Prints the confusion on the test folder; with ``--write`` replaces ``classify/line_weights.py``.
"""

import argparse
import base64
import json
from pathlib import Path
import sys

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.spectrum import BLOCK_SAMPLES, SpectrumAnalyzer
from engine.audio.wav import read_wav
from engine.classify.line_features import LineFeatures
from engine.classify.vad import VoiceActivityDetector

CLASSES = ("silence", "tone", "music", "speech", "speech_over_music")
TRUTH = {"S": 0, "N": 0, "T": 1, "M": 2, "A": 3, "V": 3, "H": 3, "B": 4}
WEIGHTS_FILE = ROOT / "custom_components/hold_slayer/engine/classify/line_weights.py"
RATE = 8000


def features_of(samples: np.ndarray) -> np.ndarray:
    """Feature vectors of one call, one a block."""
    spectrum, features, vad = SpectrumAnalyzer(), LineFeatures(), VoiceActivityDetector()
    rows = []
    for start in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        piece = samples[start : start + BLOCK_SAMPLES]
        flags = [vad.is_speech(piece[i : i + 160].tobytes()) for i in range(0, BLOCK_SAMPLES, 160)]
        block = spectrum.analyze(piece.astype(np.float32) / 32768)
        rows.append(features.update(block, np.array(flags, np.float32)))
    return np.array(rows)


def load(folder: Path, limit: int = 0) -> tuple[np.ndarray, np.ndarray]:
    """Features and classes of all calls of a folder; cached beside it."""
    cache = folder / "line_features.npz"
    if cache.exists():
        data = np.load(cache)
        return data["x"], data["y"]
    xs, ys = [], []
    for path in sorted(folder.glob("*.wav"))[: limit or None]:
        truth = json.loads(path.with_suffix(".json").read_text())["labels_100ms"]
        rows = features_of(read_wav(path))
        count = min(len(rows), len(truth))
        xs.append(rows[:count])
        ys.append(np.array([TRUTH[c] for c in truth[:count]]))
    x, y = np.concatenate(xs), np.concatenate(ys)
    np.savez(cache, x=x, y=y)
    return x, y


def _as_pcm(x: np.ndarray, level_db: float) -> np.ndarray:
    return (np.clip(x / (x.std() + 1e-9) * 10 ** (level_db / 20), -1, 1) * 32767).astype(np.int16)


def extras(rng: np.random.Generator, count: int = 200) -> tuple[np.ndarray, np.ndarray]:
    """Laboratory sounds after some quiet: steady complex tones, chords and arpeggios (music), noises (silence)."""
    xs, ys = [], []
    for number in range(count):
        seconds = 8.0
        t = np.arange(int(seconds * RATE)) / RATE
        kind = number % 4
        if kind == 0:
            f0 = rng.uniform(80, 500)
            x = sum(
                np.sin(2 * np.pi * f0 * h * t + rng.uniform(0, 6)) * rng.uniform(0.1, 1)
                for h in range(1, 11)
                if f0 * h < 3600
            )
            label = 2
        elif kind == 1:
            x, label = np.zeros_like(t), 2
            at = 0.0
            length = rng.uniform(0.15, 0.7)
            while at < seconds:
                part = (t >= at) & (t < at + length)
                for note in rng.integers(45, 82, int(rng.integers(1, 5))):
                    f = 440 * 2 ** ((note - 69) / 12)
                    decay = np.exp(-(t[part] - at) * rng.uniform(0.5, 4))
                    x[part] += sum(np.sin(2 * np.pi * f * h * t[part]) / h for h in range(1, 6) if f * h < 3600) * decay
                at += length
        elif kind == 2:
            x, label = rng.standard_normal(t.size), 0
            if number % 8 == 2:
                spectrum = np.fft.rfft(x) / np.sqrt(np.maximum(np.fft.rfftfreq(t.size), 0.004))
                x = np.fft.irfft(spectrum, t.size)
        else:
            gains = 10 ** (rng.uniform(-4, 4, 9) / 20)
            x = rng.standard_normal(t.size) * np.interp(t, np.linspace(0, seconds, 9), gains)
            label = 0
        before = int(rng.integers(0, 25))  # quiet blocks in front, so that onsets are known too
        pcm = np.concatenate([np.zeros(before * BLOCK_SAMPLES, np.int16), _as_pcm(x, rng.uniform(-40, -8))])
        rows = features_of(pcm + (rng.standard_normal(pcm.size) * 8).astype(np.int16))
        xs.append(rows)
        ys.append(np.where(np.arange(len(rows)) < before, 0, label))
    return np.concatenate(xs), np.concatenate(ys)


def train(x: np.ndarray, y: np.ndarray, hidden: int, epochs: int, rng: np.random.Generator) -> tuple[np.ndarray, ...]:
    """Adam on the cross entropy with balanced-ish classes, weight decay and input noise."""
    mean, scale = x.mean(0), 1 / (x.std(0) + 1e-3)
    z = np.clip((x - mean) * scale, -4, 4).astype(np.float32)
    counts = np.bincount(y, minlength=len(CLASSES))
    class_weight = (counts.sum() / np.maximum(counts, 1)) ** 0.4
    class_weight /= (class_weight * counts).sum() / counts.sum()
    params = [
        rng.standard_normal((x.shape[1], hidden)).astype(np.float32) / np.sqrt(x.shape[1]),
        np.zeros(hidden, np.float32),
        rng.standard_normal((hidden, len(CLASSES))).astype(np.float32) / np.sqrt(hidden),
        np.zeros(len(CLASSES), np.float32),
    ]
    first, second = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    batch, step = 512, 0
    steps = epochs * (len(z) // batch)
    for _ in range(epochs):
        order = rng.permutation(len(z))
        for start in range(0, len(z) - batch, batch):
            pick = order[start : start + batch]
            inputs = z[pick] + rng.standard_normal((batch, z.shape[1])).astype(np.float32) * 0.15
            h = np.tanh(inputs @ params[0] + params[1])
            out = h @ params[2] + params[3]
            p = np.exp(out - out.max(1, keepdims=True))
            p /= p.sum(1, keepdims=True)
            target = np.eye(len(CLASSES), dtype=np.float32)[y[pick]] * 0.97 + 0.03 / len(CLASSES)
            d = (p - target) * class_weight[y[pick], None] / batch
            dh = (d @ params[2].T) * (1 - h * h)
            grads = [inputs.T @ dh + 3e-4 * params[0], dh.sum(0), h.T @ d + 3e-4 * params[2], d.sum(0)]
            step += 1
            rate = 3e-3 * 0.5 * (1 + np.cos(np.pi * step / steps))
            for k, grad in enumerate(grads):
                first[k] = 0.9 * first[k] + 0.1 * grad
                second[k] = 0.999 * second[k] + 0.001 * grad * grad
                params[k] -= rate * (first[k] / (1 - 0.9**step)) / (np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8)
    return (mean, scale, *params)


def predict(weights: tuple[np.ndarray, ...], x: np.ndarray) -> np.ndarray:
    mean, scale, w1, b1, w2, b2 = (w.astype(np.float16).astype(np.float32) for w in weights)
    return (np.tanh(np.clip((x - mean) * scale, -4, 4) @ w1 + b1) @ w2 + b2).argmax(1)


def report(name: str, truth: np.ndarray, guess: np.ndarray) -> None:
    print(f"{name}: accuracy {(truth == guess).mean():.3f}")
    for k, label in enumerate(CLASSES):
        row = np.bincount(guess[truth == k], minlength=len(CLASSES)) / max(1, (truth == k).sum())
        print(f"  {label:18s} {(truth == k).sum():7d}  " + " ".join(f"{v:.3f}" for v in row))


def write(weights: tuple[np.ndarray, ...], hidden: int) -> None:
    flat = np.concatenate([w.ravel() for w in weights]).astype("<f2")
    text = base64.b85encode(flat.tobytes()).decode()
    lines = "\n".join(f'    "{text[i : i + 100]}"' for i in range(0, len(text), 100))
    WEIGHTS_FILE.write_text(
        '"""Weights of the line score (half precision, base 85), made by ``bench/train_line_score.py``."""\n\n'
        f"CLASSES = {CLASSES!r}\n".replace("'", '"')
        + f"HIDDEN = {hidden}\nWEIGHTS = (\n{lines}\n)\n"
    )


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("calls", type=Path)
    parser.add_argument("--test", type=Path)
    parser.add_argument("--hidden", type=int, default=24)
    parser.add_argument("--epochs", type=int, default=12)
    parser.add_argument("--write", action="store_true")
    args = parser.parse_args()
    rng = np.random.default_rng(1)
    x, y = load(args.calls)
    more_x, more_y = extras(rng)
    weights = train(np.concatenate([x, more_x]), np.concatenate([y, more_y]), args.hidden, args.epochs, rng)
    report("training calls", y, predict(weights, x))
    report("laboratory", more_y, predict(weights, more_x))
    if args.test:
        test_x, test_y = load(args.test)
        report("test calls", test_y, predict(weights, test_x))
    if args.write:
        write(weights, args.hidden)
    return 0


if __name__ == "__main__":
    sys.exit(main())
