"""Home Assistant's own Voice over IP, for real, and a telephone that calls it: then Hold Slayer rings that telephone itself."""

from collections.abc import AsyncGenerator
from pathlib import Path
import shutil
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr, issue_registry as ir
from homeassistant.setup import async_setup_component
import numpy as np
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from voip_utils.sip import get_sip_endpoint
from voip_utils.voip import VoipDatagramProtocol

from custom_components.hold_slayer.adapters.voip_phones import address_of
from custom_components.hold_slayer.const import DOMAIN
from simulator.rtp import correlation
from tests.fakes.baresip import Baresip
from tests.fakes.ports import free_port
from tests.fakes.sip_line import poll
from tests.fakes.sounds import greeting, pcm
from tests.ha.conftest import subentry

from .line import Line
from .test_line import account, place, reached, try_account

SOUND = np.frombuffer(pcm(greeting()), "<i2")


@pytest.fixture
async def line() -> AsyncGenerator[Line]:
    async with Line() as line:
        yield line


@pytest.fixture
async def voip(hass: HomeAssistant, core: None) -> AsyncGenerator[MockConfigEntry]:
    """The core integration, on loopback only."""
    entry = MockConfigEntry(domain="voip", data={}, options={"sip_port": free_port()})
    entry.add_to_hass(hass)
    serve = VoipDatagramProtocol._create_rtp_server

    async def serve_loopback(self: Any, factory: Any, call_info: Any, _ip: str, port: int) -> None:
        await serve(self, factory, call_info, "127.0.0.1", port)

    with (
        patch("homeassistant.components.voip._IP_WILDCARD", "127.0.0.1"),
        patch.object(VoipDatagramProtocol, "_create_rtp_server", serve_loopback),
    ):
        assert await async_setup_component(hass, "voip", {})
        await hass.async_block_till_done()
        yield entry
        if entry.state is ConfigEntryState.LOADED:
            # It waits for a BYE, which a telephone that gave up early does not send.
            entry.runtime_data.domain_data.protocol.on_hangup(None)
            await hass.config_entries.async_unload(entry.entry_id)


@pytest.fixture
async def phone(tmp_path: Path) -> AsyncGenerator[Baresip]:
    """A telephone that speaks Opus to the assistant, and G.711 to everybody else."""
    async with Baresip(tmp_path / "hall", "hall", None, SOUND, SOUND, codecs=("opus", "g711")) as phone:
        yield phone
    shutil.rmtree(tmp_path / "hall")


async def met(hass: HomeAssistant, voip: MockConfigEntry, phone: Baresip) -> dr.DeviceEntry:
    """The telephone calls Home Assistant, once; its device."""
    await phone.command("dial", f"sip:assistant@127.0.0.1:{voip.options['sip_port']}")
    registry = dr.async_get(hass)
    await poll(lambda: bool(dr.async_entries_for_config_entry(registry, voip.entry_id)), 10)
    # Its Opus is stereo and its voice is not, so it gives up as soon as it is answered.
    await poll(lambda: "session closed" in phone.output, 10)
    await hass.async_block_till_done()
    (device,) = dr.async_entries_for_config_entry(registry, voip.entry_id)
    return device


async def with_account(hass: HomeAssistant, line: Line, *targets: Any) -> MockConfigEntry:
    entry = MockConfigEntry(
        domain=DOMAIN,
        unique_id="alice@127.0.0.1",
        title="Line",
        data=account(line.port),
        options={"speech": {}, "model": {"llm": "none"}},
        subentries_data=targets,
        minor_version=2,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    await reached(hass, "sensor.line_registration", "registered")
    return entry


async def test_a_telephone_that_has_called_home_assistant_is_rung_by_hold_slayer(
    hass: HomeAssistant, voip: MockConfigEntry, phone: Baresip, line: Line
) -> None:
    device = await met(hass, voip, phone)
    entry = await with_account(hass, line)
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, "hand_over_target"), context={"source": "user"})
    made = await flows.async_configure(form["flow_id"], {"name": "Hall", "kind": "voip", "voip_device": device.id})
    assert made["type"] is FlowResultType.CREATE_ENTRY

    await place(hass, "5550100")
    await reached(hass, "sensor.line_status", "navigating")
    await hass.services.async_call(DOMAIN, "transfer", {"target": "hall"}, blocking=True)
    await reached(hass, "sensor.line_status", "connected")
    stream = line.calls[0].stream
    assert stream is not None
    await poll(lambda: correlation(stream.recorded, SOUND) > 0.5, 15)
    assert [call.number for call in line.calls] == ["5550100"], "the provider knows nothing of it"
    await phone.command("hangup")
    await reached(hass, "sensor.line_status", "ended")
    await line.seen("over")


async def test_what_is_known_of_a_telephone_and_when_it_is_gone(
    hass: HomeAssistant, voip: MockConfigEntry, phone: Baresip, line: Line
) -> None:
    device = await met(hass, voip, phone)
    entry = await with_account(
        hass, line, subentry("hand_over_target", name="Hall", kind="voip", voip_device=device.id, ring_s=5)
    )
    ((_, voip_id),) = device.identifiers
    contact = address_of(hass, device.id)
    assert contact is not None
    assert contact.uri.value.startswith("sip:hall-"), "a contact of its own, as baresip makes them"
    assert (contact.uri.value.endswith(f"@127.0.0.1:{phone.port}"), contact.not_port) == (
        True,
        voip.options["sip_port"],
    )
    registry, issue = ir.async_get(hass), (DOMAIN, f"voip_phone_gone_{entry.entry_id}")
    assert registry.async_get_issue(*issue) is None

    # Where the integration keeps the contact may change: then it is rung at the address that it calls from.
    phones = voip.runtime_data.domain_data.devices.devices
    phones[voip_id].contact = None
    known = address_of(hass, device.id)
    assert known is not None
    assert known.uri.value == voip_id == phone.address
    with patch.object(voip, "runtime_data", None):
        assert address_of(hass, device.id) == known
    phones[voip_id].contact = get_sip_endpoint("127.0.0.1", port=phone.port, username="hall")

    # Not loaded, its devices are still there.
    voip.runtime_data.domain_data.protocol.on_hangup(None)
    assert await hass.config_entries.async_unload(voip.entry_id)
    assert address_of(hass, device.id) is not None

    dr.async_get(hass).async_remove_device(device.id)
    await hass.async_block_till_done()
    assert address_of(hass, device.id) is None
    assert registry.async_get_issue(*issue) is not None
    await place(hass, "5550100")
    await reached(hass, "sensor.line_status", "navigating")
    told: list[Any] = []
    entry.runtime_data.agent.subscribe(lambda _snapshot, occurrence: told.append(occurrence))
    await hass.services.async_call(DOMAIN, "transfer", {"target": "hall"}, blocking=True)
    await poll(lambda: {"target": "Hall", "reason": "no_address"} in [each.data for each in told if each], 10)
    await hass.services.async_call(DOMAIN, "hang_up", {}, blocking=True)
    await line.seen("over")
    assert "Incoming call" not in phone.output


async def test_its_port_is_never_ours(hass: HomeAssistant, voip: MockConfigEntry, line: Line) -> None:
    taken = voip.options["sip_port"]
    result = await try_account(hass, account(line.port, advanced={"local_address": "127.0.0.1", "local_port": taken}))
    assert result["errors"] == {"base": "cannot_bind"}
    await with_account(hass, line)
    assert voip.state is ConfigEntryState.LOADED
