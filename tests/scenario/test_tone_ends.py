"""What an exchange says by tones, before the answer and after it, and what the user is told then."""

import pytest

from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.phase import LegFailure
from tests.fakes.virtual_call import COMPANY, CallKit, wait

DIAL_COMPANY = act.DialAction(ev.FAR_LEG, COMPANY)


@pytest.mark.parametrize(
    ("tone", "outcome", "note"),
    [
        ("congestion", "unavailable", "All lines of the network were busy."),
        ("sit:no_circuit", "unavailable", "All lines of the network were busy."),
        ("sit:vacant", "not_found", "The number is not in service."),
        ("sit:intercept", "not_found", "The number is no longer in service."),
    ],
)
@pytest.mark.parametrize("cut_at", [None, 9.0])
def test_the_exchange_says_why(tone: str, outcome: str, note: str, cut_at: float | None) -> None:
    kit = CallKit(None, wait(), wait())
    kit.start()
    kit.at(6, ev.ToneHeardEvent(6, tone))
    if cut_at is not None:
        kit.far_hangs_up(cut_at)
    kit.run()
    kit.expect(DIAL_COMPANY)
    legs = () if cut_at is not None else (ev.FAR_LEG,)
    assert kit.expect_end(outcome, *legs).endswith(note)
    assert kit.when("ended") == pytest.approx(cut_at or 6 + 8)


@pytest.mark.parametrize(
    ("tones", "failure", "outcome"),
    [
        (("sit:vacant",), LegFailure.UNAVAILABLE, "not_found"),
        (("busy",), LegFailure.UNAVAILABLE, "busy"),
        (("busy", "congestion"), LegFailure.CANCELLED, "unavailable"),
        (("busy", "ringback"), LegFailure.NO_ANSWER, "no_answer"),
        (("sit",), LegFailure.AUTH_FAILED, "auth_failed"),
    ],
)
def test_a_tone_before_the_answer_tells_more_than_the_provider(
    tones: tuple[str, ...], failure: LegFailure, outcome: str
) -> None:
    kit = CallKit()
    kit.start(answered_at=None)
    for number, tone in enumerate(tones):
        kit.at(4 + number, ev.ToneHeardEvent(4 + number, tone))
    kit.at(9, ev.LegFailedEvent(ev.FAR_LEG, failure))
    kit.run()
    kit.expect(DIAL_COMPANY)
    kit.expect_end(outcome)


def test_a_busy_tone_that_nobody_ends() -> None:
    kit = CallKit()
    kit.start(answered_at=None)
    kit.at(4, ev.ToneHeardEvent(4, "busy"))
    kit.run()
    kit.expect(DIAL_COMPANY)
    kit.expect_end("busy", ev.FAR_LEG)
