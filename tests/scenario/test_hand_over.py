"""How the user is reached: several phones at once, whoever is there, and an exchange that takes the call over."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import HandOverMode, HandOverTarget, RingOrder
from custom_components.hold_slayer.engine.model.phase import Answerer, EndedBy, LegFailure, Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.recording import RecordingScope
from tests.fakes.endpoint import BROWSER
from tests.fakes.virtual_call import ANSWER, CELL, DESK, PERSON_ANSWERS, CallKit, brief, queue

from .test_to_a_person import on_hold, person

AT_ONCE = RingOrder.AT_ONCE
BLIND = replace(CELL, mode=HandOverMode.BLIND_TRANSFER)
ATTENDED = replace(CELL, mode=HandOverMode.ATTENDED_TRANSFER)
UNSURE = (3.0, Answerer.UNCERTAIN, 0.3, "waits")
BEEP = (9.0, Answerer.VOICEMAIL, 0.9, "beep")


def rung(*targets: HandOverTarget, order: RingOrder = AT_ONCE, **changes: object) -> CallKit:
    """A person at 100 s who is put through to ``targets``."""
    kit = CallKit(brief(*targets, ring_order=order, **changes.pop("brief", {})), queue(), **changes)
    on_hold(kit)
    person(kit, 100)
    return kit


def done[T: act.Action](kit: CallKit, kind: type[T]) -> list[T]:
    return [action for action in kit.unclaimed if isinstance(action, kind)]


def dialled(kit: CallKit) -> list[str]:
    return [action.leg_id for action in done(kit, act.DialAction) if action.leg_id != ev.FAR_LEG]


def failed(kit: CallKit) -> list[tuple[object, object]]:
    return [(data["target"], data["reason"]) for _, kind, data in kit.story if kind == "target_failed"]


def tells(t: float, status: int, *, is_over: bool) -> tuple[float, ev.LegTransferProgressedEvent]:
    return t, ev.LegTransferProgressedEvent(ev.FAR_LEG, status, is_over=is_over)


# --- at once --------------------------------------------------------------------------------------------------------


def test_all_ring_and_the_first_to_accept_wins() -> None:
    kit = rung(CELL, DESK, BROWSER, phones={"cell": 9.0, "desk": 5.0, "browser": 12.0})
    kit.run(106)
    assert dialled(kit) == ["user-1", "user-2"]
    assert done(kit, act.RingEndpointAction) == [act.RingEndpointAction("user-3", BROWSER)]
    assert kit.brain.target_name == "cell, desk, browser"
    kit.run(140)
    assert [action.leg_id for action in done(kit, act.BridgeAction)] == ["user-2"]
    assert [action.leg_id for action in done(kit, act.HangUpLegAction)] == ["user-1", "user-3"]
    assert kit.brain.target_name == "desk"
    assert kit.brain.phase is Phase.CONNECTED
    assert failed(kit) == []


def test_an_answer_that_crosses_the_cancel_joins_nobody() -> None:
    kit = rung(CELL, DESK, phones={"cell": 5.0, "desk": 5.0})
    kit.run(140)
    bridged = done(kit, act.BridgeAction)[0].leg_id
    other = {"user-1": "user-2", "user-2": "user-1"}[bridged]
    kit.at(141, ev.LegAnsweredEvent(other, ANSWER), ev.AnswererHeardEvent(other, Answerer.VOICEMAIL, 0.9, "beep"))
    kit.run(145)
    assert [action.leg_id for action in done(kit, act.BridgeAction)] == [bridged]
    assert kit.brain.phase is Phase.CONNECTED


def test_each_rings_for_its_own_time_and_what_fails_leaves_the_others_ringing() -> None:
    short = replace(DESK, ring_s=5.0)
    kit = rung(CELL, short, BROWSER, phones={"cell": 18.0, "browser": LegFailure.DECLINED})
    kit.run(150)
    assert failed(kit) == [("browser", "declined"), ("desk", "no_answer")]
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.target_name == "cell"


def test_a_voicemail_does_not_stop_the_ringing_of_the_others() -> None:
    kit = rung(
        CELL, DESK, phones={"cell": 2.0, "desk": 12.0},
        answerers={"cell": ((2.9, Answerer.VOICEMAIL, 0.9, "words"),), "desk": (PERSON_ANSWERS,)},
    )  # fmt: skip
    kit.run(140)
    assert failed(kit) == [("cell", "voicemail")]
    assert kit.brain.target_name == "desk"


def test_those_whose_ringing_was_stopped_for_a_machine_are_rung_again() -> None:
    kit = rung(
        CELL, DESK, phones={"cell": 2.0, "desk": 15.0},
        answerers={"cell": (UNSURE, BEEP), "desk": (PERSON_ANSWERS,)},
    )  # fmt: skip
    kit.run(160)
    assert dialled(kit) == ["user-1", "user-2", "user-3"]
    assert failed(kit) == [("cell", "voicemail")]
    assert [action.leg_id for action in done(kit, act.BridgeAction)] == ["user-1", "user-3"]
    assert kit.brain.phase is Phase.CONNECTED


def test_two_that_are_asked_for_a_key_and_one_presses_it() -> None:
    kit = rung(CELL, DESK, phones={"cell": 3.0, "desk": 4.0}, brief={"confirm_answer": True})
    kit.at(112, ev.DigitReceivedEvent("user-2", "7"))
    kit.at(113, ev.DigitReceivedEvent("user-2", "1"))
    kit.run(140)
    assert [action.leg_id for action in done(kit, act.BridgeAction)] == ["user-2"]
    prompted = {action.leg_id for action in done(kit, act.SpeakAction)} - {ev.FAR_LEG}
    assert prompted == {"user-1", "user-2"}


def test_none_of_them_answers() -> None:
    kit = rung(CELL, DESK, phones={})
    kit.run()
    assert failed(kit) == [("desk", "no_answer"), ("cell", "no_answer")]
    assert kit.brain.outcome == "user_unreachable"


def test_no_more_than_five_ring_at_once_and_refused_ones_never() -> None:
    phones = tuple(HandOverTarget(f"p{n}", DialTarget(f"555555010{n}"), ring_s=5.0) for n in range(6))
    kit = rung(HandOverTarget("help", DialTarget("112")), *phones, phones={})
    kit.run(106)
    assert len(dialled(kit)) == 4
    assert failed(kit) == [("help", "refused")]
    kit.run(112)
    assert len(dialled(kit)) == 6


@pytest.mark.parametrize(("legs", "ringing"), [(0, 5), (6, 5), (20, 5), (4, 3), (2, 1), (1, 1)])
def test_as_many_ring_at_once_as_the_account_has_lines(legs: int, ringing: int) -> None:
    """One of them is the company's."""
    phones = tuple(HandOverTarget(f"p{n}", DialTarget(f"555555010{n}"), ring_s=5.0) for n in range(7))
    kit = rung(*phones, phones={}, config=BrainConfig(legs_at_once=legs))
    kit.run(106)
    assert len(dialled(kit)) == ringing
    kit.run(150)
    assert len(dialled(kit)) == 7


