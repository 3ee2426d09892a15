"""Train the human score on kept evidence, fold by fold, and tell how it does on the fold left out.

    .venv/bin/python bench/train_human_score.py EVIDENCE=CALLS… [--out FILE.npz] [--manifest SOURCES/manifest.csv]
        [--ablate bench/results/hearing-ablation.json]

Each ``EVIDENCE=CALLS`` is one group of sources: a folder of `evidence_dataset` and the folder of its calls. With two or more
the verdicts of each group are made with weights learned from the others. ``--out`` writes weights learned from all. With
``--manifest`` nothing is learned from calls that hold a clip of no stated licence; they are judged all the same.
"""

import argparse
import json
from pathlib import Path
import sys

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "custom_components/hold_slayer"), str(ROOT / "bench")]

from engine.classify import human_score
from engine.classify.human import HumanConfig
from engine.classify.human_score import HumanScore
from engine.classify.voices import VoiceMetric
import human_sweep
from licences import is_open, unstated

HIDDEN, MEMBERS = 20, 4


def rows_of(evidence: Path, calls: Path, metric: VoiceMetric | None = None) -> dict[str, np.ndarray]:
    """What the score sees in every episode of a group: truth and weight, its call, its beginning and age in blocks."""
    kept: dict[str, list[np.ndarray]] = {name: [] for name in ("x", "y", "w", "call", "start", "age", "onset", "hold")}
    for number, path in enumerate(sorted(evidence.glob("call*.npz"))):
        truth = json.loads((calls / f"{path.stem}.json").read_text())
        run = human_sweep.Run(chance_of=lambda evidence: 0.1, metric=metric).feed(path, keep=True)
        if not run.rows:
            continue
        x, at = np.array(run.rows), np.array(run.places)
        onset = truth["human_onset"]
        age = np.rint(10 * np.expm1(x[:, 1])).astype(int)
        start = at - age
        y = np.zeros(len(at)) if onset is None else (at / 10 > onset - 0.2).astype(float)
        _, episode, length = np.unique(start, return_inverse=True, return_counts=True)
        near = np.ones(len(at)) if onset is None else np.abs(at / 10 - onset) > 0.3
        in_hold = [any(a <= place / 10 <= b for a, b in truth["hold"]) for place in at]
        values = (x, y, near / np.sqrt(length[episode]), np.full(len(at), number), start, age)
        for name, value in zip(kept, values, strict=False):
            kept[name].append(value)
        kept["onset"].append(np.full(len(at), 1e9 if onset is None else onset * 10))
        kept["hold"].append(np.array(in_hold))
    return {name: np.concatenate(values) for name, values in kept.items()}


def outcomes(
    rows: dict[str, np.ndarray], odds: np.ndarray, confirm: float, late: float
) -> tuple[list[float], int, int]:
    """Decide every episode by the score alone: seconds from onset to the verdict of each human, false ones on hold, other."""
    chance = 1 / (1 + np.exp(-odds))
    is_hit = chance >= np.where(rows["age"] < 85, confirm, late)
    found: dict[int, float] = {}
    false: set[tuple[int, int]] = set()
    other: set[tuple[int, int]] = set()
    for call, start, age, y, onset, hold in zip(
        *(rows[name][is_hit] for name in ("call", "start", "age", "y", "onset", "hold")), strict=True
    ):
        if y:
            found.setdefault(int(call), (start + age - onset) / 10)
        else:
            (false if hold else other).add((int(call), int(start)))
    humans = {int(call) for call, onset in zip(rows["call"], rows["onset"], strict=True) if onset < 1e9}
    return [found.get(call, 999.0) for call in humans], len(false), len(other)


