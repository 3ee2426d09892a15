"""The figures of the company's line while a call is up."""

import asyncio
from dataclasses import fields
from types import SimpleNamespace
from typing import Any, cast

import pytest

from custom_components.hold_slayer.engine.agent.quality import QualityWatch, line_quality
from custom_components.hold_slayer.engine.media.session import MediaSession
from custom_components.hold_slayer.engine.media.stats import MediaStats
from custom_components.hold_slayer.engine.model.line_quality import LineQuality


def stats(**figures: Any) -> MediaStats:
    nothing: dict[str, Any] = {field.name: 0 for field in fields(MediaStats)}
    return MediaStats(**nothing | {"remote_lost": None, "round_trip_ms": None} | figures)


def test_nothing_is_known_before_the_first_packet() -> None:
    assert line_quality(stats(jitter_ms=3.0)) is None


@pytest.mark.parametrize(
    ("figures", "expected"),
    [
        ({"packets_received": 95, "lost": 5, "jitter_ms": 2.5}, LineQuality(5.0, 2.5, None, None)),
        ({"packets_received": 10, "lost": -2}, LineQuality(0.0, 0, None, None)),
        (
            {"packets_received": 10, "packets_sent": 200, "remote_lost": 4, "round_trip_ms": 61.5},
            LineQuality(0.0, 0, 61.5, 2.0),
        ),
        ({"packets_received": 1, "packets_sent": 5, "remote_lost": 9999}, LineQuality(0.0, 0, None, 100.0)),
        ({"packets_received": 1, "packets_sent": 0, "remote_lost": -1}, LineQuality(0.0, 0, None, 0.0)),
    ],
)
def test_what_the_counts_mean(figures: dict[str, Any], expected: LineQuality) -> None:
    assert line_quality(stats(**figures)) == expected


async def test_it_looks_again_and_again_until_it_is_stopped() -> None:
    seen: list[LineQuality] = []
    has_three = asyncio.Event()

    def on_quality(quality: LineQuality) -> None:
        seen.append(quality)
        if len(seen) >= 3:
            has_three.set()

    media = SimpleNamespace(stats=stats())
    watch = QualityWatch(on_quality, every_s=0.01)
    watch.start(cast("MediaSession", media))
    await asyncio.sleep(0.05)
    assert seen == []
    media.stats = stats(packets_received=50)
    watch.start(cast("MediaSession", media))
    await asyncio.wait_for(has_three.wait(), 5)
    watch.stop()
    watch.stop()
    count = len(seen)
    await asyncio.sleep(0.05)
    assert len(seen) == count
