"""Listening in the browser: pieces of audio, a client that sleeps, the end, and who may not."""

from base64 import b64decode
from collections.abc import Awaitable, Callable

from homeassistant.auth.models import User
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import WebSocketGenerator

from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.websocket_audio import FRAMES_A_PIECE, MOST_UNACKED
from tests.fakes.agent import FakeAgent

from .test_websocket import Client, client_of as client_of, user_who  # noqa: PLC0414 - a fixture

FRAME = bytes(range(160)) * 2


@pytest.fixture
async def client(hass: HomeAssistant, agent: FakeAgent, hass_ws_client: WebSocketGenerator) -> Client:
    agent.show(phase=Phase.ON_HOLD, answered_at=1001.0)
    return Client(await hass_ws_client(hass))


async def listen(client: Client) -> int:
    assert (await client.ask("audio/listen", call_id="call-1"))["success"]
    ready = await client.event()
    assert (ready["kind"], ready["rate"]) == ("ready", 8000)
    return int(ready["subscription"])


def hears(agent: FakeAgent, pieces: int) -> None:
    for _ in range(pieces * FRAMES_A_PIECE):
        for ear in tuple(agent.ears):
            ear(FRAME)


async def test_audio_in_pieces(hass: HomeAssistant, agent: FakeAgent, client: Client) -> None:
    await listen(client)
    hears(agent, 2)
    for sequence in (1, 2):
        piece = await client.event()
        assert (piece["kind"], piece["seq"]) == ("audio", sequence)
        assert b64decode(piece["pcm"]) == FRAME * FRAMES_A_PIECE


async def test_who_sleeps_gets_gaps_and_no_queue(hass: HomeAssistant, agent: FakeAgent, client: Client) -> None:
    subscription = await listen(client)
    hears(agent, MOST_UNACKED + 20)
    assert (await client.ask("audio/ack", subscription=subscription, seq=MOST_UNACKED))["success"]
    assert [event["seq"] for event in client.events] == list(range(1, MOST_UNACKED + 1))
    client.events.clear()
    hears(agent, 1)
    assert (await client.event())["seq"] == MOST_UNACKED + 21, "what was missed is not sent later"
    assert (await client.ask("audio/ack", subscription=subscription, seq=10**9))["success"]
    hears(agent, MOST_UNACKED + 5)
    assert (await client.ask("audio/ack", subscription=99, seq=1))["error"]["code"] == "not_found"
    assert len(client.events) == MOST_UNACKED, "nobody can confirm what was never sent"


async def test_the_end_of_the_call_and_of_the_wish(hass: HomeAssistant, agent: FakeAgent, client: Client) -> None:
    before = agent.listeners
    subscription = await listen(client)
    agent.end(Outcome.HUNG_UP, "")
    assert (await client.event())["kind"] == "ended"
    assert agent.ears == []
    assert agent.listeners == before
    assert (await client.ask("audio/ack", subscription=subscription, seq=1))["error"]["code"] == "not_found"
    agent.show("call-2", phase=Phase.ON_HOLD)
    assert (await client.ask("audio/listen", call_id="call-2"))["success"]
    subscription = (await client.event())["subscription"]
    assert len(agent.ears) == 1
    await client._client.send_json_auto_id({"type": "unsubscribe_events", "subscription": subscription})
    assert (await client._client.receive_json())["success"]
    assert agent.ears == []


async def test_a_connection_that_goes_takes_its_ear_along(
    hass: HomeAssistant, agent: FakeAgent, client: Client
) -> None:
    await listen(client)
    assert len(agent.ears) == 1
    await client._client.close()
    await hass.async_block_till_done()
    assert agent.ears == []


@pytest.mark.parametrize("may", [{}, {"all": {"read": True}}])
async def test_who_may_not_steer_may_not_listen(
    hass: HomeAssistant,
    agent: FakeAgent,
    entry: MockConfigEntry,
    client_of: Callable[[User], Awaitable[Client]],
    may: dict[str, object],
) -> None:
    agent.show(phase=Phase.ON_HOLD)
    client = await client_of(user_who(may, hass))
    assert (await client.ask("audio/listen", call_id="call-1"))["error"]["code"] == "not_found"
    assert agent.ears == []


async def test_no_such_call(hass: HomeAssistant, agent: FakeAgent, client: Client) -> None:
    assert (await client.ask("audio/listen", call_id="other"))["error"]["code"] == "not_found"
    agent.end(Outcome.HUNG_UP, "")
    assert (await client.ask("audio/listen", call_id="call-1"))["error"]["code"] == "not_found"
