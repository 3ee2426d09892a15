"""What one call teaches the next about a number: its texts, how often it says something new, and nothing of a person's."""

from dataclasses import replace
import json

from hypothesis import given, strategies as st
import pytest

from custom_components.hold_slayer.engine.call.novelty import Novelty
from custom_components.hold_slayer.engine.call.recollection import Recollection
from custom_components.hold_slayer.engine.model.number_memory import (
    KEPT_DAYS,
    MOST_TEXTS,
    WARY_CALLS,
    KnownText,
    NumberMemory,
)

OFFER = "discover our new offers for your home today"


def texts(memory: NumberMemory) -> list[str]:
    return [text.words for text in memory.texts]


def after(call: Recollection, seconds: float, *, start: float = 100.0) -> None:
    """So much hold, a second at a time."""
    for second in range(int(seconds) + 1):
        call.tick(start + second, is_hold=True)


def test_a_text_counts_once_the_line_has_gone_on_waiting() -> None:
    call = Recollection()
    call.tick(100.0, is_hold=True)
    call.heard(OFFER, is_known=False, is_hold=True)
    after(call, 10)
    assert texts(call.learned(5, b"")) == []
    after(call, 21)
    assert texts(call.learned(5, b"")) == [OFFER]


def test_nothing_that_was_said_just_before_a_person_or_after_them_is_kept() -> None:
    call = Recollection()
    call.tick(100.0, is_hold=True)
    call.heard(OFFER, is_known=False, is_hold=True)
    after(call, 30)
    call.heard("well let me look for your file in here", is_known=False, is_hold=True)
    call.person()
    after(call, 60, start=131.0)
    call.heard("your account was charged twice in may", is_known=False, is_hold=True)
    after(call, 60, start=200.0)
    assert texts(call.learned(5, b"")) == [OFFER]


@pytest.mark.parametrize(("stayed_s", "new"), [(20, 1.0), (300, 0.0)])
def test_after_somebody_left_it_is_learned_again_and_who_left_soon_was_a_new_recording(
    stayed_s: int, new: float
) -> None:
    call = Recollection()
    call.tick(100.0, is_hold=True)
    call.person()
    after(call, stayed_s, start=101.0)
    waited = call.novelty.minutes
    call.person_left()
    assert call.novelty.new == new
    assert call.is_wary is bool(new)
    assert call.novelty.minutes == waited, "they were there so long: that was no waiting"
    call.heard(OFFER, is_known=False, is_hold=True)
    after(call, 30, start=500.0)
    assert texts(call.learned(5, b"")) == [OFFER]


@pytest.mark.parametrize(
    "text",
    ["hello my name is Laura and i saved", "how can I help you today", "your balance is 1234 euros", "okay then"],
    ids=["a name", "an offer of help", "digits", "too short"],
)
def test_what_may_be_a_persons_or_private_is_not_kept(text: str) -> None:
    call = Recollection()
    call.tick(100.0, is_hold=True)
    call.heard(text, is_known=False, is_hold=True)
    after(call, 60)
    assert texts(call.learned(5, b"")) == []


def test_a_greeting_that_came_again_word_for_word_is_a_recording() -> None:
    call = Recollection()
    call.tick(100.0, is_hold=True)
    call.heard("hello my name is Laura and i saved", is_known=True, is_hold=True)
    after(call, 60)
    assert texts(call.learned(5, b"")) == ["hello my name is laura and i saved"]


def test_old_texts_go_and_renewed_ones_stay() -> None:
    known = NumberMemory(3, b"x", (KnownText("a b c", 10), KnownText("d e f", 190)), 1.0, 9.0, 190)
    call = Recollection(known)
    call.tick(1.0, is_hold=True)
    call.heard("D, e, f!", is_known=True, is_hold=True)
    after(call, 30, start=2.0)
    learned = call.learned(10 + KEPT_DAYS + 1, b"y")
    assert learned.texts == (KnownText("d e f", 10 + KEPT_DAYS + 1),)
    assert (learned.calls, learned.marks) == (4, b"y")


