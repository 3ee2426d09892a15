"""The whole history of an account as JSON lines, one call a line: for the user's own use, or to take it elsewhere."""

from collections.abc import AsyncIterator
import json
import os
from pathlib import Path
from typing import Any, BinaryIO

from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util, slugify

from .const import DOMAIN
from .engine.ports import ServiceError
from .runtime import HoldSlayerRuntime

FOLDER = DOMAIN
_PIECE = 50
"""Calls that are read at a time, so that a running call's history is not kept waiting."""
MOST_IN_A_RESPONSE = 500


async def calls_of(runtime: HoldSlayerRuntime) -> AsyncIterator[list[dict[str, Any]]]:
    """All ended calls whole, oldest first, in pieces. Raises ServiceError."""
    after: tuple[float, str] | None = None
    while piece := await runtime.call_log.whole_after(after, _PIECE):
        yield piece
        after = (piece[-1]["started_at"], piece[-1]["call_id"])


async def async_export_file(hass: HomeAssistant, runtime: HoldSlayerRuntime) -> tuple[Path, int]:
    """Write them to a file of their own in Home Assistant's configuration, for its owner only; return it and how many.

    Raises:
        ServiceError: the history cannot be read or the file not written; no file is left then.
    """
    stamp = dt_util.utcnow().strftime("%Y%m%d-%H%M%S-%f")
    name = f"history-{slugify(runtime.entry.title)}-{stamp}.jsonl"
    path = Path(hass.config.path(FOLDER, name))
    count = 0
    try:
        file = await hass.async_add_executor_job(_create, path)
        try:
            async for piece in calls_of(runtime):
                await hass.async_add_executor_job(_write, file, piece)
                count += len(piece)
            await hass.async_add_executor_job(file.close)
        except BaseException:
            await hass.async_add_executor_job(_discard, file, path)
            raise
    except OSError as err:
        raise ServiceError(f"the export cannot be written: {err.strerror}") from err
    return path, count


def _create(path: Path) -> BinaryIO:
    path.parent.mkdir(mode=0o700, exist_ok=True)
    return os.fdopen(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "wb")


def _write(file: BinaryIO, calls: list[dict[str, Any]]) -> None:
    file.writelines(json.dumps(call, ensure_ascii=False).encode() + b"\n" for call in calls)


def _discard(file: BinaryIO, path: Path) -> None:
    path.unlink(missing_ok=True)
    file.close()
