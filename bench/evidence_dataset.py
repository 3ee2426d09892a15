"""What the live hearing knows of whole calls, block by block, run once and kept: what the human score is trained and swept on.

.venv/bin/python bench/evidence_dataset.py WEIGHTS.npz OUT_FOLDER CALLS_FOLDER
"""

from pathlib import Path
import sys

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.energy import to_float
from engine.audio.fingerprint import SpeechMemory
from engine.audio.spectrum import BLOCK_SAMPLES, SpectrumAnalyzer
from engine.audio.wav import read_wav
from engine.classify.line_features import LineFeatures
from engine.classify.line_score import TONE_SCORE, LineScorer, Weights, is_steady, load_weights
from engine.classify.repeat import RepeatDetector
from engine.classify.ringback import ToneTracker
from engine.classify.vad import VoiceActivityDetector


def run(path: Path, weights: Weights) -> dict[str, np.ndarray]:
    """Arrays with one row a block."""
    samples = read_wav(path)
    spectrum, features, scorer, tones = SpectrumAnalyzer(), LineFeatures(), LineScorer(weights), ToneTracker()
    vad, repeats = VoiceActivityDetector(), RepeatDetector(SpeechMemory())
    rows: dict[str, list[object]] = {
        name: [] for name in ("score", "flags", "fine", "bands", "hz", "strength", "numbers")
    }
    for start in range(0, len(samples) - BLOCK_SAMPLES + 1, BLOCK_SAMPLES):
        piece = samples[start : start + BLOCK_SAMPLES]
        flags = [vad.is_speech(piece[i : i + 160].tobytes()) for i in range(0, BLOCK_SAMPLES, 160)]
        block = spectrum.analyze(to_float(piece.tobytes()))
        vector = features.update(block, np.array(flags, np.float32))
        heard = tones.update(block)
        score = scorer.score(vector)
        score = TONE_SCORE if heard.is_signal else score.without_voice() if is_steady(features) else score
        is_repeat = repeats.update(features.bands_db, score, is_ours=False)
        rows["score"].append((score.silence, score.tone, score.music, score.speech, score.speech_over_music))
        rows["flags"].append((heard.is_tone, heard.is_signal, "ringback" in heard.names, is_repeat))
        rows["fine"].append(features.fine_bands_db)
        rows["bands"].append(features.bands_db)
        rows["hz"].append(features.pitch.hz)
        rows["strength"].append(features.pitch.strength)
        rows["numbers"].append((scorer.liveness, repeats.distance, features.level_db, features.relative_db))
    return {name: np.array(values, bool if name == "flags" else np.float16) for name, values in rows.items()}


def main() -> None:
    weights, out, folder = (Path(each) for each in sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.wav")):
        if not (out / f"{path.stem}.npz").exists():
            np.savez(out / f"{path.stem}.npz", **run(path, load_weights(weights)))


if __name__ == "__main__":
    main()
