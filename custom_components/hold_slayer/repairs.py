"""What the user has to put right: an account that cannot register for a while, speech engines that are gone."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.core import CALLBACK_TYPE, Event, HomeAssistant, callback
from homeassistant.helpers import entity_registry as er, issue_registry as ir
from homeassistant.helpers.event import async_call_later
from homeassistant.helpers.start import async_at_started
import probatio

from . import const
from .config_flow import async_probe, error_key
from .const import DOMAIN
from .engine.sip.errors import TrunkError, WrongPasswordError
from .engine.sip.registration import RegistrationState, RegistrationStatus
from .runtime import HoldSlayerConfigEntry, account_of

PATIENCE_S = 60.0
"""A trunk that comes back within this is nobody's business."""

_SPEECH = {const.CONF_STT: "stt_missing", const.CONF_TTS: "tts_missing"}


@callback
def async_watch(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """Raise and clear the issues of a loaded entry."""
    trunk = _TrunkIssue(hass, entry)
    entry.async_on_unload(entry.runtime_data.agent.subscribe_trunk(trunk.on_status))
    entry.async_on_unload(trunk.close)
    _watch_speech(hass, entry)


@callback
def async_forget(hass: HomeAssistant, entry_id: str) -> None:
    """The entry is gone, and its issues with it."""
    for issue_id in (_trunk_issue(entry_id), *(_speech_issue(entry_id, key) for key in _SPEECH.values())):
        ir.async_delete_issue(hass, DOMAIN, issue_id)


def _trunk_issue(entry_id: str) -> str:
    return f"trunk_{entry_id}"


def _speech_issue(entry_id: str, key: str) -> str:
    return f"{key}_{entry_id}"


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
            ir.async_delete_issue(self._hass, DOMAIN, _trunk_issue(self._entry.entry_id))
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
            _trunk_issue(self._entry.entry_id),
            is_fixable=True,
            severity=ir.IssueSeverity.ERROR,
            translation_key="trunk",
            translation_placeholders={"account": self._entry.title},
            data={"entry_id": self._entry.entry_id, "account": self._entry.title, "error": key, "status": status},
        )

    @callback
    def close(self) -> None:
        """Wait no longer."""
        if self._stop_waiting is not None:
            self._stop_waiting()
            self._stop_waiting = None


def _watch_speech(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> None:
    """A speech entity that the options name and that does not exist is an issue; one that is only unavailable is not."""
    chosen = {
        entity_id: _SPEECH[key]
        for key, entity_id in entry.options.get(const.CONF_SPEECH, {}).items()
        if key in _SPEECH and entity_id
    }

    @callback
    def look(_: HomeAssistant | Event[er.EventEntityRegistryUpdatedData]) -> None:
        registry = er.async_get(hass)
        for entity_id, key in chosen.items():
            issue_id = _speech_issue(entry.entry_id, key)
            if registry.async_get(entity_id) is not None or hass.states.get(entity_id) is not None:
                ir.async_delete_issue(hass, DOMAIN, issue_id)
                continue
            ir.async_create_issue(
                hass,
                DOMAIN,
                issue_id,
                is_fixable=False,
                severity=ir.IssueSeverity.WARNING,
                translation_key=key,
                translation_placeholders={"account": entry.title, "entity": entity_id},
            )

    for key in _SPEECH.values():
        if key not in chosen.values():
            ir.async_delete_issue(hass, DOMAIN, _speech_issue(entry.entry_id, key))
    if chosen:
        entry.async_on_unload(async_at_started(hass, look))
        entry.async_on_unload(hass.bus.async_listen(er.EVENT_ENTITY_REGISTRY_UPDATED, look))


class TrunkRepairFlow(RepairsFlow):
    """Say what is wrong, and try the account once more when the user wants it."""

    def __init__(self, entry_id: str, account: str, error: str, status: str) -> None:
        self._entry_id = entry_id
        self._account = account
        self._error: str | None = error
        self._status = status

    async def async_step_init(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Explain first."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, str] | None = None) -> RepairsFlowResult:
        """Test the account; when it works, load it anew and be done."""
        if user_input is not None:
            entry = self.hass.config_entries.async_get_entry(self._entry_id)
            if entry is None:
                return self.async_create_entry(data={})
            self._error, self._status = await async_probe(self.hass, account_of(entry.data))
            if self._error is None:
                self.hass.config_entries.async_schedule_reload(self._entry_id)
                return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            errors={"base": self._error or "unknown"},
            description_placeholders={"account": self._account, "status": self._status},
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Flow of a fixable issue; only trunks have one."""
    values = data or {}
    entry_id, account, error, status = (str(values.get(key, "")) for key in ("entry_id", "account", "error", "status"))
    return TrunkRepairFlow(entry_id, account, error, status)
