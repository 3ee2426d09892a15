"""Spoken commands, registered with Home Assistant's own conversation agent: nothing to copy, understood offline."""

from collections.abc import Awaitable, Callable

from hassil.recognize import RecognizeResult
from homeassistant.components.conversation import ConversationInput
from homeassistant.components.conversation.agent_manager import get_agent_manager
from homeassistant.core import Context, HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from . import house
from .engine.model.phase import Phase
from .house_texts import TEXTS, HouseTexts

type Answer = Callable[[HomeAssistant, HouseTexts, dict[str, str], Context | None], Awaitable[str]]


@callback
def async_setup_sentences(hass: HomeAssistant) -> None:
    """Register the sentences of all languages; whoever speaks one is answered in it."""
    for texts in TEXTS.values():
        for sentences, answer in (
            (texts.call, answer_call),
            (texts.status, answer_status),
            (texts.connect, answer_connect),
            (texts.hang_up, answer_hang_up),
            (texts.heard, answer_heard),
            (texts.later, answer_later),
            (texts.resume, answer_resume),
        ):
            get_agent_manager(hass).register_trigger(list(sentences), _handler(hass, texts, answer))


def _handler(
    hass: HomeAssistant, texts: HouseTexts, answer: Answer
) -> Callable[[ConversationInput, RecognizeResult], Awaitable[str | None]]:
    async def handle(said: ConversationInput, result: RecognizeResult) -> str | None:
        slots = {name: str(entity.value).strip() for name, entity in result.entities.items()}
        try:
            return await answer(hass, texts, slots, said.context)
        except HomeAssistantError as err:
            # Written for the user, in Home Assistant's language.
            return str(err)

    return handle


async def answer_call(hass: HomeAssistant, texts: HouseTexts, slots: dict[str, str], context: Context | None) -> str:
    """Call ``slots["company"]``, about ``slots["goal"]`` if there is one. Raises ServiceValidationError."""
    contact = house.find_contact(hass, slots["company"])
    if contact is None:
        return texts.unknown_contact.format(company=slots["company"])
    goal = slots.get("goal") or contact.item.goal or texts.general_goal
    await house.start_call(hass, contact, goal, context)
    return texts.calling.format(company=contact.item.name)


async def answer_status(hass: HomeAssistant, texts: HouseTexts, slots: dict[str, str], context: Context | None) -> str:
    """Say how the call stands, to whoever may read the account."""
    found = house.last_call(hass)
    if found is None:
        return texts.no_call
    await house.check(hass, found.entry, context)
    call = found.item
    company = call.company or call.number
    if not call.is_active:
        return texts.ended.format(company=company)
    if call.phase is Phase.CONNECTED:
        return texts.connected.format(company=company)
    if call.is_human:
        return texts.human.format(company=company)
    if not house.is_waiting(call):
        return texts.on_the_way.format(company=company)
    minutes = int(house.waited_s(call) // 60)
    if minutes == 0:
        return texts.waiting_briefly.format(company=company)
    return texts.waiting.format(
        company=company, time=texts.minute if minutes == 1 else texts.minutes.format(count=minutes)
    )


async def answer_connect(hass: HomeAssistant, texts: HouseTexts, slots: dict[str, str], context: Context | None) -> str:
    """Put the user through. Raises ServiceValidationError."""
    call = house.active_call(hass)
    if call is None:
        return texts.no_call
    await house.connect(hass, call, context)
    return texts.connecting


async def answer_hang_up(hass: HomeAssistant, texts: HouseTexts, slots: dict[str, str], context: Context | None) -> str:
    """End the call. Raises ServiceValidationError."""
    call = house.active_call(hass)
    if call is None:
        return texts.no_call
    await house.hang_up(hass, call, context)
    return texts.hung_up


async def answer_heard(hass: HomeAssistant, texts: HouseTexts, slots: dict[str, str], context: Context | None) -> str:
    """Read out what the line has said last, to whoever may read the account; facts stand in it as placeholders."""
    found = house.last_call(hass)
    if found is None:
        return texts.no_call
    await house.check(hass, found.entry, context)
    text = found.item.last_heard
    return texts.said.format(text=text) if text else texts.nothing_said


async def answer_later(hass: HomeAssistant, texts: HouseTexts, slots: dict[str, str], context: Context | None) -> str:
    """Take note that the user cannot come yet: the human is kept on the line and told so, as long as the phones ring."""
    call = house.active_call(hass)
    if call is None or not call.item.is_human:
        return await answer_status(hass, texts, slots, context)
    return texts.later_ok


async def answer_resume(hass: HomeAssistant, texts: HouseTexts, slots: dict[str, str], context: Context | None) -> str:
    """Take the call back from the user, who was put on hold again. Raises ServiceValidationError."""
    call = house.active_call(hass)
    if call is None:
        return texts.no_call
    await house.resume_waiting(hass, call, context)
    return texts.resumed
