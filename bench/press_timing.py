"""Menus in time: when the key goes out after the option that settles it, and whether it may.

    script/bench press_timing [--json FILE] [--trees FOLDER …] [--seed N] [--stt SECONDS] [--show ID]

The trees of `bench/trees` and, where present, of ../shared/ivr, spoken in virtual time to the whole brain with its deadlines: every
line speaks at 14 characters a second with pauses of its own between sentences (0.3 to 1.0 s); utterances end after 0.8 s of
silence, pauses are told after 0.3 s, both up to 0.1 s late; speech to text takes ``--stt`` seconds; a line that takes keys while it
speaks stops 0.2 s after one, mostly in mid-word. Each tree is played with keys going out early and without.

Counted for every key that chooses an option (facts apart): the seconds since the end of the last sentence heard before it, which is
what settled it; those that were premature (sent before their option was heard, or lost on a line that does not listen), and those
that the menu refused. Fails where a call does what it never may.
"""

# ruff: noqa: SLF001 - the simulator has no notion of time; its place in a prompt is private

import argparse
from dataclasses import dataclass, field, replace
import heapq
from itertools import count
import json
from pathlib import Path
import random
import statistics
import sys
from typing import Any

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "bench"), str(ROOT / "custom_components" / "hold_slayer")]

from engine.call.brain import Brain
from engine.cli.navigate import brief_of
from engine.model import action as act, call_event as ev
from engine.model.media_description import Codec, MediaAnswer
from engine.model.phase import Phase
from menus import OWN
from navigate import NEVER, TREES, load_simulator

END_S, PAUSE_S, BLOCK_S = 0.8, 0.3, 0.1
CHARACTERS_S = 14.0
STOPS_S = 0.2
REACTS_S = (0.4, 1.2)
OURS_S = 1.2
MOST_S = 900.0
ANSWER = MediaAnswer("127.0.0.1", 4000, Codec.PCMU, 0, 101)


@dataclass
class Pressed:
    """One key that chose an option."""

    tree: str
    key: str
    is_early: bool
    delay_s: float
    pace_s: float
    """Pauses of the line."""


@dataclass(order=True)
class Due:
    """Something that happens; ``epoch`` tells whether it is still what the line does."""

    at: float
    order: int
    what: str = field(compare=False)
    data: Any = field(compare=False, default=None)
    epoch: int = field(compare=False, default=0)