# --- where the user is ----------------------------------------------------------------------------------------------


def chosen(kit: CallKit, *targets: HandOverTarget, at: float) -> None:
    kit.at(at, ev.TargetsChosenEvent(targets))


def test_it_is_asked_who_is_where_when_the_person_answers() -> None:
    kit = rung(CELL, DESK, order=RingOrder.IN_ORDER, brief={"asks_where": True}, phones={"desk": 4.0})
    kit.run(104)
    assert not done(kit, act.ChooseTargetsAction)
    kit.run(105)
    assert done(kit, act.ChooseTargetsAction) == [act.ChooseTargetsAction((CELL, DESK))]
    assert dialled(kit) == []
    chosen(kit, DESK, at=105.5)
    kit.run(140)
    assert done(kit, act.DialAction)[-1].target == DESK.target
    assert dialled(kit) == ["user-1"]
    assert kit.brain.phase is Phase.CONNECTED


@pytest.mark.parametrize("answer", [None, ()])
def test_nobody_known_to_be_anywhere_means_everybody(answer: tuple[HandOverTarget, ...] | None) -> None:
    kit = rung(CELL, DESK, brief={"asks_where": True}, phones={"cell": 6.0})
    if answer is not None:
        chosen(kit, at=105)
    kit.run(140)
    assert dialled(kit) == ["user-1", "user-2"]
    assert kit.brain.phase is Phase.CONNECTED


def test_a_phone_that_the_user_names_is_rung_wherever_they_are() -> None:
    kit = CallKit(brief(CELL, DESK, asks_where=True), queue(), phones={"desk": 4.0})
    on_hold(kit)
    kit.at(50, ev.TransferRequestedEvent(DESK))
    kit.run(60)
    assert not done(kit, act.ChooseTargetsAction)
    assert kit.brain.phase is Phase.CONNECTED


def test_a_transfer_wanted_now_asks_too() -> None:
    kit = CallKit(brief(CELL, DESK, asks_where=True), queue(), phones={"desk": 4.0})
    on_hold(kit)
    kit.at(50, ev.TransferRequestedEvent(None))
    chosen(kit, DESK, at=50.2)
    kit.run(60)
    assert dialled(kit) == ["user-1"]
    assert kit.brain.phase is Phase.CONNECTED


# --- the exchange takes over ----------------------------------------------------------------------------------------


