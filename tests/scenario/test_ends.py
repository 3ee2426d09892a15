"""Every way a call can end, in every phase: a named outcome, a sentence, nothing left up."""

from collections.abc import Callable

import pytest

from custom_components.hold_slayer.engine.call.brain import BrainConfig
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.phase import EndedBy, FrameLabel, LegFailure, Phase, Verdict
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from tests.fakes.virtual_call import ANSWER, APOLOGY, CELL, COMPANY, DESK, CallKit, brief, give_up, press, wait

DIAL_COMPANY = act.DialAction(ev.FAR_LEG, COMPANY)
MENU = "For sales, press 1. For billing, press 2."
SUSAN = "Hello, this is Susan. How can I help you?"


def reach(kit: CallKit, phase: Phase) -> None:
    """Play a call up to ``phase`` and claim what was done on the way."""
    answered_at = None if phase in (Phase.DIALING, Phase.RINGING) else 4.0
    kit.start(answered_at, None if phase is Phase.DIALING else 1.0)
    kit.music(10, is_new_hold=True)
    if phase is Phase.CANDIDATE:
        kit.verdict(60, Verdict.CANDIDATE)
    elif phase in (Phase.HUMAN, Phase.TRANSFERRING, Phase.CONNECTED):
        kit.music_stops(60)
        kit.verdict(60, Verdict.HUMAN)
    stop = {Phase.DIALING: 0.5, Phase.RINGING: 2.0, Phase.NAVIGATING: 6.0, Phase.ON_HOLD: 30.0, Phase.CANDIDATE: 61.0}
    kit.run(stop.get(phase, {Phase.HUMAN: 61.0, Phase.TRANSFERRING: 63.5}.get(phase, 70.0)))
    assert kit.brain.phase is phase
    kit.unclaimed.clear()


LEGS = dict.fromkeys(Phase, (ev.FAR_LEG,)) | dict.fromkeys(
    (Phase.HUMAN, Phase.TRANSFERRING, Phase.CONNECTED), (ev.FAR_LEG, "user-1")
)
RUNNING = [phase for phase in Phase if phase not in (Phase.IDLE, Phase.ENDED)]


@pytest.mark.parametrize("phase", RUNNING)
def test_the_user_hangs_up(phase: Phase) -> None:
    kit = CallKit()
    reach(kit, phase)
    kit.at(kit.now, ev.HangUpRequestedEvent())
    kit.run()
    if phase is Phase.CONNECTED:
        kit.expect_end("connected", *LEGS[phase])
    else:
        assert kit.expect_end("hung_up", *LEGS[phase]) == "You ended the call."


@pytest.mark.parametrize("phase", RUNNING)
def test_interrupted(phase: Phase) -> None:
    kit = CallKit()
    reach(kit, phase)
    kit.at(kit.now, ev.InterruptedEvent())
    kit.run(kit.now)
    assert "Home Assistant stopped" in kit.expect_end("interrupted", *LEGS[phase])


@pytest.mark.parametrize("phase", RUNNING)
def test_the_company_hangs_up(phase: Phase) -> None:
    kit = CallKit()
    reach(kit, phase)
    kit.far_hangs_up(kit.now)
    kit.run()
    user_legs = LEGS[phase][1:]
    if phase is Phase.CONNECTED:
        kit.expect_end("connected", *user_legs)
    elif user_legs:
        sentence = kit.expect_end("remote_hung_up", *user_legs)
        assert sentence == "The company ended the call. The person hung up before you could be put through."
    else:
        assert kit.expect_end("remote_hung_up") == "The company ended the call."


def test_the_company_hangs_up_after_a_long_hold() -> None:
    kit = CallKit()
    reach(kit, Phase.ON_HOLD)
    kit.far_hangs_up(12 + 25 * 60)
    kit.run()
    assert kit.expect_end("remote_hung_up") == "The company ended the call. It had been on hold for 25 minutes."


def test_the_line_goes_dead() -> None:
    kit = CallKit()
    reach(kit, Phase.NAVIGATING)
    kit.at(10, ev.LegEndedEvent(ev.FAR_LEG, EndedBy.TIMEOUT))
    kit.run()
    assert kit.expect_end("remote_hung_up") == "The company ended the call. The line went dead."


