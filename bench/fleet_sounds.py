"""Sounds of the fleet: clips of the telephone hold corpus and synthesized voices, each with its words, kept in a cache folder.

Needs ``flite``, ``espeak-ng`` and ``sox``. With ``../shared/corpus`` there, its music, recorded prompts and recorded live voices
are used; without it only the synthesized voices and the simulator's music. A recorded live voice whose words are unknown gets
the words of a greeting, spread over its length: the sound is a person's, the words are a representative's.
"""

import csv
from dataclasses import dataclass, field
import hashlib
from pathlib import Path
import subprocess
import sys

import numpy as np
from numpy.typing import NDArray

ROOT = Path(__file__).resolve().parent.parent
sys.path.insert(0, str(ROOT))
SOURCES = ROOT.parent / "shared/corpus/sources"
RATE = 8000

from fleet_texts import ANNOUNCEMENTS, GREETINGS, MENUS, OTHER, POSITIONS

from simulator.music import hold_music

type Samples = NDArray[np.int16]


@dataclass(frozen=True, slots=True)
class Sound:
    """Samples at 8 kHz and the words in them, evenly spread."""

    pcm: Samples
    text: str = ""


@dataclass(slots=True)
class Library:
    """Everything a call is composed of; announcements and greetings by language."""

    music: list[Sound] = field(default_factory=list)
    announcements: dict[str, list[Sound]] = field(default_factory=dict)
    greetings: dict[str, list[list[Sound]]] = field(default_factory=dict)
    """Of one speaker each: a greeting, a "hello?", two answers to our question, a question whether anybody is there."""
    positions: dict[str, list[list[Sound]]] = field(default_factory=dict)
    """By voice: places in the queue, best first."""
    menus: dict[str, list[Sound]] = field(default_factory=dict)
    noise: list[Sound] = field(default_factory=list)
    has_corpus: bool = False


_RECORDED_VOICES = {
    "en": ("flite:slt", "flite:kal16", "espeak:en-us+f3"),
    "de": ("espeak:de+f2",),
    "fr": ("espeak:fr+f2",),
}
_LIVE_VOICES = {
    "en": ("flite:rms", "flite:awb", "espeak:en-gb+m3", "espeak:en-us+f5"),
    "de": ("espeak:de+m3", "espeak:de+f5"),
}


