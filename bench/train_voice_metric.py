"""Train the metric of voices on kept evidence: which pairs of stretches of speech in one call are of the same voice.

    .venv/bin/python bench/train_voice_metric.py EVIDENCE=CALLS... [--out FILE.npz] [--manifest SOURCES/manifest.csv]

Fold by fold as `train_human_score`; ``--out`` writes weights learned from all groups, and FILE-foldN.npz without group N. With
``--manifest`` nothing is learned from calls that hold a clip of no stated licence; they are tested on all the same.
"""

import argparse
import json
from pathlib import Path
import sys

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "custom_components/hold_slayer"), str(ROOT / "bench")]

from engine.classify.voices import Voice, VoiceSketch, differences
import human_sweep
from licences import is_open, unstated

_BLOCKS = 25


def voices(evidence: Path, truth: dict) -> list[tuple[str, set[str], Voice]]:
    """Who speaks, which clips, and the voice's description, for each stretch of speech."""
    heard, found = list(human_sweep.blocks(evidence)), []
    for segment in truth["segments"]:
        who = "human" if segment["kind"] == "human" else segment.get("voice")
        if who is None:
            continue
        labels = truth["labels_100ms"]
        end = min(len(labels), len(heard), int(segment["end"] * 10))
        spoken = [i for i in range(int(segment["start"] * 10), end) if labels[i] in "AVH"]
        sketch = VoiceSketch()
        for i in spoken[:_BLOCKS]:
            sketch.add(heard[i].fine_bands_db, heard[i].pitch)
        if len(spoken) >= 8 and (voice := sketch.describe()) is not None:
            found.append((who, set(segment.get("clips") or ()), voice))
    return found


def pairs(
    evidence: Path, calls: Path, without: frozenset[str] = frozenset()
) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """A group's pairs that do not share a clip: differences, whether of the same voice, and whether they may be learned."""
    xs, ys, may_learn = [], [], []
    for path in sorted(evidence.glob("call*.npz")):
        truth = calls / f"{path.stem}.json"
        found = voices(path, json.loads(truth.read_text()))
        may = is_open(truth, without)
        for number, (who, clips, voice) in enumerate(found):
            others = [other for other in found[:number] if not clips & other[1] and who + other[0] != "humanhuman"]
            if others:
                xs.append(differences(voice, [other[2] for other in others]))
                ys += [who == other[0] for other in others]
                may_learn += [may] * len(others)
    return np.concatenate(xs), np.array(ys), np.array(may_learn)


def fit(x: np.ndarray, y: np.ndarray) -> tuple[np.ndarray, float]:
    """Logistic regression with both classes weighing the same."""
    mean, scale = x.mean(0), 1 / (x.std(0) + 0.05)
    z, weight = (x - mean) * scale, np.where(y, 0.5 / y.sum(), 0.5 / (~y).sum())
    w, bias, speed = np.zeros(x.shape[1]), 0.0, np.zeros(x.shape[1])
    for _ in range(400):
        d = (1 / (1 + np.exp(-(z @ w + bias))) - y) * weight
        speed = 0.9 * speed + z.T @ d + 3e-3 * w
        w, bias = w - 0.15 * speed, bias - 2 * d.sum()
    return w * scale, float(bias - (w * scale) @ mean)


def auc(good: np.ndarray, bad: np.ndarray) -> float:
    """Area under the curve of one score."""
    order = np.concatenate([bad, good]).argsort().argsort()
    return float((order[len(bad) :].sum() - len(good) * (len(good) - 1) / 2) / (len(good) * len(bad)))


def main() -> int:
    """Train and test."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="+")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--manifest", type=Path, help="the sources' manifest: learn from clips of stated licence only")
    args = parser.parse_args()
    without = unstated(args.manifest)
    parts = [pairs(*(Path(part) for part in group.split("=")), without) for group in args.groups]
    learned = [(x[may], y[may]) for x, y, may in parts]
    for number, (x, y, _) in enumerate(parts):
        others = [part for k, part in enumerate(learned) if k != number] or learned
        weights, bias = fit(np.concatenate([o[0] for o in others]), np.concatenate([o[1] for o in others]))
        odds = x @ weights + bias
        print(f"group {number} left out: {len(y)} pairs, area under the curve {auc(odds[y], odds[~y]):.3f}", flush=True)
        if args.out:
            np.savez(args.out.with_name(f"{args.out.stem}-fold{number}.npz"), weights=weights.astype("<f4"), bias=bias)
    if args.out:
        weights, bias = fit(np.concatenate([o[0] for o in learned]), np.concatenate([o[1] for o in learned]))
        np.savez(args.out, weights=weights.astype("<f4"), bias=bias)
    return 0


if __name__ == "__main__":
    sys.exit(main())
