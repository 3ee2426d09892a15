"""Draw the pictures of docs/hearing.md from real sounds of open licence and from generated tones.

    script/bench hearing_pictures [OUTPUT_FOLDER]

The clips are those of the telephone hold corpus (``../shared/corpus/sources``, licence class ``open``; which ones and whose they
are stands in docs/hearing.md); ``sox`` unpacks them. Where either is absent the program says so and ends with status 1. Everything
goes through mu-law as on a telephone line.
"""

import argparse
from pathlib import Path
import subprocess
import sys

import matplotlib as mpl
import numpy as np
from numpy.typing import NDArray

mpl.use("Agg")
from matplotlib import pyplot as plt

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT / "custom_components/hold_slayer"))

from engine.audio.spectrum import BLOCK_FRAMES, SpectrumAnalyzer
from engine.classify.line_features import NAMES, LineFeatures
from engine.classify.vad import VoiceActivityDetector
from engine.cli.analysis_plot import CLASS_COLOURS, draw
from engine.cli.replay import Line, analyze
from engine.media.codec import G711_BY_CODEC
from engine.model.audio_frame import FRAME_BYTES, SAMPLE_RATE
from engine.model.media_description import Codec

SOURCES = ROOT.parent / "shared/corpus/sources"
MENU, ANNOUNCEMENT, MUSIC, AGENT = (
    "prompt_speech/d00225", "prompt_speech/d00126", "music/d00095", "agent_speech/d01178",
)  # fmt: skip
CUES = ("peakiness", "flat", "purity_4", "steadiness_1", "gliding_4", "vad")
SOUND = NDArray[np.float32]


def clip(name: str, start: float = 0.0, seconds: float | None = None) -> SOUND:
    """One clip of the corpus between -1 and 1."""
    command = ["sox", str(SOURCES / f"{name}.flac"), "-t", "s16", "-r", "8000", "-c", "1", "-"]
    data = np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<i2")
    first = int(start * SAMPLE_RATE)
    last = None if seconds is None else first + int(seconds * SAMPLE_RATE)
    return data[first:last].astype(np.float32) / 32768


def tone(frequencies: tuple[float, ...], seconds: float, level: float = 0.12) -> SOUND:
    t = np.arange(int(seconds * SAMPLE_RATE)) / SAMPLE_RATE
    return (level * sum(np.sin(2 * np.pi * f * t) for f in frequencies)).astype(np.float32)


def noise(seconds: float, level: float = 0.001) -> SOUND:
    return (level * np.random.default_rng(1).standard_normal(int(seconds * SAMPLE_RATE))).astype(np.float32)


def line(*parts: SOUND) -> NDArray[np.int16]:
    """The parts one after another, as a telephone line would deliver them."""
    law = G711_BY_CODEC[Codec.PCMU]
    pcm = (np.clip(np.concatenate(parts), -1, 1) * 32767).astype("<i2").tobytes()
    return np.frombuffer(law.decode(law.encode(pcm)), "<i2").astype(np.int16)


def call() -> NDArray[np.int16]:
    """Ringing, a menu, hold with an announcement that comes twice, and a person."""
    music = 0.7 * clip(MUSIC, 2.0, 40.0)
    piece = [music[int(a * SAMPLE_RATE) : int(b * SAMPLE_RATE)] for a, b in ((0, 14), (14, 24), (24, 33))]
    return line(
        tone((440, 480), 2.0), noise(1.5), clip(MENU), noise(2.5), piece[0], noise(0.4), clip(ANNOUNCEMENT), noise(0.5),
        piece[1], noise(0.4), clip(ANNOUNCEMENT), noise(0.5), piece[2], noise(0.6), clip(AGENT, 2.0, 2.4), noise(5.0, 0.002),
    )  # fmt: skip


