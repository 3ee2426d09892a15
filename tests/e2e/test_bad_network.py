"""Whole calls through a network that loses 5 %, delays up to 200 ms (so that much overtakes) and doubles 5 % of everything."""

import asyncio
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from custom_components.hold_slayer.engine.agent import Agent, AgentSettings, Services
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.model.snapshot import CallSnapshot
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from simulator.scenario import load
from simulator.trunk import CallCentre
from tests.fakes.asterisk import Asterisk
from tests.fakes.lossy_trunk import LossyTrunk
from tests.fakes.recogniser import Recogniser
from tests.fakes.services import FakeTextToSpeech
from tests.fakes.sip_line import poll

pytestmark = [pytest.mark.e2e, pytest.mark.timeout(150)]
BAD = {"loss": 0.05, "jitter_s": 0.2, "doubled": 0.05}
UNEVEN = {**BAD, "jitter_s": 0.1}
"""For single keys: over 200 ms Asterisk, which takes events as they come, doubles or drops a key in one call of ten or so."""
COMPANY = """\
accounts: {alice: secret}
company:
  number: "5550100"
  ringing_s: 1
  greeting: ["Thank you for calling Acme Bank."]
  start: main
  menus:
    main:
      prompts: ["For sales, press 1.", "To speak with a representative, press 2."]
      options: {"1": sales, "2": billing}
  queues:
    sales: {hold_s: 5, representative: null}
    billing:
      hold_s: 9
      entry: "Please hold for the next available representative."
      representative: {greeting: "Hello, thank you for waiting. This is Mary. How can I help you?", talk_s: 3}
phones: {"5550123": {ring_s: 1}}
"""


