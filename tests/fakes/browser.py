"""The card in a real browser: Chromium steered by tests/browser/card.mjs."""

import asyncio
import json
from pathlib import Path
import shutil
from typing import Any, Self

ROOT = Path(__file__).resolve().parents[2]


class Browser:
    """An asynchronous context manager around one browser window."""

    def __init__(self, url: str, path: str, **setting: Any) -> None:
        chromium = shutil.which("chromium")
        if chromium is None:
            raise RuntimeError("Chromium is missing: script/setup installs it")
        self._setting = {"url": url, "path": path, "chromium": chromium, **setting}
        self._process: asyncio.subprocess.Process | None = None

    async def __aenter__(self) -> Self:
        self._process = await asyncio.create_subprocess_exec(
            "node",
            str(ROOT / "tests/browser/card.mjs"),
            stdin=asyncio.subprocess.PIPE,
            stdout=asyncio.subprocess.PIPE,
            limit=1 << 22,
        )
        await self._send(self._setting)
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._process is None:
            return
        try:
            async with asyncio.timeout(20):
                await self._send({"do": "end"})
                await self._process.wait()
        except TimeoutError, ConnectionError:
            self._process.kill()
            await self._process.wait()

    async def _send(self, data: dict[str, Any]) -> None:
        assert self._process is not None
        assert self._process.stdin is not None
        self._process.stdin.write(json.dumps(data).encode() + b"\n")
        await self._process.stdin.drain()

    async def do(self, what: str, **data: Any) -> Any:
        """Run one command of card.mjs; AssertionError with its words when it failed."""
        await self._send({"do": what, **data})
        assert self._process is not None
        assert self._process.stdout is not None
        async with asyncio.timeout(90):
            line = await self._process.stdout.readline()
        answer = json.loads(line or b'{"ok": false, "result": "the browser has gone"}')
        assert answer["ok"], f"{what}: {answer['result']}"
        return answer["result"]
