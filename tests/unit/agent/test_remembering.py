"""What one call teaches the next: over the real wiring of an agent."""

from dataclasses import replace

import pytest

from custom_components.hold_slayer.engine.agent import remembering
from custom_components.hold_slayer.engine.call.brain import Brain
from custom_components.hold_slayer.engine.call.hearing import Hearing
from custom_components.hold_slayer.engine.model.call_brief import Arrival, CallBrief
from custom_components.hold_slayer.engine.model.number_memory import NumberMemory
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.ports import ServiceError
from tests.fakes.services import FakeSpeechToText, FakeTextToSpeech
from tests.unit.agent.test_faults import GREETING, PERSON

BRIEF = CallBrief(DialTarget("5550100"), "a question")
NOW = 20_700 * 86_400.0 + 5.0


class Memories:
    """Keeps, or fails."""

    def __init__(self, error: ServiceError | None = None) -> None:
        self.kept: dict[str, NumberMemory] = {}
        self.error = error

    async def keep(self, number: str, memory: NumberMemory) -> None:
        if self.error is not None:
            raise self.error
        self.kept[number] = memory


@pytest.mark.parametrize("error", [None, ServiceError("the disk is full")])
async def test_an_answered_call_is_remembered_and_a_full_disk_ends_nothing(line, error: ServiceError | None) -> None:
    memories = Memories(error)
    services = {"stt": FakeSpeechToText(GREETING), "tts": FakeTextToSpeech(), "memories": memories}
    async with line(PERSON, services=services) as made:
        await made.call()
        await made.ended(40.0)
    assert made.kinds[-1] == "ended"
    if error is None:
        memory = memories.kept["5550100"]
        assert memory.calls == 1
        assert memory.day > 20_000
        assert NumberMemory.from_data(memory.as_data()).texts == memory.texts


async def test_a_call_that_nobody_answered_teaches_nothing(line) -> None:
    memories = Memories()
    async with line(replace(PERSON, reply=486), services={"memories": memories}) as made:
        await made.call()
        await made.ended()
    assert memories.kept == {}


async def test_a_call_that_came_in_is_of_no_number_that_is_called() -> None:
    memories = Memories()
    brief = replace(BRIEF, arrival=next(each for each in Arrival if each is not Arrival.PLACED))
    await remembering.keep(memories, brief, Brain(), Hearing(), NOW)
    assert memories.kept == {}
    await remembering.keep(memories, BRIEF, Brain(), Hearing(), NOW)
    assert memories.kept["5550100"].day == 20_700


def test_damaged_marks_are_left_out(caplog: pytest.LogCaptureFixture) -> None:
    marks = Hearing().export_marks(20_700)
    remembering.recall(replace(BRIEF, known=NumberMemory(marks=marks + b"nonsense")), Hearing(), NOW)
    assert "damaged" in caplog.text
    caplog.clear()
    remembering.recall(replace(BRIEF, known=NumberMemory(marks=marks)), Hearing(), NOW)
    assert caplog.text == ""
