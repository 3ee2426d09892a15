"""Whole calls in virtual time, from the request to the hand-over, the way they should go and with every detour."""

import pytest

from custom_components.hold_slayer.engine.call.brain import BrainConfig
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.phase import FrameLabel, Phase, Verdict
from tests.fakes.virtual_call import (
    CELL,
    CHALLENGE,
    COMPANY,
    CONNECTING,
    COURTESY,
    GREETING,
    QUESTION,
    CallKit,
    ask,
    brief,
    listen,
    press,
    queue,
    say,
    wait,
)

MENU = "For sales, press 1. For billing, press 2."
SECOND_MENU = "For your balance, press 1. To speak with a representative, press 3."
HOLD = "Please hold for the next available representative."
BUSY = "All of our representatives are busy. Please stay on the line."
SUSAN = "Hello, thank you for waiting. This is Susan. How can I help you?"
UNKNOWN = "well the computer is slow today"
"""Words that tell nothing."""
DIAL_COMPANY = act.DialAction(ev.FAR_LEG, COMPANY)
DIAL_CELL = act.DialAction("user-1", CELL.target)
KEY_1, KEY_2, KEY_3 = (act.SendDigitsAction(ev.FAR_LEG, key) for key in "123")
PERSON_HERE = act.NotifyUserAction("human_answered", "A person is on the line.")


def on_hold(kit: CallKit, t: float = 5.0) -> None:
    """The company answers with a menu and puts us on hold with music at ``t`` + 10."""
    kit.start()
    kit.says(t, MENU)
    kit.music(t + 10.0, is_new_hold=True)


def person(kit: CallKit, t: float, text: str = SUSAN) -> None:
    """The music stops and a person greets; the ear takes notice after a second of speech."""
    kit.music_stops(t)
    kit.says(t + 0.2, text, lasts=3.0)
    kit.verdict(t + 1.2, Verdict.CANDIDATE)


ASKED = (CHALLENGE, CONNECTING)
"""Said to whoever had to answer our question."""


def handed_over(kit: CallKit, *said: str) -> None:
    """Claim everything from the candidate to the bridge; ``said``: to whom a mere greeting was not enough."""
    said = said or (GREETING,)
    assert kit.said()[: len(said)] == list(said)
    kit.expect(PERSON_HERE, DIAL_CELL, act.BridgeAction("user-1"))
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.is_human
    assert kit.brain.target_name == "cell"


def test_menu_hold_announcement_person_and_user() -> None:
    kit = CallKit(brief(CELL), press("2"), queue())
    kit.start()
    kit.says(5, MENU)
    kit.says(14, HOLD)
    kit.music(18, is_new_hold=True)
    kit.music_stops(60)
    kit.says(60, BUSY)
    kit.music(63.2)
    person(kit, 100)
    kit.run(130)
    kit.expect(DIAL_COMPANY, KEY_2)
    handed_over(kit)
    assert kit.kinds == [
        "started", "ringing", "answered", "prompt_heard", "key_pressed", "prompt_heard", "hold_started", "announcement_heard",
        "candidate", "human_answered", "target_ringing", "greeted", "connected",
    ]  # fmt: skip
    assert kit.navigator.heard_turns == [(MENU,), (HOLD,)]
    assert len(kit.prepared) == 5, "sentences are prepared at the answer"
    assert kit.when("human_answered") >= 100.2, "not before the onset"
    assert kit.brain.hold_total_s(kit.now) == pytest.approx(kit.when("human_answered") - kit.when("hold_started"))
    kit.far_hangs_up(150)
    kit.run()
    assert kit.expect_end("connected", "user-1") == "You were put through. A person was on the line."


def test_two_menus() -> None:
    kit = CallKit(brief(CELL), press("2"), press("3"))
    kit.start()
    kit.says(5, MENU)
    kit.says(12, SECOND_MENU)
    kit.music(22, is_new_hold=True)
    kit.run(30)
    kit.expect(DIAL_COMPANY, KEY_2, KEY_3)
    kit.close()
    assert kit.brain.phase is Phase.ON_HOLD
    assert kit.brain.last_action == "3"


def test_a_pause_inside_a_menu_does_not_end_the_turn() -> None:
    kit = CallKit(brief(CELL), press("2"))
    kit.start()
    kit.says(5, "For sales, press 1.", lasts=2.0)
    kit.says(8.4, "For billing, press 2.", lasts=2.0)
    kit.run(20)
    assert kit.navigator.heard_turns[0] == ("For sales, press 1.", "For billing, press 2.")
    kit.expect(DIAL_COMPANY, KEY_2)
    assert 11.9 < kit.when("key_pressed") < 12.5, "1.2 to 1.7 s after the last sound"


