import asyncio
from itertools import pairwise

import pytest

from custom_components.hold_slayer.engine.media.sender import BRIDGE_FRAMES, RtpSender
from custom_components.hold_slayer.engine.model.audio_frame import FRAME_BYTES
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer
from tests.fakes.rtp import SAMPLES, Packet, tone_pcm

ANSWER = MediaAnswer("127.0.0.1", 4000, Codec.PCMU, 0, 101)
QUIET = b"\xff" * SAMPLES


def sender_for(answer: MediaAnswer = ANSWER) -> RtpSender:
    sender = RtpSender()
    sender.agree(answer)
    return sender


def take(sender: RtpSender, count: int) -> list[Packet]:
    return [Packet.parse(sender.next_packet()) for _ in range(count)]


def test_silence_when_there_is_nothing_to_say() -> None:
    sent = take(sender_for(), 50)
    assert {packet.payload for packet in sent} == {QUIET}
    assert all((b.timestamp - a.timestamp) % 2**32 == SAMPLES for a, b in pairwise(sent))
    assert all((b.sequence - a.sequence) % 2**16 == 1 for a, b in pairwise(sent))
    assert [packet.marker for packet in sent] == [True] + [False] * 49


def test_silence_of_the_other_law() -> None:
    sent = take(sender_for(MediaAnswer("127.0.0.1", 4000, Codec.PCMA, 8, None)), 1)
    assert (sent[0].payload_type, sent[0].payload) == (8, b"\xd5" * SAMPLES)


def test_sentences_one_after_the_other_and_told_when_out() -> None:
    sender = sender_for()
    told: list[tuple[str, bool]] = []
    take(sender, 3)
    sender.play(tone_pcm(400), lambda is_complete: told.append(("first", is_complete)))
    sender.play(tone_pcm(160), lambda is_complete: told.append(("second", is_complete)))
    talk = take(sender, 3)
    assert [packet.marker for packet in talk] == [True, False, False]
    assert talk[2].payload[80:] == QUIET[:80], "filled up"
    assert told == []
    take(sender, 1)
    assert told == [("first", True)]
    assert take(sender, 1)[0].payload == QUIET
    assert told == [("first", True), ("second", True)]


def test_stopped_sentences_are_told_so() -> None:
    sender = sender_for()
    told: list[bool] = []
    sender.play(tone_pcm(1600), told.append)
    sender.play(tone_pcm(1600), told.append)
    take(sender, 2)
    sender.stop_playing()
    assert told == [False, False]
    assert take(sender, 1)[0].payload == QUIET


def test_a_sentence_may_start_the_next_one() -> None:
    sender = sender_for()
    sender.play(tone_pcm(160), lambda _: sender.play(tone_pcm(160), None))
    assert [packet.payload != QUIET for packet in take(sender, 3)] == [True, True, False]


def test_an_empty_sentence_is_done_at_once() -> None:
    sender = sender_for()
    told: list[bool] = []
    sender.play(b"", told.append)
    take(sender, 1)
    assert told == [True]


def test_bridged_frames_wait_three_at_most() -> None:
    sender = sender_for()
    for peak in range(1000, 8000, 1000):
        sender.queue_frame(tone_pcm(SAMPLES, peak=peak))
    assert sender.bridge_dropped == 7 - BRIDGE_FRAMES
    loud = [packet.payload != QUIET for packet in take(sender, BRIDGE_FRAMES + 1)]
    assert loud == [True] * BRIDGE_FRAMES + [False]


def test_a_sentence_goes_before_the_bridge() -> None:
    sender = sender_for()
    sender.play(bytes(FRAME_BYTES), None)
    sender.queue_frame(tone_pcm(SAMPLES))
    assert [packet.payload for packet in take(sender, 2)] == [QUIET, QUIET]


def test_frames_have_one_size() -> None:
    with pytest.raises(ValueError, match="320"):
        sender_for().queue_frame(b"123")


async def test_audio_waits_while_a_key_is_down() -> None:
    sender = sender_for()
    sender.play(tone_pcm(320), None)
    before = take(sender, 1)
    pressing = asyncio.create_task(sender.digits.send("5"))
    await asyncio.sleep(0)
    during = take(sender, 11)
    after = take(sender, 1)
    assert before[0].payload != QUIET
    assert [packet.payload_type for packet in during] == [101] * 8 + [0] * 3
    assert all(packet.payload == QUIET for packet in during[8:])
    assert (after[0].payload != QUIET, after[0].marker) == (True, True)
    await pressing


def test_a_gap_shows_in_the_timestamps_only() -> None:
    sender = sender_for()
    sender.play(tone_pcm(1600), None)
    first = take(sender, 1)[0]
    sender.skip(5)
    second = take(sender, 1)[0]
    assert (second.timestamp - first.timestamp) % 2**32 == 6 * SAMPLES
    assert (second.sequence - first.sequence) % 2**16 == 1
    assert second.marker


def test_on_hold_time_goes_on() -> None:
    sender = sender_for()
    told: list[bool] = []
    sender.play(tone_pcm(320), told.append)
    first = take(sender, 1)[0]
    for _ in range(3):
        sender.hold()
    assert told == [True]
    second = take(sender, 1)[0]
    assert (second.timestamp - first.timestamp) % 2**32 == 4 * SAMPLES
    assert (second.sequence - first.sequence) % 2**16 == 1


def test_a_re_invite_goes_on_with_the_same_stream() -> None:
    sender = sender_for()
    first = take(sender, 1)[0]
    sender.agree(MediaAnswer("127.0.0.1", 4002, Codec.PCMA, 8, None))
    second = take(sender, 1)[0]
    assert (second.ssrc, second.sequence) == (first.ssrc, (first.sequence + 1) % 2**16)
    assert second.timestamp == (first.timestamp + SAMPLES) % 2**32


async def test_a_key_during_which_the_loop_stood_still_is_still_one_key() -> None:
    """Its packets share one timestamp, though packet times were skipped in the middle."""
    sender = sender_for()
    pressing = asyncio.create_task(sender.digits.send("5"))
    await asyncio.sleep(0)
    before = take(sender, 3)
    sender.skip(9)
    packets = [*before, *take(sender, 5)]
    assert {packet.payload_type for packet in packets} == {101}
    assert len({packet.timestamp for packet in packets}) == 1
    pressing.cancel()
    with pytest.raises(asyncio.CancelledError):
        await pressing
