"""The telephone in the browser: it rings in every card, the first to accept talks, a broken connection may come back."""

import asyncio
from base64 import b64decode
from collections.abc import Awaitable, Callable
from datetime import timedelta
from typing import Any

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
from homeassistant.util import dt as dt_util
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry, async_fire_time_changed
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.hold_slayer.browser_phone import GRACE_S, BrowserEndpoint
from custom_components.hold_slayer.engine.model.call_brief import HandOverTarget, TargetKind
from custom_components.hold_slayer.engine.model.phase import Phase
from custom_components.hold_slayer.engine.ports import EndpointAnswer
from custom_components.hold_slayer.websocket_phone import MOST_UNHEARD
from tests.fakes.agent import FakeAgent

from .test_websocket import Client, client_of as client_of, user_who  # noqa: PLC0414 - a fixture

BROWSERS = HandOverTarget("Browsers", None, 20.0, kind=TargetKind.BROWSER)
FRAME = bytes(range(160)) * 2
CALL = "call-1"


class Rung:
    """The engine's side of one attempt."""

    def __init__(self, hass: HomeAssistant, agent: FakeAgent, target: HandOverTarget = BROWSERS) -> None:
        endpoint = agent.openers[TargetKind.BROWSER](target, CALL)
        assert isinstance(endpoint, BrowserEndpoint)
        self.endpoint = endpoint
        self.answer = hass.async_create_background_task(endpoint.ring(target.ring_s), "ring")
        self.said: list[bytes] = []
        self.hung_up = 0

    async def accepted(self) -> None:
        assert await self.answer is EndpointAnswer.ACCEPTED
        self.endpoint.start(self.said.append, self.count)

    def count(self) -> None:
        self.hung_up += 1


class Card(Client):
    """A dashboard with an open card."""

    async def opened(self) -> dict[str, Any]:
        return await self.subscribe()

    async def ring(self) -> dict[str, Any]:
        """The next ring that is shown."""
        while True:
            event = await self.event("browser")
            if event["rings"]:
                return dict(event["rings"][0])

    async def talk(self, **data: Any) -> dict[str, Any]:
        """Talk, and what the server says of it."""
        assert (await self.ask("audio/talk", call_id=CALL, **data))["success"]
        return await self.event("ready")

    async def say(self, ready: dict[str, Any], pcm: bytes = b"", heard: int = 0) -> None:
        await self._client.send_bytes(bytes([ready["handler"]]) + heard.to_bytes(2, "little") + pcm)
        await self.ask("statistics")

    async def close(self) -> None:
        await self._client.close()


@pytest.fixture
async def card(hass: HomeAssistant, agent: FakeAgent, hass_ws_client: WebSocketGenerator) -> Card:
    agent.show(phase=Phase.HUMAN, answered_at=1001.0, is_human=True)
    return Card(await hass_ws_client(hass))


async def test_the_first_to_accept_talks(
    hass: HomeAssistant, agent: FakeAgent, card: Card, hass_ws_client: WebSocketGenerator
) -> None:
    other = Card(await hass_ws_client(hass))
    await card.opened()
    await other.opened()
    rung = Rung(hass, agent)
    ring = await card.ring()
    assert (ring["call_id"], ring["name"]) == (CALL, "Browsers")
    assert (await other.ring())["ring_id"] == ring["ring_id"]
    late = Card(await hass_ws_client(hass))
    assert (await late.opened())["phones"][0]["rings"] == [ring], "a card opened meanwhile rings too"

    ready = await card.talk(ring_id=ring["ring_id"])
    await rung.accepted()
    assert (await other.ask("audio/talk", call_id=CALL, ring_id=ring["ring_id"]))["error"]["code"] == "taken"
    assert (await other.ask("audio/talk", call_id=CALL))["error"]["code"] == "taken"
    while (shown := await other.event("browser"))["rings"] or not shown["talks"]:
        pass
    assert shown["talks"] == [{"call_id": CALL, "is_lost": False}]

    await card.say(ready, FRAME)
    assert rung.said == [FRAME]
    rung.endpoint.send(FRAME)
    piece = await card.event("audio")
    assert (piece["seq"], b64decode(piece["pcm"])) == (1, FRAME)

    rung.endpoint.hang_up()
    assert (await card.event("ended"))["kind"] == "ended"
    assert rung.hung_up == 0, "whoever hangs up is not told so"
    rung.endpoint.send(FRAME)
    assert card.events == []


