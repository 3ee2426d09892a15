"""The audio of one utterance: the last moments while nobody speaks, all of it while somebody does."""

from collections import deque
from itertools import islice

from ..model.audio_frame import FRAME_S


class UtteranceBuffer:
    """Frames by index. Memory is bounded by ``history_frames`` plus the longest utterance the endpointer allows."""

    def __init__(self, history_frames: int) -> None:
        self._history_frames = history_frames
        self._frames: deque[bytes] = deque()
        self._first = 0
        """Index of the oldest kept frame."""
        self._start: int | None = None

    def add(self, pcm: bytes) -> None:
        """Keep one more frame; forget the oldest when no utterance needs it."""
        self._frames.append(pcm)
        if self._start is None:
            self._trim(self.next_index - self._history_frames)

    @property
    def next_index(self) -> int:
        """Index that the next frame will get: frames added so far."""
        return self._first + len(self._frames)

    def open(self, start: int) -> int:
        """Begin an utterance at frame ``start``, or at the oldest kept one; return where it really begins."""
        self._start = max(start, self._first)
        return self._start

    def peek(self) -> bytes:
        """The audio of the open utterance so far."""
        start = self._first if self._start is None else self._start
        return b"".join(islice(self._frames, start - self._first, None))

    def close(self, end: int) -> bytes:
        """End the utterance before frame ``end`` and return its audio."""
        start = self._first if self._start is None else self._start
        self._start = None
        pcm = b"".join(islice(self._frames, start - self._first, end - self._first))
        self._trim(max(end, self.next_index - self._history_frames))
        return pcm

    def _trim(self, first: int) -> None:
        while self._first < first and self._frames:
            self._frames.popleft()
            self._first += 1


def frame_time(index: int) -> float:
    """Audio time of the start of frame ``index`` in seconds."""
    return index * FRAME_S
