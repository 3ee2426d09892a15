"""The rhythm of a hold: loops of music, beeps and rings that come again, and when it is interrupted."""

from ..model.hold_pattern import HoldPattern
from .beeps import BeepRhythm
from .episode import Heard
from .interruptions import Interruption, Interruptions
from .music_loop import LoopTracker

_MUSIC_BACK_S = 1.0


class HoldRhythm:
    """One instance a far leg."""

    def __init__(self) -> None:
        self._loop = LoopTracker()
        self._beeps = BeepRhythm()
        self._interruptions = Interruptions()
        self.has_beep_come = False
        """A beep or ring was due and has come: nobody has taken the call."""

    @property
    def pattern(self) -> HoldPattern | None:
        """What comes again and again; None where nothing is known to."""
        return self._loop.pattern or self._beeps.pattern

    @property
    def is_beeping(self) -> bool:
        """True where sounds come at equal distances on a line that is otherwise quiet."""
        return self._beeps.pattern is not None

    def update(self, heard: Heard, *, music_run_s: float, is_ring: bool, is_ours: bool) -> Interruption | None:
        """Take 100 ms; return what begins to interrupt the hold.

        ``music_run_s``: how long music has been playing; ``is_ring``: it rings; ``is_ours``: what is heard may
        be our own echo.
        """
        self._loop.update(heard.fine_bands_db, heard.score, is_tone=heard.is_tone)
        is_speech = heard.is_speech and heard.score.speech > 0.5 and not is_ours
        self._beeps.update(heard.fine_bands_db, heard.level_db, is_speech=is_speech, is_ring=is_ring)
        self.has_beep_come = self._beeps.has_come
        is_back = music_run_s >= _MUSIC_BACK_S or self.has_beep_come
        return self._interruptions.update(
            self._loop.where, self._loop.first_place, is_speech=is_speech, is_sound_back=is_back
        )
