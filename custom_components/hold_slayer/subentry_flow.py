"""Contacts and hand-over targets: each a subentry of its account, added, changed and deleted for itself.

Nothing is reloaded by it, so a call in progress goes on: `runtime.HoldSlayerRuntime` reads them when it needs them.
"""

from collections.abc import Mapping, Sequence
from typing import Any, override

from homeassistant.config_entries import (
    SOURCE_RECONFIGURE,
    ConfigEntryState,
    ConfigSubentry,
    ConfigSubentryFlow,
    SubentryFlowResult,
)
from homeassistant.core import HomeAssistant
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector as sel
from homeassistant.util import slugify
import probatio

from . import const
from .adapters import voip_phones
from .contact import Contact
from .engine.agent.direct_line import is_outside
from .engine.call.policy import RefusalReason, may_dial
from .engine.model.call_brief import HandOverMode
from .engine.model.phone_number import DialTarget, InvalidTargetError
from .engine.ports import ServiceError
from .facts import FactScope, KeptFact
from .opening import CONF_CLOSES, CONF_DAYS, CONF_OPENS, DAYS, OpeningHours
from .options_flow import BY_NAME, kind_selector
from .runtime import HoldSlayerConfigEntry, HoldSlayerRuntime
from .storage.memories import Known
from .voicemail import CHOICES

_SHOWN_TEXTS = 8
_SHOWN_LETTERS = 90
_TEXT = sel.TextSelector()
_TELEPHONE = sel.TextSelector(sel.TextSelectorConfig(type=sel.TextSelectorType.TEL))
VOIP_DEVICE = sel.DeviceSelector(sel.DeviceSelectorConfig(filter=[{"integration": voip_phones.DOMAIN}]))
_PASSWORD = sel.TextSelector(sel.TextSelectorConfig(type=sel.TextSelectorType.PASSWORD))
_LINES = sel.TextSelector(sel.TextSelectorConfig(multiline=True))


def _number(least: int, most: int, unit: str | None = None) -> Any:
    config = sel.NumberSelectorConfig(min=least, max=most, mode=sel.NumberSelectorMode.BOX)
    if unit is not None:
        config["unit_of_measurement"] = unit
    return probatio.All(sel.NumberSelector(config), probatio.Coerce(int))


CONTACT_SCHEMA = probatio.Schema(
    {
        probatio.Required(const.CONF_NAME_KEY): _TEXT,
        probatio.Required(const.CONF_NUMBER): _TELEPHONE,
        probatio.Optional(const.CONF_MORE_NUMBERS): sel.TextSelector(
            sel.TextSelectorConfig(type=sel.TextSelectorType.TEL, multiple=True)
        ),
        probatio.Optional(const.CONF_GOAL): _LINES,
        probatio.Optional(const.CONF_GOALS): sel.TextSelector(sel.TextSelectorConfig(multiple=True)),
        probatio.Optional(const.CONF_LANGUAGE): sel.LanguageSelector(),
        probatio.Optional(const.CONF_ON_VOICEMAIL): sel.SelectSelector(
            sel.SelectSelectorConfig(options=CHOICES, translation_key="on_voicemail")
        ),
        probatio.Optional(const.CONF_MESSAGE): _LINES,
        probatio.Optional(const.CONF_HOURS): sel.ObjectSelector(
            sel.ObjectSelectorConfig(
                multiple=True,
                translation_key="hours",
                label_field=CONF_DAYS,
                description_field=CONF_OPENS,
                fields={
                    CONF_DAYS: {
                        "required": True,
                        "selector": sel.SelectSelector(
                            sel.SelectSelectorConfig(options=list(DAYS), multiple=True, translation_key="weekday")
                        ),
                    },
                    CONF_OPENS: {"required": True, "selector": sel.TimeSelector()},
                    CONF_CLOSES: {"required": True, "selector": sel.TimeSelector()},
                },
            )
        ),
    }
)


