"""G.722 for the wire (ITU-T G.722 at 64 kbit/s, RFC 3551 section 4.5.2): 20 ms are 160 bytes, and 320 samples at 16 kHz.

The coding is FFmpeg's, by PyAV, which Home Assistant ships for its cameras; where it cannot be imported G.722 is not offered. It is
no requirement of this integration's, for a version of our own would fight with theirs. The RTP clock runs at 8000 although the
audio has 16 kHz (an error that RFC 3551 keeps), so timestamps are those of our 8 kHz frames. Between the two rates stands a
half-band filter (Vaidyanathan, Multirate Systems and Filter Banks, 1993, section 4.6.2): flat to 3.4 kHz, and what would fold
into speech is 45 dB down at 4.6 kHz and 65 from 5 kHz on. It delays by 1.4 ms.

Not done: wide-band audio beyond this module (everything here hears and speaks 8 kHz), 48 and 56 kbit/s.
"""

import importlib
import logging
from types import ModuleType
from typing import Any

import numpy as np
from numpy.typing import NDArray

from ..model.audio_frame import FRAME_SAMPLES

_LOGGER = logging.getLogger(__name__)

_RATE = 16_000
_HALF = 12
"""Non-zero taps on one side of the centre; the filter has 4 * _HALF - 1 taps."""
_KAISER_BETA = 6.0
_SILENCE = bytes(2 * FRAME_SAMPLES)


_loaded: list[ModuleType] = []
"""PyAV, once `load` has found it."""


def load() -> bool:
    """Import PyAV, which takes a second: for a thread. True when G.722 can be coded from now on."""
    if not _loaded:
        try:
            _loaded.append(importlib.import_module("av"))
        except ImportError:
            _LOGGER.debug("There is no PyAV: G.722 is not offered")
    return is_loaded()


def is_loaded() -> bool:
    """Whether G.722 can be coded."""
    return bool(_loaded)


def _odd_taps() -> NDArray[np.float32]:
    """The taps beside the centre; every other one is zero, the centre is one half."""
    offsets = np.arange(-2 * _HALF + 1, 2 * _HALF, 2)
    window = np.kaiser(4 * _HALF - 1, _KAISER_BETA)[::2]
    taps = np.sinc(offsets / 2) / 2 * window
    taps *= 0.5 / taps.sum()
    return taps.astype(np.float32)


_TAPS = _odd_taps()


class Doubler:
    """8 kHz to 16 kHz, a piece at a time."""

    def __init__(self) -> None:
        self._past = np.zeros(2 * _HALF - 1, np.float32)

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return twice as many samples; the filter's delay runs on through all pieces."""
        line = np.concatenate([self._past, samples])
        self._past = line[len(samples) :]
        out = np.empty(2 * len(samples), np.float32)
        out[0::2] = 2 * np.convolve(line, _TAPS, "valid")
        out[1::2] = line[_HALF : _HALF + len(samples)]
        return out


class Halver:
    """16 kHz to 8 kHz, a piece of even length at a time."""

    def __init__(self) -> None:
        self._even = np.zeros(2 * _HALF - 1, np.float32)
        self._odd = np.zeros(2 * _HALF - 1, np.float32)

    def __call__(self, samples: NDArray[np.float32]) -> NDArray[np.float32]:
        """Return half as many samples."""
        even = np.concatenate([self._even, samples[0::2]])
        odd = np.concatenate([self._odd, samples[1::2]])
        count = len(samples) // 2
        self._even, self._odd = even[count:], odd[count:]
        out: NDArray[np.float32] = np.convolve(odd, _TAPS, "valid") + 0.5 * even[_HALF : _HALF + count]
        return out


class G722:
    """Both directions of one session; states run on from packet to packet."""

    def __init__(self) -> None:
        """Raises RuntimeError before `load`."""
        if not _loaded:
            raise RuntimeError("G.722 needs PyAV")
        self._av = _loaded[0]
        self._encoder = _context(self._av, "w")
        self._decoder = _context(self._av, "r")
        self._double = Doubler()
        self._halve = Halver()

    def encode(self, pcm: bytes) -> bytes:
        """Return the payload of one frame of 16-bit PCM at 8 kHz."""
        wide = self._double(np.frombuffer(pcm, "<i2").astype(np.float32))
        frame = self._av.AudioFrame(format="s16", layout="mono", samples=len(wide))
        frame.sample_rate = _RATE
        frame.planes[0].update(np.clip(np.rint(wide), -32768, 32767).astype("<i2").tobytes())
        return b"".join(bytes(packet) for packet in self._encoder.encode(frame))

    def decode(self, payload: bytes) -> bytes:
        """Return 16-bit PCM at 8 kHz: as many samples as the payload has bytes."""
        if not payload:
            return b""
        try:
            frames = self._decoder.decode(self._av.Packet(payload))
        except self._av.FFmpegError:
            _LOGGER.debug("A payload is no G.722")
            return bytes(2 * len(payload))
        wide = b"".join(bytes(frame.planes[0])[: frame.samples * 2] for frame in frames)
        narrow = self._halve(np.frombuffer(wide, "<i2").astype(np.float32))
        return np.clip(np.rint(narrow), -32768, 32767).astype("<i2").tobytes()

    def silence(self) -> bytes:
        """The payload of one frame of silence."""
        return self.encode(_SILENCE)


def _context(av: ModuleType, mode: str) -> Any:
    context = av.CodecContext.create("g722", mode)
    context.sample_rate = _RATE
    context.layout = "mono"
    if mode == "w":
        context.format = "s16"
    return context
