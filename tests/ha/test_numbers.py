"""What calls teach about a number's recordings: kept in a private file, bounded, counted without content, forgotten on request."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer import const
from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.diagnostics import async_get_config_entry_diagnostics
from custom_components.hold_slayer.engine.model.number_memory import KEPT_DAYS, KnownText, NumberMemory
from custom_components.hold_slayer.storage.numbers import MOST_NUMBERS, NumberShelf
from tests.fakes.agent import FakeAgent

FILE = "hold_slayer.entry-1.numbers"
BANK, OTHER = "+15550100", "+15550177"
MEMORY = NumberMemory(1, b"\x01\x02", (KnownText("your call is important", 20_000),), 1.0, 9.5, 20_000)


async def forget(hass: HomeAssistant, **data: Any) -> Any:
    return await hass.services.async_call(DOMAIN, "forget_number", data, blocking=True, return_response=True)


async def test_kept_over_a_reload_and_forgotten_by_contact(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_storage: dict[str, Any]
) -> None:
    shelf = entry.runtime_data.numbers
    shelf.learned(BANK, MEMORY)
    shelf.learned(OTHER, MEMORY)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert set(hass_storage[FILE]["data"]["numbers"]) == {BANK, OTHER}
    shelf = entry.runtime_data.numbers
    assert shelf.recall(BANK) == MEMORY
    told = await async_get_config_entry_diagnostics(hass, entry)
    assert told["known_numbers"] == [{"calls": 1, "texts": 1, "marks_bytes": 2, "day": 20_000}] * 2
    assert await forget(hass, contact="Acme Bank") == {"numbers": 1}
    assert shelf.recall(BANK) is None
    assert set(hass_storage[FILE]["data"]["numbers"]) == {OTHER}
    assert await forget(hass) == {"numbers": 1}
    assert hass_storage[FILE]["data"]["numbers"] == {}
    with pytest.raises(ServiceValidationError) as refused:
        await forget(hass, contact="Nobody")
    assert refused.value.translation_key == "unknown_contact"


async def test_the_account_takes_it_along_when_it_is_removed(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_storage: dict[str, Any]
) -> None:
    entry.runtime_data.numbers.learned(BANK, MEMORY)
    await hass.config_entries.async_remove(entry.entry_id)
    await hass.async_block_till_done()
    assert FILE not in hass_storage


async def test_nothing_is_learned_when_the_options_say_so(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_storage: dict[str, Any]
) -> None:
    entry.runtime_data.numbers.learned(BANK, MEMORY)
    hass.config_entries.async_update_entry(entry, options={**entry.options, const.CONF_LEARN: False})
    assert await hass.config_entries.async_reload(entry.entry_id)
    shelf = entry.runtime_data.numbers
    shelf.learned(OTHER, MEMORY)
    assert shelf.recall(BANK) == MEMORY, "what is there is still used"
    assert shelf.recall(OTHER) is None


async def test_old_and_too_many_numbers_go(hass: HomeAssistant, hass_storage: dict[str, Any]) -> None:
    shelf = NumberShelf(hass, "entry-2")
    shelf.learned("+1555010000", MEMORY)
    late = NumberMemory(day=20_000 + KEPT_DAYS + 1)
    shelf.learned("+1555010001", late)
    assert shelf.recall("+1555010000") is None
    for number in range(MOST_NUMBERS):
        shelf.learned(f"+15550200{number:02}", late)
    assert len(shelf.figures) == MOST_NUMBERS
    assert shelf.recall("+1555010001") is None
    await shelf.save()


@pytest.mark.parametrize(
    "data",
    [{}, {"numbers": 7}, {"numbers": {BANK: 7}}, {"numbers": {BANK: {"marks": "zz"}}}],
    ids=["empty", "7", "bad", "hex"],
)
async def test_a_damaged_file_is_learned_anew(
    hass: HomeAssistant, hass_storage: dict[str, Any], data: dict[str, Any]
) -> None:
    hass_storage["hold_slayer.entry-3.numbers"] = {"version": 1, "key": "hold_slayer.entry-3.numbers", "data": data}
    shelf = NumberShelf(hass, "entry-3")
    await shelf.load()
    assert shelf.recall(BANK) is None
    shelf.learned(BANK, MEMORY)
    assert shelf.recall(BANK) == MEMORY
    await shelf.save()
