"""The user's side of a call: pressing 1 to be joined, keys while talking, and handing the call back."""

import pytest

from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.call.consent import consent_of
from custom_components.hold_slayer.engine.call.phrases import confirmation
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import HandOverTarget
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure, Phase
from tests.fakes.virtual_call import CELL, COURTESY, DESK, CallKit, brief, queue

from .test_to_a_person import on_hold, person

PROMPT = "Hold Slayer has Acme on the line for you. Press 1 to talk."


def connected(kit: CallKit, at: float = 100.0) -> None:
    """On hold, a person, the user there: everything claimed."""
    on_hold(kit)
    person(kit, at)
    kit.run(at + 30)
    assert kit.brain.phase is Phase.CONNECTED
    kit.unclaimed.clear()


def key(kit: CallKit, t: float, keys: str, leg: str = "user-1") -> None:
    for number, each in enumerate(keys):
        kit.at(t + 0.3 * number, ev.DigitReceivedEvent(leg, each))


# --- handing back ---------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("by_key", [True, False])
def test_the_call_is_handed_back_and_the_next_person_is_put_through(*, by_key: bool) -> None:
    kit = CallKit(brief(CELL), queue())
    connected(kit)
    waited = kit.brain.hold_total_s(kit.now)
    if by_key:
        key(kit, 140, "**")
    else:
        kit.at(140.3, ev.ResumeWaitingRequestedEvent())
    kit.run(141)
    kit.expect(act.UnbridgeAction("user-1"), act.HangUpLegAction("user-1"))
    kit.close()
    assert kit.brain.phase is Phase.ON_HOLD
    assert not kit.brain.is_human
    assert kit.brain.target_name == ""
    kit.music(145)
    person(kit, 300)
    kit.run(330)
    assert kit.brain.phase is Phase.CONNECTED
    dials = [action for action in kit.unclaimed if isinstance(action, act.DialAction)]
    assert [dial.leg_id for dial in dials] == ["user-2"]
    assert kit.brain.hold_total_s(kit.now) > waited + 150
    assert kit.kinds.count("hold_started") == 2
    assert kit.kinds.count("human_answered") == 2


def test_a_recording_that_was_handed_back_counts_as_one_for_the_number() -> None:
    kit = CallKit(brief(CELL), queue())
    connected(kit)
    key(kit, kit.now + 5, "**")
    kit.run(kit.now + 6)
    soon = kit.brain.learned(1, b"").new_recordings
    other = CallKit(brief(CELL), queue())
    connected(other)
    key(other, other.now + 120, "**")
    other.run(other.now + 121)
    assert soon > other.brain.learned(1, b"").new_recordings + 0.5


def test_any_number_of_times() -> None:
    kit = CallKit(brief(CELL), queue())
    connected(kit)
    for turn in range(3):
        start = 200.0 + 200 * turn
        kit.at(start, ev.ResumeWaitingRequestedEvent())
        kit.music(start + 5)
        person(kit, start + 100)
        kit.run(start + 130)
        assert kit.brain.phase is Phase.CONNECTED
        assert kit.brain.target_name == "cell"
    kit.far_hangs_up(900)
    kit.run()
    assert kit.brain.outcome == "connected"


def test_the_company_hangs_up_while_we_wait_again() -> None:
    kit = CallKit(brief(CELL), queue())
    connected(kit)
    key(kit, 140, "**")
    kit.far_hangs_up(200)
    kit.run()
    assert kit.brain.outcome == "remote_hung_up"


def test_only_the_one_who_talks_can_hand_back() -> None:
    kit = CallKit(brief(CELL), queue())
    on_hold(kit)
    kit.at(50, ev.ResumeWaitingRequestedEvent())
    key(kit, 51, "**", ev.FAR_LEG)
    kit.run(60)
    assert kit.brain.phase is Phase.ON_HOLD
    person(kit, 100)
    key(kit, 135, "**", ev.FAR_LEG)
    key(kit, 137, "**", "user-7")
    kit.run(140)
    assert kit.brain.phase is Phase.CONNECTED


