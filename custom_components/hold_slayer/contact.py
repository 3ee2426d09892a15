"""A company the user calls, as its subentry has it."""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from homeassistant.config_entries import ConfigSubentry
from homeassistant.util import slugify

from . import const
from .engine.model.phone_number import DialTarget
from .opening import OpeningHours
from .voicemail import VoicemailPolicy


@dataclass(frozen=True, slots=True)
class Contact:
    """A company, with everything that is known before it is called."""

    name: str
    number: str
    """The first one to be dialled."""
    goal: str = ""
    language: str = ""
    subentry_id: str = ""
    more_numbers: tuple[str, ...] = ()
    """Dialled in this order when the one before does not come up."""
    goals: tuple[str, ...] = ()
    """Matters that come up often, beside the usual one."""
    facts: tuple[str, ...] = ()
    """Names of kept facts, as the vault has them, that every call to this company may tell."""
    flow: str = ""
    """Name of the known way that is followed first; empty: whichever fits."""
    voicemail: VoicemailPolicy = VoicemailPolicy()  # noqa: RUF009 - frozen
    hours: OpeningHours = OpeningHours()  # noqa: RUF009 - frozen

    @classmethod
    def of(cls, subentry: ConfigSubentry) -> Contact:
        """Read one."""
        data: Mapping[str, Any] = subentry.data
        return cls(
            name=subentry.title,
            number=data[const.CONF_NUMBER],
            goal=data.get(const.CONF_GOAL, ""),
            language=data.get(const.CONF_LANGUAGE, ""),
            subentry_id=subentry.subentry_id,
            more_numbers=tuple(data.get(const.CONF_MORE_NUMBERS, ())),
            goals=tuple(data.get(const.CONF_GOALS, ())),
            # Typed by hand where the fact was not kept yet.
            facts=tuple(dict.fromkeys(slugify(name, separator="_") for name in data.get(const.CONF_FACTS, ()))),
            flow=data.get(const.CONF_FLOW, ""),
            voicemail=VoicemailPolicy.of(data),
            hours=OpeningHours.of(data.get(const.CONF_HOURS, ())),
        )

    @property
    def dialled(self) -> tuple[str, ...]:
        """All numbers as they stand in the history, in the order in which they are tried."""
        return tuple(dict.fromkeys(DialTarget.parse(each).value for each in (self.number, *self.more_numbers)))

    def after(self, dialled: str) -> str | None:
        """The number to try when ``dialled`` (as in the history) did not come up; None: that was the last."""
        numbers = self.dialled
        if dialled not in numbers:
            return None
        place = numbers.index(dialled) + 1
        return numbers[place] if place < len(numbers) else None
