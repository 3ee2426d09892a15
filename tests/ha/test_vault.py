"""Facts: kept in a private file, released by name, shown nowhere."""

import asyncio
from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.storage import Store
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.diagnostics import async_get_config_entry_diagnostics
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.facts import FactScope, KeptFact
from custom_components.hold_slayer.storage.vault import MOST_FACTS, FactVault
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS

SECRET = "4417302268"
FILE = "hold_slayer.entry-1.facts"


async def act(hass: HomeAssistant, action: str, **data: Any) -> None:
    await hass.services.async_call(DOMAIN, action, data, blocking=True)


async def refused(hass: HomeAssistant, action: str, **data: Any) -> str | None:
    with pytest.raises(ServiceValidationError) as raised:
        await act(hass, action, **data)
    assert SECRET not in str(raised.value)
    return raised.value.translation_key


async def call(hass: HomeAssistant, facts: object) -> None:
    await act(hass, "call", number="5550177", goal="Talk", facts=facts)


@pytest.mark.usefixtures("agent")
async def test_kept_privately_and_shown_nowhere(
    hass: HomeAssistant,
    entry: MockConfigEntry,
    caplog: pytest.LogCaptureFixture,
    hass_storage: dict[str, Any],
) -> None:
    await act(hass, "set_fact", name="Account number", value=SECRET)
    assert hass_storage[FILE]["data"] == {"facts": [{"name": "account_number", "value": SECRET, "scope": "any_call"}]}
    assert SECRET not in str(entry.as_dict())
    assert SECRET not in str(await async_get_config_entry_diagnostics(hass, entry))
    assert SECRET not in str([state.as_dict() for state in hass.states.async_all()])
    assert SECRET not in str(entry.runtime_data.feed.account())
    assert entry.runtime_data.feed.account()["facts"] == ["account_number"]
    loud = [record.getMessage() for record in caplog.records if record.levelno >= 20]
    assert not any(SECRET in line for line in loud)


async def test_released_by_name_alone_or_among_values(hass: HomeAssistant, agent: FakeAgent) -> None:
    await act(hass, "set_fact", name="account number", value=SECRET)
    await act(hass, "set_fact", name="PIN", value="0471")
    await call(hass, ["Account number"])
    await call(hass, {"account_number": None, "zip": "60614"})
    await call(hass, {"account_number": "99"})
    await act(hass, "call", number="5550177", goal="Talk")
    assert [brief.facts for brief in agent.briefs] == [
        {"account_number": SECRET},
        {"account_number": SECRET, "zip": "60614"},
        {"account_number": "99"},
        {},
    ]


async def test_unknown_names_are_told(hass: HomeAssistant, agent: FakeAgent) -> None:
    assert await refused(hass, "call", number="5550177", goal="Talk", facts=["shoe size"]) == "unknown_fact"
    assert await refused(hass, "delete_fact", name="shoe size") == "unknown_fact"
    assert agent.briefs == []


