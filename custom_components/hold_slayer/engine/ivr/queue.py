"""What an announcement says about the queue: which place the call has, and how long it will take. Six languages.

Numbers may be written or spoken. Of a range ("five to ten minutes") the end counts, for it stands before the unit; "next in line"
is place 1, three callers ahead make place 4. A number without words about a queue beside it means nothing here.
"""

from dataclasses import dataclass
from functools import cache
import re

from .spoken_numbers import spoken_numbers
from .words import plain

_MOST_PLACES = 500
_MOST = 100
_LONGEST_S = 6 * 3600.0
_N = "(?P<n>NUMBER)"
_PLACE = {
    "en": (
        rf"you(?:'re| are| will be)(?: now| currently)? (?:caller |call )?number {_N}",
        rf"(?:caller )?number {_N} in (?:the )?(?:line|queue)",
        rf"(?:position|place)(?: in (?:the |our )?(?:queue|line))?(?: is)?(?: now| currently)?(?: number)? {_N}",
        rf"you(?:'re| are)(?: now| currently)? {_N} in (?:the )?(?:line|queue)",
    ),
    "de": (
        rf"(?:warteplatz|warteposition|position|platz|wartenummer)(?: in der warteschlange)?(?: ist)?(?: die)?(?: nummer)? {_N}",
        rf"an {_N} (?:stelle|position)",
        rf"sie sind (?:anrufer )?(?:nummer |der |die ){_N}",
    ),
    "fr": (
        rf"vous etes(?: actuellement| maintenant)?(?: en| le| la| l'appelant)?(?: numero| position| rang)+ {_N}",
        rf"(?:position|place|rang)(?: dans la file(?: d'attente)?)?(?: est)?(?: la| le)?(?: numero)? {_N}",
        rf"{_N} (?:position|place) (?:dans|de) la file",
    ),
    "es": (
        rf"(?:posicion|lugar|turno)(?: en la (?:cola|fila|espera))?(?: es)?(?: el| la)?(?: numero)? {_N}",
        rf"(?:es|usted es|esta en)(?: el| la)?(?: numero| lugar| puesto)+ {_N}",
    ),
    "nl": (
        rf"u bent(?: nu| momenteel)?(?: beller)? nummer {_N}",
        rf"(?:plaats|positie)(?: in de (?:wacht)?rij)?(?: is)?(?: nummer)? {_N}",
        rf"nummer {_N} in de (?:wacht)?rij",
    ),
    "it": (
        rf"(?:posizione|posto)(?: in coda| nella coda)?(?: e)?(?: la| il)?(?: numero)? {_N}",
        rf"lei e(?: attualmente)?(?: il| la)? numero {_N}",
    ),
}
_AHEAD = {
    "en": (
        rf"{_N} (?:other )?(?:callers?|people|persons?|customers?|calls?) (?:are |is |waiting )?(?:ahead|before you|in front)",
    ),
    "de": (
        rf"vor ihnen (?:sind|ist|warten|wartet|befinden sich|befindet sich)(?: noch| derzeit| aktuell)* {_N}",
        rf"{_N} (?:weitere )?(?:anrufer|anruferin|personen|person|kunden|kunde|anrufe)(?: sind| ist| warten)? vor ihnen",
    ),
    "fr": (
        rf"{_N} (?:autres? )?(?:personnes?|appelants?|appels?|clients?)(?: sont| est)? (?:avant|devant|vous precede)",
    ),
    "es": (rf"{_N} (?:personas?|llamadas?|clientes?) (?:antes|delante|por delante)",),
    "nl": (rf"{_N} (?:andere )?(?:wachtenden?|bellers?|personen|persoon|klanten|klant|mensen)(?: zijn| is)? voor u",),
    "it": (rf"{_N} (?:persone|persona|chiamate|chiamata|clienti|cliente|utenti) (?:prima di|davanti)",),
}
_NEXT = {
    "en": r"you(?:'re| are)(?: now)? (?:the )?next (?:in (?:line|the queue)|caller)",
    "de": r"sie sind(?: jetzt| nun)? (?:der|die|als) nachste",
    "fr": r"vous etes (?:le |la )?prochaine?\b",
    "es": r"(?:usted )?es (?:el|la) (?:siguiente|proxim[oa])",
    "nl": r"u bent(?: nu)? (?:de (?:eerst)?volgende|als eerste|aan de beurt)",
    "it": r"lei e (?:il|la) prossim[oa]",
}
_ABOUT_WAITING = {
    "en": r"wait|hold time|on hold for|answered (?:in|within)|with you (?:in|within)|delay",
    "de": r"wartezeit|wartedauer|voraussichtlich|sie warten|warten sie (?:etwa|circa|noch)",
    "fr": r"attente|delai|patienter",
    "es": r"espera|demora|atendid",
    "nl": r"wachttijd|wacht|duurt",
    "it": r"attesa|aspett|risponder",
}
_NOT_WAITING = {
    "en": r"call (?:us |you )?back|every|survey|open|per minute",
    "de": r"ruckruf|rufen sie zuruck|offnet|geoffnet|alle \w+ minuten|pro minute",
    "fr": r"rappel|ouvr|toutes les|par minute",
    "es": r"devol|abr|cada|por minuto",
    "nl": r"terugbel|open|elke|per minuut",
    "it": r"richiam|apr|ogni|al minuto",
}
_SECONDS = {
    "second": 1.0, "seconds": 1.0, "sekunde": 1.0, "sekunden": 1.0, "seconde": 1.0, "secondes": 1.0, "segundo": 1.0,
    "segundos": 1.0, "seconden": 1.0, "secondo": 1.0, "secondi": 1.0, "minute": 60.0, "minutes": 60.0, "minuten": 60.0, "min": 60.0,
    "minuto": 60.0,
    "minutos": 60.0, "minuut": 60.0, "minuti": 60.0, "hour": 3600.0, "hours": 3600.0, "stunde": 3600.0, "stunden": 3600.0,
    "heure": 3600.0, "heures": 3600.0, "hora": 3600.0, "horas": 3600.0, "uur": 3600.0, "uren": 3600.0, "ora": 3600.0, "ore": 3600.0,
}  # fmt: skip
_ORDINALS = {
    "en": "first second third fourth fifth sixth seventh eighth ninth tenth",
    "de": "erster zweiter dritter vierter funfter sechster siebter achter neunter zehnter",
    "fr": "premiere deuxieme troisieme quatrieme cinquieme sixieme septieme huitieme neuvieme dixieme",
    "es": "primero segundo tercero cuarto quinto sexto septimo octavo noveno decimo",
    "nl": "eerste tweede derde vierde vijfde zesde zevende achtste negende tiende",
    "it": "prima seconda terza quarta quinta sesta settima ottava nona decima",
}
_ONE = {
    "en": ("a", "an", "one"),
    "de": ("eine", "einer", "ein"),
    "fr": ("une", "un"),
    "es": ("una", "un"),
    "nl": ("een",),
    "it": ("una", "un"),
}
_HALF_HOUR = r"half an hour|halbe stunde|halben stunde|demi-heure|demi heure|media hora|half uur|mezz'ora|mezzora"