def _leveled(pcm: Samples, level_db: float = -20.0) -> Samples:
    """Cut the silence at the ends and bring the loud parts to a level."""
    loud = np.flatnonzero(np.abs(pcm.astype(np.int32)) > 300)
    if loud.size:
        pcm = pcm[loud[0] : loud[-1] + 1]
    blocks = pcm[: len(pcm) // 160 * 160].reshape(-1, 160).astype(np.float64)
    power = (blocks**2).mean(axis=1)
    active = float(np.sqrt(power[power > power.max(initial=1.0) / 100].mean())) if len(blocks) else 1.0
    return np.clip(pcm * (32768 * 10 ** (level_db / 20) / max(1.0, active)), -32768, 32767).astype(np.int16)


class Maker:
    """Makes or remembers samples; ``cache`` is a folder."""

    def __init__(self, cache: Path) -> None:
        self._cache = cache
        cache.mkdir(parents=True, exist_ok=True)

    def _kept(self, key: str, command: list[list[str]]) -> Samples:
        path = self._cache / (hashlib.sha1(key.encode()).hexdigest()[:16] + ".npy")
        if not path.exists():
            wav = self._cache / f"{path.stem}.wav"
            for step in command:
                subprocess.run([str(wav) if word == "OUT" else word for word in step], check=True, capture_output=True)
            source = str(wav) if len(command) > 1 else command[0][1]
            to_raw = ["sox", "-D", source, "-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-"]
            raw = subprocess.run(to_raw, check=True, capture_output=True).stdout
            np.save(path, np.frombuffer(raw, "<i2"))
        return np.load(path)

    def spoken(self, voice: str, text: str) -> Sound:
        """Synthesize ``text`` by ``flite:VOICE`` or ``espeak:VOICE``."""
        engine, _, name = voice.partition(":")
        speak = ["flite", "-voice", name, "-t", text, "-o", "OUT"]
        if engine == "espeak":
            speak = ["espeak-ng", "-v", name, "-s", "150", "-w", "OUT", text]
        return Sound(_leveled(self._kept(f"{voice}|{text}", [speak, ["true"]])), text)

    def clip(self, path: Path) -> Samples:
        """Read one clip of the corpus."""
        return self._kept(path.name, [["sox", str(path)]]) if (self._cache / "x").exists() else self._read(path)

    def _read(self, path: Path) -> Samples:
        kept = self._cache / f"{path.stem}.npy"
        if not kept.exists():
            command = ["sox", "-D", str(path), "-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-"]
            np.save(kept, np.frombuffer(subprocess.run(command, check=True, capture_output=True).stdout, "<i2"))
        return np.load(kept)


def library(cache: Path, sources: Path = SOURCES, part: str = "test") -> Library:
    """Everything, made once and then read from ``cache``; ``part``: the texts chosen on (``dev``) or measured on (``test``)."""
    maker, found, first = Maker(cache), Library(), int(part == "test")
    found.music = [Sound(hold_music(seed, 60.0)) for seed in range(first, 8, 2)]
    for language, texts in ANNOUNCEMENTS.items():
        voices = _RECORDED_VOICES.get(language, (f"espeak:{language}+f2",))
        found.announcements[language] = [maker.spoken(voice, text) for voice in voices for text in texts[first::2]]
        pattern, places = POSITIONS[language]
        found.positions[language] = [
            [maker.spoken(voice, pattern.format(place)) for place in places] for voice in voices
        ]
        found.menus[language] = [maker.spoken(voice, MENUS[language]) for voice in voices]
    for language, texts in GREETINGS.items():
        voices = _LIVE_VOICES.get(language, (f"espeak:{language}+m3", f"espeak:{language}+f5"))
        found.greetings[language] = [
            [maker.spoken(voice, each) for each in (text, *OTHER[language])]
            for voice in voices
            for text in texts[first::2]
        ]
    if (sources / "manifest.csv").exists():
        _add_corpus(found, maker, sources, first)
    return found


def _add_corpus(found: Library, maker: Maker, sources: Path, first: int) -> None:
    found.has_corpus = True
    with (sources / "manifest.csv").open(newline="") as file:
        rows = list(csv.DictReader(file))
    live: dict[str, list[Samples]] = {}
    for row in rows:
        language, seconds, path = row["language"][:2], float(row["seconds"]), sources / row["path"]
        match row["class"]:
            case "music" | "music_vocal":
                found.music.append(Sound(maker.clip(path)))
            case "noise":
                found.noise.append(Sound(maker.clip(path)))
            case "prompt_speech" if seconds >= 1.5 and not row["source"].startswith("synthetic"):
                text = row["transcript"] or _some_words(language, seconds, row["id"])
                found.announcements[language].append(Sound(maker.clip(path), text))
            case "agent_speech" if row["source"].startswith("github") and language in GREETINGS and seconds >= 1.5:
                live.setdefault(language, []).extend(_pieces(_leveled(maker.clip(path))))
            case _:
                pass
    for language, clips in live.items():
        voices = _LIVE_VOICES.get(language, (f"espeak:{language}+m3",))
        texts = GREETINGS[language][first::2]
        for number, pcm in enumerate(clips):
            words = len(pcm) / RATE * 3.2
            text = min(texts, key=lambda each: abs(len(each.split()) - words))
            others = [maker.spoken(voices[number % len(voices)], each) for each in OTHER[language]]
            found.greetings[language].append([Sound(pcm, text), *others])


def _some_words(language: str, seconds: float, seed: str) -> str:
    """Words for a recording whose own are unknown: of its language, in no order, so that they tell little."""
    rng = np.random.default_rng(list(seed.encode()))
    words = " ".join(ANNOUNCEMENTS[language]).lower().replace(".", "").replace(",", "").split()
    return " ".join(str(word) for word in rng.choice(words, size=max(2, round(seconds * 2.8))))


def _pieces(pcm: Samples) -> list[Samples]:
    """Cut what is longer than a greeting at its quietest places, into 2 to 5 s each."""
    if len(pcm) <= 5 * RATE:
        return [pcm]
    levels = (pcm[: len(pcm) // 800 * 800].astype(np.float64).reshape(-1, 800) ** 2).mean(axis=1)
    pieces, start = [], 0
    while start + 20 < len(levels):
        end = min(len(levels), start + 50)
        cut = end if end == len(levels) else start + 20 + int(levels[start + 20 : end].argmin()) + 1
        pieces.append(pcm[start * 800 : cut * 800])
        start = cut
    # What is left is brought to the level of a voice; pieces with hardly one in them are nothing to greet with.
    spoken = [_leveled(piece) for piece in pieces if np.abs(piece.astype(np.int32)).mean() > 300]
    return [piece for piece in spoken if len(piece) >= 1.5 * RATE]
