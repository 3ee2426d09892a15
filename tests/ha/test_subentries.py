"""Contacts and hand-over targets: forms, order, presence, and entries of before."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS

CONTACT, TARGET = "contact", "hand_over_target"


async def add(hass: HomeAssistant, entry: MockConfigEntry, subentry_type: str, /, **data: Any) -> Any:
    flows = hass.config_entries.subentries
    form = await flows.async_init((entry.entry_id, subentry_type), context={"source": "user"})
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "user")
    return await flows.async_configure(form["flow_id"], data)


async def change(hass: HomeAssistant, entry: MockConfigEntry, subentry_id: str, **data: Any) -> Any:
    form = await entry.start_subentry_reconfigure_flow(hass, subentry_id)
    assert form["step_id"] == "reconfigure"
    return await hass.config_entries.subentries.async_configure(form["flow_id"], data)


async def test_a_contact_is_added_and_can_be_called_at_once(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    result = await add(hass, entry, CONTACT, name=" Power company ", number=" +1 555 0111 ", goal=" ")
    assert result["type"] is FlowResultType.CREATE_ENTRY
    await hass.async_block_till_done()
    contact = entry.runtime_data.contact("POWER COMPANY")
    assert (contact.name, contact.number, contact.goal) == ("Power company", "+1 555 0111", "")
    await hass.services.async_call(DOMAIN, "call", {"contact": "power company", "goal": "A bill"}, blocking=True)
    assert agent.briefs[-1].number.value == "+15550111"
    assert agent.stops == 0, "a call in progress would have gone on"


async def test_change_and_deletion(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    result = await change(hass, entry, "town_hall", name="City hall", number="5550198", language="de")
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    contact = entry.runtime_data.contact("city hall")
    assert (contact.number, contact.language) == ("5550198", "de")
    assert entry.runtime_data.contact("Town hall") is None
    hass.config_entries.async_remove_subentry(entry, "town_hall")
    await hass.async_block_till_done()
    assert entry.runtime_data.contact("City hall") is None
    assert agent.stops == 0


@pytest.mark.parametrize("kind", [CONTACT, TARGET])
@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"name": "A", "number": "nobody"}, {"number": "invalid_number"}),
        ({"name": "A", "number": " "}, {"number": "invalid_number"}),
        ({"name": "A", "number": "112"}, {"number": "emergency_number"}),
        ({"name": "A", "number": "+1 900 555 0123"}, {"number": "never_dialled"}),
        ({"name": "A", "number": "12"}, {"number": "never_dialled"}),
        ({"name": "A", "number": "*21*5550100#"}, {"number": "never_dialled"}),
        ({"name": " ", "number": "5550100"}, {"name": "no_name"}),
    ],
)
async def test_wrong_input_is_told_where_and_the_form_can_be_sent_again(
    hass: HomeAssistant,
    agent: FakeAgent,
    entry: MockConfigEntry,
    kind: str,
    data: dict[str, Any],
    errors: dict[str, str],
) -> None:
    before = len(entry.subentries)
    result = await add(hass, entry, kind, **data)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    assert len(entry.subentries) == before
    result = await hass.config_entries.subentries.async_configure(result["flow_id"], {"name": "A", "number": "5550100"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_a_name_is_used_once_of_its_kind(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    result = await add(hass, entry, CONTACT, name="acme BANK", number="5550100")
    assert result["errors"] == {"name": "duplicate_name"}
    result = await change(hass, entry, "town_hall", name="Acme Bank", number="5550199")
    assert result["errors"] == {"name": "duplicate_name"}
    result = await change(hass, entry, "acme_bank", name="ACME Bank", number="5550199")
    assert result["type"] is FlowResultType.ABORT
    assert (await add(hass, entry, TARGET, name="Acme Bank", number="5550100"))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize(
    "data",
    [
        {"number": "5550100"},
        {"name": "A", "number": "1", "ring_s": 0},
        {"name": "A", "number": "1", "kind": "pigeon"},
        {"surprise": 1},
    ],
)
async def test_what_the_form_cannot_send(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, data: dict[str, Any]
) -> None:
    with pytest.raises(InvalidData):
        await add(hass, entry, TARGET, **data)


@pytest.mark.parametrize(
    ("data", "errors"),
    [
        ({"kind": "phone"}, {"number": "invalid_number"}),
        ({"kind": "sip", "number": "5550100"}, {"number": "no_sip_address"}),
        ({"kind": "person", "number": "5550100"}, {"presence_entity": "no_person"}),
        ({"kind": "satellite", "number": "5550100"}, {"satellite": "no_satellite"}),
        ({"kind": "satellite", "satellite": "assist_satellite.a", "number": "112"}, {"number": "emergency_number"}),
        ({"kind": "sip", "number": "sip:desk@192.0.2.1"}, None),
        ({"kind": "person", "number": "5550100", "presence_entity": "person.alex"}, None),
        ({"kind": "satellite", "satellite": "assist_satellite.a"}, None),
    ],
)
async def test_what_each_kind_of_target_needs(
    hass: HomeAssistant,
    agent: FakeAgent,
    entry: MockConfigEntry,
    data: dict[str, Any],
    errors: dict[str, str] | None,
) -> None:
    result = await add(hass, entry, TARGET, name="A", **data)
    if errors is not None:
        assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
        return
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert ("A" in [each.name for each in entry.runtime_data.hand_over]) is (data["kind"] != "satellite")


async def test_targets_by_rank(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    await add(hass, entry, TARGET, name="Desk", number="5550124", rank=5, ring_s=40)
    assert [(item.name, item.ring_s) for item in entry.runtime_data.hand_over] == [
        ("Kitchen phone", 20.0),
        ("Desk", 40.0),
        ("Mobile", 25.0),
    ]


@pytest.mark.parametrize(
    ("home", "work", "expected"),
    [
        ("home", "off", ["Home", "Always"]),
        ("not_home", "on", ["Work", "Always"]),
        ("not_home", "off", ["Always"]),
        ("home", "on", ["Home", "Work", "Always"]),
        ("unavailable", None, ["Home", "Work", "Always"]),
    ],
)
async def test_presence_chooses(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, home: str, work: str | None, expected: list[str]
) -> None:
    for subentry in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry)
    await add(hass, entry, TARGET, name="Home", number="5550101", presence_entity="person.alex", rank=1)
    await add(hass, entry, TARGET, name="Work", number="5550102", presence_entity="input_boolean.work", rank=2)
    await add(hass, entry, TARGET, name="Always", number="5550103", rank=3)
    hass.states.async_set("person.alex", "home" if home == "not_home" else "not_home")
    await hass.services.async_call(DOMAIN, "call", {"number": "5550100", "goal": "A bill"}, blocking=True)
    brief = agent.briefs[-1]
    assert [target.name for target in brief.hand_over] == ["Home", "Work", "Always"]
    assert brief.asks_where
    # Who is where counts when the human answers: an hour later, things have changed.
    hass.states.async_set("person.alex", home)
    if work is not None:
        hass.states.async_set("input_boolean.work", work)
    assert agent.services.whereabouts is not None
    assert [target.name for target in agent.services.whereabouts.reachable(brief.hand_over)] == expected


async def test_nobody_anywhere_means_everybody(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    for subentry in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry)
    await add(hass, entry, TARGET, name="Home", number="5550101", presence_entity="person.alex")
    hass.states.async_set("person.alex", "not_home")
    assert agent.services.whereabouts is not None
    targets = entry.runtime_data.hand_over
    assert [target.name for target in agent.services.whereabouts.reachable(targets)] == ["Home"]


async def test_modes_and_the_order_of_ringing(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    for subentry in list(entry.subentries):
        hass.config_entries.async_remove_subentry(entry, subentry)
    await add(hass, entry, TARGET, name="Home", number="5550101")
    await add(hass, entry, TARGET, name="Desk", number="5550102", mode="attended_transfer")
    await add(hass, entry, TARGET, name="Adapter", number="5550103", account=entry.entry_id, rank=99)
    hass.config_entries.async_update_entry(entry, options={**entry.options, "ring_order": "at_once"})
    await hass.async_block_till_done()
    runtime = entry.runtime_data
    assert [target.mode for target in runtime.hand_over] == ["bridge", "attended_transfer", "bridge"]
    assert [target.account for target in runtime.hand_over] == ["", "", entry.entry_id]
    assert agent.services.line_of("no such account") is None
    assert runtime.ring_order == "at_once"
    assert not runtime.asks_where
    with pytest.raises(InvalidData):
        await add(hass, entry, TARGET, name="A", number="5550103", mode="shout")


async def test_an_entry_of_before(hass: HomeAssistant, core: None, agents: list[FakeAgent]) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN,
        data=ACCOUNT,
        options={
            **OPTIONS,
            "hand_over": [{"name": "B", "number": "5550102", "ring_s": 20}, {"name": "A", "number": "5550101"}],
            "contacts": {"name": "Acme", "number": "+15550100", "goal": "Talk", "language": "en"},
        },
        minor_version=1,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    assert (entry.version, entry.minor_version) == (1, 2)
    assert entry.options == OPTIONS
    assert [(item.name, item.ring_s) for item in entry.runtime_data.hand_over] == [("B", 20.0), ("A", 25.0)]
    assert entry.runtime_data.contact("acme").goal == "Talk"


async def test_an_entry_of_a_later_version_is_left_alone(
    hass: HomeAssistant, core: None, agents: list[FakeAgent]
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, data=ACCOUNT, options=OPTIONS, version=2)
    entry.add_to_hass(hass)
    assert not await hass.config_entries.async_setup(entry.entry_id)
    assert entry.state is ConfigEntryState.MIGRATION_ERROR
    assert agents == []
