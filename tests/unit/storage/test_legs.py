"""Legs and costs, read from the story of a call."""

from typing import Any

import pytest

from custom_components.hold_slayer.storage.legs import Leg, Rates, legs_of

type Line = tuple[str, float, dict[str, Any]]


def story(*lines: Line) -> list[dict[str, Any]]:
    return [{"kind": kind, "at": at, "data": data} for kind, at, data in lines]


BEGUN: tuple[Line, ...] = (
    ("started", 0.0, {}),
    ("ringing", 1.0, {}),
    ("answered", 3.0, {}),
    ("hold_started", 20.0, {}),
)
RUNG: tuple[Line, ...] = (
    ("human_answered", 300.0, {}),
    ("target_ringing", 302.0, {"target": "Kitchen"}),
    ("target_failed", 322.0, {"target": "Kitchen", "reason": "no_answer"}),
    ("target_ringing", 322.0, {"target": "Mobile"}),
    ("connected", 330.0, {"target": "Mobile"}),
)
END: Line = ("ended", 600.0, {"outcome": "connected"})


def test_one_phone_after_another() -> None:
    assert legs_of(story(*BEGUN, *RUNG, END)) == [
        Leg("far", 0.0, 3.0, 600.0, "connected"),
        Leg("Kitchen", 302.0, None, 322.0, "no_answer"),
        Leg("Mobile", 322.0, 330.0, 600.0),
    ]


def test_all_at_once_and_the_first_wins() -> None:
    lines: list[Line] = [
        ("target_ringing", 302.0, {"target": "Kitchen"}),
        ("target_ringing", 302.0, {"target": "Mobile"}),
        ("connected", 310.0, {"target": "Mobile"}),
    ]
    _, kitchen, mobile = legs_of(story(*BEGUN, *lines, END))
    assert (kitchen.answered_at, kitchen.ended_at) == (None, 310.0)
    assert (mobile.answered_at, mobile.ended_at) == (310.0, 600.0)


def test_handed_back_and_taken_again() -> None:
    back: list[Line] = [
        ("hold_started", 400.0, {"reason": "handed_back"}),
        ("target_ringing", 500.0, {"target": "Mobile"}),
        ("connected", 510.0, {"target": "Mobile"}),
    ]
    legs = legs_of(story(*BEGUN, *RUNG, *back, END))
    assert [(leg.answered_at, leg.ended_at) for leg in legs if leg.name == "Mobile"] == [(330.0, 400.0), (510.0, 600.0)]


def test_nobody_answered_and_a_story_cut_off() -> None:
    assert legs_of(story(("started", 0.0, {}), ("ended", 30.0, {"outcome": "busy"}))) == [
        Leg("far", 0.0, None, 30.0, "busy")
    ]
    (far,) = legs_of(story(*BEGUN))
    assert (far.ended_at, far.talk_s) == (None, 0.0)
    assert legs_of([]) == []
    # Out of order, twice, without a target: nothing breaks.
    assert len(legs_of(story(END, ("target_failed", 1.0, {}), ("connected", 2.0, {}), *BEGUN, END, END))) == 1


@pytest.mark.parametrize(
    ("rates", "cost"),
    [
        (Rates(), None),
        (Rates(per_minute=0.6), round((597 + 270) / 60 * 0.6, 4)),
        (Rates(per_call=0.1), 0.2),
        (Rates(per_minute=0.6, per_call=0.1, currency="EUR"), round((597 + 270) / 60 * 0.6 + 0.2, 4)),
    ],
)
def test_costs_are_of_every_line_that_was_up(rates: Rates, cost: float | None) -> None:
    assert rates.cost(legs_of(story(*BEGUN, *RUNG, END))) == cost