@dataclass(frozen=True, slots=True)
class QueueNews:
    """None where nothing was said."""

    place: int | None = None
    """1: the next one."""
    wait_s: float | None = None

    def __bool__(self) -> bool:
        return self.place is not None or self.wait_s is not None


@dataclass(frozen=True, slots=True)
class _Language:
    numbers: dict[str, int]
    places: tuple[re.Pattern[str], ...]
    ahead: tuple[re.Pattern[str], ...]
    next: re.Pattern[str]
    span: re.Pattern[str]
    about: re.Pattern[str]
    not_about: re.Pattern[str]


@cache
def _language(language: str) -> _Language:
    code = language if language in _PLACE else "en"
    spoken = {
        phrase: min(map(int, digits))
        for phrase, digits in spoken_numbers(code).items()
        if min(map(int, digits)) < _MOST
    }
    ordinals = {word: value for value, word in enumerate(_ORDINALS[code].split(), 1)}
    numbers = spoken | ordinals | dict.fromkeys(_ONE[code], 1)
    words = "|".join(re.escape(phrase).replace(r"\ ", r"[ -]") for phrase in sorted(numbers, key=len, reverse=True))
    number = rf"(?:\d{{1,3}}(?:st|nd|rd|th|e|er|eme|\.|º)?|{words})(?!\w)"
    units = "|".join(sorted(_SECONDS, key=len, reverse=True))
    span = rf"(?<!\w)(?P<n>{number})[ -](?P<unit>{units})(?!\w)|(?P<half>{_HALF_HOUR})"

    def compiled(patterns: tuple[str, ...]) -> tuple[re.Pattern[str], ...]:
        return tuple(re.compile(rf"(?<!\w)(?:{each.replace('NUMBER', number)})") for each in patterns)

    return _Language(
        numbers,
        compiled(_PLACE[code]),
        compiled(_AHEAD[code]),
        re.compile(_NEXT[code]),
        re.compile(span),
        re.compile(_ABOUT_WAITING[code]),
        re.compile(_NOT_WAITING[code]),
    )


def queue_news(text: str, language: str) -> QueueNews:
    """What ``text`` of a line in ``language`` says about the queue; empty when nothing."""
    words, bare = _language(language), plain(text)
    return QueueNews(_place(bare, words), _wait(bare, words))


def _place(text: str, words: _Language) -> int | None:
    for patterns, more in ((words.ahead, 1), (words.places, 0)):
        for pattern in patterns:
            if (found := pattern.search(text)) and (value := _value(found["n"], words)) is not None:
                return value + more if 0 <= value < _MOST_PLACES else None
    return 1 if words.next.search(text) else None


def _wait(text: str, words: _Language) -> float | None:
    for sentence in re.split(r"(?<=[.!?;])\s+", text):
        if not words.about.search(sentence) or words.not_about.search(sentence):
            continue
        for found in words.span.finditer(sentence):
            if found["half"]:
                return 1800.0
            value = _value(found["n"], words)
            seconds = None if value is None else value * _SECONDS[found["unit"]]
            if seconds is not None and 0 < seconds <= _LONGEST_S:
                return seconds
    return None


def _value(number: str, words: _Language) -> int | None:
    digits = re.match(r"\d+", number)
    return int(digits[0]) if digits else words.numbers.get(number.replace("-", " "))
