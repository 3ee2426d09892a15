"""Calls that companies promised to return are waited for across restarts of Home Assistant."""

import asyncio
from dataclasses import replace
from datetime import datetime, timedelta
import logging
import time
from typing import Final

from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_track_time_interval

from .engine.agent import Promise
from .engine.model.call_brief import CallBrief, CallPolicy
from .engine.ports import ServiceError
from .runtime import HoldSlayerConfigEntry, HoldSlayerRuntime
from .stops import all_of
from .storage.promises import KeptPromise, PromiseShelf

_LOGGER = logging.getLogger(__name__)
EVERY: Final = timedelta(hours=1)


class CallbackKeeper:
    """Tells the agent of kept promises, and writes down every change of what it waits for, one after another.

    A returned call rings where the user is to be rung when it comes: hand-over targets change without a reload.
    """

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._shelf = PromiseShelf(hass, entry.entry_id)
        self._promises: tuple[Promise, ...] = ()
        self._newest: tuple[Promise, ...] | None = None
        self._writing: asyncio.Task[None] | None = None

    async def start(self) -> CALLBACK_TYPE:
        """Take up what was kept and follow the agent; returns how to stop. A file that cannot be read stops nothing else."""
        runtime = self._entry.runtime_data
        try:
            kept = await self._shelf.load(time.time())
            self._promises = tuple(Promise(_brief(self._hass, runtime, each), each.until) for each in kept)
            for promise in self._promises:
                runtime.agent.expect_callback(promise.brief, promise.until)
        except ServiceError as err:
            _LOGGER.warning("Calls promised before the restart are not waited for: %s", err)
        unsubscribe = runtime.agent.subscribe_callbacks(self._changed)

        @callback
        def look(_now: datetime) -> None:
            runtime.agent.drop_old_callbacks()

        stop_following = async_dispatcher_connect(self._hass, SIGNAL_CONFIG_ENTRY_CHANGED, self._entry_changed)
        stop_looking = async_track_time_interval(self._hass, look, EVERY, cancel_on_shutdown=True)
        return all_of(unsubscribe, stop_looking, stop_following)

    async def settle(self) -> None:
        """Wait until everything is written."""
        if self._writing is not None:
            await self._writing

    @callback
    def _entry_changed(self, change: ConfigEntryChange, entry: ConfigEntry) -> None:
        if entry is not self._entry or change is not ConfigEntryChange.UPDATED:
            return
        runtime = self._entry.runtime_data
        for promise in self._promises:
            brief = replace(promise.brief, hand_over=runtime.hand_over, asks_where=runtime.asks_where)
            if brief != promise.brief:
                runtime.agent.expect_callback(brief, promise.until)

    @callback
    def _changed(self, promises: tuple[Promise, ...]) -> None:
        self._promises = self._newest = promises
        if self._writing is None or self._writing.done():
            self._writing = self._hass.async_create_task(self._write(), "hold_slayer promised calls")

    async def _write(self) -> None:
        while (promises := self._newest) is not None:
            self._newest = None
            try:
                await self._shelf.save(KeptPromise.of(promise) for promise in promises)
            except ServiceError as err:
                _LOGGER.warning("A restart will forget the promised calls: %s", err)


def _brief(hass: HomeAssistant, runtime: HoldSlayerRuntime, kept: KeptPromise) -> CallBrief:
    """The mission of a returned call, by the options as they are now."""
    return CallBrief(
        number=kept.number,
        goal=kept.goal,
        company=kept.company,
        language=kept.language,
        locale=kept.locale,
        policy=CallPolicy(ask_user=True),
        user_name=runtime.user_name,
        confirm_answer=runtime.confirm_answer,
        user_language=hass.config.language,
        hand_over=runtime.hand_over,
        ring_order=runtime.ring_order,
        asks_where=runtime.asks_where,
        record=runtime.record.narrowed(is_wanted=None if kept.is_recorded else False),
        says_recorded=runtime.says_recorded,
        known=runtime.memories.recall(kept.number.value),
    )
