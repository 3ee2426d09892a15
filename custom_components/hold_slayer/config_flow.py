"""Set-up of an account, tested before it is saved, and its options."""

from collections.abc import Mapping
from typing import Any, override

from homeassistant.config_entries import ConfigEntry, ConfigFlow, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_PORT, CONF_USERNAME, CONF_VERIFY_SSL
from homeassistant.core import HomeAssistant, callback
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector as sel
import probatio

from . import const
from .const import DOMAIN
from .engine.call.policy import refusal
from .engine.model.phone_number import DialTarget, InvalidTargetError
from .engine.sip.errors import (
    BindError,
    CannotResolveError,
    ForbiddenError,
    NoAnswerError,
    RejectedError,
    TlsError,
    TrunkError,
    WrongPasswordError,
)
from .engine.sip.user_agent import UserAgent
from .runtime import account_of, ssl_context_of

_ERRORS: dict[type[TrunkError], str] = {
    CannotResolveError: "cannot_resolve",
    NoAnswerError: "no_answer",
    WrongPasswordError: "invalid_auth",
    ForbiddenError: "forbidden",
    TlsError: "tls",
    BindError: "cannot_bind",
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
                    probatio.Optional(const.CONF_LOCAL_ADDRESS): _TEXT,
                    probatio.Optional(const.CONF_LOCAL_PORT, default=0): _PORT,
                }
            ),
            {"collapsed": True},
        ),
    }
)
PASSWORD_SCHEMA = probatio.Schema({probatio.Required(probatio.Secret(CONF_PASSWORD)): _PASSWORD})


def _entity(domain: str) -> sel.EntitySelector:
    return sel.EntitySelector(sel.EntitySelectorConfig(filter=[{"domain": domain}]))


def _list(**fields: tuple[bool, dict[str, Any]]) -> sel.ObjectSelector:
    described = {
        name: sel.ObjectSelectorField(required=required, selector=selector)
        for name, (required, selector) in fields.items()
    }
    return sel.ObjectSelector(
        sel.ObjectSelectorConfig(fields=described, multiple=True, label_field="name", description_field="number")
    )


_NUMBER = {"text": {"type": "tel"}}
OPTIONS_SCHEMA = probatio.Schema(
    {
        probatio.Optional(const.CONF_USER_NAME): _TEXT,
        probatio.Optional(const.CONF_HAND_OVER): _list(
            name=(True, {"text": {}}),
            number=(True, _NUMBER),
            ring_s=(False, {"number": {"min": 5, "max": 120, "unit_of_measurement": "s", "mode": "box"}}),
        ),
        probatio.Optional(const.CONF_CONTACTS): _list(
            name=(True, {"text": {}}),
            number=(True, _NUMBER),
            goal=(False, {"text": {"multiline": True}}),
            language=(False, {"language": {}}),
        ),
        probatio.Optional(const.CONF_HOLD_MINUTES, default=const.DEFAULT_HOLD_MINUTES): probatio.All(
            sel.NumberSelector(sel.NumberSelectorConfig(min=1, max=600, mode=sel.NumberSelectorMode.BOX)),
            probatio.Coerce(int),
        ),
        probatio.Required(const.CONF_SPEECH): section(
            probatio.Schema(
                {
                    probatio.Optional(const.CONF_STT): _entity("stt"),
                    probatio.Optional(const.CONF_TTS): _entity("tts"),
                    probatio.Optional(const.CONF_LANGUAGE): sel.LanguageSelector(),
                }
            ),
            {"collapsed": False},
        ),
        probatio.Required(const.CONF_MODEL): section(
            probatio.Schema(
                {
                    probatio.Required(const.CONF_LLM, default=const.LLM_NONE): sel.SelectSelector(
                        sel.SelectSelectorConfig(options=const.LLM_KINDS, translation_key="llm")
                    ),
                    probatio.Optional(const.CONF_AI_TASK): _entity("ai_task"),
                    probatio.Optional(const.CONF_AGENT): sel.ConversationAgentSelector(),
                    probatio.Optional(const.CONF_LLM_URL): sel.TextSelector(
                        sel.TextSelectorConfig(type=sel.TextSelectorType.URL)
                    ),
                    probatio.Optional(const.CONF_LLM_MODEL): _TEXT,
                    probatio.Optional(probatio.Secret(const.CONF_LLM_KEY)): _PASSWORD,
                }
            ),
            {"collapsed": True},
        ),
    }
)


