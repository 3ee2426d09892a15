"""Numbers as they are spoken in six languages: 0 to 99, hundreds in a year's name, doubled digits; and the months' names.

All words are plain (see `words.plain`): lower case, no accents, ``ß`` as ``ss``, hyphens as blanks.
"""

from collections import defaultdict
from collections.abc import Iterator, Mapping
from functools import cache
import re

from .words import plain, words_of

_UNITS = {
    "en": "zero one two three four five six seven eight nine ten "
    "eleven twelve thirteen fourteen fifteen sixteen seventeen eighteen nineteen",
    "de": "null eins zwei drei vier funf sechs sieben acht neun zehn "
    "elf zwolf dreizehn vierzehn funfzehn sechzehn siebzehn achtzehn neunzehn",
    "fr": "zero un deux trois quatre cinq six sept huit neuf dix "
    "onze douze treize quatorze quinze seize dix-sept dix-huit dix-neuf",
    "es": "cero uno dos tres cuatro cinco seis siete ocho nueve diez "
    "once doce trece catorce quince dieciseis diecisiete dieciocho diecinueve",
    "nl": "nul een twee drie vier vijf zes zeven acht negen tien "
    "elf twaalf dertien veertien vijftien zestien zeventien achttien negentien",
    "it": "zero uno due tre quattro cinque sei sette otto nove dieci "
    "undici dodici tredici quattordici quindici sedici diciassette diciotto diciannove",
}
_TENS = {
    "en": "twenty thirty forty fifty sixty seventy eighty ninety",
    "de": "zwanzig dreissig vierzig funfzig sechzig siebzig achtzig neunzig",
    "fr": "vingt trente quarante cinquante soixante soixante-dix quatre-vingt quatre-vingt-dix",
    "es": "veinte treinta cuarenta cincuenta sesenta setenta ochenta noventa",
    "nl": "twintig dertig veertig vijftig zestig zeventig tachtig negentig",
    "it": "venti trenta quaranta cinquanta sessanta settanta ottanta novanta",
}
_DOUBLED = {
    "en": ("double", "triple"),
    "de": ("doppel", "dreimal"),
    "fr": ("double", "triple"),
    "es": ("doble", "triple"),
    "nl": ("dubbel", "driemaal"),
    "it": ("doppio", "triplo"),
}
_MORE_DIGITS = {
    "en": {"oh": "0", "o": "0", "nought": "0"},
    "de": {"zwo": "2", "ein": "1", "fuenf": "5", "zwoelf": "12"},
    "fr": {"une": "1"},
    "es": {"un": "1", "una": "1"},
    "nl": {},
    "it": {"un": "1", "una": "1"},
}
_HUNDRED = {"en": "hundred", "de": "hundert", "fr": "cents", "es": "cientos", "nl": "honderd", "it": "cento"}
_THOUSAND = {"en": "thousand", "de": "tausend", "fr": "mille", "es": "mil", "nl": "duizend", "it": "mila"}
_MONTHS = {
    "en": "january february march april may june july august september october november december",
    "de": "januar|jänner februar|feber märz april mai juni juli august september oktober november dezember",
    "fr": "janvier février|fevrier mars avril mai juin juillet août|aout septembre octobre novembre décembre|decembre",
    "es": "enero febrero marzo abril mayo junio julio agosto septiembre|setiembre octubre noviembre diciembre",
    "nl": "januari februari maart april mei juni juli augustus september oktober november december",
    "it": "gennaio febbraio marzo aprile maggio giugno luglio agosto settembre ottobre novembre dicembre",
}


def month_names(language: str) -> tuple[tuple[str, ...], ...]:
    """Names of the twelve months, some with another spelling; English where the language is not known."""
    return tuple(tuple(names.split("|")) for names in _MONTHS.get(language, _MONTHS["en"]).split())


