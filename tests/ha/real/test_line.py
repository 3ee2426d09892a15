"""The integration with its real engine, over real sockets: account test, registration, and what is left after a call is cut off."""

import asyncio
from collections.abc import AsyncGenerator
import socket
from typing import Any

from homeassistant.config_entries import SOURCE_USER
from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, EventStateChangedData, HomeAssistant, callback
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.event import async_track_state_change_event
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.runtime import HoldSlayerRuntime
from tests.ha.conftest import subentry

from .line import Line, no_tls, refusing


@pytest.fixture
async def line() -> AsyncGenerator[Line]:
    async with Line() as line:
        yield line


def account(port: int, **changes: Any) -> dict[str, Any]:
    advanced = {"port": port, "local_port": 0, **changes.pop("advanced", {})}
    values = {"host": "127.0.0.1", "username": "alice", "password": "secret", "transport": "udp", "advanced": advanced}
    return {**values, **changes}


async def try_account(hass: HomeAssistant, data: dict[str, Any]) -> Any:
    flow = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    await hass.config_entries.flow.async_configure(flow["flow_id"], {"provider": "other"})
    return await hass.config_entries.flow.async_configure(flow["flow_id"], data)


def closed_port(kind: socket.SocketKind) -> int:
    with socket.socket(socket.AF_INET, kind) as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


@pytest.fixture
async def entry(hass: HomeAssistant, core: None, line: Line) -> MockConfigEntry:
    """An account at the line, set up and registered."""
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id="alice@127.0.0.1",
        title="Line",
        data=account(line.port),
        options={"speech": {}, "model": {"llm": "none"}},
        subentries_data=[subentry("hand_over_target", name="Phone", number="5550123")],
        minor_version=2,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await line.seen("registered")
    await reached(hass, "sensor.line_registration", "registered")
    return entry


async def reached(hass: HomeAssistant, entity_id: str, wanted: str) -> None:
    """Wait until an entity has a state."""
    done = asyncio.Event()

    @callback
    def look(_event: Event[EventStateChangedData] | None = None) -> None:
        state = hass.states.get(entity_id)
        if state is not None and state.state == wanted:
            done.set()

    stop = async_track_state_change_event(hass, entity_id, look)
    try:
        look()
        async with asyncio.timeout(10):
            await done.wait()
    finally:
        stop()


async def history(entry: MockConfigEntry) -> list[dict[str, Any]]:
    """The history of a loaded account."""
    runtime: HoldSlayerRuntime = entry.runtime_data
    return await runtime.call_log.calls()


# --- test of the account --------------------------------------------------------------------------------------------


async def test_right_account_is_saved_and_registers(hass: HomeAssistant, core: None, line: Line) -> None:
    result = await try_account(hass, account(line.port))
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    await reached(hass, "sensor.alice_127_0_0_1_registration", "registered")
    assert [name for name, _ in line.events if name != "fault"][:3] == ["registered", "unregistered", "registered"]
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert line.events[-1][0] == "unregistered"


@pytest.mark.parametrize("wrong", [{"password": "wrong"}, {"username": "bob"}, {"advanced": {"auth_username": "bob"}}])
async def test_wrong_password(hass: HomeAssistant, core: None, line: Line, wrong: dict[str, Any]) -> None:
    result = await try_account(hass, account(line.port, **wrong))
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"base": "invalid_auth"})
    assert hass.config_entries.async_entries(DOMAIN) == []


@pytest.mark.parametrize(
    ("status", "key", "shown"),
    [
        ("403 Forbidden", "forbidden", ""),
        ("500 Server Internal Error", "server_trouble", "500"),
        ("404 Not Found", "unknown_user", "404"),
    ],
)
async def test_server_that_refuses(hass: HomeAssistant, core: None, status: str, key: str, shown: str) -> None:
    async with refusing(status) as port:
        result = await try_account(hass, account(port))
    assert result["errors"] == {"base": key}
    assert result["description_placeholders"]["status"] == shown


@pytest.mark.parametrize(("transport", "kind"), [("udp", socket.SOCK_DGRAM), ("tcp", socket.SOCK_STREAM)])
async def test_nobody_there(hass: HomeAssistant, core: None, transport: str, kind: socket.SocketKind) -> None:
    result = await try_account(hass, account(closed_port(kind), transport=transport))
    assert result["errors"] == {"base": "no_answer"}


async def test_name_that_does_not_exist(hass: HomeAssistant, core: None, monkeypatch: pytest.MonkeyPatch) -> None:
    """Tests may not ask a name server; this is how the system's resolver says no."""

    def resolve(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "Name or service not known")

    monkeypatch.setattr(socket, "getaddrinfo", resolve)
    result = await try_account(hass, account(5060, host="no-such-host.invalid"))
    assert result["errors"] == {"base": "cannot_resolve"}


async def test_server_without_tls(hass: HomeAssistant, core: None) -> None:
    async with no_tls() as port:
        result = await try_account(hass, account(port, transport="tls"))
    assert result["errors"] == {"base": "tls"}


