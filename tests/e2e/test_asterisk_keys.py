"""Fault 4 of the library's upper classes: several digits in one go must arrive as several digits at a real exchange."""

import asyncio
from pathlib import Path

import pytest

from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.model.call_event import LegAnsweredEvent, LegEvent
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.user_agent import UserAgent
from tests.fakes.asterisk import Asterisk

pytestmark = pytest.mark.e2e


@pytest.mark.timeout(60)
async def test_digits_sent_in_one_go_arrive_one_by_one(tmp_path: Path) -> None:
    async with Asterisk(tmp_path) as asterisk:
        agent = UserAgent(TrunkAccount("alice", "secret", "127.0.0.1", asterisk.port, local_address="127.0.0.1"))
        await agent.start()
        media = await MediaSession.bind("127.0.0.1")
        answered = asyncio.Event()

        def follow(event: LegEvent) -> None:
            if isinstance(event, LegAnsweredEvent):
                media.connect(event.answer)
                answered.set()

        try:
            agent.dial("far", DialTarget.parse("155"), media.offer, follow)
            async with asyncio.timeout(10):
                await answered.wait()
                await media.send_digits("1337*#")
            await asterisk.wait_for_log("READ_DIGITS=1337*", 10)
        finally:
            await media.close()
            await agent.stop()
        for digit in "1337*":
            assert f"DTMF end '{digit}' received" in asterisk.log
        assert asterisk.log.count("DTMF end '3' received") >= 2
