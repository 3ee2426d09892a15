"""Composition root: one account with its agent, its services and its history."""

from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import partial
import logging
from pathlib import Path
from ssl import SSLContext
import time
from typing import TYPE_CHECKING, Any, cast

from homeassistant.config_entries import ConfigEntry, ConfigEntryState, ConfigSubentry
from homeassistant.const import (
    CONF_HOST,
    CONF_PASSWORD,
    CONF_PORT,
    CONF_USERNAME,
    CONF_VERIFY_SSL,
)
from homeassistant.core import HomeAssistant
from homeassistant.helpers.httpx_client import get_async_client
from homeassistant.util import ssl as ssl_util

from . import const
from .adapters.llm import AiTaskLanguageModel, ConversationLanguageModel
from .adapters.notify import HomeAssistantNotifier
from .adapters.stt import HomeAssistantSpeechToText
from .adapters.tts import HomeAssistantTextToSpeech
from .adapters.voip_phones import address_of
from .browser_phone import BrowserPhone
from .contact import Contact
from .engine.agent import Agent, AgentSettings, FlowBook, Services, TrunkHandle, read_vocabularies, tidy_fact
from .engine.call.budget import BudgetLimits
from .engine.call.config import BrainConfig
from .engine.model.call_brief import HandOverMode, HandOverTarget, RingOrder, TargetKind
from .engine.model.media_description import Codec, DtmfMode, SrtpMode
from .engine.model.phone_number import DialTarget
from .engine.model.recording import RecordingScope, RecordingTracks
from .engine.model.snapshot import CallSnapshot
from .engine.ports import LanguageModel, ServiceError
from .engine.sip.account import CallerIdHeader, KeepAlive, TrunkAccount
from .engine.sip.number_format import NumberFormat
from .engine.sip.tls import trust
from .engine.voice.openai_llm import OpenAiLanguageModel
from .facts import KeptFact
from .phones import async_send, data_of, phones_of
from .storage.call_log import SqliteCallLog
from .storage.flows import FlowShelf
from .storage.legs import Rates
from .storage.memories import MemoryShelf
from .storage.recordings import RecordingStore
from .storage.vault import FactVault
from .voicemail import VoicemailPolicy
from .whereabouts import HomeAssistantWhereabouts, is_present

if TYPE_CHECKING:
    from .another_way import AnotherWay
    from .callbacks import CallbackKeeper
    from .feed import CallFeed
    from .flow_desk import FlowDesk
    from .retries import RetryDesk
    from .spare_numbers import SpareNumbers

_LOGGER = logging.getLogger(__name__)

type HoldSlayerConfigEntry = ConfigEntry[HoldSlayerRuntime]

HISTORY_FILE = "hold_slayer.db"
RECORDINGS_FOLDER = "hold_slayer_recordings"
_WITHOUT_NUMBER = (const.KIND_BROWSER, const.KIND_VOIP)


@dataclass(frozen=True, slots=True)
class SatelliteTarget:
    """A voice satellite that asks whether the user wants to be put through."""

    name: str
    entity_id: str
    phone: HandOverTarget | None
    """Rings when the answer is yes; None: whatever else rings."""


