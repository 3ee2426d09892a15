"""STUN (RFC 8489): messages by the test vectors of RFC 5769, the schedule of requests, and a responder on this machine."""

import asyncio
from collections.abc import Callable
import ipaddress
import struct

from aiosipua.message import SipResponse
from hypothesis import given, strategies as st
import pytest

from custom_components.hold_slayer.engine.sip.account import KeepAlive, TrunkAccount
from custom_components.hold_slayer.engine.sip.reach import Reach
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.engine.sip.stun import BindingQuery, StunAnswer, is_stun, read_answer
from tests.fakes.sip_line import Caller, Heard, UdpServer, poll, reply

Make = Callable[..., Caller]

_ID = bytes.fromhex("b7e7a701bc34d686fa87dfae")
# RFC 5769 sections 2.2 and 2.3: sample responses over IPv4 and IPv6, with their integrity and fingerprint attributes.
_IPV4 = bytes.fromhex(
    "0101003c2112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000080001a147e112a643"
    "000800142b91f599fd9e90c38c7489f92af9ba53f06be7d780280004c07d4c96"
)
_IPV6 = bytes.fromhex(
    "010100482112a442b7e7a701bc34d686fa87dfae8022000b7465737420766563746f7220002000140002a1470113a9fa"
    "a5d3f179bc25f4b5bed2b9d900080014a382954e4be67bf11784c97c8292c275bfe3ed4180280004c8fb0b4c"
)


def response(transaction_id: bytes, *attributes: tuple[int, bytes], kind: int = 0x0101) -> bytes:
    body = b"".join(
        struct.pack("!HH", number, len(value)) + value + bytes(-len(value) % 4) for number, value in attributes
    )
    return struct.pack("!HHI12s", kind, len(body), 0x2112A442, transaction_id) + body


def xored(host: str, port: int) -> tuple[int, bytes]:
    address = int(ipaddress.IPv4Address(host)) ^ 0x2112A442
    return 0x0020, struct.pack("!BBHI", 0, 1, port ^ 0x2112, address)


@pytest.mark.parametrize(
    ("data", "address"),
    [(_IPV4, ("192.0.2.1", 32853)), (_IPV6, ("2001:db8:1234:5678:11:2233:4455:6677", 32853))],
)
def test_the_sample_responses_of_rfc_5769(data: bytes, address: tuple[str, int]) -> None:
    assert is_stun(data)
    assert read_answer(data) == StunAnswer(_ID, address)


def test_an_old_server_says_mapped_address() -> None:
    plain = (0x0001, struct.pack("!BBH4s", 0, 1, 4000, bytes([198, 51, 100, 7])))
    changed = (0x0005, struct.pack("!BBH4s", 0, 1, 3479, bytes([198, 51, 100, 8])))
    assert read_answer(response(_ID, plain, changed)) == StunAnswer(_ID, ("198.51.100.7", 4000))
    both = response(_ID, plain, xored("192.0.2.9", 5000))
    assert read_answer(both) == StunAnswer(_ID, ("192.0.2.9", 5000)), "the one that no router rewrites counts"


@pytest.mark.parametrize(
    "data",
    [
        response(_ID, (0x7001, b"what"), xored("192.0.2.9", 5000)),
        response(_ID),
        response(_ID, (0x0020, b"\0\x01\0")),
        response(_ID, (0x0020, b"\0\x03\x12\x34\0\0\0\0")),
        response(_ID, xored("192.0.2.9", 0)),
        response(_ID, xored("192.0.2.9", 5000), kind=0x0001),
        response(_ID, xored("192.0.2.9", 5000))[:-1],
        b"\0\1",
        b"REGISTER sip:x SIP/2.0\r\n\r\n",
    ],
    ids=["unknown", "empty", "short", "family", "port", "request", "cut", "tiny", "sip"],
)
def test_what_is_no_answer(data: bytes) -> None:
    assert read_answer(data) is None


