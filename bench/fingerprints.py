"""How often the fingerprints of speech and of music match by mistake, against how much is remembered, and how often they recognise.

    script/bench fingerprints --cache CACHE --result bench/results/fingerprints.json

Every pair of distinct recordings is a negative. Distinct recordings are the telephone hold corpus's clips (``../shared/corpus``)
and sentences made of random words in six languages by espeak-ng and flite, at random pitch and pace; the largest memory also holds
their marks backwards and with mirrored bands, which is as speech is, and none. The music is the corpus's and the simulator's.
Positives are the same recordings over another line (see `CONDITIONS`). Needs ``sox``, ``espeak-ng``, ``flite``.

A live call remembers far less than is tried here: five minutes of speech, three of them from earlier calls.
"""

import argparse
from collections.abc import Iterator
import csv
from functools import partial
import json
from pathlib import Path
import re
import subprocess
import sys
from typing import Any

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

ROOT = Path(__file__).resolve().parent.parent
sys.path[:0] = [str(ROOT / "custom_components/hold_slayer"), str(ROOT)]

from engine.audio import music_memory as music
from engine.audio.features import FINE_BANDS, FeatureExtractor
from engine.audio.fingerprint import BITS, PIECE_WORDS, PIECES, QUIET_DB, SHORTEST_QUERY_WORDS, SpeechWords
from engine.audio.resample import resample
from engine.audio.spectrum import BLOCK_SAMPLES, WINDOW, SpectrumBlock, short_spectra
from engine.classify.line_features import floor_db
from engine.classify.line_score import LineScore
from engine.classify.music_loop import LoopTracker
from engine.classify.repeat import LIMITS
from engine.model.audio_frame import SAMPLE_RATE
from fleet_texts import ANNOUNCEMENTS, GREETINGS, MENUS, OTHER

from simulator.g711 import decode, encode
from simulator.music import hold_music

SOURCES = ROOT.parent / "shared/corpus/sources"
WORDS_AN_HOUR = 3600 * 50
PARTS = ("recorded", "recognised", "made", "music", "loops")
_SPOKEN = ("prompt_speech", "agent_speech", "conversation")
LIMIT_GRID = (0.24, 0.27, 0.30, 0.32, 0.335, 0.345, 0.36, 0.375, 0.39)
LOWER = (0.015, 0.025, 0.035)
"""What all limits of the live rule would do if they were so much lower."""
MUSIC_GRID = (0.25, 0.29, 0.31, 0.33, 0.35, 0.37, 0.39)
_VOICES = (
    "+m1",
    "+m2",
    "+m3",
    "+m4",
    "+m5",
    "+m6",
    "+m7",
    "+m8",
    "+f1",
    "+f2",
    "+f3",
    "+f4",
    "+f5",
    "+klatt",
    "+klatt4",
    "+croak",
)
_LANGUAGES = {
    "en": ("en-us", "en-gb"),
    "de": ("de",),
    "fr": ("fr-fr",),
    "es": ("es", "es-419"),
    "nl": ("nl",),
    "it": ("it",),
}
_FLITE = ("slt", "rms", "awb", "kal16")
_RAW = ("-t", "raw", "-r", "8000", "-e", "signed", "-b", "16", "-c", "1", "-")


# --- recordings -----------------------------------------------------------------------------------------------------


def _sox(sound: bytes, *arguments: str) -> bytes:
    return subprocess.run(["sox", "-D", *arguments], input=sound, check=True, capture_output=True).stdout


def corpus(classes: tuple[str, ...]) -> Iterator[tuple[str, np.ndarray]]:
    """Voice or name, and samples of the corpus's recorded clips of 2 s and more."""
    with (SOURCES / "manifest.csv").open(newline="") as file:
        rows = [row for row in csv.DictReader(file) if row["class"] in classes and float(row["seconds"]) >= 2]
    for row in rows:
        if row["source"].startswith("synthetic:"):
            continue
        yield row["speaker"] or row["id"], np.frombuffer(_sox(b"", str(SOURCES / row["path"]), *_RAW), "<i2")


