"""Home Assistant with an account, an agent without a telephone, and speech engines that do what a test wants."""

import asyncio
from collections.abc import AsyncGenerator, AsyncIterable, Generator
from contextlib import ExitStack
from dataclasses import dataclass, field
import io
from pathlib import Path
from typing import Any, override
from unittest.mock import patch
import wave

from homeassistant.components import ai_task, conversation, stt, tts
from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigSubentryDataWithId
from homeassistant.const import Platform
from homeassistant.core import HomeAssistant
from homeassistant.helpers import intent
from homeassistant.helpers.entity import Entity
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback
from homeassistant.setup import async_setup_component
from homeassistant.util import slugify
import pytest
from pytest_homeassistant_custom_component.common import (
    MockConfigEntry,
    MockModule,
    MockPlatform,
    mock_config_flow,
    mock_integration,
    mock_platform,
)

from custom_components.hold_slayer.const import DOMAIN
from tests.fakes.agent import FakeAgent

ACCOUNT: dict[str, Any] = {
    "host": "sip.example.com",
    "username": "alice",
    "password": "s3cret-pass",
    "transport": "udp",
    "advanced": {"local_port": 0, "verify_ssl": True},
}
OPTIONS: dict[str, Any] = {
    "user_name": "Alex",
    "hold_minutes": 45,
    "speech": {"language": "de"},
    "model": {"llm": "none"},
}


def subentry(subentry_type: str, /, **data: Any) -> ConfigSubentryDataWithId:
    """A contact or a hand-over target."""
    return ConfigSubentryDataWithId(
        data=data, subentry_id=slugify(data["name"]), subentry_type=subentry_type, title=data["name"], unique_id=None
    )


SUBENTRIES = [
    subentry("hand_over_target", name="Mobile", number="sip:alex@192.0.2.7"),
    subentry("hand_over_target", name="Kitchen phone", number="+1 555 0123", ring_s=20, rank=1),
    subentry("contact", name="Acme Bank", number="+1 (555) 0100", goal="A charge on my bill", language="en-GB"),
    subentry("contact", name="Town hall", number="5550199"),
]


@pytest.fixture(autouse=True)
def custom_integrations(enable_custom_integrations: None) -> None:
    """Load this repository's integration."""


@pytest.fixture
def hass_config_dir(hass_tmp_config_dir: str) -> str:
    """A configuration directory of its own for each test: the history lies in it."""
    return hass_tmp_config_dir


@pytest.fixture
def agents() -> Generator[list[FakeAgent]]:
    """All agents that were made, the newest last."""
    made: list[FakeAgent] = []

    def make(*arguments: Any, **options: Any) -> FakeAgent:
        made.append(FakeAgent(*arguments, **options))
        return made[-1]

    with patch("custom_components.hold_slayer.runtime.Agent", make):
        yield made
    FakeAgent.start_error = None


@pytest.fixture
async def core(hass: HomeAssistant) -> None:
    """What conversation, a dependency, cannot do without."""
    assert await async_setup_component(hass, "homeassistant", {})


