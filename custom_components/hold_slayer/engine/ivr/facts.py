"""Which fact a prompt asks for, and how it is given: keyed in, spelt with keys or said. Values are touched only to be sent."""

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources
import json
import re

from ..model.call_brief import CallBrief
from .fact_forms import SECRET_KINDS, Form, apart, day_of, form_of, national, said
from .words import Words, plain

_LETTERS = {
    letter: key
    for key, letters in zip("23456789", "abc def ghi jkl mno pqrs tuv wxyz".split(), strict=True)
    for letter in letters
}
_NUMBERS = {
    "two": 2, "three": 3, "four": 4, "five": 5, "six": 6, "seven": 7, "eight": 8, "nine": 9, "ten": 10, "eleven": 11, "twelve": 12,
    "fourteen": 14, "sixteen": 16, "drei": 3, "vier": 4, "funf": 5, "sechs": 6, "sieben": 7, "acht": 8, "neun": 9, "zehn": 10,
    "zwolf": 12, "trois": 3, "quatre": 4, "cinq": 5, "sept": 7, "huit": 8, "neuf": 9, "dix": 10, "tres": 3, "cuatro": 4, "cinco": 5,
    "seis": 6, "siete": 7, "ocho": 8, "nueve": 9, "diez": 10, "drie": 3, "vijf": 5, "zes": 6, "zeven": 7, "negen": 9, "tien": 10,
    "tre": 3, "quattro": 4, "cinque": 5, "sei": 6, "sette": 7, "otto": 8, "nove": 9, "dieci": 10,
}  # fmt: skip
_COUNT = rf"(\d{{1,2}}|{'|'.join(sorted(_NUMBERS, key=len, reverse=True))})"
_DIGITS = re.compile(rf"{_COUNT} ?-?(?:digit|stellig|chiffre|digito|cifr|cijfer|ziffer|number)")
_LAST = re.compile(
    rf"(?:last|letzten|laatste|ultim[oaie]s?|dernier[es]*) {_COUNT}|{_COUNT} (?:dernier|ultim|laatste|letzten)"
)
_AND_NAME = re.compile(r"prenom et (?:votre |son |leur )?nom(?!\w)")
_FIRST_LETTERS = re.compile(
    rf"first {_COUNT} letters|{_COUNT} letters (?:are|is) enough|ersten {_COUNT} buchstaben|{_COUNT} premieres lettres|primeras {_COUNT} letras|eerste {_COUNT} letters|prime {_COUNT} lettere"
)
_SPELL = re.compile(r"letters? of|spell|buchstab|lettres de|letras de|spel|lettere")
_WITHOUT_LETTERS = re.compile(
    r"(?<!\w)(?:leav\w+ out|without|omit\w*|ignor\w*|skip\w*|no|numbers? only|only the (?:numbers|digits)|digits only|ohne|sans|sin|zonder|senza|nur die (?:ziffern|zahlen))(?!\w)"
)
_LETTERS_AS_KEYS = re.compile(
    r"(?:for|fur|pour|para|voor|per) (?:\w+ ){0,2}(?:letters?|buchstaben?|lettres?|letras?|letter[ae])(?!\w)"
    r"|(?:key|button|taste|touche|tecla|toets|tasto) (?:\w+ ){1,3}(?:l'|la |den |die |de )?(?:letter|buchstabe|lettre|letra)"
)
"""How a line says that each letter is keyed in by the key it stands on."""
_CHARACTERS = re.compile(rf"{_COUNT} ?-?(?:\w+ )?(?:characters?|zeichen|caracteres?|tekens|caratteri)(?!\w)")
_DIGITS_ONLY = re.compile(
    r"(?:digits?|numbers|figures|ziffern|zahlen|chiffres|cifras|digitos|numeros|cijfers|cifre|numeri)(?!\w)"
)
_PLACES = frozenset({"city"})
_POSSESSIVE = re.compile(r"(?<=\bdel )(?:suo|tuo|vostro) |(?<=\bdella )(?:sua|tua|vostra) ")
"""Italian says "the number of the your account"."""
_TYPED_DATE = re.compile(r"(\d{1,2})\D{1,2}(\d{1,2})\D{1,2}(\d{4})")
_MONTHS = 12
_FITS = 0.4
UNKNOWN = "unknown"
"""The kind of what is asked for by a name that no list has."""
_SOME_NUMBER = re.compile(
    r"\w*(?:number|code|digits?|nummer|kennzahl|ziffern|kennung|numero|chiffres|codigo|clave|digitos|cifre|codice|cijfers)\b|\b(?:id|pin|nip)\b"
)
_COMMON_PARTS = frozenset(
    "name nom nombre naam nome number numero nummer code codigo codice digits last date data datum fecha the of de di del la".split()
)