# --- keys while talking ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("keys", "sent"),
    [("5", ["5"]), ("12#", ["1", "2", "#"]), ("*5", ["*5"]), ("*", ["*"]), ("1*", ["1", "*"])],
)
def test_keys_go_to_the_company(keys: str, sent: list[str]) -> None:
    kit = CallKit(brief(CELL), queue())
    connected(kit)
    key(kit, 140, keys)
    kit.run(145)
    kit.expect(*(act.SendDigitsAction(ev.FAR_LEG, each) for each in sent))
    kit.close()
    shown = [data["digits"] for t, kind, data in kit.story if kind == "key_pressed" and t > 135]
    assert shown == ["*" * len(each) for each in sent], "a PIN may be among them"


def test_two_slow_stars_are_two_stars() -> None:
    kit = CallKit(brief(CELL), queue())
    connected(kit)
    key(kit, 140, "*")
    key(kit, 142, "*")
    kit.run(145)
    kit.expect(act.SendDigitsAction(ev.FAR_LEG, "*"), act.SendDigitsAction(ev.FAR_LEG, "*"))
    assert kit.brain.phase is Phase.CONNECTED


# --- press 1 --------------------------------------------------------------------------------------------------------


def asked(*targets: HandOverTarget, **phones: float | LegFailure) -> CallKit:
    return CallKit(brief(*targets, confirm_answer=True), queue(), phones=phones)


def test_who_presses_1_is_joined() -> None:
    kit = asked(CELL, cell=4.0)
    on_hold(kit)
    person(kit, 100)
    kit.run(112)
    assert kit.brain.phase in (Phase.HUMAN, Phase.TRANSFERRING)
    assert not [action for action in kit.unclaimed if isinstance(action, act.BridgeAction)]
    to_user = [action for action in kit.unclaimed if isinstance(action, act.SpeakAction) and action.leg_id == "user-1"]
    assert {action.text for action in to_user} == {PROMPT}
    key(kit, 113, "51")
    kit.run(120)
    assert kit.brain.phase is Phase.CONNECTED
    assert [action.leg_id for action in kit.unclaimed if isinstance(action, act.BridgeAction)] == ["user-1"]


def test_a_voicemail_does_not_press_and_the_next_phone_rings() -> None:
    kit = asked(CELL, DESK, cell=3.0, desk=3.0)
    on_hold(kit)
    person(kit, 100)
    key(kit, 140, "1", "user-2")
    kit.run(150)
    assert kit.brain.phase is Phase.CONNECTED
    assert kit.brain.target_name == "desk"
    failed = [data for _, kind, data in kit.story if kind == "target_failed"]
    assert failed == [{"target": "cell", "reason": "no_answer"}]
    prompts = [a for a in kit.unclaimed if isinstance(a, act.SpeakAction) and a.leg_id == "user-1"]
    assert len(prompts) == 3, "a person may not have listened the first time"
    assert COURTESY in [a.text for a in kit.unclaimed if isinstance(a, act.SpeakAction)], "nobody is left in silence"
    assert act.HangUpLegAction("user-1") in kit.unclaimed


def test_nobody_presses_anywhere() -> None:
    kit = asked(CELL, cell=3.0)
    on_hold(kit)
    person(kit, 100)
    kit.run()
    assert kit.brain.outcome == "user_unreachable"
    assert not [action for action in kit.unclaimed if isinstance(action, act.BridgeAction)]


def test_who_hangs_up_instead_is_no_answer() -> None:
    kit = asked(CELL, DESK, cell=3.0, desk=3.0)
    on_hold(kit)
    person(kit, 100)
    kit.run(112)
    kit.at(113, ev.LegEndedEvent("user-1", EndedBy.REMOTE))
    key(kit, 122, "1", "user-2")
    kit.run(130)
    assert kit.brain.target_name == "desk"
    assert kit.brain.phase is Phase.CONNECTED


def test_without_a_voice_the_key_still_counts() -> None:
    kit = CallKit(brief(CELL, confirm_answer=True), queue(), has_tts=False, phones={"cell": 4.0})
    on_hold(kit)
    person(kit, 100)
    key(kit, 118, "1")
    kit.run(130)
    assert kit.brain.phase is Phase.CONNECTED


def test_the_prompt_in_the_users_language() -> None:
    assert (
        confirmation("de-DE", "Acme")
        == "Hold Slayer hat Acme für Sie in der Leitung. Drücken Sie die 1, um zu sprechen."
    )
    assert confirmation("xx", " ") == "Hold Slayer has the company on the line for you. Press 1 to talk."


# --- or say yes -----------------------------------------------------------------------------------------------------

ALOUD = "Hold Slayer has Acme on the line for you. Press 1 or say yes to talk."


