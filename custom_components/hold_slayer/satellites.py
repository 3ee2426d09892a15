"""Voice satellites ask whether the user wants to be put through, while the human is on the line and the phones ring.

Which ones are hand-over targets of kind *satellite*, each with a presence of its own. Satellites that can ask take yes, no and
"hang up" (``assist_satellite.ask_question``); others announce it and leave the answer to the sentence "connect me". The first
answer counts; every question ends with the moment that it was about.
"""

import asyncio
from collections.abc import Callable
import logging
from typing import Any, Final

from homeassistant.const import ATTR_ENTITY_ID, ATTR_SUPPORTED_FEATURES
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError

from .engine.agent import UnknownCallError
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.phase import Phase
from .engine.model.snapshot import CallSnapshot
from .runtime import HoldSlayerConfigEntry, SatelliteTarget
from .satellite_texts import SatelliteTexts, satellite_texts

_LOGGER = logging.getLogger(__name__)

_DOMAIN: Final = "assist_satellite"
CAN_ANNOUNCE, CAN_ASK = 1, 2
"""``AssistSatelliteEntityFeature``; importing it would load a voice pipeline into houses that have no satellite."""
_MOST_QUESTIONS: Final = 2
"""To one satellite: once more when nobody answered, or nothing that was understood."""
_ASKED: Final = (Phase.HUMAN, Phase.TRANSFERRING)


async def use(hass: HomeAssistant, action: str, satellite: SatelliteTarget, **data: Any) -> dict[str, Any]:
    """Have a satellite ``announce`` or ``ask_question``; what was answered. Raises HomeAssistantError when nobody speaks."""
    is_question = action == "ask_question"
    answer = await hass.services.async_call(
        _DOMAIN,
        action,
        {ATTR_ENTITY_ID: satellite.entity_id, **data},
        blocking=True,
        return_response=is_question,
    )
    return dict(answer) if isinstance(answer, dict) else {}


def features_of(hass: HomeAssistant, satellite: SatelliteTarget) -> int:
    """What the satellite can; nothing when it is gone."""
    state = hass.states.get(satellite.entity_id)
    return int(state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)) if state is not None else 0


class SatelliteDesk:
    """Asks for an account's calls."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._agent = entry.runtime_data.agent
        self._questions: dict[str, list[asyncio.Task[None]]] = {}

    def start(self) -> Callable[[], None]:
        """Follow the agent; returns how to stop."""
        return self._agent.subscribe(self._changed)

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if call.phase not in _ASKED:
            self._end_questions(call.call_id)
        elif occurrence is not None and occurrence.kind == OccurrenceKind.HUMAN_ANSWERED:
            self._questions[call.call_id] = [
                self._entry.async_create_background_task(self._hass, self._ask(call, each), "hold_slayer satellite")
                for each in self._entry.runtime_data.satellites_now(self._hass)
            ]

    def _end_questions(self, call_id: str) -> None:
        for task in self._questions.pop(call_id, ()):
            task.cancel()

    async def _ask(self, call: CallSnapshot, satellite: SatelliteTarget) -> None:
        features = features_of(self._hass, satellite)
        texts = satellite_texts(self._hass.config.language)
        company = call.company or call.number
        try:
            if features & CAN_ASK:
                await self._put_question(call.call_id, satellite, texts, company)
            elif features & CAN_ANNOUNCE:
                await use(self._hass, "announce", satellite, message=texts.announcement.format(company=company))
            else:
                _LOGGER.warning("%s cannot announce a human: it is gone, or does not speak", satellite.entity_id)
        except HomeAssistantError as err:
            _LOGGER.warning("%s could not tell of a human (%s)", satellite.entity_id, type(err).__name__)

    async def _put_question(
        self, call_id: str, satellite: SatelliteTarget, texts: SatelliteTexts, company: str
    ) -> None:
        answers = [{"id": name, "sentences": list(getattr(texts, name))} for name in ("hang_up", "later", "connect")]
        for number in range(1, _MOST_QUESTIONS + 1):
            try:
                answer = await use(
                    self._hass,
                    "ask_question",
                    satellite,
                    question=texts.question.format(company=company),
                    answers=answers,
                )
            except HomeAssistantError:
                # Nobody said anything: Home Assistant has no other word for it.
                if number == _MOST_QUESTIONS:
                    raise
                continue
            if (verb := answer.get("id")) is not None:
                self._answered(call_id, satellite, str(verb))
                return

    @callback
    def _answered(self, call_id: str, satellite: SatelliteTarget, verb: str) -> None:
        """Do what was said; a call may have ended meanwhile."""
        others = [task for task in self._questions.pop(call_id, ()) if task is not asyncio.current_task()]
        for task in others:
            task.cancel()
        try:
            if verb == "hang_up":
                self._agent.hang_up(call_id)
            elif verb == "connect" and satellite.phone is not None:
                self._agent.transfer(call_id, satellite.phone)
            elif verb == "connect" and not self._is_ringing(call_id):
                self._agent.transfer(call_id)
        except UnknownCallError:
            _LOGGER.debug("An answer came too late")

    def _is_ringing(self, call_id: str) -> bool:
        """A phone of the user's rings already: it must not be made to ring anew."""
        return any(call.call_id == call_id and call.target_name for call in self._agent.calls)
