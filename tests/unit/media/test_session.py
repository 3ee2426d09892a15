"""Whole sessions over loopback sockets, against a far end with its own packet code."""

import asyncio
from collections.abc import AsyncIterator, Callable
from itertools import pairwise
import socket
import time

import pytest

from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.model.audio_frame import FRAME_BYTES, AudioFrame
from custom_components.hold_slayer.engine.model.media_description import Codec, Direction, MediaAnswer
from tests.fakes.rtp import SAMPLES, Event, Packet, RtpPeer, ToneDetector, tone_pcm

QUIET = b"\xff" * SAMPLES


class Line:
    """A session under test and its far end."""

    def __init__(self, session: MediaSession, peer: RtpPeer, frames: list[AudioFrame], keys: list[str]) -> None:
        self.session = session
        self.peer = peer
        self.frames = frames
        self.keys = keys

    def answer(
        self, *, direction: Direction = Direction.SENDRECV, dtmf: int | None = 101, codec: Codec = Codec.PCMU
    ) -> MediaAnswer:
        payload_type = {Codec.PCMU: 0, Codec.PCMA: 8}[codec]
        return MediaAnswer("127.0.0.1", self.peer.port, codec, payload_type, dtmf, direction=direction)

    def send(self, number: int, payload: bytes = QUIET, kind: int = 0) -> None:
        self.peer.send(Packet(kind, number, number * SAMPLES, payload), self.session.offer.port)

    async def until(self, is_true: Callable[[], bool]) -> None:
        async with asyncio.timeout(5):
            while not is_true():  # noqa: ASYNC110 - many kinds of state, one bounded wait
                await asyncio.sleep(0.005)


@pytest.fixture
async def line(socket_enabled: None) -> AsyncIterator[Line]:
    frames: list[AudioFrame] = []
    keys: list[str] = []
    peer = await RtpPeer.open()
    session = await MediaSession.bind("127.0.0.1", on_frame=frames.append, on_digit=keys.append)
    yield Line(session, peer, frames, keys)
    await session.close()
    peer.close()


async def test_the_port_is_known_and_bound_before_the_call(line: Line) -> None:
    offer = line.session.offer
    assert offer.port > 0
    assert offer.port % 2 == 0
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other, pytest.raises(OSError, match="in use"):
        other.bind(("127.0.0.1", offer.port))
    await asyncio.sleep(0.05)
    assert line.frames == []
    assert line.peer.received == []


async def test_silence_goes_out_every_20_ms_from_the_start(line: Line) -> None:
    line.session.connect(line.answer())
    received = (await line.peer.wait_for(26))[:26]
    assert {packet.payload for packet in received} == {QUIET}
    assert received[0].marker
    assert 0.4 < received[25].at - received[0].at < 0.6
    assert all((b.timestamp - a.timestamp) % 2**32 == SAMPLES for a, b in pairwise(received))


async def test_frames_are_gap_free_without_any_packet(line: Line) -> None:
    line.session.connect(line.answer())
    await line.until(lambda: len(line.frames) >= 20)
    assert [frame.index for frame in line.frames] == list(range(len(line.frames)))
    assert all(frame.pcm == bytes(FRAME_BYTES) and not frame.is_concealed for frame in line.frames)


async def test_audio_is_heard_and_early_media_goes_on_into_the_answer(line: Line) -> None:
    line.session.connect(line.answer())
    for number in range(10):
        line.send(number, b"\x80" * SAMPLES)
        await asyncio.sleep(0.02)
    count = len(line.frames)
    line.session.connect(line.answer())
    for number in range(10, 20):
        line.send(number, b"\x80" * SAMPLES)
        await asyncio.sleep(0.02)
    await line.until(lambda: len(line.frames) > count + 10)
    assert [frame.index for frame in line.frames] == list(range(len(line.frames)))
    assert max(int.from_bytes(frame.pcm[:2], "little", signed=True) for frame in line.frames) == 32124
    stats = line.session.stats
    assert (stats.packets_received, stats.lost, stats.source_changes) == (20, 0, 0)
    assert stats.last_received_age_s is not None
    assert stats.last_received_age_s < 1.0


async def test_keys_reach_the_far_end(line: Line) -> None:
    line.session.connect(line.answer(dtmf=97))
    await asyncio.wait_for(line.session.send_digits("12#"), 3)
    detector = ToneDetector()
    events = [packet for packet in await line.peer.wait_for(35) if packet.payload_type == 97]
    for packet in events:
        detector.feed(packet)
    assert detector.keys == ["1", "2", "#"]
    assert events[-1].at - events[0].at > 0.5, "paced, not in one burst"


