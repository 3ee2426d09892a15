"""Keys as RTP telephone events (RFC 4733 section 2.5.1): which packet goes out in which packet time.

Sans-IO: `plan_digits` lays a string of keys out over packet times of 20 ms, `DigitSender` hands the plan out one packet
time at a time to whoever owns the clock. Per key: one packet a packet time, all with the timestamp of the key's start,
the marker on the first only, the duration growing, the end packet sent three times; then a pause before the next key. Both are
longer where the network lets packets overtake each other (`hold_over`, `gap_over`): exchanges take events as they come, without
a buffer.

Not done: events longer than 65535 timestamp units (2.5.1.3), redundancy by RFC 2198.
"""

import asyncio
from collections import deque
from dataclasses import dataclass

from aiortp import DtmfEvent

from ..model.audio_frame import FRAME_MS, FRAME_SAMPLES

EVENT_CODES = {digit: code for code, digit in enumerate("0123456789*#ABCD")}
"""Event code by key (RFC 4733 section 3.2)."""

PAUSE = "w"
PAUSE_MS = 500
DIGIT_MS = 120
GAP_MS = 100
"""Pause between two keys; gateways that make tones of them want 60 ms at least."""
_LONGEST_GAP_MS, _LONGEST_DIGIT_MS = 500, 300
_SPREAD, _REACH = 4.0, 3.0
"""Delays even over some time have an interarrival jitter (RFC 3550 section 6.4.1) of a third of it; it is an estimate."""
VOLUME = 10
"""Power of the tone in -dBm0."""
_END_PACKETS = 3


@dataclass(frozen=True, slots=True)
class EventSlot:
    """What is sent in one packet time while a key is down."""

    age: int
    """Packet times since the key went down: the packet's timestamp is this many frames before the present one."""
    payload: bytes
    is_first: bool
    """Carries the marker bit."""
    code: int
    is_last: bool
    """The key is let go with this packet time."""
    is_repeat: bool = False
    """The key is up already; only its end is told again."""


type Slot = EventSlot | None
"""None: a packet time with ordinary audio or silence."""


def gap_over(jitter_ms: float) -> int:
    """Pause between two keys, in ms, after which the last packet of one has most likely arrived before the first of the next."""
    repeats_ms = (_END_PACKETS - 1) * FRAME_MS
    return min(_LONGEST_GAP_MS, max(GAP_MS, round(_SPREAD * jitter_ms) + repeats_ms))


def hold_over(jitter_ms: float) -> int:
    """How long a key is down, in ms, so that its end does not overtake its beginning: such a key may count twice."""
    return min(_LONGEST_DIGIT_MS, max(DIGIT_MS, round(_REACH * jitter_ms)))


def plan_digits(digits: str, *, digit_ms: int = DIGIT_MS, gap_ms: int = GAP_MS) -> list[Slot]:
    """Lay ``digits`` (``0-9*#A-D``, ``w`` = half a second) out over packet times; a gap follows every key.

    Raises:
        ValueError: an unknown key; the text does not name it.
    """
    keys = [PAUSE if key in "wW" else key.upper() for key in digits]
    if any(key != PAUSE and key not in EVENT_CODES for key in keys):
        raise ValueError("only 0-9, *, #, A-D and w can be pressed")
    frames = max(1, digit_ms // FRAME_MS)
    cycle = frames + -(-gap_ms // FRAME_MS)
    slots: list[Slot] = []
    for key in keys:
        if key == PAUSE:
            slots.extend([None] * (PAUSE_MS // FRAME_MS))
            continue
        event = _plan_digit(EVENT_CODES[key], frames)
        slots.extend(event)
        slots.extend([None] * (cycle - len(event)))
    return slots


def _plan_digit(code: int, frames: int) -> list[EventSlot]:
    """Return the packets of one key that is down for ``frames`` packet times."""
    slots = []
    for age in range(frames + _END_PACKETS - 1):
        held = min(age + 1, frames)
        event = DtmfEvent(event=code, end=held == frames, volume=VOLUME, duration=held * FRAME_SAMPLES)
        is_last, is_repeat = age == frames - 1, age >= frames
        slots.append(EventSlot(age, event.serialize(), age == 0, code, is_last, is_repeat))
    return slots


class DigitSender:
    """Queue of planned keys: `next_slot` is called once a packet time, `send` waits until all of its keys are out."""

    def __init__(self) -> None:
        self._slots: deque[Slot] = deque()
        self._waiters: deque[tuple[int, asyncio.Future[None]]] = deque()
        self._queued = 0
        self._handed_out = 0

    @property
    def is_busy(self) -> bool:
        """True while keys and the pauses after them are going out: other audio waits."""
        return bool(self._slots)

    async def send(self, digits: str, *, digit_ms: int = DIGIT_MS, gap_ms: int = GAP_MS) -> None:
        """Queue keys and return when the last one and the pause after it are over.

        Cancelled, it still finishes the key that is down, so that the far end does not hear it for ever.

        Raises:
            ValueError: an unknown key; nothing is queued.
            asyncio.CancelledError: also when `abort` was called.
        """
        plan = plan_digits(digits, digit_ms=digit_ms, gap_ms=gap_ms)
        if not plan:
            return
        self._slots.extend(plan)
        self._queued += len(plan)
        waiter = asyncio.get_running_loop().create_future()
        entry = (self._queued, waiter)
        self._waiters.append(entry)
        try:
            await waiter
        except asyncio.CancelledError:
            if entry in self._waiters:
                self.abort()
            raise

    def next_slot(self) -> Slot:
        """Return what this packet time carries and move on; None: not an event."""
        if not self._slots:
            return None
        slot = self._slots.popleft()
        self._handed_out += 1
        while self._waiters and self._waiters[0][0] <= self._handed_out:
            waiter = self._waiters.popleft()[1]
            if not waiter.done():
                waiter.set_result(None)
        return slot

    def abort(self) -> None:
        """Drop all keys but the rest of the one that is down; whoever waits is cancelled."""
        rest: list[Slot] = []
        for slot in self._slots:
            if slot is None or slot.is_first:
                break
            rest.append(slot)
        self._slots = deque(rest)
        self._queued = self._handed_out + len(rest)
        waiters, self._waiters = self._waiters, deque()
        for _, waiter in waiters:
            waiter.cancel()
