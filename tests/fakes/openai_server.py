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

    ``statuses`` and ``messages`` are used up first, one a request; the first ``cuts`` requests lose their connection in
    mid-answer. ``requests`` holds the parsed bodies, ``keys`` the authorization headers, ``times`` when they came (loop's clock).
    """

    def __init__(self, message: dict[str, Any] | None = None) -> None:
        self.message = message or call("press", {"key": "1"})
        self.status = 200
        self.statuses: list[int] = []
        self.messages: list[dict[str, Any]] = []
        self.cuts = 0
        self.retry_after = "0"
        self.times: list[float] = []
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

    async def _complete(self, request: web.Request) -> web.StreamResponse:
        self.times.append(asyncio.get_running_loop().time())
        self.requests.append(await request.json())
        self.keys.append(request.headers.get("authorization", ""))
        with suppress(TimeoutError):
            await asyncio.wait_for(self._is_closing.wait(), self.delay_s)
        if self.cuts:
            self.cuts -= 1
            return await self._cut(request)
        status = self.statuses.pop(0) if self.statuses else self.status
        if status != 200:
            # Servers like to quote the question in their errors.
            error = {"message": f"bad: {self.requests[-1]['messages'][-1]['content']}", "type": "error", "code": "x"}
            return web.json_response({"error": error}, status=status, headers={"retry-after": self.retry_after})
        if self.body is not None:
            return web.Response(body=self.body, content_type=self.content_type)
        message = self.messages.pop(0) if self.messages else self.message
        choice = {"index": 0, "message": message, "finish_reason": "stop"}
        usage = {"prompt_tokens": 1, "completion_tokens": 1, "total_tokens": 2}
        return web.json_response(
            {"id": "1", "object": "chat.completion", "created": 1, "model": "fake", "choices": [choice], "usage": usage}
        )

    async def _cut(self, request: web.Request) -> web.StreamResponse:
        """Promise a long answer, send some of it, and go."""
        answer = web.StreamResponse(headers={"content-type": "application/json", "content-length": "500"})
        await answer.prepare(request)
        await answer.write(b'{"choices": [')
        assert request.transport is not None
        request.transport.abort()
        return answer
