"""An OpenAI-compatible endpoint that answers what a test tells it (``POST /v1/chat/completions`` on loopback)."""

import asyncio
from collections.abc import Mapping
from contextlib import suppress
import json
from typing import Any, Self

from aiohttp import web


def call(name: str, arguments: Mapping[str, object] | str) -> dict[str, Any]:
    """A message that calls one tool; ``arguments`` as text is sent as it is."""
    text = arguments if isinstance(arguments, str) else json.dumps(arguments)
    function = {"name": name, "arguments": text}
    return {
        "role": "assistant",
        "content": None,
        "tool_calls": [{"id": "c1", "type": "function", "function": function}],
    }


def text(content: str | None) -> dict[str, Any]:
    """A message without a tool call."""
    return {"role": "assistant", "content": content}


class FakeOpenAiServer:
    """``async with FakeOpenAiServer() as server``; set ``message``, ``status``, ``body`` or ``delay_s`` as wanted.

    ``statuses`` are used up first, one a request. ``requests`` holds the parsed bodies, ``keys`` the authorization headers.
    """

    def __init__(self, message: dict[str, Any] | None = None) -> None:
        self.message = message or call("press", {"key": "1"})
        self.status = 200
        self.statuses: list[int] = []
        self.body: bytes | None = None
        self.content_type = "application/json"
        self.delay_s = 0.0
        self.requests: list[dict[str, Any]] = []
        self.keys: list[str] = []
        self.url = ""
        app = web.Application()
        app.router.add_post("/v1/chat/completions", self._complete)
        self._is_closing = asyncio.Event()
        self._runner = web.AppRunner(app, shutdown_timeout=0.1)

    async def __aenter__(self) -> Self:
        await self._runner.setup()
        site = web.TCPSite(self._runner, "127.0.0.1", 0)
        await site.start()
        host, port = self._runner.addresses[0][:2]
        self.url = f"http://{host}:{port}/v1"
        return self

    async def __aexit__(self, *_error: object) -> None:
        self._is_closing.set()
        await self._runner.cleanup()

    async def _complete(self, request: web.Request) -> web.Response:
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("authorization", ""))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_closing.wait(), self.delay_s)
        status = self.statuses.pop(0) if self.statuses else self.status
        if status != 200:
            # Servers like to quote the question in their errors.
            error = {"message": f"bad: {self.requests[-1]['messages'][-1]['content']}", "type": "error", "code": "x"}
            return web.json_response({"error": error}, status=status, headers={"retry-after": "0"})
        if self.body is not None:
            return web.Response(body=self.body, content_type=self.content_type)
        choice = {"index": 0, "message": self.message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return web.json_response(
            {"id": "1", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice], "usage": usage}
        )