@pytest.mark.parametrize(
    ("failure", "status", "outcome", "words"),
    [
        (LegFailure.BUSY, 486, "busy", "busy. (SIP 486)"),
        (LegFailure.NO_ANSWER, 408, "no_answer", "Nobody answered"),
        (LegFailure.NOT_FOUND, 404, "not_found", "does not exist. (SIP 404)"),
        (LegFailure.DECLINED, 603, "declined", "declined"),
        (LegFailure.UNAVAILABLE, 503, "unavailable", "cannot take the call right now. (SIP 503)"),
        (LegFailure.AUTH_FAILED, 401, "auth_failed", "password is wrong"),
        (LegFailure.FORBIDDEN, 403, "auth_failed", "may not place this call"),
        (LegFailure.UNREACHABLE, 0, "trunk_unreachable", "does not answer."),
        (LegFailure.NOT_ACCEPTABLE, 488, "unavailable", "audio format"),
        (LegFailure.CANCELLED, 487, "unavailable", "cancelled"),
    ],
)
@pytest.mark.parametrize("rings", [True, False])
def test_the_company_cannot_be_reached(
    failure: LegFailure, status: int, outcome: str, words: str, *, rings: bool
) -> None:
    kit = CallKit()
    kit.start(None, 1.0 if rings else None)
    kit.at(3, ev.LegFailedEvent(ev.FAR_LEG, failure, status))
    kit.run()
    kit.expect(DIAL_COMPANY)
    assert words in kit.expect_end(outcome)


@pytest.mark.parametrize("rings_at", [None, 1.0])
def test_it_rings_for_ever(rings_at: float | None) -> None:
    kit = CallKit()
    kit.start(None, rings_at)
    kit.run()
    kit.expect(DIAL_COMPANY)
    kit.expect_end("no_answer", ev.FAR_LEG)
    assert kit.when("ended") == pytest.approx(120, abs=0.1)


@pytest.mark.parametrize("number", ["112", "911", "sip:999@192.0.2.1", "*21*0123#"])
def test_forbidden_numbers_are_refused_before_anything_is_dialled(number: str) -> None:
    kit = CallKit(brief(CELL, number=DialTarget(number)))
    kit.start()
    kit.run()
    assert "Hold Slayer" in kit.expect_end("refused")
    assert kit.kinds == ["ended"]


@pytest.mark.parametrize(
    ("reason", "outcome"),
    [("closed", "closed"), ("voicemail", "voicemail"), ("number_changed", "number_changed"), ("wrong_number", "not_found"),
     ("no_route", "no_route"), ("self_service", "self_service"), ("no_service", "self_service"),
     ("holiday", "holiday"), ("queue_full", "queue_full")],
)  # fmt: skip
def test_the_navigator_gives_up(reason: str, outcome: str) -> None:
    kit = CallKit(None, give_up(reason, "Opens Monday at 8."))
    kit.start()
    kit.says(5, "We are closed. We open Monday at 8.")
    kit.run()
    kit.expect(DIAL_COMPANY)
    assert kit.expect_end(outcome, ev.FAR_LEG).endswith("Opens Monday at 8.")


def test_silence_for_ever() -> None:
    kit = CallKit(None, wait(), wait(), wait(), wait(), wait())
    kit.start()
    kit.run()
    kit.expect(DIAL_COMPANY)
    kit.expect_end("no_speech", ev.FAR_LEG)
    assert kit.navigator.heard_turns == [()] * 5
    assert 40 < kit.when("ended") < 70


def test_noise_that_passes_for_speech_but_holds_no_words() -> None:
    kit = CallKit()
    kit.start()
    for t in range(5, 300, 5):
        kit.says(t, "", lasts=3.5)
    kit.run()
    kit.expect(DIAL_COMPANY)
    kit.expect_end("no_speech", ev.FAR_LEG)
    assert kit.when("ended") == pytest.approx(64, abs=1)
    assert kit.navigator.heard_turns == []


