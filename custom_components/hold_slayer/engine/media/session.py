"""One media session: a bound UDP port, the clock of its packets, and who listens.

Bound before the INVITE goes out, so that early media is heard. One clock drives both directions against absolute deadlines; a
late tick is made up for at once, and a loop that stood still longer than ``_MAX_CATCH_UP`` ticks skips the rest on the sending
side only, so that audio time never loses a frame. Not done: RTCP, SRTP.
"""

import asyncio
from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from ..model.audio_frame import FRAME_S, AudioFrame
from ..model.media_description import Codec, Direction, MediaAnswer, MediaOffer
from .receiver import Receiver
from .sender import Sender
from .watchdog import Watchdog

_MAX_CATCH_UP = 10

Sink = Callable[[AudioFrame], None]


@dataclass(frozen=True, slots=True)
class MediaStatistics:
    """Counters of one session since it was bound."""

    packets_sent: int
    packets_received: int
    packets_dropped: int
    """Malformed, from strangers, or of a payload type nobody agreed to."""
    frames_concealed: int
    bridge_frames_dropped: int


class _Protocol(asyncio.DatagramProtocol):
    def __init__(self, on_datagram: Callable[[bytes, tuple[str, int]], None]) -> None:
        self._on_datagram = on_datagram
        self.closed = asyncio.Event()

    @override
    def datagram_received(self, data: bytes, addr: tuple[str, int]) -> None:
        self._on_datagram(data, addr)

    @override
    def error_received(self, exc: OSError) -> None:
        """ICMP port unreachable: the far end is not ready or gone; signalling and the watchdog deal with that."""

    @override
    def connection_lost(self, exc: Exception | None) -> None:
        self.closed.set()


