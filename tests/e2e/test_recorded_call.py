"""A call from the terminal against the simulator, recorded, packed and heard again: every program as a user starts it."""

import asyncio
import json
import os
from pathlib import Path
import sys
import wave

import pytest

from simulator.scenario import Company, Queue, Representative, Scenario
from simulator.trunk import CallCentre

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