async def test_no_queue_for_a_browser_that_does_not_keep_up(hass: HomeAssistant, agent: FakeAgent, card: Card) -> None:
    await card.opened()
    rung = Rung(hass, agent)
    ready = await card.talk(ring_id=(await card.ring())["ring_id"])
    await rung.accepted()
    for _ in range(MOST_UNHEARD + 30):
        rung.endpoint.send(FRAME)
    await card.say(ready, heard=MOST_UNHEARD)
    heard = [event["seq"] for event in card.events if event["kind"] == "audio"]
    assert heard == list(range(1, MOST_UNHEARD + 1))
    card.events.clear()
    rung.endpoint.send(FRAME)
    assert (await card.event("audio"))["seq"] == MOST_UNHEARD + 31, "what was missed is not sent later"


@pytest.mark.parametrize("rubbish", [b"", b"\x00", b"\x00\x00", b"\xff\xff" + FRAME, b"\x00\x00" + b"x" * 1001])
async def test_rubbish_from_the_microphone(hass: HomeAssistant, agent: FakeAgent, card: Card, rubbish: bytes) -> None:
    await card.opened()
    rung = Rung(hass, agent)
    ready = await card.talk(ring_id=(await card.ring())["ring_id"])
    await rung.accepted()
    await card._client.send_bytes(bytes([ready["handler"]]) + rubbish)
    await card.say(ready, FRAME)
    assert rung.said[-1] == FRAME, "the next frame is taken as before"


async def test_nobody_wants_it(
    hass: HomeAssistant, agent: FakeAgent, card: Card, hass_ws_client: WebSocketGenerator
) -> None:
    other = Card(await hass_ws_client(hass))
    await card.opened()
    await other.opened()
    rung = Rung(hass, agent)
    ring = await card.ring()
    assert (await card.ask("audio/decline", ring_id=ring["ring_id"]))["success"]
    assert (await card.event("browser"))["rings"] == [], "not here any more"
    assert not rung.answer.done(), "the other still rings"
    assert (await other.ask("audio/decline", ring_id=ring["ring_id"]))["success"]
    assert await rung.answer is EndpointAnswer.DECLINED
    assert (await other.ask("audio/decline", ring_id=ring["ring_id"]))["error"]["code"] == "not_found"
    assert (await card.ask("audio/talk", call_id=CALL, ring_id=ring["ring_id"]))["error"]["code"] == "taken"


async def test_nobody_answers_and_nobody_is_wanted_any_more(hass: HomeAssistant, agent: FakeAgent, card: Card) -> None:
    await card.opened()
    rung = Rung(hass, agent, HandOverTarget("Browsers", None, 0.05, kind=TargetKind.BROWSER))
    await card.ring()
    assert await rung.answer is EndpointAnswer.TIMEOUT
    assert (await card.event("browser"))["rings"] == []
    rung = Rung(hass, agent)
    await card.ring()
    rung.answer.cancel()
    rung.endpoint.hang_up()
    await asyncio.gather(rung.answer, return_exceptions=True)
    assert (await card.event("browser"))["rings"] == []


async def test_put_through_without_being_rung(hass: HomeAssistant, agent: FakeAgent, card: Card) -> None:
    rungs: list[Rung] = []
    agent.on_transfer = lambda target: rungs.append(Rung(hass, agent, target))
    agent.show(phase=Phase.ON_HOLD)
    ready = await card.talk()
    (rung,) = rungs
    await rung.accepted()
    await card.say(ready, FRAME)
    assert rung.said == [FRAME]
    name, _, target = agent.orders[-1]
    assert (name, target.kind) == ("transfer", TargetKind.BROWSER)
    assert target.name, "the history says who talked"
    assert (await card.ask("audio/leave", subscription=ready["subscription"]))["success"]
    assert rung.hung_up == 1
    assert (await card.ask("audio/leave", subscription=ready["subscription"] + 99))["error"]["code"] == "not_found"


async def test_when_nobody_can_be_put_through(hass: HomeAssistant, agent: FakeAgent, card: Card) -> None:
    for phase, answered_at in ((Phase.RINGING, None), (Phase.CONNECTED, 1001.0), (Phase.ON_HOLD, 1001.0)):
        agent.show(phase=phase, answered_at=answered_at)
        assert (await card.ask("audio/talk", call_id=CALL))["error"]["code"] == "busy", phase
    assert (await card.ask("audio/talk", call_id="other"))["error"]["code"] == "not_found"


