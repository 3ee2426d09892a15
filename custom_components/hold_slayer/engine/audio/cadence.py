"""Call progress tones by frequency and rhythm: ringing, busy, congestion, special information tones, fax.

Sources: ITU-T E.180 supplement 2 (tones used in national networks), ITU-T E.180 section 4 and Q.35 (special information tone),
Telcordia SR-2275 section 6 (what its segments mean in North America), ITU-T T.30 section 4 (CNG 1100 Hz, CED 2100 Hz).
Not done: dial tone, call waiting, recall.

One and the same rhythm means different things in different countries: a tone of 425 Hz, 0.2 s on and off, is Spain's busy and
close to Germany's congestion. The nearest one in time is named; a name may be corrected when more has been heard.
"""

from dataclasses import dataclass
from itertools import pairwise

from .tone_run import ToneRun

RINGBACK, BUSY, CONGESTION, SIT, FAX = "ringback", "busy", "congestion", "sit", "fax"
SIT_INTERCEPT, SIT_VACANT, SIT_REORDER, SIT_NO_CIRCUIT = "sit:intercept", "sit:vacant", "sit:reorder", "sit:no_circuit"

_TOLERANCE_HZ = 8.0
"""Exchanges make their tones digitally; what is further away is a note (G4 392 Hz, G sharp 415 Hz)."""
_SIGNALLING_TOLERANCE_HZ = 13.0
"""While a tone sounds, not much of it has been heard."""
_BEAT_HZ = 36.0
"""Furthest component of a modulated tone from its middle."""
_CLEAR_DB = 9.0
"""The pauses of a cadence are so much quieter than its tone; between the notes of a tune something else sounds."""
_FIRST_REST_S = 0.25
"""Quiet before a first ring, or before a fax machine."""
_AFTER_S = (0.1, 0.45)
"""A ring is one when, from here to there after its end, nothing else sounds."""
_ONE_HZ = 20.0
"""Components closer than that are one tone in whose middle a packet was lost."""


@dataclass(frozen=True, slots=True)
class Cadence:
    """One tone of one or more countries: its frequencies and the lengths of tone and pause in turn, in seconds."""

    frequencies: tuple[float, ...]
    pattern: tuple[float, ...]
    where: str
    is_modulated: bool = False
    """The first frequency is a carrier, or the middle of several tones that beat: only the middle is compared."""
    is_stepped: bool = False
    """Every other tone is weaker by about 10 dB."""

    def fits(self, run: ToneRun) -> bool:
        """True when the run has this cadence's frequencies."""
        return self._is_of(run.frequencies, run.centre_hz, _TOLERANCE_HZ)

    def may_be(self, frequencies: tuple[float, ...], centre_hz: float) -> bool:
        """True when a tone that still sounds may be of this cadence."""
        return self._is_of(frequencies, centre_hz, _SIGNALLING_TOLERANCE_HZ)

    def _is_of(self, frequencies: tuple[float, ...], centre_hz: float, tolerance_hz: float) -> bool:
        if not self.is_modulated:
            if len(frequencies) == 2 and frequencies[1] - frequencies[0] < _ONE_HZ:
                frequencies = (centre_hz,)
            return _same(frequencies, self.frequencies, tolerance_hz)
        middle = self.frequencies[0]
        return (
            bool(frequencies)
            and abs(centre_hz - middle) <= tolerance_hz
            and all(abs(each - middle) <= _BEAT_HZ for each in frequencies)
        )


RINGBACKS = (
    Cadence((440.0, 480.0), (2.0, 4.0), "US CA"),
    Cadence((400.0, 450.0), (0.4, 0.2, 0.4, 2.0), "GB IE AU NZ"),
    Cadence((425.0,), (0.4, 0.2, 0.4, 2.0), "AU (400+425+450, 413+438, 425 modulated by 25), PBX", is_modulated=True),
    Cadence((425.0,), (1.0, 4.0), "DE AT CH NL BE IT DK NO SE PL CZ"),
    Cadence((425.0,), (1.5, 3.0), "ES"),
    Cadence((440.0,), (1.5, 3.5), "FR"),
    Cadence((440.0,), (1.0, 4.0), "PBX"),
    Cadence((450.0,), (1.0, 4.0), "CN"),
    Cadence((400.0,), (1.0, 2.0), "JP (modulated by 15 to 20)", is_modulated=True),
)
BUSIES = (
    Cadence((480.0, 620.0), (0.5, 0.5), "US CA"),
    Cadence((400.0,), (0.375, 0.375), "GB"),
    Cadence((425.0,), (0.48, 0.48), "DE"),
    Cadence((425.0,), (0.5, 0.5), "NL IT CH SE PL"),
    Cadence((425.0,), (0.2, 0.2), "ES"),
    Cadence((425.0,), (0.375, 0.375), "AU"),
    Cadence((440.0,), (0.5, 0.5), "FR"),
    Cadence((450.0,), (0.35, 0.35), "CN"),
    Cadence((400.0,), (0.5, 0.5), "JP (also congestion), NZ"),
)
CONGESTIONS = (
    Cadence((480.0, 620.0), (0.25, 0.25), "US CA (reorder)"),
    Cadence((400.0,), (0.4, 0.35, 0.225, 0.525), "GB"),
    Cadence((425.0,), (0.24, 0.24), "DE"),
    Cadence((425.0,), (0.25, 0.25), "NL DK CH"),
    Cadence((425.0,), (0.2, 0.2, 0.2, 0.2, 0.2, 0.6), "ES"),
    Cadence((440.0,), (0.25, 0.25), "FR"),
    Cadence((425.0,), (0.375, 0.375), "AU", is_stepped=True),
)
_ENDS = (*((BUSY, each) for each in BUSIES), *((CONGESTION, each) for each in CONGESTIONS))

