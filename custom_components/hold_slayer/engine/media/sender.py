"""The sending half of a session: one RTP packet every 20 ms, whatever there is to say (RFC 3550, RFC 3551 section 4.1).

Sans-IO: `next_packet` is called once a packet time. What goes out, in this order: a key being pressed, a sentence being
played, audio of the bridged leg, silence. Timestamps run on through all of it; the marker bit is set where a talk-spurt
begins.
"""

from collections import deque
from collections.abc import Callable
from random import getrandbits

from aiortp import RtpPacket

from ..model.audio_frame import FRAME_BYTES, FRAME_SAMPLES
from ..model.media_description import Codec, MediaAnswer
from .codec import Coder, coder_of, whole_frames
from .dtmf_sender import DigitSender, EventSlot
from .dtmf_tone import tone_frame

BRIDGE_FRAMES = 3
"""Most frames of the other leg that wait (60 ms); the oldest is dropped when more come."""

type DoneCallback = Callable[[bool], None]


class _Playing:
    """One sentence on its way out."""

    __slots__ = ("frames", "on_done")

    def __init__(self, pcm: bytes, on_done: DoneCallback | None) -> None:
        self.frames = deque(whole_frames(pcm))
        self.on_done = on_done

    def finish(self, *, is_complete: bool) -> None:
        if self.on_done is not None:
            self.on_done(is_complete)


class RtpSender:
    """Decides what each packet time carries. Wants `agree` before the first packet."""

    def __init__(self) -> None:
        self.ssrc = getrandbits(32)
        self.digits = DigitSender()
        self._sequence = getrandbits(16)
        self._timestamp = getrandbits(32)
        self._key_timestamp = 0
        """Of the key that is down: the same in all its packets (RFC 4733 section 2.5.1.2), whatever time was skipped."""
        self._payload_type = 0
        self._dtmf_payload_type: int | None = None
        self._codec = Codec.PCMU
        self._coder: Coder = coder_of(self._codec)
        self._queue: deque[_Playing] = deque()
        self._bridged: deque[bytes] = deque(maxlen=BRIDGE_FRAMES)
        self._is_talking = False
        self._is_broken = True
        """The next packet does not follow the one before it in time: the marker says so."""
        self.packets_sent = 0
        self.octets_sent = 0
        self.bridge_dropped = 0
        self.last_pcm: bytes | None = None
        """What the last packet carried, before coding; None: silence or a key."""

    @property
    def timestamp(self) -> int:
        """RTP timestamp of the next packet time."""
        return self._timestamp

    def agree(self, answer: MediaAnswer) -> None:
        """Take codec and payload types; sequence numbers, timestamps and SSRC go on."""
        self._payload_type = answer.payload_type
        self._dtmf_payload_type = answer.dtmf_payload_type
        if answer.codec is not self._codec:
            self._codec, self._coder = answer.codec, coder_of(answer.codec)

    def play(self, pcm: bytes, on_done: DoneCallback | None) -> None:
        """Queue a sentence."""
        self._queue.append(_Playing(pcm, on_done))

    def stop_playing(self) -> None:
        """Drop all sentences; each is told so."""
        stopped, self._queue = self._queue, deque()
        for playing in stopped:
            playing.finish(is_complete=False)

    def queue_frame(self, pcm: bytes) -> None:
        """Queue one frame of the bridged leg.

        Raises:
            ValueError: not exactly one frame.
        """
        if len(pcm) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes")
        if len(self._bridged) == BRIDGE_FRAMES:
            self.bridge_dropped += 1
        self._bridged.append(pcm)

    def skip(self, frames: int) -> None:
        """Packet times went by unused: the gap shows in the timestamps, as RFC 3550 wants it."""
        if frames:
            self._timestamp = (self._timestamp + frames * FRAME_SAMPLES) & 0xFFFF_FFFF
            self._is_broken = True

    def hold(self) -> None:
        """One packet time in which nothing may be sent: time goes on for what is played, sequence numbers do not."""
        if self.digits.is_busy:
            self.digits.next_slot()
        else:
            self._next_played()
        self._bridged.clear()
        self.skip(1)

    def next_packet(self) -> bytes:
        """Return the packet of this packet time and move on to the next."""
        is_pressing = self.digits.is_busy
        slot = self.digits.next_slot()
        if slot is not None and self._dtmf_payload_type is not None:
            packet = self._event(slot, self._dtmf_payload_type)
        elif slot is not None and not slot.is_repeat:
            packet = self._tone(slot)
        else:
            packet = self._audio(is_pressing=is_pressing)
        self._timestamp = (self._timestamp + FRAME_SAMPLES) & 0xFFFF_FFFF
        return packet

    def _event(self, slot: EventSlot, payload_type: int) -> bytes:
        self._is_broken = True
        self.last_pcm = None
        self._bridged.clear()
        if slot.is_first:
            self._key_timestamp = self._timestamp
        return self._packet(payload_type, slot.payload, self._key_timestamp, is_marked=slot.is_first)

    def _tone(self, slot: EventSlot) -> bytes:
        """The far end has not agreed to telephone events: it hears the key."""
        self._bridged.clear()
        self.last_pcm = None
        is_marked = self._is_broken or slot.is_first
        self._is_broken = False
        payload = self._coder.encode(tone_frame(slot.code, slot.age, is_last=slot.is_last))
        return self._packet(self._payload_type, payload, self._timestamp, is_marked=is_marked)

    def _audio(self, *, is_pressing: bool) -> bytes:
        pcm = None
        if is_pressing:
            self._bridged.clear()
        else:
            pcm = self._next_played() or (self._bridged.popleft() if self._bridged else None)
        is_marked = self._is_broken or (pcm is not None and not self._is_talking)
        self._is_broken = False
        self._is_talking = pcm is not None
        self.last_pcm = pcm
        # Silence is sent too: it keeps NAT bindings and far ends open.
        payload = self._coder.silence() if pcm is None else self._coder.encode(pcm)
        return self._packet(self._payload_type, payload, self._timestamp, is_marked=is_marked)

    def _next_played(self) -> bytes | None:
        while self._queue:
            playing = self._queue[0]
            if playing.frames:
                self._bridged.clear()
                return playing.frames.popleft()
            self._queue.popleft()
            playing.finish(is_complete=True)
        return None

    def _packet(self, payload_type: int, payload: bytes, timestamp: int, *, is_marked: bool) -> bytes:
        packet = RtpPacket(
            payload_type=payload_type,
            marker=int(is_marked),
            sequence_number=self._sequence,
            timestamp=timestamp,
            ssrc=self.ssrc,
            payload=payload,
        )
        self._sequence = (self._sequence + 1) & 0xFFFF
        self.packets_sent += 1
        self.octets_sent += len(payload)
        return packet.serialize()
