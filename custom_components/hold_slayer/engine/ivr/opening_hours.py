"""When a company that is closed opens again, by what its line says, in six languages.

Understood are days ("Monday to Friday", "on Saturdays", "tomorrow", "daily") with the times behind them, of which the first is when
it opens. Without any day every day is meant. Whoever is told a time by this tries once; so a wrong reading costs one call.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from functools import cache
import re

from .spoken_numbers import spoken_numbers
from .words import plain

_DAYS = {
    "en": "monday tuesday wednesday thursday friday saturday sunday",
    "de": "montag dienstag mittwoch donnerstag freitag samstag|sonnabend sonntag",
    "fr": "lundi mardi mercredi jeudi vendredi samedi dimanche",
    "es": "lunes martes miercoles jueves viernes sabado domingo",
    "nl": "maandag dinsdag woensdag donderdag vrijdag zaterdag zondag",
    "it": "lunedi martedi mercoledi giovedi venerdi sabato domenica",
}
_TO = {
    "en": r"to|through|thru|until|till|-|–",
    "de": r"bis|-|–",
    "fr": r"au|a|-|–",
    "es": r"a|al|hasta(?: el)?|-|–",
    "nl": r"tot en met|t/m|tot|-|–",
    "it": r"al|a|-|–",
}
_TOMORROW = {
    "en": "tomorrow",
    "de": r"(?<!guten )morgen(?! fruh| vormittag)?",
    "fr": "demain",
    "es": "manana",
    "nl": "morgen",
    "it": "domani",
}
_DAILY = {
    "en": r"daily|every day|seven days a week",
    "de": r"taglich|jeden tag",
    "fr": r"tous les jours|7 jours sur 7",
    "es": r"todos los dias|a diario",
    "nl": r"dagelijks|elke dag|iedere dag",
    "it": r"tutti i giorni|ogni giorno",
}
_WEEKDAYS = {
    "en": r"weekdays|working days|business days",
    "de": r"werktags|werktage|wochentags",
    "fr": r"en semaine|jours ouvrables|jours ouvres",
    "es": r"dias laborables|entre semana|dias habiles",
    "nl": r"werkdagen|doordeweeks",
    "it": r"giorni feriali|giorni lavorativi",
}
_BEFORE_HOUR = {
    "en": r"at|from|between|until|after|open",
    "de": r"um|von|ab|zwischen",
    "fr": r"a|de|des|entre|partir de",
    "es": r"a las?|de|desde las?|entre las?|partir de las?",
    "nl": r"om|van|vanaf|tussen",
    "it": r"alle|dalle|tra le|dall'|all'",
}
_UNIT = r"am|pm|o'clock|uhr|heures?|hrs?|h|horas?|uur|ore"
_AFTERNOON = (
    r"in the (?:afternoon|evening)|de la (?:tarde|noche)|de l'apres-midi|du soir|'s middags|'s avonds|nachmittags|abends"
    r"|di sera"
)
_NOT_OPENING = re.compile(
    r"(?:we|have|are) closed at|close at|closes at|schliessen (?:wir )?um|fermons a|cerramos a|sluiten (?:wij |we )?om"
    r"|chiudiamo alle"
)
_LAST_HOUR = 23
_NOON = 12


@dataclass(frozen=True, slots=True)
class _Language:
    days: tuple[re.Pattern[str], ...]
    span: re.Pattern[str]
    tomorrow: re.Pattern[str]
    daily: re.Pattern[str]
    weekdays: re.Pattern[str]
    time: re.Pattern[str]
    numbers: dict[str, int]


@cache
def _language(language: str) -> _Language:
    code = language if language in _DAYS else "en"
    names = _DAYS[code].split()
    day = rf"(?:{'|'.join(names)})s?"
    numbers = {
        phrase: min(map(int, digits))
        for phrase, digits in spoken_numbers(code).items()
        if len(phrase) > 1 and min(map(int, digits)) <= _LAST_HOUR
    }
    spoken = "|".join(sorted(numbers, key=len, reverse=True))
    return _Language(
        tuple(re.compile(rf"\b(?:{name})s?\b") for name in names),
        re.compile(rf"\b(?P<a>{day}) (?:{_TO[code]}) (?:and including )?(?P<b>{day})\b"),
        re.compile(rf"\b(?:{_TOMORROW[code]})\b"),
        re.compile(rf"\b(?:{_DAILY[code]})"),
        re.compile(rf"\b(?:{_WEEKDAYS[code]})"),
        re.compile(
            rf"(?P<before>\b(?:{_BEFORE_HOUR[code]}) )?(?<![\d:.])(?P<hour>\d{{1,2}}|\b(?:{spoken}))"
            rf"(?:(?:[:.]| ?h ?| uhr )(?P<minute>[0-5]\d))?(?![\d:])(?: ?(?P<unit>{_UNIT})\b)?(?: (?P<half>{_AFTERNOON}))?"
        ),
        numbers,
    )


def next_opening(text: str, language: str, now: datetime) -> datetime | None:
    """The next time after ``now`` at which it opens, in ``now``'s time zone; None when nothing of the kind is said."""
    words = _language(language)
    bare = re.sub(r"\b([ap])(?:\. ?m\.| m\b)", r"\1m", plain(text).replace("o clock", "o'clock"))
    found = [
        moment
        for sentence in re.split(r"(?<=[a-z])[.!?;](?:\s+|$)|(?<=\d)[!?;.]\s+", bare)
        if not _NOT_OPENING.search(sentence)
        for days, opens in _openings(sentence, words, now)
        if (moment := _next(days, opens, now)) is not None
    ]
    return min(found, default=None)


