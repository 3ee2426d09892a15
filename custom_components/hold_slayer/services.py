"""Actions on calls: begin and end, keys and sentences, transfer, questions, facts. Those on the history: `services_history`."""

from collections.abc import Callable
import re
from typing import Any

from homeassistant.auth.permissions.const import POLICY_CONTROL
from homeassistant.core import HomeAssistant, ServiceCall, ServiceResponse, SupportsResponse, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.util import slugify
import probatio

from . import const
from .const import DOMAIN
from .engine.agent import NoQuestionError, UnknownCallError, fact_kinds
from .engine.model.call_brief import HandOverTarget
from .engine.model.phase import Phase
from .engine.model.phone_number import DialTarget, InvalidTargetError
from .engine.model.snapshot import CallSnapshot
from .facts import FactScope, FactScopeError, KeptFact
from .lookup import ENTRY_FIELDS, Handler, guarded, invalid as _invalid, runtime_of as _runtime
from .placing import async_call, async_expect_callback, never_dialled
from .runtime import HoldSlayerRuntime
from .services_flows import async_register_flows
from .services_history import async_register_history
from .voicemail import CHOICES

_DIGITS = re.compile(r"[0-9*#wW]{1,64}")
_LONGEST_TEXT = 500
"""Characters of a sentence to be said: about half a minute."""
_TAG = re.compile(r"[A-Za-z]{2,3}(-[A-Za-z0-9]{2,8})*")


def _text(value: Any) -> str:
    """Text; numbers too, for a template may have turned what it rendered into one. Of no use for yes and no."""
    if isinstance(value, bool):
        raise probatio.Invalid("expected text")
    return cv.string(value).strip()


def _language(value: Any) -> str:
    """A language tag (BCP 47). Home Assistant's own check knows only the languages of its texts: not ``en-US``."""
    tag = _text(value).replace("_", "-")
    if not _TAG.fullmatch(tag):
        raise probatio.Invalid("expected a language like en or en-US")
    return tag


def _fact_name(value: Any) -> str:
    """A fact's name in the form that menus are matched with."""
    name = slugify(_text(value), separator="_")
    if not name:
        raise probatio.Invalid("expected a name")
    return name


def _kind(value: Any) -> str:
    """A kind of fact; empty: the name tells it."""
    kind = _text(value)
    if kind and kind not in fact_kinds():
        raise probatio.Invalid("expected a kind of fact")
    return kind


_GIVEN = probatio.Schema({probatio.Required(const.ATTR_VALUE): _text, probatio.Optional(const.ATTR_KIND): _kind})


def _facts(value: Any) -> dict[str, str | dict[str, str] | None]:
    """Facts by name, each with its value, or value and kind; without one those of the vault are meant.

    Names in a list, or a mapping. What comes out may go in again: calls are planned with it.
    """
    given = dict.fromkeys(value) if isinstance(value, list) else value
    if not isinstance(given, dict):
        raise probatio.Invalid("expected names, or names and values")
    facts = {_fact_name(name): None if content is None else _content(content) for name, content in given.items()}
    if len(facts) != len(value):
        raise probatio.Invalid("expected different names")
    return facts


def _content(value: Any) -> str | dict[str, str]:
    content: str | dict[str, str] = _GIVEN(value) if isinstance(value, dict) else _text(value)
    if not (content[const.ATTR_VALUE] if isinstance(content, dict) else content):
        raise probatio.Invalid("expected a value")
    return content


_ACTIVE = {**ENTRY_FIELDS, probatio.Optional(const.ATTR_CALL_ID): cv.string}

