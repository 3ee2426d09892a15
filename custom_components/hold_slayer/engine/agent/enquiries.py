"""Questions to speech to text and to the language model: each becomes one event, also when it fails."""

import asyncio
from collections.abc import Callable
from typing import Any

from ..model import action as act, call_event as ev
from ..model.model_use import ModelUse
from ..ports import MeteredAnswer, ServiceError, ServiceTimeoutError, UselessAnswerError
from .services import AgentSettings, Services

_PARALLEL_UTTERANCES = 2


class Enquiries:
    """Asks the services of one call within their time limits; ``post`` takes the answers as events.

    ``on_model_use`` is told what each question to the language model adds to its figures, before its answer is posted.
    """

    def __init__(
        self,
        services: Services,
        settings: AgentSettings,
        language: str,
        post: Callable[[ev.CallEvent], Any],
        on_model_use: Callable[[ModelUse], None],
    ) -> None:
        self._services = services
        self._settings = settings
        self._language = language
        self._post = post
        self._on_model_use = on_model_use
        self._slots = asyncio.Semaphore(_PARALLEL_UTTERANCES)

    async def transcribe(self, action: act.TranscribeAction) -> None:
        """Answer with `TranscribedEvent` or `TranscriptionFailedEvent`."""
        reason = "no speech-to-text engine is set up"
        if self._services.stt is not None:
            try:
                async with self._slots, asyncio.timeout(self._settings.stt_timeout_s):
                    text = await self._services.stt.transcribe(action.pcm, self._language)
            except TimeoutError:
                reason = "speech to text did not answer in time"
            except ServiceError as err:
                reason = str(err)
            else:
                self._post(
                    ev.TranscribedEvent(action.utterance_id, text, action.start_s, action.end_s, action.is_partial)
                )
                return
        self._post(ev.TranscriptionFailedEvent(action.utterance_id, reason, action.is_partial))

    async def ask(self, action: act.AskLanguageModelAction) -> None:
        """Answer with `LanguageModelAnsweredEvent` or `LanguageModelFailedEvent`."""
        reason = "no language model is set up"
        if self._services.llm is not None:
            self._on_model_use(ModelUse(calls=1))
            try:
                async with asyncio.timeout(self._settings.llm_timeout_s):
                    answer = await self._services.llm.decide(action.question)
            except TimeoutError:
                reason = "the language model did not answer in time"
                self._on_model_use(ModelUse(timeouts=1))
            except ServiceTimeoutError as err:
                reason = str(err)
                self._on_model_use(ModelUse(timeouts=1))
            except ServiceError as err:
                reason = str(err)
                tokens = err.tokens if isinstance(err, UselessAnswerError) else None
                self._on_model_use(ModelUse(failures=1, tokens=tokens))
            else:
                if isinstance(answer, MeteredAnswer):
                    self._on_model_use(ModelUse(tokens=answer.tokens))
                self._post(ev.LanguageModelAnsweredEvent(action.question_id, answer))
                return
        self._post(ev.LanguageModelFailedEvent(action.question_id, reason))
