"""What all actions have in common: which account is meant, who may use it, and refusals in the user's language."""

from collections.abc import Callable, Coroutine
from typing import Any, Final

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse
from homeassistant.exceptions import ServiceValidationError, Unauthorized, UnknownUser
from homeassistant.helpers import config_validation as cv, device_registry as dr
import probatio

from . import const
from .const import DOMAIN
from .contact import Contact
from .permissions import may_user
from .runtime import HoldSlayerConfigEntry, HoldSlayerRuntime

ENTRY_FIELDS: Final[dict[Any, Any]] = {
    probatio.Optional(const.ATTR_CONFIG_ENTRY): cv.string,
    probatio.Optional(const.ATTR_DEVICE): probatio.All(cv.ensure_list, [cv.string], probatio.Length(min=1, max=1)),
}
"""How every action may name its account: by its entry, or by the device of the account or of one of its contacts."""

type Handler = Callable[[ServiceCall], Coroutine[Any, Any, ServiceResponse | None]]


def invalid(key: str, **placeholders: str) -> ServiceValidationError:
    """A refusal by its key in the translations."""
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


def runtime_of(hass: HomeAssistant, service: ServiceCall) -> HoldSlayerRuntime:
    """The account named, or the only one. Raises ServiceValidationError."""
    entries: list[HoldSlayerConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    wanted = service.data.get(const.ATTR_CONFIG_ENTRY)
    if (device := _device_of(hass, service)) is not None:
        if wanted not in (None, device.config_entry_id):
            raise invalid("device_of_another_account")
        wanted = device.config_entry_id
    found = [entry for entry in entries if wanted in (None, entry.entry_id)]
    if not found:
        raise invalid("no_account")
    loaded = [entry for entry in found if entry.state is ConfigEntryState.LOADED]
    if not loaded:
        raise invalid("account_not_loaded")
    if len(loaded) > 1:
        raise invalid("several_accounts")
    return loaded[0].runtime_data


def contact_of_device(hass: HomeAssistant, service: ServiceCall, runtime: HoldSlayerRuntime) -> Contact | None:
    """The contact whose device was named; None: it is the account's own, or none was. Raises ServiceValidationError."""
    device = _device_of(hass, service)
    if device is None or device.config_subentry_id is None:
        return None
    return next((each for each in runtime.contacts if each.subentry_id == device.config_subentry_id), None)


def _device_of(hass: HomeAssistant, service: ServiceCall) -> dr.DeviceEntry | dr.ChildDeviceEntry | None:
    """The device named, one of ours. Raises ServiceValidationError."""
    wanted = service.data.get(const.ATTR_DEVICE)
    if not wanted:
        return None
    device = dr.async_get(hass).async_get(wanted[0])
    if device is None or not any(domain == DOMAIN for domain, _ in device.identifiers):
        raise invalid("unknown_device")
    return device


def guarded(hass: HomeAssistant, handler: Handler, policy: str) -> Handler:
    """``handler`` for those only who may read or control the account's status; automations, which are nobody, may everything.

    The action raises Unauthorized otherwise.
    """

    async def run(service: ServiceCall) -> ServiceResponse | None:
        user_id = service.context.user_id
        if user_id is not None:
            user = await hass.auth.async_get_user(user_id)
            if user is None:
                raise UnknownUser(context=service.context, permission=policy)
            if not may_user(hass, user, runtime_of(hass, service).entry.entry_id, policy):
                raise Unauthorized(context=service.context, permission=policy)
        return await handler(service)

    return run