def test_a_fact_is_pressed_and_shown_as_its_name() -> None:
    kit = CallKit(brief(CELL), press("4711#", "{account_number}#"))
    kit.start()
    kit.says(5, "Please enter your account number.")
    kit.run(15)
    kit.expect(DIAL_COMPANY, act.SendDigitsAction(ev.FAR_LEG, "4711#"))
    assert dict(kit.story[-1][2]) == {"digits": "{account_number}#", "reason": "best_option"}
    assert kit.brain.last_action == "{account_number}#"


def test_a_spoken_answer_and_a_silence() -> None:
    kit = CallKit(brief(CELL), say("billing"), wait(8.0), press("0"))
    kit.start()
    kit.says(5, "In a few words, tell me why you are calling.")
    kit.run(35)
    assert kit.said() == ["billing"]
    assert kit.navigator.heard_turns[1:3] == [(), ()], "silence is told to the navigator"
    kit.expect(DIAL_COMPANY, act.SendDigitsAction(ev.FAR_LEG, "0"))
    kit.close()


def test_language_model_once() -> None:
    kit = CallKit(brief(CELL), ask())
    kit.navigator._advised = press("1")
    kit.start()
    kit.says(5, MENU)
    kit.run(14)
    kit.expect(DIAL_COMPANY, act.AskLanguageModelAction(1, QUESTION), KEY_1)
    kit.close()
    assert kit.navigator.answers == [{"do": "press", "value": "1"}]


def test_language_model_answers_nonsense() -> None:
    """The navigator refuses it and would ask again: one question a turn, so the line is listened to."""
    kit = CallKit(brief(CELL), ask())
    kit.navigator._advised = ask()
    kit.start()
    kit.says(5, MENU)
    kit.run(15)
    kit.expect(DIAL_COMPANY, act.AskLanguageModelAction)
    kit.close()
    assert kit.brain.phase is Phase.NAVIGATING


@pytest.mark.parametrize("model_s", [None, 30.0])
def test_language_model_late_or_silent(model_s: float | None) -> None:
    kit = CallKit(brief(CELL), ask(), model_s=model_s)
    kit.navigator.fallback = press("2")
    kit.start()
    kit.says(5, MENU)
    kit.run(50)
    kit.expect(DIAL_COMPANY, act.AskLanguageModelAction, KEY_2)
    kit.close()
    assert kit.when("key_pressed") - kit.when("service_failed") == 0.0
    assert kit.navigator.failed_advices == 1
    assert kit.navigator.answers == [], "the late answer counts no longer"
    assert kit.kinds.count("service_failed") == 1


def test_hold_cancels_a_question_to_the_language_model() -> None:
    kit = CallKit(brief(CELL), ask(), model_s=3.0)
    kit.start()
    kit.says(5, MENU)
    kit.verdict(10, Verdict.HOLD)
    kit.run(60)
    kit.expect(DIAL_COMPANY, act.AskLanguageModelAction)
    kit.close()
    assert kit.navigator.answers == []
    assert kit.brain.phase is Phase.ON_HOLD


def test_ninety_minutes_on_hold() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    for minute in range(1, 90):
        at = 60.0 * minute
        kit.music_stops(at)
        kit.says(at, BUSY if minute % 2 else "Did you know that you can pay your bill on our website?")
        kit.music(at + 2.8)
    person(kit, 5400)
    kit.run(5430)
    kit.expect(DIAL_COMPANY)
    handed_over(kit)
    assert kit.kinds.count("announcement_heard") == 89
    assert [data["repeated"] for _, kind, data in kit.story if kind == "announcement_heard"].count(False) == 2
    assert kit.brain.hold_total_s(kit.now) == pytest.approx(5400 - 17, abs=10)


def test_a_candidate_that_was_an_announcement() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    person(kit, 60, BUSY)
    kit.music(65.5)
    kit.run(70)
    kit.expect(DIAL_COMPANY)
    assert kit.said() == [], "queue talk is not asked"
    kit.close()
    assert kit.kinds[-4:] == ["hold_started", "candidate", "candidate_dropped", "announcement_heard"]
    assert kit.brain.phase is Phase.ON_HOLD
    assert kit.brain.hold_since == kit.when("hold_started"), "the wait goes on"


