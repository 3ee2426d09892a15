"""What may wait is done in order, does not hold up what may not, and stops when it is told to."""

import asyncio
from itertools import pairwise
import time

from custom_components.hold_slayer.engine.media.clock import FrameClock, next_slot
from custom_components.hold_slayer.engine.media.later import Later, LateSink
from custom_components.hold_slayer.engine.model.audio_frame import FRAME_BYTES, AudioFrame
from tests.fakes.sip_line import poll


def frame(index: int) -> AudioFrame:
    return AudioFrame(bytes(FRAME_BYTES), index)


async def test_in_order_for_every_sink_and_nothing_after_the_stop() -> None:
    first: list[int] = []
    second: list[int] = []
    sinks = LateSink(lambda each: first.append(each.index)), LateSink(lambda each: second.append(each.index))
    later = Later.of_this_loop()
    assert later is Later.of_this_loop()
    for index in range(5):
        for sink in sinks:
            later.add(sink, frame(index))
    assert first == []
    await poll(lambda: len(second) == 5)
    assert first == second == [0, 1, 2, 3, 4]
    later.add(sinks[0], frame(5))
    later.add(sinks[1], frame(5))
    sinks[0].stop()
    await poll(lambda: len(second) == 6)
    assert (first[-1], second[-1]) == (4, 5)


async def test_slow_work_lets_the_beat_through() -> None:
    """Sixty pieces of 2 ms are queued at once; the clock ticks in between."""
    done: list[int] = []
    done_at_tick: list[int] = []
    clock = FrameClock(lambda _skipped: done_at_tick.append(len(done)), offset_s=0.0, max_lag_s=1.0)
    later = Later.of_this_loop()

    def work(each: AudioFrame) -> None:
        until = time.perf_counter() + 0.002
        while time.perf_counter() < until:
            pass
        done.append(each.index)

    clock.start()
    for index in range(60):
        later.add(LateSink(work), frame(index))
    async with asyncio.timeout(10):
        while len(done) < 60:  # noqa: ASYNC110 - the queue tells nobody
            await asyncio.sleep(0.005)
    clock.stop()
    assert done == list(range(60))
    assert len({number for number in done_at_tick if 0 < number < 60}) >= 3


async def test_one_that_fails_stops_no_other() -> None:
    loop = asyncio.get_running_loop()
    told: list[str] = []
    loop.set_exception_handler(lambda _loop, context: told.append(context["message"]))
    heard: list[int] = []
    ticks: list[int] = []

    def fail(_: object) -> None:
        raise RuntimeError("on purpose")

    clocks = [FrameClock(fail, offset_s=0.003, max_lag_s=1.0), FrameClock(ticks.append, offset_s=0.003, max_lag_s=1.0)]
    for clock in clocks:
        clock.start()
    later = Later.of_this_loop()
    later.add(LateSink(fail), frame(0))
    later.add(LateSink(lambda each: heard.append(each.index)), frame(1))
    wanted = {"Received audio was not taken", "A tick of the audio clock failed"}
    await poll(lambda: bool(heard) and len(ticks) >= 2 and wanted <= set(told))
    for clock in clocks:
        clock.stop()
    assert heard == [1]


def test_calls_begun_one_after_another_are_spread_over_the_beat() -> None:
    slots = [round(next_slot() * 1000) for _ in range(20)]
    assert sorted(slots) == list(range(20))
    assert min(abs(a - b) for a, b in pairwise(slots)) >= 6
