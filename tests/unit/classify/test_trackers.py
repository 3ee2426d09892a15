"""Hold, human and verdict trackers on scores made by hand: what counts, what drops a candidate, what takes a human back."""

import numpy as np
import pytest

from custom_components.hold_slayer.engine.audio.features import BANDS, FINE_BANDS
from custom_components.hold_slayer.engine.audio.pitch import PitchBlock
from custom_components.hold_slayer.engine.classify.episode import Evidence, Heard
from custom_components.hold_slayer.engine.classify.human import HumanState, HumanTracker, Stage
from custom_components.hold_slayer.engine.classify.human_score import human_chance
from custom_components.hold_slayer.engine.classify.line_score import LineScore
from custom_components.hold_slayer.engine.classify.moh import HoldState, HoldTracker
from custom_components.hold_slayer.engine.classify.reason import Reason
from custom_components.hold_slayer.engine.classify.verdict import VerdictMachine
from custom_components.hold_slayer.engine.model.phase import Verdict

SILENCE = LineScore(1, 0, 0, 0, 0)
MUSIC = LineScore(0, 0, 1, 0, 0)
SPEECH = LineScore(0, 0, 0, 1, 0)
OVER = LineScore(0, 0, 0, 0, 1)


def blocks(seconds: float) -> range:
    return range(round(seconds * 10))


class Line:
    """A human tracker on a line that is on hold (or not)."""

    def __init__(self, *, is_hold: bool = True) -> None:
        self.tracker = HumanTracker(chance_of=whoever_waits)
        self.is_hold = is_hold
        self.rng = np.random.default_rng(1)
        self.state = HumanState(Stage.NONE, 0, Reason.NOTHING_HEARD)

    def hear(
        self,
        score: LineScore,
        seconds: float,
        *,
        is_tone: bool = False,
        is_repeat: bool = False,
        is_local: bool = False,
        moves_db: float = 4.0,
    ) -> Stage:
        for _ in blocks(seconds):
            heard = Heard(
                score,
                np.full((10, BANDS), -70.0, np.float32),
                (-40 + moves_db * self.rng.standard_normal((10, FINE_BANDS))).astype(np.float32),
                PitchBlock.nothing(),
                -20.0,
                is_tone=is_tone,
                is_repeat=is_repeat,
            )
            self.state = self.tracker.update(heard, is_hold=self.is_hold, is_local=is_local)
        return self.state.stage


NEW_VOICE, SAME_VOICE = -4.0, 4.0


def greeting(**other: object) -> Evidence:
    known: dict[str, object] = {
        "speech_s": 2.0, "age_s": 3.6, "wait_s": 1.6, "phrases": 1, "phrase_s": 2.0, "clean": 1.0, "music_before": 0.8,
        "since_music_s": 0.5, "quiet_before_s": 0.5,
    }  # fmt: skip
    return Evidence(**(known | other))  # type: ignore[arg-type]


class TestChance:
    """What the learned score must say, whatever it has learned."""

    def test_somebody_new_on_a_new_line_who_waits(self) -> None:
        assert human_chance(greeting(same_voice=NEW_VOICE, noise_db=(9.0, 5.0))) > 0.9

    def test_the_menu_s_voice_on_the_same_line(self) -> None:
        assert human_chance(greeting(same_voice=SAME_VOICE, noise_db=(0.5, 0.1))) < 0.6

    @pytest.mark.parametrize(
        ("for_a_person", "against"),
        [
            ({"same_voice": NEW_VOICE}, {"same_voice": SAME_VOICE}),
            ({"noise_db": (9.0, 5.0)}, {"noise_db": (0.5, 0.1)}),
            ({"wait_s": 2.5, "age_s": 4.5}, {"wait_s": 0.3, "age_s": 2.3}),
        ],
    )
    def test_each_cue_points_the_right_way(self, for_a_person: dict[str, object], against: dict[str, object]) -> None:
        assert human_chance(greeting(**for_a_person)) > human_chance(greeting(**against))