def test_it_is_bounded() -> None:
    call = Recollection()
    for number in range(3 * MOST_TEXTS):
        call.tick(100.0 + 30 * number, is_hold=True)
        call.heard(f"offer {'a' * (number + 1)} of the day", is_known=False, is_hold=True)
    call.tick(1e6, is_hold=True)
    assert len(call.learned(5, b"").texts) == MOST_TEXTS


def test_a_number_that_misled_us_is_not_believed_early_for_some_calls() -> None:
    call = Recollection()
    assert not call.is_wary
    call.tick(100.0, is_hold=True)
    call.person()
    call.tick(110.0, is_hold=False)
    call.person_left()
    memory = call.learned(5, b"")
    for _ in range(WARY_CALLS):
        assert Recollection(memory).is_wary
        memory = Recollection(NumberMemory.from_data(memory.as_data())).learned(5, b"")
    assert not Recollection(memory).is_wary


def test_what_was_kept_before_anybody_was_wary_is_read() -> None:
    old = {key: value for key, value in NumberMemory(3, b"x", day=7).as_data().items() if key != "wary"}
    assert NumberMemory.from_data(old) == NumberMemory(3, b"x", day=7)


# --- how likely something new is a recording -----------------------------------------------------------------------


def test_the_longer_nothing_new_came_the_likelier_it_is_a_person() -> None:
    novelty = Novelty()
    before = novelty.prior
    novelty.wait(600)
    quiet = novelty.prior
    novelty.recording()
    novelty.recording()
    assert before < quiet
    assert novelty.prior < quiet
    assert quiet > 0.3
    assert before < -1.5


@given(st.lists(st.one_of(st.none(), st.floats(0, 7200)), max_size=60))
def test_the_prior_stays_finite_and_new_recordings_never_raise_it(story: list[float | None]) -> None:
    novelty = Novelty()
    for seconds in story:
        before = novelty.prior
        if seconds is None:
            novelty.recording()
            assert novelty.prior < before
        else:
            novelty.wait(seconds)
        assert -12 < novelty.prior < 1.2


def test_a_second_call_begins_with_what_the_first_has_seen() -> None:
    first = Recollection()
    first.tick(100.0, is_hold=False)
    after(first, 900)
    second = Recollection(first.learned(5, b""))
    assert second.novelty.prior == pytest.approx(first.novelty.prior)
    assert second.novelty.prior > Recollection().novelty.prior + 2


# --- kept as plain data ---------------------------------------------------------------------------------------------

MEMORY = NumberMemory(2, b"\x00\xff", (KnownText("please hold", 7),), 1.5, 12.25, 20700)


def test_it_is_kept_as_plain_data() -> None:
    assert NumberMemory.from_data(json.loads(json.dumps(MEMORY.as_data()))) == MEMORY


def test_nothing_of_what_was_said_is_in_its_repr() -> None:
    assert "please" not in repr(MEMORY)
    assert "please" not in repr(MEMORY.texts)


@pytest.mark.parametrize(
    "damage",
    [
        {"marks": "zz"},
        {"marks": None},
        {"marks": "00" * 50_000},
        {"texts": [["a", "b"]]},
        {"texts": [["a" * 500, 1]]},
        {"texts": [["a", 1]] * (MOST_TEXTS + 1)},
        {"texts": 7},
        {"calls": -1},
        {"calls": True},
        {"new_recordings": "nan"},
        {"waited_min": -1},
        {"day": None},
    ],
)
def test_damaged_data_are_refused(damage: dict[str, object]) -> None:
    with pytest.raises(ValueError, match="memory of a number"):
        NumberMemory.from_data(MEMORY.as_data() | damage)


@pytest.mark.parametrize("data", [None, [], "x", 7, {}])
def test_anything_else_is_refused(data: object) -> None:
    with pytest.raises(ValueError, match="damaged"):
        NumberMemory.from_data(data)


def test_an_empty_memory_is_as_good_as_none() -> None:
    assert Recollection(NumberMemory()).novelty.prior == Recollection().novelty.prior
    assert replace(MEMORY, calls=3).calls == 3
