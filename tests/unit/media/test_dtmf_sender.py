"""Packet by packet against RFC 4733 section 2.5.1, read by a parser that is not the product's."""

import asyncio
from itertools import pairwise

from aiortp import DtmfReceiver, RtpPacket
import pytest

from custom_components.hold_slayer.engine.media.dtmf_sender import DigitSender, gap_over, hold_over, plan_digits
from custom_components.hold_slayer.engine.media.sender import RtpSender
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer
from tests.fakes.rtp import SAMPLES, Event, Packet, ToneDetector

ANSWER = MediaAnswer("127.0.0.1", 4000, Codec.PCMU, 0, 97)
DTMF_TYPE = 97


async def packets_of(digits: str, packets: int) -> list[Packet]:
    """Let a sender press ``digits`` and return what goes out in so many packet times."""
    sender = RtpSender()
    sender.agree(ANSWER)
    pressing = asyncio.create_task(sender.digits.send(digits))
    await asyncio.sleep(0)
    sent = [Packet.parse(sender.next_packet()) for _ in range(packets)]
    await asyncio.wait_for(pressing, 1)
    return sent


def events_of(sent: list[Packet]) -> list[list[tuple[Packet, Event]]]:
    """Group the telephone events by key, that is, by timestamp."""
    groups: dict[int, list[tuple[Packet, Event]]] = {}
    for packet in sent:
        if packet.payload_type == DTMF_TYPE:
            groups.setdefault(packet.timestamp, []).append((packet, Event.parse(packet.payload)))
    return list(groups.values())


async def test_one_key_packet_by_packet() -> None:
    sent = await packets_of("5", 11)
    start = sent[0].timestamp
    events = [(p.payload_type, p.timestamp - start, p.marker, Event.parse(p.payload)) for p in sent[:8]]
    assert events == [
        (DTMF_TYPE, 0, True, Event(5, is_end=False, volume=10, duration=160)),
        (DTMF_TYPE, 0, False, Event(5, is_end=False, volume=10, duration=320)),
        (DTMF_TYPE, 0, False, Event(5, is_end=False, volume=10, duration=480)),
        (DTMF_TYPE, 0, False, Event(5, is_end=False, volume=10, duration=640)),
        (DTMF_TYPE, 0, False, Event(5, is_end=False, volume=10, duration=800)),
        (DTMF_TYPE, 0, False, Event(5, is_end=True, volume=10, duration=960)),
        (DTMF_TYPE, 0, False, Event(5, is_end=True, volume=10, duration=960)),
        (DTMF_TYPE, 0, False, Event(5, is_end=True, volume=10, duration=960)),
    ]
    assert [p.payload_type for p in sent[8:]] == [0, 0, 0]


async def test_sequence_numbers_and_audio_timestamps_run_through() -> None:
    sent = await packets_of("19", 24)
    assert all((b.sequence - a.sequence) % 65536 == 1 for a, b in pairwise(sent))
    base = sent[0].timestamp
    for index, packet in enumerate(sent):
        if packet.payload_type == 0:
            assert (packet.timestamp - base) % 2**32 == index * SAMPLES


async def test_four_keys_are_four_keys() -> None:
    sent = await packets_of("1*#0", 60)
    groups = events_of(sent)
    assert [group[0][1].code for group in groups] == [1, 10, 11, 0]
    for group in groups:
        assert [packet.marker for packet, _ in group] == [True] + [False] * (len(group) - 1)
        assert [event.is_end for _, event in group[-3:]] == [True] * 3
    for before, after in pairwise(groups):
        gap = (after[0][0].timestamp - before[0][0].timestamp) % 2**32 - before[-1][1].duration
        assert gap >= 60 * 8
        assert after[0][0].sequence - before[-1][0].sequence > 3, "the gap is heard on the wire too"
    detector = ToneDetector()
    heard: list[str] = []
    receiver = DtmfReceiver(lambda digit, _duration: heard.append(digit))
    for group in groups:
        for packet, _ in group:
            detector.feed(packet)
            receiver.handle_packet(RtpPacket.parse(bytes(packet)))
    assert detector.keys == heard == ["1", "*", "#", "0"]


