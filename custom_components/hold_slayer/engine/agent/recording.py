"""The recording of one call: when it runs, when it is silent, and what the hearing was told meanwhile.

Silence stands for what must not be kept: facts being told (and the line's next utterance, which may read them back), keys of the
user's own, and a human who has not yet been told that the call is recorded.
"""

import asyncio
from collections.abc import Callable
import logging
from typing import override

from ..call.hearing import Hearing
from ..media.recorder import Recorder
from ..media.session import MediaSession
from ..model.audio_frame import FRAME_MS, AudioFrame
from ..model.phase import Phase
from ..model.recording import MarkName, RecordingScope
from ..ports import RecordingShelf, ServiceError

_LOGGER = logging.getLogger(__name__)

_PLACE_S = 2.0
"""The call does not wait longer for the disk."""
_WITH_PERSON = frozenset({Phase.HUMAN, Phase.TRANSFERRING, Phase.CONNECTED})
_ECHO_FRAMES = 300 // FRAME_MS
_READ_BACK_FRAMES = 8000 // FRAME_MS
"""Longest wait for the line to read back what it was told."""
RECORDING_FAILED = {
    "slow": "The call goes on; parts of its recording are missing because the disk is too slow.",
    "no_room": "The call goes on, but it is not recorded any more: there is no room left for recordings.",
    "disk": "The call goes on, but it is not recorded: the disk does not take it.",
}
"""What the user is told, by reason."""
_NOT_TOLD = "not told"
_FACT = "fact"


class CallRecording:
    """Made for every call; without a shelf, or when nothing is to be recorded, it does nothing.

    ``on_failed`` hears what went wrong, by the names of `RECORDING_FAILED`; the call goes on.
    """

    def __init__(
        self, call_id: str, scope: RecordingScope, shelf: RecordingShelf | None, on_failed: Callable[[str], None]
    ) -> None:
        self._call_id = call_id
        self._scope = scope
        self._shelf = shelf
        self._on_failed = on_failed
        self._recorder: Recorder | None = None
        self._known = b""
        self._has_told = False
        self._private = 0
        """Facts being told now."""
        self._tail = 0
        """Frames of silence still to come after the last one."""

    async def start(self, media: MediaSession) -> None:
        """Begin before the leg is placed, so that nothing of it is missed."""
        if self._shelf is None or self._scope is RecordingScope.OFF:
            return
        try:
            async with asyncio.timeout(_PLACE_S):
                path = await self._shelf.place(self._call_id)
        except (ServiceError, TimeoutError) as err:
            _LOGGER.warning("A call is not recorded: %s", err or "the disk does not answer")
            self._on_failed("disk")
            return
        shelf = self._shelf
        self._recorder = Recorder(
            path, shelf.tracks, make_room=lambda wanted: shelf.make_room(path, wanted), on_failed=self._on_failed
        )
        media.add_sent_sink(self._recorder.near)
        if self._known:
            self.mark(MarkName.KNOWN, self._known)

    async def finish(self) -> str:
        """Finish the file; return its name, or nothing when nothing was kept."""
        if self._recorder is None:
            return ""
        report = await self._recorder.finish()
        if report.dropped_frames:
            _LOGGER.warning("The disk was too slow: %.1f s of a recording are silent", report.dropped_frames / 50)
        return report.path.name if report.path is not None else ""

    # --- what happens in the call -------------------------------------------------------------------------------

    def hear(self, frame: AudioFrame) -> None:
        """Take the next frame of the far leg, before the hearing does."""
        if self._recorder is None:
            return
        self._recorder.far(frame)
        if self._tail and not self._private:
            self._tail -= 1
            if not self._tail:
                self._recorder.resume(_FACT)

    def utterance_ended(self) -> None:
        """The line has said something: if it read a fact back, that is over now."""
        self._tail = min(self._tail, _ECHO_FRAMES)

    def private_begins(self) -> None:
        """A fact, or a key of the user's own, is going out."""
        self._private += 1
        if self._recorder is not None:
            self._recorder.pause(_FACT)

    def private_ends(self) -> None:
        """It has gone out."""
        self._private -= 1
        self._tail = _READ_BACK_FRAMES

    def phase_changed(self, phase: Phase) -> None:
        """From the confirmed human on nothing is kept until they have been told."""
        if phase not in _WITH_PERSON:
            self._has_told = False
            if self._recorder is not None:
                self._recorder.resume(_NOT_TOLD)
        elif not self._has_told and self._recorder is not None:
            self._recorder.pause(_NOT_TOLD)

    def told(self) -> None:
        """The human has heard to the end that the call is recorded."""
        self._has_told = self._scope is RecordingScope.ALL
        if self._has_told and self._recorder is not None:
            self._recorder.resume(_NOT_TOLD)

    def known(self, marks: bytes, day: int) -> None:
        """With what knowledge of the number the hearing begins (`Hearing.restore_marks`): noted when the recording does."""
        self._known = day.to_bytes(2) + marks

    def mark(self, name: str, data: bytes = b"") -> None:
        """Note something at the present place (`MarkName`)."""
        if self._recorder is not None:
            self._recorder.mark(name, data)


class NotedHearing(Hearing):
    """The hearing of a call that may be recorded: what it is told stands in the recording, so that it can be replayed."""

    def __init__(self, recording: CallRecording) -> None:
        super().__init__()
        self._recording = recording

    @override
    def restore_marks(self, data: bytes, day: int) -> None:
        super().restore_marks(data, day)
        self._recording.known(data, day)

    @override
    def answered(self) -> None:
        self._recording.mark(MarkName.ANSWERED)
        super().answered()

    @override
    def local_speech(self, *, is_speaking: bool) -> None:
        self._recording.mark(MarkName.SPEAKING if is_speaking else MarkName.SILENT)
        super().local_speech(is_speaking=is_speaking)

    @override
    def digits_sent(self) -> None:
        self._recording.mark(MarkName.KEYS)
        super().digits_sent()

    @override
    def hold_expected(self) -> None:
        self._recording.mark(MarkName.HOLD_EXPECTED)
        super().hold_expected()

    @override
    def beeps_wanted(self) -> None:
        self._recording.mark(MarkName.BEEPS)
        super().beeps_wanted()

    @override
    def person_left(self) -> None:
        self._recording.mark(MarkName.PERSON_LEFT)
        super().person_left()

    @override
    def not_human(self) -> None:
        self._recording.mark(MarkName.NOT_HUMAN)
        super().not_human()
