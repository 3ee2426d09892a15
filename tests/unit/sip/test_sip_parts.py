"""The parts without network: digest, dialog, registration, SDP, framing, account, wire."""

import hashlib
import logging

from aiosipua.message import SipMessage, SipRequest, SipResponse
from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.model.media_description import Codec, Direction, MediaAnswer, MediaOffer
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.auth import Authenticator, ChallengeMemory
from custom_components.hold_slayer.engine.sip.dialog import Dialog, next_hop
from custom_components.hold_slayer.engine.sip.errors import ForbiddenError, NoAnswerError, WrongPasswordError
from custom_components.hold_slayer.engine.sip.framing import Framer, FramingError
from custom_components.hold_slayer.engine.sip.registration import Registration, RegistrationState
from custom_components.hold_slayer.engine.sip.sdp_session import SdpError, SdpSession
from custom_components.hold_slayer.engine.sip.wire import GarbageError, read_message, redact
from tests.fakes.sip_line import SDP, Heard, is_digest_right

# --- digest ---------------------------------------------------------------------------------------------------------


def a_request(method: str = "REGISTER") -> SipRequest:
    request = SipRequest(method=method, uri="sip:example.org")
    request.set_header("Call-ID", "c")
    return request


def a_challenge(status: int, *challenges: str) -> SipResponse:
    response = SipResponse(status_code=status)
    for text in challenges:
        response.add_header("WWW-Authenticate" if status == 401 else "Proxy-Authenticate", f"Digest {text}")
    return response


def heard(request: SipRequest) -> Heard:
    return Heard(bytes(request))


def test_the_first_algorithm_that_is_understood_is_answered() -> None:
    request = a_request()
    authenticator = Authenticator("alice", "secret")
    response = a_challenge(
        401,
        'realm="r", nonce="a", algorithm=SHA-512-256, qop="auth"',
        'realm="r", nonce="b", algorithm=SHA-256, qop="auth"',
        'realm="r", nonce="c", algorithm=MD5, qop="auth"',
    )
    assert authenticator.answer(request, response)
    (credentials,) = request.get_header_values("Authorization")
    assert 'nonce="b"' in credentials
    assert is_digest_right(heard(request), "Authorization", "alice", "secret")


def test_an_old_challenge_without_qop_and_algorithm() -> None:
    request = a_request()
    assert Authenticator("alice", "secret").answer(request, a_challenge(401, 'realm="r", nonce="a", opaque="o"'))
    credentials = request.get_header("Authorization") or ""
    ha1, ha2 = (hashlib.md5(text.encode()).hexdigest() for text in ("alice:r:secret", "REGISTER:sip:example.org"))
    assert hashlib.md5(f"{ha1}:a:{ha2}".encode()).hexdigest() in credentials
    assert "algorithm" not in credentials
    assert 'opaque="o"' in credentials


def test_proxy_and_registrar_both_get_theirs() -> None:
    request = a_request()
    authenticator = Authenticator("alice", "secret")
    assert authenticator.answer(request, a_challenge(407, 'realm="proxy", nonce="a", qop="auth"'))
    assert authenticator.answer(request, a_challenge(401, 'realm="phone", nonce="b", qop="auth"'))
    for header in ("Proxy-Authorization", "Authorization"):
        assert is_digest_right(heard(request), header, "alice", "secret")
    assert "nc=00000002" in heard(request)["Proxy-Authorization"], "used a second time"


def test_two_proxies_of_different_realms() -> None:
    request = a_request()
    response = a_challenge(407, 'realm="one", nonce="a"', 'realm="two", nonce="b"')
    assert Authenticator("alice", "secret").answer(request, response)
    assert len(request.get_header_values("Proxy-Authorization")) == 2


def test_the_same_realm_again_means_a_wrong_password_unless_the_nonce_was_stale() -> None:
    authenticator = Authenticator("alice", "secret")
    assert authenticator.answer(a_request(), a_challenge(401, 'realm="r", nonce="a"'))
    assert authenticator.answer(a_request(), a_challenge(401, 'realm="r", nonce="b", stale=TRUE'))
    assert not authenticator.is_refused
    assert not authenticator.answer(a_request(), a_challenge(401, 'realm="r", nonce="b", stale=true')), "same nonce"
    assert authenticator.is_refused
    other = Authenticator("alice", "secret")
    assert other.answer(a_request(), a_challenge(401, 'realm="r", nonce="a"'))
    assert not other.answer(a_request(), a_challenge(401, 'realm="r", nonce="b"'))
    assert other.is_refused


