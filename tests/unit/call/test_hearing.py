"""The whole hearing on sounds made from nothing: what is on the line, when it is known, and what it costs in memory."""

from collections.abc import Callable
import tracemalloc

import numpy as np
import pytest

from custom_components.hold_slayer.engine.call.hearing import Hearing
from custom_components.hold_slayer.engine.model.audio_frame import AudioFrame
from custom_components.hold_slayer.engine.model.call_event import (
    AudioClassChangedEvent,
    FrameLabelledEvent,
    HearingEvent,
    ToneHeardEvent,
    UtteranceEndedEvent,
    UtteranceStartedEvent,
    VerdictChangedEvent,
)
from custom_components.hold_slayer.engine.model.phase import FrameLabel, Verdict
from tests.fakes import clips, sounds

HUMANS = (Verdict.CANDIDATE, Verdict.HUMAN)


class Call:
    """A hearing and everything it said; ``at`` runs something just before the frame at that time."""

    def __init__(
        self, *parts: np.ndarray, answered: bool = True, at: dict[float, Callable[[Hearing], None]] | None = None
    ) -> None:
        self.hearing = Hearing()
        if answered:
            self.hearing.answered()
        self.events: list[HearingEvent] = []
        due = sorted((at or {}).items(), reverse=True)
        for frame in sounds.frames(sounds.join(*parts)):
            while due and frame.start_s >= due[-1][0] - 1e-9:
                due.pop()[1](self.hearing)
            self.events += self.hearing.feed(frame)

    @property
    def verdicts(self) -> list[VerdictChangedEvent]:
        return [event for event in self.events if isinstance(event, VerdictChangedEvent)]

    @property
    def story(self) -> list[str]:
        return [str(event.verdict) for event in self.verdicts]

    def first(self, verdict: Verdict) -> float:
        return next(event.t_s for event in self.verdicts if event.verdict is verdict)

    @property
    def labels(self) -> list[FrameLabel]:
        return [event.label for event in self.events if isinstance(event, FrameLabelledEvent)]

    @property
    def tones(self) -> list[str]:
        return [event.name for event in self.events if isinstance(event, ToneHeardEvent)]

    @property
    def utterances(self) -> list[UtteranceEndedEvent]:
        return [event for event in self.events if isinstance(event, UtteranceEndedEvent)]


MUSIC = sounds.music(12)


def person(pitch_hz: float = 190.0, wait_s: float = 5.0, seed: int = 5) -> np.ndarray:
    """Somebody else than the menu, in a room of their own: a greeting, then they wait."""
    sound = sounds.join(sounds.greeting(seed, pitch_hz), sounds.silence(wait_s))
    return sound + sounds.noise(sound.size / 8000, -52, 5)[: sound.size]


PAUSE = sounds.silence(0.4)


def ducked(announcement: np.ndarray, seed: int = 3) -> np.ndarray:
    under = sounds.music(announcement.size / 8000, -32, seed)
    return announcement + under[: announcement.size]


def test_every_100_ms_is_labelled_in_order() -> None:
    call = Call(sounds.silence(2.05))
    assert len(call.labels) == 17, "three tenths of a second are not labelled yet"
    call.events += call.hearing.finish()
    times = [event.t_s for event in call.events if isinstance(event, FrameLabelledEvent)]
    assert times == pytest.approx([0.1 * (k + 1) for k in range(20)])
    assert len(call.hearing.finish()) == 0
    assert set(call.labels) == {FrameLabel.SILENCE}


def test_times_of_events_never_run_ahead_or_back() -> None:
    call = Call(sounds.speech(3), PAUSE, MUSIC, PAUSE, sounds.greeting(), sounds.silence(3))
    labels = [event.t_s for event in call.events if isinstance(event, FrameLabelledEvent)]
    others = [event.t_s for event in call.events if not isinstance(event, FrameLabelledEvent)]
    assert labels == sorted(labels)
    assert others == sorted(others)


@pytest.mark.parametrize("level_db", [-35.0, -20.0, -8.0])
@pytest.mark.parametrize("seed", [1, 2, 3])
def test_music_is_hold_within_4_s(seed: int, level_db: float) -> None:
    call = Call(sounds.silence(1), sounds.music(8, level_db, seed))
    assert call.story == ["hold"]
    assert call.verdicts[0].t_s <= 5.0
    assert call.verdicts[0].confidence >= 0.7


