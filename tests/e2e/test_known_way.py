"""A company called twice over SIP and RTP, its voice understood by a real recogniser: the second call goes the way of the first."""

import asyncio
from datetime import date
from pathlib import Path

import pytest

from custom_components.hold_slayer.engine.agent import Agent, AgentSettings, FlowBook, Services
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from simulator.scenario import load
from simulator.trunk import CallCentre
from tests.fakes.recogniser import Recogniser
from tests.fakes.services import FakeTextToSpeech

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(240)]
SCENARIO = Path(__file__).resolve().parents[2] / "simulator/scenarios/demo.yaml"
GOAL = "There is a charge on my bill that I do not know. I want to speak with a representative."


async def call(centre: CallCentre, ear: Recogniser, book: FlowBook) -> list[CallOccurrence]:
    """Everything that is told of one call; the user's phone hangs up in the end, or we do."""
    told: list[CallOccurrence] = []
    over = asyncio.Event()

    def hear(_snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None:
            return
        told.append(occurrence)
        book.told(occurrence, {}, date(2026, 11, 24))
        if occurrence.kind == "connected":
            agent.hang_up(occurrence.call_id)
        elif occurrence.kind == "ended":
            over.set()

    account = TrunkAccount("alice", "secret", "127.0.0.1", centre.port, local_address="127.0.0.1")
    agent = Agent(account, Services(stt=ear, tts=FakeTextToSpeech()), settings=AgentSettings())
    agent.subscribe(hear)
    await agent.start()
    try:
        phone = HandOverTarget("phone", DialTarget.parse("5550123"), 10.0)
        mission = book.equipped(CallBrief(DialTarget.parse("5550100"), GOAL, company="Acme Bank", hand_over=(phone,)))
        book.watch(await agent.call(mission), mission)
        async with asyncio.timeout(110):
            await over.wait()
    finally:
        await agent.stop()
    return told


def keys(told: list[CallOccurrence]) -> list[tuple[object, object]]:
    return [(each.data["digits"], each.data["reason"]) for each in told if each.kind == "key_pressed"]


async def test_the_second_call_goes_the_way_of_the_first_before_the_menu_is_over() -> None:
    book, ear = FlowBook(), Recogniser()
    async with CallCentre(load(SCENARIO)) as centre:
        first, second = await call(centre, ear, book), await call(centre, ear, book)
    assert [key for key, _ in keys(first)] == ["2", "3"]
    assert keys(second) == [("2", "flow"), ("3", "flow")]
    assert any(each.data.get("early") for each in second if each.kind == "key_pressed")
    assert "human_answered" in [each.kind for each in second]
    assert "flow_drifted" not in [each.kind for each in second]
    (flow,) = book.flows
    assert (flow.successes, flow.failures) == (2, 0)
    assert "mary" not in str(flow)