async def test_local_address_that_is_not_ours(hass: HomeAssistant, core: None, line: Line) -> None:
    result = await try_account(hass, account(line.port, advanced={"local_address": "192.0.2.1"}))
    assert result["errors"] == {"base": "cannot_bind"}


async def test_account_is_changed_while_it_holds_its_local_port(hass: HomeAssistant, core: None, line: Line) -> None:
    local_port = closed_port(socket.SOCK_DGRAM)
    data = account(line.port, advanced={"local_port": local_port})
    assert (await try_account(hass, data))["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    await reached(hass, "sensor.alice_127_0_0_1_registration", "registered")
    flow = await hass.config_entries.flow.async_init(
        DOMAIN, context={"source": "reconfigure", "entry_id": entry.entry_id}
    )
    changed = account(line.port, advanced={"local_port": local_port, "display_name": "Alice"})
    result = await hass.config_entries.flow.async_configure(flow["flow_id"], changed)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    await hass.async_block_till_done()
    await reached(hass, "sensor.alice_127_0_0_1_registration", "registered")


# --- a call cut off -------------------------------------------------------------------------------------------------


async def place(hass: HomeAssistant, number: str) -> str:
    response = await hass.services.async_call(
        DOMAIN, "call", {"number": number, "goal": "Talk to somebody"}, blocking=True, return_response=True
    )
    assert response is not None
    return str(response["call_id"])


async def test_reload_in_mid_call_leaves_nothing_up_and_an_interrupted_call(
    hass: HomeAssistant, entry: MockConfigEntry, line: Line
) -> None:
    call_id = await place(hass, "5550100")
    await reached(hass, "sensor.line_status", "navigating")
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert await line.seen("over") == {"by": "remote", "was_up": True}
    assert [name for name, _ in line.events].count("unregistered") == 1
    (call,) = await history(entry)
    assert (call["call_id"], call["outcome"]) == (call_id, "interrupted")
    assert call["answered_at"] is not None
    assert call["events"][-1]["kind"] == "ended"
    await reached(hass, "sensor.line_registration", "registered")
    await reached(hass, "sensor.line_status", "idle")


async def test_unload_while_it_rings_cancels(hass: HomeAssistant, entry: MockConfigEntry, line: Line) -> None:
    await place(hass, "5550177")
    await reached(hass, "sensor.line_status", "ringing")
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert (await line.seen("over"))["was_up"] is False
    assert await hass.config_entries.async_setup(entry.entry_id)
    (call,) = await history(entry)
    assert (call["outcome"], call["answered_at"]) == ("interrupted", None)


async def test_stop_of_home_assistant_hangs_up(hass: HomeAssistant, entry: MockConfigEntry, line: Line) -> None:
    await place(hass, "5550100")
    await reached(hass, "sensor.line_status", "navigating")
    hass.bus.async_fire(EVENT_HOMEASSISTANT_STOP)
    await hass.async_block_till_done()
    assert await line.seen("over") == {"by": "remote", "was_up": True}
    assert hass.states.get("sensor.line_status").attributes["outcome"] == "interrupted"  # type: ignore[union-attr]


async def test_refused_calls_stand_in_the_history(hass: HomeAssistant, entry: MockConfigEntry, line: Line) -> None:
    for number, key in (("112", "emergency_number"), ("911", "emergency_number")):
        with pytest.raises(ServiceValidationError) as raised:
            await place(hass, number)
        assert raised.value.translation_key == key
    first = await place(hass, "5550100")
    with pytest.raises(ServiceValidationError) as raised:
        await place(hass, "5550177")
    assert raised.value.translation_key == "another_call"
    await reached(hass, "sensor.line_status", "navigating")
    await hass.services.async_call(DOMAIN, "hang_up", {}, blocking=True)
    await reached(hass, "sensor.line_status", "ended")
    await line.seen("over")
    assert [call.number for call in line.calls] == ["5550100"]
    await hass.config_entries.async_reload(entry.entry_id)
    outcomes = {call["number"]: (call["outcome"], call["call_id"] == first) for call in await history(entry)}
    assert outcomes == {
        "112": ("refused", False),
        "911": ("refused", False),
        "5550177": ("refused", False),
        "5550100": ("hung_up", True),
    }


async def test_keys_and_transfer_reach_the_line(hass: HomeAssistant, entry: MockConfigEntry, line: Line) -> None:
    await place(hass, "5550100")
    await reached(hass, "sensor.line_status", "navigating")
    keys: list[str] = []
    pressed = asyncio.Event()

    def on_digit(digit: str) -> None:
        keys.append(digit)
        if len(keys) == 3:
            pressed.set()

    stream = line.calls[0].stream
    assert stream is not None
    stream.on_digit = on_digit
    await hass.services.async_call(DOMAIN, "send_dtmf", {"digits": "12#"}, blocking=True)
    async with asyncio.timeout(10):
        await pressed.wait()
    assert keys == ["1", "2", "#"]
    await hass.services.async_call(DOMAIN, "transfer", {}, blocking=True)
    await reached(hass, "sensor.line_status", "transferring")
    await line.seen("ringing", number="5550123")
    assert [call.number for call in line.calls] == ["5550100", "5550123"]