async def test_the_same_key_twice_is_heard_twice() -> None:
    detector = ToneDetector()
    for group in events_of(await packets_of("77", 30)):
        for packet, _ in group:
            detector.feed(packet)
    assert detector.keys == ["7", "7"]


async def test_keys_of_two_calls_keep_their_distance() -> None:
    sender = RtpSender()
    sender.agree(ANSWER)
    pressing = [asyncio.create_task(sender.digits.send(digit)) for digit in "12"]
    await asyncio.sleep(0)
    groups = events_of([Packet.parse(sender.next_packet()) for _ in range(30)])
    await asyncio.wait_for(asyncio.gather(*pressing), 1)
    assert groups[1][0][0].timestamp - groups[0][0][0].timestamp == (120 + 100) * 8


def test_w_is_half_a_second() -> None:
    assert len(plan_digits("1w2")) - len(plan_digits("12")) == 25
    assert plan_digits("w") == [None] * 25


def test_length_and_gap_can_be_chosen() -> None:
    slots = plan_digits("12", digit_ms=200, gap_ms=70)
    starts = [index for index, slot in enumerate(slots) if slot is not None and slot.is_first]
    assert starts == [0, 14]
    assert Event.parse(slots[11].payload).duration == 1600


@pytest.mark.parametrize(("jitter_ms", "hold_ms"), [(0.0, 120), (30.0, 120), (200 / 3, 200), (400.0, 300)])
def test_where_packets_overtake_each_other_keys_are_longer(jitter_ms: float, hold_ms: int) -> None:
    """The end of a key cannot be there before its beginning, whatever the delay of each."""
    assert hold_over(jitter_ms) == hold_ms
    event = [slot for slot in plan_digits("1", digit_ms=hold_over(jitter_ms)) if slot is not None]
    assert Event.parse(event[-1].payload).duration == hold_ms * 8


@pytest.mark.parametrize(("jitter_ms", "gap_ms"), [(0.0, 100), (15.0, 100), (30.0, 160), (200 / 3, 307), (400.0, 500)])
def test_where_packets_overtake_each_other_keys_are_further_apart(jitter_ms: float, gap_ms: int) -> None:
    """200 ms of delay, evenly spread, have a jitter of 67 ms: the last packet of a key is there before the next key begins."""
    assert gap_over(jitter_ms) == gap_ms
    slots = plan_digits("12", gap_ms=gap_over(jitter_ms))
    (first, second) = [
        [at for at, slot in enumerate(slots) if slot is not None and slot.code == code] for code in (1, 2)
    ]
    if gap_ms < 500:
        assert (second[0] - first[-1]) * 20 > 3 * jitter_ms


@pytest.mark.parametrize("digits", ["12x", " ", "１", "E"])
async def test_unknown_keys_are_refused_without_naming_them(digits: str) -> None:
    sender = DigitSender()
    with pytest.raises(ValueError, match="only 0-9") as caught:
        await sender.send(digits)
    assert digits.strip() == "" or digits not in str(caught.value)
    assert not sender.is_busy


async def test_letters_work_in_both_cases() -> None:
    assert [slot.payload[0] for slot in plan_digits("aD") if slot is not None and slot.is_first] == [12, 15]


async def test_cancelled_in_mid_key_it_still_ends_the_key() -> None:
    sender = RtpSender()
    sender.agree(ANSWER)
    pressing = asyncio.create_task(sender.digits.send("123"))
    await asyncio.sleep(0)
    sent = [Packet.parse(sender.next_packet()) for _ in range(3)]
    pressing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pressing
    sent += [Packet.parse(sender.next_packet()) for _ in range(30)]
    groups = events_of(sent)
    assert len(groups) == 1
    assert sum(event.is_end for _, event in groups[0]) == 3


async def test_abort_cancels_whoever_waits() -> None:
    sender = DigitSender()
    pressing = asyncio.create_task(sender.send("1"))
    await asyncio.sleep(0)
    sender.abort()
    with pytest.raises(asyncio.CancelledError):
        await pressing
    assert not sender.is_busy
