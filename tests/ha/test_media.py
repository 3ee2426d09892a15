"""Recordings in the media browser and over HTTP: what is there, for whom, any part of it; peaks and deletion."""

import asyncio
from collections.abc import Awaitable, Callable
from datetime import timedelta
import os
from pathlib import Path
import struct
from typing import Any
from unittest.mock import patch

from aiohttp import ClientResponse
from homeassistant.auth.models import User
from homeassistant.components import media_source
from homeassistant.components.http.auth import async_sign_path
from homeassistant.components.media_player.errors import BrowseError
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator, WebSocketGenerator

from custom_components.hold_slayer import listening, retention
from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.media.wav_writer import WavWriter
from custom_components.hold_slayer.engine.model.recording import RecordingTracks
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS
from .test_history_actions import call_id, past
from .test_websocket import Client, client_of as client_of, user_who  # noqa: PLC0414 - a fixture

ROOT = f"media-source://{DOMAIN}"
STATUS = "sensor.alice_sip_example_com_status"


async def recorded(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    index: int,
    seconds: float = 2.0,
    tracks: RecordingTracks = RecordingTracks.MIXED,
    **changes: Any,
) -> str:
    """An ended call with a recording whose samples count up; returns its id."""
    name = call_id(index)
    path = Path(hass.config.path("hold_slayer_recordings", entry.entry_id, f"{name}.wav"))

    def write() -> None:
        path.parent.mkdir(parents=True, exist_ok=True)
        writer = WavWriter(path, tracks)
        frames = int(seconds * 8000)
        writer.write(b"".join(struct.pack("<h", n % 20000) * len(tracks.channels) for n in range(frames)))
        writer.finish()

    await hass.async_add_executor_job(write)
    await past(entry, index, changes.pop("days_ago", float(index)), recording=f"{name}.wav", **changes)
    return name


@pytest.fixture
async def sources(hass: HomeAssistant, agent: FakeAgent) -> None:
    assert await async_setup_component(hass, "media_source", {})


@pytest.fixture
async def client(hass: HomeAssistant, agent: FakeAgent, hass_ws_client: WebSocketGenerator) -> Client:
    return Client(await hass_ws_client(hass))


# --- the media browser ----------------------------------------------------------------------------------------------


async def test_recordings_newest_first_with_whom_when_and_how_long(
    hass: HomeAssistant, entry: MockConfigEntry, sources: None
) -> None:
    start = dt_util.as_utc(dt_util.start_of_local_day() + timedelta(hours=-10)).timestamp()
    old = await recorded(hass, entry, 3)
    new = await recorded(hass, entry, 1, seconds=62.6, started_at=start)
    await past(entry, 2, 2.0)
    nameless = await recorded(hass, entry, 4, company="", number="5550199")
    gone = await recorded(hass, entry, 5)
    assert entry.runtime_data.recordings.delete(gone)
    damaged = await recorded(hass, entry, 6)
    entry.runtime_data.recordings.path_of(damaged).write_bytes(b"RIFF")
    root = await media_source.async_browse_media(hass, ROOT)
    assert root.title == "Hold Slayer"
    assert [item.identifier for item in root.children] == [f"entry-1/{name}" for name in (new, old, nameless)]
    when = dt_util.as_local(dt_util.utc_from_timestamp(start))
    assert root.children[0].title == f"Acme Bank · {when:%Y-%m-%d} 14:00 · 1:03"
    assert root.children[2].title.startswith("5550199 · ")
    assert all(item.can_play and not item.can_expand for item in root.children)
    sources_shown = await media_source.async_browse_media(hass, "")
    assert "Hold Slayer" in [item.title for item in sources_shown.children]


async def test_several_accounts_are_folders(
    hass: HomeAssistant, entry: MockConfigEntry, sources: None, agents: list[FakeAgent]
) -> None:
    other = MockConfigEntry(
        domain=DOMAIN, entry_id="entry-2", title="bob", data={**ACCOUNT, "username": "bob"}, options=OPTIONS,
        unique_id="bob", minor_version=2,
    )  # fmt: skip
    other.add_to_hass(hass)
    assert await hass.config_entries.async_setup(other.entry_id)
    await hass.async_block_till_done()
    mine, his = await recorded(hass, entry, 1), await recorded(hass, other, 2)
    root = await media_source.async_browse_media(hass, ROOT)
    assert [(item.title, item.identifier) for item in root.children] == [
        ("alice@sip.example.com", "entry-1"),
        ("bob", "entry-2"),
    ]
    folder = await media_source.async_browse_media(hass, f"{ROOT}/entry-2")
    assert [item.identifier for item in folder.children] == [f"entry-2/{his}"]
    with pytest.raises(media_source.Unresolvable):
        await media_source.async_resolve_media(hass, f"{ROOT}/entry-2/{mine}", None)
    with pytest.raises(BrowseError):
        await media_source.async_browse_media(hass, f"{ROOT}/entry-9")


