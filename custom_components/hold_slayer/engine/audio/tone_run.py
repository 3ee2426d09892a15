"""Stretches of a pure, level tone: when it began, how long it lasted, and of which frequencies it is made.

A tone whose strength pulses faster than 14 Hz (a modulated ringing tone, a beat of two or three tones) is level here: strength
is judged over 70 ms.
"""

from collections import deque
from dataclasses import dataclass, field
from itertools import islice

import numpy as np
from numpy.typing import NDArray

from .spectrum import BIN_HZ, FINE_BIN_HZ, HOP_S, HOPS, SpectrumBlock

_FIRST_BIN = round(250 / BIN_HZ)
_LAST_BIN = round(3400 / BIN_HZ)
_NEAR = 5
"""Bins on either side of the strongest one that belong to the tone: pairs of tones up to 150 Hz apart count as one."""
_PURITY = 0.88
_TOP_SHARE = 0.7
"""Where no window has so much of its power in six bins, there is no tone."""
_LOWEST_DB = -52.0
_BRIDGE_HOPS = 5
"""A lost packet (20 ms) spoils the windows of 32 ms that touch it; no cadence has a pause that short."""
_JUMP_BINS = 5
_JUMP_HOPS = 2
"""One window in which another bin is the strongest may be a lost packet's."""
_SHORTEST_HOPS = 4
_PEAK_RANGE = 10 ** (-9 / 10)
_LARGEST_SPREAD_DB = 4.0
_PULSE_HOPS = 7
_CENTRE_HZ = 70.0
_MOST_REST_HOPS = 700
_ONSET_HOPS = 5
"""Hops before a tone is pure that may hold its beginning already."""
_LOUD_SHARE = 0.8
_NOTHING_DB = -100.0


@dataclass(frozen=True, slots=True)
class ToneRun:
    """One tone, finished. Times in seconds of audio."""

    start_s: float
    end_s: float
    frequencies: tuple[float, ...]
    """Its one or two strongest components in Hz, ascending; empty when it was too short to tell."""
    centre_hz: float = 0.0
    """Where its power lies around the strongest component: the carrier of a modulated tone, the middle of a beat."""
    level_db: float = 0.0
    """Its strength relative to full scale."""
    rest_db: float = _NOTHING_DB
    """How loud the line was between the tone before and this one (the loudest fifth left out)."""
    rest_s: float = 0.0
    """How long that was, at most 7 s."""

    @property
    def length_s(self) -> float:
        """Duration in seconds, good to about 20 ms."""
        return self.end_s - self.start_s


@dataclass(slots=True)
class _OpenRun:
    start_hop: int
    end_hop: int
    bin: int
    rest: list[float]
    levels: list[float] = field(default_factory=list)
    fine: NDArray[np.float32] | None = None
    coarse: NDArray[np.float32] | None = None
    strays: int = 0

    @property
    def spectrum(self) -> tuple[NDArray[np.float32] | None, float]:
        """The best spectrum there is, and the width of its bins in Hz."""
        return (self.fine, FINE_BIN_HZ) if self.fine is not None else (self.coarse, BIN_HZ)


