"""Telephones of Home Assistant's own Voice over IP as hand-over targets: the form, what rings, and one that is gone.

The integration itself, with a telephone that calls it: `tests/ha/real/test_voip.py`.
"""

from types import SimpleNamespace
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import device_registry as dr
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.adapters.voip_phones import address_of
from custom_components.hold_slayer.engine.model.call_brief import HandOverTarget, TargetKind
from tests.fakes.agent import FakeAgent

from .test_repairs import flow_of, issue
from .test_subentries import TARGET, add, change


@pytest.fixture
def voip(hass: HomeAssistant) -> MockConfigEntry:
    entry = MockConfigEntry(domain="voip", options={"sip_port": 5070})
    entry.add_to_hass(hass)
    return entry


def device(hass: HomeAssistant, voip: MockConfigEntry, voip_id: str) -> str:
    made = dr.async_get(hass).async_get_or_create(
        config_entry_id=voip.entry_id, identifiers={("voip", voip_id)}, name="Telephone"
    )
    return made.id


def knows(voip: MockConfigEntry, voip_id: str, contact: Any) -> None:
    """What the integration keeps of a telephone that has called."""
    phones = {voip_id: SimpleNamespace(contact=SimpleNamespace(uri=contact))}
    voip.runtime_data = SimpleNamespace(domain_data=SimpleNamespace(devices=SimpleNamespace(devices=phones)))


@pytest.mark.parametrize(
    ("voip_id", "contact", "uri"),
    [
        ("sip:hall@192.168.1.9", "sip:hall@192.168.1.9:5072;ob", "sip:hall@192.168.1.9:5072;ob"),
        ("sip:hall@192.168.1.9", "", "sip:hall@192.168.1.9"),
        ("sip:hall@192.168.1.9", None, "sip:hall@192.168.1.9"),
        ("sip:hall@192.168.1.9", "nonsense", "sip:hall@192.168.1.9"),
        ("sip:hall@192.168.1.9", "sip:@", "sip:hall@192.168.1.9"),
        ("192.168.1.9", None, "sip:192.168.1.9"),
        ("tel:5550100", None, None),
    ],
)
def test_where_a_telephone_is(
    hass: HomeAssistant, voip: MockConfigEntry, voip_id: str, contact: Any, uri: str | None
) -> None:
    """By its Contact (RFC 3261 section 8.1.1.8), else by the address that it calls from."""
    knows(voip, voip_id, contact)
    found = address_of(hass, device(hass, voip, voip_id))
    assert (found and (found.uri.value, found.not_port)) == (uri and (uri, 5070))


def test_another_integrations_device_is_no_telephone(hass: HomeAssistant, voip: MockConfigEntry) -> None:
    other = dr.async_get(hass).async_get_or_create(
        config_entry_id=voip.entry_id, identifiers={("esphome", "sip:hall@192.168.1.9")}
    )
    assert address_of(hass, other.id) is None
    assert address_of(hass, "gone") is None


async def test_it_is_chosen_and_rings_by_what_the_integration_calls_it(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, voip: MockConfigEntry
) -> None:
    hall = device(hass, voip, "sip:hall@192.168.1.9")
    result = await add(hass, entry, TARGET, name="Hall", kind="voip", voip_device=hall, ring_s=15, rank=1)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    target = HandOverTarget("Hall", None, 15.0, kind=TargetKind.DIRECT, endpoint=hall)
    assert target in entry.runtime_data.hand_over
    assert entry.runtime_data.target("hall") == target
    assert issue(hass, entry, "voip_phone_gone") is None


@pytest.mark.parametrize(
    ("voip_id", "error"),
    [
        (None, "no_voip_phone"),
        ("tel:5550100", "unknown_voip_phone"),
        ("sip:hall@8.8.8.8", "voip_phone_outside"),
        ("sip:112@192.168.1.9", "emergency_number"),
        ("sip:%31%31%32@192.168.1.9", "emergency_number"),
    ],
)
async def test_what_cannot_be_rung_is_told_in_the_form(
    hass: HomeAssistant,
    agent: FakeAgent,
    entry: MockConfigEntry,
    voip: MockConfigEntry,
    voip_id: str | None,
    error: str,
) -> None:
    chosen = {"voip_device": device(hass, voip, voip_id)} if voip_id else {}
    result = await add(hass, entry, TARGET, name="Hall", kind="voip", **chosen)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"voip_device": error})


async def test_a_telephone_that_is_gone_is_replaced_on_the_spot(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, voip: MockConfigEntry
) -> None:
    hall, loft = (device(hass, voip, f"sip:{name}@192.168.1.9") for name in ("hall", "loft"))
    outside = device(hass, voip, "sip:far@8.8.8.8")
    for name, chosen in (("Hall", hall), ("Loft", loft)):
        await add(hass, entry, TARGET, name=name, kind="voip", voip_device=chosen)
    registry = dr.async_get(hass)
    registry.async_remove_device(hall)
    await hass.async_block_till_done()
    found = issue(hass, entry, "voip_phone_gone")
    assert found is not None
    assert found.translation_placeholders is not None
    assert found.translation_placeholders["target"] == "Hall"

    manager, form = await flow_of(hass, entry, "voip_phone_gone")
    assert form["step_id"] == "choose"
    form = await manager.async_configure(form["flow_id"], {"voip_device": outside})
    assert form["errors"] == {"voip_device": "voip_phone_outside"}
    done = await manager.async_configure(form["flow_id"], {"voip_device": loft})
    assert done["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    assert issue(hass, entry, "voip_phone_gone") is None
    assert entry.runtime_data.target("hall").endpoint == loft
    assert agent.stops == 0, "a call in progress would have gone on"


async def test_the_issue_goes_with_the_target_or_when_it_is_changed(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, voip: MockConfigEntry
) -> None:
    for name in ("Hall", "Loft"):
        await add(hass, entry, TARGET, name=name, kind="voip", voip_device=device(hass, voip, f"sip:{name}@10.0.0.2"))
    for each in dr.async_entries_for_config_entry(dr.async_get(hass), voip.entry_id):
        dr.async_get(hass).async_remove_device(each.id)
    await hass.async_block_till_done()
    ids = {each.title: each.subentry_id for each in entry.subentries.values()}
    await change(hass, entry, ids["Hall"], name="Hall", kind="phone", number="5550123")
    await hass.async_block_till_done()
    found = issue(hass, entry, "voip_phone_gone")
    assert found is not None
    assert found.data is not None
    assert found.data["target"] == "Loft"
    manager, form = await flow_of(hass, entry, "voip_phone_gone")
    hass.config_entries.async_remove_subentry(entry, ids["Loft"])
    await hass.async_block_till_done()
    assert issue(hass, entry, "voip_phone_gone") is None
    hall = device(hass, voip, "sip:hall@10.0.0.2")
    done = await manager.async_configure(form["flow_id"], {"voip_device": hall})
    assert done["type"] is FlowResultType.CREATE_ENTRY, "there is nothing left to mend"
