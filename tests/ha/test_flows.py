"""Forms: the account, its new password, its change, and the options. The account test itself is in `real/test_line.py`."""

from collections.abc import Generator
from typing import Any
from unittest.mock import patch

from homeassistant.config_entries import SOURCE_USER, ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType, InvalidData
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.config_flow import tidy
from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.media_description import Codec
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.errors import (
    BindError,
    CannotResolveError,
    CertificateNameError,
    ExpiredCertificateError,
    ForbiddenError,
    NoAnswerError,
    RejectedError,
    TlsError,
    TransportError,
    TrunkError,
    UntrustedCertificateError,
    WrongPasswordError,
)
from custom_components.hold_slayer.providers import Preset, presets
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS


class Trunk:
    """What the account test finds; the accounts it was asked about."""

    def __init__(self) -> None:
        self.error: Exception | None = None
        self.tried: list[TrunkAccount] = []


@pytest.fixture
def trunk() -> Generator[Trunk]:
    trunk = Trunk()

    class Probe:
        def __init__(self, account: TrunkAccount, *, ssl_context: object) -> None:
            self._account = account

        async def probe(self) -> None:
            trunk.tried.append(self._account)
            if trunk.error is not None:
                raise trunk.error

    with patch("custom_components.hold_slayer.config_flow.UserAgent", Probe):
        yield trunk


async def begin(hass: HomeAssistant) -> str:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, "user")
    return await choose(hass, result["flow_id"], "other", "account")


async def choose(hass: HomeAssistant, flow_id: str, provider: str, step_id: str) -> str:
    result = await hass.config_entries.flow.async_configure(flow_id, {"provider": provider})
    assert (result["type"], result["step_id"]) == (FlowResultType.FORM, step_id)
    return flow_id


async def submit(hass: HomeAssistant, flow_id: str, data: dict[str, Any]) -> Any:
    result = await hass.config_entries.flow.async_configure(flow_id, data)
    await hass.async_block_till_done()
    return result


# --- account --------------------------------------------------------------------------------------------------------


async def test_account_that_works_is_saved(
    hass: HomeAssistant, core: None, trunk: Trunk, agents: list[FakeAgent]
) -> None:
    data = {**ACCOUNT, "advanced": {"port": 5070, "auth_username": "auth", "domain": "example.org", "local_port": 0}}
    result = await submit(hass, await begin(hass), data)
    assert (result["type"], result["title"]) == (FlowResultType.CREATE_ENTRY, "alice@sip.example.com")
    assert result["result"].unique_id == "alice@sip.example.com"
    assert result["result"].state is ConfigEntryState.LOADED
    (tried,) = trunk.tried
    assert tried == agents[0].account
    assert (tried.registrar_port, tried.auth_username, tried.domain) == (5070, "auth", "example.org")


@pytest.mark.parametrize(
    ("error", "key"),
    [
        (CannotResolveError(), "cannot_resolve"),
        (NoAnswerError(), "no_answer"),
        (WrongPasswordError(), "invalid_auth"),
        (ForbiddenError(), "forbidden"),
        (TlsError(), "tls"),
        (UntrustedCertificateError(), "tls_untrusted"),
        (ExpiredCertificateError(), "tls_expired"),
        (CertificateNameError(), "tls_name"),
        (BindError(), "cannot_bind"),
        (TransportError(), "transport"),
        (RejectedError(404), "unknown_user"),
        (RejectedError(423), "interval"),
        (RejectedError(488), "rejected"),
        (RejectedError(500), "server_trouble"),
        (RejectedError(604), "unknown_user"),
        (TrunkError(), "unknown"),
        (RuntimeError("a fault of ours"), "unknown"),
    ],
)
async def test_each_fault_has_its_own_error_and_the_form_can_be_sent_again(
    hass: HomeAssistant, core: None, trunk: Trunk, agents: list[FakeAgent], error: Exception, key: str
) -> None:
    flow_id = await begin(hass)
    trunk.error = error
    result = await submit(hass, flow_id, ACCOUNT)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, {"base": key})
    assert agents == []
    trunk.error = None
    assert (await submit(hass, flow_id, ACCOUNT))["type"] is FlowResultType.CREATE_ENTRY