def known_names(names: Sequence[str], *, multiple: bool) -> sel.SelectSelector:
    """A choice among names that are known now; others may be typed."""
    return sel.SelectSelector(
        sel.SelectSelectorConfig(options=list(names), multiple=multiple, custom_value=True, sort=True)
    )


TARGET_SCHEMA = probatio.Schema(
    {
        probatio.Required(const.CONF_NAME_KEY): _TEXT,
        probatio.Required(const.CONF_KIND, default=const.KIND_PHONE): sel.SelectSelector(
            sel.SelectSelectorConfig(options=const.TARGET_KINDS, translation_key="target_kind")
        ),
        probatio.Optional(const.CONF_NUMBER): _TELEPHONE,
        probatio.Optional(const.CONF_SATELLITE): sel.EntitySelector(
            sel.EntitySelectorConfig(filter=[{"domain": "assist_satellite"}])
        ),
        probatio.Optional(const.CONF_VOIP_DEVICE): VOIP_DEVICE,
        probatio.Optional(const.CONF_RING_S, default=const.DEFAULT_RING_S): _number(
            const.MIN_RING_S, const.MAX_RING_S, "s"
        ),
        probatio.Optional(const.CONF_RANK, default=const.DEFAULT_RANK): _number(1, 99),
        probatio.Optional(const.CONF_ACCOUNT): sel.ConfigEntrySelector(
            sel.ConfigEntrySelectorConfig(integration=const.DOMAIN)
        ),
        probatio.Optional(const.CONF_MODE, default=HandOverMode.BRIDGE.value): sel.SelectSelector(
            sel.SelectSelectorConfig(options=[mode.value for mode in HandOverMode], translation_key="hand_over_mode")
        ),
        probatio.Optional(const.CONF_PRESENCE): sel.EntitySelector(
            sel.EntitySelectorConfig(
                filter=[{"domain": ["person", "device_tracker", "binary_sensor", "input_boolean"]}]
            )
        ),
    }
)


