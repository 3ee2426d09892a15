"""WAV files that grow: PCM16 at 8 kHz, one or three channels (RIFF WAVE; Microsoft multimedia data standards update, 1994).

While a recording runs it is NAME.wav.part with open sizes (0xFFFFFFFF); `WavWriter.finish` adds the marks (``cue `` and ``adtl``
chunks), fills the sizes in, writes everything to the disk and renames it. After a crash `repair` does the same for what is there.
An ``INFO`` chunk names the program and the channels. Blocking: for a thread of its own.

Not done: RF64 (nothing here grows beyond 2 GiB), marks of a recording that a crash cut off.
"""

from base64 import b64encode
from collections.abc import Sequence
import os
from pathlib import Path
import struct
from typing import BinaryIO

from ..model.audio_frame import SAMPLE_RATE
from ..model.recording import PART, RecordingMark, RecordingTracks

SOFTWARE = b"Hold Slayer"
_OPEN = 0xFFFF_FFFF
_PCM, _EXTENSIBLE = 1, 0xFFFE
_PCM_GUID = bytes.fromhex("0100000000001000800000aa00389b71")
_LONGEST_HEAD = 4096


class WavWriter:
    """One growing file.

    Raises:
        OSError: from every method; the file cannot be made, written or renamed.
    """

    def __init__(self, path: Path, tracks: RecordingTracks) -> None:
        self.path = path
        self._part = path.with_name(path.name + PART)
        self._width = 2 * len(tracks.channels)
        head = _head(tracks)
        self._data_at = len(head)
        descriptor = os.open(self._part, os.O_RDWR | os.O_CREAT | os.O_EXCL, 0o600)
        self._file: BinaryIO = os.fdopen(descriptor, "wb")
        self._file.write(head)
        self._file.flush()

    def write(self, pcm: bytes) -> None:
        """Append interleaved samples; they survive the death of this process from then on."""
        self._file.write(pcm)
        self._file.flush()

    def sync(self) -> None:
        """Let them survive a power cut too."""
        os.fsync(self._file.fileno())

    def finish(self, marks: Sequence[RecordingMark] = ()) -> None:
        """Close the file under its own name."""
        with self._file as file:
            _complete(file, self._data_at, self._width, marks)
        _rename(self._part, self.path)

    def abandon(self) -> None:
        """Close the file as it is, for `repair` to finish."""
        self._file.close()


def repair(part: Path) -> Path | None:
    """Finish what a crash left behind; return the file's new name, or None when it held no audio and was deleted.

    Raises:
        OSError: the file cannot be read or written.
    """
    path = part.with_name(part.name.removesuffix(PART))
    with part.open("r+b") as file:
        found = _find_data(file.read(_LONGEST_HEAD))
        length = file.seek(0, os.SEEK_END)
        has_audio = found is not None and length - found[0] >= found[1]
        if found is not None and has_audio:
            data_at, width = found
            file.truncate(data_at + (length - data_at) // width * width)
            file.seek(0, os.SEEK_END)
            _complete(file, data_at, width, ())
    if not has_audio:
        part.unlink()
        return None
    _rename(part, path)
    return path


def _head(tracks: RecordingTracks) -> bytes:
    count = len(tracks.channels)
    width = 2 * count
    code = _PCM if count <= 2 else _EXTENSIBLE
    form = struct.pack("<HHIIHH", code, count, SAMPLE_RATE, SAMPLE_RATE * width, width, 16)
    if code == _EXTENSIBLE:
        form += struct.pack("<HHI", 22, 16, 0) + _PCM_GUID  # no channel belongs to a loudspeaker
    names = "tracks=" + ",".join(tracks.channels)
    info = b"INFO" + _chunk(b"ISFT", SOFTWARE + b"\0") + _chunk(b"ICMT", names.encode() + b"\0")
    head = b"WAVE" + _chunk(b"fmt ", form) + _chunk(b"LIST", info)
    return b"RIFF" + struct.pack("<I", _OPEN) + head + b"data" + struct.pack("<I", _OPEN)


def _chunk(name: bytes, body: bytes) -> bytes:
    return name + struct.pack("<I", len(body)) + body + b"\0" * (len(body) & 1)


def _label(mark: RecordingMark) -> bytes:
    """Its name, and its data in base64 behind a blank."""
    return mark.name.encode() + (b" " + b64encode(mark.data) if mark.data else b"")


def _marks(marks: Sequence[RecordingMark]) -> bytes:
    if not marks:
        return b""
    points = b"".join(
        struct.pack("<II4sIII", number, mark.sample, b"data", 0, 0, mark.sample) for number, mark in enumerate(marks, 1)
    )
    labels = b"".join(
        _chunk(b"labl", struct.pack("<I", number) + _label(mark) + b"\0") for number, mark in enumerate(marks, 1)
    )
    return _chunk(b"cue ", struct.pack("<I", len(marks)) + points) + _chunk(b"LIST", b"adtl" + labels)


def _complete(file: BinaryIO, data_at: int, width: int, marks: Sequence[RecordingMark]) -> None:
    """Write marks behind the audio and the sizes in front of it; the file stands at its end."""
    audio = (file.tell() - data_at) // width * width
    file.write(_marks(marks))
    length = file.tell()
    file.seek(4)
    file.write(struct.pack("<I", length - 8))
    file.seek(data_at - 4)
    file.write(struct.pack("<I", audio))
    file.flush()
    os.fsync(file.fileno())


def _find_data(head: bytes) -> tuple[int, int] | None:
    """Where the audio begins, and bytes a sample of all channels; None when this is no recording of ours."""
    if head[:4] != b"RIFF" or head[8:12] != b"WAVE":
        return None
    position, width = 12, 0
    while position + 8 <= len(head):
        name, size = head[position : position + 4], int.from_bytes(head[position + 4 : position + 8], "little")
        if name == b"data":
            return (position + 8, width) if width else None
        if name == b"fmt " and size >= 16:
            width = int.from_bytes(head[position + 20 : position + 22], "little")
        position += 8 + size + (size & 1)
    return None


def _rename(part: Path, path: Path) -> None:
    part.rename(path)
    folder = os.open(path.parent, os.O_RDONLY)
    try:
        os.fsync(folder)
    finally:
        os.close(folder)
