"""Recordings in Home Assistant's media browser, the newest first; only for those who may hear them."""

from typing import override

from homeassistant.components.media_player.const import MediaClass, MediaType
from homeassistant.components.media_player.errors import BrowseError
from homeassistant.components.media_source import (
    BrowseMediaSource,
    MediaSource,
    MediaSourceItem,
    PlayMedia,
    Unresolvable,
)
from homeassistant.components.websocket_api.connection import current_connection
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util

from . import house, listening
from .const import DOMAIN
from .engine.ports import ServiceError
from .feed import Message
from .runtime import HoldSlayerConfigEntry
from .storage.queries import MOST_A_PAGE, PageQuery

MOST_SHOWN = 500


async def async_get_media_source(hass: HomeAssistant) -> MediaSource:
    """One for all accounts."""
    return RecordingSource(hass)


class RecordingSource(MediaSource):
    """Accounts, where there are several, and their recordings: ``entry id / call id``."""

    name = "Hold Slayer"

    def __init__(self, hass: HomeAssistant) -> None:
        super().__init__(DOMAIN)
        self._hass = hass

    def _entries(self) -> list[HoldSlayerConfigEntry]:
        """Accounts whose recordings may be heard by whoever asks."""
        connection = current_connection.get()
        user = connection.user if connection is not None else None
        return [
            entry for entry in house.loaded_entries(self._hass) if listening.may_hear(self._hass, user, entry.entry_id)
        ]

    @override
    async def async_resolve_media(self, item: MediaSourceItem) -> PlayMedia:
        """Return the address of a recording; Home Assistant signs it. Raises Unresolvable."""
        entry_id, _, call_id = item.identifier.partition("/")
        if entry_id not in {entry.entry_id for entry in self._entries()} or (
            await listening.path_of(self._hass, entry_id, call_id) is None
        ):
            raise Unresolvable(translation_domain=DOMAIN, translation_key="no_such_recording")
        return PlayMedia(listening.url_of(entry_id, call_id), "audio/wav")

    @override
    async def async_browse_media(self, item: MediaSourceItem) -> BrowseMediaSource:
        """List accounts or recordings. Raises BrowseError."""
        entries = self._entries()
        if not item.identifier:
            if len(entries) == 1:
                return _folder(None, self.name, await self._recordings(entries[0]), MediaClass.MUSIC)
            accounts = [_folder(entry.entry_id, entry.title) for entry in entries]
            return _folder(None, self.name, accounts, MediaClass.DIRECTORY)
        for entry in entries:
            if entry.entry_id == item.identifier:
                return _folder(entry.entry_id, entry.title, await self._recordings(entry), MediaClass.MUSIC)
        raise BrowseError(translation_domain=DOMAIN, translation_key="no_such_recording")

    async def _recordings(self, entry: HoldSlayerConfigEntry) -> list[BrowseMediaSource]:
        runtime = entry.runtime_data
        rows: list[Message] = []
        before: float | None = None
        try:
            has_more = True
            while has_more and len(rows) < MOST_SHOWN:
                page, has_more = await runtime.call_log.page(PageQuery(MOST_A_PAGE, before, is_recorded=True))
                rows += page
                before = rows[-1]["started_at"] if rows else None
        except ServiceError as err:
            raise BrowseError(translation_domain=DOMAIN, translation_key="history_unusable") from err
        paths = [await self._hass.async_add_executor_job(runtime.recordings.path_of, row["call_id"]) for row in rows]
        kept = [(row, path) for row, path in zip(rows, paths, strict=True) if path is not None]
        lengths = await self._hass.async_add_executor_job(listening.durations, [path for _, path in kept])
        return [
            BrowseMediaSource(
                domain=DOMAIN,
                identifier=f"{entry.entry_id}/{row['call_id']}",
                media_class=MediaClass.MUSIC,
                media_content_type=MediaType.MUSIC,
                title=_title(row["company"] or row["number"], row["started_at"], length_s),
                can_play=True,
                can_expand=False,
            )
            for (row, _), length_s in zip(kept, lengths, strict=True)
            if length_s is not None
        ]


def _title(company: str, started_at: float, length_s: float) -> str:
    """Whom, when and how long."""
    when = dt_util.as_local(dt_util.utc_from_timestamp(started_at))
    minutes, seconds = divmod(round(length_s), 60)
    return f"{company} · {when:%Y-%m-%d %H:%M} · {minutes}:{seconds:02d}"


def _folder(
    identifier: str | None,
    title: str,
    children: list[BrowseMediaSource] | None = None,
    children_class: MediaClass | None = None,
) -> BrowseMediaSource:
    return BrowseMediaSource(
        domain=DOMAIN,
        identifier=identifier,
        media_class=MediaClass.DIRECTORY,
        media_content_type=MediaType.MUSIC,
        title=title,
        can_play=False,
        can_expand=True,
        children=children,
        children_media_class=children_class,
    )
