import struct
from unittest.mock import patch

import pytest

from custom_components.hold_slayer.engine.media.receiver import RtpReceiver
from custom_components.hold_slayer.engine.media.rtcp import RtcpReporter
from custom_components.hold_slayer.engine.media.sender import RtpSender
from custom_components.hold_slayer.engine.media.source_filter import SourceFilter
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer, MediaOffer
from tests.fakes.rtp import SAMPLES, Packet

FAR = ("192.0.2.1", 4000)


def reporter_and_halves() -> tuple[RtcpReporter, RtpSender, RtpReceiver]:
    source = SourceFilter()
    source.agree(FAR)
    answer = MediaAnswer(*FAR, Codec.PCMU, 0, 101)
    sender, receiver = RtpSender(), RtpReceiver(MediaOffer("192.0.2.7", 5000), source, lambda _: None)
    sender.agree(answer)
    receiver.agree(answer)
    return RtcpReporter(sender, receiver), sender, receiver


def parts(compound: bytes) -> list[tuple[int, int, bytes]]:
    """Split a compound packet: type, count, body (RFC 3550 section 6.1)."""
    found = []
    while compound:
        first, kind, words = struct.unpack_from("!BBH", compound)
        assert first >> 6 == 2
        found.append((kind, first & 0x1F, compound[4 : 4 + words * 4]))
        compound = compound[4 + words * 4 :]
    return found


def test_receiver_report_before_the_first_packet() -> None:
    reporter, sender, _ = reporter_and_halves()
    (kind, count, body), (sdes, _, _) = parts(reporter.report(1.0))
    assert (kind, count, sdes) == (201, 0, 202)
    assert struct.unpack("!I", body)[0] == sender.ssrc


def test_sender_report_with_what_was_received() -> None:
    reporter, sender, receiver = reporter_and_halves()
    for n in (0, 1, 2, 5):
        receiver.receive(bytes(Packet(0, 1000 + n, n * SAMPLES, bytes(SAMPLES), 77)), FAR, 0.0)
    for _ in range(3):
        sender.next_packet()
    # A sender report of theirs, so that ours can say when it came.
    theirs = struct.pack("!BBHIIIIII", 0x80, 200, 6, 77, 0x11223344, 0x55667788, 0, 4, 640)
    assert reporter.receive(theirs, 10.0)
    (kind, count, body), *_ = parts(reporter.report(12.5))
    assert (kind, count) == (200, 1)
    assert struct.unpack_from("!II", body, 16) == (3, 480), "packets and octets sent"
    ssrc, lost, highest, _, lsr, dlsr = struct.unpack_from("!IIIIII", body, 24)
    assert (ssrc, lost & 0xFFFFFF, highest & 0xFFFF) == (77, 2, 1005)
    assert lsr == 0x33445566
    assert dlsr == int(2.5 * 65536)


def test_reads_what_the_far_end_missed() -> None:
    reporter, sender, _ = reporter_and_halves()
    block = struct.pack("!IIIIII", sender.ssrc, 0x10_000007, 0, 0, 0, 0)
    assert reporter.receive(struct.pack("!BBHI", 0x81, 201, 7, 77) + block, 1.0)
    assert reporter.remote_lost == 7


def test_goodbye_is_the_last_part() -> None:
    reporter, sender, _ = reporter_and_halves()
    *_, (kind, count, body) = parts(reporter.goodbye(1.0))
    assert (kind, count, struct.unpack("!I", body)[0]) == (203, 1, sender.ssrc)


def test_garbage_is_refused() -> None:
    reporter, _, _ = reporter_and_halves()
    assert not reporter.receive(b"\x80\xc8\x00\x40", 1.0)
    assert not reporter.receive(b"\x00", 1.0)


@pytest.mark.parametrize(
    ("now", "lsr", "dlsr", "round_trip_ms"),
    [
        # RFC 3550 section 6.4.1, figure 2: A = 0xb710:8000, LSR = 0xb705:2000, DLSR = 5.250 s; 6.125 s.
        (0xB44D_B710_8000_0000, 0xB705_2000, 0x0005_4000, 6125.0),
        (0xB44D_0000_8000_0000, 0xFFFF_8000, 0x0000_8000, 500.0),  # the middle of the clock has wrapped
        (0xB44D_B710_8000_0000, 0, 0x0005_4000, None),  # none of our reports has come there
        (0xB44D_B710_8000_0000, 0xB705_2000, 0x00FF_0000, None),  # more delay than time has passed
        (0xB44D_B710_8000_0000, 0xB005_2000, 0, None),  # half an hour is no round trip
    ],
)
def test_round_trip(now: int, lsr: int, dlsr: int, round_trip_ms: float | None) -> None:
    reporter, sender, _ = reporter_and_halves()
    block = struct.pack("!IIIIII", sender.ssrc, 0, 0, 0, lsr, dlsr)
    with patch("custom_components.hold_slayer.engine.media.rtcp.current_ntp_time", return_value=now):
        assert reporter.receive(struct.pack("!BBHI", 0x81, 201, 7, 77) + block, 1.0)
    assert reporter.round_trip_ms == round_trip_ms