@pytest.mark.parametrize("level_db", [-35.0, -20.0, -8.0])
def test_the_whole_story(level_db: float) -> None:
    sound = [sounds.speech(5, seed=7), sounds.silence(1), MUSIC, PAUSE, person()]
    gain = 10 ** ((level_db + 20) / 20)
    call = Call(*(part * gain for part in sound))
    assert call.story == ["ivr", "hold", "candidate", "human"]
    onset = 5 + 1 + 12 + 0.4
    assert onset < call.first(Verdict.CANDIDATE) < onset + 2.0
    assert onset + 1.0 < call.first(Verdict.HUMAN) < onset + 5.0
    assert all(0 < event.confidence <= 1 for event in call.verdicts)


@pytest.mark.parametrize("pitch_hz", [105.0, 230.0])
@pytest.mark.parametrize("gap_s", [0.3, 2.0])
def test_low_and_high_voices_after_short_and_long_gaps(pitch_hz: float, gap_s: float) -> None:
    call = Call(sounds.speech(5, seed=7), MUSIC, sounds.silence(gap_s), person(pitch_hz))
    assert call.story == ["ivr", "hold", "candidate", "human"]
    assert call.first(Verdict.CANDIDATE) > 17 + gap_s


def test_announcement_then_music_is_never_human() -> None:
    call = Call(MUSIC, PAUSE, sounds.speech(4, seed=3), PAUSE, MUSIC, PAUSE, sounds.speech(4, seed=11), PAUSE, MUSIC)
    assert "human" not in call.story
    assert call.story[-1] == "hold"
    assert call.verdicts[-1].reason == "music_returned"


def test_ducked_announcement_is_not_even_a_candidate() -> None:
    call = Call(MUSIC, ducked(sounds.speech(4, seed=3)), MUSIC)
    assert call.story == ["hold"]


def test_a_repeated_announcement_is_a_recording_however_long_the_silence_after_it() -> None:
    announcement = sounds.speech(5, seed=3)
    call = Call(
        MUSIC, PAUSE, announcement, PAUSE, MUSIC, PAUSE, announcement[2400:] * 0.6, sounds.silence(5), MUSIC, PAUSE,
        person(),
    )  # fmt: skip
    second = 12 + 0.4 + 5 + 0.4 + 12 + 0.4
    third = second + 4.7 + 5 + 12 + 0.4
    human = [event.t_s for event in call.verdicts if event.verdict is Verdict.HUMAN]
    assert len(human) == 1
    assert human[0] > third
    assert not [event for event in call.verdicts if event.verdict in HUMANS and second + 2 < event.t_s < third]


@pytest.mark.parametrize("f0", [90.0, 125.0, 180.0, 260.0])
def test_a_steady_complex_tone_is_never_human(f0: float) -> None:
    tone = sounds.complex_tone(f0, 20)
    assert not set(Call(sounds.silence(1), tone, sounds.silence(4)).story) & {"candidate", "human"}
    assert not set(Call(MUSIC, PAUSE, tone, sounds.silence(4)).story) & {"candidate", "human"}
    assert Call(sounds.silence(1), tone).utterances == []


@pytest.mark.parametrize("level_db", [-50.0, -30.0, -12.0])
def test_ten_seconds_of_noise_are_nobody(level_db: float) -> None:
    noise = sounds.noise(10, level_db)
    assert Call(noise).story == []
    assert Call(MUSIC, noise).story == ["hold"]


def test_silence_for_ever_is_nobody() -> None:
    assert Call(sounds.silence(60)).story == []


def test_a_menu_is_ivr_and_its_sentences_are_utterances() -> None:
    sentences = [sounds.speech(3, seed=seed) for seed in (1, 2, 3)]
    call = Call(*[part for sentence in sentences for part in (sentence, sounds.silence(1.5))])
    assert call.story == ["ivr"]
    assert len(call.utterances) == 3
    for number, utterance in enumerate(call.utterances):
        start = number * 4.5
        assert start - 0.5 <= utterance.start_s <= start
        assert start + 3.0 <= utterance.end_s <= start + 3.8
        assert len(utterance.pcm) == round((utterance.end_s - utterance.start_s) * 16000)
        assert utterance.t_s == pytest.approx(start + 3.9, abs=0.35)


