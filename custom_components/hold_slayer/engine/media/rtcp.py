"""Sender and receiver reports of one session (RFC 3550 section 6): what the far end's quality figures live on.

Sans-IO; packets by aiortp. Not done: extended reports (RFC 3611), feedback (RFC 4585), multiplexing (RFC 5761).
"""

from aiortp import RtcpByePacket, RtcpPacket, RtcpRrPacket, RtcpSdesPacket, RtcpSrPacket
from aiortp.clock import current_ntp_time
from aiortp.packet import RtcpReceiverInfo, RtcpSenderInfo, RtcpSourceInfo

from .receiver import RtpReceiver
from .sender import RtpSender

INTERVAL_S = 5.0
_SDES_CNAME = 1
_MOST_ROUND_TRIP = 10 << 16
"""Ten seconds: beyond, the far end's figures are wrong, or negative, which is the same here."""


class RtcpReporter:
    """Builds reports from both halves and reads the far end's."""

    def __init__(self, sender: RtpSender, receiver: RtpReceiver) -> None:
        self._sender = sender
        self._receiver = receiver
        self._cname = f"{sender.ssrc:08x}".encode()
        self._sr_ntp = 0
        self._sr_at: float | None = None
        self.remote_lost: int | None = None
        """Packets of ours that the far end missed, as it reported last."""
        self.round_trip_ms: float | None = None
        """To the far end and back, as its last report that answers one of ours shows."""

    def report(self, now: float) -> bytes:
        """Return a compound packet: sender report (receiver report before the first packet) and canonical name."""
        sender = self._sender
        blocks = self._receiver_blocks(now)
        name = RtcpSdesPacket(chunks=[RtcpSourceInfo(ssrc=sender.ssrc, items=[(_SDES_CNAME, self._cname)])])
        if not sender.packets_sent:
            return bytes(RtcpRrPacket(ssrc=sender.ssrc, reports=blocks)) + bytes(name)
        info = RtcpSenderInfo(
            ntp_timestamp=current_ntp_time(),
            rtp_timestamp=sender.timestamp,
            packet_count=sender.packets_sent & 0xFFFF_FFFF,
            octet_count=sender.octets_sent & 0xFFFF_FFFF,
        )
        return bytes(RtcpSrPacket(ssrc=sender.ssrc, sender_info=info, reports=blocks)) + bytes(name)

    def goodbye(self, now: float) -> bytes:
        """Return the last compound packet of the session."""
        return self.report(now) + bytes(RtcpByePacket(sources=[self._sender.ssrc]))

    def receive(self, data: bytes, now: float) -> bool:
        """Read a compound packet of the far end; False when it is malformed."""
        try:
            packets = RtcpPacket.parse(data)
        except ValueError:
            return False
        for packet in packets:
            if isinstance(packet, RtcpSrPacket):
                self._sr_ntp = packet.sender_info.ntp_timestamp
                self._sr_at = now
            if isinstance(packet, RtcpSrPacket | RtcpRrPacket):
                for block in packet.reports:
                    if block.ssrc == self._sender.ssrc:
                        self.remote_lost = block.packets_lost
                        self._measure(block)
        return True

    def _measure(self, block: RtcpReceiverInfo) -> None:
        """A - LSR - DLSR of RFC 3550 section 6.4.1, in units of 1/65536 s; what cannot be is left out."""
        if not block.lsr:
            return
        units = (((current_ntp_time() >> 16) & 0xFFFF_FFFF) - block.lsr - block.dlsr) & 0xFFFF_FFFF
        if units <= _MOST_ROUND_TRIP:
            self.round_trip_ms = units * 1000.0 / 65536.0

    def _receiver_blocks(self, now: float) -> list[RtcpReceiverInfo]:
        receiver = self._receiver
        statistics = receiver.statistics
        if receiver.ssrc is None or statistics.max_seq is None:
            return []
        lsr = (self._sr_ntp >> 16) & 0xFFFF_FFFF
        delay = 0 if self._sr_at is None else int((now - self._sr_at) * 65536) & 0xFFFF_FFFF
        return [
            RtcpReceiverInfo(
                ssrc=receiver.ssrc,
                fraction_lost=statistics.fraction_lost,
                packets_lost=statistics.packets_lost,
                highest_sequence=(statistics.cycles + statistics.max_seq) & 0xFFFF_FFFF,
                jitter=max(0, statistics.jitter) & 0xFFFF_FFFF,
                lsr=lsr,
                dlsr=delay,
            )
        ]
