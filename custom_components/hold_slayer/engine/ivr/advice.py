"""What a language model may have the navigator do: announced keys, short words, released facts that are asked for."""

from collections.abc import Mapping
import re

from ..model.call_brief import CallBrief
from .decision import Decision, DecisionKind
from .facts import Request, entry_for, kinds_of_fact
from .situation import Situation

_WAIT_S = 10.0
_LADDER = frozenset({"0"})
_MAX_WORDS = 80


def validated(
    answer: Mapping[str, object], situation: Situation, brief: CallBrief, refused_facts: set[str]
) -> Decision | None:
    """A model's answer as a decision; None when it is nonsense or not allowed."""
    verb, value = str(answer.get("do", "")), str(answer.get("value", "") or "").strip()
    match verb:
        case "press" if value in situation.menu.keys | _LADDER:
            return Decision(DecisionKind.PRESS, value, value, reason="model", confidence=0.6)
        case "say" if 0 < len(value) <= _MAX_WORDS and not re.search(r"\d{3,}", value) and not _tells(value, brief):
            return Decision(DecisionKind.SAY, value, value, reason="model", confidence=0.6)
        case "fact" | "give_fact" if value in brief.facts and value not in refused_facts:
            return _fact(value, situation, brief)
        case "wait":
            return Decision(DecisionKind.WAIT, seconds=_WAIT_S, reason="model")
        case "listen":
            return Decision(DecisionKind.LISTEN, reason="model")
        case "give_up":
            reason = str(answer.get("reason", "no_route"))
            return Decision(DecisionKind.GIVE_UP, reason=reason if reason.isidentifier() else "no_route")
        case _:
            return None


def _tells(text: str, brief: CallBrief) -> bool:
    """A fact goes out by its name only, so that it is formatted, shown as a placeholder and counted."""
    return any(value and value.lower() in text.lower() for value in brief.facts.values())


def _fact(name: str, situation: Situation, brief: CallBrief) -> Decision | None:
    kinds = tuple(kinds_of_fact(name)) or ("reference",)
    asked = situation.request
    request = Request(
        kinds,
        asked.sentence if asked else situation.text,
        is_spoken=asked.is_spoken if asked else False,
        terminator=asked.terminator if asked else "",
        is_conditional=False,
    )
    entry = entry_for(request, {name: brief.facts[name]}, brief.locale)
    if entry is None:
        return None
    do = DecisionKind.SAY if entry.is_spoken else DecisionKind.PRESS
    value = entry.value if entry.is_spoken else entry.value + entry.terminator
    return Decision(do, value, entry.shown, reason="model", confidence=0.6)
