"""Write the results table of docs/hearing.md from bench/results/*.json, so that it cannot go stale; --check only looks.

    script/bench tables [--check]

Four kinds of files are taken up. ``hearing*.json`` of the corpus's scorer becomes a column of the first table:
``{"score": {"all": …}, "candidate": …, "cost": …}``. ``fleet*.json`` is a table of its own, a column each name:
``{"name": {"calls": …, "human_found": …}}``; ``fleet-ablation.json`` a line each name. Any other may bring a table of its own:
``{"for_docs": {"title": …, "rows": [[what, figure], …]}}``, with a ``head`` where it has more columns.
"""

import argparse
from collections.abc import Mapping
import json
from pathlib import Path
import sys
from typing import Any

ROOT = Path(__file__).resolve().parent.parent
RESULTS = ROOT / "bench" / "results"
PAGE = ROOT / "docs" / "hearing.md"
BEGIN, END = "<!-- figures: script/bench tables -->", "<!-- end of figures -->"


def share(value: object) -> str:
    return f"{100 * value:.1f} %" if isinstance(value, int | float) else "-"


def number(value: object, digits: int = 1) -> str:
    return f"{value:.{digits}f}" if isinstance(value, int | float) else "-"


def span(value: object, factor: float = 1.0, digits: int = 1) -> str:
    """`` (low to high)`` of a 95 % interval; nothing where there is none."""
    if not isinstance(value, list) or len(value) != 2:
        return ""
    return f" ({value[0] * factor:.{digits}f} to {value[1] * factor:.{digits}f})"


def column(result: Mapping[str, Any]) -> dict[str, str]:
    """Lines of one scored set, by what they tell."""
    score, candidate, cost = result["score"]["all"], result.get("candidate", {}), result.get("cost", {})
    announced, classes = score.get("announcements_with_false_alarm", {}), score.get("frame_f1", {})
    lines = {
        "calls, of which with a human": f"{score['calls']}, {score['human_calls']}",
        "hours on hold": number(score.get("hold_hours")),
        "human confirmed within 3 s": share(score.get("detect_within_3s")) + span(score.get("detect_3s_95"), 100),
        "within 5 s": share(score.get("detect_within_5s")) + span(score.get("detect_5s_95"), 100),
        "within 10 s": share(score.get("detect_within_10s")),
        "median, 95th percentile of the time": f"{number(score.get('latency_median'))} s, {number(score.get('latency_p95'))} s",
        "within 5 s and no false human on hold": share(score.get("detect_5s_with_no_false_alarm_in_hold")),
        "false humans an hour of hold": number(score.get("false_alarms_per_hold_hour"), 2)
        + span(score.get("false_alarms_per_hold_hour_95"), 1, 2),
    }
    names = {"only_once": "heard once", "first_of_several": "first of several", "repeated": "repeated"}
    for key, name in names.items():
        if key in announced:
            lines[f"announcements taken for a human: {name}"] = share(announced[key]["share"])
    for key, value in sorted(candidate.items()):
        is_share = "within" in key
        lines[key.replace("_", " ")] = share(value) if is_share else number(value, 2)
    for name in ("silence", "tone", "music", "speech"):
        if name in classes:
            lines[f"F1 of {name}"] = number(classes[name], 3)
    if "audio_s_per_cpu_s" in cost:
        lines["seconds of audio a CPU-second"] = number(cost["audio_s_per_cpu_s"], 0)
    return lines


def table(head: list[str], rows: list[list[str]]) -> list[str]:
    return [f"| {' | '.join(row)} |" for row in (head, ["---"] * len(head), *rows)]


def fleet(content: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """Table of fleets of simulated calls: every plain number, as it stands in the file."""
    names = list(content)
    kinds = dict.fromkeys(
        kind for values in content.values() for kind, value in values.items() if isinstance(value, int | float)
    )
    rows = [[kind.replace("_", " "), *(_cell(content[name].get(kind)) for name in names)] for kind in kinds]
    return table(["", *(f"`{name}`" for name in names)], rows)


ABLATED = {
    "humans": "people",
    "human_found": "found",
    "human_within_3s": "within 3 s",
    "human_s_p50": "median s",
    "human_s_p90": "90 %, s",
    "false_humans": "false",
    "questions_per_hold_hour": "questions an hour",
    "vain_candidates_per_hold_hour": "vain candidates an hour",
}
"""What is shown of calls without one cue."""
ABLATIONS_TITLE = (
    "The same simulated calls without one cue at a time (`fleet-ablation`); which calls, and what it tells: "
    "[fleets](../bench/results/fleet.md#without-one-cue)."
)


def ablated(content: Mapping[str, Mapping[str, Any]]) -> list[str]:
    """The same calls without one cue at a time: a line each, and how much later people are found than with everything."""
    rows = [
        [
            name,
            *((share if "found" in kind or "within" in kind else _cell)(values.get(kind)) for kind in ABLATED),
            f"{values['s_later']:+.2f}{span(values['s_later_95'], 1, 2)}" if "s_later" in values else "-",
        ]
        for name, values in content.items()
    ]
    return table(["", *ABLATED.values(), "later, s (95 %)"], rows)


def _cell(value: object) -> str:
    """A number as it stands; nothing and "never" are a dash."""
    return "-" if value is None else str(value)


def figures(results: Path = RESULTS) -> str:
    """The part of the page between the markers."""
    scored, fleets, others, ablations = {}, [], [], []
    for path in sorted(results.glob("*.json")):
        content = json.loads(path.read_text(encoding="utf-8"))
        if not isinstance(content, dict):
            continue
        if path.name.startswith("hearing") and "all" in content.get("score", {}):
            scored[path.stem.removeprefix("hearing-")] = column(content)
        if path.name.startswith("fleet-ablation"):
            ablations += [ABLATIONS_TITLE, "", *ablated(content), ""]
        elif path.name.startswith("fleet"):
            fleets.append((path.stem, fleet(content)))
        if "for_docs" in content:
            others.append((path.stem, content["for_docs"]))
    lines = [BEGIN, ""]
    if scored:
        kinds = list(dict.fromkeys(kind for values in scored.values() for kind in values))
        rows = [[kind, *(values.get(kind, "-") for values in scored.values())] for kind in kinds]
        lines += [
            "By sound alone; in brackets 95 % intervals.",
            "",
            *table(["", *(f"`{name}`" for name in scored)], rows),
            "",
        ]
    for name, rows in fleets:
        lines += [
            f"With everything a live call has: fleets of simulated calls in virtual time (`{name}`).",
            "",
            *rows,
            "",
        ]
    lines += ablations
    for name, own in others:
        lines += [
            f"{own['title']} (`{name}`)",
            "",
            *table(own.get("head", ["", ""]), [[str(cell) for cell in row] for row in own["rows"]]),
            "",
        ]
    return "\n".join([*lines, END])


def renewed(page: str, results: Path = RESULTS) -> str:
    """The page with the present figures. Raises ValueError when its markers are missing."""
    before, begin, rest = page.partition(BEGIN)
    _, end, after = rest.partition(END)
    if not begin or not end:
        raise ValueError("the page has no place for the figures")
    return before + figures(results) + after


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("--check", action="store_true")
    args = parser.parse_args()
    page = PAGE.read_text(encoding="utf-8")
    new = renewed(page)
    if args.check:
        if new != page:
            print("tables: docs/hearing.md is behind bench/results: run script/bench tables", file=sys.stderr)
        return int(new != page)
    PAGE.write_text(new, encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
