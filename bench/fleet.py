"""A fleet of calls through the real hearing and the real brain in virtual time: humans found, how soon, and false alarms an hour.

    python bench/fleet.py --companies 60 --calls 10 [--seed 1] [--jobs 1] [--part dev|test] [--wer 0.15] [--no-stt] [--late-stt]
        [--no-tts] [--no-challenge] [--no-early-words] [--no-memory] [--exact] [--hold-min 10 30] [--ablations]
        [--sources FOLDER] [--cache FOLDER] [--rows rows.jsonl] [--result bench/results/fleet.json] [--name NAME]

Each company is called ``--calls`` times, 10 to 30 minutes a call. With ``--rows`` each company's calls are kept as lines and not
run again: a long fleet can be run in pieces. ``--ablations`` runs the same calls without one cue at a time (``--only`` some of
them); their result is ``fleet-ablation.json``. See `fleet_sounds` for what is needed, `fleet_company` for what is measured once,
`fleet_cues` for what can be left out, and `fleet_line` for what a call is.
"""

import argparse
from collections import Counter
from collections.abc import Callable
from concurrent.futures import ProcessPoolExecutor
from dataclasses import asdict, replace
from functools import cache, partial
import json
from pathlib import Path
import statistics
import sys
import tempfile

from fleet_call import FleetCall, Setup
from fleet_company import Company
from fleet_cues import EARS, EVIDENCE, Ear
from fleet_sounds import SOURCES, Library, library

type Row = dict[str, object]

ABLATIONS: dict[str, Callable[[Setup], Setup]] = {
    "everything, WER 15 %": lambda setup: setup,
    "without the number's memory": lambda setup: replace(setup, has_memory=False),
    "without words (no STT)": lambda setup: replace(setup, stt_s=None),
    "without our question (policy)": lambda setup: replace(setup, may_ask=False),
    "without early words": lambda setup: replace(setup, has_early_words=False),
    "WER 0 %": lambda setup: replace(setup, error_rate=0.0),
    "WER 30 %": lambda setup: replace(setup, error_rate=0.3),
    "words 10 s late": lambda setup: replace(setup, stt_s=10.0),
    "without voice (no TTS)": lambda setup: replace(setup, has_tts=False),
    "without texts heard before": lambda setup: replace(setup, config=replace(setup.config, remembered_texts=0)),
}


def _deaf(setup: Setup, ear: Ear) -> Setup:
    return replace(setup, ear=ear)


def _ignoring(setup: Setup, names: set[str]) -> Setup:
    return replace(setup, config=replace(setup.config, ignored_evidence=frozenset(names)))


ABLATIONS |= {f"without {cue}": partial(_deaf, ear=ear) for cue, ear in EARS.items()}
ABLATIONS |= {f"without {cue}": partial(_ignoring, names=names) for cue, names in EVIDENCE.items()}
ABLATIONS["without sound and texts heard before"] = lambda setup: ABLATIONS["without texts heard before"](
    ABLATIONS["without sound heard before (fingerprints)"](setup)
)


@cache
def _library(folder: str, sources: str, part: str) -> Library:
    return library(Path(folder), Path(sources), part)


def run_company(
    number: int,
    *,
    seed: int,
    calls: int,
    setups: dict[str, Setup],
    where: tuple[str, str, str],
    hold_min: tuple[float, float] = (10.0, 30.0),
) -> list[Row]:
    """All calls to one company as rows."""
    company = Company(_library(*where), seed, number, hold_min=hold_min)
    rows: list[Row] = []
    for name, setup in setups.items():
        memory = None
        for call in range(calls):
            if not setup.is_exact:
                company.tapes[call % len(company.tapes)].listen(Path(where[0]))
            fleet_call = FleetCall(company, seed, call, setup, memory)
            rows.append({"setup": name, "seed": seed, **asdict(fleet_call.run())})
            memory = fleet_call.learned() if setup.has_memory else None
    return rows


def _quantile(values: list[float], share: float) -> float | None:
    """The value that ``share`` of all stay below; a miss is infinite and gives None."""
    ordered = sorted(values)
    value = ordered[min(len(ordered) - 1, int(share * len(ordered)))] if ordered else float("inf")
    return None if value == float("inf") else round(value, 2)


