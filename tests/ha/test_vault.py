"""Facts: kept in a private file, released by name, shown nowhere."""

from collections.abc import Mapping
from typing import Any
from unittest.mock import patch

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
import probatio
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.diagnostics import async_get_config_entry_diagnostics
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
    assert hass_storage[FILE]["data"] == {"facts": {"account_number": SECRET}}
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
        await vault.set(f"fact_{number}", "1")
    assert await refused(hass, "set_fact", name="one more", value="1") == "bad_fact"
    await act(hass, "set_fact", name="fact_0", value="2")
    assert vault.release(["fact_0"]) == {"fact_0": "2"}


@pytest.mark.usefixtures("agent")
@pytest.mark.parametrize("facts", ["pin", [""], ["pin", "PIN"], [True], {"pin": ""}, {"pin": []}])
async def test_nonsense_is_no_list_of_facts(hass: HomeAssistant, facts: object) -> None:
    with pytest.raises(probatio.Invalid):
        await call(hass, facts)


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
    assert entry.runtime_data.vault.release(["account_number"]) == {"account_number": SECRET}
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
    ],
)
async def test_options_tell_what_is_wrong(
    hass: HomeAssistant, entry: MockConfigEntry, vault: dict[str, str], error: str
) -> None:
    shown = await save(hass, entry, vault)
    assert shown["errors"] == {"base": error}
    assert entry.runtime_data.vault.names == ()


async def test_an_account_that_is_not_loaded_keeps_nothing(hass: HomeAssistant, entry: MockConfigEntry) -> None:
    shown = await save(hass, entry, {"fact": "pin", "value": "1234"})
    assert shown["errors"] == {"base": "vault_closed"}
