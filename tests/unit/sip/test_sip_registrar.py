"""Registering, refreshing, probing: SIPp and a hand-written server as the registrar."""

import asyncio
from collections.abc import Awaitable, Callable
import socket
from typing import Any

import pytest

from custom_components.hold_slayer.engine.sip.errors import (
    BindError,
    CannotResolveError,
    ForbiddenError,
    NoAnswerError,
    RejectedError,
    TrunkError,
    WrongPasswordError,
)
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from tests.fakes.ports import free_port
from tests.fakes.sip_line import Caller, Heard, Sipp, UdpServer, Wire, is_digest_right, poll, reply

Start = Callable[..., Awaitable[Sipp]]
Make = Callable[..., Caller]


def is_registered(caller: Caller) -> bool:
    return caller.agent.status.state is RegistrationState.REGISTERED


async def test_digest_stale_nonce_longer_interval_and_removal(wire: Wire, sipp: Start, make_caller: Make) -> None:
    far_end = await sipp("register_digest")
    caller = make_caller(wire.port, register=True)
    await caller.agent.start()
    await caller.until(lambda: is_registered(caller))
    assert (caller.agent.status.expires_at or 0) > asyncio.get_running_loop().time() + 890
    await caller.agent.stop()
    assert await far_end.passed()
    requests = wire.ours("REGISTER")
    assert [request.number for request in requests] == [1, 2, 3, 4, 5]
    assert len({request["Call-ID"] for request in requests}) == 1
    assert len({request.branch for request in requests}) == 5
    assert "Authorization" not in requests[0]
    assert all(is_digest_right(request, "Authorization", "alice", "secret") for request in requests[1:])
    assert ['nonce="n1"' in request["Authorization"] for request in requests[1:]] == [True, False, False, False]
    counts = [request["Authorization"].split("nc=")[1][:8] for request in requests[1:]]
    assert counts == ["00000001", "00000001", "00000002", "00000003"], "counted for each nonce"
    assert [request["Contact"].rpartition("expires=")[2] for request in requests] == ["300", "300", "300", "900", "0"]
    assert requests[0]["Contact"].startswith("<sip:alice@127.0.0.1:")
    assert all("Allow" in request for request in requests), "other headers survive the retry"
    assert [status.state for status in caller.statuses] == [
        RegistrationState.REGISTERING,
        RegistrationState.REGISTERED,
        RegistrationState.UNREGISTERED,
    ]


async def test_a_wrong_password_is_tried_once(wire: Wire, sipp: Start, make_caller: Make) -> None:
    far_end = await sipp("register_refused")
    caller = make_caller(wire.port, register=True)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.FAILED)
    assert isinstance(caller.agent.status.error, WrongPasswordError)
    assert await far_end.passed()
    assert len(wire.ours("REGISTER")) == 2


async def test_probe_of_a_wrong_password(wire: Wire, sipp: Start, make_caller: Make) -> None:
    await sipp("register_refused")
    with pytest.raises(WrongPasswordError):
        await make_caller(wire.port, register=True).agent.probe()


@pytest.mark.parametrize(
    ("status", "error"),
    [
        ("403 Forbidden", ForbiddenError),
        ("404 Not Found", RejectedError),
        ("503 Service Unavailable", RejectedError),
        ("401 Unauthorized", RejectedError),
    ],
)
async def test_probe_says_what_is_wrong(
    wire: Wire, sipp: Start, make_caller: Make, status: str, error: type[TrunkError]
) -> None:
    await sipp("register_status", status=status)
    with pytest.raises(error) as caught:
        await make_caller(wire.port, register=True).agent.probe()
    if isinstance(caught.value, RejectedError):
        assert caught.value.status == int(status[:3]), "a 401 that asks for nothing is no wrong password"
    assert "secret" not in str(caught.value)


async def test_probe_registers_and_takes_the_binding_away(wire: Wire, sipp: Start, make_caller: Make) -> None:
    far_end = await sipp("register_digest")
    caller = make_caller(wire.port, register=True)
    await caller.agent.probe()
    assert await far_end.passed()
    assert not caller.agent._endpoint.is_open
    assert not caller.statuses


@pytest.mark.parametrize(("refusals", "is_content"), [(6, True), (99, False)])
async def test_probe_offers_as_many_intervals_as_the_registration_would(
    socket_enabled: None, make_caller: Make, refusals: int, is_content: bool
) -> None:
    wanted = [300 + 60 * n for n in range(1, refusals + 1)]

    def answer(message: Any) -> bytes:
        if wanted:
            return reply(message, "423 Interval Too Brief", f"Min-Expires: {wanted.pop(0)}", tag="r")
        return reply(message, "200 OK", "Expires: 1800", tag="r")

    server = await UdpServer(lambda message: [answer(message)]).open()
    probe = make_caller(server.port, register=True).agent.probe()
    if is_content:
        await probe
    else:
        with pytest.raises(RejectedError):
            await probe
    offered = [request["Expires"] for request in server.of("REGISTER") if request["Expires"] != "0"]
    assert offered == ["300", "360", "420", "480", "540", "600", "660"]
    server.close()


