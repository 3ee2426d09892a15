"""Hostile and broken datagrams at a user agent in the middle of a call: counted, dropped, and the call goes on."""

import asyncio
from collections.abc import Callable
import logging
import random

import pytest

from custom_components.hold_slayer.engine.model.call_event import LegAnsweredEvent, LegEndedEvent
from custom_components.hold_slayer.engine.model.phase import EndedBy
from tests.fakes.sip_line import SDP, Caller, Heard, UdpServer, poll, reply

Make = Callable[..., Caller]


@pytest.mark.parametrize("seed", range(3))
async def test_garbage_in_mid_call_is_dropped(
    socket_enabled: None, make_caller: Make, caplog: pytest.LogCaptureFixture, seed: int
) -> None:
    def answer(message: Heard) -> list[bytes]:
        if message.what == "INVITE":
            return [reply(message, "200 OK", f"Contact: <sip:gw@127.0.0.1:{server.port}>", tag="t", body=SDP)]
        return [reply(message, "200 OK")] if message.what == "BYE" else []

    server = await UdpServer(answer).open()
    failures: list[object] = []
    asyncio.get_running_loop().set_exception_handler(lambda _loop, context: failures.append(context))
    caller = make_caller(server.port)
    await caller.agent.start()
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    endpoint = caller.agent._endpoint
    invite = server.of("INVITE")[0]
    good = [
        reply(invite, "200 OK", f"Contact: <sip:gw@127.0.0.1:{server.port}>", tag="t", body=SDP),
        reply(invite, "486 Busy Here", tag="u"),
        _in_dialog(invite, "INFO", 5),
        _in_dialog(invite, "INVITE", 6),
        _in_dialog(invite, "UPDATE", 7),
        _in_dialog(invite, "OPTIONS", 8),
    ]
    chance = random.Random(seed)
    for _ in range(1500):
        data = bytearray(chance.choice(good))
        match chance.randrange(4):
            case 0:
                data = bytearray(chance.randbytes(chance.randrange(1, 400)))
            case 1:
                del data[chance.randrange(len(data)) :]
            case 2:
                for _ in range(chance.randrange(1, 8)):
                    data[chance.randrange(len(data))] = chance.randrange(256)
            case _:
                at = chance.randrange(len(data))
                data[at:at] = chance.choice(
                    [b"\0", b"\r\n", b"\xff" * 50, b";" * 50, b"<" * 20, b"\r\n\r\n", b'"', b":99999"]
                )
        endpoint.on_data(bytes(data), ("127.0.0.1", server.port))
    assert caller.agent.dropped > 300
    assert not [record for record in caplog.records if record.levelno >= logging.INFO and "sip" in record.name]
    assert leg.is_up, caller.events
    leg.hang_up()
    assert await caller.event(LegEndedEvent) == LegEndedEvent("far", EndedBy.LOCAL)
    await poll(lambda: len(server.of("BYE")) > 0)
    assert not failures
    server.close()


def _in_dialog(invite: Heard, method: str, number: int) -> bytes:
    lines = [
        f"{method} sip:alice@127.0.0.1 SIP/2.0",
        f"Via: SIP/2.0/UDP 127.0.0.1:9;branch=z9hG4bK{number};rport",
        f"From: {invite['To']};tag=t",
        f"To: {invite['From']}",
        f"Call-ID: {invite['Call-ID']}",
        f"CSeq: {number} {method}",
        "Content-Type: application/sdp",
        f"Content-Length: {len(SDP)}",
    ]
    return "\r\n".join([*lines, "", SDP]).encode()
