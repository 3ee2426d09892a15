"""The strip of a call: runs without gaps, corrected by what is known later, and bounded."""

import itertools
import json
import random

from custom_components.hold_slayer.engine.agent.strip import MOST_RUNS, StripBuilder
from custom_components.hold_slayer.engine.model.action import ReportAction
from custom_components.hold_slayer.engine.model.phase import FrameLabel, Phase
from custom_components.hold_slayer.engine.model.strip import HeardClass, strip_as_rows

SPEECH, MUSIC, SILENCE = FrameLabel.SPEECH, FrameLabel.MUSIC, FrameLabel.SILENCE


class Strip:
    def __init__(self) -> None:
        self.builder = StripBuilder()
        self.blocks = 0

    def add(
        self,
        seconds: float,
        label: FrameLabel,
        phase: Phase = Phase.ON_HOLD,
        *,
        is_human: bool = False,
        is_repeat: bool = False,
    ) -> None:
        for _ in range(round(seconds * 10)):
            self.blocks += 1
            self.builder.add(self.blocks / 10, label, phase, is_human=is_human, is_repeat=is_repeat)

    @property
    def rows(self) -> list[list[float | str]]:
        return strip_as_rows(self.builder.runs)


def test_runs_and_slips() -> None:
    strip = Strip()
    strip.add(5, MUSIC)
    strip.add(0.2, SPEECH)  # a slip
    strip.add(3, MUSIC)
    strip.add(2, SPEECH)
    strip.add(1, SILENCE)
    assert strip.rows == [[0.0, "music"], [8.2, "speech"], [10.2, "silence"], [11.2, ""]]


def test_a_call_with_its_people() -> None:
    strip = Strip()
    strip.add(3, SPEECH, Phase.NAVIGATING)
    strip.builder.transcribed(0.2, 2.8)
    strip.builder.reported(ReportAction("prompt_heard"))
    strip.add(10, MUSIC)
    strip.add(2, SPEECH, Phase.CANDIDATE)
    strip.builder.reported(ReportAction("candidate_dropped", {"reason": "repeated_recording"}))
    strip.add(10, MUSIC)
    strip.add(2, SPEECH, Phase.CANDIDATE)
    strip.add(2, SILENCE, Phase.HUMAN, is_human=True)
    strip.add(2, SPEECH, Phase.CONNECTED, is_human=True)
    assert strip.rows == [
        [0.0, "recording"], [3.0, "music"], [13.0, "recording"], [15.0, "music"],
        [25.0, "candidate"], [27.0, "human"], [31.0, ""],
    ]  # fmt: skip


def test_speech_heard_before_is_a_recording_from_its_first_word() -> None:
    strip = Strip()
    strip.add(3, MUSIC)
    strip.add(2, SPEECH)
    strip.add(2, SPEECH, is_repeat=True)
    strip.add(1, SILENCE, is_repeat=True)
    strip.add(2, SPEECH)
    strip.add(1, SPEECH, Phase.CANDIDATE, is_repeat=True)
    assert strip.rows == [
        [0.0, "music"], [3.0, "recording"], [7.0, "silence"], [8.0, "speech"], [10.0, "candidate"], [11.0, ""],
    ]  # fmt: skip


def test_a_candidate_that_nobody_can_explain_is_speech() -> None:
    strip = Strip()
    strip.add(2, SPEECH, Phase.CANDIDATE)
    strip.builder.reported(ReportAction("candidate_dropped", {"reason": "long_speech"}))
    assert strip.rows == [[0.0, "speech"], [2.0, ""]]


def test_put_through_without_a_human_is_no_human() -> None:
    strip = Strip()
    strip.add(2, MUSIC, Phase.TRANSFERRING)
    assert strip.rows == [[0.0, "music"], [2.0, ""]]


def test_hours_do_not_make_it_grow_and_people_stay() -> None:
    rng, strip = random.Random(1), Strip()
    people: list[float] = []
    longest = 0
    while strip.blocks < 6 * 36_000:
        strip.add(rng.choice((0.3, 0.5, 2, 8)), rng.choice(list(FrameLabel)))
        if rng.random() < 0.002:
            strip.add(1, SPEECH, Phase.CANDIDATE)
            people.append(strip.blocks / 10 - 0.5)
        longest = max(longest, len(strip.builder.runs))
    runs = strip.builder.runs
    assert longest <= MOST_RUNS
    assert all(a.end_s == b.start_s for a, b in itertools.pairwise(runs)), "no gaps"
    assert (runs[0].start_s, runs[-1].end_s) == (0.0, strip.blocks / 10)
    assert all(a.heard is not b.heard for a, b in itertools.pairwise(runs))
    assert len(people) >= 20
    for t_s in people:
        assert next(run for run in runs if run.start_s <= t_s < run.end_s).heard is HeardClass.CANDIDATE
    assert len(json.dumps(strip_as_rows(runs))) < 16_000


def test_a_line_full_of_candidates_is_bounded_too() -> None:
    strip = Strip()
    for _ in range(2000):
        strip.add(0.3, SPEECH, Phase.CANDIDATE)
        strip.add(0.3, MUSIC)
    assert len(strip.builder.runs) <= MOST_RUNS
