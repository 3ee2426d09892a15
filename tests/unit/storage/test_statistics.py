"""What past calls say."""

from datetime import UTC, datetime

import pytest

from custom_components.hold_slayer.storage.queries import CallFigures
from custom_components.hold_slayer.storage.statistics import MenuFigures, statistics


def call(
    day: int, hour: int, hold_s: float, *, number: str = "1", outcome: str = "connected", reached: bool = True
) -> CallFigures:
    start = datetime(2026, 11, day, hour, 30, tzinfo=UTC).timestamp()
    return CallFigures(number, start, start + hold_s, hold_s, outcome, reached)


CALLS = [
    call(2, 9, 600),
    call(3, 9, 1200),
    call(4, 14, 100),
    call(5, 14, 300),
    call(6, 16, 10),
    call(6, 17, 7200, outcome="hold_timeout", reached=False),
    call(7, 9, 50, number="2"),
    call(7, 10, 0, outcome="refused", reached=False),
]


def test_one_number() -> None:
    found = statistics(CALLS, UTC, ("1",))
    assert (found.calls, found.reached) == (6, 5)
    assert (found.hold_median_s, found.hold_p90_s, found.hold_max_s) == (300, 1200, 1200)
    assert found.best_hour == 14, "an hour with a single call proves nothing"
    assert (found.by_hour[9].calls, found.by_hour[9].median_hold_s) == (2, 900)
    assert (found.by_hour[17].calls, found.by_hour[17].median_hold_s) == (1, None)
    assert [wait.calls for wait in found.by_weekday] == [1, 1, 1, 1, 2, 0, 0]
    assert found.outcomes == {"connected": 5, "hold_timeout": 1}


def test_all_numbers_and_what_was_refused_is_no_call() -> None:
    found = statistics(CALLS, UTC)
    assert found.calls == 7
    assert "refused" not in found.outcomes


def test_menus_targets_success_and_costs() -> None:
    start = datetime(2026, 11, 2, 9, tzinfo=UTC).timestamp()
    calls = [
        CallFigures(
            "1", start, start + 9, 60.0, "connected", is_reached=True, keys=2, menu_s=30.0, target="Mobile", cost=0.30
        ),
        CallFigures(
            "1", start, start + 9, 60.0, "connected", is_reached=True, keys=4, menu_s=50.0, drifts=2, target="Desk"
        ),
        CallFigures(
            "1", start, start + 9, 60.0, "user_unreachable", is_reached=True, menu_s=-1.0, target="", cost=0.125
        ),
        CallFigures("1", start, start + 9, 0.0, "busy", is_reached=False),
    ]
    found = statistics(calls, UTC)
    assert found.success == 0.75
    assert found.targets == {"Mobile": 1, "Desk": 1}
    assert found.menu == MenuFigures(calls=2, median_keys=3.0, median_s=40.0, drifts=1)
    assert found.cost == pytest.approx(0.425, abs=0.006)
    assert statistics(calls[3:], UTC).cost is None


def test_nothing_yet() -> None:
    found = statistics([], UTC)
    assert (found.calls, found.reached, found.hold_median_s, found.best_hour, found.outcomes) == (0, 0, None, None, {})
    assert len(found.as_dict()["by_hour"]) == 24
