"""One turn of the line, read: what it offers, asks, says about waiting or about not being there."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
import re

from .alternatives import asks_openly, question_in, with_sides
from .facts import Request, request_in
from .menu import Menu, OptionKind, parse_menu
from .words import Words, plain


@dataclass(frozen=True, slots=True)
class Situation:
    """What was heard since the last action."""

    heard: tuple[str, ...]
    text: str
    """All of it, plain."""
    menu: Menu
    request: Request | None
    question: str = ""
    """What the line asks at the end of it, plain."""
    is_open: bool = False
    """That question wants neither yes nor no."""

    @property
    def context(self) -> str:
        """What was said besides options, plain."""
        return self.menu.text

    @property
    def sentences(self) -> str:
        """The same, each sentence closed by a full stop unless it is a question."""
        return " ".join(each if each.endswith(("?", "!", ".")) else f"{each}." for each in self.menu.context)


def read(heard: Sequence[str], words: Words, facts: Iterable[str] = ()) -> Situation:
    """Read one turn; ``facts``: names of what may be told."""
    menu = parse_menu(heard, words)
    question = question_in(menu.context, words)
    menu = with_sides(menu, question, words)
    request = request_in(menu.context, words, facts)
    return Situation(tuple(heard), plain(" ".join(heard)), menu, request, question, asks_openly(menu.context, words))


def ending(situation: Situation, words: Words) -> str | None:
    """Why nobody can be had here (``number_changed``, ``wrong_number``, ``voicemail``, …), as far as words alone tell."""
    context = situation.context
    if words.has("changed", context):
        is_named = re.search(r"\d{3}", situation.text) or any(
            len(run) > 4 for run in spoken_digits(situation.text, words)
        )
        if is_named or words.has("dial_instead", context):
            return "number_changed"
    if words.has("wrong", context):
        return "wrong_number"
    if situation.menu.options:
        return None
    if is_queue_full(situation, words):
        return "queue_full"
    if not _is_kept(situation, words) and not situation.context.endswith("?"):
        for name in ("no_service", "self_service"):
            if words.has(name, context):
                return name
    return None


def _may_stay(situation: Situation, words: Words) -> bool:
    return words.has("stay", situation.text)


def _is_kept(situation: Situation, words: Words) -> bool:
    """True when callers may stay on the line, or hear when somebody comes."""
    return _may_stay(situation, words) or words.has("kept", situation.context)


def is_asked_freely(situation: Situation, words: Words) -> bool:
    """True when the caller may say whatever they like; "you can say things like …" with nothing else to choose counts too."""
    options = situation.menu.options
    is_example_only = bool(options) and all(option.kind is OptionKind.EXAMPLE for option in options)
    context = situation.context or situation.text
    return is_example_only or words.has("open", situation.text) or words.has("directory", context)


def tells_only(situation: Situation, words: Words) -> bool:
    """True when the line has said something that wants no answer, and has not taken its leave: "Calling the tire center"."""
    is_asking = bool(situation.menu.options or situation.request or situation.question)
    is_end = any(words.has(name, situation.text) for name in ("farewell", "voicemail", "tone"))
    is_open = is_asked_freely(situation, words) or words.has("speak", situation.text)
    return bool(situation.heard) and not (is_asking or is_end or is_open or is_closed(situation, words))


def is_queue_full(situation: Situation, words: Words) -> bool:
    """True when all lines are busy and callers are sent away; whoever may stay on the line waits."""
    context = situation.context
    if words.has("queue_full", context):
        return not _may_stay(situation, words)
    is_sent_away = words.has("busy", context) and words.has("call_later", context)
    return is_sent_away and not _is_kept(situation, words)


def takes_messages(situation: Situation, words: Words) -> bool:
    """True when the line says that something may be recorded, now and without a key."""
    if words.has("tone", situation.text):
        return True
    return not situation.menu.options and situation.request is None and words.has("voicemail", situation.context)


def is_closed(situation: Situation, words: Words) -> bool:
    """True when the line says that it is closed now, or sends callers away without saying why.

    "All busy, stay on the line or call again later" is no such thing, nor "we will be closed on Friday".
    """
    is_message = words.has("voicemail", situation.context)
    if _may_stay(situation, words) and not is_message:
        return False
    sentences = situation.menu.context
    if any(
        words.has("closed", each) and not (_is_ahead(each, words) or words.has("closed_matter", each))
        for each in sentences
    ):
        # "Your claim was closed on Tuesday" is something else.
        return True
    if any(words.has("absent", sentence) for sentence in sentences) and not words.has("tone", situation.text):
        return True
    is_sent_away = any(words.has("call_later", sentence) for sentence in sentences)
    return is_sent_away and not words.has("busy", situation.context) and not _is_kept(situation, words)


def _is_ahead(sentence: str, words: Words) -> bool:
    """ "We will be closed on Friday": not now."""
    return words.has("closing", sentence) and not words.has("closed_now", sentence)


def why_closed(situation: Situation, words: Words) -> str:
    """``holiday`` when the line that says it is closed names one as the cause, else ``closed``."""
    return "holiday" if words.has("holiday", situation.context) else "closed"


def spoken_digits(text: str, words: Words) -> list[str]:
    """Runs of digits in plain ``text``, said as words or written."""
    runs, current = [], ""
    for token in re.findall(r"\w+", re.sub(r"(?<=\d)[\s,./-]+(?=\d)", "", text)):
        key = token if token.isdigit() else words.digits.get(token, "")
        if key.isdigit():
            current += key
        elif current:
            runs.append(current)
            current = ""
    return [*runs, current] if current else runs
