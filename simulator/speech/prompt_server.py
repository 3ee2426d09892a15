"""Wyoming speech-to-text server that knows all prompts by their sound: a recogniser without errors of its own.

It hears the audio it is given and nothing else: what was cut off, lost, distorted or never sent is not in the transcript.
Energies of 16 bands, 20 ms apart, are compared with those of each known prompt by normalised cross-correlation, found by FFT; the
best and longest are taken first. Of a prompt that breaks off with the audio the words so far are returned, by their share of its
length.
"""

import asyncio
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from functools import partial
import itertools
import re
from typing import Any, override

import numpy as np
from numpy.typing import NDArray
from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStart, TranscriptStop
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStop
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info
from wyoming.server import AsyncEventHandler

from ..g711 import Samples
from ..rtp import RATE

Features = NDArray[np.float64]

_HOP, _WINDOW, _BANDS = 160, 256, 16
_EDGES = np.unique(np.geomspace(300, 3400, _BANDS + 1) * _WINDOW / RATE)
_ALIKE = 0.8
_BEGUN_ALIKE = 0.88
"""The same for the beginning of a prompt, of which there is less to compare."""
_LEAST_FRAMES = 8
_LEAST_BEGUN = 45
_MARGIN_FRAMES = 15
"""Silence put around the audio: a prompt whose first or last tenth of a second is missing is still that prompt."""
_OVERLAP = 0.15
_LEVEL_RANGE, _QUIETEST = 2.0, 3.5
_CHUNK_WORDS = 3
_ATTRIBUTION = Attribution(name="Hold Slayer", url="https://github.com/hold-slayer")


@dataclass(frozen=True, slots=True)
class _Prompt:
    text: str
    language: str
    features: Features
    """Of its sound from first to last, mean removed."""
    energy: float


@dataclass(frozen=True, slots=True)
class _Found:
    start: int
    likeness: float
    text: str
    frames: int


class PromptBank:
    """Prompts by their sound."""

    def __init__(self, prompts: Iterable[tuple[str, str, Samples]]) -> None:
        """``prompts``: text, language and samples at 8 kHz."""
        self._prompts: list[_Prompt] = []
        for text, language, samples in prompts:
            features = _trimmed(_features(samples.astype(np.float64)))
            if len(features) >= _LEAST_FRAMES:
                features = features - features.mean()
                self._prompts.append(_Prompt(text, language, features, float(np.sqrt((features**2).sum()))))

    @property
    def languages(self) -> list[str]:
        """Of which there are prompts."""
        return sorted({prompt.language for prompt in self._prompts})

    def transcribe(self, samples: Samples, language: str = "") -> str:
        """The prompts in ``samples`` (8 kHz), in their order; those of other languages are not understood."""
        silence = np.zeros(_MARGIN_FRAMES * _HOP)
        heard = _features(np.concatenate([silence, samples.astype(np.float64), silence]))
        known = [prompt for prompt in self._prompts if language in ("", prompt.language)]
        if len(heard) < _LEAST_FRAMES or not known:
            return ""
        found = _chosen(self._whole(heard, known), len(heard))
        end = max((each.start + each.frames for each in found), default=0)
        rest = heard[end : len(heard) - _MARGIN_FRAMES]
        if (begun := self._begun(rest, known)) is not None:
            found.append(_Found(end + begun.start, begun.likeness, begun.text, begun.frames))
        return " ".join(each.text for each in found if each.text)

    def _whole(self, heard: Features, known: Sequence[_Prompt]) -> list[_Found]:
        """Every place where a whole prompt may be."""
        count = len(heard)
        size = 1 << (count + max(len(prompt.features) for prompt in known)).bit_length()
        spectrum = np.fft.rfft(heard, size, axis=0)
        sums = np.concatenate([[0.0], np.cumsum(heard.sum(1))])
        squares = np.concatenate([[0.0], np.cumsum((heard**2).sum(1))])
        found = []
        for prompt in known:
            length = len(prompt.features)
            if length > count:
                continue
            product = spectrum * np.conj(np.fft.rfft(prompt.features, size, axis=0))
            cross = np.fft.irfft(product.sum(1), size)[: count - length + 1]
            total = sums[length:] - sums[: count - length + 1]
            square = squares[length:] - squares[: count - length + 1]
            spread = np.sqrt(np.maximum(square - total**2 / (length * heard.shape[1]), 1e-9))
            likeness = cross / (prompt.energy * spread + 1e-9)
            found += [
                _Found(int(start), float(likeness[start]), prompt.text, length)
                for start in np.flatnonzero(likeness > _ALIKE)
            ]
        return found

    @staticmethod
    def _begun(rest: Features, known: Sequence[_Prompt]) -> _Found | None:
        """The prompt that breaks off at the end of ``rest``, as far as it goes."""
        rest = _trimmed(rest)
        best: _Found | None = None
        for prompt in known:
            for start in range(0, max(0, min(len(rest) - _LEAST_BEGUN, 2 * _LEAST_BEGUN)), 2):
                heard = rest[start:]
                length = len(heard)
                if length >= len(prompt.features):
                    continue
                part = prompt.features[:length]
                likeness = _likeness(heard, part)
                if likeness > max(_BEGUN_ALIKE, best.likeness if best is not None else 0.0):
                    best = _Found(start, likeness, _words_until(prompt.text, length / len(prompt.features)), length)
        return best


