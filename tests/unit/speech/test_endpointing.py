"""Where utterances begin and end, to the frame; made of frames whose bytes tell their index."""

from collections.abc import Iterable

import pytest

from custom_components.hold_slayer.engine.speech.endpointing import (
    Endpoint,
    Endpointer,
    EndpointingConfig,
    UtteranceContinues,
    UtteranceEnded,
    UtteranceStarted,
)
from custom_components.hold_slayer.engine.speech.utterance import UtteranceBuffer


class Line:
    """Feeds voice flags; every frame is four bytes holding its index."""

    def __init__(self, config: EndpointingConfig | None = None) -> None:
        self.endpointer = Endpointer(config)
        self.found: list[Endpoint] = []
        self._index = 0

    def hear(self, seconds: float, *, voice: bool, is_speech: bool | None = None, may_start: bool = True) -> None:
        for _ in range(round(seconds * 10)):
            frames = [(self._index + k).to_bytes(4) for k in range(5)]
            self._index += 5
            self.found += self.endpointer.update(
                frames, [voice] * 5, is_speech=voice if is_speech is None else is_speech, may_start=may_start
            )

    @property
    def ended(self) -> list[UtteranceEnded]:
        return [point for point in self.found if isinstance(point, UtteranceEnded)]


def indices(pcm: bytes) -> list[int]:
    return [int.from_bytes(pcm[k : k + 4]) for k in range(0, len(pcm), 4)]


def test_pre_roll_and_hangover_surround_the_voice() -> None:
    line = Line()
    line.hear(2.0, voice=False)
    line.hear(1.0, voice=True)
    line.hear(1.5, voice=False)
    (utterance,) = line.ended
    assert utterance.start_s == pytest.approx(1.7)
    assert utterance.end_s == pytest.approx(3.3)
    assert indices(utterance.pcm) == list(range(85, 165))


def test_start_is_set_back_to_where_the_voice_began_although_judged_late() -> None:
    line = Line()
    line.hear(2.0, voice=False)
    line.hear(0.5, voice=True, is_speech=False)
    line.hear(0.8, voice=True)
    line.hear(1.0, voice=False)
    assert line.ended[0].start_s == pytest.approx(1.7)


def test_a_pause_shorter_than_the_limit_does_not_end_it() -> None:
    line = Line()
    line.hear(1.0, voice=True)
    line.hear(0.7, voice=False)
    line.hear(1.0, voice=True)
    assert line.ended == []
    line.hear(0.9, voice=False)
    (utterance,) = line.ended
    assert utterance.end_s == pytest.approx(3.0)
    assert utterance.longest_pause_s == pytest.approx(0.7)
    line.hear(1.0, voice=True)
    line.hear(0.9, voice=False)
    assert line.ended[-1].longest_pause_s == 0.0, "each has its own"


def test_music_is_no_utterance_and_ends_one() -> None:
    line = Line()
    line.hear(10.0, voice=True, is_speech=False)
    assert line.found == []
    line.hear(1.0, voice=True)
    line.hear(1.0, voice=True, is_speech=False)
    assert len(line.ended) == 1


def test_a_short_noise_is_no_utterance() -> None:
    line = Line()
    line.hear(1.0, voice=False)
    line.hear(0.3, voice=True)
    line.hear(2.0, voice=False)
    assert line.found == []


def test_the_longest_utterance_is_cut_and_goes_on_without_a_gap() -> None:
    line = Line(EndpointingConfig(longest_s=5.0))
    line.hear(11.0, voice=True)
    line.hear(2.0, voice=False)
    assert [round(u.end_s - u.start_s, 2) for u in line.ended][:2] == [5.0, 5.0]
    heard = [index for utterance in line.ended for index in indices(utterance.pcm)]
    assert heard == list(range(heard[0], heard[-1] + 1))


def test_ids_count_up_and_every_start_has_its_end() -> None:
    line = Line()
    for _ in range(3):
        line.hear(1.0, voice=True)
        line.hear(1.5, voice=False)
    started = [point.utterance_id for point in line.found if isinstance(point, UtteranceStarted)]
    assert started == [u.utterance_id for u in line.ended] == [1, 2, 3]


def test_nothing_starts_while_we_speak_but_what_runs_goes_on() -> None:
    line = Line()
    line.hear(3.0, voice=True, may_start=False)
    assert line.found == []
    line.hear(1.0, voice=True)
    line.hear(1.0, voice=True, may_start=False)
    line.hear(1.0, voice=False)
    (utterance,) = line.ended
    assert utterance.end_s == pytest.approx(5.3)


def test_a_cut_lies_where_somebody_else_began() -> None:
    line = Line()
    line.hear(1.0, voice=False)
    line.hear(2.0, voice=True)
    line.found += line.endpointer.cut(0.6)
    line.hear(1.0, voice=True)
    line.hear(1.5, voice=False)
    first, second = line.ended
    assert first.end_s == pytest.approx(2.4)
    assert second.start_s == pytest.approx(2.4)
    assert second.end_s == pytest.approx(4.3)


def test_two_utterances_never_overlap() -> None:
    line = Line(EndpointingConfig(end_silence_s=0.2, hangover_s=0.2))
    for _ in range(4):
        line.hear(1.0, voice=True)
        line.hear(0.4, voice=False)
    for before, after in zip(line.ended, line.ended[1:], strict=False):
        assert before.end_s <= after.start_s + 1e-9


def test_finish_closes_what_is_open() -> None:
    line = Line()
    line.hear(1.0, voice=True)
    (point,) = line.endpointer.finish()
    assert isinstance(point, UtteranceEnded)
    assert len(indices(point.pcm)) == 50
    assert line.endpointer.finish() == []


def test_buffer_keeps_only_its_history() -> None:
    buffer = UtteranceBuffer(10)

    def add(count: Iterable[int]) -> None:
        for number in count:
            buffer.add(number.to_bytes(4))

    add(range(1000))
    assert buffer.open(0) == 990
    add(range(1000, 1005))
    assert indices(buffer.close(1003)) == list(range(990, 1003))
    assert buffer.next_index == 1005


def test_an_open_utterance_is_given_out_at_set_times_and_once_a_pause() -> None:
    line = Line(EndpointingConfig(glimpses_s=(1.0, 2.3)))
    line.hear(1.0, voice=False)
    line.hear(1.4, voice=True)
    line.hear(0.5, voice=False)
    line.hear(1.0, voice=True)
    line.hear(1.5, voice=False)
    glimpses = [point for point in line.found if isinstance(point, UtteranceContinues)]
    assert [(round(point.end_s, 2), point.is_pause) for point in glimpses] == [
        (1.7, False),
        (2.7, True),
        (3.0, False),
        (4.2, True),
    ]
    (utterance,) = line.ended
    assert all(point.utterance_id == utterance.utterance_id for point in glimpses)
    assert all(utterance.pcm.startswith(point.pcm[: len(utterance.pcm)]) for point in glimpses)
    assert len(indices(glimpses[0].pcm)) == 50, "from the pre-roll to now"
