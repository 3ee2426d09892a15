"""Messages on voicemails: left by permission only, after the tone, word for word as the user wants them; else a clear end."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.call.brain import BrainConfig
from custom_components.hold_slayer.engine.call.message import CUT, NO_TONE, NOT_RELEASED, NOT_SPOKEN
from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, CallPolicy
from custom_components.hold_slayer.engine.model.phase import Answerer, FrameLabel, Outcome, Phase
from tests.fakes.virtual_call import CELL, CallKit, FakeNavigator, ask, ask_user, brief, press

GREETING = (
    "You have reached the office of Larkfield Windows. Nobody is here now. Please leave a message after the tone."
)
WORDED = "This is {name} with order {order_number}. Please ring {callback_number}."
MAY = CallPolicy(accept_voicemail=True)


def mission(message: str | None = WORDED, **changes: object) -> CallBrief:
    facts = {"order_number": "448812"}
    values = {"facts": facts, "callback_number": "+15555550123", "policy": MAY, "message": message} | changes
    return brief(CELL, goal="ask about my windows", **values)


def call(wanted: CallBrief, **changes: object) -> CallKit:
    """Answered at 4 s; the greeting lasts from 5 to 11 s, and its words come at 12.3 s."""
    kit = CallKit(wanted, **changes)  # type: ignore[arg-type]
    kit.navigator = Navigator(wanted)  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, GREETING, lasts=6.0)
    return kit


def beep(kit: CallKit, t: float) -> None:
    kit.at(t, ev.ToneHeardEvent(t, "beep"))


def spoken(kit: CallKit) -> list[act.SpeakAction]:
    return [action for action in kit.unclaimed if isinstance(action, act.SpeakAction)]


@pytest.mark.parametrize("beep_at", [11.4, 12.0, 12.35, 14.0, 20.0])
def test_the_message_is_left_after_the_tone(beep_at: float) -> None:
    """Whether it comes before the words have been understood, or long after."""
    kit = call(mission())
    beep(kit, beep_at)
    kit.run()
    (said,) = spoken(kit)
    assert said.text == "This is Alex with order 4 4 8 8 1 2. Please ring +1 5 5 5 5 5 5 0 1 2 3."
    assert (said.leg_id, said.is_private) == (ev.FAR_LEG, True)
    assert kit.when("said") == pytest.approx(max(beep_at, 12.3), abs=1.0)
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT
    assert kit.when("ended") == pytest.approx(kit.when("said") + 3.0)
    assert kit.brain.sentence == "Only voicemail answered; your message was left on it."
    assert kit.prepared[-1] == said.text


def test_it_is_told_with_placeholders_only() -> None:
    kit = call(mission())
    beep(kit, 14.0)
    kit.run()
    told = [data for _, kind, data in kit.story if kind == "said"]
    assert told == [{"text": WORDED, "reason": "message"}]
    assert kit.brain.last_action == WORDED
    assert "4 4 8" not in repr(kit.story)
    assert "4 4 8" not in repr(spoken(kit)[0])


@pytest.mark.parametrize("message", [WORDED, None])
def test_without_permission_it_hangs_up(message: str | None) -> None:
    kit = call(mission(message, policy=CallPolicy()))
    beep(kit, 14.0)
    kit.run()
    assert spoken(kit) == []
    assert kit.brain.outcome is Outcome.VOICEMAIL


@pytest.mark.parametrize(
    "changes",
    [
        {"facts": {}},
        {"facts": {"order_number": " "}},
        {"callback_number": ""},
        {"user_name": ""},
        {"message": "My PIN is {pin}."},
    ],
)
def test_what_was_not_released_is_never_said(changes: dict[str, object]) -> None:
    kit = call(replace(mission(), **changes))  # type: ignore[arg-type]
    beep(kit, 14.0)
    kit.run()
    assert spoken(kit) == []
    assert kit.brain.outcome is Outcome.VOICEMAIL
    assert kit.brain.sentence.endswith(NOT_RELEASED)


def test_no_tone_no_message() -> None:
    kit = call(mission())
    kit.run()
    assert spoken(kit) == []
    assert kit.brain.outcome is Outcome.VOICEMAIL
    assert kit.brain.sentence.endswith(NO_TONE)
    assert kit.when("ended") == pytest.approx(12.3 + 0.9 + BrainConfig().beep_s, abs=1.0)


def test_text_to_speech_is_down() -> None:
    kit = call(mission(), has_tts=False)
    beep(kit, 14.0)
    kit.run()
    assert kit.brain.outcome is Outcome.VOICEMAIL
    assert kit.brain.sentence.endswith(NOT_SPOKEN)
    assert "service_failed" in kit.kinds


def test_text_to_speech_that_never_answers() -> None:
    kit = call(mission(), speak_s=9999.0)
    beep(kit, 14.0)
    kit.run()
    assert kit.brain.outcome is Outcome.VOICEMAIL
    assert kit.when("ended") == pytest.approx(14.0 + BrainConfig().message_s)


@pytest.mark.parametrize(("beeps", "why"), [(True, CUT), (False, NO_TONE)])
def test_the_line_is_cut(beeps: bool, why: str) -> None:
    kit = call(mission(), speak_s=20.0)
    if beeps:
        beep(kit, 14.0)
    kit.far_hangs_up(17.0)
    kit.run()
    assert kit.brain.outcome is Outcome.VOICEMAIL
    assert kit.brain.sentence.endswith(why)


def test_whoever_speaks_on_is_no_voicemail() -> None:
    kit = call(mission())
    kit.says(15.0, "Or stay on the line for the next available colleague.")
    kit.run(40.0)
    assert spoken(kit) == []
    assert kit.brain.phase is Phase.ON_HOLD


def test_a_noise_is_nobody_who_speaks_on() -> None:
    kit = call(mission())
    kit.says(15.0, "")
    beep(kit, 19.0)
    kit.run()
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT


def test_a_tone_in_a_menu_is_nothing() -> None:
    kit = CallKit(mission())
    kit.navigator = Navigator(mission())  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, "For windows, press 1. For doors, press 2.")
    beep(kit, 8.0)
    kit.run(12.0)
    assert spoken(kit) == []
    assert kit.brain.last_action == "1"


def test_a_queue_that_ends_in_a_voicemail() -> None:
    kit = CallKit(mission())
    kit.navigator = Navigator(mission())  # type: ignore[assignment]
    kit.start()
    kit.music(10.0, is_new_hold=True)
    kit.music_stops(60.0)
    kit.says(60.2, "Nobody could take your call. Please leave a message after the tone.", lasts=4.0)
    beep(kit, 65.0)
    kit.run()
    assert len(spoken(kit)) == 1
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT


def test_the_same_without_permission() -> None:
    wanted = brief(CELL, goal="ask about my windows")
    kit = CallKit(wanted)
    kit.navigator = Navigator(wanted)  # type: ignore[assignment]
    kit.start()
    kit.music(10.0, is_new_hold=True)
    kit.music_stops(60.0, FrameLabel.SPEECH)
    kit.says(60.2, "Nobody could take your call. Please leave a message after the tone.", lasts=4.0)
    kit.run()
    assert kit.brain.outcome is Outcome.VOICEMAIL


def test_closed_with_a_voicemail_takes_the_message() -> None:
    wanted = mission()
    kit = CallKit(wanted)
    kit.navigator = Navigator(wanted)  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, "Our office is closed. Leave your name and number after the beep.", lasts=5.0)
    beep(kit, 12.0)
    kit.run()
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT


def test_heard_by_its_sound_alone() -> None:
    """Without speech to text the ear tells a voicemail by its greeting and tone."""
    kit = CallKit(mission(), has_stt=False)
    kit.start()
    kit.says(5.0, GREETING, lasts=6.0)
    kit.at(12.5, ev.AnswererHeardEvent(ev.FAR_LEG, Answerer.VOICEMAIL, 0.9, "beep"))
    kit.run()
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT


@pytest.mark.parametrize(
    ("language", "number", "words"),
    [
        ("en", "5550123", "message on behalf of Alex. Please call back on 5 5 5"),
        ("de", "5550123", "im Auftrag von Alex. Bitte rufen Sie unter 5 5 5"),
        ("fr", "5550123", "de la part de Alex. Merci de rappeler au 5 5 5"),
        ("es", "5550123", "de parte de Alex. Por favor, llame al 5 5 5"),
        ("nl", "5550123", "namens Alex. Wilt u terugbellen op 5 5 5"),
        ("it", "", "per conto di Alex. La preghiamo di richiamare."),
    ],
)
def test_a_sentence_of_its_own_in_the_language_of_the_line(language: str, number: str, words: str) -> None:
    greetings = {
        "en": "Please leave a message after the beep.",
        "de": "Bitte sprechen Sie nach dem Signalton.",
        "fr": "Laissez un message après le bip.",
        "es": "Deje un mensaje después de la señal.",
        "nl": "Spreek een bericht in na de pieptoon.",
        "it": "Lasciate un messaggio dopo il segnale.",
    }
    wanted = mission("", language=language, callback_number=number)
    kit = CallKit(wanted)
    kit.navigator = Navigator(wanted)  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, greetings[language], lasts=4.0)
    beep(kit, 11.0)
    kit.run()
    (said,) = spoken(kit)
    assert words in said.text


def beeping_menu(decision: Decision, beeps_at: float, advised: Decision | None = None, **changes: object) -> CallKit:
    """A menu about which somebody is asked; from ``beeps_at`` on it is a voicemail after all."""
    kit = CallKit(mission(), **changes)  # type: ignore[arg-type]
    kit.navigator = FakeNavigator([decision], advised)
    kit.start()
    kit.says(5.0, "For pears, press 1. For plums, press 2.")
    kit.at(beeps_at, ev.AnswererHeardEvent(ev.FAR_LEG, Answerer.VOICEMAIL, 0.99, "words_and_beep"))
    return kit


@pytest.mark.parametrize("answered_s", [0.5, 2.0])
def test_what_a_model_was_asked_is_void_once_the_message_is_due(answered_s: float) -> None:
    """A key would go out over the message."""
    kit = beeping_menu(ask(), 9.5, advised=press("1"), model_s=None)
    kit.at(9.5 + answered_s, ev.LanguageModelAnsweredEvent(1, {"do": "press", "value": "1"}))
    kit.run()
    done = [type(action) for action in kit.unclaimed]
    assert act.AskLanguageModelAction in done
    assert act.SendDigitsAction not in done
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT


def test_a_model_that_never_answers_does_not_act_on_the_message_either() -> None:
    kit = beeping_menu(ask(), 9.5, model_s=None, speak_s=12.0)
    kit.navigator.fallback = press("1")
    kit.run()
    assert not [action for action in kit.unclaimed if isinstance(action, act.SendDigitsAction)]
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT


@pytest.mark.parametrize("answer", ["12345678", None])
def test_a_question_to_the_user_is_closed_once_the_message_is_due(answer: str | None) -> None:
    kit = beeping_menu(ask_user(), 9.5)
    kit.at(11.0, ev.QuestionAnsweredEvent(1, answer))
    kit.navigator.fallback = press("1")
    kit.run()
    closed = [(t, data["reason"]) for t, kind, data in kit.story if kind == "question_closed"]
    assert closed == [(9.5, "moved_on")]
    assert not [action for action in kit.unclaimed if isinstance(action, act.SendDigitsAction)]
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT


def test_a_long_way_to_the_voicemail_does_not_cut_the_message() -> None:
    kit = call(mission(), config=BrainConfig(navigate_s=20.0), speak_s=30.0)
    beep(kit, 14.0)
    kit.run()
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT
    assert kit.when("ended") == pytest.approx(44.0)


def test_nor_is_another_call_placed_when_the_way_took_so_long_that_no_tone_came() -> None:
    wanted = mission()
    kit = CallKit(wanted, config=BrainConfig(navigate_s=20.0))
    kit.navigator = Navigator(wanted)  # type: ignore[assignment]
    kit.start()
    kit.says(5.0, "For my windows, press 1. For doors, press 2. For anything else, press 3.")
    kit.says(13.0, GREETING, lasts=6.0)
    kit.run()
    assert kit.brain.last_action == "1"
    assert kit.when("ended") == pytest.approx(24.0)
    assert kit.brain.outcome is Outcome.VOICEMAIL
    assert kit.brain.sentence.endswith(NO_TONE)
    assert kit.brain.detour is None


@pytest.mark.parametrize("own", [ev.DigitsRequestedEvent("5"), ev.SayRequestedEvent("I am still here.")])
@pytest.mark.parametrize("beeps_at", [13.0, 28.0])
def test_what_the_user_does_meanwhile_does_not_make_the_menu_impatient(own: ev.CallEvent, beeps_at: float) -> None:
    kit = CallKit(mission(), speak_s=20.0, config=BrainConfig(beep_s=30.0))
    kit.navigator = FakeNavigator([Decision(DecisionKind.LEAVE_MESSAGE, reason="voicemail")])
    kit.start()
    kit.says(5.0, GREETING, lasts=6.0)
    beep(kit, beeps_at)
    kit.at(14.0, own)
    kit.run()
    assert kit.navigator.heard_turns == [(GREETING,)]
    assert kit.brain.outcome is Outcome.MESSAGE_LEFT


def test_words_that_never_come_leave_the_tone_awaited() -> None:
    """Something spoke on, and speech to text does not say what."""
    kit = CallKit(mission(), config=BrainConfig(beep_s=8.0))
    kit.navigator = FakeNavigator([Decision(DecisionKind.LEAVE_MESSAGE, reason="voicemail")])
    kit.start()
    kit.says(5.0, GREETING, lasts=6.0)
    kit.at(15.0, ev.UtteranceStartedEvent(15.0, 99))
    kit.run(15.5)
    kit._stt_s = 9999.0
    kit.at(16.0, ev.UtteranceEndedEvent(16.0, 99, 15.0, 16.0, b"\0\0"))
    kit.run()
    assert kit.navigator.heard_turns == [(GREETING,)]
    assert kit.brain.sentence.endswith(NO_TONE)
    assert kit.when("ended") == pytest.approx(16.0 + 0.9 + BrainConfig().transcript_s + 8.0, abs=0.2)
