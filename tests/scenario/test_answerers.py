"""Who answered, on both sides: the user's phones and the company's line, in whole calls in virtual time."""

import pytest

from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import HandOverTarget
from custom_components.hold_slayer.engine.model.phase import Answerer, EndedBy, LegFailure, Phase
from tests.fakes.endpoint import BROWSER
from tests.fakes.virtual_call import ANSWER, APOLOGY, CELL, COURTESY, DESK, CallKit, brief, press, queue

from .test_to_a_person import on_hold, person

type Belief = tuple[float, Answerer, float, str]

PERSON: Belief = (1.4, Answerer.PERSON, 0.8, "short_greeting")
SPEAKING: Belief = (0.8, Answerer.UNCERTAIN, 0.0, "speaking")
WAITS: Belief = (3.4, Answerer.UNCERTAIN, 0.3, "waits")
LONG: Belief = (5.8, Answerer.VOICEMAIL, 0.6, "long_greeting")
BEEP: Belief = (9.0, Answerer.VOICEMAIL, 0.9, "beep")
VOICEMAIL: Belief = (2.9, Answerer.VOICEMAIL, 0.9, "words")
SCREENING: Belief = (2.5, Answerer.SCREENING, 0.9, "words")
ANNOUNCEMENT: Belief = (2.5, Answerer.ANNOUNCEMENT, 0.9, "words")
FAX: Belief = (2.5, Answerer.FAX, 0.95, "fax_tone")


def rung(
    *targets: HandOverTarget, cell: tuple[Belief, ...] = (), desk: tuple[Belief, ...] = (PERSON,), **changes: object
) -> CallKit:
    """A person at 100 s; the first phone answers after 4 s, the second after 3 s; what their legs sound like."""
    kit = CallKit(
        brief(*targets, **changes), queue(), phones={"cell": 4.0, "desk": 3.0}, answerers={"cell": cell, "desk": desk}
    )
    on_hold(kit)
    person(kit, 100)
    return kit


def bridges(kit: CallKit) -> list[str]:
    return [action.leg_id for action in kit.unclaimed if isinstance(action, act.BridgeAction)]


def failed(kit: CallKit) -> list[object]:
    return [data["reason"] for _, kind, data in kit.story if kind == "target_failed"]


# --- the user's side ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("beliefs", "after_s"),
    [
        ((), 1.5),
        ((SPEAKING, PERSON), 1.4),
        ((SPEAKING, WAITS), 3.4),
        ((SPEAKING, LONG), 5.8),
        ((SPEAKING,), 6.8),
        (((1.0, Answerer.NOBODY, 0.6, "silence"),), 1.5),
    ],
    ids=["not a word", "hello", "a sentence", "a long one", "no end", "silence"],
)
def test_whoever_may_be_a_person_is_joined(beliefs: tuple[Belief, ...], after_s: float) -> None:
    kit = rung(CELL, cell=beliefs)
    kit.run(125)
    assert kit.brain.phase is Phase.CONNECTED
    assert bridges(kit) == ["user-1"]
    assert kit.when("connected") == pytest.approx(kit.when("target_ringing") + 4.0 + after_s, abs=0.01)
    assert failed(kit) == []


@pytest.mark.parametrize("machine", [VOICEMAIL, SCREENING, ANNOUNCEMENT, FAX])
@pytest.mark.parametrize("has_to_confirm", [False, True])
def test_a_machine_has_not_taken_the_call(machine: Belief, *, has_to_confirm: bool) -> None:
    kit = rung(CELL, DESK, cell=(SPEAKING, machine), confirm_answer=has_to_confirm)
    if has_to_confirm:
        kit.at(125, ev.DigitReceivedEvent("user-2", "1"))
    kit.run(130)
    assert failed(kit) == [machine[1].value]
    assert bridges(kit) == ["user-2"]
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.target_name == "desk"
    assert act.HangUpLegAction("user-1") in kit.unclaimed
    ringing = [t for t, kind, _ in kit.story if kind == "target_ringing"]
    assert ringing[1] - ringing[0] == pytest.approx(4.0 + machine[0]), "without waiting for a deadline"


