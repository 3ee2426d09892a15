"""What a call teaches: its way without detours, for which flow it counts, and what it must not keep."""

from collections.abc import Iterable
from dataclasses import replace
from datetime import date

import pytest

from custom_components.hold_slayer.engine.ivr.flow import private_words
from custom_components.hold_slayer.engine.ivr.learner import MOST_VARIANTS, CallStory, Lesson, learned, read_call
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.call_flow import (
    ANSWER,
    IN_OWN_WORDS,
    REPRESENTATIVE,
    CallFlow,
)

MAIN = "Welcome to Acme. For sales, press 1. For billing, press 2. For technical support, press 3."
BILLING = "For your balance, press 1. To question a charge, press 4. To go back, press 9."
SUPPORT = "For broadband, press 1. For telephones, press 2. To go back, press 9."
HOLD = "All our colleagues are busy. Please stay on the line."
DAY, LATER = date(2026, 11, 24), date(2026, 11, 30)

type Line = tuple[str, dict[str, str | int]]


def heard(text: str) -> Line:
    return ("prompt_heard", {"text": text})


def pressed(digits: str, reason: str = "best_option") -> Line:
    return ("key_pressed", {"digits": digits, "reason": reason})


def said(text: str, reason: str = "best_option") -> Line:
    return ("said", {"text": text, "reason": reason})


def drifted(flow: str = "Acme", step: int = 0) -> Line:
    return ("flow_drifted", {"flow": flow, "step": step, "expected": "dtmf 2"})


PERSON: tuple[Line, ...] = (("hold_started", {}), ("human_answered", {}), ("connected", {}))
GOOD: tuple[Line, ...] = (heard(MAIN), pressed("2"), heard(BILLING), pressed("4"), heard(HOLD), *PERSON)


def story(*lines: Line, private: Iterable[str] = (), outcome: str = "connected") -> CallStory:
    occurrences = [CallOccurrence("c", kind, 0.0, float(t), data) for t, (kind, data) in enumerate(lines)]
    end = CallOccurrence("c", "ended", 0.0, 99.0, {"outcome": outcome})
    return read_call([*occurrences, end], "en", private_words(private))


def lesson(name: str = "Acme", day: date = DAY, goal: tuple[str, ...] = ("billing",)) -> Lesson:
    return Lesson(name, "+15550100", "en", goal, ("charge",), day)


def actions(told: CallStory | CallFlow) -> list[tuple[str, str]]:
    return [(step.kind.value, step.value) for step in told.steps]


def after(*stories: CallStory, day: date = DAY) -> tuple[CallFlow, ...]:
    flows: tuple[CallFlow, ...] = ()
    for each in stories:
        flows = learned(flows, each, lesson(day=day))
    return flows


# --- reading --------------------------------------------------------------------------------------------------------


def test_a_good_call_is_a_way() -> None:
    told = story(*GOOD)
    assert told.is_lesson
    assert actions(told) == [("dtmf", "2"), ("dtmf", "4"), ("hold", ""), ("transfer", "")]
    assert told.steps[0].purpose == ("billing",)
    assert told.steps[0].expect == ("welcome", "acme", "sales", "press", "billing", "technical", "support")
    assert told.steps[2].expect == ("all", "colleagues", "busy", "stay", "line")


def test_detours_and_repetitions_are_left_out() -> None:
    excuse = f"Sorry, I did not get that. {MAIN}"
    detour = (heard(MAIN), pressed("3"), heard(SUPPORT), pressed("9"), heard(excuse), pressed("2"))
    told = story(*detour, *GOOD[2:])
    assert actions(told) == actions(story(*GOOD))
    assert told.steps[0].purpose == ("billing",)
    again = story(*GOOD[:2], *GOOD[:2], *GOOD[2:])
    assert actions(again) == actions(story(*GOOD))


def test_a_prompt_in_pieces_is_one() -> None:
    pieces = [heard(f"{text.strip()}.") for text in MAIN.split(".") if text.strip()]
    assert story(*pieces, *GOOD[1:]).steps[0] == story(*GOOD).steps[0]


@pytest.mark.parametrize(
    ("line", "kind", "value"),
    [
        (pressed("{account_number}#"), "fact", "account_number"),
        (said("{date_of_birth}"), "fact", "date_of_birth"),
        (said("yes", "answer"), "say", ANSWER),
        (said("no", "model"), "say", ANSWER),
        (said("representative", "ladder"), "say", REPRESENTATIVE),
        (said("a charge of my daughter Mary", "open_question"), "say", IN_OWN_WORDS),
        (said("my account of 1998", "model"), "say", IN_OWN_WORDS),
        (pressed("0", "ladder"), "dtmf", "0"),
    ],
)
def test_what_is_given_stands_for_itself_only_when_the_line_offered_it(line: Line, kind: str, value: str) -> None:
    told = story(heard("Good morning from Acme, what would you like to do today"), line, *PERSON)
    assert actions(told)[0] == (kind, value)


def test_words_that_the_line_offers_are_kept() -> None:
    prompt = "Please say blue desk or green desk."
    assert actions(story(heard(prompt), said("green desk"), *PERSON))[0] == ("say", "green desk")
    assert actions(story(heard(prompt), said("green desk"), *PERSON, private=["Green"]))[0] == ("say", IN_OWN_WORDS)


@pytest.mark.parametrize(
    "lines",
    [
        GOOD[:-3],
        (heard(MAIN), pressed("*", "user"), *GOOD),
        (heard(MAIN), said("*****", "user"), *GOOD),
        (heard(MAIN), pressed("44173"), *PERSON),
        (heard(HOLD), *PERSON),
        (pressed("0", "ladder"), *PERSON),
    ],
    ids=["nobody", "users keys", "users words", "long entry", "no action", "silence"],
)
def test_calls_that_teach_nothing(lines: tuple[Line, ...]) -> None:
    assert not story(*lines).is_lesson
    assert after(story(*lines)) == ()