@pytest.mark.parametrize(
    "challenge", ['realm="r", nonce="a", algorithm=MD5-sess', 'realm="r"', 'realm="r", nonce="a", qop="auth-int"']
)
def test_what_cannot_be_answered_is_no_wrong_password(challenge: str) -> None:
    authenticator = Authenticator("alice", "secret")
    assert not authenticator.answer(a_request(), a_challenge(401, challenge))
    assert not authenticator.is_refused


def test_a_remembered_nonce_is_used_again_until_it_is_refused() -> None:
    memory = ChallengeMemory()
    Authenticator("alice", "secret", memory).answer(a_request(), a_challenge(401, 'realm="r", nonce="a", qop="auth"'))
    request = a_request("BYE")
    second = Authenticator("alice", "secret", memory)
    second.prepare(request)
    assert "nc=00000002" in heard(request)["Authorization"]
    assert is_digest_right(heard(request), "Authorization", "alice", "secret")
    assert second.answer(request, a_challenge(401, 'realm="r", nonce="b", qop="auth"')), "expired: not wrong"
    assert "nc=00000001" in heard(request)["Authorization"]
    assert len(request.get_header_values("Authorization")) == 1


# --- dialog ---------------------------------------------------------------------------------------------------------


def an_invite() -> SipRequest:
    invite = SipRequest(method="INVITE", uri="sip:100@trunk.example")
    invite.set_header("From", "<sip:alice@trunk.example>;tag=us")
    invite.set_header("To", "<sip:100@trunk.example>")
    invite.set_header("Call-ID", "c")
    invite.set_header("CSeq", "7 INVITE")
    invite.set_header("Authorization", "Digest x")
    return invite


def a_2xx(*, routes: tuple[str, ...] = (), contact: str = "<sip:gw@192.0.2.1>", tag: str = "far") -> SipResponse:
    response = SipResponse(status_code=200)
    response.set_header("To", f"<sip:100@trunk.example>;tag={tag}")
    for route in routes:
        response.add_header("Record-Route", route)
    if contact:
        response.set_header("Contact", contact)
    return response


def test_a_request_inside_a_dialog() -> None:
    dialog = Dialog(an_invite(), a_2xx(routes=("<sip:b.example;lr>", "<sip:a.example;lr>")))
    bye = dialog.request("BYE")
    assert bye.uri == "sip:gw@192.0.2.1"
    assert bye.get_header_values("Route") == ["<sip:a.example;lr>", "<sip:b.example;lr>"]
    assert bye.get_header("CSeq") == "8 BYE"
    assert bye.get_header("To") == "<sip:100@trunk.example>;tag=far"
    assert next_hop(bye, 5060) == ("a.example", 5060)
    ack = dialog.ack_of(an_invite())
    assert ack.get_header("CSeq") == "7 ACK"
    assert ack.get_header("Authorization") == "Digest x"
    assert dialog.request("INFO").get_header("CSeq") == "9 INFO"


def test_a_strict_router_gets_the_request_line() -> None:
    dialog = Dialog(an_invite(), a_2xx(routes=("<sip:loose.example;lr>", "<sip:strict.example:5070>")))
    bye = dialog.request("BYE")
    assert bye.uri == "sip:strict.example:5070"
    assert bye.get_header_values("Route") == ["<sip:loose.example;lr>", "<sip:gw@192.0.2.1>"]


def test_the_2xx_replaces_the_early_route_and_target() -> None:
    early = a_2xx(routes=("<sip:early.example;lr>",))
    dialog = Dialog(an_invite(), early)
    assert not dialog.is_confirmed
    dialog.confirm(a_2xx(contact="<sip:final@192.0.2.2:5070>"))
    assert dialog.is_confirmed
    assert dialog.route_set == []
    assert dialog.remote_target == "sip:final@192.0.2.2:5070"
    assert next_hop(dialog.request("BYE"), 5060) == ("192.0.2.2", 5070)


