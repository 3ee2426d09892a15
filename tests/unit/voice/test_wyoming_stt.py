import asyncio
import logging
import socket
import struct

import pytest

from custom_components.hold_slayer.engine.ports import ServiceError
from custom_components.hold_slayer.engine.voice.wyoming_stt import WyomingSpeechToText
from tests.fakes.wyoming_server import Conversation, FakeWyomingServer, Handler

pytestmark = pytest.mark.usefixtures("socket_enabled")

PCM = struct.pack("<8000h", *(n % 200 * 50 for n in range(8000)))


def replying(*events: tuple[str, dict[str, object]]) -> Handler:
    async def handle(conversation: Conversation) -> None:
        await conversation.read_until("audio-stop")
        for kind, data in events:
            await conversation.write(kind, data)

    return handle


async def transcribe(handler: Handler, timeout_s: float = 3.0) -> tuple[str, FakeWyomingServer]:
    async with FakeWyomingServer(handler) as server:
        client = WyomingSpeechToText("127.0.0.1", server.port, timeout_s=timeout_s, model="small")
        return await client.transcribe(PCM, "en-US"), server


async def test_one_utterance_at_16_khz() -> None:
    text, server = await transcribe(replying(("transcript", {"text": "  Press one\nfor sales. "})))
    assert text == "Press one for sales."
    seen = server.conversations[0].seen
    assert [kind for kind, _, _ in seen[:2]] == ["transcribe", "audio-start"]
    assert seen[0][1] == {"name": "small", "language": "en"}
    assert seen[1][1]["rate"] == 16000
    assert (seen[1][1]["width"], seen[1][1]["channels"]) == (2, 1)
    audio = b"".join(payload for kind, _, payload in seen if kind == "audio-chunk")
    assert len(audio) == 2 * len(PCM)
    assert audio[0::4] == PCM[0::2]


async def test_nothing_understood() -> None:
    assert (await transcribe(replying(("transcript", {"text": ""}))))[0] == ""


async def test_streaming_server() -> None:
    events = (
        ("transcript-start", {}),
        ("transcript-chunk", {"text": "press "}),
        ("transcript-chunk", {"text": "two"}),
    )
    assert (await transcribe(replying(*events, ("transcript", {"text": "press two"}))))[0] == "press two"
    assert (await transcribe(replying(*events, ("transcript-stop", {}))))[0] == "press two"


async def hang(conversation: Conversation) -> None:
    await conversation.hang()


async def say_nothing_and_close(conversation: Conversation) -> None:
    await conversation.read_until("audio-stop")


async def close_at_once(conversation: Conversation) -> None:
    pass


async def refuse_at_once(conversation: Conversation) -> None:
    await conversation.read()
    await conversation.write("error", {"text": "secret words", "code": "no-model"})
    await conversation.hang()


def raw(data: bytes) -> Handler:
    async def handle(conversation: Conversation) -> None:
        await conversation.read_until("audio-stop")
        await conversation.write_raw(data)
        await conversation.hang()

    return handle


@pytest.mark.parametrize(
    ("handler", "reason"),
    [
        (hang, "did not answer in time"),
        (say_nothing_and_close, "closed the connection"),
        (close_at_once, "closed the connection"),
        (refuse_at_once, r"reported an error \(no-model\)"),
        (replying(("error", {"text": "secret words", "code": "secret words"})), "reported an error$"),
        (replying(("transcript", {})), "answered nonsense"),
        (replying(("transcript", {"text": 5})), "answered nonsense"),
        (replying(("transcript", {"text": ["a"]})), "answered nonsense"),
        (raw(b"HTTP/1.1 400 Bad Request\r\n\r\n"), "answered nonsense"),
        (raw(b"[]\n"), "answered nonsense"),
        (raw(b"{}\n"), "answered nonsense"),
        (raw(b'{"type": "transcript", "data": 5}\n'), "answered nonsense"),
        (raw(b'{"type": "transcript", "data_length": "x"}\n'), "answered nonsense"),
        (raw(b"x" * 200_000), "answered nonsense"),
    ],
)
async def test_whatever_goes_wrong_is_a_service_error(
    handler: Handler, reason: str, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    with pytest.raises(ServiceError, match=reason) as caught:
        await transcribe(handler, timeout_s=0.5)
    assert "secret" not in str(caught.value)
    assert "secret" not in caplog.text
    assert not {task for task in asyncio.all_tasks() if task is not asyncio.current_task()}


async def test_nobody_listens() -> None:
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        client = WyomingSpeechToText("127.0.0.1", taken.getsockname()[1], timeout_s=1.0)
        with pytest.raises(ServiceError, match="cannot be reached"):
            await client.transcribe(PCM, "en")


async def test_a_server_that_does_not_read_hangs_nobody() -> None:
    async def read_nothing(conversation: Conversation) -> None:
        await asyncio.sleep(30)

    async with FakeWyomingServer(read_nothing) as server:
        client = WyomingSpeechToText("127.0.0.1", server.port, timeout_s=0.5)
        async with asyncio.timeout(2):
            with pytest.raises(ServiceError, match="in time"):
                await client.transcribe(bytes(2 * 8000 * 120), "en")


async def test_cancelled_in_mid_utterance() -> None:
    async with FakeWyomingServer(hang) as server:
        client = WyomingSpeechToText("127.0.0.1", server.port, timeout_s=5.0)
        task = asyncio.create_task(client.transcribe(PCM, "en"))
        await asyncio.sleep(0.1)
        task.cancel()
        with pytest.raises(asyncio.CancelledError):
            await task
