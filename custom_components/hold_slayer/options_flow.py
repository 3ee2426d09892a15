"""Options of an account: speech, language model, limits, recording. Whom it calls and where the user is: subentries."""

from collections.abc import Mapping, Sequence
from enum import StrEnum
import re
from types import MappingProxyType
from typing import Any
from urllib.parse import urlsplit

from homeassistant.config_entries import ConfigEntryState, ConfigFlowResult, OptionsFlowWithReload
from homeassistant.data_entry_flow import section
from homeassistant.helpers import selector as sel, translation
from homeassistant.util import slugify
import probatio

from . import const
from .doorman import Guests
from .engine.agent import fact_kinds
from .engine.model.call_brief import RingOrder
from .engine.model.recording import RecordingScope, RecordingTracks
from .facts import FactScope, KeptFact
from .storage.vault import FactVault
from .voicemail import CHOICES, HANG_UP

_TEXT = sel.TextSelector()
_PASSWORD = sel.TextSelector(sel.TextSelectorConfig(type=sel.TextSelectorType.PASSWORD))


def _entity(domain: str) -> sel.EntitySelector:
    return sel.EntitySelector(sel.EntitySelectorConfig(filter=[{"domain": domain}]))


def _choice(key: str, values: type[StrEnum]) -> sel.SelectSelector:
    return sel.SelectSelector(sel.SelectSelectorConfig(options=[value.value for value in values], translation_key=key))


def _whole(least: int, most: int, unit: str = "") -> Any:
    config = sel.NumberSelectorConfig(min=least, max=most, mode=sel.NumberSelectorMode.BOX)
    if unit:
        config["unit_of_measurement"] = unit
    return probatio.All(sel.NumberSelector(config), probatio.Coerce(int))


_PRICE = sel.NumberSelector(sel.NumberSelectorConfig(min=0, max=1000, step="any", mode=sel.NumberSelectorMode.BOX))

ON_VOICEMAIL = sel.SelectSelector(sel.SelectSelectorConfig(options=CHOICES, translation_key="on_voicemail"))

