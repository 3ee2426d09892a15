"""TCP and TLS: connections on demand, framing, keepalives, reconnection, certificates."""

import asyncio
from collections.abc import AsyncIterator, Callable
from pathlib import Path
import ssl

import pytest

from custom_components.hold_slayer.engine.model.call_event import LegAnsweredEvent, LegEndedEvent, LegFailedEvent
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.errors import (
    CertificateNameError,
    ExpiredCertificateError,
    NoAnswerError,
    TlsError,
    UntrustedCertificateError,
)
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.engine.sip.tls import client_context
from tests.fakes.certificates import Chain, make_chain
from tests.fakes.ports import free_port
from tests.fakes.sip_line import SDP, Caller, Heard, poll, reply
from tests.fakes.stream_server import StreamServer, trunk

Make = Callable[..., Caller]


@pytest.fixture
async def server(socket_enabled: None) -> AsyncIterator[StreamServer]:
    server = await StreamServer(trunk).open()
    yield server
    await server.close()


async def test_a_call_over_tcp(server: StreamServer, make_caller: Make) -> None:
    def answer(message: Heard) -> list[bytes]:
        contact = f"Contact: <sip:gw@127.0.0.1:{server.port};transport=tcp>"
        if message.what == "INVITE":
            return [reply(message, "200 OK", contact, tag="t", body=SDP)]
        return trunk(message)

    server.answer = answer
    caller = make_caller(server.port, transport="tcp", register=True)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    leg.hang_up()
    await poll(lambda: leg.is_settled)
    assert server.connections == 1
    invite = server.of("INVITE")[0]
    assert invite["Via"].startswith("SIP/2.0/TCP 127.0.0.1:")
    peer = server.writer.get_extra_info("peername")[1] if server.writer else 0
    assert invite["Contact"] == f"<sip:alice@127.0.0.1:{peer};transport=tcp>", "where requests can come back"
    assert [message.what for message in server.heard] == ["REGISTER", "INVITE", "ACK", "BYE"], "nothing is sent twice"


async def test_messages_cut_anyhow_with_keepalives_in_front(server: StreamServer, make_caller: Make) -> None:
    server.answer = lambda _message: []
    caller = make_caller(server.port, transport="tcp")
    await caller.agent.start()
    caller.dial()
    await poll(lambda: len(server.of("INVITE")) == 1)
    invite = server.of("INVITE")[0]
    stream = b"\r\n\r\n\r\n" + reply(invite, "180 Ringing", tag="t") + b"\r\n\r\n" + trunk(invite)[0]
    assert server.writer is not None
    before = server.raw.count(b"\r\n")
    for byte in range(0, len(stream), 7):
        server.writer.write(stream[byte : byte + 7])
        await server.writer.drain()
        await asyncio.sleep(0)
    await caller.event(LegAnsweredEvent)
    assert len(caller.events) == 2
    await poll(lambda: server.raw.count(b"\r\n") > before)


async def test_a_ping_is_answered_by_one_pong_and_a_pong_by_nothing(server: StreamServer, make_caller: Make) -> None:
    server.answer = lambda _message: []
    caller = make_caller(server.port, transport="tcp")
    await caller.agent.start()
    await poll(lambda: server.writer is not None)
    assert server.writer is not None
    server.writer.write(b"\r\n\r\n")
    await poll(lambda: server.raw == b"\r\n")
    for _ in range(3):
        server.writer.write(b"\r\n")
        await server.writer.drain()
        await asyncio.sleep(0.02)
    assert server.raw == b"\r\n"
    caller.agent._endpoint.ping()
    await poll(lambda: server.raw == b"\r\n\r\n\r\n")


