"""Intents, for sentences of one's own and for agents that work with intents; answered in the speaker's language."""

from typing import Any, override

from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, intent
import probatio

from .house_texts import texts_for
from .sentences import (
    Answer,
    answer_call,
    answer_connect,
    answer_hang_up,
    answer_heard,
    answer_later,
    answer_resume,
    answer_status,
)


async def async_setup_intents(hass: HomeAssistant) -> None:
    """Register them; called by Home Assistant's intent integration."""
    for kind, description, answer in (
        (
            "HoldSlayerStatus",
            "Says how long the user has been on hold and whether a human is on the line",
            answer_status,
        ),
        ("HoldSlayerConnect", "Puts the user through to the call in progress", answer_connect),
        ("HoldSlayerHangUp", "Ends the call in progress", answer_hang_up),
        ("HoldSlayerHeard", "Reads out what the company's line has said last", answer_heard),
        ("HoldSlayerLater", "Says that the user cannot take the call yet", answer_later),
        ("HoldSlayerResume", "Takes the call back from the user and waits on hold again", answer_resume),
    ):
        intent.async_register(hass, HouseIntent(kind, description, answer))
    intent.async_register(
        hass,
        CallIntent("HoldSlayerCall", "Calls a company of the contacts and waits on hold for the user", answer_call),
    )


class HouseIntent(intent.IntentHandler):
    """An intent without slots."""

    def __init__(self, kind: str, description: str, answer: Answer) -> None:
        self.intent_type = kind
        self.description = description
        self._answer = answer

    @override
    async def async_handle(self, intent_obj: intent.Intent) -> intent.IntentResponse:
        slots = {name: str(slot["value"]) for name, slot in self.async_validate_slots(intent_obj.slots).items()}
        response = intent_obj.create_response()
        texts = texts_for(intent_obj.language)
        response.async_set_speech(await self._answer(intent_obj.hass, texts, slots, intent_obj.context))
        return response


class CallIntent(HouseIntent):
    """Slots ``company`` and, if said, ``goal``."""

    @property
    @override
    def slot_schema(self) -> dict[Any, Any]:
        return {probatio.Required("company"): intent.non_empty_string, probatio.Optional("goal"): cv.string}
