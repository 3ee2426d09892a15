"""The user's phones: notify actions named in the options."""

import asyncio
from collections.abc import Mapping, Sequence
import logging
from typing import Any, Final

from homeassistant.core import HomeAssistant

from . import const
from .const import DOMAIN
from .notice_texts import notice_texts

_LOGGER = logging.getLogger(__name__)

CONNECT: Final = "HOLD_SLAYER_CONNECT"
LATER: Final = "HOLD_SLAYER_LATER"
HANG_UP: Final = "HOLD_SLAYER_HANG_UP"
"""What the buttons of a notification send back (``mobile_app_notification_action``), with the call's id behind it."""


def phones_of(options: Mapping[str, Any]) -> tuple[str, ...]:
    """Names of the notify actions, without their domain."""
    return tuple(name.removeprefix("notify.") for name in options.get(const.CONF_NOTIFY, ()))


def data_of(call_id: str, key: str, language: str) -> dict[str, Any]:
    """What goes with a message about a call; that a human is there asks what to do, at once."""
    data: dict[str, Any] = {"tag": f"{DOMAIN}_{call_id}"}
    if key != "human_answered":
        return data
    texts = notice_texts(language)
    buttons = [
        {"action": f"{CONNECT}_{call_id}", "title": texts.connect},
        {"action": f"{LATER}_{call_id}", "title": texts.later},
        {"action": f"{HANG_UP}_{call_id}", "title": texts.hang_up, "destructive": True},
    ]
    return {**data, "ttl": 0, "priority": "high", "actions": buttons}


async def async_send(hass: HomeAssistant, phones: Sequence[str], message: str, data: Mapping[str, Any]) -> None:
    """Tell every phone at once; one that is gone, or whose server is slow, takes nothing from the others: a human waits."""
    await asyncio.gather(*(_send(hass, phone, message, data) for phone in phones))


async def _send(hass: HomeAssistant, phone: str, message: str, data: Mapping[str, Any]) -> None:
    try:
        await hass.services.async_call(
            "notify", phone, {"title": "Hold Slayer", "message": message, "data": dict(data)}, blocking=True
        )
    except Exception as err:  # noqa: BLE001 - not swallowed, and what integrations raise is not bounded
        _LOGGER.warning("notify.%s did not take a notification (%s)", phone, type(err).__name__)
