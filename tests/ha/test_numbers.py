"""What is known of the recordings of numbers is forgotten by an action: of a contact, of a number, or all."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.number_memory import KnownText, NumberMemory
from tests.fakes.agent import FakeAgent

BANK, OTHER, THIRD = "+15550100", "+15550177", "+15550188"
MEMORY = NumberMemory(1, b"\x01\x02", (KnownText("your call is important", 20_000),), 1.0, 9.5, 20_000)


async def forget(hass: HomeAssistant, **data: Any) -> Any:
    return await hass.services.async_call(DOMAIN, "forget_number", data, blocking=True, return_response=True)


async def test_forgotten(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_storage: dict[str, Any]
) -> None:
    shelf = entry.runtime_data.memories
    for number in (BANK, OTHER, THIRD):
        await shelf.keep(number, MEMORY)
    assert await forget(hass, contact="Acme Bank") == {"numbers": 1}
    assert shelf.recall(BANK) is None
    assert await forget(hass, number=OTHER) == {"numbers": 1}
    assert await forget(hass, number=OTHER) == {"numbers": 0}
    assert shelf.recall(THIRD) == MEMORY
    assert await forget(hass) == {"numbers": 1}
    assert hass_storage["hold_slayer.entry-1.numbers"]["data"]["numbers"] == {}
    with pytest.raises(ServiceValidationError) as refused:
        await forget(hass, contact="Nobody")
    assert refused.value.translation_key == "unknown_contact"
