"""Split the corpus's sources by voice and piece of music, so that a detector is tested on clips it was not trained on.

    python bench/split_sources.py SOURCES_FOLDER OUT_FOLDER [--groups 3]

Makes ``OUT_FOLDER/group0``, ``group1``, …, each a sources folder of links with a manifest of its own for ``make_calls.py``.
Every voice, piece of music, song and noise is in one group only, languages spread as evenly as their voices allow: what is
learned from the calls of some groups is tested on the calls of another.
"""

import argparse
from collections import defaultdict
import csv
import hashlib
from pathlib import Path
import sys

type Row = dict[str, str]


def _order(text: str) -> str:
    return hashlib.md5(text.encode()).hexdigest()


def _owner(row: Row) -> str:
    """What must stay together: a voice, or a piece of music."""
    return row["speaker"] if "speech" in row["class"] or row["class"] == "conversation" else row["tag"] or row["id"]


def split(rows: list[Row], groups: int) -> list[list[Row]]:
    """Return the rows of each group."""
    owners: dict[tuple[str, str], set[str]] = defaultdict(set)
    for row in rows:
        owners[row["class"], row["language"][:2]].add(_owner(row))
    group_of: dict[tuple[str, str], int] = {}
    for (kind, language), names in sorted(owners.items()):
        first = int(_order(kind + language), 16)
        for place, name in enumerate(sorted(names, key=_order)):
            # a person who speaks in two classes or languages stays in one group
            group_of.setdefault(
                ("voice" if "speech" in kind or kind == "conversation" else kind, name), (first + place) % groups
            )
    parts: list[list[Row]] = [[] for _ in range(groups)]
    for row in rows:
        kind = "voice" if "speech" in row["class"] or row["class"] == "conversation" else row["class"]
        parts[group_of[kind, _owner(row)]].append(row)
    return parts


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--groups", type=int, default=3)
    args = parser.parse_args()
    with (args.sources / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    for number, part in enumerate(split(rows, args.groups)):
        folder = args.out / f"group{number}"
        folder.mkdir(parents=True, exist_ok=True)
        for item in args.sources.resolve().iterdir():
            link = folder / item.name
            if item.name != "manifest.csv" and not link.is_symlink():
                link.symlink_to(item)
        with (folder / "manifest.csv").open("w", newline="") as file:
            writer = csv.DictWriter(file, list(rows[0]))
            writer.writeheader()
            writer.writerows(part)
        print(f"group{number}: {len(part)} clips")
    return 0


if __name__ == "__main__":
    sys.exit(main())
