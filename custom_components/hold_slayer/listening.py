"""Recordings to listen to: over HTTP with signed addresses, as one channel, from any place on; and their peaks, to be drawn.

Hearing a recording is, as listening live, for those who may control the account. A media player gets an address that Home
Assistant signs for its content user; whoever asks for that address has been checked before (`media_source`).
"""

from collections.abc import Callable
from datetime import timedelta
from functools import lru_cache
from http import HTTPStatus
from pathlib import Path

from aiohttp import hdrs, web
from homeassistant.auth.models import User
from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.components.http.const import KEY_HASS_USER
from homeassistant.core import HomeAssistant
from homeassistant.helpers.http import KEY_HASS, HomeAssistantView

from . import house
from .const import DOMAIN
from .engine.agent import RecordedAudio, RecordedAudioError
from .permissions import may_user

URL = f"/api/{DOMAIN}/recording/{{entry_id}}/{{call_id}}"
EXPIRES = timedelta(hours=12)
"""How long an address is good: the longest call, and time to begin."""
_PIECE = 1 << 16
_HEADERS = {
    hdrs.CONTENT_TYPE: "audio/wav",
    hdrs.ACCEPT_RANGES: "bytes",
    hdrs.CACHE_CONTROL: "private, no-store",
    hdrs.CONTENT_DISPOSITION: "inline",
    "X-Content-Type-Options": "nosniff",
}


def url_of(entry_id: str, call_id: str) -> str:
    """Address of a recording, to be signed."""
    return URL.format(entry_id=entry_id, call_id=call_id)


def may_hear(hass: HomeAssistant, user: User | None, entry_id: str) -> bool:
    """Whether a user may; automations, which are nobody, and Home Assistant's own users may."""
    return user is None or user.system_generated or may_user(hass, user, entry_id, POLICY_CONTROL)


async def path_of(hass: HomeAssistant, entry_id: str, call_id: str) -> Path | None:
    """The finished recording of a call of a loaded account."""
    for entry in house.loaded_entries(hass):
        if entry.entry_id == entry_id:
            return await hass.async_add_executor_job(entry.runtime_data.recordings.path_of, call_id)
    return None


class RecordingView(HomeAssistantView):
    """Sends a recording, or the part asked for (RFC 9110 section 14)."""

    url = URL
    name = f"api:{DOMAIN}:recording"

    async def get(self, request: web.Request, entry_id: str, call_id: str) -> web.StreamResponse:
        """Send it."""
        return await self._answer(request, entry_id, call_id, is_body=True)

    async def head(self, request: web.Request, entry_id: str, call_id: str) -> web.StreamResponse:
        """Tell of it."""
        return await self._answer(request, entry_id, call_id, is_body=False)

    async def _answer(self, request: web.Request, entry_id: str, call_id: str, *, is_body: bool) -> web.StreamResponse:
        hass = request.app[KEY_HASS]
        # What may not be heard is not there: ids tell nothing.
        if not may_hear(hass, request[KEY_HASS_USER], entry_id):
            raise web.HTTPNotFound
        path = await path_of(hass, entry_id, call_id)
        if path is None:
            raise web.HTTPNotFound
        try:
            audio = await hass.async_add_executor_job(RecordedAudio, path)
        except (OSError, RecordedAudioError) as err:
            raise web.HTTPNotFound from err
        try:
            start, stop = _asked_for(request, audio.mono_bytes)
            response = web.StreamResponse(headers=_HEADERS)
            response.content_length = stop - start
            if hdrs.RANGE in request.headers:
                response.set_status(HTTPStatus.PARTIAL_CONTENT)
                response.headers[hdrs.CONTENT_RANGE] = f"bytes {start}-{stop - 1}/{audio.mono_bytes}"
            await response.prepare(request)
            if is_body:
                for place in range(start, stop, _PIECE):
                    piece = await hass.async_add_executor_job(audio.mono, place, min(place + _PIECE, stop))
                    await response.write(piece)
            await response.write_eof()
        finally:
            await hass.async_add_executor_job(audio.close)
        return response


def _asked_for(request: web.Request, size: int) -> tuple[int, int]:
    """First byte, and the one behind the last. Raises HTTPRequestRangeNotSatisfiable."""
    refusal = web.HTTPRequestRangeNotSatisfiable(headers={hdrs.CONTENT_RANGE: f"bytes */{size}"})
    try:
        asked = request.http_range
    except ValueError as err:
        raise refusal from err
    start = asked.start or 0
    if start < 0:
        start = max(0, size + start)
    stop = size if asked.stop is None else min(asked.stop, size)
    if start >= stop:
        raise refusal
    return start, stop


def durations(paths: list[Path]) -> list[float | None]:
    """Lengths in seconds; None of what is no recording. Blocking."""
    return [_read(path, lambda audio: audio.duration_s) for path in paths]


def _read[T](path: Path, what: Callable[[RecordedAudio], T]) -> T | None:
    try:
        with RecordedAudio(path) as audio:
            return what(audio)
    except OSError, RecordedAudioError:
        return None


def peaks(path: Path, bins: int) -> tuple[float, dict[str, list[int]]] | None:
    """Length in seconds and peaks by track; None when it is no recording, or gone. Blocking; the last ones are remembered."""
    try:
        stat = path.stat()
    except OSError:
        return None
    return _peaks(path, stat.st_mtime_ns, stat.st_size, bins)


@lru_cache(maxsize=32)
def _peaks(path: Path, _changed_ns: int, _size: int, bins: int) -> tuple[float, dict[str, list[int]]] | None:
    return _read(path, lambda audio: (audio.duration_s, audio.peaks(bins)))
