"""Spans of time in goals and options: "five weeks ago" belongs to "more than three weeks ago", not to "within the last week".

Six languages; numbers written or spoken. What an option says of a span without a comparison counts for nothing, and a time
that has gone by says nothing of one that is to come ("I applied eight weeks ago and leave in three").
"""

from dataclasses import dataclass
from functools import cache
import re

from .spoken_numbers import spoken_numbers
from .words import LANGUAGES, plain

_DAYS = {"hour": 1 / 24, "day": 1.0, "workday": 1.4, "week": 7.0, "month": 30.0, "year": 365.0}
_UNITS = {
    "hour": "hours?|stunden?|heures?|horas?|uur|uren|or[ae]",
    "day": "days?|tage?n?|jours?|dias?|dag(?:en)?|giorn[oi]",
    "workday": (
        "(?:business|working) days?|(?:werk|arbeits)tage?n?|jours? ouvr\\w+|"
        "dias? (?:habil|laborabl)\\w+|werkdag(?:en)?|giorn[oi] lavorativ[oi]"
    ),
    "week": "weeks?|wochen?|semaines?|semanas?|we(?:ek|ken)|settiman[ae]",
    "month": "months?|monate?n?|mois|mes(?:es)?|maand(?:en)?|mes[ei]",
    "year": "years?|jahre?n?|ans?|annees?|anos?|jaar|jaren|ann[oi]",
}
_MORE = {
    "en": "more than|over|longer than|older than|at least|before the last|beyond",
    "de": "mehr als|langer als|alter als|uber|mindestens|vor mehr als",
    "fr": "plus de|depuis plus de|au moins|au-dela de",
    "es": "mas de|hace mas de|al menos|mayor de",
    "nl": "meer dan|langer dan|ouder dan|minstens|langer geleden dan",
    "it": "piu di|da piu di|oltre|almeno",
}
_LESS = {
    "en": "less than|under|fewer than|within(?: the (?:last|past|next))?|in the (?:last|past|next)|up to|the last|newer than",
    "de": "weniger als|unter|innerhalb|in den (?:letzten|nachsten)|der letzten|bis zu|junger als|hochstens",
    "fr": "moins de|dans les|au cours des|les|derniers|depuis moins de|sous",
    "es": "menos de|en l[oa]s (?:ultim|proxim)\\w+|dentro de|hace menos de|ultim[oa]s|proxim[oa]s",
    "nl": "minder dan|binnen|in de (?:afgelopen|laatste|komende)|de laatste|korter dan|jonger dan|hooguit",
    "it": "meno di|negli ultimi|nelle ultime|entro|nei prossimi|nelle prossime|ultim[ie]|da meno di",
}
_LONGER = (
    "(?:been|it's|it is|waited|waiting) (?:any )?longer|"
    "schon langer|langer her|plus longtemps|mas tiempo|langer geleden|piu tempo"
)
"""Longer than what was named before it."""
_GONE_BEFORE = (
    "vor|il y a|depuis|hace|da|seit|for|since|been|last|past|letzten|derniers|ultim[oaie]s?|afgelopen|laatste|al|sinds"
)
_GONE_AFTER = "ago|back|geleden|fa|her"
_COMING_BEFORE = "in|next|nachsten|komende|over|binnen|prochaine?s|dans|proxim[oa]s|dentro de|prossim[ie]|tra|fra"
_COMING_NEXT = "next|nachsten|komende|prochaine?s|proxim[oa]s|prossim[ie]"
_AHEAD = (
    "leav(?:e|ing)|travel+(?:ing)?|depart|flying|abreis|abfliegen|partez|partir|viaja|salgo|vertrek|partite|in partenza"
)
_GONE = (
    "applied|ordered|bought|sent|mailed|filed|submitted|past|last|vor|letzten|il y a|derniers|hace|ultim[oa]s|afgelopen|laatste|"
    "beantragt|bestellt|gekauft|gesendet|demande|commande|envoye|solicito|pidio|compro|aangevraagd|besteld|gekocht|richiesto|ordinato|acquistato"
)
_BETWEEN = "between|from|zwischen|von|entre|de|tussen|van|tra|fra|da"


@dataclass(frozen=True, slots=True)
class _Patterns:
    span: re.Pattern[str]
    more: re.Pattern[str]
    less: re.Pattern[str]
    between: re.Pattern[str]