@dataclass(slots=True)
class HoldSlayerRuntime:
    """What an entry owns while it is loaded."""

    entry: HoldSlayerConfigEntry
    agent: Agent
    call_log: SqliteCallLog
    user_name: str
    confirm_answer: bool
    language: str
    press_early: bool
    """Keys may go out before a menu is over."""
    recordings: RecordingStore
    vault: FactVault
    flow_book: FlowBook
    """Known ways through menus."""
    memories: MemoryShelf
    """What is known of the recordings of numbers."""
    browser: BrowserPhone
    """The user's telephone in the browser."""
    record: RecordingScope
    """The most that a call may record."""
    has_stt: bool = False
    has_tts: bool = False
    has_stopped: bool = False
    callbacks: CallbackKeeper | None = None
    retries: RetryDesk | None = None
    spare_numbers: SpareNumbers | None = None
    another_way: AnotherWay | None = None
    flows: FlowDesk | None = None
    """Gives the ways to calls and learns from them; from the start of the agent on."""
    feed: CallFeed | None = None
    """What dashboards show; from the start of the agent on."""

    async def stop(self) -> None:
        """End calls, leave nothing up, close the history. May be called twice: at unload and when Home Assistant stops."""
        if self.has_stopped:
            return
        self.has_stopped = True
        try:
            await self.agent.stop()
            if self.callbacks is not None:
                await self.callbacks.settle()
        finally:
            await self.call_log.close()

    async def keep_fact(self, fact: KeptFact) -> None:
        """Keep a fact. Raises ValueError when there are too many or it is too long."""
        await self.vault.keep(replace(fact, value=tidy_fact(fact.name, fact.kind, fact.value, self.language)))
        self._show_account()

    async def delete_fact(self, name: str, contact: str = "") -> None:
        """Forget a fact. Raises KeyError."""
        await self.vault.delete(name, contact)
        self._show_account()

    async def forget_lost_facts(self) -> None:
        """Forget what belongs to contacts that are no more."""
        if await self.vault.keep_only([contact.subentry_id for contact in self.contacts]):
            self._show_account()

    def contact_called(self, call: CallSnapshot) -> Contact | None:
        """The contact whose number a call is with; None: nobody's."""
        return next((each for each in self.contacts if call.number in each.dialled), None)

    def facts_for(self, call: CallSnapshot) -> tuple[str, ...]:
        """Names of the kept facts that may be released to a question of this call."""
        contact = self.contact_called(call)
        of = ("", contact.subentry_id) if contact is not None else ("",)
        return tuple(dict.fromkeys(fact.name for fact in self.vault.facts if fact.contact in of))

    def open_fact(self, call: CallSnapshot, name: str) -> str:
        """The value of a kept fact for a question of this call. Raises KeyError, or FactScopeError: it is another contact's."""
        contact = self.contact_called(call)
        return self.vault.open(name, contact.subentry_id if contact is not None else "")

    def _show_account(self) -> None:
        if self.feed is not None:
            self.feed.send_account()

    @property
    def contacts(self) -> tuple[Contact, ...]:
        """Companies the user calls, in the order in which they were added."""
        return tuple(Contact.of(each) for each in self.entry.get_subentries_of_type(const.SUBENTRY_CONTACT))

    @property
    def hand_over(self) -> tuple[HandOverTarget, ...]:
        """Where the user can be put through, by rank."""
        return tuple(_target_of(each.title, each.data) for each in self._ranked_targets())

    @property
    def asks_where(self) -> bool:
        """True when who is there decides about what rings."""
        return any(each.data.get(const.CONF_PRESENCE) for each in self._ranked_targets())

    @property
    def says_recorded(self) -> bool:
        """Whether a recording is told of as soon as the line answers."""
        return bool(self.entry.options.get(const.CONF_RECORDING, {}).get(const.CONF_SAYS_RECORDED, False))

    @property
    def voicemail(self) -> VoicemailPolicy:
        """What happens where only voicemail answers, unless a contact or a call says otherwise."""
        return VoicemailPolicy.of(self.entry.options.get(const.CONF_VOICEMAIL, {}))

    @property
    def callback_number(self) -> str:
        """Where companies may call back: as the user has entered it, else what the account shows when it calls."""
        said = self.entry.options.get(const.CONF_VOICEMAIL, {}).get(const.CONF_CALLBACK_NUMBER, "")
        return str(said or self.entry.data.get(const.CONF_ADVANCED, {}).get(const.CONF_CALLER_ID, ""))

    @property
    def ring_order(self) -> RingOrder:
        """Whether the targets ring one after another or all at once."""
        return RingOrder(self.entry.options.get(const.CONF_RING_ORDER, RingOrder.IN_ORDER))

    def satellites_now(self, hass: HomeAssistant) -> tuple[SatelliteTarget, ...]:
        """Voice satellites that are to ask, by rank: those whose person is there."""
        return tuple(
            SatelliteTarget(each.title, each.data[const.CONF_SATELLITE], _phone_of(each))
            for each in self._by_rank()
            if _is_satellite(each) and is_present(hass, each.data.get(const.CONF_PRESENCE))
        )

    def _ranked_targets(self) -> list[ConfigSubentry]:
        """What rings. Satellites ask instead."""
        return [each for each in self._by_rank() if not _is_satellite(each)]

    def _by_rank(self) -> list[ConfigSubentry]:
        targets = self.entry.get_subentries_of_type(const.SUBENTRY_TARGET)
        return sorted(targets, key=lambda each: each.data.get(const.CONF_RANK, const.DEFAULT_RANK))

    def contact(self, name: str) -> Contact | None:
        """A contact by name, upper and lower case alike."""
        return next((item for item in self.contacts if item.name.casefold() == name.strip().casefold()), None)

    def target(self, name: str) -> HandOverTarget | None:
        """A hand-over target by name; of a satellite the phone beside it."""
        wanted = name.strip().casefold()
        found = next((each for each in self._by_rank() if each.title.casefold() == wanted), None)
        return _phone_of(found) if found is not None else None


