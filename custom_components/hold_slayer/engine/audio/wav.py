"""Mono WAV files (RIFF WAVE; Microsoft multimedia data standards update, 1994) with PCM16, A-law or mu-law at 8 or 16 kHz.

The standard library's ``wave`` knows no G.711, and recorders leave junk behind: unknown chunks are skipped, odd chunks are
padded, a data size of 0 or 0xFFFFFFFF from a recorder that could not seek back means "to the end of the file".
Hold Slayer's own recordings may have three channels, which an ``INFO`` chunk names: the far end's is heard. Their marks (``cue ``
and ``adtl`` chunks) are read by `read_marks`. Not done: other sample formats, other files of more than one channel, RF64.
"""

from base64 import b64decode
import binascii
from collections.abc import Iterator
from dataclasses import dataclass, replace
from pathlib import Path
import struct

import numpy as np
from numpy.typing import NDArray

from ..model.audio_frame import SAMPLE_RATE
from ..model.recording import RecordingMark
from .g711 import decode_a_law, decode_mu_law
from .resample import resample

_PCM, _A_LAW, _MU_LAW, _EXTENSIBLE = 1, 6, 7, 0xFFFE
_BITS = {_PCM: 16, _A_LAW: 8, _MU_LAW: 8}
_NAMES = {_PCM: "PCM", _A_LAW: "A-law", _MU_LAW: "mu-law"}
_RATES = (8000, 16000)
_AUDIO_AFTER_ZERO = 800
"""So many bytes behind an empty data chunk are audio, not other chunks."""
_LONGEST_BYTES = 2 << 30


class WavError(ValueError):
    """The file is not a WAV file this program can hear; the message says why, in one line."""


@dataclass(frozen=True, slots=True)
class _Format:
    code: int
    rate: int
    channels: int = 1
    channel: int = 0
    """The one to be heard."""


def read_wav(path: Path) -> NDArray[np.int16]:
    """Return the file's audio as 16-bit samples at 8 kHz.

    Raises:
        WavError: not a WAV file, an unsupported format, or no audio in it.
        OSError: the file cannot be read.
    """
    if path.stat().st_size > _LONGEST_BYTES:
        raise WavError("the file is larger than 2 GiB")
    return decode_wav(path.read_bytes())


def decode_wav(data: bytes) -> NDArray[np.int16]:
    """Return the audio of a WAV file's bytes as 16-bit samples at 8 kHz; raises WavError."""
    found: _Format | None = None
    tracks: tuple[str, ...] = ()
    for name, body, size in _chunks(data):
        if name == b"data":
            if found is None:
                raise WavError("the data chunk comes before the format chunk")
            end = len(data) if _is_open_ended(size, body, len(data)) else body + size
            return _decode(data[body:end], _choose(found, tracks))
        if name == b"fmt ":
            found = _parse_format(data[body : body + size])
        elif name == b"LIST":
            tracks = _tracks(data[body : body + size]) or tracks
    raise WavError("no data chunk: the file is cut off or empty")


def read_marks(data: bytes) -> tuple[RecordingMark, ...]:
    """Return what is noted in a recording's bytes, in order; nothing for other programs' files and those cut off by a crash.

    Raises:
        WavError: not a WAV file, or the notes are damaged.
    """
    places: dict[int, int] = {}
    labels: dict[int, tuple[str, bytes]] = {}
    is_ours = False
    try:
        for name, body, size in _chunks(data):
            if name == b"LIST" and _tracks(data[body : body + size]):
                is_ours = True
            elif not is_ours:
                continue
            elif name == b"cue ":
                (count,) = struct.unpack_from("<I", data, body)
                if count > size // 24:
                    raise WavError("the marks are cut off")
                for index in range(count):
                    number, place = struct.unpack_from("<II", data, body + 4 + 24 * index)
                    places[number] = place
            elif name == b"LIST" and data[body : body + 4] == b"adtl":
                for label, at, length in _chunks(data[: body + size], body + 4):
                    if label == b"labl":
                        (number,) = struct.unpack_from("<I", data, at)
                        label_name, _, more = data[at + 4 : at + length].rstrip(b"\0").partition(b" ")
                        labels[number] = label_name.decode("ascii", "replace"), b64decode(more, validate=True)
    except (struct.error, binascii.Error) as err:
        raise WavError("the marks are damaged") from err
    return tuple(RecordingMark(place, *labels.get(number, ("",))) for number, place in sorted(places.items()))


def _chunks(data: bytes, position: int = 0) -> Iterator[tuple[bytes, int, int]]:
    """Yield name, place and size of each chunk; ``position`` 0: of the whole file, behind its head. Raises WavError."""
    if position == 0:
        if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
            raise WavError("not a RIFF WAVE file")
        position = 12
    while position + 8 <= len(data):
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        yield data[position : position + 4], position + 8, size
        position += 8 + size + (size & 1)


def _tracks(body: bytes) -> tuple[str, ...]:
    """Channel names that Hold Slayer notes in its recordings."""
    if body[:4] != b"INFO" or b"Hold Slayer" not in body:
        return ()
    names = body.partition(b"tracks=")[2].partition(b"\0")[0]
    return tuple(names.decode("ascii", "replace").split(",")) if names else ()


def _choose(found: _Format, tracks: tuple[str, ...]) -> _Format:
    if found.channels == 1:
        return found
    if len(tracks) != found.channels or "far" not in tracks:
        raise WavError(f"{found.channels} channels: only mono is supported")
    return replace(found, channel=tracks.index("far"))


def _is_open_ended(size: int, body: int, length: int) -> bool:
    """True when the size was never filled in: 0xFFFFFFFF, or 0 with a long rest."""
    return size == 0xFFFFFFFF or (size == 0 and length - body >= _AUDIO_AFTER_ZERO)


def _parse_format(body: bytes) -> _Format:
    if len(body) < 16:
        raise WavError("the format chunk is cut off")
    code, channels, rate, _, _, bits = struct.unpack_from("<HHIIHH", body)
    if code == _EXTENSIBLE:
        if len(body) < 26:
            raise WavError("the extensible format chunk is cut off")
        code = int.from_bytes(body[24:26], "little")
    if code not in _BITS:
        raise WavError(f"sample format {code:#06x} is not supported: PCM16, A-law or mu-law are")
    if channels == 0:
        raise WavError("0 channels: only mono is supported")
    if bits != _BITS[code]:
        raise WavError(f"{bits} bits a sample of {_NAMES[code]}: {_BITS[code]} are supported")
    if rate not in _RATES:
        raise WavError(f"{rate} samples a second: 8000 or 16000 are supported")
    return _Format(code, rate, channels)


def _decode(data: bytes, found: _Format) -> NDArray[np.int16]:
    if found.code == _MU_LAW:
        samples = decode_mu_law(data)
    elif found.code == _A_LAW:
        samples = decode_a_law(data)
    else:
        samples = np.frombuffer(data[: len(data) & ~1], "<i2").astype(np.int16)
    if found.channels > 1:
        samples = samples[: len(samples) // found.channels * found.channels].reshape(-1, found.channels)[
            :, found.channel
        ]
    if not samples.size:
        raise WavError("the file holds no audio")
    if found.rate == SAMPLE_RATE:
        return samples
    lower = resample(samples.astype(np.float32), found.rate, SAMPLE_RATE)
    return np.clip(np.round(lower), -32768, 32767).astype(np.int16)
