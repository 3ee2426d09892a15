"""Sentences turned into telephone audio once, ahead of time where the brain asks for it."""

import asyncio
from collections.abc import Callable

import numpy as np

from ..audio.resample import resample
from ..model.audio_frame import SAMPLE_RATE
from ..ports import ServiceError, Speech, TextToSpeech

_PEAK = 0.5
"""Loudest sample after levelling, relative to full scale: about the level of a talker on a telephone line."""


def telephone_pcm(speech: Speech) -> bytes:
    """Return ``speech`` as 8 kHz signed 16-bit mono, levelled for the line."""
    samples = np.frombuffer(speech.pcm[: len(speech.pcm) & ~1], dtype="<i2").astype(np.float32) / 32768.0
    if speech.rate != SAMPLE_RATE:
        samples = resample(samples, speech.rate, SAMPLE_RATE)
    peak = float(np.abs(samples).max(initial=0.0))
    if peak > 0.0:
        samples = samples * (_PEAK / peak)
    return bytes((samples * 32767.0).astype("<i2").tobytes())


class Speaker:
    """A per-call cache in front of text to speech: one synthesis a sentence, shared by all who wait for it.

    ``spawn`` starts a task that the call owns and cancels.
    """

    def __init__(
        self,
        tts: TextToSpeech | None,
        language: str,
        timeout_s: float,
        spawn: Callable[..., asyncio.Task[bytes]],
    ) -> None:
        self._tts = tts
        self._language = self._first = language
        self._timeout_s = timeout_s
        self._spawn = spawn
        self._sentences: dict[str, asyncio.Task[bytes]] = {}

    def speak(self, language: str) -> None:
        """What is synthesized from now on is in that language."""
        self._language = language

    def prepare(self, text: str) -> asyncio.Task[bytes]:
        """Start synthesis of ``text`` unless it is under way or done; a failed one is tried again."""
        task = self._sentences.get(text)
        if task is None or (task.done() and (task.cancelled() or task.exception() is not None)):
            task = self._spawn(self._synthesize(text))
            self._sentences[text] = task
        return task

    async def pcm(self, text: str) -> bytes:
        """Return ``text`` as 8 kHz PCM.

        Raises:
            ServiceError: no engine, engine failed, or not in time.
        """
        return await asyncio.shield(self.prepare(text))

    async def _synthesize(self, text: str) -> bytes:
        if self._tts is None:
            raise ServiceError("no text-to-speech engine is set up")
        try:
            async with asyncio.timeout(self._timeout_s):
                speech = await self._spoken(self._tts, text)
        except TimeoutError as err:
            raise ServiceError("text to speech did not answer in time") from err
        if not speech.pcm:
            raise ServiceError("text to speech answered without audio")
        return telephone_pcm(speech)

    async def _spoken(self, tts: TextToSpeech, text: str) -> Speech:
        """Where the engine has no voice for what the line turned out to speak, the one it began with reads it."""
        try:
            return await tts.synthesize(text, self._language)
        except ServiceError:
            if self._language == self._first:
                raise
            return await tts.synthesize(text, self._first)