def test_an_utterance_holds_its_first_and_last_sound() -> None:
    sentence = sounds.speech(2.5, seed=4)
    call = Call(sounds.silence(2), sentence, sounds.silence(2))
    (utterance,) = call.utterances
    heard = np.frombuffer(utterance.pcm, "<i2") / 32768
    assert (heard**2).sum() == pytest.approx((sentence**2).sum(), rel=0.02)
    assert [event.utterance_id for event in call.events if isinstance(event, UtteranceStartedEvent)] == [
        utterance.utterance_id
    ]


@pytest.mark.parametrize("seed", range(4))
def test_music_makes_no_utterance(seed: int) -> None:
    assert Call(sounds.silence(1), sounds.music(20, seed=seed)).utterances == []


def test_audio_class_follows_the_line() -> None:
    call = Call(sounds.silence(1), sounds.speech(4), sounds.silence(2), sounds.music(6))
    classes = [event.label for event in call.events if isinstance(event, AudioClassChangedEvent)]
    assert classes == [FrameLabel.SILENCE, FrameLabel.SPEECH, FrameLabel.SILENCE, FrameLabel.MUSIC]


def test_ringing_is_tone_and_no_hold_even_at_the_very_start() -> None:
    call = Call(sounds.cadence((440.0, 480.0), (2.0, 4.0), 3))
    assert call.tones == ["ringback"] * 3
    assert call.story == []
    assert call.labels[10:19] == [FrameLabel.TONE] * 9


@pytest.mark.parametrize(
    ("sound", "name"),
    [
        (sounds.cadence((480.0, 620.0), (0.5, 0.5), 6), "busy"),
        (sounds.sit(), "sit"),
        (sounds.tone((2100.0,), 2.6), "fax"),
        (sounds.dtmf("5", 0.2), "dtmf:5"),
    ],
)
def test_tones_are_told_once(sound: np.ndarray, name: str) -> None:
    assert Call(sounds.silence(0.5), sound, sounds.silence(1)).tones == [name]


def test_ringing_after_the_menu_is_hold_and_who_then_speaks_a_candidate() -> None:
    ring = sounds.cadence((425.0,), (1.0, 4.0), 2)
    call = Call(sounds.speech(4, seed=2), sounds.silence(1), ring[:-24000], person())
    assert call.story[:3] == ["ivr", "hold", "candidate"]


def recorded_person(name: str) -> np.ndarray:
    """Two and a half seconds of a recorded voice in a room of its own, then they wait."""
    sound = sounds.join(clips.clip(name)[:20000], sounds.silence(9))
    return sound + sounds.noise(sound.size / 8000, -52, 3)[: sound.size]


def after(call: Call, onset_s: float) -> dict[str, float]:
    """When each verdict first came after the onset."""
    told: dict[str, float] = {}
    for event in call.verdicts:
        if event.t_s > onset_s:
            told.setdefault(str(event.verdict), event.t_s - onset_s)
    return told


@pytest.mark.parametrize("name", clips.names("person"))
def test_a_recorded_voice_after_ringing_is_a_person(name: str) -> None:
    menu, ring = clips.clip("prompt-en"), sounds.cadence((425.0,), (1.0, 4.0), 2)
    before = [menu, sounds.silence(1), ring[:-24000]]
    told = after(Call(*before, recorded_person(name)), sum(part.size for part in before) / 8000)
    assert told["candidate"] <= 1.8
    assert told["human"] <= 8.0


def test_most_recorded_voices_in_an_announced_queue_without_music_are_persons() -> None:
    menu, found = clips.clip("prompt-en"), []
    onset_s = menu.size / 8000 + 5
    for name in clips.names("person"):
        parts = (menu, sounds.silence(5), recorded_person(name))
        assert "human" not in after(Call(*parts), onset_s)
        told = after(Call(*parts, at={8.5: Hearing.hold_expected}), onset_s)
        assert told["candidate"] <= 1.9
        found.append(told.get("human", 99.0))
    assert sum(each <= 10.0 for each in found) >= 3


def test_before_the_answer_there_are_labels_and_tones_but_no_verdict() -> None:
    call = Call(sounds.silence(0.3), sounds.cadence((425.0,), (1.0, 4.0), 1), sounds.music(8), answered=False)
    assert call.tones == ["ringback"]
    assert FrameLabel.MUSIC in call.labels
    assert call.story == []


