"""Questions to speech to text and to the language model: each becomes one event, also when it fails."""

import asyncio
from collections import Counter
from collections.abc import Callable
from typing import Any

from ..model import action as act, call_event as ev
from ..model.audio_frame import SAMPLE_RATE
from ..model.model_use import ModelFault, ModelUse
from ..ports import (
    LanguageRefusedError,
    MeteredAnswer,
    ServiceBusyError,
    ServiceError,
    ServiceRefusedError,
    ServiceTimeoutError,
    SpeechToText,
    UselessAnswerError,
)
from .services import AgentSettings, Services

_PARALLEL_UTTERANCES = 2
_BEARABLE = 2
"""So many limits of one request an utterance may take with its wait for those before it: then the call has long gone on without."""
_NOT_SPOKEN = 3
"""An engine that so often in a row failed in one language and not in the other does not have the one."""
_SAME_BYTES = round(0.12 * SAMPLE_RATE) * 2
"""By so much silence more or less what was asked for at a pause may differ from the utterance that has ended with it."""


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
        self._language = self._first = language
        self._post = post
        self._on_model_use = on_model_use
        self._failures: Counter[str] = Counter()
        """How often in a row a language failed where the first one did not."""
        self._slots = asyncio.Semaphore(_PARALLEL_UTTERANCES)
        self._glimpsed = _Glimpsed()

    async def transcribe(self, action: act.TranscribeAction) -> None:
        """Answer with `TranscribedEvent` or `TranscriptionFailedEvent`.

        An utterance that ended at the pause at which it was asked for last is not asked for again: the silence that closes it is
        time for speech to text. `AgentSettings.stt_timeout_s` bounds what the engine takes, not the wait for those before it.
        """
        reason = "no speech-to-text engine is set up"
        if self._services.stt is not None:
            try:
                async with asyncio.timeout(_BEARABLE * self._settings.stt_timeout_s):
                    text = await self._words(self._services.stt, action)
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

    async def _words(self, stt: SpeechToText, action: act.TranscribeAction) -> str:
        if (known := self._glimpsed.answer_for(action)) is not None and (
            text := await asyncio.shield(known)
        ) is not None:
            return text
        answer = self._glimpsed.begin(action) if action.is_partial else None
        text = None
        try:
            async with self._slots, asyncio.timeout(self._settings.stt_timeout_s):
                text = await self._transcribed(stt, action.pcm)
        finally:
            if answer is not None:
                answer.set_result(text)
        return text

    def speak(self, language: str) -> None:
        """The line speaks that from now on."""
        self._language = language

    async def _transcribed(self, stt: SpeechToText, pcm: bytes) -> str:
        """Where the engine fails in what the line turned out to speak, the language that it began with is tried.

        It stays there only when it says that it does not have the other one, or shows it: one fault may pass.
        """
        language = self._language if self._failures[self._language] < _NOT_SPOKEN else self._first
        try:
            text = await stt.transcribe(pcm, language)
        except ServiceError as err:
            if language == self._first:
                raise
            text = await stt.transcribe(pcm, self._first)
            self._failures[language] += _NOT_SPOKEN if isinstance(err, LanguageRefusedError) else 1
        else:
            self._failures[language] = 0
        return text

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


class _Glimpsed:
    """The last unfinished utterance that speech to text was asked for."""

    def __init__(self) -> None:
        self._action: act.TranscribeAction | None = None
        self._answer: asyncio.Future[str | None] | None = None

    def begin(self, action: act.TranscribeAction) -> asyncio.Future[str | None]:
        """Where its words go; None when there are none."""
        self._action, self._answer = action, asyncio.get_running_loop().create_future()
        return self._answer

    def answer_for(self, action: act.TranscribeAction) -> asyncio.Future[str | None] | None:
        """The words, perhaps still under way, when what was asked for is the same utterance up to some silence; else None."""
        known = self._action
        if known is None or action.is_partial or known.utterance_id != action.utterance_id:
            return None
        shared = min(len(known.pcm), len(action.pcm))
        is_same = abs(len(known.pcm) - len(action.pcm)) <= _SAME_BYTES and known.pcm[:shared] == action.pcm[:shared]
        return self._answer if is_same else None