def test_without_contact_the_target_stays_and_without_tag_there_is_no_dialog() -> None:
    assert Dialog(an_invite(), a_2xx(contact="")).remote_target == "sip:100@trunk.example"
    with pytest.raises(ValueError, match="tag"):
        Dialog(an_invite(), a_2xx(tag=""))


def test_requests_of_the_far_end_must_come_in_order() -> None:
    dialog = Dialog(an_invite(), a_2xx())
    for number, is_fine in ((5, True), (4, False), (5, True), (9, True)):
        request = SipRequest(method="INFO", uri="sip:a")
        request.set_header("CSeq", f"{number} INFO")
        assert dialog.is_in_order(request) is is_fine


def test_a_retry_takes_the_next_number() -> None:
    dialog = Dialog(an_invite(), a_2xx())
    info, bye = dialog.request("INFO"), dialog.request("BYE")
    dialog.retried(info)
    assert (bye.get_header("CSeq"), info.get_header("CSeq")) == ("9 BYE", "10 INFO")


@pytest.mark.parametrize(
    ("uri", "hop"),
    [
        ("sip:a@[2001:db8::1]:5070", ("2001:db8::1", 5070)),
        ("sip:a@host.example", ("host.example", 5060)),
        ("sip:a@host.example;maddr=192.0.2.9", ("192.0.2.9", 5060)),
    ],
)
def test_next_hop(uri: str, hop: tuple[str, int]) -> None:
    assert next_hop(SipRequest(method="BYE", uri=uri), 5060) == hop


def test_a_port_that_does_not_exist_has_no_next_hop() -> None:
    with pytest.raises(ValueError, match="port"):
        next_hop(SipRequest(method="BYE", uri="sip:a@192.0.2.1:99999"), 5060)


# --- registration ---------------------------------------------------------------------------------------------------

OWN = "sip:alice@192.0.2.5:5062"


def a_registration(**fields: object) -> Registration:
    account = TrunkAccount("alice", "secret", "trunk.example", **fields)  # type: ignore[arg-type]
    return Registration(account, jitter=lambda: 0.5)


def registered(*contacts: str, expires: str = "") -> SipResponse:
    response = SipResponse(status_code=200)
    for contact in contacts:
        response.add_header("Contact", contact)
    if expires:
        response.set_header("Expires", expires)
    return response


@pytest.mark.parametrize(
    ("response", "expires"),
    [
        (registered("<sip:old@192.0.2.9>;expires=3", f"<{OWN}>;expires=120"), 120),
        (registered(f"<{OWN};transport=udp>;q=0.5;expires=90", expires="3600"), 90),
        (registered("<sip:ALICE@192.0.2.5:5062>;expires=3", expires="200"), 200),
        (registered("<sip:alice@192.0.2.5>;expires=3", f"<{OWN}>"), 300),
        (registered(expires="60"), 60),
        (registered(), 300),
    ],
)
def test_only_our_own_binding_counts(response: SipResponse, expires: float) -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    registration.succeeded(response, 100.0)
    assert registration.status.expires_at == 100 + expires
    due = registration.next_timer()
    assert due is not None
    assert expires * 0.7 < due - 100 <= expires - 5


@pytest.mark.parametrize("expires", [0, 1, 9])
def test_refreshes_are_never_a_storm(expires: int) -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    registration.succeeded(registered(f"<{OWN}>;expires={expires}"), 0.0)
    assert registration.next_timer() == 10
    registration.hurry(1.0)
    assert registration.next_timer() == 10, "ten seconds after the last one at the earliest"


def test_failures_back_off_with_jitter_up_to_ten_minutes() -> None:
    registration = a_registration()
    delays = []
    for _ in range(9):
        registration.request(OWN, 0.0)
        registration.failed(None, 0.0)
        delays.append(registration.next_timer())
    assert delays == [15, 30, 60, 120, 240, 480, 600, 600, 600]
    assert isinstance(registration.status.error, NoAnswerError)
    registration.request(OWN, 0.0)
    registration.succeeded(registered(expires="60"), 0.0)
    registration.request(OWN, 0.0)
    registration.failed(None, 0.0)
    assert registration.next_timer() == 15, "a success starts anew"