CALL_SCHEMA = probatio.Schema(
    {
        **ENTRY_FIELDS,
        probatio.Optional(const.ATTR_NUMBER): _text,
        probatio.Optional(const.ATTR_CONTACT): _text,
        probatio.Optional(const.ATTR_GOAL): _text,
        probatio.Optional(const.ATTR_COMPANY): _text,
        probatio.Optional(const.ATTR_LANGUAGE): _language,
        probatio.Optional(const.ATTR_FACTS): _facts,
        probatio.Optional(const.ATTR_RECORD): cv.boolean,
        probatio.Optional(const.ATTR_RETRY): cv.boolean,
        probatio.Optional(const.ATTR_IGNORE_HOURS): cv.boolean,
        probatio.Optional(const.CONF_ACCEPT_CALLBACK): cv.boolean,
        probatio.Optional(const.CONF_ON_VOICEMAIL): probatio.In(CHOICES),
        probatio.Optional(const.CONF_MESSAGE): _text,
    }
)
EXPECT_CALLBACK_SCHEMA = probatio.Schema(
    {
        **ENTRY_FIELDS,
        probatio.Optional(const.ATTR_NUMBER): _text,
        probatio.Optional(const.ATTR_CONTACT): _text,
        probatio.Optional(const.ATTR_GOAL): _text,
        probatio.Optional(const.ATTR_COMPANY): _text,
        probatio.Optional(const.ATTR_HOURS, default=24): probatio.All(
            probatio.Coerce(float), probatio.Range(min=0, max=336)
        ),
    }
)
CANCEL_RETRY_SCHEMA = probatio.Schema(ENTRY_FIELDS)
HANG_UP_SCHEMA = probatio.Schema(_ACTIVE)
SAY_SCHEMA = probatio.Schema({**_ACTIVE, probatio.Required(const.ATTR_TEXT): _text})
SEND_DTMF_SCHEMA = probatio.Schema({**_ACTIVE, probatio.Required(const.ATTR_DIGITS): _text})
TRANSFER_SCHEMA = probatio.Schema({**_ACTIVE, probatio.Optional(const.ATTR_TARGET): _text})
SET_FACT_SCHEMA = probatio.Schema(
    {
        **ENTRY_FIELDS,
        probatio.Required(const.ATTR_NAME): _fact_name,
        probatio.Optional(const.ATTR_VALUE): _text,
        probatio.Optional(const.ATTR_KIND): _kind,
        probatio.Optional(const.ATTR_SCOPE): probatio.All(cv.string, probatio.In([each.value for each in FactScope])),
        probatio.Optional(const.ATTR_CONTACT): _text,
    }
)
DELETE_FACT_SCHEMA = probatio.Schema(
    {**ENTRY_FIELDS, probatio.Required(const.ATTR_NAME): _fact_name, probatio.Optional(const.ATTR_CONTACT): _text}
)
ANSWER_SCHEMA = probatio.Schema(
    {
        **_ACTIVE,
        probatio.Optional(const.ATTR_QUESTION_ID): cv.positive_int,
        probatio.Optional(const.ATTR_ANSWER): _text,
        probatio.Optional(const.ATTR_FACT): _fact_name,
        probatio.Optional(const.ATTR_DECLINE): cv.boolean,
    }
)


