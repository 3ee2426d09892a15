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
    """What moves the mission from phase to phase, and when a step may pull it."""

    PLACED = "placed"
    """Call requested, and policy allows the number."""
    RANG = "rang"
    """The far leg rings or sends early media."""
    ANSWERED = "answered"
    """The far leg is up."""
    TAKEN_OVER = "taken_over"
    """The far leg is up, and the user has brought it: there is a queue already."""
    CALLED_BACK = "called_back"
    """The far leg is up, and the company has called as promised: there is a person already."""
    HOLD_HEARD = "hold_heard"
    """By sound (verdict hold), by words (the navigator understood a queue), or nothing can be understood at all."""
    MENU_HEARD = "menu_heard"
    """On hold keys were offered, no music followed, and it has not happened too often."""
    CANDIDATE_HEARD = "candidate_heard"
    """Somebody who may be a person, by sound or by words."""
    DROPPED_TO_HOLD = "dropped_to_hold"
    """Music, a repeated text, queue talk or the deadline: no person, and we had been waiting or music plays."""
    DROPPED_TO_MENU = "dropped_to_menu"
    """The same, and we had been in a menu."""
    HUMAN_CONFIRMED = "human_confirmed"
    """The ear, a greeting never heard before, or an answer to our question."""
    TRANSFER_BEGUN = "transfer_begun"
    """The person has been greeted, a phone of the user answered meanwhile, or the user wants it now."""
    TRANSFER_FAILED = "transfer_failed"
    """None of the user's phones answered, and there was no person to disappoint."""
    USER_LOST = "user_lost"
    """What had answered the user's phone turned out to be a machine."""
    PERSON_GONE = "person_gone"
    """Music plays again where a person was, before the user was joined."""
    HANDED_BACK = "handed_back"
    """The user wants Hold Slayer to wait again."""
    BRIDGED = "bridged"
    """Audio flows between the company and the user."""
    OVER = "over"
    """Everything else: hung up, failed, too late, given up."""


BEFORE_AND_AFTER = frozenset({Phase.IDLE, Phase.ENDED})
"""No call: not requested yet, or over."""

PLACING = frozenset({Phase.DIALING, Phase.RINGING})
"""Nobody has answered yet."""

LISTENING = frozenset({Phase.NAVIGATING, Phase.ON_HOLD, Phase.CANDIDATE})
"""A machine is, or may be, on the line."""

WITH_USER = frozenset({Phase.HUMAN, Phase.TRANSFERRING, Phase.CONNECTED})
"""The user is being or has been put through."""

ACTIVE = PLACING | LISTENING | WITH_USER
