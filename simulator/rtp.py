"""The simulator's RTP: paced sending, always; receiving with keys (RFC 3550, RFC 4733); measures of what was heard."""

import asyncio
from collections.abc import Callable
import secrets
import struct
from typing import override

import numpy as np

from . import g711
from .g711 import Samples

RATE = 8000
FRAME = 160
FRAME_S = FRAME / RATE
_DIGITS = "0123456789*#ABCD"
_SPEECH_RMS = 250.0
_MAX_RECORDED_S = 600


class RtpStream(asyncio.DatagramProtocol):
    """Media of one call."""

    def __init__(self, remote: tuple[str, int], payload_type: int, event_type: int) -> None:
        self.remote = remote
        self.payload_type = payload_type
        self.event_type = event_type
        self.port = 0
        self.on_digit: Callable[[str], None] | None = None
        self.on_frame: Callable[[Samples], None] | None = None
        """Gets every 20 ms heard."""
        self.on_started: Callable[[], None] | None = None
        """Called when the first packet of what is played has gone out."""
        self.recorded: list[Samples] = []
        self.speech_frames = 0
        """20 ms frames heard that were loud enough for speech."""
        self._transport: asyncio.DatagramTransport | None = None
        self._closed = asyncio.Event()
        self._clock: asyncio.Task[None] | None = None
        self._ssrc, self._sequence = secrets.randbits(32), secrets.randbits(16)
        self._timestamp = secrets.randbits(32)
        self._playing: Samples = np.zeros(0, np.int16)
        self._position = 0
        self._played = asyncio.Event()
        self._last_event: int | None = None
        self._digits_out: list[tuple[int, int]] = []
        self._digits_sent = asyncio.Event()
        self._event_timestamp = 0

    @classmethod
    async def open(cls, host: str, remote: tuple[str, int], payload_type: int, event_type: int) -> RtpStream:
        """Bind a port and begin to send silence."""
        stream = cls(remote, payload_type, event_type)
        loop = asyncio.get_running_loop()
        stream._transport, _ = await loop.create_datagram_endpoint(lambda: stream, local_addr=(host, 0))
        stream.port = stream._transport.get_extra_info("sockname")[1]
        stream._clock = loop.create_task(stream._run())
        return stream

    async def play(self, samples: Samples) -> None:
        """Play to the end; a sound being played is replaced."""
        self.start_playing(samples)
        await self._played.wait()

    def start_playing(self, samples: Samples) -> None:
        """Play from now on, without waiting."""
        self._played = asyncio.Event()
        self._playing, self._position = samples, 0

    def stop_playing(self) -> None:
        """Silence at once."""
        self._position = len(self._playing)
        self._played.set()

    async def send_digit(self, digit: str) -> None:
        """Press a key: one packet a frame, marker first, three end packets (RFC 4733 section 2.5)."""
        event = _DIGITS.index(digit)
        self._digits_sent.clear()
        self._digits_out = [(event, min(index + 1, 6)) for index in range(8)]
        await self._digits_sent.wait()

    async def _run(self) -> None:
        loop = asyncio.get_running_loop()
        deadline = loop.time()
        while True:
            deadline += FRAME_S
            self._send_frame()
            await asyncio.sleep(max(0.0, deadline - loop.time()))

    def _send_frame(self) -> None:
        if self._transport is None:
            return
        if self._digits_out:
            event, count = self._digits_out.pop(0)
            if not self._digits_out:
                self._digits_sent.set()
            is_end = count == 6
            payload = struct.pack("!BBH", event, (0x80 if is_end else 0) | 10, count * FRAME)
            if count == 1:
                self._event_timestamp = self._timestamp
            self._packet(self.event_type, payload, self._event_timestamp, marker=count == 1)
        else:
            frame = self._playing[self._position : self._position + FRAME]
            is_first = self._position == 0 and len(self._playing) > 0
            self._position += FRAME
            if self._position >= len(self._playing):
                self._played.set()
            frame = np.concatenate([frame, np.zeros(FRAME - len(frame), np.int16)]) if len(frame) < FRAME else frame
            self._packet(self.payload_type, g711.encode(frame, self.payload_type), self._timestamp)
            if is_first and self.on_started is not None:
                self.on_started()
        self._timestamp = (self._timestamp + FRAME) & 0xFFFFFFFF

    def _packet(self, payload_type: int, payload: bytes, timestamp: int, *, marker: bool = False) -> None:
        header = struct.pack(
            "!BBHII", 0x80, payload_type | (0x80 if marker else 0), self._sequence, timestamp, self._ssrc
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        if self._transport is not None:
            self._transport.sendto(header + payload, self.remote)

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        if len(data) < 13 or data[0] >> 6 != 2:
            return
        payload_type = data[1] & 0x7F
        timestamp = struct.unpack_from("!I", data, 4)[0]
        if payload_type == self.payload_type:
            samples = g711.decode(data[12:], payload_type)
            if np.sqrt(np.mean(samples.astype(np.float64) ** 2)) > _SPEECH_RMS:
                self.speech_frames += 1
            if self.on_frame is not None:
                self.on_frame(samples)
            if len(self.recorded) < _MAX_RECORDED_S / FRAME_S:
                self.recorded.append(samples)
        elif payload_type == self.event_type and len(data) >= 16:
            event, flags = data[12], data[13]
            if flags & 0x80 and timestamp != self._last_event:
                self._last_event = timestamp
                if self.on_digit is not None and event < len(_DIGITS):
                    self.on_digit(_DIGITS[event])

    @override
    def error_received(self, exc: Exception) -> None:
        """The far end's port is closed: it hung up."""

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self._closed.set()

    def stop_sending(self) -> None:
        """No more packets."""
        if self._clock is not None:
            self._clock.cancel()
        self._played.set()

    async def close(self) -> None:
        """Free the port."""
        self.stop_sending()
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            await self._closed.wait()


def correlation(heard: list[Samples], sent: Samples) -> float:
    """How well ``sent`` is contained in what was ``heard``: best normalised cross-correlation of its seconds, 0 to 1."""
    if not heard or not len(sent):
        return 0.0
    whole = np.concatenate(heard).astype(np.float64)
    best = 0.0
    for start in range(0, max(1, len(sent) - RATE + 1), RATE // 2):
        piece = sent[start : start + RATE].astype(np.float64)
        energy = np.sum(piece**2)
        if energy < len(piece) * _SPEECH_RMS**2 or len(whole) < len(piece):
            continue
        size = 1 << (len(whole) + len(piece)).bit_length()
        product = np.fft.irfft(np.fft.rfft(whole, size) * np.conj(np.fft.rfft(piece, size)), size)
        valid = product[: len(whole) - len(piece) + 1]
        sums = np.cumsum(np.concatenate([[0.0], whole**2]))
        windows = sums[len(piece) :] - sums[: -len(piece)]
        best = max(best, float(np.max(np.abs(valid) / np.sqrt(energy * np.maximum(windows, 1.0)))))
    return best
