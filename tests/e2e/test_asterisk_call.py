"""The whole call through a real Home Assistant, a real PBX and two real SIP phones: only the integration is ours."""

import asyncio
from pathlib import Path
import re

import pytest

from simulator.demo.call import make_call
from simulator.demo.world import Line, World
from simulator.rtp import correlation
from simulator.voices import Voices
from tests.fakes.asterisk import Asterisk
from tests.fakes.baresip import Baresip

SCENARIO = Path(__file__).resolve().parents[2] / "simulator" / "scenarios" / "demo.yaml"
REPRESENTATIVE = "Hello, thank you for waiting. This is Susan. How can I help you?"
USER = "Hi, this is Alex. I have a question about my invoice."

pytestmark = pytest.mark.e2e


@pytest.mark.timeout(240)
async def test_whole_call_over_asterisk(tmp_path: Path) -> None:
    voices = Voices()
    greeting, question = await voices.say("slt", REPRESENTATIVE), await voices.say("awb", USER)
    async with (
        Asterisk(tmp_path / "asterisk") as asterisk,
        Baresip(tmp_path / "agent", "agent", asterisk.port, greeting) as agent,
        Baresip(tmp_path / "phone", "phone", asterisk.port, question) as phone,
    ):
        line = Line(
            trunk=f"127.0.0.1:{asterisk.port}",
            company="Super Awesome Company",
            goal="I have a question about an invoice. I want to speak with accounting.",
        )
        async with World(scenario=SCENARIO, say=print, line=line) as world:
            # The phones play their sentence once; when both have been heard on the other side the user hangs up.
            told = await _call_and_hang_up(world, asterisk)
        log = asterisk.log
    kinds = [item["event"] for item in told]

    assert re.search(r"DTMF end '3' received", log), "Asterisk did not log the key"
    assert set(re.findall(r"BRANCH=(\w+)", log)) == {"accounting"}
    assert "Started music on hold" in log
    assert kinds.count("human_answered") == 1
    assert kinds.index("hold_started") < kinds.index("human_answered") < kinds.index("connected")
    rang = log.index("REPRESENTATIVE_RINGS")
    assert log.index("PJSIP/agent-") > rang
    assert told[-1]["event"] == "ended"
    assert told[-1]["outcome"] == "connected"
    # The user heard the music-free line of the representative's phone, the representative heard the user.
    assert correlation([agent.heard()], question) > 0.5
    assert len(phone.heard()) > 8000


async def _call_and_hang_up(world: World, asterisk: Asterisk) -> list[dict[str, object]]:
    """Make the call; hang up at the company's side some seconds after both are connected."""
    hang_up: set[asyncio.Task[None]] = set()

    async def end() -> None:
        await asyncio.sleep(6)  # the user's sentence lasts four seconds
        channels = re.findall(r"PJSIP/agent-\w+", await asterisk.command("core show channels concise"))
        for channel in set(channels):
            await asterisk.command(f"channel request hangup {channel}")

    def show(item: dict[str, object]) -> None:
        print(item)
        if item["event"] == "connected":
            hang_up.add(asyncio.create_task(end()))

    return await make_call(world, show, 150)