OPTIONS_SCHEMA = probatio.Schema(
    {
        probatio.Optional(const.CONF_USER_NAME): _TEXT,
        probatio.Optional(const.CONF_CONFIRM): sel.BooleanSelector(),
        probatio.Optional(const.CONF_RING_ORDER, default=RingOrder.IN_ORDER.value): _choice("ring_order", RingOrder),
        probatio.Optional(const.CONF_LEARN, default=True): sel.BooleanSelector(),
        probatio.Optional(const.CONF_ACCEPT_CALLBACK, default=False): sel.BooleanSelector(),
        probatio.Optional(const.CONF_LLM_ACCESS, default=const.LLM_ACCESS_ASK): sel.SelectSelector(
            sel.SelectSelectorConfig(options=const.LLM_ACCESS, translation_key="llm_access")
        ),
        probatio.Optional(const.CONF_HOLD_MINUTES, default=const.DEFAULT_HOLD_MINUTES): probatio.All(
            sel.NumberSelector(
                sel.NumberSelectorConfig(min=1, max=600, mode=sel.NumberSelectorMode.BOX, unit_of_measurement="min")
            ),
            probatio.Coerce(int),
        ),
        probatio.Optional(const.CONF_HISTORY_DAYS, default=const.DEFAULT_HISTORY_DAYS): _whole(0, 3650, "d"),
        probatio.Optional(const.CONF_NOTIFY): sel.TextSelector(sel.TextSelectorConfig(multiple=True)),
        probatio.Optional(const.CONF_LIMITS): section(
            probatio.Schema(
                {
                    probatio.Required(const.CONF_CALLS_A_DAY, default=const.DEFAULT_CALLS_A_DAY): _whole(0, 1000),
                    probatio.Required(const.CONF_MINUTES_A_DAY, default=const.DEFAULT_MINUTES_A_DAY): _whole(
                        0, 10_000, "min"
                    ),
                    probatio.Required(const.CONF_SAME_NUMBER, default=const.DEFAULT_SAME_NUMBER): _whole(0, 100),
                    probatio.Required(const.CONF_LEGS, default=const.DEFAULT_LEGS): _whole(2, 20),
                    probatio.Optional(const.CONF_ANOTHER_WAY, default=True): sel.BooleanSelector(),
                }
            ),
            {"collapsed": True},
        ),
        probatio.Optional(const.CONF_VOICEMAIL): section(
            probatio.Schema(
                {
                    probatio.Optional(const.CONF_ON_VOICEMAIL, default=HANG_UP): ON_VOICEMAIL,
                    probatio.Optional(const.CONF_MESSAGE): sel.TextSelector(sel.TextSelectorConfig(multiline=True)),
                    probatio.Optional(const.CONF_CALLBACK_NUMBER): sel.TextSelector(
                        sel.TextSelectorConfig(type=sel.TextSelectorType.TEL)
                    ),
                }
            ),
            {"collapsed": True},
        ),
        probatio.Optional(const.CONF_COSTS): section(
            probatio.Schema(
                {
                    probatio.Optional(const.CONF_PER_MINUTE): _PRICE,
                    probatio.Optional(const.CONF_PER_CALL): _PRICE,
                }
            ),
            {"collapsed": True},
        ),
        probatio.Optional(const.CONF_ARRIVALS): section(
            probatio.Schema(
                {
                    probatio.Optional(const.CONF_TAKE_OVER, default=False): sel.BooleanSelector(),
                    probatio.Optional(const.CONF_TAKE_OVER_FROM): sel.TextSelector(
                        sel.TextSelectorConfig(multiple=True)
                    ),
                }
            ),
            {"collapsed": True},
        ),
        probatio.Required(const.CONF_SPEECH): section(
            probatio.Schema(
                {
                    probatio.Optional(const.CONF_STT): _entity("stt"),
                    probatio.Optional(const.CONF_TTS): _entity("tts"),
                    probatio.Optional(const.CONF_LANGUAGE): sel.LanguageSelector(),
                    probatio.Optional(const.CONF_PRESS_EARLY, default=True): sel.BooleanSelector(),
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
        probatio.Optional(const.CONF_HOUSE): section(
            probatio.Schema(
                {
                    probatio.Optional(const.CONF_PAUSE_PLAYERS): sel.EntitySelector(
                        sel.EntitySelectorConfig(filter=[{"domain": "media_player"}], multiple=True)
                    ),
                    probatio.Optional(const.CONF_PAUSE_AREAS): sel.AreaSelector(sel.AreaSelectorConfig(multiple=True)),
                }
            ),
            {"collapsed": True},
        ),
        probatio.Optional(const.CONF_RECORDING): section(
            probatio.Schema(
                {
                    probatio.Required(const.CONF_RECORD, default=RecordingScope.OFF.value): _choice(
                        "record", RecordingScope
                    ),
                    probatio.Required(const.CONF_SAYS_RECORDED, default=False): sel.BooleanSelector(),
                    probatio.Required(const.CONF_TRACKS, default=RecordingTracks.MIXED.value): _choice(
                        "tracks", RecordingTracks
                    ),
                    probatio.Required(const.CONF_QUOTA_MB, default=const.DEFAULT_QUOTA_MB): _whole(50, 100_000, "MB"),
                    probatio.Required(const.CONF_KEEP_DAYS, default=const.DEFAULT_KEEP_DAYS): _whole(1, 3650, "d"),
                }
            ),
            {"collapsed": True},
        ),
    }
)
BY_NAME = "by_name"
"""Of the kinds of facts: none is said."""
_EXAMPLE_URL = "http://192.0.2.10:11434/v1"
_NOTIFY = re.compile(r"(notify\.)?[a-z0-9_]+")
_NEEDED = {
    const.LLM_NONE: (),
    const.LLM_AI_TASK: (const.CONF_AI_TASK,),
    const.LLM_AGENT: (const.CONF_AGENT,),
    const.LLM_OPENAI: (const.CONF_LLM_URL, const.CONF_LLM_MODEL),
}
"""What each kind of language model cannot do without."""


class HoldSlayerOptionsFlow(OptionsFlowWithReload):
    """Everything on one page, checked as a whole. A call in progress is ended by the reload that follows."""

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> ConfigFlowResult:
        """Show, check and save."""
        errors: dict[str, str] = {}
        if user_input is not None:
            facts = user_input.pop(const.CONF_VAULT, {})
            errors = check_options(user_input) or await self._keep(facts)
            if not errors:
                return self.async_create_entry(data=user_input)
        schema = self.add_suggested_values_to_schema(
            OPTIONS_SCHEMA.extend(vault_section(*self._kept())), user_input or self.config_entry.options
        )
        told = {"example": _EXAMPLE_URL, "kept": await self._told()}
        return self.async_show_form(step_id="init", data_schema=schema, errors=errors, description_placeholders=told)

    @property
    def _vault(self) -> FactVault | None:
        is_loaded = self.config_entry.state is ConfigEntryState.LOADED
        return self.config_entry.runtime_data.vault if is_loaded else None

    def _kept(self) -> tuple[dict[str, str], dict[str, str]]:
        """Facts by their place in the vault, and contacts by their id, each as people read them."""
        contacts = {
            each.subentry_id: each.title for each in self.config_entry.get_subentries_of_type(const.SUBENTRY_CONTACT)
        }
        facts = self._vault.facts if self._vault is not None else ()
        return {_place(fact): _label(fact, contacts) for fact in facts}, contacts

    async def _told(self) -> str:
        """All facts with kind and scope, in the user's language; never a value."""
        contacts = self._kept()[1]
        texts = await translation.async_get_translations(
            self.hass, self.hass.config.language, "selector", {const.DOMAIN}
        )

        def said(key: str, option: str) -> str:
            return texts.get(f"component.{const.DOMAIN}.selector.{key}.options.{option}", option)

        return ", ".join(
            f"{_label(fact, contacts)} ({said('fact_kind', fact.kind or BY_NAME)}; {said('fact_scope', fact.scope.value)})"
            for fact in (self._vault.facts if self._vault is not None else ())
        )

    async def _keep(self, facts: Mapping[str, Any]) -> dict[str, str]:
        """Forget and keep facts: they go to the vault and never into the options. Returns the first error by field."""
        if not facts:
            return {}
        if self._vault is None:
            return {"base": "vault_closed"}
        runtime = self.config_entry.runtime_data
        for fact in self._vault.facts:
            if _place(fact) in facts.get(const.CONF_FORGET, ()):
                await runtime.delete_fact(*fact.key)
        name, contact = slugify(facts.get(const.CONF_FACT, ""), separator="_"), facts.get(const.CONF_FOR_CONTACT, "")
        value = facts.get(const.CONF_VALUE, "").strip()
        if not name:
            return {"base": "fact_incomplete"} if value or facts.get(const.CONF_FACT) else {}
        old = next((fact for fact in self._vault.facts if fact.key == (name, contact)), None)
        if old is None and not value:
            return {"base": "fact_incomplete"}
        usual = FactScope.CONTACT if contact else FactScope.ANY_CALL
        scope = FactScope(facts.get(const.CONF_SCOPE) or (old.scope if old is not None else usual))
        if bool(contact) is not (scope is FactScope.CONTACT):
            return {"base": "fact_scope"}
        kind = facts.get(const.CONF_FACT_KIND, old.kind if old is not None else "")
        kept = KeptFact(
            name, value or (old.value if old is not None else ""), "" if kind == BY_NAME else kind, scope, contact
        )
        try:
            await runtime.keep_fact(kept)
        except ValueError:
            return {"base": "bad_fact"}
        return {}


def vault_section(
    kept: Mapping[str, str] = MappingProxyType({}), contacts: Mapping[str, str] = MappingProxyType({})
) -> dict[Any, Any]:
    """Fields for one fact, new or to be changed, and for those to be forgotten; values are never shown."""
    fields: dict[Any, Any] = {
        probatio.Optional(const.CONF_FACT): _TEXT,
        probatio.Optional(probatio.Secret(const.CONF_VALUE)): _PASSWORD,
        probatio.Optional(const.CONF_FACT_KIND): kind_selector(),
        probatio.Optional(const.CONF_SCOPE): _choice("fact_scope", FactScope),
    }
    if contacts:
        fields[probatio.Optional(const.CONF_FOR_CONTACT)] = _labelled(contacts, multiple=False)
    if kept:
        fields[probatio.Optional(const.CONF_FORGET)] = _labelled(kept, multiple=True)
    return {probatio.Optional(const.CONF_VAULT): section(probatio.Schema(fields), {"collapsed": True})}


def kind_selector() -> sel.SelectSelector:
    """All kinds of facts, and none: then the name tells it."""
    return sel.SelectSelector(
        sel.SelectSelectorConfig(
            options=[BY_NAME, *fact_kinds()], translation_key="fact_kind", mode=sel.SelectSelectorMode.DROPDOWN
        )
    )


def _labelled(labels: Mapping[str, str], *, multiple: bool) -> sel.SelectSelector:
    options = [sel.SelectOptionDict(value=value, label=label) for value, label in labels.items()]
    return sel.SelectSelector(sel.SelectSelectorConfig(options=options, multiple=multiple))


def _place(fact: KeptFact) -> str:
    return f"{fact.name} {fact.contact}".strip()


def _label(fact: KeptFact, contacts: Mapping[str, str]) -> str:
    return f"{fact.name} [{contacts.get(fact.contact, '?')}]" if fact.contact else fact.name


def check_options(options: Mapping[str, Any]) -> dict[str, str]:
    """Return the first error by field; nothing when all is well."""
    if not all(_NOTIFY.fullmatch(name) for name in options.get(const.CONF_NOTIFY, ())):
        return {const.CONF_NOTIFY: "invalid_notify"}
    arrivals = options.get(const.CONF_ARRIVALS, {})
    if arrivals.get(const.CONF_TAKE_OVER) and not _are_guests(arrivals.get(const.CONF_TAKE_OVER_FROM, ())):
        return {"base": "bad_guest"}
    model = options[const.CONF_MODEL]
    if not all(model.get(key) for key in _NEEDED[model[const.CONF_LLM]]):
        return {"base": "model_incomplete"}
    if model[const.CONF_LLM] == const.LLM_OPENAI and not _is_http(model[const.CONF_LLM_URL]):
        return {"base": "invalid_url"}
    return {}


def _are_guests(texts: Sequence[str]) -> bool:
    """True for at least one number, extension or address."""
    try:
        Guests(texts, "")
    except ValueError:
        return False
    return any(text.strip() for text in texts)


def _is_http(url: str) -> bool:
    try:
        parts = urlsplit(url)
    except ValueError:
        return False
    return parts.scheme in ("http", "https") and bool(parts.hostname)