@dataclass(frozen=True, slots=True)
class Request:
    """What a prompt wants to know."""

    kinds: tuple[str, ...]
    """Kinds of facts that would do, as said."""
    sentence: str
    is_spoken: bool
    terminator: str
    """The key that ends an entry, when one was named."""
    is_conditional: bool
    """ "If you know …": nobody has to."""


@dataclass(frozen=True, slots=True)
class Entry:
    """A released fact as the line wants it. ``value`` is in clear."""

    name: str
    value: str
    is_spoken: bool
    terminator: str

    @property
    def told(self) -> str:
        """For the line: words, or keys with the one that ends them."""
        return self.value if self.is_spoken else self.value + self.terminator

    @property
    def shown(self) -> str:
        """The same with the placeholder, for everything but the line."""
        return f"{{{self.name}}}" if self.is_spoken else f"{{{self.name}}}{self.terminator}"


@cache
def fact_kinds() -> Mapping[str, tuple[re.Pattern[str], re.Pattern[str]]]:
    """How each kind of fact is asked for, and how users name it (``fact_kinds.json``)."""
    data = json.loads(resources.files(__package__).joinpath("fact_kinds.json").read_text(encoding="utf-8"))
    return {
        kind: (re.compile(rf"(?<!\w)(?:{entry['ask']})"), re.compile(rf"(?:^|_)(?:{entry['name']})"))
        for kind, entry in data.items()
    }


def kinds_in(text: str) -> tuple[str, ...]:
    """Kinds of facts named in plain ``text``, in order; of two that begin at one place the one with more words."""
    text = _POSSESSIVE.sub("", text)
    found = [
        (match.start(), -match.end(), kind) for kind, (ask, _) in fact_kinds().items() if (match := ask.search(text))
    ]
    kinds = tuple(kind for *_, kind in sorted(found))
    # "Your first name and surname": all of it.
    is_whole = (
        "name" not in kinds and "first_name" in kinds and ("surname" in kinds or _AND_NAME.search(text) is not None)
    )
    return ("name", *kinds) if is_whole else kinds


def has_number_word(text: str) -> bool:
    """True when plain ``text`` speaks of some number or code, whichever."""
    return _SOME_NUMBER.search(text) is not None


def shows_any(text: str, values: Iterable[str]) -> bool:
    """True when one of the values stands in the text: a fact goes out by its name only, formatted, counted and shown as one."""
    lowered = text.lower()
    return any(value and value.lower() in lowered for value in values)


def kinds_of_fact(name: str, kind: str = "") -> frozenset[str]:
    """Kinds that a fact's name stands for, or the ``kind`` that the user has given it."""
    if kind:
        return frozenset({kind})
    plain_name = re.sub(r"[^a-z0-9]+", "_", plain(name))
    return frozenset(kind for kind, (_, own) in fact_kinds().items() if own.search(plain_name))


def named_in(sentence: str, names: Iterable[str]) -> tuple[str, ...]:
    """Released facts that plain ``sentence`` calls by their own names, as kinds."""
    return tuple(f"={name}" for name in names if _is_named(sentence, name))


def _is_named(sentence: str, name: str) -> bool:
    parts = [part for part in re.split(r"[^a-z0-9]+", plain(name)) if len(part) > 2]
    telling = [part for part in parts if part not in _COMMON_PARTS]
    if not telling:
        return len(parts) > 1 and " ".join(parts) in sentence
    return all(re.search(rf"(?<!\w){re.escape(part[: max(5, len(part) - 2)])}", sentence) for part in telling)