@dataclass
class Line:
    """An agent behind the bad network, and what it told."""

    agent: Agent
    told: list[CallOccurrence] = field(default_factory=list)
    last: CallSnapshot | None = None

    def hear(self, snapshot: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        self.last = snapshot
        if occurrence is not None:
            self.told.append(occurrence)

    async def until(self, phase: Phase, limit_s: float) -> CallSnapshot:
        await poll(lambda: self.last is not None and self.last.phase is phase, limit_s)
        assert self.last is not None
        return self.last

    def kinds(self) -> list[str]:
        return [each.kind for each in self.told]


@asynccontextmanager
async def line(port: int, services: Services) -> AsyncIterator[Line]:
    account = TrunkAccount("alice", "secret", "127.0.0.1", port, local_address="127.0.0.1")
    made = Line(Agent(account, services, settings=AgentSettings()))
    made.agent.subscribe(made.hear)
    await made.agent.start()
    try:
        await poll(lambda: made.agent.trunk_status.state is RegistrationState.REGISTERED, 15.0)
        yield made
    finally:
        await made.agent.stop()


async def test_a_company_is_called_waited_for_and_put_through(socket_enabled: None, tmp_path: Path) -> None:
    scenario = tmp_path / "company.yaml"
    scenario.write_text(COMPANY, encoding="utf-8")
    phone = HandOverTarget("phone", DialTarget("5550123"), 10.0)
    brief = CallBrief(
        DialTarget("5550100"), "I want to speak with a representative.", company="Acme", hand_over=(phone,)
    )
    async with CallCentre(load(scenario)) as centre:
        trunk = await LossyTrunk.open(centre.port, **BAD)
        trunk.loses_first = {"INVITE", "200 INVITE", "ACK", "BYE", "200 BYE"}
        try:
            async with line(trunk.port, Services(stt=Recogniser(), tts=FakeTextToSpeech())) as made:
                call_id = await made.agent.call(brief)
                await made.until(Phase.CONNECTED, 110.0)
                await talk(trunk)
                made.agent.hang_up(call_id)
                ended = await made.until(Phase.ENDED, 10.0)
                assert ended.outcome is Outcome.CONNECTED
                await poll(lambda: all(call.ended.is_set() for call in centre.calls), 10.0)
        finally:
            await trunk.close()
    kinds = made.kinds()
    assert kinds.count("human_answered") == 1
    assert kinds.index("hold_started") < kinds.index("human_answered") < kinds.index("connected")
    onset = next(event["at"] for event in centre.events if event["event"] == "representative_onset")
    answered = next(each.at for each in made.told if each.kind == "human_answered")
    assert answered > onset, "nothing before was taken for a person"
    # A word may be misheard on such a line, and the menu asked again; what was pressed arrives, once.
    pressed = [each.data["digits"] for each in made.told if each.kind == "key_pressed"]
    assert [event["digit"] for event in centre.events if event["event"] == "digit"] == pressed
    assert pressed[-1] == "2"
    assert len(centre.calls) == 2, "the company and the user's phone, each once"
    assert not trunk.loses_first, "all of these were lost once, and sent again"
    assert min(trunk.audio_lost, trunk.audio_doubled) > 50


async def talk(trunk: LossyTrunk) -> None:
    """Return when the newest call has had a second of audio, both ways together. Raises TimeoutError."""
    newest = list(trunk.audio.values())[-1]
    begun = newest.carried
    await poll(lambda: newest.carried >= begun + 100, 10.0)


async def test_keys_a_dead_exchange_and_an_hour_without_a_registrar(socket_enabled: None, tmp_path: Path) -> None:
    loop = asyncio.get_running_loop()
    real, ahead = loop.time, 0.0
    loop.time = lambda: real() + ahead  # type: ignore[method-assign]
    exchange = Asterisk(tmp_path)
    trunk = await LossyTrunk.open(exchange.port, **UNEVEN)
    try:
        async with exchange as asterisk, line(trunk.port, Services()) as made:
            call_id = await made.agent.call(CallBrief(DialTarget("5550129"), "keys"))
            await made.until(Phase.NAVIGATING, 15.0)
            # Three seconds of music before: the jitter of the network is known, as it is in a menu.
            await asterisk.wait_for_log("Executing [155@trunk:2] Read", 15.0)
            made.agent.send_digits(call_id, "1337*5")
            made.agent.send_digits(call_id, "#")
            await asterisk.wait_for_log("READ_DIGITS=", 20.0)
            assert "READ_DIGITS=1337*5" in asterisk.log, "each once, and in order"
            await made.until(Phase.ENDED, 15.0)
            await asterisk.wait_for_channels(0)

            # The exchange dies in mid-call: no BYE, no RTP, nobody answers OPTIONS.
            await made.agent.call(CallBrief(DialTarget("5550125"), "an echo"))
            await made.until(Phase.NAVIGATING, 15.0)
            await talk(trunk)
            await asterisk.kill()
            killed = real()
            ended = await made.until(Phase.ENDED, 12.0)
            assert real() - killed < 10.5
            assert "dead" in ended.sentence

            # An hour of the loop's clock without a registrar.
            for _ in range(360):
                ahead += 10.0
                await asyncio.sleep(0.005)
            assert made.agent.trunk_status.state is not RegistrationState.REGISTERED
            async with exchange:
                begun = ahead
                while made.agent.trunk_status.state is not RegistrationState.REGISTERED and ahead - begun <= 800.0:
                    if made.agent.trunk_status.state is RegistrationState.FAILED:
                        ahead += 5.0
                    await asyncio.sleep(0.02)
                assert made.agent.trunk_status.state is RegistrationState.REGISTERED, (
                    "after the longest pause at the latest"
                )
                call_id = await made.agent.call(CallBrief(DialTarget("5550125"), "an echo"))
                await made.until(Phase.NAVIGATING, 15.0)
                made.agent.hang_up(call_id)
                await made.until(Phase.ENDED, 10.0)
                await exchange.wait_for_channels(0)
                await made.agent.stop()
    finally:
        del loop.time  # type: ignore[attr-defined]
        await trunk.close()