class ToneRunDetector:
    """Cuts the line's tones into runs. `current_s` is the length of the tone that sounds right now."""

    def __init__(self) -> None:
        self._hop = 0
        self._open: _OpenRun | None = None
        self._rest: deque[float] = deque(maxlen=_MOST_REST_HOPS)

    @property
    def current_s(self) -> float:
        """Seconds since the running tone began; 0 when none sounds."""
        return (self._open.end_hop - self._open.start_hop) * HOP_S if self._open else 0.0

    @property
    def current_frequencies(self) -> tuple[float, ...]:
        """Frequencies of the running tone as far as known."""
        return _frequencies(self._open.fine, FINE_BIN_HZ) if self._open else ()

    @property
    def current_centre_hz(self) -> float:
        """Where the running tone's power lies; 0 when none sounds or it has just begun."""
        return _centre(self._open.fine, FINE_BIN_HZ) if self._open else 0.0

    def detect(self, block: SpectrumBlock) -> list[ToneRun]:
        """Return the runs that ended in this block."""
        if self._open is None and float(block.top_share.max()) < _TOP_SHARE:
            self._rest.extend(block.levels_db.tolist())
            self._hop += HOPS
            return []
        pure, bins = _purity(block)
        done: list[ToneRun] = []
        for hop in range(HOPS):
            if pure[hop]:
                self._take(block, hop, int(bins[hop]), done)
            else:
                run = self._open
                if run is not None and self._hop - run.end_hop >= _BRIDGE_HOPS:
                    self._close(done)
                self._rest.append(float(block.levels_db[hop]))
            self._hop += 1
        self._take_fine(block)
        return done

    def _take(self, block: SpectrumBlock, hop: int, at_bin: int, done: list[ToneRun]) -> None:
        run = self._open
        if run is not None and abs(at_bin - run.bin) > _JUMP_BINS:
            run.strays += 1
            if run.strays < _JUMP_HOPS:
                return
            self._close(done)
            run = None
        if run is None:
            start = self._hop - (_JUMP_HOPS - 1 if done and done[-1].end_s >= (self._hop - 3) * HOP_S else 0)
            run = self._open = _OpenRun(start, self._hop, at_bin, list(self._rest))
            self._rest.clear()
        run.strays = 0
        run.end_hop = self._hop + 1
        run.levels.append(float(block.levels_db[hop]))
        del run.levels[:-100]
        power = block.power[hop]
        run.coarse = power.copy() if run.coarse is None else run.coarse + power

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
        if run is None:
            return
        strengths = _strengths(run.levels)
        is_long = run.end_hop - run.start_hop >= _SHORTEST_HOPS
        if not is_long or float(np.std(strengths)) > _LARGEST_SPREAD_DB:
            # It is no tone: what was before it and it are all part of the rest before the next one.
            since = list(self._rest)
            self._rest.clear()
            self._rest.extend((*run.rest, *run.levels, *since))
            return
        spectrum, width = run.spectrum
        quiet = list(islice(run.rest, 2, max(2, len(run.rest) - _ONSET_HOPS)))
        # a window is 32 ms long: it becomes pure about one hop after the tone began, and ends about two hops late
        done.append(
            ToneRun(
                start_s=(run.start_hop - 1) * HOP_S,
                end_s=(run.end_hop - 1) * HOP_S,
                frequencies=_frequencies(spectrum, width),
                centre_hz=_centre(spectrum, width),
                level_db=float(np.median(strengths)),
                rest_db=float(np.quantile(quiet, _LOUD_SHARE)) if quiet else _NOTHING_DB,
                rest_s=len(run.rest) * HOP_S,
            )
        )


def _strengths(levels: list[float]) -> NDArray[np.float64]:
    """Levels in dB of a run without its edges, smoothed over one pulse of a modulated tone."""
    steady = np.power(10.0, np.array(levels[2:-2] or levels) / 10)
    width = min(_PULSE_HOPS, len(steady))
    smooth = np.convolve(steady, np.full(width, 1 / width), "valid")
    return np.asarray(10 * np.log10(smooth + 1e-12))


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


def _frequencies(power: NDArray[np.float32] | None, bin_hz: float) -> tuple[float, ...]:
    """Return the one or two strongest peaks of a spectrum in Hz, interpolated, ascending."""
    if power is None:
        return ()
    middle = power[1:-1]
    peaks = np.flatnonzero((middle > power[:-2]) & (middle >= power[2:]) & (middle > power.max() * _PEAK_RANGE)) + 1
    strongest = sorted(peaks, key=lambda k: -float(power[k]))[:2]
    found = []
    for k in strongest:
        left, centre, right = (float(np.log(power[k + d] + 1e-20)) for d in (-1, 0, 1))
        bend = left - 2 * centre + right
        found.append((k + (0.5 * (left - right) / bend if bend else 0.0)) * bin_hz)
    return tuple(sorted(found))


def _centre(power: NDArray[np.float32] | None, bin_hz: float) -> float:
    """Return the mean frequency of the power within 70 Hz of the strongest bin, twice, so that its side does not matter."""
    if power is None:
        return 0.0
    frequencies = np.arange(len(power)) * bin_hz
    centre = float(power.argmax()) * bin_hz
    for _ in range(2):
        near = np.abs(frequencies - centre) <= _CENTRE_HZ
        centre = float((frequencies[near] * power[near]).sum() / (power[near].sum() + 1e-20))
    return centre
