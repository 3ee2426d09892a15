"""Recorded calls as a user has them: the terminal, the report and its replay, and a real Home Assistant that is killed."""

import asyncio
from collections.abc import Callable
import json
import os
from pathlib import Path
import sqlite3
import sys
import wave

import pytest

from custom_components.hold_slayer.storage.recordings import RecordingStore
from simulator.demo.processes import DemoError
from simulator.demo.world import World
from simulator.scenario import Company, Queue, Representative, Scenario
from simulator.trunk import CallCentre
from tests.e2e.test_restart import SCENARIO, place_call

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(150)]
ROOT = Path(__file__).resolve().parents[2]
COMPANY = Company(
    ringing_s=0.2, start="queue", queues={"queue": Queue(hold_s=8, entry="", representative=Representative())}
)


async def hold_slayer(*arguments: object, password: str = "") -> tuple[int, str, str]:
    """Run the command line; status, output and errors."""
    env = {**os.environ, "PYTHONPATH": str(ROOT / "custom_components/hold_slayer"), "HOLD_SLAYER_PASSWORD": password}
    process = await asyncio.create_subprocess_exec(
        sys.executable, "-m", "engine.cli", *map(str, arguments),
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE, env=env,
    )  # fmt: skip
    out, err = await asyncio.wait_for(process.communicate(), 100)
    assert process.returncode is not None
    return process.returncode, out.decode(), err.decode()


async def test_a_recorded_call_is_reported_and_heard_again(tmp_path: Path) -> None:
    recording, report = tmp_path / "call.wav", tmp_path / "report.zip"
    async with CallCentre(Scenario(company=COMPANY, phones={})) as centre:
        status, out, err = await hold_slayer(
            "call", "5550100", "--registrar", f"127.0.0.1:{centre.port}", "--user", "alice", "--goal", "a bill",
            "--record", recording, "--json", password="secret",
        )  # fmt: skip
    assert status == 1, err  # no phone was named, so nobody is put through
    kinds = [json.loads(line)["event"] for line in out.splitlines()]
    assert kinds[-1] == "ended", err
    assert "hold_started" in kinds
    with wave.open(str(recording), "rb") as file:
        assert file.getnchannels() == 3
        seconds = file.getnframes() / 8000
    assert seconds > 8
    status, out, err = await hold_slayer("report", recording, "--consent", "-o", report)
    assert (status, out) == (0, f"{report}\n"), err
    status, out, err = await hold_slayer("analyze", report)
    assert status == 0
    assert "hold" in out
    assert "the replay gives the same" in err
    status, _, err = await hold_slayer("call", "5550100", "--goal", "x", "--record", recording)
    assert status == 2
    assert "must be new" in err


@pytest.mark.timeout(240)
async def test_home_assistant_records_and_a_killed_one_leaves_what_can_be_repaired(tmp_path: Path) -> None:
    scenario = tmp_path / "scenario.yaml"
    scenario.write_text(SCENARIO, encoding="utf-8")
    async with World(scenario=scenario, say=print) as world:
        (entry,) = await world.client.command("config_entries/get", domain="hold_slayer")
        await world.client.options_flow(
            entry["entry_id"],
            {
                "speech": {},
                "model": {"llm": "none"},
                "recording": {"record": "waiting", "tracks": "all"},
            },
        )
        folder = world.directory / "hold_slayer_recordings" / entry["entry_id"]

        await place_when_loaded(world)
        (part,) = await growing(folder, 3 * 48_000)
        await world.client.command("call_service", domain="hold_slayer", service="hang_up", service_data={})
        whole = part.with_suffix("")
        await until(whole.exists)
        assert seconds_of(whole) >= 3

        await until(lambda: sum(item["event"] == "ended" for item in world.events) == 1)
        await until(lambda: (whole.stem, whole.name) in rows(world.directory))
        await place_call(world)
        (part,) = await growing(folder, 2 * 48_000)
        assert world._home is not None
        world._home._process.kill()
        await world._home._process.wait()
        assert part.exists()
        store = RecordingStore(folder, quota_bytes=1 << 40, max_age_s=1e9)
        assert store.prepare() == [part.name.partition(".")[0]]
        assert seconds_of(part.with_suffix("")) >= 2
        names = {row[0]: row[1] for row in rows(world.directory)}
        assert names[whole.stem] == whole.name, "the history knows the finished one"


async def until(is_true: Callable[[], object], timeout_s: float = 40.0) -> None:
    for _ in range(int(timeout_s / 0.05)):
        if is_true():
            return
        await asyncio.sleep(0.05)  # polling: files of another process
    raise TimeoutError


async def place_when_loaded(world: World) -> None:
    """New options reload the account behind our back."""
    for _ in range(100):
        try:
            return await place_call(world)
        except DemoError as err:
            if "not loaded" not in str(err):
                raise
        await asyncio.sleep(0.1)
    raise TimeoutError


async def growing(folder: Path, size: int) -> list[Path]:
    """The recordings under way, as soon as there is one of ``size`` bytes."""
    await until(lambda: any(path.stat().st_size > size for path in folder.glob("*.part")))
    return list(folder.glob("*.part"))  # noqa: ASYNC240 - a test


def seconds_of(path: Path) -> float:
    with wave.open(str(path), "rb") as file:
        assert file.getnchannels() == 3
        return file.getnframes() / 8000


def rows(directory: Path) -> list[tuple[str, str]]:
    with sqlite3.connect(directory / "hold_slayer.db") as connection:
        found = connection.execute("SELECT call_id, recording FROM calls").fetchall()
    connection.close()
    return found
