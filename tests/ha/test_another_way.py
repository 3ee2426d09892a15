"""One more call after a dead end: with everything the first was given, once, and only when wanted and possible."""

from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.agent import CallRefusedError
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.detour import Detour, SpentOption
from custom_components.hold_slayer.engine.model.phase import Outcome
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS

DETOUR = Detour((SpentOption(frozenset({"bills", "press"}), "1"),))
CALL: dict[str, Any] = {"contact": "Acme Bank", "goal": "Talk", "facts": {"pin": "0471"}, "language": "en"}


async def dead_end(hass: HomeAssistant, agent: FakeAgent, detour: Detour | None = DETOUR, **data: Any) -> None:
    """A call that ends in a menu."""
    await hass.services.async_call(DOMAIN, "call", {**CALL, **data}, blocking=True)
    ends(agent, detour)
    await hass.async_block_till_done(wait_background_tasks=True)


def ends(agent: FakeAgent, detour: Detour | None) -> None:
    if detour is not None:
        agent.detours[agent.calls[0].call_id] = detour
    agent.end(Outcome.SELF_SERVICE, "The line offers no way to a person.")
    agent.occur(OccurrenceKind.ENDED, {"outcome": "self_service", "sentence": "The line offers no way to a person."})


async def test_once_with_everything_the_first_was_given(hass: HomeAssistant, agent: FakeAgent) -> None:
    await dead_end(hass, agent)
    first, second = agent.briefs
    assert first.detour is None
    assert second.detour == DETOUR
    assert (second.number, second.goal, second.company, second.facts) == (
        first.number,
        first.goal,
        first.company,
        first.facts,
    )
    assert second.flows == ()
    ends(agent, DETOUR)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(agent.briefs) == 2, "not a third"


async def test_no_other_way_no_call(hass: HomeAssistant, agent: FakeAgent) -> None:
    await dead_end(hass, agent, None)
    assert len(agent.briefs) == 1


async def test_switched_off(hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent) -> None:
    hass.config_entries.async_update_entry(entry, options=OPTIONS | {"limits": {"another_way": False}})
    await dead_end(hass, agent)
    assert len(agent.briefs) == 1


async def test_beyond_the_limits_it_is_not_placed(
    hass: HomeAssistant, agent: FakeAgent, caplog: pytest.LogCaptureFixture
) -> None:
    await hass.services.async_call(DOMAIN, "call", CALL, blocking=True)
    agent.refusal = CallRefusedError("call-2", Outcome.REFUSED, "This number has been called 6 times within an hour.")
    ends(agent, DETOUR)
    await hass.async_block_till_done(wait_background_tasks=True)
    assert len(agent.briefs) == 1
    assert "One more call by another way was not placed: call_refused" in caplog.text
