"""Place and wait as sensors and for dashboards; the usual wait comes from the account's own history."""

from datetime import timedelta
import time

from homeassistant.const import STATE_UNKNOWN
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.call_event import CallOccurrence, OccurrenceKind
from custom_components.hold_slayer.engine.model.hold_pattern import HoldPattern, HoldSound
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.feed import call_picture
from tests.fakes.agent import FakeAgent

from .test_call_log import snapshot as a_call

PLACE = "sensor.alice_sip_example_com_queue_position"
WAIT = "sensor.alice_sip_example_com_estimated_wait"


async def test_place_and_wait_while_on_hold(hass: HomeAssistant, agent: FakeAgent) -> None:
    assert hass.states.get(PLACE).state == hass.states.get(WAIT).state == STATE_UNKNOWN
    now = time.time()
    agent.show(phase=Phase.ON_HOLD, queue_place=4, announced_wait_s=600.0, announced_at=now)
    assert hass.states.get(PLACE).state == "4"
    assert 9.8 <= float(hass.states.get(WAIT).state) <= 10.0
    assert hass.states.get(WAIT).attributes["announced"] == 600.0
    shown = call_picture(agent.calls[0], "entry-1")
    assert (shown["queue_position"], shown["announced_wait_s"], shown["estimated_wait_s"]) == (4, 600.0, 600)
    agent.show(phase=Phase.HUMAN, is_human=True)
    assert hass.states.get(PLACE).state == hass.states.get(WAIT).state == STATE_UNKNOWN


async def test_what_the_hold_repeats_is_an_attribute(hass: HomeAssistant, agent: FakeAgent) -> None:
    hold_time = PLACE.replace("queue_position", "hold_time")
    agent.show(phase=Phase.ON_HOLD)
    assert "repeats" not in hass.states.get(hold_time).attributes
    agent.show(hold_pattern=HoldPattern(HoldSound.MUSIC, 96.0, 3))
    shown = hass.states.get(hold_time).attributes
    assert (shown["repeats"], shown["repeats_every"], shown["times"]) == ("music", 96.0, 3)


async def test_the_estimate_runs_down_by_itself(hass: HomeAssistant, agent: FakeAgent) -> None:
    agent.show(phase=Phase.ON_HOLD, announced_wait_s=600.0, announced_at=time.time())
    before = hass.states.get(WAIT).last_updated
    agent.calls = (agent.show(announced_at=time.time() - 300.0),)
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=31))
    await hass.async_block_till_done()
    assert hass.states.get(WAIT).last_updated > before
    assert 4.8 <= float(hass.states.get(WAIT).state) <= 5.0


async def test_a_call_knows_how_long_it_usually_takes(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry
) -> None:
    log = entry.runtime_data.call_log
    for number, hold_s in enumerate((100.0, 300.0, 500.0)):
        at = time.time() - 3600.0
        call = a_call(f"past-{number}", number="+15550177", started_at=at)
        await log.begin(call)
        await log.record(CallOccurrence(call.call_id, OccurrenceKind.HUMAN_ANSWERED, at, 1.0))
        ended = a_call(
            f"past-{number}", number="+15550177", started_at=at, answered_at=at, ended_at=at + hold_s, hold_s=hold_s,
            phase=Phase.ENDED, outcome=Outcome.CONNECTED,
        )  # fmt: skip
        await log.end(ended)
    await entry.runtime_data.feed.renew()
    await hass.services.async_call(DOMAIN, "call", {"number": "+15550177", "goal": "Talk"}, blocking=True)
    agent.show(phase=Phase.ENDED)
    await hass.services.async_call(DOMAIN, "call", {"number": "+15550178", "goal": "Talk"}, blocking=True)
    assert [brief.usual_wait_s for brief in agent.briefs] == [300.0, None]