def test_menus_without_end() -> None:
    kit = CallKit(None, *[press("1")] * 99)
    kit.start()
    for t in range(5, 600, 12):
        kit.says(t, f"Menu number {t}, press 1.")
    kit.run()
    kit.unclaimed = [each for each in kit.unclaimed if not isinstance(each, act.SendDigitsAction)]
    kit.expect(DIAL_COMPANY)
    kit.expect_end("no_route", ev.FAR_LEG)
    assert kit.when("ended") == pytest.approx(424, abs=1)


def test_hold_without_end() -> None:
    kit = CallKit()
    reach(kit, Phase.ON_HOLD)
    kit.run()
    assert kit.expect_end("hold_timeout", ev.FAR_LEG) == "The wait on hold was longer than allowed."
    assert kit.when("ended") == pytest.approx(7212)


def test_candidates_without_end_do_not_prolong_the_wait() -> None:
    kit = CallKit(config=BrainConfig(hold_s=100.0))
    reach(kit, Phase.ON_HOLD)
    for t in range(40, 400, 13):
        kit.verdict(t, Verdict.CANDIDATE)
        kit.verdict(t + 12, Verdict.HOLD)
    kit.run()
    kit.said()
    kit.expect_end("hold_timeout", ev.FAR_LEG)
    assert kit.when("ended") < 112 + 20


def test_the_longest_call() -> None:
    kit = CallKit(config=BrainConfig(hold_s=99999.0))
    reach(kit, Phase.ON_HOLD)
    kit.run()
    kit.expect_end("call_timeout", ev.FAR_LEG)
    assert kit.when("ended") == pytest.approx(4 + 4 * 3600)


def test_the_longest_conversation() -> None:
    kit = CallKit()
    reach(kit, Phase.CONNECTED)
    kit.run()
    kit.expect_end("connected", ev.FAR_LEG, "user-1")
    assert kit.when("ended") == pytest.approx(65 + 4 * 3600, abs=1)


@pytest.mark.parametrize(
    ("tone", "outcome", "note"),
    [
        ("busy", "remote_hung_up", "busy tone"),
        ("sit", "remote_hung_up", "cannot be completed"),
        ("fax", "no_route", "fax machine"),
    ],
)
def test_tones_that_mean_the_end(tone: str, outcome: str, note: str) -> None:
    kit = CallKit(None, wait(), wait())
    kit.start()
    kit.at(6, ev.ToneHeardEvent(6, tone))
    kit.run()
    kit.expect(DIAL_COMPANY)
    assert note in kit.expect_end(outcome, ev.FAR_LEG)
    assert kit.when("ended") == pytest.approx(6 + 8 if tone != "fax" else 6)


@pytest.mark.parametrize("what", ["speech", "music"])
def test_a_busy_tone_that_something_follows_is_none(what: str) -> None:
    kit = CallKit(None, wait(), wait())
    kit.start()
    kit.at(6, ev.ToneHeardEvent(6, "busy"))
    if what == "speech":
        kit.says(9, MENU)
    else:
        kit.at(9, ev.AudioClassChangedEvent(9, FrameLabel.MUSIC))
    kit.run(16)
    assert kit.brain.phase is not Phase.ENDED


def test_speech_to_text_gone_waits_by_ear_and_says_so() -> None:
    kit = CallKit(None, press("1"), has_stt=False, config=BrainConfig(hold_s=600.0))
    kit.start()
    for t in range(5, 600, 20):
        kit.says(t, MENU)
    kit.run()
    kit.expect(DIAL_COMPANY)
    sentence = kit.expect_end("hold_timeout", ev.FAR_LEG)
    assert sentence.endswith("Speech to text did not work, so nothing on the line could be understood.")
    assert kit.navigator.heard_turns == []
    assert kit.kinds.count("service_failed") == 1
    assert kit.when("hold_started") == pytest.approx(64)


def test_speech_to_text_late_once_loses_nothing() -> None:
    kit = CallKit(None, press("2"), stt_s=9.0)
    kit.start()
    kit.says(5, MENU)
    kit.run(30)
    kit.expect(DIAL_COMPANY, act.SendDigitsAction)
    assert kit.navigator.heard_turns[0] == (MENU,)
    assert kit.kinds.count("service_failed") == 1


