"""Recordings of one account on the disk: a folder of their own, a quota, an age limit, and room left for everything else.

Implements the engine's `RecordingShelf`. A recording is named by its call's id; numbers and names stand in the history only.
Everything but `RecordingStore.place` and `tidy` blocks and may be called from any thread.
"""

import asyncio
from collections.abc import Callable, Iterable, Iterator
import logging
from pathlib import Path
import re
import shutil
import threading
import time

from ..engine.agent import repair_recording
from ..engine.model.recording import PART, RecordingTracks
from ..engine.ports import ServiceError

_LOGGER = logging.getLogger(__name__)

FLOOR_BYTES = 500 << 20
"""So much of the disk is never used for recordings."""
_FIRST_BYTES = 4 << 20
"""Room that a recording must find to begin at all: more than a minute."""
_NAME = re.compile(r"[0-9a-f]{32}\.wav(\.part)?")


class RecordingStore:
    """``quota_bytes`` of all recordings together and ``max_age_s`` of each; the oldest goes first."""

    def __init__(
        self,
        folder: Path,
        *,
        tracks: RecordingTracks = RecordingTracks.MIXED,
        quota_bytes: int,
        max_age_s: float,
        floor_bytes: int = FLOOR_BYTES,
        now: Callable[[], float] = time.time,
    ) -> None:
        self.tracks = tracks
        self._folder = folder
        self._quota = quota_bytes
        self._max_age_s = max_age_s
        self._floor = floor_bytes
        self._now = now
        self._lock = threading.Lock()

    # --- the engine's port --------------------------------------------------------------------------------------

    async def place(self, call_id: str) -> Path:
        """See `RecordingShelf.place`."""
        return await asyncio.get_running_loop().run_in_executor(None, self._place, call_id)

    def make_room(self, path: Path, wanted: int) -> bool:
        """See `RecordingShelf.make_room`."""
        with self._lock:
            own = path.with_name(path.name + PART)
            others = [each for each in self._files() if each != own and each.suffix != PART]
            while self._excess(wanted) > 0:
                if not others:
                    return False
                _LOGGER.info("An old recording makes room for a new one")
                others.pop(0).unlink(missing_ok=True)
            return True

    # --- housekeeping -------------------------------------------------------------------------------------------

    def prepare(self) -> list[str]:
        """Finish what a crash cut off and delete what is too old; return the ids of the calls repaired.

        For the start: no recording may be under way. Raises ServiceError.
        """
        try:
            with self._lock:
                parts = [each for each in self._files() if each.suffix == PART]
                repaired = [path.stem for path in map(repair_recording, parts) if path is not None]
            self.delete_old()
        except OSError as err:
            raise ServiceError(f"the folder of recordings cannot be used: {err.strerror}") from None
        return repaired

    async def tidy(self) -> int:
        """Delete what is too old and what is too much, off the event loop; return how many."""
        try:
            return await asyncio.get_running_loop().run_in_executor(None, self._tidy)
        except OSError as err:
            _LOGGER.warning("Old recordings cannot be deleted: %s", err.strerror)
            return 0

    def _tidy(self) -> int:
        gone = self.delete_old()
        with self._lock:
            finished = [each for each in self._files() if each.suffix != PART]
            while finished and self._excess(0) > 0:
                finished.pop(0).unlink(missing_ok=True)
                gone += 1
        return gone

    def delete_old(self) -> int:
        """Delete recordings beyond their age; return how many."""
        limit = self._now() - self._max_age_s
        with self._lock:
            old = [each for each in self._files() if each.suffix != PART and _changed_at(each) < limit]
            for each in old:
                each.unlink(missing_ok=True)
            return len(old)

    def path_of(self, call_id: str) -> Path | None:
        """The finished recording of a call, if it is still there."""
        path = self._folder / f"{call_id}.wav"
        return path if _NAME.fullmatch(path.name) and path.is_file() else None

    def room_bytes(self) -> int:
        """How much may still be recorded before the disk's floor is reached; less than 0: nothing. Raises OSError."""
        folder = self._folder if self._folder.exists() else self._folder.parent
        while not folder.exists() and folder != folder.parent:
            folder = folder.parent
        return shutil.disk_usage(folder).free - self._floor

    def delete(self, call_id: str) -> bool:
        """Delete the finished recording of a call; False when there is none. Raises OSError."""
        with self._lock:
            path = self.path_of(call_id)
            if path is None:
                return False
            path.unlink(missing_ok=True)
            return True

    def delete_many(self, call_ids: Iterable[str]) -> int:
        """Delete the finished recordings of calls; return how many there were. Raises OSError."""
        return sum(map(self.delete, call_ids))

    def ids(self) -> set[str]:
        """The calls of which there is a finished recording. Raises OSError."""
        return {each.stem for each in self._files() if each.suffix != PART}

    def delete_all(self) -> None:
        """Delete every recording and the folder, when the account is removed."""
        with self._lock:
            try:
                for each in self._files():
                    each.unlink(missing_ok=True)
                self._folder.rmdir()
            except FileNotFoundError:
                return
            except OSError as err:
                _LOGGER.warning("Recordings of the removed account stay in %s: %s", self._folder.name, err.strerror)

    # --- inside -------------------------------------------------------------------------------------------------

    def _place(self, call_id: str) -> Path:
        path = self._folder / f"{call_id}.wav"
        if not _NAME.fullmatch(path.name):
            raise ServiceError("not the id of a call")
        try:
            self._make_folder()
            self.delete_old()
            has_room = self.make_room(path, _FIRST_BYTES)
        except OSError as err:
            raise ServiceError(f"the folder of recordings cannot be used: {err.strerror}") from None
        if not has_room:
            raise ServiceError("there is no room for a recording")
        return path

    def _make_folder(self) -> None:
        self._folder.mkdir(mode=0o700, parents=True, exist_ok=True)

    def _files(self) -> Iterator[Path]:
        """Our files, oldest first."""
        try:
            found = [each for each in self._folder.iterdir() if _NAME.fullmatch(each.name)]
        except FileNotFoundError:
            return iter(())
        return iter(sorted(found, key=_changed_at))

    def _excess(self, wanted: int) -> int:
        """Bytes that must go before ``wanted`` more fit; 0 or less: they fit."""
        used = sum(_size(each) for each in self._files())
        free = shutil.disk_usage(self._folder).free
        return max(used + wanted - self._quota, self._floor + wanted - free)


def _changed_at(path: Path) -> float:
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return 0.0


def _size(path: Path) -> int:
    try:
        return path.stat().st_size
    except FileNotFoundError:
        return 0