def whoever_waits(evidence: Evidence) -> float:
    """A score that anybody can follow: whoever has waited for 1.2 s is a person."""
    return 0.95 if evidence.wait_s >= 1.15 else 0.3


class TestHuman:
    def test_speech_then_a_wait_is_candidate_then_human(self) -> None:
        line = Line()
        line.hear(SILENCE, 0.5)
        assert line.hear(SPEECH, 0.8) is Stage.NONE
        assert line.hear(SPEECH, 0.7) is Stage.CANDIDATE
        assert line.hear(SILENCE, 0.7) is Stage.CANDIDATE
        assert line.hear(SILENCE, 0.9) is Stage.HUMAN
        assert line.state.reason is Reason.GREETING_AND_WAIT

    @pytest.mark.parametrize("is_hold", [True, False])
    def test_a_sound_that_stands_still_is_nobody_whatever_it_is_taken_for(self, *, is_hold: bool) -> None:
        line = Line(is_hold=is_hold)
        line.hear(SILENCE, 0.5)
        stages = {line.hear(score, 0.1, moves_db=0.1) for score in [SPEECH] * 20 + [SILENCE] * 40}
        assert stages == {Stage.NONE}
        assert line.hear(SILENCE, 8.0) is Stage.NONE

    def test_who_speaks_after_it_is_somebody(self) -> None:
        line = Line()
        line.hear(SPEECH, 1.0, moves_db=0.1)
        line.hear(SPEECH, 1.2)
        assert line.state.stage is Stage.CANDIDATE
        assert line.hear(SILENCE, 1.6) is Stage.HUMAN

    def test_music_coming_back_drops_the_candidate(self) -> None:
        line = Line()
        line.hear(SPEECH, 2)
        line.hear(SILENCE, 0.4)
        assert line.hear(MUSIC, 0.8) is Stage.NONE
        assert line.state.reason is Reason.MUSIC_RETURNED
        assert line.hear(SILENCE, 3) is Stage.NONE

    def test_speech_over_music_is_no_candidate(self) -> None:
        assert Line().hear(OVER, 6) is Stage.NONE

    def test_a_repeat_is_a_recording(self) -> None:
        line = Line()
        line.hear(SPEECH, 1.5)
        assert line.hear(SPEECH, 0.3, is_repeat=True) is Stage.NONE
        assert line.state.reason is Reason.REPEATED_RECORDING
        assert line.hear(SILENCE, 4) is Stage.NONE

    def test_after_a_repeat_and_a_pause_somebody_else_may_speak(self) -> None:
        line = Line()
        line.hear(SPEECH, 3, is_repeat=True)
        line.hear(SILENCE, 2)
        line.hear(SPEECH, 2)
        assert line.hear(SILENCE, 1.6) is Stage.HUMAN

    def test_who_took_over_a_moment_ago_is_credited_with_what_they_have_said(self) -> None:
        line = Line()
        line.hear(SPEECH, 3, is_repeat=True)
        line.tracker.begin_anew(6)
        assert line.tracker.evidence.age_s == pytest.approx(0.7)
        assert line.hear(SPEECH, 0.3) is Stage.NONE
        assert line.hear(SPEECH, 0.2) is Stage.CANDIDATE

    def test_endless_speech_is_a_recording(self) -> None:
        line = Line()
        assert line.hear(SPEECH, 13) is Stage.NONE
        assert line.state.reason is Reason.LONG_SPEECH

    def test_a_tone_drops_the_candidate(self) -> None:
        line = Line()
        line.hear(SPEECH, 2)
        assert line.hear(SILENCE, 0.5, is_tone=True) is Stage.NONE
        assert line.state.reason is Reason.TONE_RETURNED

    def test_a_single_block_of_speech_does_not_end_the_wait(self) -> None:
        line = Line()
        line.hear(SPEECH, 2)
        line.hear(SILENCE, 0.7)
        line.hear(SPEECH, 0.1)
        assert line.hear(SILENCE, 0.8) is Stage.HUMAN

    def test_our_own_voice_does_not_count(self) -> None:
        line = Line()
        assert line.hear(SPEECH, 4, is_local=True) is Stage.NONE
        assert line.hear(SILENCE, 3) is Stage.NONE
        assert line.tracker.is_between_episodes

    def test_a_reply_to_us_confirms_at_once(self) -> None:
        line = Line()
        line.hear(SPEECH, 1.2)
        line.hear(SILENCE, 0.4)
        line.hear(SPEECH, 2, is_local=True)
        assert line.hear(SILENCE, 0.5) is Stage.CANDIDATE
        assert line.hear(SPEECH, 0.6) is Stage.HUMAN
        assert line.state.reason is Reason.REPLIED

    def test_a_recording_that_talks_on_has_not_replied(self) -> None:
        line = Line()
        line.hear(SPEECH, 1.2)
        line.hear(SPEECH, 2, is_local=True)
        line.hear(SPEECH, 2)
        assert line.hear(SILENCE, 0.8) is Stage.CANDIDATE

    def test_a_human_is_taken_back_when_put_on_hold(self) -> None:
        line = Line()
        line.hear(SPEECH, 2)
        assert line.hear(SILENCE, 2) is Stage.HUMAN
        assert line.hear(MUSIC, 1.0) is Stage.HUMAN
        assert line.hear(MUSIC, 1.0) is Stage.NONE
        assert line.state.reason is Reason.MUSIC_RETURNED

    def test_nobody_after_all_when_it_stays_silent(self) -> None:
        line = Line()
        line.hear(SPEECH, 2)
        assert line.hear(SILENCE, 3) is Stage.HUMAN
        assert line.hear(SILENCE, 12) is Stage.NONE
        assert line.state.reason is Reason.NO_MORE_SPEECH

    def test_a_silent_human_whom_we_talk_to_stays(self) -> None:
        line = Line()
        line.hear(SPEECH, 2)
        assert line.hear(SILENCE, 3) is Stage.HUMAN
        line.hear(SILENCE, 2, is_local=True)
        assert line.hear(SILENCE, 30) is Stage.HUMAN

    def test_refuted_by_words(self) -> None:
        line = Line()
        line.hear(SPEECH, 2)
        line.tracker.refute()
        assert line.hear(SILENCE, 3) is Stage.NONE
        assert line.state.reason is Reason.REFUTED
        line.hear(SPEECH, 2)
        assert line.hear(SILENCE, 2) is Stage.HUMAN

    def test_without_hold_a_first_short_greeting_is_only_a_candidate(self) -> None:
        line = Line(is_hold=False)
        line.hear(SPEECH, 1.2)
        assert line.hear(SILENCE, 1.5) is Stage.NONE
        assert line.hear(SILENCE, 3) is Stage.CANDIDATE
        assert line.state.reason is Reason.SHORT_GREETING
        line.hear(SPEECH, 1.5, is_local=True)
        line.hear(SILENCE, 0.4)
        assert line.hear(SPEECH, 0.6) is Stage.HUMAN

    def test_without_hold_a_menu_is_nobody(self) -> None:
        line = Line(is_hold=False)
        line.hear(SPEECH, 6)
        assert line.hear(SILENCE, 4) is Stage.NONE
        line.hear(SPEECH, 2)
        assert line.hear(SILENCE, 4) is Stage.NONE


