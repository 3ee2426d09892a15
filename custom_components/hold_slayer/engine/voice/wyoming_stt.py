"""Speech to text by a Wyoming server (faster-whisper, vosk, …): one connection an utterance.

Not done: streaming transcripts while the line still speaks, hot words.
"""

from wyoming.asr import Transcribe, Transcript, TranscriptChunk, TranscriptStop
from wyoming.audio import AudioChunk, AudioStart, AudioStop

from ..ports import ServiceError
from .double_rate import double_rate
from .wyoming_link import WyomingLink, open_link

_SERVICE = "speech to text"
_RATE = 16_000
_FORMAT = {"rate": _RATE, "width": 2, "channels": 1}
_CHUNK_BYTES = 8192
_MAX_TEXT = 4000


class WyomingSpeechToText:
    """Implements `engine.ports.SpeechToText`. ``timeout_s`` bounds one utterance from connecting to the transcript."""

    def __init__(self, host: str, port: int, *, timeout_s: float = 12.0, model: str | None = None) -> None:
        self._host = host
        self._port = port
        self._timeout_s = timeout_s
        self._model = model

    async def transcribe(self, pcm: bytes, language: str) -> str:
        """Return what was said (empty: nothing understood).

        ``pcm`` is signed 16-bit little-endian mono at 8 kHz; ``language`` a BCP 47 tag, of which servers want the first part.

        Raises:
            ServiceError: gone, hanging, refusing or answering nonsense.
        """
        audio = double_rate(pcm)
        chunks = [audio[start : start + _CHUNK_BYTES] for start in range(0, len(audio), _CHUNK_BYTES)]
        async with open_link(_SERVICE, self._host, self._port, self._timeout_s) as link:
            await link.send(
                Transcribe(name=self._model, language=language.partition("-")[0].lower() or None),
                AudioStart(**_FORMAT),
                *(AudioChunk(**_FORMAT, audio=chunk) for chunk in chunks),
                AudioStop(),
            )
            text = await _transcript(link)
        return " ".join(text.split())[:_MAX_TEXT]


async def _transcript(link: WyomingLink) -> str:
    """Wait for the whole transcript; servers that stream send its pieces before it."""
    pieces: list[str] = []
    while True:
        event = await link.receive()
        if Transcript.is_type(event.type):
            return _text(Transcript.from_event(event).text)
        if TranscriptChunk.is_type(event.type):
            pieces.append(_text(TranscriptChunk.from_event(event).text))
        elif TranscriptStop.is_type(event.type):
            return "".join(pieces)


def _text(value: object) -> str:
    if not isinstance(value, str):
        raise ServiceError(f"{_SERVICE} answered nonsense")
    return value