def test_text_to_speech_gone_still_puts_through() -> None:
    kit = CallKit(has_tts=False)
    reach(kit, Phase.ON_HOLD)
    kit.music_stops(60)
    kit.says(60.2, SUSAN)
    kit.verdict(61.2, Verdict.CANDIDATE)
    kit.run(90)
    kit.said()
    kit.expect(act.NotifyUserAction, act.DialAction("user-1", CELL.target), act.BridgeAction)
    assert kit.brain.phase is Phase.CONNECTED
    assert "greeted" not in kit.kinds
    assert kit.kinds.count("service_failed") == 1


def test_text_to_speech_that_never_answers_still_puts_through_and_lets_go() -> None:
    kit = CallKit(speak_s=9999.0, phones={"cell": 30.0})
    person(kit)
    kit.run(75)
    assert kit.when("target_ringing") == 60
    assert kit.brain.phase is Phase.TRANSFERRING, "the greeting's deadline has passed"
    kit.run()
    kit.said()
    kit.expect(act.NotifyUserAction, act.DialAction, act.HangUpLegAction("user-1"))
    kit.expect_end("user_unreachable", ev.FAR_LEG)
    assert kit.when("ended") == pytest.approx(60 + 20 + 15)


def test_a_bridge_that_never_comes() -> None:
    kit = CallKit(brief(CELL, DESK), phones={"desk": 3.0})
    person(kit)
    kit.run(61)
    kit.brain.handle(ev.LegAnsweredEvent("user-1", ANSWER), 61.0)
    joined = kit.brain.handle(ev.DigitReceivedEvent("user-1", "1"), 61.5)
    assert act.BridgeAction("user-1") in joined, "only a person presses a key"
    kit.run(90)
    assert told(kit, "target_failed", "reason") == ["no_answer"]
    assert kit.brain.target_name == "desk"


# --- the user's phones ---------------------------------------------------------------------------------------------------


def person(kit: CallKit) -> None:
    """On hold, then a person at 60 s."""
    reach(kit, Phase.ON_HOLD)
    kit.music_stops(60)
    kit.verdict(60, Verdict.HUMAN)


def told(kit: CallKit, kind: str, key: str) -> list[object]:
    return [data[key] for _, each, data in kit.story if each == kind]


@pytest.mark.parametrize(
    ("phones", "reason"), [({"desk": 3.0}, "no_answer"), ({"cell": LegFailure.BUSY, "desk": 3.0}, "busy")]
)
def test_the_second_phone(phones: dict[str, float | LegFailure], reason: str) -> None:
    kit = CallKit(brief(CELL, DESK), phones=phones)
    person(kit)
    kit.run(120)
    kit.said()
    kit.expect(act.NotifyUserAction, act.DialAction("user-1", CELL.target))
    if reason == "no_answer":
        kit.expect(act.HangUpLegAction("user-1"))
    kit.expect(act.DialAction("user-2", DESK.target), act.BridgeAction("user-2"))
    assert kit.brain.target_name == "desk"
    assert told(kit, "target_failed", "reason") == [reason]


def test_nobody_answers() -> None:
    kit = CallKit(brief(CELL, DESK), phones={"desk": LegFailure.DECLINED})
    person(kit)
    kit.run()
    assert kit.said()[-1] == APOLOGY
    kit.expect(act.NotifyUserAction, act.DialAction, act.HangUpLegAction("user-1"), act.DialAction)
    sentence = kit.expect_end("user_unreachable", ev.FAR_LEG)
    assert sentence == "A person was on the line, but none of your phones answered."
    assert told(kit, "target_failed", "reason") == ["no_answer", "declined"]


def test_nobody_answers_and_the_apology_cannot_be_spoken() -> None:
    kit = CallKit(brief(CELL), phones={}, has_tts=False)
    person(kit)
    kit.run()
    kit.said()
    kit.expect(act.NotifyUserAction, act.DialAction, act.HangUpLegAction("user-1"))
    kit.expect_end("user_unreachable", ev.FAR_LEG)


def test_no_phone_was_named_and_none_is() -> None:
    kit = CallKit(brief())
    person(kit)
    kit.run()
    assert kit.said()[-1] == APOLOGY
    kit.expect(act.NotifyUserAction)
    assert kit.expect_end("user_unreachable", ev.FAR_LEG).endswith("No phone to ring was named.")
    assert kit.when("ended") == pytest.approx(63 + 60 + 2 * 3, abs=1)


