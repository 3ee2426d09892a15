"""Train the line score: a small recurrent network over the vectors of `line_dataset`, written as plain numbers for numpy.

    .venv/bin/python bench/line_dataset.py CALLS… --laboratory LAB.npz          (features, with the engine's own code)
    python bench/train_line_score.py CALLS… --laboratory LAB.npz --out FILE.npz [--epochs 14]        (needs PyTorch)
    python bench/train_line_score.py CALLS… --laboratory LAB.npz --test CALLS --ablate FILE.json [--epochs 4] [--limit 300]

The calls come from the telephone hold corpus's generator. Two heads share the recurrence: what sounds now, and what sounded
`DELAY` blocks ago (with that much more to judge by). Random tilts of the spectrum, offsets and noise are laid over the
features so that no telephone's frequency response is learned. ``--ablate`` trains anew without each group of inputs, and tells
what each is worth.
"""

import argparse
import glob
import json
from pathlib import Path
import sys

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "custom_components/hold_slayer"), str(ROOT / "bench")]

from engine.classify.line_features import NAMES
from licences import clips_of, unstated
import numpy as np
import torch
from torch import nn

DELAY = 3
CLASSES = 5
TRUTH = {"S": 0, "N": 0, "T": 1, "M": 2, "A": 3, "V": 3, "H": 3, "B": 4}
BANDS, PAIRS = 24, 5
CROP = 300
GROUPS = {
    "the 24 bands": ("band",),
    "everything but the bands": (
        "pitch",
        "held",
        "gliding",
        "height",
        "purity",
        "steadiness",
        "peakiness",
        "flat",
        "vad",
    ),
    "pitch (strength, held, gliding, height)": ("pitch", "held", "gliding", "height"),
    "gliding pitch": ("gliding",),
    "purity": ("purity",),
    "steadiness": ("steadiness",),
    "peakiness": ("peakiness",),
    "flatness": ("flat",),
    "WebRTC's voice detector": ("vad",),
}
"""Beginnings of the inputs' names, by what they tell."""


def of_group(name: str) -> np.ndarray:
    """Which of the inputs belong to it."""
    return np.array([each.startswith(GROUPS[name]) for each in NAMES])


class Net(nn.Module):
    """Vector -> hidden -> recurrence -> two heads."""

    def __init__(self, inputs: int, hidden: int, state: int) -> None:
        super().__init__()
        self.first = nn.Linear(inputs, hidden)
        self.gru = nn.GRU(hidden, state, batch_first=True)
        self.now = nn.Linear(state, CLASSES)
        self.later = nn.Linear(state * (DELAY + 1), CLASSES)
        self.live = nn.Linear(state, 1)

    def forward(self, z: torch.Tensor) -> tuple[torch.Tensor, torch.Tensor, torch.Tensor]:
        h, _ = self.gru(torch.relu(self.first(z)))
        padded = nn.functional.pad(h, (0, 0, DELAY, 0))
        length = h.shape[1]
        past = torch.cat([padded[:, back : back + length] for back in range(DELAY + 1)], dim=2)  # oldest first
        return self.now(h), self.later(past), self.live(h)[..., 0]


