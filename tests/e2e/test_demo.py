"""The two ways a newcomer runs the demo: the whole call by itself, and ended by Ctrl-C with nothing left."""

import asyncio
import json
from pathlib import Path
import signal
import sys

import pytest

ROOT = Path(__file__).resolve().parents[2]
DEMO = [sys.executable, "-m", "simulator.demo"]

pytestmark = pytest.mark.e2e


def children_of(pid: int) -> set[int]:
    """Pids of all living descendants."""
    found: set[int] = set()
    for stat in Path("/proc").glob("[0-9]*/stat"):
        try:
            fields = stat.read_text().rpartition(")")[2].split()
        except OSError:
            continue
        if int(fields[1]) == pid and fields[0] != "Z":
            child = int(stat.parent.name)
            found |= {child} | children_of(child)
    return found


def still_running(pids: set[int]) -> set[int]:
    """Those that live, zombies aside."""
    return {
        pid
        for pid in pids
        if (stat := Path(f"/proc/{pid}/stat")).exists() and stat.read_text().rpartition(")")[2].split()[0] != "Z"
    }


@pytest.mark.timeout(200)
async def test_headless_demo_makes_the_whole_call() -> None:
    process = await asyncio.create_subprocess_exec(
        *DEMO, "--headless", "--json", cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    async with asyncio.timeout(180):
        output, errors = await process.communicate()
    lines = [json.loads(line) for line in output.decode().splitlines()]
    checks = {line["check"]: line["ok"] for line in lines if "check" in line}
    kinds = [line["event"] for line in lines if "event" in line]

    assert process.returncode == 0, (checks, errors.decode()[-1000:])
    assert len(checks) == 7
    assert all(checks.values())
    assert kinds[0] == "started"
    assert kinds[-1] == "ended"
    assert [line["digits"] for line in lines if line.get("event") == "key_pressed"] == ["2", "3"]


@pytest.mark.timeout(120)
async def test_ctrl_c_leaves_no_process() -> None:
    process = await asyncio.create_subprocess_exec(
        *DEMO, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(80):
        while not (line := (await process.stdout.readline()).decode()).startswith("Open http://127.0.0.1:"):
            assert line, "the demo ended by itself"
        started = children_of(process.pid)
        assert len(started) >= 4
        process.send_signal(signal.SIGINT)
        await process.stdout.read()
        assert await process.wait() == 0
    assert not still_running(started)


@pytest.mark.timeout(60)
async def test_ctrl_c_while_starting_leaves_no_process() -> None:
    process = await asyncio.create_subprocess_exec(
        *DEMO, cwd=ROOT, stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE
    )
    assert process.stdout is not None
    async with asyncio.timeout(50):
        await process.stdout.readline()
        await asyncio.sleep(2)  # somewhere in the middle of starting Home Assistant
        started = children_of(process.pid)
        process.send_signal(signal.SIGINT)
        await process.wait()
    assert not still_running(started)


async def test_unknown_scenario_is_one_clear_line() -> None:
    process = await asyncio.create_subprocess_exec(
        *DEMO, "--headless", "--scenario", "nowhere.yaml", cwd=ROOT,
        stdout=asyncio.subprocess.PIPE, stderr=asyncio.subprocess.PIPE,
    )  # fmt: skip
    async with asyncio.timeout(50):
        _, errors = await process.communicate()
    assert process.returncode == 1
    assert "nowhere.yaml: cannot be read" in errors.decode()
    assert "Traceback" not in errors.decode()
