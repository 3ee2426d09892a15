"""Stretches of a pure, level tone: when it began, how long it lasted, and of which frequencies it is made."""

from dataclasses import dataclass, field

import numpy as np
from numpy.typing import NDArray

from .spectrum import BIN_HZ, FINE_BIN_HZ, HOP_S, HOPS, SpectrumBlock

_FIRST_BIN = round(250 / BIN_HZ)
_LAST_BIN = round(3400 / BIN_HZ)
_NEAR = 5
"""Bins on either side of the strongest one that belong to the tone: pairs of tones up to 150 Hz apart count as one."""
_PURITY = 0.88
_LOWEST_DB = -52.0
_BRIDGE_HOPS = 2
_JUMP_BINS = 5
_SHORTEST_HOPS = 4
_PEAK_RANGE = 10 ** (-9 / 10)
_LARGEST_SPREAD_DB = 4.0


@dataclass(frozen=True, slots=True)
class ToneRun:
    """One tone, finished. Times in seconds of audio."""

    start_s: float
    end_s: float
    frequencies: tuple[float, ...]
    """Its one or two strongest components in Hz, ascending; empty when it was too short to tell."""

    @property
    def length_s(self) -> float:
        """Duration in seconds, good to about 20 ms."""
        return self.end_s - self.start_s


@dataclass(slots=True)
class _OpenRun:
    start_hop: int
    end_hop: int
    bin: int
    levels: list[float] = field(default_factory=list)
    fine: NDArray[np.float32] | None = None


class ToneRunDetector:
    """Cuts the line's tones into runs. `current_s` is the length of the tone that sounds right now."""

    def __init__(self) -> None:
        self._hop = 0
        self._open: _OpenRun | None = None

    @property
    def current_s(self) -> float:
        """Seconds since the running tone began; 0 when none sounds."""
        return (self._open.end_hop - self._open.start_hop) * HOP_S if self._open else 0.0

    @property
    def current_frequencies(self) -> tuple[float, ...]:
        """Frequencies of the running tone as far as known."""
        return _frequencies(self._open.fine) if self._open else ()

    def detect(self, block: SpectrumBlock) -> list[ToneRun]:
        """Return the runs that ended in this block."""
        pure, bins = _purity(block)
        done: list[ToneRun] = []
        for hop in range(HOPS):
            run = self._open
            if pure[hop]:
                if run is not None and abs(int(bins[hop]) - run.bin) > _JUMP_BINS:
                    self._close(done)
                    run = None
                if run is None:
                    run = self._open = _OpenRun(self._hop, self._hop, int(bins[hop]))
                run.end_hop = self._hop + 1
                run.levels.append(float(block.levels_db[hop]))
                del run.levels[:-100]
            elif run is not None and self._hop - run.end_hop >= _BRIDGE_HOPS:
                self._close(done)
            self._hop += 1
        self._take_fine(block)
        return done

    def _take_fine(self, block: SpectrumBlock) -> None:
        """Add the fine spectrum to the run when its 128 ms lie inside, or nothing better is known."""
        run = self._open
        if run is None or run.end_hop < self._hop:
            return
        inside = (self._hop - run.start_hop) * HOP_S >= 1 / FINE_BIN_HZ
        if inside:
            run.fine = block.fine_power if run.fine is None else run.fine + block.fine_power

    def _close(self, done: list[ToneRun]) -> None:
        run, self._open = self._open, None
        if run is None or run.end_hop - run.start_hop < _SHORTEST_HOPS:
            return
        steady = run.levels[2:-2] or run.levels
        if float(np.std(steady)) > _LARGEST_SPREAD_DB:
            return
        # a window is 32 ms long: it becomes pure about one hop after the tone began, and ends about two hops late
        done.append(ToneRun((run.start_hop - 1) * HOP_S, (run.end_hop - 1) * HOP_S, _frequencies(run.fine)))


def _purity(block: SpectrumBlock) -> tuple[NDArray[np.bool_], NDArray[np.intp]]:
    """Tell for each hop whether it is one narrow tone, and at which bin."""
    middle = block.power[:, _FIRST_BIN:_LAST_BIN]
    bins = middle.argmax(axis=1) + _FIRST_BIN
    sums = np.cumsum(block.power, axis=1)
    upper = np.minimum(bins + _NEAR, sums.shape[1] - 1)
    lower = np.maximum(bins - _NEAR - 1, 0)
    rows = np.arange(len(bins))
    near = sums[rows, upper] - sums[rows, lower]
    total = sums[:, -1] - sums[:, 2]
    return (near > _PURITY * total) & (block.levels_db > _LOWEST_DB), bins


def _frequencies(fine: NDArray[np.float32] | None) -> tuple[float, ...]:
    """Return the one or two strongest peaks of a fine spectrum in Hz, interpolated, ascending."""
    if fine is None:
        return ()
    middle = fine[1:-1]
    peaks = np.flatnonzero((middle > fine[:-2]) & (middle >= fine[2:]) & (middle > fine.max() * _PEAK_RANGE)) + 1
    strongest = sorted(peaks, key=lambda k: -float(fine[k]))[:2]
    found = []
    for k in strongest:
        left, centre, right = (float(np.log(fine[k + d] + 1e-20)) for d in (-1, 0, 1))
        bend = left - 2 * centre + right
        found.append((k + (0.5 * (left - right) / bend if bend else 0.0)) * FINE_BIN_HZ)
    return tuple(sorted(found))
