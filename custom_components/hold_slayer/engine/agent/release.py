"""Giving back what a call held: each part on its own, so that one that fails costs no other."""

import asyncio
from collections.abc import Awaitable, Callable
import logging
from typing import Any

_LOGGER = logging.getLogger(__name__)


async def settled(call_id: str, *parts: Awaitable[Any]) -> None:
    """Await all ``parts`` at a time; a fault of one stands in the log."""
    for result in await asyncio.gather(*parts, return_exceptions=True):
        if isinstance(result, Exception):
            _LOGGER.error("Something of call %s could not be released", call_id, exc_info=result)


async def release(call_id: str, *steps: Callable[[], Awaitable[None]]) -> None:
    """Take all ``steps``, one after another; a fault in one stands in the log."""
    for step in steps:
        try:
            await step()
        except Exception:
            _LOGGER.exception("Something of call %s could not be released", call_id)
