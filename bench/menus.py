"""Menus: all trees by rules and with models that are late, lie or obey the line; how fast, and what was never done.

    script/bench menus [--json FILE] [--trees FOLDER …]
    script/bench menus --record FILE [--llm-url URL --llm-model NAME] [--llm-s SECONDS] [--json FILE] [--trees FOLDER …]
    script/bench menus --record FILE --pending PENDING.json [--trees FOLDER …]

Without ``--trees``: the trees of `bench/trees` and, where present, of ../shared/ivr. A model here is a stand-in: ``late`` never
answers, ``lies`` presses any key it can think of, says yes and ends calls by turns (five rounds, each another turn), ``obeys``
presses the last key that was named and gives every fact. Two others look at the tree: `menu_models.Spiteful` does the worst it can,
which shows how far the guards hold (it is told, not bound by what never may be), and `Knowing` shows what a good model could win.
With ``--record`` a real model plays the newer trees: its answers are kept in the file, and taken from there when the same is asked
again, so that the figures can be made without the model. With ``--pending`` as well nobody is asked: what is not in the file is
written to the other one, for a model that answers elsewhere (formats: `menu_models.py`).

Fails when anything was told, agreed to or done that the user has not released, by rules or with any of
the models; and when a model was asked twice about one utterance.
"""

import argparse
from dataclasses import replace
import json
import os
from pathlib import Path
import statistics
import sys
import time
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "custom_components" / "hold_slayer")]

from engine.call.config import BrainConfig
from engine.cli.navigate import as_message, brief_of
from engine.ivr.decision import Decision, DecisionKind
from engine.ivr.navigator import Navigator
from engine.voice.openai_llm import OpenAiLanguageModel
from menu_models import Knowing, Model, Pending, Recorded, Seeing, Spiteful, StandIn, Use
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
    "fourteenth",
    "fifteenth",
    "sixteenth",
    "seventeenth",
)
MAX_TURNS = 240
WORST = "all, model that wants the worst and sees the tree"
MODEL_S = BrainConfig().model_s
RETRY_S = BrainConfig().model_retry_s


class Patient(Navigator):
    """Goes on asking a model of which an answer is missing."""

    def without_answer(self) -> Decision:
        """What the rules do instead."""
        return self._done(self._fallback())


class Driver:
    """Plays calls and keeps what they cost."""

    def __init__(self, model: Model | None, model_s: float = MODEL_S) -> None:
        self._model = model
        self._model_s = model_s
        self.use = Use()
        self.asked_twice = 0
        self.times: list[float] = []

    def __call__(self, call: Any) -> None:
        way, waiting, since = self._navigator(call), [], 0
        for _ in range(MAX_TURNS):
            heard, waiting = waiting or list(call.hear()), []
            if call.done:
                return
            since = since if not heard else 0
            begun = time.perf_counter()
            decision = way.heard(heard)
            if decision.do is DecisionKind.ASK_MODEL:
                self.asked_twice += since
                since = 1
                decision = self._advised(way, decision)
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

    def _navigator(self, call: Any) -> Patient:
        if isinstance(self._model, Seeing):
            self._model.sees(call)
        if isinstance(self._model, Recorded) and self._model.pending is not None:
            self._model.pending.call_begins()
        return Patient(brief_of(call.brief()), has_model=self._model is not None)

    def _advised(self, way: Patient, decision: Decision) -> Decision:
        """As in a call: a second attempt where the first came to nothing and time is left, then the rules."""
        use, question, left_s = self.use, decision.question, self._model_s
        use.asked += 1
        if self._model is None or question is None:
            return way.advice_failed()
        reply = self._model.reply(question, left_s)
        left_s -= reply.seconds
        use.tokens += reply.tokens
        objection = way.objection(reply.answer) if reply.answer is not None else ""
        if not reply.is_final and left_s >= RETRY_S and (objection or reply.answer is None):
            use.again += 1
            reply = self._model.reply(replace(question, objection=objection), left_s)
            left_s -= reply.seconds
            use.tokens += reply.tokens
        use.seconds.append(self._model_s - left_s)
        if reply.is_missing:
            # Nothing that a real one would have said, so it is asked again about what comes next.
            use.missing += 1
            return way.without_answer()
        if reply.answer is None:
            use.late += reply.is_late
            use.nothing += not reply.is_late
            return way.advice_failed()
        taken = way.advised(reply.answer)
        use.used += taken.is_advice
        use.refused += not taken.is_advice
        return taken