@given(st.binary(max_size=120))
def test_any_bytes_are_read_without_a_fault(data: bytes) -> None:
    read_answer(data)
    read_answer(struct.pack("!HHI12s", 0x0101, len(data) // 4 * 4, 0x2112A442, _ID) + data[: len(data) // 4 * 4])


def test_a_question_is_repeated_seven_times_and_then_given_up() -> None:
    query = BindingQuery()
    first = query.start(100.0)
    sent = [100.0]
    while (due := query.next_timer()) is not None:
        again = query.handle_timer(due)
        if again is not None:
            assert again == first, "the same transaction"
            sent.append(due)
    assert [at - 100.0 for at in sent] == [0, 0.5, 1.5, 3.5, 7.5, 15.5, 31.5]
    assert query.is_over
    assert query.handle_timer(1000.0) is None


def test_only_an_answer_to_this_question_counts() -> None:
    query = BindingQuery()
    own = query.start(0.0)[8:]
    assert query.take(StunAnswer(_ID, ("192.0.2.1", 1))) is None
    assert query.take(StunAnswer(own, ("192.0.2.2", 2))) == ("192.0.2.2", 2)
    assert query.take(StunAnswer(own, ("192.0.2.3", 3))) is None


class StunServer(asyncio.DatagramProtocol):
    """Answers as a router of the test's choosing would show this side."""

    def __init__(self, host: str, port: int, losses: int = 0) -> None:
        self.mapped = (host, port)
        self.losses = losses
        self.asked = 0
        self._transport: asyncio.DatagramTransport | None = None

    def connection_made(self, transport: asyncio.BaseTransport) -> None:
        assert isinstance(transport, asyncio.DatagramTransport)
        self._transport = transport

    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self.asked += 1
        assert self._transport is not None
        if self.asked > self.losses:
            self._transport.sendto(response(_ID, xored("203.0.113.99", 9)), addr)
            self._transport.sendto(response(data[8:20], xored(*self.mapped)), addr)


async def stun_server(host: str = "203.0.113.5", port: int = 40404, losses: int = 0) -> tuple[StunServer, int]:
    transport, server = await asyncio.get_running_loop().create_datagram_endpoint(
        lambda: StunServer(host, port, losses), local_addr=("127.0.0.1", 0)
    )
    return server, transport.get_extra_info("sockname")[1]


def registrar(message: Heard) -> list[bytes]:
    """One that is blind for where requests come from, as many are."""
    via = message["Via"].replace(";rport", "")
    return [reply(message, "200 OK", f"Contact: {message['Contact']}", tag="r", via=via)]


async def test_contact_and_sdp_carry_the_public_address(socket_enabled: None, make_caller: Make) -> None:
    server = await UdpServer(registrar).open()
    stun, port = await stun_server(losses=1)
    caller = make_caller(server.port, register=True, stun_server=f"127.0.0.1:{port}")
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    assert stun.asked >= 2, "the first was lost"
    assert "<sip:alice@203.0.113.5:40404>" in server.of("REGISTER")[0]["Contact"], "the very first knows"
    leg = caller.dial()
    await poll(lambda: bool(server.of("INVITE")))
    assert "c=IN IP4 203.0.113.5" in server.of("INVITE")[0].body
    leg.hang_up()
    # The router gets another address: seen at the next question, and the registrar is told.
    stun.mapped = ("203.0.113.6", 40405)
    reach = caller.agent._endpoint._reach
    reach._ask_at = asyncio.get_running_loop().time()
    caller.agent._registration._asked_at = -100.0
    caller.agent._endpoint._arm()
    await poll(lambda: any("203.0.113.6:40405" in str(m.all("Contact")) for m in server.of("REGISTER")))
    assert caller.agent._endpoint.media_address == "203.0.113.6"
    server.close()


async def test_a_stun_server_that_is_silent_stops_nothing(socket_enabled: None, make_caller: Make) -> None:
    server = await UdpServer(registrar).open()
    _, port = await stun_server(losses=100)
    caller = make_caller(server.port, register=True, stun_server=f"127.0.0.1:{port}")
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    assert "<sip:alice@127.0.0.1:" in server.of("REGISTER")[0]["Contact"]
    server.close()


async def test_a_fixed_public_address_needs_no_server(socket_enabled: None, make_caller: Make) -> None:
    server = await UdpServer(registrar).open()
    caller = make_caller(server.port, register=True, public_address="203.0.113.7", local_port=0)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    own = caller.agent._endpoint._reach.local[1]
    assert f"<sip:alice@203.0.113.7:{own}>" in server.of("REGISTER")[0]["Contact"]
    caller.dial()
    await poll(lambda: bool(server.of("INVITE")))
    assert "c=IN IP4 203.0.113.7" in server.of("INVITE")[0].body
    server.close()


def registered(caller: Caller) -> int:
    """How many registrations have been answered."""
    return sum(status.state is RegistrationState.REGISTERED for status in caller.statuses)


async def test_a_router_that_keeps_forgetting_the_way_is_noticed(
    socket_enabled: None, make_caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Every registration comes from another port, as when the router drops what is not used for a while."""
    monkeypatch.setattr("custom_components.hold_slayer.engine.sip.registration._MIN_REFRESH_S", 0.02)
    port = 50000

    def registrar(message: Heard) -> list[bytes]:
        via = message["Via"].replace(";rport", f";rport={port};received=203.0.113.5")
        return [reply(message, "200 OK", f"Contact: {message['Contact']}", tag="r", via=via)]

    server = await UdpServer(registrar).open()
    caller = make_caller(server.port, register=True, keepalive=KeepAlive.OFF)
    await caller.agent.start()
    for _ in range(3):
        told = f"203.0.113.5:{port}"
        await poll(lambda told=told: any(told in each.all("Contact")[-1] for each in server.of("REGISTER")))
        # Hurried before the answer is here, it would be put off by the answer.
        await poll(lambda: registered(caller) == len({each["CSeq"] for each in server.of("REGISTER")}))
        assert not caller.agent.status.is_forgotten
        port += 1
        caller.agent._registration.hurry(asyncio.get_running_loop().time() - 1.0)
        caller.agent._changed()
    await poll(lambda: caller.agent.status.is_forgotten)
    assert caller.agent.status.state is RegistrationState.REGISTERED
    server.close()


def answer_seen_at(host: str, port: int) -> SipResponse:
    response = SipResponse(status_code=200)
    response.set_header("Via", f"SIP/2.0/UDP 192.0.2.5:5060;branch=z9hG4bK1;received={host};rport={port}")
    return response


def test_another_address_or_one_change_is_no_forgetful_router() -> None:
    reach = Reach(TrunkAccount("alice", "secret", "trunk.example"), lambda *_: None, lambda: None)
    reach.bound(("192.0.2.5", 5060))
    for number in range(6):
        reach.learn(answer_seen_at(f"203.0.113.{number}", 40000), 10.0 * number)
    assert not reach.is_forgotten(60.0)
    reach.learn(answer_seen_at("203.0.113.5", 40001), 70.0)
    reach.learn(answer_seen_at("203.0.113.5", 40002), 80.0)
    assert not reach.is_forgotten(80.0)
    reach.learn(answer_seen_at("203.0.113.5", 40003), 90.0)
    assert reach.is_forgotten(90.0)
    assert reach.is_forgotten(3600.0)
    assert not reach.is_forgotten(3670.0), "an hour in which the way stayed open"
