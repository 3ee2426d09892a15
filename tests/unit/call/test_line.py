"""What is known of the line."""

import pytest

from custom_components.hold_slayer.engine.call.clues import Speaker
from custom_components.hold_slayer.engine.call.line import Line
from custom_components.hold_slayer.engine.model import call_event as ev
from custom_components.hold_slayer.engine.model.phase import FrameLabel, Verdict


def test_it_follows_the_ear() -> None:
    line = Line()
    line.follow(ev.AudioClassChangedEvent(1.0, FrameLabel.MUSIC), 5.0)
    line.follow(ev.VerdictChangedEvent(1.0, Verdict.HOLD, 0.9, "music"), 5.0)
    line.follow(ev.UtteranceStartedEvent(2.0, 7), 5.0)
    assert (line.is_music, line.verdict, line.speaking) == (True, Verdict.HOLD, 7)
    line.follow(ev.UtteranceEndedEvent(3.0, 7, 2.0, 2.5), 5.0)
    line.follow(ev.AudioClassChangedEvent(3.0, FrameLabel.SPEECH), 5.0)
    assert (line.is_music, line.speaking, line.ended_at) == (False, None, 5.0)


def test_words_that_nobody_asked_for_are_no_words() -> None:
    line = Line()
    assert line.understood(1, "hello") is None
    assert line.not_understood(1) is None
    assert not line.has_words
    assert not line.is_deaf


def test_words_come_once_even_when_they_come_late() -> None:
    line = Line()
    line.await_words(1)
    line.give_up_words()
    assert not line.pending
    heard = line.understood(1, "  For  billing\npress two ")
    assert heard is not None
    assert (heard.text, heard.speaker, heard.is_known) == ("For billing press two", Speaker.RECORDING, False)
    assert line.understood(1, "again") is None


def test_the_second_time_a_text_is_known() -> None:
    line = Line()
    for utterance_id, expected in ((1, False), (2, True)):
        line.await_words(utterance_id)
        heard = line.understood(utterance_id, "my name is Susan")
        assert heard is not None
        assert heard.is_known is expected


def test_deaf_until_something_is_understood_even_if_that_is_nothing() -> None:
    line = Line()
    for utterance_id in (1, 2):
        line.await_words(utterance_id)
    assert line.not_understood(1) is not None
    assert line.is_deaf
    line.understood(2, "")
    assert not line.is_deaf
    assert not line.has_words


def test_a_refuted_candidate_counts_no_longer_but_hold_stays() -> None:
    line = Line()
    for verdict, after in ((Verdict.HUMAN, Verdict.UNCERTAIN), (Verdict.HOLD, Verdict.HOLD)):
        line.verdict = verdict
        line.verdict_refuted()
        assert line.verdict is after


def test_texts_waiting_for_an_action_are_bounded_and_taken_once() -> None:
    line = Line()
    for number in range(100):
        line.add_said(str(number))
    said = line.take_said()
    assert len(said) == 40
    assert said[-1] == "99"
    assert line.take_said() == []


def test_words_of_a_beginning_are_asked_for_one_at_a_time() -> None:
    line = Line()
    line.follow(ev.UtteranceStartedEvent(1.0, 7), 1.0)
    assert line.glimpse(7, 1.0, is_pause=False)
    assert not line.glimpse(7, 1.6, is_pause=False)
    assert line.glimpse(7, 1.6, is_pause=True), "what may be complete does not wait"
    assert not line.glimpse(7, 1.6, is_pause=True)
    heard = line.glimpse_answered(7, " how can I  help ", 2.5)
    assert heard is not None
    assert (heard.text, heard.speaker, heard.is_partial) == ("how can I help", Speaker.OFFER, True)
    assert line.glimpse(7, 2.5, is_pause=False) is False
    assert line.glimpse_answered(7, "", 2.6) is None
    assert line.glimpse_answered(7, "never asked", 2.6) is None


@pytest.mark.parametrize(("answered_at", "is_second"), [(1.9, True), (2.1, False)])
def test_where_answers_are_quick_two_beginnings_are_asked_for(answered_at: float, *, is_second: bool) -> None:
    line = Line()
    line.follow(ev.UtteranceStartedEvent(1.0, 7), 1.0)
    assert line.glimpse(7, 1.0, is_pause=False)
    line.glimpse_answered(7, "hello", answered_at)
    assert line.glimpse(7, 3.0, is_pause=False)
    assert line.glimpse(7, 3.0, is_pause=False) is is_second


@pytest.mark.parametrize("is_partial", [False, True])
def test_what_sounds_like_something_heard_before_is_known_whatever_its_words(*, is_partial: bool) -> None:
    line = Line()
    line.follow(ev.UtteranceStartedEvent(1.0, 7), 1.0)
    line.glimpse(7, 2.0, is_pause=False)
    line.follow(ev.UtteranceContinuesEvent(2.0, 7, 1.0, 2.0, is_pause=False, is_repeat=True), 2.0)
    if is_partial:
        heard = line.glimpse_answered(7, "my name is Laura", 2.5)
    else:
        line.await_words(7)
        heard = line.understood(7, "my name is Laura")
    assert heard is not None
    assert heard.is_known
    assert not heard.is_like_person


def test_the_beginning_of_an_utterance_that_is_over_counts_until_its_own_words_come() -> None:
    for has_words in (False, True):
        line = Line()
        line.follow(ev.UtteranceStartedEvent(1.0, 7), 1.0)
        assert line.glimpse(7, 1.5, is_pause=True)
        line.follow(ev.UtteranceEndedEvent(2.0, 7, 1.0, 2.0), 2.0)
        line.await_words(7)
        if has_words:
            line.understood(7, "good morning")
        assert (line.glimpse_answered(7, "how can I help", 2.5) is None) is has_words
