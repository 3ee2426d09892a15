"""Call progress tones by frequency and rhythm: ringback and busy of many countries, SIT, fax.

Sources: ITU-T E.180 supplement 2 (various tones used in national networks), ITU-T E.180 section 4 (special information
tone), ITU-T T.30 section 4 (CNG 1100 Hz, CED 2100 Hz). Not done: dial tone, call waiting, modulated tones.
"""

from dataclasses import dataclass
from itertools import pairwise

from .tone_run import ToneRun

RINGBACK, BUSY, SIT, FAX = "ringback", "busy", "sit", "fax"

_FREQUENCY_TOLERANCE_HZ = 13.0


@dataclass(frozen=True, slots=True)
class Cadence:
    """One tone of one or more countries: its frequencies and the lengths of tone and pause in turn, in seconds."""

    frequencies: tuple[float, ...]
    pattern: tuple[float, ...]
    where: str

    def fits(self, run: ToneRun) -> bool:
        """True when the run has this cadence's frequencies."""
        return _same(run.frequencies, self.frequencies)


RINGBACKS = (
    Cadence((440.0, 480.0), (2.0, 4.0), "US CA"),
    Cadence((400.0, 450.0), (0.4, 0.2, 0.4, 2.0), "GB IE AU NZ"),
    Cadence((425.0,), (1.0, 4.0), "DE AT CH NL BE IT DK NO SE PL CZ"),
    Cadence((425.0,), (1.5, 3.0), "ES"),
    Cadence((440.0,), (1.5, 3.5), "FR"),
    Cadence((440.0,), (1.0, 4.0), "PBX"),
    Cadence((450.0,), (1.0, 4.0), "CN"),
    Cadence((400.0,), (1.0, 2.0), "JP"),
    Cadence((425.0,), (0.4, 0.2, 0.4, 2.0), "PBX"),
)
BUSIES = (
    Cadence((480.0, 620.0), (0.5, 0.5), "US CA busy"),
    Cadence((480.0, 620.0), (0.25, 0.25), "US CA congestion"),
    Cadence((400.0,), (0.375, 0.375), "GB busy"),
    Cadence((425.0,), (0.5, 0.5), "DE IT NL CH SE PL busy"),
    Cadence((425.0,), (0.25, 0.25), "NL DE DK congestion"),
    Cadence((425.0,), (0.2, 0.2), "ES AT busy"),
    Cadence((440.0,), (0.5, 0.5), "FR busy"),
    Cadence((450.0,), (0.35, 0.35), "CN busy"),
    Cadence((400.0,), (0.5, 0.5), "JP busy"),
)
_SIT_FREQUENCIES = ((913.8, 985.2), (1370.6, 1428.5), (1776.7, 1800.0))
_SIT_LENGTHS = (0.22, 0.45)
_CED_HZ, _CED_SHORTEST_S = 2100.0, 1.5
_CNG_HZ, _CNG_LENGTHS = 1100.0, (0.40, 0.62)
_BUSY_RUNS = 3
_SHORTEST_S = 0.15
"""Anything shorter in a pause is an artefact of the codec."""
_MEMORY = 6


def is_signalling(frequencies: tuple[float, ...]) -> bool:
    """True when a level tone of these frequencies is one that exchanges send."""
    if any(_same(frequencies, cadence.frequencies) for cadence in (*RINGBACKS, *BUSIES)):
        return True
    single = frequencies[0] if len(frequencies) == 1 else 0.0
    bands = (*_SIT_FREQUENCIES, (_CED_HZ, _CED_HZ), (_CNG_HZ, _CNG_HZ))
    return any(low - _FREQUENCY_TOLERANCE_HZ <= single <= high + _FREQUENCY_TOLERANCE_HZ for low, high in bands)


class CadenceMatcher:
    """Names the tones of a line as their runs end; one name each ring, one each stretch of busy, SIT or fax tone."""

    def __init__(self) -> None:
        self._runs: list[ToneRun] = []
        self.is_busy = False
        """True while a busy tone goes on."""

    def add(self, run: ToneRun) -> str:
        """Take the next finished run; return what it completes, or the empty string."""
        if run.length_s < _SHORTEST_S:
            return ""
        if self._runs and run.start_s - self._runs[-1].end_s > 1.0:
            self.is_busy = False
        self._runs = [*self._runs[-_MEMORY + 1 :], run]
        if self._is_sit():
            return SIT
        if _is_fax(run):
            return FAX
        if self._matches_busy():
            is_new, self.is_busy = not self.is_busy, True
            return BUSY if is_new else ""
        return RINGBACK if self._matches_ringback(run) else ""

    def _matches_ringback(self, run: ToneRun) -> bool:
        for cadence in RINGBACKS:
            if not cadence.fits(run) or not _about(run.length_s, cadence.pattern[0]):
                continue
            if len(cadence.pattern) == 2:
                return True
            before = self._runs[-2] if len(self._runs) > 1 else None
            if before is not None and cadence.fits(before) and _about(before.length_s, cadence.pattern[2]):
                return _about(run.start_s - before.end_s, cadence.pattern[1])
        return False

    def _matches_busy(self) -> bool:
        last = self._runs[-_BUSY_RUNS:]
        if len(last) < _BUSY_RUNS:
            return False
        pauses = [after.start_s - before.end_s for before, after in pairwise(last)]
        return any(
            all(cadence.fits(run) and _about(run.length_s, cadence.pattern[0]) for run in last)
            and all(_about(pause, cadence.pattern[1]) for pause in pauses)
            for cadence in BUSIES
        )

    def _is_sit(self) -> bool:
        last = self._runs[-3:]
        if len(last) < 3 or any(not run.frequencies for run in last):
            return False
        return all(
            low - _FREQUENCY_TOLERANCE_HZ <= run.frequencies[0] <= high + _FREQUENCY_TOLERANCE_HZ
            and _SIT_LENGTHS[0] <= run.length_s <= _SIT_LENGTHS[1]
            for run, (low, high) in zip(last, _SIT_FREQUENCIES, strict=True)
        ) and all(after.start_s - before.end_s < 0.1 for before, after in pairwise(last))


def _is_fax(run: ToneRun) -> bool:
    if _same(run.frequencies, (_CED_HZ,)):
        return run.length_s >= _CED_SHORTEST_S
    return _same(run.frequencies, (_CNG_HZ,)) and _CNG_LENGTHS[0] <= run.length_s <= _CNG_LENGTHS[1]


def _same(found: tuple[float, ...], wanted: tuple[float, ...]) -> bool:
    return len(found) == len(wanted) and all(
        abs(f - w) <= _FREQUENCY_TOLERANCE_HZ for f, w in zip(found, wanted, strict=True)
    )


def _about(found_s: float, wanted_s: float) -> bool:
    return abs(found_s - wanted_s) <= 0.05 + 0.1 * wanted_s
