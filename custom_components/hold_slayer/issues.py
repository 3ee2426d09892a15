"""What the user has to put right; how each is mended: `repairs`.

An account that cannot register for a while, a router that forgets it, calls without sound, speech engines that are gone or were
never chosen, a disk that is nearly full of recordings, a missing ``ffmpeg``, a telephone that is gone.
"""

from datetime import timedelta
import shutil
from typing import Any, Final

from homeassistant.components.ffmpeg import get_ffmpeg_manager
from homeassistant.components.ffmpeg.const import DOMAIN as FFMPEG_DOMAIN
from homeassistant.config_entries import SIGNAL_CONFIG_ENTRY_CHANGED, ConfigEntry, ConfigEntryChange, ConfigEntryState
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import device_registry as dr, entity_registry as er, issue_registry as ir
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.event import async_call_later, async_track_time_interval
from homeassistant.helpers.start import async_at_started

from . import const
from .adapters.voip_phones import voip_id_of
from .config_flow import error_key
from .const import DOMAIN
from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.recording import RecordingScope
from .engine.model.snapshot import CallSnapshot
from .engine.sip.errors import TrunkError, WrongPasswordError
from .engine.sip.registration import RegistrationState, RegistrationStatus
from .runtime import HoldSlayerConfigEntry

PATIENCE_S = 60.0
"""A trunk that comes back within this is nobody's business."""

SILENT_S: Final = 12.0
"""A call that was up for less may have been looked at only once, and before its first packet (`engine.agent.quality`)."""
DISK_MARGIN_BYTES: Final = 200 << 20
"""So much above the floor, under which nothing is recorded any more, the disk counts as nearly full."""
EVERY: Final = timedelta(hours=1)
_SPEECH: Final = {const.CONF_STT: "stt_missing", const.CONF_TTS: "tts_missing"}
_NOT_CHOSEN: Final = {const.CONF_STT: "no_stt", const.CONF_TTS: "no_tts"}
_KINDS: Final = (
    "trunk",
    "nat_timeout",
    "no_audio",
    *_SPEECH.values(),
    *_NOT_CHOSEN.values(),
    "disk",
    "ffmpeg_missing",
    "voip_phone_gone",
)


