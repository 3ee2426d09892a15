"""Text to speech by a Home Assistant entity.

WAV is asked for without a rate, so that engines which make WAV are not converted by an external program; the rate is read from
the stream's header and the engine resamples.
"""

from collections.abc import AsyncGenerator
import struct

from homeassistant.components import tts
from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.util import language as language_util

from ..engine.ports import ServiceError, Speech
from .guard import guarded

_OPTIONS = {tts.ATTR_PREFERRED_FORMAT: "wav"}
_TIMEOUT_S = 9.5
_NAME = "the text-to-speech entity"
_PCM_FORMATS = (1, 0xFFFE)
"""WAVE_FORMAT_PCM and WAVE_FORMAT_EXTENSIBLE."""
_UNKNOWN_SIZES = (0, 0xFFFFFFFF)
"""What programs write as the length of a stream whose end they do not know."""


class HomeAssistantTextToSpeech:
    """Sentences by an entity. They stay out of Home Assistant's cache on disk, for facts may be spoken in them."""

    def __init__(self, hass: HomeAssistant, entity_id: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._hass = hass
        self._entity_id = entity_id
        self._timeout_s = timeout_s

    async def synthesize(self, text: str, language: str) -> Speech:
        """See `TextToSpeech.synthesize`."""
        async with guarded(_NAME, self._timeout_s):
            stream = tts.async_create_stream(self._hass, self._entity_id, self._match(language), dict(_OPTIONS))
            # Whole messages would be kept on disk, streamed ones are not.
            stream.async_set_message_stream(_as_stream(text))
            data = b"".join([chunk async for chunk in stream.async_stream_result()])
        return parse_wav(data)

    def _match(self, language: str) -> str:
        """The entity's own name of the language."""
        entity = self._hass.data[DATA_COMPONENT].get_entity(self._entity_id)
        if entity is None:
            raise ServiceError(f"{_NAME} does not exist")
        found = language_util.matches(language, entity.supported_languages, self._hass.config.country)
        if not found:
            raise ServiceError(f"{_NAME} does not speak the language")
        return found[0]


async def _as_stream(text: str) -> AsyncGenerator[str]:
    yield text


def parse_wav(data: bytes) -> Speech:
    """Read 16-bit PCM WAV, streamed ones with meaningless sizes too; of several channels the first is taken.

    Raises:
        ServiceError: no WAV, or not 16-bit PCM.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ServiceError(f"{_NAME} did not answer with WAV")
    position, rate, channels = 12, 0, 1
    while position + 8 <= len(data):
        name, size = data[position : position + 4], struct.unpack_from("<I", data, position + 4)[0]
        body = position + 8
        if name == b"fmt " and body + 16 <= len(data):
            kind, channels, rate, _, _, width = struct.unpack_from("<HHIIHH", data, body)
            if kind not in _PCM_FORMATS or width != 16 or not channels or not rate:
                raise ServiceError(f"{_NAME} did not answer with 16-bit PCM")
        elif name == b"data" and rate:
            pcm = data[body:] if size in _UNKNOWN_SIZES else data[body : body + size]
            return Speech(_first_channel(pcm, channels), rate)
        position = body + size + (size & 1)
    raise ServiceError(f"{_NAME} answered with an incomplete WAV")


def _first_channel(pcm: bytes, channels: int) -> bytes:
    step = 2 * channels
    whole = len(pcm) - len(pcm) % step
    if channels == 1:
        return pcm[:whole]
    return b"".join(pcm[start : start + 2] for start in range(0, whole, step))
