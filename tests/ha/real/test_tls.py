"""An account over TLS whose server's authority only the account knows, with the real engine over real sockets."""

import asyncio
from collections.abc import AsyncGenerator
import datetime as dt
from pathlib import Path
from typing import Any

from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import FlowResultType
from homeassistant.helpers import issue_registry as ir
from homeassistant.util import dt as dt_util, ssl as ssl_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.issues import PATIENCE_S
from tests.fakes.certificates import Chain, make_chain
from tests.fakes.stream_server import StreamServer, trunk

from .test_line import account, reached, try_account


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return make_chain(tmp_path)


@pytest.fixture
async def server(hass: HomeAssistant, socket_enabled: None, chain: Chain) -> AsyncGenerator[StreamServer]:
    """A trunk. That we refuse its certificate is a fault to its own side, which runs in the same loop."""
    usual = hass.loop.get_exception_handler()
    assert usual is not None

    def note(loop: asyncio.AbstractEventLoop, context: dict[str, Any]) -> None:
        if context["message"] != "Error on transport creation for incoming connection":
            usual(loop, context)

    hass.loop.set_exception_handler(note)
    server = await StreamServer(trunk).open(chain.server_context())
    yield server
    await server.close()


async def test_the_accounts_own_authority_lets_it_register(
    hass: HomeAssistant, core: None, server: StreamServer, chain: Chain
) -> None:
    shared = ssl_util.client_context().cert_store_stats()
    in_one_line = " ".join(chain.authority_pem.split("\n"))
    data = account(server.port, transport="tls", advanced={"authority": in_one_line})
    result = await try_account(hass, data)
    assert result["type"] is FlowResultType.CREATE_ENTRY
    assert result["data"]["advanced"]["authority"] == chain.authority_pem
    await hass.async_block_till_done()
    await reached(hass, "sensor.alice_127_0_0_1_registration", "registered")
    assert ssl_util.client_context().cert_store_stats() == shared, "nobody else trusts it"
    (entry,) = hass.config_entries.async_entries(DOMAIN)
    assert await hass.config_entries.async_unload(entry.entry_id)


@pytest.mark.parametrize("is_named", [False, True])
async def test_without_it_and_with_another_the_form_says_so(
    hass: HomeAssistant, core: None, server: StreamServer, tmp_path: Path, is_named: bool
) -> None:
    (tmp_path / "other").mkdir()
    other = make_chain(tmp_path / "other").authority_pem
    data = account(server.port, transport="tls", advanced={"authority": other} if is_named else {})
    assert (await try_account(hass, data))["errors"] == {"base": "tls_untrusted"}
    assert not server.heard, "no password went to a stranger"


async def test_an_authority_that_is_no_longer_the_servers_is_a_repair(
    hass: HomeAssistant, core: None, server: StreamServer, tmp_path: Path
) -> None:
    (tmp_path / "other").mkdir()
    other = make_chain(tmp_path / "other").authority_pem
    data = account(server.port, transport="tls", advanced={"authority": other})
    entry = MockConfigEntry(domain=DOMAIN, title="Line", data=data, options={}, minor_version=2)
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await reached(hass, "sensor.line_registration", "failed")
    state = hass.states.get("sensor.line_registration")
    assert state is not None
    assert state.attributes["error"] == "tls_untrusted"
    async_fire_time_changed(hass, dt_util.utcnow() + dt.timedelta(seconds=PATIENCE_S + 1))
    await hass.async_block_till_done()
    issue = ir.async_get(hass).async_get_issue(DOMAIN, f"trunk_{entry.entry_id}")
    assert issue is not None
    assert issue.data is not None
    assert issue.data["error"] == "tls_untrusted"
    assert await hass.config_entries.async_unload(entry.entry_id)
