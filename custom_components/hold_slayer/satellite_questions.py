"""Voice satellites put a call's questions to the user: may a kept fact be told, or what the language model wants to know.

No fact is ever spoken in the room: where nothing that is kept answers, the satellite only says what is wanted. Each question is put
once; the first answer counts, from wherever it comes.
"""

import asyncio
from collections.abc import Callable
import logging
from typing import Final

from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import translation

from .const import DOMAIN
from .engine.agent import NoQuestionError, UnknownCallError
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.snapshot import CallSnapshot, UserQuestion
from .facts import FactScopeError
from .runtime import HoldSlayerConfigEntry, SatelliteTarget
from .satellite_texts import SatelliteTexts, satellite_texts
from .satellites import CAN_ANNOUNCE, CAN_ASK, features_of, use

_LOGGER = logging.getLogger(__name__)
_YES, _NO = "yes", "no"
_LONGEST_ANSWER: Final = 160


class SatelliteQuestions:
    """Asks for an account's calls."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._agent = entry.runtime_data.agent
        self._asking: dict[str, list[asyncio.Task[None]]] = {}

    def start(self) -> Callable[[], None]:
        """Follow the agent; returns how to stop."""
        return self._agent.subscribe(self._changed)

    @callback
    def _changed(self, call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if call.question is None or not call.is_active:
            self._end(call.call_id)
        elif occurrence is not None and occurrence.kind == OccurrenceKind.QUESTION_ASKED:
            self._end(call.call_id)
            self._asking[call.call_id] = [
                self._entry.async_create_background_task(
                    self._hass, self._ask(call, call.question, each), "hold_slayer satellite question"
                )
                for each in self._entry.runtime_data.satellites_now(self._hass)
            ]

    def _end(self, call_id: str) -> None:
        for task in self._asking.pop(call_id, ()):
            if task is not asyncio.current_task():
                task.cancel()

    async def _ask(self, call: CallSnapshot, question: UserQuestion, satellite: SatelliteTarget) -> None:
        features, texts = features_of(self._hass, satellite), satellite_texts(self._hass.config.language)
        wanted = {"company": call.company or call.number, "fact": await self._name_of(question)}
        try:
            if features & CAN_ASK and question.asks:
                await self._put(call, question, satellite, texts.model.format(asks=question.asks))
            elif features & CAN_ASK and question.offers:
                await self._put(call, question, satellite, texts.wanted.format(**wanted), texts)
            elif features & CAN_ANNOUNCE and not question.asks:
                await use(self._hass, "announce", satellite, message=texts.unknown.format(**wanted))
        except HomeAssistantError as err:
            # Nobody said anything, or it is gone: the question stands elsewhere too.
            _LOGGER.debug("%s got no answer (%s)", satellite.entity_id, type(err).__name__)

    async def _put(
        self,
        call: CallSnapshot,
        question: UserQuestion,
        satellite: SatelliteTarget,
        text: str,
        choices: SatelliteTexts | None = None,
    ) -> None:
        """``choices``: yes and no are the answers; without them any sentence is."""
        answers = (
            [] if choices is None else [{"id": name, "sentences": list(getattr(choices, name))} for name in (_YES, _NO)]
        )
        said = await use(self._hass, "ask_question", satellite, question=text, answers=answers)
        sentence = str(said.get("sentence") or "").strip()
        try:
            if choices is None:
                if 0 < len(sentence) <= _LONGEST_ANSWER:
                    self._agent.answer_question(call.call_id, sentence, question.question_id)
            elif said.get("id") == _YES:
                value = self._entry.runtime_data.open_fact(call, question.offers[0])
                self._agent.answer_question(call.call_id, value, question.question_id, kept=question.offers[0])
            elif said.get("id") == _NO:
                self._agent.answer_question(call.call_id, None, question.question_id)
        except UnknownCallError, NoQuestionError:
            _LOGGER.debug("An answer came too late")
        except KeyError, FactScopeError:
            _LOGGER.debug("The fact is not kept any more")

    async def _name_of(self, question: UserQuestion) -> str:
        """The kind of fact in the user's language."""
        texts = await translation.async_get_translations(self._hass, self._hass.config.language, "selector", {DOMAIN})
        key = f"component.{DOMAIN}.selector.fact_kind.options.{question.fact}"
        return texts.get(key, question.fact.replace("_", " "))
