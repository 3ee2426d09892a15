"""Text to speech by a Home Assistant entity.

WAV is asked for without a rate, so that engines which make WAV are not converted by an external program; the rate is read from
the stream's header and the engine resamples.
"""

import struct

from homeassistant.components import tts
from homeassistant.components.tts.const import DATA_COMPONENT
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError

from ..engine.ports import ServiceError, Speech

_OPTIONS = {tts.ATTR_PREFERRED_FORMAT: "wav"}


class HomeAssistantTextToSpeech:
    """Sentences by an entity; Home Assistant caches them too."""

    def __init__(self, hass: HomeAssistant, entity_id: str) -> None:
        self._hass = hass
        self._entity_id = entity_id

    async def synthesize(self, text: str, language: str) -> Speech:
        """See `TextToSpeech.synthesize`."""
        try:
            stream = tts.async_create_stream(self._hass, self._entity_id, self._language(language), dict(_OPTIONS))
            stream.async_set_message(text)
            data = b"".join([chunk async for chunk in stream.async_stream_result()])
        except HomeAssistantError as err:
            raise ServiceError("the text-to-speech entity failed") from err
        return parse_wav(data)

    def _language(self, language: str) -> str | None:
        """The entity's name of the language; None lets it use its own."""
        entity = self._hass.data[DATA_COMPONENT].get_entity(self._entity_id)
        supported = entity.supported_languages if entity is not None else None
        if not supported or language in supported:
            return language if supported else None
        return next((item for item in supported if item.partition("-")[0] == language.partition("-")[0]), None)


def parse_wav(data: bytes) -> Speech:
    """Read 16-bit PCM WAV, streamed ones with meaningless sizes too; more channels are averaged to the first.

    Raises:
        ServiceError: no WAV, or not 16-bit PCM.
    """
    if data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise ServiceError("text to speech did not answer with WAV")
    position, rate, channels, width = 12, 0, 1, 16
    while position + 8 <= len(data):
        name, size = data[position : position + 4], struct.unpack_from("<I", data, position + 4)[0]
        body = position + 8
        if name == b"fmt " and body + 16 <= len(data):
            kind, channels, rate, _, _, width = struct.unpack_from("<HHIIHH", data, body)
            if kind not in (1, 0xFFFE) or width != 16 or not channels or not rate:
                raise ServiceError("text to speech did not answer with 16-bit PCM")
        elif name == b"data" and rate:
            end = len(data) if size in (0, 0xFFFFFFFF) or body + size > len(data) else body + size
            pcm = data[body:end]
            return Speech(pcm if channels == 1 else _first_channel(pcm, channels), rate)
        position = body + size + (size & 1)
    raise ServiceError("text to speech answered with an incomplete WAV")


def _first_channel(pcm: bytes, channels: int) -> bytes:
    step = 2 * channels
    return b"".join(pcm[start : start + 2] for start in range(0, len(pcm) - step + 1, step))