async def test_a_broken_connection_is_opened_again_and_registered(
    server: StreamServer, make_caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.hold_slayer.engine.sip.registration._MIN_REFRESH_S", 0.1)
    caller = make_caller(server.port, transport="tcp", register=True)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    assert server.writer is not None
    first = server.of("REGISTER")[0]["Contact"].split(";")[0]
    server.writer.close()
    await poll(lambda: server.connections == 2)
    await poll(lambda: len(server.of("REGISTER")) == 2)
    contacts = server.of("REGISTER")[1].all("Contact")
    assert len(contacts) == 2, "the contact of the dead connection goes"
    assert contacts[0].startswith(first)
    assert contacts[0].endswith("expires=0")


async def test_a_call_opens_the_connection_it_needs(server: StreamServer, make_caller: Make) -> None:
    caller = make_caller(server.port, transport="tcp")
    await caller.agent.start()
    writers = caller.agent._endpoint._transport._writers
    await poll(lambda: server.connections == 1 and bool(writers))
    assert server.writer is not None
    server.writer.close()
    await poll(lambda: not writers)
    caller.dial()
    await caller.event(LegAnsweredEvent)
    assert server.connections == 2


async def test_a_connection_that_breaks_before_the_answer_fails_the_call(
    server: StreamServer, make_caller: Make
) -> None:
    server.answer = lambda _message: server.writer.close() or []  # type: ignore[union-attr,func-returns-value]
    caller = make_caller(server.port, transport="tcp")
    await caller.agent.start()
    caller.dial()
    assert await caller.event(LegFailedEvent) == LegFailedEvent("far", LegFailure.UNREACHABLE)


async def test_garbage_in_a_stream_closes_it(server: StreamServer, make_caller: Make) -> None:
    caller = make_caller(server.port, transport="tcp")
    await caller.agent.start()
    await poll(lambda: server.writer is not None)
    for garbage in (b"Content-Length: -4\r\n\r\n", b"x" * 70000, b"A\r\nContent-Length: " + b"9" * 5000 + b"\r\n\r\n"):
        count = server.connections
        assert server.writer is not None
        server.writer.write(garbage)
        await poll(lambda: not caller.agent._endpoint._transport._writers)
        leg = caller.dial()
        await poll(lambda leg=leg: leg.is_up)
        assert server.connections == count + 1


async def test_no_server_there(socket_enabled: None, make_caller: Make) -> None:
    port = free_port()
    with pytest.raises(NoAnswerError):
        await make_caller(port, transport="tcp", register=True).agent.probe()
    caller = make_caller(port, transport="tcp")
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.FAILED)
    assert isinstance(caller.agent.status.error, NoAnswerError)
    caller.dial()
    async with asyncio.timeout(2):  # at once, not when timer B has run out
        assert await caller.event(LegFailedEvent) == LegFailedEvent("far", LegFailure.UNREACHABLE)


# --- TLS ------------------------------------------------------------------------------------------------------------


@pytest.fixture(scope="module")
def chain(tmp_path_factory: pytest.TempPathFactory) -> Chain:
    """An authority of the test's own, and the certificate for 127.0.0.1 that it signed."""
    return make_chain(tmp_path_factory.mktemp("tls"))


@pytest.fixture
async def tls_server(socket_enabled: None, chain: Chain) -> AsyncIterator[StreamServer]:
    server = await StreamServer(trunk).open(chain.server_context())
    yield server
    await server.close()


async def test_a_call_over_tls_that_the_far_end_ends(tls_server: StreamServer, make_caller: Make, chain: Chain) -> None:
    caller = make_caller(tls_server.port, transport="tls", register=True, authority=chain.authority_pem)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    caller.dial()
    await caller.event(LegAnsweredEvent)
    await poll(lambda: len(tls_server.of("ACK")) == 1)
    assert tls_server.connections == 1, "the contact's other port is not dialled: the verified server gets everything"
    invite = tls_server.of("INVITE")[0]
    assert invite["Via"].startswith("SIP/2.0/TLS ")
    assert "transport=tls" in invite["Contact"]
    lines = [
        f"BYE {invite['Contact'].strip('<>')} SIP/2.0",
        "Via: SIP/2.0/TLS 127.0.0.1:9;branch=z9hG4bK1",
        f"From: {invite['To']};tag=t",
        f"To: {invite['From']}",
        f"Call-ID: {invite['Call-ID']}",
        "CSeq: 1 BYE",
        "Content-Length: 0",
    ]
    assert tls_server.writer is not None
    tls_server.writer.write("\r\n".join([*lines, "", ""]).encode())
    assert await caller.event(LegEndedEvent) == LegEndedEvent("far", EndedBy.REMOTE)
    await poll(lambda: len(tls_server.of("200")) == 1)


