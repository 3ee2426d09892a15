"""TCP and TLS: connections on demand, framing, keepalives, reconnection, certificates."""

import asyncio
from collections.abc import AsyncIterator, Callable
import datetime as dt
import ipaddress
from pathlib import Path
import ssl
from typing import Any, Self

from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
import pytest

from custom_components.hold_slayer.engine.model.call_event import LegAnsweredEvent, LegEndedEvent, LegFailedEvent
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure
from custom_components.hold_slayer.engine.sip.errors import NoAnswerError, TlsError
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from tests.fakes.ports import free_port
from tests.fakes.sip_line import SDP, Caller, Heard, poll, reply

Make = Callable[..., Caller]


class StreamServer:
    """A trunk over TCP or TLS that answers by a function."""

    def __init__(self, answer: Callable[[Heard], list[bytes]]) -> None:
        self.answer = answer
        self.heard: list[Heard] = []
        self.raw = b""
        self.connections = 0
        self.writer: asyncio.StreamWriter | None = None
        self._server: Any = None
        self.port = 0

    async def open(self, context: ssl.SSLContext | None = None) -> Self:
        self._server = await asyncio.start_server(self._serve, "127.0.0.1", 0, ssl=context)
        self.port = self._server.sockets[0].getsockname()[1]
        return self

    async def _serve(self, reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        self.connections += 1
        self.writer = writer
        data = b""
        while chunk := await reader.read(65536):
            self.raw += chunk
            data = (data + chunk).lstrip(b"\r\n")
            while b"\r\n\r\n" in data:
                head, _, rest = data.partition(b"\r\n\r\n")
                length = int(Heard(head + b"\r\n\r\n")["Content-Length"])
                if len(rest) < length:
                    break
                message = Heard(head + b"\r\n\r\n" + rest[:length])
                data = rest[length:].lstrip(b"\r\n")
                self.heard.append(message)
                for answer in self.answer(message):
                    writer.write(answer)
        writer.close()

    def of(self, what: str) -> list[Heard]:
        return [message for message in self.heard if message.what == what]

    async def close(self) -> None:
        self._server.close()
        if self.writer is not None:
            self.writer.close()
        await self._server.wait_closed()


def trunk(message: Heard) -> list[bytes]:
    """Registers everybody, answers every call."""
    if message.what == "INVITE":
        return [reply(message, "200 OK", "Contact: <sip:gw@127.0.0.1:9;transport=tls>", tag="t", body=SDP)]
    if message.what in ("REGISTER", "BYE"):
        return [reply(message, "200 OK", "Expires: 60", tag="t" if message.what == "REGISTER" else "")]
    return []


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
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate for 127.0.0.1 with its key, signed by itself."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "trunk")])
    now = dt.datetime.now(dt.UTC)
    built = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - dt.timedelta(days=1))
        .not_valid_after(now + dt.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), critical=False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), critical=True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "trunk.pem"
    plain = serialization.NoEncryption()
    path.write_bytes(
        key.private_bytes(serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, plain)
        + built.public_bytes(serialization.Encoding.PEM)
    )
    return path


@pytest.fixture
async def tls_server(socket_enabled: None, certificate: Path) -> AsyncIterator[StreamServer]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    server = await StreamServer(trunk).open(context)
    yield server
    await server.close()


def trusting(certificate: Path) -> ssl.SSLContext:
    return ssl.create_default_context(cafile=str(certificate))


async def test_a_call_over_tls_that_the_far_end_ends(
    tls_server: StreamServer, make_caller: Make, certificate: Path
) -> None:
    caller = make_caller(tls_server.port, transport="tls", register=True, ssl_context=trusting(certificate))
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
    with pytest.raises(TlsError):
        await make_caller(tls_server.port, transport="tls", register=True).agent.probe()
    assert not tls_server.heard, "no password and no number went to a stranger"
    await make_caller(tls_server.port, transport="tls", register=True, verify_tls=False).agent.probe()
    assert tls_server.of("REGISTER")


async def test_a_certificate_of_somebody_else(
    tls_server: StreamServer, make_caller: Make, certificate: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.hold_slayer.engine.sip.locate.resolve", _to_loopback)
    caller = make_caller(
        tls_server.port,
        registrar_host="trunk.example",
        transport="tls",
        register=True,
        ssl_context=trusting(certificate),
    )
    with pytest.raises(TlsError):
        await caller.agent.probe()


async def _to_loopback(_host: str, port: int) -> tuple[str, int]:
    return "127.0.0.1", port


async def test_no_tls_spoken_there(server: StreamServer, make_caller: Make, certificate: Path) -> None:
    async def hang_up(_reader: asyncio.StreamReader, writer: asyncio.StreamWriter) -> None:
        writer.close()

    rude = await asyncio.start_server(hang_up, "127.0.0.1", 0)
    async with rude:
        port = rude.sockets[0].getsockname()[1]
        with pytest.raises(TlsError):
            await make_caller(port, transport="tls", ssl_context=trusting(certificate)).agent.probe()


async def test_tls_failure_shows_in_the_status(tls_server: StreamServer, make_caller: Make) -> None:
    caller = make_caller(tls_server.port, transport="tls", register=True)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.FAILED)
    assert isinstance(caller.agent.status.error, TlsError)
    caller.dial()
    assert await caller.event(LegFailedEvent) == LegFailedEvent("far", LegFailure.UNREACHABLE)
