"""Two media sessions joined: what one hears the other says. Both stay heard by their other listeners."""

from array import array
from dataclasses import dataclass

from ..model.audio_frame import AudioFrame
from .session import MediaSession


@dataclass(slots=True)
class BridgeStatistics:
    """One direction of a bridge."""

    frames: int = 0
    peak: int = 0
    """Largest sample, 0 to 32767."""


class Bridge:
    """Joins two sessions from `start` to `stop`."""

    def __init__(self, a: MediaSession, b: MediaSession) -> None:
        self._a = a
        self._b = b
        self.a_to_b = BridgeStatistics()
        self.b_to_a = BridgeStatistics()

    def start(self) -> None:
        """Let audio flow; sentences being played to either side stop."""
        self._a.stop_playing()
        self._b.stop_playing()
        self._a.add_sink(self._from_a)
        self._b.add_sink(self._from_b)

    def stop(self) -> None:
        """Separate the sessions; nothing else of them changes."""
        self._a.remove_sink(self._from_a)
        self._b.remove_sink(self._from_b)

    def _from_a(self, frame: AudioFrame) -> None:
        _count(self.a_to_b, frame)
        self._b.send_frame(frame.pcm)

    def _from_b(self, frame: AudioFrame) -> None:
        _count(self.b_to_a, frame)
        self._a.send_frame(frame.pcm)


def _count(statistics: BridgeStatistics, frame: AudioFrame) -> None:
    statistics.frames += 1
    samples = array("h", frame.pcm)
    statistics.peak = max(statistics.peak, max(samples), -min(samples))
