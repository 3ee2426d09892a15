"""Framing, accounts, and messages at the door."""

from aiosipua.message import SipMessage, SipRequest
from hypothesis import given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.framing import Framer, FramingError
from custom_components.hold_slayer.engine.sip.wire import GarbageError, read_message, redact

# --- framing ---


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


# --- account and wire ---


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
        ("Content-Length: 0", "Content-Length: 1"),
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


def test_what_follows_the_body_is_cut_off_silently(caplog: pytest.LogCaptureFixture) -> None:
    assert read_message(GOOD.encode() + b"more").body == b""
    assert not caplog.records