def test_an_attended_transfer_follows_the_bridge_and_ends_the_call_well() -> None:
    kit = rung(ATTENDED, phones={"cell": 4.0})
    kit.run(112)
    assert kit.brain.phase is Phase.CONNECTED
    transfer = done(kit, act.TransferAction)
    assert transfer == [act.TransferAction(ev.FAR_LEG, replaces="user-1", limit_s=60.0)]
    kit.at(*tells(112.5, 100, is_over=False))
    kit.at(113, ev.LegEndedEvent("user-1", EndedBy.REMOTE))
    kit.run(114)
    assert kit.brain.phase is Phase.CONNECTED, "the user's leg ends first when it works"
    kit.at(*tells(114.5, 200, is_over=True))
    kit.run(115)
    assert kit.brain.outcome == "connected"
    assert "exchange has taken" in kit.brain.sentence


@pytest.mark.parametrize("status", [603, 481, 408])
def test_a_refused_attended_transfer_is_not_noticed(status: int) -> None:
    kit = rung(ATTENDED, phones={"cell": 4.0})
    kit.at(*tells(112, status, is_over=True))
    kit.run(160)
    assert kit.brain.phase is Phase.CONNECTED
    assert not done(kit, act.UnbridgeAction)
    assert len(done(kit, act.TransferAction)) == 1
    assert [data["reason"] for _, kind, data in kit.story if kind == "service_failed"] == [f"sip_{status}"]
    kit.at(161, ev.LegEndedEvent("user-1", EndedBy.REMOTE))
    kit.run()
    assert kit.brain.outcome == "connected"


def test_who_hangs_up_during_an_attended_transfer_has_hung_up() -> None:
    kit = rung(ATTENDED, phones={"cell": 4.0})
    kit.run(112)
    kit.at(112.5, ev.LegEndedEvent("user-1", EndedBy.REMOTE))
    kit.run(130)
    assert kit.brain.phase is Phase.ENDED
    assert kit.brain.outcome == "connected"


def test_an_unsure_answerer_is_transferred_only_when_no_machine_was_found() -> None:
    kit = rung(ATTENDED, phones={"cell": 4.0}, answerers={"cell": (UNSURE,)})
    kit.run(125)
    assert kit.brain.phase is Phase.CONNECTED
    assert not done(kit, act.TransferAction)
    kit.run(150)
    assert len(done(kit, act.TransferAction)) == 1
    machine = rung(ATTENDED, DESK, phones={"cell": 4.0, "desk": 3.0}, answerers={"cell": (UNSURE, BEEP)})
    machine.run(160)
    assert not done(machine, act.TransferAction)
    assert machine.brain.target_name == "desk"


def test_a_blind_transfer_waits_for_the_greeting_and_is_followed_to_its_end() -> None:
    kit = rung(BLIND, order=RingOrder.IN_ORDER)
    kit.run(107.0)
    assert not done(kit, act.TransferAction)
    kit.run(108.0)
    assert done(kit, act.TransferAction) == [act.TransferAction(ev.FAR_LEG, BLIND.target, limit_s=80.0)]
    assert dialled(kit) == []
    assert kit.brain.target_name == "cell"
    kit.at(*tells(111, 180, is_over=False))
    kit.run(140)
    assert kit.brain.phase is Phase.TRANSFERRING
    kit.at(*tells(141, 200, is_over=True))
    kit.run(142)
    assert kit.brain.outcome == "connected"


@pytest.mark.parametrize("status", [603, 486, 405])
def test_a_blind_transfer_that_does_not_work_becomes_a_bridge(status: int) -> None:
    kit = rung(BLIND, DESK, order=RingOrder.IN_ORDER, phones={"cell": 4.0})
    kit.at(*tells(112, status, is_over=True))
    kit.run(140)
    assert dialled(kit) == ["user-1"]
    assert done(kit, act.DialAction)[-1].target == BLIND.target
    assert kit.brain.phase is Phase.CONNECTED


def test_an_exchange_that_says_nothing_more() -> None:
    silent = rung(BLIND, order=RingOrder.IN_ORDER, phones={"cell": 4.0})
    silent.run(220)
    assert silent.brain.phase is Phase.CONNECTED, "rung and joined from here after all"
    gone = rung(BLIND, order=RingOrder.IN_ORDER)
    gone.at(*tells(111, 100, is_over=False))
    gone.far_hangs_up(112)
    gone.run()
    assert gone.brain.outcome == "connected"
    assert "does not tell" in gone.brain.sentence
    left = rung(BLIND, order=RingOrder.IN_ORDER)
    left.far_hangs_up(112)
    left.run()
    assert left.brain.outcome == "remote_hung_up"