def train_one(
    parts: list[dict[str, np.ndarray]], seed: int = 1, without: tuple[str, ...] = ()
) -> dict[str, np.ndarray]:
    """Adam on the weighted cross entropy, with noise on what is seen."""
    rng = np.random.default_rng(seed)
    x, y, w = (np.concatenate([part[k][part["may_learn"]] for part in parts]) for k in ("x", "y", "w"))
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
    evidence: Path, calls: Path, weights: dict[str, np.ndarray], config: HumanConfig, metric: VoiceMetric | None
) -> tuple[list[dict], dict[str, list]]:
    """Truth and events of a group."""
    names = [path.stem for path in sorted(evidence.glob("call*.npz"))]
    truth = [json.loads((calls / f"{name}.json").read_text()) for name in names]
    score = HumanScore(weights)
    return truth, {name: human_sweep.Run(config, score, metric).feed(evidence / f"{name}.npz").events for name in names}


def auc(y: np.ndarray, p: np.ndarray) -> float:
    order = p.argsort().argsort()
    good, bad = (y > 0).sum(), (y == 0).sum()
    return float((order[y > 0].sum() - good * (good - 1) / 2) / (good * bad))


def train(parts: list[dict[str, np.ndarray]], without: tuple[str, ...] = ()) -> dict[str, np.ndarray]:
    """Four networks from different beginnings, side by side in one: their mean is steadier than each."""
    members = [train_one(parts, seed, without) for seed in range(1, MEMBERS + 1)]
    return {
        "mean": members[0]["mean"],
        "scale": members[0]["scale"],
        "w1": np.concatenate([member["w1"] for member in members], axis=1),
        "b1": np.concatenate([member["b1"] for member in members]),
        "w2": np.concatenate([member["w2"] for member in members]) / MEMBERS,
        "b2": sum(member["b2"] for member in members) / MEMBERS,
    }


def held_out(parts: list[dict], without: tuple[str, ...]) -> tuple[list[dict[str, np.ndarray]], list[np.ndarray]]:
    """Weights learned from the other groups, and what they say of each group."""
    folds, odds = [], []
    for number, part in enumerate(parts):
        weights = train([other for k, other in enumerate(parts) if k != number] or parts, without)
        z = np.clip((part["x"] - weights["mean"]) * weights["scale"], -4, 4)
        folds.append(weights)
        odds.append(np.tanh(z @ weights["w1"] + weights["b1"]) @ weights["w2"] + weights["b2"][0])
    return folds, odds


def tell(parts: list[dict], odds: list[np.ndarray], confirm: float, late: float) -> dict[str, float]:
    """The score's decisions over all groups."""
    found, false, other = [], 0, 0
    for part, each in zip(parts, odds, strict=True):
        one = outcomes(part, each, confirm, late)
        found, false, other = found + one[0], false + one[1], other + one[2]
    times = np.array(found)
    return {
        "humans": len(times),
        "within_5s": round(float((times <= 5).mean()), 3),
        "within_10s": round(float((times <= 10).mean()), 3),
        "median_s": round(float(np.median(times)), 1),
        "false_on_hold": false,
        "false_elsewhere": other,
    }


def at_equal_cost(parts: list[dict], odds: list[np.ndarray], false_on_hold: int) -> dict[str, float]:
    """Choose the threshold that lets at most so many false ones through."""
    best = {}
    for confirm in np.arange(0.5, 0.995, 0.01):
        best = tell(parts, odds, confirm, confirm) | {"confirm": round(float(confirm), 2)}
        if best["false_on_hold"] <= false_on_hold:
            break
    return best


def mean_auc(parts: list[dict], odds: list[np.ndarray]) -> float:
    """Mean over the groups of the area under the curve."""
    return round(float(np.mean([auc(part["y"], each) for part, each in zip(parts, odds, strict=True)])), 4)


def for_docs(table: dict[str, dict[str, float]], cost: int) -> dict[str, object]:
    """The table as the page shows it."""
    people = table["everything"]["humans"]
    title = (
        f"What each cue is worth to the score of a human: {people} people of the three folds, networks trained anew without it, "
        f"thresholds set anew for at most {cost} false ones on hold."
    )
    rows = [
        [
            name,
            *(f"{100 * row[kind]:.1f} %" for kind in ("within_5s", "within_10s")),
            row["median_s"],
            row["false_on_hold"],
            f"{row['auc']:.3f}",
        ]
        for name, row in table.items()
    ]
    return {
        "title": title,
        "head": ["", "within 5 s", "within 10 s", "median s", "false on hold", "area"],
        "rows": rows,
    }


