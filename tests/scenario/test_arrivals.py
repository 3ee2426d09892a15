"""Calls that come in, in virtual time: one that the user hands over, and one that the company returns as promised."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.call.phrases import taken_over
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import Arrival
from custom_components.hold_slayer.engine.model.phase import LegFailure, Phase, Verdict
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.virtual_call import CELL, CallKit, brief

from .test_to_a_person import CONNECTING, SUSAN, person

SETTLE_S = BrainConfig().settle_s


def kit_of(arrival: Arrival, **options: object) -> CallKit:
    kit = CallKit(replace(brief(CELL), arrival=arrival, number=DialTarget("610"), user_language="de"), **options)
    kit.start(answered_at=0.5, rings_at=None)
    return kit


def test_the_user_hands_over_a_call_on_hold_and_is_rung_when_a_person_comes() -> None:
    kit = kit_of(Arrival.TAKEN_OVER)
    kit.says(2.0, "Also dann, ich lege jetzt auf, danke schön.")
    kit.verdict(4.0, Verdict.HUMAN)
    kit.music(12.0, is_new_hold=True)
    kit.run(60.0)
    assert kit.brain.phase is Phase.ON_HOLD
    assert kit.said() == [taken_over("de")]
    assert not kit.brain.is_human
    assert "candidate" not in kit.kinds, "what was heard so far was the user"
    person(kit, 300.0)
    kit.run(340.0)
    assert kit.brain.phase is Phase.CONNECTED
    assert [each.leg_id for each in kit.unclaimed if isinstance(each, act.DialAction)] == [ev.FAR_LEG, "user-1"]
    assert kit.brain.hold_total_s(kit.now) > 290


def test_without_music_voices_count_after_a_while() -> None:
    kit = kit_of(Arrival.TAKEN_OVER)
    kit.says(3.0, SUSAN)
    kit.run(SETTLE_S - 1)
    assert kit.brain.phase is Phase.ON_HOLD
    kit.says(SETTLE_S + 10, "Good morning, Peter from the service desk, how can I help you?")
    kit.run(SETTLE_S + 16)
    assert kit.brain.phase is Phase.CANDIDATE or kit.brain.is_human


def test_the_user_who_hands_over_may_think_better_of_it() -> None:
    kit = kit_of(Arrival.TAKEN_OVER)
    kit.far_hangs_up(5.0)
    kit.run()
    assert kit.said() == [taken_over("de")]
    kit.expect(act.DialAction)
    kit.expect_end("remote_hung_up")


def test_a_caller_who_gives_up_before_the_answer() -> None:
    kit = CallKit(replace(brief(CELL), arrival=Arrival.TAKEN_OVER))
    kit.start(answered_at=None, rings_at=None)
    kit.at(0.2, ev.LegFailedEvent(ev.FAR_LEG, LegFailure.CANCELLED))
    kit.run()
    kit.expect(act.DialAction)
    kit.expect_end("remote_hung_up")


def test_a_returned_call_is_put_through_at_once() -> None:
    kit = kit_of(Arrival.CALLED_BACK)
    kit.run(20.0)
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.is_human
    assert kit.said()[0] == CONNECTING, "who calls back knows whom"
    assert kit.kinds[:3] == ["started", "answered", "human_answered"]


def test_a_returned_call_that_nobody_of_the_users_takes_gets_an_apology() -> None:
    kit = kit_of(Arrival.CALLED_BACK, phones={"cell": LegFailure.BUSY})
    kit.run()
    assert kit.brain.phase is Phase.ENDED
    assert kit.brain.outcome == "user_unreachable"


@pytest.mark.parametrize("number", ["112", "911"])
def test_nothing_is_dialled_so_no_rule_stands_in_the_way_of_an_answer(number: str) -> None:
    kit = CallKit(replace(brief(CELL), arrival=Arrival.TAKEN_OVER, number=DialTarget(number)))
    kit.start(answered_at=0.5, rings_at=None)
    kit.run(2.0)
    assert kit.brain.phase is Phase.ON_HOLD
    assert [each.leg_id for each in kit.unclaimed if isinstance(each, act.DialAction)] == [ev.FAR_LEG]
