"""The action that begins a call: from what was asked for, the contact and the options, to the mission that the agent gets."""

from collections.abc import Mapping
from dataclasses import replace
from datetime import timedelta
import time
from typing import Any, Final

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.exceptions import ServiceValidationError
from homeassistant.util import dt as dt_util

from . import const
from .contact import Contact
from .engine.agent import CallRefusedError, names_in_message
from .engine.call.policy import RefusalReason, may_dial
from .engine.model.call_brief import CallBrief, CallPolicy
from .engine.model.detour import Detour
from .engine.model.phone_number import DialTarget, InvalidTargetError
from .engine.model.recording import RecordingScope
from .facts import FactScopeError, Release
from .lookup import contact_of_device, invalid
from .notice_texts import localized
from .runtime import HoldSlayerRuntime
from .voicemail import VoicemailPolicy, message_of

AFTER_OPENING: Final = timedelta(minutes=2)
"""A call that was planned for the opening is placed so long after it: clocks differ, and the first minute is the busiest."""


async def async_call(
    hass: HomeAssistant, runtime: HoldSlayerRuntime, service: ServiceCall, detour: Detour | None = None
) -> dict[str, Any]:
    """Begin a call, or plan it when the contact is closed and that was asked for; what the action answers.

    ``detour``: it is the one more call after a dead end, and turns off there.

    Raises:
        ServiceValidationError: with the reason in the user's language.
    """
    contact = _contact(hass, runtime, service)
    brief = _brief(hass, runtime, service, contact)
    wants_retry = bool(service.data.get(const.ATTR_RETRY))
    now = dt_util.now()
    if contact is not None and not service.data.get(const.ATTR_IGNORE_HOURS) and not contact.hours.is_open(now):
        opens = contact.hours.next_opening(now)
        if opens is None or runtime.retries is None or not wants_retry:
            raise invalid("contact_closed", contact=contact.name, opens=_spoken(opens))
        at = await runtime.retries.plan(opens + AFTER_OPENING, _named(service, contact), contact.name)
        return {const.ATTR_CALL_ID: None, "planned_for": at.isoformat()}
    if detour is not None:
        brief = replace(brief, detour=detour)
    elif runtime.flows is not None:
        brief = runtime.flows.equipped(brief, contact.flow if contact is not None else "")
    try:
        call_id = await runtime.agent.call(brief)
    except CallRefusedError as err:
        raise _refused(runtime, brief, err) from err
    if runtime.flows is not None:
        runtime.flows.watch(call_id, brief)
    has_next = contact is not None and contact.after(brief.number.value) is not None
    if runtime.retries is not None and wants_retry:
        hours = contact.hours if contact is not None else None
        runtime.retries.watch(call_id, _named(service, contact), brief.language, hours, has_next=has_next)
    if runtime.another_way is not None and detour is None:
        runtime.another_way.watch(call_id, _named(service, contact))
    if runtime.spare_numbers is not None and has_next:
        runtime.spare_numbers.watch(call_id, _named(service, contact))
    return {const.ATTR_CALL_ID: call_id}


def async_expect_callback(hass: HomeAssistant, runtime: HoldSlayerRuntime, service: ServiceCall) -> None:
    """A company has promised to call back: when it does, the user is put through. 0 hours: it is not waited for any more.

    Raises:
        ServiceValidationError: with the reason in the user's language.
    """
    contact = _contact(hass, runtime, service)
    if hours := float(service.data[const.ATTR_HOURS]):
        runtime.agent.expect_callback(_brief(hass, runtime, service, contact), time.time() + hours * 3600.0)
    else:
        runtime.agent.forget_callback(_dialled(service, contact).value)


def _named(service: ServiceCall, contact: Contact | None) -> dict[str, Any]:
    """What was asked for, with the contact by name: a device may be gone when the call is placed again."""
    return dict(service.data) | ({const.ATTR_CONTACT: contact.name} if contact is not None else {})


def _spoken(opens: Any) -> str:
    return opens.strftime("%Y-%m-%d %H:%M") if opens is not None else "?"


def _contact(hass: HomeAssistant, runtime: HoldSlayerRuntime, service: ServiceCall) -> Contact | None:
    """The contact that is meant, by name or device; None: only a number was given. Raises ServiceValidationError."""
    number, name = service.data.get(const.ATTR_NUMBER), service.data.get(const.ATTR_CONTACT)
    if not name:
        meant = contact_of_device(hass, service, runtime)
        if not number and meant is None:
            raise invalid("number_or_contact")
        return None if number else meant
    contact = runtime.contact(name)
    if contact is None:
        raise invalid("unknown_contact", contact=name)
    if number and dial_target(number).value not in contact.dialled:
        raise invalid("number_or_contact")
    return contact


def _dialled(service: ServiceCall, contact: Contact | None) -> DialTarget:
    """The number given, else the contact's first. Raises ServiceValidationError."""
    return dial_target(str(service.data.get(const.ATTR_NUMBER) or (contact.number if contact else "")))


