"""Notices that a menu goes round in circles, and remembers what was tried at which prompt."""

import re

_SAME = 0.7
_CONTAINED = 0.9
_KEPT = 80
_HOPELESS_AFTER = 3


class LoopGuard:
    """Prompts by their words, how often each was heard, and what was done about it."""

    def __init__(self) -> None:
        self._prompts: list[frozenset[str]] = []
        self._answered: dict[int, int] = {}
        self._tried: dict[tuple[int, str], int] = {}
        self._path: list[tuple[int, str]] = []
        self._of_before: set[int] = set()
        """Prompts of an earlier call, of which perhaps the beginning only was heard: the key went out before the end."""

    def find(self, text: str) -> int:
        """The number of the prompt that ``text`` is, or nearly is; -1 for one that is not known yet."""
        words = _words_in(text)
        matches = (n for n, known in enumerate(self._prompts) if self._is_same(n, known, words))
        return next(matches, -1)

    def _is_same(self, number: int, known: frozenset[str], words: frozenset[str]) -> bool:
        shared = len(words & known)
        is_beginning = number in self._of_before and shared >= _CONTAINED * len(known)
        return is_beginning or shared >= _SAME * len(words | known)

    def prompt(self, text: str) -> int:
        """The same, and one that is not known yet gets a number."""
        if (number := self.find(text)) >= 0:
            return number
        if len(self._prompts) >= _KEPT:
            return _KEPT - 1
        self._prompts.append(_words_in(text))
        return len(self._prompts) - 1

    def words(self, prompt: int) -> frozenset[str]:
        """The words of a prompt; none while nothing was heard."""
        return self._prompts[prompt] if prompt < len(self._prompts) else frozenset()

    def spent(self, words: frozenset[str], action: str) -> None:
        """Note that this was tried in vain in a call before, at a prompt of these words: it counts as tried twice."""
        prompt = self.prompt(" ".join(sorted(words)))
        self._of_before.add(prompt)
        self._tried[prompt, action] = max(2, self.tried(prompt, action))

    def answered(self, prompt: int) -> None:
        """Note that something was done about the prompt, be it waiting."""
        self._answered[prompt] = self.times(prompt) + 1

    def is_hopeless(self, prompt: int) -> bool:
        """True when the prompt has come so often that to give up is no rash thing."""
        return self.times(prompt) >= _HOPELESS_AFTER

    def times(self, prompt: int) -> int:
        """How often something was done about the prompt."""
        return self._answered.get(prompt, 0)

    def acted(self, prompt: int, action: str) -> None:
        """Note what was done at the prompt."""
        self._tried[prompt, action] = self.tried(prompt, action) + 1
        self._path.append((prompt, action))
        del self._path[:-_KEPT]

    def tried(self, prompt: int, action: str) -> int:
        """How often that was done at the prompt already."""
        return self._tried.get((prompt, action), 0)

    def spoil_last(self, prompt: int) -> None:
        """The last action at another prompt led here, where nothing fits: it counts as tried once more."""
        for place, action in reversed(self._path):
            if place != prompt:
                self._tried[place, action] = self.tried(place, action) + 1
                return

    def undo(self, prompt: int, action: str) -> None:
        """What was done at the prompt last time never reached the line; whatever was done since did."""
        for index in reversed(range(len(self._path))):
            if self._path[index] == (prompt, action):
                del self._path[index]
                self._tried[prompt, action] = self.tried(prompt, action) - 1
                self._answered[prompt] = self.times(prompt) - 1
                return

    @property
    def has_path(self) -> bool:
        """True when anything was done yet."""
        return bool(self._path)


def _words_in(text: str) -> frozenset[str]:
    return frozenset(re.findall(r"\w+", text))
