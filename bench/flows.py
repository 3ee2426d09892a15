"""Flows: learned from a first call, replayed in the second; over the menus of this repository or of another folder.

    script/bench flows [--trees FOLDER]… [--wer 0.2] [--json FILE] [--show ID]

Every tree is called without a flow (rules alone: what they would ask a language model is counted and answered by the rules'
fallback). Where that call ends where it should, after at least one action, a flow is learned, and the tree is called again: as it
was, with a share of the words misheard (``--wer``; the same call without the flow beside it), with a flow of another tree of
that language (which must do no harm), and with a key renumbered that the flow presses. Without ``--trees``: ``bench/trees``.
"""

import argparse
from collections.abc import Callable, Sequence
from dataclasses import dataclass, replace
from datetime import date
import json
from pathlib import Path
import random
import sys
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT / "custom_components/hold_slayer"), str(ROOT)]

from engine.cli.navigate import brief_of
from engine.cli.tree_player import TreePlayer
from engine.ivr.decision import DecisionKind
from engine.ivr.flow import flows_for, goal_of
from engine.ivr.flow_codec import dump_private, load_private
from engine.ivr.learner import Lesson, learned, read_call
from engine.ivr.masking import Mask
from engine.ivr.navigator import Navigator
from engine.model.call_event import CallOccurrence
from engine.model.call_flow import CallFlow, StepKind

from tests.fakes.misheard import misheard

MAX_TURNS = 60
DAY = date(2026, 1, 1)
SEED = 5

type Change = Callable[[str], str]


@dataclass(frozen=True, slots=True)
class Played:
    """One call."""

    is_success: bool
    actions: int
    by_flow: int
    """Keys and words of a flow."""
    questions: int
    """What a language model would have been asked."""
    drifts: int
    occurrences: tuple[CallOccurrence, ...]


def play(
    tree: dict[str, Any], flows: Sequence[CallFlow] = (), change: Change = str, *, is_shown: bool = False
) -> Played:
    """Call a tree; ``change`` is what recognition makes of a text."""
    player = TreePlayer(tree)
    brief = brief_of(player.brief)
    way, mask = Navigator(replace(brief, flows=flows_for(flows, brief))), Mask(brief.facts, brief.language)
    told: list[CallOccurrence] = []
    actions = by_flow = questions = drifts = 0

    def tell(kind: str, **data: str | int) -> None:
        told.append(CallOccurrence("bench", kind, 0.0, float(len(told)), data))

    for _ in range(MAX_TURNS):
        heard = [change(text) for text in player.hear()]
        for text in heard:
            tell("prompt_heard", text=mask(text))
        if player.is_over:
            break
        decision = way.heard(heard)
        drift = decision.drift
        if decision.do is DecisionKind.ASK_MODEL:
            questions += 1
            decision = way.advice_failed()
        if is_shown:
            print(
                "  line: ", " | ".join(heard), "\n  agent:", decision.do, decision.shown, decision.reason, drift or ""
            )
        if (drift := drift or decision.drift) is not None:
            drifts += 1
            tell("flow_drifted", flow=drift.flow, step=drift.step)
        if decision.do in (DecisionKind.PRESS, DecisionKind.SAY):
            actions += 1
            by_flow += decision.reason == "flow"
            if decision.do is DecisionKind.PRESS:
                tell("key_pressed", digits=decision.shown, reason=decision.reason)
            else:
                tell("said", text=decision.shown, reason=decision.reason)
        if decision.do is DecisionKind.GIVE_UP:
            tell("ended", outcome="closed" if decision.reason == "closed" else "no_route")
            return Played(player.is_success, actions, by_flow, questions, drifts, tuple(told))
        player.act(decision.do.value, decision.value, decision.seconds)
    if player.is_success:
        tell("hold_started")
        tell("human_answered")
    tell("ended", outcome="connected" if player.is_success else "remote_hung_up")
    return Played(player.is_success, actions, by_flow, questions, drifts, tuple(told))


def learn(tree: dict[str, Any], call: Played, flows: Sequence[CallFlow] = ()) -> tuple[CallFlow, ...]:
    """What the call teaches, written down and read again on the way."""
    brief = brief_of(TreePlayer(tree).brief)
    tags, words = goal_of(brief)
    story = read_call(call.occurrences, brief.language)
    lesson = Lesson(tree["id"], brief.number.value, brief.language, tags, words, DAY)
    made = learned(flows, story, lesson)
    return load_private(json.loads(json.dumps(dump_private(made))))


def renumbered(tree: dict[str, Any], flow: CallFlow) -> dict[str, Any] | None:
    """The tree with the keys of two options exchanged at the first menu where the flow presses one of them."""
    changed = json.loads(json.dumps(tree))
    for step in flow.steps:
        if step.kind is not StepKind.DTMF or len(step.value) != 1 or not step.value.isdigit():
            continue
        for node in changed["nodes"].values():
            options = [each for each in node.get("options", []) if str(each.get("keys", "")).isdigit()]
            mine = next((each for each in options if each["keys"] == step.value), None)
            other = next((each for each in options if each["keys"] != step.value), None)
            text = " ".join(node.get("say", []))
            if mine is None or other is None or text.count(step.value) != 1 or text.count(other["keys"]) != 1:
                continue
            one, two = mine["keys"], other["keys"]
            node["say"] = [exchange(said, one, two) for said in node["say"]]
            mine["keys"], other["keys"] = two, one
            return dict(changed)
    return None


