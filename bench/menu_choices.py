"""Which option of a menu the rules would take first, over menus written by hand that they were not made with (``bench/menus``).

    script/bench menu_choices [--json FILE] [--show FILE.txt]

A line holds a goal, the options of a menu of its company, and the right one; or a question that a line asks back, and the right
answer. Every other sector of a file is for development (``--show`` prints its misses), the others are held out. Words and
concepts and meanings alone: no call, no language model.
"""

import argparse
import json
from pathlib import Path
import sys
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "custom_components/hold_slayer"), str(ROOT / "bench")]

from engine.cli.navigate import brief_of
from engine.ivr.goal import Goal
from engine.ivr.menu import Option
from engine.ivr.truth import Truth
from engine.ivr.words import plain, words_of

MENUS = ROOT / "bench" / "menus"
PARTS = ("development", "held out")


def lines_of(path: Path) -> list[tuple[int, list[str]]]:
    """Part and fields of each line."""
    found: list[tuple[int, list[str]]] = []
    sectors: list[str] = []
    part = 0
    for line in path.read_text(encoding="utf-8").splitlines():
        if line.startswith("#"):
            sector = line.partition(":")[2].strip()
            if sector not in sectors:
                sectors.append(sector)
            part = sectors.index(sector) % 2
        elif line.strip():
            found.append((part, line.split("|")))
    return found


def choice(language: str, goal: str, purposes: list[str]) -> tuple[int, list[str]]:
    """Place of the option with the highest score, and what is known of each."""
    judge = Goal(brief_of({"goal": goal, "language": language, "number": "5550100"}), words_of(language))
    found = judge.appraise_all([Option(str(n), plain(text)) for n, text in enumerate(purposes)])
    best = max(range(len(found)), key=lambda n: found[n].score)
    known = [
        f"{a.score:5.2f} {purpose}  {sorted(judge.concepts_in(plain(purpose)))}"
        for a, purpose in zip(found, purposes, strict=True)
    ]
    return best, [f"wanted {judge.wanted}", *known]


def answer(language: str, goal: str, question: str) -> bool:
    """What the line would be told."""
    words = words_of(language)
    brief = brief_of({"goal": goal, "language": language, "number": "5550100"})
    return Truth(brief, Goal(brief, words), words).answer(plain(question), "")


def judged(path: Path, show: bool) -> list[dict[str, Any]]:
    """Shares of one file."""
    counts = {part: [0, 0] for part in PARTS}
    for part, fields in lines_of(path):
        if len(fields) > 3:
            is_right = answer(*fields[:3]) == (fields[3] == "yes")
        else:
            options = [option.strip() for option in fields[2].split(";")]
            right = next(n for n, option in enumerate(options) if option.startswith("*"))
            best, known = choice(fields[0], fields[1], [option.lstrip("*") for option in options])
            is_right = best == right
            if show and not is_right and part == 0:
                print(f"\n{fields[1]}\n  right: {options[right]}", *known, sep="\n  ")
        counts[PARTS[part]][0] += is_right
        counts[PARTS[part]][1] += 1
    return [
        {"file": path.stem, "part": part, "lines": count, "right": round(100 * good / max(1, count), 1)}
        for part, (good, count) in counts.items()
    ]


def main() -> int:
    """Judge all files, print and keep the shares."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", type=Path, help="this file only, with what was missed of its development half")
    args = parser.parse_args()
    rows = [
        row
        for path in ([args.show] if args.show else sorted(MENUS.glob("*.txt")))
        for row in judged(path, show=args.show is not None)
    ]
    for row in rows:
        print(f"{row['file']:22} {row['part']:12} {row['lines']:5} {row['right']:5.1f} %")
    if args.json:
        args.json.write_text(json.dumps({"rows": rows}, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
