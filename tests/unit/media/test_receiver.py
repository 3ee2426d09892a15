"""What the receiving half lets in, and what it makes of it (not any source, not any payload type)."""

import struct

from custom_components.hold_slayer.engine.media.receiver import RtpReceiver
from custom_components.hold_slayer.engine.media.source_filter import SourceFilter
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer, MediaOffer
from tests.fakes.rtp import SAMPLES, Event, Packet

FAR = ("192.0.2.1", 4000)
STRANGER = ("203.0.113.9", 4000)
SILENCE = b"\xff" * SAMPLES
LOUD = b"\x80" * SAMPLES


class Line:
    """A receiver and the far end's packet counter."""

    def __init__(self, answer: MediaAnswer | None = None) -> None:
        self.keys: list[str] = []
        source = SourceFilter()
        source.agree(FAR)
        self.receiver = RtpReceiver(MediaOffer("192.0.2.7", 5000), source, self.keys.append)
        self.receiver.agree(answer or MediaAnswer(*FAR, Codec.PCMU, 0, 101))
        self.sequence = 100
        self.timestamp = 16_000
        self.now = 0.0

    def send(self, payload: bytes = LOUD, kind: int = 0, address: tuple[str, int] = FAR, ssrc: int = 1) -> Packet:
        packet = Packet(kind, self.sequence % 65536, self.timestamp % 2**32, payload, ssrc)
        self.receiver.receive(bytes(packet), address, self.now)
        self.sequence += 1
        self.timestamp += SAMPLES
        self.now += 0.02
        return packet

    def hear(self) -> int:
        """Return the loudest sample of the next frame."""
        pcm, _ = self.receiver.playout.tick()
        return max(struct.unpack(f"<{SAMPLES}h", pcm))

    def talk(self, count: int, **changes: int) -> list[int]:
        heard = []
        for _ in range(count):
            self.send(**changes)
            heard.append(self.hear())
        return heard


def test_both_laws_are_understood() -> None:
    line = Line()
    assert line.talk(3)[-1] == 32124
    line.send(b"\xaa" * SAMPLES, kind=8)
    line.hear()
    assert line.hear() == 32256, "the other codec that was offered"


def test_other_payload_types_are_dropped_and_counted() -> None:
    line = Line()
    for kind in (3, 9, 18, 96):
        line.send(kind=kind)
    assert line.receiver.counters.wrong_payload_type == 4
    assert line.receiver.last_received_at is None


def test_strangers_are_dropped_and_counted() -> None:
    line = Line()
    line.talk(5)
    for _ in range(5):
        line.send(address=STRANGER, ssrc=99)
        line.hear()
    assert line.receiver.counters.wrong_source == 5
    assert line.receiver.ssrc == 1


def test_garbage_is_counted() -> None:
    line = Line()
    for data in (b"", b"\x80", b"hello world, this is no RTP", bytes(12), b"\xbf" + bytes(11)):
        line.receiver.receive(data, FAR, 0.0)
    assert line.receiver.counters.malformed + line.receiver.counters.wrong_payload_type == 5
    assert line.receiver.counters.audio == 0


def test_lost_and_doubled_packets_are_counted() -> None:
    line = Line()
    line.talk(10)
    line.sequence += 3
    line.timestamp += 3 * SAMPLES
    packet = line.send()
    line.receiver.receive(bytes(packet), FAR, 0.0)
    line.send()
    assert line.receiver.lost == 3
    assert line.receiver.counters.duplicates == 1


def test_sequence_numbers_wrap() -> None:
    line = Line()
    line.sequence = 65530
    assert line.talk(20)[2:] == [32124] * 18
    assert line.receiver.lost == 0
    assert line.receiver.counters.source_changes == 0


def test_one_stray_packet_of_another_stream_changes_nothing() -> None:
    line = Line()
    line.talk(10)
    line.receiver.receive(bytes(Packet(0, 9, 9, SILENCE, ssrc=77)), FAR, 0.0)
    assert line.talk(10) == [32124] * 10
    assert line.receiver.counters.on_probation == 1
    assert line.receiver.counters.source_changes == 0


def test_a_new_source_is_followed_without_losing_its_first_packet() -> None:
    line = Line()
    line.talk(10)
    line.sequence, line.timestamp = 40_000, 4_000_000_000
    line.talk(10, ssrc=2)
    assert line.receiver.ssrc == 2
    assert line.receiver.counters.source_changes == 1
    assert line.receiver.counters.audio == 20


def test_a_jump_of_the_same_source_is_followed() -> None:
    line = Line()
    line.talk(10)
    line.sequence += 20_000
    line.timestamp += 500_000_000
    assert line.talk(10)[-5:] == [32124] * 5
    assert line.receiver.lost == 0, "a jump is no loss"


def test_keys_are_heard_once_and_are_no_loss() -> None:
    line = Line()
    line.talk(5)
    start = line.timestamp
    for duration in (160, 320, 480, 480, 480):
        event = Event(5, is_end=duration == 480, volume=10, duration=duration)
        line.receiver.receive(bytes(Packet(101, line.sequence, start, bytes(event), 1)), FAR, 0.0)
        line.sequence += 1
        line.timestamp += SAMPLES
        line.hear()
    line.talk(5)
    assert line.keys == ["5"]
    assert line.receiver.lost == 0
    assert line.receiver.playout.counters.concealed == 0


def test_keys_arrive_with_the_offered_or_the_answered_payload_type() -> None:
    line = Line(MediaAnswer(*FAR, Codec.PCMU, 0, 96))
    key = bytes(Event(1, is_end=True, volume=10, duration=800))
    line.send(key, kind=101)
    line.send(key, kind=96)
    assert line.keys == ["1", "1"]


def test_a_malformed_key_harms_nothing() -> None:
    line = Line()
    line.send(b"\x01", kind=101)
    assert line.keys == []
    assert line.receiver.counters.malformed == 1


def test_comfort_noise_is_tolerated() -> None:
    line = Line()
    line.talk(5)
    line.send(b"\x40", kind=13)
    line.send(b"", kind=13)
    quiet = [line.hear() for _ in range(20)]
    assert max(quiet[4:]) < 100
    assert line.receiver.playout.counters.concealed == 0
    assert line.talk(5)[-1] == 32124


def press(line: Line, code: int, packets: int = 6) -> None:
    """A key is down for so many packet times; all its packets have the timestamp of its start."""
    start = line.timestamp
    for number in range(packets):
        line.timestamp = start
        line.send(bytes(Event(code, number >= packets - 3, 10, SAMPLES * (number + 1))), kind=101)
        line.hear()
    line.timestamp = start + packets * SAMPLES


def test_a_key_before_any_audio_is_one_key() -> None:
    line = Line()
    line.timestamp = 3_000_000_000
    press(line, 5)
    press(line, 6)
    assert line.keys == ["5", "6"]


def test_a_key_after_a_long_silence_is_one_key_and_the_same_source() -> None:
    """A telephone that suppresses silence: minutes without a packet, then a star, which must not become two."""
    line = Line()
    line.talk(20)
    for _ in range(60):
        line.hear()
    line.timestamp += 8000 * 300
    press(line, 10)
    line.talk(5)
    assert line.keys == ["*"]
    assert line.receiver.counters.source_changes == 0