@callback
def async_watch(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """Raise and clear the issues of a loaded entry."""
    trunk = _TrunkIssue(hass, entry)
    entry.async_on_unload(entry.runtime_data.agent.subscribe_trunk(trunk.on_status))
    entry.async_on_unload(trunk.close)
    _watch_router(hass, entry)
    _watch_sound(hass, entry)
    _watch_speech(hass, entry)
    _watch_disk(hass, entry)
    _watch_converter(hass, entry)
    _watch_voip_phones(hass, entry)


@callback
def async_forget(hass: HomeAssistant, entry_id: str) -> None:
    """The entry is gone, and its issues with it."""
    for kind in _KINDS:
        ir.async_delete_issue(hass, DOMAIN, _issue_id(kind, entry_id))


def _issue_id(kind: str, entry_id: str) -> str:
    return f"{kind}_{entry_id}"


def _raise_fixable(
    hass: HomeAssistant,
    entry: HoldSlayerConfigEntry,
    kind: str,
    severity: ir.IssueSeverity = ir.IssueSeverity.WARNING,
    **values: str,
) -> None:
    """An issue with a flow; ``values`` are for its texts and for the flow."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(kind, entry.entry_id),
        is_fixable=True,
        severity=severity,
        translation_key=kind,
        translation_placeholders={"account": entry.title, **values},
        data={"kind": kind, "entry_id": entry.entry_id, "account": entry.title, **values},
    )


class _TrunkIssue:
    """One account's registration, looked at with patience."""

    def __init__(self, hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
        self._hass = hass
        self._entry = entry
        self._error: TrunkError | None = None
        self._stop_waiting: CALLBACK_TYPE | None = None
        self._is_raised = False

    @callback
    def on_status(self, status: RegistrationStatus) -> None:
        """Begin to wait at the first failure; a new try that is under way changes nothing."""
        if status.state in (RegistrationState.REGISTERED, RegistrationState.REACHED, RegistrationState.UNREGISTERED):
            self.close()
            ir.async_delete_issue(self._hass, DOMAIN, _issue_id("trunk", self._entry.entry_id))
            self._is_raised = False
        elif status.state is RegistrationState.FAILED and status.error is not None:
            self._error = status.error
            if self._is_raised:
                self._raise()
            elif self._stop_waiting is None:
                self._stop_waiting = async_call_later(self._hass, PATIENCE_S, self._on_time)

    @callback
    def _on_time(self, _now: Any) -> None:
        self._stop_waiting = None
        self._raise()

    def _raise(self) -> None:
        # A refused password has a dialogue of its own: Home Assistant asks for the new one.
        if self._error is None or isinstance(self._error, WrongPasswordError):
            return
        self._is_raised = True
        key, status = error_key(self._error)
        ir.async_create_issue(
            self._hass,
            DOMAIN,
            _issue_id("trunk", self._entry.entry_id),
            is_fixable=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key="trunk",
            translation_placeholders={"account": self._entry.title},
            data={
                "kind": "trunk",
                "entry_id": self._entry.entry_id,
                "account": self._entry.title,
                "error": key,
                "status": status,
            },
        )

    @callback
    def close(self) -> None:
        """Wait no longer."""
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None


def _raise_advice(hass: HomeAssistant, entry: HoldSlayerConfigEntry, kind: str) -> None:
    """An issue that says what to change elsewhere; it goes when that has helped."""
    ir.async_create_issue(
        hass,
        DOMAIN,
        _issue_id(kind, entry.entry_id),
        is_fixable=False,
        severity=ir.IssueSeverity.WARNING,
        translation_key=kind,
        translation_placeholders={"account": entry.title},
    )


def _watch_router(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """A router that forgets the way in is an issue until a registration finds it as the one before left it."""

    @callback
    def on_status(status: RegistrationStatus) -> None:
        if status.is_forgotten:
            _raise_advice(hass, entry, "nat_timeout")
        elif status.state is RegistrationState.REGISTERED:
            ir.async_delete_issue(hass, DOMAIN, _issue_id("nat_timeout", entry.entry_id))

    entry.async_on_unload(entry.runtime_data.agent.subscribe_trunk(on_status))


def _watch_sound(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """An answered call of which nothing was ever heard is an issue until a call is heard."""

    @callback
    def changed(call: CallSnapshot, _occurrence: CallOccurrence | None) -> None:
        if call.quality is not None:
            ir.async_delete_issue(hass, DOMAIN, _issue_id("no_audio", entry.entry_id))
        elif call.answered_at is not None and (call.ended_at or 0.0) - call.answered_at >= SILENT_S:
            _raise_advice(hass, entry, "no_audio")

    entry.async_on_unload(entry.runtime_data.agent.subscribe(changed))


def _watch_speech(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """No engine chosen, or one that does not exist, is an issue; one that is only unavailable is not."""
    speech = entry.options.get(const.CONF_SPEECH, {})

    @callback
    def look(_: HomeAssistant | Event[er.EventEntityRegistryUpdatedData]) -> None:
        registry = er.async_get(hass)
        for key, kind in _SPEECH.items():
            entity_id = speech.get(key)
            exists = entity_id and (registry.async_get(entity_id) or hass.states.get(entity_id)) is not None
            if entity_id and not exists:
                _raise_fixable(hass, entry, kind, entity=entity_id)
            else:
                ir.async_delete_issue(hass, DOMAIN, _issue_id(kind, entry.entry_id))
            if entity_id:
                ir.async_delete_issue(hass, DOMAIN, _issue_id(_NOT_CHOSEN[key], entry.entry_id))
            else:
                _raise_fixable(hass, entry, _NOT_CHOSEN[key])

    entry.async_on_unload(async_at_started(hass, look))
    entry.async_on_unload(hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, look))


def _watch_voip_phones(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """A hand-over target whose telephone Home Assistant does not know any more is an issue, one at a time."""

    @callback
    def look(_: Any = None) -> None:
        for target in entry.get_subentries_of_type(const.SUBENTRY_TARGET):
            device_id = target.data.get(const.CONF_VOIP_DEVICE, "")
            if target.data.get(const.CONF_KIND) == const.KIND_VOIP and voip_id_of(hass, device_id) is None:
                _raise_fixable(hass, entry, "voip_phone_gone", target=target.title, subentry_id=target.subentry_id)
                return
        ir.async_delete_issue(hass, DOMAIN, _issue_id("voip_phone_gone", entry.entry_id))

    @callback
    def changed(_change: ConfigEntryChange, which: ConfigEntry) -> None:
        if which.entry_id == entry.entry_id and which.state is ConfigEntryState.LOADED:
            look()

    entry.async_on_unload(async_at_started(hass, look))
    entry.async_on_unload(hass.bus.async_listen(dr.EVENT_DEVICE_REGISTRY_UPDATED, look))
    entry.async_on_unload(async_dispatcher_connect(hass, SIGNAL_CONFIG_ENTRY_CHANGED, changed))


def _watch_disk(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """Where calls are recorded, a disk without room is an issue before it ends recordings."""
    runtime = entry.runtime_data

    async def look(_now: Any = None) -> None:
        is_full = runtime.record is not RecordingScope.OFF and await is_disk_nearly_full(hass, entry)
        if is_full:
            _raise_fixable(hass, entry, "disk")
        else:
            ir.async_delete_issue(hass, DOMAIN, _issue_id("disk", entry.entry_id))

    entry.async_create_background_task(hass, look(), "hold_slayer disk")
    entry.async_on_unload(async_track_time_interval(hass, look, EVERY, cancel_on_shutdown=True))


async def is_disk_nearly_full(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> bool:
    """Whether recordings soon find no room. A disk that cannot be asked has told the log already."""
    try:
        room = await hass.async_add_executor_job(entry.runtime_data.recordings.room_bytes)
    except OSError:
        return False
    return room < DISK_MARGIN_BYTES


def _watch_converter(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """A voice that fails where there is no ``ffmpeg`` most likely speaks MP3, which Home Assistant cannot make WAV of then."""
    issue_id = _issue_id("ffmpeg_missing", entry.entry_id)

    async def look(*, has_failed: bool) -> None:
        if await async_has_converter(hass):
            ir.async_delete_issue(hass, DOMAIN, issue_id)
        elif has_failed:
            _raise_fixable(hass, entry, "ffmpeg_missing")

    @callback
    def changed(_call: CallSnapshot, occurrence: CallOccurrence | None) -> None:
        if occurrence is None:
            return
        if occurrence.kind == OccurrenceKind.SERVICE_FAILED and occurrence.data.get("service") == "tts":
            entry.async_create_background_task(hass, look(has_failed=True), "hold_slayer ffmpeg")
        elif occurrence.kind == OccurrenceKind.GREETED:
            ir.async_delete_issue(hass, DOMAIN, issue_id)

    entry.async_create_background_task(hass, look(has_failed=False), "hold_slayer ffmpeg")
    entry.async_on_unload(entry.runtime_data.agent.subscribe(changed))


async def async_has_converter(hass: HomeAssistant) -> bool:
    """Whether the program that Home Assistant converts sound with is there."""
    binary = get_ffmpeg_manager(hass).binary if FFMPEG_DOMAIN in hass.config.components else "ffmpeg"
    return await hass.async_add_executor_job(shutil.which, binary) is not None