async def async_probe(hass: HomeAssistant, data: Mapping[str, Any]) -> str | None:
    """Try an account; return the key of what is wrong, None when it works."""
    account = account_of(data)
    context = await hass.async_add_executor_job(ssl_context_of, account)
    try:
        await UserAgent(account, ssl_context=context).probe()
    except TrunkError as err:
        return _ERRORS.get(type(err), "rejected")
    return None


class HoldSlayerConfigFlow(ConfigFlow, domain=DOMAIN):
    """One entry is one SIP account."""

    VERSION = 1
    MINOR_VERSION = 1

    @staticmethod
    @callback
    @override
    def async_get_options_flow(config_entry: ConfigEntry) -> HoldSlayerOptionsFlow:
        return HoldSlayerOptionsFlow()

    @override
    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        errors: dict[str, str] = {}
        if user_input is not None:
            await self.async_set_unique_id(_unique_id(user_input))
            self._abort_if_unique_id_configured()
            error = await async_probe(self.hass, user_input)
            if error is None:
                return self.async_create_entry(title=_unique_id(user_input), data=user_input)
            errors["base"] = error
        schema = self.add_suggested_values_to_schema(ACCOUNT_SCHEMA, user_input)
        return self.async_show_form(step_id="user", data_schema=schema, errors=errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Change the account; its history stays."""
        entry = self._get_reconfigure_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            await self.async_set_unique_id(_unique_id(user_input))
            if entry.unique_id != self.unique_id:
                self._abort_if_unique_id_configured()
            error = await async_probe(self.hass, user_input)
            if error is None:
                return self.async_update_reload_and_abort(
                    entry, unique_id=self.unique_id, title=_unique_id(user_input), data=user_input
                )
            errors["base"] = error
        schema = self.add_suggested_values_to_schema(ACCOUNT_SCHEMA, user_input or entry.data)
        return self.async_show_form(step_id="reconfigure", data_schema=schema, errors=errors)

    async def async_step_reauth(self, entry_data: Mapping[str, Any]) -> ConfigFlowResult:
        """The provider does not accept the password any more."""
        return await self.async_step_reauth_confirm()

    async def async_step_reauth_confirm(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Ask for the new password."""
        entry = self._get_reauth_entry()
        errors: dict[str, str] = {}
        if user_input is not None:
            error = await async_probe(self.hass, {**entry.data, **user_input})
            if error is None:
                return self.async_update_reload_and_abort(entry, data_updates=user_input)
            errors["base"] = error
        return self.async_show_form(
            step_id="reauth_confirm",
            data_schema=PASSWORD_SCHEMA,
            errors=errors,
            description_placeholders={"account": entry.title},
        )


class HoldSlayerOptionsFlow(OptionsFlowWithReload):
    """Speech, language model, where the user is, and whom they call."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show and check everything on one page."""
        errors: dict[str, str] = {}
        if user_input is not None:
            errors = _check_options(user_input)
            if not errors:
                return self.async_create_entry(data=user_input)
        schema = self.add_suggested_values_to_schema(OPTIONS_SCHEMA, user_input or self.config_entry.options)
        return self.async_show_form(step_id="init", data_schema=schema, errors=errors)


def _unique_id(data: Mapping[str, Any]) -> str:
    return f"{data[CONF_USERNAME]}@{data[CONF_HOST]}".lower()


def _check_options(options: Mapping[str, Any]) -> dict[str, str]:
    for key in (const.CONF_HAND_OVER, const.CONF_CONTACTS):
        names = [str(item.get(const.CONF_NAME_KEY, "")).casefold() for item in options.get(key, [])]
        if len(set(names)) != len(names):
            return {key: "duplicate_name"}
        for item in options.get(key, []):
            try:
                target = DialTarget.parse(str(item.get(const.CONF_NUMBER, "")))
            except InvalidTargetError:
                return {key: "invalid_number"}
            if refusal(target) is not None:
                return {key: "emergency_number"}
    model = options[const.CONF_MODEL]
    needed = {
        const.LLM_AI_TASK: const.CONF_AI_TASK,
        const.LLM_AGENT: const.CONF_AGENT,
        const.LLM_OPENAI: const.CONF_LLM_URL,
    }
    key = needed.get(model[const.CONF_LLM], const.CONF_LLM)
    if not model.get(key):
        return {"base": "model_incomplete"}
    if model[const.CONF_LLM] == const.LLM_OPENAI and not model.get(const.CONF_LLM_MODEL):
        return {"base": "model_incomplete"}
    return {}
