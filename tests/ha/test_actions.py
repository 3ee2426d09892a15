"""The actions: what they give the agent, and what they tell who asked wrongly."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers import device_registry as dr
from homeassistant.helpers.template import Template
from homeassistant.setup import async_setup_component
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.agent import CallRefusedError
from custom_components.hold_slayer.engine.model.call_brief import HandOverTarget
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS, SUBENTRIES

KITCHEN = HandOverTarget("Kitchen phone", DialTarget("+15550123"), 20.0)
MOBILE = HandOverTarget("Mobile", DialTarget("sip:alex@192.0.2.7"), 25.0)


async def act(hass: HomeAssistant, action: str, **data: Any) -> Any:
    return await hass.services.async_call(DOMAIN, action, data, blocking=True)


async def refused(hass: HomeAssistant, action: str, **data: Any) -> str:
    """The key of the refusal; its text is known to Home Assistant."""
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, action, **data)
    assert raised.value.translation_domain == DOMAIN
    assert raised.value.translation_key is not None
    text = str(raised.value)
    assert text
    assert "{" not in text
    assert raised.value.translation_key not in text
    return raised.value.translation_key


# --- call -----------------------------------------------------------------------------------------------------------


async def test_call_by_number(hass: HomeAssistant, agent: FakeAgent) -> None:
    response = await hass.services.async_call(
        DOMAIN,
        "call",
        {
            "number": "+1 (555) 0177",
            "goal": "Cancel my line",
            "company": "Telco",
            "facts": {"Account number": 12345678},
        },
        blocking=True,
        return_response=True,
    )
    assert response == {"call_id": "call-1"}
    (brief,) = agent.briefs
    assert brief.number == DialTarget("+15550177")
    assert (brief.goal, brief.company, brief.user_name) == ("Cancel my line", "Telco", "Alex")
    assert brief.facts == {"account_number": "12345678"}
    assert (brief.language, brief.locale) == ("de", "")
    assert brief.policy.press_early
    assert brief.hand_over == (KITCHEN, MOBILE)


async def test_call_by_contact_takes_goal_and_language_from_it(hass: HomeAssistant, agent: FakeAgent) -> None:
    await act(hass, "call", contact="acme bank ")
    (brief,) = agent.briefs
    assert brief.number == DialTarget("+15550100")
    assert (brief.goal, brief.company) == ("A charge on my bill", "Acme Bank")
    assert (brief.language, brief.locale) == ("en", "en-GB")


async def test_what_is_said_in_the_action_goes_before_the_contact(hass: HomeAssistant, agent: FakeAgent) -> None:
    await act(hass, "call", contact="Acme Bank", goal="Block my card", language="fr-CA", company="Acme")
    (brief,) = agent.briefs
    assert (brief.goal, brief.company, brief.language, brief.locale) == ("Block my card", "Acme", "fr", "fr-CA")


async def test_sip_address_is_a_number_too(hass: HomeAssistant, agent: FakeAgent) -> None:
    await act(hass, "call", number="sip:desk@192.0.2.9", goal="Talk")
    assert agent.briefs[0].number.is_uri


async def test_numbers_that_a_template_made_integers_still_work(hass: HomeAssistant, agent: FakeAgent) -> None:
    """Native types take the quotes off: 5550177 arrives as an integer."""
    rendered = Template("{{ '5550177' }}", hass).async_render()
    assert rendered == 5550177
    await act(hass, "call", number=rendered, goal=4711, facts={"pin": 1234})
    assert agent.briefs[0].number == DialTarget("5550177")
    assert agent.briefs[0].facts == {"pin": "1234"}


async def test_a_leading_plus_stays_behind_tel(hass: HomeAssistant, agent: FakeAgent) -> None:
    """What the documentation advises: alone, the template is a number and the plus is lost."""
    assert Template("{{ '+15550177' }}", hass).async_render() == 15550177
    rendered = Template("tel:{{ '+15550177' }}", hass).async_render()
    await act(hass, "call", number=rendered, goal="Talk")
    assert agent.briefs[0].number == DialTarget("+15550177")


async def test_call_from_a_script_with_a_response(hass: HomeAssistant, agent: FakeAgent) -> None:
    sequence = [
        {"action": "hold_slayer.call", "data": {"contact": "Acme Bank"}, "response_variable": "call"},
        {"event": "placed", "event_data": {"id": "{{ call.call_id }}"}},
    ]
    assert await async_setup_component(hass, "script", {"script": {"phone": {"sequence": sequence}}})
    placed: list[str] = []
    hass.bus.async_listen("placed", lambda event: placed.append(event.data["id"]))
    await hass.services.async_call("script", "phone", blocking=True)
    await hass.async_block_till_done()
    assert placed == ["call-1"]


@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"goal": "Talk"}, "number_or_contact"),
        ({"number": "", "goal": "Talk"}, "number_or_contact"),
        ({"number": "5550177", "contact": "Acme Bank", "goal": "Talk"}, "number_or_contact"),
        ({"contact": "Nobody", "goal": "Talk"}, "unknown_contact"),
        ({"number": "call me maybe", "goal": "Talk"}, "invalid_number"),
        ({"number": "5550177"}, "no_goal"),
        ({"contact": "Town hall"}, "no_goal"),
        ({"number": "5550177", "goal": "Talk", "config_entry_id": "another"}, "no_account"),
    ],
)
async def test_wrong_calls_are_told_why(hass: HomeAssistant, agent: FakeAgent, data: dict[str, Any], key: str) -> None:
    assert await refused(hass, "call", **data) == key
    assert agent.briefs == []


@pytest.mark.parametrize(
    ("given", "parts"), [("en-US", ("en", "en-US")), ("pt_BR", ("pt", "pt-BR")), ("nl", ("nl", ""))]
)
async def test_languages_are_tags(hass: HomeAssistant, agent: FakeAgent, given: str, parts: tuple[str, str]) -> None:
    await act(hass, "call", contact="Acme Bank", language=given)
    assert (agent.briefs[0].language, agent.briefs[0].locale) == parts


@pytest.mark.parametrize("language", ["", "english", "e", "en-", 7])
async def test_other_languages_are_refused(hass: HomeAssistant, agent: FakeAgent, language: object) -> None:
    with pytest.raises(probatio.Invalid):
        await act(hass, "call", contact="Acme Bank", language=language)


@pytest.mark.parametrize(
    "facts",
    [
        "account 1",
        ["account", "Account"],
        {"account": []},
        {"account": ""},
        {"account": True},
        {"": "1"},
        {"a b": "1", "a_b": "2"},
    ],
)
async def test_facts_are_names_with_values(hass: HomeAssistant, agent: FakeAgent, facts: object) -> None:
    with pytest.raises(probatio.Invalid):
        await act(hass, "call", number="5550177", goal="Talk", facts=facts)
    assert agent.briefs == []


async def test_emergency_numbers_are_refused_in_the_users_language(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.refusal = CallRefusedError("x", Outcome.REFUSED, "never")
    assert await refused(hass, "call", number="112", goal="Help") == "emergency_number"


@pytest.mark.parametrize(
    ("number", "said"),
    [
        ("+19005550123", "teuren Sondernummern"),
        ("12", "einer oder zwei Ziffern"),
        ("*21*5550100#", "Einstellungen"),
    ],
)
async def test_what_else_is_never_dialled_is_not_taken_for_an_emergency_number(
    hass: HomeAssistant, agent: FakeAgent, number: str, said: str
) -> None:
    hass.config.language = "de"
    agent.refusal = CallRefusedError("x", Outcome.REFUSED, "never")
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "call", number=number, goal="Help")
    assert raised.value.translation_key == "call_refused"
    assert said in (raised.value.translation_placeholders or {})["reason"]
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, "transfer", target=number)
    assert raised.value.translation_key == "call_refused"
    assert agent.orders == []


async def test_second_call_is_refused(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show()
    agent.refusal = CallRefusedError("x", Outcome.REFUSED, "Another call is running; end it first.")
    assert await refused(hass, "call", contact="Acme Bank") == "another_call"


async def test_any_other_refusal_of_the_agent_is_passed_on(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.refusal = CallRefusedError("x", Outcome.REFUSED, "Hold Slayer is stopping.")
    with pytest.raises(ServiceValidationError, match=r"^Hold Slayer is stopping\.$"):
        await act(hass, "call", contact="Acme Bank")


# --- which account --------------------------------------------------------------------------------------------------


async def test_actions_stay_when_the_account_is_unloaded(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    await hass.config_entries.async_unload(entry.entry_id)
    assert entry.state is ConfigEntryState.NOT_LOADED
    assert await refused(hass, "call", contact="Acme Bank") == "account_not_loaded"
    assert await refused(hass, "hang_up") == "account_not_loaded"


async def test_with_two_accounts_one_must_be_named(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent]
) -> None:
    second = MockConfigEntry(
        domain=DOMAIN,
        entry_id="entry-2",
        unique_id="bob@x",
        data={**ACCOUNT, "username": "bob"},
        options=OPTIONS,
        subentries_data=SUBENTRIES,
        minor_version=2,
    )
    second.add_to_hass(hass)
    assert await hass.config_entries.async_setup("entry-2")
    assert await refused(hass, "call", contact="Acme Bank") == "several_accounts"
    await act(hass, "call", contact="Acme Bank", config_entry_id="entry-2")
    assert [len(item.briefs) for item in agents] == [0, 1]


def device_id(hass: HomeAssistant, name: str, entry_id: str = "entry-1") -> str:
    """Of an account (by its entry's id) or of a contact."""
    identifier = entry_id if name == entry_id else f"{entry_id}_{name}"
    device = dr.async_get(hass).async_get_device_by_identifier((DOMAIN, identifier), entry_id)
    assert device is not None
    return device.id


async def test_by_device(hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent]) -> None:
    second = MockConfigEntry(
        domain=DOMAIN, entry_id="entry-2", unique_id="bob@x", data=ACCOUNT, options=OPTIONS, minor_version=2
    )
    second.add_to_hass(hass)
    assert await hass.config_entries.async_setup("entry-2")
    await hass.async_block_till_done()
    await act(hass, "call", device_id=device_id(hass, "acme_bank"))
    assert (agent.briefs[-1].company, agent.briefs[-1].number.value) == ("Acme Bank", "+15550100")
    await act(hass, "hang_up", device_id=[device_id(hass, "entry-1")])
    assert agent.orders == [("hang_up", "call-1")]
    agents[-1].show()
    await act(hass, "hang_up", device_id=device_id(hass, "entry-2", "entry-2"))
    assert agents[-1].orders == [("hang_up", "call-1")]
    figures = await hass.services.async_call(
        DOMAIN, "get_statistics", {"device_id": device_id(hass, "acme_bank")}, blocking=True, return_response=True
    )
    assert figures is not None