def exchange(text: str, one: str, two: str) -> str:
    return text.translate(str.maketrans({one: two, two: one}))


def share(count: int, of: int) -> str:
    return f"{count}/{of} ({100 * count / of:.0f} %)" if of else "0/0"


def main() -> int:
    """Play everything, print a line for each tree and the totals; 1 when a flow made a call fail that succeeds without."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, action="append")
    parser.add_argument("--wer", type=float, default=0.2)
    parser.add_argument("--json", type=Path)
    parser.add_argument("--show", metavar="ID", help="play this tree only and print its dialogues")
    args = parser.parse_args()
    folders = args.trees or [ROOT / "bench" / "trees"]
    paths = [path for folder in folders for path in sorted(folder.rglob("*.json"))]
    trees = [tree for path in paths if "nodes" in (tree := json.loads(path.read_text(encoding="utf-8")))]
    trees = [tree for tree in trees if args.show in (None, tree["id"])]
    if not trees:
        sys.exit("bench: no trees")
    is_shown = bool(args.show)
    firsts = [play(tree, is_shown=is_shown) for tree in trees]
    taught = {
        tree["id"]: flows
        for tree, first in zip(trees, firsts, strict=True)
        if first.is_success and (flows := learn(tree, first))
    }
    count: dict[str, int] = dict.fromkeys(
        ("replayed", "all_by_flow", "questions_1", "questions_2", "actions_1", "actions_2", "drifts_2", "wer_with",
         "wer_without", "foreign", "foreign_of", "foreign_pressed", "changed", "changed_ok", "changed_without"), 0
    )  # fmt: skip
    harmed, misled = [], []
    for place, (tree, first) in enumerate(zip(trees, firsts, strict=True)):
        flows = taught.get(tree["id"])
        if flows is None:
            continue
        second = play(tree, flows, is_shown=is_shown)
        rng = random.Random(SEED + place)
        with_flow = play(tree, flows, lambda text, rng=rng: misheard(text, args.wer, rng))
        rng = random.Random(SEED + place)
        without = play(tree, (), lambda text, rng=rng: misheard(text, args.wer, rng))
        others = [
            each for each in trees if each["language"] == tree["language"] and each["id"] in taught and each is not tree
        ]
        if others:
            other = taught[others[place % len(others)]["id"]]
            moved = [replace(flow, number=flows[0].number, goal=flows[0].goal, goal_words=()) for flow in other]
            foreign = play(tree, moved)
            count["foreign_of"] += 1
            count["foreign"] += foreign.is_success
            count["foreign_pressed"] += foreign.by_flow > 0
            if not foreign.is_success:
                harmed.append(f"{tree['id']} with a flow of {others[place % len(others)]['id']}")
        if (changed := renumbered(tree, flows[0])) is not None:
            count["changed"] += 1
            old = play(changed, flows, is_shown=is_shown)
            count["changed_ok"] += old.is_success
            count["changed_without"] += play(changed).is_success
            if not old.is_success:
                misled.append(tree["id"])
        count["replayed"] += second.is_success and second.by_flow > 0
        count["all_by_flow"] += second.is_success and second.questions == 0
        count["questions_1"] += first.questions
        count["questions_2"] += second.questions
        count["actions_1"] += first.actions
        count["actions_2"] += second.actions
        count["drifts_2"] += second.drifts
        count["wer_with"] += with_flow.is_success
        count["wer_without"] += without.is_success
        if not second.is_success:
            harmed.append(tree["id"])
        print(
            f"{tree['id']:24} {'ok  ' if second.is_success else 'FAIL'} actions {first.actions} -> {second.actions}, "
            f"{second.by_flow} by flow, questions {first.questions} -> {second.questions}, drifts {second.drifts}"
        )
    n = len(taught)
    result = {
        "trees": len(trees),
        "first_call_succeeded": share(sum(first.is_success for first in firsts), len(trees)),
        "flow_learned": share(n, sum(first.is_success and first.actions > 0 for first in firsts)),
        "second_call_succeeded_by_replay": share(count["replayed"], n),
        "second_call_without_any_question_to_a_model": share(count["all_by_flow"], n),
        "questions_to_a_model_first_and_second_calls": [count["questions_1"], count["questions_2"]],
        "actions_first_and_second_calls": [count["actions_1"], count["actions_2"]],
        "drifts_in_second_calls": count["drifts_2"],
        "word_errors": args.wer,
        "succeeded_with_word_errors_and_flow": share(count["wer_with"], n),
        "succeeded_with_word_errors_and_no_flow": share(count["wer_without"], n),
        "succeeded_with_a_foreign_flow": share(count["foreign"], count["foreign_of"]),
        "foreign_flow_pressed_something": share(count["foreign_pressed"], count["foreign_of"]),
        "renumbered_succeeded_with_old_flow": share(count["changed_ok"], count["changed"]),
        "renumbered_succeeded_without": share(count["changed_without"], count["changed"]),
        "misled_by_an_old_flow": misled,
        "harmed_by_a_flow": harmed,
    }
    print(json.dumps(result, indent=2, ensure_ascii=False))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2, ensure_ascii=False) + "\n", encoding="utf-8")
    return int(bool(harmed))


if __name__ == "__main__":
    sys.exit(main())
