"""RTP out: one packet a packet time, always (RFC 3550 section 5.1; RFC 3551 section 4.1 for the marker).

Sans-IO: `Sender.tick` returns the datagram of this packet time. Digits come before a bridged leg's audio, that before played
sentences, and silence fills the rest, so that middleboxes stay open. Sequence numbers and timestamps have no gaps.
"""

import secrets
from collections import deque
from collections.abc import Callable

from aiortp.packet import RtpPacket

from ..model.audio_frame import FRAME_BYTES, FRAME_SAMPLES
from ..model.media_description import MediaAnswer
from .codec import SILENCE, rtp_codec
from .dtmf_sender import DtmfSender

_BRIDGE_FRAMES = 2
"""Bridged frames waiting at most; an older one is dropped, so that delay never grows."""


class _Sentence:
    """PCM being played."""

    def __init__(self, pcm: bytes, on_done: Callable[[bool], None] | None) -> None:
        self.pcm = pcm
        self.position = 0
        self.on_done = on_done

    def done(self, *, is_complete: bool) -> None:
        if self.on_done is not None:
            self.on_done(is_complete)


class Sender:
    """What one leg hears."""

    def __init__(self) -> None:
        self.dtmf = DtmfSender()
        self.packets = 0
        self.bridge_dropped = 0
        self._answer: MediaAnswer | None = None
        self._bridged: deque[bytes] = deque()
        self._sentences: deque[_Sentence] = deque()
        self._ssrc = secrets.randbits(32)
        self._sequence = secrets.randbits(16)
        self._timestamp = secrets.randbits(32)
        self._is_talkspurt = False

    def connect(self, answer: MediaAnswer) -> None:
        """Encode for ``answer`` from now on; the stream goes on with the same SSRC."""
        self._answer = answer
        self._encoder = rtp_codec(answer.codec)

    def play(self, pcm: bytes, on_done: Callable[[bool], None] | None) -> None:
        """Queue 8 kHz 16-bit PCM."""
        self._sentences.append(_Sentence(pcm, on_done))

    def stop_playing(self) -> None:
        """Drop what is playing and waiting; each ``on_done`` is told False."""
        dropped, self._sentences = self._sentences, deque()
        for sentence in dropped:
            sentence.done(is_complete=False)

    def send_frame(self, pcm: bytes) -> None:
        """Queue one frame of the bridged leg."""
        if len(self._bridged) >= _BRIDGE_FRAMES:
            self._bridged.popleft()
            self.bridge_dropped += 1
        self._bridged.append(pcm)

    def tick(self) -> bytes | None:
        """Return this packet time's datagram; None before `connect`."""
        if self._answer is None:
            return None
        timestamp = self._timestamp
        self._timestamp = (self._timestamp + FRAME_SAMPLES) & 0xFFFFFFFF
        event_type = self._answer.dtmf_payload_type
        event = self.dtmf.tick(timestamp) if event_type is not None else None
        if event is not None and event_type is not None:
            self._bridged.clear()
            self._is_talkspurt = False
            return self._packet(event_type, event.payload, event.timestamp, marker=event.marker)
        payload = self._audio() if self.dtmf.is_idle else None
        marker = payload is not None and not self._is_talkspurt
        self._is_talkspurt = payload is not None
        silence = SILENCE[self._answer.codec]
        return self._packet(self._answer.payload_type, payload or silence, timestamp, marker=marker)

    def _audio(self) -> bytes | None:
        if self._bridged:
            return self._encoder.encode(self._bridged.popleft())
        if not self._sentences:
            return None
        sentence = self._sentences[0]
        pcm = sentence.pcm[sentence.position : sentence.position + FRAME_BYTES]
        sentence.position += FRAME_BYTES
        if sentence.position >= len(sentence.pcm):
            self._sentences.popleft()
            sentence.done(is_complete=True)
        return self._encoder.encode(pcm.ljust(FRAME_BYTES, b"\0"))

    def _packet(self, payload_type: int, payload: bytes, timestamp: int, *, marker: bool) -> bytes:
        packet = RtpPacket(payload_type, int(marker), self._sequence, timestamp, self._ssrc, payload)
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets += 1
        return packet.serialize()
