"""A navigator on a line that turns out to speak another language: what was tried, told and refused so far stays known."""

# ruff: noqa: SLF001 - the same navigator, in other words

from dataclasses import replace

from .navigator import Navigator

_LASTING = (
    "_guard", "_branches", "_history", "_turn", "_is_turn_over", "_is_holding", "_has_voice", "_silences", "_ladder",
    "_disclosure", "_utterances", "_asked_after",
)  # fmt: skip


def in_language[T](way: T, code: str) -> T | Navigator:
    """Return ``way`` for a line that speaks ``code``; the goal is read in its own language. Other navigators stay as they are.

    Not while it waits for an answer of the user's or of a language model.
    """
    if not isinstance(way, Navigator):
        return way
    old = way._brief
    locale = old.locale if old.locale.partition("-")[0] == code else ""
    other = Navigator(replace(old, language=code, locale=locale, goal_language=old.goal_language or old.language))
    for name in _LASTING:
        setattr(other, name, getattr(way, name))
    other._barge_in.is_possible = way._barge_in.is_possible
    return other
