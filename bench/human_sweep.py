"""The human tracker over kept evidence: what the score sees with its truth, and verdicts, without hearing anything again.

Used by `train_human_score` and for sweeps; `calls` yields what `Hearing` would give `HumanTracker`, block by block.
"""

from collections.abc import Callable, Iterator
import json
from pathlib import Path
import sys

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.pitch import PitchBlock
from engine.classify.episode import Evidence, Heard
from engine.classify.human import HumanConfig, HumanTracker
from engine.classify.human_score import vector
from engine.classify.line_score import LineScore
from engine.classify.moh import HoldTracker
from engine.classify.verdict import VerdictMachine
from engine.classify.voices import VoiceMetric


def blocks(path: Path) -> Iterator[Heard]:
    """What was heard in each block of a kept call."""
    with np.load(path) as data:
        score, flags, numbers = data["score"].astype(float), data["flags"], data["numbers"].astype(float)
        fine, bands = data["fine"].astype(np.float32), data["bands"].astype(np.float32)
        hz, strength = data["hz"].astype(np.float32), data["strength"].astype(np.float32)
    nothing = np.zeros(5, np.float32)
    for i in range(len(score)):
        yield Heard(
            LineScore(*score[i]),
            bands[i],
            fine[i],
            PitchBlock(strength[i], hz[i], nothing, nothing, nothing),
            numbers[i, -1],
            bool(flags[i, 1] or (flags[i, 0] and score[i, 1] > 0.5)),
            bool(flags[i, 2]),
            bool(flags[i, 3]),
            numbers[i, -2],
        )


class Run:
    """One call through trackers, as `Hearing` does it."""

    def __init__(
        self,
        config: HumanConfig | None = None,
        chance_of: Callable[[Evidence], float] | None = None,
        metric: VoiceMetric | None = None,
    ) -> None:
        self.hold, self.human, self.verdict = HoldTracker(), HumanTracker(config, chance_of, metric), VerdictMachine()
        self.human.reset(is_answer=True)
        self.events: list[tuple[float, str, str]] = []
        self.rows: list[np.ndarray] = []
        self.places: list[int] = []

    def feed(self, path: Path, *, keep: bool = False) -> Run:
        """Take the whole call; with ``keep`` also what the score saw."""
        signal = 0
        with np.load(path) as data:
            signals, followed_by = data["flags"][:, 1], data["numbers"][:, 0].astype(int)
        for number, heard in enumerate(blocks(path)):
            signal = signal + 1 if signals[number] else 0
            signal_s = 0.25 + 0.1 * signal if signal else 0.0
            hold = self.hold.update(heard.score, is_ring=heard.is_ring, is_tone=heard.is_tone, signal_s=signal_s)
            human = self.human.update(heard, is_hold=hold.is_hold, may_come=hold.may_come, is_local=False)
            evidence = self.human.evidence
            if keep and hold.may_come and evidence.speech_s >= 0.3 and not evidence.is_repeat and evidence.age_s <= 14:
                self.rows.append(vector(evidence))
                self.places.append(number)
            new = self.verdict.update(heard.score, hold, human)
            if followed_by[number] and hold.may_come:
                self.human.begin_anew(int(followed_by[number]))
            if new is not None:
                self.events.append((round(0.1 * (number + 1), 1), str(new.verdict), str(new.reason)))
        return self


def figures(truth: list[dict], events: dict[str, list[tuple[float, str, str]]]) -> dict[str, float]:
    """What the issue asks for: candidates and humans, found in time and raised in vain."""
    hold_s, humans, _vm, _vm_false, ivr_false = 0.0, 0, 0, 0, 0
    cand, conf, cand_bad, conf_bad, cand_any = [], [], 0, 0, 0
    causes: dict[str, int] = {}
    for t in truth:
        ev, on, labels = events[t["id"]], t["human_onset"], t["labels_100ms"]
        end = t["seconds"] if on is None else on
        hold_s += sum(min(b, end) - min(a, end) for a, b in t["hold"])
        last = ""
        for at, state, _ in ev:
            new_candidate = state in ("candidate", "human") and last not in ("candidate", "human")
            last = state
            if at >= end - 0.25:
                continue
            in_hold = any(a <= at <= b for a, b in t["hold"])
            if state == "human":
                conf_bad += in_hold
                ivr_false += not in_hold
            if new_candidate and in_hold:
                cand_any += 1
                place = int(at * 10) - 1
                back = [c for c in labels[max(0, place - 20) : place + 1] if c not in "SN"]
                cause = max("TMABV", key=back.count) if back else "N"
                if cause == "A":
                    seg = [s for s in t["segments"] if s["start"] <= at <= s["end"] + 2 and "clips" in s]
                    seen = {
                        c for q in t["segments"] if seg and q["end"] < seg[-1]["start"] for c in q.get("clips") or []
                    }
                    cause = "repeat" if seg and set(seg[-1]["clips"]) & seen else "first"
                causes[cause] = causes.get(cause, 0) + 1
                cand_bad += cause not in ("first", "B")
        if on is not None:
            humans += 1
            times = [a for a, s, _ in ev if s in ("candidate", "human") and a >= on - 0.25]
            cand.append(times[0] - on if times else 999.0)
            before = [s for a, s, _ in ev if a < on - 0.25]
            if before and before[-1] in ("candidate", "human"):
                cand[-1] = min(cand[-1], 0.0)
            times = [a for a, s, _ in ev if s == "human" and a >= on - 0.25]
            conf.append(times[0] - on if times else 999.0)
    c, h, hh = np.array(cand), np.array(conf), hold_s / 3600
    return {
        "humans": humans,
        "hold_h": round(hh, 2),
        **{f"cand<={limit}": round(float((c <= limit).mean()), 3) for limit in (1.5, 3)},
        "cand p95": round(float(np.sort(c)[int(0.95 * len(c))]), 1),
        "cand/h": round(cand_any / hh, 1),
        "cand bad/h": round(cand_bad / hh, 2),
        **{f"hum<={limit}": round(float((h <= limit).mean()), 3) for limit in (3, 5, 10)},
        "median": round(float(np.median(h)), 1),
        "false/h": round(conf_bad / hh, 2),
        "false ivr": ivr_false,
        "causes": causes,
    }


def load_truth(folder: Path) -> list[dict]:
    """Truth of all calls of a folder."""
    return [json.loads(path.read_text()) for path in sorted(folder.glob("*.json"))]
