"""Session timers with a real exchange, waited for: refreshed by either side, in calls out and in (RFC 4028).

The shortest session that may be asked for is 90 s, so the refresh comes after 45. All calls wait at once.
"""

import asyncio
from functools import partial
from pathlib import Path

from aiosipua.message import SipRequest
import pytest

from custom_components.hold_slayer.engine.model.call_event import LegAnsweredEvent, LegEndedEvent
from custom_components.hold_slayer.engine.model.media_description import MediaOffer
from custom_components.hold_slayer.engine.sip import leg as leg_module
from custom_components.hold_slayer.engine.sip.account import KeepAlive, TrunkAccount
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.engine.sip.session_timer import MIN_INTERVAL_S
from custom_components.hold_slayer.engine.sip.transaction import TimerValues
from custom_components.hold_slayer.engine.sip.user_agent import IncomingCall
from custom_components.hold_slayer.engine.sip.wire import Address
from tests.fakes.asterisk import Asterisk
from tests.fakes.sip_line import Caller, Heard, poll

pytestmark = pytest.mark.e2e
REFRESHED_AFTER_S = MIN_INTERVAL_S / 2
_TIMERS = """
[alice](+)
timers=always
timers_min_se=90
timers_sess_expires=90
"""


class Socket:
    """What goes over the user agent's socket."""

    def __init__(self, caller: Caller, monkeypatch: pytest.MonkeyPatch) -> None:
        self.sent: list[Heard] = []
        self.received: list[Heard] = []
        endpoint = caller.agent._endpoint
        transport = endpoint._transport
        assert transport is not None
        send, take = transport.send, endpoint.on_data

        def note_sent(data: bytes, destination: Address) -> None:
            self.sent.append(Heard(data))
            send(data, destination)

        def note_received(data: bytes, source: Address) -> None:
            self.received.append(Heard(data))
            take(data, source)

        monkeypatch.setattr(transport, "send", note_sent)
        monkeypatch.setattr(endpoint, "on_data", note_received)

    def ours(self, what: str) -> list[Heard]:
        return [message for message in self.sent if message.what == what]

    def theirs(self, what: str) -> list[Heard]:
        return [message for message in self.received if message.what == what]


def refreshes(messages: list[Heard], call_id: str) -> list[Heard]:
    """Requests inside a dialog that carry the session on."""
    inside = [each for each in messages if each["Call-ID"] == call_id and each.to_tag and "Session-Expires" in each]
    return [each for each in inside if each.what in ("UPDATE", "INVITE") and not each.start.startswith("SIP/2.0")]


@pytest.mark.timeout(120)
async def test_either_side_refreshes_and_no_call_is_lost(
    socket_enabled: None, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    more = tmp_path / "etc" / "pjsip_more.conf"
    more.parent.mkdir(parents=True)
    more.write_text(_TIMERS, encoding="utf-8")
    arrived: list[IncomingCall] = []
    async with Asterisk(tmp_path) as asterisk:
        account = TrunkAccount("alice", "secret", "127.0.0.1", asterisk.port, keepalive=KeepAlive.OFF)
        caller = Caller(account, TimerValues())
        caller.agent.take_calls(arrived.append)
        await caller.agent.start()
        wire = Socket(caller, monkeypatch)
        try:
            await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
            for count, refresher in enumerate(("uac", "uas"), start=1):
                monkeypatch.setattr(leg_module, "offer_session_timer", partial(ask_for, refresher))
                caller.dial("156")
                await caller.event(LegAnsweredEvent, count)
            await asterisk.command("channel originate Local/161@trunk application MusicOnHold default")
            await poll(lambda: bool(arrived), 15.0)
            caller.agent.answer(arrived[0], "in", MediaOffer(caller.agent.local_address, 40000), caller._on_event)
            ours, theirs, incoming = await three_calls(wire)
            agreed = {answer["Session-Expires"] for answer in wire.theirs("200") if "Session-Expires" in answer}
            assert agreed == {"90;refresher=uac", "90;refresher=uas"}

            began = asyncio.get_running_loop().time()
            await poll(lambda: bool(refreshes(wire.sent, ours)), REFRESHED_AFTER_S + 5.0)
            await poll(lambda: bool(refreshes(wire.received, theirs)), 5.0)
            await poll(lambda: bool(refreshes(wire.received, incoming)), 5.0)
            took = asyncio.get_running_loop().time() - began
            assert REFRESHED_AFTER_S - 5.0 < took < REFRESHED_AFTER_S + 5.0
            for call_id, here, there in (
                (ours, wire.sent, wire.received),
                (theirs, wire.received, wire.sent),
                (incoming, wire.received, wire.sent),
            ):
                (refresh,) = refreshes(here, call_id)
                await poll(partial(is_answered, refresh, there))
                assert not refreshes(there, call_id), "the other side leaves it to the refresher"
            assert not [event for event in caller.events if isinstance(event, LegEndedEvent)]
        finally:
            await caller.agent.stop()
        await asterisk.wait_for_channels(0)


def ask_for(refresher: str, invite: SipRequest) -> None:
    """Ask for the shortest session there is, refreshed by this side."""
    invite.set_header("Session-Expires", f"{MIN_INTERVAL_S};refresher={refresher}")
    invite.set_header("Min-SE", str(MIN_INTERVAL_S))


async def three_calls(wire: Socket) -> tuple[str, str, str]:
    """Call-IDs: refreshed by us, by the exchange, and the one that came in."""
    outgoing = {each["Session-Expires"].partition("=")[2]: each["Call-ID"] for each in wire.ours("INVITE")}
    await poll(lambda: bool(wire.theirs("INVITE")), 15.0)
    return outgoing["uac"], outgoing["uas"], wire.theirs("INVITE")[0]["Call-ID"]


def is_answered(request: Heard, answers: list[Heard]) -> bool:
    """True when a 200 to this request is among what came back."""
    return any(
        each.what == "200" and (each["Call-ID"], each["CSeq"]) == (request["Call-ID"], request["CSeq"])
        for each in answers
    )
