"""An agent on real SIP and RTP against the simulator, with scripted services and short deadlines."""

import asyncio
from collections.abc import AsyncIterator, Callable
from contextlib import asynccontextmanager
from dataclasses import dataclass, field

import pytest

from custom_components.hold_slayer.engine.agent import Agent, AgentSettings, Services
from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from simulator.scenario import Company, Phone, Scenario
from simulator.trunk import CallCentre
from tests.fakes.services import FakeCallLog, FakeNotifier

QUICK = AgentSettings(
    brain=BrainConfig(
        navigate_s=20, silence_s=1.0, max_silences=2, transcript_s=1.0, hold_s=6, candidate_s=3, place_s=3,
        greeting_s=3, apology_s=3, give_up_s=1, turn_gap_s=0.4,
    ),
    stt_timeout_s=1.0,
    tts_timeout_s=1.0,
    llm_timeout_s=1.0,
)  # fmt: skip


@dataclass
class Line:
    """One agent at one simulated trunk, and everything that was told."""

    agent: Agent
    centre: CallCentre
    log: FakeCallLog
    notifier: FakeNotifier
    snapshots: list[CallSnapshot] = field(default_factory=list)
    occurrences: list[CallOccurrence] = field(default_factory=list)

    def hear(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        self.snapshots.append(snapshot)
        if occurrence is not None:
            self.occurrences.append(occurrence)

    @property
    def kinds(self) -> list[str]:
        return [occurrence.kind for occurrence in self.occurrences]

    async def call(
        self, number: str = "5550100", *, targets: tuple[str, ...] = ("5550123",), confirm_answer: bool = False
    ) -> str:
        hand_over = tuple(HandOverTarget(text, DialTarget.parse(text), ring_s=1.5) for text in targets)
        brief = CallBrief(
            DialTarget.parse(number), "a question about my bill", hand_over=hand_over, confirm_answer=confirm_answer
        )
        return await self.agent.call(brief)

    async def until(self, is_true: Callable[[], bool], timeout_s: float = 15.0) -> None:
        for _ in range(int(timeout_s / 0.02)):
            if is_true():
                return
            await asyncio.sleep(0.02)
        raise TimeoutError(f"still waiting after {timeout_s:.0f} s; told so far: {self.kinds}")

    async def ended(self, timeout_s: float = 20.0) -> CallSnapshot:
        """Wait for the end, and for the history to be complete."""
        await self.until(lambda: bool(self.log.ended), timeout_s)
        return self.log.ended[-1]

    async def nothing_is_left(self) -> None:
        """Both sides agree that no leg is up."""
        await self.until(lambda: all(call.ended.is_set() for call in self.centre.calls), 5.0)


@pytest.fixture
def line() -> Callable[..., object]:
    """Factory of a `Line` as an asynchronous context manager."""

    @asynccontextmanager
    async def make(
        company: Company,
        phones: dict[str, Phone] | None = None,
        *,
        password: str = "secret",
        settings: AgentSettings = QUICK,
        services: dict[str, object] | None = None,
    ) -> AsyncIterator[Line]:
        scenario = Scenario(company=company, phones=phones or {"5550123": Phone(ring_s=0.3)})
        async with CallCentre(scenario) as centre:
            log, notifier = FakeCallLog(), FakeNotifier()
            agent = Agent(
                TrunkAccount("alice", password, "127.0.0.1", centre.port, local_address="127.0.0.1"),
                Services(call_log=log, notifier=notifier, **(services or {})),
                settings=settings,
            )
            made = Line(agent, centre, log, notifier)
            agent.subscribe(made.hear)
            await agent.start()
            try:
                yield made
            finally:
                await agent.stop()

    return make
