"""Servers of a domain: SRV records from a name server, their order, and what happens when one of them is away."""

import asyncio
from collections import Counter
from collections.abc import Callable, Sequence
import random
import socket
import struct

import pytest

from custom_components.hold_slayer.engine.sip.errors import CannotResolveError
from custom_components.hold_slayer.engine.sip.locate import (
    NaptrRecord,
    SrvRecord,
    locate,
    ordered,
    query_naptr,
    query_srv,
)
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from tests.fakes.ports import free_port
from tests.fakes.sip_line import Heard, UdpServer, reply

Make = Callable[..., object]


class NameServer(asyncio.DatagramProtocol):
    """Answers questions for SRV records (RFC 1035 section 4, RFC 2782); knows nothing else."""

    def __init__(self, records: dict[str, list[SrvRecord]]) -> None:
        self.records = records
        self.naptr: list[tuple[int, int, str, str, str]] = []
        self.asked: list[str] = []
        self.port = 0

    async def open(self) -> NameServer:
        transport, _ = await asyncio.get_running_loop().create_datagram_endpoint(lambda: self, ("127.0.0.1", 0))
        self.transport = transport
        self.port = transport.get_extra_info("sockname")[1]
        return self

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        labels, at = [], 12
        while data[at]:
            labels.append(data[at + 1 : at + 1 + data[at]].decode())
            at += 1 + data[at]
        question = data[12 : at + 5]
        name = ".".join(labels)
        self.asked.append(name)
        found = self.records.get(name)
        answers = b""
        for record in found or []:
            body = struct.pack(">HHH", record.priority, record.weight, record.port) + _encoded(record.host)
            answers += b"\xc0\x0c" + struct.pack(">HHIH", 33, 1, 60, len(body)) + body
        for order, preference, *texts, replacement in self.naptr:
            strings = b"".join(bytes([len(text)]) + text.encode() for text in (*texts, ""))
            body = struct.pack(">HH", order, preference) + strings + _encoded(replacement)
            answers += b"\xc0\x0c" + struct.pack(">HHIH", 35, 1, 60, len(body)) + body
        count = len(found or []) + len(self.naptr)
        header = data[:2] + struct.pack(">HHHHH", 0x8180 if count else 0x8183, 1, count, 0, 0)
        self.transport.sendto(header + question + answers, addr)


def _encoded(name: str) -> bytes:
    return b"".join(bytes([len(label)]) + label.encode() for label in name.split(".") if label) + b"\0"


def lookup(*records: SrvRecord) -> Callable[[str], object]:
    async def srv(name: str) -> Sequence[SrvRecord]:
        return records

    return srv


async def test_records_come_from_a_name_server(socket_enabled: None) -> None:
    records = [SrvRecord("a.sip.example", 5070, 10, 60), SrvRecord("b.sip.example", 5080, 20, 0)]
    server = await NameServer({"_sip._udp.example.test": records}).open()
    found = await query_srv("_sip._udp.example.test", name_servers=["127.0.0.1"], port=server.port)
    assert sorted(found, key=lambda record: record.priority) == records
    assert await query_srv("_sip._tcp.example.test", name_servers=["127.0.0.1"], port=server.port) == []
    assert "_sip._udp.example.test" in server.asked
    server.transport.close()


async def test_a_dead_name_server_is_no_reason_to_fail(socket_enabled: None) -> None:
    async with asyncio.timeout(8):
        assert await query_srv("_sip._udp.example.test", name_servers=["127.0.0.1"], port=free_port()) == []


def test_priority_first_then_weight_by_lot() -> None:
    records = [SrvRecord("late", 1, 20, 100), SrvRecord("rare", 1, 10, 10), SrvRecord("often", 1, 10, 90)]
    firsts: Counter[str] = Counter()
    for seed in range(400):
        order = ordered(records, random.Random(seed))
        assert order[-1].host == "late"
        firsts[order[0].host] += 1
    assert 320 < firsts["often"] < 390


def test_servers_without_weight_are_all_kept() -> None:
    records = [SrvRecord(str(number), 1) for number in range(5)]
    assert sorted(ordered(records), key=lambda record: record.host) == records