def test_blind_ones_come_after_everything_that_rings_at_once() -> None:
    kit = rung(BLIND, DESK, phones={})
    kit.run(110)
    assert dialled(kit) == ["user-1"]
    assert not done(kit, act.TransferAction)
    kit.run(125)
    assert [action.target for action in done(kit, act.TransferAction)] == [BLIND.target]


@pytest.mark.parametrize("order", [RingOrder.IN_ORDER, AT_ONCE])
def test_whoever_has_to_press_1_is_not_transferred_to_blindly(order: RingOrder) -> None:
    """A voicemail answers a blind transfer as well, and nobody is told: so it is rung, and the exchange takes over afterwards."""
    kit = rung(BLIND, order=order, phones={"cell": 3.0}, brief={"confirm_answer": True})
    kit.run(112)
    assert dialled(kit) == ["user-1"]
    assert not done(kit, act.TransferAction)
    kit.at(113, ev.DigitReceivedEvent("user-1", "1"))
    kit.run(114)
    assert kit.brain.phase is Phase.CONNECTED
    assert done(kit, act.TransferAction) == [act.TransferAction(ev.FAR_LEG, replaces="user-1", limit_s=60.0)]
    kit.at(*tells(115, 200, is_over=True))
    kit.run(116)
    assert kit.brain.outcome == "connected"


def test_where_a_machine_has_answered_nobody_is_transferred_to_blindly_any_more() -> None:
    kit = rung(CELL, BLIND, order=RingOrder.IN_ORDER, phones={"cell": 3.0}, answerers={"cell": (BEEP,)})
    kit.run(200)
    assert failed(kit)[0] == ("cell", "voicemail")
    assert dialled(kit) == ["user-1", "user-2"]
    assert not done(kit, act.TransferAction)
    elsewhere = rung(DESK, BLIND, order=RingOrder.IN_ORDER, phones={"desk": 3.0}, answerers={"desk": (BEEP,)})
    elsewhere.run(140)
    assert [action.target for action in done(elsewhere, act.TransferAction)] == [BLIND.target]


def test_a_transfer_wanted_now_may_be_blind() -> None:
    kit = CallKit(brief(CELL), queue())
    on_hold(kit)
    kit.at(50, ev.TransferRequestedEvent(BLIND))
    kit.at(*tells(51, 180, is_over=False))
    kit.at(*tells(60, 200, is_over=True))
    kit.run(70)
    assert kit.brain.outcome == "connected"


# --- keys that are heard --------------------------------------------------------------------------------------------


def test_stars_that_are_heard_hand_back_and_other_tones_are_the_companys_already() -> None:
    kit = rung(CELL, phones={"cell": 4.0})
    kit.run(120)
    for t, key in ((121, "5"), (123, "*"), (125, "*"), (125.5, "*")):
        kit.at(t, ev.DigitReceivedEvent("user-1", key, is_tone=True))
    kit.run(130)
    assert not done(kit, act.SendDigitsAction)
    assert kit.brain.phase is Phase.ON_HOLD


def test_a_1_that_is_heard_accepts() -> None:
    kit = rung(CELL, phones={"cell": 3.0}, brief={"confirm_answer": True})
    kit.at(110, ev.DigitReceivedEvent("user-1", "1", is_tone=True))
    kit.run(115)
    assert kit.brain.phase is Phase.CONNECTED


# --- a recording is told of -----------------------------------------------------------------------------------------

NOTICE = "Please note that this call is being recorded."


@pytest.mark.parametrize(
    ("record", "is_wanted", "is_said"),
    [
        (RecordingScope.ALL, True, True),
        (RecordingScope.WAITING, True, True),
        (RecordingScope.OFF, True, False),
        (RecordingScope.ALL, False, False),
    ],
)
def test_a_recording_is_told_of_at_the_start_where_that_is_wanted(
    record: RecordingScope, *, is_wanted: bool, is_said: bool
) -> None:
    kit = CallKit(brief(CELL, record=record, says_recorded=is_wanted), queue())
    kit.start()
    kit.run(4.1)
    assert (NOTICE in kit.said()) is is_said


def test_it_is_told_in_the_language_of_the_call_and_the_human_is_told_again() -> None:
    kit = CallKit(brief(CELL, record=RecordingScope.ALL, says_recorded=True, language="de"), queue())
    kit.start()
    kit.says(5, "Für den Verkauf drücken Sie die 1. Für Rechnungen drücken Sie die 2.")
    kit.music(15, is_new_hold=True)
    person(kit, 100, "Guten Tag, mein Name ist Susanne Müller. Wie kann ich Ihnen helfen?")
    kit.run(140)
    told = [text for text in kit.said() if "aufgezeichnet" in text]
    assert len(told) == 2
    assert told[0] == "Bitte beachten Sie, dass dieses Gespräch aufgezeichnet wird."
