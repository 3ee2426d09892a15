"""Set-up of an account, tested before it is saved, and its options."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import replace
import logging
from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigFlow, ConfigFlowResult, ConfigSubentryFlow
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME
from homeassistant.core import HomeAssistant, callback
from homeassistant.helpers.service_info.hassio import HassioServiceInfo
from homeassistant.helpers.service_info.zeroconf import ZeroconfServiceInfo
from homeassistant.util import dt as dt_util
import probatio

from . import const, migration
from .account_form import ACCOUNT_SCHEMA, PASSWORD_SCHEMA, check_account, preset_schema, provider_schema
from .authority import AuthorityError, read_authority
from .const import DOMAIN
from .discovery import DiscoveredPbx
from .engine.sip.account import TrunkAccount
from .engine.sip.errors import (
    BindError,
    CannotResolveError,
    CertificateNameError,
    ExpiredCertificateError,
    ForbiddenError,
    NoAnswerError,
    RejectedError,
    TlsError,
    TransportError,
    TrunkError,
    UntrustedCertificateError,
    WrongPasswordError,
)
from .engine.sip.user_agent import UserAgent
from .options_flow import HoldSlayerOptionsFlow
from .providers import Preset, presets
from .runtime import account_of, ssl_context_of
from .subentry_flow import ContactFlow, TargetFlow

_LOGGER = logging.getLogger(__name__)

_ERRORS: dict[type[TrunkError], str] = {
    CannotResolveError: "cannot_resolve",
    NoAnswerError: "no_answer",
    WrongPasswordError: "invalid_auth",
    ForbiddenError: "forbidden",
    TlsError: "tls",
    UntrustedCertificateError: "tls_untrusted",
    ExpiredCertificateError: "tls_expired",
    CertificateNameError: "tls_name",
    BindError: "cannot_bind",
    TransportError: "transport",
}
CAUSES = frozenset({*_ERRORS.values(), *RejectedError.KEYS, "unknown"})
"""Everything that an account's test and its repair can say; each has a text in every language."""


class HoldSlayerConfigFlow(ConfigFlow, domain=DOMAIN):
    """One entry is one SIP account."""

    VERSION = migration.VERSION
    MINOR_VERSION = migration.MINOR_VERSION

    def __init__(self) -> None:
        self._status = ""
        self._preset: Preset | None = None
        self._found: DiscoveredPbx | None = None

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
        """Which provider: a known one spares most questions."""
        known = await self.hass.async_add_executor_job(presets)
        if user_input is None:
            return self._show("user", provider_schema(known.values()), None, {})
        self._preset = known.get(user_input[const.CONF_PROVIDER])
        return await (self.async_step_account() if self._preset is None else self.async_step_provider())

    async def async_step_account(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """An account of which nothing is known."""
        found = self._found
        suggested = found.suggestions() if user_input is None and found is not None else user_input
        data = user_input
        if user_input is not None and found is not None:
            data = {**user_input, const.CONF_SERVICE: found.service}
        return await self._create("account", ACCOUNT_SCHEMA, data, suggested)

    @override
    async def async_step_zeroconf(self, discovery_info: ZeroconfServiceInfo) -> ConfigFlowResult:
        """A telephone system in the network has announced itself."""
        return await self._discovered(DiscoveredPbx.of_zeroconf(discovery_info))

    @override
    async def async_step_hassio(self, discovery_info: HassioServiceInfo) -> ConfigFlowResult:
        """An app of Home Assistant is a telephone system."""
        return await self._discovered(DiscoveredPbx.of_app(discovery_info))

    async def _discovered(self, found: DiscoveredPbx | None) -> ConfigFlowResult:
        """Accounts of this system follow it; without one the user is asked, once."""
        if found is None:
            return self.async_abort(reason="not_a_pbx")
        for entry in self._async_current_entries(include_ignore=False):
            if (data := found.moved(entry.data)) is not None:
                self.hass.config_entries.async_update_entry(
                    entry, data=data, unique_id=_unique_id(data), title=_unique_id(data)
                )
                self.hass.config_entries.async_schedule_reload(entry.entry_id)
            if found.service == entry.data.get(const.CONF_SERVICE) or found.host == entry.data[CONF_HOST]:
                return self.async_abort(reason="already_configured")
        await self.async_set_unique_id(found.service)
        self._abort_if_unique_id_configured()
        self.context["title_placeholders"] = {"name": found.name}
        self._found = found
        return await self.async_step_account()

    async def async_step_provider(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """What only the customer of a known provider can say."""
        preset = self._preset
        if preset is None:
            return await self.async_step_user()
        data = None
        if user_input is not None:
            data = preset.complete(user_input) | {const.CONF_PROVIDER: preset.preset_id}
        suggested = user_input if user_input is not None else preset.account
        hint = preset.hint_in(self.hass.config.language)
        return await self._create(
            "provider", preset_schema(preset), data, suggested, provider=preset.name, hint=hint, source=preset.source
        )

    async def _create(
        self,
        step_id: str,
        schema: probatio.Schema,
        data: dict[str, Any] | None,
        suggested: Mapping[str, Any] | None,
        **placeholders: str,
    ) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if data is not None:
            data = tidy(data)
            await self.async_set_unique_id(_unique_id(data))
            self._abort_if_unique_id_configured()
            errors = check_account(data) or await self._errors(account_of(data))
            if not errors:
                return self.async_create_entry(title=_unique_id(data), data=data)
        return self._show(step_id, schema, suggested, errors, **placeholders)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the account; its history stays."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            user_input = tidy(user_input)
            await self.async_set_unique_id(_unique_id(user_input))
            if entry.unique_id != self.unique_id:
                self._abort_if_unique_id_configured()
            errors = check_account(user_input) or await self._errors(beside(entry, account_of(user_input)))
            if not errors:
                kept = {key: entry.data[key] for key in (const.CONF_SERVICE,) if key in entry.data}
                if user_input[CONF_HOST] == entry.data[CONF_HOST]:
                    user_input |= kept
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
            errors = await self._errors(beside(entry, account_of({**entry.data, **user_input})))
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
    if isinstance(err, RejectedError):
        return err.key, str(err.status)
    return _ERRORS.get(type(err), "unknown"), ""


def tidy(data: Mapping[str, Any]) -> dict[str, Any]:
    """Take blanks away, and split ``sip:host:port`` as people copy it from their provider's page."""
    cleaned = {key: value.strip() if isinstance(value, str) else value for key, value in data.items()}
    cleaned[CONF_PASSWORD] = data[CONF_PASSWORD]
    advanced = {
        key: stripped if isinstance(value, str) else value
        for key, value in data.get(const.CONF_ADVANCED, {}).items()
        if value != []
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
    if authority := advanced.get(const.CONF_AUTHORITY):
        with suppress(AuthorityError):  # `check_account` says what is wrong with it
            advanced[const.CONF_AUTHORITY] = read_authority(authority, dt_util.utcnow())
    cleaned[CONF_HOST] = host.removeprefix("[").removesuffix("]")
    cleaned[const.CONF_ADVANCED] = advanced
    return cleaned


def beside(entry: ConfigEntry, account: TrunkAccount) -> TrunkAccount:
    """The account as it can be tried while the entry holds its local port."""
    is_held = entry.state is ConfigEntryState.LOADED and account_of(entry.data).local_port == account.local_port
    return replace(account, local_port=0) if is_held else account


def _unique_id(data: Mapping[str, Any]) -> str:
    return f"{data[CONF_USERNAME]}@{data[CONF_HOST]}".lower()