@callback
def async_setup_services(hass: HomeAssistant) -> None:
    """Register all actions; they look their account up when called."""

    async def call(service: ServiceCall) -> ServiceResponse:
        runtime = _runtime(hass, service)
        answer = await async_call(hass, runtime, service)
        return answer if service.return_response else None

    async def hang_up(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        call_id = _active(runtime, service).call_id
        _command(lambda: runtime.agent.hang_up(call_id))

    async def send_dtmf(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        digits = service.data[const.ATTR_DIGITS]
        if not _DIGITS.fullmatch(digits):
            raise _invalid("invalid_digits")
        call_id = _answered(runtime, service).call_id
        _command(lambda: runtime.agent.send_digits(call_id, digits))

    async def say(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        text = service.data[const.ATTR_TEXT]
        if not text or len(text) > _LONGEST_TEXT:
            raise _invalid("invalid_text")
        if not runtime.has_tts:
            raise _invalid("no_voice")
        snapshot = _answered(runtime, service)
        if snapshot.phase is Phase.CONNECTED:
            raise _invalid("already_connected")
        _command(lambda: runtime.agent.say(snapshot.call_id, text))

    async def resume_waiting(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        snapshot = _active(runtime, service)
        if snapshot.phase is not Phase.CONNECTED:
            raise _invalid("not_connected")
        _command(lambda: runtime.agent.resume_waiting(snapshot.call_id))

    async def transfer(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        target = _target(hass, runtime, service.data.get(const.ATTR_TARGET))
        snapshot = _answered(runtime, service)
        if snapshot.phase is Phase.CONNECTED:
            raise _invalid("already_connected")
        _command(lambda: runtime.agent.transfer(snapshot.call_id, target))

    async def answer_question(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        answer, declines = service.data.get(const.ATTR_ANSWER), service.data.get(const.ATTR_DECLINE, False)
        fact = service.data.get(const.ATTR_FACT, "")
        if bool(answer) + bool(declines) + bool(fact) != 1:
            raise _invalid("answer_or_decline")
        call = _active(runtime, service)
        question_id = service.data.get(const.ATTR_QUESTION_ID)
        if fact:
            try:
                answer = runtime.open_fact(call, fact)
            except KeyError as err:
                raise _invalid("unknown_fact", fact=fact) from err
            except FactScopeError as err:
                raise _invalid("fact_of_another_contact", fact=fact) from err
        try:
            _command(lambda: runtime.agent.answer_question(call.call_id, answer or None, question_id, fact))
        except NoQuestionError as err:
            raise _invalid("no_question") from err

    async def set_fact(service: ServiceCall) -> None:
        runtime = _runtime(hass, service)
        try:
            await runtime.keep_fact(_fact(runtime, service))
        except ValueError as err:
            raise _invalid("bad_fact") from err

    async def delete_fact(service: ServiceCall) -> None:
        name, runtime = service.data[const.ATTR_NAME], _runtime(hass, service)
        try:
            await runtime.delete_fact(name, _contact_id(runtime, service))
        except KeyError as err:
            raise _invalid("unknown_fact", fact=name) from err

    async def cancel_retry(service: ServiceCall) -> None:
        retries = _runtime(hass, service).retries
        if retries is None or not await retries.cancel():
            raise _invalid("no_retry")

    async def expect_callback(service: ServiceCall) -> None:
        async_expect_callback(hass, _runtime(hass, service), service)

    def register(
        domain: str,
        name: str,
        handler: Handler,
        schema: probatio.Schema,
        supports_response: SupportsResponse = SupportsResponse.NONE,
        *,
        policy: str = POLICY_CONTROL,
    ) -> None:
        hass.services.async_register(domain, name, guarded(hass, handler, policy), schema, supports_response)

    register(DOMAIN, const.SERVICE_CALL, call, CALL_SCHEMA, SupportsResponse.OPTIONAL)
    register(DOMAIN, const.SERVICE_HANG_UP, hang_up, HANG_UP_SCHEMA)
    register(DOMAIN, const.SERVICE_SEND_DTMF, send_dtmf, SEND_DTMF_SCHEMA)
    register(DOMAIN, const.SERVICE_SAY, say, SAY_SCHEMA)
    register(DOMAIN, const.SERVICE_TRANSFER, transfer, TRANSFER_SCHEMA)
    register(DOMAIN, const.SERVICE_RESUME, resume_waiting, HANG_UP_SCHEMA)
    register(DOMAIN, const.SERVICE_SET_FACT, set_fact, SET_FACT_SCHEMA)
    register(DOMAIN, const.SERVICE_DELETE_FACT, delete_fact, DELETE_FACT_SCHEMA)
    register(DOMAIN, const.SERVICE_CANCEL_RETRY, cancel_retry, CANCEL_RETRY_SCHEMA)
    register(DOMAIN, const.SERVICE_EXPECT_CALLBACK, expect_callback, EXPECT_CALLBACK_SCHEMA)
    register(DOMAIN, const.SERVICE_ANSWER, answer_question, ANSWER_SCHEMA)
    async_register_history(hass)
    async_register_flows(hass)


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


def _answered(runtime: HoldSlayerRuntime, service: ServiceCall) -> CallSnapshot:
    snapshot = _active(runtime, service)
    if snapshot.answered_at is None:
        raise _invalid("not_answered")
    return snapshot


def _contact_id(runtime: HoldSlayerRuntime, service: ServiceCall) -> str:
    """The contact that a fact is for; empty: none was named."""
    name = service.data.get(const.ATTR_CONTACT)
    if not name:
        return ""
    contact = runtime.contact(name)
    if contact is None:
        raise _invalid("unknown_contact", contact=name)
    return contact.subentry_id


def _fact(runtime: HoldSlayerRuntime, service: ServiceCall) -> KeptFact:
    """The fact to be kept: what is not given stays as it was, and without a contact it is of any call."""
    data, contact = service.data, _contact_id(runtime, service)
    name = data[const.ATTR_NAME]
    old = next((fact for fact in runtime.vault.facts if fact.key == (name, contact)), None)
    value = data.get(const.ATTR_VALUE) or (old.value if old is not None else "")
    usual = FactScope.CONTACT if contact else FactScope.ANY_CALL
    scope = FactScope(data.get(const.ATTR_SCOPE) or (old.scope if old is not None else usual))
    if not value:
        raise _invalid("fact_incomplete")
    if bool(contact) is not (scope is FactScope.CONTACT):
        raise _invalid("fact_scope")
    kind = data.get(const.ATTR_KIND, old.kind if old is not None else "")
    return KeptFact(name, value, kind, scope, contact)


def _target(hass: HomeAssistant, runtime: HoldSlayerRuntime, text: str | None) -> HandOverTarget | None:
    """A hand-over target by name, or a number or SIP address; None for the account's own list."""
    if not text:
        if not runtime.hand_over:
            raise _invalid("no_target")
        return None
    named = runtime.target(text)
    if named is not None:
        return named
    try:
        target = DialTarget.parse(text)
    except InvalidTargetError as err:
        raise _invalid("unknown_target", target=text) from err
    if (refused := never_dialled(target, hass.config.language)) is not None:
        raise refused
    return HandOverTarget(text, target)


def _command(run: Callable[[], None]) -> None:
    """Tell the agent; the call may have ended since it was looked up."""
    try:
        run()
    except UnknownCallError as err:
        raise _invalid("unknown_call") from err