def test_a_candidate_whom_the_ear_drops() -> None:
    kit = CallKit(brief(CELL), has_stt=False)
    on_hold(kit)
    person(kit, 60)
    kit.verdict(66, Verdict.HOLD, "music_returned")
    kit.run(80)
    kit.expect(DIAL_COMPANY)
    assert kit.said() == [CHALLENGE]
    kit.close()
    assert kit.brain.phase is Phase.ON_HOLD


def test_a_candidate_who_never_confirms() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    kit.music_stops(60, FrameLabel.SILENCE)
    kit.verdict(60, Verdict.CANDIDATE)
    kit.run(80)
    assert kit.when("candidate_dropped") == 60 + 3.0 + 8.0, "counted from the end of the question"
    assert kit.brain.phase is Phase.ON_HOLD


def test_music_drops_a_candidate_by_words() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    kit.music_stops(60)
    kit.says(60, "My name is Amy and I saved with Acme.")
    kit.music(63.0)
    kit.run(63.2)
    kit.music_stops(63.2)
    kit.run(63.4)
    assert kit.brain.phase is Phase.CANDIDATE
    kit.music(63.6)
    kit.run(70)
    assert kit.kinds[-2:] == ["candidate_dropped", "announcement_heard"]
    assert "human_answered" not in kit.kinds


def test_the_same_greeting_again_is_a_recording() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    person(kit, 60, "My name is Amy and I saved with Acme.")
    kit.music(63.9)
    kit.run(70)
    assert "human_answered" not in kit.kinds
    person(kit, 120, "My name is Amy, and I saved with Acme!")
    kit.music(126)
    kit.run(140)
    assert "human_answered" not in kit.kinds
    dropped = [data["reason"] for _, kind, data in kit.story if kind == "candidate_dropped"]
    assert dropped[-1] == "repeated_text"


def test_a_person_by_words_when_the_ear_still_says_hold() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    kit.music_stops(60)
    kit.says(60.2, SUSAN, lasts=3.0)
    kit.run(68)
    assert kit.when("candidate") == pytest.approx(64.5)
    assert kit.when("human_answered") == pytest.approx(65.5), "1.5 s after the utterance nothing had followed"


def test_a_person_by_ear_without_speech_to_text() -> None:
    kit = CallKit(brief(CELL), has_stt=False)
    on_hold(kit)
    person(kit, 60)
    kit.verdict(65.0, Verdict.HUMAN)
    kit.run(80)
    kit.expect(DIAL_COMPANY)
    handed_over(kit, *ASKED)


def test_words_under_way_may_veto_the_ear_but_not_for_ever() -> None:
    kit = CallKit(brief(CELL), stt_s=1.0)
    on_hold(kit)
    person(kit, 60, BUSY)
    kit.verdict(64.1, Verdict.HUMAN)
    kit.run(70)
    assert "human_answered" not in kit.kinds
    kit = CallKit(brief(CELL), stt_s=60.0)
    on_hold(kit)
    person(kit, 60)
    kit.verdict(64.1, Verdict.HUMAN)
    kit.run(70)
    assert kit.when("human_answered") == pytest.approx(66.1)


def test_a_reaction_to_our_question() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    person(kit, 60, UNKNOWN)
    kit.says(67.5, "Yes, I can hear you.", lasts=1.0)
    kit.run(90)
    kit.expect(DIAL_COMPANY)
    handed_over(kit, *ASKED)
    assert [data["reason"] for _, kind, data in kit.story if kind == "human_answered"] == ["reaction"]


@pytest.mark.parametrize(
    ("t", "text"),
    [
        (72.0, "Yes, I can hear you."),
        (67.5, "did i tell you about our wonderful new offers that you can get in every one of the shops in town"),
    ],
    ids=["late", "long"],
)
def test_no_reaction(t: float, text: str) -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    person(kit, 60, UNKNOWN)
    kit.says(t, text)
    kit.run(100)
    assert "human_answered" not in kit.kinds


def test_a_reaction_heard_before_is_none() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    kit.music_stops(30)
    kit.says(30, "Okay.", lasts=1.0)
    kit.music(33)
    person(kit, 60, UNKNOWN)
    kit.says(67.5, "okay", lasts=1.0)
    kit.run(100)
    assert "human_answered" not in kit.kinds


def test_a_moment_of_music_only_delays_a_person_by_words() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    kit.music_stops(60)
    kit.says(60.2, SUSAN, lasts=3.0)
    kit.music(65.0)
    kit.music_stops(65.4)
    kit.run(70)
    assert kit.when("human_answered") == pytest.approx(66.9)


