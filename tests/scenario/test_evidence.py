"""What a live call has beyond the sound: first words, our question and its answer; and what happens when one of them is missing."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.call import belief as odds
from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.call.wording import wording_of
from custom_components.hold_slayer.engine.model import call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy
from custom_components.hold_slayer.engine.model.number_memory import NumberMemory
from custom_components.hold_slayer.engine.model.phase import Phase, Verdict
from tests.fakes.virtual_call import CELL, CHALLENGE, CallKit, brief

MENU = "For sales, press 1. For billing, press 2."
UNKNOWN = "the branch in the old town is being rebuilt until spring"
WAITS = "greeting_and_wait"


def waiting(**settings: object) -> CallKit:
    """On hold with music; at 60 s it stops."""
    kit = CallKit(settings.pop("mission", brief(CELL)), **settings)  # type: ignore[arg-type]
    kit.start()
    kit.says(5, MENU)
    kit.music(15, is_new_hold=True)
    kit.music_stops(60)
    return kit


def glimpse(kit: CallKit, t: float, utterance_id: int, text: str, *, is_pause: bool = False) -> None:
    """At ``t`` the utterance has been ``text`` so far; its words are there half a second later."""
    kit.at(t, ev.UtteranceContinuesEvent(t, utterance_id, 60.0, t, is_pause, b"\0\0"))
    kit.at(t + 0.5, ev.TranscribedEvent(utterance_id, text, 60.0, t, is_partial=True))


def begins(kit: CallKit, t: float, utterance_id: int) -> None:
    kit.at(t, ev.UtteranceStartedEvent(t, utterance_id))


def reasons(kit: CallKit, kind: str) -> list[object]:
    return [data["reason"] for _, each, data in kit.story if each == kind]


def test_an_offer_of_help_confirms_while_it_is_spoken() -> None:
    kit = waiting()
    begins(kit, 60.4, 50)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    glimpse(kit, 61.7, 50, "Thank you for holding how can I help")
    kit.run(62.3)
    assert kit.when("human_answered") == pytest.approx(62.2)


def test_queue_talk_that_has_only_begun_drops_nobody() -> None:
    kit = waiting()
    begins(kit, 60.4, 50)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    glimpse(kit, 61.7, 50, "Thank you for holding")
    kit.run(63)
    assert kit.brain.phase is Phase.CANDIDATE


def test_the_beginning_of_something_heard_before_is_no_person() -> None:
    kit = waiting()
    kit.says(60.2, "how can i help the planet asks our new magazine", lasts=3.0)
    kit.music(64)
    kit.music_stops(90)
    begins(kit, 90.4, 50)
    kit.verdict(91.2, Verdict.CANDIDATE, "speech_after_hold")
    glimpse(kit, 91.7, 50, "how can i help a planet")
    kit.run(93)
    assert "human_answered" not in kit.kinds


def test_a_name_counts_at_the_pause_but_not_in_a_long_story() -> None:
    """Where the queue says something new every minute."""
    for pause_at, is_person in ((63.0, True), (66.0, False)):
        kit = waiting(mission=replace(brief(CELL), known=NumberMemory(new_recordings=6.0, waited_min=9.0)))
        begins(kit, 60.4, 50)
        kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
        glimpse(kit, 61.7, 50, "Hello my name is Laura")
        glimpse(kit, pause_at, 50, "Hello my name is Laura and so on", is_pause=True)
        kit.run(pause_at + 1.0)
        assert ("human_answered" in kit.kinds) is is_person


def test_an_announcement_before_a_silence_has_to_answer() -> None:
    kit = waiting()
    kit.says(60.2, UNKNOWN, lasts=3.0)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.verdict(64.4, Verdict.HUMAN, WAITS)
    kit.run(100)
    assert kit.said() == [CHALLENGE]
    assert "human_answered" not in kit.kinds
    assert reasons(kit, "candidate_dropped") == ["not_confirmed"]


def test_whoever_answers_is_a_person() -> None:
    kit = waiting()
    kit.says(60.2, UNKNOWN, lasts=3.0)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.verdict(64.4, Verdict.HUMAN, WAITS)
    kit.says(68.0, "Yes, I hear you.", lasts=1.0)
    kit.run(80)
    assert reasons(kit, "human_answered") == ["reaction"]


@pytest.mark.parametrize(
    ("left_out", "is_answer"),
    [("answer", False), ("novelty", True), ("words", True)],
    ids=["answer", "novelty", "words"],
)
def test_what_is_left_out_of_the_evidence_is_that_alone(*, left_out: str, is_answer: bool) -> None:
    kit = waiting(config=BrainConfig(ignored_evidence=frozenset({left_out})))
    kit.says(60.2, UNKNOWN, lasts=3.0)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.verdict(64.4, Verdict.HUMAN, WAITS)
    kit.says(68.0, "Yes, I hear you.", lasts=1.0)
    kit.run(80)
    assert (reasons(kit, "human_answered") == ["reaction"]) is is_answer


@pytest.mark.parametrize("remembered", [0, 200])
def test_a_text_heard_before_drops_a_candidate_for_as_long_as_texts_are_remembered(remembered: int) -> None:
    kit = waiting(config=BrainConfig(remembered_texts=remembered))
    kit.says(60.2, UNKNOWN, lasts=3.0)
    kit.music(64)
    kit.music_stops(90)
    kit.says(90.2, UNKNOWN, lasts=3.0)
    kit.verdict(91.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.run(95)
    assert (reasons(kit, "candidate_dropped") == ["repeated_text"]) is bool(remembered)


def test_a_mere_hello_is_believed_by_sound() -> None:
    kit = waiting()
    kit.says(60.2, "Hello?", lasts=0.6)
    kit.verdict(62.3, Verdict.HUMAN, WAITS)
    kit.run(66)
    assert reasons(kit, "human_answered") == ["sound"]


@pytest.mark.parametrize("has_policy", [False, True])
def test_without_our_question_the_ear_decides(*, has_policy: bool) -> None:
    mission = replace(brief(CELL), policy=CallPolicy(challenge=has_policy))
    kit = waiting(mission=mission, has_tts=False)
    kit.says(60.2, UNKNOWN, lasts=3.0)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.verdict(64.4, Verdict.HUMAN, WAITS)
    kit.run(70)
    assert reasons(kit, "human_answered") == ["sound"]


def test_policy_forbids_the_question() -> None:
    kit = waiting(mission=replace(brief(CELL), policy=CallPolicy(challenge=False)))
    kit.says(60.2, UNKNOWN, lasts=3.0)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.run(75)
    assert kit.said() == []


@pytest.mark.parametrize("settings", [{"has_stt": False}, {"stt_s": 10.0}], ids=["none", "late"])
def test_an_answer_counts_without_its_words(settings: dict[str, object]) -> None:
    for lasts, is_person in ((1.0, True), (9.0, False)):
        kit = waiting(**settings)
        kit.says(60.2, UNKNOWN, lasts=2.0)
        kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
        kit.says(67.5, UNKNOWN + " and so on", lasts=lasts)
        kit.run(72.5)
        assert ("human_answered" in kit.kinds) is is_person


def test_first_words_that_bring_a_candidate_do_not_confirm_it() -> None:
    kit = waiting()
    begins(kit, 60.4, 50)
    glimpse(kit, 65.0, 50, "Hello my name is Laura and so on")
    kit.verdict(65.6, Verdict.CANDIDATE, "speech_after_hold")
    glimpse(kit, 66.0, 50, "Hello my name is Laura and so on and on", is_pause=True)
    kit.run(68)
    assert kit.brain.phase is Phase.CANDIDATE


def test_the_late_words_of_a_known_recording_drop_nobody_who_took_over() -> None:
    kit = waiting()
    kit.says(30, UNKNOWN)
    kit.at(60.0, ev.UtteranceStartedEvent(60.0, 70))
    kit.at(60.6, ev.UtteranceEndedEvent(60.6, 70, 58.0, 60.2, b"\0\0", is_repeat=True))
    begins(kit, 60.7, 71)
    kit.verdict(60.9, Verdict.CANDIDATE, "speech_after_hold")
    kit.texts[70] = UNKNOWN
    kit.run(62)
    assert kit.brain.phase is Phase.CANDIDATE
    heard = [data for t, kind, data in kit.story if kind == "announcement_heard" and t > 60]
    assert [data["repeated"] for data in heard] == [True]


def test_what_was_told_as_an_announcement_is_not_told_and_counted_again_with_the_next_candidate() -> None:
    kit = waiting()
    kit.says(58, UNKNOWN, 1.0)
    kit.verdict(64, Verdict.CANDIDATE, "speech_after_hold")
    kit.verdict(65, Verdict.HOLD, "repeated_recording")
    kit.run(66)
    told = [data["text"] for _, kind, data in kit.story if kind == "announcement_heard"]
    assert told == [UNKNOWN]
    assert kit.brain.learned(1, b"").new_recordings == pytest.approx(1.0, abs=0.1)


@pytest.mark.parametrize(("log_odds", "at"), [(1.5, 61.2), (-2.5, 63.0)])
def test_who_speaks_when_an_announcement_is_due_is_believed_less(log_odds: float, at: float) -> None:
    """The same words and the same sound: only by the queue's rhythm it takes the words, or not."""
    kit = waiting()
    kit.at(60.4, ev.HoldInterruptedEvent(60.4, is_expected=log_odds < 0, log_odds=log_odds))
    begins(kit, 60.4, 50)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    glimpse(kit, 61.7, 50, "Good morning")
    glimpse(kit, 62.5, 50, "Good morning", is_pause=True)
    kit.run(63.2)
    assert kit.brain.belief.weights["rhythm"] == log_odds
    assert kit.when("human_answered") == pytest.approx(at)


