"""Split the corpus's sources by voice and piece of music, so that a detector is tested on clips it was not trained on.

    python bench/split_sources.py SOURCES_FOLDER OUT_FOLDER

Makes ``OUT_FOLDER/train`` and ``OUT_FOLDER/test``, each a sources folder of links with a manifest of its own for
``make_calls.py``. About a third of the voices of each language and of the music go to the test side. What there is too
little of to split is on both sides: noise, the two pieces with singing, languages with a single voice.
"""

import argparse
from collections import defaultdict
import csv
import hashlib
from pathlib import Path
import sys

MUSIC_SHARE = 35
VOICE_SHARE = 0.35
type Row = dict[str, str]


def _percent(text: str) -> int:
    return int(hashlib.md5(text.encode()).hexdigest(), 16) % 100


def split(rows: list[Row]) -> tuple[list[Row], list[Row]]:
    """Return the rows for training and for testing."""
    voices: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        voices[row["class"], row["language"][:2]].add(row["speaker"])

    def is_test(row: Row) -> bool:
        if row["class"] == "music":
            return _percent(row["tag"] or row["id"]) < MUSIC_SHARE
        if row["class"] in ("noise", "music_vocal"):
            return False
        ordered = sorted(voices[row["class"], row["language"][:2]], key=lambda voice: (_percent("x" + voice), voice))
        return row["speaker"] in ordered[: round(len(ordered) * VOICE_SHARE)]

    def is_shared(row: Row) -> bool:
        if row["class"] in ("noise", "music_vocal"):
            return True
        return row["class"] != "music" and len(voices[row["class"], row["language"][:2]]) < 2

    train = [row for row in rows if not is_test(row)]
    test = [row for row in rows if is_test(row)]
    return train, test + [row for row in train if is_shared(row)]


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    args = parser.parse_args()
    with (args.sources / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for name, part in zip(("train", "test"), split(rows), strict=True):
        folder = args.out / name
        folder.mkdir(parents=True, exist_ok=True)
        for item in args.sources.resolve().iterdir():
            link = folder / item.name
            if item.name != "manifest.csv" and not link.is_symlink():
                link.symlink_to(item)
        with (folder / "manifest.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(part)
        print(f"{name}: {len(part)} clips")
    return 0


if __name__ == "__main__":
    sys.exit(main())
