"""Two legs talking to each other: every frame received on one goes out on the other with the same beat.

Added delay one way: the playout of the receiving leg (20 to 40 ms on a quiet network) and one millisecond.
"""

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from ..model.audio_frame import AudioFrame
from .codec import peak


class BridgeEnd(Protocol):
    """What can be joined: `session.MediaSession`, or `endpoint.EndpointMedia` where the user has no telephone."""

    def add_sink(self, sink: Callable[[AudioFrame], None]) -> Callable[[], None]:
        """Let ``sink`` have every received frame; call what is returned to end that."""
        ...

    def send_frame(self, pcm: bytes) -> None:
        """Send one frame with the next packet."""
        ...


@dataclass(frozen=True, slots=True)
class WayStats:
    """One direction of a bridge."""

    frames: int
    """20 ms frames passed on."""
    concealed_frames: int
    """Of these made up because packets were missing."""
    peak: float
    """Loudest sample passed on, relative to full scale (0 to 1)."""


@dataclass(frozen=True, slots=True)
class BridgeStats:
    """Both directions: ``a`` and ``b`` in the order given to `Bridge`."""

    a_to_b: WayStats
    b_to_a: WayStats


class _Way:
    """Passes on one direction and measures it."""

    def __init__(self, source: BridgeEnd, target: BridgeEnd) -> None:
        self._source = source
        self._target = target
        self._remove: Callable[[], None] | None = None
        self._frames = 0
        self._concealed = 0
        self._peak = 0.0

    def start(self) -> None:
        if self._remove is None:
            self._remove = self._source.add_sink(self._pass_on)

    def stop(self) -> None:
        if self._remove is not None:
            self._remove()
            self._remove = None

    def _pass_on(self, frame: AudioFrame) -> None:
        self._target.send_frame(frame.pcm)
        self._frames += 1
        self._concealed += frame.is_concealed
        self._peak = max(self._peak, peak(frame.pcm))

    @property
    def stats(self) -> WayStats:
        return WayStats(self._frames, self._concealed, self._peak)


class Bridge:
    """Joins two connected sessions until `stop`. Hearing goes on: ``on_frame`` of both is called as before.

    A sentence played or keys pressed into a leg go before the other leg's audio. Owns no task and no socket.
    """

    def __init__(self, a: BridgeEnd, b: BridgeEnd) -> None:
        self._ways = (_Way(a, b), _Way(b, a))

    def start(self) -> None:
        """Let audio flow both ways."""
        for way in self._ways:
            way.start()

    def stop(self) -> None:
        """Part the legs again; each one goes on with silence. Safe to call twice."""
        for way in self._ways:
            way.stop()

    @property
    def stats(self) -> BridgeStats:
        """Figures of both directions since the start."""
        return BridgeStats(self._ways[0].stats, self._ways[1].stats)
