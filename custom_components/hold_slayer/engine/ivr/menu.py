"""Options offered in what was heard: "for sales, press 1", "press 1 for sales", "for sales press 1, support 2"."""

from dataclasses import dataclass
import re

from .language import Words, plain


@dataclass(frozen=True, slots=True)
class Option:
    """One key and what it is for, as said."""

    key: str
    purpose: str


def parse_menu(utterances: tuple[str, ...], words: Words) -> tuple[Option, ...]:
    """Options in order of appearance; a key offered twice keeps its last purpose. Numbers without a verb are no options."""
    found: dict[str, Option] = {}
    carried = ""
    for utterance in utterances:
        options, carried = _parse_utterance(plain(utterance), words, carried)
        for option in options:
            found[option.key] = option
    return tuple(found.values())


def _key_pattern(words: Words) -> str:
    names = sorted((re.escape(name) for name in words.digits), key=len, reverse=True)
    return rf"(?P<key>{'|'.join(names)}|\*|\#)(?![\w'])"


def _parse_utterance(text: str, words: Words, carried: str) -> tuple[list[Option], str]:
    """Options of one utterance, and the purpose it left without a key ("If you know the extension," … "press 1")."""
    sentences = [
        part.strip() for part in re.split(r"(?<=[a-zà-ÿ0-9*#\"')])[.;?!](?:\s+|$)", text) if part and part.strip()
    ]
    options: list[Option] = []
    for sentence in sentences:
        new = _parse_sentence(sentence, words, carried)
        options += new
        carried = "" if new else sentence
    return options, carried


def _parse_sentence(sentence: str, words: Words, carried: str) -> list[Option]:
    key = _key_pattern(words)
    offers = list(re.finditer(rf"(?:{words.press})\s+(?:\"|')?{key}(?:\"|')?(?:\s+{words.press_after})?", sentence))
    if not offers:
        trailing = re.search(rf"(?:die |de |op )?{key}\s+{words.press_after}", sentence)
        offers = [trailing] if trailing else []
    if not offers:
        return []
    is_key_first = _is_key_first(sentence, offers[0], words)
    options: list[Option] = []
    position = 0
    for index, offer in enumerate(offers):
        end = offers[index + 1].start() if index + 1 < len(offers) else len(sentence)
        after = sentence[offer.end() : end]
        before = sentence[position : offer.start()]
        value = words.digits.get(offer["key"], offer["key"])
        if is_key_first:
            purpose, rest = _split_elliptic(after, words)
            options.append(Option(value, _clean(purpose)))
            options += rest
        else:
            options.append(Option(value, _clean(before) or _clean(carried) or _clean(after)))
            options += _trailing_pairs(after, words) if index + 1 == len(offers) else []
        position = offer.end()
    return options


def _is_key_first(sentence: str, first: re.Match[str], words: Words) -> bool:
    """ "press 1 for sales": nothing but politeness before the verb, and a purpose behind the key."""
    before = re.sub(
        r"\b(please|or|and|you can|you may|simply|just|bitte|oder|s'il vous plaît|ou|por favor|o|of|per favore)\b",
        "",
        sentence[: first.start()],
    )
    after = sentence[first.end() :]
    has_before = bool(re.search(r"\w", before))
    return not has_before and re.match(rf"\W*(?:{words.connect})\b", after) is not None


def _split_elliptic(after: str, words: Words) -> tuple[str, list[Option]]:
    """Purpose of the first key, and options said without a verb: "press 1 for sales, 2 for support, or 3 for billing"."""
    key = _key_pattern(words)
    more = list(
        re.finditer(
            rf"(?:,|\bor\b|\band\b|\boder\b|\bou\b|\bo\b|\bof\b)\s*(?:or |and |die |le |el |il |la )?{key}\s+(?:{words.connect})\b",
            after,
        )
    )
    if not more:
        return after, []
    options = []
    for index, offer in enumerate(more):
        end = more[index + 1].start() if index + 1 < len(more) else len(after)
        options.append(Option(words.digits.get(offer["key"], offer["key"]), _clean(after[offer.end() : end])))
    return after[: more[0].start()], options


def _trailing_pairs(after: str, words: Words) -> list[Option]:
    """ "for sales press 1, support 2, billing 3": pairs behind the last verb."""
    key = _key_pattern(words)
    pairs = re.finditer(
        rf"(?:,|\bor\b|\band\b)\s*(?P<what>[^,]*?\w[^,]*?)[ ,]+{key}(?=\s*(?:,|$|\bor\b|\band\b))", after
    )
    return [Option(words.digits.get(pair["key"], pair["key"]), _clean(pair["what"])) for pair in pairs]


def _clean(purpose: str) -> str:
    return purpose.strip(" ,:;-.'\"")
