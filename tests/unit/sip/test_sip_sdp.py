"""Offers and answers."""

from hypothesis import example, given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.model.media_description import Codec, Direction, MediaAnswer, MediaOffer
from custom_components.hold_slayer.engine.sip.sdp_session import SdpError, SdpSession
from tests.fakes.sip_line import SDP

OFFER = MediaOffer("192.0.2.5", 40000)


def lines(body: bytes) -> list[str]:
    return body.decode().split("\r\n")


def test_our_offer() -> None:
    offer = lines(SdpSession(OFFER).offer())
    assert "c=IN IP4 192.0.2.5" in offer
    assert "m=audio 40000 RTP/AVP 0 8 13 101" in offer
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


@pytest.mark.parametrize("ptime", ["\x1f0", "9" * 5000, "²0", "", "-20"])
def test_a_packet_time_that_is_none_is_ours(ptime: str) -> None:
    session = SdpSession(OFFER)
    session.offer()
    assert session.accept_answer(f"{SDP}a=ptime:{ptime}\r\n").ptime_ms == 20


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


def test_comfort_noise_goes_with_g711_and_into_an_answer_only_where_it_was_offered() -> None:
    assert "a=rtpmap:13 CN/8000" in lines(SdpSession(OFFER).offer())
    wideband = SdpSession(MediaOffer("192.0.2.5", 40000, codecs=(Codec.G722,))).offer()
    assert "m=audio 40000 RTP/AVP 9 101" in lines(wideband)
    session = SdpSession(OFFER)
    assert session.accept_answer(SDP.replace("AVP 0 101", "AVP 13 0 101")).codec is Codec.PCMU, "it is no codec"
    body, _ = session.answer(SDP.replace("AVP 0 101", "AVP 0 13 101"))
    assert "m=audio 40000 RTP/AVP 0 13 101" in lines(body)
    body, _ = session.answer(SDP)
    assert "m=audio 40000 RTP/AVP 0 101" in lines(body)
    with pytest.raises(SdpError):
        session.answer(SDP.replace("AVP 0 101", "AVP 13 101"))


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
