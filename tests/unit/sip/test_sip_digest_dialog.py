"""Digest and dialogs, without network."""

import hashlib

from aiosipua.message import SipRequest, SipResponse
import pytest

from custom_components.hold_slayer.engine.sip.auth import Authenticator, ChallengeMemory
from custom_components.hold_slayer.engine.sip.dialog import Dialog, next_hop
from tests.fakes.sip_line import Heard, is_digest_right

# --- digest ---


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


# --- dialog ---


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
