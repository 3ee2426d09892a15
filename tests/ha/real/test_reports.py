"""What the far end reports (RFC 3550 section 6.4) and how its packets come, from the wire to the diagnostic sensors."""

import asyncio
from collections.abc import AsyncGenerator
import struct
from typing import override
from unittest.mock import PropertyMock, patch

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.helpers import entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.const import DOMAIN
from simulator.rtp import RtpStream
from tests.fakes.ports import free_ports
from tests.fakes.sip_line import poll

from .line import Line
from .test_line import account, place, reached

HELD_S = 0.03
"""The far end sits so long on a report of ours before it answers, and says so."""
WAY_S = 0.05
"""So long its answer is under way."""
REMOTE_LOST_OF = 4
"""One packet of ours in so many did not come there, it says."""


class Reports(asyncio.DatagramProtocol):
    """The RTCP port of the far end: answers a sender report with a receiver report."""

    def __init__(self) -> None:
        self.sent = 0
        self._transport: asyncio.DatagramTransport | None = None
        self._answer: asyncio.TimerHandle | None = None

    @override
    def connection_made(self, transport: asyncio.DatagramTransport) -> None:  # type: ignore[override]
        self._transport = transport

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if data[1] != 200:
            return
        ssrc, high, low, _, packets = struct.unpack_from("!IIIII", data, 4)
        last = (high & 0xFFFF) << 16 | low >> 16
        lost = packets // REMOTE_LOST_OF
        block = struct.pack("!IIIIII", ssrc, 0x40_000000 | lost, packets, 0, last, round(HELD_S * 65536))
        report = struct.pack("!BBHI", 0x81, 201, 7, 4711) + block
        self._answer = asyncio.get_running_loop().call_later(HELD_S + WAY_S, self._send, report, addr)

    def _send(self, report: bytes, addr: tuple[str, int]) -> None:
        if self._transport is not None:
            self._transport.sendto(report, addr)
            self.sent += 1

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._transport = None
        if self._answer is not None:
            self._answer.cancel()


class Stumbling(RtpStream):
    """Loses every fifth of its packets on the way."""

    lost = 0

    @override
    def _packet(self, payload_type: int, payload: bytes, timestamp: int, *, marker: bool = False) -> None:
        if self._sequence % 5:
            super()._packet(payload_type, payload, timestamp, marker=marker)
            return
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.lost += 1


@pytest.fixture
async def reports() -> AsyncGenerator[Reports]:
    """A far end on two ports beside each other (RFC 3550 section 11)."""
    port = free_ports(2)

    async def open_at(host: str, remote: tuple[str, int], payload_type: int, event_type: int) -> RtpStream:
        stream = Stumbling(remote, payload_type, event_type)
        loop = asyncio.get_running_loop()
        stream._transport, _ = await loop.create_datagram_endpoint(lambda: stream, local_addr=(host, port))
        stream.port = port
        stream._clock = loop.create_task(stream._run())
        return stream

    made = Reports()
    transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: made, local_addr=("127.0.0.1", port + 1)
    )
    with patch("simulator.sip_server.RtpStream.open", open_at):
        yield made
    transport.close()
    await asyncio.sleep(0)


@pytest.mark.usefixtures("core")
async def test_reports_and_losses_are_shown_also_past_a_change_of_source(hass: HomeAssistant, reports: Reports) -> None:
    def shown(key: str) -> float:
        entity_id = er.async_get(hass).async_get_entity_id("sensor", DOMAIN, f"{entry.entry_id}_{key}")
        state = hass.states.get(entity_id) if entity_id is not None else None
        return float(state.state) if state is not None and state.state != STATE_UNKNOWN else -1.0

    async with Line() as line:
        entry = MockConfigEntry(
            domain=DOMAIN,
            title="Line",
            data=account(line.port),
            options={"speech": {}, "model": {"llm": "none"}},
            minor_version=2,
        )
        entry.add_to_hass(hass)
        with (
            patch("custom_components.hold_slayer.engine.media.session.INTERVAL_S", 1.0),
            # They are disabled until somebody wants them.
            patch(
                "homeassistant.helpers.entity.Entity.entity_registry_enabled_default",
                new_callable=PropertyMock,
                return_value=True,
            ),
        ):
            assert await hass.config_entries.async_setup(entry.entry_id)
            await hass.async_block_till_done()
            await reached(hass, "sensor.line_registration", "registered")
            await place(hass, "5550100")
            await reached(hass, "sensor.line_status", "navigating")
            stream = line.calls[0].stream
            assert isinstance(stream, Stumbling)
            await poll(lambda: shown("round_trip") >= 0, 12)
            assert shown("packet_loss") == pytest.approx(20, abs=2)
            assert shown("remote_packet_loss") == pytest.approx(100 / REMOTE_LOST_OF, abs=6)
            assert WAY_S * 1000 <= shown("round_trip") < WAY_S * 1000 + 100
            assert 0 <= shown("jitter") < 60

            # Another machine of theirs goes on (RFC 3550 section 8.2): a jump of numbers is no loss.
            seen = reports.sent
            stream._ssrc ^= 1
            stream._sequence = (stream._sequence + 20_000) & 0xFFFF
            stream._timestamp = (stream._timestamp + 1_000_000_000) & 0xFFFFFFFF
            await poll(lambda: reports.sent >= seen + 6, 12)
            assert shown("packet_loss") == pytest.approx(20, abs=2)
            media = entry.runtime_data.agent._sessions[entry.runtime_data.agent.calls[0].call_id]._legs["far"].media
            assert media.stats.source_changes == 1
        assert await hass.config_entries.async_unload(entry.entry_id)
