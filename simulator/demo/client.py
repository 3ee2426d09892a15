"""A small Home Assistant client: REST for config flows, WebSocket for actions, events and the dashboard."""

import asyncio
from collections.abc import AsyncIterator, Callable
import contextlib
from typing import Any, Self

import aiohttp

from .processes import DemoError


class HomeAssistantClient:
    """Talks to one Home Assistant on loopback with an owner's token."""

    def __init__(self, url: str, token: str) -> None:
        self.url = url
        self._token = token
        self._session = aiohttp.ClientSession(headers={"Authorization": f"Bearer {token}"})
        self._socket: aiohttp.ClientWebSocketResponse | None = None
        self._reader: asyncio.Task[None] | None = None
        self._results: dict[int, asyncio.Future[Any]] = {}
        self._handlers: dict[int, Callable[[dict[str, Any]], None]] = {}
        self._last_id = 0

    async def __aenter__(self) -> Self:
        return self

    async def __aexit__(self, *_: object) -> None:
        if self._reader is not None:
            self._reader.cancel()
            with contextlib.suppress(asyncio.CancelledError):
                await self._reader
        if self._socket is not None:
            await self._socket.close()
        await self._session.close()

    async def wait_running(self, timeout_s: float, is_alive: Callable[[], bool]) -> None:
        """Return when Home Assistant is up.

        Raises:
            DemoError: not in time, or its process ended.
        """
        try:
            async with asyncio.timeout(timeout_s):
                while True:
                    if not is_alive():
                        raise DemoError("Home Assistant ended while starting")
                    with contextlib.suppress(aiohttp.ClientError):
                        async with self._session.get(f"{self.url}/api/core/state") as answer:
                            if answer.status == 200 and (await answer.json()).get("state") == "RUNNING":
                                return
                    await asyncio.sleep(0.2)  # polling a process that has no other way to say it is ready
        except TimeoutError as err:
            raise DemoError(f"Home Assistant was not ready after {timeout_s:.0f} s") from err

    async def config_flow(self, handler: str, *inputs: dict[str, Any]) -> dict[str, Any]:
        """Go through a config flow, one input a step; return the entry it made."""
        return await self._flow("config/config_entries/flow", {"handler": handler}, inputs)

    async def options_flow(self, entry_id: str, *inputs: dict[str, Any]) -> dict[str, Any]:
        """Go through an options flow, one input a step."""
        return await self._flow("config/config_entries/options/flow", {"handler": entry_id}, inputs)

    async def subentry_flow(self, entry_id: str, kind: str, *inputs: dict[str, Any]) -> dict[str, Any]:
        """Go through a subentry's flow, one input a step."""
        return await self._flow("config/config_entries/subentries/flow", {"handler": [entry_id, kind]}, inputs)

    async def _flow(self, path: str, start: dict[str, Any], inputs: tuple[dict[str, Any], ...]) -> dict[str, Any]:
        step = await self._post(path, start)
        for data in inputs:
            step = await self._post(f"{path}/{step['flow_id']}", data)
        if step.get("type") != "create_entry":
            raise DemoError(f"set-up of {start['handler']} stopped: {step.get('errors') or step.get('reason') or step}")
        return step

    async def _post(self, path: str, data: dict[str, Any]) -> dict[str, Any]:
        async with self._session.post(f"{self.url}/api/{path}", json=data) as answer:
            if answer.status != 200:
                raise DemoError(f"Home Assistant answered {answer.status} to {path}: {await answer.text()}")
            return dict(await answer.json())

    async def states(self) -> list[dict[str, Any]]:
        """All entity states."""
        return list(await self.command("get_states"))

    async def connect(self) -> None:
        """Open the WebSocket."""
        self._socket = await self._session.ws_connect(f"{self.url}/api/websocket", max_msg_size=0)
        await self._socket.receive_json()
        await self._socket.send_json({"type": "auth", "access_token": self._token})
        answer = await self._socket.receive_json()
        if answer.get("type") != "auth_ok":
            raise DemoError("Home Assistant does not accept the demo's token")
        self._reader = asyncio.create_task(self._read(self._socket))

    async def command(self, kind: str, **data: Any) -> Any:
        """Send one WebSocket command and return its result.

        Raises:
            DemoError: Home Assistant answered with an error.
        """
        result, _ = await self._send(kind, data)
        return await result

    async def subscribe(self, event_type: str) -> AsyncIterator[dict[str, Any]]:
        """Subscribe to events of the bus; none from now on is missed by who iterates over what is returned."""
        queue: asyncio.Queue[dict[str, Any]] = asyncio.Queue()
        result, _ = await self._send("subscribe_events", {"event_type": event_type}, queue.put_nowait)
        await result
        return _drain(queue)

    async def _send(
        self, kind: str, data: dict[str, Any], handler: Callable[[dict[str, Any]], None] | None = None
    ) -> tuple[asyncio.Future[Any], int]:
        if self._socket is None:
            raise DemoError("not connected")
        self._last_id += 1
        future: asyncio.Future[Any] = asyncio.get_running_loop().create_future()
        self._results[self._last_id] = future
        if handler is not None:
            self._handlers[self._last_id] = handler
        await self._socket.send_json({"id": self._last_id, "type": kind, **data})
        return future, self._last_id

    async def _read(self, socket: aiohttp.ClientWebSocketResponse) -> None:
        async for message in socket:
            if message.type is not aiohttp.WSMsgType.TEXT:
                continue
            item = message.json()
            if item["type"] == "event" and item["id"] in self._handlers:
                self._handlers[item["id"]](item["event"])
            elif item["type"] == "result" and (future := self._results.pop(item["id"], None)) and not future.done():
                if item["success"]:
                    future.set_result(item["result"])
                else:
                    future.set_exception(DemoError(str(item["error"].get("message", item["error"]))))
        for future in self._results.values():
            if not future.done():
                future.set_exception(DemoError("Home Assistant closed the connection"))


async def _drain(queue: asyncio.Queue[dict[str, Any]]) -> AsyncIterator[dict[str, Any]]:
    while True:
        yield await queue.get()