def test_a_candidate_in_the_menus_last_moment() -> None:
    """The menu's limit passes while somebody may be there: it ends the call only if nobody is."""
    kit = CallKit(brief(CELL), config=BrainConfig(navigate_s=6.0))
    kit.start()
    kit.says(5, "Acme, this is Susan speaking.")
    kit.run(30)
    assert kit.when("human_answered") == pytest.approx(9.3)
    kit = CallKit(brief(CELL), config=BrainConfig(navigate_s=6.0))
    kit.start()
    kit.says(5, "Acme?", lasts=0.8)
    kit.verdict(7.8, Verdict.CANDIDATE)
    kit.run()
    assert kit.kinds[-2:] == ["candidate_dropped", "ended"]
    assert kit.brain.outcome == "no_route"


def test_a_candidate_in_mid_sentence_is_not_interrupted_for_some_seconds() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    kit.music_stops(60)
    kit.says(60.2, "well hello there i am just looking for your file in the computer", lasts=9.0)
    kit.verdict(61.2, Verdict.CANDIDATE)
    kit.run(65.1)
    assert kit.said() == []
    kit.run(65.3)
    assert kit.said() == [CHALLENGE]


def test_direct_answer_by_a_person() -> None:
    kit = CallKit(brief(CELL))
    kit.start()
    kit.says(5, "Acme, this is Susan speaking.")
    kit.run(30)
    kit.expect(DIAL_COMPANY)
    assert kit.said() == [GREETING], "whoever introduces themselves is not asked whether they are there"
    kit.expect(PERSON_HERE, DIAL_CELL, act.BridgeAction("user-1"))
    assert kit.when("human_answered") == pytest.approx(9.3), "2.3 s after the last sound"
    assert kit.navigator.heard_turns == []


def test_direct_answer_with_a_mere_hello() -> None:
    kit = CallKit(brief(CELL))
    kit.start()
    kit.says(5, "Acme?", lasts=0.8)
    kit.verdict(7.8, Verdict.CANDIDATE, "short_greeting")
    kit.says(11.5, "Yes, hello.", lasts=1.0)
    kit.run(30)
    kit.expect(DIAL_COMPANY)
    handed_over(kit, *ASKED)


def test_a_machine_that_introduces_itself_and_goes_on_with_a_menu() -> None:
    kit = CallKit(brief(CELL), press("2"))
    kit.start()
    kit.says(5, "Hi, my name is Julie.", lasts=1.5)
    kit.says(8.6, MENU)
    kit.run(16)
    kit.expect(DIAL_COMPANY, KEY_2)
    kit.close()
    assert kit.kinds[3:6] == ["prompt_heard", "candidate", "candidate_dropped"]
    assert kit.navigator.heard_turns == [("Hi, my name is Julie.", MENU)], "nothing heard is lost"


def test_a_machine_that_offers_help_is_answered_like_a_menu() -> None:
    kit = CallKit(brief(CELL), say("billing"))
    kit.start()
    kit.says(5, "How can I help you today?")
    kit.run(12)
    kit.expect(DIAL_COMPANY)
    assert kit.said() == ["billing"]
    assert "candidate" not in kit.kinds


def test_a_short_menu_without_speech_to_text_is_no_person() -> None:
    kit = CallKit(brief(CELL), has_stt=False)
    kit.start()
    for t in range(5, 50, 9):
        kit.says(t, MENU)
        kit.verdict(t + 4, Verdict.CANDIDATE, "short_greeting")
        kit.verdict(t + 5, Verdict.HUMAN, "replied")
        kit.verdict(t + 6, Verdict.IVR)
    kit.run(55)
    assert kit.kinds == ["started", "ringing", "answered", "service_failed"]


def test_a_menu_on_hold_is_navigated_when_no_music_follows() -> None:
    kit = CallKit(brief(CELL), queue(), press("1"))
    kit.start()
    kit.says(5, HOLD)
    kit.says(30, "To stay on the line, press 1.")
    kit.run(45)
    kit.expect(DIAL_COMPANY, KEY_1)
    kit.close()
    assert kit.navigator.heard_turns[1] == ("To stay on the line, press 1.",)


@pytest.mark.parametrize(
    ("text", "has_music"),
    [
        ("To stay on the line, press 1.", True),
        ("To leave a message, press 1.", False),
        ("Please stay on the line.", False),
    ],
)
def test_announcements_with_keys_are_not_followed(text: str, *, has_music: bool) -> None:
    kit = CallKit(brief(CELL), queue(), press("1"))
    kit.start()
    kit.says(5, HOLD)
    kit.says(30, text)
    if has_music:
        kit.music(33)
    kit.run(60)
    kit.expect(DIAL_COMPANY)
    kit.close()
    assert kit.brain.phase is Phase.ON_HOLD


