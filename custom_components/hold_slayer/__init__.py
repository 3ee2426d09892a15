"""Hold Slayer: calls a company, waits on hold, and puts the user through to the human."""

import logging

from homeassistant.const import EVENT_HOMEASSISTANT_STOP
from homeassistant.core import Event, HomeAssistant, callback
from homeassistant.exceptions import ConfigEntryNotReady
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.typing import ConfigType

from . import retention
from .another_way import AnotherWay
from .callbacks import CallbackKeeper
from .card import async_setup_card
from .const import DOMAIN, PLATFORMS
from .doorman import doorman_of
from .engine.model.call_brief import TargetKind
from .engine.ports import ServiceError
from .engine.sip.errors import ForbiddenError, TrunkError, WrongPasswordError
from .engine.sip.registration import RegistrationStatus
from .feed import CallFeed
from .flow_desk import FlowDesk
from .issues import async_forget, async_watch
from .listening import RecordingView
from .long_term import HoldStatistics, async_forget_statistics
from .migration import migrate
from .notices import QuestionDesk
from .quiet import QuietRooms
from .retries import RetryDesk, store_of
from .runtime import HISTORY_FILE, HoldSlayerConfigEntry, account_of, async_build, call_log_of, recordings_of
from .satellite_questions import SatelliteQuestions
from .satellites import SatelliteDesk
from .sentences import async_setup_sentences
from .services import async_setup_services
from .spare_numbers import SpareNumbers
from .storage.flows import FlowShelf
from .storage.memories import MemoryShelf
from .storage.promises import PromiseShelf
from .storage.vault import FactVault
from .told_facts import ToldFacts
from .websocket_api import async_setup_websocket

_LOGGER = logging.getLogger(__name__)

CONFIG_SCHEMA = cv.config_entry_only_config_schema(DOMAIN)


async def async_setup(hass: HomeAssistant, config: ConfigType) -> bool:
    """Register what is there once for all accounts: actions, websocket commands, spoken sentences and the card."""
    async_setup_services(hass)
    async_setup_websocket(hass)
    async_setup_sentences(hass)
    hass.http.register_view(RecordingView())
    await async_setup_card(hass)
    return True


async def async_migrate_entry(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> bool:
    """Bring an entry of an older version up to date."""
    return migrate(hass, entry)


async def async_setup_entry(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> bool:
    """Start an account.

    A trunk that does not answer is tried again by the engine and shown as a sensor; a wrong password asks the user for it.
    """
    try:
        runtime = await async_build(hass, entry)
    except ServiceError as err:
        raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="history_unusable") from err
    entry.runtime_data = runtime
    # Whatever goes wrong from here on: no account that is not loaded keeps its place at the registrar, nor takes calls.
    entry.async_on_unload(runtime.stop)

    @callback
    def watch_password(status: RegistrationStatus) -> None:
        # Many registrars answer a wrong password with 403, as if they did not know it.
        if isinstance(status.error, WrongPasswordError | ForbiddenError):
            entry.async_start_reauth(hass)

    async def stop(_event: Event) -> None:
        await runtime.stop()

    entry.async_on_unload(runtime.agent.subscribe_trunk(watch_password))
    async_watch(hass, entry)
    runtime.agent.admit(doorman_of(hass, entry, account_of(entry.data, hass.config.country).region))
    entry.async_on_unload(hass.bus.async_listen(EVENT_HOMEASSISTANT_STOP, stop))
    runtime.callbacks = CallbackKeeper(hass, entry)
    entry.async_on_unload(await runtime.callbacks.start())
    try:
        await runtime.agent.start()
    except TrunkError as err:
        raise ConfigEntryNotReady(translation_domain=DOMAIN, translation_key="cannot_bind") from err
    entry.async_on_unload(runtime.agent.register_endpoint(TargetKind.BROWSER, runtime.browser.open))
    runtime.feed = CallFeed(hass, entry)
    entry.async_on_unload(await runtime.feed.start())
    entry.async_on_unload(QuestionDesk(hass, entry).start())
    entry.async_on_unload(ToldFacts(hass, entry).start())
    entry.async_on_unload(SatelliteDesk(hass, entry).start())
    entry.async_on_unload(SatelliteQuestions(hass, entry).start())
    entry.async_on_unload(QuietRooms(hass, entry).start())
    runtime.flows = FlowDesk(hass, entry)
    entry.async_on_unload(runtime.flows.start())
    runtime.spare_numbers = SpareNumbers(hass, entry)
    entry.async_on_unload(runtime.spare_numbers.start())
    runtime.another_way = AnotherWay(hass, entry)
    entry.async_on_unload(runtime.another_way.start())
    runtime.retries = RetryDesk(hass, entry)
    entry.async_on_unload(await runtime.retries.start())
    entry.async_on_unload(retention.start(hass, entry))
    entry.async_on_unload(HoldStatistics(hass, entry).start())
    await hass.config_entries.async_forward_entry_setups(entry, PLATFORMS)
    return True


async def async_unload_entry(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> bool:
    """End calls in progress and leave nothing up."""
    if not await hass.config_entries.async_unload_platforms(entry, PLATFORMS):
        return False
    await entry.runtime_data.stop()
    return True


async def async_remove_entry(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """Take the account's calls out of the history, and delete their recordings and the facts: they are private."""
    async_forget(hass, entry.entry_id)
    async_forget_statistics(hass, entry)
    await FactVault(hass, entry.entry_id).remove()
    await FlowShelf(hass, entry.entry_id).remove()
    await MemoryShelf(hass, entry.entry_id).remove()
    await PromiseShelf(hass, entry.entry_id).remove()
    await store_of(hass, entry.entry_id).async_remove()
    await hass.async_add_executor_job(recordings_of(hass, entry).delete_all)
    call_log = call_log_of(hass, entry)
    try:
        await call_log.open()
        await call_log.forget()
    except ServiceError as err:
        _LOGGER.warning("The history of the removed account stays in %s: %s", HISTORY_FILE, err)
    finally:
        await call_log.close()
