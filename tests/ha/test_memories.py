"""What is known of the recordings of numbers: kept, given to calls, shown in the contact's form, forgotten."""

from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.number_memory import KnownText, NumberMemory
from custom_components.hold_slayer.engine.ports import ServiceError
from custom_components.hold_slayer.storage.memories import MOST_NUMBERS, MemoryShelf
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS

FILE = "hold_slayer.entry-1.numbers"
ACME = "+15550100"


def memory(calls: int = 3, day: int = 20_700, *texts: str) -> NumberMemory:
    known = tuple(KnownText(text, day + place) for place, text in enumerate(texts))
    return NumberMemory(calls, b"\x01\x02", known, 1.5, 30.0, day)


async def test_kept_and_given_to_the_next_call(
    hass: HomeAssistant, agent: FakeAgent, hass_storage: dict[str, Any]
) -> None:
    shelf = agent.services.memories
    assert shelf is not None
    kept = memory(3, 20_700, "your call is important to us")
    await shelf.keep(ACME, kept)
    assert hass_storage[FILE]["data"]["numbers"][ACME]["calls"] == 3
    await hass.services.async_call(DOMAIN, "call", {"contact": "Acme Bank"}, blocking=True)
    assert agent.briefs[-1].known == kept
    again = MemoryShelf(hass, "entry-1")
    await again.load()
    assert again.recall(ACME) == kept
    assert again.recall("+15550199") is None


async def test_who_wants_nothing_learned_gets_nothing_learned(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], hass_storage: dict[str, Any]
) -> None:
    hass.config_entries.async_update_entry(entry, options={**OPTIONS, "learn_flows": False})
    assert await hass.config_entries.async_setup(entry.entry_id)
    shelf = agents[-1].services.memories
    assert shelf is not None
    await shelf.keep(ACME, memory())
    assert FILE not in hass_storage
    await hass.services.async_call(DOMAIN, "call", {"contact": "Acme Bank"}, blocking=True)
    assert agents[-1].briefs[-1].known is None


async def test_shown_and_forgotten_in_the_contacts_form(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    form = await entry.start_subentry_reconfigure_flow(hass, "acme_bank")
    assert "forget_known" not in {str(key) for key in form["data_schema"].schema}, "there is nothing to forget"
    shelf = entry.runtime_data.memories
    await shelf.keep(ACME, memory(3, 20_700, "all our lines are busy", "your call is important " * 9))
    await shelf.keep("+15550199", memory())
    form = await entry.start_subentry_reconfigure_flow(hass, "acme_bank")
    told = form["description_placeholders"]
    assert (told["calls"], told["recordings"]) == ("3", "2")
    assert "\n- all our lines are busy" in told["texts"]
    assert max(map(len, told["texts"].splitlines())) <= 92
    flows = hass.config_entries.subentries
    data = {"name": "Acme Bank", "number": ACME, "forget_known": True}
    result = await flows.async_configure(form["flow_id"], data)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reconfigure_successful")
    assert "forget_known" not in entry.subentries["acme_bank"].data
    assert shelf.recall(ACME) is None
    assert list(hass_storage[FILE]["data"]["numbers"]) == ["+15550199"], "another contact's stays"


async def test_a_disk_that_takes_nothing_is_told_in_the_form(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    await entry.runtime_data.memories.keep(ACME, memory())
    form = await entry.start_subentry_reconfigure_flow(hass, "acme_bank")
    data = {"name": "Acme Bank", "number": ACME, "forget_known": True}
    with patch("homeassistant.helpers.storage.Store.async_save", side_effect=OSError("full")):
        result = await hass.config_entries.subentries.async_configure(form["flow_id"], data)
        with pytest.raises(ServiceError):
            await entry.runtime_data.memories.keep("1", memory())
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"forget_known": "not_forgotten"})


async def test_a_contact_of_an_account_that_is_not_loaded(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    form = await entry.start_subentry_reconfigure_flow(hass, "acme_bank")
    assert form["description_placeholders"] == {"calls": "0", "recordings": "0", "texts": ""}


async def test_the_number_not_called_for_longest_goes_first(hass: HomeAssistant, agent: FakeAgent) -> None:
    shelf = MemoryShelf(hass, "other")
    for number in range(MOST_NUMBERS + 1):
        await shelf.keep(str(number), memory(1, 20_000 + (number + 7) % (MOST_NUMBERS + 1)))
    assert shelf.count == MOST_NUMBERS
    assert shelf.recall(str(MOST_NUMBERS - 6)) is None


@pytest.mark.parametrize("data", [None, [], {"numbers": 5}, {"numbers": {ACME: {"calls": -1}, "2": None}}])
async def test_a_damaged_file_stops_nothing(hass: HomeAssistant, hass_storage: dict[str, Any], data: object) -> None:
    hass_storage["hold_slayer.other.numbers"] = {
        "version": 1, "minor_version": 1, "key": "hold_slayer.other.numbers", "data": data,
    }  # fmt: skip
    shelf = MemoryShelf(hass, "other")
    await shelf.load()
    assert shelf.count == 0


async def test_it_goes_with_the_account(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await entry.runtime_data.memories.keep(ACME, memory())
    assert FILE in hass_storage
    assert await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert FILE not in hass_storage