@pytest.mark.parametrize(("status", "kind"), [(401, WrongPasswordError), (403, ForbiddenError)])
def test_a_refused_account_is_not_hammered(status: int, kind: type[Exception]) -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    registration.failed(SipResponse(status_code=status), 0.0)
    assert isinstance(registration.status.error, kind)
    assert registration.next_timer() == 900
    registration.failed(SipResponse(status_code=404), 0.0)
    assert registration.next_timer() == 900


def test_retry_after_is_respected() -> None:
    registration = a_registration()
    registration.request(OWN, 0.0)
    response = SipResponse(status_code=503)
    response.set_header("Retry-After", "120 (maintenance);duration=3600")
    registration.failed(response, 0.0)
    assert registration.next_timer() == 120


def test_423_raises_the_interval_once() -> None:
    registration = a_registration(expires_s=60)
    registration.request(OWN, 0.0)
    brief = SipResponse(status_code=423)
    brief.set_header("Min-Expires", "1800")
    registration.failed(brief, 5.0)
    assert registration.next_timer() == 5.0
    assert registration.status.state is RegistrationState.REGISTERING
    assert registration.request(OWN, 5.0).get_header("Expires") == "1800"
    registration.failed(brief, 6.0)
    assert registration.status.state is RegistrationState.FAILED, "a registrar that is never content"
    assert (registration.next_timer() or 0) > 20


def test_registers_of_one_registration_belong_together() -> None:
    registration = a_registration(domain="example.org")
    first = registration.request(OWN, 0.0)
    registration.retried(first)
    registration.succeeded(registered(), 0.0)
    second = registration.request("sip:alice@192.0.2.6:5062", 0.0)
    removal = registration.removal()
    assert [r.get_header("CSeq") for r in (first, second, removal)] == ["2 REGISTER", "3 REGISTER", "4 REGISTER"]
    assert first.uri == "sip:example.org"
    assert len({r.get_header("Call-ID") for r in (first, second, removal)}) == 1
    assert second.get_header_values("Contact") == [f"<{OWN}>;expires=0", "<sip:alice@192.0.2.6:5062>;expires=300"]
    assert removal.get_header_values("Contact") == ["<sip:alice@192.0.2.6:5062>;expires=0"]


# --- SDP ------------------------------------------------------------------------------------------------------------

OFFER = MediaOffer("192.0.2.5", 40000)


def lines(body: bytes) -> list[str]:
    return body.decode().split("\r\n")


def test_our_offer() -> None:
    offer = lines(SdpSession(OFFER).offer())
    assert "c=IN IP4 192.0.2.5" in offer
    assert "m=audio 40000 RTP/AVP 0 8 101" in offer
    for attribute in ("rtpmap:0 PCMU/8000", "rtpmap:8 PCMA/8000", "rtpmap:101 telephone-event/8000", "fmtp:101 0-15"):
        assert f"a={attribute}" in offer
    assert "a=ptime:20" in offer
    assert "a=sendrecv" in offer
    assert "c=IN IP6 2001:db8::5" in lines(SdpSession(MediaOffer("2001:db8::5", 40000)).offer())


def test_the_origin_line_is_stable_and_its_version_rises_with_changes_only() -> None:
    session = SdpSession(OFFER)
    first = next(line for line in lines(session.offer()) if line.startswith("o="))
    assert next(line for line in lines(session.offer()) if line.startswith("o=")) == first
    session.direction = Direction.SENDONLY
    second = next(line for line in lines(session.offer()) if line.startswith("o="))
    old, new = first.split(), second.split()
    assert int(new[2]) == int(old[2]) + 1
    assert (old[0], old[1], *old[3:]) == (new[0], new[1], *new[3:])


