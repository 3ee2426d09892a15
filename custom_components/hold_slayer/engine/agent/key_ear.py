"""Keys of the user's telephone as tones in the audio (ITU-T Q.23), for telephones and gateways that send no telephone events.

The first event (RFC 4733, or INFO) that comes on the leg ends it: who sends events may send the tone as well.
"""

from collections.abc import Callable

from ..audio.dtmf import DtmfDetector
from ..audio.energy import to_float
from ..audio.spectrum import BLOCK_FRAMES, SpectrumAnalyzer
from ..media.session import MediaSession
from ..model.audio_frame import AudioFrame


class KeyEar:
    """One instance a leg, from its answer on. ``on_key`` hears each key once, about 100 ms after it went down."""

    def __init__(self, on_key: Callable[[str], None]) -> None:
        self._on_key = on_key
        self._spectrum = SpectrumAnalyzer()
        self._detector = DtmfDetector()
        self._frames: list[bytes] = []
        self._remove: Callable[[], None] | None = None

    def start(self, media: MediaSession) -> None:
        """Listen from now on."""
        self._remove = media.add_sink(self._hear, may_wait=True)

    def stop(self) -> None:
        """Hear nothing more."""
        if self._remove is not None:
            self._remove()
            self._remove = None

    def _hear(self, frame: AudioFrame) -> None:
        self._frames.append(frame.pcm)
        if len(self._frames) < BLOCK_FRAMES:
            return
        samples = to_float(b"".join(self._frames))
        self._frames.clear()
        for key in self._detector.detect(self._spectrum.analyze(samples)):
            self._on_key(key)
