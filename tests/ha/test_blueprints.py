"""The blueprints of the repository, each instantiated and run."""

import asyncio
from datetime import timedelta
from pathlib import Path
import shutil
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.setup import async_setup_component
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import async_fire_time_changed

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from tests.fakes.agent import FakeAgent

BLUEPRINTS = Path(__file__).parents[2] / "blueprints" / "automation" / "hold_slayer"


class House:
    """Other actions of the house, written down."""

    def __init__(self, hass: HomeAssistant) -> None:
        self.hass = hass
        self.done: list[tuple[str, dict[str, Any]]] = []
        for name in (
            "assist_satellite.announce",
            "notify.phone",
            "media_player.media_pause",
            "media_player.media_play",
            "light.turn_on",
            "calendar.create_event",
        ):
            domain, _, service = name.partition(".")
            hass.services.async_register(domain, service, self._note)

    async def _note(self, call: ServiceCall) -> None:
        self.done.append((f"{call.domain}.{call.service}", dict(call.data)))

    @property
    def names(self) -> list[str]:
        return [name for name, _ in self.done]

    async def use(self, name: str, **inputs: Any) -> None:
        def copy() -> None:
            place = Path(self.hass.config.path("blueprints", "automation", "hold_slayer"))
            place.mkdir(parents=True)
            shutil.copy(BLUEPRINTS / f"{name}.yaml", place)

        await self.hass.async_add_executor_job(copy)
        blueprint = {"path": f"hold_slayer/{name}.yaml", "input": inputs}
        config = {"automation": {"alias": name, "use_blueprint": blueprint}}
        assert await async_setup_component(self.hass, "automation", config)
        await self.hass.async_block_till_done()
        (state,) = self.hass.states.async_all("automation")
        assert state.state == "on"

    async def human(self, agent: FakeAgent) -> None:
        agent.show(phase=Phase.HUMAN, is_human=True, hold_s=1500.0, answered_at=1001.0)
        agent.occur(OccurrenceKind.HUMAN_ANSWERED)
        await self.settle()

    async def end(self, agent: FakeAgent, outcome: Outcome = Outcome.CONNECTED) -> None:
        agent.end(outcome, "Done.")
        agent.occur(OccurrenceKind.ENDED, {"outcome": outcome.value, "sentence": "Done."})
        await self.settle()

    async def settle(self) -> None:
        """Let everything run that can: an automation that waits for something would never be "done"."""
        for _ in range(40):
            await asyncio.sleep(0.005)


@pytest.fixture
def house(hass: HomeAssistant, agent: FakeAgent) -> House:
    return House(hass)


async def test_announce(house: House, agent: FakeAgent) -> None:
    await house.use("announce_human", satellites=["assist_satellite.kitchen"])
    await house.human(agent)
    ((name, data),) = house.done
    assert name == "assist_satellite.announce"
    assert data["entity_id"] == ["assist_satellite.kitchen"]
    assert data["message"] == "Somebody at Acme Bank is on the line. Say: connect me."


@pytest.mark.parametrize(
    ("button", "orders"), [("connect", ["transfer"]), ("hang_up", ["hang_up"]), ("later", []), (None, [])]
)
async def test_buttons(
    hass: HomeAssistant, house: House, agent: FakeAgent, button: str | None, orders: list[str]
) -> None:
    await house.use("notify_with_buttons", notify_action="notify.phone")
    await house.human(agent)
    ((_, data),) = house.done
    assert data["message"] == "A human is on the line after 25 min on hold."
    actions = [each["action"] for each in data["data"]["actions"]]
    assert actions == [f"hold_slayer_{name}_call-1" for name in ("connect", "later", "hang_up")]
    hass.bus.async_fire("mobile_app_notification_action", {"action": "hold_slayer_connect_another"})
    await house.settle()
    assert agent.orders == []
    if button is not None:
        hass.bus.async_fire("mobile_app_notification_action", {"action": f"hold_slayer_{button}_call-1"})
        await house.settle()
    await house.end(agent)
    assert [order[0] for order in agent.orders] == orders


async def test_media(hass: HomeAssistant, house: House, agent: FakeAgent) -> None:
    hass.states.async_set("media_player.tv", "playing")
    hass.states.async_set("media_player.radio", "idle")
    await house.use("pause_media", players=["media_player.tv", "media_player.radio"], lights=["light.desk"])
    await house.human(agent)
    assert house.names == ["media_player.media_pause", "light.turn_on"]
    assert house.done[0][1]["entity_id"] == ["media_player.tv"]
    await house.end(agent)
    assert house.names[2:] == ["media_player.media_play"]


async def test_retry(hass: HomeAssistant, house: House, agent: FakeAgent) -> None:
    every_day = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"]
    soon = (dt_util.now() + timedelta(minutes=2)).strftime("%H:%M:00")
    await house.use("retry_when_closed", opens_at=soon, weekdays=every_day)
    agent.show(phase=Phase.NAVIGATING)
    await house.end(agent, Outcome.BUSY)
    agent.show(phase=Phase.NAVIGATING)
    await house.end(agent, Outcome.CLOSED)
    assert agent.briefs == []
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(minutes=3))
    await house.settle()
    (brief,) = agent.briefs
    assert (brief.company, brief.goal) == ("Acme Bank", "a charge")


async def test_calendar(house: House, agent: FakeAgent) -> None:
    await house.use("log_to_calendar", calendar="calendar.home")
    await house.human(agent)
    await house.end(agent)
    ((_, data),) = house.done
    assert data["summary"] == "Acme Bank: connected"
    assert data["description"] == "a charge · 25 min on hold. Done."
    assert data["start_date_time"] < data["end_date_time"]


def test_every_blueprint_is_tried_here() -> None:
    source = Path(__file__).read_text(encoding="utf-8")
    assert all(f'"{path.stem}"' in source for path in BLUEPRINTS.glob("*.yaml"))
    assert f"{DOMAIN}.call" in (BLUEPRINTS / "retry_when_closed.yaml").read_text(encoding="utf-8")
