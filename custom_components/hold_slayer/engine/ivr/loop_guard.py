"""Notices that a menu goes round in circles, and which keys led nowhere."""

import re

_STUCK_AFTER = 5
_SAME = 0.8


class LoopGuard:
    """Remembers prompts by their words and what was done after each."""

    def __init__(self) -> None:
        self._prompts: list[frozenset[str]] = []
        self._tried: list[tuple[frozenset[str], str]] = []

    def is_stuck(self, text: str) -> bool:
        """True when nearly this prompt has been heard too often; it is remembered either way."""
        words = _words(text)
        count = sum(_similar(words, old) for old in self._prompts)
        self._prompts.append(words)
        del self._prompts[:-60]
        return count >= _STUCK_AFTER

    def times_heard(self, text: str) -> int:
        """How often nearly this prompt has been heard."""
        words = _words(text)
        return sum(_similar(words, old) for old in self._prompts)

    def acted(self, action: str) -> None:
        """Note what was done about the last prompt."""
        if self._prompts:
            self._tried.append((self._prompts[-1], action))
            del self._tried[:-60]

    def was_useless(self, key: str, text: str) -> bool:
        """True when ``key`` was pressed at this prompt before and the prompt came again."""
        words = _words(text)
        return any(action == key and _similar(words, old) for old, action in self._tried)


def _words(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text.lower()))


def _similar(a: frozenset[str], b: frozenset[str]) -> bool:
    return bool(a | b) and len(a & b) / len(a | b) >= _SAME