@pytest.mark.usefixtures("agent")
async def test_too_long_and_too_many_are_refused(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    assert await refused(hass, "set_fact", name="a", value="x" * 201) == "bad_fact"
    vault: FactVault = entry.runtime_data.vault
    for number in range(MOST_FACTS):
        await vault.keep(KeptFact(f"fact_{number}", "1"))
    assert await refused(hass, "set_fact", name="one more", value="1") == "bad_fact"
    await act(hass, "set_fact", name="fact_0", value="2")
    assert vault.open("fact_0") == "2"


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize(
    "facts",
    [
        "pin",
        [""],
        ["pin", "PIN"],
        [True],
        {"pin": ""},
        {"pin": []},
        {"pin": {}},
        {"pin": {"value": ""}},
        {"pin": {"value": "1", "kind": "shoe"}},
        {"pin": {"value": "1", "scope": "ask"}},
    ],
)
async def test_nonsense_is_no_list_of_facts(hass: HomeAssistant, facts: object) -> None:
    with pytest.raises(probatio.Invalid):
        await call(hass, facts)


@pytest.mark.usefixtures("agent")
async def test_two_at_once_are_both_kept(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await act(hass, "set_fact", name="zip", value="60614")
    vault: FactVault = entry.runtime_data.vault
    save = Store.async_save

    async def slowly(store: Store[Any], data: Any) -> None:
        await asyncio.sleep(0)
        await save(store, data)

    with patch.object(Store, "async_save", slowly):
        await asyncio.gather(
            act(hass, "set_fact", name="pin", value="1234"),
            act(hass, "set_fact", name="birthday", value="1970-01-01"),
            act(hass, "delete_fact", name="zip"),
        )
    assert vault.names == ("birthday", "pin")
    assert {each["name"] for each in hass_storage[FILE]["data"]["facts"]} == {"birthday", "pin"}


@pytest.mark.usefixtures("agent")
async def test_a_contacts_own_goes_with_it(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await act(hass, "set_fact", name="pin", value="1234")
    await act(hass, "set_fact", name="customer", value=SECRET, contact="Acme Bank")
    hass.config_entries.async_remove_subentry(entry, "town_hall")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert SECRET in str(hass_storage[FILE])
    hass.config_entries.async_remove_subentry(entry, "acme_bank")
    await hass.async_block_till_done(wait_background_tasks=True)
    assert SECRET not in str(hass_storage[FILE])
    assert entry.runtime_data.vault.names == ("pin",)


@pytest.mark.usefixtures("agent")
async def test_deleted_and_gone_with_the_account(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any]
) -> None:
    await act(hass, "set_fact", name="pin", value="1234")
    await act(hass, "set_fact", name="zip", value="60614")
    await act(hass, "delete_fact", name="PIN")
    assert entry.runtime_data.vault.names == ("zip",)
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert entry.runtime_data.vault.names == ("zip",)
    await hass.config_entries.async_remove(entry.entry_id)
    assert FILE not in hass_storage


def test_the_file_is_for_home_assistants_user_only(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    vault = FactVault(hass, entry.entry_id)
    with patch("homeassistant.helpers.storage.write_utf8_file_atomic") as write:
        vault._store._write_data({"data": {"facts": {}}})
    path, _, is_private = write.call_args.args
    assert path.endswith(f".storage/{FILE}")
    assert is_private is True


# --- kinds and scopes ---------------------------------------------------------------------------------------------------


async def test_a_name_of_the_users_own_and_a_kind_given_in_the_action(hass: HomeAssistant, agent: FakeAgent) -> None:
    await call(hass, {"grandmas_thing": {"value": 4711, "kind": "customer"}, "zip": "60614"})
    (brief,) = agent.briefs
    assert (brief.facts, brief.fact_kinds) == (
        {"grandmas_thing": "4711", "zip": "60614"},
        {"grandmas_thing": "customer"},
    )


async def test_kind_and_scope_are_kept_and_changed_without_the_value(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    await act(hass, "set_fact", name="my thing", value="1.2.1980", kind="birth")
    vault: FactVault = entry.runtime_data.vault
    assert vault.facts == (KeptFact("my_thing", "1980-02-01", "birth"),)
    await act(hass, "set_fact", name="my thing", scope="ask")
    assert vault.facts == (KeptFact("my_thing", "1980-02-01", "birth", FactScope.ASK),)
    await call(hass, ["my thing"])
    await act(hass, "call", number="5550177", goal="Talk")
    for brief in agent.briefs:
        assert (brief.facts, brief.ask_first, brief.fact_kinds) == ({}, ("my_thing",), {"my_thing": "birth"})
    assert entry.runtime_data.feed.account()["facts"] == []


async def test_a_contacts_own_fact_is_told_to_no_other(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    await act(hass, "set_fact", name="customer number", value="1", contact="Acme Bank")
    await act(hass, "set_fact", name="customer number", value="2", contact="town hall", scope="contact")
    assert (
        await refused(hass, "call", number="5550177", goal="Talk", facts=["customer number"])
        == "fact_of_another_contact"
    )
    await act(hass, "call", contact="Acme Bank")
    await act(hass, "call", contact="Town hall", goal="Talk", facts=["customer number"])
    await act(hass, "call", number="5550177", goal="Talk")
    assert [brief.facts for brief in agent.briefs] == [{"customer_number": "1"}, {"customer_number": "2"}, {}]
    await act(hass, "set_fact", name="customer number", value="3")
    await act(hass, "call", contact="Acme Bank", facts=["customer number"])
    await act(hass, "call", number="5550177", goal="Talk", facts=["customer number"])
    assert [brief.facts for brief in agent.briefs[3:]] == [{"customer_number": "1"}, {"customer_number": "3"}]
    shown = {contact["name"]: contact["own_facts"] for contact in entry.runtime_data.feed.account()["contacts"]}
    assert shown["Acme Bank"] == ["customer_number"]
    await act(hass, "delete_fact", name="customer number", contact="Acme Bank")
    assert await refused(hass, "delete_fact", name="customer number", contact="Acme Bank") == "unknown_fact"
    await act(hass, "call", contact="Acme Bank")
    assert agent.briefs[-1].facts == {}


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize(
    ("data", "key"),
    [
        ({"value": "1", "scope": "contact"}, "fact_scope"),
        ({"value": "1", "scope": "ask", "contact": "Acme Bank"}, "fact_scope"),
        ({"value": "1", "contact": "Nobody"}, "unknown_contact"),
        ({"kind": "pin"}, "fact_incomplete"),
    ],
)
async def test_scopes_that_do_not_fit_are_told(hass: HomeAssistant, data: dict[str, str], key: str) -> None:
    assert await refused(hass, "set_fact", name="thing", **data) == key


async def test_facts_of_a_contact_go_with_it(hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent) -> None:
    await act(hass, "set_fact", name="customer number", value="1", contact="Town hall")
    await act(hass, "set_fact", name="pin", value="2")
    hass.config_entries.async_remove_subentry(entry, "town_hall")
    await hass.async_block_till_done()
    assert await hass.config_entries.async_reload(entry.entry_id)
    assert [fact.name for fact in entry.runtime_data.vault.facts] == ["pin"]


async def test_a_fact_for_one_call_is_forgotten_when_it_was_told(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent
) -> None:
    await act(hass, "set_fact", name="code", value="998877", scope="one_call")
    await act(hass, "set_fact", name="pin", value="0471")
    vault: FactVault = entry.runtime_data.vault
    await call(hass, ["code", "pin"])
    assert agent.briefs[-1].facts == {"code": "998877", "pin": "0471"}
    agent.show()
    agent.occur(OccurrenceKind.KEY_PRESSED, {"digits": "{pin}#", "reason": "fact"})
    agent.occur(OccurrenceKind.ENDED, {"outcome": "remote_hung_up", "sentence": ""})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert vault.names == ("code", "pin"), "nobody was told it"
    agent.show()
    agent.occur(OccurrenceKind.SAID, {"text": "{code}", "reason": "fact"})
    agent.occur(OccurrenceKind.KEY_PRESSED, {"digits": "{pin}#", "reason": "fact"})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert vault.names == ("code", "pin"), "the call goes on"
    agent.occur(OccurrenceKind.ENDED, {"outcome": "remote_hung_up", "sentence": ""})
    await hass.async_block_till_done(wait_background_tasks=True)
    assert vault.names == ("pin",)


async def test_facts_told_in_a_call_that_unloading_ends_are_forgotten_too(
    hass: HomeAssistant, entry: MockConfigEntry, agent: FakeAgent, hass_storage: dict[str, Any]
) -> None:
    for name in ("code", "pin", "zip"):
        await act(hass, "set_fact", name=name, value="998877", scope="one_call")
    await call(hass, ["code", "pin"])
    agent.occur(OccurrenceKind.SAID, {"text": "{code} and {pin}", "reason": "fact"})
    save = Store.async_save

    async def slowly(store: Store[Any], data: Any) -> None:
        await asyncio.sleep(0.2)  # a slow disk
        await save(store, data)

    async def stop() -> None:
        agent.occur(OccurrenceKind.ENDED, {"outcome": "interrupted", "sentence": ""})

    agent.stop = stop  # type: ignore[method-assign]  # as the agent ends its calls
    with patch.object(Store, "async_save", slowly):
        assert await hass.config_entries.async_unload(entry.entry_id)
    assert [each["name"] for each in hass_storage[FILE]["data"]["facts"]] == ["zip"]


async def test_a_file_that_somebody_edited(
    hass: HomeAssistant, entry: MockConfigEntry, hass_storage: dict[str, Any], agents: list[FakeAgent]
) -> None:
    facts: list[object] = [
        {"name": "pin", "value": "0471", "scope": "everybody"},
        {"name": "code"},
        "shoe size",
        {"name": "zip", "value": "60614", "contact": "gone"},
        {"name": "plate", "value": "AB12", "scope": "contact", "contact": "gone"},
    ]
    hass_storage[FILE] = {"version": 2, "minor_version": 1, "key": FILE, "data": {"facts": facts}}
    assert await hass.config_entries.async_setup(entry.entry_id)
    kept = entry.runtime_data.vault.facts
    assert kept == (KeptFact("pin", "0471", "", FactScope.ASK), KeptFact("zip", "60614", "", FactScope.ASK)), (
        "in doubt the user is asked"
    )
    assert len(hass_storage[FILE]["data"]["facts"]) == 2


# --- in the options -------------------------------------------------------------------------------------------------


async def save(hass: HomeAssistant, entry: MockConfigEntry, vault: Mapping[str, Any]) -> Any:
    shown = await hass.config_entries.options.async_init(entry.entry_id)
    return await hass.config_entries.options.async_configure(shown["flow_id"], {**OPTIONS, "vault": vault})


@pytest.mark.usefixtures("agent")
async def test_options_keep_and_forget_without_ever_holding_a_value(
    hass: HomeAssistant, entry: MockConfigEntry
) -> None:
    saved = await save(hass, entry, {"fact": "Account number", "value": SECRET})
    assert saved["type"] == "create_entry"
    await hass.async_block_till_done()
    assert SECRET not in str(entry.as_dict())
    assert entry.runtime_data.vault.open("account_number") == SECRET
    await save(hass, entry, {"fact": "zip", "value": "60614", "forget": ["account_number"]})
    await hass.async_block_till_done()
    assert entry.runtime_data.vault.names == ("zip",)


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize(
    ("vault", "error"),
    [
        ({"fact": "pin"}, "fact_incomplete"),
        ({"value": "1234"}, "fact_incomplete"),
        ({"fact": "pin", "value": "  "}, "fact_incomplete"),
        ({"fact": "pin", "value": "1" * 201}, "bad_fact"),
        ({"fact": "pin", "value": "1", "scope": "contact"}, "fact_scope"),
        ({"fact": "pin", "value": "1", "scope": "ask", "for_contact": "acme_bank"}, "fact_scope"),
    ],
)
async def test_options_tell_what_is_wrong(
    hass: HomeAssistant, entry: MockConfigEntry, vault: dict[str, str], error: str
) -> None:
    shown = await save(hass, entry, vault)
    assert shown["errors"] == {"base": error}
    assert entry.runtime_data.vault.names == ()


@pytest.mark.usefixtures("agent")
async def test_options_keep_kind_and_scope_and_show_what_there_is(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    await save(hass, entry, {"fact": "Thing", "value": SECRET, "fact_kind": "customer", "for_contact": "acme_bank"})
    await hass.async_block_till_done()
    await save(hass, entry, {"fact": "PIN", "value": "0471", "fact_kind": "by_name", "scope": "ask"})
    await hass.async_block_till_done()
    vault: FactVault = entry.runtime_data.vault
    assert vault.facts == (
        KeptFact("pin", "0471", "", FactScope.ASK),
        KeptFact("thing", SECRET, "customer", FactScope.CONTACT, "acme_bank"),
    )
    await save(hass, entry, {"fact": "PIN", "scope": "one_call", "fact_kind": "pin"})
    await hass.async_block_till_done()
    shown = await hass.config_entries.options.async_init(entry.entry_id)
    told = shown["description_placeholders"]["kept"]
    assert told == "pin (PIN; One call, then forgotten), thing [Acme Bank] (Customer number; Only one contact, always)"
    assert SECRET not in str(shown)
    hass.config_entries.options.async_abort(shown["flow_id"])
    await save(hass, entry, {"forget": ["thing acme_bank"]})
    await hass.async_block_till_done()
    assert entry.runtime_data.vault.names == ("pin",)
    assert [fact.name for fact in entry.runtime_data.vault.facts] == ["pin"]


async def test_an_account_that_is_not_loaded_keeps_nothing(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    shown = await save(hass, entry, {"fact": "pin", "value": "1234"})
    assert shown["errors"] == {"base": "vault_closed"}