@pytest.mark.parametrize("preset", presets().values(), ids=lambda preset: preset.preset_id)
async def test_a_known_provider_asks_only_what_it_needs(
    hass: HomeAssistant, core: None, trunk: Trunk, agents: list[FakeAgent], preset: Preset
) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    shown = await hass.config_entries.flow.async_configure(result["flow_id"], {"provider": preset.preset_id})
    assert shown["step_id"] == "provider"
    assert {str(field) for field in shown["data_schema"].schema} == {"username", "password", *preset.ask}
    assert shown["description_placeholders"]["hint"] == preset.hint["en"]
    answers = {"username": "alice", "password": "secret"}
    answers |= {field: f"{field}.example" for field in preset.ask}
    made = await submit(hass, result["flow_id"], answers)
    assert made["type"] is FlowResultType.CREATE_ENTRY
    (account,) = trunk.tried
    assert account == agents[-1].account
    assert account.registrar_host == ("host.example" if "host" in preset.ask else preset.account["host"])
    assert account.transport == preset.account["transport"]
    assert account.auth_username == ("auth_username.example" if "auth_username" in preset.ask else "")
    assert account.register is preset.account["advanced"].get("register", True)
    assert made["data"]["provider"] == preset.preset_id


async def test_a_known_providers_form_can_be_sent_again(hass: HomeAssistant, core: None, trunk: Trunk) -> None:
    result = await hass.config_entries.flow.async_init(DOMAIN, context={"source": SOURCE_USER})
    flow_id = await choose(hass, result["flow_id"], "sipgate", "provider")
    trunk.error = WrongPasswordError()
    again = await submit(hass, flow_id, {"username": "1e0", "password": "no"})
    assert again["errors"] == {"base": "invalid_auth"}
    hass.config_entries.flow.async_abort(flow_id)


@pytest.mark.parametrize(
    ("advanced", "key"),
    [
        ({"peers": ["pbx.example"]}, "bad_peer"),
        ({"public_address": "home.example"}, "bad_public_address"),
        ({"number_prefix": "0 a"}, "bad_prefix"),
        ({"authority": "ssl/ca.pem"}, "ca_not_pem"),
    ],
)
async def test_what_cannot_be_meant_is_said_before_anything_is_tried(
    hass: HomeAssistant, core: None, trunk: Trunk, advanced: dict[str, Any], key: str
) -> None:
    flow_id = await begin(hass)
    result = await submit(hass, flow_id, {**ACCOUNT, "advanced": advanced})
    assert result["errors"] == {"base": key}
    assert not trunk.tried
    hass.config_entries.flow.async_abort(flow_id)


async def test_all_settings_of_an_account_reach_the_agent(
    hass: HomeAssistant, core: None, trunk: Trunk, agents: list[FakeAgent]
) -> None:
    advanced = {
        "codecs": ["PCMA", "PCMU"],
        "dtmf": "info",
        "caller_id": "+4930123",
        "caller_id_header": "p_asserted",
        "number_prefix": "0",
        "keepalive": "options",
        "keepalive_s": 40,
        "public_address": "203.0.113.5",
        "stun_server": "stun.example:3478",
        "peers": ["192.0.2.0/24"],
    }
    await submit(hass, await begin(hass), {**ACCOUNT, "advanced": advanced})
    account = agents[-1].account
    assert account.codecs == (Codec.PCMA, Codec.PCMU)
    assert (account.dtmf, account.caller_id, account.caller_id_header) == ("info", "+4930123", "p_asserted")
    assert (account.number_prefix, account.keepalive, account.keepalive_s) == ("0", "options", 40)
    assert (account.public_address, account.stun_server) == ("203.0.113.5", "stun.example:3478")
    assert account.peers == ("192.0.2.0/24",)


