"""The class of each tenth of a second, told a little late so that it is right: for the strip, `analyze` and reports."""

from collections import deque
from dataclasses import dataclass

from ..model.phase import FrameLabel
from .line_score import DELAY_BLOCKS, NOTHING, TONE_SCORE, LineScore
from .smoother import label_of


@dataclass(frozen=True, slots=True)
class Labelled:
    """One tenth of a second with everything that is known of it."""

    t_s: float
    """Its end."""
    label: FrameLabel
    level_db: float
    score: LineScore


@dataclass(frozen=True, slots=True)
class _Waiting:
    t_s: float
    level_db: float
    score: LineScore
    is_steady: bool


class DelayedLabels:
    """Takes what is known of a block at once, and gives it back labelled `DELAY_BLOCKS` later."""

    def __init__(self) -> None:
        self._waiting: deque[_Waiting] = deque()

    def update(
        self, t_s: float, level_db: float, now: LineScore, past: LineScore, *, is_steady: bool, signal_blocks: float
    ) -> Labelled | None:
        """Take a block; return the one that is due.

        ``past``: the score of the block that is due; ``signal_blocks``: for how many blocks a signalling tone has been
        sounding; ``is_steady``: nothing has moved, so it is nobody's voice.
        """
        self._waiting.append(_Waiting(t_s, level_db, now, is_steady))
        if len(self._waiting) <= DELAY_BLOCKS:
            return None
        due = self._waiting.popleft()
        if signal_blocks > DELAY_BLOCKS:
            past = TONE_SCORE
        elif due.is_steady:
            past = past.without_voice()
        return Labelled(due.t_s, label_of(past), due.level_db, past)

    def finish(self) -> list[Labelled]:
        """The audio is over: the last blocks are labelled by what was thought of them at once."""
        rest = [Labelled(each.t_s, label_of(each.score), each.level_db, each.score) for each in self._waiting]
        self._waiting.clear()
        return rest


LAST = Labelled(0.0, FrameLabel.SILENCE, -90.0, NOTHING)
"""Before anything was labelled."""