def _openings(sentence: str, words: _Language, now: datetime) -> Iterator[tuple[frozenset[int], time]]:
    """Days (Monday is 0) with the time behind or before them."""
    times = [(match, opens) for match in words.time.finditer(sentence) if (opens := _time(match, words)) is not None]
    marks = _day_marks(sentence, words, now)
    if times and not marks:
        yield frozenset(range(7)), times[0][1]
        return
    for index, (start, days) in enumerate(marks):
        end = marks[index + 1][0] if index + 1 < len(marks) else len(sentence)
        behind = [opens for match, opens in times if start <= match.start() < end]
        before = [opens for match, opens in times if match.start() < start]
        if behind:
            yield days, behind[0]
        elif before and index == 0:
            yield days, before[0]


def _day_marks(sentence: str, words: _Language, now: datetime) -> list[tuple[int, frozenset[int]]]:
    """Where days are named, and which; days that follow each other without a time between stay apart."""
    marks: list[tuple[int, frozenset[int]]] = []
    spans = list(words.span.finditer(sentence))
    for found in spans:
        first, last = _number(found["a"], words), _number(found["b"], words)
        marks.append((found.start(), frozenset((first + step) % 7 for step in range((last - first) % 7 + 1))))
    for number, day in enumerate(words.days):
        marks += [
            (found.start(), frozenset({number}))
            for found in day.finditer(sentence)
            if not any(span.start() <= found.start() < span.end() for span in spans)
        ]
    if found_daily := words.daily.search(sentence):
        marks.append((found_daily.start(), frozenset(range(7))))
    if found_weekdays := words.weekdays.search(sentence):
        marks.append((found_weekdays.start(), frozenset(range(5))))
    if found_tomorrow := words.tomorrow.search(sentence):
        marks.append((found_tomorrow.start(), frozenset({(now.weekday() + 1) % 7})))
    return sorted(marks, key=lambda mark: mark[0])


def _number(name: str, words: _Language) -> int:
    return next(number for number, day in enumerate(words.days) if day.fullmatch(name))


def _time(match: re.Match[str], words: _Language) -> time | None:
    """A time of day; a bare number is one only behind a word like "at"."""
    unit, minute = match["unit"] or "", match["minute"]
    if not (unit or minute or match["before"]):
        return None
    hour = int(match["hour"]) if match["hour"].isdigit() else words.numbers[match["hour"]]
    if unit in ("am", "pm"):
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if unit == "pm" else 0)
    elif match["half"] and hour < _NOON:
        hour += _NOON
    return time(hour, int(minute or 0)) if hour <= _LAST_HOUR else None


def _next(days: frozenset[int], opens: time, now: datetime) -> datetime | None:
    for ahead in range(8):
        day = now + timedelta(days=ahead)
        moment = day.replace(hour=opens.hour, minute=opens.minute, second=0, microsecond=0)
        if day.weekday() in days and moment > now:
            return moment
    return None
