"""Actions: call, hang up, send keys, transfer."""

from typing import Any

from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.exceptions import HomeAssistantError, ServiceValidationError
from homeassistant.helpers import config_validation as cv
import probatio

from . import const
from .const import DOMAIN
from .engine.agent import CallRefusedError, UnknownCallError
from .engine.model.call_brief import CallBrief, HandOverTarget
from .engine.model.phone_number import DialTarget, InvalidTargetError
from .engine.model.snapshot import CallSnapshot
from .runtime import HoldSlayerConfigEntry, HoldSlayerRuntime

_ENTRY = {probatio.Optional(const.ATTR_CONFIG_ENTRY): cv.string}
_ACTIVE = {**_ENTRY, probatio.Optional(const.ATTR_CALL_ID): cv.string}

CALL_SCHEMA = probatio.Schema(
    {
        **_ENTRY,
        # cv.string also mends numbers that a template has turned into an integer.
        probatio.Optional(const.ATTR_NUMBER): cv.string,
        probatio.Optional(const.ATTR_CONTACT): cv.string,
        probatio.Optional(const.ATTR_GOAL): cv.string,
        probatio.Optional(const.ATTR_COMPANY): cv.string,
        probatio.Optional(const.ATTR_LANGUAGE): cv.language,
        probatio.Optional(const.ATTR_FACTS): probatio.Schema({cv.slug: cv.string}),
    }
)
HANG_UP_SCHEMA = probatio.Schema(_ACTIVE)
SEND_DTMF_SCHEMA = probatio.Schema(
    {**_ACTIVE, probatio.Required(const.ATTR_DIGITS): cv.matches_regex(r"^[0-9*#wW]{1,64}$")}
)
TRANSFER_SCHEMA = probatio.Schema({**_ACTIVE, probatio.Optional(const.ATTR_TARGET): cv.string})


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register all actions; they look their account up when called."""

    async def call(service: ServiceCall) -> ServiceResponse:
        runtime = _runtime(hass, service)
        brief = _brief(runtime, service)
        try:
            call_id = await runtime.agent.call(brief)
        except CallRefusedError as err:
            raise _invalid("call_refused", reason=err.sentence) from err
        return {const.ATTR_CALL_ID: call_id} if service.return_response else None

    async def hang_up(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        _command(lambda: runtime.agent.hang_up(_active(runtime, service).call_id))

    async def send_dtmf(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        snapshot = _active(runtime, service)
        if snapshot.answered_at is None:
            raise _invalid("not_answered")
        _command(lambda: runtime.agent.send_digits(snapshot.call_id, service.data[const.ATTR_DIGITS]))

    async def transfer(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        snapshot = _active(runtime, service)
        target = _target(runtime, service.data.get(const.ATTR_TARGET))
        if snapshot.answered_at is None:
            raise _invalid("not_answered")
        _command(lambda: runtime.agent.transfer(snapshot.call_id, target))

    register = hass.services.async_register
    register(DOMAIN, const.SERVICE_CALL, call, CALL_SCHEMA, SupportsResponse.OPTIONAL)
    register(DOMAIN, const.SERVICE_HANG_UP, hang_up, HANG_UP_SCHEMA)
    register(DOMAIN, const.SERVICE_SEND_DTMF, send_dtmf, SEND_DTMF_SCHEMA)
    register(DOMAIN, const.SERVICE_TRANSFER, transfer, TRANSFER_SCHEMA)


def _invalid(key: str, **placeholders: str) -> ServiceValidationError:
    return ServiceValidationError(
        translation_domain=DOMAIN, translation_key=key, translation_placeholders=placeholders or None
    )


def _runtime(hass: HomeAssistant, service: ServiceCall) -> HoldSlayerRuntime:
    """The account named, or the only one."""
    entries: list[HoldSlayerConfigEntry] = hass.config_entries.async_entries(DOMAIN)
    wanted = service.data.get(const.ATTR_CONFIG_ENTRY)
    found = [entry for entry in entries if wanted in (None, entry.entry_id)]
    if not found:
        raise _invalid("no_account")
    loaded = [entry for entry in found if entry.state is ConfigEntryState.LOADED]
    if not loaded:
        raise _invalid("account_not_loaded")
    if len(loaded) > 1:
        raise _invalid("several_accounts")
    return loaded[0].runtime_data


def _brief(runtime: HoldSlayerRuntime, service: ServiceCall) -> CallBrief:
    data = service.data
    number, name = data.get(const.ATTR_NUMBER), data.get(const.ATTR_CONTACT)
    if (number is None) == (name is None):
        raise _invalid("number_or_contact")
    contact = runtime.contact(name) if name is not None else None
    if name is not None and contact is None:
        raise _invalid("unknown_contact", contact=name)
    goal = data.get(const.ATTR_GOAL) or (contact.goal if contact else "")
    if not goal:
        raise _invalid("no_goal")
    language = data.get(const.ATTR_LANGUAGE) or (contact.language if contact else "") or runtime.language
    return CallBrief(
        number=_dial_target(contact.number if contact else str(number)),
        goal=goal,
        company=data.get(const.ATTR_COMPANY) or (contact.name if contact else ""),
        language=language.partition("-")[0],
        locale=language if "-" in language else "",
        facts=dict(data.get(const.ATTR_FACTS, {})),
        user_name=runtime.user_name,
        hand_over=runtime.hand_over,
    )


def _dial_target(text: str) -> DialTarget:
    try:
        return DialTarget.parse(text)
    except InvalidTargetError as err:
        raise _invalid("invalid_number", number=text) from err


def _active(runtime: HoldSlayerRuntime, service: ServiceCall) -> CallSnapshot:
    """The call named, or the one that is active."""
    active = [snapshot for snapshot in runtime.agent.calls if snapshot.is_active]
    wanted = service.data.get(const.ATTR_CALL_ID)
    if wanted is not None:
        active = [snapshot for snapshot in active if snapshot.call_id == wanted]
        if not active:
            raise _invalid("unknown_call")
    if not active:
        raise _invalid("no_active_call")
    return active[0]


def _target(runtime: HoldSlayerRuntime, text: str | None) -> HandOverTarget | None:
    """A hand-over target by name, or a number or SIP address; None for the account's own list."""
    if text is None:
        if not runtime.hand_over:
            raise _invalid("no_target")
        return None
    return runtime.target(text) or HandOverTarget(text, _dial_target(text))


def _command(run: Any) -> None:
    try:
        run()
    except UnknownCallError as err:
        raise HomeAssistantError(translation_domain=DOMAIN, translation_key="unknown_call") from err
