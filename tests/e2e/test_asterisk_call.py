"""The whole call through a real Home Assistant, a real PBX and two real SIP phones: only the integration is ours."""

import asyncio
import contextlib
from pathlib import Path
import re

import pytest

from simulator.demo.call import make_call
from simulator.demo.world import Line, World
from simulator.g711 import Samples
from simulator.rtp import correlation
from simulator.voices import Voices
from tests.fakes.asterisk import Asterisk
from tests.fakes.baresip import Baresip

SCENARIO = Path(__file__).resolve().parents[2] / "simulator" / "scenarios" / "demo.yaml"
REPRESENTATIVE = "Hello, thank you for waiting. This is Mary. How can I help you?"
AGAIN = "Are you still there? What can I do for you today?"
USER = "Hi, this is Alex. I have a question about my invoice."
CLEAR = 0.5
"""Correlation of a second of speech with what a phone recorded; of other speech it stays below 0.4."""

pytestmark = pytest.mark.e2e


@pytest.mark.timeout(240)
async def test_whole_call_over_asterisk(tmp_path: Path) -> None:
    voices = Voices()
    greeting, again = await voices.say("slt", REPRESENTATIVE), await voices.say("slt", AGAIN)
    question = await voices.say("awb", USER)
    async with (
        Asterisk(tmp_path / "asterisk") as asterisk,
        Baresip(tmp_path / "agent", "agent", asterisk.port, greeting, again, pause_s=9) as agent,
        Baresip(tmp_path / "phone", "phone", asterisk.port, question, question) as phone,
    ):
        line = Line(
            trunk=f"127.0.0.1:{asterisk.port}",
            company="Super Awesome Company",
            goal="I have a question about an invoice. I want to speak with accounting.",
        )
        async with World(scenario=SCENARIO, say=print, line=line) as world:
            # When both have been heard at the other end the representative hangs up.
            heard = _Heard((agent, question), (phone, again))
            told = await _call_and_hang_up(world, asterisk, heard)
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
    # The representative heard the user, the user heard the representative: clearly, in the phones' own recordings.
    assert heard.least() > CLEAR


class _Heard:
    """What each phone should hear from the other."""

    def __init__(self, *pairs: tuple[Baresip, Samples]) -> None:
        self._pairs = pairs

    def least(self) -> float:
        """The worse of both correlations."""
        return min(correlation([phone.heard()], sentence) for phone, sentence in self._pairs)

    async def both(self, limit_s: float) -> None:
        """Return when both are clear. Raises TimeoutError."""
        async with asyncio.timeout(limit_s):
            while await asyncio.to_thread(self.least) <= CLEAR:  # noqa: ASYNC110 - a recording on disk tells nobody that it grows
                await asyncio.sleep(0.5)  # polling files


async def _call_and_hang_up(world: World, asterisk: Asterisk, heard: _Heard) -> list[dict[str, object]]:
    """Make the call; hang up at the company's side once both have heard each other, or after 20 s without."""
    hang_up: set[asyncio.Task[None]] = set()

    async def end() -> None:
        with contextlib.suppress(TimeoutError):
            await heard.both(20)
        channels = re.findall(r"PJSIP/agent-\w+", await asterisk.command("core show channels concise"))
        for channel in set(channels):
            await asterisk.command(f"channel request hangup {channel}")

    def show(item: dict[str, object]) -> None:
        print(item)
        if item["event"] == "connected":
            hang_up.add(asyncio.create_task(end()))

    return await make_call(world, show, 150)
