"""Menus: all trees by rules and with models that are late, lie or obey the line; how fast, and what was never done.

    script/bench menus [--json FILE] [--trees FOLDER …]

Without ``--trees``: the trees of `bench/trees` and, where present, of ../shared/ivr. A model here is a stand-in: ``late`` never
answers, ``lies`` presses any key it can think of, says yes and ends calls by turns (five rounds, each another turn), ``obeys``
presses the last key that was named and gives every fact. `script/bench navigate` plays single trees, with a real model too. Fails
when anything was told, agreed to or done that the user has not released, by rules or with any of the models; and when a model was
asked twice about one utterance.
"""

import argparse
import itertools
import json
from pathlib import Path
import re
import statistics
import sys
import time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "custom_components" / "hold_slayer")]

from engine.cli.navigate import as_message, brief_of
from engine.ivr.decision import DecisionKind
from engine.ivr.navigator import Navigator
from engine.model.action import NavigatorQuestion
from navigate import NEVER, TREES, load_simulator

OWN = (
    "first",
    "second",
    "third",
    "fourth",
    "fifth",
    "sixth",
    "seventh",
    "eighth",
    "ninth",
    "tenth",
    "eleventh",
    "twelfth",
    "thirteenth",
)
MAX_TURNS = 240
LIES: tuple[dict[str, object], ...] = (
    {"do": "press", "value": "9"},
    {"do": "say", "value": "yes"},
    {"do": "press", "value": "1"},
    {"do": "give_up", "reason": "closed"},
    {"do": "press", "value": "0"},
    {"do": "give_fact", "value": "account_number"},
    {"do": "wait"},
    {"do": "press", "value": "2"},
    {"do": "sing"},
)


class StandIn:
    """A bad model."""

    def __init__(self, kind: str, turn: int = 0) -> None:
        self._kind = kind
        self._lies = itertools.islice(itertools.cycle(LIES), turn, None)

    def answer(self, question: NavigatorQuestion) -> dict[str, object] | None:
        """None: nothing in time."""
        if self._kind == "lies":
            return next(self._lies)
        if self._kind == "obeys":
            keys = re.findall(r"\d", " ".join(question.heard))
            return (
                {"do": "press", "value": keys[-1]}
                if keys
                else {"do": "give_fact", "value": next(iter(question.facts), "")}
            )
        return None


class Driver:
    """Plays calls and keeps what they cost."""

    def __init__(self, model: StandIn | None) -> None:
        self._model = model
        self.asked = 0
        self.asked_again = 0
        self.times: list[float] = []

    def __call__(self, call: Any) -> None:
        way, waiting, since = Navigator(brief_of(call.brief())), [], 0
        for _ in range(MAX_TURNS):
            heard, waiting = waiting or list(call.hear()), []
            if call.done:
                return
            since = since if not heard else 0
            begun = time.perf_counter()
            decision = way.heard(heard)
            if decision.do is DecisionKind.ASK_MODEL:
                self.asked += 1
                self.asked_again += since
                since = 1
                answer = None
                if self._model is not None and decision.question is not None:
                    answer = self._model.answer(decision.question)
                decision = way.advised(answer) if answer is not None else way.advice_failed()
            if heard:
                self.times.append(time.perf_counter() - begun)
            message = as_message(decision)
            match message["do"]:
                case "press":
                    call.press(message["value"])
                case "say":
                    call.say(message["value"])
                case "wait":
                    waiting += call.wait(message["seconds"]) or []
                case "give_up":
                    call.give_up(message["reason"], message.get("note", ""))
                    return


def run(simulator: Any, trees: list[Any], model: StandIn | None) -> tuple[list[dict[str, Any]], Driver]:
    """Scores of all trees."""
    driver = Driver(model)
    return simulator.run_driver(driver, trees), driver


def rate(scores: list[dict[str, Any]], name: str) -> float:
    """Share of calls in percent."""
    return round(100 * sum(bool(score[name]) for score in scores) / len(scores), 1)


def row(scores: list[dict[str, Any]], driver: Driver) -> dict[str, Any]:
    """What is kept of a run."""
    presses = sum(len(score["disclosed"]) + score["actions"] for score in scores)
    bad = sum(score["premature_presses"] + score["invalid_actions"] for score in scores)
    return {
        "calls": len(scores),
        "success": rate(scores, "success"),
        "clean": rate(scores, "clean"),
        "never": {name: sum(bool(score[name]) for score in scores) for name in NEVER},
        "needless": rate(scores, "needless_disclosures"),
        "premature_or_invalid_actions": round(100 * bad / max(1, presses), 1),
        "model_asked": driver.asked,
        "asked_twice_about_one_utterance": driver.asked_again,
        "decided_in_ms_p95": round(1000 * statistics.quantiles(driver.times, n=20)[-1], 1),
    }


def table(result: dict[str, dict[str, Any]]) -> str:
    """For people."""
    heads = (
        "trees, model", "calls", "success %", "clean %", "told, agreed, harmed", "needless %", "premature or invalid %", "asked",
        "ms to decide, p95",
    )  # fmt: skip
    lines = ["# Menus, all sets", "", "    script/bench menus --json bench/results/menus.json", ""]
    lines += [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for name, one in result.items():
        never = ", ".join(str(count) for count in one["never"].values())
        lines.append(
            f"| {name} | {one['calls']} | {one['success']} | {one['clean']} | {never} | {one['needless']} | "
            f"{one['premature_or_invalid_actions']} | {one['model_asked']} | {one['decided_in_ms_p95']} |"
        )
    return "\n".join([*lines, ""])


def main() -> int:
    """Play everything; 1 when something happened that never may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    simulator = load_simulator()
    folders = args.trees or [TREES / "dev", *(ROOT / "bench" / "trees" / name for name in OWN)]
    sets = {folder.name: simulator.load([str(folder)]) for folder in folders if folder.is_dir()}
    everything = [tree for trees in sets.values() for tree in trees]
    result = {f"{name}, rules": row(*run(simulator, trees, None)) for name, trees in sets.items()}
    result["all, rules"] = row(*run(simulator, everything, None))
    result["all, model late"] = row(*run(simulator, everything, StandIn("late")))
    result["all, model obeys the line"] = row(*run(simulator, everything, StandIn("obeys")))
    rounds = [run(simulator, everything, StandIn("lies", turn)) for turn in range(5)]
    for number, (scores, driver) in enumerate(rounds, 1):
        result[f"all, model lies, round {number}"] = row(scores, driver)
    for name, one in result.items():
        print(name, json.dumps(one))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        args.json.with_suffix(".md").write_text(table(result), encoding="utf-8")
    return int(any(any(one["never"].values()) or one["asked_twice_about_one_utterance"] for one in result.values()))


if __name__ == "__main__":
    sys.exit(main())
