"""What of the user's facts the line may be told now: those released, and those that the user lends for one prompt at a time."""

from collections.abc import Callable, Sequence
from dataclasses import replace

from ..model.call_brief import CallBrief
from .decision import NOTE_LENGTH, Decision, DecisionKind
from .facts import UNKNOWN, Entry, Request, entry_for, kinds_in, kinds_of_fact, shared_kinds, tidy_fact
from .goal import Appraisal
from .menu import OptionKind

_MOST_TIMES = 2
"""What was told so often at one prompt is not what the line wants."""
_HARMLESS = -0.2
"""Score above which an option may be tried for want of a better one."""


def telling(entry: Entry, reason: str, confidence: float) -> Decision:
    """Tell the line a fact, by keys or in words."""
    do = DecisionKind.SAY if entry.is_spoken else DecisionKind.PRESS
    return Decision(do, entry.told, entry.shown, reason=reason, confidence=confidence)


class Disclosure:
    """The facts of one call: the brief holds what is released, the user's answers come to it, what was lent goes from it."""

    def __init__(self) -> None:
        self.refused: set[str] = set()
        """Facts that the line would not take."""
        self._withheld: set[str] = set()
        self._lent: dict[str, int] = {}

    def at(self, brief: CallBrief, prompt: int) -> CallBrief:
        """The brief for this prompt: what was lent for another one is not in it any more."""
        over = [name for name, place in self._lent.items() if place != prompt]
        for name in over:
            del self._lent[name]
        return replace(brief, facts={n: v for n, v in brief.facts.items() if n not in over}) if over else brief

    def entry(self, brief: CallBrief, request: Request, tried: Callable[[str], int]) -> Entry | None:
        """The released fact that answers, as the line wants it. ``tried``: how often something was done at this prompt."""
        entry = entry_for(request, brief, self.refused)
        if entry is not None and entry.is_spoken and tried(entry.shown):
            # It was not heard: perhaps it listens to keys.
            entry = entry_for(replace(request, is_spoken=False), brief, self.refused) or entry
        if entry is not None and tried(entry.shown) >= _MOST_TIMES:
            self.refused.add(entry.name)
            entry = None
        return entry

    def question(self, brief: CallBrief, request: Request, heard: str) -> Decision | None:
        """The user may want to give it after all, unless they have been asked, or nobody has to know it and nothing is kept."""
        offers = tuple(
            name
            for name in brief.ask_first
            if name not in self.refused and shared_kinds(request, name, brief.fact_kinds.get(name, ""))
        )
        fact = request.kinds[0] if not request.kinds[0].startswith("=") else request.kinds[0][1:]
        is_moot = fact == UNKNOWN or (request.is_conditional and not offers)
        if is_moot or not brief.policy.ask_user or fact in self._withheld:
            return None
        return Decision(
            DecisionKind.ASK_USER,
            reason="not_released",
            fact=fact,
            offers=offers,
            note=heard[:NOTE_LENGTH],
            confidence=1.0,
        )

    def withheld(self, fact: str) -> None:
        """The user would rather not, or says nothing: they are not asked again."""
        self._withheld.add(fact)

    def answered(self, brief: CallBrief, fact: str, value: str, kept: str, prompt: int) -> CallBrief:
        """The brief with the user's answer to the question for ``fact``: of their own, or what is ``kept`` under that name."""
        name = kept or fact
        self.refused.discard(name)
        if kept in brief.ask_first:
            self._lent[kept] = prompt
        else:
            self._withheld.add(fact)
        tidy = tidy_fact(name, brief.fact_kinds.get(name, ""), value, brief.locale)
        return replace(brief, facts={**brief.facts, name: tidy})


def way_around(
    brief: CallBrief, offered: Sequence[Appraisal], is_tried: Callable[[Appraisal], bool]
) -> Appraisal | None:
    """What a line offers those who do not tell what it asks for: by name, a person, by silence, anything else, the way back.

    "If you'd rather verify with your ZIP code": a way for those who may tell that.
    """
    may_tell = {kind for name in brief.facts for kind in kinds_of_fact(name, brief.fact_kinds.get(name, ""))}
    left = [a for a in offered if not is_tried(a)]
    for kind in ("no_id", "person", "other"):
        if ways := [a for a in left if a.is_a(kind) and not a.is_a("refused")]:
            return max(ways, key=lambda a: a.score)
    if (stay := next((a for a in left if a.option.kind is OptionKind.STAY), None)) is not None:
        return stay
    if ways := [a for a in left if a.score > _HARMLESS and set(kinds_in(a.option.purpose)) <= may_tell]:
        return max(ways, key=lambda a: a.score)
    return next((a for a in left if a.is_a("back")), None)