async def test_many_recordings_have_a_bound(hass: HomeAssistant, entry: MockConfigEntry, sources: None) -> None:
    names = [await recorded(hass, entry, index, 0.1, days_ago=index / 100) for index in range(1, 8)]
    with (
        patch("custom_components.hold_slayer.media_source.MOST_A_PAGE", 2),
        patch("custom_components.hold_slayer.media_source.MOST_SHOWN", 3),
    ):
        root = await media_source.async_browse_media(hass, ROOT)
    assert [item.identifier for item in root.children] == [f"entry-1/{name}" for name in names[:4]], "whole pages"


async def test_a_call_that_ends_while_the_house_is_tidied_keeps_its_recording(
    hass: HomeAssistant, entry: MockConfigEntry, sources: None
) -> None:
    lost = await recorded(hass, entry, 1)
    store, log = entry.runtime_data.recordings, entry.runtime_data.call_log
    assert store.delete(lost)
    ids = store.ids

    def look() -> frozenset[str]:
        found = ids()
        asyncio.run_coroutine_threadsafe(recorded(hass, entry, 2), hass.loop).result(10)
        return found

    with patch.object(store, "ids", look):
        await retention.async_tidy(hass, entry)
    assert await log.recorded_ids() == {call_id(2)}


async def test_a_broken_history_is_told(hass: HomeAssistant, entry: MockConfigEntry, sources: None) -> None:
    await entry.runtime_data.call_log.close()
    with pytest.raises(BrowseError) as raised:
        await media_source.async_browse_media(hass, ROOT)
    assert raised.value.translation_key == "history_unusable"


async def test_what_is_played(hass: HomeAssistant, entry: MockConfigEntry, sources: None) -> None:
    name = await recorded(hass, entry, 1)
    media = await media_source.async_resolve_media(hass, f"{ROOT}/entry-1/{name}", None)
    assert (media.url, media.mime_type) == (f"/api/hold_slayer/recording/entry-1/{name}", "audio/wav")
    for wrong in (call_id(9), "../../secrets", "", f"{name}/x"):
        with pytest.raises(media_source.Unresolvable):
            await media_source.async_resolve_media(hass, f"{ROOT}/entry-1/{wrong}", None)


CONTROL = {"entity_ids": {STATUS: {"read": True, "control": True}}}
READ = {"entity_ids": {STATUS: {"read": True}}}
type ClientOf = Callable[[User], Awaitable[Client]]


async def ask(client: Client, kind: str, **data: Any) -> dict[str, Any]:
    """A command of Home Assistant's own."""
    await client._client.send_json_auto_id({"type": kind, **data})
    return dict(await client._client.receive_json())


@pytest.mark.parametrize(("policy", "may"), [({}, False), (READ, False), (CONTROL, True)])
async def test_only_for_those_who_may_hear(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    sources: None,
    client_of: ClientOf,
    hass_client_no_auth: ClientSessionGenerator,
    policy: Any,
    may: bool,
) -> None:
    name = await recorded(hass, entry, 1)
    user = user_who(policy, hass)
    client = await client_of(user)
    browsed = await ask(client, "media_source/browse_media", media_content_id=ROOT)
    assert len(browsed["result"]["children"]) == int(may)
    resolved = await ask(client, "media_source/resolve_media", media_content_id=f"{ROOT}/entry-1/{name}")
    assert resolved["success"] is may
    for kind, data in (("recording/url", {}), ("recording/peaks", {"bins": 10})):
        answer = await client.ask(kind, call_id=name, **data)
        assert answer["success"] is may
        if not may:
            assert answer["error"]["code"] == "not_found"
    http = await hass_client_no_auth()
    token = await hass.auth.async_create_refresh_token(user, "https://example.com/")
    url = async_sign_path(hass, listening.url_of("entry-1", name), timedelta(minutes=1), refresh_token_id=token.id)
    assert (await http.get(url)).status == (200 if may else 404)
    if may:
        assert (await http.get(resolved["result"]["url"])).status == 200
    assert (await client.ask("recording/delete", call_id=name))["success"] is may


# --- over HTTP ------------------------------------------------------------------------------------------------------


async def test_a_signed_address_and_nothing_else(
    hass: HomeAssistant, entry: MockConfigEntry, client: Client, hass_client_no_auth: ClientSessionGenerator
) -> None:
    name = await recorded(hass, entry, 1)
    url = (await client.ask("recording/url", call_id=name))["result"]["url"]
    http = await hass_client_no_auth()
    answer = await http.get(url)
    assert answer.status == 200
    assert answer.headers["content-type"] == "audio/wav"
    assert answer.headers["cache-control"] == "private, no-store"
    assert len(await answer.read()) == 44 + 2 * 16000
    assert (await http.get(url.partition("?")[0])).status == 401
    other = await recorded(hass, entry, 2)
    assert (await http.get(url.replace(name, other))).status == 401
    as_content_user = async_sign_path(
        hass, listening.url_of("entry-1", name), timedelta(minutes=1), use_content_user=True
    )
    assert (await http.get(as_content_user)).status == 200, "a media player"


