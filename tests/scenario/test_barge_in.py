"""A whole brain in virtual time: how soon the key follows the option that settles it, by how the line reads its lists."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model import call_event as ev
from custom_components.hold_slayer.engine.model.call_brief import CallPolicy
from tests.fakes.virtual_call import CELL, CallKit, brief

GOAL = "There is a charge on my bill that I do not know. I want to dispute it."
FIRST = "To open a new account, press 1."
WANTED = "To dispute a charge on your bill, press 2."
VAGUE = ("For mortgages, press 1.", "For insurance, press 2.", "For billing and payments, press 3.")
WORDS_S, PAUSE_S, SILENCE_S = 0.3, 0.3, 0.8


class Spoken:
    """A line that says its sentences, 2 s each, in one breath, and how Hold Slayer hears it."""

    def __init__(self, *, press_early: bool = True) -> None:
        self.kit = CallKit(replace(brief(CELL, goal=GOAL), policy=CallPolicy(press_early=press_early)), stt_s=WORDS_S)
        self.kit.navigator = Navigator(self.kit._mission)  # type: ignore[assignment]
        self.kit.start()
        self.t = 5.0

    def says(self, *sentences: str, pause_s: float, is_over: bool = True) -> float:
        """Returns when the last sentence was over."""
        said = ""
        self.kit.at(self.t + 0.2, ev.UtteranceStartedEvent(self.t + 0.2, 1))
        for number, sentence in enumerate(sentences, 1):
            said = f"{said} {sentence}".strip()
            over = self.t + 2.0
            if pause_s > PAUSE_S or number == len(sentences):
                at = over + PAUSE_S
                self.kit.at(at, ev.UtteranceContinuesEvent(at, 1, 0.0, at, is_pause=True, pcm=b"\0\0"))
                self.kit.at(at + WORDS_S, ev.TranscribedEvent(1, said, is_partial=True))
            self.t = over + pause_s
        if is_over:
            at = over + SILENCE_S
            self.kit.texts[1] = said
            self.kit.at(at, ev.UtteranceEndedEvent(at, 1, 0.0, over, b"\0\0", longest_pause_s=pause_s))
        self.kit.run(over + 8.0)
        return over

    def keys(self) -> list[tuple[str, float, bool]]:
        return [
            (str(data["digits"]), t, bool(data.get("early")))
            for t, kind, data in self.kit.story
            if kind == "key_pressed"
        ]


def test_what_is_certain_is_pressed_at_the_pause_after_it() -> None:
    line = Spoken()
    over = line.says(FIRST, WANTED, pause_s=0.4, is_over=False)
    ((key, at, is_early),) = line.keys()
    assert (key, is_early) == ("2", True)
    assert 0.3 < at - over <= 1.0


@pytest.mark.parametrize(
    ("sentences", "pause_s", "most_s"),
    [
        ((*VAGUE, "To hear this again, press star."), 0.4, 1.2),
        (VAGUE, 0.35, 1.2),
        (VAGUE, 0.5, 1.3),
        (VAGUE, 0.75, 2.1),
    ],
)
def test_a_list_is_over_after_more_quiet_than_its_own_pauses(
    sentences: tuple[str, ...], pause_s: float, most_s: float
) -> None:
    line = Spoken()
    over = line.says(*sentences, pause_s=pause_s)
    ((key, at, _),) = line.keys()
    assert key == "3"
    assert SILENCE_S < at - over <= most_s
    assert at - over > pause_s * 1.5


def test_without_leave_the_end_of_the_turn_is_waited_for() -> None:
    line = Spoken(press_early=False)
    over = line.says(FIRST, WANTED, pause_s=0.4)
    ((key, at, is_early),) = line.keys()
    assert (key, is_early) == ("2", False)
    assert at - over > SILENCE_S + 0.8


def test_a_fact_is_not_keyed_in_while_its_prompt_runs() -> None:
    kit = Spoken()
    kit.kit._mission = replace(kit.kit._mission, facts={"account_number": "4417"})
    kit.kit.navigator = Navigator(kit.kit._mission)  # type: ignore[assignment]
    over = kit.says("Please enter your account number.", "If you do not have it, press star.", pause_s=0.4)
    ((key, at, is_early),) = kit.keys()
    assert (key, is_early) == ("{account_number}", False)
    assert at - over > SILENCE_S
