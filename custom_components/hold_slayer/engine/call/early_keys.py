"""Keys pressed while the line still speaks, and what remains of the utterance that was interrupted."""

from collections.abc import Sequence
from difflib import SequenceMatcher

from .line import Heard

_MOST = 8
_SHORTEST_REST = 3


class EarlyKeys:
    """Utterances of one call that have been answered before their end."""

    def __init__(self) -> None:
        self._answered: dict[int, str] = {}

    def answered(self, heard: Heard) -> None:
        """The beginning of that utterance has been answered."""
        self._answered[heard.utterance_id] = heard.text
        for old in list(self._answered)[:-_MOST]:
            del self._answered[old]

    def is_answered(self, utterance_id: int) -> bool:
        """True for an utterance whose beginning has been answered."""
        return utterance_id in self._answered

    def rest(self, heard: Heard) -> str:
        """What the utterance says beyond the beginning that was answered; empty when that is next to nothing."""
        words = heard.text.split()
        start = _end_of(self._answered.get(heard.utterance_id, "").casefold().split(), heard.text.casefold().split())
        rest = words[start:]
        return " ".join(rest) if len(rest) >= _SHORTEST_REST else ""


def _end_of(beginning: Sequence[str], words: Sequence[str]) -> int:
    """Where in ``words`` the ``beginning``, perhaps heard a little otherwise, is over."""
    blocks = SequenceMatcher(None, beginning, words, autojunk=False).get_matching_blocks()
    near = [block.b + block.size for block in blocks if block.size and block.b <= block.a + _SHORTEST_REST]
    return max(*near, min(len(beginning), len(words)), 0)