def test_nobody_is_joined_with_a_tone_before_it_is_known_what_it_is() -> None:
    """A fax machine's answer begins within the time in which silence would be a person, and takes longer to be known."""
    tone: Belief = (1.2, Answerer.UNCERTAIN, 0.0, "tone")
    kit = rung(CELL, DESK, cell=(tone, FAX))
    kit.run(130)
    assert failed(kit) == ["fax"]
    assert bridges(kit) == ["user-2"]
    kit = rung(CELL, cell=(tone, (2.9, Answerer.PERSON, 0.8, "short_greeting")))
    kit.run(130)
    assert bridges(kit) == ["user-1"]
    assert kit.when("connected") == pytest.approx(kit.when("target_ringing") + 4.0 + 2.9, abs=0.01)


def test_nothing_but_machines() -> None:
    kit = rung(CELL, DESK, cell=(SPEAKING, VOICEMAIL), desk=(SPEAKING, SCREENING))
    kit.run()
    assert failed(kit) == ["voicemail", "screening"]
    assert bridges(kit) == []
    assert kit.said()[-1] == APOLOGY
    assert kit.brain.outcome == "user_unreachable"


def test_a_machine_that_was_joined_is_let_go_and_the_next_phone_rings() -> None:
    kit = rung(CELL, DESK, cell=(SPEAKING, LONG, BEEP))
    kit.run(130)
    assert kit.kinds.count("connected") == 2
    assert bridges(kit) == ["user-1", "user-2"]
    assert failed(kit) == ["voicemail"]
    assert act.UnbridgeAction("user-1") in kit.unclaimed
    assert COURTESY in kit.said(), "the person hears that it takes another moment"
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.is_human


def test_a_machine_that_was_joined_and_no_other_phone() -> None:
    kit = rung(CELL, cell=(SPEAKING, LONG, BEEP))
    kit.run()
    assert kit.said()[-1] == APOLOGY
    assert kit.brain.outcome == "user_unreachable"


def test_a_machine_that_was_joined_before_any_person_came_leads_back_to_waiting() -> None:
    kit = CallKit(brief(CELL), queue(), phones={"cell": 4.0}, answerers={"cell": (SPEAKING, LONG, BEEP)})
    on_hold(kit)
    kit.at(50, ev.TransferRequestedEvent())
    kit.run(70)
    assert kit.brain.phase is Phase.ON_HOLD
    assert failed(kit) == ["voicemail"]
    assert kit.kinds[-1] == "hold_started"


@pytest.mark.parametrize("sure", [PERSON, None], ids=["by ear", "by key"])
def test_a_person_once_is_a_person(sure: Belief | None) -> None:
    """Neither a microwave's beep nor anything that is said later parts the two."""
    late: Belief = (12.0, Answerer.VOICEMAIL, 0.97, "words_and_beep")
    kit = rung(CELL, DESK, cell=(SPEAKING, *((sure,) if sure else ()), late))
    if sure is None:
        kit.run(108)
        kit.at(kit.when("target_ringing") + 5.0, ev.DigitReceivedEvent("user-1", "5"))
    kit.run(140)
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.target_name == "cell"
    assert failed(kit) == []


def test_who_hangs_up_while_being_listened_to_is_no_answer() -> None:
    kit = rung(CELL, DESK, cell=(SPEAKING,))
    kit.run(106)
    answered = kit.when("target_ringing") + 4.0
    kit.at(answered + 1.0, ev.LegEndedEvent("user-1", EndedBy.REMOTE))
    kit.run(125)
    assert failed(kit) == ["declined"]
    assert kit.brain.target_name == "desk"


# --- the company's side ---------------------------------------------------------------------------------------------