def _place_in(sentence: str, words: Words, names: Iterable[str]) -> tuple[str, ...]:
    """ "Which of our shops is it about?": a released fact that tells where one of those is (``shop_town``), as a kind."""
    if not sentence.endswith("?") or not re.search(rf"(?<!\w)(?:{words.sources['which']})(?!\w)", sentence):
        return ()
    found = []
    for name in names:
        rest = re.sub(fact_kinds()["city"][1], "_", plain(name))
        if _PLACES & kinds_of_fact(name) and _is_named(sentence, rest):
            found.append(f"={name}")
    return tuple(found)


def request_in(sentences: tuple[str, ...], words: Words, names: Iterable[str] = ()) -> Request | None:
    """The fact that the sentences ask for; None when they ask for none. ``names``: of the facts that were released."""
    names = tuple(names)
    for index, sentence in enumerate(sentences):
        enters, speaks = words.find("enter", sentence), words.find("speak", sentence)
        if not enters and (places := _place_in(sentence, words, names)):
            return Request(places, sentence, is_spoken=True, terminator="", is_conditional=False)
        if not enters and not speaks and not words.has("verbless", sentence) and not _terminator(sentence, words):
            continue
        kinds, source = kinds_in(sentence), sentence
        if not kinds and enters and index and re.search(words.sources["it"], sentence[enters.start() :]):
            source = f"{sentences[index - 1]} {sentence}"
            kinds = kinds_in(source)
        is_known = any(kinds_of_fact(name) & set(kinds) for name in names)
        if (not is_known or kinds[0] in SECRET_KINDS) and (
            other := _taken_instead("".join(sentences[index + 1 : index + 2]), words, names)
        ):
            # "The last four digits of your Social Security number. You may also use the ZIP code of the property."
            source, kinds = other
        if not kinds or kinds[0] not in SECRET_KINDS:
            # "The digits of your rental agreement": the user may call it by another name than most people.
            kinds += named_in(source, names)
        elif words.has("or", source):
            # "Your Social Security number, or your claimant ID".
            others = re.split(rf"(?<!\w)(?:{words.sources['or']})(?!\w)", source)[1:]
            kinds += named_in(" ".join(each for each in others if not SECRET_KINDS & set(kinds_in(each))), names)
        if not kinds and enters and not words.has("directory", source) and _SOME_NUMBER.search(source[enters.end() :]):
            kinds = (UNKNOWN,)
        if not kinds or words.has("not_asking", source) or words.has("to_machines", source):
            continue
        after = " ".join(sentences[index : index + 3])
        end = _terminator(after, words)
        spoken = not enters and speaks is not None and not end and not words.has("enter", after)
        # "What's your five digit zip code?" is answered by keys, "say your five digit zip code" is not.
        spoken = spoken and (words.has("say", source) or _DIGITS.search(source) is None)
        return Request(
            kinds,
            f"{source} {' '.join(sentences[index + 1 : index + 3])}",
            spoken,
            end,
            words.has("conditional", source),
        )
    return None


def _taken_instead(sentence: str, words: Words, names: tuple[str, ...]) -> tuple[str, tuple[str, ...]] | None:
    """The sentence after a request and what it takes in place of a secret, where that is among ``names``."""
    kinds = tuple(kind for kind in kinds_in(sentence) if kind not in SECRET_KINDS)
    is_known = any(kinds_of_fact(name) & set(kinds) for name in names)
    return (sentence, kinds) if is_known and words.has("instead", sentence) else None


def _terminator(text: str, words: Words) -> str:
    names = "|".join(re.escape(name) for name, key in words.digits.items() if key in "*#" and not name.isdigit())
    found = re.search(rf"(?:{words.sources['terminator']})\W+(?:\w+ ){{0,3}}?(?P<key>{names})(?!\w)", text)
    if found is None and not words.has("no_id", text):
        # Whatever the verb is: "and conclude with pound".
        enter = words.find("enter", text)
        pound = "|".join(re.escape(name) for name, key in words.digits.items() if key == "#" and not name.isdigit())
        found = re.search(rf"(?<!\w)(?P<key>{pound})\W*$", text) if enter else None
    return words.digits[found["key"]] if found else ""


