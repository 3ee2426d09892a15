"""What the settings of an account do on the wire."""

from collections.abc import Callable
from dataclasses import replace

from aiosipua.message import SipRequest
import pytest

from custom_components.hold_slayer.engine.model.call_event import LegAnsweredEvent
from custom_components.hold_slayer.engine.model.media_description import Codec, DtmfMode
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import CallerIdHeader, KeepAlive, TrunkAccount
from custom_components.hold_slayer.engine.sip.info_keys import key_in
from custom_components.hold_slayer.engine.sip.number_format import NumberFormat
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.engine.sip.uri import Uri, split_uri, uri_in
from tests.fakes.sip_line import SDP, Caller, Heard, UdpServer, poll, reply

Make = Callable[..., Caller]
PLAIN = SDP.replace(" 0 101", " 0").replace("a=rtpmap:101 telephone-event/8000\r\n", "")


class Server:
    """Accepts everything; ``is_silent`` for what it does not answer."""

    def __init__(self) -> None:
        self.udp = UdpServer(self._answer)
        self.body = SDP
        self.silent: set[str] = set()

    def _answer(self, message: Heard) -> list[bytes]:
        if message.what in self.silent or message.what == "ACK":
            return []
        contact = f"<sip:gw@127.0.0.1:{self.udp.port}>"
        if message.what == "INVITE":
            return [reply(message, "200 OK", f"Contact: {contact}", tag="t", body=self.body)]
        if message.what == "REGISTER":
            contact = message["Contact"]
        return [reply(message, "200 OK", f"Contact: {contact}")]


@pytest.fixture
async def server(socket_enabled: None) -> Server:
    server = Server()
    await server.udp.open()
    return server


@pytest.mark.parametrize(
    ("header", "name"),
    [
        (CallerIdHeader.FROM, "From"),
        (CallerIdHeader.PREFERRED, "P-Preferred-Identity"),
        (CallerIdHeader.ASSERTED, "P-Asserted-Identity"),
    ],
)
async def test_the_number_to_show_stands_where_the_provider_looks(
    server: Server, make_caller: Make, header: CallerIdHeader, name: str
) -> None:
    caller = make_caller(server.udp.port, caller_id="+4930123", caller_id_header=header)
    await caller.agent.start()
    caller.dial()
    await caller.event(LegAnsweredEvent)
    invite = server.udp.of("INVITE")[0]
    assert f"<sip:+4930123@127.0.0.1:{server.udp.port}>" in invite[name]
    assert ("alice" in invite["From"]) is (header is not CallerIdHeader.FROM)


async def test_codecs_are_offered_in_the_accounts_order(server: Server, make_caller: Make) -> None:
    server.body = SDP.replace(" 0 101", " 8 101").replace("rtpmap:0 PCMU", "rtpmap:8 PCMA")
    caller = make_caller(server.udp.port, codecs=(Codec.PCMA,))
    await caller.agent.start()
    caller.dial()
    answered = await caller.event(LegAnsweredEvent)
    assert "RTP/AVP 8 13 101" in server.udp.of("INVITE")[0].body
    assert isinstance(answered, LegAnsweredEvent)
    assert answered.answer.codec is Codec.PCMA


@pytest.mark.parametrize(
    ("mode", "body", "payload_type"),
    [
        (DtmfMode.AUTO, SDP, 101),
        (DtmfMode.AUTO, PLAIN, None),
        (DtmfMode.RFC4733, PLAIN, 101),
        (DtmfMode.INBAND, SDP, None),
    ],
)
async def test_keys_are_sent_in_the_accounts_way(
    server: Server, make_caller: Make, mode: DtmfMode, body: str, payload_type: int | None
) -> None:
    server.body = body
    caller = make_caller(server.udp.port, dtmf=mode)
    await caller.agent.start()
    caller.dial()
    answered = await caller.event(LegAnsweredEvent)
    assert isinstance(answered, LegAnsweredEvent)
    assert answered.answer.dtmf_payload_type == payload_type
    assert "telephone-event" in server.udp.of("INVITE")[0].body, "keys of the far end are understood all the same"


async def test_keys_by_info_go_out_one_after_the_other(server: Server, make_caller: Make) -> None:
    caller = make_caller(server.udp.port, dtmf=DtmfMode.INFO)
    await caller.agent.start()
    leg = caller.dial()
    await caller.event(LegAnsweredEvent)
    done: list[bool] = []
    assert leg.send_info_keys("4w#", lambda: done.append(True))
    assert not leg.send_info_keys("5"), "not while others are under way"
    await poll(lambda: bool(done))
    assert [info.body.split()[0] for info in server.udp.of("INFO")] == ["Signal=4", "Signal=#"]
    assert leg.send_info_keys("9", lambda: done.append(False))
    leg.hang_up()
    assert done == [True, False], "told at once when the leg ends"