async def test_put_down_at_once(hass: HomeAssistant, agent: FakeAgent, card: Card) -> None:
    await card.opened()
    rung = Rung(hass, agent)
    ready = await card.talk(ring_id=(await card.ring())["ring_id"])
    await card.ask("audio/leave", subscription=ready["subscription"])
    await rung.accepted()
    await hass.async_block_till_done()
    assert rung.hung_up == 1


async def test_a_broken_connection_comes_back(
    hass: HomeAssistant, agent: FakeAgent, card: Card, hass_ws_client: WebSocketGenerator
) -> None:
    other = Card(await hass_ws_client(hass))
    await card.opened()
    await other.opened()
    rung = Rung(hass, agent)
    await card.talk(ring_id=(await card.ring())["ring_id"])
    await rung.accepted()
    await card.close()
    while not (shown := await other.event("browser"))["talks"] or not shown["talks"][0]["is_lost"]:
        pass
    rung.endpoint.send(FRAME)
    ready = await other.talk()
    await other.say(ready, FRAME)
    assert rung.said == [FRAME]
    assert rung.hung_up == 0
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=GRACE_S + 1))
    await hass.async_block_till_done()
    assert rung.hung_up == 0, "somebody is there"
    await other.close()
    await hass.async_block_till_done()
    async_fire_time_changed(hass, dt_util.utcnow() + timedelta(seconds=GRACE_S + 1))
    await hass.async_block_till_done()
    assert rung.hung_up == 1, "nobody came back"
    assert agent.calls[0].call_id == CALL


async def test_a_connection_that_is_dead_though_nobody_has_closed_it(
    hass: HomeAssistant,
    agent: FakeAgent,
    card: Card,
    hass_ws_client: WebSocketGenerator,
    monkeypatch: pytest.MonkeyPatch,
) -> None:
    await card.opened()
    rung = Rung(hass, agent)
    await card.talk(ring_id=(await card.ring())["ring_id"])
    await rung.accepted()
    again = Card(await hass_ws_client(hass))
    assert (await again.ask("audio/talk", call_id=CALL))["error"]["code"] == "taken"
    monkeypatch.setattr("custom_components.hold_slayer.websocket_phone._ALIVE_S", 0.0)
    ready = await again.talk()
    await again.say(ready, FRAME)
    assert rung.said == [FRAME]
    assert (await card.event("ended"))["kind"] == "ended", "in case it is alive after all"
    monkeypatch.setattr("custom_components.hold_slayer.websocket_phone._DEAD_S", 0.0)
    rung.endpoint.send(FRAME)
    assert rung.endpoint.talker is None, "who sends nothing does not talk"
    rung.endpoint.hang_up()


@pytest.mark.parametrize("may", [{}, {"all": {"read": True}}])
async def test_who_may_not_steer_is_not_rung_and_may_not_talk(
    hass: HomeAssistant,
    agent: FakeAgent,
    entry: MockConfigEntry,
    client_of: Callable[[User], Awaitable[Client]],
    may: dict[str, object],
) -> None:
    agent.show(phase=Phase.HUMAN, answered_at=1001.0)
    client = await client_of(user_who(may, hass))
    assert (await client.subscribe())["phones"] == []
    rung = Rung(hass, agent)
    await asyncio.sleep(0)
    (ring_id,) = entry.runtime_data.browser.ringing
    assert (await client.ask("audio/talk", call_id=CALL, ring_id=ring_id))["error"]["code"] == "not_found"
    assert (await client.ask("audio/talk", call_id=CALL))["error"]["code"] == "not_found"
    assert (await client.ask("audio/decline", ring_id=ring_id))["error"]["code"] == "not_found"
    assert [event for event in client.events if event["kind"] == "browser"] == []
    assert not rung.answer.done()
    rung.answer.cancel()


async def test_unloading_leaves_nobody_talking(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, card: Card
) -> None:
    await card.opened()
    rung = Rung(hass, agent)
    await card.talk(ring_id=(await card.ring())["ring_id"])
    await rung.accepted()
    rung.endpoint.hang_up()
    assert await hass.config_entries.async_unload(entry.entry_id)
    assert TargetKind.BROWSER not in agent.openers
    assert (await card.event("ended"))["kind"] == "ended"
