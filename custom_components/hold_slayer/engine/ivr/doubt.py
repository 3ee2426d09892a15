"""Which decisions of the rules are worth a second opinion.

A model is asked about whatever answers the line: which option, yes or no, one side or the other, a few words. Not where the rules
are certain, tell a fact, follow a known way, wait for somebody, or have come to an end.
"""

from .decision import Decision, DecisionKind
from .goal import Appraisal
from .situation import Situation

_OPINIONS = frozenset({"best_option", "only_one_left", "answer", "side", "open_question", "not_released"})
"""Reasons of decisions that may be wrong."""
_CLOSED = frozenset({"closed", "holiday"})
_LIST = 2
_ANSWERS = frozenset({DecisionKind.PRESS, DecisionKind.SAY, DecisionKind.WAIT})


class Doubt:
    """Of one call."""

    def __init__(self, *, has_model: bool) -> None:
        self._is_of_use = has_model

    def is_about(self, decision: Decision, exact: Appraisal | None, situation: Situation, *, is_new: bool) -> bool:
        """True when what the rules decided may well be wrong, and there is somebody to ask.

        ``exact``: the option beyond doubt. ``is_new``: nothing was done at this prompt, nor is this side on hold.
        """
        if not self._is_of_use:
            return False
        has_list = len(situation.menu.keys) >= _LIST
        if decision.is_hold:
            # "It is busy. For a callback, press 1. To wait, press 2": some lines want to be told.
            return is_new and has_list and decision.reason == "queue"
        if decision.do is DecisionKind.GIVE_UP:
            # "The summit lift is closed. For tickets, press 2": it may be something else that is.
            return has_list and decision.reason in _CLOSED
        is_opinion = decision.do in _ANSWERS and decision.reason in _OPINIONS
        return is_opinion and (exact is None or exact.option.key != decision.shown)

    def unanswered(self) -> None:
        """The model is late, out of order or not to be followed: in this call it is asked only where the rules have no choice."""
        self._is_of_use = False
