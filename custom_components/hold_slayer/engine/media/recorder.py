"""Records one leg: what it sends and what is sent to it, side by side on the leg's own audio time.

The event loop only hands over half a second of frames at a time; a thread of its own does everything with the disk. What the
disk cannot take in time is dropped, counted, and stands as silence in the file, so that times stay right.
"""

from array import array
import asyncio
from collections import deque
from collections.abc import Callable, Iterator
from dataclasses import dataclass
import logging
from pathlib import Path
from queue import SimpleQueue
import threading

import audioop

from ..model.audio_frame import FRAME_BYTES, FRAME_SAMPLES, SAMPLE_RATE, AudioFrame
from ..model.recording import MarkName, RecordingMark, RecordingTracks
from .codec import SILENCE
from .wav_writer import WavWriter

_LOGGER = logging.getLogger(__name__)

_BATCH_FRAMES = 25
_MOST_BATCHES = 120
"""A minute of audio waits for a slow disk; what comes then is dropped."""
_SYNC_BATCHES = 60
_MOST_NEAR = 10
"""Frames sent that wait for theirs received, which may come late (`later`)."""
_SILENCE_FRAMES = 3000
ROOM_BYTES = 1 << 20
"""Room is asked for in pieces of this size."""
_MOST_BYTES = (2 << 30) - (16 << 20)
"""Longer files many programs cannot read."""
_FINISH_S = 5.0
_MOST_MARKS = 10_000

type MakeRoom = Callable[[int], bool]
"""Asked from the recorder's thread whether so many bytes more may be written; it may delete something older."""


@dataclass(frozen=True, slots=True)
class RecordingReport:
    """What became of a recording."""

    path: Path | None
    """The finished file; None when nothing could be kept."""
    seconds: float
    dropped_frames: int
    failure: str = ""
    """``no_room``, ``disk`` or ``slow``; empty when all went well."""


@dataclass(slots=True)
class _Batch:
    silence_before: int = 0
    """Frames dropped before this batch."""
    far: bytes = b""
    near: bytes = b""