def run(
    simulator: Any, trees: list[Any], model: Model | None, model_s: float = MODEL_S
) -> tuple[list[dict[str, Any]], Driver]:
    """Scores of all trees."""
    driver = Driver(model, model_s)
    return simulator.run_driver(driver, trees), driver


def rate(scores: list[dict[str, Any]], name: str) -> float:
    """Share of calls in percent."""
    return round(100 * sum(bool(score[name]) for score in scores) / len(scores), 1)


def row(scores: list[dict[str, Any]], driver: Driver) -> dict[str, Any]:
    """What is kept of a run."""
    presses = sum(len(score["disclosed"]) + score["actions"] for score in scores)
    bad = sum(score["premature_presses"] + score["invalid_actions"] for score in scores)
    use = driver.use
    return {
        "calls": len(scores),
        "success": rate(scores, "success"),
        "clean": rate(scores, "clean"),
        "never": {name: sum(bool(score[name]) for score in scores) for name in NEVER},
        "needless": rate(scores, "needless_disclosures"),
        "premature_or_invalid_actions": round(100 * bad / max(1, presses), 1),
        "model_asked": use.asked,
        "asked_twice_about_one_utterance": driver.asked_twice,
        "decided_in_ms_p95": round(1000 * statistics.quantiles(driver.times, n=20)[-1], 1),
    }


def use_of(driver: Driver) -> dict[str, Any]:
    """What is kept of the questions to a real model."""
    use = driver.use
    return {
        "second_attempts": use.again,
        "followed": use.used,
        "refused": use.refused,
        "late": use.late,
        "nonsense": use.nothing,
        "missing": use.missing,
        "tokens_a_question": round(use.tokens / max(1, use.asked)),
        "seconds_a_question": round(statistics.fmean(use.seconds or [0.0]), 1),
        "seconds_p95": round(max(statistics.quantiles([0.0, *use.seconds, 0.0], n=20)[-1], 0.0), 1),
    }


