"""Telephone systems that announce themselves: taken up by the user, followed to another address, left alone when known."""

from ipaddress import ip_address
from typing import Any

from homeassistant.config_entries import SOURCE_HASSIO, SOURCE_IGNORE, SOURCE_ZEROCONF
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT
from .test_flows import Trunk, trunk

__all__ = ["trunk"]

USER = {"username": "alice", "password": "s3cret-pass"}


def announced(
    host: str = "192.0.2.5", port: int | None = 5060, kind: str = "_sip._udp.local.", name: str = "Asterisk"
) -> ZeroconfServiceInfo:
    address = ip_address(host)
    return ZeroconfServiceInfo(address, [address], port, "pbx.local.", kind, f"{name}.{kind}", {})


async def found(hass: HomeAssistant, info: ZeroconfServiceInfo | HassioServiceInfo) -> Any:
    source = SOURCE_ZEROCONF if isinstance(info, ZeroconfServiceInfo) else SOURCE_HASSIO
    return await hass.config_entries.flow.async_init(DOMAIN, context={"source": source}, data=info)


def suggested(form: Any) -> dict[str, Any]:
    """What stands in the fields, those of the section too."""
    fields = form["data_schema"].schema
    both = [*fields, *fields["advanced"].schema.schema]
    return {
        str(key): key.description["suggested_value"]
        for key in both
        if key.description and "suggested_value" in key.description
    }


async def finish(hass: HomeAssistant, form: Any, **data: Any) -> Any:
    result = await hass.config_entries.flow.async_configure(
        form["flow_id"], {"host": "192.0.2.5", "transport": "udp", "advanced": {"port": 5060}, **USER, **data}
    )
    await hass.async_block_till_done()
    return result


@pytest.mark.parametrize(
    ("kind", "port", "transport"),
    [("_sip._udp.local.", 5060, "udp"), ("_sip._tcp.local.", 5070, "tcp"), ("_sips._tcp.local.", 5061, "tls")],
)
async def test_what_is_announced_stands_in_the_form(
    hass: HomeAssistant, core: None, agents: list[FakeAgent], trunk: Trunk, kind: str, port: int, transport: str
) -> None:
    form = await found(hass, announced(kind=kind, port=port))
    assert (form["type"], form["step_id"]) == (FlowResultType.FORM, "account")
    assert (suggested(form)["host"], suggested(form)["transport"]) == ("192.0.2.5", transport)
    assert suggested(form)["port"] == port
    (flow,) = hass.config_entries.flow.async_progress()
    assert flow["context"]["title_placeholders"] == {"name": "Asterisk"}
    result = await finish(hass, form, transport=transport, advanced={"port": port})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["title"] == "alice@192.0.2.5"
    assert result["result"].unique_id == "alice@192.0.2.5"
    assert result["data"]["service"] == f"asterisk.{kind}"
    assert trunk.tried[-1].registrar_port == port


async def test_an_account_follows_its_system(
    hass: HomeAssistant, core: None, agents: list[FakeAgent], trunk: Trunk
) -> None:
    entry = (await finish(hass, await found(hass, announced())))["result"]
    again = await found(hass, announced())
    assert (again["type"], again["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert len(agents) == 1, "nothing is loaded anew for nothing"
    moved = await found(hass, announced("192.0.2.77", 5080))
    assert (moved["type"], moved["reason"]) == (FlowResultType.ABORT, "already_configured")
    await hass.async_block_till_done()
    assert (entry.data["host"], entry.data["advanced"]["port"]) == ("192.0.2.77", 5080)
    assert (entry.title, entry.unique_id) == ("alice@192.0.2.77", "alice@192.0.2.77")
    assert len(agents) == 2
    assert agents[-1].account.registrar_host == "192.0.2.77"
    assert entry.data["password"] == USER["password"]


async def test_one_that_was_set_up_by_hand_is_left_alone(
    hass: HomeAssistant, core: None, agents: list[FakeAgent]
) -> None:
    entry = MockConfigEntry(domain=DOMAIN, data={**ACCOUNT, "host": "192.0.2.5"}, minor_version=2)
    entry.add_to_hass(hass)
    result = await found(hass, announced(port=5099))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "already_configured")
    assert entry.data["advanced"] == ACCOUNT["advanced"]


async def test_asked_once_and_not_again_when_ignored(
    hass: HomeAssistant, core: None, agents: list[FakeAgent], trunk: Trunk
) -> None:
    form = await found(hass, announced())
    second = await found(hass, announced())
    assert (second["type"], second["reason"]) == (FlowResultType.ABORT, "already_in_progress")
    hass.config_entries.flow.async_abort(form["flow_id"])
    await hass.config_entries.flow.async_init(
        DOMAIN,
        context={"source": SOURCE_IGNORE},
        data={"unique_id": "asterisk._sip._udp.local.", "title": "Asterisk"},
    )
    third = await found(hass, announced("192.0.2.9"))
    assert (third["type"], third["reason"]) == (FlowResultType.ABORT, "already_configured")


@pytest.mark.parametrize("info", [announced("169.254.1.2"), announced(kind="_http._tcp.local."), announced("0.0.0.0")])
async def test_what_leads_nowhere(hass: HomeAssistant, core: None, info: ZeroconfServiceInfo) -> None:
    result = await found(hass, info)
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_a_pbx")


async def test_an_app_of_home_assistant(hass: HomeAssistant, core: None, agents: list[FakeAgent], trunk: Trunk) -> None:
    config = {"host": "172.30.33.5", "port": 5160, "transport": "tcp", **USER}
    form = await found(hass, HassioServiceInfo(config, "Telephone exchange", "local_exchange", "x"))
    assert suggested(form)["username"] == "alice"
    result = await finish(hass, form, host="172.30.33.5", transport="tcp", advanced={"port": 5160})
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["service"] == "app.local_exchange"


@pytest.mark.parametrize("config", [{}, {"host": "pbx", "transport": "pigeon"}, {"host": "pbx", "port": "many"}])
async def test_an_app_that_tells_nonsense(hass: HomeAssistant, core: None, config: dict[str, Any]) -> None:
    result = await found(hass, HassioServiceInfo(config, "App", "app", "x"))
    assert (result["type"], result["reason"]) == (FlowResultType.ABORT, "not_a_pbx")
