"""Encrypted audio with a real exchange: its echo comes back, and a call without a key is refused by it and by us."""

import asyncio
from collections.abc import AsyncIterator
from pathlib import Path
import struct

import numpy as np
import pytest

from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.model.audio_frame import AudioFrame
from custom_components.hold_slayer.engine.model.call_event import LegAnsweredEvent, LegEvent, LegFailedEvent
from custom_components.hold_slayer.engine.model.media_description import SrtpMode
from custom_components.hold_slayer.engine.model.phase import LegFailure
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.user_agent import UserAgent
from tests.fakes.asterisk import Asterisk
from tests.fakes.rtp import tone_pcm

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(60)]


@pytest.fixture
async def asterisk(tmp_path: Path) -> AsyncIterator[Asterisk]:
    async with Asterisk(tmp_path) as asterisk:
        yield asterisk


async def outcome(asterisk: Asterisk, username: str, mode: SrtpMode) -> tuple[LegEvent, float]:
    """Call the echo with a tone of 440 Hz; what became of it, and the share of 440 Hz in what came back."""
    agent = UserAgent(
        TrunkAccount(username, "secret", "127.0.0.1", asterisk.port, local_address="127.0.0.1", srtp=mode)
    )
    await agent.start()
    heard: list[AudioFrame] = []
    media = await MediaSession.bind("127.0.0.1", on_frame=heard.append, srtp=agent.srtp)
    settled: asyncio.Future[LegEvent] = asyncio.get_running_loop().create_future()

    def follow(event: LegEvent) -> None:
        if isinstance(event, LegAnsweredEvent):
            media.connect(event.answer)
        if isinstance(event, (LegAnsweredEvent, LegFailedEvent)) and not settled.done():
            settled.set_result(event)

    try:
        leg = agent.dial("far", DialTarget.parse("156"), media.offer, follow)
        async with asyncio.timeout(15):
            event = await settled
            if isinstance(event, LegAnsweredEvent):
                played = asyncio.Event()
                media.play(tone_pcm(12_000), lambda _: played.set())
                await played.wait()
                assert media.stats.is_encrypted is (event.answer.srtp is not None)
                leg.hang_up()
    finally:
        await media.close()
        await agent.stop()
    return event, _share_of_440_hz(heard)


def _share_of_440_hz(frames: list[AudioFrame]) -> float:
    samples = np.array([x for frame in frames for x in struct.unpack("<160h", frame.pcm)], dtype=float)
    if len(samples) < 8000:
        return 0.0
    power = np.abs(np.fft.rfft(samples[-8000:])) ** 2
    return float(power[438:443].sum() / max(power.sum(), 1.0))


@pytest.mark.parametrize("mode", [SrtpMode.OPTIONAL, SrtpMode.REQUIRED])
async def test_an_exchange_that_encrypts(asterisk: Asterisk, mode: SrtpMode) -> None:
    event, share = await outcome(asterisk, "carol", mode)
    assert isinstance(event, LegAnsweredEvent)
    assert event.answer.srtp is not None
    assert share > 0.9


async def test_one_side_only(asterisk: Asterisk) -> None:
    event, _ = await outcome(asterisk, "carol", SrtpMode.OFF)
    assert event == LegFailedEvent("far", LegFailure.NOT_ACCEPTABLE, 488)
    event, share = await outcome(asterisk, "alice", SrtpMode.OPTIONAL)
    assert isinstance(event, LegAnsweredEvent)
    assert event.answer.srtp is None
    assert share > 0.9
    event, _ = await outcome(asterisk, "alice", SrtpMode.REQUIRED)
    assert isinstance(event, LegFailedEvent)
