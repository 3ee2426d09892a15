"""The user at a place that is no telephone: rung, joined over real RTP, and gone again."""

from array import array
import asyncio
from collections.abc import Callable
import math

import pytest

from custom_components.hold_slayer.engine.agent.endpoint_leg import EndpointDirectory, EndpointLeg
from custom_components.hold_slayer.engine.media.endpoint import EndpointMedia
from custom_components.hold_slayer.engine.model import call_event as ev
from custom_components.hold_slayer.engine.model.audio_frame import FRAME_BYTES, AudioFrame
from custom_components.hold_slayer.engine.model.call_brief import CallBrief, HandOverMode, HandOverTarget, TargetKind
from custom_components.hold_slayer.engine.model.phase import EndedBy, LegFailure
from custom_components.hold_slayer.engine.model.phone_number import DialTarget
from custom_components.hold_slayer.engine.ports import EndpointAnswer, ServiceError
from simulator.scenario import Phone
from tests.fakes.endpoint import BROWSER, FakeEndpoint
from tests.unit.agent.test_users_side import PATIENT, speech

SECOND = HandOverTarget("5550123", DialTarget("5550123"), ring_s=1.5)


def tone(frames: int) -> list[bytes]:
    samples = [round(8000 * math.sin(2 * math.pi * 440 * n / 8000)) for n in range(160 * frames)]
    return [array("h", samples[start : start + 160]).tobytes() for start in range(0, len(samples), 160)]


async def call(made, *targets: HandOverTarget) -> None:
    await made.agent.call(CallBrief(DialTarget("5550100"), "a question about my bill", hand_over=targets))


async def test_a_browser_is_joined_and_both_hear_each_other(line) -> None:
    endpoint = FakeEndpoint()
    asked: list[tuple[str, str]] = []

    def open_endpoint(target: HandOverTarget, call_id: str) -> FakeEndpoint:
        asked.append((target.endpoint, call_id))
        return endpoint

    async with line(PATIENT, services=speech()) as made:
        made.agent.register_endpoint(TargetKind.BROWSER, open_endpoint)
        await call(made, BROWSER)
        await made.until(lambda: "connected" in made.kinds, 30.0)
        assert asked == [("alex", made.snapshots[-1].call_id)]
        assert endpoint.rings_s == 5.0
        assert made.snapshots[-1].target_name == "browser"
        far = made.centre.calls[0]
        before = len(endpoint.heard)
        for frame in tone(50):
            endpoint.says(frame)
            await asyncio.sleep(0.02)
        assert len(endpoint.heard) - before > 40, "the company is heard all the time"
        assert {len(pcm) for pcm in endpoint.heard} == {FRAME_BYTES}
        endpoint.goes()
        assert (await made.ended()).outcome == "connected"
        await made.nothing_is_left()
        assert far.ended.is_set()


@pytest.mark.parametrize(
    ("endpoint", "reason"),
    [
        (lambda: FakeEndpoint(EndpointAnswer.DECLINED), "declined"),
        (lambda: FakeEndpoint(EndpointAnswer.UNAVAILABLE), "unavailable"),
        (lambda: FakeEndpoint(failure=ServiceError("no microphone")), "unavailable"),
        (lambda: None, "unavailable"),
    ],
)
async def test_who_does_not_accept_is_followed_by_the_next_target(
    line, endpoint: Callable[[], FakeEndpoint | None], reason: str
) -> None:
    async with line(PATIENT, {"5550123": Phone(ring_s=0.1, says="Hello?")}, services=speech()) as made:
        made.agent.register_endpoint(TargetKind.BROWSER, lambda _target, _call_id: endpoint())
        await call(made, BROWSER, SECOND)
        await made.until(lambda: "connected" in made.kinds, 30.0)
        failed = [each.data for each in made.occurrences if each.kind == "target_failed"]
        assert failed == [{"target": "browser", "reason": reason}]
        assert made.snapshots[-1].target_name == "5550123"


# --- the leg --------------------------------------------------------------------------------------------------------