@pytest.fixture
def entry(hass: HomeAssistant, core: None) -> MockConfigEntry:
    """An account with options, not set up yet."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id="entry-1",
        title="alice@sip.example.com",
        unique_id="alice@sip.example.com",
        data=ACCOUNT,
        options=OPTIONS,
        subentries_data=SUBENTRIES,
        minor_version=2,
    )
    entry.add_to_hass(hass)
    return entry


@pytest.fixture
async def agent(hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]) -> FakeAgent:
    """The agent of the account, which is set up."""
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return agents[-1]


# --- speech ---------------------------------------------------------------------------------------------------------


def wav(pcm: bytes, rate: int = 22050, channels: int = 1) -> bytes:
    file = io.BytesIO()
    with wave.open(file, "wb") as writer:
        writer.setnchannels(channels)
        writer.setsampwidth(2)
        writer.setframerate(rate)
        writer.writeframes(pcm)
    return file.getvalue()


class FakeStt(stt.SpeechToTextEntity):
    """Answers with ``text``; raises ``error``; waits for ``hangs``."""

    _attr_name = "Ear"
    _attr_unique_id = "ear"

    def __init__(self) -> None:
        self.text: str | None = "press one for sales"
        self.state_of_result = stt.SpeechResultState.SUCCESS
        self.error: Exception | None = None
        self.hangs: Any = None
        self.languages = ["de-DE", "en-US", "en-GB"]
        self.rates = [stt.AudioSampleRates.SAMPLERATE_16000]
        self.received = b""
        self.chunks = 0
        self.metadata: stt.SpeechMetadata | None = None
        self.has_heard = asyncio.Event()

    @property
    @override
    def supported_languages(self) -> list[str]:
        return self.languages

    @property
    @override
    def supported_formats(self) -> list[stt.AudioFormats]:
        return [stt.AudioFormats.WAV]

    @property
    @override
    def supported_codecs(self) -> list[stt.AudioCodecs]:
        return [stt.AudioCodecs.PCM]

    @property
    @override
    def supported_bit_rates(self) -> list[stt.AudioBitRates]:
        return [stt.AudioBitRates.BITRATE_16]

    @property
    @override
    def supported_sample_rates(self) -> list[stt.AudioSampleRates]:
        return self.rates

    @property
    @override
    def supported_channels(self) -> list[stt.AudioChannels]:
        return [stt.AudioChannels.CHANNEL_MONO]

    @override
    async def async_process_audio_stream(
        self, metadata: stt.SpeechMetadata, stream: AsyncIterable[bytes]
    ) -> stt.SpeechResult:
        self.metadata = metadata
        pieces = [piece async for piece in stream]
        self.received, self.chunks = b"".join(pieces), len(pieces)
        self.has_heard.set()
        if self.hangs is not None:
            await self.hangs.wait()
        if self.error is not None:
            raise self.error
        return stt.SpeechResult(self.text, self.state_of_result)


class FakeTts(tts.TextToSpeechEntity):
    """Answers with ``audio`` as ``extension``; raises ``error``; waits for ``hangs``."""

    _attr_name = "Voice"
    _attr_unique_id = "voice"
    _attr_default_language = "en-US"

    def __init__(self) -> None:
        self.audio: bytes | None = wav(b"\x10\x00" * 2205)
        self.extension = "wav"
        self.error: Exception | None = None
        self.hangs: Any = None
        self.languages = ["en-US", "de-DE"]
        self.asked: list[tuple[str, str]] = []

    @property
    @override
    def supported_languages(self) -> list[str]:
        return self.languages

    @override
    async def async_get_tts_audio(self, message: str, language: str, options: dict[str, Any]) -> tts.TtsAudioType:
        self.asked.append((message, language))
        if self.hangs is not None:
            await self.hangs.wait()
        if self.error is not None:
            raise self.error
        return (self.extension, self.audio) if self.audio is not None else (None, None)


class FakeAiTask(ai_task.AITaskEntity):
    """Answers with ``data``; raises ``error``; waits for ``hangs``."""

    _attr_name = "Brain"
    _attr_unique_id = "brain"
    _attr_supported_features = ai_task.AITaskEntityFeature.GENERATE_DATA

    def __init__(self) -> None:
        self.data: Any = {"do": "press", "value": "2"}
        self.error: Exception | None = None
        self.hangs: Any = None
        self.tasks: list[ai_task.GenDataTask] = []

    @override
    async def _async_generate_data(
        self, task: ai_task.GenDataTask, chat_log: conversation.ChatLog
    ) -> ai_task.GenDataTaskResult:
        self.tasks.append(task)
        if self.hangs is not None:
            await self.hangs.wait()
        if self.error is not None:
            raise self.error
        return ai_task.GenDataTaskResult(conversation_id=chat_log.conversation_id, data=self.data)


class FakeConversation(conversation.ConversationEntity):
    """Answers with ``text``; raises ``error``; waits for ``hangs``."""

    _attr_name = "Talker"
    _attr_unique_id = "talker"

    def __init__(self) -> None:
        self.text = '{"do": "press", "value": "3"}'
        self.error: Exception | None = None
        self.hangs: Any = None
        self.heard: list[conversation.ConversationInput] = []

    @property
    @override
    def supported_languages(self) -> str:
        return "*"

    @override
    async def _async_handle_message(
        self, user_input: conversation.ConversationInput, chat_log: conversation.ChatLog
    ) -> conversation.ConversationResult:
        self.heard.append(user_input)
        if self.hangs is not None:
            await self.hangs.wait()
        if self.error is not None:
            raise self.error
        response = intent.IntentResponse(language=user_input.language)
        response.async_set_speech(self.text)
        return conversation.ConversationResult(response, user_input.conversation_id)


@dataclass
class Engines:
    """The entities of a made-up integration, in real components."""

    stt: FakeStt = field(default_factory=FakeStt)
    tts: FakeTts = field(default_factory=FakeTts)
    ai_task: FakeAiTask = field(default_factory=FakeAiTask)
    conversation: FakeConversation = field(default_factory=FakeConversation)
    cache: Path = Path()
    """Where Home Assistant keeps speech."""


_PLATFORMS = [Platform.STT, Platform.TTS, Platform.AI_TASK, Platform.CONVERSATION]


class _Flow(ConfigFlow):
    """Never shown."""


@pytest.fixture
async def engines(hass: HomeAssistant, core: None, tmp_path: Path) -> AsyncGenerator[Engines]:
    """stt.ear, tts.voice, ai_task.brain and conversation.talker."""
    made = Engines(cache=tmp_path)

    async def set_up(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        await hass.config_entries.async_forward_entry_setups(entry, _PLATFORMS)
        return True

    async def unload(hass: HomeAssistant, entry: ConfigEntry) -> bool:
        return await hass.config_entries.async_unload_platforms(entry, _PLATFORMS)

    def platform(entity: Entity) -> MockPlatform:
        async def add(_hass: HomeAssistant, _entry: ConfigEntry, add: AddConfigEntryEntitiesCallback) -> None:
            add([entity])

        return MockPlatform(async_setup_entry=add)

    mock_integration(hass, MockModule("engines", async_setup_entry=set_up, async_unload_entry=unload))
    for name in _PLATFORMS:
        mock_platform(hass, f"engines.{name}", platform(getattr(made, name)))
    mock_platform(hass, "engines.config_flow", None)
    with ExitStack() as stack:
        stack.enter_context(mock_config_flow("engines", _Flow))
        stack.enter_context(patch("homeassistant.components.tts._init_tts_cache_dir", return_value=str(tmp_path)))
        stack.enter_context(patch("homeassistant.components.ffmpeg.FFVersion.get_version", return_value="7.0"))
        entry = MockConfigEntry(domain="engines")
        entry.add_to_hass(hass)
        assert await hass.config_entries.async_setup(entry.entry_id)
        await hass.async_block_till_done()
        yield made
