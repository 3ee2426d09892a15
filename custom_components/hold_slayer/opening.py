"""When a company is open, as the user has entered it: spans of time on days of the week, in Home Assistant's time zone."""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime, time, timedelta
from typing import Any, Final, Self

DAYS: Final = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
CONF_DAYS, CONF_OPENS, CONF_CLOSES = "days", "opens", "closes"


@dataclass(frozen=True, slots=True)
class Span:
    """Open on a day of the week from a time to a time; one that ends before it begins ends on the next day."""

    weekday: int
    """0: Monday."""
    opens: time
    closes: time


@dataclass(frozen=True, slots=True)
class OpeningHours:
    """All spans of a week; none: nobody knows, so it counts as always open."""

    spans: tuple[Span, ...] = ()

    @classmethod
    def of(cls, rows: Iterable[Mapping[str, Any]]) -> Self:
        """Read rows of a form: ``days`` (names as in `DAYS`), ``opens`` and ``closes`` (``08:00`` or ``08:00:00``).

        Raises:
            ValueError: a time or a day that is none.
        """
        return cls(
            tuple(
                Span(DAYS.index(day), time.fromisoformat(row[CONF_OPENS]), time.fromisoformat(row[CONF_CLOSES]))
                for row in ([rows] if isinstance(rows, Mapping) else rows)
                for day in row.get(CONF_DAYS) or DAYS
            )
        )

    def is_open(self, now: datetime) -> bool:
        """Whether it is open at ``now`` (local, with a time zone)."""
        return not self.spans or any(begin <= now < end for begin, end in self._around(now))

    def next_opening(self, now: datetime) -> datetime | None:
        """When it opens next after ``now``; None: nobody knows."""
        return min((begin for begin, _ in self._around(now) if begin > now), default=None)

    def _around(self, now: datetime) -> Iterable[tuple[datetime, datetime]]:
        """Every span from the day before to a week ahead. Days are counted by the calendar: some have 23 hours."""
        for offset in range(-1, 8):
            date = (now + timedelta(days=offset)).date()
            for span in self.spans:
                if span.weekday != date.weekday():
                    continue
                last = date if span.closes > span.opens else date + timedelta(days=1)
                yield (
                    datetime.combine(date, span.opens, now.tzinfo),
                    datetime.combine(last, span.closes, now.tzinfo),
                )
