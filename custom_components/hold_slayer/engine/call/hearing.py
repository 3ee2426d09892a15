"""Hearing: everything that is known of a call by its sound. One instance a far leg; live calls and ``analyze`` use this class.

Frames go in, events come out; it is deterministic, keeps no clock but the frames', and its memory is bounded. Work is done
every 100 ms: spectrum -> features -> score -> class, tones, hold, human -> verdict; and voice activity -> utterances.
"""

from collections import deque
from collections.abc import Callable

from ..audio.fingerprint import SpeechMemory
from ..audio.spectrum import BLOCK_FRAMES, BLOCK_S
from ..classify.amd import is_beep
from ..classify.episode import Heard
from ..classify.hold_rhythm import HoldRhythm
from ..classify.human import HumanTracker, Stage
from ..classify.labels import LAST, DelayedLabels, Labelled
from ..classify.moh import HoldState, HoldTracker
from ..classify.repeat import RepeatDetector
from ..classify.smoother import ClassSmoother, label_of
from ..classify.verdict import VerdictMachine
from ..model.audio_frame import FRAME_BYTES, SAMPLE_RATE, AudioFrame
from ..model.call_event import (
    AudioClassChangedEvent,
    FrameLabelledEvent,
    HearingEvent,
    HoldInterruptedEvent,
    HoldPatternHeardEvent,
    ToneHeardEvent,
    UtteranceContinuesEvent,
    UtteranceEndedEvent,
    UtteranceStartedEvent,
    VerdictChangedEvent,
)
from ..model.hold_pattern import HoldPattern
from ..model.number_memory import PASSING_S
from ..model.phase import Phase
from ..speech.endpointing import Endpoint, Endpointer, EndpointingConfig, UtteranceContinues, UtteranceStarted
from .front import BlockHeard, Front, LineFront
from .states import WITH_USER

_LONGEST_GREETING_S = 8.0
"""A greeting that brought a candidate began no longer ago."""
_ECHO_TAIL_S = 0.3
"""After we have spoken, what is heard for that long may still be our echo."""


