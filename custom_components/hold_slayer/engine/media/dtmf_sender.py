"""Telephone events out, paced (RFC 4733 sections 2.3 and 2.5.1).

Sans-IO: `DtmfSender.tick` is asked once a packet time and says what to send. Each digit has its own RTP timestamp, its first
packet alone carries the marker, the duration grows from packet to packet, the final packet goes out three times, and digits
are kept apart by a gap. Not done: events longer than 0xFFFF timestamp units (section 2.5.1.3), tones (section 3).
"""

import struct
from collections import deque
from dataclasses import dataclass

from ..model.audio_frame import FRAME_MS, FRAME_SAMPLES

EVENTS = {digit: code for code, digit in enumerate("0123456789*#ABCD")}
"""Event codes by digit (RFC 4733 section 3.2, table 7)."""

PAUSE = "w"
_PAUSE_TICKS = 500 // FRAME_MS
_END_PACKETS = 3
_VOLUME_DBM0 = 10


@dataclass(frozen=True, slots=True)
class DtmfPacket:
    """One telephone-event packet: ``payload`` of four bytes, RTP ``timestamp`` of the digit's begin."""

    payload: bytes
    timestamp: int
    marker: bool


class DtmfSender:
    """A queue of digits turned into packets, one a packet time.

    ``tone_ms`` is how long a digit lasts, ``gap_ms`` the silence between two digits.
    """

    def __init__(self, *, tone_ms: int = 120, gap_ms: int = 100) -> None:
        self._tone_ticks = max(3, tone_ms // FRAME_MS)
        self._gap_ticks = max(2, gap_ms // FRAME_MS)
        self._digits: deque[str] = deque()
        self._event = 0
        self._timestamp = 0
        self._tick = 0
        self._is_in_tone = False
        self._wait_ticks = 0

    @property
    def is_idle(self) -> bool:
        """True when nothing is left to send, the gap after the last digit included."""
        return not self._digits and not self._is_in_tone and self._wait_ticks == 0

    def enqueue(self, digits: str) -> None:
        """Add ``digits`` (``0-9 * # A-D``, ``w`` = half a second).

        Raises:
            ValueError: another character; nothing is queued.
        """
        digits = digits.upper().replace(PAUSE.upper(), PAUSE)
        if any(digit not in EVENTS and digit != PAUSE for digit in digits):
            raise ValueError("only 0-9, *, #, A-D and w can be sent as DTMF")
        self._digits.extend(digits)

    def tick(self, timestamp: int) -> DtmfPacket | None:
        """Return the packet of this packet time; None: nothing to send (idle, or in a gap).

        ``timestamp`` is the RTP time of this packet time, which goes on while a digit is sent.
        """
        if self._wait_ticks > 0:
            self._wait_ticks -= 1
            return None
        if not self._is_in_tone and not self._begin(timestamp):
            return None
        self._tick += 1
        is_end = self._tick >= self._tone_ticks
        duration = min(self._tick, self._tone_ticks) * FRAME_SAMPLES
        flags = (0x80 if is_end else 0) | _VOLUME_DBM0
        packet = DtmfPacket(struct.pack("!BBH", self._event, flags, duration), self._timestamp, self._tick == 1)
        if self._tick == self._tone_ticks + _END_PACKETS - 1:
            self._is_in_tone = False
            self._wait_ticks = self._gap_ticks
        return packet

    def _begin(self, timestamp: int) -> bool:
        if not self._digits:
            return False
        digit = self._digits.popleft()
        if digit == PAUSE:
            self._wait_ticks = _PAUSE_TICKS - 1
            return False
        self._event, self._timestamp, self._tick, self._is_in_tone = EVENTS[digit], timestamp, 0, True
        return True
