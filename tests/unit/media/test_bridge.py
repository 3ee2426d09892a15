"""Two legs joined: nothing lost, little delay, both laws."""

import asyncio
from collections.abc import AsyncIterator
from itertools import pairwise
import time

import pytest

from custom_components.hold_slayer.engine.media.bridge import Bridge
from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.model.audio_frame import AudioFrame
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer
from tests.fakes.rtp import SAMPLES, Packet, RtpPeer
from tests.fakes.sip_line import poll

QUIET = {0: b"\xff" * SAMPLES, 8: b"\xd5" * SAMPLES}
CLICK = {0: b"\x80" * SAMPLES, 8: b"\xaa" * SAMPLES}
"""Loudest code word of each law, one packet long."""


class Leg:
    """A session and the far end behind it, which sends 20 ms packets and clicks when told."""

    def __init__(self, session: MediaSession, peer: RtpPeer, codec: Codec, frames: list[AudioFrame]) -> None:
        self.session = session
        self.peer = peer
        self.kind = {Codec.PCMU: 0, Codec.PCMA: 8}[codec]
        self.frames = frames
        self.clicks: list[float] = []
        self.concealed = 0
        session.connect(MediaAnswer("127.0.0.1", peer.port, codec, self.kind, 101))

    async def talk(self, packets: int, click_every: int, phase_s: float) -> None:
        loop = asyncio.get_running_loop()
        start = loop.time() + phase_s
        for number in range(packets):
            await asyncio.sleep(max(0.0, start + 0.02 * number - loop.time()))
            is_click = number % click_every == click_every - 1
            if is_click:
                self.clicks.append(time.monotonic())
            payload = (CLICK if is_click else QUIET)[self.kind]
            packet = Packet(self.kind, number, number * SAMPLES, payload, marker=number == 0)
            self.peer.send(packet, self.session.offer.port)
        self.concealed = self.session.stats.concealed_frames

    @property
    def heard_clicks(self) -> list[float]:
        return [packet.at for packet in self.peer.received if packet.payload == CLICK[self.kind]]


@pytest.fixture
async def legs(socket_enabled: None) -> AsyncIterator[tuple[Leg, Leg]]:
    made = []
    for codec in (Codec.PCMU, Codec.PCMA):
        frames: list[AudioFrame] = []
        session = await MediaSession.bind("127.0.0.1", on_frame=frames.append)
        made.append(Leg(session, await RtpPeer.open(), codec, frames))
    yield made[0], made[1]
    for leg in made:
        await leg.session.close()
        leg.peer.close()


async def test_both_ways_nothing_lost_little_delay(legs: tuple[Leg, Leg]) -> None:
    a, b = legs
    bridge = Bridge(a.session, b.session)
    bridge.start()
    bridge.start()
    await asyncio.gather(a.talk(150, 10, 0.007), b.talk(150, 10, 0.016))
    await poll(lambda: all(len(leg.heard_clicks) == 15 for leg in legs))
    bridge.stop()
    for speaker, listener in ((a, b), (b, a)):
        assert len(speaker.clicks) == len(listener.heard_clicks) == 15
        delays = [heard - said for said, heard in zip(speaker.clicks, listener.heard_clicks, strict=True)]
        print(f"{speaker.kind} to {listener.kind}: {sum(delays) / 15:.4f} s on average, {max(delays):.4f} s at most")
        assert 0 < sum(delays) / len(delays) <= 0.060
        assert listener.session.stats.bridge_dropped == 0
        assert speaker.session.stats.lost == speaker.concealed == 0
    stats = bridge.stats
    for way in (stats.a_to_b, stats.b_to_a):
        assert way.frames >= 150
        assert way.peak > 0.9


async def test_hearing_goes_on_beside_the_bridge(legs: tuple[Leg, Leg]) -> None:
    a, b = legs
    bridge = Bridge(a.session, b.session)
    bridge.start()
    await a.talk(20, 5, 0.0)
    for leg in legs:
        assert [frame.index for frame in leg.frames] == list(range(len(leg.frames)))
        assert len(leg.frames) >= 18
    bridge.stop()
    bridge.stop()


async def test_parted_legs_are_silent_again(legs: tuple[Leg, Leg]) -> None:
    a, b = legs
    bridge = Bridge(a.session, b.session)
    bridge.start()
    await a.talk(10, 2, 0.0)
    bridge.stop()
    frames = bridge.stats.a_to_b.frames
    await asyncio.sleep(0.1)
    count = len(b.heard_clicks)
    await a.talk(10, 2, 0.0)
    assert len(b.heard_clicks) == count
    assert bridge.stats.a_to_b.frames == frames
    assert all((y.timestamp - x.timestamp) % 2**32 == SAMPLES for x, y in pairwise(b.peer.received))