def company(kit: CallKit, *beliefs: Belief) -> None:
    kit.start()
    for after_s, answerer, confidence, reason in beliefs:
        kit.at(4.0 + after_s, ev.AnswererHeardEvent(ev.FAR_LEG, answerer, confidence, reason))


def test_a_voicemail_that_says_so_and_beeps_ends_the_call() -> None:
    kit = CallKit()
    company(kit, SPEAKING, VOICEMAIL, (8.0, Answerer.VOICEMAIL, 0.97, "words_and_beep"))
    kit.says(5, "You have reached the voicemail of the Acme office.", lasts=5.0)
    kit.run()
    kit.expect(act.DialAction)
    assert kit.expect_end("voicemail", ev.FAR_LEG) == "Only voicemail answered."
    assert kit.when("ended") == pytest.approx(12.0)


def test_without_words_the_beep_is_enough() -> None:
    kit = CallKit(has_stt=False)
    company(kit, SPEAKING, LONG, BEEP)
    kit.run()
    kit.expect(act.DialAction)
    kit.expect_end("voicemail", ev.FAR_LEG)


def test_a_menu_that_beeps_is_no_voicemail() -> None:
    kit = CallKit(None, press("1"))
    company(kit, SPEAKING, LONG, BEEP)
    kit.says(5, "For sales, press 1. For billing, press 2.", lasts=3.0)
    kit.run(14)
    assert kit.brain.phase is Phase.NAVIGATING


def test_a_beep_after_a_key_is_no_voicemail() -> None:
    kit = CallKit(None, press("1"))
    company(kit, (12.0, Answerer.VOICEMAIL, 0.97, "words_and_beep"))
    kit.says(5, "For sales, press 1. To leave a message, press 2.", lasts=3.0)
    kit.run(17)
    assert kit.brain.phase is Phase.NAVIGATING


@pytest.mark.parametrize("belief", [PERSON, WAITS, LONG, SCREENING, ANNOUNCEMENT])
def test_what_else_the_ear_believes_of_the_company_is_for_others_to_judge(belief: Belief) -> None:
    kit = CallKit()
    company(kit, belief)
    kit.run(11)
    assert kit.brain.phase is Phase.NAVIGATING


def test_a_belief_about_a_leg_that_nobody_waits_for_is_nothing() -> None:
    kit = rung(CELL, DESK, cell=(SPEAKING, PERSON))
    kit.run(125)
    for leg in ("user-2", "nobody", ev.FAR_LEG):
        assert kit.brain.handle(ev.AnswererHeardEvent(leg, Answerer.VOICEMAIL, 0.97, "beep"), 126.0) == []
    assert kit.brain.handle(ev.LegAnsweredEvent("user-1", ANSWER), 126.0) == []
    assert kit.brain.phase is Phase.CONNECTED


def test_a_browser_that_accepts_is_a_person_and_no_key_is_asked_for() -> None:
    kit = CallKit(brief(BROWSER, CELL, confirm_answer=True), queue(), phones={"browser": 4.0})
    on_hold(kit)
    person(kit, 100)
    kit.run(140)
    assert act.RingEndpointAction("user-1", BROWSER) in kit.unclaimed
    assert kit.brain.phase is Phase.CONNECTED
    assert [action.leg_id for action in kit.unclaimed if isinstance(action, act.BridgeAction)] == ["user-1"]
    assert all(action.leg_id == ev.FAR_LEG for action in kit.unclaimed if isinstance(action, act.SpeakAction))


def test_a_browser_that_declines_is_followed_by_the_next_target() -> None:
    kit = CallKit(brief(BROWSER, CELL), queue(), phones={"browser": LegFailure.DECLINED, "cell": 5.0})
    on_hold(kit)
    person(kit, 100)
    kit.run(140)
    assert kit.brain.target_name == "cell"
    assert kit.brain.phase is Phase.CONNECTED
