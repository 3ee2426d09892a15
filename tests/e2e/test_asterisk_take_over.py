"""A real exchange over TLS with an authority of its own: somebody hands a call on hold over, and the user is put through."""

from pathlib import Path

from custom_components.hold_slayer.engine.agent import Agent, AgentSettings, Services, Visitor
from custom_components.hold_slayer.engine.call.config import BrainConfig
from custom_components.hold_slayer.engine.model.call_brief import Arrival, CallBrief, HandOverTarget
from custom_components.hold_slayer.engine.model.phase import FrameLabel, Outcome, Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from tests.fakes.asterisk import Asterisk
from tests.fakes.certificates import make_chain
from tests.fakes.services import FakeTextToSpeech
from tests.fakes.sip_line import poll

ECHO = HandOverTarget("Phone", DialTarget("5550125"), ring_s=10)


async def test_a_call_handed_over_by_an_exchange(socket_enabled: None, tmp_path: Path) -> None:
    chain = make_chain(tmp_path)
    asterisk = Asterisk(tmp_path / "asterisk", chain=chain)
    visitors: list[Visitor] = []

    def doorman(visitor: Visitor) -> CallBrief:
        visitors.append(visitor)
        return CallBrief(DialTarget(visitor.number), "", hand_over=(ECHO,), arrival=Arrival.TAKEN_OVER)

    account = TrunkAccount(
        "alice",
        "secret",
        "127.0.0.1",
        asterisk.tls_port,
        transport="tls",
        authority=chain.authority_pem,
        local_address="127.0.0.1",
    )
    voice = FakeTextToSpeech()
    agent = Agent(
        account,
        Services(tts=voice),
        settings=AgentSettings(brain=BrainConfig(answerer_s=0.5)),
    )
    agent.admit(doorman)
    async with asterisk:
        await agent.start()
        try:
            await poll(lambda: agent.trunk_status.state is RegistrationState.REGISTERED, 15.0)
            await asterisk.command("channel originate Local/161@trunk application MusicOnHold default")
            await poll(lambda: bool(agent.calls) and agent.calls[0].phase is Phase.ON_HOLD, 15.0)
            assert visitors == [Visitor("610", "127.0.0.1")]
            await poll(lambda: any("Hold Slayer takes over" in text for text in voice.texts), 5.0)
            await poll(lambda: agent.calls[0].audio_class is FrameLabel.MUSIC, 20.0)
            agent.transfer(agent.calls[0].call_id)
            await poll(lambda: agent.calls[0].phase is Phase.CONNECTED, 20.0)
            await asterisk.command("channel request hangup all")
            await poll(lambda: agent.calls[0].phase is Phase.ENDED, 10.0)
            assert agent.calls[0].outcome is Outcome.CONNECTED
            await asterisk.wait_for_channels(0)
        finally:
            await agent.stop()
        assert "alice/sip:alice@" not in await asterisk.command("pjsip show contacts")
