"""Speech to text by a Home Assistant entity."""

from collections.abc import AsyncIterator

from homeassistant.components import stt
from homeassistant.core import HomeAssistant
from homeassistant.util import language as language_util
import numpy as np

from ..engine.audio.resample import resample
from ..engine.model.audio_frame import SAMPLE_RATE
from ..engine.ports import LanguageRefusedError, ServiceError
from .guard import guarded

_RATE = 16000
_CHUNK_BYTES = 3200
"""0.1 s: engines that stream get the utterance in pieces."""
_TIMEOUT_S = 11.0
_NAME = "the speech-to-text entity"


class HomeAssistantSpeechToText:
    """One utterance, one run of the entity; Home Assistant's engines take 16 kHz."""

    def __init__(self, hass: HomeAssistant, entity_id: str, *, timeout_s: float = _TIMEOUT_S) -> None:
        self._hass = hass
        self._entity_id = entity_id
        self._timeout_s = timeout_s

    async def transcribe(self, pcm: bytes, language: str) -> str:
        """See `SpeechToText.transcribe`."""
        async with guarded(_NAME, self._timeout_s):
            entity = stt.async_get_speech_to_text_entity(self._hass, self._entity_id)
            if entity is None:
                raise ServiceError(f"{_NAME} does not exist")
            metadata = self._metadata(entity, language)
            wide = await self._hass.async_add_executor_job(_upsampled, pcm)
            result = await entity.internal_async_process_audio_stream(metadata, _chunks(wide))
        if result.result is not stt.SpeechResultState.SUCCESS:
            raise ServiceError(f"{_NAME} reported an error")
        return (result.text or "").strip()

    def _metadata(self, entity: stt.SpeechToTextEntity, language: str) -> stt.SpeechMetadata:
        found = language_util.matches(language, entity.supported_languages, self._hass.config.country)
        if not found:
            raise LanguageRefusedError(f"{_NAME} does not understand the language")
        metadata = stt.SpeechMetadata(
            language=found[0],
            format=stt.AudioFormats.WAV,
            codec=stt.AudioCodecs.PCM,
            bit_rate=stt.AudioBitRates.BITRATE_16,
            sample_rate=stt.AudioSampleRates.SAMPLERATE_16000,
            channel=stt.AudioChannels.CHANNEL_MONO,
        )
        if not entity.check_metadata(metadata):
            raise ServiceError(f"{_NAME} does not take 16 kHz audio")
        return metadata


def _upsampled(pcm: bytes) -> bytes:
    samples = np.frombuffer(pcm[: len(pcm) & ~1], dtype="<i2").astype(np.float32) / 32768.0
    wide = np.clip(resample(samples, SAMPLE_RATE, _RATE), -1.0, 1.0)
    return bytes((wide * 32767.0).astype("<i2").tobytes())


async def _chunks(pcm: bytes) -> AsyncIterator[bytes]:
    for start in range(0, len(pcm), _CHUNK_BYTES):
        yield pcm[start : start + _CHUNK_BYTES]
