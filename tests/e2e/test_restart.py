"""Home Assistant reloads or stops in mid-call: no leg is left up, the call is in the history as interrupted."""

import asyncio
import json
from pathlib import Path
import sqlite3

import pytest

from simulator.demo.world import World

SCENARIO = """\
accounts: {alice: secret}
company: {number: "5550100", ringing_s: 0.5, silence_s: 120}
phones: {"5550123": {}}
"""

pytestmark = pytest.mark.e2e


def promised(directory: Path) -> list[tuple[str, int]]:
    """Numbers that are waited for, and who may read the file."""
    (file,) = (directory / ".storage").glob("hold_slayer.*.callbacks")
    kept = json.loads(file.read_text(encoding="utf-8"))["data"]["promises"]
    return [(each["number"], file.stat().st_mode & 0o777) for each in kept]


async def wait_for(world: World, event: str, count: int = 1) -> None:
    async with asyncio.timeout(30):
        while sum(item["event"] == event for item in world.events) < count:
            world.changed.clear()
            await world.changed.wait()


async def place_call(world: World) -> None:
    await world.client.command(
        "call_service", domain="hold_slayer", service="call", service_data={"contact": world.line.company}
    )


def outcomes(directory: Path) -> list[tuple[str | None, bool]]:
    """(outcome, has an end) of every call, oldest first."""
    with sqlite3.connect(directory / "hold_slayer.db") as connection:
        rows = connection.execute("SELECT outcome, ended_at IS NOT NULL FROM calls ORDER BY started_at").fetchall()
    connection.close()
    return [(outcome, bool(has_ended)) for outcome, has_ended in rows]


@pytest.mark.timeout(180)
async def test_reload_and_stop_in_mid_call(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    async with World(scenario=scenario, say=print) as world:
        await place_call(world)
        await wait_for(world, "answered")
        status = await world.entity("sensor", "status")
        await world.client.command(
            "call_service", domain="homeassistant", service="reload_config_entry", service_data={"entity_id": status}
        )
        await wait_for(world, "ended")
        assert outcomes(world.directory) == [("interrupted", True)]

        await place_call(world)
        await wait_for(world, "answered", 2)
        promise = {"number": "+12125550100", "company": "Acme", "goal": "My bill"}
        await world.client.command(
            "call_service", domain="hold_slayer", service="expect_callback", service_data=promise
        )
        await world.stop_home_assistant()
        await wait_for(world, "ended", 2)
        await wait_for(world, "unregistered", 2)
        assert outcomes(world.directory) == [("interrupted", True)] * 2
        ends = [item["by"] for item in world.events if item["event"] == "ended"]
        assert ends == ["caller", "caller"]
        assert promised(world.directory) == [("+12125550100", 0o600)], "the next start waits for it too"
