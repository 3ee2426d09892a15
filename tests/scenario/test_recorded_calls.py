"""Calls whose talk is to be recorded: the person hears so before the user does, on every way to the user."""

import pytest

from custom_components.hold_slayer.engine.ivr.decision import Decision, DecisionKind
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.model.phase import Phase
from custom_components.hold_slayer.engine.model.recording import RecordingScope
from tests.fakes.virtual_call import CELL, GREETING, CallKit, brief, press, say

from .test_to_a_person import on_hold, person

TOLD = Decision(DecisionKind.SAY, "four eight one five", "{account}", reason="fact")
NOTICE = "Please note that this call is being recorded."


def sentences(kit: CallKit) -> list[tuple[str, bool]]:
    """What was said, and what counts as telling."""
    return [(a.text, a.tells_of_recording) for a in kit.unclaimed if isinstance(a, act.SpeakAction)]


def call(*, answers_s: float, scope: RecordingScope = RecordingScope.ALL) -> CallKit:
    kit = CallKit(brief(CELL, record=scope), press("2"), phones={"cell": answers_s})
    on_hold(kit)
    person(kit, 60.0)
    kit.run(until=90.0)
    assert kit.brain.phase is Phase.CONNECTED
    return kit


@pytest.mark.parametrize("scope", [RecordingScope.OFF, RecordingScope.WAITING])
def test_who_is_not_recorded_is_told_nothing(scope: RecordingScope) -> None:
    kit = call(answers_s=5.0, scope=scope)
    assert sentences(kit) == [(GREETING, False)]


def test_the_greeting_ends_with_the_notice() -> None:
    kit = call(answers_s=5.0)
    assert sentences(kit) == [(f"{GREETING} {NOTICE}", True)]
    assert f"{GREETING} {NOTICE}" in kit.prepared


@pytest.mark.parametrize("answers_s", [0.6, 1.0, 2.0, 3.0])
def test_a_user_who_answers_at_once_does_not_cut_the_notice_off(answers_s: float) -> None:
    kit = call(answers_s=answers_s)
    told = [text for text, tells in sentences(kit) if tells]
    assert len(told) == 1
    assert told[0].endswith(NOTICE)
    bridge = next(i for i, action in enumerate(kit.unclaimed) if isinstance(action, act.BridgeAction))
    notice = next(i for i, a in enumerate(kit.unclaimed) if isinstance(a, act.SpeakAction) and a.tells_of_recording)
    stops = [i for i, action in enumerate(kit.unclaimed) if isinstance(action, act.StopSpeakingAction)]
    assert not any(index > min(notice, bridge) for index in stops), "nothing cuts it off"


@pytest.mark.parametrize(
    ("decision", "kind"), [(press("48151623", "{account}"), "keys"), (TOLD, "fact"), (say("Alex Doe"), "words")]
)
def test_facts_and_the_users_own_keys_are_private(decision: Decision, kind: str) -> None:
    kit = CallKit(brief(CELL, record=RecordingScope.ALL), decision)
    kit.start()
    kit.says(5.0, "Please enter your account number.")
    kit.at(20.0, ev.DigitsRequestedEvent("99"))
    kit.run(until=25.0)
    keys = [action for action in kit.unclaimed if isinstance(action, act.SendDigitsAction)]
    if kind == "keys":
        assert [(action.digits, action.is_private) for action in keys] == [("48151623", True), ("99", True)]
    else:
        spoken = [action for action in kit.unclaimed if isinstance(action, act.SpeakAction)]
        said = "four eight one five" if kind == "fact" else "Alex Doe"
        assert [(action.text, action.is_private) for action in spoken] == [(said, kind == "fact")]
        assert keys[-1].is_private
