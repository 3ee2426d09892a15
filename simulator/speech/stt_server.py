"""Wyoming speech-to-text server on pocketsphinx, for 8 kHz telephone audio in English."""

import asyncio
from functools import partial
import logging
import os
from pathlib import Path
from typing import Any, override

import numpy as np
from pocketsphinx import Config, Decoder, get_model_path
from wyoming.asr import Transcribe, Transcript
from wyoming.audio import AudioChunk, AudioChunkConverter, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import AsrModel, AsrProgram, Attribution, Describe, Info
from wyoming.server import AsyncEventHandler

from .language_model import build

_LOGGER = logging.getLogger(__name__)

RATE = 16000
MAX_S = 45.0
_MIN_S = 0.2
_MIN_PEAK = 200
_DITHER = 40.0
"""Standard deviation of the noise added after levelling: the acoustic model expects a noise floor above 4 kHz."""
_SEARCH = {"lw": 12.0, "beam": 1e-80, "wbeam": 1e-60, "pbeam": 1e-80, "cmn": "batch"}
"""Weight of the language model and widths of the search: utterances are short, so width is cheap and saves final digits."""
_ATTRIBUTION = Attribution(name="CMU Sphinx", url="https://github.com/cmusphinx/pocketsphinx")

INFO = Info(
    asr=[
        AsrProgram(
            name="hold-slayer-demo",
            description="pocketsphinx for telephone menus",
            attribution=_ATTRIBUTION,
            installed=True,
            version="1",
            models=[
                AsrModel(
                    name="en-us-menus",
                    description="English telephone menus",
                    attribution=_ATTRIBUTION,
                    installed=True,
                    version="1",
                    languages=["en"],
                )
            ],
        )
    ]
)


def cache_directory() -> Path:
    """Where the language model is kept."""
    home = Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache")
    return home / "hold-slayer-simulator"


def load_decoder(cache: Path | None = None) -> Decoder:
    """A decoder with the language model for menus."""
    full_dictionary = Path(get_model_path("en-us/cmudict-en-us.dict"))
    model, dictionary = build(cache or cache_directory(), full_dictionary)
    return Decoder(Config(samprate=RATE, loglevel="FATAL", lm=str(model), dict=str(dictionary), **_SEARCH))


def transcribe(decoder: Decoder, pcm: bytes) -> str:
    """Words in 16 kHz 16-bit mono ``pcm``; empty when there is hardly any sound."""
    samples = np.frombuffer(pcm[: len(pcm) & ~1], "<i2").astype(np.float32)
    peak = float(np.abs(samples).max(initial=0.0))
    if len(samples) < _MIN_S * RATE or peak < _MIN_PEAK:
        return ""
    rng = np.random.default_rng(0)
    samples = samples * min(8.0, 16400.0 / peak) + rng.standard_normal(len(samples)).astype(np.float32) * _DITHER
    decoder.start_utt()
    decoder.process_raw(np.clip(samples, -32768, 32767).astype("<i2").tobytes(), no_search=False, full_utt=True)
    decoder.end_utt()
    hypothesis = decoder.hyp()
    return str(hypothesis.hypstr) if hypothesis is not None else ""


class SttHandler(AsyncEventHandler):
    """One connection, one utterance after another; closed after each, as wyoming-faster-whisper does."""

    def __init__(self, decoders: asyncio.Queue[Decoder], *args: Any) -> None:
        super().__init__(*args)
        self._decoders = decoders
        self._converter = AudioChunkConverter(rate=RATE, width=2, channels=1)
        self._pcm = bytearray()
        self._language = "en"

    @override
    async def handle_event(self, event: Event) -> bool:
        if Describe.is_type(event.type):
            await self.write_event(INFO.event())
        elif Transcribe.is_type(event.type):
            self._language = Transcribe.from_event(event).language or "en"
        elif AudioChunk.is_type(event.type):
            self._pcm += self._converter.convert(AudioChunk.from_event(event)).audio
            if len(self._pcm) > MAX_S * RATE * 2:
                await self.write_event(Error("the utterance is too long", "too-long").event())
                return False
        elif AudioStop.is_type(event.type):
            decoder = await self._decoders.get()
            try:
                text = await asyncio.to_thread(transcribe, decoder, bytes(self._pcm))
            finally:
                self._decoders.put_nowait(decoder)
            _LOGGER.debug("%.1f s of audio transcribed", len(self._pcm) / RATE / 2)
            await self.write_event(Transcript(text=text, language=self._language).event())
            return False
        return True


def make_handler(parallel: int = 2) -> Any:
    """Handler factory with ``parallel`` decoders; loading takes about a second."""
    decoders: asyncio.Queue[Decoder] = asyncio.Queue()
    for _ in range(parallel):
        decoders.put_nowait(load_decoder())
    return partial(SttHandler, decoders)
