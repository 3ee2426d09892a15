"""Audio and keys through a network that loses, delays, reorders and doubles; clocks that run apart for an hour."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

import numpy as np
import pytest

from custom_components.hold_slayer.engine.media.playout import Playout
from custom_components.hold_slayer.engine.media.sender import RtpSender
from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.model.audio_frame import FRAME_BYTES, FRAME_SAMPLES, AudioFrame
from custom_components.hold_slayer.engine.model.media_description import Codec, MediaAnswer
from tests.fakes.lossy import LossyPath
from tests.fakes.sip_line import poll

KEYS = "0123456789*#55"


class Ends:
    """Two sessions with a path between them, and what the second one heard."""

    def __init__(self, near: MediaSession, far: MediaSession, path: LossyPath) -> None:
        self.near, self.far, self.path = near, far, path
        self.frames: list[AudioFrame] = []
        self.keys: list[str] = []


@asynccontextmanager
async def ends(*, loss: float, jitter_s: float, doubled: float, seed: int = 1) -> AsyncIterator[Ends]:
    path = await LossyPath.open(loss=loss, jitter_s=jitter_s, doubled=doubled, seed=seed)
    heard: list[AudioFrame] = []
    keys: list[str] = []
    near = await MediaSession.bind("127.0.0.1")
    far = await MediaSession.bind("127.0.0.1", on_frame=heard.append, on_digit=keys.append)
    made = Ends(near, far, path)
    made.frames, made.keys = heard, keys
    path.join(near.offer.port, far.offer.port)
    near.connect(MediaAnswer("127.0.0.1", path.a_port, Codec.PCMU, 0, 101))
    far.connect(MediaAnswer("127.0.0.1", path.b_port, Codec.PCMU, 0, 101))
    try:
        yield made
    finally:
        await near.close()
        await far.close()
        path.close()


def tone(seconds: float) -> bytes:
    samples = 8000 * np.sin(2 * np.pi * 440 * np.arange(int(8000 * seconds)) / 8000)
    return samples.astype("<i2").tobytes()


def share_of_tone(frames: list[AudioFrame]) -> float:
    """How much of the energy is where the tone is."""
    samples = np.frombuffer(b"".join(frame.pcm for frame in frames), "<i2").astype(np.float64)
    power = np.abs(np.fft.rfft(samples * np.hanning(len(samples)))) ** 2
    hertz = np.fft.rfftfreq(len(samples), 1 / 8000)
    return float(power[np.abs(hertz - 440) < 40].sum() / power.sum())


@pytest.mark.parametrize(
    ("loss", "jitter_s", "doubled", "least"), [(0.05, 0.02, 0.02, 0.9), (0.05, 0.2, 0.05, 0.75), (0.0, 0.2, 0.0, 0.8)]
)
async def test_audio_stays_a_gap_free_row_and_recognisable(
    socket_enabled: None, loss: float, jitter_s: float, doubled: float, least: float
) -> None:
    async with ends(loss=loss, jitter_s=jitter_s, doubled=doubled) as made:
        loop = asyncio.get_running_loop()
        began = loop.time()
        made.near.play(tone(5.0))
        await poll(lambda: len(made.frames) >= 240, 10.0)
        passed_s = loop.time() - began
        frames = made.frames[75:]
        stats = made.far.stats
        assert [frame.index for frame in frames] == list(range(75, 75 + len(frames)))
        assert len(made.frames) == pytest.approx(passed_s * 50, abs=15)
        assert share_of_tone(frames) > least
        assert stats.playout_delay_ms <= 240
        if loss:
            assert 0.2 < stats.lost / made.path.carried / (loss / 2) < 2.5
        assert (stats.duplicates > 0) is (doubled > 0)


@pytest.mark.parametrize("seed", [1, 2, 3])
async def test_keys_arrive_exactly_once_and_in_order(socket_enabled: None, seed: int) -> None:
    async with ends(loss=0.05, jitter_s=0.2, doubled=0.05, seed=seed) as made:
        await made.near.send_digits(KEYS)
        await poll(lambda: len(made.keys) >= len(KEYS))
        await asyncio.sleep(0.3)  # for those that would come twice
        assert "".join(made.keys) == KEYS


async def test_a_far_end_that_is_cut_off_is_noticed_and_one_with_gaps_is_not(socket_enabled: None) -> None:
    async with ends(loss=0.3, jitter_s=0.2, doubled=0.0) as made:
        dead = asyncio.Event()
        made.far.watch(1.0, dead.set)
        await asyncio.sleep(2.0)
        assert not dead.is_set()
        made.path.is_cut = True
        async with asyncio.timeout(2.5):
            await dead.wait()


@pytest.mark.parametrize("skew", [100e-6, -100e-6])
def test_an_hour_of_a_bridge_with_a_clock_that_runs_apart(skew: float) -> None:
    """One way of a bridge, packet by packet in virtual time: what comes by the far end's clock goes out by ours.

    100 ppm are 18 frames an hour. The delay may not creep, and nothing may pile up in front of the other leg.
    """
    playout, sender = Playout(), RtpSender()
    frame = bytes(FRAME_BYTES)
    ticks = 3600 * 50
    arrived = deepest = 0
    for tick in range(ticks):
        now_s = tick * 0.02 + 0.013
        while arrived * 0.02 * (1 + skew) <= now_s:
            playout.put(frame, arrived * FRAME_SAMPLES & 0xFFFF_FFFF)
            arrived += 1
        pcm, _ = playout.tick()
        sender.queue_frame(pcm)
        sender.next_packet()
        deepest = max(deepest, playout.depth_samples)
    changed = playout.counters.inserted + playout.counters.left_out
    assert 16 <= changed <= 24
    assert playout.counters.pauses == 0
    assert sender.bridge_dropped == 0
    assert sender.packets_sent == ticks
    assert deepest / 8 <= 60, "milliseconds that wait"