def test_a_phone_is_named_in_the_last_moment() -> None:
    kit = CallKit(brief(), phones={"desk": 2.0})
    person(kit)
    kit.at(124, ev.TransferRequestedEvent(DESK))
    kit.run(140)
    assert APOLOGY in kit.said()
    kit.expect(act.NotifyUserAction, act.DialAction("user-1", DESK.target), act.BridgeAction("user-1"))
    assert kit.brain.phase is Phase.CONNECTED


def test_an_emergency_number_among_the_targets_is_passed_over() -> None:
    kit = CallKit(brief(type(CELL)("home", DialTarget("112")), DESK), phones={"desk": 2.0})
    person(kit)
    kit.run(90)
    kit.said()
    kit.expect(act.NotifyUserAction, act.DialAction("user-1", DESK.target), act.BridgeAction("user-1"))
    assert told(kit, "target_failed", "reason") == ["refused"]


def test_the_user_answers_and_hangs_up_before_being_joined() -> None:
    kit = CallKit(brief(CELL, DESK), phones={"desk": 3.0})
    person(kit)
    kit.run(61)
    kit.at(62, ev.LegAnsweredEvent("user-1", ANSWER), ev.LegEndedEvent("user-1", EndedBy.REMOTE))
    kit.run(90)
    assert told(kit, "target_failed", "reason") == ["declined"]
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.target_name == "desk"


def test_the_user_hangs_up_the_phone_after_talking() -> None:
    kit = CallKit()
    reach(kit, Phase.CONNECTED)
    kit.at(100, ev.LegEndedEvent("user-1", EndedBy.REMOTE))
    kit.run()
    kit.expect_end("connected", ev.FAR_LEG)


# --- commands ------------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("phase", [Phase.NAVIGATING, Phase.ON_HOLD, Phase.CANDIDATE])
def test_connect_me_now(phase: Phase) -> None:
    kit = CallKit()
    reach(kit, phase)
    kit.at(kit.now, ev.TransferRequestedEvent())
    kit.run(kit.now + 8)
    kit.expect(act.DialAction("user-1", CELL.target), act.BridgeAction("user-1"))
    kit.close()
    assert kit.brain.phase is Phase.CONNECTED
    assert not kit.brain.is_human
    kit.far_hangs_up(kit.now + 60)
    kit.run()
    sentence = kit.expect_end("connected", "user-1")
    assert sentence == "You were put through. No person had been heard by then."


def test_connect_me_now_and_nobody_answers_goes_on_waiting() -> None:
    kit = CallKit(phones={})
    reach(kit, Phase.ON_HOLD)
    kit.at(30, ev.TransferRequestedEvent())
    kit.run(60)
    kit.expect(act.DialAction, act.HangUpLegAction("user-1"))
    kit.expect(act.NotifyUserAction("user_not_reached", "None of your phones answered; Hold Slayer goes on waiting."))
    assert kit.brain.phase is Phase.ON_HOLD
    assert kit.kinds.count("hold_started") == 1, "it is the same wait"
    assert kit.brain.hold_since == kit.when("hold_started")


def test_a_person_comes_while_the_user_is_rung_on_request() -> None:
    kit = CallKit(phones={"cell": 10.0})
    reach(kit, Phase.ON_HOLD)
    kit.at(30, ev.TransferRequestedEvent())
    kit.verdict(33, Verdict.HUMAN)
    kit.run(60)
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.is_human
    assert kit.kinds[-4:] == ["target_ringing", "human_answered", "greeted", "connected"]


def test_connect_me_now_to_a_forbidden_number_changes_nothing() -> None:
    kit = CallKit()
    reach(kit, Phase.ON_HOLD)
    kit.at(30, ev.TransferRequestedEvent(type(CELL)("help", DialTarget("911"))))
    kit.run(31)
    kit.close()
    assert kit.kinds[-1] == "target_failed"
    assert kit.brain.phase is Phase.ON_HOLD


