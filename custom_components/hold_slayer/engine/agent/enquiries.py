"""Questions to speech to text and to the language model: each becomes one event, also when it fails."""

import asyncio
from collections.abc import Callable
from typing import Any

from ..model import action as act, call_event as ev
from ..model.model_use import ModelFault, ModelUse
from ..ports import (
    MeteredAnswer,
    ServiceBusyError,
    ServiceError,
    ServiceRefusedError,
    ServiceTimeoutError,
    UselessAnswerError,
)
from .services import AgentSettings, Services

_PARALLEL_UTTERANCES = 2


class Enquiries:
    """Asks the services of one call within their time limits; ``post`` takes the answers as events.

    ``on_model_use`` is told of every question that goes out to the language model, of second attempts and of tokens, before the
    answer is posted. What comes of the answers is the brain's to tell.
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
        llm = self._services.llm
        if llm is None:
            self._model_failed(action, "no language model is set up", ModelFault.ABSENT)
            return
        self._on_model_use(ModelUse(retries=1) if action.is_retry else ModelUse(calls=1))
        try:
            async with asyncio.timeout(min(self._settings.llm_timeout_s, action.limit_s)):
                answer = await llm.decide(action.question)
        except TimeoutError:
            self._model_failed(action, "the language model did not answer in time", ModelFault.LATE)
        except ServiceTimeoutError as err:
            self._model_failed(action, str(err), ModelFault.LATE)
        except UselessAnswerError as err:
            self._on_model_use(ModelUse(tokens=err.tokens))
            self._model_failed(action, str(err), ModelFault.NONSENSE)
        except ServiceBusyError as err:
            self._model_failed(action, str(err), ModelFault.BUSY, err.retry_after_s)
        except ServiceRefusedError as err:
            self._model_failed(action, str(err), ModelFault.HOPELESS)
        except ServiceError as err:
            self._model_failed(action, str(err), ModelFault.GONE)
        else:
            if isinstance(answer, MeteredAnswer):
                self._on_model_use(ModelUse(tokens=answer.tokens))
            self._post(ev.LanguageModelAnsweredEvent(action.question_id, answer))

    def _model_failed(
        self, action: act.AskLanguageModelAction, reason: str, fault: ModelFault, retry_after_s: float = 0.0
    ) -> None:
        self._post(ev.LanguageModelFailedEvent(action.question_id, reason, fault, retry_after_s))