def share_interval(found: int, count: int, z: float = 1.96) -> list[float]:
    """Wilson's interval (JASA 1927) of a share."""
    if not count:
        return [0.0, 1.0]
    share, about = found / count, 1 + z * z / count
    middle = (share + z * z / (2 * count)) / about
    half = z * ((share * (1 - share) + z * z / (4 * count)) / count) ** 0.5 / about
    return [round(max(0.0, middle - half), 4), round(min(1.0, middle + half), 4)]


def rate_interval(events: int, hours: float) -> list[float]:
    """95 % of a Poisson rate, by Byar's approximation of the exact limits."""

    def limit(count: float, z: float) -> float:
        return count * (1 - 1 / (9 * count) + z / (3 * count**0.5)) ** 3 if count else 0.0

    return [round(limit(events, -1.96) / max(1e-9, hours), 4), round(limit(events + 1, 1.96) / max(1e-9, hours), 4)]


def compared(rows: list[Row], base: list[Row]) -> dict[str, object]:
    """How much later people are confirmed than in the same calls of ``base``, on average, where both found them."""

    def times(some: list[Row]) -> dict[tuple[object, ...], float]:
        people = [row for row in some if row["human_s"] is not None]
        return {(row["seed"], row["company"], row["number"]): row["human_s"] for row in people}

    before, after = times(base), times(rows)
    later = [after[call] - before[call] for call in after.keys() & before.keys()]
    if len(later) < 2:
        return {}
    mean, error = statistics.fmean(later), statistics.stdev(later) / len(later) ** 0.5
    return {"s_later": round(mean, 2), "s_later_95": [round(mean - 1.96 * error, 2), round(mean + 1.96 * error, 2)]}


def summary(rows: list[Row]) -> dict[str, object]:
    """The figures of many calls. Who came while the user was there already, called for nothing, is neither found nor missed."""
    hours = sum(row["hold_s"] for row in rows) / 3600
    false = [kind for row in rows for kind in row["false_humans"]]
    people = [row for row in rows if row["onset"] is not None and not row["is_met"]]
    by_company = Counter((row["seed"], row["company"]) for row in rows for _ in row["false_humans"])
    infinite = float("inf")
    humans = [row["human_s"] if row["human_s"] is not None else infinite for row in people]
    candidates = [row["candidate_s"] if row["candidate_s"] is not None else infinite for row in people]
    count, found = max(1, len(people)), sum(t < infinite for t in humans)
    early = [kind for row in rows for kind in row["false_candidates"]]
    questions = [kind for row in rows for kind in row["questions"]]
    vain = [kind for kind in early if not kind.startswith("announcement:first")]
    per_hour = max(1e-9, hours)
    return {
        "calls": len(rows),
        "companies": len({(row["seed"], row["company"]) for row in rows}),
        "hold_hours": round(hours, 2),
        "humans": len(people),
        "human_found": round(found / count, 4),
        "human_found_95": share_interval(found, len(people)),
        "human_within_3s": round(sum(t <= 3 for t in humans) / count, 4),
        "human_s_p50": _quantile(humans, 0.5),
        "human_s_p90": _quantile(humans, 0.9),
        "human_s_p95": _quantile(humans, 0.95),
        "candidate_found": round(sum(t < infinite for t in candidates) / count, 4),
        "candidate_s_p50": _quantile(candidates, 0.5),
        "candidate_s_p95": _quantile(candidates, 0.95),
        "false_humans": len(false),
        "false_humans_per_hold_hour": round(len(false) / per_hour, 3),
        "false_humans_95": rate_interval(len(false), hours),
        "false_humans_by": dict(Counter(false).most_common()),
        "companies_with_false_humans": len(by_company),
        "most_false_humans_of_a_company": max(by_company.values(), default=0),
        "questions_per_hold_hour": round(len(questions) / per_hour, 2),
        "vain_questions_per_hold_hour": round(
            sum(not q.startswith("announcement:first") for q in questions) / per_hour, 2
        ),
        "false_candidates_per_hold_hour": round(len(early) / per_hour, 2),
        "vain_candidates_per_hold_hour": round(len(vain) / per_hour, 2),
        "false_candidates_by": dict(Counter(early).most_common(12)),
        "confirmed_by": dict(Counter(row["reason"] for row in people).most_common()),
        "missed_by_person": dict(Counter(row["person"] for row in people if row["human_s"] is None).most_common()),
        "slower_than_3s_by_person": dict(
            Counter(row["person"] for row in people if row["human_s"] is None or row["human_s"] > 3).most_common()
        ),
        "first_calls": _brief([row for row in rows if row["number"] == 0]),
        "later_calls": _brief([row for row in rows if row["number"] > 0]),
    }


