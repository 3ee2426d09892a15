"""Turns packets that come late, twice, out of order or not at all into a gap-free row of 20 ms frames.

Sans-IO. One sample is one RTP timestamp unit (8 kHz). Samples are written into a ring at the place their timestamp
names and read a frame at a time by a steady clock, so any packet time (10, 20, 30, … ms) and any timestamp grid fits.
The delay follows the network: a packet that comes late moves the reading position back, and when every packet of a
while came well ahead of its time a (preferably quiet) frame is left out. The same rule follows a far end whose clock
runs faster or slower than ours.

Not done: time-scale modification; stretching and shrinking happens by whole frames.
"""

from dataclasses import dataclass

from aiortp import NoiseGenerator, PcmConcealer

from ..model.audio_frame import FRAME_SAMPLES, SAMPLE_RATE
from .codec import SILENCE, peak

_RING = 8192
"""Samples the ring holds (1.024 s); a power of two, so that positions survive the wrap of 32-bit timestamps."""
_MAX_DEPTH = SAMPLE_RATE * 240 // 1000
"""Most samples waiting to be played: the bound of the added delay."""
_MAX_MISSING_FRAMES = 6
"""Frames without any sample after which the far end is pausing (silence suppression, hold) rather than losing
packets."""
_WINDOW_PACKETS = 150
"""Packets over which the least head start is taken before the delay is shortened."""
_FORCED_WINDOWS = 3
"""Windows after which a frame is left out even if it is not quiet."""
_QUIET_PEAK = 0.01
_COMPLETE = b"\1" * FRAME_SAMPLES


def timestamp_diff(a: int, b: int) -> int:
    """Return ``a - b`` of 32-bit RTP timestamps as a signed number (RFC 3550 section 5.1)."""
    return ((a - b + 0x8000_0000) & 0xFFFF_FFFF) - 0x8000_0000


@dataclass(slots=True)
class PlayoutCounters:
    """What happened since the start; in frames unless said otherwise."""

    concealed: int = 0
    late_packets: int = 0
    inserted: int = 0
    left_out: int = 0
    pauses: int = 0


