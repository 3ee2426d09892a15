import struct

import pytest

from custom_components.hold_slayer.engine.ports import ServiceError
from custom_components.hold_slayer.engine.voice.wyoming_tts import WyomingTextToSpeech
from tests.fakes.wyoming_server import Conversation, FakeWyomingServer, Handler

pytestmark = pytest.mark.usefixtures("socket_enabled")

MONO = {"rate": 22050, "width": 2, "channels": 1}


async def sentence(conversation: Conversation, pcm: bytes, shape: dict[str, int]) -> None:
    await conversation.write("audio-start", shape)
    for start in range(0, len(pcm), 1000):
        await conversation.write("audio-chunk", shape, pcm[start : start + 1000])
    await conversation.write("audio-stop")


def speaking(pcm: bytes, shape: dict[str, int] = MONO) -> Handler:
    async def handle(conversation: Conversation) -> None:
        await conversation.read_until("synthesize")
        await sentence(conversation, pcm, shape)
        await conversation.hang()

    return handle


async def test_one_sentence() -> None:
    pcm = bytes(range(250)) * 20
    async with FakeWyomingServer(speaking(pcm)) as server:
        speech = await WyomingTextToSpeech("127.0.0.1", server.port, "amy").synthesize("Hello.", "en")
        assert (speech.pcm, speech.rate) == (pcm, 22050)
        assert server.conversations[0].seen[0][1] == {"text": "Hello.", "voice": {"name": "amy"}}


async def test_without_a_voice_the_language_chooses() -> None:
    async with FakeWyomingServer(speaking(bytes(100))) as server:
        await WyomingTextToSpeech("127.0.0.1", server.port).synthesize("Hallo.", "de-DE")
        assert server.conversations[0].seen[0][1]["voice"] == {"language": "de-DE"}


async def test_streaming_reads_all_sentences() -> None:
    async def handle(conversation: Conversation) -> None:
        await conversation.read_until("synthesize-stop")
        await sentence(conversation, b"\1\0" * 1500, MONO)
        await sentence(conversation, b"\2\0" * 1500, MONO)
        await conversation.write("synthesize-stopped")
        await conversation.hang()

    async with FakeWyomingServer(handle) as server:
        client = WyomingTextToSpeech("127.0.0.1", server.port, is_streaming=True)
        speech = await client.synthesize("One. Two.", "en")
        assert speech.pcm == b"\1\0" * 1500 + b"\2\0" * 1500
        kinds = [kind for kind, _, _ in server.conversations[0].seen]
        assert kinds == ["synthesize-start", "synthesize-chunk", "synthesize", "synthesize-stop"]


@pytest.mark.parametrize(
    ("shape", "pcm"),
    [
        ({"rate": 8000, "width": 2, "channels": 2}, struct.pack("<4h", 100, 300, -50, -150)),
        ({"rate": 8000, "width": 4, "channels": 1}, struct.pack("<2i", 200 << 16, -100 << 16)),
        ({"rate": 8000, "width": 2, "channels": 1}, struct.pack("<2h", 200, -100) + b"\7"),
    ],
)
async def test_other_formats_become_16_bit_mono(shape: dict[str, int], pcm: bytes) -> None:
    async with FakeWyomingServer(speaking(pcm, shape)) as server:
        speech = await WyomingTextToSpeech("127.0.0.1", server.port).synthesize("x", "en")
    assert struct.unpack("<2h", speech.pcm) == (200, -100)
    assert speech.rate == 8000


def replying(*events: tuple[str, dict[str, object], bytes]) -> Handler:
    async def handle(conversation: Conversation) -> None:
        await conversation.read_until("synthesize")
        for event in events:
            await conversation.write(*event)

    return handle


async def hang(conversation: Conversation) -> None:
    await conversation.hang()


async def talk_for_ever(conversation: Conversation) -> None:
    await conversation.read_until("synthesize")
    while True:
        await conversation.write("audio-chunk", {"rate": 8000, "width": 2, "channels": 1}, bytes(64_000))


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (hang, "in time"),
        (talk_for_ever, "does not come to an end"),
        (replying(("audio-start", MONO, b"")), "closed the connection"),
        (replying(("audio-stop", {}, b"")), "without audio"),
        (replying(("error", {"text": "no"}, b"")), "reported an error"),
        (replying(("audio-chunk", {"rate": 0, "width": 2, "channels": 1}, b"1234")), "nonsense"),
        (replying(("audio-chunk", {"rate": "fast", "width": 2, "channels": 1}, b"1234")), "nonsense"),
        (replying(("audio-chunk", {"rate": 8000, "width": 9, "channels": 1}, b"1234")), "nonsense"),
        (replying(("audio-chunk", {}, b"1234")), "nonsense"),
        (replying(("audio-start", MONO, b""), ("audio-chunk", {**MONO, "rate": 8000}, b"1234")), "nonsense"),
    ],
)
async def test_whatever_goes_wrong_is_a_service_error(handler: Handler, reason: str) -> None:
    async with FakeWyomingServer(handler) as server:
        client = WyomingTextToSpeech("127.0.0.1", server.port, timeout_s=1.0)
        with pytest.raises(ServiceError, match=reason):
            await client.synthesize("Hello.", "en")