def _vocabulary(language: str) -> list[str]:
    texts = [*ANNOUNCEMENTS[language], *GREETINGS.get(language, ()), MENUS[language], *OTHER.get(language, ())]
    return sorted(set(re.findall(r"[^\W\d_]{2,}", " ".join(texts).lower())))


def _invented(rng: np.random.Generator) -> str:
    syllables = rng.integers(1, 4)
    return "".join(str(rng.choice(list("bdfgklmnprstvz"))) + str(rng.choice(list("aeiou"))) for _ in range(syllables))


def spoken(number: int) -> np.ndarray:
    """Sentence ``number``: random words, half of them invented, by a random voice at a random pitch and pace; 8 kHz."""
    rng = np.random.default_rng((7, number))
    language = str(rng.choice(list(_LANGUAGES)))
    vocabulary = _vocabulary(language)
    words = [_invented(rng) if rng.random() < 0.5 else str(rng.choice(vocabulary)) for _ in range(rng.integers(14, 40))]
    pitch, pace = str(rng.integers(15, 85)), str(rng.integers(125, 200))
    voice = str(rng.choice(_LANGUAGES[language])) + str(rng.choice(_VOICES))
    command = ["espeak-ng", "-v", voice, "-p", pitch, "-s", pace, "--stdout", " ".join(words)]
    if language == "en" and rng.random() < 0.1:
        command = ["flite", "-voice", str(rng.choice(_FLITE)), "-t", " ".join(words), "-o", "/dev/stdout"]
    wav = subprocess.run(command, check=True, capture_output=True).stdout
    rate = int.from_bytes(wav[24:28], "little")
    start = wav.index(b"data") + 8
    pcm = np.frombuffer(wav[start : start + (len(wav) - start) // 2 * 2], "<i2").astype(np.float32)
    return np.clip(resample(pcm, rate, SAMPLE_RATE), -32768, 32767).astype(np.int16)


# --- the line -------------------------------------------------------------------------------------------------------


def g711(pcm: np.ndarray, law: int = 0) -> np.ndarray:
    """There and back."""
    return decode(encode(np.asarray(pcm, np.int16), law), law)


def _gsm(pcm: np.ndarray) -> np.ndarray:
    return np.frombuffer(_sox(_sox(pcm.tobytes(), *_RAW, "-t", "gsm", "-"), "-t", "gsm", "-", *_RAW), "<i2")


def _amr(pcm: np.ndarray) -> np.ndarray:
    there = _sox(pcm.tobytes(), *_RAW[:-1], "-", "-t", "amr-nb", "-C", "2", "-")
    return np.frombuffer(_sox(there, "-t", "amr-nb", "-", *_RAW), "<i2")


def _level(pcm: np.ndarray, level_db: float) -> np.ndarray:
    return np.clip(pcm * 10 ** (level_db / 20), -32768, 32767).astype(np.int16)


def _lossy(pcm: np.ndarray, share: float = 0.05) -> np.ndarray:
    pcm, rng = pcm.copy(), np.random.default_rng(3)
    for frame in range(1, len(pcm) // 160):
        if rng.random() < share:
            pcm[frame * 160 : (frame + 1) * 160] = pcm[(frame - 1) * 160 : frame * 160] // 2
    return pcm


def _faster(pcm: np.ndarray) -> np.ndarray:
    return np.interp(np.arange(0, len(pcm) - 1, 1.01), np.arange(len(pcm)), pcm).astype(np.int16)


def _over_music(pcm: np.ndarray, below_db: float) -> np.ndarray:
    bed = np.asarray(hold_music(len(pcm) % 50, len(pcm) / SAMPLE_RATE + 1), np.float64)[: len(pcm)]
    power = float((pcm.astype(np.float64) ** 2).mean())
    bed *= np.sqrt(power / (bed**2).mean()) * 10 ** (-below_db / 20)
    return np.clip(pcm + bed, -32768, 32767).astype(np.int16)


CONDITIONS = {
    "A-law": partial(g711, law=8),
    "GSM": lambda pcm: g711(_gsm(pcm)),
    "12 dB fainter": lambda pcm: g711(_level(pcm, -12)),
    "6 dB louder": lambda pcm: g711(_level(pcm, 6)),
    "5 % of packets lost": lambda pcm: g711(_lossy(pcm)),
    "1 % faster": lambda pcm: g711(_faster(pcm)),
    "music 20 dB beneath": lambda pcm: g711(_over_music(pcm, 20)),
    "music 10 dB beneath": lambda pcm: g711(_over_music(pcm, 10)),
    "GSM, 12 dB fainter, 5 % lost": lambda pcm: g711(_lossy(_level(_gsm(pcm), -12))),
}
"""What happens to the second hearing, which always also begins at another place: its first 0.3 to 1.5 s are cut."""
ONLY_SPEECH = ("music 20 dB beneath", "music 10 dB beneath")


def bands_of(pcm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """(10 n, BANDS) and (10 n, FINE_BANDS) energies, as the live hearing measures them."""
    count = len(pcm) // BLOCK_SAMPLES
    x = np.concatenate([np.zeros(WINDOW - 80, np.float32), pcm[: count * BLOCK_SAMPLES].astype(np.float32) / 32768])
    windows = sliding_window_view(x, WINDOW)[::80]
    power = short_spectra(windows)
    levels = 10 * np.log10((x[WINDOW - 80 :].reshape(-1, 80) ** 2).mean(axis=1) + 1e-12)
    none = np.zeros((count, 513), np.float32)
    block = SpectrumBlock(x, windows, levels, power, np.zeros(len(power), np.float32), none, x)
    features = FeatureExtractor().extract(block, floor_db(float(np.quantile(levels, 0.98))))
    return features.bands_db, features.fine_bands_db


# --- speech ---------------------------------------------------------------------------------------------------------


def speech_words(pcm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Words, and which of them are loud enough to be compared."""
    bands, _ = bands_of(pcm)
    words, levels = SpeechWords().of(bands)
    return words.astype(np.uint16), levels > np.quantile(levels, 0.98) - QUIET_DB


def remembered(cache: Path, hours: float) -> np.ndarray:
    """So many hours of words: the sentences made so far (`make`), then the same backwards, with mirrored bands, and both."""
    paths = sorted(cache.glob("words-*.npy"), key=lambda path: int(path.stem.split("-")[1]))
    spoken_words = np.concatenate([np.load(path) for path in paths])
    mirrored = _MIRRORED[spoken_words]
    backwards = [~each[::-1] & np.uint16((1 << BITS) - 1) for each in (spoken_words, mirrored)]
    return np.concatenate([spoken_words, backwards[0], mirrored, backwards[1]])[: round(hours * WORDS_AN_HOUR)]


_MIRRORED = np.array([int(f"{word ^ ((1 << BITS) - 1):0{BITS}b}"[::-1], 2) for word in range(1 << BITS)], np.uint16)
"""Each word with the bands in the other order: the signs of the differences turn round, too."""


def make(cache: Path, hours: float) -> float:
    """Synthesize sentences until there are ``hours`` of them, a thousand a file; returns how many hours there are."""
    cache.mkdir(parents=True, exist_ok=True)
    have = 0
    for part in range(0, 10_000_000, 1000):
        if have >= hours * WORDS_AN_HOUR:
            break
        path = cache / f"words-{part}.npy"
        if not path.exists():
            np.save(path, np.concatenate([_sentence(number) for number in range(part, part + 1000)]))
        have += len(np.load(path, mmap_mode="r"))
    return have / WORDS_AN_HOUR


def _sentence(number: int) -> np.ndarray:
    words, is_loud = speech_words(g711(spoken(number)))
    inside = np.flatnonzero(is_loud)
    return words[inside[0] : inside[-1] + 1] if inside.size else words


class Query:
    """The live comparison, `SpeechMemory.match`, every 0.4 s against a memory of any size."""

    def __init__(self, memory: np.ndarray) -> None:
        self._memory = memory
        self._sums: list[tuple[np.ndarray, int]] = []

    def ask(self, words: np.ndarray, is_loud: np.ndarray) -> list[tuple[int, float]]:
        """Words compared and least distance after each piece of a recording."""
        return [(compared, float(bits.min()) / (compared * BITS)) for compared, bits in self.bits(words, is_loud)]

    def bits(self, words: np.ndarray, is_loud: np.ndarray) -> Iterator[tuple[int, np.ndarray]]:
        """Words compared, and differing bits at each place of the memory, after each piece of a recording."""
        memory = self._memory
        pieces: list[tuple[np.ndarray, int]] = []
        for start in range(0, len(words) - PIECE_WORDS + 1, PIECE_WORDS):
            bits = np.zeros(len(memory) - PIECE_WORDS, np.uint16)
            loud = np.flatnonzero(is_loud[start : start + PIECE_WORDS])
            for at in loud:
                bits += np.bitwise_count(memory[at : at + len(bits)] ^ words[start + at])
            pieces = [*pieces[-PIECES + 1 :], (bits, len(loud))]
            compared, length = sum(count for _, count in pieces), len(pieces) * PIECE_WORDS
            if length < SHORTEST_QUERY_WORDS or compared < SHORTEST_QUERY_WORDS // 2:
                continue
            places = len(memory) - length
            total = np.zeros(places, np.uint16)
            for number, (each, _) in enumerate(pieces):
                total += each[number * PIECE_WORDS : number * PIECE_WORDS + places]
            yield compared, total


def is_match(answers: list[tuple[int, float]], shift: float = 0.0) -> bool:
    """Whether the live rule (`RepeatDetector`), with its limits ``shift`` higher, takes any of them for a repeat."""
    return any(
        distance < next(limit for least, limit in LIMITS if words >= least) + shift for words, distance in answers
    )


def at_limit(answers: list[tuple[int, float]], limit: float) -> bool:
    """Whether any comparison of nearly two seconds is below a limit."""
    return any(distance < limit for words, distance in answers if words >= LIMITS[0][0])


def _quantiles(answers: list[list[tuple[int, float]]]) -> dict[str, float]:
    """Of the distance of the most similar place to nearly two seconds of each recording."""
    least = [min((d for words, d in each if words >= LIMITS[0][0]), default=0.5) for each in answers]
    return {name: round(float(np.quantile(least, at)), 4) for name, at in (("min", 0.0), ("5 %", 0.05), ("50 %", 0.5))}


def speech_negatives(cache: Path, hours: float, queries_h: tuple[float, ...]) -> list[dict[str, object]]:
    """False matches an hour of speech by the size of the memory; queries are sentences the memory does not hold."""
    memory = remembered(cache, 100.0)
    rows: list[dict[str, object]] = []
    for size, wanted_h in zip((1.0, 10.0, 100.0), queries_h, strict=True):
        query, asked, number = Query(memory[: round(size * WORDS_AN_HOUR)]), 0.0, 0
        answers = []
        while asked < wanted_h:
            words, is_loud = speech_words(g711(spoken(10_000_000 + number)))
            answers.append(query.ask(words, is_loud))
            asked, number = asked + len(words) / WORDS_AN_HOUR, number + 1
        rows.append(
            {
                "memory_h": round(size, 1),
                "of_which_as_spoken_h": round(min(size, hours), 1),
                "asked_h": round(asked, 3),
                "recordings": number,
                "false": sum(map(is_match, answers)),
                "false_if_limits_were_lower": {str(-by): sum(is_match(a, -by) for a in answers) for by in LOWER},
                "false_at_limit": {str(limit): sum(at_limit(a, limit) for a in answers) for limit in LIMIT_GRID},
                "least_distance": _quantiles(answers),
            }
        )
        print(json.dumps(rows[-1]), flush=True)
    return rows


def speech_corpus(clips: list[tuple[str, np.ndarray]], every: int) -> dict[str, dict[str, object]]:
    """The corpus's recordings, each against all others: those of other voices, and the voice's own.

    A voice's own prompts share spliced pieces ("press", digits): what is found there is mostly no mistake.
    """
    marks = [speech_words(g711(pcm)) for _, pcm in clips]
    numbers = np.repeat(np.arange(len(clips)), [len(words) for words, _ in marks])
    voices = {voice: number for number, voice in enumerate(sorted({voice for voice, _ in clips}))}
    voice_at = np.array([voices[voice] for voice, _ in clips])[numbers]
    query = Query(np.concatenate([words for words, _ in marks]))
    heard: dict[str, list[list[tuple[int, float]]]] = {"other_voices": [], "own_voice": []}
    asked = range(0, len(clips), every)
    for number in asked:
        words, is_loud = marks[number]
        found: dict[str, list[tuple[int, float]]] = {name: [] for name in heard}
        for compared, bits in query.bits(words, is_loud):
            is_own = voice_at[: len(bits)] == voices[clips[number][0]]
            length = len(numbers) - len(bits)
            is_self = (numbers[: len(bits)] == number) | (numbers[length : length + len(bits)] == number)
            for name, mask in (("other_voices", ~is_own & ~is_self), ("own_voice", is_own & ~is_self)):
                if mask.any():
                    found[name].append((compared, float(bits[mask].min()) / (compared * BITS)))
        for name, answers in found.items():
            heard[name].append(answers)
    hours = sum(len(marks[number][0]) for number in asked) / WORDS_AN_HOUR
    rows = {}
    for name, answers in heard.items():
        rows[name] = {
            "memory_h": round(len(numbers) / WORDS_AN_HOUR, 2),
            "asked_h": round(hours, 2),
            "recordings": len(asked),
            "false": sum(map(is_match, answers)),
            "false_if_limits_were_lower": {str(-by): sum(is_match(each, -by) for each in answers) for by in LOWER},
            "false_at_limit": {str(limit): sum(at_limit(each, limit) for each in answers) for limit in LIMIT_GRID},
            "least_distance": _quantiles(answers),
        }
        print(name, json.dumps(rows[name]), flush=True)
    return rows


def speech_positives(clips: list[tuple[str, np.ndarray]]) -> dict[str, dict[str, object]]:
    """Recognised, of recordings heard once before, over each kind of line."""
    rng = np.random.default_rng(5)
    rows: dict[str, dict[str, object]] = {}
    first = [speech_words(g711(pcm))[0] for _, pcm in clips]
    cuts = rng.integers(int(0.3 * SAMPLE_RATE), int(1.5 * SAMPLE_RATE), len(clips))
    for name, change in CONDITIONS.items():
        answers = []
        for (_, pcm), words, cut in zip(clips, first, cuts, strict=True):
            memory = np.concatenate([np.zeros(40, np.uint16), words, np.zeros(150, np.uint16)])
            answers.append(Query(memory).ask(*speech_words(change(pcm[cut:]))))
        asked = [a for a in answers if a]
        long = [a for a in asked if any(count >= LIMITS[0][0] for count, _ in a)]
        rows[name] = {
            "recordings": len(asked),
            "recognised": round(sum(map(is_match, asked)) / len(asked), 4),
            "recognised_if_limits_were_lower": {
                str(-by): round(sum(is_match(each, -by) for each in asked) / len(asked), 4) for by in LOWER
            },
            "at_limit": {
                str(limit): round(sum(at_limit(a, limit) for a in long) / len(long), 4) for limit in LIMIT_GRID
            },
        }
        print(name, json.dumps(rows[name]), flush=True)
    return rows


# --- music ----------------------------------------------------------------------------------------------------------


def music_words(pcm: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """Words of a piece, and which are loud enough to be compared."""
    _, fine = bands_of(pcm)
    return music.words_of(fine.reshape(-1, 10, FINE_BANDS).mean(axis=1))


def _least(query: tuple[np.ndarray, np.ndarray], memory: np.ndarray) -> list[float]:
    """The least distance of each six seconds of a piece to the memory."""
    words, is_loud = query
    length, answers = music.QUERY_WORDS, []
    for start in range(0, len(words) - length + 1, length):
        loud = np.flatnonzero(is_loud[start : start + length])
        places = len(memory) - length
        if len(loud) < music.LEAST_COMPARED or places < 1:
            continue
        bits = np.zeros(places, np.uint16)
        for at in loud:
            bits += np.bitwise_count(memory[at : at + places] ^ words[start + at])
        answers.append(float(bits.min()) / (len(loud) * music.BITS))
    return answers


def music_figures(pieces: list[tuple[str, np.ndarray]], memory_h: float) -> dict[str, object]:
    """Every piece against all others; and against itself over each kind of line."""
    marks = [music_words(g711(pcm)) for _, pcm in pieces]
    limit_words = round(memory_h * 36000)
    falls, asked = [], 0
    for number, query in enumerate(marks):
        others = np.concatenate([words for other, (words, _) in enumerate(marks) if other != number])
        for start in range(0, len(others), limit_words):
            if len(part := others[start : start + limit_words]) > limit_words // 2:
                answers = _least(query, part)
                falls += answers
                asked += len(answers) * music.QUERY_WORDS
    rng = np.random.default_rng(6)
    kept: dict[str, list[float]] = {}
    for (_, pcm), (words, _) in zip(pieces, marks, strict=True):
        cut = int(rng.integers(2400, 12000))
        for name, change in CONDITIONS.items():
            if name not in ONLY_SPEECH and len(words) > 2 * music.QUERY_WORDS:
                padded = np.concatenate([words, np.zeros(music.QUERY_WORDS, np.uint32)])
                kept.setdefault(name, []).extend(_least(music_words(change(pcm[cut:])), padded))
    result = {
        "memory_h": memory_h,
        "pieces": len(pieces),
        "asked_h": round(asked / 36000, 2),
        "false_at_limit": {str(limit): sum(d < limit for d in falls) for limit in MUSIC_GRID},
        "least_distance": round(min(falls), 4),
        "recognised_at_limit": {
            name: {str(limit): round(sum(d < limit for d in values) / len(values), 4) for limit in MUSIC_GRID}
            for name, values in kept.items()
        },
    }
    print(json.dumps(result), flush=True)
    return result


def loop_figures(pieces: list[tuple[str, np.ndarray]]) -> dict[str, object]:
    """Each piece four times over, the later passes half a block aside and behind a codec; and once, which is no loop."""
    found: list[float] = []
    once, asked, wrong_s = 0, 0, 0.0
    for _, pcm in pieces:
        first = _levels(g711(pcm))
        once += _loops(first)[0] is not None
        for codec in (lambda x: x, _gsm, _amr):
            again = _levels(g711(codec(pcm[400:])))
            at, wrong = _loops(np.concatenate([first, again, again, again]), len(first))
            asked, wrong_s = asked + 1, wrong_s + wrong
            if at is not None:
                found.append(at / len(first) - 1)
    result = {
        "pieces": len(pieces),
        "loops": asked,
        "found": len(found),
        "passes_after_the_second_began": {
            name: round(float(np.quantile(found, at)), 2) for name, at in (("50 %", 0.5), ("90 %", 0.9))
        },
        "played_once_and_called_a_loop": once,
        "another_period_told_s_a_loop": round(wrong_s / asked, 1),
    }
    print(json.dumps(result), flush=True)
    return result


def _levels(pcm: np.ndarray) -> np.ndarray:
    _, fine = bands_of(pcm)
    return fine.reshape(-1, 10, FINE_BANDS).mean(axis=1, keepdims=True)


def _loops(levels: np.ndarray, period: int = 0) -> tuple[int | None, float]:
    """The block at which a loop (of that period, where one is given) is known, and for how long another one was told."""
    tracker, at, wrong = LoopTracker(), None, 0
    for number, block in enumerate(levels):
        tracker.update(block, LineScore(0, 0, 1, 0, 0), is_tone=False)
        if tracker.pattern is not None:
            is_right = not period or abs(tracker.pattern.period_s * 10 - period) <= 10
            at = number if is_right and at is None else at
            wrong += not is_right and number > period
    return at, wrong / 10


def for_docs(result: dict[str, Any]) -> dict[str, object]:
    """The lines of docs/hearing.md."""
    rows = []
    for name, each in result.get("recognised", {}).items():
        rows.append(
            [f"speech heard again, {name}", f"{100 * each['recognised']:.1f} % of {each['recordings']} recognised"]
        )
    sizes = [(f"{each['memory_h']:g} h of made sentences", each) for each in result.get("made", ())]
    if "recorded" in result:
        other = result["recorded"]["other_voices"]
        sizes.insert(0, (f"{other['memory_h']:g} h of recorded voices", other))
    for name, each in sizes:
        told = f"{each['false']} of {each['recordings']} recordings in {each['asked_h']:g} h mistaken; "
        least = each["least_distance"]
        rows.append(
            [
                f"other speech, against {name}",
                told + f"most similar place {least['50 %']:.3f}, at least {least['min']:.3f}",
            ]
        )
    if "music" in result:
        music_limit, each = str(music.FOUND), result["music"]
        for name, shares in each["recognised_at_limit"].items():
            rows.append([f"six seconds of music heard again, {name}", f"{100 * shares[music_limit]:.1f} % recognised"])
        told = f"{each['false_at_limit'][music_limit]} times mistaken in {each['asked_h']:g} h"
        rows.append([f"other music, against {each['memory_h']:g} h", told])
    return {"title": "Fingerprints: recognised and mistaken.", "rows": rows}


def main() -> int:
    """Measure part by part, print, keep."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument(
        "--cache", type=Path, required=True, help="a folder for what was made (0.4 MB an hour of speech)"
    )
    parser.add_argument("--hours", type=float, default=28.0, help="speech to synthesize; 100 h are made of it")
    parser.add_argument(
        "--queries", type=float, nargs=3, default=(0.6, 0.12, 0.03), help="hours asked of 1, 10 and 100 h"
    )
    parser.add_argument(
        "--every", type=int, default=4, help="of the corpus's speech each so manieth clip is asked about"
    )
    parser.add_argument("--parts", nargs="+", choices=PARTS, default=PARTS)
    parser.add_argument(
        "--result", type=Path, required=True, help="parts that are there and are not measured anew stay"
    )
    args = parser.parse_args()
    if not SOURCES.exists():
        print("fingerprints: the telephone hold corpus is not there", file=sys.stderr)
        return 1
    result = json.loads(args.result.read_text()) if args.result.exists() else {}
    for part in args.parts:
        match part:
            case "recorded":
                result[part] = speech_corpus(list(corpus(_SPOKEN)), args.every)
            case "recognised":
                result[part] = speech_positives(list(corpus(_SPOKEN))[:: args.every])
            case "made":
                hours = make(args.cache, args.hours)
                result[part] = speech_negatives(args.cache, hours, tuple(args.queries))
            case "loops":
                result[part] = loop_figures(list(corpus(("music", "music_vocal"))))
            case _:
                made = [(f"made{number}", np.asarray(hold_music(number, 60.0))) for number in range(12)]
                result[part] = music_figures([*corpus(("music", "music_vocal")), *made], 0.5)
        result["for_docs"] = for_docs(result)
        args.result.write_text(json.dumps(result, indent=1) + "\n")
    return 0


if __name__ == "__main__":
    sys.exit(main())