async def test_a_wrong_device(hass: HomeAssistant, agent: FakeAgent) -> None:
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    stranger = dr.async_get(hass).async_get_or_create(config_entry_id=other.entry_id, identifiers={("other", "1")})
    assert await refused(hass, "hang_up", device_id=stranger.id) == "unknown_device"
    assert await refused(hass, "hang_up", device_id="gone") == "unknown_device"
    mine = device_id(hass, "entry-1")
    assert await refused(hass, "hang_up", device_id=mine, config_entry_id="x") == "device_of_another_account"
    with pytest.raises(probatio.Invalid):
        await act(hass, "hang_up", device_id=[mine, stranger.id])


# --- in a call ------------------------------------------------------------------------------------------------------


async def test_hang_up_the_active_call_or_the_named_one(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show()
    await act(hass, "hang_up")
    await act(hass, "hang_up", call_id="call-1")
    assert agent.orders == [("hang_up", "call-1")] * 2


@pytest.mark.parametrize(("action", "data"), [("hang_up", {}), ("send_dtmf", {"digits": "1"}), ("transfer", {})])
async def test_without_a_call_there_is_nothing_to_do(
    hass: HomeAssistant, agent: FakeAgent, action: str, data: dict[str, Any]
) -> None:
    assert await refused(hass, action, **data) == "no_active_call"
    agent.end(Outcome.HUNG_UP, "You ended the call.")
    assert await refused(hass, action, **data) == "no_active_call"
    assert await refused(hass, action, call_id="call-1", **data) == "unknown_call"
    agent.show("call-2", answered_at=1001.0)
    assert await refused(hass, action, call_id="call-9", **data) == "unknown_call"
    assert agent.orders == []


@pytest.mark.parametrize(("given", "sent"), [("1", "1"), ("12w#*", "12w#*"), (42, "42"), (" 7 ", "7")])
async def test_keys_go_to_the_call(hass: HomeAssistant, agent: FakeAgent, given: object, sent: str) -> None:
    agent.show(answered_at=1001.0)
    await act(hass, "send_dtmf", digits=given)
    assert agent.orders == [("send_digits", "call-1", sent)]


@pytest.mark.parametrize("digits", ["", "abc", "1,2", "1 2", "5" * 65, "１"])
async def test_bad_keys_are_refused(hass: HomeAssistant, agent: FakeAgent, digits: str) -> None:
    agent.show(answered_at=1001.0)
    assert await refused(hass, "send_dtmf", digits=digits) == "invalid_digits"
    assert agent.orders == []


@pytest.mark.parametrize(("action", "data"), [("send_dtmf", {"digits": "1"}), ("transfer", {})])
async def test_nothing_goes_to_a_line_that_still_rings(
    hass: HomeAssistant, agent: FakeAgent, action: str, data: dict[str, Any]
) -> None:
    agent.show(phase=Phase.RINGING)
    assert await refused(hass, action, **data) == "not_answered"


@pytest.mark.parametrize(
    ("target", "expected"),
    [
        (None, None),
        ("", None),
        ("kitchen PHONE", KITCHEN),
        ("Mobile", MOBILE),
        ("+1 555 0188", HandOverTarget("+1 555 0188", DialTarget("+15550188"))),
        (5550188, HandOverTarget("5550188", DialTarget("5550188"))),
        ("sip:desk@192.0.2.9", HandOverTarget("sip:desk@192.0.2.9", DialTarget("sip:desk@192.0.2.9"))),
    ],
)
async def test_transfer_to_a_target_by_name_or_number(
    hass: HomeAssistant, agent: FakeAgent, target: object, expected: HandOverTarget | None
) -> None:
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    await act(hass, "transfer", **({} if target is None else {"target": target}))
    assert agent.orders == [("transfer", "call-1", expected)]


@pytest.mark.parametrize(("target", "key"), [("Attic", "unknown_target"), ("112", "emergency_number")])
async def test_wrong_targets_are_refused(hass: HomeAssistant, agent: FakeAgent, target: str, key: str) -> None:
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    assert await refused(hass, "transfer", target=target) == key
    assert agent.orders == []


async def test_waiting_again_needs_somebody_who_is_connected(hass: HomeAssistant, agent: FakeAgent) -> None:
    assert await refused(hass, "resume_waiting") == "no_active_call"
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    assert await refused(hass, "resume_waiting") == "not_connected"
    agent.show(phase=Phase.CONNECTED)
    await act(hass, "resume_waiting")
    assert agent.orders == [("resume_waiting", "call-1")]


async def test_a_1_is_asked_for_in_the_users_language(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry
) -> None:
    hass.config.language = "nl"
    await act(hass, "call", contact="Acme Bank")
    assert (agent.briefs[-1].confirm_answer, agent.briefs[-1].user_language) == (False, "nl")
    hass.config_entries.async_update_entry(entry, options={**OPTIONS, "confirm_answer": True})
    await hass.config_entries.async_reload(entry.entry_id)
    await act(hass, "call", contact="Acme Bank")
    assert agents[-1].briefs[-1].confirm_answer


async def test_transfer_of_a_connected_call_is_refused(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(phase=Phase.CONNECTED, answered_at=1001.0)
    assert await refused(hass, "transfer") == "already_connected"


async def test_transfer_needs_somewhere_to_go(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry
) -> None:
    for target in entry.get_subentries_of_type("hand_over_target"):
        hass.config_entries.async_remove_subentry(entry, target.subentry_id)
    agents[-1].show(answered_at=1001.0)
    assert await refused(hass, "transfer") == "no_target"