@pytest.mark.parametrize(("host", "port"), [("127.0.0.1", None), ("::1", None), ("localhost", 5070)])
async def test_an_address_or_a_port_needs_no_records(socket_enabled: None, host: str, port: int | None) -> None:
    async def srv(_name: str) -> Sequence[SrvRecord]:
        raise AssertionError("nobody is asked")

    (address,) = await locate(host, port, "udp", default_port=5060, srv=srv)
    assert address[1] == (port or 5060)


@pytest.fixture
def unknown_names(monkeypatch: pytest.MonkeyPatch) -> None:
    """Names of ``.invalid`` are unknown, and no real name server is asked about them."""
    real = socket.getaddrinfo

    def getaddrinfo(host: str, *rest: object, **options: object) -> object:
        if host.endswith(".invalid"):
            raise socket.gaierror(socket.EAI_NONAME, "unknown")
        return real(host, *rest, **options)

    monkeypatch.setattr(socket, "getaddrinfo", getaddrinfo)


async def test_what_cannot_be_resolved_is_left_out(socket_enabled: None, unknown_names: None) -> None:
    srv = lookup(SrvRecord("does-not-exist.invalid", 5070, 1), SrvRecord("127.0.0.2", 5080, 2), SrvRecord("", 0, 3))
    assert await locate("example.test", None, "udp", default_port=5060, srv=srv) == [("127.0.0.2", 5080)]


async def test_no_records_mean_the_name_itself(socket_enabled: None, unknown_names: None) -> None:
    assert await locate("localhost", None, "tls", default_port=5061, srv=lookup()) == [("127.0.0.1", 5061)]
    with pytest.raises(CannotResolveError):
        await locate("does-not-exist.invalid", None, "udp", default_port=5060, srv=lookup())


def names(**records: list[NaptrRecord]) -> Callable[[str], object]:
    async def naptr(_name: str) -> Sequence[NaptrRecord]:
        return records["found"]

    return naptr


async def test_naptr_says_where_the_records_of_the_transport_stand(socket_enabled: None, unknown_names: None) -> None:
    asked: list[str] = []

    async def srv(name: str) -> Sequence[SrvRecord]:
        asked.append(name)
        return [SrvRecord("127.0.0.3", 5090)] if name == "_sip._udp.far.example" else []

    found = [
        NaptrRecord("SIP+D2T", "_sip._tcp.example.test", 5, 1),
        NaptrRecord("SIP+D2U", "_sip._udp.far.example", 20, 1),
        NaptrRecord("SIP+D2U", "_sip._udp.nothing.example", 10, 1),
    ]
    servers = await locate("example.test", None, "udp", default_port=5060, srv=srv, naptr=names(found=found))
    assert servers == [("127.0.0.3", 5090)]
    assert asked.index("_sip._udp.nothing.example") < asked.index("_sip._udp.far.example"), "in their order"
    usual = lookup(SrvRecord("127.0.0.4", 5070))
    only_tcp = await locate("example.test", None, "tls", default_port=5061, srv=usual, naptr=names(found=found))
    assert only_tcp == [("127.0.0.4", 5070)], "no record for this transport: the usual name"


async def test_naptr_records_come_from_a_name_server(socket_enabled: None) -> None:
    server = await NameServer({}).open()
    server.naptr = [(10, 50, "s", "SIP+D2U", "_sip._udp.example.test"), (20, 1, "u", "E2U+sip", "")]
    found = await query_naptr("example.test", name_servers=["127.0.0.1"], port=server.port)
    assert found == [NaptrRecord("SIP+D2U", "_sip._udp.example.test", 10, 50)]
    server.transport.close()


@pytest.mark.parametrize("is_silent", [True, False])
async def test_the_second_server_takes_over(socket_enabled: None, make_caller: Make, is_silent: bool) -> None:
    def away(message: Heard) -> list[bytes]:
        return [] if is_silent else [reply(message, "503 Service Unavailable", tag="x")]

    def registrar(message: Heard) -> list[bytes]:
        contact = f"Contact: {message['Contact']};expires=300" if "Contact" in message else "X: y"
        return [reply(message, "200 OK", contact, tag="x")]

    first, second = await UdpServer(away).open(), await UdpServer(registrar).open()
    srv = lookup(SrvRecord("127.0.0.1", first.port, 1), SrvRecord("127.0.0.1", second.port, 2))
    caller = make_caller(None, registrar_host="example.test", register=True, srv=srv)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    assert first.heard
    assert second.of("REGISTER")
    await caller.agent.stop()
    first.close()
    second.close()
