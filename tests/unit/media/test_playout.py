"""The network in virtual time: packets arrive when the test says, a frame is taken every 20 ms."""

from itertools import pairwise
import random
import struct

from hypothesis import given, settings, strategies as st
import pytest

from custom_components.hold_slayer.engine.media.playout import Playout
from custom_components.hold_slayer.engine.model.audio_frame import FRAME_BYTES, SAMPLE_RATE
from tests.fakes.rtp import SAMPLES

type Arrival = tuple[float, int, bytes]
"""Milliseconds, RTP timestamp, PCM."""


def marked(number: int, samples: int = SAMPLES) -> bytes:
    """PCM whose every sample says which frame it is (1, 2, …)."""
    return struct.pack("<h", number) * samples


def numbers(frames: list[tuple[bytes, bool]]) -> list[int]:
    """The frame numbers heard, 0 for anything made up."""
    return [0 if is_concealed else struct.unpack_from("<h", pcm)[0] for pcm, is_concealed in frames]


def run(
    arrivals: list[Arrival], ticks: int, phase_ms: float = 13.0, playout: Playout | None = None
) -> list[tuple[bytes, bool]]:
    """Play what arrives and return every frame taken."""
    playout = playout or Playout()
    waiting = sorted(arrivals, key=lambda arrival: arrival[0])
    frames = []
    for tick in range(ticks):
        while waiting and waiting[0][0] <= tick * 20 + phase_ms:
            _, timestamp, pcm = waiting.pop(0)
            playout.put(pcm, timestamp)
        frames.append(playout.tick())
    return frames


def steady(count: int, first: int = 1, at: float = 0.0, timestamp: int = 0) -> list[Arrival]:
    return [(at + 20 * n, (timestamp + SAMPLES * n) % 2**32, marked(first + n)) for n in range(count)]


def test_nothing_arrives() -> None:
    frames = run([], 5)
    assert frames == [(bytes(FRAME_BYTES), False)] * 5


def test_a_quiet_network_loses_nothing() -> None:
    heard = numbers(run(steady(50), 52))
    assert heard[heard.index(1) :][:50] == list(range(1, 51))
    assert heard.index(1) == 1, "one frame of head start"


def test_timestamps_wrap() -> None:
    heard = numbers(run(steady(50, timestamp=2**32 - 20 * SAMPLES), 52))
    assert heard[1:51] == list(range(1, 51))


