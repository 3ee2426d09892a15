"""Child processes of the demo: started in sessions of their own, read line by line, ended by pid."""

import asyncio
from collections.abc import AsyncIterator, Sequence
import contextlib
import json
import os
from pathlib import Path
import random
import signal
import socket
import sys
from typing import Any

ROOT = Path(__file__).resolve().parents[2]


class DemoError(Exception):
    """The demo cannot go on; the text is the one line that the person sees."""


def free_port() -> int:
    """A TCP port of loopback that is free now, below the range that the system hands out by itself meanwhile.

    Raises DemoError.
    """
    for port in random.sample(range(10_000, 32_000), 50):
        with contextlib.suppress(OSError), socket.socket() as probe:
            probe.bind(("127.0.0.1", port))
            return port
    raise DemoError("no free TCP port between 10000 and 32000")


class Child:
    """One process. Its output goes to ``log`` unless it is read with `lines`."""

    def __init__(self, name: str, process: asyncio.subprocess.Process) -> None:
        self.name = name
        self._process = process

    @classmethod
    async def start(cls, name: str, command: Sequence[str], log: Path, *, is_read: bool = False) -> Child:
        """Start ``command`` from the project's root with this interpreter's environment."""
        with log.open("ab") as sink:
            process = await asyncio.create_subprocess_exec(
                *command,
                cwd=ROOT,
                stdin=asyncio.subprocess.DEVNULL,
                stdout=asyncio.subprocess.PIPE if is_read else sink,
                stderr=sink,
                # Ctrl-C in the terminal goes to the demo alone, which ends its children in order.
                start_new_session=True,
                limit=1 << 20,
            )
        return cls(name, process)

    @property
    def is_running(self) -> bool:
        """True until the process has ended."""
        return self._process.returncode is None

    async def json_lines(self) -> AsyncIterator[dict[str, Any]]:
        """Yield each JSON object the process prints, until it ends."""
        if self._process.stdout is None:
            raise ValueError("the output of this process is not read")
        async for line in self._process.stdout:
            with contextlib.suppress(json.JSONDecodeError):
                item = json.loads(line)
                if isinstance(item, dict):
                    yield item

    async def output(self) -> tuple[int, str]:
        """Wait for the end; return status and what was printed."""
        if self._process.stdout is None:
            raise ValueError("the output of this process is not read")
        text = (await self._process.stdout.read()).decode(errors="replace").strip()
        return await self._process.wait(), text

    async def stop(self, timeout_s: float) -> None:
        """SIGTERM, then SIGKILL to the process's own group after ``timeout_s``."""
        if self._process.returncode is not None:
            return
        with contextlib.suppress(ProcessLookupError):
            self._process.terminate()
        try:
            async with asyncio.timeout(timeout_s):
                await self._process.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                os.killpg(self._process.pid, signal.SIGKILL)
            await self._process.wait()


def python(*arguments: str) -> list[str]:
    """Command line that runs this interpreter."""
    return [sys.executable, *arguments]
