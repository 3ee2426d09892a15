"""How much may be dialled: calls and minutes within a day, the same number again and again, and legs at once.

An automation that runs wild, or one that redials whenever a call fails, costs money and annoys people. The day is the last 24
hours, so that midnight is no loophole. Sans-IO: whoever starts calls asks first and tells how they went; a limit of 0 forbids
nothing.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace

from ..model.past_call import PastCall

_DAY_S = 86_400.0
_HOUR_S = 3_600.0


@dataclass(frozen=True, slots=True)
class BudgetLimits:
    """Most that an account may do."""

    calls_a_day: int = 100
    minutes_a_day: int = 1200
    same_number_an_hour: int = 6
    """Calls to one number, answered or not."""
    legs_at_once: int = 6
    """Of all calls over the account together: the company's and five telephones of the user's that ring at once."""


class Budget:
    """Remembers a day of calls."""

    def __init__(self, limits: BudgetLimits, past: Iterable[PastCall] = ()) -> None:
        self._limits = limits
        self._calls = {call.call_id: call for call in past}

    def refusal(self, number: str, now: float) -> str | None:
        """Why no further call may be placed to ``number`` now; None when it may."""
        self._forget_old(now)
        limits = self._limits
        calls = list(self._calls.values())
        if limits.calls_a_day and len(calls) >= limits.calls_a_day:
            return f"The limit of {limits.calls_a_day} calls a day is reached; it is an option of the account."
        if limits.minutes_a_day and self._minutes(now) >= limits.minutes_a_day:
            return f"The limit of {limits.minutes_a_day} minutes a day is reached; it is an option of the account."
        again = sum(call.number == number and call.started_at > now - _HOUR_S for call in calls)
        if limits.same_number_an_hour and again >= limits.same_number_an_hour:
            return f"This number has been called {again} times within an hour; that looks like a loop."
        return None

    def _minutes(self, now: float) -> float:
        """Minutes of the calls that began within the day, running ones up to now."""
        seconds = (
            (call.ended_at if call.ended_at is not None else now) - call.started_at for call in self._calls.values()
        )
        return sum(max(0.0, length) for length in seconds) / 60.0

    def started(self, call_id: str, number: str, now: float) -> None:
        """A call is placed."""
        self._calls[call_id] = PastCall(call_id, number, now, None)

    def ended(self, call_id: str, now: float) -> None:
        """It is over; a second time changes nothing."""
        call = self._calls.get(call_id)
        if call is not None and call.ended_at is None:
            self._calls[call_id] = replace(call, ended_at=now)

    def _forget_old(self, now: float) -> None:
        oldest = now - _DAY_S
        self._calls = {
            call_id: call
            for call_id, call in self._calls.items()
            if call.started_at > oldest or (call.ended_at is None and call.started_at > oldest - _DAY_S)
        }