def asked_aloud(*targets: HandOverTarget, has_tts: bool = True) -> tuple[CallKit, float]:
    """A person at 100 s; the phones answer after 3 s. Returns when the first was answered; its request is over 3 s later."""
    kit = CallKit(
        brief(*targets, confirm_answer=True), queue(), config=BrainConfig(understands_user=True), has_tts=has_tts,
        phones={"cell": 3.0, "desk": 3.0},
    )  # fmt: skip
    on_hold(kit)
    person(kit, 100)
    return kit, answered(kit)


def answered(kit: CallKit) -> float:
    """Run until the first phone rings; when it will have been answered."""
    t = 100.0
    while "target_ringing" not in kit.kinds:
        t += 0.5
        kit.run(t)
    return kit.when("target_ringing") + 3.0


def says(kit: CallKit, answered_at: float, began_s: float, *, is_yes: bool, leg: str = "user-1") -> None:
    """An utterance of half a second, known as a yes or a no 1.5 s after its beginning."""
    kit.at(answered_at + began_s + 1.5, ev.ConsentHeardEvent(leg, is_yes, began_s))


def bridged(kit: CallKit) -> list[str]:
    return [action.leg_id for action in kit.unclaimed if isinstance(action, act.BridgeAction)]


def test_who_says_yes_is_joined_and_not_asked_any_more() -> None:
    kit, answered_at = asked_aloud(CELL)
    says(kit, answered_at, 3.4, is_yes=True)
    kit.run(answered_at + 15)
    assert kit.brain.phase is Phase.CONNECTED
    assert bridged(kit) == ["user-1"]
    to_user = [
        action.text for action in kit.unclaimed if isinstance(action, act.SpeakAction) and action.leg_id == "user-1"
    ]
    assert to_user == [ALOUD, ALOUD]


def test_a_yes_before_the_request_is_over_is_a_greeting() -> None:
    kit, answered_at = asked_aloud(CELL)
    says(kit, answered_at, 0.2, is_yes=True)
    says(kit, answered_at, 2.0, is_yes=True)
    kit.run(answered_at + 6)
    assert bridged(kit) == []
    says(kit, answered_at, 6.5, is_yes=True)
    kit.run(answered_at + 15)
    assert bridged(kit) == ["user-1"]


def test_who_says_no_is_left_alone_and_the_next_phone_rings_at_once() -> None:
    kit, answered_at = asked_aloud(CELL, DESK)
    says(kit, answered_at, 3.2, is_yes=False)
    kit.run(answered_at + 4.8)
    assert [data for _, kind, data in kit.story if kind == "target_failed"] == [
        {"target": "cell", "reason": "declined"}
    ]
    assert act.HangUpLegAction("user-1") in kit.unclaimed
    says(kit, answered_at + 7.7, 3.2, is_yes=True, leg="user-2")
    kit.run(answered_at + 20)
    assert bridged(kit) == ["user-2"]
    assert kit.brain.target_name == "desk"


def test_a_no_in_the_talk_is_talk() -> None:
    kit, answered_at = asked_aloud(CELL)
    key(kit, answered_at + 4, "1")
    says(kit, answered_at, 8.0, is_yes=False)
    kit.run(answered_at + 20)
    assert kit.brain.phase is Phase.CONNECTED


def test_who_was_never_asked_has_said_nothing() -> None:
    """Without a voice; and where the user's yes is not wanted at all."""
    kit, answered_at = asked_aloud(CELL, has_tts=False)
    says(kit, answered_at, 4.0, is_yes=True)
    kit.run(answered_at + 10)
    assert bridged(kit) == []
    kit = CallKit(brief(CELL, DESK), queue(), phones={"cell": 3.0}, answerers={"cell": ()})
    on_hold(kit)
    person(kit, 100)
    says(kit, answered(kit), 0.1, is_yes=False)
    kit.run(120)
    assert bridged(kit) == ["user-1"]


@pytest.mark.parametrize("language", ["en", "de", "fr", "es", "nl", "it"])
def test_the_word_that_is_asked_for_is_one_that_is_understood(language: str) -> None:
    """And what the line may give back of the request's end is none."""
    words = confirmation(language, "Acme", is_understood=True).removesuffix(".").replace(",", "").split()
    understood = [consent_of(word, language) for word in words]
    assert understood.count(True) == 1
    assert False not in understood
    assert not any(consent_of(" ".join(words[-count:]), language) for count in range(1, len(words)))
