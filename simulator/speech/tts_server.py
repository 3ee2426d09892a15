"""Wyoming text-to-speech server on flite and espeak-ng, streaming by sentence."""

import io
import re
from typing import Any, override
import wave

from wyoming.audio import AudioChunk, AudioStart, AudioStop
from wyoming.error import Error
from wyoming.event import Event
from wyoming.info import Attribution, Describe, Info, TtsProgram, TtsVoice
from wyoming.server import AsyncEventHandler
from wyoming.tts import Synthesize, SynthesizeChunk, SynthesizeStart, SynthesizeStop, SynthesizeStopped

from ..voices import VoiceError, render_wav

_ATTRIBUTION = Attribution(name="flite", url="https://github.com/festvox/flite")
_VOICES = {
    "kal16": ["en"],
    "slt": ["en"],
    "rms": ["en"],
    "awb": ["en"],
    "de": ["de"],
    "fr": ["fr"],
    "es": ["es"],
    "nl": ["nl"],
    "it": ["it"],
}
DEFAULT_VOICE = "kal16"
_SENTENCE_END = re.compile(r"(?<=[.!?;])\s+")
_CHUNK_BYTES = 4096

INFO = Info(
    tts=[
        TtsProgram(
            name="hold-slayer-demo",
            description="flite and espeak-ng",
            attribution=_ATTRIBUTION,
            installed=True,
            version="1",
            supports_synthesize_streaming=True,
            voices=[
                TtsVoice(
                    name=name,
                    description=name,
                    attribution=_ATTRIBUTION,
                    installed=True,
                    version="1",
                    languages=languages,
                )
                for name, languages in _VOICES.items()
            ],
        )
    ]
)


class TtsHandler(AsyncEventHandler):
    """One connection; whole texts, or a stream of text spoken sentence by sentence."""

    def __init__(self, *args: Any) -> None:
        super().__init__(*args)
        self._is_streaming = False
        self._text = ""
        self._voice = DEFAULT_VOICE

    @override
    async def handle_event(self, event: Event) -> bool:
        try:
            await self._handle(event)
        except (VoiceError, wave.Error, OSError) as err:
            await self.write_event(Error(text=str(err), code=type(err).__name__).event())
            return False
        return True

    async def _handle(self, event: Event) -> None:
        if Describe.is_type(event.type):
            await self.write_event(INFO.event())
        elif SynthesizeStart.is_type(event.type):
            self._is_streaming, self._text = True, ""
            self._choose(SynthesizeStart.from_event(event).voice)
        elif SynthesizeChunk.is_type(event.type):
            *sentences, self._text = _SENTENCE_END.split(self._text + SynthesizeChunk.from_event(event).text)
            for sentence in sentences:
                await self._say(sentence)
        elif Synthesize.is_type(event.type):
            if not self._is_streaming:  # inside a stream it repeats the text for servers that cannot stream
                request = Synthesize.from_event(event)
                self._choose(request.voice)
                await self._say(request.text)
        elif SynthesizeStop.is_type(event.type):
            if self._text.strip():
                await self._say(self._text)
            self._is_streaming, self._text = False, ""
            await self.write_event(SynthesizeStopped().event())

    def _choose(self, voice: Any) -> None:
        name = getattr(voice, "name", None) or next(
            (key for key, langs in _VOICES.items() if getattr(voice, "language", None) in langs), None
        )
        self._voice = name if name in _VOICES else DEFAULT_VOICE

    async def _say(self, text: str) -> None:
        with wave.open(io.BytesIO(await render_wav(self._voice, " ".join(text.split())))) as reader:
            rate, width, channels = reader.getframerate(), reader.getsampwidth(), reader.getnchannels()
            pcm = reader.readframes(reader.getnframes())
        await self.write_event(AudioStart(rate=rate, width=width, channels=channels).event())
        for start in range(0, len(pcm), _CHUNK_BYTES):
            chunk = pcm[start : start + _CHUNK_BYTES]
            await self.write_event(AudioChunk(audio=chunk, rate=rate, width=width, channels=channels).event())
        await self.write_event(AudioStop().event())
