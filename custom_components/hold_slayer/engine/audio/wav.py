"""Mono WAV files (RIFF WAVE; Microsoft multimedia data standards update, 1994) with PCM16, A-law or mu-law at 8 or 16 kHz.

The standard library's ``wave`` knows no G.711, and recorders leave junk behind: unknown chunks are skipped, odd chunks are
padded, a data size of 0 or 0xFFFFFFFF from a recorder that could not seek back means "to the end of the file".
Not done: other sample formats, more than one channel, RF64.
"""

from dataclasses import dataclass
from pathlib import Path
import struct

import numpy as np
from numpy.typing import NDArray

from ..model.audio_frame import SAMPLE_RATE
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
    if len(data) < 12 or data[:4] != b"RIFF" or data[8:12] != b"WAVE":
        raise WavError("not a RIFF WAVE file")
    found: _Format | None = None
    position = 12
    while position + 8 <= len(data):
        name = data[position : position + 4]
        size = int.from_bytes(data[position + 4 : position + 8], "little")
        body = position + 8
        if name == b"data":
            if found is None:
                raise WavError("the data chunk comes before the format chunk")
            end = len(data) if _is_open_ended(size, body, len(data)) else body + size
            return _decode(data[body:end], found)
        if name == b"fmt ":
            found = _parse_format(data[body : body + size])
        position = body + size + (size & 1)
    raise WavError("no data chunk: the file is cut off or empty")


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
    if channels != 1:
        raise WavError(f"{channels} channels: only mono is supported")
    if bits != _BITS[code]:
        raise WavError(f"{bits} bits a sample of {_NAMES[code]}: {_BITS[code]} are supported")
    if rate not in _RATES:
        raise WavError(f"{rate} samples a second: 8000 or 16000 are supported")
    return _Format(code, rate)


def _decode(data: bytes, found: _Format) -> NDArray[np.int16]:
    if found.code == _MU_LAW:
        samples = decode_mu_law(data)
    elif found.code == _A_LAW:
        samples = decode_a_law(data)
    else:
        samples = np.frombuffer(data[: len(data) & ~1], "<i2").astype(np.int16)
    if not samples.size:
        raise WavError("the file holds no audio")
    if found.rate == SAMPLE_RATE:
        return samples
    lower = resample(samples.astype(np.float32), found.rate, SAMPLE_RATE)
    return np.clip(np.round(lower), -32768, 32767).astype(np.int16)
