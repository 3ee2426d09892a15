"""What past calls say: how long one usually waits, when to call best, and how calls end. No Home Assistant, no database."""

from collections import Counter
from collections.abc import Callable, Collection, Sequence
from dataclasses import asdict, dataclass, field
from datetime import datetime, tzinfo
from math import ceil
from statistics import median
from typing import Any

from ..engine.model.phase import Outcome
from .queries import CallFigures

FEWEST_AN_HOUR = 2
"""Calls in an hour of the day before it can be called the best one."""


@dataclass(frozen=True, slots=True)
class Wait:
    """Calls of one hour of the day or of one weekday."""

    calls: int = 0
    median_hold_s: float | None = None
    """Of the calls that reached a human; None without any."""


@dataclass(frozen=True, slots=True)
class MenuFigures:
    """What it took to get to the queue."""

    calls: int
    """With at least one key."""
    median_keys: float | None
    median_s: float | None
    """From the answer to the first hold, of all calls that came to be on hold."""
    drifts: int
    """Calls in which a known way had to be left."""


@dataclass(frozen=True, slots=True)
class Statistics:
    """Seconds throughout; hold times are those of calls that reached a human."""

    calls: int
    reached: int
    hold_median_s: float | None
    hold_p90_s: float | None
    hold_max_s: float | None
    by_hour: tuple[Wait, ...] = field(repr=False)
    """24, from midnight, local time of the start of the call."""
    by_weekday: tuple[Wait, ...] = field(repr=False)
    """7, from Monday."""
    best_hour: int | None
    """With the shortest median wait, of at least `FEWEST_AN_HOUR` calls."""
    outcomes: dict[str, int]
    success: float | None
    """Share of the calls that reached a human; None without calls."""
    targets: dict[str, int]
    """How often the user was put through where."""
    menu: MenuFigures
    cost: float | None
    """Of all calls whose cost is known; None: of none."""

    def as_dict(self) -> dict[str, Any]:
        """For JSON."""
        return asdict(self)


def statistics(calls: Sequence[CallFigures], zone: tzinfo, numbers: Collection[str] | None = None) -> Statistics:
    """Figures of calls that were placed, of these numbers or of all; ``zone`` tells the hour of the day."""
    placed = [
        call for call in calls if call.outcome != Outcome.REFUSED.value and (numbers is None or call.number in numbers)
    ]
    waits = sorted(call.hold_s for call in placed if call.is_reached)
    by_hour = _grouped(placed, 24, lambda start: start.hour, zone)
    rated = [
        (wait.median_hold_s, hour)
        for hour, wait in enumerate(by_hour)
        if wait.median_hold_s is not None and wait.calls >= FEWEST_AN_HOUR
    ]
    return Statistics(
        calls=len(placed),
        reached=len(waits),
        hold_median_s=median(waits) if waits else None,
        hold_p90_s=waits[ceil(0.9 * len(waits)) - 1] if waits else None,
        hold_max_s=waits[-1] if waits else None,
        by_hour=by_hour,
        by_weekday=_grouped(placed, 7, lambda start: start.weekday(), zone),
        best_hour=min(rated)[1] if rated else None,
        outcomes=dict(Counter(call.outcome for call in placed if call.outcome is not None).most_common()),
        success=round(len(waits) / len(placed), 3) if placed else None,
        targets=dict(Counter(call.target for call in placed if call.target).most_common()),
        menu=_menu(placed),
        cost=round(sum(costs), 2) if (costs := [call.cost for call in placed if call.cost is not None]) else None,
    )


def _menu(calls: Sequence[CallFigures]) -> MenuFigures:
    keys = [call.keys for call in calls if call.keys]
    spans = [call.menu_s for call in calls if call.menu_s is not None and call.menu_s >= 0.0]
    return MenuFigures(
        calls=len(keys),
        median_keys=median(keys) if keys else None,
        median_s=round(median(spans), 1) if spans else None,
        drifts=sum(call.drifts > 0 for call in calls),
    )


def _grouped(
    calls: Sequence[CallFigures], groups: int, key: Callable[[datetime], int], zone: tzinfo
) -> tuple[Wait, ...]:
    found: list[list[CallFigures]] = [[] for _ in range(groups)]
    for call in calls:
        found[key(datetime.fromtimestamp(call.started_at, zone))].append(call)
    return tuple(_wait(group) for group in found)


def _wait(calls: Sequence[CallFigures]) -> Wait:
    waits = [call.hold_s for call in calls if call.is_reached]
    return Wait(len(calls), median(waits) if waits else None)
