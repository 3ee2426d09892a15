"""Speech to text is asked once for what is the same sound, and again where it is not or has failed."""

import asyncio
from typing import Any

from custom_components.hold_slayer.engine.agent.enquiries import Enquiries
from custom_components.hold_slayer.engine.agent.services import AgentSettings, Services
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.ports import ServiceError

SPEECH = bytes(range(250)) * 64
SILENCE = b"\0" * 1600


class Recogniser:
    """Answers with how often it was asked, once it is let; a first failure if wanted."""

    def __init__(self, *, fails_first: bool = False) -> None:
        self.asked = 0
        self.languages: list[str] = []
        self.may_answer = asyncio.Event()
        self._fails_first = fails_first

    async def transcribe(self, pcm: bytes, language: str) -> str:
        self.asked += 1
        self.languages.append(language)
        number = self.asked
        await self.may_answer.wait()
        if self._fails_first and number == 1:
            raise ServiceError("gone")
        return f"words {number}"


def enquiries(ear: Recogniser) -> tuple[Enquiries, list[Any]]:
    told: list[Any] = []
    return Enquiries(Services(stt=ear), AgentSettings(), "en", told.append, lambda _use: None), told


def partial(pcm: bytes, utterance_id: int = 1) -> act.TranscribeAction:
    return act.TranscribeAction(utterance_id, pcm, is_partial=True)


async def test_an_utterance_that_ended_at_its_last_pause_is_not_asked_for_again() -> None:
    ear = Recogniser()
    desk, told = enquiries(ear)
    glimpse = asyncio.create_task(desk.transcribe(partial(SPEECH)))
    await asyncio.sleep(0)
    whole = asyncio.create_task(desk.transcribe(act.TranscribeAction(1, SPEECH + SILENCE)))
    await asyncio.sleep(0)
    ear.may_answer.set()
    await asyncio.gather(glimpse, whole)
    assert ear.asked == 1
    assert [(event.text, event.is_partial) for event in told] == [("words 1", True), ("words 1", False)]


async def test_one_that_went_on_and_another_one_are_asked_for() -> None:
    ear = Recogniser()
    ear.may_answer.set()
    desk, told = enquiries(ear)
    await desk.transcribe(partial(SPEECH))
    await desk.transcribe(act.TranscribeAction(1, SPEECH + SPEECH[:3200]))
    await desk.transcribe(act.TranscribeAction(2, SPEECH))
    await desk.transcribe(act.TranscribeAction(1, SPEECH[::-1]))
    assert ear.asked == 4
    assert [event.text for event in told] == ["words 1", "words 2", "words 3", "words 4"]


async def test_an_engine_without_the_new_language_goes_on_in_the_first() -> None:
    class EnglishOnly(Recogniser):
        async def transcribe(self, pcm: bytes, language: str) -> str:
            self.languages.append(language)
            if language != "en":
                raise ServiceError("no such language")
            return "words"

    ear = EnglishOnly()
    desk, told = enquiries(ear)
    desk.speak("de")
    for utterance_id in (1, 2):
        await desk.transcribe(act.TranscribeAction(utterance_id, SPEECH))
    assert [event.text for event in told] == ["words", "words"]
    assert ear.languages == ["de", "en", "en"]


async def test_the_language_that_the_line_turned_out_to_speak_is_asked_for() -> None:
    ear = Recogniser()
    ear.may_answer.set()
    desk, _ = enquiries(ear)
    await desk.transcribe(act.TranscribeAction(1, SPEECH))
    desk.speak("de")
    await desk.transcribe(act.TranscribeAction(2, SPEECH))
    assert ear.languages == ["en", "de"]


async def test_a_glimpse_that_failed_is_no_answer() -> None:
    ear = Recogniser(fails_first=True)
    ear.may_answer.set()
    desk, told = enquiries(ear)
    await desk.transcribe(partial(SPEECH))
    await desk.transcribe(act.TranscribeAction(1, SPEECH))
    assert isinstance(told[0], ev.TranscriptionFailedEvent)
    assert told[1].text == "words 2"
