"""A company calls back after a restart of the account: real engine, real SIP."""

import asyncio
from collections.abc import AsyncGenerator
from typing import Any

from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from tests.fakes.sip_line import SDP, Heard, UdpServer, poll, reply
from tests.ha.conftest import subentry

from .test_line import account, history, reached

FILE = f"{DOMAIN}.entry-1.callbacks"


class Exchange:
    """Registers the account, answers as the user's phone, and calls as the company."""

    def __init__(self) -> None:
        self.server = UdpServer(self._answer)

    def _answer(self, message: Heard) -> list[bytes]:
        if message.start.startswith("SIP/2.0") or message.what == "ACK":
            return []
        contact = f"Contact: <sip:phone@127.0.0.1:{self.server.port}>"
        if message.what == "INVITE":
            return [reply(message, "200 OK", contact, tag="p", body=SDP)]
        return [reply(message, "200 OK", "Expires: 300", tag="" if "tag=" in message["To"] else "r")]

    def call(self, method: str, number: int, *, caller: str, tag: str = "", body: str = "", branch: str = "") -> None:
        port = self.server.port
        lines = [
            f"{method} sip:alice@127.0.0.1 SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch or method}{caller[1:]};rport",
            f"From: <sip:{caller}@exchange>;tag=them",
            f"To: <sip:alice@127.0.0.1>{f';tag={tag}' if tag else ''}",
            f"Call-ID: from-{caller}",
            f"CSeq: {number} {method}",
            f"Contact: <sip:{caller}@127.0.0.1:{port}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        self.server.send("\r\n".join([*lines, "", body]).encode())

    def of(self, status: str, caller: str) -> list[Heard]:
        return [message for message in self.server.of(status) if message["Call-ID"] == f"from-{caller}"]


@pytest.fixture
async def exchange(socket_enabled: None) -> AsyncGenerator[Exchange]:
    exchange = Exchange()
    await exchange.server.open()
    yield exchange
    exchange.server.close()


async def test_a_promised_call_is_put_through_after_a_restart(
    hass: HomeAssistant, core: None, exchange: Exchange, hass_storage: dict[str, Any]
) -> None:
    entry = MockConfigEntry(
        domain=DOMAIN,
        entry_id="entry-1",
        title="Line",
        data=account(exchange.server.port, advanced={"keepalive": "off", "country": "US"}),
        options={"speech": {}, "model": {"llm": "none"}},
        subentries_data=[subentry("hand_over_target", name="Phone", number="5550123")],
        minor_version=2,
    )
    entry.add_to_hass(hass)
    assert await hass.config_entries.async_setup(entry.entry_id)
    await reached(hass, "sensor.line_registration", "registered")
    promise = {"number": "+1 212 555 0100", "company": "Acme", "goal": "My bill", "hours": 2}
    await hass.services.async_call(DOMAIN, "expect_callback", promise, blocking=True)

    assert await hass.config_entries.async_unload(entry.entry_id)
    assert len(hass_storage[FILE]["data"]["promises"]) == 1
    assert await hass.config_entries.async_setup(entry.entry_id)
    await reached(hass, "sensor.line_registration", "registered")

    exchange.call("INVITE", 1, caller="+13125550100", body=SDP)
    await poll(lambda: bool(exchange.of("480", "+13125550100")), 5.0)
    exchange.call("INVITE", 1, caller="+12125550123", body=SDP)
    await poll(lambda: bool(exchange.of("200", "+12125550123")), 5.0)
    tag = exchange.of("200", "+12125550123")[0].to_tag
    exchange.call("ACK", 1, caller="+12125550123", tag=tag, branch="ack")
    await reached(hass, "sensor.line_status", "connected")
    (ringing,) = exchange.server.of("INVITE")
    assert "sip:5550123@" in ringing.uri
    exchange.call("BYE", 2, caller="+12125550123", tag=tag)
    await reached(hass, "sensor.line_status", "ended")
    await hass.async_block_till_done()
    async with asyncio.timeout(5.0):
        while (await history(entry))[0]["outcome"] is None:  # noqa: ASYNC110 - written by a thread that tells nobody
            await asyncio.sleep(0.02)
    (call,) = await history(entry)
    assert (call["company"], call["goal"], call["outcome"]) == ("Acme", "My bill", "connected")
    assert hass_storage[FILE]["data"]["promises"] == [], "kept once"
    assert await hass.config_entries.async_unload(entry.entry_id)
