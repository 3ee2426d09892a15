"""A fleet of calls through the real hearing and the real brain in virtual time: humans found, how soon, and false alarms an hour.

    python bench/fleet.py --calls 60 [--seed 1] [--jobs 1] [--wer 0.15] [--no-stt] [--late-stt] [--no-tts] [--no-challenge]
        [--no-early-words] [--minutes 10]
        [--cache FOLDER] [--rows rows.jsonl] [--result bench/results/fleet.json] [--name NAME]

With ``--rows`` each finished call is kept as one line and not run again: a long fleet can be run in pieces. See `fleet_sounds` for
what is needed and `fleet_call` for what a call is.
"""

import argparse
from collections import Counter
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict
from functools import cache, partial
import json
from pathlib import Path
import sys
import tempfile

from fleet_call import FleetCall, Setup
from fleet_sounds import Library, library

type Row = dict[str, object]


@cache
def _library(folder: str) -> Library:
    return library(Path(folder))


def run_one(number: int, *, seed: int, setup: Setup, folder: str) -> Row:
    """One call as a row."""
    return {"seed": seed, **asdict(FleetCall(_library(folder), seed, number, setup).run())}


def _quantile(values: list[float], share: float) -> float | None:
    """The value that ``share`` of all stay below; a miss is infinite and gives None."""
    ordered = sorted(values)
    value = ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")
    return None if value == float("inf") else round(value, 2)


def summary(rows: list[Row]) -> dict[str, object]:
    """The figures of many calls. Calls that were ended by a false human before the onset count as false, not as missed."""
    hours = sum(row["hold_s"] for row in rows) / 3600
    false = [row["false_human"] for row in rows if row["false_human"]]
    people = [row for row in rows if row["onset"] is not None and not row["false_human"]]
    infinite = float("inf")
    humans = [row["human_s"] if row["human_s"] is not None else infinite for row in people]
    candidates = [row["candidate_s"] if row["candidate_s"] is not None else infinite for row in people]
    count = max(1, len(people))
    early = [kind for row in rows for kind in row["false_candidates"]]
    return {
        "calls": len(rows),
        "hold_hours": round(hours, 2),
        "humans": len(people),
        "human_found": round(sum(t < infinite for t in humans) / count, 4),
        "human_within_3s": round(sum(t <= 3 for t in humans) / count, 4),
        "human_s_p50": _quantile(humans, 0.5),
        "human_s_p95": _quantile(humans, 0.95),
        "candidate_found": round(sum(t < infinite for t in candidates) / count, 4),
        "candidate_s_p50": _quantile(candidates, 0.5),
        "candidate_s_p95": _quantile(candidates, 0.95),
        "false_humans": len(false),
        "false_humans_per_hold_hour": round(len(false) / max(1e-9, hours), 3),
        "false_humans_by": dict(Counter(false).most_common()),
        "false_candidates_per_hold_hour": round(len(early) / max(1e-9, hours), 2),
        "false_candidates_by": dict(Counter(early).most_common(8)),
        "confirmed_by": dict(Counter(row["reason"] for row in people).most_common()),
        "missed_by_person": dict(Counter(row["person"] for row in people if row["human_s"] is None).most_common()),
        "slower_than_3s_by_person": dict(
            Counter(row["person"] for row in people if row["human_s"] is None or row["human_s"] > 3).most_common()
        ),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--calls", type=int, default=60)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--minutes", type=float, default=10.0)
    parser.add_argument("--wer", type=float, default=0.15)
    parser.add_argument("--no-stt", action="store_true")
    parser.add_argument("--late-stt", action="store_true", help="speech to text takes 10 s")
    parser.add_argument("--no-tts", action="store_true")
    parser.add_argument("--no-challenge", action="store_true", help="policy forbids our question")
    parser.add_argument("--no-early-words", action="store_true", help="only whole utterances are transcribed")
    parser.add_argument("--cache", default=str(Path(tempfile.gettempdir()) / "hold_slayer_fleet"))
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--result", type=Path)
    parser.add_argument("--name", default="fleet")
    return parser.parse_args()


def main() -> int:
    args = _arguments()
    stt_s = None if args.no_stt else 10.0 if args.late_stt else 0.7
    setup = Setup(
        args.wer, stt_s, not args.no_tts, not args.no_challenge, not args.no_early_words, seconds=args.minutes * 60
    )
    if not _library(args.cache).has_corpus:
        print("fleet: the corpus is not there: synthesized voices and music only", file=sys.stderr)
    kept = [json.loads(line) for line in args.rows.read_text().splitlines()] if args.rows and args.rows.exists() else []
    done = {(row["seed"], row["number"]) for row in kept}
    numbers = [n for n in range(args.first, args.first + args.calls) if (args.seed, n) not in done]
    run = partial(run_one, seed=args.seed, setup=setup, folder=args.cache)
    with ProcessPoolExecutor(args.jobs) as pool:
        for row in pool.map(run, numbers):
            kept.append(row)
            if args.rows:
                with args.rows.open("a") as file:
                    file.write(json.dumps(row) + "\n")
    figures = summary(kept)
    print(json.dumps(figures, indent=1))
    if args.result:
        results = json.loads(args.result.read_text()) if args.result.exists() else {}
        results[args.name] = figures
        args.result.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
