"""Calls that come in over real SIP and RTP: taken over, returned as promised, and refused."""

import asyncio
from collections.abc import AsyncIterator
from dataclasses import dataclass, field
import re

import pytest

from custom_components.hold_slayer.engine.agent import Agent, AgentSettings, Services, Visitor
from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.model.call_brief import Arrival, CallBrief, HandOverTarget
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.sip.account import KeepAlive, TrunkAccount
from tests.fakes.services import FakeCallLog, FakeTextToSpeech
from tests.fakes.sip_line import SDP, Heard, UdpServer, poll, reply

QUICK = AgentSettings(brain=BrainConfig(settle_s=5.0, greeting_s=3.0, apology_s=3.0), tts_timeout_s=1.0)
PHONE = HandOverTarget("Phone", DialTarget("5550123"), ring_s=3)


@dataclass
class Exchange:
    """An exchange that calls the agent, and the user's phone behind it; it has no audio."""

    agent: Agent
    server: UdpServer
    log: FakeCallLog
    brief: CallBrief | None = None
    visitors: list[Visitor] = field(default_factory=list)
    snapshots: list[CallSnapshot] = field(default_factory=list)

    def open_door(self, visitor: Visitor) -> CallBrief | None:
        self.visitors.append(visitor)
        return self.brief

    def send(self, method: str, number: int, *, body: str = "", tag: str = "", branch: str = "") -> None:
        port = self.server.port
        lines = [
            f"{method} sip:alice@127.0.0.1 SIP/2.0",
            f"Via: SIP/2.0/UDP 127.0.0.1:{port};branch=z9hG4bK{branch or f'{method}{number}'};rport",
            "From: <sip:610@exchange>;tag=them",
            f"To: <sip:alice@127.0.0.1>{f';tag={tag}' if tag else ''}",
            "Call-ID: incoming",
            f"CSeq: {number} {method}",
            f"Contact: <sip:610@127.0.0.1:{port}>",
            *(["Content-Type: application/sdp"] if body else []),
            f"Content-Length: {len(body)}",
        ]
        place = ("127.0.0.1", self.agent._trunk._endpoint._reach.local[1])
        self.server.send("\r\n".join([*lines, "", body]).encode(), place)

    def ring(self) -> None:
        self.send("INVITE", 1, body=SDP)

    async def answered(self) -> str:
        await poll(lambda: bool(self.server.of("200")), 6.0)
        tag = self.server.of("200")[0].to_tag
        self.send("ACK", 1, tag=tag, branch="ack")
        return tag

    @property
    def snapshot(self) -> CallSnapshot:
        return self.agent.calls[0]


@pytest.fixture
async def exchange(socket_enabled: None) -> AsyncIterator[Exchange]:
    def answer(message: Heard) -> list[bytes]:
        if message.start.startswith("SIP/2.0") or message.what == "ACK":
            return []
        contact = f"Contact: <sip:phone@127.0.0.1:{server.port}>"
        if message.what == "INVITE":
            return [
                reply(message, "180 Ringing", contact, tag="p"),
                reply(message, "200 OK", contact, tag="p", body=SDP),
            ]
        return [reply(message, "200 OK", contact)]

    server = await UdpServer(answer).open()
    account = TrunkAccount(
        "alice", "secret", "127.0.0.1", server.port, local_address="127.0.0.1", register=False, keepalive=KeepAlive.OFF
    )
    log = FakeCallLog()
    agent = Agent(account, Services(tts=FakeTextToSpeech(), call_log=log), settings=QUICK)
    made = Exchange(agent, server, log)
    agent.subscribe(lambda snapshot, _: made.snapshots.append(snapshot))
    agent.admit(made.open_door)
    await agent.start()
    yield made
    await agent.stop()
    server.close()


async def test_a_call_is_taken_over_and_waits(exchange: Exchange) -> None:
    exchange.brief = CallBrief(DialTarget("610"), "", hand_over=(PHONE,), arrival=Arrival.TAKEN_OVER)
    exchange.ring()
    tag = await exchange.answered()
    await poll(lambda: exchange.snapshot.phase is Phase.ON_HOLD)
    assert exchange.visitors == [Visitor("610", "127.0.0.1")]
    assert exchange.snapshot.number == "610"
    assert not exchange.server.of("INVITE"), "nobody is dialled"
    exchange.send("BYE", 2, tag=tag)
    await poll(lambda: exchange.snapshot.phase is Phase.ENDED)
    assert exchange.snapshot.outcome is Outcome.REMOTE_HUNG_UP
    await poll(lambda: len(exchange.log.ended) == 1)


async def test_a_returned_call_reaches_the_users_phone(exchange: Exchange) -> None:
    job = CallBrief(DialTarget("610"), "my bill", company="Acme", hand_over=(PHONE,))
    exchange.agent.expect_callback(job, until=asyncio.get_running_loop().time() + 4e9)
    exchange.ring()
    await exchange.answered()
    await poll(lambda: exchange.snapshot.phase is Phase.CONNECTED, 9.0)
    assert not exchange.visitors, "a promise needs no doorman"
    assert re.search("sip:5550123@", exchange.server.of("INVITE")[0].uri)
    assert exchange.snapshot.company == "Acme"
    exchange.agent.hang_up(exchange.snapshot.call_id)
    await poll(lambda: exchange.snapshot.outcome is Outcome.CONNECTED)
    await poll(lambda: len(exchange.server.of("BYE")) == 2)


async def test_a_call_that_ended_with_the_promise_of_a_callback_is_expected_back(exchange: Exchange) -> None:
    job = CallBrief(DialTarget("610"), "my bill", company="Acme", hand_over=(PHONE,))
    for is_promised in (False, True):
        call_id = await exchange.agent.call(job)
        exchange.agent._sessions[call_id]._brain._call.has_callback = is_promised
        exchange.agent.hang_up(call_id)
        await poll(lambda call_id=call_id: call_id not in exchange.agent._sessions)
        assert [each.brief for each in exchange.agent._callbacks.open] == [job] * is_promised


async def test_who_is_not_let_in_may_be_taken_by_another_telephone(exchange: Exchange) -> None:
    exchange.ring()
    await poll(lambda: bool(exchange.server.of("480")))
    assert exchange.visitors
    assert not exchange.agent.calls


async def test_one_call_at_a_time(exchange: Exchange) -> None:
    await exchange.agent.call(CallBrief(DialTarget("5550100"), "goal"))
    exchange.brief = CallBrief(DialTarget("610"), "", arrival=Arrival.TAKEN_OVER)
    exchange.ring()
    await poll(lambda: bool(exchange.server.of("486")))
    assert len(exchange.agent.calls) == 1


async def test_a_caller_who_gives_up_leaves_nothing(exchange: Exchange) -> None:
    bind = exchange.agent._media_factory
    is_cancelled = asyncio.Event()

    async def slow(*arguments: object, **options: object) -> object:
        await is_cancelled.wait()
        return await bind(*arguments, **options)

    exchange.agent._media_factory = slow
    exchange.brief = CallBrief(DialTarget("610"), "", arrival=Arrival.TAKEN_OVER)
    exchange.ring()
    await poll(lambda: bool(exchange.server.of("180")))
    exchange.send("CANCEL", 1, branch="INVITE1")
    await poll(lambda: bool(exchange.server.of("487")))
    await poll(lambda: exchange.snapshot.phase is Phase.ENDED)
    is_cancelled.set()
    assert exchange.snapshot.outcome is Outcome.REMOTE_HUNG_UP
    await poll(lambda: not exchange.agent._sessions)
    assert not exchange.agent._arrivals
