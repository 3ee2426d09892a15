"""Media players are paused while the user talks, and play on afterwards: those named in the options, and those of whole areas."""

import asyncio
from collections.abc import Callable
import logging
from typing import Final

from homeassistant.const import ATTR_ENTITY_ID, ATTR_SUPPORTED_FEATURES
from homeassistant.core import HomeAssistant, callback
from homeassistant.exceptions import HomeAssistantError
from homeassistant.helpers import device_registry as dr, entity_registry as er

from . import const
from .engine.model.call_event import CallOccurrence
from .engine.model.phase import Phase
from .engine.model.snapshot import CallSnapshot
from .runtime import HoldSlayerConfigEntry

_LOGGER = logging.getLogger(__name__)

_DOMAIN: Final = "media_player"
_PLAYING, _PAUSED = "playing", "paused"
_CAN_PAUSE, _CAN_PLAY = 1, 16384
"""``MediaPlayerEntityFeature``: what cannot play on is left playing."""


class QuietRooms:
    """For an account's calls. Only what was paused here plays on, and only if nobody has touched it since."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        options = entry.options.get(const.CONF_HOUSE, {})
        self._players: tuple[str, ...] = tuple(options.get(const.CONF_PAUSE_PLAYERS, ()))
        self._areas: frozenset[str] = frozenset(options.get(const.CONF_PAUSE_AREAS, ()))
        self._agent = entry.runtime_data.agent
        self._paused: dict[str, dict[str, asyncio.Task[None]]] = {}
        """By call: the players, and what pauses them."""

    def start(self) -> Callable[[], None]:
        """Follow the agent, if there is anything to pause; returns how to stop."""
        return self._agent.subscribe(self._changed) if self._players or self._areas else lambda: None

    @callback
    def _changed(self, call: CallSnapshot, _occurrence: CallOccurrence | None) -> None:
        if call.phase is Phase.CONNECTED and call.call_id not in self._paused:
            # Not a task of the entry: unloading it ends the talk, and the music must come back all the same.
            self._paused[call.call_id] = {
                player: self._hass.async_create_task(self._tell("media_pause", player), "hold_slayer media_pause")
                for player in self._playing()
            }
        elif call.phase is not Phase.CONNECTED and (paused := self._paused.pop(call.call_id, None)) is not None:
            for player, pausing in paused.items():
                self._hass.async_create_task(self._play_on(player, pausing), "hold_slayer media_play")

    def _playing(self) -> list[str]:
        """Players in question that play and can be paused and go on."""
        found = []
        for entity_id in sorted({*self._players, *self._in_areas()}):
            state = self._hass.states.get(entity_id)
            features = int(state.attributes.get(ATTR_SUPPORTED_FEATURES, 0)) if state is not None else 0
            if state is not None and state.state == _PLAYING and features & _CAN_PAUSE and features & _CAN_PLAY:
                found.append(entity_id)
        return found

    def _in_areas(self) -> set[str]:
        if not self._areas:
            return set()
        entities, devices = er.async_get(self._hass), dr.async_get(self._hass)
        found = set()
        for entity in entities.entities.values():
            if entity.domain != _DOMAIN or entity.disabled_by is not None:
                continue
            device = devices.async_get(entity.device_id) if entity.device_id else None
            if (entity.area_id or (device.area_id if device is not None else None)) in self._areas:
                found.add(entity.entity_id)
        return found

    async def _play_on(self, player: str, pausing: asyncio.Task[None]) -> None:
        """A talk may be over before its player has paused."""
        await asyncio.wait([pausing])
        state = self._hass.states.get(player)
        if state is not None and state.state == _PAUSED:
            await self._tell("media_play", player)

    async def _tell(self, action: str, player: str) -> None:
        try:
            await self._hass.services.async_call(_DOMAIN, action, {ATTR_ENTITY_ID: player}, blocking=True)
        except HomeAssistantError as err:
            _LOGGER.warning("%s did not take %s (%s)", player, action, type(err).__name__)