class MediaSession:
    """RTP of one leg. Use `bind`; `close` when done."""

    def __init__(self, address: str, codecs: tuple[Codec, ...]) -> None:
        self._loop = asyncio.get_running_loop()
        self._protocol = _Protocol(self._on_datagram)
        self._transport: asyncio.DatagramTransport | None = None
        self._sender = Sender()
        self._receiver: Receiver | None = None
        self._answer: MediaAnswer | None = None
        self._sinks: list[Sink] = []
        self._on_digit: Callable[[str], None] | None = None
        self._watchdog: Watchdog | None = None
        self._timer: asyncio.TimerHandle | None = None
        self._deadline = 0.0
        self._dtmf_done: asyncio.Event | None = None
        self.offer = MediaOffer(address, 0, codecs)

    @classmethod
    async def bind(
        cls,
        address: str,
        *,
        on_frame: Sink | None = None,
        on_digit: Callable[[str], None] | None = None,
        codecs: tuple[Codec, ...] = (Codec.PCMU, Codec.PCMA),
    ) -> "MediaSession":
        """Bind a free port of ``address``. ``on_frame`` is called every 20 ms from `connect` on.

        Raises:
            OSError: the address cannot be bound.
        """
        session = cls(address, codecs)
        session._transport, _ = await session._loop.create_datagram_endpoint(
            lambda: session._protocol, local_addr=(address, 0)
        )
        port = session._transport.get_extra_info("sockname")[1]
        session.offer = MediaOffer(address, port, codecs)
        session._on_digit = on_digit
        if on_frame is not None:
            session._sinks.append(on_frame)
        return session

    def connect(self, answer: MediaAnswer) -> None:
        """Send to and accept from ``answer`` from now on; called again when it changes."""
        if answer == self._answer:
            return
        index = self._receiver.next_index if self._receiver is not None else 0
        is_same_stream = (
            self._answer is not None
            and self._receiver is not None
            and (answer.address, answer.port, answer.payload_type, answer.dtmf_payload_type)
            == (self._answer.address, self._answer.port, self._answer.payload_type, self._answer.dtmf_payload_type)
        )
        self._answer = answer
        if not is_same_stream:
            self._receiver = Receiver(answer, self._digit_received, index)
        self._sender.connect(answer)
        if self._timer is None:
            self._deadline = self._loop.time() + FRAME_S
            self._timer = self._loop.call_at(self._deadline, self._tick)

    def add_sink(self, sink: Sink) -> None:
        """Give every received frame to ``sink`` too."""
        self._sinks.append(sink)

    def remove_sink(self, sink: Sink) -> None:
        """Stop giving frames to ``sink``."""
        if sink in self._sinks:
            self._sinks.remove(sink)

    def watch(self, timeout_s: float, on_dead: Callable[[], None]) -> None:
        """Call ``on_dead`` once when nothing is received for ``timeout_s`` of packet time."""
        self._watchdog = Watchdog(timeout_s, on_dead)

    # --- sending ------------------------------------------------------------------------------------------------

    def play(self, pcm: bytes, on_done: Callable[[bool], None] | None = None) -> None:
        """Queue 8 kHz 16-bit mono PCM; ``on_done(True)`` when it is out, ``on_done(False)`` when it was stopped."""
        self._sender.play(pcm, on_done)

    def stop_playing(self) -> None:
        """Drop what is playing and waiting."""
        self._sender.stop_playing()

    def send_frame(self, pcm: bytes) -> None:
        """Send one 20 ms frame of another leg."""
        self._sender.send_frame(pcm)

    async def send_digits(self, digits: str) -> None:
        """Send telephone events; returns when the last one is out.

        Raises:
            ValueError: a character that is no digit.
            RuntimeError: the far end has not agreed to telephone events.
        """
        if self._answer is None or self._answer.dtmf_payload_type is None:
            raise RuntimeError("the far end has not agreed to telephone events")
        self._sender.dtmf.enqueue(digits)
        if self._dtmf_done is None:
            self._dtmf_done = asyncio.Event()
        await self._dtmf_done.wait()

    # --- clock --------------------------------------------------------------------------------------------------

    def _tick(self) -> None:
        now = self._loop.time()
        ticks = 0
        while self._deadline <= now:
            self._deadline += FRAME_S
            ticks += 1
            self._receive_tick()
            if ticks <= _MAX_CATCH_UP:
                self._send_tick()
            if self._timer is None:
                return
        self._timer = self._loop.call_at(self._deadline, self._tick)

    def _receive_tick(self) -> None:
        if self._receiver is None:
            return
        if self._watchdog is not None:
            self._watchdog.tick()
        frame = self._receiver.tick()
        for sink in tuple(self._sinks):
            sink(frame)

    def _send_tick(self) -> None:
        if self._answer is None or self._transport is None:
            return
        datagram = self._sender.tick()
        if self._dtmf_done is not None and self._sender.dtmf.is_idle:
            self._dtmf_done.set()
            self._dtmf_done = None
        if datagram is None or self._answer.direction in (Direction.INACTIVE, Direction.RECVONLY):
            return
        self._transport.sendto(datagram, self._destination(self._answer))

    def _destination(self, answer: MediaAnswer) -> tuple[str, int]:
        """Symmetric RTP (RFC 4961): a far end behind NAT is answered where it sends from."""
        source = self._receiver.source if self._receiver is not None else None
        return source or (answer.address, answer.port)

    def _on_datagram(self, data: bytes, address: tuple[str, int]) -> None:
        if self._receiver is not None and self._receiver.feed(data, address) and self._watchdog is not None:
            self._watchdog.feed()

    def _digit_received(self, digit: str) -> None:
        if self._on_digit is not None:
            self._on_digit(digit)

    @property
    def statistics(self) -> MediaStatistics:
        """Counters up to now."""
        received = self._receiver.statistics if self._receiver is not None else None
        return MediaStatistics(
            packets_sent=self._sender.packets,
            packets_received=received.packets if received else 0,
            packets_dropped=(
                received.dropped_source + received.dropped_payload_type + received.malformed if received else 0
            ),
            frames_concealed=received.concealed if received else 0,
            bridge_frames_dropped=self._sender.bridge_dropped,
        )

    async def close(self) -> None:
        """Stop the clock and free the port; what is playing is stopped."""
        if self._timer is not None:
            self._timer.cancel()
            self._timer = None
        self._sinks.clear()
        self._sender.stop_playing()
        if self._dtmf_done is not None:
            self._dtmf_done.set()
            self._dtmf_done = None
        if self._transport is not None:
            self._transport.close()
            self._transport = None
            await self._protocol.closed.wait()