async def body(answer: ClientResponse) -> bytes:
    return await answer.read()


@pytest.mark.parametrize("tracks", [RecordingTracks.MIXED, RecordingTracks.ALL])
async def test_any_part_of_it(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator, tracks: RecordingTracks,
    agent: FakeAgent,
) -> None:  # fmt: skip
    name = await recorded(hass, entry, 1, 20.0, tracks)
    http = await hass_client()
    url = listening.url_of("entry-1", name)
    whole = await body(await http.get(url))
    size = 44 + 2 * 160_000
    assert len(whole) == size
    for asked, start, stop in (
        ("bytes=0-", 0, size),
        ("bytes=0-1", 0, 2),
        ("bytes=40-47", 40, 48),
        ("bytes=100001-290000", 100_001, 290_001),
        ("bytes=-100", size - 100, size),
        (f"bytes={size - 1}-{size + 99}", size - 1, size),
    ):
        answer = await http.get(url, headers={"Range": asked})
        assert answer.status == 206, asked
        assert answer.headers["content-range"] == f"bytes {start}-{stop - 1}/{size}"
        assert await body(answer) == whole[start:stop], asked
    for wrong in (f"bytes={size}-", "bytes=9-3", "lines=1-2"):
        answer = await http.get(url, headers={"Range": wrong})
        assert answer.status == 416, wrong
        assert answer.headers["content-range"] == f"bytes */{size}"
    answer = await http.head(url)
    assert (answer.status, answer.headers["content-length"], await body(answer)) == (200, str(size), b"")


async def test_what_is_not_there_is_not_found(
    hass: HomeAssistant, entry: MockConfigEntry, hass_client: ClientSessionGenerator, agent: FakeAgent
) -> None:
    name = await recorded(hass, entry, 1)
    http = await hass_client()
    for entry_id, wrong in (("entry-1", call_id(9)), ("entry-9", name), ("entry-1", "secrets.yaml")):
        assert (await http.get(listening.url_of(entry_id, wrong))).status == 404
    entry.runtime_data.recordings.path_of(name).write_bytes(b"no sound")
    assert (await http.get(listening.url_of("entry-1", name))).status == 404


# --- peaks and deletion ---------------------------------------------------------------------------------------------


async def test_peaks_are_read_once(hass: HomeAssistant, entry: MockConfigEntry, client: Client) -> None:
    name = await recorded(hass, entry, 1, 2.0, RecordingTracks.ALL)
    answer = (await client.ask("recording/peaks", call_id=name, bins=10))["result"]
    assert answer["duration_s"] == 2.0
    assert set(answer["peaks"]) == {"far", "near", "mixed"}
    assert answer["peaks"]["far"] == [round((1600 * n - 1) * 255 / 32767) for n in range(1, 11)]
    with patch("custom_components.hold_slayer.listening.RecordedAudio", side_effect=OSError) as reader:
        assert (await client.ask("recording/peaks", call_id=name, bins=10))["result"] == answer
        reader.assert_not_called()
        path = entry.runtime_data.recordings.path_of(name)
        os.utime(path, (1, 1))
        assert (await client.ask("recording/peaks", call_id=name, bins=10))["error"]["code"] == "not_found"
    assert len((await client.ask("recording/peaks", call_id=name))["result"]["peaks"]["mixed"]) == 400
    for wrong in (9, 2001, "many"):
        assert (await client.ask("recording/peaks", call_id=name, bins=wrong))["error"]["code"] == "invalid_format"
    with patch.object(type(entry.runtime_data.recordings), "path_of", side_effect=[path, None]):
        assert (await client.ask("recording/peaks", call_id=name))["error"]["code"] == "not_found"
    path.unlink()
    assert listening.peaks(path, 10) is None


async def test_a_deleted_recording_leaves_its_call(hass: HomeAssistant, entry: MockConfigEntry, client: Client) -> None:
    name = await recorded(hass, entry, 1)
    assert (await client.ask("recording/delete", call_id=name))["success"]
    assert entry.runtime_data.recordings.path_of(name) is None
    (call,) = (await client.ask("calls/list"))["result"]["calls"]
    assert (call["call_id"], call["has_recording"]) == (name, False)
    assert (await client.ask("recording/delete", call_id=name))["error"]["code"] == "not_found"


async def test_a_recording_that_cannot_be_deleted(hass: HomeAssistant, entry: MockConfigEntry, client: Client) -> None:
    name = await recorded(hass, entry, 1)
    with patch.object(type(entry.runtime_data.recordings), "delete", side_effect=PermissionError(13, "denied")):
        answer = await client.ask("recording/delete", call_id=name)
    assert answer["error"]["code"] == "history_unusable"


def test_admins_and_nobody(hass: HomeAssistant) -> None:
    assert listening.may_hear(hass, None, "entry-1")
    assert listening.may_hear(hass, MockUser(is_owner=True), "entry-1")
    assert not listening.may_hear(hass, MockUser(), "entry-1"), "without the status sensor only administrators"
