"""A telephone of the house is rung at its own address: a real one, by real SIP and RTP, without registration anywhere."""

from dataclasses import replace
from pathlib import Path
import socket

import numpy as np
import pytest

from custom_components.hold_slayer.engine.agent import direct_line
from custom_components.hold_slayer.engine.media import g722
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverTarget, TargetKind
from custom_components.hold_slayer.engine.model.phase import LegFailure, Phase
from custom_components.hold_slayer.engine.model.phone_number import DialTarget, PhoneAddress
from custom_components.hold_slayer.engine.sip.errors import CannotResolveError
from custom_components.hold_slayer.engine.sip.transport import resolve
from simulator.rtp import correlation
from simulator.scenario import Phone
from tests.fakes.baresip import Baresip
from tests.fakes.sounds import greeting, pcm
from tests.unit.agent.test_users_side import PATIENT, speech

SOUND = np.frombuffer(pcm(greeting()), "<i2")
HALL = HandOverTarget("hall", None, ring_s=8.0, kind=TargetKind.DIRECT, endpoint="device-1")
SECOND = HandOverTarget("5550123", DialTarget("5550123"), ring_s=1.5)


def at(text: str, not_port: int = 0) -> PhoneAddress:
    return PhoneAddress(DialTarget.parse(text), not_port)


def failed(made) -> list[object]:
    return [each.data for each in made.occurrences if each.kind == "target_failed"]


async def put_through(made, *targets: HandOverTarget) -> None:
    """Call, and want to be put through as soon as somebody answers."""
    call_id = await made.agent.call(CallBrief(DialTarget("5550100"), "a question", hand_over=targets))
    await made.until(lambda: made.snapshots[-1].phase is Phase.NAVIGATING, 10.0)
    made.agent.transfer(call_id)


@pytest.mark.parametrize(("codec", "who"), [("g711", "telephone"), ("g722", "company")])
async def test_a_telephone_is_rung_answered_and_both_hear_each_other(
    line, tmp_path: Path, codec: str, who: str
) -> None:
    assert g722.load()
    asked: list[str] = []
    async with Baresip(tmp_path / "hall", "hall", None, SOUND, SOUND, codecs=(codec,)) as phone:

        def address_of(endpoint: str) -> PhoneAddress:
            asked.append(endpoint)
            return at(phone.address)

        async with line(PATIENT, services={**speech(), "address_of": address_of}) as made:
            await phone.command("about")
            await put_through(made, HALL)
            await made.until(lambda: "connected" in made.kinds, 20.0)
            assert asked == ["device-1"]
            assert made.snapshots[-1].target_name == "hall"
            far = made.centre.calls[0]
            before = len(phone.heard())
            await made.until(lambda: correlation(far.stream.recorded, SOUND) > 0.5, 10.0)
            assert len(phone.heard()) > before, "the company is heard"
            if who == "telephone":
                await phone.command("hangup")
            else:
                far.hang_up()
            assert (await made.ended()).outcome == "connected"
            await made.nothing_is_left()
            await made.until(lambda: "terminated" in phone.output, 5.0)


async def test_a_telephone_that_is_not_answered_does_not_want_or_cannot_is_followed_by_the_next(
    line, tmp_path: Path
) -> None:
    """One that speaks Opus only takes no call of ours."""
    async with (
        Baresip(tmp_path / "attic", "attic", None, SOUND, SOUND, answers=False) as attic,
        Baresip(tmp_path / "hall", "hall", None, SOUND, SOUND, answers=False) as hall,
        Baresip(tmp_path / "loft", "loft", None, SOUND, SOUND, codecs=("opus",)) as loft,
    ):
        phones = {"device-1": hall, "device-2": loft, "device-3": attic}
        targets = (
            replace(HALL, name="loft", endpoint="device-2"),
            replace(HALL, name="attic", endpoint="device-3", ring_s=1.5),
            HALL,
            SECOND,
        )
        services = {**speech(), "address_of": lambda endpoint: at(phones[endpoint].address)}
        async with line(PATIENT, {"5550123": Phone(ring_s=0.1, says="Hello?")}, services=services) as made:
            for phone in phones.values():
                await phone.command("about")
            await put_through(made, *targets)
            await made.until(lambda: "Incoming call" in hall.output, 20.0)
            assert "Incoming call from: Hold Slayer" in attic.output, "it shows who calls"
            await hall.command("hangup")
            await made.until(lambda: "connected" in made.kinds, 20.0)
            assert failed(made) == [
                {"target": "loft", "reason": "not_acceptable"},
                {"target": "attic", "reason": "no_answer"},
                {"target": "hall", "reason": "busy"},
            ]
            await made.until(lambda: "session closed" in attic.output, 5.0)


