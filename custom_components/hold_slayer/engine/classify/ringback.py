"""Signalling tones on the line: names them, and knows when one is sounding so that nothing else is made of it."""

from dataclasses import dataclass

from ..audio.cadence import BUSY, CONGESTION, CadenceMatcher, is_fax_answering, is_signalling
from ..audio.dtmf import DtmfDetector
from ..audio.spectrum import BLOCK_S, SpectrumBlock
from ..audio.tone_run import ToneRun, ToneRunDetector

_LONG_TONE_S = 0.25
_RING_MEMORY_S = 6.5
"""The longest pause of a ringback cadence, and a little."""
_BUSY_MEMORY_S = 2.0


@dataclass(frozen=True, slots=True)
class ToneState:
    """The line's tones after one block."""

    names: tuple[str, ...]
    """Tones recognised in this block: ``ringback``, ``busy``, ``congestion``, ``sit`` (``sit:vacant`` …), ``fax``, ``dtmf:5``."""
    is_tone: bool
    """A pure level tone sounds now and has for a quarter of a second."""
    is_signal: bool
    """A tone that exchanges send sounds now, whatever it resembles."""
    is_ringing: bool
    """Within a ringback's cycle of tone and pause."""
    is_busy: bool
    signal_s: float = 0.0
    """For how long the tone that exchanges send has been sounding; 0 when none is."""
    fax_s: float = 0.0
    """For how long a fax machine's answer has been sounding; 0 when none is."""
    runs: tuple[ToneRun, ...] = ()
    """Tones of whatever kind that ended in this block."""


class ToneTracker:
    """Runs of tone, their cadences and digits in one place."""

    def __init__(self) -> None:
        self._runs = ToneRunDetector()
        self._cadences = CadenceMatcher()
        self._digits = DtmfDetector()
        self._t_s = 0.0
        self._since_ring_s = _RING_MEMORY_S
        self._since_busy_s = _BUSY_MEMORY_S

    def update(self, block: SpectrumBlock) -> ToneState:
        """Take 100 ms."""
        names = [f"dtmf:{digit}" for digit in self._digits.detect(block)]
        self._since_ring_s += BLOCK_S
        self._since_busy_s += BLOCK_S
        self._t_s += BLOCK_S
        runs = self._runs.detect(block)
        for run in runs:
            if name := self._cadences.add(run):
                names.append(name)
            if name in (BUSY, CONGESTION) or (self._since_busy_s < _BUSY_MEMORY_S and self._cadences.is_busy):
                self._since_busy_s = 0.0
        if name := self._cadences.pass_time(self._t_s, _median(block.levels_db.tolist())):
            names.append(name)
            self._since_ring_s = 0.0
        current_s = self._runs.current_s
        is_signal = current_s >= _LONG_TONE_S and is_signalling(
            self._runs.current_frequencies, self._runs.current_centre_hz
        )
        return ToneState(
            names=tuple(names),
            is_tone=current_s >= _LONG_TONE_S,
            is_signal=is_signal,
            signal_s=current_s if is_signal else 0.0,
            fax_s=current_s if is_fax_answering(self._runs.current_frequencies) else 0.0,
            is_ringing=self._since_ring_s < _RING_MEMORY_S,
            is_busy=self._since_busy_s < _BUSY_MEMORY_S,
            runs=tuple(runs),
        )

    def interrupt_ringing(self) -> None:
        """Something else was heard: the ringing is over."""
        self._since_ring_s = _RING_MEMORY_S


def _median(levels: list[float]) -> float:
    ordered, middle = sorted(levels), len(levels) // 2
    return (ordered[middle - 1] + ordered[middle]) / 2
