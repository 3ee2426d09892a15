"""Train the human score on kept evidence, fold by fold, and tell how it does on the fold left out.

    .venv/bin/python bench/train_human_score.py EVIDENCE=CALLS… [--out FILE.npz] [--without CUE]

Each ``EVIDENCE=CALLS`` is one group of sources: a folder of `evidence_dataset` and the folder of its calls. With two or more
the verdicts of each group are made with weights learned from the others. ``--out`` writes weights learned from all.
"""

import argparse
import json
from pathlib import Path
import sys

from engine.classify import human_score
from engine.classify.human import HumanConfig
from engine.classify.human_score import HumanScore
import human_sweep
import numpy as np

HIDDEN = 20


def rows_of(evidence: Path, calls: Path) -> dict[str, np.ndarray]:
    """What the score sees in every hold episode of a group, with truth and weight."""
    xs, ys, ws = [], [], []
    for path in sorted(evidence.glob("call*.npz")):
        truth = json.loads((calls / f"{path.stem}.json").read_text())
        run = human_sweep.Run(chance_of=lambda evidence: 0.1).feed(path, keep=True)
        if not run.rows:
            continue
        x, at = np.array(run.rows), np.array(run.places)
        onset = truth["human_onset"]
        age = np.rint(10 * np.expm1(x[:, 1])).astype(int)
        start = at - age
        y = np.zeros(len(at)) if onset is None else (at / 10 > onset - 0.2).astype(float)
        _, episode, length = np.unique(start, return_inverse=True, return_counts=True)
        near = np.ones(len(at)) if onset is None else np.abs(at / 10 - onset) > 0.3
        xs.append(x)
        ys.append(y)
        ws.append(near / np.sqrt(length[episode]))
    return {"x": np.concatenate(xs), "y": np.concatenate(ys), "w": np.concatenate(ws)}


def train(parts: list[dict[str, np.ndarray]], seed: int = 1, without: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
    """Adam on the weighted cross entropy, with noise on what is seen."""
    rng = np.random.default_rng(seed)
    x, y, w = (np.concatenate([part[k] for part in parts]) for k in ("x", "y", "w"))
    mean, scale = x.mean(0), 1 / (x.std(0) + 0.05)
    for name in without:
        scale[human_score.NAMES.index(name)] = 0.0
    z = np.clip((x - mean) * scale, -4, 4)
    w = w * np.where(y > 0, 0.5 / (w * y).sum(), 0.5 / (w * (1 - y)).sum()) * len(w)
    params = [
        rng.standard_normal((x.shape[1], HIDDEN)) / np.sqrt(x.shape[1]),
        np.zeros(HIDDEN),
        rng.standard_normal(HIDDEN) / np.sqrt(HIDDEN),
        np.zeros(1),
    ]
    first, second = [np.zeros_like(p) for p in params], [np.zeros_like(p) for p in params]
    steps, batch = 2500, 512
    for step in range(1, steps + 1):
        pick = rng.integers(0, len(z), batch)
        inputs = z[pick] + rng.standard_normal((batch, z.shape[1])) * 0.25 * (scale > 0)
        h = np.tanh(inputs @ params[0] + params[1])
        p = 1 / (1 + np.exp(-(h @ params[2] + params[3])))
        d = (p - (y[pick] * 0.98 + 0.01)) * w[pick] / batch
        dh = np.outer(d, params[2]) * (1 - h * h)
        grads = [inputs.T @ dh + 1e-3 * params[0], dh.sum(0), h.T @ d + 1e-3 * params[2], np.array([d.sum()])]
        rate = 5e-3 * 0.5 * (1 + np.cos(np.pi * step / steps))
        for k, grad in enumerate(grads):
            first[k] = 0.9 * first[k] + 0.1 * grad
            second[k] = 0.999 * second[k] + 0.001 * grad * grad
            params[k] = params[k] - rate * (first[k] / (1 - 0.9**step)) / (
                np.sqrt(second[k] / (1 - 0.999**step)) + 1e-8
            )
    return dict(zip(("mean", "scale", "w1", "b1", "w2", "b2"), (mean, scale, *params), strict=True))


def verdicts(
    evidence: Path, calls: Path, weights: dict[str, np.ndarray], config: HumanConfig
) -> tuple[list[dict], dict[str, list]]:
    """Truth and events of a group."""
    names = [path.stem for path in sorted(evidence.glob("call*.npz"))]
    truth = [json.loads((calls / f"{name}.json").read_text()) for name in names]
    score = HumanScore(weights)
    return truth, {name: human_sweep.Run(config, score).feed(evidence / f"{name}.npz").events for name in names}


def auc(y: np.ndarray, p: np.ndarray) -> float:
    order = p.argsort().argsort()
    good, bad = (y > 0).sum(), (y == 0).sum()
    return float((order[y > 0].sum() - good * (good - 1) / 2) / (good * bad))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="+")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--without", nargs="*", default=[])
    parser.add_argument("--confirm", type=float, nargs="*", default=[HumanConfig().confirm])
    parser.add_argument("--late", type=float, nargs="*", default=[HumanConfig().confirm_late])
    args = parser.parse_args()
    groups = [tuple(Path(part) for part in group.split("=")) for group in args.groups]
    without = tuple(name for cue in args.without for name in human_score.CUES[cue])
    parts = []
    for evidence, calls in groups:
        cache = evidence / "rows.npz"
        if not cache.exists():
            np.savez(cache, **rows_of(evidence, calls))
        parts.append(dict(np.load(cache)))
        print(evidence, len(parts[-1]["y"]), round(float(parts[-1]["y"].mean()), 3), flush=True)
    folds = []
    for left_out in range(len(groups)):
        others = [part for k, part in enumerate(parts) if k != left_out] or parts
        folds.append(train(others, without=without))
        z = np.clip((parts[left_out]["x"] - folds[-1]["mean"]) * folds[-1]["scale"], -4, 4)
        p = np.tanh(z @ folds[-1]["w1"] + folds[-1]["b1"]) @ folds[-1]["w2"]
        print("fold", left_out, "AUC", round(auc(parts[left_out]["y"], p), 4), flush=True)
    for confirm in args.confirm:
        for late in args.late:
            config = HumanConfig(confirm=confirm, confirm_late=late)
            truths, events = [], {}
            for number, (evidence, calls) in enumerate(groups):
                truth, heard = verdicts(evidence, calls, folds[number], config)
                truths += [{**t, "id": f"{number}{t['id']}"} for t in truth]
                events |= {f"{number}{name}": each for name, each in heard.items()}
                if len(groups) > 1:
                    print(number, human_sweep.figures(truth, heard), flush=True)
            print("ALL", confirm, late, human_sweep.figures(truths, events), flush=True)
    if args.out:
        np.savez(args.out, **{k: v.astype("<f4") for k, v in train(parts, without=without).items()})
    return 0


if __name__ == "__main__":
    sys.exit(main())
