"""Where utterances begin and end: voice activity that is not music, with pre-roll, hangover and a longest length.

Works in whole 20 ms frames, a block of five at a time. The decision that somebody speaks comes a little late (the score
looks back), so the start is then set back to where the voice activity began.
"""

from collections import deque
from collections.abc import Sequence
from dataclasses import dataclass

from ..model.audio_frame import FRAME_S
from .utterance import UtteranceBuffer, frame_time


@dataclass(frozen=True, slots=True)
class EndpointingConfig:
    """Durations in seconds."""

    end_silence_s: float = 0.8
    """So much without voice ends an utterance: the longest pause seen inside a spoken prompt is 0.42 s."""
    pre_roll_s: float = 0.3
    hangover_s: float = 0.3
    """Audio kept after the last voice."""
    longest_s: float = 20.0
    least_voice_s: float = 0.2
    """Less voice than that is a noise, not an utterance."""
    least_speech_blocks: int = 4
    """So many of the last six blocks are judged speech when an utterance is begun: the onset of music is often mistaken."""
    look_back_s: float = 1.2
    """How far before the decision the voice may have begun."""
    glimpses_s: tuple[float, ...] = (0.9, 1.5, 2.1, 2.7, 3.3, 3.9, 4.5)
    """So long after an utterance's start, what it has been so far is given out."""
    pause_s: float = 0.3
    """After so much silence as well: it may be complete. Once a pause."""
    largest_gap_s: float = 0.16
    """A longer pause in the voice activity before the decision was something else."""


@dataclass(frozen=True, slots=True)
class UtteranceStarted:
    """Somebody speaks; ``start_s`` is the audio time where the utterance's audio will begin."""

    utterance_id: int
    start_s: float


@dataclass(frozen=True, slots=True)
class UtteranceContinues:
    """The utterance is still open; ``is_pause``: nobody has spoken for the last moment."""

    utterance_id: int
    start_s: float
    end_s: float
    is_pause: bool
    pcm: bytes


@dataclass(frozen=True, slots=True)
class UtteranceEnded:
    """The utterance is complete."""

    utterance_id: int
    start_s: float
    end_s: float
    pcm: bytes
    longest_pause_s: float = 0.0
    """The longest silence within: how the line reads its lists."""


type Endpoint = UtteranceStarted | UtteranceContinues | UtteranceEnded


class Endpointer:
    """Voice flags in, utterances out. Utterances are numbered from 1 and never overlap."""

    def __init__(self, config: EndpointingConfig | None = None) -> None:
        self._config = config or EndpointingConfig()
        c = self._config
        self._pre_roll = round(c.pre_roll_s / FRAME_S)
        self._hangover = round(c.hangover_s / FRAME_S)
        self._end_silence = round(c.end_silence_s / FRAME_S)
        self._longest = round(c.longest_s / FRAME_S)
        self._least_voice = round(c.least_voice_s / FRAME_S)
        self._largest_gap = round(c.largest_gap_s / FRAME_S)
        look_back = round(c.look_back_s / FRAME_S)
        self._buffer = UtteranceBuffer(look_back + self._pre_roll)
        self._recent: deque[bool] = deque(maxlen=look_back)
        self._judged: deque[bool] = deque(maxlen=6)
        """Of the last blocks: judged speech?"""
        self._last_id = 0
        self._start: int | None = None
        self._last_voice = 0
        self._longest_pause = 0
        """Frames without voice in the open utterance that were followed by more of it."""
        self._glimpses = 0
        """How many of the configured ones the open utterance has had."""
        self._pause_of = -1
        """The last voiced frame before the pause that has been told."""
        self._earliest = 0
        """Frames before this belong to an utterance already given out."""

    @property
    def is_open(self) -> bool:
        """True while an utterance is being collected."""
        return self._start is not None

    def update(
        self, frames: Sequence[bytes], voice: Sequence[bool], *, is_speech: bool, may_start: bool
    ) -> list[Endpoint]:
        """Take a block of frames with their voice activity.

        ``is_speech``: the block is judged speech and not music, so that its voice counts; ``may_start``: False while we
        speak ourselves.
        """
        first = self._buffer.next_index
        for pcm, is_voice in zip(frames, voice, strict=True):
            self._buffer.add(pcm)
            self._recent.append(is_voice)
        found: list[Endpoint] = []
        self._judged.append(is_speech)
        voiced = [first + offset for offset, is_voice in enumerate(voice) if is_voice] if is_speech else []
        if self._start is None:
            if voiced and may_start and sum(self._judged) >= self._config.least_speech_blocks:
                self._try_start(voiced[-1], found)
            return found
        if voiced:
            self._longest_pause = max(self._longest_pause, voiced[0] - self._last_voice - 1)
            self._last_voice = voiced[-1]
        now = self._buffer.next_index
        if now - self._last_voice > self._end_silence:
            self._finish(min(self._last_voice + 1 + self._hangover, now), found)
        elif now - self._start >= self._longest:
            self._finish(now, found)
        else:
            self._glimpse(self._start, now, found)
        return found

    def _glimpse(self, start: int, now: int, found: list[Endpoint]) -> None:
        c = self._config
        is_pause = self._pause_of != self._last_voice and (now - self._last_voice) * FRAME_S >= c.pause_s
        is_due = self._glimpses < len(c.glimpses_s) and (now - start) * FRAME_S >= c.glimpses_s[self._glimpses]
        if is_pause:
            self._pause_of = self._last_voice
        if is_due:
            self._glimpses += 1
        if is_pause or is_due:
            pcm = self._buffer.peek()
            found.append(UtteranceContinues(self._last_id, frame_time(start), frame_time(now), is_pause, pcm))

    def cut(self, since_s: float = 0.0) -> list[Endpoint]:
        """Somebody else has gone on for ``since_s``: what is open ended there, and what followed is a new utterance."""
        found: list[Endpoint] = []
        if self._start is not None:
            end = self._buffer.next_index - round(since_s / FRAME_S)
            self._finish(max(self._start + 1, end), found)
        return found

    def finish(self) -> list[Endpoint]:
        """The audio is over: close what is open."""
        found: list[Endpoint] = []
        if self._start is not None:
            self._finish(min(self._last_voice + 1 + self._hangover, self._buffer.next_index), found)
        return found

    def _try_start(self, last_voice: int, found: list[Endpoint]) -> None:
        onset, voiced = self._onset()
        if voiced < self._least_voice:
            return
        self._last_id += 1
        self._start = self._buffer.open(max(onset - self._pre_roll, self._earliest))
        self._last_voice = last_voice
        self._longest_pause = 0
        self._glimpses = 0
        found.append(UtteranceStarted(self._last_id, frame_time(self._start)))

    def _onset(self) -> tuple[int, int]:
        """Return the frame where the present run of voice began, and how many frames of it are voiced."""
        index = self._buffer.next_index
        onset, voiced, gap = index, 0, 0
        for is_voice in reversed(self._recent):
            index -= 1
            if is_voice:
                onset, voiced, gap = index, voiced + 1, 0
                continue
            gap += 1
            if gap > self._largest_gap:
                break
        return onset, voiced

    def _finish(self, end: int, found: list[Endpoint]) -> None:
        start = self._start or 0
        pcm = self._buffer.close(end)
        self._start, self._earliest = None, end
        pause_s = round(self._longest_pause * FRAME_S, 2)
        found.append(UtteranceEnded(self._last_id, frame_time(start), frame_time(end), pcm, pause_s))
