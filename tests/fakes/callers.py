"""Navigators for a goal, with nothing but what a test says of it."""

from typing import Any

from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget


def way(goal: str, language: str = "en", **more: Any) -> Navigator:
    """By rules; ``more``: of the brief."""
    return Navigator(CallBrief(DialTarget("5550100"), goal, language=language, **more))