def _is_satellite(target: ConfigSubentry) -> bool:
    return target.data.get(const.CONF_KIND) == const.KIND_SATELLITE


def _phone_of(target: ConfigSubentry) -> HandOverTarget | None:
    """What rings for a target; None: a satellite without a phone beside it."""
    rings = target.data.get(const.CONF_NUMBER) or target.data.get(const.CONF_KIND) in _WITHOUT_NUMBER
    return _target_of(target.title, target.data) if rings else None


def _target_of(name: str, data: Mapping[str, Any]) -> HandOverTarget:
    ring_s = float(data.get(const.CONF_RING_S, const.DEFAULT_RING_S))
    if data.get(const.CONF_KIND) == const.KIND_BROWSER:
        return HandOverTarget(name, None, ring_s, kind=TargetKind.BROWSER)
    if data.get(const.CONF_KIND) == const.KIND_VOIP:
        return HandOverTarget(name, None, ring_s, kind=TargetKind.DIRECT, endpoint=data[const.CONF_VOIP_DEVICE])
    mode = HandOverMode(data.get(const.CONF_MODE, HandOverMode.BRIDGE))
    account = data.get(const.CONF_ACCOUNT, "")
    return HandOverTarget(name, DialTarget.parse(data[const.CONF_NUMBER]), ring_s, mode=mode, account=account)


def account_of(data: Mapping[str, Any], country: str | None = None) -> TrunkAccount:
    """The SIP account of an entry's data; ``country``: Home Assistant's, for an account without one of its own."""
    advanced = data.get(const.CONF_ADVANCED, {})
    return TrunkAccount(
        username=data[CONF_USERNAME],
        password=data[CONF_PASSWORD],
        registrar_host=data[CONF_HOST],
        registrar_port=advanced.get(CONF_PORT),
        domain=advanced.get(const.CONF_SIP_DOMAIN, ""),
        auth_username=advanced.get(const.CONF_AUTH_USERNAME, ""),
        display_name=advanced.get(const.CONF_DISPLAY_NAME, ""),
        outbound_proxy=advanced.get(const.CONF_OUTBOUND_PROXY, ""),
        transport=data.get(const.CONF_TRANSPORT, "udp"),
        verify_tls=advanced.get(CONF_VERIFY_SSL, True),
        authority=advanced.get(const.CONF_AUTHORITY, ""),
        number_format=NumberFormat(advanced.get(const.CONF_NUMBER_FORMAT, NumberFormat.AS_TYPED)),
        region=advanced.get(const.CONF_COUNTRY) or country or "",
        srtp=SrtpMode(advanced.get(const.CONF_SRTP, SrtpMode.OFF)),
        number_prefix=advanced.get(const.CONF_NUMBER_PREFIX, ""),
        codecs=tuple(Codec(name) for name in advanced.get(const.CONF_CODECS, ())),
        dtmf=DtmfMode(advanced.get(const.CONF_DTMF, DtmfMode.AUTO)),
        caller_id=advanced.get(const.CONF_CALLER_ID, ""),
        caller_id_header=CallerIdHeader(advanced.get(const.CONF_CALLER_ID_HEADER, CallerIdHeader.FROM)),
        keepalive=KeepAlive(advanced.get(const.CONF_KEEPALIVE, KeepAlive.CRLF)),
        keepalive_s=float(advanced.get(const.CONF_KEEPALIVE_S, const.DEFAULT_KEEPALIVE_S)),
        public_address=advanced.get(const.CONF_PUBLIC_ADDRESS, ""),
        stun_server=advanced.get(const.CONF_STUN, ""),
        register=bool(advanced.get(const.CONF_REGISTER, True)),
        peers=tuple(advanced.get(const.CONF_PEERS, ())),
        local_address=advanced.get(const.CONF_LOCAL_ADDRESS, ""),
        local_port=int(advanced.get(const.CONF_LOCAL_PORT, 0)),
    )


