"""The card as a telephone, in a real browser on a real Home Assistant: audio both ways, broken lines, a guest; and how it looks."""

import asyncio
import os
from pathlib import Path
import shutil
from statistics import median
import time
from typing import Any

import pytest

from simulator.demo.world import DASHBOARD, World
from tests.fakes.browser import Browser
from tests.fakes.card_states import BUSY_STRIP, NOW, PICTURES, call, state
from tests.fakes.delays import both_ways
from tests.fakes.microphone import BEEPS_HZ, beeps
from tests.fakes.pictures import difference

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(420)]
ROOT = Path(__file__).parents[2]
SCENARIO = ROOT / "simulator" / "scenarios" / "demo.yaml"
KEPT = ROOT / "docs" / "images"
FAR_HZ = 1000.0
MOST_ALIKE = 0.01
"""Share of pixels that may look different."""


def scenario(folder: Path) -> Path:
    """A short wait, then somebody who beeps."""
    text = SCENARIO.read_text(encoding="utf-8").replace("hold_s: 27", "hold_s: 21")
    lines = [line for line in text.splitlines() if "at_s: 18" not in line]
    text = "\n".join(lines).replace('"2": billing_menu', '"2": billing')
    text = text.replace("talk_s: 5", f"talk_s: 200\n        beeps_hz: {FAR_HZ}\n        wait_for_user_s: 120")
    path = folder / "scenario.yaml"
    path.write_text(text, encoding="utf-8")
    return path


async def look(browser: Browser, folder: Path) -> None:
    """Every picture is as it is kept in docs/images; UPDATE_PICTURES=1 keeps the new ones."""
    apart: dict[str, float] = {}
    for name, (shown, how) in PICTURES.items():
        await browser.do("size", width=how["width"], height=how["height"])
        await browser.do("dark", on=how["dark"])
        path = folder / f"{name}.png"
        await browser.do("frozen", now=NOW, path=str(path), **shown)
        assert await browser.do("axe") == [], name
        if os.environ.get("UPDATE_PICTURES"):
            shutil.copy(path, KEPT / path.name)
        apart[name] = difference(path, KEPT / path.name)
    assert max(apart.values()) < MOST_ALIKE, apart
    first, *others = PICTURES
    assert all(difference(folder / f"{first}.png", KEPT / f"{name}.png") > MOST_ALIKE for name in others)
    await browser.do("size", width=1280, height=900)
    await browser.do("dark", on=False)


async def right_to_left(browser: Browser) -> None:
    """Everything is at its other side, nothing spills over."""
    await browser.do("frozen", now=NOW, state=PICTURES["card-hold"][0]["state"])
    left = await browser.do("direction", rtl=False)
    right = await browser.do("direction", rtl=True)
    assert left["iconAt"] < 0.25
    assert right["iconAt"] > 0.75
    assert (left["spill"], right["spill"]) == (0, 0)
    assert await browser.do("axe") == []
    await browser.do("direction", rtl=False)


async def smooth(browser: Browser) -> None:
    """A strip as full as can be keeps up with the display."""
    await browser.do("thaw")
    now = time.time()
    busy = call(60.0, started_at=now - 60, audio_at=now - 60, answered_at=now - 60, strip=[*BUSY_STRIP, [60, ""]])
    await browser.do("frozen", now=now, state=state(busy))
    drawing = await browser.do("drawing")
    assert drawing["rows"] == len(BUSY_STRIP) + 1
    assert drawing["ms"] < 4.0, "a quarter of a picture's time"
    times = await browser.do("frames", seconds=2)
    print(f"strip: {drawing['ms']:.2f} ms a picture, {median(times):.1f} ms between two")
    assert median(times) < 20.0
    await browser.do("thaw")


async def offered(world: World, browser: Browser) -> None:
    """In the picker once, suggested for entities of ours, with a form to set it up."""
    found = await browser.do("offered", entity=await world.entity("sensor", "status"))
    assert (found["count"], found["preview"], found["foreign"]) == (1, True, None)
    assert found["ours"] == {"config": {"type": "custom:hold-slayer-card"}}
    assert found["labels"][:2] == ["Title", "Account"]
    assert found["grid"] == {"columns": 12, "min_columns": 6, "rows": "auto"}


def heard_since(world: World, since: float) -> list[dict[str, Any]]:
    return [event for event in world.events if event["event"] == "user_beep" and event["heard_at"] > since]


