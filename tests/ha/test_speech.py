"""Speech to text and text to speech by Home Assistant's entities, and every way they can fail."""

import asyncio
import struct
import time

from homeassistant.components import stt
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
import numpy as np
import pytest

from custom_components.hold_slayer.adapters.stt import HomeAssistantSpeechToText
from custom_components.hold_slayer.adapters.tts import HomeAssistantTextToSpeech, parse_wav
from custom_components.hold_slayer.engine.ports import ServiceError

from .conftest import Engines, wav

EAR, VOICE = "stt.ear", "tts.voice"


def tone(hertz: float, seconds: float, rate: int) -> np.ndarray:
    return np.sin(2 * np.pi * hertz * np.arange(int(seconds * rate)) / rate) * 0.5


def pcm(samples: np.ndarray) -> bytes:
    return (samples * 32767).astype("<i2").tobytes()


# --- speech to text -------------------------------------------------------------------------------------------------


async def test_utterance_goes_out_at_16_khz_and_comes_back_as_text(hass: HomeAssistant, engines: Engines) -> None:
    engines.stt.text = "  Press one for sales. "
    text = await HomeAssistantSpeechToText(hass, EAR).transcribe(pcm(tone(440, 1.0, 8000)), "en")
    assert text == "Press one for sales."
    heard = np.frombuffer(engines.stt.received, "<i2") / 32768
    assert len(heard) == 16000
    assert engines.stt.chunks == 10
    spectrum = np.abs(np.fft.rfft(heard))
    assert int(spectrum.argmax()) == 440
    assert np.corrcoef(heard, tone(440, 1.0, 16000))[0, 1] > 0.999
    assert engines.stt.metadata is not None
    assert engines.stt.metadata.sample_rate == stt.AudioSampleRates.SAMPLERATE_16000


@pytest.mark.parametrize(
    ("language", "country", "expected"),
    [
        ("en", None, "en-US"),
        ("en", "GB", "en-GB"),
        ("en-GB", None, "en-GB"),
        ("de", None, "de-DE"),
        ("de-AT", None, "de-DE"),
    ],
)
async def test_language_is_the_nearest_that_the_engine_knows(
    hass: HomeAssistant, engines: Engines, language: str, country: str | None, expected: str
) -> None:
    hass.config.country = country
    await HomeAssistantSpeechToText(hass, EAR).transcribe(b"\0\0" * 800, language)
    assert engines.stt.metadata is not None
    assert engines.stt.metadata.language == expected


@pytest.mark.parametrize("text", [None, "", "   "])
async def test_nothing_understood_is_no_fault(hass: HomeAssistant, engines: Engines, text: str | None) -> None:
    engines.stt.text = text
    assert await HomeAssistantSpeechToText(hass, EAR).transcribe(b"\0\0" * 800, "en") == ""


@pytest.mark.parametrize("audio", [b"", b"\0", b"\0\0\0"])
async def test_odd_and_empty_audio_is_no_fault(hass: HomeAssistant, engines: Engines, audio: bytes) -> None:
    assert await HomeAssistantSpeechToText(hass, EAR).transcribe(audio, "en") == "press one for sales"


async def test_entity_that_does_not_exist(hass: HomeAssistant, engines: Engines) -> None:
    with pytest.raises(ServiceError, match="does not exist"):
        await HomeAssistantSpeechToText(hass, "stt.nobody").transcribe(b"\0\0" * 800, "en")


async def test_language_that_it_does_not_know(hass: HomeAssistant, engines: Engines) -> None:
    with pytest.raises(ServiceError, match="language"):
        await HomeAssistantSpeechToText(hass, EAR).transcribe(b"\0\0" * 800, "fr")
    assert engines.stt.metadata is None


async def test_audio_that_it_does_not_take(hass: HomeAssistant, engines: Engines) -> None:
    engines.stt.rates = [stt.AudioSampleRates.SAMPLERATE_48000]
    with pytest.raises(ServiceError, match="16 kHz"):
        await HomeAssistantSpeechToText(hass, EAR).transcribe(b"\0\0" * 800, "en")


async def test_recogniser_that_reports_an_error(hass: HomeAssistant, engines: Engines) -> None:
    engines.stt.state_of_result = stt.SpeechResultState.ERROR
    with pytest.raises(ServiceError, match="reported an error"):
        await HomeAssistantSpeechToText(hass, EAR).transcribe(b"\0\0" * 800, "en")


@pytest.mark.parametrize(
    "error", [HomeAssistantError("said: 4711"), OSError("4711"), ValueError("4711"), KeyError("4711")]
)
async def test_whatever_a_recogniser_raises_is_one_kind_of_error_without_its_text(
    hass: HomeAssistant, engines: Engines, error: Exception
) -> None:
    engines.stt.error = error
    with pytest.raises(ServiceError) as raised:
        await HomeAssistantSpeechToText(hass, EAR).transcribe(b"\0\0" * 800, "en")
    assert type(error).__name__ in str(raised.value)
    assert "4711" not in str(raised.value)


async def test_recogniser_that_hangs(hass: HomeAssistant, engines: Engines) -> None:
    engines.stt.hangs = asyncio.Event()
    begun = time.monotonic()
    with pytest.raises(ServiceError, match="in time"):
        await HomeAssistantSpeechToText(hass, EAR, timeout_s=0.2).transcribe(b"\0\0" * 800, "en")
    assert time.monotonic() - begun < 2.0


async def test_a_call_that_ends_cancels_the_recogniser(hass: HomeAssistant, engines: Engines) -> None:
    engines.stt.hangs = asyncio.Event()
    task = asyncio.create_task(HomeAssistantSpeechToText(hass, EAR).transcribe(b"\0\0" * 800, "en"))
    async with asyncio.timeout(5):
        await engines.stt.has_heard.wait()
    task.cancel()
    with pytest.raises(asyncio.CancelledError):
        await task