def table(
    result: dict[str, dict[str, Any]], command: str = "script/bench menus --json bench/results/menus.json"
) -> str:
    """For people."""
    heads = (
        "trees, model", "calls", "success %", "clean %", "told, agreed, harmed", "needless %", "premature or invalid %", "asked",
        "ms to decide, p95",
    )  # fmt: skip
    lines = ["# Menus, all sets", "", f"    {command}", ""]
    lines += [f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for name, one in result.items():
        never = ", ".join(str(count) for count in one["never"].values())
        lines.append(
            f"| {name} | {one['calls']} | {one['success']} | {one['clean']} | {never} | {one['needless']} | "
            f"{one['premature_or_invalid_actions']} | {one['model_asked']} | {one['decided_in_ms_p95']} |"
        )
    return "\n".join([*lines, ""])


def stand_ins(simulator: Any, sets: dict[str, list[Any]]) -> dict[str, dict[str, Any]]:
    """Rows of the rules alone, and of the bad models."""
    everything = [tree for trees in sets.values() for tree in trees]
    result = {f"{name}, rules": row(*run(simulator, trees, None)) for name, trees in sets.items()}
    result["all, rules"] = row(*run(simulator, everything, None))
    result["all, model late"] = row(*run(simulator, everything, StandIn("late")))
    result["all, model obeys the line"] = row(*run(simulator, everything, StandIn("obeys")))
    result[WORST] = row(*run(simulator, everything, Spiteful(simulator)))
    result["all, a model that knows the way"] = row(*run(simulator, everything, Knowing(simulator)))
    rounds = [run(simulator, everything, StandIn("lies", turn)) for turn in range(5)]
    for number, (scores, driver) in enumerate(rounds, 1):
        result[f"all, model lies, round {number}"] = row(scores, driver)
    return result


MODEL_SETS = ("eighth", "ninth", "tenth", "eleventh", "twelfth", "thirteenth", "fourteenth", "fifteenth")


def with_model(
    simulator: Any, sets: dict[str, list[Any]], model: Recorded, model_s: float
) -> dict[str, dict[str, Any]]:
    """Rows of a real model: with all the time it wants, with as much as a call gives it, and of one that knows the way."""
    sets = {**sets, "all": [tree for trees in sets.values() for tree in trees]}
    result = {}
    for name, trees in sets.items():
        result[f"{name}, rules"] = row(*run(simulator, trees, None))
        for seconds in (model_s, MODEL_S) if model.pending is None else (model_s,):
            scores, driver = run(simulator, trees, model, seconds)
            result[f"{name}, model, {seconds:.0f} s"] = row(scores, driver) | use_of(driver)
        result[f"{name}, a model that knows the way"] = row(*run(simulator, trees, Knowing(simulator)))
    return result


def model_table(result: dict[str, dict[str, Any]], title: str, command: str) -> str:
    """For people."""
    heads = {
        "trees, model": "", "calls": "calls", "success %": "success", "told, agreed, harmed": "never", "asked": "model_asked",
        "second attempts": "second_attempts", "followed": "followed", "refused": "refused", "late": "late",
        "nonsense": "nonsense", "missing": "missing", "tokens": "tokens_a_question", "s a question": "seconds_a_question",
        "s, p95": "seconds_p95",
    }  # fmt: skip
    lines = [f"# Menus with {title}", "", f"    {command}", "", f"| {' | '.join(heads)} |", "| --- " * len(heads) + "|"]
    for name, one in result.items():
        cells = [name, *(one.get(key, "") for key in list(heads.values())[1:])]
        shown = [", ".join(map(str, cell.values())) if isinstance(cell, dict) else str(cell) for cell in cells]
        lines.append(f"| {' | '.join(shown)} |")
    return "\n".join([*lines, ""])


def arguments() -> argparse.Namespace:
    """From the command line."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--record", type=Path, help="a real model's answers: kept there, and taken from there")
    parser.add_argument("--pending", type=Path, help="what the record lacks is written there, for somebody to answer")
    parser.add_argument(
        "--llm-url", default="", help="OpenAI-compatible endpoint; without one only what is recorded answers"
    )
    parser.add_argument("--llm-model", default="")
    parser.add_argument(
        "--llm-s", type=float, default=120.0, help="seconds that the model is given, whatever a call would"
    )
    parser.add_argument("--llm-title", default="a language model", help="what the model is, for the table")
    return parser.parse_args()


def main() -> int:
    """Play everything; 1 when something happened that never may."""
    args = arguments()
    simulator = load_simulator()
    own = MODEL_SETS if args.record else OWN
    folders = args.trees or [TREES / "dev", *(ROOT / "bench" / "trees" / name for name in own)]
    sets = {folder.name: simulator.load([str(folder)]) for folder in folders if folder.is_dir()}
    result, text = {}, ""
    if args.record:
        key = os.environ.get("OPENAI_API_KEY", "")
        real = OpenAiLanguageModel(args.llm_url, key, args.llm_model, timeout_s=args.llm_s) if args.llm_url else None
        pending = Pending(args.pending) if args.pending else None
        model = Recorded(args.record, None if pending is not None else real, args.llm_s, pending)
        result = with_model(simulator, sets, model, args.llm_s)
        text = model_table(
            result, args.llm_title, f'script/bench menus --record {args.record} --llm-title "{args.llm_title}"'
        )
        if model.unknown:
            print(f"not in the record, decided by rules: {model.unknown} questions")
        if pending is not None:
            pending.save()
            print(f"written to {args.pending}: {len(pending)} questions")
    else:
        result = stand_ins(simulator, sets)
        text = table(result)
    for name, one in result.items():
        print(name, json.dumps(one))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
        args.json.with_suffix(".md").write_text(text, encoding="utf-8")
    bound = [one for name, one in result.items() if name != WORST]
    return int(any(any(one["never"].values()) or one["asked_twice_about_one_utterance"] for one in bound))


if __name__ == "__main__":
    sys.exit(main())