def fold_metric(voices: Path | None, number: int) -> VoiceMetric | None:
    """The metric that has not met the group's voices."""
    if voices is None:
        return None
    with np.load(voices.with_name(f"{voices.stem}-fold{number}.npz")) as data:
        return VoiceMetric(data["weights"], float(data["bias"]))


def main() -> int:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("groups", nargs="+")
    parser.add_argument("--voices", type=Path, help="FILE of `train_voice_metric`: FILE-foldN.npz are used for group N")
    parser.add_argument("--out", type=Path, help="write weights learned from all groups; FILE-foldN.npz for the folds")
    parser.add_argument("--manifest", type=Path, help="the sources' manifest: learn from clips of stated licence only")
    parser.add_argument("--ablate", type=Path, help="write a table of every cue left out")
    parser.add_argument("--confirm", type=float, nargs="*", default=[HumanConfig().confirm])
    parser.add_argument("--late", type=float, nargs="*", default=[HumanConfig().confirm_late])
    parser.add_argument(
        "--calls", action="store_true", help="run the trackers over the calls too, with the last thresholds"
    )
    args = parser.parse_args()
    groups = [tuple(Path(part) for part in group.split("=")) for group in args.groups]
    parts, without = [], unstated(args.manifest)
    for number, (evidence, calls) in enumerate(groups):
        cache = evidence / "rows.npz"
        if not cache.exists():
            np.savez(cache, **rows_of(evidence, calls, fold_metric(args.voices, number)))
        rows = dict(np.load(cache))
        truths = [calls / f"{path.stem}.json" for path in sorted(evidence.glob("call*.npz"))]
        rows["may_learn"] = np.array([is_open(truth, without) for truth in truths])[rows["call"].astype(int)]
        parts.append(rows)
    folds, odds = held_out(parts, ())
    for part, each in zip(parts, odds, strict=True):
        print("AUC", round(auc(part["y"], each), 4), flush=True)
    for confirm in args.confirm:
        for late in args.late:
            print(confirm, late, tell(parts, odds, confirm, late), flush=True)
    if args.out:
        np.savez(args.out, **{k: v.astype("<f4") for k, v in train(parts).items()})
        for number, fold in enumerate(folds):
            np.savez(args.out.with_name(f"{args.out.stem}-fold{number}.npz"), **fold)
    if args.ablate:
        cost = tell(parts, odds, HumanConfig().confirm, HumanConfig().confirm_late)["false_on_hold"]
        table = {"everything": at_equal_cost(parts, odds, cost) | {"auc": mean_auc(parts, odds)}}
        for cue, names in human_score.CUES.items():
            _, changed = held_out(parts, names)
            table[f"without {cue}"] = at_equal_cost(parts, changed, cost) | {"auc": mean_auc(parts, changed)}
            print(cue, table[f"without {cue}"], flush=True)
        args.ablate.write_text(json.dumps({"for_docs": for_docs(table, cost), "table": table}, indent=1) + "\n")
    if args.calls:
        config = HumanConfig(confirm=args.confirm[-1], confirm_late=args.late[-1])
        truths, events = [], {}
        for number, (evidence, calls) in enumerate(groups):
            truth, heard = verdicts(evidence, calls, folds[number], config, fold_metric(args.voices, number))
            truths += [{**t, "id": f"{number}{t['id']}"} for t in truth]
            events |= {f"{number}{name}": each for name, each in heard.items()}
            print(number, human_sweep.figures(truth, heard), flush=True)
        print("ALL", human_sweep.figures(truths, events), flush=True)
    return 0


if __name__ == "__main__":
    sys.exit(main())