class SpokenLine:
    """One call: the tree's simulator on one side, the brain on the other, and time between them."""

    def __init__(
        self, sim: Any, tree: dict[str, Any], *, is_early: bool, seed: int, stt_s: float, is_shown: bool
    ) -> None:
        brief = brief_of(sim.brief())
        self.sim, self.name = sim, tree["id"]
        self._rng = random.Random(f"{seed} {tree['id']}")
        self._pace_s = self._rng.uniform(0.3, 1.0)
        self._stt_s, self._is_shown = stt_s, is_shown
        self._brief = replace(brief, policy=replace(brief.policy, press_early=is_early))
        self.brain = Brain()
        self.now = 0.0
        self.pressed: list[Pressed] = []
        self._queue: list[Due] = []
        self._order, self._ids = count(), count(1)
        self._epoch = 1
        self._utterance = 0
        self._said: list[str] = []
        """What the open utterance holds."""
        self._sentence, self._sentence_at = "", 0.0
        self._ends: dict[int, float] = {}
        """When the sentences of this place were over, by place."""
        self._silent_at = self._longest_s = 0.0
        self._glimpse: tuple[str, float] = ("", 0.0)
        """What was asked for at the last pause, and when it is answered."""

    def run(self) -> None:
        """Until the call is over on either side."""
        self._handle(ev.CallRequestedEvent(self._brief))
        self._handle(ev.LegAnsweredEvent(ev.FAR_LEG, ANSWER))
        self._at(0.5, "speak")
        while not self.sim.done and self.brain.phase is not Phase.ENDED and self.now < MOST_S:
            due = self.brain.next_timer()
            if self._queue and (due is None or self._queue[0].at <= due):
                item = heapq.heappop(self._queue)
                self.now = max(self.now, item.at)
                if item.epoch in (0, self._epoch):
                    getattr(self, f"_{item.what}")(item.data)
            elif due is not None:
                self.now = max(self.now, due)
                self._do(self.brain.handle_timer(self.now))
            else:
                break
        if not self.sim.done:
            self.sim.give_up(self.brain.outcome.value if self.brain.outcome else "", self.brain.sentence)

    # --- the line ---------------------------------------------------------------------------------------------------

    def _at(self, delay: float, what: str, data: Any = None, *, always: bool = False) -> None:
        heapq.heappush(self._queue, Due(self.now + delay, next(self._order), what, data, 0 if always else self._epoch))

    def _late(self) -> float:
        return self._rng.uniform(0.0, BLOCK_S)

    def _next_text(self) -> str | None:
        sim = self.sim
        while sim._pos >= len(sim._utts) and "goto" in sim._n and not sim._n.get("options") and not sim.done:
            sim._enter(sim._n["goto"])
            self._ends = {}
        return sim._utts[sim._pos] if sim._pos < len(sim._utts) else None

    def _speak(self, _data: Any) -> None:
        text = self._next_text()
        if text is None:
            node = self.sim._n
            self._at(6.0 if "queue" in node else float(node.get("timeout_s", 6)), "nothing")
            return
        if self._utterance == 0:
            self._utterance = next(self._ids)
            self._at(0.2, "event", ev.UtteranceStartedEvent(self.now, self._utterance), always=True)
        elif self._said:
            self._longest_s = max(self._longest_s, self.now - self._silent_at)
        self._sentence, self._sentence_at = text, self.now
        self._at(0.3 + len(text) / CHARACTERS_S, "over", text)

    def _over(self, text: str) -> None:
        place = self.sim._pos - self.sim._prefix
        self.sim.hear(1)
        self._ends[place] = self.now
        self._said.append(text)
        self._sentence = ""
        if self._is_shown:
            print(f"{self.now:7.2f} line: {text}")
        has_more = self._next_text() is not None
        pause_s = self._pace_s * self._rng.uniform(0.8, 1.2)
        self._fall_silent(pause_s if has_more else None)
        self._at(pause_s, "speak")

    def _fall_silent(self, pause_s: float | None) -> None:
        said, utterance = " ".join(self._said), self._utterance
        self._silent_at = self.now
        if not utterance:
            return
        pause_at, end_at = PAUSE_S + self._late(), END_S + self._late()
        if pause_s is None or pause_s > pause_at:
            self._at(pause_at, "event", (utterance, said), always=True)
        if pause_s is None or pause_s > end_at:
            self._at(end_at, "ended", (utterance, said), always=True)

    def _nothing(self, _data: Any) -> None:
        node = self.sim._n
        self.sim.wait(float(node.get("hold_s", 20)) if "queue" in node else float(node.get("timeout_s", 6)))
        self._ends = {}
        self._epoch += 1
        # What wait() has read out belongs to the new prompt.
        self.sim._pos = min(self.sim._pos, 0) if self.sim._pos else 0
        self._at(0.3, "speak")

    def _stop(self) -> None:
        """The line has taken what we did, and goes on elsewhere."""
        self._epoch += 1
        if self._sentence:
            share = (self.now - self._sentence_at + STOPS_S) * CHARACTERS_S / max(1, len(self._sentence))
            words = self._sentence.split()
            self._said.append(" ".join(words[: int(share * len(words))]))
            self._sentence = ""
        reacts_s = self._rng.uniform(*REACTS_S)
        self._ends = {}
        self.now += STOPS_S
        self._fall_silent(reacts_s)
        self._at(reacts_s, "speak")
        self.now -= STOPS_S

    # --- the ear ----------------------------------------------------------------------------------------------------

    def _event(self, data: Any) -> None:
        if isinstance(data, ev.CallEvent):
            self._handle(data)
            return
        utterance, said = data
        if utterance == self._utterance:
            self._handle(
                ev.UtteranceContinuesEvent(self.now, utterance, 0.0, self.now, is_pause=True, pcm=said.encode())
            )

    def _ended(self, data: tuple[int, str]) -> None:
        utterance, said = data
        if utterance == self._utterance and " ".join(self._said) == said:
            self._utterance, self._said = 0, []
            pause_s, self._longest_s = self._longest_s, 0.0
            ended = ev.UtteranceEndedEvent(self.now, utterance, 0.0, self.now, said.encode(), longest_pause_s=pause_s)
            self._handle(ended)

    # --- the brain --------------------------------------------------------------------------------------------------

    def _handle(self, event: ev.CallEvent) -> None:
        self._do(self.brain.handle(event, self.now))

    def _do(self, actions: list[act.Action]) -> None:
        for action in actions:
            match action:
                case act.TranscribeAction(utterance_id=utterance, pcm=pcm, is_partial=is_partial):
                    self._transcribe(utterance, pcm.decode(), is_partial=is_partial)
                case act.SendDigitsAction(digits=digits):
                    self._press(digits)
                    self._at(0.2, "event", ev.DigitsSentEvent(ev.FAR_LEG), always=True)
                case act.SpeakAction(speech_id=speech_id, text=text):
                    self._at(OURS_S, "spoken", (speech_id, text), always=True)
                case act.AskLanguageModelAction(question_id=question):
                    self._at(0.0, "event", ev.LanguageModelFailedEvent(question, "none"), always=True)
                case _:
                    pass

    def _transcribe(self, utterance: int, text: str, *, is_partial: bool) -> None:
        known, answered_at = self._glimpse
        at = max(self.now, answered_at) if text == known and not is_partial else self.now + self._stt_s
        if is_partial:
            self._glimpse = (text, at)
        self._at(at - self.now, "event", ev.TranscribedEvent(utterance, text, 0.0, self.now, is_partial), always=True)

    def _press(self, digits: str) -> None:
        sim, keys = self.sim, digits.replace("w", "")
        node, lost = sim._n, sim.lost_presses
        option = next((each for each in node.get("options", []) if each.get("keys") == keys), None)
        at = None if option is None else self._ends.get(option.get("offered_at", -1))
        if at is not None:
            unheard = sim._pos < len(sim._utts)
            delay_s = self.now - max(self._ends.values())
            self.pressed.append(Pressed(self.name, keys, unheard, delay_s, self._pace_s))
        if self._is_shown:
            print(f"{self.now:7.2f} key {keys}", f"{self.pressed[-1].delay_s:.2f} s" if at is not None else "")
        sim.press(keys)
        if sim.lost_presses == lost:
            self._stop()

    def _spoken(self, data: tuple[int, str]) -> None:
        if self._is_shown:
            print(f"{self.now:7.2f} says {data[1]}")
        before = self.sim.cur, self.sim._pos
        self.sim.say(data[1])
        if (self.sim.cur, self.sim._pos) != before:
            self._stop()
        self._handle(ev.SpokenEvent(data[0]))


