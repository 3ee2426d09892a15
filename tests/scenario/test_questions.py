"""The line wants what was not released: the user is asked, answers in time, too late, not at all, or the line goes on."""

import pytest

from custom_components.hold_slayer.engine.call.brain import BrainConfig
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.phase import Phase
from tests.fakes.virtual_call import COMPANY, CallKit, ask_user, give_up, press, queue

PROMPT = "Please enter your account number."


def asked(kit: CallKit, until: float = 10.0) -> int:
    """Play to the question; return its id."""
    kit.start()
    kit.says(5, PROMPT)
    kit.run(until)
    kit.expect(act.DialAction(ev.FAR_LEG, COMPANY))
    assert kit.kinds[-1] == "question_asked"
    return int(kit.story[-1][2]["question_id"])


def closed(kit: CallKit) -> list[object]:
    return [data["reason"] for _, kind, data in kit.story if kind == "question_closed"]


def test_the_answer_is_given_at_once_and_stands_nowhere() -> None:
    kit = CallKit(None, ask_user())
    question = asked(kit)
    kit.at(20, ev.QuestionAnsweredEvent(question, "4417"))
    kit.run(20)
    kit.expect(act.SendDigitsAction(ev.FAR_LEG, "7"))
    assert kit.navigator.given == [("account", "4417")]
    assert closed(kit) == ["answered"]
    assert "4417" not in str(kit.story)


def test_rather_not_takes_the_other_way() -> None:
    kit = CallKit(None, ask_user())
    kit.navigator.fallback = press("0")
    question = asked(kit)
    kit.at(20, ev.QuestionAnsweredEvent(question, None))
    kit.run(20)
    kit.expect(act.SendDigitsAction(ev.FAR_LEG, "0"))
    assert closed(kit) == ["declined"]


def test_after_the_deadline_the_call_goes_on_without() -> None:
    kit = CallKit(None, ask_user(), config=BrainConfig(question_s=30))
    kit.navigator.fallback = press("0")
    question = asked(kit)
    at = kit.when("question_asked")
    kit.run(at + 29.9)
    kit.close()
    kit.at(at + 31, ev.QuestionAnsweredEvent(question, "4417"))
    kit.run(at + 31)
    kit.expect(act.SendDigitsAction(ev.FAR_LEG, "0"))
    kit.close()
    assert closed(kit) == ["late"]
    assert kit.navigator.given == [("account", None)]


def test_an_answer_to_another_question_is_none() -> None:
    kit = CallKit(None, ask_user())
    question = asked(kit)
    kit.at(11, ev.QuestionAnsweredEvent(question + 1, "4417"))
    kit.run(12)
    kit.close()
    assert closed(kit) == []


def test_the_line_repeats_itself_and_nothing_is_asked_twice() -> None:
    kit = CallKit(None, ask_user(), ask_user())
    asked(kit)
    kit.says(18, PROMPT)
    kit.run(30)
    kit.close()
    assert kit.kinds.count("question_asked") == 1
    assert closed(kit) == []


@pytest.mark.parametrize("decision", [queue(), press("2")])
def test_the_line_goes_on_and_the_question_is_void(decision: object) -> None:
    kit = CallKit(None, ask_user(), decision)  # type: ignore[arg-type]
    question = asked(kit)
    kit.says(18, "Please hold the line.")
    kit.at(26, ev.QuestionAnsweredEvent(question, "4417"))
    kit.run(26)
    assert closed(kit) == ["moved_on"]
    assert kit.navigator.given == []


def test_silence_while_the_user_thinks_is_no_reason_to_press_anything() -> None:
    kit = CallKit(None, ask_user(), config=BrainConfig(question_s=60, no_words_s=90, max_silences=2))
    asked(kit)
    kit.run(64)
    kit.close()
    assert kit.navigator.heard_turns == [(PROMPT,)]
    assert kit.brain.phase is Phase.NAVIGATING


def test_the_end_of_the_call_closes_the_question() -> None:
    kit = CallKit(None, ask_user())
    asked(kit)
    kit.at(12, ev.HangUpRequestedEvent())
    kit.run()
    kit.expect_end("hung_up", ev.FAR_LEG)
    assert closed(kit) == ["moved_on"]


def test_keys_of_the_users_own_are_an_answer() -> None:
    kit = CallKit(None, ask_user(), give_up("closed"))
    asked(kit)
    kit.at(12, ev.DigitsRequestedEvent("4417#"))
    kit.run(12)
    kit.expect(act.SendDigitsAction)
    assert closed(kit) == ["answered"]


def test_a_list_that_does_not_go_on_is_answered_soon() -> None:
    """One option that may not be the last: three seconds of silence, not seven, show that it was."""
    more = Decision(DecisionKind.LISTEN, seconds=3.0, reason="list_may_go_on")
    kit = CallKit(None, more, press("1"))
    kit.start()
    kit.says(5, "For billing, press 1.")
    kit.run(12.5)
    kit.expect(act.DialAction(ev.FAR_LEG, COMPANY), act.SendDigitsAction(ev.FAR_LEG, "1"))
    # 7.8 s its utterance has ended, 8.7 s it is our turn, 11.7 s nothing has followed.
    assert kit.when("key_pressed") == pytest.approx(11.7, abs=0.15)
