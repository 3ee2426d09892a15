"""Where only voicemail answers: whose word goes, what the mission gets, and what is refused."""

from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.call.message import compose
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS

CALL: dict[str, Any] = {"contact": "Acme Bank", "goal": "Talk"}
NUMBER = {"callback_number": "+15550123"}
LEAVES = {"on_voicemail": "message", "message": "Account's."}


async def brief_of(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agent: FakeAgent,
    options: dict[str, str] | None = None,
    contact: dict[str, str] | None = None,
    **data: Any,
) -> CallBrief:
    """The mission of a call with these settings."""
    hass.config_entries.async_update_entry(entry, options=OPTIONS | {"voicemail": options or {}})
    subentry = entry.subentries["acme_bank"]
    hass.config_entries.async_update_subentry(entry, subentry, data={**subentry.data, **(contact or {})})
    await hass.services.async_call(DOMAIN, "call", {**CALL, **data}, blocking=True)
    return agent.briefs[-1]


@pytest.mark.parametrize(
    ("options", "contact", "data", "message"),
    [
        ({}, {}, {}, None),
        ({"message": "Kept for later."}, {}, {}, None),
        ({"on_voicemail": "hang_up", "message": "Kept for later."}, {}, {}, None),
        ({"on_voicemail": "message"}, {}, {}, ""),
        (LEAVES, {}, {}, "Account's."),
        (LEAVES, {"on_voicemail": "hang_up"}, {}, None),
        (LEAVES, {"message": "Contact's."}, {}, "Contact's."),
        ({}, {"on_voicemail": "message", "message": "Contact's."}, {}, "Contact's."),
        (LEAVES, {"message": "Contact's."}, {"message": "Call's."}, "Call's."),
        ({}, {"on_voicemail": "hang_up"}, {"message": "Call's."}, "Call's."),
        (LEAVES, {"message": "Contact's."}, {"on_voicemail": "hang_up"}, None),
        ({}, {"message": "Contact's."}, {"on_voicemail": "message"}, "Contact's."),
    ],
)
async def test_whose_word_goes(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agent: FakeAgent,
    options: dict[str, str],
    contact: dict[str, str],
    data: dict[str, str],
    message: str | None,
) -> None:
    brief = await brief_of(hass, entry, agent, options, contact, **data)
    assert brief.message == message
    assert brief.policy.allows("voicemail") is (message is not None)


async def test_facts_of_the_call_and_the_number_are_filled_in(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    text = "This is {name}, order {order_number}, please ring {callback_number}."
    brief = await brief_of(hass, entry, agent, NUMBER, message=text, facts={"order_number": "4488"})
    said = compose(brief)
    assert said is not None
    assert said.spoken == "This is Alex, order 4 4 8 8, please ring +1 5 5 5 0 1 2 3."
    assert said.shown == text


@pytest.mark.parametrize("name", ["order_number", "callback_number"])
async def test_a_message_that_names_what_may_not_be_told_is_refused(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, name: str
) -> None:
    """Kept, but not released for this call; or not known at all."""
    await hass.services.async_call(DOMAIN, "set_fact", {"name": "order_number", "value": "4488"}, blocking=True)
    with pytest.raises(ServiceValidationError) as refused:
        await brief_of(hass, entry, agent, message=f"It is {{{name}}}.")
    assert refused.value.translation_key == "message_names"
    assert refused.value.translation_placeholders == {"name": name}
    assert agent.briefs == []


async def test_the_number_that_the_account_shows(hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent) -> None:
    hass.config_entries.async_update_entry(
        entry, data={**entry.data, "advanced": {**entry.data["advanced"], "caller_id": "+15550188"}}
    )
    assert (await brief_of(hass, entry, agent)).callback_number == "+15550188"
    assert (await brief_of(hass, entry, agent, NUMBER)).callback_number == "+15550123"


@pytest.mark.parametrize(
    ("option", "data", "is_accepted"),
    [
        (None, {}, False),
        (True, {}, True),
        (True, {"accept_callback": False}, False),
        (None, {"accept_callback": True}, True),
    ],
)
async def test_callbacks_are_accepted_by_permission_only_and_told_where(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    agent: FakeAgent,
    option: bool | None,
    data: dict[str, bool],
    is_accepted: bool,
) -> None:
    changes = {} if option is None else {"accept_callback": option}
    hass.config_entries.async_update_entry(entry, options=OPTIONS | {"voicemail": NUMBER} | changes)
    await hass.services.async_call(DOMAIN, "call", {**CALL, **data}, blocking=True)
    brief = agent.briefs[-1]
    assert brief.policy.allows("callback") is is_accepted
    assert brief.facts == ({"callback_number": "+15550123"} if is_accepted else {})
