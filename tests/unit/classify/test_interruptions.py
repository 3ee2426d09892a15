"""Where a queue has always interrupted itself an announcement is due; elsewhere somebody new is likelier a person."""

import pytest

from custom_components.hold_slayer.engine.classify.interruptions import Interruption, Interruptions
from custom_components.hold_slayer.engine.classify.music_loop import MusicPlace


class Wait:
    """A hold in tenths of a second; music places are counted along."""

    def __init__(self, lag: int = 0) -> None:
        self.interruptions = Interruptions()
        self.place, self.lag = 0, lag

    def hold(self, seconds: float, *, is_music: bool = True) -> None:
        for _ in range(round(seconds * 10)):
            self.place += is_music
            assert self._feed(is_speech=False) is None

    def say(self, seconds: float) -> Interruption | None:
        told = [self._feed(is_speech=True) for _ in range(round(seconds * 10))]
        for _ in range(15):
            self._feed(is_speech=False, is_back=True)
        found = [each for each in told if each is not None]
        assert len(found) <= 1
        return found[0] if found else None

    def _feed(self, *, is_speech: bool, is_back: bool = False) -> Interruption | None:
        lag = self.lag if self.place > self.lag else 0
        where = MusicPlace(self.place, lag) if self.place else None
        return self.interruptions.update(where, 0, is_speech=is_speech, is_sound_back=is_back)


def test_the_first_ones_tell_nothing() -> None:
    wait = Wait()
    wait.hold(30)
    assert wait.say(4) is None
    wait.hold(50)
    assert wait.say(4) is None


@pytest.mark.parametrize("length_s", [3.0, 6.0])
def test_by_the_clock(length_s: float) -> None:
    """An announcement every minute, of different lengths; then somebody speaks after 41 s."""
    wait = Wait()
    values = []
    for number in range(6):
        wait.hold(60 - 1.5 - (length_s if number % 2 == 0 else length_s + 2))
        values.append(wait.say(length_s if number % 2 else length_s + 2))
    due = [each for each in values if each is not None]
    assert [each.is_expected for each in due] == [True] * 4
    odds = [each.log_odds for each in due]
    assert odds == sorted(odds, reverse=True), "it is the surer the more often it has been so"
    assert odds[-1] < -1.0
    wait.hold(41)
    person = wait.say(2)
    assert person is not None
    assert not person.is_expected
    assert person.log_odds > 1.0


def test_by_the_place_in_the_music() -> None:
    """Loops of 80 s, interrupted at their 20th and 55th second, with words of any length; somebody breaks in at the 70th."""
    wait = Wait(lag=800)
    told = []
    for number in range(6):
        wait.hold(20 if number == 0 else 45 if number % 2 == 0 else 35)
        told.append(wait.say(3 + 2.3 * number))
    assert [each.is_expected for each in told[2:] if each] == [True] * 4
    wait.hold(15)
    person = wait.say(2)
    assert person is not None
    assert not person.is_expected
    assert person.log_odds > 0.5
    last = told[-1]
    assert last is not None
    assert last.log_odds < -1.0


def test_a_queue_without_rhythm_tells_little() -> None:
    wait = Wait()
    odds = []
    for number, pause in enumerate((31, 17, 52, 24.5, 71, 39, 12.2, 46)):
        wait.hold(pause)
        said = wait.say(2 + number * 1.7)
        if said is not None:
            odds.append(said.log_odds)
    assert len(odds) == 6
    assert all(abs(each) < 0.7 for each in odds)
    assert abs(odds[-1]) < 0.3


def test_a_pause_in_a_sentence_is_no_new_interruption() -> None:
    wait = Wait()
    heard = [True] * 20 + [False] * 15 + [True] * 20 + [False] * 40 + [True] * 20
    for _ in range(2):
        wait.hold(30)
        for is_speech in heard:
            wait.interruptions.update(None, 0, is_speech=is_speech, is_sound_back=False)
        for _ in range(40):
            wait.interruptions.update(None, 0, is_speech=False, is_sound_back=False)
    assert len(wait.interruptions._heard) == 4


def test_it_is_bounded() -> None:
    wait = Wait(lag=500)
    for number in range(150):
        wait.hold(7 + number % 5)
        said = wait.say(1)
        assert said is None or -2.5 <= said.log_odds <= 1.5
    assert len(wait.interruptions._heard) <= 40