def _brief(rows: list[Row]) -> dict[str, object]:
    hours = max(1e-9, sum(row["hold_s"] for row in rows) / 3600)
    people = [row for row in rows if row["onset"] is not None and not row["is_met"]]
    times = [row["human_s"] if row["human_s"] is not None else float("inf") for row in people]
    questions = [kind for row in rows for kind in row["questions"]]
    return {
        "hold_hours": round(hours, 2),
        "humans": len(people),
        "found": round(sum(t < float("inf") for t in times) / max(1, len(times)), 4),
        "within_3s": round(sum(t <= 3 for t in times) / max(1, len(times)), 4),
        "p50": _quantile(times, 0.5),
        "p95": _quantile(times, 0.95),
        "false_humans": sum(len(row["false_humans"]) for row in rows),
        "questions_per_hold_hour": round(len(questions) / hours, 2),
    }


def _arguments() -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    parser.add_argument("--companies", type=int, default=10)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--calls", type=int, default=10)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--hold-min", type=float, nargs=2, default=(10.0, 30.0), help="least and most minutes on hold")
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--part", choices=("dev", "test"), default="test", help="which half of the texts")
    parser.add_argument("--wer", type=float, default=0.15)
    parser.add_argument("--no-stt", action="store_true")
    parser.add_argument("--late-stt", action="store_true", help="speech to text takes 10 s")
    parser.add_argument("--no-tts", action="store_true")
    parser.add_argument("--no-challenge", action="store_true", help="policy forbids our question")
    parser.add_argument("--no-early-words", action="store_true", help="only whole utterances are transcribed")
    parser.add_argument("--no-memory", action="store_true", help="each call knows nothing of the ones before")
    parser.add_argument("--exact", action="store_true", help="nothing measured is used twice")
    parser.add_argument(
        "--ablations", action="store_true", help="the same calls without one kind of evidence at a time"
    )
    parser.add_argument(
        "--only", nargs="*", help="of the ablations those whose name holds one of these; the first always"
    )
    parser.add_argument("--sources", default=str(SOURCES))
    parser.add_argument("--cache", default=str(Path(tempfile.gettempdir()) / "hold_slayer_fleet"))
    parser.add_argument("--rows", type=Path)
    parser.add_argument("--result", type=Path)
    parser.add_argument("--name", default="fleet")
    return parser.parse_args()


def _setups(args: argparse.Namespace) -> dict[str, Setup]:
    stt_s = None if args.no_stt else 10.0 if args.late_stt else 0.7
    setup = Setup(
        args.wer, stt_s, not args.no_tts, not args.no_challenge, not args.no_early_words, not args.no_memory, args.exact
    )
    if not args.ablations:
        return {args.name: setup}
    first = next(iter(ABLATIONS))
    wanted = [name for name in ABLATIONS if not args.only or name == first or any(each in name for each in args.only)]
    return {name: ABLATIONS[name](setup) for name in wanted}


def main() -> int:
    args = _arguments()
    where = (args.cache, args.sources, args.part)
    if not _library(*where).has_corpus:
        print("fleet: the corpus is not there: synthesized voices and music only", file=sys.stderr)
    kept = [json.loads(line) for line in args.rows.read_text().splitlines()] if args.rows and args.rows.exists() else []
    done = {(row["seed"], row["company"]) for row in kept}
    numbers = [n for n in range(args.first, args.first + args.companies) if (args.seed, n) not in done]
    setups = _setups(args)
    hold_min = tuple(args.hold_min)
    run = partial(run_company, seed=args.seed, calls=args.calls, setups=setups, where=where, hold_min=hold_min)
    with ProcessPoolExecutor(args.jobs) as pool:
        for rows in pool.map(run, numbers):
            kept += rows
            if args.rows:
                with args.rows.open("a") as file:
                    file.writelines(json.dumps(row) + "\n" for row in rows)
    figures = {name: summary([row for row in kept if row["setup"] == name]) for name in setups}
    if args.ablations:
        base = [row for row in kept if row["setup"] == next(iter(setups))]
        for name in list(setups)[1:]:
            figures[name] |= compared([row for row in kept if row["setup"] == name], base)
    print(json.dumps(figures, indent=1))
    if args.result:
        results = json.loads(args.result.read_text()) if args.result.exists() else {}
        results |= figures
        args.result.write_text(json.dumps(results, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
