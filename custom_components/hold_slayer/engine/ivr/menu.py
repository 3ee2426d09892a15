"""What a prompt offers: keys ("for sales, press 1", "press 1 for sales", "sales? That's 1"), words to say, or just to stay.

Pure text analysis. Whatever the text says beyond that (requests, promises, instructions) is left in `Menu.context`.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from enum import StrEnum
from functools import cache
import re

from .words import LANGUAGES, Words, plain, words_of

_POINTING = re.compile(
    r"(?:for |to do |if you (?:want|would like|'d like) )?"
    r"(?:that|this|it|so|das|dies|dafur|cela|ca|eso|ello|dat|dit|daarvoor|cio|questo)(?: one)?"
)
"""Purposes that only point back."""


_LONGEST = 7
"""Words of one thing of a list that may be said ("a package within the country, or an international one")."""
_SHORTEST_NUMBER = 3
_EMERGENCY = frozenset({"000", "061", "091", "110", "111", "112", "113", "115", "118", "911", "988", "999"})


class OptionKind(StrEnum):
    """How an option is taken."""

    KEY = "key"
    PHRASE = "phrase"
    EXAMPLE = "example"
    """Something one might say, among other things."""
    STAY = "stay"
    """By doing nothing."""


@dataclass(frozen=True, slots=True)
class Option:
    """One way on, and what it is for, as said."""

    key: str
    """The key, or the words to say; empty for `OptionKind.STAY`."""
    purpose: str
    kind: OptionKind = OptionKind.KEY


@dataclass(frozen=True, slots=True)
class Menu:
    """What was offered and what else was said, in plain text."""

    options: tuple[Option, ...]
    context: tuple[str, ...]
    """Sentences and parts of sentences that offer nothing."""

    @property
    def keys(self) -> frozenset[str]:
        """The keys announced."""
        return frozenset(option.key for option in self.options if option.kind is OptionKind.KEY)

    @property
    def text(self) -> str:
        """The context in one."""
        return " ".join(self.context)


_KEY_LAST = re.compile(r"(?P<what>[^\d?]*[^\W\d][^\d?]*?) ?[,:] ?(?P<key>\d)[.;]?")
_KEY_ONLY_FIRST = re.compile(r"(?P<key>\d)[,:] (?P<what>(?!\d).*[^\W\d].*?)[.;]?")
_LEAST_LISTED = 2


@dataclass(frozen=True, slots=True)
class _Patterns:
    """Patterns that need the key names of a language."""

    offer: re.Pattern[str]
    unfinished: re.Pattern[str]
    """The end of a text that has begun to offer a key."""
    elliptic: re.Pattern[str]
    pair: re.Pattern[str]
    terminator: re.Pattern[str]
    ends_input: re.Pattern[str]
    connect_start: re.Pattern[str]
    connect_any: re.Pattern[str]
    reply: re.Pattern[str]
    """All of a sentence that answers a question: "Invoices? The 2."."""
    lead: re.Pattern[str]
    listing: re.Pattern[str]


def parse_menu(utterances: Sequence[str], words: Words) -> Menu:
    """Read a prompt. A key offered twice keeps its last purpose. Numbers that are not offered as keys are no options."""
    parser = _Parser(words)
    for text in _with_verbs(_mended([plain(utterance) for utterance in utterances], words), words):
        parser.read(text)
    return parser.menu()


def _mended(texts: Sequence[str], words: Words) -> list[str]:
    """An offer that a pause has cut in two is one again, where speech to text writes no full stops."""
    patterns = _patterns(words.language)
    mended: list[str] = []
    for text in texts:
        if mended and _goes_on(mended[-1], text, patterns):
            mended[-1] = f"{mended[-1]} {text}"
        else:
            mended.append(text)
    return mended


def _with_verbs(texts: Sequence[str], words: Words) -> list[str]:
    """ "Refills, 2. Lab reports, 3." and "1, to clear your balance. 2, for a reading.": lists that leave the verb out, with it."""
    sentences = [part for text in texts for part in re.split(r"(?<=[.;!?])\s+", text)]
    for shape, order in ((_KEY_LAST, "{what}, {verb} {key}"), (_KEY_ONLY_FIRST, "{verb} {key} {what}")):
        # "Callers ahead: 2. Minutes to wait: 5." are no keys: those follow one another, and speak of no queue.
        found = {
            place: match
            for place, text in enumerate(sentences)
            if (match := shape.fullmatch(text)) and not words.has("hold", match["what"])
        }
        keys = [int(match["key"]) for match in found.values()]
        if len(keys) >= _LEAST_LISTED and keys == list(range(keys[0], keys[0] + len(keys))):
            verb = words.sources["key_verb"]
            said = {place: order.format(what=m["what"], verb=verb, key=m["key"]) for place, m in found.items()}
            return [said.get(place, text) + ("." if place in said else "") for place, text in enumerate(sentences)]
    return list(texts)


def _goes_on(text: str, after: str, patterns: _Patterns) -> bool:
    if text.rstrip(" \"'").endswith((".", "?", "!", ";")):
        return False
    if (begun := patterns.unfinished.search(text)) is not None:
        return patterns.offer.match(f"{text} {after}", begun.start()) is not None
    # "For sales press one to speak to an adviser" | "press two for accounts press three": whose the middle is, the end tells.
    offers = list(patterns.offer.finditer(text))
    return (
        bool(offers)
        and patterns.offer.match(after) is not None
        and patterns.connect_any.search(text[: offers[0].start()]) is not None
        and re.search(r"\w{2}", text[offers[-1].end() :]) is not None
    )


@cache
def _patterns(language: str) -> _Patterns:
    words = words_of(language)
    names = sorted((re.escape(name) for name in words.digits if not name.isdigit()), key=len, reverse=True)
    spoken = "|".join(re.escape(name) for name, key in words.digits.items() if key.isdigit() and not name.isdigit())
    unit = words.sources["units"]
    homophones = "|".join(sorted(map(re.escape, words.homophones), key=len, reverse=True)) or "(?!)"
    # A homophone is a key only where the sentence could not go on with it as a word.
    connect = words.sources["connect"]
    key = (
        rf"[\"']?(?P<key>{'|'.join(names)}|\d{{1,4}}|[*#]|(?:{homophones})(?= ?$| ?[,.;]| (?:{connect})\b))"
        rf"[\"']?(?! (?:{spoken}) (?:{spoken})\b)(?!,? \d,? \d)(?![\w'])(?!,\d)(?! ?-?(?:{unit})\b)"
    )
    forms = [rf"(?:{words.sources['press']})\s+{key}"]
    if words.sources["offer_after"]:
        forms.append(rf"{_named(key, 1)} (?:{words.sources['offer_after']})")
    if words.sources["offer_bare"]:
        forms.append(rf"(?:{words.sources['offer_bare']}) {_named(key, 2)}")
    return _Patterns(
        offer=re.compile(rf"(?<!\w)(?:{'|'.join(forms)})"),
        unfinished=re.compile(rf"(?<!\w)(?:{words.sources['press']})\W*$"),
        elliptic=re.compile(
            rf"(?:^|,|\b(?:{words.sources['and_or']})\b)\s*(?:(?:{words.sources['and_or']})\s+)?{_article(words)}{key}\s+(?=(?:{connect})\b)"
        ),
        pair=re.compile(
            rf"(?:,|\b(?:{words.sources['and_or']})\b)\s*(?P<what>[^,.]*?[^\W\d][^,.]*?)[ ,]+{_article(words)}{key}"
            rf"(?=\s*(?:,|$|\.|\b(?:{words.sources['and_or']})\b))"
        ),
        terminator=re.compile(
            rf"(?<!\w)(?:{words.sources['terminator']})\W+(?:\w+ ){{0,2}}?[\"']?(?P<end>{'|'.join(_ends(words))})(?!\w)"
        ),
        ends_input=re.compile(rf"(?:{words.sources['terminator']})\W*$"),
        connect_start=re.compile(rf"^\W*(?:{words.sources['connect']})\b"),
        connect_any=re.compile(rf"(?<!\w)(?:{words.sources['connect']})\b"),
        reply=re.compile(rf"\W*(?:\w+ )?{_article(words)}{key}\W*"),
        lead=re.compile(rf"^(?:\W*\b(?:{words.sources['lead']})\b)+"),
        listing=re.compile(rf"\s*(?:,|\b(?:{words.sources['and_or']})\b)\s*"),
    )


def _named(key: str, number: int) -> str:
    return key.replace("(?P<key>", f"(?P<key{number}>")


def _article(words: Words) -> str:
    return rf"(?:(?:{words.sources['article']})\s+)?"


def _ends(words: Words) -> list[str]:
    names = [re.escape(name) for name, key in words.digits.items() if key in "*#"]
    return sorted(names, key=len, reverse=True)


class _Parser:
    """Reads utterance by utterance; a question may be answered by the sentence after it ("Moving in? Press 1.")."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self._options: dict[str, Option] = {}
        self._context: list[str] = []
        self._carried = ""

    def menu(self) -> Menu:
        return Menu(tuple(self._options.values()), tuple(self._context))

    def read(self, text: str) -> None:
        found = re.findall(r"[^.;!?]+(?:[.;!?](?=\S)[^.;!?]*)*[.;!?]*", text)
        parts = [part for sentence in found if (part := sentence.strip(" .;!"))]
        offer = _patterns(self._words.language).offer
        for part, after in zip(parts, [*parts[1:], ""], strict=False):
            # "Is it about an order or a delivery? Press 3.": one option, not two to say.
            is_answered_by_key = part.endswith("?") and offer.match(after.lstrip(" \"'")) is not None
            self._sentence(part, is_asked=is_answered_by_key)

    def _sentence(self, sentence: str, *, is_asked: bool = False) -> None:
        if self._words.has("to_machines", sentence):
            # What a line has to say to machines offers callers nothing, and asks them nothing.
            self._carried = ""
            return
        if self._carried.endswith("?") and (reply := _patterns(self._words.language).reply.fullmatch(sentence)):
            self._context.pop()
            self._add(Option(_key(reply, self._words), _clean(self._carried).rstrip(" ?")))
            self._carried = ""
            return
        if self._carried and _patterns(self._words.language).terminator.fullmatch(sentence.strip(" ,")):
            # "Enter your number. Then dial pound.": the end of what was asked for, no way on.
            self._context.append(sentence)
            return
        found = self._keys(sentence, self._words)
        if found is None:
            found = self._foreign(sentence)
        if found is not None:
            options, rest = found
            if self._words.has("hang_up", sentence):
                # "For the nurses' line, hang up and dial 811": a number, not a key.
                options = [option for option in options if len(option.key) < _SHORTEST_NUMBER]
            if rest:
                self._context.append(rest)
            for option in options:
                self._add(option)
            self._carried = ""
            return
        if is_asked or (not self._stay(sentence) and not self._phrases(sentence)):
            self._context.append(sentence)
            self._carried = sentence
        else:
            self._carried = ""

    def _add(self, option: Option) -> None:
        if option.key in _EMERGENCY:
            # "In an emergency, hang up and dial 911": advice, not an option.
            return
        stay = self._words.find("stay", option.purpose) if option.kind is OptionKind.KEY else None
        if (
            stay is not None
            and stay.start() > 0
            and re.search(r"(?:,|\bor\b|\bo\b|\bou\b|\boder\b|\bof\b)[^,]{0,12}$", option.purpose[: stay.start()])
        ):
            self._add(Option("", _clean(option.purpose[stay.end() :]), OptionKind.STAY))
            option = Option(option.key, _clean(option.purpose[: stay.start()]), option.kind)
        purpose = re.sub(rf"^(?:{self._words.sources['for']}) ", "", option.purpose)
        if _POINTING.fullmatch(purpose) and self._context:
            # "A voucher can be issued now. For that, press 1."
            purpose = _clean(f"{self._context[-1]} {purpose}")
        option = Option(option.key, purpose, option.kind)
        self._options[f"{option.kind}{option.key}" if option.kind is not OptionKind.STAY else "stay"] = option

    def _keys(self, sentence: str, words: Words) -> tuple[list[Option], str] | None:
        """Options by key in a sentence and what stands before them; None when it offers none."""
        patterns = _patterns(words.language)
        offers, start = self._offers(sentence, words, patterns)
        if not offers:
            return None
        rest, begin = sentence[:start].strip(" ,"), start
        before = patterns.lead.sub("", sentence[begin : offers[0].start()]).strip(" ,:\"'-")
        after = sentence[offers[0].end() : offers[1].start() if len(offers) > 1 else len(sentence)].strip(" ,")
        after = patterns.lead.sub("", after).strip(" ,")
        is_asking = words.has("enter", before)
        # "for sales press 1 for billing press 2": a run that ends with a key names each purpose before its key.
        is_ending_with_key = bool(before) and not re.search(r"\w{2}", sentence[offers[-1].end() :])
        # "An agent will be with you in about ten minutes press one to keep waiting or press two and we'll call you".
        is_status = words.has("hold", before) and patterns.connect_start.match(before) is None
        is_key_first = (
            bool(after)
            and not is_ending_with_key
            and patterns.connect_start.match(after) is not None
            and (not before or is_asking or is_status or patterns.connect_any.search(before) is None)
        )
        if is_key_first:
            if before:
                rest = f"{rest} {before}".strip()
            return self._key_first(sentence, offers, words, patterns), rest
        return self._phrase_first(sentence, offers, begin, words, patterns), rest

    def _offers(self, sentence: str, words: Words, patterns: _Patterns) -> tuple[list[re.Match[str]], int]:
        """Offers of keys, without those that only end an entry ("then press pound"), and where purposes may begin."""
        start, offers = 0, []
        is_entry = words.has("enter", sentence) or words.has("verbless", sentence)
        for end in patterns.terminator.finditer(sentence):
            start = max(start, end.end()) if is_entry else start
        for offer in patterns.offer.finditer(sentence):
            before = sentence[: offer.start()]
            if (
                is_entry
                and _key(offer, words) == "#"
                and words.has("enter", before)
                and not re.search(r"\w{2}", sentence[offer.end() :])
                and not words.has("no_id", sentence)
            ):
                # Whatever the verb is: an entry ends with it.
                start = max(start, offer.end())
                continue
            if is_entry and (patterns.ends_input.search(before) or offer.start() < start):
                start = max(start, offer.end())
                continue
            offers.append(offer)
        if start and offers and offers[0].start() < start:
            start = 0
        return offers, start

    def _key_first(self, sentence: str, offers: list[re.Match[str]], words: Words, patterns: _Patterns) -> list[Option]:
        options = []
        for index, offer in enumerate(offers):
            end = offers[index + 1].start() if index + 1 < len(offers) else len(sentence)
            purpose = sentence[offer.end() : end]
            more = list(patterns.elliptic.finditer(purpose))
            cut = more[0].start() if more else len(purpose)
            is_reply = (
                index == 0
                and self._carried.endswith("?")
                and not re.match(rf"\W*(?:{words.sources['for']})\b", purpose)
            )
            prefix = self._carried if is_reply else ""
            options.append(Option(_key(offer, words), _clean(f"{prefix} {purpose[:cut]}")))
            for number, other in enumerate(more):
                until = more[number + 1].start() if number + 1 < len(more) else len(purpose)
                options.append(Option(_key(other, words), _clean(purpose[other.end() : until])))
        return options

    def _phrase_first(
        self, sentence: str, offers: list[re.Match[str]], begin: int, words: Words, patterns: _Patterns
    ) -> list[Option]:
        options, position = [], begin
        for index, offer in enumerate(offers):
            purpose = _clean(patterns.lead.sub("", sentence[position : offer.start()]))
            after = sentence[offer.end() : offers[index + 1].start() if index + 1 < len(offers) else len(sentence)]
            if not re.search(r"\w{2}", purpose) and index == 0:
                purpose = self._carried or _clean(after)
            elif index + 1 == len(offers) and patterns.connect_start.match(after):
                # "If that's you, press 1 to get updates by text."
                purpose = f"{purpose}, {after}"
            options.append(Option(_key(offer, words), _clean(purpose)))
            position = offer.end()
        tail = sentence[position:]
        options += [Option(_key(pair, words), _clean(pair["what"])) for pair in patterns.pair.finditer(tail)]
        stay = words.find("stay", tail)
        if stay is not None:
            options.append(Option("", _clean(tail[stay.end() :] or tail), OptionKind.STAY))
        return options

    def _foreign(self, sentence: str) -> tuple[list[Option], str] | None:
        """ "Para español, oprima el 2" in an English menu: offers in other languages, to choose the language only."""
        for code in LANGUAGES:
            words = words_of(code)
            if code == self._words.language or not any(p.search(sentence) for p in words.languages.values()):
                continue
            found = self._keys(sentence, words)
            if found is not None:
                return found
        return None

    def _stay(self, sentence: str) -> bool:
        """ "For the front desk, please hold": an option that is taken by doing nothing."""
        words = self._words
        stay = words.find("stay", sentence)
        if stay is None:
            return False
        before = sentence[: stay.start()]
        patterns = _patterns(words.language)
        if self._carried.endswith("?"):
            self._add(Option("", f"{self._carried} {sentence}", OptionKind.STAY))
            return True
        is_conditional = (
            patterns.connect_any.search(before) or words.has("proceed", before) or words.has("no_id", sentence)
        )
        if is_conditional:
            purpose = _clean(f"{before} {sentence[stay.end() :]}") or before
            self._add(Option("", purpose, OptionKind.STAY))
            return True
        if words.has("no_id", self._carried):
            self._add(Option("", self._carried, OptionKind.STAY))
            return True
        return False

    def _phrases(self, sentence: str) -> bool:
        """Words to say: `say "billing"`, `for example, "claims" or "appeals"`, "is it about your bill or the network?"."""
        words = self._words
        saying = list(words.patterns["say"].finditer(sentence))
        listing = words.find("choices", sentence) or self._before_list(sentence)
        is_question = words.has("heard_as", sentence)
        if (not saying and listing is None) or is_question:
            return False
        # "Tell me what you'd like: to book, to cancel or something else" listens to anything.
        is_example = words.has("example", sentence) or words.has("open", sentence.rpartition(":")[0])
        quoted = re.findall(r'"([^"]{2,60})"', sentence)
        options: list[Option] = []
        if quoted:
            options = self._quoted(sentence, quoted, is_example=is_example)
        elif listing is not None:
            options = self._listed(sentence[listing.end() :], is_example=is_example)
        else:
            options = self._unquoted(sentence, saying)
        for option in options:
            self._add(option)
        if options and (is_example or listing is not None):
            self._context.append(sentence)
        return bool(options)

    def _before_list(self, sentence: str) -> re.Match[str] | None:
        """ "Just tell me one thing: a repair, a part or a bill": what comes before such a list; None: there is none."""
        words = self._words
        begins = re.match(r"[^:?]+:(?= )", sentence)
        if begins is None or sentence.endswith("?") or not words.has("or", sentence[begins.end() :]):
            return None
        is_asking = words.has("speak", begins[0]) and not words.has("enter", begins[0])
        return begins if is_asking else None

    def _quoted(self, sentence: str, quoted: list[str], *, is_example: bool) -> list[Option]:
        options = []
        position = 0
        for phrase in quoted:
            at = sentence.index(f'"{phrase}"', position)
            before, position = sentence[position:at], at + len(phrase) + 2
            after = re.split(r'[,"]', sentence[position:])[0]
            said = phrase.strip(" ,.")
            if said in (plain(self._words.yes), plain(self._words.no)):
                continue
            kind = OptionKind.EXAMPLE if is_example else OptionKind.PHRASE
            options.append(Option(said, said if is_example else self._purpose(before, said, after), kind))
        return options

    def _purpose(self, before: str, said: str, after: str) -> str:
        """What a phrase is for: `to …, say "x"` or `say "x" to …`; not what the phrase before it was for."""
        clauses = re.split(rf",|\b(?:{self._words.sources['and_or']})\b", before)
        if _patterns(self._words.language).connect_start.match(after) or len(clauses) < 2:
            return _clean(f"{clauses[-1]} {said} {after}")
        kept = [clause for clause in clauses[:-1] if not self._words.has("say", clause)]
        return _clean(f"{' '.join(kept)} {clauses[-1]} {said}")

    def _listed(self, text: str, *, is_example: bool) -> list[Option]:
        parts = [_clean(part) for part in _patterns(self._words.language).listing.split(text.strip(" :,?"))]
        parts = [part for part in parts if part]
        if not 2 <= len(parts) <= 8 or any(len(part.split()) > _LONGEST for part in parts):
            return []
        kind = OptionKind.EXAMPLE if is_example else OptionKind.PHRASE
        return [Option(self._bare(part), part, kind) for part in parts]

    def _bare(self, phrase: str) -> str:
        tokens = phrase.split()
        while len(tokens) > 1 and tokens[0] in self._words.stop:
            tokens.pop(0)
        return " ".join(tokens)

    def _unquoted(self, sentence: str, saying: list[re.Match[str]]) -> list[Option]:
        options = []
        connect = self._words.sources["connect"]
        for index, verb in enumerate(saying):
            rest = sentence[verb.end() : saying[index + 1].start() if index + 1 < len(saying) else len(sentence)]
            phrase = re.match(
                rf"\s+((?:[\w']+)(?: [\w']+){{0,2}}?)(?=\s*(?:,|$|\?|\b(?:{connect}|{self._words.sources['and_or']})\b))",
                rest,
            )
            if phrase is None or self._words.patterns["never_phrase"].fullmatch(phrase[1].split()[0]):
                continue
            before = sentence[saying[index - 1].end() if index else 0 : verb.start()]
            options.append(Option(phrase[1], _clean(f"{before} {rest}"), OptionKind.PHRASE))
        return options


def _key(offer: re.Match[str], words: Words) -> str:
    named = next(value for name, value in offer.groupdict().items() if name.startswith("key") and value)
    return words.digits.get(named) or words.homophones.get(named) or named


def _clean(purpose: str) -> str:
    return re.sub(r"\s+", " ", purpose).strip(" ,:;-.'\"")
