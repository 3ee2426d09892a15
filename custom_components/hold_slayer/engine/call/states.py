"""States of the small machines that make up a call, and the sets of them that are asked for."""

from enum import Enum, StrEnum

from ..model.phase import Phase


class LegState(Enum):
    """Signalling of one leg, as far as the brain cares."""

    DIALING = "dialing"
    RINGING = "ringing"
    UP = "up"
    OVER = "over"


class Trigger(StrEnum):
    """What moves the mission from phase to phase."""

    RANG = "rang"
    ANSWERED = "answered"
    HOLD_HEARD = "hold_heard"
    MENU_HEARD = "menu_heard"
    CANDIDATE_HEARD = "candidate_heard"
    DROPPED_TO_HOLD = "dropped_to_hold"
    DROPPED_TO_MENU = "dropped_to_menu"
    HUMAN_CONFIRMED = "human_confirmed"
    TRANSFER_BEGUN = "transfer_begun"
    BRIDGED = "bridged"
    OVER = "over"


PLACING = frozenset({Phase.DIALING, Phase.RINGING})
"""Nobody has answered yet."""

LISTENING = frozenset({Phase.NAVIGATING, Phase.ON_HOLD, Phase.CANDIDATE})
"""A machine is, or may be, on the line."""

WITH_USER = frozenset({Phase.HUMAN, Phase.TRANSFERRING, Phase.CONNECTED})
"""The user is being or has been put through."""
