"""What a house says and asks about calls, whoever asks: a spoken sentence, an intent, or a language model's tool.

Only contacts are called from here: a number that was misheard must not be dialled. Everything else is as with the actions, the
user's permissions included.
"""

from dataclasses import dataclass
from difflib import get_close_matches
import time

from homeassistant.auth.permissions.const import POLICY_CONTROL, POLICY_READ
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import Context, HomeAssistant
from homeassistant.exceptions import Unauthorized

from . import const
from .const import DOMAIN
from .contact import Contact
from .engine.model.phase import Phase
from .engine.model.snapshot import CallSnapshot
from .permissions import may_user
from .runtime import HoldSlayerConfigEntry

type Entries = list[HoldSlayerConfigEntry]

_ALIKE = 0.72
"""How alike a name has to sound (ratio of matching characters) when nothing fits better."""


@dataclass(frozen=True, slots=True)
class Found[T]:
    """Something of one account."""

    entry: HoldSlayerConfigEntry
    item: T


def loaded_entries(hass: HomeAssistant) -> list[HoldSlayerConfigEntry]:
    """Accounts that run."""
    return [entry for entry in hass.config_entries.async_entries(DOMAIN) if entry.state is ConfigEntryState.LOADED]


def contacts(hass: HomeAssistant, entries: Entries | None = None) -> list[Found[Contact]]:
    """All contacts of all accounts, or of these."""
    chosen = loaded_entries(hass) if entries is None else entries
    return [Found(entry, contact) for entry in chosen for contact in entry.runtime_data.contacts]


def find_contact(hass: HomeAssistant, spoken: str, entries: Entries | None = None) -> Found[Contact] | None:
    """The contact that was meant: by name, by a part of it that no other has, or by one that sounds alike."""
    known = {found.item.name.casefold(): found for found in contacts(hass, entries)}
    name = spoken.strip().casefold()
    if name in known:
        return known[name]
    parts = [key for key in known if name and (name in key or key in name)]
    if len(parts) == 1:
        return known[parts[0]]
    alike = get_close_matches(name, known, n=1, cutoff=_ALIKE)
    return known[alike[0]] if alike else None


def active_call(hass: HomeAssistant, entries: Entries | None = None) -> Found[CallSnapshot] | None:
    """The call in progress, of any account or of these; of several the one with a human, else the oldest."""
    active = [
        Found(entry, call)
        for entry in (loaded_entries(hass) if entries is None else entries)
        for call in entry.runtime_data.agent.calls
        if call.is_active
    ]
    active.sort(key=lambda found: (not found.item.is_human, found.item.started_at))
    return active[0] if active else None


def last_call(hass: HomeAssistant, entries: Entries | None = None) -> Found[CallSnapshot] | None:
    """The call in progress, or the last one since the start."""
    running = active_call(hass, entries)
    if running is not None:
        return running
    chosen = loaded_entries(hass) if entries is None else entries
    ended = [Found(entry, call) for entry in chosen for call in entry.runtime_data.agent.calls]
    return max(ended, key=lambda found: found.item.started_at, default=None)


def is_waiting(call: CallSnapshot) -> bool:
    """On hold, or somebody may have picked up."""
    return call.phase in (Phase.ON_HOLD, Phase.CANDIDATE)


def waited_s(call: CallSnapshot) -> float:
    """Seconds on hold so far."""
    return call.hold_total_s(time.time())


async def start_call(hass: HomeAssistant, contact: Found[Contact], goal: str, context: Context | None) -> None:
    """Call a contact. Raises ServiceValidationError with the reason in Home Assistant's language."""
    data = {
        const.ATTR_CONFIG_ENTRY: contact.entry.entry_id,
        const.ATTR_CONTACT: contact.item.name,
        const.ATTR_GOAL: _matter(contact.item, goal),
    }
    await hass.services.async_call(DOMAIN, const.SERVICE_CALL, data, blocking=True, context=context)


def _matter(contact: Contact, spoken: str) -> str:
    """The goal that was meant: as the contact has it when it was only named, or misheard a little; else as it was spoken."""
    known = {goal.casefold(): goal for goal in (*contact.goals, contact.goal) if goal}
    said = spoken.strip().casefold()
    parts = [key for key in known if said and said in key]
    if len(parts) == 1:
        return known[parts[0]]
    alike = get_close_matches(said, known, n=1, cutoff=_ALIKE)
    return known[alike[0]] if alike else spoken or contact.goal


async def connect(hass: HomeAssistant, call: Found[CallSnapshot], context: Context | None) -> None:
    """Put the user through. Raises ServiceValidationError."""
    await _act(hass, const.SERVICE_TRANSFER, call, context)


async def hang_up(hass: HomeAssistant, call: Found[CallSnapshot], context: Context | None) -> None:
    """End the call. Raises ServiceValidationError."""
    await _act(hass, const.SERVICE_HANG_UP, call, context)


async def resume_waiting(hass: HomeAssistant, call: Found[CallSnapshot], context: Context | None) -> None:
    """Take the call back from the user. Raises ServiceValidationError."""
    await _act(hass, const.SERVICE_RESUME, call, context)


async def check(
    hass: HomeAssistant, entry: HoldSlayerConfigEntry, context: Context | None, policy: str = POLICY_READ
) -> None:
    """Raise Unauthorized unless whoever asks may read (or control) the account; satellites and automations, nobody, may."""
    if context is None or context.user_id is None:
        return
    user = await hass.auth.async_get_user(context.user_id)
    if user is None or not may_user(hass, user, entry.entry_id, policy):
        raise Unauthorized(context=context, permission=policy)


async def answer(
    hass: HomeAssistant, call: Found[CallSnapshot], question_id: int, fact: str | None, context: Context | None
) -> None:
    """Release a kept fact by its name to the question that is open, or decline (None).

    Not by the action: the data of actions are kept by Home Assistant's recorder. Raises Unauthorized, KeyError when no such fact is
    kept, FactScopeError when it is another contact's, NoQuestionError and UnknownCallError when it is too late.
    """
    await check(hass, call.entry, context, POLICY_CONTROL)
    runtime = call.entry.runtime_data
    value = runtime.open_fact(call.item, fact) if fact is not None else None
    runtime.agent.answer_question(call.item.call_id, value, question_id, kept=fact or "")


async def _act(hass: HomeAssistant, service: str, call: Found[CallSnapshot], context: Context | None) -> None:
    data = {const.ATTR_CONFIG_ENTRY: call.entry.entry_id, const.ATTR_CALL_ID: call.item.call_id}
    await hass.services.async_call(DOMAIN, service, data, blocking=True, context=context)