@pytest.mark.parametrize(
    ("change", "expected"),
    [
        (("", ""), {}),
        (("a=rtpmap:0", "c=IN IP4 192.0.2.8\r\na=rtpmap:0"), {"address": "192.0.2.8"}),
        (("m=audio 42000 RTP/AVP 0 101\r\na=rtpmap:0 PCMU/8000\r\n", "m=audio 42000 RTP/AVP 0 101\r\n"), {}),
        (("a=rtpmap:101 telephone-event/8000\r\n", ""), {"dtmf_payload_type": None}),
        (("a=rtpmap:101 telephone-event/8000\r\n", "a=rtpmap:101 telephone-event/16000\r\n"), {"dtmf_payload_type": None}),
        (("a=rtpmap:101", "a=ptime:30\r\na=rtpmap:101"), {"ptime_ms": 30}),
        (("a=rtpmap:101", "a=ptime:0\r\na=rtpmap:101"), {"ptime_ms": 20}),
        (("a=rtpmap:101", "a=sendonly\r\na=rtpmap:101"), {"direction": Direction.RECVONLY}),
        (("a=rtpmap:101", "a=recvonly\r\na=rtpmap:101"), {"direction": Direction.SENDONLY}),
        (("t=0 0", "t=0 0\r\na=inactive"), {"direction": Direction.INACTIVE}),
        (("c=IN IP4 127.0.0.1", "c=IN IP4 0.0.0.0"), {"address": "0.0.0.0", "direction": Direction.RECVONLY}),
        (("m=audio", "m=video 9 RTP/AVP 96\r\nm=audio"), {}),
    ],
)  # fmt: skip
def test_reading_an_answer(change: tuple[str, str], expected: dict[str, object]) -> None:
    plain = {
        "address": "127.0.0.1",
        "port": 42000,
        "codec": Codec.PCMU,
        "payload_type": 0,
        "dtmf_payload_type": 101,
        "ptime_ms": 20,
        "direction": Direction.SENDRECV,
    }
    answer = SdpSession(OFFER).accept_answer(SDP.replace(*change) if change[0] else SDP)
    assert answer == MediaAnswer(**(plain | expected))  # type: ignore[arg-type]


@pytest.mark.parametrize(
    "body",
    [
        "",
        "nonsense",
        SDP.replace("audio 42000", "audio 0"),
        SDP.replace("audio 42000", "audio 70000"),
        SDP.replace("audio 42000", "audio x"),
        SDP.replace("audio", "video"),
        SDP.replace("RTP/AVP", "RTP/SAVP"),
        SDP.replace("AVP 0 101", "AVP 18 101"),
        SDP.replace("PCMU/8000", "PCMU/16000"),
        SDP.replace("c=IN IP4 127.0.0.1\r\n", ""),
        SDP.replace("c=IN IP4 127.0.0.1", "c=IN IP4 media.example"),
        SDP.replace("a=rtpmap:0", "a=rtpmap:zero"),
    ],
)
def test_sdp_that_cannot_be_used(body: str) -> None:
    with pytest.raises(SdpError):
        SdpSession(OFFER).accept_answer(body)
    with pytest.raises(SdpError):
        SdpSession(OFFER).answer(body)


def test_answering_an_offer() -> None:
    session = SdpSession(OFFER)
    offer = (
        SDP.replace(
            "m=audio 42000 RTP/AVP 0 101", "m=video 9 RTP/AVP 96\r\nm=audio 42000 RTP/AVP 9 8 0 97\r\na=sendonly"
        )
        .replace("a=rtpmap:101", "a=rtpmap:97")
        .replace("a=rtpmap:0", "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0")
    )
    body, answer = session.answer(offer)
    media = [line for line in lines(body) if line.startswith("m=")]
    assert media == ["m=video 0 RTP/AVP 96", "m=audio 40000 RTP/AVP 8 97"], "in their order, the other one refused"
    assert "a=rtpmap:97 telephone-event/8000" in lines(body)
    assert "a=recvonly" in lines(body)
    assert (answer.codec, answer.payload_type, answer.dtmf_payload_type) == (Codec.PCMA, 8, 97)


def test_a_new_offer_keeps_the_codec_in_use() -> None:
    session = SdpSession(OFFER)
    session.accept_answer(SDP)
    both = SDP.replace("AVP 0 101", "AVP 8 0 101").replace("a=rtpmap:0", "a=rtpmap:8 PCMA/8000\r\na=rtpmap:0")
    _, answer = session.answer(both)
    assert answer.codec is Codec.PCMU
    _, answer = session.answer(both.replace("AVP 8 0", "AVP 8"))
    assert answer.codec is Codec.PCMA