def play(simulator: Any, trees: list[Any], **how: Any) -> tuple[list[dict[str, Any]], list[Pressed]]:
    """Scores and keys of all trees."""
    scores, pressed = [], []
    for _, tree in trees:
        line = SpokenLine(simulator.IvrSim(tree), tree, **how)
        line.run()
        scores.append(line.sim.score())
        pressed += line.pressed
    return scores, pressed


def row(scores: list[dict[str, Any]], pressed: list[Pressed]) -> dict[str, Any]:
    """What is kept of one way to play."""
    delays = sorted(each.delay_s for each in pressed)
    actions = sum(score["actions"] for score in scores)
    return {
        "calls": len(scores),
        "success": round(100 * sum(bool(score["success"]) for score in scores) / len(scores), 1),
        "never": {name: sum(bool(score[name]) for score in scores) for name in NEVER},
        "keys": len(pressed),
        "early_keys": sum(each.is_early for each in pressed),
        "premature": sum(score["premature_presses"] for score in scores),
        "refused": sum(score["invalid_actions"] for score in scores),
        "premature_or_refused_percent": round(
            100 * sum(score["premature_presses"] + score["invalid_actions"] for score in scores) / max(1, actions), 1
        ),
        "seconds_p50": round(statistics.median(delays), 2),
        "seconds_p95": round(statistics.quantiles(delays, n=20)[-1], 2),
        "seconds_p95_by_pause": {
            name: round(statistics.quantiles(some, n=20)[-1], 2)
            for name, least, most in (("up to 0.5 s", 0.0, 0.5), ("up to 0.8 s", 0.5, 0.8), ("more", 0.8, 9.0))
            if len(some := [each.delay_s for each in pressed if least < each.pace_s <= most]) > 1
        },
        "within_1_s_percent": round(100 * sum(delay <= 1.0 for delay in delays) / len(delays), 1),
        "seconds_a_call": round(sum(score["seconds"] for score in scores) / len(scores), 1),
    }


def main() -> int:
    """Play everything twice; 1 when something happened that never may."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--trees", type=Path, nargs="*", default=[])
    parser.add_argument("--json", type=Path)
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--stt", type=float, default=0.3)
    parser.add_argument("--show", metavar="ID", default="")
    args = parser.parse_args()
    simulator = load_simulator()
    folders = args.trees or [TREES / "dev", *(ROOT / "bench" / "trees" / name for name in OWN)]
    trees = [tree for tree in simulator.load([str(each) for each in folders]) if args.show in ("", tree[1]["id"])]
    result = {}
    for name, is_early in (("early", True), ("at the end of the turn", False)):
        scores, pressed = play(
            simulator, trees, is_early=is_early, seed=args.seed, stt_s=args.stt, is_shown=bool(args.show)
        )
        bad = [s["id"] for s in scores if any(s[n] for n in NEVER)]
        result[name] = row(scores, pressed) | {"never_in": bad, "failed": [s["id"] for s in scores if not s["success"]]}
        print(name, json.dumps(result[name]))
    if args.json:
        args.json.write_text(json.dumps(result, indent=2) + "\n", encoding="utf-8")
    return int(any(any(one["never"].values()) for one in result.values()))


if __name__ == "__main__":
    sys.exit(main())
