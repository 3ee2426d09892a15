"""Scripted services: speech, language model, history, notifications."""

import asyncio
from collections.abc import Callable, Mapping

from custom_components.hold_slayer.engine.model.action import NavigatorQuestion
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.ports import ServiceError, Speech


class FakeSpeechToText:
    """Answers utterances in order; the last text stays. An exception in the list is raised, None hangs for ever."""

    def __init__(self, *answers: str | Exception | None) -> None:
        self._answers = list(answers)
        self.calls = 0

    async def transcribe(self, pcm: bytes, language: str) -> str:
        self.calls += 1
        answer = self._answers.pop(0) if len(self._answers) > 1 else self._answers[0]
        if answer is None:
            await asyncio.Event().wait()
        if isinstance(answer, Exception):
            raise answer
        return str(answer)


class FakeTextToSpeech:
    """Half a second of a 300 Hz square wave for every sentence, or a failure."""

    def __init__(self, failure: Exception | None = None, *, hangs: bool = False) -> None:
        self._failure = failure
        self._hangs = hangs
        self.texts: list[str] = []

    async def synthesize(self, text: str, language: str) -> Speech:
        self.texts.append(text)
        if self._hangs:
            await asyncio.Event().wait()
        if self._failure is not None:
            raise self._failure
        period = (3000).to_bytes(2, "little") * 13 + (-3000).to_bytes(2, "little", signed=True) * 13
        return Speech(period * 154, 8000)


class FakeLanguageModel:
    """Answers with what ``answer`` returns; raises what it raises."""

    def __init__(self, answer: Callable[[NavigatorQuestion], Mapping[str, object]]) -> None:
        self._answer = answer
        self.questions: list[NavigatorQuestion] = []

    async def decide(self, question: NavigatorQuestion) -> Mapping[str, object]:
        self.questions.append(question)
        return self._answer(question)


class FakeCallLog:
    """Keeps everything; ``fails`` makes it a broken disk."""

    def __init__(self, *, fails: bool = False) -> None:
        self._fails = fails
        self.begun: list[CallSnapshot] = []
        self.recorded: list[CallOccurrence] = []
        self.ended: list[CallSnapshot] = []

    async def begin(self, snapshot: CallSnapshot) -> None:
        self.begun.append(snapshot)
        self._check()

    async def record(self, occurrence: CallOccurrence) -> None:
        self.recorded.append(occurrence)
        self._check()

    async def end(self, snapshot: CallSnapshot) -> None:
        self.ended.append(snapshot)
        self._check()

    def _check(self) -> None:
        if self._fails:
            raise ServiceError("the disk is full")


class FakeNotifier:
    """Keeps what the user was told."""

    def __init__(self) -> None:
        self.told: list[tuple[str, str]] = []

    async def notify(self, call_id: str, key: str, text: str) -> None:
        self.told.append((key, text))
