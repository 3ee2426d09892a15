"""Questions that hold their answers: "Did you send this parcel or receive it?", "A private account, or a business one?".

Neither yes nor no answers them, but one of their sides, in the line's own words.
"""

from collections.abc import Sequence
from dataclasses import replace
import re

from .menu import Menu, Option, OptionKind
from .words import Words

_MOST_SIDES, _LONGEST, _SHORTEST = 4, 12, 3
"""Sides, words of one, letters of one."""
_BARE_QUESTION = 6
"""Words of a question that only points back: "Which would you like?"."""


def question_in(context: Sequence[str], words: Words) -> str:
    """The question that the plain sentences of a line end with, and what it points back to; empty: they end with none."""
    last = context[-1] if context else ""
    if not last.endswith("?") and not re.match(rf"\W*(?:{words.sources['asking']})\b", last):
        return ""
    is_pointing = len(last.split()) <= _BARE_QUESTION and _is_open(last, words)
    return f"{context[-2]}, {last}" if is_pointing and len(context) > 1 else last


def asks_openly(context: Sequence[str], words: Words) -> bool:
    """True when the plain sentences of a line end with a question that neither yes nor no answers: "And which branch is it?"."""
    last = context[-1] if context else ""
    if not last.endswith("?") or words.has("yes_no", last):
        return False
    clauses = re.split(r"[,:;] ", last)
    # "What I heard is roadside help, is that right?"
    return _is_open(clauses[-1], words) or (_is_open(clauses[0], words) and not words.has("confirm", clauses[-1]))


def _is_open(text: str, words: Words) -> bool:
    begins = "|".join(words.sources[name] for name in ("lead", "and_or", "so"))
    before = rf"\W*(?:(?:{begins})(?!\w)\W*)*(?:(?:{words.sources['before_wh']}) )?"
    return re.match(rf"{before}(?:{words.sources['wh']})(?!\w)", text) is not None


def sides_of(question: str, words: Words) -> tuple[Option, ...]:
    """What a plain question lets one choose from, as words to say; empty when it wants a yes or a no.

    "Do you have your number or card handy?" and "is it two years old or older?" want a yes or a no, and so does what the line
    believes to have heard.
    """
    if (
        not words.has("or", question.rpartition(": ")[2])
        or words.has("heard_as", question)
        or words.has("yes_no", question)
    ):
        return ()
    # What comes before a colon is no side: "One thing, please: is it a claim or a bill?"
    asked = question.rpartition(": ")[2]
    sides = [_bare(side, words) for side in re.split(rf",|(?<!\w)(?:{words.sources['or']})(?!\w)", asked)]
    # "Which is it, a claim or a bill?"
    sides = [side for side in sides if len(side) >= _SHORTEST and not _is_open(side, words)]
    if not 2 <= len(sides) <= _MOST_SIDES or any(len(side.split()) > _LONGEST for side in sides):
        return ()
    if any(words.has("or_so", side) for side in sides[1:]) or any(words.has("affirm", side) for side in sides):
        return ()
    return tuple(Option(side, side, OptionKind.PHRASE) for side in sides)


def _bare(side: str, words: Words) -> str:
    """A side without what makes a question of it."""
    text = re.sub(r"^\W+|\W+$", "", side)
    text = re.sub(rf"^(?:{words.sources['and_or']}|{words.sources['so']})(?!\w)\W*", "", text)
    return re.sub(rf"^(?:(?:{words.sources['asking']}|{words.sources['can']})(?!\w)\W*)+", "", text)


def with_sides(menu: Menu, question: str, words: Words) -> Menu:
    """ "Is it still to come, or have you had it? Say 'before' or 'had it'.": what each of the words to say stands for."""
    said = [option for option in menu.options if option.kind is OptionKind.PHRASE]
    sides = sides_of(question, words)
    if len(said) != len(menu.options) or len(said) != len(sides) or any(_tells_more(option, words) for option in said):
        return menu
    options = (replace(o, purpose=f"{o.purpose}, {side.purpose}") for o, side in zip(said, sides, strict=True))
    return replace(menu, options=tuple(options))


def _tells_more(option: Option, words: Words) -> bool:
    """True when more is known of what is to be said than the words themselves."""
    rest = option.purpose.replace(option.key, " ")
    for name in ("say", "or", "and_or"):
        rest = words.patterns[name].sub(" ", rest)
    return re.search(r"\w{2}", rest) is not None