def test_early_music_is_forgotten_at_the_answer() -> None:
    call = Call(
        sounds.music(8), sounds.silence(1), sounds.speech(5, seed=2), answered=False, at={8.0: Hearing.answered}
    )
    assert call.story == ["ivr"]


def test_our_own_echo_is_nobody() -> None:
    def speaks(hearing: Hearing) -> None:
        hearing.local_speech(is_speaking=True)

    def is_silent(hearing: Hearing) -> None:
        hearing.local_speech(is_speaking=False)

    echo = sounds.speech(3, -30, seed=6)
    parts = (MUSIC, PAUSE, echo, sounds.silence(4))
    assert set(Call(*parts).story) & {"candidate", "human"}
    call = Call(*parts, at={12.4: speaks, 15.4: is_silent})
    assert call.story == ["hold"]
    assert call.utterances == []


def test_a_reply_to_us_confirms() -> None:
    parts = (MUSIC, PAUSE, sounds.speech(1.4, seed=5), sounds.silence(3), sounds.speech(1.2, seed=9), sounds.silence(1))
    speaking = {
        14.4: lambda hearing: hearing.local_speech(is_speaking=True),
        16.6: lambda hearing: hearing.local_speech(is_speaking=False),
    }
    call = Call(*parts, at=speaking)
    assert call.story[:2] == ["hold", "candidate"]
    human = next(event for event in call.verdicts if event.verdict is Verdict.HUMAN)
    assert human.reason == "replied"
    assert human.t_s < 18.5


def test_keys_pressed_void_hold_and_candidate() -> None:
    call = Call(MUSIC, PAUSE, sounds.speech(4, seed=5), sounds.silence(3), at={14.5: Hearing.digits_sent})
    assert call.story[:2] == ["hold", "candidate"]
    assert call.story[-1] == "ivr"
    assert "human" not in call.story


def test_a_queue_without_music_that_was_announced() -> None:
    parts = (sounds.speech(5, seed=2), sounds.silence(5), person())
    assert "human" not in Call(*parts).story
    call = Call(*parts, at={6.5: Hearing.hold_expected})
    assert call.story[:3] == ["ivr", "hold", "candidate"]


def test_words_may_refute_a_candidate() -> None:
    call = Call(MUSIC, PAUSE, sounds.speech(4, seed=5), sounds.silence(5), at={15.0: Hearing.not_human})
    assert call.story == ["hold", "candidate", "hold"]
    assert call.verdicts[-1].reason == "refuted"


def test_a_human_who_puts_us_on_hold_is_taken_back() -> None:
    call = Call(sounds.speech(4, seed=7), MUSIC, PAUSE, person(), MUSIC, PAUSE, person(260.0, seed=8))
    assert call.story == ["ivr", "hold", "candidate", "human", "hold", "candidate", "human"]


@pytest.mark.parametrize(("left_after", "is_known"), [(10.0, True), (70.0, False), (None, False)])
def test_who_is_gone_soon_was_a_recording_and_is_known_in_the_next_call(
    left_after: float | None, *, is_known: bool
) -> None:
    said = person(seed=11)
    at = {14.0: Hearing.maybe_human, 16.0: Hearing.human_confirmed}
    if left_after is not None:
        at[16.0 + left_after] = Hearing.person_left
    before = Call(MUSIC, PAUSE, said, sounds.silence(90), at=at)
    marks = before.hearing.export_marks(5)
    again = Call(MUSIC, PAUSE, said, sounds.silence(5), at={0.0: lambda hearing: hearing.restore_marks(marks, 6)})
    assert ("human" not in again.story) is is_known


def test_whom_the_user_gave_back_is_nobody_and_the_next_one_is_found() -> None:
    """The ear itself would wait for ever on a silent line: we have spoken to them."""

    def greeted(hearing: Hearing) -> None:
        hearing.local_speech(is_speaking=True)
        hearing.local_speech(is_speaking=False)

    at = {17.5: greeted, 25.0: Hearing.person_left}
    call = Call(MUSIC, PAUSE, person(seed=11), sounds.silence(20), person(260.0, seed=8), at=at)
    assert call.story == ["hold", "candidate", "human", "hold", "candidate", "human"]
    assert call.verdicts[3].reason == "refuted"


