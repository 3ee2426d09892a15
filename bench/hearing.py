"""Run the hearing over a folder of recorded calls with known truth: how well it finds the human, and what it costs.

    python bench/hearing.py CALLS_FOLDER [--pred pred.json] [--result bench/results/NAME.json] [--jobs 1]
        [--line-weights FOLD.npz] [--human-weights FOLD.npz] [--limit 60]

The calls come from the telephone hold corpus (``../shared/corpus``: ``make_calls.py``), and so does the scorer. Without the
scorer only predictions and cost are written, and the program says so and ends with status 1.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
from itertools import repeat
import json
from pathlib import Path
import subprocess
import sys
import tempfile
import time
from typing import Any

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.spectrum import BLOCK_SAMPLES
from engine.audio.wav import read_wav
from engine.call.front import LineFront
from engine.call.hearing import Hearing
from engine.classify.human import HumanTracker
from engine.classify.human_score import HumanScore
from engine.classify.line_score import load_weights
from engine.classify.voices import VoiceMetric
from engine.model.audio_frame import SAMPLE_RATE
from engine.model.call_event import (
    FrameLabelledEvent,
    ToneHeardEvent,
    VerdictChangedEvent,
)
from engine.model.phase import FrameLabel

SCORER = ROOT.parent / "shared/corpus/score.py"
LETTERS = {FrameLabel.SILENCE: "S", FrameLabel.TONE: "T", FrameLabel.MUSIC: "M", FrameLabel.SPEECH: "P"}


def hear(
    path: Path, line_weights: Path | None = None, human_weights: Path | None = None, voice_weights: Path | None = None
) -> tuple[str, dict[str, object], float, float]:
    """Prediction of one call, its length and the CPU seconds spent, reading the file included."""
    before = time.process_time()
    samples = read_wav(path)
    metric = None
    if voice_weights:
        with np.load(voice_weights) as data:
            metric = VoiceMetric(data["weights"], float(data["bias"]))
    hearing = Hearing(
        front=LineFront(load_weights(line_weights)) if line_weights else None,
        human=HumanTracker(chance_of=HumanScore(dict(np.load(human_weights))), metric=metric)
        if human_weights
        else None,
    )
    hearing.answered()
    events, labels, tones = [], [], []
    for start in range(0, len(samples), BLOCK_SAMPLES):
        for event in hearing.hear(samples[start : start + BLOCK_SAMPLES].tobytes()):
            match event:
                case FrameLabelledEvent(label=label):
                    labels.append(LETTERS[label])
                case VerdictChangedEvent(t_s=t_s, verdict=verdict, reason=reason):
                    events.append([round(t_s, 2), str(verdict), reason])
                case ToneHeardEvent(t_s=t_s, name=name):
                    tones.append([round(t_s, 2), name])
                case _:
                    pass
    labels += [LETTERS[event.label] for event in hearing.finish() if isinstance(event, FrameLabelledEvent)]
    seconds = len(samples) / SAMPLE_RATE
    prediction = {
        "events": [event[:2] for event in events],
        "reasons": events,
        "tones": tones,
        "labels_100ms": "".join(labels),
    }
    return path.stem, prediction, seconds, time.process_time() - before


def _cause(truth: dict[str, Any], at: float) -> str:
    """Tell what was taken for a candidate at that time: noise, tone, music, a repeated recording, or a new one."""
    place = int(at * 10) - 1
    recent = [c for c in truth["labels_100ms"][max(0, place - 20) : place + 1] if c not in "SN"]
    label = max("TMABV", key=recent.count) if recent else "N"
    if label not in "AB":
        return {"T": "tone", "M": "music", "V": "voicemail", "N": "noise"}[label]
    heard = [s for s in truth["segments"] if s["start"] <= at <= s["end"] + 2 and "clips" in s]
    before = {
        clip for s in truth["segments"] if heard and s["end"] < heard[-1]["start"] for clip in s.get("clips") or []
    }
    return "repeated recording" if heard and set(heard[-1]["clips"]) <= before else "new recording"


def candidates(folder: Path, predictions: dict[str, dict[str, Any]]) -> dict[str, object]:
    """How soon and how often a candidate is named (the scorer looks at confirmed humans only), and by what in vain."""
    found: list[float] = []
    hold_s, causes = 0.0, dict.fromkeys(("new recording", "repeated recording", "music", "tone", "noise"), 0)
    hold_after: list[float] = []
    for name, prediction in predictions.items():
        truth = json.loads((folder / f"{name}.json").read_text())
        onset = truth["human_onset"]
        end = truth["seconds"] if onset is None else onset
        hold_s += sum(min(b, end) - min(a, end) for a, b in truth["hold"])
        last, latest = "", 999.0
        for t, state in prediction["events"]:
            is_new = state in ("candidate", "human") and last not in ("candidate", "human")
            last = state
            if is_new and t < end - 0.25 and any(a <= t <= b for a, b in truth["hold"]):
                cause = _cause(truth, t)
                causes[cause] = causes.get(cause, 0) + 1
            elif onset is not None and t >= onset - 0.25 and state in ("candidate", "human"):
                latest = min(latest, t - onset)
        if onset is not None:
            found.append(latest)
        starts = [s["start"] for s in truth["segments"] if s["kind"] == "hold_music"]
        if starts and (onset is None or starts[0] < onset - 6):
            times = [t for t, state in prediction["events"] if state == "hold" and t >= starts[0] - 0.5]
            held = [state for t, state in prediction["events"] if t < starts[0]][-1:]
            hold_after.append(0.0 if held == ["hold"] else times[0] - starts[0] if times else 999.0)
    hours = max(1e-9, hold_s / 3600)
    in_vain = sum(count for cause, count in causes.items() if cause not in ("new recording", "voicemail"))
    ordered, holds = sorted(found), sorted(hold_after)
    return {
        **{f"candidate_within_{limit}s": sum(t <= limit for t in found) / max(1, len(found)) for limit in (1.5, 3, 5)},
        "candidate_p95_s": round(ordered[min(len(ordered) - 1, int(0.95 * len(ordered)))], 2) if ordered else None,
        "candidates_per_hold_hour": sum(causes.values()) / hours,
        "candidates_in_vain_per_hold_hour": in_vain / hours,
        **{f"candidates_by_{cause.replace(' ', '_')}": count for cause, count in causes.items()},
        "hold_after_music_p95_s": round(holds[min(len(holds) - 1, int(0.95 * len(holds)))], 2) if holds else None,
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("calls", type=Path)
    parser.add_argument("--pred", type=Path)
    parser.add_argument("--result", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    parser.add_argument("--line-weights", type=Path)
    parser.add_argument("--human-weights", type=Path)
    parser.add_argument("--voice-weights", type=Path)
    parser.add_argument("--limit", type=int)
    args = parser.parse_args()
    paths = sorted(args.calls.glob("*.wav"))[: args.limit]
    if not paths:
        print(f"hearing: no .wav files in {args.calls}", file=sys.stderr)
        return 2
    with ProcessPoolExecutor(args.jobs) as pool:
        weights = repeat(args.line_weights), repeat(args.human_weights), repeat(args.voice_weights)
        rows = list(pool.map(hear, paths, *weights, chunksize=4))
    predictions = {name: prediction for name, prediction, _, _ in rows}
    seconds, cpu = sum(row[2] for row in rows), sum(row[3] for row in rows)
    cost = {
        "calls": len(rows),
        "audio_s": round(seconds),
        "cpu_s": round(cpu, 1),
        "audio_s_per_cpu_s": round(seconds / cpu, 1),
    }
    print(json.dumps(cost))
    extra = candidates(args.calls, predictions)
    print(json.dumps(extra))
    pred = args.pred or Path(tempfile.mkdtemp()) / "pred.json"
    pred.write_text(json.dumps(predictions))
    if not SCORER.exists():
        print(f"hearing: NO SCORE: the corpus's scorer is not there; predictions are in {pred}", file=sys.stderr)
        return 1
    score = pred.with_name(pred.stem + "_score.json")
    truth = args.calls
    if args.limit:
        truth = Path(tempfile.mkdtemp())
        for path in paths:
            (truth / f"{path.stem}.json").symlink_to(path.resolve().with_suffix(".json"))
    command = [sys.executable, str(SCORER), "--truth", str(truth), "--pred", str(pred), "--json", str(score)]
    subprocess.run(command, check=True)
    if args.result:
        strata = json.loads(score.read_text())
        kept = {name: strata[name] for name in ("all", "ordinary", "hard") if name in strata}
        args.result.write_text(json.dumps({"cost": cost, "candidate": extra, "score": kept}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
