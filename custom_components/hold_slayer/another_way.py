"""One more call after a dead end in a menu, by another option than the one that led there.

Once for a call, with everything the first call was given, and within the account's limits: it is counted like any other. Flows are
not followed by it, for one of them may have led to the dead end.
"""

from collections.abc import Coroutine
from typing import Any, override

from homeassistant.core import ServiceCall

from . import const
from .const import DOMAIN
from .engine.model.snapshot import CallSnapshot
from .following import FollowingCalls
from .placing import async_call


class AnotherWay(FollowingCalls):
    """Follows calls that get lost in a menu."""

    name = "another way"
    lost = "One more call by another way was not placed"

    @override
    def watch(self, call_id: str, data: dict[str, Any]) -> None:
        if self._entry.options.get(const.CONF_LIMITS, {}).get(const.CONF_ANOTHER_WAY, True):
            super().watch(call_id, data)

    @override
    def _next(self, call: CallSnapshot, data: dict[str, Any]) -> Coroutine[Any, Any, Any] | None:
        runtime = self._entry.runtime_data
        detour = runtime.agent.detour_of(call.call_id)
        if detour is None:
            return None
        again = {**data, const.ATTR_NUMBER: call.number, const.ATTR_IGNORE_HOURS: True}
        return async_call(self._hass, runtime, ServiceCall(self._hass, DOMAIN, const.SERVICE_CALL, again), detour)
