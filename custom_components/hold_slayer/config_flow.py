"""Set-up of an account, tested before it is saved, and its options."""

from collections.abc import Mapping
from dataclasses import replace
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlow, ConfigFlowResult, ConfigSubentryFlow
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector as sel
import probatio

from . import const, migration
from .const import DOMAIN
from .engine.model.media_description import SrtpMode
from .engine.sip.account import TrunkAccount
from .engine.sip.errors import (
    BindError,
    CannotResolveError,
    ForbiddenError,
    NoAnswerError,
    RejectedError,
    TlsError,
    TransportError,
    TrunkError,
    WrongPasswordError,
)
from .engine.sip.number_format import NumberFormat
from .engine.sip.user_agent import UserAgent
from .options_flow import HoldSlayerOptionsFlow
from .runtime import account_of, ssl_context_of
from .subentry_flow import ContactFlow, TargetFlow

_LOGGER = logging.getLogger(__name__)

_ERRORS: dict[type[TrunkError], str] = {
    CannotResolveError: "cannot_resolve",
    NoAnswerError: "no_answer",
    WrongPasswordError: "invalid_auth",
    ForbiddenError: "forbidden",
    TlsError: "tls",
    BindError: "cannot_bind",
    TransportError: "transport",
    RejectedError: "rejected",
}
_TEXT = sel.TextSelector()
_PASSWORD = sel.TextSelector(sel.TextSelectorConfig(type=sel.TextSelectorType.PASSWORD))
_PORT = probatio.All(
    sel.NumberSelector(sel.NumberSelectorConfig(min=0, max=65535, mode=sel.NumberSelectorMode.BOX)),
    probatio.Coerce(int),
)

ACCOUNT_SCHEMA = probatio.Schema(
    {
        probatio.Required(CONF_HOST): _TEXT,
        probatio.Required(CONF_USERNAME): _TEXT,
        probatio.Required(probatio.Secret(CONF_PASSWORD)): _PASSWORD,
        probatio.Required(const.CONF_TRANSPORT, default="udp"): sel.SelectSelector(
            sel.SelectSelectorConfig(options=const.TRANSPORTS, translation_key="transport")
        ),
        probatio.Required(const.CONF_ADVANCED): section(
            probatio.Schema(
                {
                    probatio.Optional(CONF_PORT): _PORT,
                    probatio.Optional(const.CONF_AUTH_USERNAME): _TEXT,
                    probatio.Optional(const.CONF_DISPLAY_NAME): _TEXT,
                    probatio.Optional(const.CONF_SIP_DOMAIN): _TEXT,
                    probatio.Optional(const.CONF_OUTBOUND_PROXY): _TEXT,
                    probatio.Optional(CONF_VERIFY_SSL, default=True): sel.BooleanSelector(),
                    probatio.Optional(const.CONF_SRTP, default=SrtpMode.OFF.value): sel.SelectSelector(
                        sel.SelectSelectorConfig(options=[mode.value for mode in SrtpMode], translation_key="srtp")
                    ),
                    probatio.Optional(const.CONF_COUNTRY): sel.CountrySelector(),
                    probatio.Optional(
                        const.CONF_NUMBER_FORMAT, default=NumberFormat.AS_TYPED.value
                    ): sel.SelectSelector(
                        sel.SelectSelectorConfig(
                            options=[form.value for form in NumberFormat], translation_key="number_format"
                        )
                    ),
                    probatio.Optional(const.CONF_LOCAL_ADDRESS): _TEXT,
                    probatio.Optional(const.CONF_LOCAL_PORT, default=0): _PORT,
                }
            ),
            {"collapsed": True},
        ),
    }
)
PASSWORD_SCHEMA = probatio.Schema({probatio.Required(probatio.Secret(CONF_PASSWORD)): _PASSWORD})


