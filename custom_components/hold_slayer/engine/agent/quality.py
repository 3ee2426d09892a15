"""Looks at the figures of the company's leg every few seconds while it is up."""

import asyncio
from collections.abc import Callable

from ..media.session import MediaSession
from ..media.stats import MediaStats
from ..model.line_quality import LineQuality

EVERY_S = 5.0
"""As often as reports come (RFC 3550 section 6.2)."""


class QualityWatch:
    """From `start` to `stop`; ``on_quality`` hears every look that saw audio."""

    def __init__(self, on_quality: Callable[[LineQuality], None], every_s: float = EVERY_S) -> None:
        self._on_quality = on_quality
        self._every_s = every_s
        self._timer: asyncio.TimerHandle | None = None

    def start(self, media: MediaSession) -> None:
        """Begin to look; again does nothing."""
        if self._timer is None:
            self._timer = asyncio.get_running_loop().call_later(self._every_s, self._look, media)

    def stop(self) -> None:
        """Look no more."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None

    def _look(self, media: MediaSession) -> None:
        self._timer = None
        if (quality := line_quality(media.stats)) is not None:
            self._on_quality(quality)
        self.start(media)


def line_quality(stats: MediaStats) -> LineQuality | None:
    """What the counts mean; None before the first packet."""
    if not stats.packets_received:
        return None
    remote = None if stats.remote_lost is None else _percent(stats.remote_lost, stats.packets_sent)
    return LineQuality(
        loss_percent=_percent(stats.lost, stats.lost + stats.packets_received),
        jitter_ms=stats.jitter_ms,
        round_trip_ms=stats.round_trip_ms,
        remote_loss_percent=remote,
    )


def _percent(part: int, whole: int) -> float:
    # Duplicates make the count of lost packets negative (RFC 3550 section 6.4.1), and the far end may tell anything.
    return 100.0 * min(max(part, 0), whole) / whole if whole else 0.0
