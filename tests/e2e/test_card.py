"""The card in a real browser on a real Home Assistant, through a whole simulated call."""

from pathlib import Path
from typing import Any

import pytest

from simulator.demo.world import DASHBOARD, World
from tests.fakes.browser import Browser

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(300)]
SCENARIO = Path(__file__).parents[2] / "simulator" / "scenarios" / "demo.yaml"


async def looks_right(browser: Browser) -> None:
    """Nothing spills over, nobody is shut out, in light and dark, on a tablet and on a phone."""
    for dark in (True, False):
        await browser.do("dark", on=dark)
        assert await browser.do("axe") == []
    for width, height in ((390, 844), (1280, 900)):
        assert await browser.do("size", width=width, height=height) <= 0


async def test_a_whole_call(tmp_path: Path) -> None:
    # A phone that rings long enough to look at.
    text = SCENARIO.read_text(encoding="utf-8").replace("ring_s: 2", "ring_s: 8").replace("talk_s: 5", "talk_s: 60")
    # One menu is enough here: the demo's own test goes through both.
    text = text.replace('"2": billing_menu', '"2": billing')
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(text, encoding="utf-8")
    async with World(scenario=scenario, say=print, record="all") as world, Browser(world.url, DASHBOARD) as browser:
        assert "Call and wait" in await browser.do("open")
        await looks_right(browser)
        company = world.line.company
        await browser.do("click", name=company, exact=False)
        assert company in await browser.do("wait", text="In the menu")
        await browser.do("wait", text="On hold", timeout=60_000)
        await looks_right(browser)

        await browser.do("click", name="Listen")
        assert await browser.do("loudness") > 0.01, "the hold music is heard"
        await browser.do("click", name="Stop listening")
        await browser.do("click", name="Talk here")
        assert "No microphone was found" in await browser.do("wait", text="microphone")
        calm = await browser.do("color")
        await browser.do("picture", path=str(tmp_path / "hold.png"))
        await browser.do("page", path=str(tmp_path / "dashboard.png"))
        seen: dict[str, Any] = {"text": await browser.do("wait", text="Pick up:", timeout=60_000)}
        assert "My phone is ringing" in seen["text"]
        assert await browser.do("color") != calm
        await browser.do("picture", path=str(tmp_path / "human.png"))
        assert await browser.do("axe") == []
        await browser.do("wait", text="Connected", timeout=30_000)
        assert await browser.do("state") == {"errors": [], "outside": []}
        await browser.do("offline", on=True)
        await browser.do("wait", text="Connection lost", timeout=60_000)
        await browser.do("offline", on=False)
        await browser.do("gone", text="Connection lost", timeout=60_000)
        assert "Connected" in await browser.do("text")
        # Home Assistant's own page has things to say about a connection that broke.
        after_reconnect = await browser.do("state")

        await browser.do("click", name="Hang up")
        await browser.do("click", name="Yes, hang up")
        text = await browser.do("wait", text="Call again")
        assert "Pressed 2" in text
        await looks_right(browser)
        await browser.do("click", name="Recording")
        played = await browser.do("recording")
        assert played["duration"] > 20.0, played
        assert played["from"] == pytest.approx(played["duration"] / 2, rel=0.1), "where the loudness was pressed"
        assert played["to"] > played["from"] + 0.3
        await looks_right(browser)
        await browser.do("picture", path=str(tmp_path / "recording.png"))
        await browser.do("click", name="Delete the recording")
        await browser.do("click", name="Yes, delete")
        await browser.do("wait", text="The recording is deleted.")
        await browser.do("click", name="Done")
        assert "Last calls" in await browser.do("wait", text="Call and wait")
        await browser.do("fill", label="Number", value="911")
        await browser.do("fill", label="What for?", value="nothing")
        await browser.do("click", name="Call and wait")
        assert "mergency" in await browser.do("wait", text="That did not work")
        assert await browser.do("state") == after_reconnect
        assert after_reconnect["outside"] == []