def test_the_same_frames_give_the_same_events() -> None:
    parts = (sounds.speech(3), MUSIC, PAUSE, sounds.greeting(), sounds.silence(3))
    assert Call(*parts).events == Call(*parts).events


def test_finish_gives_out_what_is_open() -> None:
    call = Call(sounds.silence(1), sounds.speech(2))
    assert call.utterances == []
    *labels, event = call.hearing.finish()
    assert [label.label for label in labels] == [FrameLabel.SPEECH] * 3
    assert isinstance(event, UtteranceEndedEvent)
    assert event.end_s <= 3.0


@pytest.mark.parametrize("size", [0, 318, 640])
def test_a_frame_of_the_wrong_size_is_refused(size: int) -> None:
    with pytest.raises(ValueError, match="320 bytes"):
        Hearing().feed(AudioFrame(bytes(size), 0))


def test_other_sample_rates_are_refused() -> None:
    with pytest.raises(ValueError, match="8000"):
        Hearing(sample_rate=16000)


def test_memory_does_not_grow_with_the_call() -> None:
    part = sounds.join(sounds.music(8), sounds.speech(5, seed=3), sounds.silence(1.5), sounds.noise(2))
    hearing = Hearing()
    hearing.answered()
    first = 0
    sizes = []
    tracemalloc.start()
    try:
        for _ in range(4):
            frames = list(sounds.frames(part, first))
            first += len(frames)
            before = tracemalloc.get_traced_memory()[0]
            for frame in frames:
                hearing.feed(frame)
            sizes.append(tracemalloc.get_traced_memory()[0] - before)
            del frames
    finally:
        tracemalloc.stop()
    # what remains is at most the fingerprints of the speech: two bytes each 20 ms
    assert max(sizes[1:]) < 20_000


@pytest.mark.parametrize(("is_on_hold", "count"), [(False, 2), (True, 3)])
def test_words_that_come_again_cut_no_menu_but_a_person_from_a_recording(*, is_on_hold: bool, count: int) -> None:
    """ "… press 2. To speak with a representative, press 3." is one utterance; on hold somebody may take over in one breath."""
    again = sounds.speech(3, seed=5)
    line = sounds.join(
        sounds.speech(2, seed=3), sounds.silence(0.3), again, sounds.silence(2),
        again, sounds.silence(0.3), sounds.speech(4, seed=9), sounds.silence(1.5),
    )  # fmt: skip
    hearing = Hearing()
    hearing.answered()
    if is_on_hold:
        hearing.hold_expected()
    pcm = sounds.pcm(line)
    ended = [event for event in hearing.hear(pcm) if isinstance(event, UtteranceEndedEvent)]
    assert len(ended) == count


def candidates(hearing: Hearing, line: np.ndarray) -> list[float]:
    found = [event for event in hearing.hear(sounds.pcm(line)) if isinstance(event, VerdictChangedEvent)]
    return [event.t_s for event in found if event.verdict is Verdict.CANDIDATE]


def test_who_takes_over_right_after_a_known_recording_is_a_candidate_as_soon_as_anybody() -> None:
    known = sounds.speech(4, seed=5)
    before = sounds.join(known, sounds.music(6, seed=1), known, sounds.silence(0.3))
    hearing = Hearing()
    hearing.answered()
    times = candidates(hearing, sounds.join(before, sounds.speech(4, seed=9, pitch_hz=115), sounds.silence(1)))
    onset_s = before.size / 8000
    assert [t_s for t_s in times if t_s >= onset_s]
    assert 0.8 <= times[-1] - onset_s <= 1.7


@pytest.mark.parametrize("other_s", [0.6, 2.2])
def test_something_new_in_the_middle_of_a_known_sentence_is_nobody(other_s: float) -> None:
    """Announcements of a place are put together from pieces, without a pause; and some we have talked over the first time."""
    start, rest = sounds.speech(2.5, seed=5), sounds.speech(2.5, seed=6)
    first = sounds.join(start, sounds.speech(0.5, seed=7), rest)
    second = sounds.join(start, sounds.speech(other_s, seed=8), rest)
    hearing = Hearing()
    hearing.answered()
    music = sounds.music(6, seed=1)
    before = sounds.join(first, music)
    times = candidates(hearing, sounds.join(before, second, music))
    assert [t_s for t_s in times if t_s >= before.size / 8000] == []
