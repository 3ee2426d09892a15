"""Calls that companies promised to return, and whose call it is when one comes in.

Companies call back from the number that was dialled, or from another one of the same block: an extension instead of the
switchboard. So a number counts when it is the same however it is written, or differs in its last digits only. A caller who hides
the number is nobody. Sans-IO: whoever takes calls asks.
"""

from dataclasses import dataclass, replace

import phonenumbers
from phonenumbers import NumberParseException

from ..model.call_brief import Arrival, CallBrief

MOST_PROMISES = 50
_BLOCK_DIGITS = 4
"""Extensions of a block have at most so many digits."""
_LEAST_COMMON = 8
"""Digits, country code included, that a block's numbers have in common at least."""


@dataclass(frozen=True, slots=True)
class Promise:
    """A company will call back."""

    brief: CallBrief
    """The job it was promised for."""
    until: float
    """Seconds since the epoch after which nobody waits any more."""


class CallbackDesk:
    """Keeps promises until they are kept or too old; a number at most once, and no more than `MOST_PROMISES`."""

    def __init__(self, region: str = "") -> None:
        """``region``: country of the account (ISO 3166-1 alpha-2), for numbers without a country code."""
        self._region = region
        self._promises: dict[str, Promise] = {}

    def expect(self, promise: Promise, now: float) -> None:
        """A call is to be returned, said at ``now`` (epoch); a newer promise of the same number replaces the older.

        Where there are too many, the one that is over soonest goes.
        """
        self.drop_old(now)
        self._promises[promise.brief.number.value] = promise
        while len(self._promises) > MOST_PROMISES:
            del self._promises[min(self._promises, key=lambda number: self._promises[number].until)]

    def forget(self, number: str) -> None:
        """Nobody waits for this number's call any more."""
        self._promises.pop(number, None)

    @property
    def open(self) -> tuple[Promise, ...]:
        """What is still waited for, old ones included until somebody looks (`drop_old`)."""
        return tuple(self._promises.values())

    def drop_old(self, now: float) -> bool:
        """Forget promises that are over; True when there were any."""
        kept = {number: each for number, each in self._promises.items() if each.until > now}
        has_dropped = len(kept) != len(self._promises)
        self._promises = kept
        return has_dropped

    def match(self, caller: str, now: float) -> CallBrief | None:
        """The mission of a call by ``caller`` at ``now`` (epoch): the promise is kept with it; None: nobody waits for it."""
        self.drop_old(now)
        for number, promise in self._promises.items():
            if is_same_line(caller, number, self._region):
                del self._promises[number]
                return replace(promise.brief, arrival=Arrival.CALLED_BACK)
        return None


def is_same_line(caller: str, number: str, region: str = "") -> bool:
    """True for one number in two forms, and for two numbers of one block."""
    if not caller or not number:
        return False
    if caller.casefold() == number.casefold():
        return True
    ours, theirs = _digits(number, region), _digits(caller, region)
    if not ours or not theirs:
        return False
    common = 0
    while common < min(len(ours), len(theirs)) and ours[common] == theirs[common]:
        common += 1
    is_block = common >= _LEAST_COMMON and max(len(ours), len(theirs)) - common <= _BLOCK_DIGITS
    return ours == theirs or is_block


def is_same_number(one: str, other: str, region: str = "") -> bool:
    """True for one number in two forms; extensions and names have to be written alike."""
    if one.casefold() == other.casefold():
        return bool(one)
    digits = _digits(one, region)
    return bool(digits) and digits == _digits(other, region)


def _digits(text: str, region: str) -> str:
    """Country code and number; empty for what is no full number."""
    try:
        number = phonenumbers.parse(text, region or None)
    except NumberParseException:
        return ""
    if not phonenumbers.is_possible_number(number):
        return ""
    return f"{number.country_code}{phonenumbers.national_significant_number(number)}"