@pytest.mark.parametrize(
    ("ours", "theirs", "agreed"),
    [
        (Direction.SENDONLY, "recvonly", Direction.SENDONLY),
        (Direction.SENDONLY, "sendrecv", Direction.SENDONLY),
        (Direction.INACTIVE, "sendrecv", Direction.INACTIVE),
        (Direction.RECVONLY, "sendrecv", Direction.RECVONLY),
        (Direction.RECVONLY, "recvonly", Direction.INACTIVE),
        (Direction.SENDRECV, "sendonly", Direction.RECVONLY),
    ],
)
def test_directions_narrow_each_other(ours: Direction, theirs: str, agreed: Direction) -> None:
    session = SdpSession(OFFER)
    session.direction = ours
    body = SDP + f"a={theirs}\r\n"
    assert session.accept_answer(body).direction is agreed
    text, answer = session.answer(body)
    assert answer.direction is agreed
    assert f"a={agreed.value}" in lines(text)


@settings(max_examples=300, deadline=None)
@given(
    st.lists(
        st.sampled_from(
            [*SDP.split("\r\n"), "m=audio 1", "m=", "a=rtpmap:0 PCMU", "b=AS", "c=IN", "o=", "t=x", "a=fmtp:x y"]
        ),
        max_size=14,
    )
)
@example(["m=audio 1 RTP/AVP x"])
def test_shuffled_sdp_never_does_more_than_be_refused(parts: list[str]) -> None:
    try:
        answer = SdpSession(OFFER).accept_answer("\r\n".join(parts))
    except SdpError:
        return
    assert 0 < answer.port < 65536


# --- framing --------------------------------------------------------------------------------------------------------


def a_message(body: bytes = b"", compact: bool = False) -> bytes:
    name = b"l" if compact else b"Content-Length"
    return b"INVITE sip:a SIP/2.0\r\n" + name + b": %d\r\n\r\n" % len(body) + body


@given(
    st.lists(st.tuples(st.binary(max_size=40), st.booleans(), st.integers(0, 3)), max_size=5),
    st.lists(st.integers(1, 30), min_size=1),
)
def test_however_a_stream_is_cut_the_messages_are_the_same(
    messages: list[tuple[bytes, bool, int]], cuts: list[int]
) -> None:
    wanted = [a_message(body, compact) for body, compact, _ in messages]
    pings = sum(count for _, _, count in messages)
    stream = b"".join(b"\r\n\r\n" * count + message for message, (_, _, count) in zip(wanted, messages, strict=True))
    framer, got, at, turn = Framer(), [], 0, 0
    while at < len(stream):
        size = cuts[turn % len(cuts)]
        got += list(framer.feed(stream[at : at + size]))
        at, turn = at + size, turn + 1
    assert got == wanted
    assert framer.take_pings() <= pings
    if min(cuts) >= 4 and pings == 0:
        assert framer.take_pings() == 0


@pytest.mark.parametrize(
    "garbage",
    [
        b"Content-Length: -1\r\n\r\n",
        b"l: x\r\n\r\n",
        b"l: 999999999\r\n\r\n",
        b"l: " + b"9" * 6000 + b"\r\n\r\n",
        b"y" * 70000,
    ],
)
def test_a_stream_that_cannot_be_cut(garbage: bytes) -> None:
    with pytest.raises(FramingError):
        list(Framer().feed(garbage))


# --- account and wire -----------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("fields", "server", "aor", "registrar"),
    [
        ({}, ("trunk.example", 5060), "sip:alice@trunk.example", "sip:trunk.example"),
        ({"transport": "tls"}, ("trunk.example", 5061), "sip:alice@trunk.example", "sip:trunk.example"),
        ({"registrar_port": 5070}, ("trunk.example", 5070), "sip:alice@trunk.example:5070", "sip:trunk.example:5070"),
        ({"domain": "d.example", "registrar_port": 5070}, ("trunk.example", 5070), "sip:alice@d.example", "sip:d.example"),
        ({"outbound_proxy": "edge:5080"}, ("edge", 5080), "sip:alice@trunk.example", "sip:trunk.example"),
        ({"outbound_proxy": "[2001:db8::1]:5080"}, ("2001:db8::1", 5080), "sip:alice@trunk.example", "sip:trunk.example"),
        ({"outbound_proxy": "edge"}, ("edge", 5060), "sip:alice@trunk.example", "sip:trunk.example"),
    ],
)  # fmt: skip
def test_addresses_of_an_account(fields: dict[str, object], server: tuple[str, int], aor: str, registrar: str) -> None:
    account = TrunkAccount("alice", "secret", "trunk.example", **fields)  # type: ignore[arg-type]
    assert (account.server, account.aor, account.registrar_uri) == (server, aor, registrar)
    assert "secret" not in repr(account)