def _brief(hass: HomeAssistant, runtime: HoldSlayerRuntime, service: ServiceCall, contact: Contact | None) -> CallBrief:
    data = service.data
    goal = data.get(const.ATTR_GOAL) or (contact.goal if contact else "")
    if not goal:
        raise invalid("no_goal")
    is_wanted = data.get(const.ATTR_RECORD)
    if is_wanted and runtime.record is RecordingScope.OFF:
        raise invalid("recording_off")
    language = data.get(const.ATTR_LANGUAGE) or (contact.language if contact else "") or runtime.language
    dialled = _dialled(service, contact)
    given = _released(runtime, data.get(const.ATTR_FACTS, {}), contact)
    message = message_of(
        VoicemailPolicy.of_call(data),
        contact.voicemail if contact is not None else VoicemailPolicy(),
        runtime.voicemail,
    )
    facts = dict(given.values)
    may_call_back = bool(data.get(const.CONF_ACCEPT_CALLBACK, runtime.entry.options.get(const.CONF_ACCEPT_CALLBACK)))
    if may_call_back and runtime.callback_number:
        # A company that is to call back has to know where.
        facts.setdefault(const.CONF_CALLBACK_NUMBER, runtime.callback_number)
    _check_message(runtime, str(data.get(const.CONF_MESSAGE, "")), facts)
    past = contact.dialled if contact is not None else (dialled.value,)
    return CallBrief(
        number=dialled,
        goal=goal,
        company=data.get(const.ATTR_COMPANY) or (contact.name if contact else ""),
        language=language.partition("-")[0],
        locale=language if "-" in language else "",
        facts=facts,
        fact_kinds=given.kinds,
        ask_first=given.ask_first,
        policy=CallPolicy(
            ask_user=True,
            accept_callback=may_call_back,
            accept_voicemail=message is not None,
            press_early=runtime.press_early,
        ),
        message=message,
        callback_number=runtime.callback_number,
        user_name=runtime.user_name,
        confirm_answer=runtime.confirm_answer,
        user_language=hass.config.language,
        hand_over=runtime.hand_over,
        ring_order=runtime.ring_order,
        asks_where=runtime.asks_where,
        record=runtime.record.narrowed(is_wanted=is_wanted),
        known=runtime.memories.recall(dialled.value),
        says_recorded=runtime.says_recorded,
        usual_wait_s=runtime.feed.usual_wait_s(*past) if runtime.feed is not None else None,
    )


def _released(
    runtime: HoldSlayerRuntime, facts: Mapping[str, str | Mapping[str, str] | None], contact: Contact | None
) -> Release:
    """The facts of one call: those given, of those named what the vault has for it, and what the contact always may know.

    A fact of the contact's that is no longer kept is left out: it keeps nobody from calling.
    """
    contact_id = contact.subentry_id if contact is not None else ""
    known = {fact.name for fact in runtime.vault.facts if fact.contact in ("", contact_id)}
    always = [name for name in (contact.facts if contact else ()) if name in known and name not in facts]
    try:
        kept = runtime.vault.release([*always, *(name for name, given in facts.items() if given is None)], contact_id)
    except KeyError as err:
        raise invalid("unknown_fact", fact=str(err.args[0])) from err
    except FactScopeError as err:
        raise invalid("fact_of_another_contact", fact=str(err.args[0])) from err
    given = {
        name: {const.ATTR_VALUE: each} if isinstance(each, str) else each
        for name, each in facts.items()
        if each is not None
    }
    kinds = {name: each[const.ATTR_KIND] for name, each in given.items() if each.get(const.ATTR_KIND)}
    return Release(
        kept.values | {name: each[const.ATTR_VALUE] for name, each in given.items()},
        {name: kind for name, kind in kept.kinds.items() if name not in given} | kinds,
        tuple(name for name in kept.ask_first if name not in given),
    )


def _check_message(runtime: HoldSlayerRuntime, text: str, facts: dict[str, str]) -> None:
    """Refuse a message worded for this call that names what this call may not tell."""
    known = {name: value for name, value in facts.items() if value.strip()}
    known |= {"name": runtime.user_name, "callback_number": runtime.callback_number}
    for name in names_in_message(text):
        if not known.get(name):
            raise invalid("message_names", name=name)


def dial_target(text: str) -> DialTarget:
    """A number or SIP address. Raises ServiceValidationError."""
    try:
        return DialTarget.parse(text)
    except InvalidTargetError as err:
        raise invalid("invalid_number", number=text) from err


def never_dialled(target: DialTarget, language: str) -> ServiceValidationError | None:
    """Why automation never dials a target, in a language; None when it may."""
    refused = may_dial(target)
    if refused is None:
        return None
    if refused.reason is RefusalReason.EMERGENCY:
        return invalid("emergency_number")
    return invalid("call_refused", reason=localized(refused.sentence, language))


def _refused(runtime: HoldSlayerRuntime, brief: CallBrief, err: CallRefusedError) -> ServiceValidationError:
    """The agent's refusal in the user's language; it stands in the history already."""
    if any(snapshot.is_active for snapshot in runtime.agent.calls):
        return invalid("another_call")
    if (refused := never_dialled(brief.number, brief.user_language)) is not None:
        return refused
    return invalid("call_refused", reason=localized(err.sentence, brief.user_language))