@dataclass(frozen=True, slots=True)
class Span:
    """A length of time, days, and whether it has gone by or is to come; None: the text does not say."""

    days: float
    is_past: bool | None = None

    def may_be(self, is_past: bool | None) -> bool:
        """False when one is of the past and the other to come."""
        return self.is_past is None or is_past is None or self.is_past == is_past


@cache
def _patterns(language: str) -> _Patterns:
    code = language if language in LANGUAGES else "en"
    spoken = sorted((name for name in spoken_numbers(code) if name.isalpha()), key=len, reverse=True)
    extra = {"en": "an?", "de": "einem?r?n?", "fr": "une?", "es": "una?", "nl": "een", "it": "un'?a?"}[code]
    number = rf"(?:\d+|{'|'.join(map(re.escape, spoken))}|{extra})"
    unit = "|".join(_UNITS.values())
    span = rf"(?P<n>{number})(?: (?:last|letzten|derniers|ultimos|calendar|full))?[ -](?P<unit>{unit})(?!\w)"
    return _Patterns(
        re.compile(rf"(?<!\w){span}"),
        re.compile(rf"(?<!\w)(?:{_MORE[code]}) (?:the |de |den |der |les |los |las |le |gli )?{span}"),
        re.compile(rf"(?<!\w)(?:{_LESS[code]}) (?:the |de |den |der |les |los |las |le |gli )?{span}"),
        re.compile(
            rf"(?<!\w)(?:{_BETWEEN}) (?P<first>{number})(?: (?:{unit}))? (?:and|to|und|bis|et|a|y|en|tot|e) {span}"
        ),
    )


def spans_in(text: str, language: str) -> list[Span]:
    """Spans of time in ``text``."""
    plain_text = plain(text)
    return [
        Span(_days(found, language), _is_past(plain_text, found))
        for found in _patterns(language).span.finditer(plain_text)
    ]


def _is_past(text: str, found: re.Match[str]) -> bool | None:
    if re.match(rf" (?:{_GONE_AFTER})(?!\w)", text[found.end() :]):
        return True
    before = text[: found.start()]
    if re.search(rf"(?<!\w)(?:{_COMING_BEFORE}) (?:the |de |den |les |los |las |i |le )?$", before):
        return False
    return (
        True if re.search(rf"(?<!\w)(?:{_GONE_BEFORE}) (?:the |de |den |les |los |las |gli |le )?$", before) else None
    )


def fits_span(option: str, spans: list[Span], language: str) -> bool | None:
    """Whether one of the goal's ``spans`` is what plain ``option`` asks for; None when it compares with nothing."""
    words = _patterns(language)
    if not spans:
        return None
    if found := words.between.search(option):
        low, high = _number(found["first"], language) * _unit(found["unit"]), _days(found, language)
        return any(low <= span.days <= high for span in spans)
    for is_more, pattern in ((True, words.more), (False, words.less)):
        if found := pattern.search(option):
            limit, is_past = _days(found, language), _direction(option, found)
            compared = [span.days for span in spans if span.may_be(is_past)]
            if not compared:
                return None
            return any(days >= limit if is_more else days <= limit for days in compared)
    return True if re.search(rf"(?<!\w)(?:{_LONGER})(?!\w)", option) else None


def _direction(option: str, found: re.Match[str]) -> bool | None:
    """Whether an option's comparison is about what has gone by ("less than a week ago", "in the next 24 hours")."""
    if re.match(rf" (?:{_GONE_AFTER})(?!\w)", option[found.end() :]):
        return True
    if re.search(rf"(?<!\w)(?:{_COMING_NEXT})(?!\w)", found.group()) or re.search(
        rf"(?<!\w)(?:{_AHEAD})", option[: found.start()]
    ):
        return False
    return True if re.search(rf"(?<!\w)(?:{_GONE})(?!\w)", f"{option[: found.start()]} {found.group()}") else None


def _days(found: re.Match[str], language: str) -> float:
    return _number(found["n"], language) * _unit(found["unit"])


def _unit(word: str) -> float:
    return next(_DAYS[name] for name, pattern in _UNITS.items() if re.fullmatch(pattern, word))


def _number(word: str, language: str) -> float:
    if word.isdigit():
        return float(word)
    spoken = spoken_numbers(language if language in LANGUAGES else "en").get(word, ("1",))
    return next((float(value) for value in spoken if value.isdigit()), 1.0)
