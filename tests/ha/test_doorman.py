"""Calls that come in at Home Assistant's side: whom the options let in, and what the agent is told to do for them."""

import time
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.doorman import Guests
from custom_components.hold_slayer.engine.agent import Visitor
from custom_components.hold_slayer.engine.model.call_brief import Arrival
from custom_components.hold_slayer.facts import FactScope, KeptFact
from custom_components.hold_slayer.options_flow import check_options
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS


async def test_nobody_is_let_in_unless_the_option_says_so(agent: FakeAgent) -> None:
    assert agent.doorman is None


async def test_the_users_calls_are_taken_over(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent]
) -> None:
    arrivals = {"take_over": True, "take_over_from": ["610", "+49 176 12345678", "192.0.2.0/24"]}
    hass.config_entries.async_update_entry(
        entry,
        options={**OPTIONS, "arrivals": arrivals},
        data={**entry.data, "advanced": {**entry.data["advanced"], "country": "DE"}},
    )
    assert await hass.config_entries.async_setup(entry.entry_id)
    doorman = agents[-1].doorman
    assert doorman is not None
    assert doorman(Visitor("611", "198.51.100.1")) is None
    assert doorman(Visitor("", "198.51.100.1")) is None
    brief = doorman(Visitor("017612345678", "198.51.100.1"))
    assert brief is not None
    assert (brief.arrival, brief.number.value, brief.language) == (Arrival.TAKEN_OVER, "017612345678", "de")
    assert [target.name for target in brief.hand_over] == ["Kitchen phone", "Mobile"]
    assert brief.user_name == "Alex"
    assert brief.ask_first == ()
    await entry.runtime_data.keep_fact(KeptFact("thing", "0471", "pin", FactScope.ASK))
    asked = doorman(Visitor("017612345678", "198.51.100.1"))
    assert asked is not None
    assert (asked.facts, asked.ask_first, asked.fact_kinds) == ({}, ("thing",), {"thing": "pin"})
    hidden = doorman(Visitor("", "192.0.2.9"))
    assert hidden is not None
    assert hidden.number.is_uri


@pytest.mark.parametrize(
    ("arrivals", "error"),
    [
        ({}, {}),
        ({"take_over": False, "take_over_from": ["what is this"]}, {}),
        ({"take_over": True, "take_over_from": ["610", " "]}, {}),
        ({"take_over": True}, {"base": "bad_guest"}),
        ({"take_over": True, "take_over_from": [" "]}, {"base": "bad_guest"}),
        ({"take_over": True, "take_over_from": ["what is this"]}, {"base": "bad_guest"}),
        ({"take_over": True, "take_over_from": ["192.0.2.0/99"]}, {"base": "bad_guest"}),
    ],
)
def test_what_the_form_accepts(arrivals: dict[str, Any], error: dict[str, str]) -> None:
    assert check_options({**OPTIONS, "arrivals": arrivals}) == error


def test_guests_are_numbers_extensions_and_addresses() -> None:
    guests = Guests(["2001:db8::1", "sip:desk@pbx.example", "030 123456"], "DE")
    assert Visitor("", "2001:db8::1") in guests
    assert Visitor("+4930123456", "198.51.100.1") in guests
    assert Visitor("desk", "198.51.100.1") not in guests


async def test_a_promised_call_is_told_to_the_agent(hass: HomeAssistant, agent: FakeAgent) -> None:
    await hass.services.async_call(
        "hold_slayer", "expect_callback", {"contact": "Acme Bank", "hours": 2}, blocking=True
    )
    (kind, brief, until) = agent.orders[-1]
    assert kind == "expect_callback"
    assert (brief.company, brief.number.value, brief.goal) == ("Acme Bank", "+15550100", "A charge on my bill")
    assert 7100 < until - time.time() <= 7200
    await hass.services.async_call(
        "hold_slayer", "expect_callback", {"contact": "Acme Bank", "hours": 0}, blocking=True
    )
    assert agent.orders[-1] == ("forget_callback", "+15550100")
    await hass.services.async_call("hold_slayer", "expect_callback", {"number": "+15550177", "hours": 0}, blocking=True)
    assert agent.orders[-1] == ("forget_callback", "+15550177"), "nobody has to say what it was about"
    with pytest.raises(ServiceValidationError):
        await hass.services.async_call("hold_slayer", "expect_callback", {"number": "5550100"}, blocking=True)
