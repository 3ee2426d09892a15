"""The media of one leg: sockets, clocks and both halves put together. Bound before the INVITE: early media is heard.

Not done: codecs other than G.711 and G.722, IPv6 zone ids.
"""

import asyncio
from collections.abc import Callable
import ipaddress
import logging
import secrets
import socket

from aiortp import is_rtcp

from ..model.audio_frame import AudioFrame
from ..model.media_description import (
    KEY_BYTES,
    Direction,
    MediaAnswer,
    MediaOffer,
    SrtpKey,
    SrtpMode,
    SrtpSuite,
)
from .clock import FrameClock
from .codec import available_codecs
from .dtmf_sender import gap_over, hold_over
from .later import FrameSink, Later, LateSink
from .receiver import RtpReceiver
from .rtcp import INTERVAL_S, RtcpReporter
from .sender import DoneCallback, RtpSender
from .source_filter import Address, SourceFilter
from .srtp import SrtpContext
from .stats import MediaStats
from .transport import DatagramPort, PortRange, bind_pair
from .watchdog import MediaWatchdog

_LOGGER = logging.getLogger(__name__)

_SEND_OFFSET_S = 0.001
"""Sending follows receiving on the common grid, so a bridged frame goes out at once."""
_MAX_SEND_LAG_S = 0.1
"""After a longer stall of the loop the missed packets are not sent: a burst would only overflow the far end."""
_MAX_RECEIVE_LAG_S = 10.0
_KEEPALIVE_FRAMES = 15 * 50
"""While nothing may be sent (the far end holds), an empty datagram this often keeps NAT open (RFC 6263 section 4.1)."""

_RESOLVE_S = 5.0

type SentSink = Callable[[bytes | None], None]
"""Takes what one packet carried, before coding; None: silence or a key."""


def _ignore(_: object) -> None:
    """Stand in for a callback nobody wants."""


