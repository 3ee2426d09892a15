"""The receiving half of a session: datagrams in, playout filled, keys out (RFC 3550 section 5.1 and appendix A.1).

Sans-IO. Only the agreed source and payload types get in; everything else is dropped and counted. A new SSRC or a jump
of sequence numbers or timestamps is believed when a second packet in a row confirms it, so one stray packet harms
nothing.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aiortp import RtpPacket, StreamStatistics, parse_cn_payload

from ..model.audio_frame import SAMPLE_RATE
from ..model.media_description import STATIC_PAYLOAD_TYPES, Codec, MediaAnswer, MediaOffer
from .codec import Coder, coder_of
from .dtmf_receiver import DigitReceiver
from .playout import Playout, timestamp_diff
from .source_filter import Address, SourceFilter

COMFORT_NOISE_PAYLOAD_TYPE = 13
"""Static payload type of RFC 3389."""
_MAX_JUMP = SAMPLE_RATE * 2
"""Timestamp distance from the stream so far (2 s) beyond which a packet needs a second one to be believed."""
_MAX_SEQUENCE_JUMP = 3000
"""Same for sequence numbers (RFC 3550 appendix A.1, MAX_DROPOUT)."""
_MAX_MISORDER = 100


@dataclass(slots=True)
class ReceiveCounters:
    """Packets by what became of them."""

    audio: int = 0
    events: int = 0
    comfort_noise: int = 0
    duplicates: int = 0
    wrong_source: int = 0
    wrong_payload_type: int = 0
    malformed: int = 0
    on_probation: int = 0
    source_changes: int = 0


class RtpReceiver:
    """Takes what arrives on the RTP port of one session."""

    def __init__(self, offer: MediaOffer, source: SourceFilter, on_digit: Callable[[str], None]) -> None:
        self._source = source
        self._on_digit = on_digit
        self._offered_dtmf = offer.dtmf_payload_type
        self._codecs: dict[int, Codec] = {}
        self._coders: dict[Codec, Coder] = {}
        self._dtmf_types: frozenset[int] = frozenset()
        self._offered = {STATIC_PAYLOAD_TYPES[codec]: codec for codec in offer.codecs}
        self._digits = DigitReceiver()
        self._candidate: RtpPacket | None = None
        self._recent: set[int] = set()
        self.playout = Playout()
        self.ssrc: int | None = None
        self.statistics = StreamStatistics(SAMPLE_RATE)
        self._last_timestamp = 0
        self._lost_before = 0
        self.last_received_at: float | None = None
        self.counters = ReceiveCounters()

    @property
    def lost(self) -> int:
        """Packets that never came, by sequence numbers, over all sources."""
        return self._lost_before + self._lost_now()

    def agree(self, answer: MediaAnswer) -> None:
        """Take the payload types of the answer: the agreed codec, and the other one offered as RFC 3264 permits it."""
        self._codecs = self._offered | {answer.payload_type: answer.codec}
        types = {self._offered_dtmf, answer.dtmf_payload_type} - {None} - self._codecs.keys()
        self._dtmf_types = frozenset(number for number in types if number is not None)

    def receive(self, data: bytes, address: Address, now: float) -> None:
        """Take one datagram; ``now`` is monotonic seconds."""
        try:
            packet = RtpPacket.parse(data)
        except ValueError:
            self.counters.malformed += 1
            return
        kind = packet.payload_type
        if kind not in self._codecs and kind not in self._dtmf_types and kind != COMFORT_NOISE_PAYLOAD_TYPE:
            self.counters.wrong_payload_type += 1
            return
        if not self._source.accepts(address):
            self.counters.wrong_source += 1
            return
        self.last_received_at = now
        self._take(packet)

    def _take(self, packet: RtpPacket) -> None:
        if self.ssrc is None or not self._is_plausible(packet):
            held = self._candidate
            is_confirmed = self.ssrc is None or not self.playout.is_flowing or _follows(held, packet)
            if not is_confirmed:
                self._candidate = packet
                self.counters.on_probation += 1
                return
            self._change_source(packet)
            if held is not None and _follows(held, packet):
                self._candidate = None
                self._deliver(held)
        self._candidate = None
        self._deliver(packet)

    def _is_plausible(self, packet: RtpPacket) -> bool:
        """True when the packet belongs to the stream received so far."""
        if packet.ssrc != self.ssrc or self.statistics.max_seq is None:
            return False
        ahead = _sequence_diff(packet.sequence_number, self.statistics.max_seq)
        if not -_MAX_MISORDER <= ahead <= _MAX_SEQUENCE_JUMP:
            return False
        # A far end that was silent for long goes on somewhere else, with its sequence numbers unbroken.
        is_near = abs(timestamp_diff(packet.timestamp, self._last_timestamp)) <= _MAX_JUMP
        return is_near or not self.playout.is_flowing

    def _change_source(self, packet: RtpPacket) -> None:
        if self.ssrc is not None:
            self.counters.source_changes += 1
            self._lost_before += self._lost_now()
        self.ssrc = packet.ssrc
        self._last_timestamp = packet.timestamp
        self.statistics = StreamStatistics(SAMPLE_RATE)
        self._recent.clear()
        self._digits.reset()
        self.playout.reset()

    def _deliver(self, packet: RtpPacket) -> None:
        if not self._note_sequence(packet):
            self.counters.duplicates += 1
            return
        if packet.payload_type in self._dtmf_types:
            self._deliver_event(packet)
        elif packet.payload_type == COMFORT_NOISE_PAYLOAD_TYPE:
            self.counters.comfort_noise += 1
            self._last_timestamp = packet.timestamp
            self.playout.announce_silence(parse_cn_payload(packet.payload))
        else:
            self.counters.audio += 1
            self._last_timestamp = packet.timestamp
            self.playout.put(self._coder(packet.payload_type).decode(packet.payload), packet.timestamp)

    def _coder(self, payload_type: int) -> Coder:
        codec = self._codecs[payload_type]
        if codec not in self._coders:
            self._coders[codec] = coder_of(codec)
        return self._coders[codec]

    def _deliver_event(self, packet: RtpPacket) -> None:
        self.counters.events += 1
        self._last_timestamp = packet.timestamp
        self.playout.announce_silence()
        try:
            digit = self._digits.receive(packet.payload, packet.timestamp, bool(packet.marker))
        except ValueError:
            self.counters.malformed += 1
            return
        if digit is not None:
            self._on_digit(digit)

    def _note_sequence(self, packet: RtpPacket) -> bool:
        """Record the sequence number; False when it has been seen."""
        number = packet.sequence_number
        if number in self._recent:
            return False
        self._recent.add(number)
        if len(self._recent) > 2 * _MAX_MISORDER + 56:
            self._recent = {seen for seen in self._recent if _sequence_diff(number, seen) <= _MAX_MISORDER}
        self.statistics.add(packet)
        return True

    def _lost_now(self) -> int:
        return max(0, self.statistics.packets_lost) if self.statistics.max_seq is not None else 0


def _sequence_diff(a: int, b: int) -> int:
    """Return ``a - b`` of 16-bit sequence numbers as a signed number."""
    return ((a - b + 0x8000) & 0xFFFF) - 0x8000


def _follows(first: RtpPacket | None, second: RtpPacket) -> bool:
    """True when ``second`` is the next packet of the same stream as ``first``."""
    return (
        first is not None
        and first.ssrc == second.ssrc
        and _sequence_diff(second.sequence_number, first.sequence_number) == 1
        and abs(timestamp_diff(second.timestamp, first.timestamp)) <= _MAX_JUMP
    )
