"""Media players keep still while the user talks: those named, those of areas, and nothing else."""

import asyncio
from typing import Any

from homeassistant.core import HomeAssistant, ServiceCall
from homeassistant.helpers import area_registry as ar, device_registry as dr, entity_registry as er
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from tests.fakes.agent import FakeAgent

from .conftest import OPTIONS

CAN_PAUSE_AND_PLAY = {"supported_features": 1 | 16384}
TV, RADIO, STUDY, LAMP = "media_player.tv", "media_player.radio", "media_player.study", "light.study"


@pytest.fixture
def house(hass: HomeAssistant) -> list[tuple[str, str]]:
    """Players that do what they are told, and what they were told."""
    told: list[tuple[str, str]] = []

    async def obey(service: ServiceCall) -> None:
        entity_id = service.data["entity_id"]
        told.append((service.service, entity_id))
        state = "paused" if service.service == "media_pause" else "playing"
        hass.states.async_set(entity_id, state, CAN_PAUSE_AND_PLAY)

    for name in ("media_pause", "media_play"):
        hass.services.async_register("media_player", name, obey)
    hass.states.async_set(TV, "playing", CAN_PAUSE_AND_PLAY)
    hass.states.async_set(RADIO, "paused", CAN_PAUSE_AND_PLAY)
    study = ar.async_get(hass).async_create("Study")
    other = MockConfigEntry(domain="other")
    other.add_to_hass(hass)
    device = dr.async_get(hass).async_get_or_create(config_entry_id=other.entry_id, identifiers={("other", "1")})
    dr.async_get(hass).async_update_device(device.id, area_id=study.id)
    registry = er.async_get(hass)
    for domain in ("media_player", "light"):
        registry.async_get_or_create(domain, "other", "1", suggested_object_id="study", device_id=device.id)
    hass.states.async_set(STUDY, "playing", CAN_PAUSE_AND_PLAY)
    hass.states.async_set(LAMP, "playing", CAN_PAUSE_AND_PLAY)
    return told


@pytest.fixture
def options() -> dict[str, Any]:
    """What the account's options say of the house."""
    return {"pause_players": [TV, RADIO], "pause_areas": ["study"]}


@pytest.fixture
async def talker(
    hass: HomeAssistant,
    house: list[tuple[str, str]],
    entry: MockConfigEntry,
    agents: list[FakeAgent],
    options: dict[str, Any],
) -> FakeAgent:
    """The account's agent."""
    hass.config_entries.async_update_entry(entry, options={**OPTIONS, "house": options})
    assert await hass.config_entries.async_setup(entry.entry_id)
    await hass.async_block_till_done()
    return agents[-1]


async def phase(hass: HomeAssistant, agent: FakeAgent, new: Phase) -> None:
    agent.show(phase=new)
    await hass.async_block_till_done()


async def test_still_during_the_talk_only(hass: HomeAssistant, talker: FakeAgent, house: list[tuple[str, str]]) -> None:
    await phase(hass, talker, Phase.ON_HOLD)
    await phase(hass, talker, Phase.HUMAN)
    assert house == []
    await phase(hass, talker, Phase.CONNECTED)
    await phase(hass, talker, Phase.CONNECTED)
    assert house == [("media_pause", STUDY), ("media_pause", TV)], "what was paused before is left alone"
    talker.end(Outcome.CONNECTED, "Done.")
    await hass.async_block_till_done()
    assert house[2:] == [("media_play", STUDY), ("media_play", TV)]


async def test_handed_back_and_taken_again(
    hass: HomeAssistant, talker: FakeAgent, house: list[tuple[str, str]]
) -> None:
    for new in (Phase.CONNECTED, Phase.ON_HOLD, Phase.CONNECTED):
        await phase(hass, talker, new)
    assert [action for action, player in house if player == TV] == ["media_pause", "media_play", "media_pause"]


async def test_what_somebody_touched_meanwhile_is_theirs(
    hass: HomeAssistant, talker: FakeAgent, house: list[tuple[str, str]]
) -> None:
    await phase(hass, talker, Phase.CONNECTED)
    hass.states.async_set(TV, "off", CAN_PAUSE_AND_PLAY)
    hass.states.async_remove(STUDY)
    talker.end(Outcome.CONNECTED, "Done.")
    await hass.async_block_till_done()
    assert [action for action, _ in house] == ["media_pause"] * 2


@pytest.mark.parametrize("options", [{"pause_players": [TV]}])
async def test_a_talk_that_is_over_before_its_player_has_paused(
    hass: HomeAssistant, talker: FakeAgent, house: list[tuple[str, str]]
) -> None:
    is_slow = asyncio.Event()

    async def pause(service: ServiceCall) -> None:
        await is_slow.wait()
        hass.states.async_set(TV, "paused", CAN_PAUSE_AND_PLAY)

    hass.services.async_register("media_player", "media_pause", pause)
    talker.show(phase=Phase.CONNECTED)
    talker.end(Outcome.CONNECTED, "Done.")
    is_slow.set()
    await hass.async_block_till_done()
    assert house == [("media_play", TV)]


async def test_the_music_comes_back_when_the_account_is_reloaded_in_mid_talk(
    hass: HomeAssistant, talker: FakeAgent, house: list[tuple[str, str]], entry: MockConfigEntry
) -> None:
    await phase(hass, talker, Phase.CONNECTED)

    async def stop() -> None:
        talker.end(Outcome.INTERRUPTED, "Stopped.")

    talker.stop = stop  # type: ignore[method-assign]  # as the agent ends its calls
    assert await hass.config_entries.async_reload(entry.entry_id)
    await hass.async_block_till_done()
    assert [action for action, _ in house] == ["media_pause"] * 2 + ["media_play"] * 2


@pytest.mark.parametrize("options", [{}, {"pause_players": []}])
async def test_nothing_is_touched_without_being_asked(
    hass: HomeAssistant, talker: FakeAgent, house: list[tuple[str, str]]
) -> None:
    await phase(hass, talker, Phase.CONNECTED)
    assert house == []


@pytest.mark.parametrize("options", [{"pause_players": ["media_player.no_pause", "media_player.gone", TV]}])
async def test_what_cannot_go_on_is_left_playing(
    hass: HomeAssistant, talker: FakeAgent, house: list[tuple[str, str]], caplog: pytest.LogCaptureFixture
) -> None:
    hass.states.async_set("media_player.no_pause", "playing", {"supported_features": 4})
    hass.services.async_remove("media_player", "media_pause")
    await phase(hass, talker, Phase.CONNECTED)
    assert house == []
    assert f"{TV} did not take media_pause" in caplog.text