class Playout:
    """Ring of decoded samples with a reading position. Memory and delay are bounded."""

    def __init__(self) -> None:
        self._pcm = bytearray(_RING * 2)
        self._has = bytearray(_RING)
        self._head: int | None = None
        """Timestamp of the next sample to play; None while nothing flows."""
        self._newest = 0
        """Timestamp just after the newest sample received."""
        self._lead = FRAME_SAMPLES
        """Head start in samples that the first packet after a pause gets; follows what the network needed so far."""
        self._missing = 0
        self._noise: NoiseGenerator | None = None
        self._is_announced = False
        self._announced_end: int | None = None
        """Timestamp of the first audio after announced silence, until it is played."""
        self._concealer = PcmConcealer(sample_rate=SAMPLE_RATE)
        self._window = 0
        self._least_ahead = _RING
        self._windows_ahead = 0
        self.counters = PlayoutCounters()

    @property
    def is_flowing(self) -> bool:
        """False before the first packet and while the far end pauses."""
        return self._head is not None

    @property
    def depth_samples(self) -> int:
        """Samples between the reading position and the newest sample received."""
        return 0 if self._head is None else max(0, timestamp_diff(self._newest, self._head))

    def reset(self) -> None:
        """Forget the stream, keep the learned delay: another source begins."""
        self._has[:] = bytes(_RING)
        self._head = None
        self._missing = 0
        self._noise = None
        self._is_announced = False
        self._announced_end = None

    def put(self, pcm: bytes, timestamp: int) -> None:
        """Store the samples of one packet (16-bit PCM) whose first sample has this RTP timestamp."""
        length = len(pcm) // 2
        if not 0 < length <= _MAX_DEPTH:
            return
        end = (timestamp + length) & 0xFFFF_FFFF
        if self._head is None or abs(timestamp_diff(timestamp, self._head)) > _RING // 2:
            self._begin(timestamp)
        assert self._head is not None
        is_newest = timestamp_diff(end, self._newest) > 0
        ahead = timestamp_diff(timestamp, self._head)
        if ahead < 0 and not self._take_late(ahead, is_newest):
            return
        if is_newest:
            self._newest = end
            if self._is_announced:
                self._is_announced = False
                self._announced_end = timestamp
        self._write(timestamp, pcm)
        if is_newest:
            self._watch_head_start(ahead)
        self._bound_depth()

    def announce_silence(self, level_dbov: int | None = None) -> None:
        """The far end says it sends no audio now: comfort noise (RFC 3389, ``-level`` dBov) or a key press (None)."""
        self._is_announced = True
        if level_dbov is None:
            self._noise = None
        elif self._noise is None or self._noise.level != level_dbov:
            self._noise = NoiseGenerator(level_dbov)

    def tick(self) -> tuple[bytes, bool]:
        """Return the next 20 ms of PCM and whether it was made up because packets were missing."""
        if self._head is None:
            return self._filler(), False
        if self._windows_ahead and self._can_leave_out():
            self._advance()
            self.counters.left_out += 1
            self._lead = max(FRAME_SAMPLES, self._lead - FRAME_SAMPLES)
            self._reset_window()
        has = self._slice(self._has, 1)
        if has == _COMPLETE:
            pcm = self._slice(self._pcm, 2)
            self._advance()
            self._missing = 0
            self._concealer.update(pcm)
            return pcm, False
        if not any(has):
            return self._miss()
        pcm = self._patch(self._slice(self._pcm, 2), has)
        self._advance()
        self._missing = 0
        self._concealer.update(pcm)
        self.counters.concealed += 1
        return pcm, True

    # --- reading ------------------------------------------------------------------------------------------------

    def _filler(self) -> bytes:
        return SILENCE if self._noise is None else self._noise.generate(FRAME_SAMPLES)

    def _miss(self) -> tuple[bytes, bool]:
        """Nothing is there for the next frame."""
        self._missing += 1
        is_leading_in = self._missing <= 0
        if is_leading_in or self._is_in_announced_silence():
            pcm, is_concealed = self._filler(), False
        else:
            pcm, is_concealed = self._concealer.conceal(FRAME_SAMPLES), True
            self.counters.concealed += 1
            self._noise = None
        self._advance()
        if self._missing >= _MAX_MISSING_FRAMES and self.depth_samples == 0:
            self._head = None
            self._missing = 0
            self.counters.pauses += 1
        return pcm, is_concealed

    def _is_in_announced_silence(self) -> bool:
        assert self._head is not None
        if self._is_announced:
            return True
        if self._announced_end is not None and timestamp_diff(self._announced_end, self._head) <= 0:
            self._announced_end = None
        return self._announced_end is not None

    def _patch(self, pcm: bytes, has: bytes) -> bytes:
        """Fill the holes of a frame that came only in part."""
        made_up = self._concealer.conceal(FRAME_SAMPLES)
        patched = bytearray(made_up)
        start = has.find(1)
        while start >= 0:
            end = has.find(0, start)
            end = FRAME_SAMPLES if end < 0 else end
            patched[start * 2 : end * 2] = pcm[start * 2 : end * 2]
            start = has.find(1, end)
        return bytes(patched)

    def _slice(self, ring: bytearray, width: int) -> bytes:
        assert self._head is not None
        start = self._head % _RING
        end = start + FRAME_SAMPLES
        if end <= _RING:
            return bytes(ring[start * width : end * width])
        return bytes(ring[start * width :] + ring[: (end - _RING) * width])

    def _advance(self) -> None:
        assert self._head is not None
        start = self._head % _RING
        end = start + FRAME_SAMPLES
        self._has[start : min(end, _RING)] = bytes(min(end, _RING) - start)
        if end > _RING:
            self._has[: end - _RING] = bytes(end - _RING)
        self._head = (self._head + FRAME_SAMPLES) & 0xFFFF_FFFF

    # --- writing ------------------------------------------------------------------------------------------------

    def _begin(self, timestamp: int) -> None:
        """First packet, first after a pause, or a jump of the far end's timestamps."""
        self._has[:] = bytes(_RING)
        self._head = (timestamp - self._lead) & 0xFFFF_FFFF
        self._newest = timestamp
        self._missing = -(self._lead // FRAME_SAMPLES)
        self._reset_window()

    def _take_late(self, ahead: int, is_newest: bool) -> bool:
        """Decide on a packet whose place has been played: False drops it."""
        assert self._head is not None
        if not is_newest:
            self.counters.late_packets += 1
            return False
        frames = -(ahead // FRAME_SAMPLES)
        self.counters.late_packets += 1
        self.counters.inserted += frames
        self._head = (self._head - frames * FRAME_SAMPLES) & 0xFFFF_FFFF
        self._lead = min(_MAX_DEPTH // 2, self._lead + frames * FRAME_SAMPLES)
        self._missing = 0
        self._reset_window()
        return True

    def _write(self, timestamp: int, pcm: bytes) -> None:
        start = timestamp % _RING
        length = len(pcm) // 2
        first = min(length, _RING - start)
        self._pcm[start * 2 : (start + first) * 2] = pcm[: first * 2]
        self._has[start : start + first] = b"\1" * first
        if first < length:
            rest = length - first
            self._pcm[: rest * 2] = pcm[first * 2 : length * 2]
            self._has[:rest] = b"\1" * rest

    def _bound_depth(self) -> None:
        while self.depth_samples > _MAX_DEPTH:
            self._advance()
            self.counters.left_out += 1

    # --- delay --------------------------------------------------------------------------------------------------

    def _reset_window(self) -> None:
        self._window = 0
        self._least_ahead = _RING
        self._windows_ahead = 0

    def _watch_head_start(self, ahead: int) -> None:
        """Note how early the newest packet came; a whole window with more than needed calls for less delay."""
        self._window += 1
        self._least_ahead = min(self._least_ahead, ahead)
        if self._window < _WINDOW_PACKETS:
            return
        has_too_much = self._least_ahead >= 2 * FRAME_SAMPLES
        self._windows_ahead = self._windows_ahead + 1 if has_too_much else 0
        self._window = 0
        self._least_ahead = _RING

    def _can_leave_out(self) -> bool:
        if self._windows_ahead >= _FORCED_WINDOWS:
            return True
        return self._slice(self._has, 1) == _COMPLETE and peak(self._slice(self._pcm, 2)) < _QUIET_PEAK
