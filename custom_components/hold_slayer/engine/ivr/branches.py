"""The forks of a call: at which menu what was chosen, and whether anything else was worth a try. For one more call by another way.

The fork nearest to the dead end where another option fits the goal is the one to turn off at; where none fits, the nearest one
with an option that nothing speaks against.
"""

from collections.abc import Sequence
from dataclasses import dataclass

from ..model.detour import Detour, SpentOption
from .goal import WEAK, Appraisal

HARMLESS = -0.25
"""Score above which nothing speaks against an option."""
_AVOIDED = ("refused", "risky", "back", "repeat", "language")
"""Kinds of options that are no other way."""


@dataclass(frozen=True, slots=True)
class _Fork:
    prompt: int
    spent: SpentOption
    best_other: float
    """Score of the best option not taken."""


class Branches:
    """Forks of one call, in order."""

    def __init__(self) -> None:
        self._forks: list[_Fork] = []

    def took(
        self, prompt: int, words: frozenset[str], action: str, offered: Sequence[Appraisal], *, is_early: bool = False
    ) -> None:
        """Note that ``action`` was taken at a prompt, by its number and words, which offered all of ``offered``.

        ``is_early``: before its end, so that what else it offers is not known, and may be worth a try.
        """
        others = [
            each.score
            for each in offered
            if each.option.key != action and not any(each.is_a(kind) for kind in _AVOIDED)
        ]
        if any(each.option.key == action for each in offered):
            self._forks.append(_Fork(prompt, SpentOption(words, action), max([*others, 0.0 if is_early else -1.0])))

    def undo(self, prompt: int, action: str) -> None:
        """What was taken at the prompt last time never reached the line."""
        for index in reversed(range(len(self._forks))):
            if (fork := self._forks[index]).prompt == prompt and fork.spent.action == action:
                del self._forks[index]
                return

    @property
    def detour(self) -> Detour | None:
        """Where the next call should turn off; None: there was nothing else to try."""
        last = {fork.prompt: fork for fork in self._forks}
        open_forks = [fork for fork in self._forks if last[fork.prompt].best_other > HARMLESS]
        fitting = [fork for fork in open_forks if last[fork.prompt].best_other >= WEAK]
        if not open_forks:
            return None
        place = (fitting or open_forks)[-1].prompt
        return Detour(tuple(dict.fromkeys(fork.spent for fork in self._forks if fork.prompt == place)))
