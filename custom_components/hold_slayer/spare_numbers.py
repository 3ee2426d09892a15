"""A contact with several numbers: when one does not come up, the next one is called, with everything the first call was given."""

from collections.abc import Coroutine
from typing import Any, Final, override

from . import const
from .const import DOMAIN
from .engine.model.phase import Outcome
from .engine.model.snapshot import CallSnapshot
from .following import FollowingCalls

WORTH_ANOTHER: Final = frozenset(
    {
        Outcome.BUSY,
        Outcome.NO_ANSWER,
        Outcome.NOT_FOUND,
        Outcome.DECLINED,
        Outcome.UNAVAILABLE,
        Outcome.NUMBER_CHANGED,
        Outcome.VOICEMAIL,
        Outcome.QUEUE_FULL,
    }
)
"""Ends after which another number of the same company may come up. Not *closed*: it has one set of hours."""


class SpareNumbers(FollowingCalls):
    """Follows calls to contacts with numbers left to try."""

    name = "next number"
    lost = "The next number of a contact was not called"

    @override
    def _next(self, call: CallSnapshot, data: dict[str, Any]) -> Coroutine[Any, Any, Any] | None:
        if call.outcome not in WORTH_ANOTHER:
            return None
        contact = self._entry.runtime_data.contact(data[const.ATTR_CONTACT])
        number = contact.after(call.number) if contact is not None else None
        if contact is None or number is None:
            return None
        again = {
            **data,
            const.ATTR_CONFIG_ENTRY: self._entry.entry_id,
            const.ATTR_CONTACT: contact.name,
            const.ATTR_NUMBER: number,
            const.ATTR_IGNORE_HOURS: True,
        }
        return self._hass.services.async_call(DOMAIN, const.SERVICE_CALL, again, blocking=True)