class TestHold:
    @staticmethod
    def hear(tracker: HoldTracker, score: LineScore, seconds: float) -> HoldState:
        for _ in blocks(seconds):
            state = tracker.update(score, is_ring=False, is_tone=False)
        return state

    def test_two_seconds_of_music(self) -> None:
        tracker = HoldTracker()
        assert not self.hear(tracker, MUSIC, 1.8).is_hold
        state = self.hear(tracker, MUSIC, 0.4)
        assert state.is_hold
        assert state.reason is Reason.MUSIC

    def test_confidence_grows_and_hold_outlives_the_music(self) -> None:
        tracker = HoldTracker()
        early = self.hear(tracker, MUSIC, 2.5).confidence
        late = self.hear(tracker, MUSIC, 10).confidence
        assert 0.7 < early < late <= 0.98
        assert self.hear(tracker, SPEECH, 5).is_hold

    def test_since_music(self) -> None:
        tracker = HoldTracker()
        self.hear(tracker, MUSIC, 5)
        assert self.hear(tracker, OVER, 3).since_music_s == 0.0
        assert self.hear(tracker, SPEECH, 2).since_music_s == pytest.approx(2.0)

    def test_ringing_counts_only_after_somebody_spoke(self) -> None:
        tracker = HoldTracker()
        assert not tracker.update(SILENCE, is_ring=True, is_tone=False).is_hold
        self.hear(tracker, SPEECH, 2)
        state = tracker.update(SILENCE, is_ring=True, is_tone=False)
        assert state.is_hold
        assert state.reason is Reason.RINGING_AFTER_ANSWER

    def test_a_long_silence_after_speech_is_an_unsure_hold(self) -> None:
        tracker = HoldTracker()
        assert not self.hear(tracker, SILENCE, 60).is_hold
        self.hear(tracker, SPEECH, 2)
        assert not self.hear(tracker, SILENCE, 11).is_hold
        state = self.hear(tracker, SILENCE, 2)
        assert state.is_hold
        assert state.confidence < 0.5

    def test_announced_and_left(self) -> None:
        tracker = HoldTracker()
        tracker.expect_hold()
        assert self.hear(tracker, SILENCE, 0.1).reason is Reason.ANNOUNCED
        tracker.leave()
        assert not self.hear(tracker, SILENCE, 0.1).is_hold


