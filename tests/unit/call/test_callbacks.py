"""Whose call it is when a company calls back."""

import pytest

from custom_components.hold_slayer.engine.call.callbacks import (
    MOST_PROMISES,
    CallbackDesk,
    Promise,
    is_same_line,
    is_same_number,
)
from custom_components.hold_slayer.engine.model.call_brief import Arrival, CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget


def a_brief(number: str) -> CallBrief:
    return CallBrief(DialTarget(number), "a question about my bill", company="Acme")


def test_a_promise_is_kept_once_and_in_time() -> None:
    desk = CallbackDesk("DE")
    desk.expect(Promise(a_brief("030123450"), until=1000.0), 0.0)
    assert desk.match("+49 40 99999", 10.0) is None
    assert desk.match("", 10.0) is None, "a hidden number is nobody's"
    found = desk.match("+493012345678", 10.0)
    assert found is not None
    assert (found.arrival, found.company) == (Arrival.CALLED_BACK, "Acme")
    assert desk.match("+493012345678", 11.0) is None
    assert not desk.open


def test_an_old_promise_is_forgotten() -> None:
    desk = CallbackDesk("DE")
    desk.expect(Promise(a_brief("030123450"), until=1000.0), 0.0)
    assert desk.match("030123450", 1000.0) is None
    desk.expect(Promise(a_brief("030123450"), until=2000.0), 1000.0)
    desk.forget("030123450")
    assert desk.match("030123450", 1500.0) is None


def test_no_more_than_so_many_are_kept_and_the_soonest_over_goes() -> None:
    desk = CallbackDesk("DE")
    for number in range(MOST_PROMISES + 2):
        desk.expect(Promise(a_brief(f"0301234{number:03}"), until=1000.0 + number), 0.0)
    assert sorted(promise.until for promise in desk.open) == [1002.0 + number for number in range(MOST_PROMISES)]


def test_old_ones_go_when_somebody_looks() -> None:
    desk = CallbackDesk("DE")
    desk.expect(Promise(a_brief("030123450"), until=1000.0), 0.0)
    desk.expect(Promise(a_brief("040123450"), until=3000.0), 0.0)
    assert not desk.drop_old(999.0)
    assert desk.drop_old(1000.0)
    assert [promise.until for promise in desk.open] == [3000.0]


@pytest.mark.parametrize(
    ("caller", "number", "is_same"),
    [
        ("+4930123450", "030123450", True),
        ("004930123450", "+4930123450", True),
        ("+49301234567", "030123450", True),
        ("+4930123", "030123450", False),
        ("+4940123450", "030123450", False),
        ("+4930999950", "030123450", False),
        ("610", "610", True),
        ("611", "610", False),
        ("sip:desk@pbx", "SIP:desk@pbx", True),
        ("", "", False),
        ("anonymous", "030123450", False),
    ],
)
def test_the_same_line(caller: str, number: str, *, is_same: bool) -> None:
    assert is_same_line(caller, number, "DE") is is_same


@pytest.mark.parametrize(
    ("one", "other", "is_same"),
    [
        ("+4917612345678", "017612345678", True),
        ("017612345678", "+4917612345679", False),
        ("610", "610", True),
        ("alice", "Alice", True),
        ("", "", False),
    ],
)
def test_the_same_number(one: str, other: str, *, is_same: bool) -> None:
    assert is_same_number(one, other, "DE") is is_same
