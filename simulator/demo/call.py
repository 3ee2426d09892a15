"""One call by Home Assistant's action, with every event of it as the event entity tells it."""

import asyncio
from collections.abc import Callable
import contextlib
import time
from typing import Any

from .processes import DemoError
from .world import World

_ENTITY_ATTRIBUTES = ("event_types", "friendly_name", "icon", "device_class")


async def make_call(world: World, show: Callable[[dict[str, Any]], None], timeout_s: float) -> list[dict[str, Any]]:
    """Call the company and return its events when the call has ended, or after ``timeout_s``.

    Each event is a dict: ``t`` (seconds since the action), ``at`` (wall clock), ``event`` and its data.
    """
    told: list[dict[str, Any]] = []
    started = time.time()
    ended = asyncio.Event()
    entity_id = await world.entity("event", "call_event")
    changes = await world.client.subscribe("state_changed")

    async def watch() -> None:
        async for change in changes:
            state = change["data"].get("new_state") or {}
            attributes = dict(state.get("attributes", {}))
            kind = attributes.pop("event_type", None)
            if change["data"]["entity_id"] != entity_id or kind is None:
                continue
            data = {key: value for key, value in attributes.items() if key not in _ENTITY_ATTRIBUTES}
            now = time.time()
            item = {"t": round(now - started, 2), "at": now, "event": kind, **data}
            told.append(item)
            show(item)
            if kind == "ended":
                ended.set()

    watching = asyncio.create_task(watch())
    try:
        answer = await world.client.command(
            "call_service",
            domain="hold_slayer",
            service="call",
            service_data={"contact": world.line.company},
            return_response=True,
        )
        if not answer["response"]["call_id"]:
            raise DemoError("the action returned no call id")
        with contextlib.suppress(TimeoutError):
            async with asyncio.timeout(timeout_s):
                await ended.wait()
    finally:
        watching.cancel()
        await asyncio.gather(watching, return_exceptions=True)
    return told