@cache
def spoken_numbers(language: str) -> Mapping[str, tuple[str, ...]]:
    """Digits that words may stand for, by the words: ``"forty two"`` to ``("42",)``. English where the language is not known."""
    code = language if language in _UNITS else "en"
    found: defaultdict[str, set[str]] = defaultdict(set)
    for phrase, digits in _all(code):
        found[re.sub(r"[^a-z]+", " ", plain(phrase)).strip()].add(digits)
    return {phrase: tuple(sorted(digits)) for phrase, digits in found.items()}


def _all(code: str) -> Iterator[tuple[str, str]]:
    units, words = _UNITS[code].split(), words_of(code)
    digits = {**_MORE_DIGITS[code], **{name: key for name, key in words.digits.items() if key.isdigit()}}
    digits = {name: key for name, key in digits.items() if not name.isdigit()} | {
        unit: str(value) for value, unit in enumerate(units[:10])
    }
    yield from digits.items()
    double, triple = _DOUBLED[code]
    for name, key in digits.items():
        for times, word in ((2, double), (3, triple)):
            yield f"{word} {name}", key * times
            yield f"{word}{name}", key * times
    small = dict(_up_to_99(code, units))
    for phrase, value in small.items():
        if value > len("123456789"):
            yield phrase, str(value)
    yield from _years(code, small)


def _up_to_99(code: str, units: list[str]) -> Iterator[tuple[str, int]]:
    for value, unit in enumerate(units[1:], 1):
        yield unit, value
    for tens, name in enumerate(_TENS[code].split(), 2):
        yield name, 10 * tens
        if code == "fr" and tens in (7, 9):
            base = _TENS[code].split()[tens - 3]
            for value in range(11, 20):
                yield f"{base} {units[value]}", 10 * (tens - 1) + value
                yield f"{base} et {units[value]}", 10 * (tens - 1) + value
            continue
        for value in range(1, 10):
            for phrase in _joined(code, name, units[value]):
                yield phrase, 10 * tens + value
    if code == "fr":
        yield "quatre-vingts", 80


def _joined(code: str, tens: str, unit: str) -> tuple[str, ...]:
    match code:
        case "en":
            return (f"{tens} {unit}", f"{tens}{unit}")
        case "de":
            return (f"{'ein' if unit == 'eins' else unit}und{tens}", f"{unit} und {tens}")
        case "nl":
            return (f"{unit}en{tens}", f"{unit} en {tens}")
        case "fr":
            return (f"{tens} {unit}", f"{tens} et {unit}")
        case "es":
            return (f"{tens} y {unit}", f"{tens[:-1]}i{unit}")
        case _:
            return (f"{tens}{unit}", f"{tens[:-1]}{unit}", f"{tens} {unit}")


def _years(code: str, small: Mapping[str, int]) -> Iterator[tuple[str, str]]:
    """Years of the last and this century: "nineteen seventy-nine", "neunzehnhundertneunundsiebzig", "duemila dieci"."""
    by_value: defaultdict[int, list[str]] = defaultdict(list)
    for phrase, value in small.items():
        by_value[value].append(phrase)
    hundred, thousand = _HUNDRED[code], _THOUSAND[code]
    nine = {"fr": "neuf", "es": "nove", "it": "nove"}.get(code, "")
    two = {"en": "two", "de": "zwei", "nl": "twee", "it": "due", "fr": "deux", "es": "dos"}[code]
    for rest in range(100):
        for phrase in by_value.get(rest, [""]):
            if nine:
                yield f"{'mille' if code != 'es' else 'mil'} {nine} {hundred} {phrase}", f"19{rest:02}"
                yield f"{'mille' if code != 'es' else 'mil'}{nine}{hundred}{phrase}", f"19{rest:02}"
                yield f"{'mille' if code != 'es' else 'mil'} {nine}{hundred} {phrase}", f"19{rest:02}"
            else:
                nineteen = _UNITS[code].split()[19]
                yield f"{nineteen} {hundred} {phrase}", f"19{rest:02}"
                yield f"{nineteen}{hundred}{phrase}", f"19{rest:02}"
            yield f"{two} {thousand} {phrase}", f"20{rest:02}"
            yield f"{two}{thousand}{phrase}", f"20{rest:02}"
            yield f"{two} {thousand} and {phrase}", f"20{rest:02}"