# --- text to speech -------------------------------------------------------------------------------------------------


async def test_sentence_comes_back_as_the_engine_made_it_without_another_program(
    hass: HomeAssistant, engines: Engines
) -> None:
    """No ffmpeg is installed where the tests run; WAV is not converted."""
    audio = pcm(tone(440, 0.5, 22050))
    engines.tts.audio = wav(audio, 22050)
    speech = await HomeAssistantTextToSpeech(hass, VOICE).synthesize("One moment, please.", "en")
    assert (speech.rate, speech.pcm) == (22050, audio)
    assert engines.tts.asked == [("One moment, please.", "en-US")]


async def test_what_is_said_is_not_kept_on_disk(hass: HomeAssistant, engines: Engines) -> None:
    """Facts are spoken too."""
    await HomeAssistantTextToSpeech(hass, VOICE).synthesize("My account number is 4711.", "en")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert list(engines.cache.glob("*.wav")) == []


async def test_language_of_the_voice(hass: HomeAssistant, engines: Engines) -> None:
    await HomeAssistantTextToSpeech(hass, VOICE).synthesize("Guten Tag", "de")
    assert engines.tts.asked == [("Guten Tag", "de-DE")]
    with pytest.raises(ServiceError, match="does not speak"):
        await HomeAssistantTextToSpeech(hass, VOICE).synthesize("Bonjour", "fr")


async def test_voice_that_does_not_exist(hass: HomeAssistant, engines: Engines) -> None:
    with pytest.raises(ServiceError, match="does not exist"):
        await HomeAssistantTextToSpeech(hass, "tts.nobody").synthesize("Hello", "en")


@pytest.mark.parametrize("error", [HomeAssistantError("saying 4711"), OSError("4711"), ValueError("4711")])
async def test_whatever_a_voice_raises_is_one_kind_of_error_without_its_text(
    hass: HomeAssistant, engines: Engines, error: Exception
) -> None:
    engines.tts.error = error
    with pytest.raises(ServiceError) as raised:
        await HomeAssistantTextToSpeech(hass, VOICE).synthesize("4711", "en")
    assert "4711" not in str(raised.value)


async def test_voice_that_is_silent(hass: HomeAssistant, engines: Engines) -> None:
    engines.tts.audio = None
    with pytest.raises(ServiceError) as raised:
        await HomeAssistantTextToSpeech(hass, VOICE).synthesize("a secret", "en")
    assert "secret" not in str(raised.value)


async def test_voice_that_hangs(hass: HomeAssistant, engines: Engines) -> None:
    engines.tts.hangs = asyncio.Event()
    with pytest.raises(ServiceError, match="in time"):
        await HomeAssistantTextToSpeech(hass, VOICE, timeout_s=0.2).synthesize("Hello", "en")
    engines.tts.hangs.set()
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_voice_that_makes_something_else_without_a_converter(hass: HomeAssistant, engines: Engines) -> None:
    engines.tts.extension, engines.tts.audio = "mp3", b"\xff\xfb" * 500
    with pytest.raises(ServiceError):
        await HomeAssistantTextToSpeech(hass, VOICE).synthesize("Hello", "en")
    await hass.async_block_till_done(wait_background_tasks=True)


@pytest.mark.parametrize("audio", [b"", b"RIFF", b"hello, this is no WAV at all", wav(b"\0\0" * 9)[:30]])
async def test_voice_that_answers_nonsense(hass: HomeAssistant, engines: Engines, audio: bytes) -> None:
    engines.tts.audio = audio
    with pytest.raises(ServiceError):
        await HomeAssistantTextToSpeech(hass, VOICE).synthesize("Hello", "en")


# --- WAV ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF, 10_000])
def test_streamed_wav_with_a_meaningless_size(size: int) -> None:
    data = bytearray(wav(b"\x01\x02" * 100, 16000))
    struct.pack_into("<I", data, 40, size)
    speech = parse_wav(bytes(data))
    assert (speech.rate, speech.pcm) == (16000, b"\x01\x02" * 100)


def test_other_chunks_before_and_after_the_audio() -> None:
    plain = wav(b"\x01\x02" * 100, 16000)
    odd = b"LIST" + struct.pack("<I", 3) + b"abc\0"
    data = plain[:36] + odd + plain[36:] + b"id3 " + struct.pack("<I", 4) + b"junk"
    assert parse_wav(data).pcm == b"\x01\x02" * 100


def test_first_of_two_channels_is_taken() -> None:
    assert parse_wav(wav(b"\x01\x02\x03\x04" * 10, 16000, channels=2)).pcm == b"\x01\x02" * 10


def test_cut_sample_is_left_out() -> None:
    data = bytearray(wav(b"\x01\x02" * 10, 16000) + b"\x05")
    struct.pack_into("<I", data, 40, 0)
    assert parse_wav(bytes(data)).pcm == b"\x01\x02" * 10


@pytest.mark.parametrize(("kind", "bits"), [(3, 32), (7, 8), (1, 24), (1, 8)])
def test_other_encodings_are_refused(kind: int, bits: int) -> None:
    data = bytearray(wav(b"\0\0" * 10))
    struct.pack_into("<H", data, 20, kind)
    struct.pack_into("<H", data, 34, bits)
    with pytest.raises(ServiceError, match="16-bit"):
        parse_wav(bytes(data))


@pytest.mark.parametrize("length", range(0, 44, 3))
def test_every_cut_header_is_refused(length: int) -> None:
    with pytest.raises(ServiceError):
        parse_wav(wav(b"\x01\x02" * 10)[:length])
