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
    noise: list[Sound] = field(default_factory=list)
    has_corpus: bool = False


ANNOUNCEMENTS = {
    "en": (
        "Thank you for holding. Your call is important to us. Please stay on the line.",
        "All of our agents are currently helping other customers.",
        "Did you know that you can pay your bill on our website at any hour of the day?",
        "Hello! Have you heard about our new summer offers?",
        "You are caller number three in the queue.",
        "We are sorry to keep you waiting. Somebody will be with you as soon as possible.",
        "Hello, my name is Laura and I saved two hundred dollars with the family plan.",
        "This call may be recorded for training purposes.",
    ),
    "de": (
        "Vielen Dank für Ihre Geduld. Bitte bleiben Sie in der Leitung.",
        "Der nächste freie Mitarbeiter ist gleich für Sie da.",
        "Entdecken Sie jetzt unsere neuen Angebote im Internet.",
    ),
    "fr": ("Nos conseillers sont tous occupés. Veuillez patienter.", "Découvrez dès maintenant nos nouvelles offres."),
    "es": (
        "Su llamada es muy importante para nosotros. No cuelgue.",
        "Conozca ya nuestras nuevas ofertas para el hogar.",
    ),
    "nl": ("Al onze medewerkers zijn in gesprek. Blijf aan de lijn.", "Ontdek nu onze nieuwe aanbiedingen voor thuis."),
    "it": ("La sua chiamata è importante. Resti in linea.", "Scopra le nostre nuove offerte per la casa."),
}
GREETINGS = {
    "en": (
        "Thank you for holding, this is Susan, how can I help you?",
        "Hello, my name is Peter. How may I help you today?",
        "Good morning, billing department, Karen speaking.",
        "Hi, thanks for waiting. Who am I speaking with?",
        "Customer service, this is Tom. What can I do for you?",
    ),
    "de": ("Guten Tag, mein Name ist Schneider, was kann ich für Sie tun?", "Kundenservice, Weber am Apparat."),
    "fr": ("Bonjour, je m'appelle Claire, comment puis-je vous aider ?",),
    "es": ("Buenos días, mi nombre es Carmen, ¿en qué puedo ayudarle?",),
    "nl": ("Goedemorgen, u spreekt met Sanne, waarmee kan ik u helpen?",),
    "it": ("Buongiorno, mi chiamo Paolo, come posso aiutarla?",),
}
OTHER = {
    "en": ("Hello?", "Yes, I can hear you.", "Yes, hello, go ahead.", "Hello? Is anybody there?"),
    "de": ("Hallo?", "Ja, ich höre Sie.", "Ja, bitte?", "Hallo? Ist da jemand?"),
    "fr": ("Allô ?", "Oui, je vous entends.", "Oui, bonjour.", "Allô ? Il y a quelqu'un ?"),
    "es": ("¿Hola?", "Sí, le escucho.", "Sí, dígame.", "¿Hola? ¿Hay alguien ahí?"),
    "nl": ("Hallo?", "Ja, ik hoor u.", "Ja, zegt u het maar.", "Hallo? Is daar iemand?"),
    "it": ("Pronto?", "Sì, la sento.", "Sì, mi dica.", "Pronto? C'è qualcuno?"),
}
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


def library(cache: Path) -> Library:
    """Everything, made once and then read from ``cache``."""
    maker, found = Maker(cache), Library()
    found.music = [Sound(hold_music(seed, 60.0)) for seed in range(4)]
    for language, texts in ANNOUNCEMENTS.items():
        voices = _RECORDED_VOICES.get(language, (f"espeak:{language}+f2",))
        found.announcements[language] = [maker.spoken(voice, text) for voice in voices for text in texts]
    for language, texts in GREETINGS.items():
        voices = _LIVE_VOICES.get(language, (f"espeak:{language}+m3",))
        found.greetings[language] = [
            [maker.spoken(voice, each) for each in (text, *OTHER[language])] for voice in voices for text in texts
        ]
    if (SOURCES / "manifest.csv").exists():
        _add_corpus(found, maker)
    return found


def _add_corpus(found: Library, maker: Maker) -> None:
    found.has_corpus = True
    with (SOURCES / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["licence_class"] == "open"]
    live = []
    for row in rows:
        language, seconds, path = row["language"][:2], float(row["seconds"]), SOURCES / row["path"]
        match row["class"]:
            case "music" | "music_vocal":
                found.music.append(Sound(maker.clip(path)))
            case "noise":
                found.noise.append(Sound(maker.clip(path)))
            case "prompt_speech" if row["transcript"] and seconds >= 1.5 and not row["source"].startswith("synthetic"):
                found.announcements[language].append(Sound(maker.clip(path), row["transcript"]))
            case "agent_speech" if row["source"].startswith("github") and 1.5 <= seconds <= 6.0:
                live.append(_leveled(maker.clip(path)))
            case _:
                pass
    for number, pcm in enumerate(live):
        length = len(pcm) / RATE
        texts = GREETINGS["en"]
        text = min(texts, key=lambda each: abs(len(each.split()) / 3.2 - length))
        others = [maker.spoken(_LIVE_VOICES["en"][number % 4], each) for each in OTHER["en"]]
        found.greetings["en"].append([Sound(pcm, text), *others])