@pytest.mark.parametrize(
    ("text", "least"),
    [
        ("", odds.CONFIRM_EARLY),
        ("you are speaking with Laura", odds.CONFIRM_EARLY),
        ("hello my name is Laura", odds.CONFIRM_LIKELY),
        ("the branch in the old", odds.CONFIRM),
    ],
    ids=["none yet", "sure", "a name", "telling nothing"],
)
@pytest.mark.parametrize("is_enough", [True, False])
def test_less_is_enough_until_words_are_known_that_may_be_anybodys(text: str, least: float, *, is_enough: bool) -> None:
    kit = waiting(mission=replace(brief(CELL), known=NumberMemory(new_recordings=9.0, waited_min=9.0)))
    begins(kit, 60.4, 50)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.run(61.3)
    assert kit.brain.phase is Phase.CANDIDATE
    belief = kit.brain.belief
    words = wording_of(text, is_partial=True).log_odds if text else 0.0
    belief.note("more", least + (0.1 if is_enough else -0.1) - belief.log_odds - words)
    if text:
        glimpse(kit, 61.7, 50, text)
    else:
        kit.verdict(62.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.run(62.4)
    assert ("human_answered" in kit.kinds) is is_enough


@pytest.mark.parametrize("wary", [0, 1])
def test_where_somebody_was_taken_for_a_person_who_was_none_it_takes_as_much_as_ever(wary: int) -> None:
    kit = waiting(mission=replace(brief(CELL), known=NumberMemory(waited_min=9.0, wary=wary)))
    begins(kit, 60.4, 50)
    kit.verdict(61.2, Verdict.CANDIDATE, "speech_after_hold")
    kit.run(61.3)
    assert odds.CONFIRM_EARLY <= kit.brain.belief.log_odds < odds.CONFIRM
    assert ("human_answered" in kit.kinds) is not wary


def test_the_rhythm_of_an_interruption_long_ago_is_not_the_candidates() -> None:
    kit = waiting()
    kit.at(60.4, ev.HoldInterruptedEvent(60.4, is_expected=True, log_odds=-2.5))
    begins(kit, 76.0, 50)
    kit.verdict(77.0, Verdict.CANDIDATE, "speech_after_hold")
    kit.run(77.5)
    assert kit.brain.phase is Phase.CANDIDATE
    assert "rhythm" not in kit.brain.belief.weights