def ssl_context_of(account: TrunkAccount) -> SSLContext | None:
    """Home Assistant's TLS context for the account; None without TLS. Reads certificates: not for the event loop.

    None of these names a protocol (ALPN): Home Assistant's usual ones say HTTP, which a strict one refuses (RFC 7301 section 3.2).
    """
    if account.transport != "tls":
        return None
    if not account.verify_tls:
        return ssl_util.client_context_no_verify()
    if not account.authority:
        return ssl_util.client_context()
    # One of the account's own: Home Assistant's is shared by everything that speaks TLS.
    context = ssl_util.create_client_context()
    trust(context, account.authority)
    return context


def call_log_of(hass: HomeAssistant, entry: ConfigEntry) -> SqliteCallLog:
    """The history of an entry, not opened yet."""
    costs = entry.options.get(const.CONF_COSTS, {})
    rates = Rates(
        per_minute=float(costs.get(const.CONF_PER_MINUTE, 0.0)),
        per_call=float(costs.get(const.CONF_PER_CALL, 0.0)),
        currency=hass.config.currency,
    )
    return SqliteCallLog(Path(hass.config.path(HISTORY_FILE)), entry.entry_id, rates)


def budget_of(options: Mapping[str, Any]) -> BudgetLimits:
    """How much the account may dial."""
    limits = options.get(const.CONF_LIMITS, {})
    return BudgetLimits(
        calls_a_day=int(limits.get(const.CONF_CALLS_A_DAY, const.DEFAULT_CALLS_A_DAY)),
        minutes_a_day=int(limits.get(const.CONF_MINUTES_A_DAY, const.DEFAULT_MINUTES_A_DAY)),
        same_number_an_hour=int(limits.get(const.CONF_SAME_NUMBER, const.DEFAULT_SAME_NUMBER)),
        legs_at_once=int(limits.get(const.CONF_LEGS, const.DEFAULT_LEGS)),
    )


def recordings_of(hass: HomeAssistant, entry: ConfigEntry) -> RecordingStore:
    """The recordings of an entry. They outlive the option, up to their age."""
    options = entry.options.get(const.CONF_RECORDING, {})
    return RecordingStore(
        Path(hass.config.path(RECORDINGS_FOLDER, entry.entry_id)),
        tracks=RecordingTracks(options.get(const.CONF_TRACKS, RecordingTracks.MIXED)),
        quota_bytes=int(options.get(const.CONF_QUOTA_MB, const.DEFAULT_QUOTA_MB)) * 1_000_000,
        max_age_s=float(options.get(const.CONF_KEEP_DAYS, const.DEFAULT_KEEP_DAYS)) * 86_400.0,
    )


async def _async_prepare_recordings(hass: HomeAssistant, store: RecordingStore, call_log: SqliteCallLog) -> None:
    """Repair what a crash cut off, let the history know, delete what is too old. A bad disk stops nothing else."""
    try:
        repaired = await hass.async_add_executor_job(store.prepare)
        if repaired:
            await call_log.note_recordings({call_id: f"{call_id}.wav" for call_id in repaired})
    except ServiceError as err:
        _LOGGER.warning("Recordings cannot be looked after: %s", err)


