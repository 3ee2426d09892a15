"""Reading finished recordings of ours: as one channel from any place on, and as peaks to draw. Blocking: not for the event loop."""

from pathlib import Path
import struct
from typing import Self
import wave

import audioop

from ..model.audio_frame import SAMPLE_RATE
from ..model.recording import RecordingTracks

HEAD_BYTES = 44
_PIECE = 1 << 16
"""Samples (a channel) that are held at a time."""
_LOUDEST = 32767
PEAK_MAX = 255


class RecordedAudioError(ValueError):
    """The file is no whole recording of ours."""


class RecordedAudio:
    """One open file of `WavWriter`: PCM16 at 8 kHz, one channel or three. To be closed; a context manager.

    Raises:
        RecordedAudioError: not such a file.
        OSError: it cannot be opened or read; from every method.
    """

    def __init__(self, path: Path) -> None:
        try:
            self._file = wave.open(str(path), "rb")  # noqa: SIM115 - closed by `close`
        except (wave.Error, EOFError) as err:
            raise RecordedAudioError("not a WAV file") from err
        file = self._file
        count = file.getnchannels()
        if (file.getframerate(), file.getsampwidth()) != (SAMPLE_RATE, 2) or count not in (1, 3):
            self.close()
            raise RecordedAudioError("not a recording of Hold Slayer")
        self.samples = file.getnframes()
        """Of each channel."""
        self.tracks = tuple(RecordingTracks.ALL.channels if count == 3 else (RecordingTracks.MIXED,))
        """Its channels. A single one is called mixed, whichever side it is."""

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Close the file."""
        self._file.close()

    @property
    def duration_s(self) -> float:
        """Its length."""
        return self.samples / SAMPLE_RATE

    @property
    def mono_bytes(self) -> int:
        """Size of the recording as a WAV file of one channel."""
        return HEAD_BYTES + 2 * self.samples

    def mono(self, start: int, stop: int) -> bytes:
        """Bytes ``start`` to ``stop`` of the recording as a WAV file of one channel: both sides mixed, if there are several."""
        start, stop = max(0, start), min(stop, self.mono_bytes)
        if start >= stop:
            return b""
        head = self._head()[start:stop] if start < HEAD_BYTES else b""
        first, last = max(start - HEAD_BYTES, 0), max(stop - HEAD_BYTES, 0)
        self._file.setpos(first // 2)
        pcm = self._channel(self._file.readframes((last + 1) // 2 - first // 2), len(self.tracks) - 1)
        return head + pcm[first % 2 : first % 2 + last - first]

    def peaks(self, bins: int) -> dict[str, list[int]]:
        """Loudness to draw, by track: the largest amplitude of each of ``bins`` equal parts, 0 to `PEAK_MAX`.

        Fewer parts when there are fewer samples.
        """
        bins = min(bins, self.samples)
        found: dict[str, list[int]] = {track.value: [] for track in self.tracks}
        self._file.rewind()
        for index in range(bins):
            left = self.samples * (index + 1) // bins - self.samples * index // bins
            loudest = [0] * len(self.tracks)
            while left:
                frames = self._file.readframes(min(left, _PIECE))
                if not frames:
                    break
                left -= len(frames) // (2 * len(self.tracks))
                for channel, loud in enumerate(loudest):
                    loudest[channel] = max(loud, audioop.max(self._channel(frames, channel), 2))
            for track, loud in zip(self.tracks, loudest, strict=True):
                found[track.value].append(min(PEAK_MAX, round(loud * PEAK_MAX / _LOUDEST)))
        return found

    def _channel(self, frames: bytes, channel: int) -> bytes:
        count = len(self.tracks)
        return frames if count == 1 else memoryview(frames).cast("h")[channel::count].tobytes()

    def _head(self) -> bytes:
        size = 2 * self.samples
        form = struct.pack("<4sIHHIIHH", b"fmt ", 16, 1, 1, SAMPLE_RATE, 2 * SAMPLE_RATE, 2, 16)
        return (
            struct.pack("<4sI4s", b"RIFF", HEAD_BYTES - 8 + size, b"WAVE") + form + struct.pack("<4sI", b"data", size)
        )