_SIT_BANDS = ((913.8, 985.2), (1370.6, 1428.5), (1776.7, 1800.0))
_SIT_TOLERANCE_HZ = 14.0
_SIT_LENGTHS = (0.22, 0.45)
_SIT_LONG_S = 0.327
"""Between the short segment of 274 ms and the long one of 380 ms."""
_SIT_MEANINGS = {
    ("low short", "low short", "long"): SIT_INTERCEPT,
    ("high long", "low short", "long"): SIT_VACANT,
    ("low short", "high long", "long"): SIT_REORDER,
    ("high short", "low long", "long"): SIT_REORDER,
    ("high long", "high long", "long"): SIT_NO_CIRCUIT,
    ("low long", "low long", "long"): SIT_NO_CIRCUIT,
}
"""SR-2275 table 6-6: first and second segment low or high, every segment short or long. Others mean nothing more."""
_CED_HZ, _CED_SHORTEST_S = 2100.0, 1.5
_CNG_HZ, _CNG_PATTERN = 1100.0, (0.5, 3.0)
_END_RUNS = 3
_SHORTEST_S = 0.13
"""Anything shorter in a pause is an artefact of the codec."""
_LONGEST_PAUSE_S = 1.0
_STEP_DB = (5.0, 16.0)
_EVEN_DB = 5.0
_MEMORY = 6


def is_signalling(frequencies: tuple[float, ...], centre_hz: float = 0.0) -> bool:
    """True when a level tone of these frequencies is one that exchanges send."""
    if any(cadence.may_be(frequencies, centre_hz) for cadence in (*RINGBACKS, *BUSIES, *CONGESTIONS)):
        return True
    single = frequencies[0] if len(frequencies) == 1 else 0.0
    bands = (*_SIT_BANDS, (_CED_HZ, _CED_HZ), (_CNG_HZ, _CNG_HZ))
    return any(low - _SIGNALLING_TOLERANCE_HZ <= single <= high + _SIGNALLING_TOLERANCE_HZ for low, high in bands)


def is_fax_answering(frequencies: tuple[float, ...]) -> bool:
    """True when a level tone of these frequencies is one with which a fax machine answers (T.30 CED, V.8 ANSam)."""
    return _same(frequencies, (_CED_HZ,), _SIGNALLING_TOLERANCE_HZ)


