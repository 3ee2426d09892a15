"""When a key may go out before the line's turn is known to be over: what is wanted is certain, and the line takes keys meanwhile.

Two degrees. While the line still speaks (`BargeIn.certain`) an option has to be nearly exactly what is wanted, far ahead of others
that were offered beside it, and must not be one that people are lured to before the right one comes. When the utterance is over but
the turn may not be (`BargeIn.settled`), a list has shown how long its own pauses are, or that this was its last option.
"""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from enum import Enum
import operator

from .goal import CLEAR, Appraisal
from .menu import OptionKind, parse_menu
from .situation import Situation
from .words import Words

_EXACT, _BEYOND_DOUBT = (1.4, 1.0, 0.9), (1.7, 1.2, 1.2)
"""Score, its part that comes of the goal's own words, and the lead over the next. Over all trees in time (`bench/press_timing.py`)
two of the 103 keys that go out early by the first are not those that the end of the list would have brought, with (1.2, 0.8, 0.8)
five of 140; by the second one of 48."""
_LANGUAGE = 2.0
_CLEAR_LEAD = 0.3
_LEAST_OPTIONS = 2
"""With a single option heard there is nothing to compare it with."""
_VAGUE = frozenset(
    {"person", "other", "more", "proceed", "back", "repeat", "no_id", "refused", "risky", "callback", "affirm", "deny"}
    | {"resolved"}
)
_CLOSING = frozenset({"other", "more", "repeat", "back", "person"})
"""What lists end with."""
_AROUND = frozenset({"no_id", "person", "proceed"})
"""What is offered to those who cannot tell what is asked for."""


class Settled(Enum):
    """What has been heard of a list at the end of an utterance."""

    NO = "no"
    """No list, or not two options of it: the pauses of this line are not known."""
    READ = "read"
    """Options, one after another: as long as the line is quiet no longer than it was between them, more may come."""
    CLEAR = "clear"
    """And one of them is clearly what is wanted."""
    CLOSED = "closed"
    """The last is one that lists end with."""


@dataclass(frozen=True, slots=True)
class EarlyKey:
    """A key that went out before the prompt was over."""

    heard: tuple[str, ...]
    """So much of the prompt."""
    prompt: int
    """Its number with the loop guard."""
    key: str


class BargeIn:
    """One call."""

    def __init__(self, words: Words, *, is_allowed: bool, has_model: bool = False) -> None:
        """``has_model``: somebody can be asked, so only what is beyond doubt goes out unasked."""
        self.words = words
        self._least = _BEYOND_DOUBT if has_model else _EXACT
        self.is_possible = is_allowed
        """False for good where the user does not want it, or where the line has let a key pass unheard."""
        self._early: EarlyKey | None = None
        """The last key, if it went out early and the line has not gone on since."""

    def certain(self, situation: Situation, appraisals: Sequence[Appraisal]) -> Appraisal | None:
        """The option whose key may be pressed although the prompt goes on; None: wait."""
        is_open = situation.request is None and not self.words.has("keys_later", situation.text)
        return self.exact(appraisals) if self.is_possible and is_open else None

    def exact(self, appraisals: Sequence[Appraisal]) -> Appraisal | None:
        """The option that is nearly exactly what is wanted, far ahead of others beside it; None: there is none."""
        ranked = _ranked(appraisals)
        best = ranked[0] if ranked else None
        if best is None or best.option.kind is not OptionKind.KEY or best.kinds & _VAGUE:
            return None
        if best.is_a("language"):
            return best if best.score >= _LANGUAGE else None
        if len(ranked) < _LEAST_OPTIONS or self.words.has("by_machine", best.option.purpose):
            return None
        found = (best.score, best.topic, best.score - ranked[1].score)
        return best if all(map(operator.ge, found, self._least, strict=True)) else None

    def pressed(self, key: EarlyKey) -> None:
        """It has gone out."""
        self._early = key

    @property
    def is_early(self) -> bool:
        """True from a key that went out early until the line says more."""
        return self._early is not None

    def lost_on(self, texts: Sequence[str]) -> EarlyKey | None:
        """The key that the line did not take, for ``texts`` go on with its list; None: it has moved on.

        Lists count up; the next menu begins anew.
        """
        early, self._early = self._early, None
        if early is None:
            return None
        before, after = (_numbers(parse_menu(each, self.words).keys) for each in (early.heard, texts))
        if not before or not after or min(after) <= max(before):
            return None
        self.is_possible = False
        return early

    def settled(self, situation: Situation, appraisals: Sequence[Appraisal], last: str) -> Settled:
        """How sure it is that nothing follows which would change the choice, now that the utterance ``last`` is over."""
        if not self.is_possible or self.words.has("keys_later", situation.text):
            return Settled.NO
        offered = parse_menu((last,), self.words).options
        ranked = _ranked(appraisals)
        last_named = next((each for each in appraisals if offered and each.option.key == offered[-1].key), None)
        request = situation.request
        if request is not None and not request.is_conditional:
            # "If you do not have it, press 4": what is asked for and the way around have been named.
            return Settled.CLEAR if last_named is not None and last_named.kinds & _AROUND else Settled.NO
        if len(offered) < _LEAST_OPTIONS or not ranked or ranked[0].option.kind is not OptionKind.KEY:
            return Settled.NO
        if any(each.is_a("affirm") for each in ranked) and any(each.is_a("deny") for each in ranked):
            return Settled.CLEAR
        if offered[-1].kind is OptionKind.STAY or (last_named is not None and last_named.kinds & _CLOSING):
            return Settled.CLOSED
        lead = ranked[0].score - (ranked[1].score if len(ranked) > 1 else 0.0)
        is_clear = ranked[0].score >= CLEAR and lead >= _CLEAR_LEAD and not ranked[0].kinds & _CLOSING
        return Settled.CLEAR if is_clear else Settled.READ


def _ranked(appraisals: Sequence[Appraisal]) -> list[Appraisal]:
    return sorted((each for each in appraisals if not each.is_a("refused")), key=lambda each: -each.score)


def _numbers(keys: Iterable[str]) -> list[int]:
    """Keys that lists count with: 1 to 9."""
    return [int(key) for key in keys if key.isdigit() and key != "0"]
