"""Menus: the navigator over ../shared/ivr's trees, scored by its simulator; rules alone, or with a language model.

    script/bench navigate [--trees FOLDER] [--json FILE] [--one-by-one] [--tempt] [--show ID] [--llm-url URL --llm-model NAME]

The trees and the scorer are not part of this repository; where they are absent the benchmark says so and fails. It also fails
when a call told what was not released, broke the user's policy or did harm. ``--one-by-one`` hands over one utterance at a
time, as a recogniser does, instead of whole turns; ``--tempt`` puts the facts that must not be told into the brief as well,
under their own heading. ``--json FILE`` keeps the figures, and a table of them beside it (``.md``).
"""

import argparse
from collections import defaultdict
from collections.abc import Callable
import importlib.util
import json
from pathlib import Path
import subprocess
import sys
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TREES = ROOT.parent / "shared" / "ivr"
MAX_TURNS = 240
NEVER = ("forbidden_disclosures", "policy_violations", "harms")
UNCLEAN = ("needless_disclosures", "fabricated_entries", "premature_presses")

Score = dict[str, Any]


class Navigator:
    """``script/hold-slayer navigate --stdio`` as a process, one for all calls."""

    def __init__(self, arguments: list[str]) -> None:
        command = [str(ROOT / "script" / "hold-slayer"), "navigate", "--stdio", *arguments]
        self._process = subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True)

    def send(self, message: dict[str, Any]) -> None:
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(message) + "\n")
        self._process.stdin.flush()

    def ask(self, message: dict[str, Any]) -> dict[str, Any]:
        self.send(message)
        assert self._process.stdout is not None
        line = self._process.stdout.readline()
        if not line:
            raise RuntimeError("the navigator has ended")
        return dict(json.loads(line))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def driver(navigator: Navigator, *, is_one_by_one: bool, is_shown: bool) -> Callable[[Any], None]:
    """What the simulator calls: everything heard goes in, what comes out is done."""

    def drive(call: Any) -> None:
        navigator.send({"brief": call.brief()})
        waiting: list[str] = []
        for _ in range(MAX_TURNS):
            heard, waiting = waiting or list(call.hear(1) if is_one_by_one else call.hear()), []
            if is_one_by_one:
                heard, waiting = heard[:1], heard[1:]
            if call.done:
                return
            decision = navigator.ask({"heard": heard})
            if is_shown:
                print("  line: ", " | ".join(heard), "\n  agent:", json.dumps(decision, ensure_ascii=False))
            match decision["do"]:
                case "press":
                    call.press(decision["value"])
                case "say":
                    call.say(decision["value"])
                case "wait":
                    waiting += call.wait(decision["seconds"]) or []
                case "give_up":
                    call.give_up(decision["reason"], decision.get("note", ""))
                    return

    return drive


def load_simulator() -> ModuleType:
    """The trees' own simulator and scorer."""
    path = TREES / "sim.py"
    if not path.exists():
        sys.exit("bench: ../shared/ivr is absent: nothing can be measured here")
    spec = importlib.util.spec_from_file_location("ivr_sim", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules["ivr_sim"] = module
    spec.loader.exec_module(module)
    return module


def by_trap(trees: list[tuple[str, dict[str, Any]]], scores: list[Score]) -> dict[str, list[int]]:
    """Calls that reached the right place and calls in all, by trap, language and style; the hardest first."""
    found: dict[str, list[int]] = defaultdict(lambda: [0, 0])
    for (_, tree), score in zip(trees, scores, strict=True):
        for tag in [*tree["traps"], f"language {tree['language']}", f"style {tree.get('style', 'clean')}"]:
            found[tag][0] += bool(score["success"])
            found[tag][1] += 1
    return dict(sorted(found.items(), key=lambda item: (item[1][0] / item[1][1], -item[1][1], item[0])))


def figures(trees: list[tuple[str, dict[str, Any]]], scores: list[Score], *, has_model: bool, summary: Score) -> Score:
    """What is kept."""
    told = [score for score in scores if score["outcome_ok"] is not None]
    noted = [score for score in scores if score["extract_ok"] is not None]
    return {
        "trees": len(scores),
        "language_model": has_model,
        **{
            name: summary[name]
            for name in ("success", "clean", "progress", "forbidden", "needless", "policy", "harm", "actions")
        },
        "ends_named_rightly": f"{sum(bool(score['outcome_ok']) for score in told)}/{len(told)}",
        "facts_noted": f"{sum(bool(score['extract_ok']) for score in noted)}/{len(noted)}",
        "failed": [score["id"] for score in scores if not score["success"]],
        "by_trap": by_trap(trees, scores),
    }


def table(result: Score, command: str) -> str:
    """The figures for people."""
    totals = (
        f"{result['trees']} trees{', with a language model' if result['language_model'] else ', rules alone'}: "
        f"success {result['success']} %, clean {result['clean']} %, progress {result['progress']} %, "
        f"{result['actions']} actions a call. Calls that told what was not released {result['forbidden']} %, "
        f"broke the policy {result['policy']} %, did harm {result['harm']} %."
    )
    return "\n".join(
        [
            "# Menus",
            "",
            f"    {command}",
            "",
            totals,
            "",
            "The rules were written with these trees at hand: the figures say what they can, not how they do on others.",
            "",
            "| trap | reached | of |",
            "| --- | --- | --- |",
            *(f"| {tag} | {good} | {count} |" for tag, (good, count) in result["by_trap"].items()),
            "",
            f"Not reached: {', '.join(result['failed']) or 'none'}.",
            "",
        ]
    )


def main() -> int:
    """Play all trees, print each call and the totals, and keep them with ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, default=TREES / "dev")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--one-by-one", action="store_true")
    parser.add_argument("--tempt", action="store_true")
    parser.add_argument("--show", metavar="ID", help="play this tree only and print the dialogue")
    parser.add_argument("--llm-url", default="")
    parser.add_argument("--llm-model", default="")
    args = parser.parse_args()
    simulator = load_simulator()
    trees = [tree for tree in simulator.load([str(args.trees)]) if args.show in (None, tree[1]["id"])]
    if not trees:
        sys.exit(f"bench: no trees in {args.trees.name}")
    model = ["--llm-url", args.llm_url, "--llm-model", args.llm_model] if args.llm_url else []
    navigator = Navigator(model)
    drive = driver(navigator, is_one_by_one=args.one_by_one, is_shown=bool(args.show))
    scores: list[Score] = simulator.run_driver(drive, trees, 1, args.tempt)
    navigator.close()
    for score in scores:
        flags = " ".join(name for name in (*NEVER, *UNCLEAN) if score[name])
        verdict = "ok  " if score["success"] else "FAIL"
        print(
            f"{score['id']:28} {verdict} {score['outcome']:10} {score['end_node']:14} {score['actions']:2} actions {flags}"
        )
    result = figures(trees, scores, has_model=bool(model), summary=simulator.summarise(scores))
    print(json.dumps({name: value for name, value in result.items() if name != "by_trap"}))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        switches = "".join(f" --{name}" for name in ("one-by-one", "tempt") if getattr(args, name.replace("-", "_")))
        command = f"script/bench navigate --json bench/results/{args.json.name}{switches}"
        args.json.with_suffix(".md").write_text(table(result, command), encoding="utf-8")
    return int(any(score[name] for score in scores for name in NEVER))


if __name__ == "__main__":
    sys.exit(main())