def test_menus_on_hold_are_bounded() -> None:
    kit = CallKit(brief(CELL), *[queue(), press("1")] * 9, config=BrainConfig(hold_s=600.0))
    kit.start()
    for round_ in range(9):
        kit.says(5 + 40 * round_, HOLD)
        kit.says(25 + 40 * round_, f"Number {round_}. To stay on the line, press 1.")
    kit.run(400)
    kit.expect(DIAL_COMPANY, KEY_1, KEY_1, KEY_1)
    kit.close()


def test_ringing_after_the_answer_is_no_silence() -> None:
    kit = CallKit(brief(CELL), press("2"))
    kit.start()
    kit.says(5, MENU)
    for t in range(10, 90, 5):
        kit.at(t, ev.ToneHeardEvent(t, "ringback"))
    kit.run(90)
    assert kit.navigator.heard_turns == [(MENU,)]
    assert kit.brain.phase is Phase.NAVIGATING


def test_courtesy_while_the_user_is_rung() -> None:
    kit = CallKit(brief(CELL), phones={"cell": 19.0}, speak_s=2.0)
    on_hold(kit)
    person(kit, 60)
    kit.run(90)
    kit.expect(DIAL_COMPANY)
    assert kit.said() == [GREETING, COURTESY]


def test_the_user_answers_before_the_question_is_over() -> None:
    kit = CallKit(brief(CELL), phones={"cell": 1.0}, has_stt=False)
    on_hold(kit)
    person(kit, 60, UNKNOWN)
    kit.verdict(64.2, Verdict.HUMAN, "replied")
    kit.run(90)
    kit.expect(DIAL_COMPANY)
    assert kit.said() == [CHALLENGE], "nobody is told to stay on the line who has been put through"
    assert kit.kinds[-3:] == ["target_ringing", "connected", "greeted"]


def test_the_user_answers_before_a_full_greeting_is_over() -> None:
    kit = CallKit(brief(CELL), phones={"cell": 1.0})
    kit.start()
    kit.says(5, "Acme, this is Susan speaking.")
    kit.run(30)
    assert kit.said() == [GREETING]
    assert kit.when("connected") == kit.when("human_answered") + 1.0
    assert kit.when("greeted") == kit.when("human_answered") + 3.0, "heard to its end"


def test_listening_further_collects_more() -> None:
    kit = CallKit(brief(CELL), listen(), press("2"))
    kit.start()
    kit.says(5, "Welcome to Acme.")
    kit.says(12, MENU)
    kit.run(20)
    assert kit.navigator.heard_turns == [("Welcome to Acme.",), (MENU,)]
    kit.expect(DIAL_COMPANY, KEY_2)


def test_music_after_a_person_cancels_the_hand_over_and_the_wait_goes_on() -> None:
    kit = CallKit(brief(CELL), phones={"cell": 15.0})
    on_hold(kit)
    person(kit, 60, "Hello, my name is Laura and I can help you, how can I help")
    kit.run(66)
    assert kit.brain.is_human
    kit.music(66.5)
    kit.run(69.4)
    assert kit.brain.is_human, "a moment of music may be a mistake of the ear"
    kit.run(70)
    assert not kit.brain.is_human
    assert kit.brain.phase is Phase.ON_HOLD
    assert DIAL_CELL in kit.unclaimed
    assert act.HangUpLegAction("user-1") in kit.unclaimed
    assert kit.story[-2][1:] == ("candidate_dropped", {"reason": "music_returned"})
    assert kit.kinds[-1] == "hold_started"
    person(kit, 120, "Hello, this is Peter, what can I do for you")
    kit.run(145)
    assert kit.brain.phase is Phase.CONNECTED
    assert act.BridgeAction("user-2") in kit.unclaimed


def test_music_under_a_person_for_a_moment_cancels_nothing() -> None:
    kit = CallKit(brief(CELL))
    on_hold(kit)
    person(kit, 60)
    kit.music(66)
    kit.music_stops(68.5)
    kit.run(90)
    assert kit.brain.phase is Phase.CONNECTED


def test_music_once_the_user_has_answered_is_theirs_to_hear() -> None:
    kit = CallKit(brief(CELL), phones={"cell": 1.0})
    on_hold(kit)
    person(kit, 60)
    kit.music(67)
    kit.run(90)
    assert kit.brain.phase is Phase.CONNECTED
