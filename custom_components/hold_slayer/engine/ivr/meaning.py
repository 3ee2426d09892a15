"""How near two short texts are in meaning, by vectors of words in six languages (``meaning.bin``): a compact local method.

The file holds some 40,000 plain words with a vector of signed bytes each, and a matrix that turns what a caller wants into what
an option that serves it is about ("charged twice" into "billing"). `bench/train_menu_meaning.py` makes it and says of what.
Pure Python: a menu of ten options takes about a millisecond. Not done: the order of words, negation; the rules see to those.
"""

from array import array
from collections import Counter
from collections.abc import Mapping, Sequence
from functools import cache
from importlib import resources
import json
import math
import re
from typing import Self

from .words import plain

_WORD = re.compile(r"[^\W\d_]+")
_SHORTEST, _PART, _STEM, _ENDING = 3, 4, 5, 4
_LINKS = ("", "s", "n", "en", "es", "e")
"""What stands between the parts of German and Dutch compounds."""

Vector = list[float]


class Meanings:
    """Vectors of words, and what serves what."""

    def __init__(self, words: Sequence[str], vectors: bytes, header: Mapping[str, object], matrix: bytes = b"") -> None:
        """``vectors``: one signed byte a dimension, word by word; ``matrix``: 32-bit floats, wanted by offered."""
        self.size = int(str(header["size"]))
        self._index = {word: number for number, word in enumerate(words)}
        self._vectors = array("b", vectors)
        self._stop = frozenset(str(header["stop"]).split())
        self._matrix = array("f", matrix)
        weights = header.get("weights", {})
        assert isinstance(weights, dict)
        self.weights: Mapping[str, float] = {str(name): float(value) for name, value in weights.items()}
        """What the ranking gives to the rules' score and to kinds of options."""

    @classmethod
    def read(cls, data: bytes) -> Self:
        """Read ``meaning.bin``: a line of JSON, the words on a line, the matrix, the vectors."""
        head, names, rest = data.split(b"\n", 2)
        header = json.loads(head)
        size = int(header["size"])
        return cls(names.decode().split(" "), rest[4 * size * size :], header, rest[: 4 * size * size])

    def vector(self, text: str, counts: Mapping[str, int] | None = None) -> Vector:
        """The direction of a text, length 1; all zeros when no word is known. Words that ``counts`` has often weigh less."""
        found = [0.0] * self.size
        tokens = words_in(text)
        kept = [word for word in tokens if word not in self._stop and len(word) >= _SHORTEST] or tokens
        for word in kept:
            weight = 1.0 / (counts[word] if counts and word in counts else 1)
            for number in self._numbers(word):
                start = number * self.size
                for place, value in enumerate(self._vectors[start : start + self.size]):
                    found[place] += weight * value
        length = math.sqrt(sum(value * value for value in found))
        return [value / length for value in found] if length else found

    def turned(self, wanted: Vector) -> Vector:
        """What serves ``wanted``."""
        found = [0.0] * self.size
        for row, value in enumerate(wanted):
            if value:
                start = row * self.size
                for place, weight in enumerate(self._matrix[start : start + self.size]):
                    found[place] += value * weight
        return found

    def affinities(self, goal: Vector, purposes: Sequence[str]) -> list[float]:
        """How well each of a menu's purposes serves a goal (`turned`), above or below their mean."""
        counts = Counter(word for purpose in purposes for word in set(words_in(purpose)))
        vectors = [self.vector(purpose, counts) for purpose in purposes]
        values = [sum(a * b for a, b in zip(goal, vector, strict=True)) for vector in vectors]
        known = [value for value, vector in zip(values, vectors, strict=True) if any(vector)]
        mean = sum(known) / len(known) if known else 0.0
        return [value - mean if any(vector) else 0.0 for value, vector in zip(values, vectors, strict=True)]

    @cache  # noqa: B019 - one object, as long as the program runs
    def _numbers(self, word: str) -> tuple[int, ...]:
        """Numbers of the known words that ``word`` is, is a form of, or is made of."""
        if word in self._index:
            return (self._index[word],)
        for cut in range(len(word) - 1, max(_STEM, len(word) - _ENDING) - 1, -1):
            if (number := self._index.get(word[:cut])) is not None:
                return (number,)
        return tuple(self._index[part] for part in self.compound(word))

    def compound(self, word: str) -> tuple[str, ...]:
        """The two known words that a plain German or Dutch ``word`` is made of, the shortest last one; none where it is not."""
        for cut in range(len(word) - _PART, _PART - 1, -1):
            if word[cut:] not in self._index:
                continue
            for link in _LINKS:
                if word[:cut].endswith(link) and (first := word[:cut].removesuffix(link)) in self._index:
                    return (first, word[cut:])
        return ()


def words_in(text: str) -> list[str]:
    """Words of a text as the table has them."""
    return _WORD.findall(plain(text).replace("'s", ""))


@cache
def meanings() -> Meanings:
    """The table, read once (some 3 MB: read it ahead, outside an event loop)."""
    return Meanings.read(resources.files(__package__).joinpath("meaning.bin").read_bytes())
