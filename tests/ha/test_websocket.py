"""Websocket commands: what a dashboard is shown, what it may not see, and the history."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any

from homeassistant.auth.models import Group, User
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, MockUser
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence, OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.model.strip import HeardClass, StripRun
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS, SUBENTRIES


class Client:
    """A signed-in dashboard."""

    def __init__(self, client: Any) -> None:
        self._client = client
        self.events: list[dict[str, Any]] = []

    async def ask(self, kind: str, **data: Any) -> dict[str, Any]:
        await self._client.send_json_auto_id({"type": f"{DOMAIN}/{kind}", **data})
        async with asyncio.timeout(5):
            while True:
                answer = dict(await self._client.receive_json())
                if answer["type"] == "result":
                    return answer
                self.events.append(answer["event"])

    async def subscribe(self) -> dict[str, Any]:
        assert (await self.ask("subscribe"))["success"]
        return await self.event()

    async def event(self, kind: str = "") -> dict[str, Any]:
        """The next event, or the next of a kind."""
        async with asyncio.timeout(5):
            while True:
                if not self.events:
                    self.events.append((await self._client.receive_json())["event"])
                event = self.events.pop(0)
                if kind in ("", event["kind"]):
                    return event


@pytest.fixture
async def client(hass: HomeAssistant, agent: FakeAgent, hass_ws_client: WebSocketGenerator) -> Client:
    return Client(await hass_ws_client(hass))


def user_who(may: dict[str, Any], hass: HomeAssistant) -> User:
    """A user with a policy of its own."""
    group = Group(name="some", policy={"entities": may}, id="some")
    return MockUser(is_owner=False, groups=[group], name="Some").add_to_hass(hass)


@pytest.fixture
def client_of(hass: HomeAssistant, hass_ws_client: WebSocketGenerator) -> Callable[[User], Awaitable[Client]]:
    async def make(user: User) -> Client:
        token = await hass.auth.async_create_refresh_token(user, "https://example.com/")
        return Client(await hass_ws_client(hass, hass.auth.async_create_access_token(token)))

    return make


async def past_call(entry: MockConfigEntry, call_id: str, started_at: float, **changes: Any) -> None:
    """Write an ended call into the history."""
    values: dict[str, Any] = {"outcome": Outcome.CONNECTED, "sentence": "Done.", "hold_s": 60.0} | changes
    log = entry.runtime_data.call_log
    begun = CallSnapshot(call_id, Phase.DIALING, "+15550100", "Acme Bank", "a charge", started_at, started_at)
    await log.begin(begun)
    for kind, text in ((OccurrenceKind.PROMPT_HEARD, "Press one."), (OccurrenceKind.HUMAN_ANSWERED, "")):
        await log.record(CallOccurrence(call_id, kind, started_at + 5, 5.0, {"text": text} if text else {}))
    ended = CallSnapshot(
        call_id,
        Phase.ENDED,
        "+15550100",
        "Acme Bank",
        "a charge",
        started_at,
        started_at + 100,
        answered_at=started_at + 2,
        ended_at=started_at + 100,
        strip=(StripRun(0.0, 5.0, HeardClass.MUSIC),),
        **values,
    )
    await log.end(ended)


async def test_the_first_picture_is_whole(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client
) -> None:
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0, strip=(StripRun(0.0, 2.5, HeardClass.MUSIC),))
    agent.occur(OccurrenceKind.PROMPT_HEARD, {"text": "Press one."}, 3.0)
    picture = await client.subscribe()
    assert picture["kind"] == "snapshot"
    (account,) = picture["accounts"]
    assert (account["entry_id"], account["state"], account["can_control"]) == ("entry-1", "loaded", True)
    assert account["registration"] == "unregistered"
    assert account["targets"] == ["Kitchen phone", "Mobile"]
    assert [contact["name"] for contact in account["contacts"]] == ["Acme Bank", "Town hall"]
    assert account["entities"]["status"] == "sensor.alice_sip_example_com_status"
    assert not account["has_stt"]
    (call,) = picture["calls"]
    assert (call["phase"], call["company"], call["entry_id"]) == ("on_hold", "Acme Bank", "entry-1")
    assert call["strip"] == [[0.0, "music"], [2.5, ""]]
    (line,) = call["transcript"]
    assert (line["speaker"], line["text"], line["at_s"], line["kind"]) == ("far", "Press one.", 3.0, "prompt_heard")
    assert "s3cret-pass" not in str(picture)
    assert "password" not in str(picture)


async def test_changes_follow(hass: HomeAssistant, agent: FakeAgent, client: Client) -> None:
    await client.subscribe()
    agent.show(phase=Phase.NAVIGATING)
    event = await client.event()
    assert (event["kind"], event["call"]["phase"]) == ("call", "navigating")
    assert "strip" not in event["call"]
    agent.occur(OccurrenceKind.KEY_PRESSED, {"digits": "2", "reason": "menu"}, 4.0)
    event = await client.event()
    assert (event["kind"], event["line"]["speaker"], event["line"]["text"]) == ("transcript", "agent", "2")
    agent.show(strip=(StripRun(0.0, 2.5, HeardClass.SPEECH),))
    event = await client.event()
    assert (event["kind"], event["from"], event["rows"]) == ("strip", 0, [[0.0, "speech"], [2.5, ""]])
    agent.show(strip=(StripRun(0.0, 2.5, HeardClass.SPEECH), StripRun(2.5, 4.0, HeardClass.MUSIC)))
    event = await client.event()
    assert (event["from"], event["rows"]) == (1, [[2.5, "music"], [4.0, ""]])
    agent.show()
    agent.trunk(RegistrationState.REGISTERED)
    event = await client.event()
    assert (event["kind"], event["account"]["registration"]) == ("account", "registered"), "nothing new is not told"


async def test_an_ended_call_comes_into_the_recent_ones(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client
) -> None:
    await client.subscribe()
    await past_call(entry, "old-1", 1_790_000_000.0)
    event = await client.event("recent")
    assert [call["call_id"] for call in event["recent"]] == ["old-1"]
    event = await client.event("account")
    assert event["account"]["contacts"][0]["usual_wait_s"] == 60.0


async def test_contacts_that_change_are_shown(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client
) -> None:
    await client.subscribe()
    hass.config_entries.async_remove_subentry(entry, "town_hall")
    event = await client.event("account")
    assert [contact["name"] for contact in event["account"]["contacts"]] == ["Acme Bank"]


async def test_unload_and_reload_while_somebody_looks(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry, client: Client
) -> None:
    await client.subscribe()
    assert await hass.config_entries.async_unload(entry.entry_id)
    states = [(await client.event("account"))["account"]["state"]]
    while states[-1] != "not_loaded":
        states.append((await client.event("account"))["account"]["state"])
    assert agent.listeners == 0
    assert await hass.config_entries.async_setup(entry.entry_id)
    while states[-1] != "loaded":
        states.append((await client.event("account"))["account"]["state"])
    agents[-1].show(phase=Phase.RINGING)
    assert (await client.event("call"))["call"]["phase"] == "ringing"
    assert await hass.config_entries.async_remove(entry.entry_id)
    assert (await client.event("account_removed"))["entry_id"] == "entry-1"


async def test_unsubscribing_ends_it(hass: HomeAssistant, agent: FakeAgent, client: Client) -> None:
    await client.subscribe()
    await client._client.send_json_auto_id({"type": "unsubscribe_events", "subscription": 1})
    assert (await client._client.receive_json())["success"]
    agent.show(phase=Phase.RINGING)
    await client._client.send_json_auto_id({"type": "ping"})
    assert (await client._client.receive_json())["type"] == "pong"


async def test_who_may_not_read_sees_nothing(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client_of: Callable[[User], Awaitable[Client]]
) -> None:
    await past_call(entry, "old-1", 1_790_000_000.0)
    client = await client_of(user_who({}, hass))
    picture = await client.subscribe()
    assert (picture["accounts"], picture["calls"], picture["recent"]) == ([], [], [])
    agent.show(phase=Phase.RINGING)
    assert (await client.ask("calls/list"))["result"] == {"calls": [], "has_more": False}
    assert client.events == []
    assert (await client.ask("calls/get", call_id="old-1"))["error"]["code"] == "not_found"
    assert (await client.ask("calls/delete", call_id="old-1"))["error"]["code"] == "not_found"
    assert (await client.ask("statistics"))["result"]["calls"] == 0


async def test_who_may_only_read_may_not_delete(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client_of: Callable[[User], Awaitable[Client]]
) -> None:
    await past_call(entry, "old-1", 1_790_000_000.0)
    client = await client_of(user_who({"all": {"read": True}}, hass))
    (account,) = (await client.subscribe())["accounts"]
    assert not account["can_control"]
    assert (await client.ask("calls/get", call_id="old-1"))["success"]
    assert (await client.ask("calls/delete", call_id="old-1"))["error"]["code"] == "not_found"
    assert (await client.ask("calls/get", call_id="old-1"))["success"]


async def test_pages(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client) -> None:
    for number in range(5):
        await past_call(entry, f"old-{number}", 1_790_000_000.0 + number)
    await past_call(entry, "busy", 1_780_000_000.0, outcome=Outcome.BUSY)
    first = (await client.ask("calls/list", limit=2))["result"]
    assert ([call["call_id"] for call in first["calls"]], first["has_more"]) == (["old-4", "old-3"], True)
    rest = (await client.ask("calls/list", before=first["calls"][-1]["started_at"]))["result"]
    assert [call["call_id"] for call in rest["calls"]] == ["old-2", "old-1", "old-0", "busy"]
    assert not rest["has_more"]
    assert [call["call_id"] for call in (await client.ask("calls/list", outcome="busy"))["result"]["calls"]] == ["busy"]
    assert (await client.ask("calls/list", number="5"))["result"]["calls"] == []
    assert (await client.ask("calls/list", entry_id="nobody"))["result"]["calls"] == []


@pytest.mark.parametrize(
    ("kind", "data"),
    [
        ("calls/list", {"limit": 0}),
        ("calls/list", {"limit": 101}),
        ("calls/list", {"before": "yesterday"}),
        ("calls/get", {}),
        ("calls/delete", {}),
        ("statistics", {"days": 0}),
        ("subscribe", {"surprise": 1}),
    ],
)
async def test_what_cannot_be_asked(client: Client, kind: str, data: dict[str, Any]) -> None:
    assert (await client.ask(kind, **data))["error"]["code"] == "invalid_format"


async def test_one_call(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client) -> None:
    await past_call(entry, "old-1", 1_790_000_000.0)
    call = (await client.ask("calls/get", call_id="old-1"))["result"]["call"]
    assert (call["phase"], call["outcome"], call["last_heard"]) == ("ended", "connected", "Press one.")
    assert [line["kind"] for line in call["transcript"]] == ["prompt_heard", "human_answered"]
    assert call["strip"] == [[0.0, "music"], [5.0, ""]]
    agent.show(phase=Phase.RINGING)
    assert (await client.ask("calls/get", call_id="call-1"))["result"]["call"]["phase"] == "ringing"
    assert set(call) == set((await client.ask("calls/get", call_id="call-1"))["result"]["call"])


async def test_a_call_is_deleted_with_its_recording(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client
) -> None:
    call_id = "0" * 32
    await past_call(entry, call_id, 1_790_000_000.0, recording=f"{call_id}.wav")
    place = await entry.runtime_data.recordings.place(call_id)
    await hass.async_add_executor_job(place.write_bytes, b"RIFF")
    assert (await client.ask("calls/delete", call_id=call_id))["success"]
    assert not await hass.async_add_executor_job(place.exists)
    assert (await client.ask("calls/get", call_id=call_id))["error"]["code"] == "not_found"
    assert (await client.ask("calls/delete", call_id=call_id))["error"]["code"] == "not_found"


async def test_statistics(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client) -> None:
    await past_call(entry, "old-1", 1_790_000_000.0, hold_s=100.0)
    await past_call(entry, "old-2", 1_790_000_100.0, hold_s=300.0)
    found = (await client.ask("statistics", days=3650))["result"]
    assert (found["calls"], found["reached"], found["hold_median_s"]) == (2, 2, 200.0)
    assert found["outcomes"] == {"connected": 2}
    assert (await client.ask("statistics", number="5", days=3650))["result"]["calls"] == 0


async def test_two_accounts_side_by_side(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry, client: Client
) -> None:
    second = MockConfigEntry(
        domain=DOMAIN,
        entry_id="entry-2",
        title="Second",
        unique_id="bob@x",
        data={**ACCOUNT, "username": "bob"},
        options=OPTIONS,
        subentries_data=SUBENTRIES,
        minor_version=2,
    )
    second.add_to_hass(hass)
    assert await hass.config_entries.async_setup("entry-2")
    await hass.async_block_till_done()
    assert second.state is ConfigEntryState.LOADED
    await past_call(entry, "old-1", 1_790_000_000.0)
    await past_call(second, "old-2", 1_790_000_050.0)
    picture = await client.subscribe()
    assert {account["entry_id"] for account in picture["accounts"]} == {"entry-1", "entry-2"}
    listed = (await client.ask("calls/list"))["result"]["calls"]
    assert [(call["call_id"], call["entry_id"]) for call in listed] == [("old-2", "entry-2"), ("old-1", "entry-1")]
    listed = (await client.ask("calls/list", entry_id="entry-1"))["result"]["calls"]
    assert [call["call_id"] for call in listed] == ["old-1"]


async def test_a_history_that_cannot_be_read_is_said(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, client: Client
) -> None:
    await entry.runtime_data.call_log.close()
    for kind, data in (("calls/list", {}), ("calls/get", {"call_id": "x"}), ("statistics", {})):
        assert (await client.ask(kind, **data))["error"]["code"] == "history_unusable"


async def test_a_misheard_moment_is_written_down(
    hass: HomeAssistant,
    agent: FakeAgent,
    entry: MockConfigEntry,
    client: Client,
    client_of: Callable[[User], Awaitable[Client]],
) -> None:
    call_id = "0" * 32
    await past_call(entry, call_id, 1_790_000_000.0, recording=f"{call_id}.wav")
    assert (await client.ask("calls/misheard", call_id=call_id, at_s=2.5))["error"]["code"] == "not_found"
    place = await entry.runtime_data.recordings.place(call_id)
    await hass.async_add_executor_job(place.write_bytes, b"RIFF")
    guest = await client_of(user_who({"all": {"read": True}}, hass))
    assert (await guest.ask("calls/misheard", call_id=call_id, at_s=2.5))["error"]["code"] == "not_found"
    for nonsense in (-1, 1e9, "soon"):
        assert (await client.ask("calls/misheard", call_id=call_id, at_s=nonsense))["error"]["code"] == "invalid_format"
    assert (await client.ask("calls/misheard", call_id=call_id, at_s=2.5))["result"] == {"at_s": 2.5}
    call = (await client.ask("calls/get", call_id=call_id))["result"]["call"]
    (line,) = [each for each in call["transcript"] if each["kind"] == "misheard"]
    assert line["data"] == {"at_s": 2.5}
    assert line["at_s"] == pytest.approx(call["audio_at"] - call["started_at"] + 2.5, abs=0.01)
    assert [each["at_s"] for each in call["transcript"]] == sorted(each["at_s"] for each in call["transcript"])
