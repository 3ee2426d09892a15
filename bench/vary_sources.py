"""More voices and music out of few: each clip of a sources folder again at other speeds, as if somebody else spoke it.

    python bench/vary_sources.py SOURCES_FOLDER OUT_FOLDER [--copies 2]

Makes ``OUT_FOLDER`` a sources folder for ``make_calls.py``: the clips of ``SOURCES_FOLDER`` and ``--copies`` copies of each,
slower and faster by 5 to 15 in a hundred, which moves pitch and formants alike (Ko, Peddinti, Povey, Khudanpur: Audio
augmentation for speech recognition, Interspeech 2015). All clips of a voice, and of a piece of music, are moved alike and stay
one voice under a name of its own. Only for calls to learn from: calls to be judged are made of the clips themselves. Needs the
program sox.
"""

import argparse
import csv
import hashlib
from pathlib import Path
import subprocess
import sys

import numpy as np

SLOWEST, FASTEST, LEAST = 0.87, 1.15, 0.05


def speed_of(name: str, copy: int) -> float:
    """Return the factor of a voice or piece: even copies slower, odd ones faster."""
    share = int(hashlib.md5(f"{name}/{copy}".encode()).hexdigest(), 16) % 1000 / 999
    low, high = (1 + LEAST, FASTEST) if copy % 2 else (SLOWEST, 1 - LEAST)
    return low + (high - low) * share


def vary(sources: Path, out: Path, copies: int) -> int:
    """Write the folder; return how many clips it has."""
    with (sources / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    masks = dict(np.load(sources / "vadmask.npz"))
    (out / "clips").mkdir(parents=True, exist_ok=True)
    written = []
    for row in rows:
        original = (sources / row["path"]).resolve()
        link = out / "clips" / original.name
        if not link.is_symlink():
            link.symlink_to(original)
        written.append({**row, "path": f"clips/{original.name}"})
        is_voice = "speech" in row["class"] or row["class"] == "conversation"
        owner = row["speaker"] if is_voice else row["tag"] or row["id"]
        for copy in range(copies):
            speed = speed_of(owner, copy)
            name = f"{row['id']}v{copy}"
            subprocess.run(
                ["sox", original, "-r", "8000", out / "clips" / f"{name}.flac", "speed", f"{speed:.4f}"], check=True
            )
            moved = {
                **row,
                "id": name,
                "path": f"clips/{name}.flac",
                "seconds": f"{float(row['seconds']) / speed:.2f}",
            }
            if is_voice:
                moved["speaker"] = f"{row['speaker']}~{copy}"
            elif row["tag"]:
                moved["tag"] = f"{row['tag']}~{copy}"
            written.append(moved)
            if row["id"] in masks:
                bits = np.unpackbits(masks[row["id"]])
                places = (np.arange(round(len(bits) / speed)) * speed).astype(int)
                masks[name] = np.packbits(bits[np.minimum(places, len(bits) - 1)])
    np.savez(out / "vadmask.npz", **masks)
    with (out / "manifest.csv").open("w", newline="") as file:
        writer = csv.DictWriter(file, list(rows[0]))
        writer.writeheader()
        writer.writerows(written)
    return len(written)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("sources", type=Path)
    parser.add_argument("out", type=Path)
    parser.add_argument("--copies", type=int, default=2)
    args = parser.parse_args()
    print(f"{args.out}: {vary(args.sources, args.out, args.copies)} clips")
    return 0


if __name__ == "__main__":
    sys.exit(main())
