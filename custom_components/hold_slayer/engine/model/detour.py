"""What one more call to the same number should do otherwise, because the way of the first one led nowhere."""

from dataclasses import dataclass, field


@dataclass(frozen=True, slots=True)
class SpentOption:
    """An option of a menu that has been tried in vain."""

    prompt: frozenset[str] = field(repr=False)
    """Words of the menu, plain."""
    action: str
    """The key, or the words that were said (facts as placeholders); ``wait``: nothing was done."""


@dataclass(frozen=True, slots=True)
class Detour:
    """All options that were tried at the menu where the next call is to turn off."""

    spent: tuple[SpentOption, ...]
