"""A real exchange: registration and calls over UDP, TCP and TLS, as Asterisk itself saw them."""

from collections.abc import AsyncIterator, Callable
from pathlib import Path

import pytest

from custom_components.hold_slayer.engine.model.call_event import (
    LegAnsweredEvent,
    LegEndedEvent,
    LegFailedEvent,
    LegMediaChangedEvent,
    LegRangEvent,
)
from custom_components.hold_slayer.engine.model.media_description import Direction
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure
from custom_components.hold_slayer.engine.sip.errors import UntrustedCertificateError, WrongPasswordError
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.engine.sip.transaction import TimerValues
from tests.fakes.asterisk import Asterisk
from tests.fakes.certificates import Chain, make_chain
from tests.fakes.sip_line import Caller

Make = Callable[..., Caller]
pytestmark = pytest.mark.parametrize("transport", ["udp", "tcp", "tls"])


@pytest.fixture
def chain(tmp_path: Path) -> Chain:
    return make_chain(tmp_path)


@pytest.fixture
async def asterisk(socket_enabled: None, tmp_path: Path, transport: str, chain: Chain) -> AsyncIterator[Asterisk]:
    async with Asterisk(tmp_path / "asterisk", chain=chain if transport == "tls" else None) as asterisk:
        yield asterisk


@pytest.fixture
def make(asterisk: Asterisk, make_caller: Make, chain: Chain) -> Make:
    def make(transport: str, **fields: object) -> Caller:
        if transport == "tls":
            fields = {"authority": chain.authority_pem} | fields
        port = asterisk.tls_port if transport == "tls" else asterisk.port
        return make_caller(port, transport=transport, register=True, timers=TimerValues(), **fields)

    return make


async def test_registration_and_calls(asterisk: Asterisk, make: Make, transport: str) -> None:
    with pytest.raises(WrongPasswordError):
        await make(transport, password="wrong").agent.probe()
    if transport == "tls":
        with pytest.raises(UntrustedCertificateError):
            await make(transport, authority="").agent.probe()
    await make(transport).agent.probe()
    assert "alice/sip:alice@" not in await asterisk.command("pjsip show contacts"), "the probe took its binding away"

    caller = make(transport)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    assert "alice/sip:alice@127.0.0.1" in await asterisk.command("pjsip show contacts")

    failures = [("140", LegFailure.BUSY, 486), ("141", LegFailure.NOT_FOUND, 404), ("142", LegFailure.UNAVAILABLE, 503)]
    for count, (number, failure, status) in enumerate(failures, start=1):
        caller.dial(number)
        assert await caller.event(LegFailedEvent, count) == LegFailedEvent("far", failure, status)

    ringing = caller.dial("143")
    await caller.event(LegRangEvent)
    ringing.hang_up()
    assert await caller.event(LegFailedEvent, 4) == LegFailedEvent("far", LegFailure.CANCELLED)
    await caller.until(lambda: True)

    leg = caller.dial("5550100")
    await caller.event(LegAnsweredEvent)
    leg.set_direction(Direction.SENDONLY)
    held = await caller.event(LegMediaChangedEvent)
    assert isinstance(held, LegMediaChangedEvent)
    assert held.answer.direction is Direction.SENDONLY
    leg.set_direction(Direction.SENDRECV)
    await caller.event(LegMediaChangedEvent, 2)
    leg.hang_up()
    assert await caller.event(LegEndedEvent) == LegEndedEvent("far", EndedBy.LOCAL)

    far_side = caller.dial("5550100")
    await caller.event(LegAnsweredEvent, 2)
    await asterisk.command("channel request hangup all")
    assert await caller.event(LegEndedEvent, 2) == LegEndedEvent("far", EndedBy.REMOTE)
    assert far_side.is_settled
    await asterisk.wait_for_channels(0)

    caller.dial("5550100")
    await caller.event(LegAnsweredEvent, 3)
    await caller.agent.stop()
    assert caller.finals[-1] == LegEndedEvent("far", EndedBy.LOCAL)
    await asterisk.wait_for_channels(0)
    assert "alice/sip:alice@" not in await asterisk.command("pjsip show contacts")
    assert caller.agent.status.state is RegistrationState.UNREGISTERED
