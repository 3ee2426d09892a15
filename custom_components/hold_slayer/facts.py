"""Facts that are kept, and which of them a call is given: the only place that decides what leaves the vault.

Without Home Assistant, so that its promise can be tested by itself: a fact never leaves where its scope forbids it.
"""

from collections.abc import Iterable
from dataclasses import dataclass, field
from enum import StrEnum


class FactScope(StrEnum):
    """To which calls a fact may be released."""

    ANY_CALL = "any_call"
    """To every call that names it."""
    CONTACT = "contact"
    """To calls to one contact, all of them, and to no other."""
    ASK = "ask"
    """To none before the user has been asked, each time that a line wants it."""
    ONE_CALL = "one_call"
    """To calls that name it, until one of them has told it: then it is forgotten."""


@dataclass(frozen=True, slots=True)
class KeptFact:
    """One fact."""

    name: str
    value: str = field(repr=False)
    kind: str = ""
    """See `engine/ivr/fact_kinds.json`; empty: the name tells it."""
    scope: FactScope = FactScope.ANY_CALL
    contact: str = ""
    """With the scope ``contact``: which one (id of its subentry); otherwise empty."""

    @property
    def key(self) -> tuple[str, str]:
        """Each contact may have facts of its own by the same names."""
        return self.name, self.contact

    def is_for(self, contact: str) -> bool:
        """True for every contact, or for this one; a contact's fact that has lost its contact is for nobody."""
        return self.contact == contact if self.contact else self.scope is not FactScope.CONTACT


@dataclass(frozen=True, slots=True)
class Release:
    """What a call is given."""

    values: dict[str, str] = field(default_factory=dict, repr=False)
    kinds: dict[str, str] = field(default_factory=dict)
    """Of facts whose name does not tell it, those in ``ask_first`` too."""
    ask_first: tuple[str, ...] = ()
    """Names only: the value comes with the user's consent (`opened`)."""


class FactScopeError(LookupError):
    """A fact of this name is kept, but not for this call."""


def released(kept: Iterable[KeptFact], named: Iterable[str], contact: str) -> Release:
    """What a call to ``contact`` (empty: to none) is given when these facts are named for it.

    Raises:
        KeyError: no fact of a name is kept.
        FactScopeError: it is another contact's.
    """
    facts = list(kept)
    chosen = [_chosen(facts, name, contact) for name in named]
    chosen += [fact for fact in facts if fact.scope is FactScope.CONTACT and fact.is_for(contact)]
    asked = [fact for fact in facts if fact.scope is FactScope.ASK]
    told = {fact.name: fact for fact in chosen if fact.scope is not FactScope.ASK}
    first = tuple(dict.fromkeys(fact.name for fact in asked if fact.name not in told))
    kinds = {fact.name: fact.kind for fact in (*asked, *told.values()) if fact.kind}
    return Release({name: fact.value for name, fact in told.items()}, kinds, first)


def opened(kept: Iterable[KeptFact], name: str, contact: str) -> str:
    """The value of a fact that the user releases to the open question of a call to ``contact``. Raises like `released`."""
    return _chosen(list(kept), name, contact).value


def _chosen(facts: list[KeptFact], name: str, contact: str) -> KeptFact:
    """The contact's own fact of this name before the account's."""
    alike = [fact for fact in facts if fact.name == name]
    if not alike:
        raise KeyError(name)
    fitting = [fact for fact in alike if fact.is_for(contact)]
    if not fitting:
        raise FactScopeError(name)
    return max(fitting, key=lambda fact: bool(fact.contact))
