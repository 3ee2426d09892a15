"""Who may hand a call over to Hold Slayer by calling it, and what becomes of that call."""

from collections.abc import Iterable, Mapping
from typing import Any

from homeassistant.core import HomeAssistant

from . import const
from .engine.agent import Doorman, Visitor
from .engine.call.callbacks import is_same_number
from .engine.model.call_brief import Arrival, CallBrief, CallPolicy
from .engine.model.phone_number import DialTarget
from .engine.sip.reception import PeerList
from .engine.sip.transport import is_ip
from .runtime import HoldSlayerConfigEntry

_NOBODY = "sip:anonymous@anonymous.invalid"
"""Who calls without a number (RFC 3323 section 4.1.1.3)."""


class Guests:
    """Numbers, extensions and addresses that belong to the user."""

    def __init__(self, entries: Iterable[str], region: str) -> None:
        """``entries``: as typed. Raises ValueError for what can be neither a number nor an address."""
        texts = [text.strip() for text in entries if text.strip()]
        addresses = [text for text in texts if is_ip(text.partition("/")[0])]
        self._peers = PeerList(addresses)
        self._numbers = [DialTarget.parse(text).value for text in texts if text not in addresses]
        self._region = region

    def __contains__(self, visitor: Visitor) -> bool:
        if visitor.host in self._peers:
            return True
        return any(is_same_number(visitor.number, number, self._region) for number in self._numbers)


def doorman_of(hass: HomeAssistant, entry: HoldSlayerConfigEntry, region: str) -> Doorman | None:
    """Lets in whom the options name, for a call to be taken over; None when they let in nobody."""
    options: Mapping[str, Any] = entry.options.get(const.CONF_ARRIVALS, {})
    if not options.get(const.CONF_TAKE_OVER):
        return None
    guests = Guests(options.get(const.CONF_TAKE_OVER_FROM, ()), region)

    def admit(visitor: Visitor) -> CallBrief | None:
        if visitor not in guests:
            return None
        runtime = entry.runtime_data
        kept = runtime.vault.release(())
        return CallBrief(
            number=DialTarget(visitor.number or _NOBODY),
            goal="",
            language=runtime.language.partition("-")[0],
            locale=runtime.language if "-" in runtime.language else "",
            fact_kinds=kept.kinds,
            ask_first=kept.ask_first,
            policy=CallPolicy(ask_user=True, press_early=runtime.press_early),
            user_name=runtime.user_name,
            confirm_answer=runtime.confirm_answer,
            user_language=hass.config.language,
            hand_over=runtime.hand_over,
            ring_order=runtime.ring_order,
            asks_where=runtime.asks_where,
            arrival=Arrival.TAKEN_OVER,
            record=runtime.record,
        )

    return admit