def load(
    folders: list[str], without: frozenset[str] = frozenset(), limit: int = 0
) -> list[tuple[np.ndarray, np.ndarray, np.ndarray]]:
    """(x, classes, liveness) of each call, of ``limit`` evenly chosen ones; liveness 1 live, 0 recorded, -1 no speech."""
    calls = []
    for folder in folders:
        paths = sorted(glob.glob(f"{folder}/*.npz"))
        for path in paths[:: max(1, len(paths) // limit)][:limit] if limit else paths:
            truth = json.loads(Path(path).with_suffix(".json").read_text())
            if clips_of(truth) & without:
                continue
            labels = truth["labels_100ms"]
            x = np.load(path)["x"]
            n = min(len(x), len(labels))
            y = np.array([TRUTH[c] for c in labels[:n]])
            live = np.array([1 if c == "H" else 0 if c in "ABV" else -1 for c in labels[:n]])
            calls.append((x[:n].astype(np.float32), y, live))
    return calls


def augment(x: np.ndarray, rng: np.random.Generator) -> np.ndarray:
    """Another telephone: tilt and ripple over the bands, another peak, some noise."""
    curve = np.interp(np.arange(BANDS), np.linspace(0, BANDS - 1, 4), rng.normal(0, 0.12, 4))
    x = x.copy()
    x[:, : BANDS * PAIRS] += np.tile(curve, PAIRS) + rng.normal(0, 0.06)
    return x


class Pieces:
    """Cuts stretches out of calls and joins them anew, so that any sound may follow any other without a pause.

    In the calls themselves speech that begins while music plays nearly always has music under it; on a line a person may
    pick up in the middle of a bar.
    """

    def __init__(self, calls: list) -> None:
        self._calls = calls
        self._starts: dict[int, list[tuple[int, int]]] = {kind: [] for kind in range(CLASSES)}
        for number, (_, y, _) in enumerate(calls):
            for edge in np.flatnonzero(np.diff(y)) + 1:
                self._starts[int(y[edge])].append((number, int(edge)))

    def join(self, rng: np.random.Generator) -> list[np.ndarray]:
        """Return `CROP` blocks of several pieces: vectors, classes, liveness."""
        parts, length = [], 0
        while length < CROP:
            kind = int(rng.choice([0, 1, 2, 3, 4], p=[0.1, 0.05, 0.25, 0.5, 0.1]))
            if not self._starts[kind]:
                continue
            number, start = self._starts[kind][int(rng.integers(len(self._starts[kind])))]
            x, y, live = self._calls[number]
            if kind == 2 and rng.random() < 0.7:  # music may be cut into anywhere
                start += int(rng.integers(0, 60))
            end = min(len(y), start + int(rng.integers(12, 90)))
            if end - start >= 5:
                parts.append((x[start:end], y[start:end], live[start:end]))
                length += end - start
        return [np.concatenate(each)[:CROP] for each in zip(*parts, strict=True)]


def train(
    calls: list,
    lab: tuple[np.ndarray, np.ndarray] | None,
    args: argparse.Namespace,
    *,
    seed: int,
    left_out: np.ndarray | None = None,
) -> tuple[Net, np.ndarray, np.ndarray]:
    """The network with the mean and the scale of its inputs; those ``left_out`` are always at their mean."""
    rng = np.random.default_rng(seed)
    torch.manual_seed(seed)
    rows = np.concatenate([x[::7] for x, _, _ in calls])
    mean, scale = rows.mean(0), 1 / (rows.std(0) + 0.02)
    if left_out is not None:
        scale[left_out] = 0.0
    is_used = torch.tensor(scale > 0)
    net = Net(rows.shape[1], args.hidden, args.state)
    counts = np.bincount(np.concatenate([y for _, y, _ in calls]), minlength=CLASSES)
    weight = (counts.sum() / np.maximum(counts, 1)) ** 0.35
    weight = torch.tensor(weight / (weight * counts).sum() * counts.sum(), dtype=torch.float32)
    blocks = sum(len(y) for _, y, _ in calls)
    batch = 32
    steps = args.epochs * blocks // (batch * CROP)
    optimizer = torch.optim.AdamW(net.parameters(), lr=4e-3, weight_decay=2e-3)
    plan = torch.optim.lr_scheduler.OneCycleLR(optimizer, 4e-3, total_steps=steps, pct_start=0.15)
    lengths = np.array([len(y) for _, y, _ in calls], float)
    pieces = Pieces(calls)
    total = 0.0
    for step in range(steps):
        xs, ys, ls = [], [], []
        for k in range(batch):
            if lab is not None and k < 3:
                at = int(rng.integers(len(lab[0])))
                x, y = lab[0][at].astype(np.float32), lab[1][at]
                x, y, live = (np.concatenate([a] * 3)[:CROP] for a in (x, y, np.full(len(y), -1)))
            elif k < 14:
                x, y, live = pieces.join(rng)
            else:
                x, y, live = calls[rng.choice(len(calls), p=lengths / lengths.sum())]
                start = int(rng.integers(0, max(1, len(y) - CROP)))
                x, y, live = x[start : start + CROP], y[start : start + CROP], live[start : start + CROP]
            xs.append(np.clip((augment(x, rng) - mean) * scale, -5, 5))
            ys.append(y)
            ls.append(live)
        z = torch.tensor(np.array(xs), dtype=torch.float32)
        z = z + torch.randn_like(z) * 0.15 * is_used
        y, live = torch.tensor(np.array(ys)), torch.tensor(np.array(ls))
        now, later, alive = net(z)
        loss = nn.functional.cross_entropy(now.flatten(0, 1), y.flatten(), weight=weight, label_smoothing=0.02)
        loss = loss + nn.functional.cross_entropy(
            later[:, DELAY:].flatten(0, 1), y[:, :-DELAY].flatten(), weight=weight, label_smoothing=0.02
        )
        is_speech = live >= 0
        if is_speech.any():
            loss = loss + 0.15 * nn.functional.binary_cross_entropy_with_logits(
                alive[is_speech], live[is_speech].float()
            )
        optimizer.zero_grad()
        loss.backward()
        nn.utils.clip_grad_norm_(net.parameters(), 2.0)
        optimizer.step()
        plan.step()
        total = 0.98 * total + 0.02 * float(loss.detach())
        if step % 50 == 0:
            print(f"{step}/{steps} {total / (1 - 0.98 ** (step + 1)):.4f}", flush=True)
    return net, mean, scale


def evaluate(net: Net, mean: np.ndarray, scale: np.ndarray, calls: list) -> dict[str, list[float]]:
    """F1 of silence, tone, music and speech, ``now`` and ``later``; how well liveness is told, block by block, is printed."""
    net.eval()
    confusion = {name: np.zeros((CLASSES, CLASSES)) for name in ("now", "later")}
    alive_, live_ = [], []
    with torch.no_grad():
        for x, y, live in calls:
            z = torch.tensor(np.clip((x - mean) * scale, -5, 5), dtype=torch.float32)[None]
            now, later, alive = net(z)
            np.add.at(confusion["now"], (y, now[0].argmax(1).numpy()), 1)
            np.add.at(confusion["later"], (y[:-DELAY], later[0, DELAY:].argmax(1).numpy()), 1)
            alive_.append(alive[0].numpy()[live >= 0])
            live_.append(live[live >= 0])
    found = {}
    for name, table in confusion.items():
        four = np.zeros((4, 4))
        merge = [0, 1, 2, 3, 3]
        for a in range(CLASSES):
            for b in range(CLASSES):
                four[merge[a], merge[b]] += table[a, b]
        f1 = 2 * np.diag(four) / (four.sum(0) + four.sum(1))
        found[name] = [round(float(each), 4) for each in f1]
        clean = 2 * table[3, 3] / (table[3].sum() + table[:, 3].sum())
        print(name, "F1 silence tone music speech", np.round(f1, 3), "speech alone", round(float(clean), 3))
    a, real = np.concatenate(alive_), np.concatenate(live_)
    order = a.argsort().argsort()
    auc = (order[real == 1].sum() - (real == 1).sum() * ((real == 1).sum() - 1) / 2) / (
        (real == 1).sum() * (real == 0).sum()
    )
    print("liveness AUC by block", round(float(auc), 3))
    return found


def ablate(calls: list, lab: tuple[np.ndarray, np.ndarray] | None, test: list, args: argparse.Namespace) -> None:
    """Train with everything and without each group of inputs, each with several seeds; what is in the file is not run again."""
    rows: list[dict] = json.loads(args.ablate.read_text())["rows"] if args.ablate.exists() else []
    done = {(row["inputs"], row["seed"]) for row in rows}
    for seed in args.seeds:
        for name in (None, *GROUPS):
            inputs, left_out = ("everything", None) if name is None else (f"without {name}", of_group(name))
            if (inputs, seed) in done:
                continue
            print(inputs, seed, flush=True)
            f1 = evaluate(*train(calls, lab, args, seed=seed, left_out=left_out), test)
            count = len(NAMES) - int(0 if left_out is None else left_out.sum())
            rows.append({"inputs": inputs, "seed": seed, "count": count} | f1)
            shown = for_docs(rows, len(calls), args.epochs, len(test))
            args.ablate.write_text(json.dumps({"for_docs": shown, "rows": rows}, indent=1) + "\n")


def for_docs(rows: list[dict], calls: int, epochs: int, tested: int) -> dict[str, object]:
    """The table as the page shows it: means over the seeds, and the mean of the classes by seed."""
    title = (
        f"What the inputs are worth to the class of a tenth of a second: F1 of decisions, and the mean of that of labels, on "
        f"{tested} calls of unheard voices and music. Trained anew without them, {epochs} times over {calls} calls."
    )
    shown = []
    for inputs in dict.fromkeys(row["inputs"] for row in rows):
        same = sorted((row for row in rows if row["inputs"] == inputs), key=lambda row: row["seed"])
        by_seed = ", ".join(f"{np.mean(row['now']):.3f}" for row in same)
        means = np.mean([row["now"] for row in same], axis=0)
        labels = np.mean([row["later"] for row in same])
        shown.append([f"{inputs} ({same[0]['count']})", *(f"{each:.3f}" for each in means), by_seed, f"{labels:.3f}"])
    head = ["", "silence", "tone", "music", "speech", "mean, by seed", "labels"]
    return {"title": title, "head": head, "rows": shown}


def save(path: Path, net: Net, mean: np.ndarray, scale: np.ndarray) -> None:
    """Half precision; torch orders the gates reset, update, new."""
    state = {name.replace(".", "_"): value.numpy() for name, value in net.state_dict().items()}
    np.savez_compressed(
        path, mean=mean.astype("<f2"), scale=scale.astype("<f2"), **{k: v.astype("<f2") for k, v in state.items()}
    )


def main() -> None:
    parser = argparse.ArgumentParser()
    parser.add_argument("calls", nargs="+")
    parser.add_argument("--test")
    parser.add_argument("--laboratory")
    parser.add_argument(
        "--manifest", type=Path, help="the sources' manifest: leave out calls with clips of no stated licence"
    )
    parser.add_argument("--hidden", type=int, default=56)
    parser.add_argument("--state", type=int, default=64)
    parser.add_argument("--epochs", type=int, default=14)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--limit", type=int, default=0, help="so many calls of each folder")
    parser.add_argument("--seeds", type=int, nargs="+", default=[1, 2], help="of --ablate")
    parser.add_argument("--out", type=Path)
    parser.add_argument("--ablate", type=Path, help="write F1 without each group of inputs, on the calls of --test")
    args = parser.parse_args()
    torch.set_num_threads(1)
    calls = load(args.calls, unstated(args.manifest), args.limit)
    print(len(calls), "calls", flush=True)
    lab = None
    if args.laboratory:
        data = np.load(args.laboratory)
        lab = data["x"], data["y"]
    if args.ablate:
        ablate(calls, lab, load([args.test]), args)
        return
    net, mean, scale = train(calls, lab, args, seed=args.seed)
    if args.out:
        save(args.out, net, mean, scale)
    if args.test:
        evaluate(net, mean, scale, load([args.test]))


if __name__ == "__main__":
    main()
