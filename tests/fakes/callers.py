"""Navigators and judges for a goal, with nothing but what a test says of it."""

from collections.abc import Sequence
from typing import Any

from custom_components.hold_slayer.engine.ivr.goal import Goal
from custom_components.hold_slayer.engine.ivr.menu import Option
from custom_components.hold_slayer.engine.ivr.navigator import Navigator
from custom_components.hold_slayer.engine.ivr.words import words_of
from custom_components.hold_slayer.engine.model.call_brief import CallBrief
from custom_components.hold_slayer.engine.model.phone_number import DialTarget


def way(goal: str, language: str = "en", **more: Any) -> Navigator:
    """By rules; ``more``: of the brief."""
    return Navigator(CallBrief(DialTarget("5550100"), goal, language=language, **more))


def judge(goal: str, language: str = "en", **more: Any) -> Goal:
    """What the options of a menu are held against; ``more``: of the brief."""
    return Goal(CallBrief(DialTarget("5550100"), goal, language=language, **more), words_of(language))


def best(goal: str, language: str, options: Sequence[str]) -> str:
    """The option that serves the goal most, by its purpose."""
    found = judge(goal, language).appraise_all([Option(str(n), each) for n, each in enumerate(options)])
    return max(found, key=lambda each: each.score).option.purpose
