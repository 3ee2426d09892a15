"""Limits and pauses of the brain, in seconds."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class BrainConfig:
    """Defaults are for telephone menus in general; users change few of them."""

    place_s: float = 120.0
    navigate_s: float = 420.0
    turn_gap_s: float = 0.9
    """Quiet after an utterance (which endpointing closed some 0.7 s after its last sound) until the line's turn is over."""
    silence_s: float = 7.0
    max_silences: int = 4
    """Silences in a row without one word heard: nobody is there."""
    transcript_s: float = 6.0
    model_s: float = 9.0
    hold_s: float = 7200.0
    candidate_s: float = 12.0
    speak_s: float = 1.5
    greeting_s: float = 12.0
    courtesy_s: float = 12.0
    give_up_s: float = 60.0
    """With no hand-over target at all: how long a human is kept while the user can still name one."""
    apology_s: float = 15.0
    call_s: float = 4 * 3600.0
    max_menu_returns: int = 3
    """How often a queue without music may turn out to be another menu."""
