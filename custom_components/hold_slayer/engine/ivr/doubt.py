"""Which choices of the rules are worth a second opinion, and what a language model is shown of the options."""

from collections.abc import Callable, Collection, Sequence

from .goal import Appraisal
from .menu import OptionKind
from .situation import Situation

_CLOSE = 0.3
"""With less between the best option and the next, every third choice of the rules was wrong in menus that they had not met; with
more, every eighth. A model that knows the way gains most below it (`bench/results/model.md`)."""
_LEAST = 2


class Doubt:
    """Of one call."""

    def __init__(self, *, has_model: bool) -> None:
        self._is_of_use = has_model

    def is_close(self, ranked: Sequence[Appraisal]) -> bool:
        """True when another of the options, best first, may well be the right one and there is somebody to ask."""
        return self._is_of_use and len(ranked) >= _LEAST and ranked[0].score - ranked[1].score < _CLOSE

    def unanswered(self) -> None:
        """The model is late or out of order: in this call it is asked only where the rules have no choice of their own."""
        self._is_of_use = False


def options_shown(
    situation: Situation, keys: Collection[str], mask: Callable[[str], str]
) -> tuple[tuple[str, str], ...]:
    """(key, purpose) of what can be said, or pressed if it is among ``keys``; without facts."""
    options = (o for o in situation.menu.options if o.kind is not OptionKind.STAY)
    return tuple((o.key, mask(o.purpose)) for o in options if o.kind is not OptionKind.KEY or o.key in keys)