def entry_for(request: Request, brief: CallBrief, tried: Collection[str] = ()) -> Entry | None:
    """The released fact that answers, as the line wants it; None when there is none. Facts in ``tried`` were refused."""
    fitting: list[tuple[float, str]] = []
    for name, value in brief.facts.items():
        shared = shared_kinds(request, name, brief.fact_kinds.get(name, ""))
        if not shared or name in tried:
            continue
        place = 0.1 * request.kinds.index(shared[0])
        score = 1.0 - place + _overlap(name, request.sentence) + _length(value, request.sentence)
        if score >= _FITS:
            fitting.append((score, name))
    if not fitting and request.kinds in ((UNKNOWN,), ("phone",)) and (name := _by_length(request, brief, tried)):
        fitting = [(1.0, name)]
    # "The juror number above your name": no keys stand for the name, the number has some.
    entries = (entry_of(request, brief, name) for _, name in sorted(fitting, key=lambda each: -each[0]))
    return next((entry for entry in entries if entry is not None), None)


def shared_kinds(request: Request, name: str, kind: str = "") -> list[str]:
    """What of the request the fact would answer; a secret answers only what is asked for first."""
    kinds = kinds_of_fact(name, kind) | {f"={name}"}
    shared = [each for each in request.kinds if each in kinds]
    return [] if shared and kinds & SECRET_KINDS and shared[0] not in SECRET_KINDS else shared


def entry_of(request: Request, brief: CallBrief, name: str) -> Entry | None:
    """The released fact of this name as the line wants it; None when it cannot be given so."""
    value, kinds = brief.facts[name], kinds_of_fact(name, brief.fact_kinds.get(name, ""))
    form = form_of(kinds & set(request.kinds) or kinds, value)
    if request.is_spoken:
        is_spelt = form in (Form.WORDS, Form.EMAIL) and _SPELL.search(request.sentence) is not None
        text = apart(value) if is_spelt else said(form, value, brief.language, brief.locale)
    else:
        text = keyed(value, request.sentence, brief.locale, form)
    return Entry(name, text, request.is_spoken, request.terminator) if text else None


def _by_length(request: Request, brief: CallBrief, tried: Collection[str]) -> str:
    """ "Enter the ten digit number that is out of order": the one released fact of so many digits, or the one that is named."""
    wanted = _DIGITS.search(request.sentence)
    if wanted is None:
        return ""
    fitting = [
        name
        for name, value in brief.facts.items()
        if value.isdigit()
        and len(value) == _number(wanted[1])
        and name not in tried
        and not (own := kinds_of_fact(name, brief.fact_kinds.get(name, ""))) & SECRET_KINDS
        # Where a telephone number is wanted, what is known to be another number is none.
        and not (own and UNKNOWN not in request.kinds)
    ]
    # "If you are waiting for your own number, use the temporary one".
    named = [name for name in fitting if _is_named(request.sentence, name)] if len(fitting) > 1 else fitting
    return named[0] if len(named) == 1 else ""


def name_by_keys(name: str, request: Request) -> str:
    """Keys that spell somebody's last name, as many letters as the prompt wants; empty when it wants none."""
    if not {"surname", "name"} & set(request.kinds) or (
        not re.search(_SPELL, request.sentence) and not _FIRST_LETTERS.search(request.sentence)
    ):
        return ""
    last = name.rsplit(maxsplit=1)[-1] if name.split() else ""
    return keyed(last, request.sentence, "")


def _overlap(name: str, sentence: str) -> float:
    parts = [part for part in re.split(r"[^a-z]+", plain(name)) if len(part) > 2 and part != "number"]
    return 0.3 * sum(part[:6] in sentence for part in parts) / max(1, len(parts))


def _length(value: str, sentence: str) -> float:
    wanted = _DIGITS.search(sentence)
    digits = re.sub(r"\D", "", value)
    if wanted is None or not digits or _LAST.search(sentence):
        return 0.0
    return 0.2 if len(digits) == _number(wanted[1]) else -0.2


def _number(word: str) -> int:
    return int(word) if word.isdigit() else _NUMBERS[word]