def test_nothing_private_is_kept() -> None:
    lines = (
        heard(
            "Hello Mary Quillfeather of Juniper Crescent, your account 4417302268 is in arrears. For billing, press 2."
        ),
        pressed("2"),
        heard("How can I help you? This is Susan speaking."),
        ("candidate", {}),
        ("candidate_dropped", {}),
        heard("For a charge, press 1."),
        pressed("1"),
        *PERSON,
    )
    text = str(after(story(*lines, private=["Mary Quillfeather", "12 Juniper Crescent", "4417302268"])))
    for part in ("mary", "quillfeather", "juniper", "crescent", "4417", "susan"):
        assert part not in text.casefold()
    assert "arrears" in text


# --- keeping score --------------------------------------------------------------------------------------------------


def test_the_first_good_call_makes_a_flow_and_the_next_counts_for_it() -> None:
    (flow,) = after(story(*GOOD))
    assert (flow.name, flow.number, flow.goal, flow.version) == ("Acme", "+15550100", ("billing",), 1)
    assert (flow.successes, flow.last_success) == (1, DAY)
    (flow,) = learned((flow,), story(*GOOD), lesson(day=LATER))
    assert (flow.successes, flow.failures, flow.last_success) == (2, 0, LATER)
    assert [step.successes for step in flow.steps] == [2, 2, 2, 2]
    assert flow.steps[0].last_success == LATER


def test_another_branch_is_a_variant() -> None:
    changed = story(heard(MAIN), pressed("2"), heard(SUPPORT), pressed("1"), *PERSON)
    first, second = after(story(*GOOD), changed)
    assert (first.name, first.version, first.successes) == ("Acme", 1, 1)
    assert (second.name, second.version, second.successes) == ("Acme 2", 2, 1)
    assert after(story(*GOOD), changed, changed)[1].successes == 2


def test_the_same_key_for_something_else_is_a_variant() -> None:
    swapped = MAIN.replace("billing", "x").replace("sales", "billing").replace("x", "sales")
    assert len(after(story(*GOOD), story(heard(swapped), *GOOD[1:]))) == 2


def test_another_goal_or_number_is_another_flow() -> None:
    flows = after(story(*GOOD))
    other = replace(lesson("Other"), number="+15550199")
    assert [each.number for each in learned(flows, story(*GOOD), other)] == ["+15550100", "+15550199"]
    assert len(learned(flows, story(*GOOD), lesson("Other", goal=("moving",)))) == 2


def test_three_failures_in_a_row_retire_and_a_success_brings_back() -> None:
    flows = after(story(*GOOD))
    drift = story(heard(SUPPORT), pressed("1"), drifted(step=1), outcome="no_route")
    counts = []
    for _ in range(3):
        flows = learned(flows, drift, lesson())
        counts.append((flows[0].failures, flows[0].failures_in_row, flows[0].is_retired))
    assert counts == [(1, 1, False), (2, 2, False), (3, 3, True)]
    assert [step.failures for step in flows[0].steps] == [0, 3, 0, 0]
    (flow,) = learned(flows, story(*GOOD), lesson(day=LATER))
    assert (flow.is_retired, flow.failures, flow.successes) == (False, 3, 2)


def test_a_drift_counts_against_the_old_way_while_the_new_one_is_learned() -> None:
    changed = story(heard(SUPPORT), pressed("1"), drifted(), heard(BILLING), pressed("4"), *PERSON)
    old, new = learned(after(story(*GOOD)), changed, lesson())
    assert (old.failures_in_row, new.successes) == (1, 1)
    assert actions(new)[:2] == [("dtmf", "1"), ("dtmf", "4")]


@pytest.mark.parametrize(
    ("outcome", "reason", "failures"),
    [
        ("no_route", "flow", 1),
        ("remote_hung_up", "flow", 1),
        ("no_route", "best_option", 0),
        ("hung_up", "flow", 0),
        ("closed", "flow", 0),
        ("interrupted", "flow", 0),
        ("call_timeout", "flow", 0),
    ],
)
def test_only_ends_in_the_menus_of_a_followed_flow_count_against_it(outcome: str, reason: str, failures: int) -> None:
    lost = story(heard(MAIN), pressed("2", reason), heard("Nobody is here today."), outcome=outcome)
    (flow,) = learned(after(story(*GOOD)), lost, lesson())
    assert (flow.failures, flow.successes) == (failures, 1)


def test_whoever_waited_in_the_queue_was_not_led_astray() -> None:
    lost = story(heard(MAIN), pressed("2", "flow"), ("hold_started", {}), outcome="remote_hung_up")
    (flow,) = learned(after(story(*GOOD)), lost, lesson())
    assert flow.failures == 0


def test_variants_are_few_and_the_retired_one_goes_first() -> None:
    branches = [
        story(heard(f"For {name} and plants, press 1. For {name}, press 2."), pressed("2"), *PERSON)
        for name in ("roses", "tulips", "lilies", "daisies", "poppies")
    ]
    flows = after(*branches[:4])
    assert len(flows) == MOST_VARIANTS
    flows = (flows[0], flows[1], replace(flows[2], failures_in_row=3), flows[3])
    kept = learned(flows, branches[4], lesson())
    assert len(kept) == MOST_VARIANTS
    assert flows[2] not in kept
    assert kept[-1].steps[0].purpose == ("poppies",)
    assert kept[-1].version == 5