class CadenceMatcher:
    """Names the tones of a line: each ring once, each stretch of busy or congestion once, SIT, fax.

    A stretch of busy that turns out to be congestion is named anew. `add` takes tones as they end, `pass_time` tells what the
    line is like meanwhile, which a ring waits for.
    """

    def __init__(self) -> None:
        self._runs: list[ToneRun] = []
        self._end = ""
        """The stretch that goes on: busy, congestion or none."""
        self._ring: ToneRun | None = None
        """What will have been a ring if quiet follows."""

    @property
    def is_busy(self) -> bool:
        """True while a busy or congestion tone goes on."""
        return bool(self._end)

    def add(self, run: ToneRun) -> str:
        """Take the next finished run; return what it completes, or the empty string."""
        if run.length_s < _SHORTEST_S:
            return ""
        self._ring = None
        if self._runs and run.start_s - self._runs[-1].end_s > _LONGEST_PAUSE_S:
            self._end = ""
        self._runs = [*self._runs[-_MEMORY + 1 :], run]
        if sit := self._sit():
            return sit
        if self._is_fax(run):
            return FAX
        end = self._match_end()
        if end and self._end != CONGESTION:
            is_new, self._end = end != self._end, end
            return end if is_new else ""
        if any(self._is_ring(cadence, run) for cadence in RINGBACKS if cadence.fits(run)):
            self._ring = run
        return ""

    def pass_time(self, t_s: float, level_db: float) -> str:
        """Take how loud the line was up to ``t_s``, every 100 ms or so; return ``ringback`` when a ring is complete with that."""
        ring = self._ring
        if ring is None or t_s < ring.end_s + _AFTER_S[0]:
            return ""
        if ring.level_db - level_db < _CLEAR_DB:
            self._ring = None
            return ""
        if t_s < ring.end_s + _AFTER_S[1]:
            return ""
        self._ring = None
        return RINGBACK

    def _is_ring(self, cadence: Cadence, run: ToneRun) -> bool:
        """A ring counts when the pause before it was one: of the right length and quiet, or simply quiet for the first ring."""
        if not _about(run.length_s, cadence.pattern[-2]):
            return False
        if len(cadence.pattern) == 2:
            # two tones at once, 40 Hz apart, are no tune's: such a ring may be the first thing on the line
            return _is_after_quiet(run) and (len(cadence.frequencies) == 2 or self._is_apart(run))
        before = self._runs[-2] if len(self._runs) > 1 else None
        return (
            before is not None
            and cadence.fits(before)
            and _about(before.length_s, cadence.pattern[0])
            and _about(run.start_s - before.end_s, cadence.pattern[1])
            and _is_after_quiet(before)
        )

    def _is_apart(self, run: ToneRun) -> bool:
        return _is_after_quiet(run) and run.rest_s >= _FIRST_REST_S

    def _is_fax(self, run: ToneRun) -> bool:
        """A fax machine that answers, or the second call of one that calls: a single one may be a note."""
        if is_fax_answering(run.frequencies):
            return run.length_s >= _CED_SHORTEST_S and self._is_apart(run)
        calls = self._runs[-2:]
        return (
            len(calls) == 2
            and all(_same(call.frequencies, (_CNG_HZ,), _SIGNALLING_TOLERANCE_HZ) for call in calls)
            and all(_about(call.length_s, _CNG_PATTERN[0]) for call in calls)
            and _about(run.start_s - calls[0].end_s, _CNG_PATTERN[1])
            and _is_after_quiet(run)
        )

    def _match_end(self) -> str:
        """Name the busy or congestion cadence that is nearest to the last runs, if any is near."""
        found = [(miss, name) for name, cadence in _ENDS if (miss := self._miss(cadence)) is not None]
        return min(found)[1] if found else ""

    def _miss(self, cadence: Cadence) -> float | None:
        """By how many seconds the last runs and pauses miss the cadence on average; None when they are not of it."""
        pattern = cadence.pattern
        last = self._runs[-max(_END_RUNS, len(pattern) // 2 + 1) :]
        if len(last) < max(_END_RUNS, len(pattern) // 2 + 1):
            return None
        if not all(cadence.fits(run) for run in last) or not all(_is_after_quiet(run) for run in last[1:]):
            return None
        steps = [after.level_db - before.level_db for before, after in pairwise(last)]
        if cadence.is_stepped:
            if not all(_STEP_DB[0] <= abs(step) <= _STEP_DB[1] for step in steps) or steps[0] * steps[1] > 0:
                return None
        elif any(abs(step) > _EVEN_DB for step in steps):
            return None
        heard = [last[0].length_s]
        for before, after in pairwise(last):
            heard += [after.start_s - before.end_s, after.length_s]
        misses = []
        for shift in range(0, len(pattern), 2):
            wanted = [pattern[(shift + number) % len(pattern)] for number in range(len(heard))]
            if all(_about(found, want) for found, want in zip(heard, wanted, strict=True)):
                misses.append(sum(abs(a - b) for a, b in zip(heard, wanted, strict=True)) / len(heard))
        return min(misses, default=None)

    def _sit(self) -> str:
        last = self._runs[-3:]
        if len(last) < 3 or any(len(run.frequencies) != 1 for run in last):
            return ""
        if any(after.start_s - before.end_s >= 0.1 for before, after in pairwise(last)):
            return ""
        for run, (low, high) in zip(last, _SIT_BANDS, strict=True):
            is_near = low - _SIT_TOLERANCE_HZ <= run.frequencies[0] <= high + _SIT_TOLERANCE_HZ
            if not is_near or not _SIT_LENGTHS[0] <= run.length_s <= _SIT_LENGTHS[1]:
                return ""
        first, second = (_segment(run, band) for run, band in zip(last[:2], _SIT_BANDS[:2], strict=True))
        third = _long_or_short(last[2])
        return _SIT_MEANINGS.get((first, second, third), SIT)


def _segment(run: ToneRun, band: tuple[float, float]) -> str:
    height = next(
        (
            name
            for name, hz in zip(("low", "high"), band, strict=True)
            if abs(run.frequencies[0] - hz) <= _SIT_TOLERANCE_HZ
        ),
        "middle",
    )
    return f"{height} {_long_or_short(run)}"


def _long_or_short(run: ToneRun) -> str:
    return "long" if run.length_s >= _SIT_LONG_S else "short"


def _is_after_quiet(run: ToneRun) -> bool:
    return run.level_db - run.rest_db >= _CLEAR_DB


def _same(found: tuple[float, ...], wanted: tuple[float, ...], tolerance_hz: float) -> bool:
    return len(found) == len(wanted) and all(abs(f - w) <= tolerance_hz for f, w in zip(found, wanted, strict=True))


def _about(found_s: float, wanted_s: float) -> bool:
    return abs(found_s - wanted_s) <= 0.05 + 0.1 * wanted_s
