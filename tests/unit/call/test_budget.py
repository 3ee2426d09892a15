"""Limits of a day, and of one number within an hour."""

import pytest

from custom_components.hold_slayer.engine.call.budget import Budget, BudgetLimits
from custom_components.hold_slayer.engine.model.past_call import PastCall

HOUR = 3600.0
DAY = 24 * HOUR


def called(budget: Budget, count: int, *, start: float = 0.0, step: float = 60.0, length: float = 30.0) -> None:
    for index in range(count):
        call_id, at = f"{start}-{index}", start + index * step
        budget.started(call_id, f"+49{index}", at)
        budget.ended(call_id, at + length)


def test_calls_of_the_last_day_count_and_older_ones_do_not() -> None:
    budget = Budget(BudgetLimits(calls_a_day=5))
    called(budget, 5)
    refused = budget.refusal("+4999", DAY - 1)
    assert refused is not None
    assert "5 calls a day" in refused
    assert budget.refusal("+4999", DAY + 61) is None, "the first two are older than a day"


def test_minutes_count_running_calls_too() -> None:
    budget = Budget(BudgetLimits(minutes_a_day=60))
    budget.started("a", "+491", 0)
    budget.ended("a", 30 * 60)
    budget.started("b", "+492", 40 * 60)
    assert budget.refusal("+493", 69 * 60) is None
    refused = budget.refusal("+493", 70 * 60)
    assert refused is not None
    assert "60 minutes a day" in refused
    budget.ended("b", 70 * 60)
    budget.ended("b", 700 * 60)
    assert budget.refusal("+493", 71 * 60) is not None, "a second end changes nothing"


def test_same_number_in_a_loop() -> None:
    budget = Budget(BudgetLimits(same_number_an_hour=3))
    for index in range(3):
        budget.started(str(index), "+491", index * 10.0)
        budget.ended(str(index), index * 10.0 + 1)
    refused = budget.refusal("+491", 100)
    assert refused is not None
    assert "loop" in refused
    assert "+491" not in refused, "numbers do not stand in texts that may be logged"
    assert budget.refusal("+492", 100) is None
    assert budget.refusal("+491", HOUR + 11) is None


@pytest.mark.parametrize("limits", [BudgetLimits(0, 0, 0)])
def test_no_limit_forbids_nothing(limits: BudgetLimits) -> None:
    budget = Budget(limits)
    called(budget, 500, step=1, length=5000)
    assert budget.refusal("+490", 600) is None


def test_calls_of_before_a_restart_count() -> None:
    past = [PastCall(str(index), "+491", index, index + 1.0) for index in range(2)]
    assert Budget(BudgetLimits(calls_a_day=2), past).refusal("+492", 10) is not None


def test_memory_is_bounded_by_the_day() -> None:
    budget = Budget(BudgetLimits())
    called(budget, 1000, step=HOUR)
    budget.refusal("+490", 1000 * HOUR)
    assert len(budget._calls) <= 25