async def hears_user(world: World, since: float, count: int = 3) -> None:
    """The company hears the user's beeps."""
    async with asyncio.timeout(30):
        while len(heard_since(world, since)) < count:
            world.changed.clear()
            await world.changed.wait()


async def test_answered_in_the_browser(tmp_path: Path) -> None:
    target = {"name": "Browser", "kind": "browser", "ring_s": 60}
    microphone = str(beeps(tmp_path / "microphone.wav"))
    async with (
        World(scenario=scenario(tmp_path), say=print, target=target) as world,
        Browser(world.url, DASHBOARD, microphone=microphone) as browser,
    ):
        await browser.do("open")
        await look(browser, tmp_path)
        await right_to_left(browser)
        await smooth(browser)
        await offered(world, browser)

        await browser.do("click", name=world.line.company, exact=False)
        await browser.do("wait", text="Answer here", timeout=85_000)
        insecure = await browser.do("insecure", text="Answer here")
        assert "open Home Assistant by https" in insecure["text"]
        assert insecure["isDisabled"]
        assert await browser.do("enabled", name="Answer here")
        began = time.time()
        await browser.do("click", name="Answer here")
        assert "You" in await browser.do("wait", text="Connected", timeout=30_000)
        await talk_both_ways(world, browser, began)
        await muted(world, browser)
        await slow(world, browser)
        await broken(world, browser)

        await browser.do("click", name="Hang up")
        await browser.do("click", name="Yes, hang up")
        assert "Put through" in await browser.do("wait", text="Call again", timeout=30_000)
        await guest(world, browser)
        assert (await browser.do("state"))["outside"] == []


async def talk_both_ways(world: World, browser: Browser, since: float) -> None:
    await browser.do("tap")
    await hears_user(world, since, count=5)
    async with asyncio.timeout(30):
        tapped = await browser.do("tapped")
        while len(tapped["far"]["hz"]) < 3 or not all(both_ways(tapped, world.events, since).values()):
            await asyncio.sleep(0.2)  # polling a page
            tapped = await browser.do("tapped")
    assert median(event["hz"] for event in heard_since(world, since)) == pytest.approx(BEEPS_HZ, abs=10)
    assert median(tapped["far"]["hz"]) == pytest.approx(FAR_HZ, abs=15)
    assert await browser.do("loudness", side="far") > 0.5
    assert await browser.do("loudness", side="near") > 0.5
    found = both_ways(tapped, world.events, since)
    print({way: [round(each) for each in values] for way, values in found.items()})
    # Busy machines are slow; what a quiet one does stands in bench/results/browser_latency.json.
    assert median(found["down"]) < 300.0
    assert median(found["up"]) < 300.0


async def muted(world: World, browser: Browser) -> None:
    await browser.do("click", name="Mute")
    await browser.do("wait", text="Muted")
    async with asyncio.timeout(30):
        # A beep comes each second.
        while heard_since(world, time.time() - 2.5):  # noqa: ASYNC110 - silence tells nobody that it lasts
            await asyncio.sleep(0.2)
    since = time.time()
    await browser.do("click", name="Unmute")
    await hears_user(world, since)


async def slow(world: World, browser: Browser) -> None:
    """A line that carries a quarter of the sound: gaps, but Home Assistant stays, and afterwards all is as before."""
    await browser.do("slow", seconds=6.0)
    assert "Connection lost" not in await browser.do("text")
    since = time.time()
    await hears_user(world, since)
    tapped = await browser.do("tapped")
    late = both_ways(tapped, world.events, time.time() - 3.0)
    assert median(late["up"]) < 500.0, "nothing has piled up"


async def broken(world: World, browser: Browser) -> None:
    await browser.do("offline", on=True)
    await browser.do("wait", text="You are put through again when it is back", timeout=60_000)
    await browser.do("offline", on=False)
    await browser.do("gone", text="You are put through again", timeout=60_000)
    since = time.time()
    await hears_user(world, since)
    assert "Connected" in await browser.do("text")


async def guest(world: World, browser: Browser) -> None:
    """Somebody who may only look."""
    made = await world.client.command("config/auth/create", name="Guest", group_ids=["system-read-only"])
    credentials = {"user_id": made["user"]["id"], "username": "guest", "password": "only looking"}
    await world.client.command("config/auth_provider/homeassistant/create", **credentials)
    text = await browser.do("signIn", user="guest", password=credentials["password"], text="Put through")
    assert "Call again" not in text
    await browser.do("click", name="Done")
    assert "Call and wait" not in await browser.do("wait", text="You may watch, but not call.")
