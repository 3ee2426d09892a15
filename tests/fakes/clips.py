"""The recorded clips of tests/data/clips, and what a line does to them: float arrays at 8 kHz, -1..1."""

from pathlib import Path

import numpy as np

from custom_components.hold_slayer.engine.audio.wav import read_wav
from simulator.g711 import decode, encode

from .sounds import Sound

FOLDER = Path(__file__).parent.parent / "data/clips"
A_LAW, MU_LAW = 8, 0


def names(*kinds: str) -> list[str]:
    """Clips whose names begin with any of ``kinds``, as recorded (no codec)."""
    found = sorted(path.stem for path in FOLDER.glob("*.wav"))
    return [name for name in found if name.startswith(kinds) and not name.endswith(("-gsm", "-amr"))]


def clip(name: str) -> Sound:
    return read_wav(FOLDER / f"{name}.wav").astype(np.float64) / 32768


def changed(sound: Sound, level_db: float = 0.0) -> Sound:
    """At another level, and once more through G.711's other law."""
    pcm = (np.clip(sound * 10 ** (level_db / 20), -1, 1) * 32767).astype(np.int16)
    return np.asarray(decode(encode(pcm, A_LAW), A_LAW), np.float64) / 32768


def lossy(sound: Sound, share: float, seed: int = 1) -> Sound:
    """Lost packets of 20 ms: the one before stands in their place, fainter, as concealment has it."""
    rng, sound = np.random.default_rng(seed), sound.copy()
    for frame in range(1, sound.size // 160):
        if rng.random() < share:
            sound[frame * 160 : (frame + 1) * 160] = sound[(frame - 1) * 160 : frame * 160] / 2
    return sound