class _NumberFlow(ConfigSubentryFlow):
    """A name with a number."""

    schema: probatio.Schema

    async def async_step_user(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Add one."""
        errors: dict[str, str] = {}
        if user_input is not None:
            data = tidy(user_input)
            errors = self._errors(data, besides=None)
            if not errors:
                return self.async_create_entry(title=data[const.CONF_NAME_KEY], data=data)
        return self._form("user", user_input, errors)

    async def async_step_reconfigure(self, user_input: dict[str, Any] | None = None) -> SubentryFlowResult:
        """Change one."""
        subentry = self._get_reconfigure_subentry()
        errors: dict[str, str] = {}
        if user_input is not None:
            data = tidy(user_input)
            forgets, own = data.pop(const.CONF_FORGET_KNOWN, False), data.pop(const.CONF_OWN_FACT, {})
            errors = self._errors(data, besides=subentry.subentry_id) or await self._keep(subentry, own)
            if not errors and forgets:
                errors = await self._forget(subentry)
            if not errors:
                return self.async_update_and_abort(
                    self._get_entry(), subentry, title=data[const.CONF_NAME_KEY], data=data
                )
        # What is private does not come back into the form.
        shown = {key: value for key, value in (user_input or {}).items() if key != const.CONF_OWN_FACT}
        return self._form("reconfigure", shown or subentry.data, errors)

    def _form(self, step: str, values: Mapping[str, Any] | None, errors: dict[str, str]) -> SubentryFlowResult:
        subentry = self._get_reconfigure_subentry() if self.source == SOURCE_RECONFIGURE else None
        schema = self.add_suggested_values_to_schema(self._schema(subentry), values)
        return self.async_show_form(
            step_id=step, data_schema=schema, errors=errors, description_placeholders=self._told(subentry)
        )

    def _told(self, subentry: ConfigSubentry | None) -> dict[str, str]:
        """Placeholders of the form's text."""
        return {}

    async def _forget(self, subentry: ConfigSubentry) -> dict[str, str]:
        """Forget what calls have learned; returns the first error by field."""
        return {}

    async def _keep(self, subentry: ConfigSubentry, fact: Mapping[str, Any]) -> dict[str, str]:
        """Keep a fact that only calls to this contact are given; returns the first error by field."""
        return {}

    def _schema(self, _subentry: ConfigSubentry | None) -> probatio.Schema:
        return self.schema

    def _errors(self, data: Mapping[str, Any], besides: str | None) -> dict[str, str]:
        name = data[const.CONF_NAME_KEY].casefold()
        if not name:
            return {const.CONF_NAME_KEY: "no_name"}
        others = self._get_entry().get_subentries_of_type(self._subentry_type)
        if any(each.title.casefold() == name and each.subentry_id != besides for each in others):
            return {const.CONF_NAME_KEY: "duplicate_name"}
        return self._more_errors(data)

    def _more_errors(self, data: Mapping[str, Any]) -> dict[str, str]:
        error = number_error(data.get(const.CONF_NUMBER, ""))
        return {const.CONF_NUMBER: error} if error is not None else {}


class ContactFlow(_NumberFlow):
    """A company that is called, with everything known of it."""

    schema = CONTACT_SCHEMA

    @property
    def _runtime(self) -> HoldSlayerRuntime | None:
        entry: HoldSlayerConfigEntry = self._get_entry()
        return entry.runtime_data if entry.state is ConfigEntryState.LOADED else None

    @override
    def _schema(self, subentry: ConfigSubentry | None) -> probatio.Schema:
        """With the names of facts and flows that there are, and a box to forget, where something is known."""
        runtime = self._runtime
        flows = runtime.flows.names if runtime is not None and runtime.flows is not None else ()
        fields: dict[Any, Any] = {
            probatio.Optional(const.CONF_FACTS): known_names(
                runtime.vault.names if runtime is not None else (), multiple=True
            ),
            probatio.Optional(const.CONF_FLOW): known_names(flows, multiple=False),
        }
        if subentry is not None and runtime is not None:
            # Before it is saved a contact has no id by which a fact could be its own.
            fields[probatio.Optional(const.CONF_OWN_FACT)] = section(
                probatio.Schema(
                    {
                        probatio.Optional(const.CONF_FACT): _TEXT,
                        probatio.Optional(probatio.Secret(const.CONF_VALUE)): _PASSWORD,
                        probatio.Optional(const.CONF_FACT_KIND): kind_selector(),
                    }
                ),
                {"collapsed": True},
            )
        if self._known(subentry).calls:
            fields[probatio.Optional(const.CONF_FORGET_KNOWN, default=False)] = sel.BooleanSelector()
        return self.schema.extend(fields)

    def _known(self, subentry: ConfigSubentry | None) -> Known:
        if subentry is None or self._runtime is None:
            return Known(0, ())
        return self._runtime.memories.known(Contact.of(subentry).dialled)

    @override
    def _told(self, subentry: ConfigSubentry | None) -> dict[str, str]:
        """How many calls have taught something, how many recordings are known, and what the last heard ones say."""
        known = self._known(subentry)
        texts = "".join(f"\n- {text[:_SHOWN_LETTERS]}" for text in known.texts[:_SHOWN_TEXTS])
        return {"calls": str(known.calls), "recordings": str(len(known.texts)), "texts": texts}

    @override
    async def _keep(self, subentry: ConfigSubentry, fact: Mapping[str, Any]) -> dict[str, str]:
        name = slugify(fact.get(const.CONF_FACT, ""), separator="_")
        value = fact.get(const.CONF_VALUE, "").strip()
        kind = fact.get(const.CONF_FACT_KIND, "")
        if not name and not value:
            return {}
        if not name or not value:
            return {"base": "fact_incomplete"}
        if self._runtime is None:
            return {"base": "vault_closed"}
        kept = KeptFact(name, value, "" if kind == BY_NAME else kind, FactScope.CONTACT, subentry.subentry_id)
        try:
            await self._runtime.keep_fact(kept)
        except ValueError:
            return {"base": "bad_fact"}
        return {}

    @override
    async def _forget(self, subentry: ConfigSubentry) -> dict[str, str]:
        if self._runtime is not None:
            try:
                await self._runtime.memories.forget(Contact.of(subentry).dialled)
            except ServiceError:
                return {const.CONF_FORGET_KNOWN: "not_forgotten"}
        return {}

    @override
    def _more_errors(self, data: Mapping[str, Any]) -> dict[str, str]:
        for key, numbers in (
            (const.CONF_NUMBER, [data.get(const.CONF_NUMBER, "")]),
            (const.CONF_MORE_NUMBERS, data.get(const.CONF_MORE_NUMBERS, [])),
        ):
            for number in numbers:
                if (error := number_error(number)) is not None:
                    return {key: error}
        try:
            OpeningHours.of(data.get(const.CONF_HOURS, ()))
        except ValueError:
            return {const.CONF_HOURS: "invalid_hours"}
        return {}


class TargetFlow(_NumberFlow):
    """Where the user is put through: a telephone of whatever kind, the browser, or where a satellite asks."""

    schema = TARGET_SCHEMA

    @override
    def _more_errors(self, data: Mapping[str, Any]) -> dict[str, str]:
        kind, number = data[const.CONF_KIND], data.get(const.CONF_NUMBER, "")
        if kind == const.KIND_SATELLITE and not data.get(const.CONF_SATELLITE):
            return {const.CONF_SATELLITE: "no_satellite"}
        if kind == const.KIND_SATELLITE and not number:
            return {}
        if kind == const.KIND_BROWSER:
            return {}
        if kind == const.KIND_VOIP:
            error = voip_error(self.hass, data.get(const.CONF_VOIP_DEVICE))
            return {const.CONF_VOIP_DEVICE: error} if error is not None else {}
        if kind == const.KIND_PERSON and not data.get(const.CONF_PRESENCE):
            return {const.CONF_PRESENCE: "no_person"}
        error = number_error(number)
        if error is None and kind == const.KIND_SIP and not DialTarget.parse(number).is_uri:
            error = "no_sip_address"
        return {const.CONF_NUMBER: error} if error is not None else {}


def tidy(data: Mapping[str, Any]) -> dict[str, Any]:
    """Blanks around text go, empty fields too."""
    stripped = {key: _stripped(value) for key, value in data.items()}
    return {key: value for key, value in stripped.items() if value not in ("", []) or key == const.CONF_NAME_KEY}


def _stripped(value: Any) -> Any:
    if isinstance(value, list):
        return [each for item in value if (each := _stripped(item)) != ""]
    return value.strip() if isinstance(value, str) else value


def voip_error(hass: HomeAssistant, device_id: str | None) -> str | None:
    """Key of what is wrong with a telephone of *Voice over IP*; None when it may be rung."""
    if not device_id:
        return "no_voip_phone"
    address = voip_phones.address_of(hass, device_id)
    if address is None:
        return "unknown_voip_phone"
    if is_outside(address.uri):
        return "voip_phone_outside"
    return _never_dialled(address.uri)


def number_error(text: str) -> str | None:
    """Key of what is wrong with a number; None when it may be dialled."""
    try:
        target = DialTarget.parse(text)
    except InvalidTargetError:
        return "invalid_number"
    return _never_dialled(target)


def _never_dialled(target: DialTarget) -> str | None:
    """Key of why automation never dials a target; None when it may."""
    refused = may_dial(target)
    if refused is None:
        return None
    return "emergency_number" if refused.reason is RefusalReason.EMERGENCY else "never_dialled"
