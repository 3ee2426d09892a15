"""Text to speech by a Wyoming server (piper, …): one connection a sentence.

Plain servers answer ``synthesize`` with one audio-start … audio-stop; servers that stream answer a text stream with one such
group a sentence and ``synthesize-stopped`` at the end. Not done: SSML, handing out audio before the end.
"""

import audioop
from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.tts import (
    Synthesize,
    SynthesizeChunk,
    SynthesizeStart,
    SynthesizeStop,
    SynthesizeStopped,
    SynthesizeVoice,
)

from ..ports import ServiceError, Speech
from .wyoming_link import WyomingLink, open_link

_SERVICE = "text to speech"
_MAX_AUDIO_S = 120
_RATES = range(4000, 192_001)


class WyomingTextToSpeech:
    """Implements `engine.ports.TextToSpeech`.

    ``voice`` names one of the server's voices (empty: its default for the language); ``is_streaming`` uses the streaming
    requests, for servers that know them; ``timeout_s`` bounds one sentence from connecting to its last sample.
    """

    def __init__(
        self, host: str, port: int, voice: str = "", *, timeout_s: float = 10.0, is_streaming: bool = False
    ) -> None:
        self._host = host
        self._port = port
        self._voice = voice
        self._timeout_s = timeout_s
        self._is_streaming = is_streaming

    async def synthesize(self, text: str, language: str) -> Speech:
        """Return the sentence as speech.

        Raises:
            ServiceError: gone, hanging, refusing, without audio or answering nonsense.
        """
        voice = SynthesizeVoice(name=self._voice) if self._voice else SynthesizeVoice(language=language)
        async with open_link(_SERVICE, self._host, self._port, self._timeout_s) as link:
            whole = Synthesize(text=text, voice=voice)
            if self._is_streaming:
                # The whole text inside the stream is for servers that do not stream; the others skip it.
                await link.send(SynthesizeStart(voice=voice), SynthesizeChunk(text=text), whole, SynthesizeStop())
            else:
                await link.send(whole)
            return await self._speech(link)

    async def _speech(self, link: WyomingLink) -> Speech:
        parts: list[bytes] = []
        rate = 0
        size = 0
        while True:
            event = await link.receive()
            if AudioStart.is_type(event.type):
                rate = _same_rate(rate, AudioStart.from_event(event).rate)
            elif AudioChunk.is_type(event.type):
                chunk = AudioChunk.from_event(event)
                rate = _same_rate(rate, chunk.rate)
                parts.append(_mono_16_bit(chunk))
                size += len(parts[-1])
                if size > rate * 2 * _MAX_AUDIO_S:
                    raise ServiceError(f"{_SERVICE} does not come to an end")
            elif SynthesizeStopped.is_type(event.type) or (AudioStop.is_type(event.type) and not self._is_streaming):
                if not size:
                    raise ServiceError(f"{_SERVICE} answered without audio")
                return Speech(b"".join(parts), rate)


def _same_rate(known: int, rate: int) -> int:
    if not isinstance(rate, int) or rate not in _RATES or known not in {0, rate}:
        raise ServiceError(f"{_SERVICE} answered nonsense")
    return rate


def _mono_16_bit(chunk: AudioChunk) -> bytes:
    """Return the chunk's samples as signed 16-bit mono; broken samples at its end are cut off."""
    if chunk.width not in {1, 2, 3, 4} or chunk.channels not in {1, 2}:
        raise ServiceError(f"{_SERVICE} answered nonsense")
    pcm = chunk.audio[: len(chunk.audio) - len(chunk.audio) % (chunk.width * chunk.channels)]
    if chunk.width != 2:
        pcm = audioop.lin2lin(pcm, chunk.width, 2)
    return audioop.tomono(pcm, 2, 0.5, 0.5) if chunk.channels == 2 else pcm