async def test_keys_of_the_far_end_are_heard(line: Line) -> None:
    line.session.connect(line.answer())
    for number in range(5):
        event = Event(8, is_end=number >= 2, volume=10, duration=160 * min(number + 1, 3))
        line.peer.send(Packet(101, number, 0, bytes(event), marker=number == 0), line.session.offer.port)
    await line.until(lambda: line.session.stats.packets_received == 5)
    assert line.keys == ["8"]


async def test_keys_need_a_connection(line: Line) -> None:
    with pytest.raises(RuntimeError, match="not connected"):
        await line.session.send_digits("1")


async def test_keys_are_heard_where_no_events_are_agreed(line: Line) -> None:
    line.session.connect(line.answer(dtmf=None))
    await line.peer.wait_for(2)
    await asyncio.wait_for(line.session.send_digits("1w#"), 3)
    packets = line.peer.received
    assert {packet.payload_type for packet in packets} == {packets[0].payload_type}
    tones = b"".join(packet.payload for packet in packets if packet.payload != QUIET)
    assert len(tones) == 2 * 6 * SAMPLES, "six packet times a key"


async def test_a_sentence_is_played_and_told(line: Line) -> None:
    done: asyncio.Future[bool] = asyncio.get_running_loop().create_future()
    line.session.play(tone_pcm(1600), done.set_result)
    line.session.connect(line.answer())
    assert await asyncio.wait_for(done, 2) is True
    await line.until(lambda: sum(packet.payload != QUIET for packet in line.peer.received) == 10)


async def test_stop_playing(line: Line) -> None:
    told: list[bool] = []
    line.session.connect(line.answer())
    line.session.play(tone_pcm(80_000), told.append)
    await line.until(lambda: any(packet.payload != QUIET for packet in line.peer.received))
    line.session.stop_playing()
    assert told == [False]
    count = len(line.peer.received)
    assert {packet.payload for packet in (await line.peer.wait_for(count + 6))[count + 2 :]} == {QUIET}


async def test_a_stranger_is_not_heard(line: Line) -> None:
    line.session.connect(line.answer())
    stranger = await RtpPeer.open()
    line.send(0)
    await line.until(lambda: line.session.stats.packets_received == 1)
    stranger.send(Packet(0, 50, 50 * SAMPLES, b"\x80" * SAMPLES), line.session.offer.port)
    stranger.send(Packet(0, 51, 51 * SAMPLES, b"\x80" * SAMPLES), line.session.offer.port)
    await line.until(lambda: line.session.stats.dropped_source == 2)
    count = len(line.frames)
    await line.until(lambda: len(line.frames) > count + 5)
    assert stranger.received == [], "and gets nothing"
    assert all(frame.pcm == bytes(FRAME_BYTES) for frame in line.frames)
    stranger.close()


async def test_a_far_end_behind_nat_is_answered_where_it_sends_from(line: Line) -> None:
    elsewhere = await RtpPeer.open()
    line.session.connect(line.answer())
    elsewhere.send(Packet(0, 0, 0, QUIET), line.session.offer.port)
    assert len(await elsewhere.wait_for(3)) >= 3
    elsewhere.close()


async def test_on_hold_nothing_is_sent_but_what_keeps_nat_open(line: Line) -> None:
    line.session.connect(line.answer())
    await line.peer.wait_for(3)
    line.session.connect(line.answer(direction=Direction.INACTIVE))
    await asyncio.sleep(0.05)
    count, frames = len(line.peer.received), len(line.frames)
    await line.until(lambda: len(line.frames) > frames + 10)
    assert len(line.peer.received) == count
    assert line.peer.empty_datagrams == 1
    line.session.connect(line.answer())
    resumed = (await line.peer.wait_for(count + 1))[count]
    assert resumed.marker
    assert (resumed.sequence - line.peer.received[count - 1].sequence) % 2**16 == 1


async def test_re_invite_to_another_address_and_codec(line: Line) -> None:
    line.session.connect(line.answer())
    await line.peer.wait_for(3)
    other = await RtpPeer.open()
    line.session.connect(MediaAnswer("127.0.0.1", other.port, Codec.PCMA, 8, 101))
    moved = await other.wait_for(3)
    assert {(packet.payload_type, packet.payload) for packet in moved} == {(8, b"\xd5" * SAMPLES)}
    assert moved[0].ssrc == line.peer.received[0].ssrc
    other.close()