async def async_build(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> HoldSlayerRuntime:
    """Put everything together; nothing is started yet but the history. Raises ServiceError when that cannot be opened."""
    options = entry.options
    await hass.async_add_executor_job(read_vocabularies)
    vault = FactVault(hass, entry.entry_id)
    await vault.load([each.subentry_id for each in entry.get_subentries_of_type(const.SUBENTRY_CONTACT)])
    flow_book = await FlowShelf(hass, entry.entry_id).load()
    memories = MemoryShelf(hass, entry.entry_id, learns=bool(options.get(const.CONF_LEARN, True)))
    await memories.load()
    call_log = call_log_of(hass, entry)
    await call_log.open()
    try:
        return await _async_assemble(hass, entry, vault, flow_book, memories, call_log)
    except BaseException:
        await call_log.close()
        raise


async def _async_assemble(
    hass: HomeAssistant,
    entry: HoldSlayerConfigEntry,
    vault: FactVault,
    flow_book: FlowBook,
    memories: MemoryShelf,
    call_log: SqliteCallLog,
) -> HoldSlayerRuntime:
    """The account around what was read of it. Raises ServiceError."""
    options = entry.options
    recordings = recordings_of(hass, entry)
    await _async_prepare_recordings(hass, recordings, call_log)
    speech = options.get(const.CONF_SPEECH, {})
    phones = phones_of(options)
    services = Services(
        stt=HomeAssistantSpeechToText(hass, speech[const.CONF_STT]) if speech.get(const.CONF_STT) else None,
        tts=HomeAssistantTextToSpeech(hass, speech[const.CONF_TTS]) if speech.get(const.CONF_TTS) else None,
        llm=_language_model(hass, options.get(const.CONF_MODEL, {})),
        call_log=call_log,
        notifier=HomeAssistantNotifier(hass, partial(_tell_phones, hass, phones) if phones else None),
        recordings=recordings,
        whereabouts=HomeAssistantWhereabouts(hass, entry),
        line_of=partial(_line_of, hass),
        address_of=partial(address_of, hass),
        memories=memories,
    )
    if isinstance(services.llm, OpenAiLanguageModel):
        # A second of importing that the first question should not wait for.
        entry.async_create_background_task(hass, services.llm.prepare(), "hold_slayer language model")
    account = account_of(entry.data, hass.config.country)
    hold_s = float(options.get(const.CONF_HOLD_MINUTES, const.DEFAULT_HOLD_MINUTES)) * 60.0
    return HoldSlayerRuntime(
        entry=entry,
        agent=Agent(
            account,
            services,
            settings=AgentSettings(brain=BrainConfig(hold_s=hold_s, region=account.region), budget=budget_of(options)),
            ssl_context=await hass.async_add_executor_job(ssl_context_of, account),
            past_calls=await call_log.placed_since(time.time() - 86_400.0),
        ),
        call_log=call_log,
        has_stt=services.stt is not None,
        has_tts=services.tts is not None,
        recordings=recordings,
        vault=vault,
        flow_book=flow_book,
        memories=memories,
        browser=BrowserPhone(hass, entry.entry_id),
        record=RecordingScope(options.get(const.CONF_RECORDING, {}).get(const.CONF_RECORD, RecordingScope.OFF)),
        user_name=options.get(const.CONF_USER_NAME, ""),
        confirm_answer=bool(options.get(const.CONF_CONFIRM, False)),
        language=speech.get(const.CONF_LANGUAGE) or hass.config.language,
        press_early=speech.get(const.CONF_PRESS_EARLY, True),
    )


def _line_of(hass: HomeAssistant, entry_id: str) -> TrunkHandle | None:
    """Another account's line, while that account is loaded."""
    entry = hass.config_entries.async_get_entry(entry_id)
    if entry is None or entry.domain != const.DOMAIN or entry.state is not ConfigEntryState.LOADED:
        return None
    agent: Agent = entry.runtime_data.agent
    return agent.trunk


async def _tell_phones(hass: HomeAssistant, phones: tuple[str, ...], call_id: str, key: str, message: str) -> None:
    await async_send(hass, phones, message, data_of(call_id, key, hass.config.language))


def _language_model(hass: HomeAssistant, options: Mapping[str, Any]) -> LanguageModel | None:
    match options.get(const.CONF_LLM):
        case const.LLM_AI_TASK if options.get(const.CONF_AI_TASK):
            return AiTaskLanguageModel(hass, options[const.CONF_AI_TASK])
        case const.LLM_AGENT if options.get(const.CONF_AGENT):
            return ConversationLanguageModel(hass, options[const.CONF_AGENT])
        case const.LLM_OPENAI if options.get(const.CONF_LLM_URL):
            return OpenAiLanguageModel(
                options[const.CONF_LLM_URL],
                options.get(const.CONF_LLM_KEY, ""),
                options.get(const.CONF_LLM_MODEL, ""),
                # Of httpx or its successor, by Home Assistant's version: the OpenAI library takes both, its types know one.
                http_client=cast("Any", get_async_client(hass)),
            )
        case _:
            return None
