"""Calls that companies promised to return, in a private file of Home Assistant's storage: numbers and goals stand in it, no facts.

Targets, names and options are not kept: a returned call is put through as the account is set up when it comes.
"""

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
import logging
from typing import Any, Final, Self

from homeassistant.core import HomeAssistant
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers.storage import Store

from ..const import DOMAIN
from ..engine.agent import Promise
from ..engine.model.phone_number import DialTarget, InvalidTargetError
from ..engine.model.recording import RecordingScope
from ..engine.ports import ServiceError

_LOGGER = logging.getLogger(__name__)
VERSION: Final = 1
LONGEST_S: Final = 14 * 86_400.0
"""No promise is waited for longer: what the action allows, also where the clock was set back meanwhile."""


@dataclass(frozen=True, slots=True)
class KeptPromise:
    """What is written of a promise."""

    number: DialTarget
    until: float
    """Seconds since the epoch."""
    goal: str
    company: str
    language: str
    locale: str
    is_recorded: bool
    """False: the call that it was promised to was not to be recorded."""

    @classmethod
    def of(cls, promise: Promise) -> Self:
        """What is kept of a promise."""
        brief = promise.brief
        return cls(
            number=brief.number,
            until=promise.until,
            goal=brief.goal,
            company=brief.company,
            language=brief.language,
            locale=brief.locale,
            is_recorded=brief.record is not RecordingScope.OFF,
        )

    def as_data(self) -> dict[str, Any]:
        """For the file."""
        return {
            "number": self.number.value,
            "until": self.until,
            "goal": self.goal,
            "company": self.company,
            "language": self.language,
            "locale": self.locale,
            "is_recorded": self.is_recorded,
        }

    @classmethod
    def from_data(cls, data: Mapping[str, Any]) -> Self:
        """Read what `as_data` wrote. Raises ValueError for anything else."""
        try:
            return cls(
                number=DialTarget.parse(str(data["number"])),
                until=float(data["until"]),
                goal=str(data["goal"]),
                company=str(data["company"]),
                language=str(data["language"]),
                locale=str(data["locale"]),
                is_recorded=bool(data["is_recorded"]),
            )
        except (KeyError, TypeError, InvalidTargetError) as err:
            raise ValueError("no promise") from err


class PromiseShelf:
    """Reads and writes one account's promises."""

    def __init__(self, hass: HomeAssistant, entry_id: str) -> None:
        self._store: Store[dict[str, Any]] = Store(
            hass, VERSION, f"{DOMAIN}.{entry_id}.callbacks", private=True, atomic_writes=True
        )

    async def load(self, now: float) -> tuple[KeptPromise, ...]:
        """The promises that are still waited for at ``now`` (epoch), the soonest over first; all others leave the file too.

        None lasts longer than `LONGEST_S` from ``now`` on.

        Raises:
            ServiceError: the file cannot be read or written, or is of a later version.
        """
        try:
            data = await self._store.async_load()
        except (HomeAssistantError, NotImplementedError) as err:
            raise ServiceError("the promised calls cannot be read") from err
        kept = data.get("promises") if isinstance(data, dict) else None
        found: list[KeptPromise] = []
        damaged = 0
        for each in kept if isinstance(kept, list) else ():
            try:
                found.append(KeptPromise.from_data(each))
            except ValueError:
                damaged += 1
        if damaged:
            _LOGGER.warning("%d promised calls are damaged in the file, and no longer waited for", damaged)
        latest = now + LONGEST_S
        waited_for = [replace(promise, until=min(promise.until, latest)) for promise in found if now < promise.until]
        if damaged or waited_for != found:
            await self.save(waited_for)
        return tuple(sorted(waited_for, key=lambda promise: promise.until))

    async def save(self, promises: Iterable[KeptPromise]) -> None:
        """Write these in place of those before. Raises ServiceError."""
        try:
            await self._store.async_save({"promises": [promise.as_data() for promise in promises]})
        except (HomeAssistantError, OSError) as err:
            raise ServiceError("the promised calls cannot be written") from err

    async def remove(self) -> None:
        """Forget everything, and the file."""
        await self._store.async_remove()
