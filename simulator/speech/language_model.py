"""A small trigram language model for telephone menus, built from a list of phrases.

Interpolated Witten-Bell smoothing (Witten and Bell, 1991), written as an ARPA back-off file with a dictionary of just its
words, in a cache directory. pocketsphinx understands menus far better with it than with its general model.
"""

from collections import Counter, defaultdict
from collections.abc import Iterable
import hashlib
import itertools
import math
from pathlib import Path
import random
import re

PHRASES = Path(__file__).with_name("phrases.txt")
_ORDER = 3
_MAX_EXPANSIONS = 60
"""Variants of one phrase at most: a phrase with two lists must not drown the others."""

Gram = tuple[str, ...]


def expand(text: str) -> list[str]:
    """All sentences of a phrases file, each template at most ``_MAX_EXPANSIONS`` times, every phrase weighted alike."""
    lists: dict[str, list[str]] = {}
    sentences: list[str] = []
    for line in text.splitlines():
        if line.startswith("#@"):
            name, _, items = line[2:].partition(" ")
            lists[name] = items.split("|" if "|" in items else " ")
        elif line and not line.startswith("#"):
            variants = list(_variants(line, lists))
            random.Random(line).shuffle(variants)
            sentences += variants[:_MAX_EXPANSIONS] if len(variants) > 1 else variants * 6
    return sentences


def _variants(line: str, lists: dict[str, list[str]]) -> Iterable[str]:
    parts = re.split(r"(\{\w+\}|\([^)]*\))", line)
    choices = []
    for part in parts:
        if part.startswith("{"):
            choices.append(lists[part[1:-1]])
        elif part.startswith("("):
            choices.append(part[1:-1].split("|"))
        else:
            choices.append([part])
    for combination in itertools.product(*choices):
        yield " ".join("".join(combination).split())


def read_dictionary(path: Path) -> dict[str, list[str]]:
    """Dictionary lines by word, pronunciation variants together."""
    words: dict[str, list[str]] = defaultdict(list)
    for line in path.read_text(encoding="utf-8").splitlines():
        word = re.sub(r"\(\d+\)$", "", line.partition(" ")[0])
        words[word].append(line)
    return words


def build_arpa(sentences: list[str]) -> str:
    """Back-off trigram model of ``sentences`` in ARPA format."""
    counts: list[Counter[Gram]] = [Counter() for _ in range(_ORDER)]
    for sentence in sentences:
        words = ["<s>", *sentence.split(), "</s>"]
        for order in range(_ORDER):
            counts[order].update(tuple(words[i : i + order + 1]) for i in range(len(words) - order))
    total: list[Counter[Gram]] = [Counter() for _ in range(_ORDER)]
    types: list[Counter[Gram]] = [Counter() for _ in range(_ORDER)]
    for order in range(1, _ORDER):
        for gram, count in counts[order].items():
            total[order][gram[:-1]] += count
            types[order][gram[:-1]] += 1
    all_words = sum(count for gram, count in counts[0].items() if gram != ("<s>",))
    cache: dict[Gram, float] = {}

    def probability(gram: Gram) -> float:
        if len(gram) == 1:
            return counts[0][gram] / all_words
        if gram not in cache:
            history, order = gram[:-1], len(gram) - 1
            seen, kinds = total[order][history], types[order][history]
            cache[gram] = (counts[order][gram] + kinds * probability(gram[1:])) / (seen + kinds)
        return cache[gram]

    lines = ["\\data\\", *(f"ngram {order + 1}={len(counts[order])}" for order in range(_ORDER))]
    for order in range(_ORDER):
        lines += ["", f"\\{order + 1}-grams:"]
        for gram in sorted(counts[order]):
            value = -99.0 if gram == ("<s>",) else math.log10(probability(gram))
            entry = f"{value:.4f} {' '.join(gram)}"
            if order + 1 < _ORDER and total[order + 1][gram]:
                seen, kinds = total[order + 1][gram], types[order + 1][gram]
                entry += f" {math.log10(kinds / (seen + kinds)):.4f}"
            lines.append(entry)
    return "\n".join([*lines, "", "\\end\\", ""])


def build(cache: Path, full_dictionary: Path, extra: Iterable[str] = ()) -> tuple[Path, Path]:
    """Build model and dictionary in ``cache`` unless they are there; ``extra`` sentences are learned too.

    Sentences with words that the full dictionary does not know lose those words. Returns their paths.
    """
    text = PHRASES.read_text(encoding="utf-8")
    sentences = expand(text) + [sentence for sentence in extra for _ in range(6)]
    name = hashlib.sha256("\n".join(sentences).encode()).hexdigest()[:16]
    model, dictionary = cache / f"menus-{name}.arpa", cache / f"menus-{name}.dict"
    if not (model.exists() and dictionary.exists()):
        known = read_dictionary(full_dictionary)
        sentences = [" ".join(word for word in sentence.split() if word in known) for sentence in sentences]
        words = sorted({word for sentence in sentences for word in sentence.split()})
        cache.mkdir(parents=True, exist_ok=True)
        dictionary.write_text("\n".join(line for word in words for line in known[word]) + "\n", encoding="utf-8")
        model.write_text(build_arpa(sentences), encoding="utf-8")
    return model, dictionary
