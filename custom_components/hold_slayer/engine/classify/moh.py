"""Hold: has the line been parked, by music, rings, beeps or silence; and is its music playing now, ducked or gone."""

from dataclasses import dataclass

from ..audio.spectrum import BLOCK_S
from .line_score import LineScore
from .reason import Reason

_MUSIC_FOR_HOLD_S = 2.0
_MUSIC_RETURNED_S = 0.6
_SILENCE_FOR_HOLD_S = 12.0
_RINGS_FOR_HOLD = 1
_RING_TONE_S = 0.3
"""Of a ring that is cut off by whoever answers no cadence is heard."""
_SILENCE_FOR_SOMEBODY_S = 7.0
_FULL_CONFIDENCE_S = 10.0
_LONG_AGO_S = 1e6


@dataclass(frozen=True, slots=True)
class HoldState:
    """What the hold tracker believes after one block."""

    is_hold: bool
    confidence: float
    reason: Reason
    music_run_s: float
    """Seconds of music in the running stretch of music; 0 when none plays. Speech over music keeps it, but adds nothing."""
    since_music_s: float
    """Seconds since music was last heard, also under speech."""
    may_come: bool = False
    """Somebody new may come on the line: it is on hold, or it has rung, or it has been quiet for long, since somebody spoke."""

    @property
    def has_music_returned(self) -> bool:
        """True when music has been playing alone for more than a moment."""
        return self.music_run_s >= _MUSIC_RETURNED_S


class HoldTracker:
    """Music, ringing after the call was answered, beeps in rhythm or a long silence after speech put the line on hold."""

    def __init__(self) -> None:
        self._is_hold = False
        self._reason = Reason.MUSIC
        self._confidence = 0.0
        self._music_s = 0.0
        self._music_run_s = 0.0
        self._since_music_s = _LONG_AGO_S
        self._quiet_s = 0.0
        self._spoken_s = 0.0
        self._rings = 0
        self._may_come = False

    def update(
        self, score: LineScore, *, is_ring: bool, is_tone: bool, signal_s: float = 0.0, is_beeping: bool = False
    ) -> HoldState:
        """Take 100 ms.

        ``is_ring``: a ringback cycle was recognised in it; ``signal_s``: for how long a tone of exchanges has been sounding;
        ``is_beeping``: a sound comes at equal distances on a quiet line.
        """
        is_music = score.music > 0.5 and not is_tone
        self._count_music(score, is_music=is_music)
        if score.any_speech > 0.5:
            self._spoken_s += BLOCK_S
            self._quiet_s = 0.0
        elif is_music or is_tone:
            self._quiet_s = 0.0
        else:
            self._quiet_s += BLOCK_S
        self._rings += is_ring and self._spoken_s > 1.0
        has_rung = signal_s >= _RING_TONE_S or is_ring
        if self._spoken_s > 1.0 and (has_rung or self._quiet_s >= _SILENCE_FOR_SOMEBODY_S):
            self._may_come = True
        self._decide(is_beeping=is_beeping)
        self._may_come |= self._is_hold
        return HoldState(
            self._is_hold, self._confidence, self._reason, self._music_run_s, self._since_music_s, self._may_come
        )

    @property
    def may_come(self) -> bool:
        """As in `HoldState`, after the last update or hint."""
        return self._may_come or self._is_hold

    def _count_music(self, score: LineScore, *, is_music: bool) -> None:
        if is_music:
            self._music_s = min(_FULL_CONFIDENCE_S, self._music_s + BLOCK_S)
            self._music_run_s += BLOCK_S
        else:
            self._music_s = max(0.0, self._music_s - BLOCK_S / 2)
            if score.speech_over_music < 0.5:
                self._music_run_s = max(0.0, self._music_run_s - 2 * BLOCK_S) if self._music_run_s < 1.0 else 0.0
        self._since_music_s = 0.0 if score.any_music > 0.5 else self._since_music_s + BLOCK_S

    def _decide(self, *, is_beeping: bool) -> None:
        if self._music_s >= _MUSIC_FOR_HOLD_S:
            confidence = min(0.98, 0.7 + 0.28 * self._music_s / _FULL_CONFIDENCE_S)
            self._set(Reason.MUSIC, max(confidence, self._confidence if self._reason is Reason.MUSIC else 0.0))
        elif self._is_hold:
            return
        elif self._rings >= _RINGS_FOR_HOLD:
            self._set(Reason.RINGING_AFTER_ANSWER, 0.7)
        elif self._spoken_s > 1.0 and is_beeping:
            self._set(Reason.RHYTHM, 0.8)
        elif self._spoken_s > 1.0 and self._quiet_s >= _SILENCE_FOR_HOLD_S:
            self._set(Reason.LONG_SILENCE, 0.4)

    def _set(self, reason: Reason, confidence: float) -> None:
        self._is_hold, self._reason, self._confidence = True, reason, confidence

    def expect_hold(self) -> None:
        """Take the word of somebody who understood the line: we have been put in a queue."""
        if not self._is_hold:
            self._set(Reason.ANNOUNCED, 0.8)

    def leave(self) -> None:
        """Forget the hold: a key was pressed or the call was answered anew; the menu talks again."""
        self._is_hold, self._confidence, self._music_s, self._rings, self._quiet_s = False, 0.0, 0.0, 0, 0.0
        self._may_come = False