async def test_nothing_is_sent_where_no_telephone_may_be_rung(line, monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve_here(host: str, port: int) -> tuple[str, int]:
        if host == "gone.example":
            raise CannotResolveError("the server's name cannot be resolved")
        return await resolve(host, port)

    monkeypatch.setattr(direct_line, "resolve", resolve_here)
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as place:
        place.bind(("127.0.0.1", 0))
        place.settimeout(0)
        port = place.getsockname()[1]
        addresses = {
            "unknown": (None, "no_address"),
            "encrypted": (at(f"sips:hall@127.0.0.1:{port}"), "no_address"),
            "own server": (at(f"sip:hall@127.0.0.1:{port}", port), "no_address"),
            "emergency": (at(f"sip:112@127.0.0.1:{port}"), "refused"),
            "premium": (at(f"sip:+49900123456@127.0.0.1:{port}"), "refused"),
            "nowhere": (at("sip:hall@gone.example"), "unreachable"),
        }
        targets = [replace(HALL, name=name, endpoint=name) for name in addresses]
        services = {**speech(), "address_of": lambda name: addresses[name][0]}
        async with line(PATIENT, {"5550123": Phone(ring_s=0.1, says="Hello?")}, services=services) as made:
            await put_through(made, *targets, SECOND)
            await made.until(lambda: "connected" in made.kinds, 20.0)
            assert failed(made) == [{"target": name, "reason": reason} for name, (_, reason) in addresses.items()]
        with pytest.raises(BlockingIOError):
            place.recv(2000)


# --- the line by itself ---------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "transport", "server"),
    [
        ("sip:hall@127.0.0.1:5062", "udp", ("127.0.0.1", 5062)),
        ("sip:hall@127.0.0.1:5062;ob;transport=TCP", "tcp", ("127.0.0.1", 5062)),
        ("sip:hall@127.0.0.1;transport=tcpish", "udp", ("127.0.0.1", 5060)),
        ("sip:127.0.0.1:5060", "udp", ("127.0.0.1", 5060)),
    ],
)
async def test_where_a_request_goes(text: str, transport: str, server: tuple[str, int]) -> None:
    line, target = await direct_line.prepare(at(text), "DE")
    account = line._account
    assert (account.transport, account.server, account.register) == (transport, server, False)
    assert line.uri_for(target) == text, "the telephone is called by its own words"
    assert account.aor == "sip:hold-slayer@127.0.0.1"


@pytest.mark.parametrize("host", ["8.8.8.8", "1.1.1.1:5062", "[2606:4700::1111]"])
def test_public_addresses(host: str) -> None:
    assert direct_line.is_outside(DialTarget(f"sip:hall@{host}"))


@pytest.mark.parametrize(
    "host", ["192.168.1.20", "10.0.0.2", "100.64.3.4", "[fd00::2]:5062", "127.0.0.1", "adapter.local"]
)
def test_addresses_of_the_house(host: str) -> None:
    assert not direct_line.is_outside(DialTarget(f"sip:hall@{host}"))


async def test_a_name_that_leads_outside_is_not_followed(monkeypatch: pytest.MonkeyPatch) -> None:
    async def resolve(_host: str, port: int) -> tuple[str, int]:
        return "8.8.8.8", port

    monkeypatch.setattr(direct_line, "resolve", resolve)
    with pytest.raises(direct_line.LineError, match="public") as err:
        await direct_line.prepare(at("sip:hall@adapter.example"), "")
    assert err.value.failure is LegFailure.REFUSED