class Hearing:
    """Feed it every frame of the far leg in order; tell it when the call was answered and when we speak or press keys."""

    def __init__(
        self,
        *,
        sample_rate: int = SAMPLE_RATE,
        endpointing: EndpointingConfig | None = None,
        front: Front | None = None,
        human: HumanTracker | None = None,
        repeats: RepeatDetector | None = None,
        rhythm: Callable[[], HoldRhythm] = HoldRhythm,
    ) -> None:
        """``front``, ``human``, ``repeats`` and ``rhythm``: other ears than those that ship, for benchmarks."""
        if sample_rate != SAMPLE_RATE:
            raise ValueError(f"only {SAMPLE_RATE} samples a second can be heard")
        self._front = front or LineFront()
        self._labels = DelayedLabels()
        self._smoother = ClassSmoother()
        self._repeats = repeats or RepeatDetector(SpeechMemory())
        self._hold = HoldTracker()
        self._new_rhythm = rhythm
        self._rhythm = rhythm()
        self._pattern: HoldPattern | None = None
        self._human = human or HumanTracker()
        self._verdict = VerdictMachine()
        self._endpointer = Endpointer(endpointing)
        self._frames: list[bytes] = []
        self._rest, self._count = b"", 0
        self._t_s = 0.0
        self._is_answered = False
        self._is_local = False
        self._echo_s = 0.0
        self._person_from: int | None = None
        """Where in the memory of recordings somebody began to speak who may be a person."""
        self._tells_beeps = False
        self._places: deque[tuple[float, int]] = deque([(0.0, 0)], maxlen=100)
        """When how much had been said: seconds of audio, and places in the memory of recordings."""
        self._maybe_from: int | None = None
        self._confirmed_from: int | None = None
        self._confirmed_s = 0.0
        self.labelled: Labelled = LAST
        """The last tenth of a second that was labelled: for pictures and reports."""
        self._has_repeated = False
        """The utterance that is going on, or was last, holds something said before."""
        self.is_repeat = False
        """What is being said was said before: for the strip."""

    # --- what the call tells the hearing ------------------------------------------------------------------------

    def answered(self) -> None:
        """The leg is up: from now on there are verdicts. Before, only labels, tones and utterances."""
        if not self._is_answered:
            self._is_answered = True
            self._hold, self._rhythm = HoldTracker(), self._new_rhythm()
            self._human.reset(is_answer=True)

    def local_speech(self, *, is_speaking: bool) -> None:
        """We begin or stop to speak into the leg: what comes back meanwhile may be our own echo."""
        self._is_local = is_speaking
        if not is_speaking:
            self._echo_s = _ECHO_TAIL_S

    def digits_sent(self) -> None:
        """We pressed keys: a menu answers, so the hold and any candidate are void."""
        self._hold.leave()
        self._rhythm, self._pattern = self._new_rhythm(), None
        self._human.reset(is_answer=False)
        self._verdict.leave_hold()

    def hold_expected(self) -> None:
        """The line said that we are waiting: whoever speaks next, after a break, may be a human."""
        self._hold.expect_hold()
        self._human.begin_anew()

    def beeps_wanted(self) -> None:
        """From now on single short tones are told as well: a message may be left."""
        self._tells_beeps = True

    def not_human(self) -> None:
        """Somebody who understood the words knows that the present candidate or human is a recording."""
        self._human.refute()
        self._maybe_from = None

    def maybe_human(self) -> None:
        """Somebody who understood the words thinks that a person may be there; whose words of just now may be theirs."""
        since_s = self._t_s - _LONGEST_GREETING_S
        self._maybe_from = next((place for t_s, place in reversed(self._places) if t_s <= since_s), 0)

    def human_confirmed(self) -> None:
        """They were: what was said since is a person's, and so is what follows."""
        if self._confirmed_from is None:
            self._confirmed_from = self._maybe_from if self._maybe_from is not None else self._repeats.position
            self._confirmed_s = self._t_s

    def person_left(self) -> None:
        """Whoever was confirmed is there no more: the music is back, or the user has given the line back.

        When that comes soon they were a recording, which the next call should know. A person says nothing twice in the same
        sound, so that marks of one are of no use, and do no harm.
        """
        self._human.refute()
        self._maybe_from = None
        if self._t_s - self._confirmed_s <= PASSING_S:
            self._confirmed_from = None

    # --- what is known of the number's recordings ---------------------------------------------------------------

    def export_marks(self, day: int) -> bytes:
        """Return marks of the recordings heard in this call, for the next call to the number: at most 18 kB, not the words.

        ``day`` counts from any fixed day (above 0, below 65536). Whoever is taken for a person now, and everything since somebody
        was confirmed who did not leave soon, is left out. Call it once, when the far leg is over.
        """
        limits = (self._person_from, self._maybe_from, self._confirmed_from)
        return self._repeats.export(day, until=min((limit for limit in limits if limit is not None), default=None))

    def restore_marks(self, data: bytes, day: int) -> None:
        """Take what `export_marks` returned earlier, before the first frame; what is too old is left out.

        Raises:
            ValueError: the data are damaged.
        """
        self._repeats.restore(data, day)

    # --- what the line tells ------------------------------------------------------------------------------------

    def feed(self, frame: AudioFrame) -> list[HearingEvent]:
        """Take the next 20 ms and return what became known; every fifth call does the work of 100 ms.

        Raises:
            ValueError: the frame has the wrong length.
        """
        if len(frame.pcm) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame.pcm)}")
        self._frames.append(frame.pcm)
        if len(self._frames) < BLOCK_FRAMES:
            return []
        self._t_s = frame.end_s
        frames, self._frames = self._frames, []
        return self._block(frames, self._front.listen(frames))

    def hear(self, pcm: bytes) -> list[HearingEvent]:
        """Take any number of bytes of signed 16-bit PCM at 8 kHz, from the line's beginning on, instead of frames.

        What is less than a frame waits for the next piece.
        """
        self._rest += pcm
        events: list[HearingEvent] = []
        whole = len(self._rest) // FRAME_BYTES * FRAME_BYTES
        for start in range(0, whole, FRAME_BYTES):
            events += self.feed(AudioFrame(self._rest[start : start + FRAME_BYTES], self._count))
            self._count += 1
        self._rest = self._rest[whole:]
        return events

    def finish(self) -> list[HearingEvent]:
        """The audio is over: an utterance that is still open ends here."""
        rest = [self._label_event(each) for each in self._labels.finish()]
        return [*rest, *(self._utterance_event(point) for point in self._endpointer.finish())]

    def _block(self, frames: list[bytes], heard: BlockHeard) -> list[HearingEvent]:
        t_s, score, tones = self._t_s, heard.score, heard.tones
        events: list[HearingEvent] = []
        due = self._labels.update(
            t_s, heard.level_db, score, heard.past, is_steady=heard.is_still, signal_blocks=tones.signal_s / BLOCK_S
        )
        if due is not None:
            events.append(self._label_event(due))
        events += [ToneHeardEvent(t_s, name) for name in tones.names]
        if self._tells_beeps and any(is_beep(run) for run in tones.runs):
            events.append(ToneHeardEvent(t_s, "beep"))
        label = label_of(score)
        if self._smoother.update(label):
            events.append(AudioClassChangedEvent(t_s, label))
        is_ours = self._may_be_ours()
        events += self._utterances(frames, heard, is_ours=is_ours)
        if self._is_answered:
            events += self._judge(heard, is_ours=is_ours)
            blocks = self._repeats.followed_by
            if blocks and self._hold.may_come:
                # The recording is over. Whoever goes on within the same breath begins anew, for the ear and in words.
                # In a menu nobody does: there words come again ("press 2") in a sentence that must stay whole.
                self._human.begin_anew(blocks)
                events += [self._utterance_event(point) for point in self._endpointer.cut(blocks * BLOCK_S)]
        return events

    def _label_event(self, labelled: Labelled) -> FrameLabelledEvent:
        self.labelled = labelled
        return FrameLabelledEvent(labelled.t_s, labelled.label, round(labelled.level_db, 1))

    def _may_be_ours(self) -> bool:
        """Tell whether what is heard may be the echo of our own voice."""
        if self._is_local:
            return True
        self._echo_s = max(0.0, self._echo_s - BLOCK_S)
        return self._echo_s > 0

    def _utterances(self, frames: list[bytes], heard: BlockHeard, *, is_ours: bool) -> list[HearingEvent]:
        level = 0.35 if self._endpointer.is_open else 0.5
        is_speech = heard.score.any_speech > level and not heard.tones.is_tone
        points = self._endpointer.update(frames, heard.voice, is_speech=is_speech, may_start=not is_ours)
        return [self._utterance_event(point) for point in points]

    def _utterance_event(self, point: Endpoint) -> HearingEvent:
        if isinstance(point, UtteranceStarted):
            self._has_repeated = False
            return UtteranceStartedEvent(self._t_s, point.utterance_id)
        if isinstance(point, UtteranceContinues):
            return UtteranceContinuesEvent(
                self._t_s,
                point.utterance_id,
                point.start_s,
                point.end_s,
                point.is_pause,
                point.pcm,
                self._has_repeated,
            )
        return UtteranceEndedEvent(
            self._t_s,
            point.utterance_id,
            point.start_s,
            point.end_s,
            point.pcm,
            self._has_repeated,
            point.longest_pause_s,
        )

    def _judge(self, heard: BlockHeard, *, is_ours: bool) -> list[HearingEvent]:
        score, tones = heard.score, heard.tones
        self.is_repeat = is_repeat = self._repeats.update(heard.bands_db, score, is_ours=is_ours)
        self._has_repeated |= is_repeat
        if self._repeats.position != self._places[-1][1]:
            self._places.append((self._t_s, self._repeats.position))
        theirs = score.without_speech() if is_ours else score
        is_ring, is_tone = "ringback" in tones.names, tones.is_signal or (tones.is_tone and score.tone > 0.5)
        hold = self._hold.update(
            theirs, is_ring=is_ring, is_tone=is_tone, signal_s=tones.signal_s, is_beeping=self._rhythm.is_beeping
        )
        evidence = Heard(
            score,
            heard.bands_db,
            heard.fine_bands_db,
            heard.pitch,
            heard.level_db,
            is_tone=is_tone,
            is_ring=is_ring,
            is_repeat=is_repeat,
            repeat_distance=self._repeats.distance,
        )
        events = self._follow_rhythm(evidence, hold, is_ring=tones.is_ringing, is_ours=is_ours)
        human = self._human.update(evidence, is_hold=hold.is_hold, may_come=hold.may_come, is_local=is_ours)
        if human.stage is Stage.NONE:
            self._person_from = None
        elif self._person_from is None:
            self._person_from = self._repeats.position
        new = self._verdict.update(theirs, hold, human)
        if new is not None:
            events.append(VerdictChangedEvent(self._t_s, new.verdict, round(new.confidence, 2), str(new.reason)))
        return events

    def _follow_rhythm(self, heard: Heard, hold: HoldState, *, is_ring: bool, is_ours: bool) -> list[HearingEvent]:
        rhythm, events = self._rhythm, list[HearingEvent]()
        broken = rhythm.update(heard, music_run_s=hold.music_run_s, is_ring=is_ring, is_ours=is_ours)
        if broken is not None and hold.is_hold:
            events.append(HoldInterruptedEvent(self._t_s, broken.is_expected, round(broken.log_odds, 2)))
        if rhythm.has_beep_come:
            self._human.hold_goes_on()
        pattern = rhythm.pattern
        if pattern is not None and pattern != self._pattern and hold.is_hold:
            self._pattern = pattern
            events.append(HoldPatternHeardEvent(self._t_s, pattern))
        return events


def phase_changed(hearing: Hearing, old: Phase, new: Phase) -> None:
    """What the words have shown, the ear should know: a queue without music, a voice that was no human."""
    if new is Phase.ON_HOLD and old in WITH_USER:
        hearing.person_left()
    if new is Phase.ON_HOLD and old in {Phase.DIALING, Phase.NAVIGATING} | WITH_USER:
        hearing.hold_expected()
    elif old is Phase.CANDIDATE and new in (Phase.ON_HOLD, Phase.NAVIGATING):
        hearing.not_human()
    elif new is Phase.CANDIDATE:
        hearing.maybe_human()
    if new in (Phase.HUMAN, Phase.TRANSFERRING):
        hearing.human_confirmed()
