"""Attended transfer by a real exchange: two phones that each talk to us are joined, and we are out of it."""

from pathlib import Path

import numpy as np

from custom_components.hold_slayer.engine.model.call_event import (
    LegAnsweredEvent,
    LegEndedEvent,
    LegTransferProgressedEvent,
)
from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.engine.sip.transaction import TimerValues
from tests.fakes.asterisk import Asterisk
from tests.fakes.baresip import Baresip
from tests.fakes.sip_line import Caller, poll
from tests.fakes.sounds import greeting, pcm


async def test_two_phones_are_joined(socket_enabled: None, tmp_path: Path) -> None:
    sound = np.frombuffer(pcm(greeting()), "<i2")
    async with (
        Asterisk(tmp_path / "asterisk") as asterisk,
        Baresip(tmp_path / "agent", "agent", asterisk.port, sound, sound),
        Baresip(tmp_path / "phone", "phone", asterisk.port, sound, sound),
    ):
        account = TrunkAccount(
            username="alice", password="secret", registrar_host="127.0.0.1", registrar_port=asterisk.port
        )
        caller = Caller(account, TimerValues())
        await caller.agent.start()
        await caller.until(lambda: caller.agent.status.state is RegistrationState.REGISTERED)
        for name in ("agent", "phone"):
            await asterisk.wait_for_log(f"to AOR '{name}'", 10)
        company = caller.dial("5550124")
        await caller.event(LegAnsweredEvent)
        user = caller.dial("5550123")
        await caller.event(LegAnsweredEvent, 2)
        assert company.refer_to(user.replaces_uri)
        await caller.until(lambda: any(isinstance(e, LegTransferProgressedEvent) and e.is_over for e in caller.events))
        final = next(e for e in caller.events if isinstance(e, LegTransferProgressedEvent) and e.is_over)
        assert final.status == 200
        await caller.event(LegEndedEvent)
        company.hang_up()
        user.hang_up()
        await poll(lambda: company.is_settled and user.is_settled)
        await asterisk.wait_for_channels(2)  # the two phones talk on
        await caller.agent.stop()
