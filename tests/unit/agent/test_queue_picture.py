"""What the snapshot says about the queue: place, announced wait, and the best estimate there is."""

from typing import Any

from custom_components.hold_slayer.engine.agent.picture import Picture
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phase import Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget


class Clock:
    now = 1000.0

    def monotonic(self) -> float:
        return self.now

    def time(self) -> float:
        return self.now


def picture(**brief: Any) -> tuple[Picture, Clock]:
    clock = Clock()
    made = Picture("c", CallBrief(DialTarget("+15550100"), "Talk", **brief), clock, lambda *_: None)
    made.change(phase=Phase.ON_HOLD, hold_started_at=1000.0)
    return made, clock


def news(made: Picture, **data: float) -> None:
    made.report(act.ReportAction(ev.OccurrenceKind.QUEUE_UPDATED, data))


def test_nothing_is_known() -> None:
    made, _ = picture()
    assert made.snapshot.estimated_wait_s(1000.0) is None


def test_as_usual_less_what_was_waited() -> None:
    made, _ = picture(usual_wait_s=600.0)
    assert made.snapshot.estimated_wait_s(1100.0) == 500.0
    assert made.snapshot.estimated_wait_s(9000.0) == 0.0


def test_a_queue_that_moves() -> None:
    made, clock = picture(usual_wait_s=600.0)
    news(made, place=10)
    assert made.snapshot.queue_s_each is None
    clock.now = 1120.0
    news(made, place=6)
    assert (made.snapshot.queue_place, made.snapshot.queue_s_each) == (6, 30.0)
    assert made.snapshot.estimated_wait_s(1130.0) == 170.0
    news(made, place=12)
    assert made.snapshot.queue_s_each is None, "another queue"


def test_what_is_announced_goes_before_all() -> None:
    made, clock = picture(usual_wait_s=600.0)
    news(made, place=3, wait_s=300.0)
    assert made.snapshot.estimated_wait_s(1060.0) == 240.0
    clock.now = 1100.0
    news(made, wait_s=120.0)
    assert made.snapshot.estimated_wait_s(1100.0) == 120.0
    assert made.snapshot.queue_place == 3


def test_with_a_person_nobody_waits() -> None:
    made, _ = picture(usual_wait_s=600.0)
    made.change(phase=Phase.HUMAN)
    assert made.snapshot.estimated_wait_s(1000.0) is None
