"""The ear on a leg that has just been answered: frames in, beliefs about who answered and audio for speech to text out.

It lives for the first half minute of a leg only; what is known of the company's line after that is `hearing`'s business.
"""

from dataclasses import dataclass, field

from ..audio.spectrum import BLOCK_FRAMES
from ..classify.amd import AmdConfig, AnswererState, AnsweringMachineDetector
from ..model.audio_frame import FRAME_BYTES, AudioFrame
from ..speech.endpointing import Endpointer, UtteranceEnded, UtteranceStarted
from .front import LineFront

_LISTENS_S = 30.0
"""A voicemail's greeting is over by then, and what a person says is nobody's business."""


@dataclass(frozen=True, slots=True)
class Snippet:
    """What has been said so far in one breath: for speech to text."""

    pcm: bytes = field(repr=False)
    """8 kHz signed 16-bit mono."""
    start_s: float
    """Audio time since the answer at which it begins, some 0.3 s before the first sound."""
    is_whole: bool
    """The breath is over."""


class AnswererEar:
    """One instance a leg, from its answer on."""

    def __init__(self, config: AmdConfig | None = None) -> None:
        self._detector = AnsweringMachineDetector(config)
        self._front = LineFront()
        self._endpointer = Endpointer()
        self._frames: list[bytes] = []
        self._heard_s = 0.0

    @property
    def state(self) -> AnswererState:
        """The present belief."""
        return self._detector.state

    @property
    def is_over(self) -> bool:
        """True when it has listened for long enough."""
        return self._heard_s >= _LISTENS_S

    def feed(self, frame: AudioFrame) -> list[AnswererState | Snippet]:
        """Take the next 20 ms and return what is new; every fifth call does the work of 100 ms.

        Raises:
            ValueError: the frame has the wrong length.
        """
        if len(frame.pcm) != FRAME_BYTES:
            raise ValueError(f"a frame has {FRAME_BYTES} bytes, not {len(frame.pcm)}")
        self._frames.append(frame.pcm)
        if len(self._frames) < BLOCK_FRAMES:
            return []
        frames, self._frames = self._frames, []
        return self._block(frames)

    def words(self, text: str) -> AnswererState | None:
        """Speech to text answered for a snippet; returns the belief when it is a new one."""
        return self._detector.heard(text)

    def _block(self, frames: list[bytes]) -> list[AnswererState | Snippet]:
        self._heard_s += 0.02 * len(frames)
        heard = self._front.listen(frames)
        score, tones = heard.score, heard.tones
        is_speech = score.any_speech > 0.5 and not tones.is_tone
        is_silence = score.silence > 0.5 and not tones.is_tone
        new: list[AnswererState | Snippet] = []
        points = self._endpointer.update(frames, heard.voice, is_speech=is_speech, may_start=True)
        new += [
            Snippet(point.pcm, point.start_s, isinstance(point, UtteranceEnded))
            for point in points
            if not isinstance(point, UtteranceStarted)
        ]
        state = self._detector.update(
            is_speech=is_speech,
            is_silence=is_silence,
            is_tone=tones.is_tone,
            fax_s=tones.fax_s,
            runs=tones.runs,
            tones=tones.names,
        )
        if state is not None:
            new.append(state)
        return new
