"""Hysteresis of the audio class: the score may flicker, the class does not."""

from collections.abc import Mapping

from ..model.phase import FrameLabel
from .line_score import LineScore

_BLOCK_S = 0.1
_DWELL_S: Mapping[FrameLabel, float] = {
    FrameLabel.SILENCE: 0.4,
    FrameLabel.TONE: 0.3,
    FrameLabel.MUSIC: 0.5,
    FrameLabel.SPEECH: 0.3,
}
"""How long a new class must win before it is believed."""


def label_of(score: LineScore) -> FrameLabel:
    """Return the likeliest class of one block; speech over music is speech."""
    chances = {
        FrameLabel.SILENCE: score.silence,
        FrameLabel.TONE: score.tone,
        FrameLabel.MUSIC: score.music,
        FrameLabel.SPEECH: score.any_speech,
    }
    return max(chances, key=lambda label: chances[label])


class ClassSmoother:
    """Follows block labels and changes its mind only when a new class has lasted."""

    def __init__(self) -> None:
        self.label: FrameLabel | None = None
        """The smoothed class, None before the first."""
        self._rival: FrameLabel | None = None
        self._rival_s = 0.0

    def update(self, label: FrameLabel) -> bool:
        """Take the label of 100 ms; return True when the smoothed class changed."""
        if label is self.label:
            self._rival_s = max(0.0, self._rival_s - _BLOCK_S)
            return False
        if label is not self._rival:
            self._rival, self._rival_s = label, 0.0
        self._rival_s += _BLOCK_S
        if self._rival_s < _DWELL_S[label] - 1e-6:
            return False
        self.label, self._rival, self._rival_s = label, None, 0.0
        return True