async def test_options_keep_the_way_open_and_notice_a_silent_server(server: Server, make_caller: Make) -> None:
    caller = make_caller(server.udp.port, register=True, keepalive=KeepAlive.OPTIONS, keepalive_s=0.05)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    await poll(lambda: len(server.udp.of("OPTIONS")) >= 2)
    caller.agent._registration._asked_at = -100.0
    server.silent = {"OPTIONS", "REGISTER"}
    await poll(lambda: len(server.udp.of("REGISTER")) >= 2, limit_s=9.0)


async def test_a_server_without_registration_is_asked_whether_it_is_there(server: Server, make_caller: Make) -> None:
    caller = make_caller(server.udp.port, keepalive=KeepAlive.CRLF)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REACHED)
    assert not server.udp.of("REGISTER")
    server.silent = {"OPTIONS"}
    caller.agent._come_up()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.FAILED)


async def test_a_machine_that_moves_binds_anew_and_tells_the_registrar(
    server: Server, make_caller: Make, monkeypatch: pytest.MonkeyPatch
) -> None:
    caller = make_caller(server.udp.port, register=True, keepalive_s=0.05)
    await caller.agent.start()
    await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
    caller.agent._registration._asked_at = -100.0
    monkeypatch.setattr(
        "custom_components.hold_slayer.engine.sip.endpoint.local_address_to", lambda _server: "127.0.0.2"
    )
    await poll(lambda: len(server.udp.of("REGISTER")) >= 2)
    again = server.udp.of("REGISTER")[-1]
    assert any("127.0.0.2" in contact and "expires=300" in contact for contact in again.all("Contact"))
    assert "127.0.0.2" in again["Via"]
    assert caller.agent.local_address == "127.0.0.2"


def test_a_prefix_goes_in_front_of_outside_numbers_only() -> None:
    account = TrunkAccount("u", "p", "pbx.example", number_prefix="0", region="DE")
    assert account.uri_for(DialTarget("030123456")) == "sip:0030123456@pbx.example"
    national = replace(account, number_format=NumberFormat.NATIONAL)
    assert national.uri_for(DialTarget("+4930123456")) == "sip:0030123456@pbx.example"
    assert account.uri_for(DialTarget("23")) == "sip:23@pbx.example"
    assert account.uri_for(DialTarget("*43")) == "sip:*43@pbx.example"


@pytest.mark.parametrize(
    ("text", "place"),
    [("stun.example", ("stun.example", 3478)), ("192.0.2.1:19302", ("192.0.2.1", 19302)), ("", None)],
)
def test_where_the_stun_server_is(text: str, place: tuple[str, int] | None) -> None:
    assert TrunkAccount("u", "p", "pbx", stun_server=text).stun_place == place
    assert TrunkAccount("u", "p", "pbx", stun_server=text, transport="tls").stun_place is None


@pytest.mark.parametrize(
    ("text", "uri"),
    [
        ("sip:+4930;tgrp=a;x=1@gw.example:5070;lr", ("sip", "+4930", "gw.example", 5070)),
        ("sip:alice:secret@[2001:db8::1]:5061?subject=a", ("sip", "alice", "2001:db8::1", 5061)),
        ("SIPS:%61lice@Host.example", ("sips", "alice", "Host.example", None)),
        ("sip:host.example", ("sip", "", "host.example", None)),
        ("tel:+49-30-1;phone-context=x", ("tel", "+49-30-1", "", None)),
        ("mailto:a@b", ("mailto", "", "", None)),
        ("sip:a@h ost", ("sip", "a", "", None)),
        ("nonsense", ("", "", "", None)),
    ],
)
def test_uris_are_taken_apart(text: str, uri: tuple[str, str, str, int | None]) -> None:
    assert split_uri(text) == Uri(text, *uri)
    assert uri_in(f'"A, <B>" <{text}>;tag=1') == split_uri(text)


@pytest.mark.parametrize(
    ("kind", "body", "key"),
    [
        ("application/dtmf-relay", "Signal=5\r\nDuration=160\r\n", "5"),
        ("application/dtmf-relay", " Signal = * \r\n", "*"),
        ("Application/DTMF-Relay;x=y", "Duration=160\nSignal=d", "D"),
        ("application/dtmf", "#", "#"),
        ("application/dtmf", " 7\r\n", "7"),
        ("application/dtmf", "77", ""),
        ("application/dtmf-relay", "Signal=hookflash", ""),
        ("application/dtmf-relay", "", ""),
        ("text/plain", "5", ""),
    ],
)
def test_a_key_that_comes_by_info(kind: str, body: str, key: str) -> None:
    info = SipRequest(method="INFO", uri="sip:alice@127.0.0.1")
    info.set_header("Content-Type", kind)
    info.body = body.encode()
    assert key_in(info) == key
