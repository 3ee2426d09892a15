"""What one call to a number teaches the next: given to the ear when it begins, kept when it has ended."""

import logging

from ..call.brain import Brain
from ..call.hearing import Hearing
from ..model.call_brief import Arrival, CallBrief
from ..ports import NumberMemories, ServiceError

_LOGGER = logging.getLogger(__name__)
_DAY_S = 86_400.0


def day_of(now: float) -> int:
    """The day of a wall clock: days since the epoch, as both the ear and the brain count them."""
    return int(now // _DAY_S)


def recall(brief: CallBrief, hearing: Hearing, now: float) -> None:
    """Let the ear know how the number's recordings sound. Marks that are damaged are left out: it hears without them."""
    if brief.known is None or not brief.known.marks:
        return
    try:
        hearing.restore_marks(brief.known.marks, day_of(now))
    except ValueError:
        _LOGGER.warning("What was known of a number's recordings is damaged and left out")


async def keep(memories: NumberMemories | None, brief: CallBrief, brain: Brain, hearing: Hearing, now: float) -> None:
    """Keep what an answered call has learned. One that came in is of no number that is called."""
    if memories is None or brief.arrival is not Arrival.PLACED:
        return
    day = day_of(now)
    try:
        await memories.keep(brief.number.value, brain.learned(day, hearing.export_marks(day)))
    except ServiceError as err:
        _LOGGER.warning("What a call has learned is not kept: %s", err)
