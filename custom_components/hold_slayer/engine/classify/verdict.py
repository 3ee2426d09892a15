"""One verdict out of hold and human: what is on the line. It changes seldom, and it may be taken back."""

from dataclasses import dataclass

from ..audio.spectrum import BLOCK_S
from ..model.phase import Verdict
from .human import HumanState, Stage
from .line_score import LineScore
from .moh import HoldState
from .reason import Reason

_SPEECH_FOR_IVR_S = 1.0
_IVR_FULL_S = 6.0


@dataclass(frozen=True, slots=True)
class VerdictState:
    """A verdict with its confidence (0..1) and reason."""

    verdict: Verdict
    confidence: float
    reason: Reason


class VerdictMachine:
    """Human beats candidate beats hold beats IVR; before anything is heard the line is uncertain."""

    def __init__(self) -> None:
        self.state = VerdictState(Verdict.UNCERTAIN, 0.0, Reason.NOTHING_HEARD)
        self._spoken_s = 0.0

    def update(self, score: LineScore, hold: HoldState, human: HumanState) -> VerdictState | None:
        """Take the trackers' beliefs after 100 ms; return the new verdict when it changed."""
        if score.any_speech > 0.5:
            self._spoken_s = min(_IVR_FULL_S, self._spoken_s + BLOCK_S)
        new = self._decide(hold, human)
        if new.verdict is self.state.verdict:
            return None
        self.state = new
        return new

    def leave_hold(self) -> None:
        """The next speech is a menu's again."""
        self._spoken_s = 0.0

    def _decide(self, hold: HoldState, human: HumanState) -> VerdictState:
        if human.stage is Stage.HUMAN:
            return VerdictState(Verdict.HUMAN, human.confidence, human.reason)
        if human.stage is Stage.CANDIDATE:
            return VerdictState(Verdict.CANDIDATE, human.confidence, human.reason)
        was_human = self.state.verdict in (Verdict.HUMAN, Verdict.CANDIDATE)
        if hold.is_hold:
            return VerdictState(Verdict.HOLD, hold.confidence, human.reason if was_human else hold.reason)
        if was_human:
            return VerdictState(Verdict.IVR, 0.6, human.reason)
        if self._spoken_s >= _SPEECH_FOR_IVR_S:
            return VerdictState(Verdict.IVR, 0.5 + 0.4 * self._spoken_s / _IVR_FULL_S, Reason.SPEECH_BEFORE_HOLD)
        return self.state
