"""Whole calls in virtual time: hours in milliseconds."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.action import NavigatorQuestion
from custom_components.hold_slayer.engine.model.call_brief import HandOverTarget
from custom_components.hold_slayer.engine.model.model_use import ModelUse
from custom_components.hold_slayer.engine.model.phase import LegFailure, Outcome, Phase, Verdict
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.call_kit import HOLD, HOME, LISTEN, MEDIA, MOBILE, PRESS_2, WAIT, CallKit, FakeNavigator

MENU = "for sales press 1 for billing press 2"
QUEUE = "please hold for the next available representative"
ANNOUNCEMENT = "your call is important to us please stay on the line"
GREETING = "hello this is susan how can i help you"
ASK = Decision(DecisionKind.ASK_MODEL, reason="unsure", question=NavigatorQuestion("goal", "company", "en", (MENU,)))


def on_hold(**settings: object) -> CallKit:
    kit = CallKit(FakeNavigator(PRESS_2, HOLD), **settings)
    kit.answered()
    kit.hears(MENU)
    kit.passes(2)
    kit.hears(QUEUE)
    kit.passes(2)
    kit.verdict(Verdict.HOLD, "music")
    assert kit.phase is Phase.ON_HOLD
    return kit


def with_human(**settings: object) -> CallKit:
    kit = on_hold(**settings)
    kit.passes(600)
    kit.verdict(Verdict.CANDIDATE, "speech_after_music")
    kit.hears(GREETING)
    assert kit.phase is Phase.HUMAN
    return kit


def connected() -> CallKit:
    kit = with_human()
    kit.sentence_ends()
    kit.user_answers()
    assert kit.phase is Phase.CONNECTED
    return kit


def test_happy_path() -> None:
    kit = connected()
    assert [action.digits for action in kit.all(act.SendDigitsAction)] == ["2"]
    assert kit.all(act.AskLanguageModelAction) == []
    kit.passes(120)
    kit.far_hangs_up()
    assert kit.outcome is Outcome.CONNECTED
    assert kit.kinds == [
        "started", "ringing", "answered", "prompt_heard", "key_pressed", "prompt_heard", "hold_started",
        "candidate", "human_answered", "target_ringing", "greeted", "connected", "ended",
    ]  # fmt: skip


def test_speech_is_prepared_before_anyone_is_there() -> None:
    kit = CallKit()
    kit.answered()
    prepared = [action.text for action in kit.all(act.PrepareSpeechAction)]
    assert any("automated assistant" in text for text in prepared)
    assert kit.all(act.SpeakAction) == []


def test_greeting_is_the_prepared_sentence_and_comes_at_once() -> None:
    kit = with_human()
    spoken = kit.last(act.SpeakAction)
    assert spoken.text in [action.text for action in kit.all(act.PrepareSpeechAction)]
    assert kit.all(act.DialAction)[-1].target == HOME.target


def test_utterances_of_one_turn_reach_the_navigator_together() -> None:
    kit = CallKit(FakeNavigator(LISTEN))
    kit.answered()
    kit.hears("for sales press 1")
    kit.passes(0.3)
    kit.hears("for billing press 2")
    kit.passes(2)
    assert kit.navigator.heard_texts == [("for sales press 1", "for billing press 2")]


def test_language_model_is_asked_once_and_its_advice_is_taken() -> None:
    kit = CallKit(FakeNavigator(ASK, HOLD, advised=replace(PRESS_2, is_advice=True)))
    kit.answered()
    kit.hears(MENU)
    kit.passes(2)
    question = kit.last(act.AskLanguageModelAction)
    kit.event(ev.LanguageModelAnsweredEvent(question.question_id, {"do": "press", "value": "2"}))
    assert [action.digits for action in kit.all(act.SendDigitsAction)] == ["2"]
    assert len(kit.all(act.AskLanguageModelAction)) == 1
    kit.event(ev.LanguageModelAnsweredEvent(question.question_id, {"do": "press", "value": "1"}))
    assert kit.brain.advice == ModelUse(used=1), "an answer that comes twice counts once"


def test_advice_that_is_refused_is_counted_as_such() -> None:
    kit = CallKit(FakeNavigator(ASK, HOLD, advised=PRESS_2))
    kit.answered()
    kit.hears(MENU)
    kit.passes(2)
    question = kit.last(act.AskLanguageModelAction)
    kit.event(ev.LanguageModelAnsweredEvent(question.question_id, {"do": "dance"}))
    again = kit.last(act.AskLanguageModelAction)
    assert (again.question_id, again.is_retry) == (question.question_id, True)
    assert again.question.objection
    assert kit.config.model_retry_s < again.limit_s <= kit.config.model_s
    kit.event(ev.LanguageModelAnsweredEvent(question.question_id, {"do": "dance"}))
    assert kit.brain.advice == ModelUse(refused=1)
    assert len(kit.all(act.AskLanguageModelAction)) == 2


@pytest.mark.parametrize("how", ["fails", "late"])
def test_language_model_that_fails_or_is_late_leaves_it_to_the_rules(how: str) -> None:
    kit = CallKit(FakeNavigator(ASK, HOLD, failed=PRESS_2))
    kit.answered()
    kit.hears(MENU)
    kit.passes(2)
    question = kit.last(act.AskLanguageModelAction)
    if how == "fails":
        kit.event(ev.LanguageModelFailedEvent(question.question_id, "gone"))
        kit.event(ev.LanguageModelFailedEvent(question.question_id, "gone"))
    else:
        kit.passes(kit.config.model_s)
    assert [action.digits for action in kit.all(act.SendDigitsAction)] == ["2"]
    assert "service_failed" in kit.kinds
    kit.event(ev.LanguageModelAnsweredEvent(question.question_id, {"do": "press", "value": "1"}))
    assert len(kit.all(act.SendDigitsAction)) == 1


def test_ninety_minutes_of_announcements_press_no_key_and_ask_no_model() -> None:
    kit = on_hold()
    for _ in range(90):
        kit.passes(55)
        kit.hears(ANNOUNCEMENT)
    assert kit.phase is Phase.ON_HOLD
    assert len(kit.all(act.SendDigitsAction)) == 1
    assert kit.all(act.AskLanguageModelAction) == []
    assert kit.all(act.SpeakAction) == []
    assert "human_answered" not in kit.kinds


def test_hold_has_a_limit() -> None:
    kit = on_hold()
    kit.passes(kit.config.hold_s)
    assert kit.outcome is Outcome.HOLD_TIMEOUT


def test_callback_offer_on_hold_is_no_menu() -> None:
    kit = on_hold()
    kit.hears("press 1 to be called back")
    kit.passes(5)
    assert kit.phase is Phase.ON_HOLD
    assert len(kit.all(act.SendDigitsAction)) == 1


def test_queue_without_music_that_was_another_menu() -> None:
    kit = CallKit(FakeNavigator(HOLD, PRESS_2))
    kit.answered()
    kit.hears(QUEUE)
    kit.passes(2)
    assert kit.phase is Phase.ON_HOLD
    kit.hears(MENU)
    kit.passes(2)
    assert kit.phase is Phase.NAVIGATING
    assert [action.digits for action in kit.all(act.SendDigitsAction)] == ["2"]


@pytest.mark.parametrize("how", ["music", "queue words", "repeated", "deadline"])
def test_candidate_that_is_no_human_is_dropped_and_hold_goes_on(how: str) -> None:
    kit = on_hold()
    kit.hears("we are on the web day and night")
    kit.passes(60)
    kit.verdict(Verdict.CANDIDATE)
    assert kit.phase is Phase.CANDIDATE
    match how:
        case "music":
            kit.verdict(Verdict.HOLD, "music_returned")
        case "queue words":
            kit.hears(ANNOUNCEMENT)
        case "repeated":
            kit.hears("we are on the web day and night")
        case "deadline":
            kit.passes(kit.config.greeting_s + kit.config.candidate_s)
    assert kit.phase is Phase.ON_HOLD
    assert "candidate_dropped" in kit.kinds
    assert "human_answered" not in kit.kinds
    assert len(kit.all(act.DialAction)) == 1
    kit.verdict(Verdict.CANDIDATE)
    kit.hears(GREETING)
    assert kit.phase is Phase.HUMAN


def test_sound_alone_confirms_when_no_words_come() -> None:
    kit = on_hold(broken=frozenset({"stt"}))
    kit.verdict(Verdict.CANDIDATE)
    kit.hears("not understood")
    assert kit.phase is Phase.CANDIDATE
    kit.verdict(Verdict.HUMAN)
    assert kit.phase is Phase.HUMAN


def test_reaction_to_the_greeting_confirms() -> None:
    kit = on_hold()
    kit.verdict(Verdict.CANDIDATE)
    kit.hears("the branch in the old town")
    kit.sentence_ends()
    assert kit.phase is Phase.CANDIDATE
    kit.hears("sure okay")
    assert kit.brain.is_human
    assert kit.phase is Phase.HUMAN
    kit.sentence_ends()
    assert kit.phase is Phase.TRANSFERRING


def test_person_who_answers_without_any_menu() -> None:
    kit = CallKit()
    kit.answered()
    kit.hears("dental office this is susan how can i help you")
    assert kit.phase is Phase.CANDIDATE
    kit.passes(kit.config.quiet_s)
    assert kit.phase is Phase.HUMAN
    kit.sentence_ends()
    kit.user_answers()
    assert kit.phase is Phase.CONNECTED
    assert kit.navigator.heard_texts == []


def test_user_who_answers_during_the_greeting_is_joined_at_once_and_the_greeting_goes_on() -> None:
    kit = with_human()
    kit.user_answers()
    assert kit.phase is Phase.CONNECTED
    assert kit.all(act.StopSpeakingAction) == []
    kit.sentence_ends()
    assert kit.kinds[-2:] == ["connected", "greeted"]


def test_second_target_after_the_first() -> None:
    kit = with_human(targets=(HOME, MOBILE))
    kit.sentence_ends()
    kit.passes(HOME.ring_s)
    assert kit.last(act.DialAction).target == MOBILE.target
    assert kit.last(act.HangUpLegAction).leg_id == "user-1"
    kit.user_answers()
    assert kit.phase is Phase.CONNECTED
    assert kit.brain.target_name == "mobile"


def test_no_target_answers() -> None:
    kit = with_human(targets=(HOME, MOBILE))
    kit.sentence_ends()
    kit.user_fails(LegFailure.BUSY)
    kit.user_fails(LegFailure.DECLINED)
    assert "sorry" in kit.last(act.SpeakAction).text
    kit.sentence_ends()
    assert kit.outcome is Outcome.USER_UNREACHABLE
    assert kit.last(act.NotifyUserAction).key == "outcome_user_unreachable"


def test_representative_is_told_that_it_takes_a_moment() -> None:
    kit = with_human(targets=(HandOverTarget("home", HOME.target, 60),))
    kit.sentence_ends()
    before = len(kit.all(act.SpeakAction))
    kit.passes(30)
    assert len(kit.all(act.SpeakAction)) - before == 2


def test_without_targets_the_user_can_name_one() -> None:
    kit = with_human(targets=())
    kit.sentence_ends()
    kit.passes(20)
    kit.event(ev.TransferRequestedEvent(MOBILE))
    kit.user_answers()
    assert kit.phase is Phase.CONNECTED


def test_without_targets_and_without_a_word_the_representative_is_let_go() -> None:
    kit = with_human(targets=())
    kit.sentence_ends()
    kit.passes(kit.config.give_up_s)
    kit.sentence_ends()
    assert kit.outcome is Outcome.USER_UNREACHABLE


def test_emergency_number_as_a_target_is_never_dialled() -> None:
    kit = with_human(targets=(HandOverTarget("help", DialTarget("112")), HOME))
    assert [action.target.value for action in kit.all(act.DialAction)] == ["5550100", HOME.target.value]


def test_transfer_now_while_on_hold() -> None:
    kit = on_hold()
    kit.event(ev.TransferRequestedEvent())
    assert kit.phase is Phase.TRANSFERRING
    kit.user_answers()
    assert kit.phase is Phase.CONNECTED
    assert not kit.brain.is_human


@pytest.mark.parametrize("failure", list(LegFailure))
def test_every_failure_of_the_far_leg_has_an_outcome_and_a_sentence(failure: LegFailure) -> None:
    kit = CallKit()
    kit.start()
    kit.event(ev.LegFailedEvent(ev.FAR_LEG, failure, 0))
    assert kit.end is not None
    assert kit.end.sentence.endswith(".")


def test_nobody_answers() -> None:
    kit = CallKit()
    kit.start()
    kit.event(ev.LegRangEvent(ev.FAR_LEG))
    kit.passes(kit.config.place_s)
    assert kit.outcome is Outcome.NO_ANSWER
    assert kit.last(act.HangUpLegAction).leg_id == ev.FAR_LEG


def in_phase(phase: Phase) -> CallKit:
    kit = CallKit(FakeNavigator(WAIT))
    match phase:
        case Phase.DIALING:
            kit.start()
        case Phase.RINGING:
            kit.start()
            kit.event(ev.LegRangEvent(ev.FAR_LEG))
        case Phase.NAVIGATING:
            kit.answered()
        case Phase.ON_HOLD:
            kit = on_hold()
        case Phase.CANDIDATE:
            kit = on_hold()
            kit.verdict(Verdict.CANDIDATE)
        case Phase.HUMAN:
            kit = with_human()
        case Phase.TRANSFERRING:
            kit = with_human()
            kit.sentence_ends()
        case _:
            kit = connected()
    assert kit.phase is phase
    return kit


RUNNING = [phase for phase in Phase if phase not in (Phase.IDLE, Phase.ENDED)]


@pytest.mark.parametrize("phase", RUNNING)
@pytest.mark.parametrize(
    ("event", "outcome"),
    [(ev.HangUpRequestedEvent(), Outcome.HUNG_UP), (ev.InterruptedEvent(), Outcome.INTERRUPTED)],
)
def test_hang_up_and_interruption_in_every_phase(phase: Phase, event: ev.CallEvent, outcome: Outcome) -> None:
    kit = in_phase(phase)
    kit.event(event)
    expected = Outcome.CONNECTED if phase is Phase.CONNECTED and outcome is Outcome.HUNG_UP else outcome
    assert kit.outcome is expected
    assert {action.leg_id for action in kit.all(act.HangUpLegAction)} >= {ev.FAR_LEG}
    assert kit.brain.next_timer() is None


@pytest.mark.parametrize("phase", RUNNING[2:])
def test_far_end_hangs_up_in_every_phase(phase: Phase) -> None:
    kit = in_phase(phase)
    kit.far_hangs_up()
    assert kit.outcome is (Outcome.CONNECTED if phase is Phase.CONNECTED else Outcome.REMOTE_HUNG_UP)
    dialled = {action.leg_id for action in kit.all(act.DialAction)} - {ev.FAR_LEG}
    assert {action.leg_id for action in kit.all(act.HangUpLegAction)} == dialled


@pytest.mark.parametrize("phase", RUNNING)
def test_every_phase_ends_by_itself(phase: Phase) -> None:
    kit = in_phase(phase)
    kit.passes(5 * 3600)
    assert kit.end is not None
    assert kit.end.sentence


def test_silence_for_ever() -> None:
    kit = CallKit(FakeNavigator(WAIT))
    kit.answered()
    kit.passes(60)
    assert kit.outcome is Outcome.NO_SPEECH


@pytest.mark.parametrize("fault", ["stt", "stt_hangs"])
def test_no_words_at_all_press_no_key(fault: str) -> None:
    """Where speech to text fails the ear waits on; where it never answers nobody can tell that from a silent line."""
    kit = CallKit(FakeNavigator(WAIT), broken=frozenset({fault}))
    kit.answered()
    for _ in range(3):
        kit.hears(MENU)
        kit.passes(20)
    kit.passes(120)
    assert kit.all(act.SendDigitsAction) == []
    assert kit.kinds.count("service_failed") == 1
    if fault == "stt_hangs":
        assert kit.outcome is Outcome.NO_SPEECH
    else:
        assert kit.phase is Phase.ON_HOLD
        kit.passes(kit.config.hold_s)
        assert kit.end is not None
        assert kit.end.outcome is Outcome.HOLD_TIMEOUT
        assert "Speech to text did not work" in kit.end.sentence


def test_no_voice_still_puts_through() -> None:
    kit = with_human(broken=frozenset({"tts"}))
    kit.sentence_ends()
    kit.user_answers()
    assert kit.phase is Phase.CONNECTED
    assert "greeted" not in kit.kinds


def test_early_media_is_no_answer() -> None:
    kit = CallKit(FakeNavigator(PRESS_2))
    kit.start()
    kit.event(ev.LegEarlyMediaEvent(ev.FAR_LEG, MEDIA))
    kit.hears(MENU)
    kit.passes(5)
    assert kit.phase is Phase.RINGING
    assert kit.all(act.TranscribeAction) == []
    assert kit.navigator.heard_texts == []


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [
        ("closed", Outcome.CLOSED),
        ("voicemail", Outcome.VOICEMAIL),
        ("number_changed", Outcome.NUMBER_CHANGED),
        ("x", Outcome.NO_ROUTE),
    ],
)
def test_giving_up_has_an_outcome_with_what_was_learnt(reason: str, outcome: Outcome) -> None:
    kit = CallKit(FakeNavigator(Decision(DecisionKind.GIVE_UP, reason=reason, note="Opens Monday at eight.")))
    kit.answered()
    kit.hears("we are closed")
    kit.passes(2)
    assert kit.end is not None
    assert kit.end.outcome is outcome
    assert kit.end.sentence.endswith("Opens Monday at eight.")