async def test_probe_of_a_silent_server_is_bounded(
    wire: Wire, make_caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("custom_components.hold_slayer.engine.sip.user_agent._PROBE_TIMEOUT_S", 0.5)
    with pytest.raises(NoAnswerError):
        await make_caller(wire.port, register=True).agent.probe()
    assert len(wire.ours("REGISTER")) > 1


async def test_probe_of_an_unknown_host(
    socket_enabled: None, make_caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    async def nothing(*_: Any, **__: Any) -> None:
        raise socket.gaierror(socket.EAI_NONAME, "unknown")

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", nothing)
    with pytest.raises(CannotResolveError):
        await make_caller(5060, registrar_host="nowhere.invalid", register=True).agent.probe()


async def test_a_server_that_cannot_be_found_is_looked_for_again(
    socket_enabled: None, make_caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    server = await UdpServer(lambda message: [reply(message, "200 OK", "Expires: 60", tag="r")]).open()
    answers: list[Any] = [socket.gaierror(socket.EAI_AGAIN, "later"), [(socket.AF_INET, 0, 0, "", ("127.0.0.1", 0))]]

    async def look_up(*_: Any, **__: Any) -> Any:
        answer = answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer

    monkeypatch.setattr(asyncio.get_running_loop(), "getaddrinfo", look_up)
    monkeypatch.setattr("custom_components.hold_slayer.engine.sip.registration._FIRST_RETRY_S", 0.1)
    caller = make_caller(server.port, registrar_host="trunk.example", register=True)
    await caller.agent.start()
    assert isinstance(caller.agent.status.error, CannotResolveError)
    assert caller.agent.local_address == ""
    await caller.until(lambda: is_registered(caller))
    assert caller.agent.local_address == "127.0.0.1"
    await caller.agent.stop()
    server.close()


async def test_probe_without_registration_asks_by_options(socket_enabled: None, make_caller: Make) -> None:
    statuses = ["200 OK", "404 Not Found", "403 Forbidden", "500 Server Internal Error"]
    server = await UdpServer(lambda message: [reply(message, statuses[0], tag="r")]).open()
    await make_caller(server.port).agent.probe()
    statuses.pop(0)
    await make_caller(server.port).agent.probe()
    statuses.pop(0)
    with pytest.raises(ForbiddenError):
        await make_caller(server.port).agent.probe()
    statuses.pop(0)
    with pytest.raises(RejectedError):
        await make_caller(server.port).agent.probe()
    assert {message.what for message in server.heard} == {"OPTIONS"}
    server.close()


async def test_probe_does_not_disturb_a_running_user_agent(socket_enabled: None, make_caller: Make) -> None:
    server = await UdpServer(lambda message: [reply(message, "200 OK", "Expires: 60", tag="r")]).open()
    caller = make_caller(server.port, register=True)
    await caller.agent.start()
    await caller.until(lambda: is_registered(caller))
    due = caller.agent._registration.next_timer()
    assert due is not None
    await caller.agent.probe()
    assert caller.agent._registration.next_timer() == due
    assert is_registered(caller)
    assert [request["Expires"] for request in server.of("REGISTER")] == ["300", "300"]
    await caller.agent.stop()
    server.close()


async def test_the_local_port_is_taken(socket_enabled: None, make_caller: Make) -> None:
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as other:
        other.bind(("127.0.0.1", 0))
        caller = make_caller(free_port(), local_port=other.getsockname()[1])
        with pytest.raises(BindError):
            await caller.agent.start()


async def test_the_address_that_the_server_sees_is_registered(
    socket_enabled: None, make_caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Behind NAT: received and rport of the answer become the contact, and the old one goes."""
    monkeypatch.setattr("custom_components.hold_slayer.engine.sip.registration._MIN_REFRESH_S", 0.1)

    def answer(message: Heard) -> list[bytes]:
        if message.what == "INVITE":
            return [reply(message, "486 Busy Here", tag="b")]
        via = message["Via"].replace(";rport", ";received=192.0.2.7;rport=4242")
        return [reply(message, "200 OK", f"Contact: {message.all('Contact')[-1]}", tag="r", via=via)]

    server = await UdpServer(answer).open()
    caller = make_caller(server.port, register=True)
    await caller.agent.start()
    await poll(lambda: len(server.of("REGISTER")) == 2)
    await caller.until(lambda: is_registered(caller))
    first, second = server.of("REGISTER")
    old = first["Contact"].split(";")[0]
    assert second.all("Contact") == [f"{old};expires=0", "<sip:alice@192.0.2.7:4242>;expires=300"]
    caller.dial()
    await poll(lambda: len(server.of("INVITE")) == 1)
    assert server.of("INVITE")[0]["Contact"] == "<sip:alice@192.0.2.7:4242>"
    await asyncio.sleep(0.3)
    assert len(server.of("REGISTER")) == 2, "once is enough"
    await caller.agent.stop()
    assert server.of("REGISTER")[-1]["Contact"] == "<sip:alice@192.0.2.7:4242>;expires=0"
    server.close()