class HoldSlayerConfigFlow(ConfigFlow, domain=DOMAIN):
    """One entry is one SIP account."""

    VERSION = migration.VERSION
    MINOR_VERSION = migration.MINOR_VERSION

    def __init__(self) -> None:
        self._status = ""

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> HoldSlayerOptionsFlow:
        return HoldSlayerOptionsFlow()

    @classmethod
    @callback
    @override
    def async_get_supported_subentry_types(cls, config_entry: ConfigEntry) -> dict[str, type[ConfigSubentryFlow]]:
        return {const.SUBENTRY_CONTACT: ContactFlow, const.SUBENTRY_TARGET: TargetFlow}

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = tidy(user_input)
            await self.async_set_unique_id(_unique_id(user_input))
            self._abort_if_unique_id_configured()
            errors = await self._errors(account_of(user_input))
            if not errors:
                return self.async_create_entry(title=_unique_id(user_input), data=user_input)
        return self._show("user", ACCOUNT_SCHEMA, user_input, errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the account; its history stays."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = tidy(user_input)
            await self.async_set_unique_id(_unique_id(user_input))
            if entry.unique_id != self.unique_id:
                self._abort_if_unique_id_configured()
            errors = await self._errors(_beside(entry, account_of(user_input)))
            if not errors:
                return self.async_update_reload_and_abort(
                    entry, unique_id=self.unique_id, title=_unique_id(user_input), data=user_input
                )
        return self._show("reconfigure", ACCOUNT_SCHEMA, user_input or entry.data, errors)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """The provider does not accept the password any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the new password."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = await self._errors(_beside(entry, account_of({**entry.data, **user_input})))
            if not errors:
                return self.async_update_reload_and_abort(entry, data_updates=user_input)
        return self._show("reauth_confirm", PASSWORD_SCHEMA, None, errors, account=entry.title)

    def _show(
        self,
        step_id: str,
        schema: probatio.Schema,
        values: Mapping[str, Any] | None,
        errors: dict[str, str],
        **placeholders: str,
    ) -> ConfigFlowResult:
        return self.async_show_form(
            step_id=step_id,
            data_schema=self.add_suggested_values_to_schema(schema, values),
            errors=errors,
            description_placeholders={"status": self._status, **placeholders},
        )

    async def _errors(self, account: TrunkAccount) -> dict[str, str]:
        """Try an account; say what is wrong, nothing when it works."""
        key, self._status = await async_probe(self.hass, account)
        return {"base": key} if key is not None else {}


async def async_probe(hass: HomeAssistant, account: TrunkAccount) -> tuple[str | None, str]:
    """Try an account within a few seconds; return the key of what is wrong (None: it works) and a SIP status if there is one."""
    context = await hass.async_add_executor_job(ssl_context_of, account)
    try:
        await UserAgent(account, ssl_context=context).probe()
    except TrunkError as err:
        return error_key(err)
    except Exception:
        _LOGGER.exception("The account cannot be tested")
        return "unknown", ""
    return None, ""


def error_key(err: TrunkError) -> tuple[str, str]:
    """Key of the text that says what is wrong, and the SIP status if there is one."""
    return _ERRORS.get(type(err), "unknown"), str(err.status) if isinstance(err, RejectedError) else ""


def tidy(data: Mapping[str, Any]) -> dict[str, Any]:
    """Take blanks away, and split ``sip:host:port`` as people copy it from their provider's page."""
    cleaned = {key: value.strip() if isinstance(value, str) else value for key, value in data.items()}
    cleaned[CONF_PASSWORD] = data[CONF_PASSWORD]
    advanced = {
        key: stripped if isinstance(value, str) else value
        for key, value in data.get(const.CONF_ADVANCED, {}).items()
        if (stripped := value.strip() if isinstance(value, str) else "x")
    }
    host = cleaned[CONF_HOST]
    for scheme in ("sips:", "sip:"):
        if host.lower().startswith(scheme):
            host = host[len(scheme) :]
    name, separator, port = host.rpartition(":")
    if separator and port.isdecimal() and int(port) <= 65535 and (":" not in name or name.endswith("]")):
        host = name
        advanced[CONF_PORT] = int(port)
    if not advanced.get(CONF_PORT):
        advanced.pop(CONF_PORT, None)
    cleaned[CONF_HOST] = host.removeprefix("[").removesuffix("]")
    cleaned[const.CONF_ADVANCED] = advanced
    return cleaned


def _beside(entry: ConfigEntry, account: TrunkAccount) -> TrunkAccount:
    """The account as it can be tried while the entry holds its local port."""
    is_held = entry.state is ConfigEntryState.LOADED and account_of(entry.data).local_port == account.local_port
    return replace(account, local_port=0) if is_held else account


def _unique_id(data: Mapping[str, Any]) -> str:
    return f"{data[CONF_USERNAME]}@{data[CONF_HOST]}".lower()