def keyed(value: str, sentence: str, locale: str, form: Form = Form.CODE) -> str:
    """Keys for a value, by what the prompt says of it: letters as keys, a date's order, last digits, digits only."""
    spelt = _FIRST_LETTERS.search(sentence)
    if spelt or _wants_letters(value, sentence, form):
        letters = "".join(_LETTERS.get(c, c if c.isdigit() else "") for c in plain(value))
        return letters[: _number(next(filter(None, spelt.groups())))] if spelt else letters
    day = day_of(value)
    if day is not None:
        return _date_keys(day, sentence, locale)
    if form in (Form.WORDS, Form.EMAIL) and re.search(r"[^\W\d_]", value):
        # No keys stand for it.
        return ""
    digits = national(value) if form is Form.PHONE else re.sub(r"\D", "", value)
    last = _LAST.search(sentence)
    is_mostly_letters = form is Form.CODE and 2 * len(digits) < sum(c.isalnum() for c in value)
    if is_mostly_letters and not last and (wanted := _DIGITS.search(sentence)) and _number(wanted[1]) != len(digits):
        # "Your 13 digit ticket number": the 6 of "PV6MWA" is none.
        return ""
    if last and len(digits) > (count := _number(next(filter(None, last.groups())))):
        return digits[-count:]
    return digits


def _wants_letters(value: str, sentence: str, form: Form) -> bool:
    """True when the letters of a value are keyed in as well: it is spelt, or a code of which they are no mere prefix."""
    if _WITHOUT_LETTERS.search(sentence):
        return False
    if not re.search(r"\d", value):
        return _SPELL.search(sentence) is not None
    if form is not Form.CODE or not re.search(r"[^\W\d_]", value):
        return False
    signs = re.findall(r"[^\W_]", value)
    counted = _CHARACTERS.search(sentence)
    if _LETTERS_AS_KEYS.search(sentence) or (counted and _number(counted[1]) == len(signs)):
        return True
    return not _DIGITS_ONLY.search(sentence) and 2 * sum(sign.isdigit() for sign in signs) < len(signs)


def _date_keys(day: date, sentence: str, locale: str) -> str:
    """Order as asked ("two digits for the month …"), else as the country writes it; the year as long as asked."""
    positions = {
        part: match.start()
        for part, pattern in (
            ("d", r"\b(?:day|tag|jour|dia|dag|giorno|dd|tt|jj|gg)"),
            ("m", r"\b(?:month|monat|mois|mes\b|maand|mese|mm)"),
            ("y", r"\b(?:year|jahr|annee|ano\b|jaar|anno|yy|jj+j|aaaa)"),
        )
        if (match := re.search(pattern, sentence))
    }
    order = (
        "".join(sorted(positions, key=positions.__getitem__))
        if len(positions) == 3
        else ("mdy" if locale == "en-US" else "dmy")
    )
    wanted = _DIGITS.search(sentence)
    is_short = (
        bool(wanted and _number(wanted[1]) == 6)
        or re.search(r"two (?:digits )?(?:for the|digit) year", sentence) is not None
    )
    parts = {"d": f"{day.day:02}", "m": f"{day.month:02}", "y": f"{day.year:04}"[2 if is_short else 0 :]}
    return "".join(parts[part] for part in order)


def tidy_fact(name: str, kind: str, value: str, locale: str) -> str:
    """A value as typed by the user in the form that facts of its kind have; without a ``kind`` the name tells it."""
    return as_fact(next(iter(sorted(kinds_of_fact(name, kind))), ""), value, locale)


def as_fact(kind: str, value: str, locale: str = "") -> str:
    """A value as typed by the user in the form that facts have: dates as ISO 8601, everything else without outer blanks."""
    value = " ".join(value.split())
    found = _TYPED_DATE.fullmatch(value) if kind in ("birth", "date") else None
    if found is None:
        return value
    first, second, year = int(found[1]), int(found[2]), int(found[3])
    month, day = (first, second) if locale == "en-US" or second > _MONTHS else (second, first)
    try:
        return date(year, month, day).isoformat()
    except ValueError:
        return value
