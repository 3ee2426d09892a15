"""Run the hearing over a folder of recorded calls with known truth: how well it finds the human, and what it costs.

    python bench/hearing.py CALLS_FOLDER [--pred pred.json] [--result bench/results/NAME.json] [--jobs 1]

The calls come from the telephone hold corpus (``../shared/corpus``: ``make_calls.py``), and so does the scorer. Without the
scorer only predictions and cost are written, and the program says so and ends with status 1.
"""

import argparse
from concurrent.futures import ProcessPoolExecutor
import json
from pathlib import Path
import subprocess
import sys
import tempfile
import time

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.wav import read_wav
from engine.call.hearing import Hearing
from engine.model.audio_frame import FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from engine.model.call_event import (
    FrameLabelledEvent,
    ToneHeardEvent,
    VerdictChangedEvent,
)
from engine.model.phase import FrameLabel

SCORER = ROOT.parent / "shared/corpus/score.py"
LETTERS = {FrameLabel.SILENCE: "S", FrameLabel.TONE: "T", FrameLabel.MUSIC: "M", FrameLabel.SPEECH: "P"}


def hear(path: Path) -> tuple[str, dict[str, object], float, float]:
    """Prediction of one call, its length and the CPU seconds spent, reading the file included."""
    before = time.process_time()
    samples = read_wav(path)
    hearing = Hearing()
    hearing.answered()
    events, labels, tones = [], [], []
    for index in range(len(samples) // FRAME_SAMPLES):
        frame = AudioFrame(samples[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES].tobytes(), index)
        for event in hearing.feed(frame):
            match event:
                case FrameLabelledEvent(label=label):
                    labels.append(LETTERS[label])
                case VerdictChangedEvent(t_s=t_s, verdict=verdict, reason=reason):
                    events.append([round(t_s, 2), str(verdict), reason])
                case ToneHeardEvent(t_s=t_s, name=name):
                    tones.append([round(t_s, 2), name])
                case _:
                    pass
    seconds = len(samples) / SAMPLE_RATE
    prediction = {
        "events": [event[:2] for event in events],
        "reasons": events,
        "tones": tones,
        "labels_100ms": "".join(labels),
    }
    return path.stem, prediction, seconds, time.process_time() - before


def candidates(folder: Path, predictions: dict[str, dict[str, object]]) -> dict[str, object]:
    """How soon and how often a candidate is named (the scorer looks at confirmed humans only)."""
    found, early, humans, hold_s = [], 0, 0, 0.0
    for name, prediction in predictions.items():
        truth = json.loads((folder / f"{name}.json").read_text())
        onset = truth["human_onset"]
        end = truth["seconds"] if onset is None else onset
        hold_s += sum(min(b, end) - min(a, end) for a, b in truth["hold"])
        times = [t for t, state in prediction["events"] if state in ("candidate", "human")]
        early += sum(any(a <= t <= b for a, b in truth["hold"]) and t < end - 0.25 for t in times)
        if onset is not None:
            humans += 1
            found += [t - onset for t in [t for t in times if t >= onset - 0.25][:1]]
    return {
        "candidate_within_3s": sum(t <= 3 for t in found) / max(1, humans),
        "candidate_within_5s": sum(t <= 5 for t in found) / max(1, humans),
        "candidates_per_hold_hour": early / max(1e-9, hold_s / 3600),
    }


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("calls", type=Path)
    parser.add_argument("--pred", type=Path)
    parser.add_argument("--result", type=Path)
    parser.add_argument("--jobs", type=int, default=1)
    args = parser.parse_args()
    paths = sorted(args.calls.glob("*.wav"))
    if not paths:
        print(f"hearing: no .wav files in {args.calls}", file=sys.stderr)
        return 2
    with ProcessPoolExecutor(args.jobs) as pool:
        rows = list(pool.map(hear, paths, chunksize=4))
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
    command = [sys.executable, str(SCORER), "--truth", str(args.calls), "--pred", str(pred), "--json", str(score)]
    subprocess.run(command, check=True)
    if args.result:
        strata = json.loads(score.read_text())
        kept = {name: strata[name] for name in ("all", "ordinary", "hard") if name in strata}
        args.result.write_text(json.dumps({"cost": cost, "candidate": extra, "score": kept}, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
