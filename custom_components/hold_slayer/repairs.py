"""How what is wrong is mended: each issue (`issues`) has a flow that says why, and does something about it."""

from typing import Any

from homeassistant.components.repairs import RepairsFlow, RepairsFlowResult
from homeassistant.config_entries import ConfigEntryState
from homeassistant.core import HomeAssistant
from homeassistant.helpers import selector as sel
from homeassistant.util import dt as dt_util
import probatio

from . import const
from .config_flow import async_probe, beside
from .engine.ports import ServiceError
from .issues import async_has_converter, is_disk_nearly_full
from .retention import purge_before
from .runtime import HoldSlayerConfigEntry, account_of
from .subentry_flow import VOIP_DEVICE, voip_error

_ENGINES = {
    "stt_missing": const.CONF_STT,
    "no_stt": const.CONF_STT,
    "tts_missing": const.CONF_TTS,
    "no_tts": const.CONF_TTS,
}
_DAY_S = 86_400.0


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
            self._error, self._status = await async_probe(
                self.hass, beside(entry, account_of(entry.data, self.hass.config.country))
            )
            if self._error is None:
                self.hass.config_entries.async_schedule_reload(self._entry_id)
                return self.async_create_entry(data={})
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            errors={"base": self._error or "unknown"},
            description_placeholders={"account": self._account, "status": self._status},
        )


class SpeechRepairFlow(RepairsFlow):
    """Choose an engine, or leave it empty to do without one."""

    def __init__(self, entry_id: str, key: str, placeholders: dict[str, str]) -> None:
        self._entry_id = entry_id
        self._key = key
        self._placeholders = placeholders

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        return await self.async_step_choose()

    async def async_step_choose(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Write the choice into the options, and load the account anew."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None:
            return self.async_create_entry(data={})
        if user_input is not None:
            speech = {**entry.options.get(const.CONF_SPEECH, {}), self._key: user_input["entity"]}
            self.hass.config_entries.async_update_entry(entry, options={**entry.options, const.CONF_SPEECH: speech})
            self.hass.config_entries.async_schedule_reload(self._entry_id)
            return self.async_create_entry(data={})
        domain = self._key.removesuffix("_entity")
        chooser = sel.EntitySelector(sel.EntitySelectorConfig(filter=[{"domain": domain}]))
        return self.async_show_form(
            step_id="choose",
            data_schema=probatio.Schema({probatio.Required("entity"): chooser}),
            description_placeholders=self._placeholders,
        )


class VoipPhoneRepairFlow(RepairsFlow):
    """Choose another telephone for a hand-over target."""

    def __init__(self, entry_id: str, subentry_id: str, placeholders: dict[str, str]) -> None:
        self._entry_id = entry_id
        self._subentry_id = subentry_id
        self._placeholders = placeholders

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask."""
        return await self.async_step_choose()

    async def async_step_choose(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Write the choice into the target; nothing is reloaded by it."""
        entry = self.hass.config_entries.async_get_entry(self._entry_id)
        target = entry.subentries.get(self._subentry_id) if entry is not None else None
        if entry is None or target is None:
            return self.async_create_entry(data={})
        errors: dict[str, str] = {}
        if user_input is not None:
            device_id = user_input[const.CONF_VOIP_DEVICE]
            error = voip_error(self.hass, device_id)
            if error is None:
                data = {**target.data, const.CONF_VOIP_DEVICE: device_id}
                self.hass.config_entries.async_update_subentry(entry, target, data=data)
                return self.async_create_entry(data={})
            errors = {const.CONF_VOIP_DEVICE: error}
        return self.async_show_form(
            step_id="choose",
            data_schema=probatio.Schema({probatio.Required(const.CONF_VOIP_DEVICE): VOIP_DEVICE}),
            errors=errors,
            description_placeholders=self._placeholders,
        )


class DiskRepairFlow(RepairsFlow):
    """Delete recordings, the calls stay."""

    def __init__(self, entry_id: str, account: str) -> None:
        self._entry_id = entry_id
        self._account = account

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Ask first."""
        return await self.async_step_delete()

    async def async_step_delete(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Delete those that are older than so many days, and see whether there is room now."""
        entry: HoldSlayerConfigEntry | None = self.hass.config_entries.async_get_entry(self._entry_id)
        if entry is None or entry.state is not ConfigEntryState.LOADED:
            return self.async_create_entry(data={})
        errors: dict[str, str] = {}
        if user_input is not None:
            before = dt_util.utcnow().timestamp() - float(user_input["days"]) * _DAY_S
            try:
                await purge_before(self.hass, entry.runtime_data, before, keeps_calls=True)
            except ServiceError:
                errors = {"base": "not_deleted"}
            else:
                if not await is_disk_nearly_full(self.hass, entry):
                    return self.async_create_entry(data={})
                errors = {"base": "still_full"}
        days = sel.NumberSelector(
            sel.NumberSelectorConfig(min=0, max=3650, mode=sel.NumberSelectorMode.BOX, unit_of_measurement="d")
        )
        return self.async_show_form(
            step_id="delete",
            data_schema=probatio.Schema({probatio.Required("days", default=7): days}),
            errors=errors,
            description_placeholders={"account": self._account},
        )


class ConverterRepairFlow(RepairsFlow):
    """Look once more whether the program is there: installing it is not ours to do."""

    def __init__(self, account: str) -> None:
        self._account = account

    async def async_step_init(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Explain first."""
        return await self.async_step_confirm()

    async def async_step_confirm(self, user_input: dict[str, Any] | None = None) -> RepairsFlowResult:
        """Done when it is there."""
        errors: dict[str, str] = {}
        if user_input is not None:
            if await async_has_converter(self.hass):
                return self.async_create_entry(data={})
            errors = {"base": "still_missing"}
        return self.async_show_form(
            step_id="confirm",
            data_schema=probatio.Schema({}),
            errors=errors,
            description_placeholders={"account": self._account},
        )


async def async_create_fix_flow(
    hass: HomeAssistant, issue_id: str, data: dict[str, str | int | float | None] | None
) -> RepairsFlow:
    """Flow of an issue. Those of versions before had no kind: they were all of the trunk."""
    values = {key: str(value) for key, value in (data or {}).items()}
    kind, entry_id, account = values.get("kind", "trunk"), values.get("entry_id", ""), values.get("account", "")
    if kind in _ENGINES:
        placeholders = {"account": account, "entity": values.get("entity", "")}
        return SpeechRepairFlow(entry_id, _ENGINES[kind], placeholders)
    if kind == "voip_phone_gone":
        placeholders = {"account": account, "target": values.get("target", "")}
        return VoipPhoneRepairFlow(entry_id, values.get("subentry_id", ""), placeholders)
    if kind == "disk":
        return DiskRepairFlow(entry_id, account)
    if kind == "ffmpeg_missing":
        return ConverterRepairFlow(account)
    return TrunkRepairFlow(entry_id, account, values.get("error", ""), values.get("status", ""))