async def test_an_endpoint_that_is_not_answered_in_time_has_failed() -> None:
    events: list[ev.LegEvent] = []
    endpoint = FakeEndpoint(None)
    await EndpointLeg("user-1", endpoint, events.append).ring(0.05)
    assert events == [ev.LegRangEvent("user-1"), ev.LegFailedEvent("user-1", LegFailure.NO_ANSWER)]
    assert not endpoint.is_started


async def test_hanging_up_stops_the_ringing_and_an_answer_that_crosses_it_is_none() -> None:
    events: list[ev.LegEvent] = []
    endpoint = FakeEndpoint(after_s=0.05)
    leg = EndpointLeg("user-1", endpoint, events.append)
    ringing = asyncio.create_task(leg.ring(5.0))
    await endpoint.has_rung.wait()
    leg.hang_up()
    leg.hang_up()
    await ringing
    assert events[1:] == [ev.LegFailedEvent("user-1", LegFailure.CANCELLED)]
    assert endpoint.hang_ups == 1
    assert not endpoint.is_started


async def test_an_accepted_one_ends_once() -> None:
    events: list[ev.LegEvent] = []
    endpoint = FakeEndpoint(after_s=0.0)
    leg = EndpointLeg("user-1", endpoint, events.append)
    await leg.ring(5.0)
    assert leg.media is not None
    leg.hang_up()
    endpoint.goes()
    assert events[1:] == [ev.EndpointAcceptedEvent("user-1"), ev.LegEndedEvent("user-1", EndedBy.LOCAL)]
    leg.media.send_frame(bytes(FRAME_BYTES))
    endpoint.says(bytes(FRAME_BYTES))
    assert endpoint.heard == []


async def test_bursts_become_an_even_row_and_odd_lengths_are_dropped() -> None:
    endpoint, frames = FakeEndpoint(), []
    media = EndpointMedia(endpoint, lambda: None)
    remove = media.add_sink(frames.append)
    began = asyncio.get_running_loop().time()
    for start in range(0, 60, 3):
        for pcm in tone(60)[start : start + 3]:
            endpoint.says(pcm)
        endpoint.says(b"odd")
        await asyncio.sleep(0.06)
    remove()
    media.close()
    passed = (asyncio.get_running_loop().time() - began) / 0.02
    assert passed - 6 <= len(frames) <= passed + 2, "one frame each 20 ms, however long a burst waited"
    assert all(isinstance(frame, AudioFrame) and len(frame.pcm) == FRAME_BYTES for frame in frames)
    assert sum(not frame.is_concealed and any(frame.pcm) for frame in frames) >= 50
    with pytest.raises(ValueError, match="a frame"):
        media.send_frame(b"")


def test_a_kind_is_registered_and_taken_back() -> None:
    directory = EndpointDirectory()
    first = directory.register(TargetKind.BROWSER, lambda _target, _call_id: None)
    opened: list[str] = []
    second = directory.register(TargetKind.BROWSER, lambda target, _call_id: opened.append(target.endpoint))
    first()
    directory.open(BROWSER, "id")
    second()
    assert directory.open(BROWSER, "id") is None
    assert opened == ["alex"]


async def test_a_target_of_another_account_is_rung_over_its_line_and_bridged(line) -> None:
    """Each account has its own exchange; one that has no line now is followed by the next target."""
    lines: dict[str, object] = {}
    away = HandOverTarget("away", DialTarget("5550123"), 1.5, account="gone")
    other = HandOverTarget("other", DialTarget("5550777"), 1.5, account="second", mode=HandOverMode.ATTENDED_TRANSFER)
    services = {**speech(), "line_of": lines.get}
    async with (
        line(PATIENT, {"5550777": Phone(ring_s=0.1, says="Hello?")}) as second,
        line(PATIENT, services=services) as made,
    ):
        lines["second"] = second.agent.trunk
        await call(made, away, other)
        await made.until(lambda: "connected" in made.kinds, 30.0)
        failed = [each.data for each in made.occurrences if each.kind == "target_failed"]
        assert failed == [{"target": "away", "reason": "unreachable"}]
        assert len(second.centre.calls) == 1
        assert len(made.centre.calls) == 1
        await asyncio.sleep(0.5)
        assert "service_failed" not in made.kinds, "an exchange cannot take over what is not its own"