async def test_the_same_account_only_once(hass: HomeAssistant, entry: MockConfigEntry, trunk: Trunk) -> None:
    result = await submit(hass, await begin(hass), {**ACCOUNT, "username": "ALICE", "password": "other"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert trunk.tried == []


@pytest.mark.parametrize("missing", ["host", "username", "password"])
async def test_nothing_can_be_left_out(hass: HomeAssistant, core: None, trunk: Trunk, missing: str) -> None:
    flow_id = await begin(hass)
    with pytest.raises(InvalidData):
        await submit(hass, flow_id, {key: value for key, value in ACCOUNT.items() if key != missing})
    hass.config_entries.flow.async_abort(flow_id)


@pytest.mark.parametrize("port", [-1, 65536, "sip"])
async def test_ports_are_ports(hass: HomeAssistant, core: None, trunk: Trunk, port: object) -> None:
    flow_id = await begin(hass)
    with pytest.raises(InvalidData):
        await submit(hass, flow_id, {**ACCOUNT, "advanced": {"port": port}})
    hass.config_entries.flow.async_abort(flow_id)


@pytest.mark.parametrize(
    ("host", "expected", "port"),
    [
        ("sip.example.com", "sip.example.com", None),
        (" sip.example.com ", "sip.example.com", None),
        ("sip.example.com:5070", "sip.example.com", 5070),
        ("sip:sip.example.com:5070", "sip.example.com", 5070),
        ("SIPS:sip.example.com", "sip.example.com", None),
        ("192.0.2.1:5080", "192.0.2.1", 5080),
        ("[2001:db8::1]:5080", "2001:db8::1", 5080),
        ("[2001:db8::1]", "2001:db8::1", None),
        ("2001:db8::1", "2001:db8::1", None),
        ("sip.example.com:99999", "sip.example.com:99999", None),
    ],
)
def test_server_as_people_copy_it(host: str, expected: str, port: int | None) -> None:
    data = tidy({**ACCOUNT, "host": host})
    assert (data["host"], data["advanced"].get("port")) == (expected, port)


def test_blanks_go_but_not_those_of_the_password() -> None:
    data = tidy(
        {
            **ACCOUNT,
            "username": " alice ",
            "password": " s3cret ",
            "advanced": {"port": 0, "domain": "  ", "auth_username": " auth ", "local_port": 0, "verify_ssl": False},
        }
    )
    assert (data["username"], data["password"]) == ("alice", " s3cret ")
    assert data["advanced"] == {"auth_username": "auth", "local_port": 0, "verify_ssl": False}


# --- new password ---------------------------------------------------------------------------------------------------


async def test_new_password_is_tested_and_saved(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry, trunk: Trunk
) -> None:
    result = await entry.start_reauth_flow(hass)
    assert result["description_placeholders"]["account"] == "alice@sip.example.com"
    trunk.error = WrongPasswordError()
    result = await submit(hass, result["flow_id"], {"password": "still wrong"})
    assert result["errors"] == {"base": "invalid_auth"}
    assert entry.data["password"] == "s3cret-pass"
    trunk.error = None
    result = await submit(hass, result["flow_id"], {"password": "n3w"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "reauth_successful")
    assert entry.data == {**ACCOUNT, "password": "n3w"}
    assert [item.password for item in trunk.tried] == ["still wrong", "n3w"]
    assert agents[-1].account.password == "n3w"


# --- change ---------------------------------------------------------------------------------------------------------


async def test_account_is_changed_and_stays_the_same_entry(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry, trunk: Trunk
) -> None:
    result = await entry.start_reconfigure_flow(hass)
    data = {**ACCOUNT, "host": "pbx.example.com", "transport": "tcp"}
    trunk.error = NoAnswerError()
    result = await submit(hass, result["flow_id"], data)
    assert result["errors"] == {"base": "no_answer"}
    trunk.error = None
    result = await submit(hass, result["flow_id"], data)
    assert result["reason"] == "reconfigure_successful"
    assert (entry.unique_id, entry.title) == ("alice@pbx.example.com", "alice@pbx.example.com")
    assert (agents[-1].account.registrar_host, agents[-1].account.transport) == ("pbx.example.com", "tcp")
    assert entry.options == OPTIONS


async def test_change_to_another_entrys_account_is_refused(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, trunk: Trunk
) -> None:
    MockConfigEntry(domain=DOMAIN, unique_id="bob@sip.example.com", data=ACCOUNT).add_to_hass(hass)
    result = await entry.start_reconfigure_flow(hass)
    result = await submit(hass, result["flow_id"], {**ACCOUNT, "username": "bob"})
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert entry.data == ACCOUNT


@pytest.mark.parametrize(("new_port", "tried_port"), [(5555, 0), (5556, 5556)])
async def test_local_port_that_the_entry_holds_is_not_bound_a_second_time(
    hass: HomeAssistant, entry: MockConfigEntry, agents: list[FakeAgent], trunk: Trunk, new_port: int, tried_port: int
) -> None:
    hass.config_entries.async_update_entry(entry, data={**ACCOUNT, "advanced": {"local_port": 5555}})
    assert await hass.config_entries.async_setup(entry.entry_id)
    result = await entry.start_reconfigure_flow(hass)
    await submit(hass, result["flow_id"], {**ACCOUNT, "advanced": {"local_port": new_port}})
    assert trunk.tried[-1].local_port == tried_port
    assert entry.data["advanced"]["local_port"] == new_port


# --- options --------------------------------------------------------------------------------------------------------

FULL: dict[str, Any] = {
    "user_name": "Alex",
    "learn_flows": True,
    "ring_order": "in_order",
    "llm_access": "watch",
    "hold_minutes": 90,
    "history_days": 30,
    "accept_callback": True,
    "speech": {"stt_entity": "stt.ear", "tts_entity": "tts.voice", "language": "en", "press_early": False},
    "model": {"llm": "openai", "llm_url": "http://127.0.0.1:8080/v1", "llm_model": "tiny", "llm_api_key": "k"},
}


async def change_options(hass: HomeAssistant, entry: MockConfigEntry, **changes: Any) -> Any:
    flow = await hass.config_entries.options.async_init(entry.entry_id)
    result = await hass.config_entries.options.async_configure(flow["flow_id"], {**FULL, **changes})
    await hass.async_block_till_done()
    return result


async def test_options_are_saved_and_used_at_once(
    hass: HomeAssistant, agent: FakeAgent, agents: list[FakeAgent], entry: MockConfigEntry
) -> None:
    result = await change_options(hass, entry)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert entry.options == FULL
    assert len(agents) == 2
    assert agents[0].stops == 1
    runtime = entry.runtime_data
    assert (runtime.user_name, runtime.language, runtime.press_early) == ("Alex", "en", False)
    assert agents[1].settings.brain.hold_s == 90 * 60
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_account_works_without_any_options(
    hass: HomeAssistant, core: None, agents: list[FakeAgent], trunk: Trunk
) -> None:
    await submit(hass, await begin(hass), ACCOUNT)
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert (entry.runtime_data.language, entry.runtime_data.hand_over) == ("en", ())
    assert agents[0].settings.brain.hold_s == 120 * 60
    result = await change_options(hass, entry, model={"llm": "none"})
    assert result["type"] is FlowResultType.CREATE_ENTRY


async def test_present_options_stand_in_the_form(hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry) -> None:
    flow = await hass.config_entries.options.async_init(entry.entry_id)
    suggested = {
        str(marker): marker.description["suggested_value"]
        for marker in flow["data_schema"].schema
        if marker.description and "suggested_value" in marker.description
    }
    assert suggested["user_name"] == "Alex"
    assert suggested["hold_minutes"] == 45


@pytest.mark.parametrize(
    ("changes", "errors"),
    [
        ({"model": {"llm": "ai_task"}}, {"base": "model_incomplete"}),
        ({"model": {"llm": "conversation"}}, {"base": "model_incomplete"}),
        ({"model": {"llm": "openai", "llm_url": "http://127.0.0.1/v1"}}, {"base": "model_incomplete"}),
        ({"model": {"llm": "openai", "llm_model": "m"}}, {"base": "model_incomplete"}),
        ({"model": {"llm": "openai", "llm_model": "m", "llm_url": "127.0.0.1:80"}}, {"base": "invalid_url"}),
        ({"model": {"llm": "openai", "llm_model": "m", "llm_url": "http://"}}, {"base": "invalid_url"}),
        ({"model": {"llm": "openai", "llm_model": "m", "llm_url": "http://[::1"}}, {"base": "invalid_url"}),
    ],
)
async def test_wrong_options_are_told_where_and_nothing_changes(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, changes: dict[str, Any], errors: dict[str, str]
) -> None:
    result = await change_options(hass, entry, **changes)
    assert (result["type"], result["errors"]) == (FlowResultType.FORM, errors)
    assert entry.options == OPTIONS
    assert agent.stops == 0


@pytest.mark.parametrize(
    "changes",
    [
        {"hand_over": []},
        {"hold_minutes": 0},
        {"model": {"llm": "magic"}},
        {"surprise": True},
    ],
)
async def test_what_the_form_cannot_send_is_refused(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, changes: dict[str, Any]
) -> None:
    with pytest.raises(InvalidData):
        await change_options(hass, entry, **changes)
    assert entry.options == OPTIONS
