"""Fixtures of the SIP tests."""

import asyncio
from collections.abc import AsyncIterator, Awaitable, Callable
from pathlib import Path
import shutil
from typing import Any

import pytest

from custom_components.hold_slayer.engine.sip.account import KeepAlive, TrunkAccount
from custom_components.hold_slayer.engine.sip.locate import no_naptr, query_srv
from custom_components.hold_slayer.engine.sip.transaction import TimerValues
from tests.fakes.ports import free_port, free_ports
from tests.fakes.sip_line import LIMIT_S, QUICK, SCENARIOS, Caller, Sipp, Wire, is_udp_bound, poll


@pytest.fixture
async def wire(socket_enabled: None) -> AsyncIterator[Wire]:
    wire = await Wire.open()
    yield wire
    wire.close()


@pytest.fixture
async def sipp(wire: Wire, tmp_path: Path) -> AsyncIterator[Callable[..., Awaitable[Sipp]]]:
    """Start SIPp with a scenario at the far end of the wire; ``keys`` fill the scenario's [placeholders]."""
    program = shutil.which("sipp")
    if program is None:
        pytest.fail("SIPp is missing: Debian's package sip-tester")
    running: list[Sipp] = []

    async def start(scenario: str, **keys: str) -> Sipp:
        port = free_port()
        # SIPp's own -key is not allowed in a start line.
        text = (SCENARIOS / f"{scenario}.xml").read_text()
        for name, value in {"contact": f"127.0.0.1:{wire.port}", **keys}.items():
            text = text.replace(f"[{name}]", value)
        script = tmp_path / f"{scenario}.xml"
        script.write_text(text)
        command = [
            program,
            "-sf",
            str(script),
            "-i",
            "127.0.0.1",
            "-p",
            str(port),
            "-m",
            "1",
            "-nostdin",
            "-skip_rlimit",
        ]
        command += ["-cp", str(free_port()), "-mp", str(free_ports(4)), "-deadcall_wait", "0", "-timeout_error"]
        command += ["-timeout", f"{LIMIT_S:.0f}s", "-trace_err", "-error_file", str(tmp_path / "errors.log")]
        process = await asyncio.create_subprocess_exec(
            *command, cwd=tmp_path, stdout=asyncio.subprocess.DEVNULL, stderr=asyncio.subprocess.DEVNULL
        )
        far_end = Sipp(process, tmp_path)
        running.append(far_end)
        await poll(lambda: is_udp_bound(port) or process.returncode is not None)
        if process.returncode is not None:
            errors = tmp_path / "errors.log"
            pytest.fail(f"SIPp did not start ({process.returncode}): {errors.read_text() if errors.exists() else ''}")
        wire.server_port = port
        return far_end

    yield start
    for far_end in running:
        if far_end.process.returncode is None:
            far_end.process.kill()
        await far_end.process.wait()


@pytest.fixture
async def make_caller(socket_enabled: None) -> AsyncIterator[Callable[..., Caller]]:
    callers: list[Caller] = []

    def make(
        port: int | None,
        *,
        timers: TimerValues = QUICK,
        ssl_context: Any = None,
        srv: Any = query_srv,
        naptr: Any = no_naptr,
        **fields: Any,
    ) -> Caller:
        fields = {"username": "alice", "password": "secret", "registrar_host": "127.0.0.1", "register": False} | fields
        fields.setdefault("keepalive", KeepAlive.CRLF if fields["register"] else KeepAlive.OFF)
        caller = Caller(
            TrunkAccount(registrar_port=port, **fields), timers, ssl_context=ssl_context, srv=srv, naptr=naptr
        )
        callers.append(caller)
        return caller

    yield make
    for caller in callers:
        await caller.agent.stop()


@pytest.fixture
async def caller(wire: Wire, make_caller: Callable[..., Caller]) -> Caller:
    """A user agent that does not register, started, with the wire as its server."""
    caller = make_caller(wire.port)
    await caller.agent.start()
    return caller
