"""The exchange takes a call over, or refuses to, for a whole agent on a real Asterisk; its account speaks G.722."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
import pytest

from custom_components.hold_slayer.engine.agent import Agent, AgentSettings, Services
from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.media import g722
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverMode, HandOverTarget
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.phase import Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from simulator.rtp import correlation
from tests.fakes.asterisk import Asterisk
from tests.fakes.baresip import Baresip
from tests.fakes.sip_line import poll
from tests.fakes.sounds import greeting, pcm

pytestmark = pytest.mark.e2e
ATTENDED, BLIND = HandOverMode.ATTENDED_TRANSFER, HandOverMode.BLIND_TRANSFER
PHONE = DialTarget("5550123")


@dataclass
class Line:
    """An agent at the exchange, and what it told of its calls."""

    agent: Agent
    asterisk: Asterisk
    told: list[CallOccurrence] = field(default_factory=list)
    last: CallSnapshot | None = None

    def hear(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        self.last = snapshot
        if occurrence is not None:
            self.told.append(occurrence)

    async def until(self, *phases: Phase, limit_s: float = 30.0) -> CallSnapshot:
        await poll(lambda: self.last is not None and self.last.phase in phases, limit_s)
        assert self.last is not None
        return self.last

    @property
    def refusals(self) -> list[object]:
        return [each.data["service"] for each in self.told if each.kind == "service_failed"]

    async def call(self, number: str, target: DialTarget, mode: HandOverMode) -> None:
        """Call, and put the user through as soon as somebody answers."""
        self.told.clear()
        self.last = None
        call_id = await self.agent.call(CallBrief(DialTarget(number), "a question"))
        await self.until(Phase.NAVIGATING)
        self.agent.transfer(call_id, HandOverTarget("phone", target, 12.0, mode=mode))

    async def all_down(self) -> None:
        await self.asterisk.command("channel request hangup all")
        await self.asterisk.wait_for_channels(0)


@asynccontextmanager
async def line(asterisk: Asterisk, user: str = "dora") -> AsyncIterator[Line]:
    assert g722.load()
    brain = BrainConfig(unsure_s=1.0, answerer_s=0.5, answerer_speaks_s=1.0)
    agent = Agent(
        TrunkAccount(user, "secret", "127.0.0.1", asterisk.port, local_address="127.0.0.1"),
        Services(),
        settings=AgentSettings(brain=brain),
    )
    made = Line(agent, asterisk)
    agent.subscribe(made.hear)
    await agent.start()
    await poll(lambda: agent.trunk_status.state is RegistrationState.REGISTERED, 10)
    try:
        yield made
    finally:
        await agent.stop()


@pytest.mark.timeout(150)
async def test_the_exchange_takes_over_or_the_bridge_stays(socket_enabled: None, tmp_path: Path) -> None:
    sound = np.frombuffer(pcm(greeting()), "<i2")
    async with (
        Asterisk(tmp_path / "asterisk") as asterisk,
        Baresip(tmp_path / "agent", "agent", asterisk.port, sound, sound) as company,
        Baresip(tmp_path / "phone", "phone", asterisk.port, sound, sound) as phone,
    ):
        for name in ("agent", "phone"):
            await asterisk.wait_for_log(f"to AOR '{name}'", 10)
        async with line(asterisk) as made:
            # Attended: bridged at once, over G.722; then the two phones talk without us.
            await made.call("5550124", PHONE, ATTENDED)
            await made.until(Phase.CONNECTED)
            ended = await made.until(Phase.ENDED)
            assert (ended.outcome, "exchange has taken" in ended.sentence) == ("connected", True)
            await asterisk.wait_for_channels(2)
            heard = len(phone.heard())
            async with asyncio.timeout(15):
                # Three seconds more: the two phones talk on.
                while len(phone.heard()) < heard + 24_000:  # noqa: ASYNC110 - a recording tells nobody that it grows
                    await asyncio.sleep(0.2)
            assert min(correlation([each.heard()], sound) for each in (company, phone)) > 0.5
            await made.all_down()

            # Blind: the exchange rings the phone and tells that it was answered.
            await made.call("5550124", PHONE, BLIND)
            ended = await made.until(Phase.ENDED)
            assert (ended.outcome, "exchange has taken" in ended.sentence) == ("connected", True)
            await asterisk.wait_for_channels(2)
            await made.all_down()

            # An application of the exchange's own cannot be sent elsewhere: the phone is rung from here after all.
            await made.call("5550100", PHONE, BLIND)
            await made.until(Phase.CONNECTED)
            assert made.refusals == ["transfer"]
            await made.all_down()
            assert (await made.until(Phase.ENDED)).outcome == "connected"

        # An account that may not transfer: the bridge stays, nobody notices.
        async with line(asterisk, "erik") as made:
            await made.call("5550124", PHONE, ATTENDED)
            await made.until(Phase.CONNECTED)
            await poll(lambda: made.refusals == ["transfer"], 15)
            assert made.last is not None
            assert made.last.phase is Phase.CONNECTED
            await asterisk.wait_for_channels(4)

            # The exchange dies in mid-talk: noticed within ten seconds, though nobody said goodbye.
            await asterisk.kill()
            ended = await made.until(Phase.ENDED, limit_s=10)
            assert ended.outcome == "connected"
