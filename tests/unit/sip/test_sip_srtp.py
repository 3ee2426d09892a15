"""Keys for SRTP in offers and answers (RFC 4568)."""

from base64 import b64encode

from hypothesis import given, strategies as st
import pytest

from custom_components.hold_slayer.engine.model.media_description import (
    KEY_BYTES,
    MediaOffer,
    SrtpAgreement,
    SrtpKey,
    SrtpMode,
    SrtpSuite,
)
from custom_components.hold_slayer.engine.sip.sdes import CryptoLine, crypto_attribute, read_crypto
from custom_components.hold_slayer.engine.sip.sdp_session import SdpError, SdpSession
from tests.fakes.sip_line import SDP

LONG, SHORT = SrtpSuite.AES_CM_128_HMAC_SHA1_80, SrtpSuite.AES_CM_128_HMAC_SHA1_32
KEYS = (SrtpKey(LONG, bytes(range(KEY_BYTES))), SrtpKey(SHORT, bytes(range(100, 100 + KEY_BYTES))))
THEIRS = bytes(range(200, 200 + KEY_BYTES))
INLINE = f"inline:{b64encode(THEIRS).decode()}"


def offer(mode: SrtpMode) -> MediaOffer:
    return MediaOffer("192.0.2.5", 40000, srtp=mode, srtp_keys=() if mode is SrtpMode.OFF else KEYS)


def with_crypto(*lines: str, proto: str = "RTP/SAVP") -> str:
    return SDP.replace("RTP/AVP", proto) + "".join(f"a=crypto:{line}\r\n" for line in lines)


@pytest.mark.parametrize(
    ("mode", "proto", "count"),
    [(SrtpMode.OFF, "RTP/AVP", 0), (SrtpMode.OPTIONAL, "RTP/AVP", 2), (SrtpMode.REQUIRED, "RTP/SAVP", 2)],
)
def test_what_is_offered(mode: SrtpMode, proto: str, count: int) -> None:
    lines = SdpSession(offer(mode)).offer().decode().split("\r\n")
    assert f"m=audio 40000 {proto} 0 8 13 101" in lines
    crypto = [line for line in lines if line.startswith("a=crypto:")]
    assert len(crypto) == count
    if count:
        assert crypto[0] == f"a=crypto:1 AES_CM_128_HMAC_SHA1_80 inline:{b64encode(KEYS[0].key).decode()}"
        assert crypto[1].startswith("a=crypto:2 AES_CM_128_HMAC_SHA1_32 inline:")


@pytest.mark.parametrize("proto", ["RTP/AVP", "RTP/SAVP"])
def test_an_answer_with_a_key(proto: str) -> None:
    agreed = SdpSession(offer(SrtpMode.OPTIONAL)).accept_answer(with_crypto(f"2 {SHORT} {INLINE}|2^31", proto=proto))
    assert agreed.srtp == SrtpAgreement(SHORT, KEYS[1].key, THEIRS)


def test_an_answer_without_a_key() -> None:
    assert SdpSession(offer(SrtpMode.OPTIONAL)).accept_answer(SDP).srtp is None
    assert SdpSession(offer(SrtpMode.OFF)).accept_answer(SDP).srtp is None
    with pytest.raises(SdpError, match="encryption"):
        SdpSession(offer(SrtpMode.REQUIRED)).accept_answer(SDP)


@pytest.mark.parametrize("mode", [SrtpMode.OPTIONAL, SrtpMode.REQUIRED])
def test_what_calls_itself_encrypted_has_to_bring_a_key(mode: SrtpMode) -> None:
    for useless in ([], [f"1 F8_128_HMAC_SHA1_80 {INLINE}"], [f"1 {LONG} inline:AAAA"]):
        with pytest.raises(SdpError, match="encryption"):
            SdpSession(offer(mode)).accept_answer(with_crypto(*useless))


def test_our_answer_takes_their_first_usable_line_with_its_tag() -> None:
    session = SdpSession(offer(SrtpMode.OPTIONAL))
    body, agreed = session.answer(with_crypto(f"4 AES_256_CM_HMAC_SHA1_80 {INLINE}", f"7 {LONG} {INLINE}"))
    assert agreed.srtp == SrtpAgreement(LONG, KEYS[0].key, THEIRS)
    lines = body.decode().split("\r\n")
    assert "m=audio 40000 RTP/SAVP 0 101" in lines
    assert [line for line in lines if "crypto" in line] == [f"a=crypto:{crypto_attribute(7, KEYS[0])}"]
    body, agreed = session.answer(SDP)
    assert agreed.srtp is None
    assert b"crypto" not in body


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        f"{LONG} {INLINE}",
        f"1 {LONG}",
        f"1 {LONG} inline:",
        f"1 {LONG} inline:!!!!",
        f"1 {LONG} inline:{b64encode(THEIRS[:-1]).decode()}",
        f"1 {LONG} {INLINE}|2^31|1:4",
        f"1 {LONG} {INLINE}|1:4",
        f"1 {LONG} {INLINE} UNENCRYPTED_SRTP",
        f"9999999999 {LONG} {INLINE}",
    ],
)
def test_lines_that_are_left_out(line: str) -> None:
    assert read_crypto([line, f"3 {SHORT} {INLINE}"]) == [CryptoLine(3, SHORT, THEIRS)]


@given(st.text(max_size=80))
def test_any_text(text: str) -> None:
    assert all(len(line.key) == KEY_BYTES for line in read_crypto([text, f"1 {LONG} inline:{text}"]))


def test_keys_do_not_show() -> None:
    agreement = SrtpAgreement(LONG, KEYS[0].key, THEIRS)
    for shown in (repr(offer(SrtpMode.REQUIRED)), repr(agreement), repr(read_crypto([f"1 {LONG} {INLINE}"]))):
        assert "b'" not in shown
        assert 'b"' not in shown
