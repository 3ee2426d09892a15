"""Menus: the navigator over ../shared/ivr's trees, scored by its simulator; rules alone, or with a language model.

    script/bench navigate [--trees FOLDER] [--json FILE] [--llm-url URL --llm-model NAME]

The trees and the scorer are not part of this repository; where they are absent the benchmark says so and fails.
"""

import argparse
import importlib.util
import json
from pathlib import Path
import subprocess
import sys
from types import ModuleType
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
TREES = ROOT.parent / "shared" / "ivr"
MAX_TURNS = 60


class Navigator:
    """``script/hold-slayer navigate --stdio`` as a process."""

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
        return dict(json.loads(self._process.stdout.readline()))

    def close(self) -> None:
        assert self._process.stdin is not None
        self._process.stdin.close()
        self._process.wait(10)


def drive(call: Any, navigator: Navigator) -> None:
    """One call of the simulator."""
    navigator.send({"brief": call.brief()})
    for _ in range(MAX_TURNS):
        heard = call.hear()
        if call.done:
            return
        decision = navigator.ask({"heard": list(heard)})
        match decision["do"]:
            case "press":
                call.press(decision["value"])
            case "say":
                call.say(decision["value"])
            case "wait":
                call.wait(decision["seconds"])
            case "listen":
                call.wait(3)
            case _:
                call.give_up(decision["reason"], decision.get("note", ""))
                return


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


def main() -> None:
    """Play all trees, print totals, and keep them with ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--trees", type=Path, default=TREES / "dev")
    parser.add_argument("--json", type=Path)
    parser.add_argument("--llm-url", default="")
    parser.add_argument("--llm-model", default="")
    args = parser.parse_args()
    simulator = load_simulator()
    model = ["--llm-url", args.llm_url, "--llm-model", args.llm_model] if args.llm_url else []
    navigator = Navigator(model)
    scores = []
    for path in sorted(args.trees.glob("*.json")):
        call = simulator.IvrSim(json.loads(path.read_text(encoding="utf-8")))
        drive(call, navigator)
        scores.append(call.score())
    navigator.close()
    count = len(scores)
    percent = {
        "success": 100 * sum(bool(score["success"]) for score in scores) / count,
        "clean": 100 * sum(bool(score["clean"]) for score in scores) / count,
        "progress": 100 * sum(float(score["progress"]) for score in scores) / count,
    }
    result = {"trees": count, "language_model": bool(model), **{key: round(value, 1) for key, value in percent.items()}}
    print(json.dumps(result))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")


if __name__ == "__main__":
    main()
