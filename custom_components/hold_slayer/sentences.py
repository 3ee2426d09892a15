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
    """Say how the call stands."""
    found = house.last_call(hass)
    if found is None:
        return texts.no_call
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
