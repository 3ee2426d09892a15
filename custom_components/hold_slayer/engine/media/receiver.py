"""RTP in: what is accepted, put in order and turned into gap-free frames (RFC 3550 section 6.4.1, RFC 4733 section 2.5.2).

Sans-IO but for the arrival clock inside aiortp's playout buffer. Accepted is only what comes from the agreed address, or, as
long as nothing came from there, from the first stranger with an agreed payload type (far ends behind NAT); everything else is
counted and dropped. Not done: RTCP, payload types other than G.711, telephone events and comfort noise.
"""

from collections.abc import Callable
from dataclasses import dataclass

from aiortp.cn import parse_cn_payload
from aiortp.dtmf import DtmfReceiver
from aiortp.packet import RtpPacket
from aiortp.playout import AdaptivePlayout

from ..model.audio_frame import FRAME_BYTES, FRAME_SAMPLES, AudioFrame
from ..model.media_description import MediaAnswer
from .codec import rtp_codec

_COMFORT_NOISE = 13
_SILENCE = bytes(FRAME_BYTES)
_MAX_DELAY_MS = 160


@dataclass(slots=True)
class ReceiveStatistics:
    """Counters of one leg's incoming RTP."""

    packets: int = 0
    dropped_source: int = 0
    dropped_payload_type: int = 0
    malformed: int = 0
    source_changes: int = 0
    concealed: int = 0


class Receiver:
    """Packets in, one frame a packet time out."""

    def __init__(self, answer: MediaAnswer, on_digit: Callable[[str], None], first_index: int = 0) -> None:
        self.statistics = ReceiveStatistics()
        self._answer = answer
        self._on_digit = on_digit
        self._playout = AdaptivePlayout(rtp_codec(answer.codec), max_delay_ms=_MAX_DELAY_MS)
        self._dtmf = DtmfReceiver(lambda digit, _duration: self._on_digit(digit))
        self._source: tuple[str, int] | None = None
        self._ssrc: int | None = None
        self._index = first_index

    @property
    def next_index(self) -> int:
        """Index of the frame that the next `tick` returns."""
        return self._index

    @property
    def source(self) -> tuple[str, int] | None:
        """Where the accepted packets come from; None before the first."""
        return self._source

    def feed(self, data: bytes, address: tuple[str, int]) -> bool:
        """Take one datagram; True when it was accepted as media of this leg."""
        try:
            packet = RtpPacket.parse(data)
        except ValueError:
            self.statistics.malformed += 1
            return False
        agreed = {self._answer.payload_type, self._answer.dtmf_payload_type, _COMFORT_NOISE}
        if packet.payload_type not in agreed:
            self.statistics.dropped_payload_type += 1
            return False
        if not self._is_accepted(address):
            self.statistics.dropped_source += 1
            return False
        self.statistics.packets += 1
        if packet.ssrc != self._ssrc:
            self._ssrc = packet.ssrc
            self._playout.reset()
        self._sort(packet)
        return True

    def _is_accepted(self, address: tuple[str, int]) -> bool:
        address = address[:2]
        if address == self._source:
            return True
        if self._source is None or address == (self._answer.address, self._answer.port):
            self.statistics.source_changes += self._source is not None
            self._source = address
            return True
        return False

    def _sort(self, packet: RtpPacket) -> None:
        if packet.payload_type == self._answer.payload_type:
            # Far ends that send 30 or 40 ms a packet are cut to the 20 ms of everything downstream.
            for start in range(0, len(packet.payload) - FRAME_SAMPLES + 1, FRAME_SAMPLES):
                chunk = packet.payload[start : start + FRAME_SAMPLES]
                self._playout.put((packet.timestamp + start) & 0xFFFFFFFF, chunk)
        elif packet.payload_type == self._answer.dtmf_payload_type:
            self._playout.suppress()
            try:
                self._dtmf.handle_packet(packet)
            except ValueError:
                self.statistics.malformed += 1
        else:
            self._playout.set_cn(parse_cn_payload(packet.payload), packet.timestamp)

    def tick(self) -> AudioFrame:
        """Return the frame of this packet time: received, concealed, or silence when nothing comes."""
        before = self._playout.concealed_frames
        played = self._playout.tick()
        pcm = played[0] if played is not None and len(played[0]) == FRAME_BYTES else _SILENCE
        is_concealed = self._playout.concealed_frames > before
        self.statistics.concealed += is_concealed
        frame = AudioFrame(pcm, self._index, is_concealed)
        self._index += 1
        return frame