def signals() -> NDArray[np.int16]:
    """Signalling: ringing in Europe and in North America, keys, special information tone, busy."""
    keys = [part for pair in ((697, 1209), (770, 1336), (852, 1477)) for part in (tone(pair, 0.12), noise(0.15))]
    sit = [tone((f,), 0.33) for f in (950.0, 1400.0, 1800.0)]
    busy = [part for _ in range(6) for part in (tone((480, 620), 0.5), noise(0.5))]
    return line(
        noise(0.5), tone((425,), 1.0), noise(4.0), tone((425,), 1.0), noise(4.0), tone((440, 480), 2.0), noise(4.0), *keys,
        noise(1.0), *sit, noise(2.0), *busy,
    )  # fmt: skip


def steady() -> NDArray[np.int16]:
    """A steady tone of many harmonics with a slow beat: what simple pitch and harmonicity rules take for a voice."""
    harmonics = tuple(110.0 * n for n in range(2, 30))
    t = np.arange(20 * SAMPLE_RATE) / SAMPLE_RATE
    return line(
        noise(1.0), tone(harmonics, 20.0, 0.02) * (1 + 0.3 * np.sin(2 * np.pi * 0.7 * t)).astype(np.float32), noise(3.0)
    )


def draw_cues(path: Path) -> None:
    """Some of what the score is made of, for a tone, music, an announcement and a person side by side."""
    parts = (
        ("tone", "steady tone", line(tone((440, 480), 6.0))),
        ("music", "music", line(clip(MUSIC, 5.0, 6.0))),
        ("speech", "announcement", line(np.concatenate((clip(ANNOUNCEMENT), noise(0.9)))[: 6 * SAMPLE_RATE])),
        ("speech", "person", line(np.concatenate((clip(AGENT, 2.0, 4.0), noise(2.0, 0.002))))),
    )
    figure, axes = plt.subplots(len(CUES), len(parts), sharex=True, sharey="row", figsize=(12, 8), layout="constrained")
    for column, (kind, title, samples) in enumerate(parts):
        rows = features(samples)
        times = (np.arange(len(rows)) + 1) / 10
        for row, name in enumerate(CUES):
            axes[row][column].plot(times, rows[:, NAMES.index(name)], color=CLASS_COLOURS[kind], linewidth=1.6)
            axes[row][column].grid(linewidth=0.3)
            if column == 0:
                axes[row][column].set_ylabel(name.rstrip("_0123456789").replace("_", " "))
        axes[0][column].set_title(title)
        axes[-1][column].set_xlabel("seconds")
    figure.savefig(path, dpi=90)
    plt.close(figure)


def features(samples: NDArray[np.int16]) -> NDArray[np.float32]:
    """One feature vector each 100 ms."""
    vad, spectrum, made = VoiceActivityDetector(), SpectrumAnalyzer(), LineFeatures()
    rows = []
    block = BLOCK_FRAMES * FRAME_BYTES // 2
    for start in range(0, len(samples) - block + 1, block):
        piece = samples[start : start + block]
        pcm = piece.astype("<i2").tobytes()
        voice = [vad.is_speech(pcm[at : at + FRAME_BYTES]) for at in range(0, len(pcm), FRAME_BYTES)]
        rows.append(made.update(spectrum.analyze(piece.astype(np.float32) / 32768), np.array(voice, np.float32)))
    return np.array(rows)


def main() -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("output", type=Path, nargs="?", default=ROOT / "docs/images/hearing")
    args = parser.parse_args()
    if not SOURCES.is_dir():
        print(
            f"hearing_pictures: the corpus's clips are not there: {SOURCES.relative_to(ROOT.parent)}", file=sys.stderr
        )
        return 1
    args.output.mkdir(parents=True, exist_ok=True)
    scenes = (
        ("call", call(), "A call: ringing, menu, hold with an announcement that comes twice, a person"),
        ("signals", signals(), "Signalling tones: ringing (Germany, North America), keys 1 5 9, SIT, busy"),
        ("steady-tone", steady(), "A steady tone of 28 harmonics: never a person"),
    )
    for name, samples, title in scenes:
        lines: list[Line] = list(analyze(samples))
        draw(samples, lines, args.output / f"{name}.png", title=title, size=(11, 6))
        print(f"{name}: {'  '.join(item.as_text().strip() for item in lines if item.kind == 'state')}")
    draw_cues(args.output / "cues.png")
    return 0


if __name__ == "__main__":
    sys.exit(main())
