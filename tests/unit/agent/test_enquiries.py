"""Speech to text is asked once for what is the same sound, and again where it is not or has failed."""

import asyncio
from typing import Any

from custom_components.hold_slayer.engine.agent.enquiries import Enquiries
from custom_components.hold_slayer.engine.agent.services import AgentSettings, Services
from custom_components.hold_slayer.engine.model import action as act, call_event as ev
from custom_components.hold_slayer.engine.ports import LanguageRefusedError, ServiceError
from tests.fakes.jumping_loop import in_virtual_time

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


class Choosy(Recogniser):
    """Fails in other languages than English, as long as there are failures left; in English as well where it is down."""

    def __init__(self, *failures: ServiceError) -> None:
        super().__init__()
        self.may_answer.set()
        self.failures = list(failures)
        self.is_down = False

    async def transcribe(self, pcm: bytes, language: str) -> str:
        text = await super().transcribe(pcm, language)
        await asyncio.sleep(0)
        if self.is_down:
            raise ServiceError("gone")
        if language != "en" and self.failures:
            raise self.failures.pop()
        return text


async def languages_used(ear: Choosy, times: int) -> list[str]:
    """The languages that are asked for in ``times`` utterances of a line that turned out to speak German."""
    desk, _ = enquiries(ear)
    desk.speak("de")
    for utterance_id in range(times):
        await desk.transcribe(act.TranscribeAction(utterance_id, SPEECH))
    return ear.languages


async def test_an_engine_that_refuses_the_new_language_goes_on_in_the_first() -> None:
    ear = Choosy(*(LanguageRefusedError("no such language") for _ in range(9)))
    assert await languages_used(ear, 3) == ["de", "en", "en", "en"]


async def test_one_fault_after_a_change_of_language_is_no_lack_of_it() -> None:
    ear = Choosy(ServiceError("a hiccup"))
    assert await languages_used(ear, 3) == ["de", "en", "de", "de"]


async def test_nor_are_two_of_utterances_that_are_under_way_together() -> None:
    ear = Choosy(ServiceError("a hiccup"), ServiceError("another"))
    desk, told = enquiries(ear)
    desk.speak("de")
    await asyncio.gather(*(desk.transcribe(act.TranscribeAction(n, SPEECH)) for n in (1, 2)))
    await desk.transcribe(act.TranscribeAction(3, SPEECH))
    assert ear.languages == ["de", "de", "en", "en", "de"]
    assert all(isinstance(event, ev.TranscribedEvent) for event in told)


async def test_an_engine_that_always_fails_in_the_new_language_goes_on_in_the_first() -> None:
    ear = Choosy(*(ServiceError("reported an error") for _ in range(99)))
    assert await languages_used(ear, 5) == ["de", "en", "de", "en", "de", "en", "en", "en"]


async def test_an_engine_that_was_down_is_asked_in_the_new_language_again() -> None:
    ear = Choosy()
    ear.is_down = True
    desk, told = enquiries(ear)
    desk.speak("de")
    for utterance_id in range(5):
        await desk.transcribe(act.TranscribeAction(utterance_id, SPEECH))
    assert all(isinstance(event, ev.TranscriptionFailedEvent) for event in told)
    ear.is_down = False
    await desk.transcribe(act.TranscribeAction(5, SPEECH))
    assert ear.languages[-1] == "de"


class Hanging(Recogniser):
    """Never answers the first ``count``, and the others at once."""

    def __init__(self, count: int) -> None:
        super().__init__()
        self._count = count

    async def transcribe(self, pcm: bytes, language: str) -> str:
        self.asked += 1
        if self.asked <= self._count:
            await self.may_answer.wait()
        return "words"


def asked_at_once(ear: Hanging, count: int) -> list[str]:
    """What becomes of ``count`` utterances of which two are asked for at a time, for 0.2 s at most."""
    told: list[Any] = []
    desk = Enquiries(Services(stt=ear), AgentSettings(stt_timeout_s=0.2), "en", told.append, lambda _use: None)

    async def ask() -> None:
        await asyncio.gather(*(desk.transcribe(act.TranscribeAction(n, SPEECH)) for n in range(count)))
        assert asyncio.get_running_loop().time() <= 0.41

    in_virtual_time(ask())
    return [type(event).__name__ for event in told]


def test_the_wait_for_those_before_it_is_not_the_engines_time() -> None:
    ear = Hanging(2)
    assert asked_at_once(ear, 4) == ["TranscriptionFailedEvent"] * 2 + ["TranscribedEvent"] * 2
    assert ear.asked == 4


def test_an_engine_that_hangs_does_not_hold_up_the_call_for_ever() -> None:
    ear = Hanging(99)
    assert asked_at_once(ear, 8) == ["TranscriptionFailedEvent"] * 8
    assert ear.asked == 4


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