async def test_a_certificate_that_is_not_trusted(tls_server: StreamServer, make_caller: Make) -> None:
    with pytest.raises(UntrustedCertificateError):
        await make_caller(tls_server.port, transport="tls", register=True).agent.probe()
    assert not tls_server.heard, "no password and no number went to a stranger"
    await make_caller(tls_server.port, transport="tls", register=True, verify_tls=False).agent.probe()
    assert tls_server.of("REGISTER")


async def test_an_authority_of_ones_own_is_trusted_besides_the_systems(chain: Chain) -> None:
    account = TrunkAccount("alice", "secret", "127.0.0.1", transport="tls", authority=chain.authority_pem)
    context = client_context(account)
    own = ssl.PEM_cert_to_DER_cert(chain.authority_pem)
    usual = ssl.create_default_context().get_ca_certs(binary_form=True)
    assert set(context.get_ca_certs(binary_form=True)) == {*usual, own}
    assert (context.verify_mode, context.check_hostname) == (ssl.CERT_REQUIRED, True)


async def test_an_authority_made_at_home_without_the_fine_print(
    socket_enabled: None, make_caller: Make, tmp_path: Path
) -> None:
    """Neither key identifiers nor usages of keys, as the scripts of telephone systems make them."""
    chain = make_chain(tmp_path, is_plain=True)
    server = await StreamServer(trunk).open(chain.server_context())
    try:
        await make_caller(server.port, transport="tls", register=True, authority=chain.authority_pem).agent.probe()
    finally:
        await server.close()
    assert server.of("REGISTER")


async def test_another_authority_than_the_servers(tls_server: StreamServer, make_caller: Make, tmp_path: Path) -> None:
    other = make_chain(tmp_path)
    caller = make_caller(tls_server.port, transport="tls", register=True, authority=other.authority_pem)
    with pytest.raises(UntrustedCertificateError):
        await caller.agent.probe()
    assert not tls_server.heard, "no password and no number went to a stranger"


@pytest.mark.parametrize("run_out", ["authority", "server"])
async def test_a_certificate_that_has_run_out(
    socket_enabled: None, make_caller: Make, tmp_path: Path, run_out: str
) -> None:
    chain = make_chain(tmp_path, run_out=run_out)
    server = await StreamServer(trunk).open(chain.server_context())
    try:
        with pytest.raises(ExpiredCertificateError):
            await make_caller(server.port, transport="tls", authority=chain.authority_pem).agent.probe()
    finally:
        await server.close()
    assert not server.heard


async def test_a_certificate_of_somebody_else(
    tls_server: StreamServer, make_caller: Make, chain: Chain, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.hold_slayer.engine.sip.locate.resolve", _to_loopback)
    caller = make_caller(
        tls_server.port,
        registrar_host="trunk.example",
        transport="tls",
        register=True,
        authority=chain.authority_pem,
    )
    with pytest.raises(CertificateNameError):
        await caller.agent.probe()


async def _to_loopback(_host: str, port: int) -> tuple[str, int]:
    return "127.0.0.1", port


async def test_a_server_that_never_says_farewell_does_not_hold_us_up(
    tls_server: StreamServer, make_caller: Make, chain: Chain
) -> None:
    caller = make_caller(tls_server.port, transport="tls", register=True, authority=chain.authority_pem)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    assert tls_server.writer is not None
    transport = tls_server.writer.transport
    assert isinstance(transport, asyncio.ReadTransport)
    transport.pause_reading()
    try:
        async with asyncio.timeout(10):  # the unregistering's 2 s and the farewell's 1 s, not asyncio's 30 s
            await caller.agent.stop()
    finally:
        transport.resume_reading()


async def test_no_tls_spoken_there(server: StreamServer, make_caller: Make, chain: Chain) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    rude = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with rude:
        port = rude.sockets[0].getsockname()[1]
        with pytest.raises(TlsError) as raised:
            await make_caller(port, transport="tls", authority=chain.authority_pem).agent.probe()
    assert raised.value.key == "tls"


async def test_tls_failure_shows_in_the_status(tls_server: StreamServer, make_caller: Make) -> None:
    caller = make_caller(tls_server.port, transport="tls", register=True)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.FAILED)
    assert isinstance(caller.agent.status.error, UntrustedCertificateError)
    caller.dial()
    assert await caller.event(LegFailedEvent) == LegFailedEvent("far", LegFailure.UNREACHABLE)