class MediaSession:
    """RTP of one leg. Make it with `bind`; `connect` starts both directions; `close` leaves no task, timer or socket.

    Everything is called in the event loop's thread.
    """

    def __init__(
        self,
        address: str,
        rtp: DatagramPort,
        rtcp: DatagramPort,
        on_frame: FrameSink | None,
        on_digit: Callable[[str], None] | None,
        srtp: SrtpMode = SrtpMode.OFF,
        slot_s: float = 0.0,
    ) -> None:
        suites = () if srtp is SrtpMode.OFF else tuple(SrtpSuite)
        keys = tuple(SrtpKey(suite, secrets.token_bytes(KEY_BYTES)) for suite in suites)
        self.offer = MediaOffer(address, rtp.port, available_codecs(), srtp=srtp, srtp_keys=keys)
        self._srtp: SrtpContext | None = None
        self._not_authentic = 0
        self._rtp = rtp
        self._rtcp = rtcp
        self._loop = asyncio.get_running_loop()
        self._source = SourceFilter()
        self._sender = RtpSender()
        self._receiver = RtpReceiver(self.offer, self._source, on_digit or _ignore)
        self._reporter = RtcpReporter(self._sender, self._receiver)
        self._sinks: tuple[FrameSink, ...] = () if on_frame is None else (on_frame,)
        self._late_sinks: tuple[LateSink, ...] = ()
        self._later = Later.of_this_loop()
        self._sent_sinks: tuple[SentSink, ...] = ()
        self._receive_clock = FrameClock(self._receive_tick, offset_s=slot_s, max_lag_s=_MAX_RECEIVE_LAG_S)
        self._send_clock = FrameClock(self._send_tick, offset_s=slot_s + _SEND_OFFSET_S, max_lag_s=_MAX_SEND_LAG_S)
        self._answer: MediaAnswer | None = None
        self._frames = 0
        self._held_frames = 0
        self._next_report_at = 0.0
        self._watchdog: MediaWatchdog | None = None
        self._on_dead: Callable[[], None] | None = None
        self._resolving: asyncio.Task[None] | None = None
        self._is_closed = False
        rtp.on_datagram = self._on_rtp
        rtcp.on_datagram = self._on_rtcp

    @classmethod
    async def bind(
        cls,
        address: str,
        *,
        on_frame: FrameSink | None = None,
        on_digit: Callable[[str], None] | None = None,
        port_range: PortRange | None = None,
        srtp: SrtpMode = SrtpMode.OFF,
        slot_s: float = 0.0,
    ) -> MediaSession:
        """Bind an even RTP port on ``address`` (an IP address of this machine) and the RTCP port above it.

        ``on_frame`` gets a frame every 20 ms from the first `connect` on, ``on_digit`` each key the far end presses.
        ``slot_s``: instant within 20 ms at which it works, the same for all legs of a call (`clock.next_slot`).

        Raises:
            OSError: the address is not ours, or no port of ``port_range`` is free.
        """
        rtp, rtcp = await bind_pair(address, port_range)
        return cls(address, rtp, rtcp, on_frame, on_digit, srtp, slot_s)

    def connect(self, answer: MediaAnswer) -> None:
        """Start or go on with what was agreed: early media, the answer after it, a re-INVITE. Clocks never restart."""
        if self._is_closed:
            return
        self._answer = answer
        if answer.srtp is None:
            self._srtp = None
        elif self._srtp is None:
            self._srtp = SrtpContext(answer.srtp)
        else:
            self._srtp.agree(answer.srtp)
        self._receiver.agree(answer)
        self._sender.agree(answer)
        if self._resolving is not None:
            self._resolving.cancel()
            self._resolving = None
        if _is_ip_address(answer.address):
            self._source.agree((answer.address, answer.port))
        else:
            self._resolving = self._loop.create_task(self._resolve(answer))
        if not self._receive_clock.is_running:
            self._next_report_at = self._loop.time() + INTERVAL_S
        self._receive_clock.start()
        self._send_clock.start()

    def play(self, pcm: bytes, on_done: DoneCallback | None = None) -> None:
        """Queue a sentence: 8 kHz signed 16-bit mono of any length.

        ``on_done(True)`` when its last frame has gone out, ``on_done(False)`` when it was stopped or the leg closed.
        """
        if not self._is_closed:
            self._sender.play(pcm, on_done)
        elif on_done is not None:
            on_done(False)  # noqa: FBT003 - the callback's only meaning

    def stop_playing(self) -> None:
        """Drop what is played and queued; every ``on_done`` gets False."""
        self._sender.stop_playing()

    async def send_digits(self, digits: str) -> None:
        """Press keys (``0-9*#A-D``; ``w`` waits half a second) and return when all are out. What is played waits.

        They go as telephone events (RFC 4733) where the far end agreed to them, as tones in the audio elsewhere.

        Raises:
            ValueError: an unknown key; nothing is sent.
            RuntimeError: nothing is connected.
            asyncio.CancelledError: also when the session is closed meanwhile.
        """
        if self._answer is None or self._is_closed:
            raise RuntimeError("the media session is not connected")
        # What the way from there does to packets, the way there most likely does as well.
        jitter_ms = self._receiver.statistics.jitter / 8
        await self._sender.digits.send(digits, digit_ms=hold_over(jitter_ms), gap_ms=gap_over(jitter_ms))

    def send_frame(self, pcm: bytes) -> None:
        """Send one frame (``FRAME_BYTES``) with the next packet; at most 60 ms wait, older ones are dropped.

        Raises:
            ValueError: not exactly one frame.
        """
        self._sender.queue_frame(pcm)

    def add_sink(self, sink: FrameSink, *, may_wait: bool = False) -> Callable[[], None]:
        """Let ``sink`` have every received frame beside ``on_frame``; call what is returned to end that.

        ``may_wait``: some milliseconds late is no harm (`later`); for everything that takes longer than passing on.
        """
        if may_wait:
            return self._add_late_sink(LateSink(sink))
        self._sinks = (*self._sinks, sink)

        def remove() -> None:
            self._sinks = tuple(other for other in self._sinks if other is not sink)

        return remove

    def _add_late_sink(self, late: LateSink) -> Callable[[], None]:
        self._late_sinks = (*self._late_sinks, late)

        def remove() -> None:
            late.stop()
            self._late_sinks = tuple(other for other in self._late_sinks if other is not late)

        return remove

    def add_sent_sink(self, sink: SentSink) -> Callable[[], None]:
        """Let ``sink`` have what goes out, packet by packet; call what is returned to end that."""
        self._sent_sinks = (*self._sent_sinks, sink)

        def remove() -> None:
            self._sent_sinks = tuple(other for other in self._sent_sinks if other is not sink)

        return remove

    def watch(self, timeout_s: float, on_dead: Callable[[], None]) -> None:
        """Call ``on_dead`` once when nothing (RTP or RTCP) came for ``timeout_s`` from now on. Not while on hold."""
        self._watchdog = MediaWatchdog(timeout_s, self._loop.time())
        self._on_dead = on_dead

    @property
    def stats(self) -> MediaStats:
        """The figures so far."""
        receiver, counters, playout = self._receiver, self._receiver.counters, self._receiver.playout
        last = receiver.last_received_at
        return MediaStats(
            packets_received=counters.audio + counters.events + counters.comfort_noise,
            packets_sent=self._sender.packets_sent,
            lost=receiver.lost,
            late=playout.counters.late_packets,
            duplicates=counters.duplicates,
            frames=self._frames,
            concealed_frames=playout.counters.concealed,
            dropped_source=counters.wrong_source,
            dropped_payload_type=counters.wrong_payload_type,
            dropped_malformed=counters.malformed,
            dropped_not_authentic=self._not_authentic,
            is_encrypted=self._srtp is not None,
            source_changes=counters.source_changes,
            bridge_dropped=self._sender.bridge_dropped,
            playout_delay_ms=playout.depth_samples / 8,
            jitter_ms=receiver.statistics.jitter / 8,
            last_received_age_s=None if last is None else self._loop.time() - last,
            remote_lost=self._reporter.remote_lost,
            round_trip_ms=self._reporter.round_trip_ms,
        )

    async def close(self) -> None:
        """Stop everything; both ports are free when this returns. Safe to call twice."""
        if self._is_closed:
            return
        self._is_closed = True
        self._receive_clock.stop()
        self._send_clock.stop()
        self._watchdog = None
        self._sinks = ()
        for late in self._late_sinks:
            late.stop()
        self._late_sinks = ()
        self._sent_sinks = ()
        self._sender.digits.abort()
        self.stop_playing()
        if self._resolving is not None:
            self._resolving.cancel()
            await asyncio.wait((self._resolving,))
        if self._answer is not None:
            self._send_rtcp(self._reporter.goodbye(self._loop.time()))
        await self._rtp.close()
        await self._rtcp.close()

    # --- clocks -------------------------------------------------------------------------------------------------

    def _receive_tick(self, _skipped: int) -> None:
        pcm, is_concealed = self._receiver.playout.tick()
        frame = AudioFrame(pcm, self._frames, is_concealed)
        self._frames += 1
        for sink in self._sinks:
            sink(frame)
        for late in self._late_sinks:
            self._later.add(late, frame)
        self._look_after(self._loop.time())

    def _send_tick(self, skipped: int) -> None:
        self._sender.skip(skipped)
        target = self._source.source
        if target is None or target[1] == 0 or not self._may_send():
            self._sender.hold()
            self._keep_open(target)
            return
        self._held_frames = 0
        packet = self._sender.next_packet()
        self._rtp.send(packet if self._srtp is None else self._srtp.protect(packet), target)
        for sink in self._sent_sinks:
            sink(self._sender.last_pcm)

    def _look_after(self, now: float) -> None:
        """Do what comes more seldom than a frame: reports, watchdog."""
        if self._is_closed:
            return
        if now >= self._next_report_at:
            self._next_report_at = now + INTERVAL_S
            self._send_rtcp(self._reporter.report(now))
        watchdog = self._watchdog
        if watchdog is None:
            return
        if not self._is_expecting_audio():
            watchdog.alive(now)
        elif watchdog.is_dead(now) and self._on_dead is not None:
            self._on_dead()

    def _may_send(self) -> bool:
        return self._answer is not None and self._answer.direction in {Direction.SENDRECV, Direction.SENDONLY}

    def _is_expecting_audio(self) -> bool:
        return self._answer is not None and self._answer.direction in {Direction.SENDRECV, Direction.RECVONLY}

    def _keep_open(self, target: Address | None) -> None:
        if target is None or target[1] == 0:
            return
        if self._held_frames % _KEEPALIVE_FRAMES == 0:
            self._rtp.send(b"", target)
        self._held_frames += 1

    # --- network ------------------------------------------------------------------------------------------------

    def _on_rtp(self, data: bytes, address: Address) -> None:
        if is_rtcp(data):
            self._on_rtcp(data, address)
            return
        now = self._loop.time()
        if self._srtp is not None:
            plain = self._srtp.unprotect(data)
            if plain is None:
                self._not_authentic += 1
                return
            data = plain
        self._receiver.receive(data, address, now)
        if self._watchdog is not None and self._receiver.last_received_at == now:
            self._watchdog.alive(now)

    def _on_rtcp(self, data: bytes, address: Address) -> None:
        source = self._source.source
        if source is None or source[0] != address[0]:
            return
        now = self._loop.time()
        if self._srtp is not None:
            plain = self._srtp.unprotect_rtcp(data)
            if plain is None:
                self._not_authentic += 1
                return
            data = plain
        if self._reporter.receive(data, now) and self._watchdog is not None:
            self._watchdog.alive(now)

    def _send_rtcp(self, packet: bytes) -> None:
        target = self._source.source
        if target is not None and 0 < target[1] < 0xFFFF:
            data = packet if self._srtp is None else self._srtp.protect_rtcp(packet)
            self._rtcp.send(data, (target[0], target[1] + 1))

    async def _resolve(self, answer: MediaAnswer) -> None:
        """Find the address of a far end that names a host; until then nothing is sent or accepted."""
        try:
            async with asyncio.timeout(_RESOLVE_S):
                found = await self._loop.getaddrinfo(answer.address, answer.port, type=socket.SOCK_DGRAM)
        except OSError, TimeoutError:
            _LOGGER.warning("The far end's media address cannot be resolved")
            return
        host, port = found[0][4][:2]
        self._source.agree((str(host), int(port)))


def _is_ip_address(text: str) -> bool:
    try:
        ipaddress.ip_address(text)
    except ValueError:
        return False
    return True
