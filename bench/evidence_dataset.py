"""What the live hearing knows of whole calls, block by block, run once and kept: what the human score is trained and swept on.

.venv/bin/python bench/evidence_dataset.py WEIGHTS.npz OUT_FOLDER CALLS_FOLDER
"""

from pathlib import Path
import sys

import numpy as np

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.fingerprint import SpeechMemory
from engine.audio.wav import read_wav
from engine.call.front import LineFront
from engine.classify.line_score import Weights, load_weights
from engine.classify.repeat import RepeatDetector
from engine.model.audio_frame import FRAME_SAMPLES

NAMES = ("score", "flags", "fine", "bands", "hz", "strength", "numbers")


def run(path: Path, weights: Weights) -> dict[str, np.ndarray]:
    """Arrays with one row a block."""
    samples = read_wav(path)
    front, repeats = LineFront(weights), RepeatDetector(SpeechMemory())
    rows: dict[str, list[object]] = {name: [] for name in NAMES}
    block = 5 * FRAME_SAMPLES
    for start in range(0, len(samples) - block + 1, block):
        piece = samples[start : start + block]
        heard = front.listen([piece[i : i + FRAME_SAMPLES].tobytes() for i in range(0, block, FRAME_SAMPLES)])
        score, tones = heard.score, heard.tones
        is_repeat = repeats.update(heard.bands_db, score, is_ours=False)
        rows["score"].append((score.silence, score.tone, score.music, score.speech, score.speech_over_music))
        rows["flags"].append((tones.is_tone, tones.is_signal, "ringback" in tones.names, is_repeat))
        rows["fine"].append(heard.fine_bands_db)
        rows["bands"].append(heard.bands_db)
        rows["hz"].append(heard.pitch.hz)
        rows["strength"].append(heard.pitch.strength)
        rows["numbers"].append((repeats.followed_by, repeats.distance, heard.level_db))
    return {name: np.array(values, bool if name == "flags" else np.float16) for name, values in rows.items()}


def main() -> None:
    weights, out, folder = (Path(each) for each in sys.argv[1:4])
    out.mkdir(parents=True, exist_ok=True)
    for path in sorted(folder.glob("*.wav")):
        if not (out / f"{path.stem}.npz").exists():
            np.savez(out / f"{path.stem}.npz", **run(path, load_weights(weights)))


if __name__ == "__main__":
    main()