def _likeness(one: Features, other: Features) -> float:
    a, b = one - one.mean(), other - other.mean()
    return float((a * b).sum() / (np.sqrt((a**2).sum() * (b**2).sum()) + 1e-9))


def _words_until(text: str, share: float) -> str:
    """The words that are over after that share of the text."""
    kept, spoken = [], 0
    for word in text.split():
        spoken += len(word) + 1
        if spoken > share * (len(text) + 1):
            break
        kept.append(word)
    return " ".join(kept)


def _chosen(candidates: list[_Found], count: int) -> list[_Found]:
    """Those that do not overlap, good and long ones first; in the order they were said."""
    used = np.zeros(count, bool)
    chosen = []
    for each in sorted(candidates, key=lambda found: -found.likeness * np.log(found.frames + 2)):
        place = used[each.start : each.start + each.frames]
        if place.mean() < _OVERLAP:
            place[:] = True
            chosen.append(each)
    return sorted(chosen, key=lambda found: found.start)


def _features(samples: NDArray[np.float64]) -> Features:
    count = max(0, (len(samples) - _WINDOW) // _HOP + 1)
    if not count:
        return np.zeros((0, _BANDS))
    frames = np.lib.stride_tricks.sliding_window_view(samples, _WINDOW)[::_HOP][:count]
    power = np.abs(np.fft.rfft(frames * np.hanning(_WINDOW))) ** 2
    bins = np.arange(power.shape[1])
    bands = [power[:, (bins >= low) & (bins < max(high, low + 1))].sum(1) for low, high in itertools.pairwise(_EDGES)]
    return np.asarray(np.log10(np.stack(bands, 1) + 1e3))


def _trimmed(features: Features) -> Features:
    """Without the silence before and after."""
    if not len(features):
        return features
    level = features.mean(1)
    loud = np.flatnonzero(level > max(float(level.max()) - _LEVEL_RANGE, _QUIETEST))
    return features[loud[0] : loud[-1] + 1] if len(loud) else features[:0]


class PromptHandler(AsyncEventHandler):
    """One connection, one utterance. The transcript comes in pieces first, then whole, as streaming servers send it."""

    def __init__(self, bank: PromptBank, heard: list[tuple[str, str]], *args: Any) -> None:
        super().__init__(*args)
        self._bank = bank
        self._heard = heard
        self._converter = AudioChunkConverter(rate=RATE, width=2, channels=1)
        self._pcm = bytearray()
        self._language = ""

    @override
    async def handle_event(self, event: Event) -> bool:
        if Describe.is_type(event.type):
            await self.write_event(_info(self._bank).event())
        elif Transcribe.is_type(event.type):
            self._language = Transcribe.from_event(event).language or ""
        elif AudioChunk.is_type(event.type):
            self._pcm += self._converter.convert(AudioChunk.from_event(event)).audio
        elif AudioStop.is_type(event.type):
            samples = np.frombuffer(bytes(self._pcm[: len(self._pcm) & ~1]), np.int16)
            text = await asyncio.to_thread(self._bank.transcribe, samples, self._language)
            self._heard.append((self._language, text))
            await self.write_event(TranscriptStart(language=self._language).event())
            for piece in re.findall(rf"(?:\S+\s*){{1,{_CHUNK_WORDS}}}", text):
                await self.write_event(TranscriptChunk(text=piece).event())
            await self.write_event(Transcript(text=text, language=self._language).event())
            await self.write_event(TranscriptStop().event())
            return False
        return True


def _info(bank: PromptBank) -> Info:
    model = AsrModel(
        "prompts", _ATTRIBUTION, installed=True, description="known prompts", version="1", languages=bank.languages
    )
    program = AsrProgram(
        "hold-slayer-prompts",
        _ATTRIBUTION,
        installed=True,
        description="known prompts by their sound",
        version="1",
        models=[model],
        supports_transcript_streaming=True,
    )
    return Info(asr=[program])


def make_handler(bank: PromptBank, heard: list[tuple[str, str]]) -> Any:
    """Handler factory; ``heard`` collects language and text of every transcript."""
    return partial(PromptHandler, bank, heard)
