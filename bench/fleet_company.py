"""A company of the fleet: what its line plays, as a tape that calls enter anywhere, measured once and heard again and again.

The line before the person depends on nobody who listens, and the front of the ear on nothing but the sound. So a tape of some
minutes is measured once, block by block, and every call that hears it is given the same measurements; all that decides (repeats,
hold, verdicts, words, the brain) runs anew in every call. `FleetFront` gives them out. Where a call enters and leaves the tape the
front really listens; ``--exact`` makes it listen throughout, to compare.

Each company has two tapes, taken in turn: the same music and announcements in another order, with other noise, other lost packets
and another phase of sampling, because no two calls hear the same bits.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from functools import cache
import hashlib
from pathlib import Path
import pickle
import subprocess
import sys
from typing import Any

from fleet_sounds import RATE, Library, Samples, Sound
import numpy as np

ROOT = Path(__file__).resolve().parent.parent
ENGINE = ROOT / "custom_components/hold_slayer/engine"
sys.path.insert(0, str(ENGINE.parent))

from engine.call.front import BlockHeard, LineFront

from simulator.g711 import decode, encode

BLOCK = 800
FRAME = 160
WARM_BLOCKS = 100
"""The front looks back over some seconds; after ten it has forgotten where it came from."""
HOLDS = ("music",) * 7 + ("silence", "ring", "beep")
SCHEMES = ("loop", "loop", "periodic", "periodic", "sparse")
MEASURING = ("line_features.py", "line_score.py", "line_weights.npz", "ringback.py", "vad.py")
CHANNELS = ("g711",) * 6 + ("gsm", "gsm", "amr", "amr")


@dataclass(frozen=True, slots=True)
class Cue:
    """What begins on a tape at a sample."""

    start: int
    end: int
    name: str
    """``hold:music``, … or the words of an announcement."""
    text: str = ""


@dataclass(slots=True)
class Tape:
    """Sound after the channel, what it is, and what the front measures in it."""

    pcm: Samples
    cues: list[Cue]
    heard: list[BlockHeard] = field(default_factory=list)

    @property
    def blocks(self) -> int:
        """Length in blocks of 100 ms."""
        return len(self.pcm) // BLOCK

    def frames(self, block: int) -> list[bytes]:
        """The five frames of a block, around the end."""
        start = block % self.blocks * BLOCK
        return [self.pcm[start + n * FRAME : start + (n + 1) * FRAME].tobytes() for n in range(5)]

    def listen(self, cache: Path) -> None:
        """Measure it, once for every state of the code that measures."""
        if self.heard:
            return
        name = hashlib.sha1(_code() + self.pcm.tobytes()).hexdigest()[:20]
        kept = cache / f"tape-{name}.pickle"
        if kept.exists():
            self.heard = pickle.loads(kept.read_bytes())
            return
        front = LineFront()
        for block in range(-WARM_BLOCKS, self.blocks):
            heard = front.listen(self.frames(block))
            if block >= 0:
                self.heard.append(heard)
        kept.write_bytes(pickle.dumps(self.heard))


@cache
def _code() -> bytes:
    """Changes with the code whose measurements are kept."""
    files = [
        ENGINE / "call/front.py",
        *(path for path in sorted((ENGINE / "audio").glob("*.py")) if path.stem not in ("fingerprint", "wav")),
        *(ENGINE / "classify" / name for name in MEASURING),
    ]
    return hashlib.sha1(b"".join(path.read_bytes() for path in files)).digest()


class FleetFront:
    """A front that is told what was measured before, or listens itself."""

    def __init__(self) -> None:
        self.known: BlockHeard | None = None
        self._front = LineFront()

    def listen(self, frames: Sequence[bytes]) -> BlockHeard:
        """See `engine.call.front.Front`."""
        return self._front.listen(frames) if self.known is None else self.known

    def warm(self, tape: Tape, block: int) -> None:
        """From here on it listens itself, having heard the tape up to ``block``."""
        self._front = LineFront()
        for before in range(block - WARM_BLOCKS, block):
            self._front.listen(tape.frames(before))


class Company:
    """One number that is called again and again; deterministic in (seed, number)."""

    def __init__(
        self,
        library: Library,
        seed: int,
        number: int,
        *,
        tape_min: tuple[float, float] = (5.0, 8.0),
        hold_min: tuple[float, float] = (10.0, 30.0),
    ) -> None:
        self._tape_min, self.hold_min = tape_min, hold_min
        rng = self._rng = np.random.default_rng((seed, number))
        self.number = number
        self.hold = str(rng.choice(HOLDS))
        self.scheme = str(rng.choice(SCHEMES))
        self.channel = str(rng.choice(CHANNELS))
        self.loss = float(rng.choice([0.0, 0.0, 0.0, 0.01, 0.03]))
        self.language = str(rng.choice(["en", "en", "en", "de", "fr", "es", "nl", "it"]))
        self.gain = 10 ** (float(rng.uniform(-10, 6)) / 20)
        self.floor = 32768 * 10 ** (float(rng.uniform(-75, -48)) / 20)
        self.greetings = library.greetings[self.language]
        texts = library.announcements[self.language]
        count = int(rng.integers(1, 7)) if self.scheme != "sparse" else int(rng.integers(0, 2))
        chosen = rng.choice(len(texts), size=min(len(texts), count), replace=False)
        self._announcements = [texts[int(index)] for index in chosen]
        voices = library.positions[self.language]
        self._positions = voices[int(rng.integers(len(voices)))] if rng.random() < 0.35 else []
        self.intro = [texts[int(rng.integers(2))]]
        menus = library.menus[self.language]
        self.menu = menus[int(rng.integers(len(menus)))] if rng.random() < 0.5 else None
        self._music = library.music[int(rng.integers(len(library.music)))]
        self.tapes = [self._tape(), self._tape()]

    def close(self) -> None:
        """Give the memory back."""
        self.tapes.clear()

    def sent(self, pcm: Samples, rng: np.random.Generator) -> Samples:
        """What arrives of it: level, room, codec, lost packets, G.711."""
        sound = pcm.astype(np.float64) * self.gain + rng.standard_normal(len(pcm)) * self.floor
        samples = np.clip(sound, -32768, 32767).astype(np.int16)
        if self.channel != "g711" and len(samples) > BLOCK:
            samples = self.mobile(samples)
        samples = decode(encode(samples, 0), 0)
        if self.loss:
            samples = self._with_losses(samples, rng)
        return np.ascontiguousarray(samples, "<i2")

    def mobile(self, samples: Samples) -> Samples:
        """There and back through the codec of a mobile network; nothing on a line that has none."""
        if self.channel == "g711":
            return samples
        raw = ["-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-"]
        name, rate = ("gsm", []) if self.channel == "gsm" else ("amr-nb", ["-C", "3"])
        there = _sox(samples.tobytes(), *raw, "-t", name, *rate, "-")
        heard = np.frombuffer(_sox(there, "-t", name, "-", *raw), "<i2")
        return np.pad(heard[: len(samples)], (0, max(0, len(samples) - len(heard))))

    def _with_losses(self, samples: Samples, rng: np.random.Generator) -> Samples:
        """Lost packets come in bursts; in their place stands the last one, fainter each time, as concealment has it."""
        samples, frames = samples.copy(), len(samples) // FRAME
        lost = 0
        for index in range(1, frames):
            lost = lost - 1 if lost > 0 else int(rng.geometric(0.6)) if rng.random() < self.loss * 0.6 else 0
            if lost:
                here = slice(index * FRAME, (index + 1) * FRAME)
                samples[here] = samples[(index - 1) * FRAME : index * FRAME] // 2
        return samples

    # --- the tape -----------------------------------------------------------------------------------------------

    def _tape(self) -> Tape:
        rng, self._length = self._rng, 0
        self._pieces: list[Samples] = []
        self._cues: list[Cue] = []
        self._music_at = int(rng.integers(len(self._music.pcm)))
        gaps = [float(rng.uniform(10, 45)) for _ in self._announcements]
        wanted = float(rng.uniform(*self._tape_min)) * 60 * RATE
        said, place = 0, len(self._positions)
        self._add("", np.zeros(int(rng.integers(BLOCK)), np.int16))
        while self._length < wanted:
            is_position = bool(self._positions) and rng.random() < 0.4
            announcements = self._announcements
            if self.scheme == "sparse":
                self._hold(float(rng.uniform(40, 200)))
            elif self.scheme == "loop" and gaps:
                self._hold(gaps[said % len(gaps)])
            else:
                self._hold(float(rng.uniform(10, 60)))
            if is_position and self.scheme != "loop":
                place = max(0, place - int(rng.random() < 0.5))
                self._say(self._positions[min(place, len(self._positions) - 1)])
            elif announcements:
                index = said if self.scheme == "loop" else int(rng.integers(len(announcements)))
                self._say(announcements[index % len(announcements)])
            said += 1
        self._hold(8.0)
        pcm = np.concatenate(self._pieces)
        pcm = pcm[: len(pcm) // BLOCK * BLOCK]
        return Tape(self.sent(pcm, rng), self._cues)

    def _add(self, name: str, pcm: Samples, text: str = "") -> None:
        if name:
            self._cues.append(Cue(self._length, self._length + len(pcm), name, text))
        self._pieces.append(pcm)
        self._length += len(pcm)

    def _silence(self, seconds: float) -> Samples:
        return np.zeros(int(seconds * RATE), np.int16)

    def _say(self, sound: Sound) -> None:
        rng = self._rng
        self._add("hold:pause", self._silence(float(rng.uniform(0.1, 0.8))))
        self._add("announcement", sound.pcm, sound.text)
        self._add("hold:pause", self._silence(float(rng.uniform(0.1, 0.6))))
        if rng.random() < 0.2:
            self._add("hold:pause", self._silence(float(rng.uniform(1.0, 3.0))))

    def _hold(self, length: float) -> None:
        match self.hold:
            case "music":
                self._add("hold:music", self._music_for(int(length * RATE)))
            case "ring":
                for _ in range(max(1, int(length / 5))):
                    self._add("hold:ring", np.concatenate([tone((425.0,), 1.0), self._silence(4.0)]))
            case "beep":
                for _ in range(max(1, int(length / 10))):
                    self._add("hold:beep", np.concatenate([tone((1400.0,), 0.3), self._silence(9.7)]))
            case _:
                self._add("hold:silence", self._silence(length))

    def _music_for(self, samples: int) -> Samples:
        pieces: list[Samples] = []
        while samples > 0:
            piece = self._music.pcm[self._music_at : self._music_at + samples]
            self._music_at = (self._music_at + len(piece)) % len(self._music.pcm)
            samples -= len(piece)
            pieces.append(piece)
        return np.concatenate(pieces)


def _sox(sound: bytes, *arguments: str) -> bytes:
    return subprocess.run(["sox", "-D", *arguments], input=sound, check=True, capture_output=True).stdout


def tone(frequencies: tuple[float, ...], seconds: float) -> Any:
    """Sines added up."""
    t = np.arange(int(seconds * RATE)) / RATE
    return (sum(np.sin(2 * np.pi * f * t) for f in frequencies) * 4000).astype(np.int16)
