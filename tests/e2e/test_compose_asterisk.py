"""The try-out's Asterisk configuration, loaded by a real Asterisk of the version that the compose file builds."""

import asyncio
from pathlib import Path
import re

import pytest

from custom_components.hold_slayer.engine.sip.account import TrunkAccount
from custom_components.hold_slayer.engine.sip.errors import WrongPasswordError
from custom_components.hold_slayer.engine.sip.user_agent import UserAgent
from simulator.voices import Voices
from tests.fakes.asterisk import INSTALLED, Asterisk
from tests.fakes.baresip import Baresip

CONFIG = Path(__file__).resolve().parents[2] / "compose" / "asterisk"
HERE = {
    "0.0.0.0:5060": "127.0.0.1:@SIP@",
    "172.30.99.0/24": "127.0.0.0/8",
    "172.30.99.10/32": "127.0.0.1/32",
    "rtpstart=10000": "rtpstart=@RTP@",
    "rtpend=10039": "rtpend=@RTP_END@",
    "console =>": "full =>",
    "/usr/share/asterisk": "@ROOT@/usr/share/asterisk",
}
"""Ports and addresses of a container, by those of this test."""

pytestmark = pytest.mark.e2e


def account(port: int, password: str = "try-out-600") -> TrunkAccount:
    return TrunkAccount(
        username="hold-slayer", password=password, registrar_host="127.0.0.1", registrar_port=port, local_port=0
    )


@pytest.mark.timeout(120)
async def test_asterisk_takes_the_configuration_and_the_company_answers(tmp_path: Path) -> None:
    voice = await Voices().say("slt", "Hello, this is the representative.")
    async with Asterisk(tmp_path / "asterisk", CONFIG, HERE) as asterisk:
        modules = re.findall(r"^load=(\S+)$", (CONFIG / "modules.conf").read_text(), re.MULTILINE)
        running = await asterisk.command("module show")
        missing = [name for name in modules if not re.search(rf"^{re.escape(name)} .* Running ", running, re.MULTILINE)]
        assert not missing
        endpoints = await asterisk.command("pjsip show endpoints")
        for name in ("hold-slayer/600", "phone/610", "agent/611"):
            assert re.search(rf"Endpoint:\s+{name}", endpoints), endpoints
        assert "house" in await asterisk.command("pjsip show endpoint phone")
        dialplan = await asterisk.command("dialplan show")
        for extension in ("610", "611", "620", "630"):
            assert f"'{extension}' =>" in dialplan
        assert "basic-pbx-ivr-main" in dialplan

        # Hold Slayer's account works as the page tells, and only with its password.
        await UserAgent(account(asterisk.port)).probe()
        with pytest.raises(WrongPasswordError):
            await UserAgent(account(asterisk.port, "try-out")).probe()

        # A softphone registers, and the company's line leads through menu and music to it.
        softphone = Baresip(tmp_path / "agent", "agent", asterisk.port, voice, voice, password="try-out-611")
        async with softphone:
            contacts = ""
            for _ in range(50):
                contacts = await asterisk.command("pjsip show contacts")
                if "agent/sip:" in contacts:
                    break
                await asyncio.sleep(0.2)  # polling a program
            assert "agent/sip:" in contacts
            await asterisk.command("channel originate Local/620@house application Wait 12")
            channels = ""
            async with asyncio.timeout(12):
                while "basic-pbx-ivr-main" not in channels:
                    channels = await asterisk.command("core show channels verbose")
        errors = [line for line in asterisk.log.splitlines() if "ERROR" in line]
        assert not errors, "\n".join(errors)


def test_every_sound_of_the_dialplan_is_recorded() -> None:
    dialplan = (CONFIG / "extensions.conf").read_text()
    sounds = re.findall(r"(?:Playback|Background)\(([\w-]+)\)", dialplan)
    assert len(sounds) >= 5
    for name in sounds:
        assert list((INSTALLED / "usr/share/asterisk/sounds/en_US_f_Allison").glob(f"{name}.*")), name