def test_another_phone_while_one_is_rung() -> None:
    kit = CallKit(phones={"desk": 2.0})
    person(kit)
    kit.at(66, ev.TransferRequestedEvent(DESK))
    kit.run(75)
    kit.said()
    kit.expect(act.NotifyUserAction, act.DialAction, act.HangUpLegAction("user-1"))
    kit.expect(act.DialAction("user-2", DESK.target), act.BridgeAction("user-2"))
    assert kit.brain.phase is Phase.CONNECTED


@pytest.mark.parametrize(
    "phase", [Phase.NAVIGATING, Phase.ON_HOLD, Phase.CANDIDATE, Phase.HUMAN, Phase.TRANSFERRING, Phase.CONNECTED]
)
def test_keys_of_the_user(phase: Phase) -> None:
    kit = CallKit()
    reach(kit, phase)
    kit.at(kit.now, ev.DigitsRequestedEvent("12#"), ev.DigitsRequestedEvent("not keys"))
    kit.run(kit.now)
    kit.expect(act.SendDigitsAction(ev.FAR_LEG, "12#"))
    kit.close()
    assert kit.story[-1][2] == {"digits": "***", "reason": "user"}, "never shown"
    assert kit.brain.phase is phase


@pytest.mark.parametrize("phase", [Phase.NAVIGATING, Phase.ON_HOLD, Phase.CANDIDATE, Phase.HUMAN, Phase.TRANSFERRING])
def test_a_sentence_of_the_user(phase: Phase) -> None:
    kit = CallKit()
    reach(kit, phase)
    kit.at(kit.now, ev.SayRequestedEvent("It is case 4417."), ev.SayRequestedEvent("  "))
    kit.run(kit.now)
    said = [action for action in kit.unclaimed if isinstance(action, act.SpeakAction)]
    assert [(each.leg_id, each.text, each.is_private) for each in said] == [(ev.FAR_LEG, "It is case 4417.", True)]
    assert kit.story[-1][1:] == ("said", {"text": "It is case ****.", "reason": "user"})
    assert kit.brain.phase is phase


def test_a_connected_user_speaks_for_themselves() -> None:
    kit = CallKit()
    reach(kit, Phase.CONNECTED)
    kit.at(kit.now, ev.SayRequestedEvent("Hello?"))
    kit.run(kit.now)
    kit.close()


def test_in_a_menu_a_sentence_of_the_user_is_the_answer() -> None:
    """It takes the turn, and the line has its time to react only when it is out."""
    kit = CallKit(None, press("1"), speak_s=12.0)
    kit.start()
    kit.says(5, "What are you calling about?")
    text = "It is about the invoice that came yesterday, and about the one of the month before, which I paid twice."
    kit.at(8.5, ev.SayRequestedEvent(text))
    kit.run(26)
    kit.expect(DIAL_COMPANY, act.SpeakAction(1, ev.FAR_LEG, text))
    kit.close()
    kit.run(28)
    assert kit.when("key_pressed") == pytest.approx(8.5 + 12.0 + BrainConfig().silence_s, abs=0.1)


@pytest.mark.parametrize(
    "event", [ev.DigitsRequestedEvent("1"), ev.SayRequestedEvent("Hello?"), ev.TransferRequestedEvent()]
)
@pytest.mark.parametrize("phase", [Phase.DIALING, Phase.RINGING])
def test_before_the_answer_there_is_nothing_to_press_or_join(phase: Phase, event: ev.CallEvent) -> None:
    kit = CallKit()
    reach(kit, phase)
    kit.at(kit.now, event)
    kit.run(kit.now)
    kit.close()
    assert kit.brain.phase is phase


@pytest.mark.parametrize("make", [ev.InterruptedEvent, lambda: ev.CallRequestedEvent(brief())])
def test_nothing_happens_after_the_end(make: Callable[[], ev.CallEvent]) -> None:
    kit = CallKit()
    reach(kit, Phase.ON_HOLD)
    kit.far_hangs_up(31)
    kit.at(32, make(), ev.VerdictChangedEvent(1.0, Verdict.HUMAN, 1.0, "x"), ev.LegAnsweredEvent(ev.FAR_LEG, ANSWER))
    kit.run()
    kit.expect_end("remote_hung_up")
    assert kit.brain.next_timer() is None