class TestVerdict:
    HOLD = HoldState(is_hold=True, confidence=0.9, reason=Reason.MUSIC, music_run_s=5.0, since_music_s=0.0)
    NO_HOLD = HoldState(is_hold=False, confidence=0.0, reason=Reason.MUSIC, music_run_s=0.0, since_music_s=1e6)
    NOBODY = HumanState(Stage.NONE, 0.0, Reason.NOTHING_HEARD)

    def test_uncertain_until_something_is_heard(self) -> None:
        machine = VerdictMachine()
        assert machine.update(SILENCE, self.NO_HOLD, self.NOBODY) is None
        assert machine.state.verdict is Verdict.UNCERTAIN

    def test_speech_before_hold_is_a_menu(self) -> None:
        machine = VerdictMachine()
        news = [machine.update(SPEECH, self.NO_HOLD, self.NOBODY) for _ in range(12)]
        assert [new.verdict for new in news if new] == [Verdict.IVR]

    def test_each_change_is_told_once_and_taken_back_with_its_reason(self) -> None:
        machine = VerdictMachine()
        told = [
            machine.update(MUSIC, self.HOLD, self.NOBODY),
            machine.update(MUSIC, self.HOLD, self.NOBODY),
            machine.update(SPEECH, self.HOLD, HumanState(Stage.CANDIDATE, 0.6, Reason.SPEECH_AFTER_HOLD)),
            machine.update(SILENCE, self.HOLD, HumanState(Stage.HUMAN, 0.7, Reason.GREETING_AND_WAIT)),
            machine.update(MUSIC, self.HOLD, HumanState(Stage.NONE, 0.0, Reason.MUSIC_RETURNED)),
        ]
        assert [(new.verdict, new.reason) for new in told if new] == [
            (Verdict.HOLD, Reason.MUSIC),
            (Verdict.CANDIDATE, Reason.SPEECH_AFTER_HOLD),
            (Verdict.HUMAN, Reason.GREETING_AND_WAIT),
            (Verdict.HOLD, Reason.MUSIC_RETURNED),
        ]
