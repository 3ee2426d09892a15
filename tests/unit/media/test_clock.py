import asyncio
from itertools import pairwise
import time

from custom_components.hold_slayer.engine.media.clock import FrameClock


async def ticks_of(clock_ticks: list[tuple[float, int]], count: int) -> None:
    async with asyncio.timeout(5):
        while len(clock_ticks) < count:  # noqa: ASYNC110 - the clock tells nobody but its callback
            await asyncio.sleep(0.005)


def recording(**limits: float) -> tuple[FrameClock, list[tuple[float, int]]]:
    ticks: list[tuple[float, int]] = []
    loop = asyncio.get_running_loop()
    return FrameClock(lambda skipped: ticks.append((loop.time(), skipped)), **limits), ticks


async def test_keeps_to_the_grid_without_drift() -> None:
    clock, ticks = recording(offset_s=0.001, max_lag_s=1.0)
    clock.start()
    clock.start()
    await ticks_of(ticks, 26)
    clock.stop()
    assert not clock.is_running
    late = [(at - 0.001) % 0.02 for at, _ in ticks]
    assert sorted(late)[len(late) // 2] < 0.005, "on the grid, usually within the loop's resolution"
    assert all(round((b - a) / 0.02) >= 0 for (a, _), (b, _) in pairwise(ticks))
    assert [skipped for _, skipped in ticks] == [0] * len(ticks)
    count = len(ticks)
    await asyncio.sleep(0.05)
    assert len(ticks) == count


async def test_makes_up_for_a_short_stall() -> None:
    clock, ticks = recording(offset_s=0.0, max_lag_s=1.0)
    clock.start()
    await ticks_of(ticks, 2)
    before, at = len(ticks), ticks[-1][0]
    time.sleep(0.2)  # noqa: ASYNC251 - the fault under test
    await ticks_of(ticks, before + 10)
    clock.stop()
    assert abs((ticks[-1][0] - at) / 0.02 - (len(ticks) - before)) <= 1.5


async def test_skips_after_a_long_stall_and_says_how_much() -> None:
    clock, ticks = recording(offset_s=0.0, max_lag_s=0.1)
    clock.start()
    await ticks_of(ticks, 2)
    before, at = len(ticks), ticks[-1][0]
    time.sleep(0.3)  # noqa: ASYNC251 - the fault under test
    await ticks_of(ticks, before + 2)
    clock.stop()
    skipped = sum(number for _, number in ticks)
    assert skipped >= 12
    assert abs((ticks[-1][0] - at) / 0.02 - (len(ticks) - before + skipped)) <= 1.5