def test_dialled_uris() -> None:
    account = TrunkAccount("alice", "secret", "trunk.example")
    assert account.uri_for(DialTarget.parse("*31#0301")) == "sip:*31%230301@trunk.example"
    assert account.uri_for(DialTarget.parse("sip:bob@192.0.2.1")) == "sip:bob@192.0.2.1"
    assert account.digest_username == "alice"
    assert TrunkAccount("alice", "s", "h", auth_username="a-1").digest_username == "a-1"


GOOD = "".join(
    f"{line}\r\n"
    for line in (
        "OPTIONS sip:a@192.0.2.1 SIP/2.0",
        "Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1",
        "From: <sip:b@192.0.2.2>;tag=b",
        "To: <sip:a@192.0.2.1>",
        "Call-ID: c",
        "CSeq: 1 OPTIONS",
        "Contact: <sip:b@192.0.2.2>",
        "Content-Length: 0",
        "",
    )
)


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("CSeq: 1 OPTIONS", "CSeq: x OPTIONS"),
        ("CSeq: 1 OPTIONS", "CSeq: 1 INVITE"),
        ("CSeq: 1 OPTIONS", "CSeq: 1"),
        ("CSeq: 1 OPTIONS", "CSeq: 4294967296 OPTIONS"),
        ("CSeq: 1 OPTIONS\r\n", ""),
        ("Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1\r\n", ""),
        ("Via: SIP/2.0/UDP 192.0.2.2:5060;branch=z9hG4bK1", "Via: SIP/2.0/UDP"),
        ("Call-ID: c", "Call-ID:"),
        ("To: <sip:a@192.0.2.1>\r\n", ""),
        ("OPTIONS sip:a@192.0.2.1 SIP/2.0", "OPTIONS"),
        ("OPTIONS sip:a@192.0.2.1 SIP/2.0", "SIP/2.0 99 No"),
        ("OPTIONS sip:a@192.0.2.1 SIP/2.0", "SIP/2.0 x No"),
        ("OPTIONS sip:a@192.0.2.1 SIP/2.0", "SIP/2.0"),
        ("Content-Length: 0", "Content-Length: x"),
    ],
)
def test_malformed_messages_are_garbage(old: str, new: str) -> None:
    assert isinstance(read_message(GOOD.encode()), SipRequest)
    assert old in GOOD
    with pytest.raises(GarbageError):
        read_message(GOOD.replace(old, new).encode())


@settings(max_examples=300, deadline=None)
@given(
    st.one_of(
        st.binary(max_size=300),
        st.builds(
            lambda a, b, c: GOOD[:a].encode() + b + GOOD[c:].encode(),
            st.integers(0, 300),
            st.binary(max_size=10),
            st.integers(0, 300),
        ),
    )
)
def test_no_datagram_makes_more_than_garbage(data: bytes) -> None:
    try:
        message = read_message(data)
    except GarbageError:
        return
    assert isinstance(message, SipMessage)
    assert message.via[0].host


def test_the_trace_hides_credentials() -> None:
    text = 'REGISTER sip:a SIP/2.0\r\nAuthorization: Digest username="u",\r\n response="r"\r\nproxy-authorization : x\r\nTo: y\r\n'
    shown = redact(text.encode())
    assert "Digest" not in shown
    assert "response" not in shown
    assert shown.splitlines() == ["REGISTER sip:a SIP/2.0", "Authorization: ***", "proxy-authorization : ***", "To: y"]


def test_the_parser_does_not_log_numbers_loudly(caplog: pytest.LogCaptureFixture) -> None:
    caplog.set_level(logging.INFO)
    read_message(GOOD.replace("Content-Length: 0", "Content-Length: 9").encode())
    assert "192.0.2" not in caplog.text