async def test_a_host_name_in_the_answer_does_not_block(line: Line) -> None:
    line.session.connect(MediaAnswer("localhost", line.peer.port, Codec.PCMU, 0, None))
    assert await line.peer.wait_for(2)


async def test_watchdog_fires_when_the_far_end_is_dead(line: Line) -> None:
    dead = asyncio.Event()
    line.session.connect(line.answer())
    line.session.watch(0.3, dead.set)
    for number in range(30):
        line.send(number)
        await asyncio.sleep(0.02)
    assert not dead.is_set()
    await asyncio.wait_for(dead.wait(), 2)


async def test_watchdog_rests_while_the_far_end_may_be_silent(line: Line) -> None:
    dead = asyncio.Event()
    line.session.connect(line.answer(direction=Direction.SENDONLY))
    line.session.watch(0.1, dead.set)
    await line.until(lambda: len(line.frames) > 15)
    assert not dead.is_set()


async def test_a_listener_that_raises_does_not_stop_the_clock(line: Line) -> None:
    raised: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _, context: raised.append(context["exception"]))

    def fail(frame: AudioFrame) -> None:
        raise ZeroDivisionError

    remove = line.session.add_sink(fail)
    line.session.connect(line.answer())
    await line.until(lambda: len(raised) >= 3)
    remove()
    count = len(line.frames)
    await line.until(lambda: len(line.frames) > count + 3)
    assert all(isinstance(error, ZeroDivisionError) for error in raised)


async def test_a_loop_that_stood_still_loses_no_audio_time(line: Line) -> None:
    line.session.connect(line.answer())
    await line.until(lambda: len(line.frames) > 5)
    before, started = len(line.frames), asyncio.get_running_loop().time()
    time.sleep(0.5)  # noqa: ASYNC251 - the fault under test
    await line.until(lambda: len(line.frames) >= before + 25)
    elapsed = asyncio.get_running_loop().time() - started
    assert len(line.frames) - before == pytest.approx(elapsed / 0.02, abs=3)
    received = await line.peer.wait_for(before)
    late = [after for earlier, after in pairwise(received) if (after.timestamp - earlier.timestamp) % 2**32 > SAMPLES]
    assert len(late) == 1, "the gap shows in the timestamps, no burst"


async def test_close_leaves_nothing(socket_enabled: None) -> None:
    tasks = asyncio.all_tasks()
    session = await MediaSession.bind("127.0.0.1")
    port = session.offer.port
    peer = await RtpPeer.open()
    session.connect(MediaAnswer("127.0.0.1", peer.port, Codec.PCMU, 0, 101))
    told: list[bool] = []
    session.play(tone_pcm(80_000), told.append)
    pressing = asyncio.create_task(session.send_digits("123"))
    await peer.wait_for(2)
    await session.close()
    await session.close()
    for number in (port, port + 1):
        with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as again:
            again.bind(("127.0.0.1", number))
    assert told == [False]
    with pytest.raises(asyncio.CancelledError):
        await pressing
    assert asyncio.all_tasks() == tasks
    session.play(tone_pcm(160), told.append)
    assert told == [False, False]
    peer.close()


async def test_closed_while_its_host_name_is_looked_up(socket_enabled: None, monkeypatch: pytest.MonkeyPatch) -> None:
    session = await MediaSession.bind("127.0.0.1")
    loop = asyncio.get_running_loop()
    never = loop.create_future()

    async def hang(*_args: object, **_named: object) -> object:
        return await never

    monkeypatch.setattr(loop, "getaddrinfo", hang)
    session.connect(MediaAnswer("far.example", 4000, Codec.PCMU, 0, None))
    tasks = asyncio.all_tasks()
    await asyncio.sleep(0)
    await session.close()
    assert {task for task in tasks if not task.done()} == {asyncio.current_task()}


async def test_no_port_free_in_the_range(socket_enabled: None) -> None:
    session = await MediaSession.bind("127.0.0.1")
    port = session.offer.port
    with pytest.raises(OSError, match="in use"):
        await MediaSession.bind("127.0.0.1", port_range=(port, port + 1))
    await session.close()
    again = await MediaSession.bind("127.0.0.1", port_range=(port, port + 1))
    assert again.offer.port == port
    await again.close()


async def test_an_address_that_is_not_ours(socket_enabled: None) -> None:
    with pytest.raises(OSError, match="assign"):
        await MediaSession.bind("192.0.2.1")