class Recorder:
    """Takes frames until `finish`. Made and used in the event loop's thread; no method blocks it.

    ``on_failed`` is called in the event loop, once for each: ``slow`` when parts cannot be written in time, ``no_room`` and
    ``disk`` when nothing more can be recorded. The call goes on.
    """

    def __init__(
        self,
        path: Path,
        tracks: RecordingTracks,
        *,
        make_room: MakeRoom = lambda _: True,
        on_failed: Callable[[str], None] = lambda _: None,
    ) -> None:
        self._path = path
        self._tracks = tracks
        self._make_room = make_room
        self._on_failed = on_failed
        self._loop = asyncio.get_running_loop()
        self._queue: SimpleQueue[_Batch | None] = SimpleQueue()
        self._near: deque[bytes] = deque(maxlen=_MOST_NEAR)
        self._far_batch = bytearray()
        self._near_batch = bytearray()
        self._frames = 0
        self._dropped = 0
        self._unwritten = 0
        """Frames dropped since the last batch that went through."""
        self._pauses: set[str] = set()
        self._marks: list[RecordingMark] = []
        self._failure = ""
        self._is_kept = False
        self._is_closed = False
        self._thread = threading.Thread(target=self._run, name="hold_slayer_recorder", daemon=True)
        self._thread.start()

    # --- in the event loop --------------------------------------------------------------------------------------

    def far(self, frame: AudioFrame) -> None:
        """Take the next received frame: the clock of the recording. What was sent meanwhile goes beside it."""
        if self._is_closed or self._failure:
            return
        near = self._near.popleft() if self._near else SILENCE
        is_silent = bool(self._pauses)
        self._far_batch += SILENCE if is_silent else frame.pcm
        self._near_batch += SILENCE if is_silent else near
        self._frames += 1
        if len(self._far_batch) >= _BATCH_FRAMES * FRAME_BYTES:
            self._hand_over()

    def near(self, pcm: bytes | None) -> None:
        """Take one frame that went out to the leg; None: silence."""
        self._near.append(pcm or SILENCE)

    def pause(self, reason: str) -> None:
        """Write silence instead, until every reason has been taken back."""
        if not self._pauses:
            self.mark(MarkName.PAUSED)
        self._pauses.add(reason)

    def resume(self, reason: str) -> None:
        """Take a reason back."""
        if reason in self._pauses:
            self._pauses.discard(reason)
            if not self._pauses:
                self.mark(MarkName.RESUMED)

    @property
    def is_paused(self) -> bool:
        """True while silence is written."""
        return bool(self._pauses)

    def mark(self, name: str, data: bytes = b"") -> None:
        """Note something at the present place."""
        if len(self._marks) < _MOST_MARKS:
            self._marks.append(RecordingMark(self._frames * FRAME_SAMPLES, name, data))

    async def finish(self) -> RecordingReport:
        """Finish the file and say what became of it; at most five seconds. A second time says the same."""
        if not self._is_closed:
            self._is_closed = True
            self._hand_over()
            self._queue.put(None)
        await self._loop.run_in_executor(None, self._thread.join, _FINISH_S)
        if self._thread.is_alive():
            _LOGGER.warning("The disk does not take the end of a recording; it is repaired at the next start")
            return RecordingReport(None, self._seconds, self._dropped, "slow")
        return RecordingReport(self._path if self._is_kept else None, self._seconds, self._dropped, self._failure)

    @property
    def _seconds(self) -> float:
        return self._frames * FRAME_SAMPLES / SAMPLE_RATE

    def _hand_over(self) -> None:
        frames = len(self._far_batch) // FRAME_BYTES
        if not frames:
            return
        if self._queue.qsize() >= _MOST_BATCHES:
            if not self._unwritten:
                _LOGGER.warning("The disk is too slow for a recording: parts of it will be silent")
                self.mark(MarkName.LOST)
                if not self._dropped:
                    self._on_failed("slow")
            self._unwritten += frames
            self._dropped += frames
        else:
            self._queue.put(_Batch(self._unwritten, bytes(self._far_batch), bytes(self._near_batch)))
            self._unwritten = 0
        self._far_batch.clear()
        self._near_batch.clear()

    # --- in the recorder's thread -------------------------------------------------------------------------------

    def _run(self) -> None:
        try:
            writer = WavWriter(self._path, self._tracks)
        except OSError as err:
            self._fail("disk", err)
            return
        try:
            has_room = self._write_all(writer)
            writer.finish(tuple(self._marks))
        except OSError as err:
            writer.abandon()
            self._fail("disk", err)
            return
        self._is_kept = True
        if not has_room:
            self._fail("no_room", None)

    def _write_all(self, writer: WavWriter) -> bool:
        """Write until the end; False when there is no more room."""
        room = written = batches = 0
        while (batch := self._queue.get()) is not None:
            for data in _interleaved(batch, self._tracks):
                while len(data) > room:
                    if written >= _MOST_BYTES or not self._make_room(ROOM_BYTES):
                        return False
                    room += ROOM_BYTES
                writer.write(data)
                room -= len(data)
                written += len(data)
            batches += 1
            if batches % _SYNC_BATCHES == 0:
                writer.sync()
        return True

    def _fail(self, failure: str, err: OSError | None) -> None:
        self._failure = failure
        _LOGGER.warning(
            "A recording stops (%s): %s", failure, err.strerror if err is not None else "no more room for it"
        )
        try:
            self._loop.call_soon_threadsafe(self._on_failed, failure)
        except RuntimeError:
            _LOGGER.debug("Nobody is left to be told of it")


def _interleaved(batch: _Batch, tracks: RecordingTracks) -> Iterator[bytes]:
    """Yield what the file gets of a batch, in pieces of bounded size."""
    width = len(tracks.channels)
    lost = batch.silence_before
    while lost > 0:
        yield bytes(min(lost, _SILENCE_FRAMES) * FRAME_BYTES * width)
        lost -= _SILENCE_FRAMES
    sides = {RecordingTracks.FAR: batch.far, RecordingTracks.NEAR: batch.near}
    if RecordingTracks.MIXED in tracks.channels:
        sides[RecordingTracks.MIXED] = audioop.add(batch.far, batch.near, 2)
    if width == 1:
        yield sides[tracks]
        return
    woven = array("h", bytes(len(batch.far) * width))
    for number, name in enumerate(tracks.channels):
        woven[number::width] = array("h", sides[name])
    yield woven.tobytes()
