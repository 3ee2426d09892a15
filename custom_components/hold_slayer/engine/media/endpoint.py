"""The audio of a user's endpoint that is no telephone (`ports.UserEndpoint`), as an end of a bridge.

What comes from a browser comes over a stream: in order and whole, but in bursts, and by the clock of another sound card. The same
playout as for RTP makes an even row of it and follows that clock; a frame's number stands for its timestamp. What goes there goes
at once, for whoever receives it has a buffer of its own.
"""

from collections.abc import Callable

from ..model.audio_frame import FRAME_BYTES, FRAME_SAMPLES, AudioFrame
from ..ports import UserEndpoint
from .clock import FrameClock
from .playout import Playout

_MAX_LAG_S = 1.0


class EndpointMedia:
    """From the acceptance to `close`. Everything is called in the event loop's thread; there is no task."""

    def __init__(self, endpoint: UserEndpoint, on_hung_up: Callable[[], None], slot_s: float = 0.0) -> None:
        self._endpoint = endpoint
        self._playout = Playout()
        self._received = 0
        self._frames = 0
        self._is_closed = False
        self._sinks: tuple[Callable[[AudioFrame], None], ...] = ()
        self._clock = FrameClock(self._tick, offset_s=slot_s, max_lag_s=_MAX_LAG_S)
        self._clock.start()
        endpoint.start(self._receive, on_hung_up)

    def add_sink(self, sink: Callable[[AudioFrame], None]) -> Callable[[], None]:
        """Let ``sink`` have a frame of the user's every 20 ms; call what is returned to end that."""
        self._sinks = (*self._sinks, sink)

        def remove() -> None:
            self._sinks = tuple(other for other in self._sinks if other is not sink)

        return remove

    def send_frame(self, pcm: bytes) -> None:
        """Let the user hear one frame.

        Raises:
            ValueError: not exactly one frame.
        """
        if len(pcm) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes")
        if not self._is_closed:
            self._endpoint.send(pcm)

    def close(self) -> None:
        """No frame comes or goes any more. Safe to call twice."""
        self._is_closed = True
        self._clock.stop()
        self._sinks = ()

    def _receive(self, pcm: bytes) -> None:
        if self._is_closed or len(pcm) != FRAME_BYTES:
            return
        self._playout.put(pcm, self._received * FRAME_SAMPLES & 0xFFFF_FFFF)
        self._received += 1

    def _tick(self, _skipped: int) -> None:
        pcm, is_concealed = self._playout.tick()
        frame = AudioFrame(pcm, self._frames, is_concealed)
        self._frames += 1
        for sink in self._sinks:
            sink(frame)