@pytest.mark.parametrize("packet_ms", [10, 30, 40, 60])
def test_any_packet_time_fits(packet_ms: int) -> None:
    samples = packet_ms * 8
    row = b"".join(marked(n) for n in range(1, 61))
    arrivals = [
        (n * packet_ms, n * samples, row[n * samples * 2 : (n + 1) * samples * 2]) for n in range(60 * 160 // samples)
    ]
    heard = [number for number in numbers(run(arrivals, 70)) if number]
    assert sorted(set(heard)) == list(range(1, 61)) == heard


def test_reordered_and_doubled_packets() -> None:
    arrivals = steady(30)
    for swap in (5, 12, 20):
        (at_a, *a), (at_b, *b) = arrivals[swap], arrivals[swap + 1]
        arrivals[swap], arrivals[swap + 1] = (at_a, *b), (at_b, *a)
    arrivals += [(at + 1.0, timestamp, pcm) for at, timestamp, pcm in arrivals[::3]]
    heard = numbers(run(arrivals, 36))
    assert [number for number in heard if number] == list(range(1, 31))


def test_lost_packets_are_concealed_in_their_place() -> None:
    arrivals = [arrival for index, arrival in enumerate(steady(30)) if index not in {10, 20, 21}]
    frames = run(arrivals, 33)
    heard = numbers(frames)[1:31]
    assert [n for n, number in enumerate(heard) if not number] == [10, 20, 21]
    assert [number for number in heard if number] == [n for n in range(1, 31) if n - 1 not in {10, 20, 21}]
    concealed = [pcm for pcm, is_concealed in frames[1:31] if is_concealed]
    assert len(concealed) == 3
    assert any(any(pcm) for pcm in concealed), "faded repetition, not a hole"


def test_a_packet_lost_in_half() -> None:
    """10 ms packets, every second one missing: half of the frame is what came."""
    arrivals = [(10.0 * n, 80 * n, marked(7, 80)) for n in range(20) if n % 4 != 3]
    playout = Playout()
    frames = run(arrivals, 10, playout=playout)
    patched = [pcm for pcm, is_concealed in frames if is_concealed]
    assert patched
    assert all(pcm[:160] == marked(7, 80) for pcm in patched[:4])
    assert playout.counters.concealed == len(patched)


def test_jitter_is_learned() -> None:
    generator = random.Random(7)
    arrivals = [(at + generator.uniform(0, 70), timestamp, pcm) for at, timestamp, pcm in steady(500)]
    playout = Playout()
    heard = numbers(run(arrivals, 520, playout=playout))
    assert sum(1 for number in heard[100:480] if not number) <= 6
    assert playout.counters.late_packets < 25
    real = [number for number in heard if number]
    assert all(after > before for before, after in pairwise(real)), "never backwards"


def test_delay_comes_down_when_the_network_calms() -> None:
    """A hiccup of 100 ms makes the delay grow; quiet frames are left out afterwards."""
    arrivals = [
        (at + (100 if 50 <= index < 60 else 0), timestamp, bytes(FRAME_BYTES))
        for index, (at, timestamp, _) in enumerate(steady(3000))
    ]
    arrivals.sort(key=lambda arrival: (arrival[0], arrival[1]))
    playout = Playout()
    run(arrivals[:120], 100, playout=playout)
    deep = playout.depth_samples
    waiting = arrivals[120:]
    for tick in range(100, 2900):
        while waiting and waiting[0][0] <= tick * 20 + 13:
            playout.put(waiting[0][2], waiting[0][1])
            waiting.pop(0)
        playout.tick()
    assert deep > 4 * SAMPLES
    assert playout.depth_samples <= 2 * SAMPLES
    assert playout.counters.left_out >= 3


@pytest.mark.parametrize("drift", [-300e-6, 300e-6])
def test_far_clock_drifts(drift: float) -> None:
    """300 ppm for ten minutes are nine frames: taken up one at a time, with no growing delay."""
    count = 30_000
    playout = Playout()
    arrivals = [(20 * n * (1 + drift), (SAMPLES * n) % 2**32, bytes(FRAME_BYTES)) for n in range(count)]
    position = 0
    deepest = 0
    for tick in range(int(count * min(1, 1 + drift)) - 2):
        while arrivals[position][0] <= tick * 20 + 13:
            playout.put(arrivals[position][2], arrivals[position][1])
            position += 1
        playout.tick()
        deepest = max(deepest, playout.depth_samples)
    assert deepest <= 4 * SAMPLES
    changed = playout.counters.inserted + playout.counters.left_out
    assert 7 <= changed <= 14
    assert playout.counters.pauses == 0


def test_a_pause_of_the_sender_is_silence_and_starts_anew() -> None:
    """Timestamps stood still during the pause, as many gateways do it."""
    arrivals = steady(20) + steady(20, first=101, at=2000, timestamp=20 * SAMPLES)
    frames = run(arrivals, 125)
    heard = numbers(frames)
    assert [number for number in heard if number > 100] == list(range(101, 121))
    middle = frames[40:98]
    assert middle == [(bytes(FRAME_BYTES), False)] * len(middle)


def test_a_jump_of_timestamps() -> None:
    for jump in (SAMPLES * 5000, -SAMPLES * 5000):
        arrivals = steady(20) + steady(20, first=101, at=400, timestamp=(20 * SAMPLES + jump) % 2**32)
        heard = numbers(run(arrivals, 45))
        assert [number for number in heard if number > 100] == list(range(101, 121))


def test_announced_silence_is_not_concealment() -> None:
    playout = Playout()
    run(steady(10), 10, playout=playout)
    playout.announce_silence(60)
    frames = [playout.tick() for _ in range(30)]
    assert [is_concealed for _, is_concealed in frames] == [False] * 30
    samples = struct.unpack("<160h", frames[-1][0])
    assert 5 < max(samples) < 120, "noise at about -60 dBov"
    playout.announce_silence()
    assert playout.tick() == (bytes(FRAME_BYTES), False)


def test_a_burst_does_not_make_the_delay_grow_without_bound() -> None:
    playout = Playout()
    for n in range(200):
        playout.put(marked(n + 1), n * SAMPLES)
    assert playout.depth_samples <= SAMPLE_RATE * 240 // 1000
    assert numbers([playout.tick()])[0] > 150


def test_oversized_and_empty_packets_are_ignored() -> None:
    playout = Playout()
    playout.put(b"", 0)
    playout.put(bytes(2 * 8000), 0)
    assert not playout.is_flowing


@settings(max_examples=150, deadline=None)
@given(
    st.lists(
        st.one_of(
            st.tuples(st.just("put"), st.integers(0, 2**32 - 1), st.integers(0, 500)),
            st.tuples(st.just("near"), st.integers(-3000, 3000), st.sampled_from([80, 160, 240, 33])),
            st.tuples(st.just("tick"), st.just(0), st.just(0)),
            st.tuples(st.just("silence"), st.integers(0, 127), st.just(0)),
        ),
        max_size=120,
    )
)
def test_whatever_comes_frames_are_whole_and_delay_is_bounded(steps: list[tuple[str, int, int]]) -> None:
    playout = Playout()
    timestamp = 0
    for what, value, samples in steps:
        match what:
            case "put":
                timestamp = value
                playout.put(bytes(samples * 2), timestamp)
            case "near":
                timestamp = (timestamp + value) % 2**32
                playout.put(bytes(samples * 2), timestamp)
            case "silence":
                playout.announce_silence(value)
            case _:
                assert len(playout.tick()[0]) == FRAME_BYTES
        assert playout.depth_samples <= SAMPLE_RATE * 240 // 1000
