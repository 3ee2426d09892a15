"""Lines of the logbook: one for each milestone of a call."""

from collections.abc import Callable
from typing import Any

from homeassistant.components.logbook.const import LOGBOOK_ENTRY_MESSAGE, LOGBOOK_ENTRY_NAME
from homeassistant.core import Event, HomeAssistant, callback

from .const import DOMAIN
from .events import EVENT_CALL

_MESSAGES = {
    "call_started": "calls {company}",
    "hold_started": "is on hold with {company}",
    "human_answered": "has a human of {company} on the line after {minutes} min on hold",
    "connected": "has put you through to {company}",
    "call_ended": "has ended the call to {company}: {sentence}",
}


@callback
def async_describe_events(
    hass: HomeAssistant, async_describe_event: Callable[[str, str, Callable[[Event[Any]], dict[str, str]]], None]
) -> None:
    """Register how our event is told."""

    @callback
    def describe(event: Event[Any]) -> dict[str, str]:
        data = event.data
        message = _MESSAGES[data["type"]].format(
            company=data["company"] or data["number"],
            minutes=round(data["hold_seconds"] / 60),
            sentence=data["sentence"] or data["outcome"],
        )
        return {LOGBOOK_ENTRY_NAME: "Hold Slayer", LOGBOOK_ENTRY_MESSAGE: message}

    async_describe_event(DOMAIN, EVENT_CALL, describe)
