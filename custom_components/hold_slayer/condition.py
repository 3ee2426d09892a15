"""Conditions of automations: whether there is a call, and whether it waits."""

from typing import Any, Unpack, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.condition import Condition, ConditionCheckParams, ConditionConfig
from homeassistant.helpers.typing import ConfigType
import probatio

from . import house
from .engine.model.snapshot import CallSnapshot

_SCHEMA = probatio.Schema(
    {
        probatio.Optional(CONF_OPTIONS, default=dict): {
            probatio.Optional("config_entry_id"): cv.string,
            probatio.Optional("company"): probatio.All(cv.ensure_list, [cv.string]),
        }
    }
)


class HasActiveCallCondition(Condition):
    """True while a call is in progress, of one account or company if named."""

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        checked: ConfigType = _SCHEMA(config)
        return checked

    def __init__(self, hass: HomeAssistant, config: ConditionConfig) -> None:
        super().__init__(hass, config)
        options: dict[str, Any] = config.options or {}
        self._entry_id = options.get("config_entry_id")
        self._companies = {name.casefold() for name in options.get("company", ())}

    @override
    def _async_check(self, **kwargs: Unpack[ConditionCheckParams]) -> bool:
        return any(
            self._is_meant(call)
            for entry in house.loaded_entries(self._hass)
            if self._entry_id in (None, entry.entry_id)
            for call in entry.runtime_data.agent.calls
            if call.is_active and (not self._companies or call.company.casefold() in self._companies)
        )

    def _is_meant(self, call: CallSnapshot) -> bool:
        return True


class IsOnHoldCondition(HasActiveCallCondition):
    """True while a call waits on hold."""

    @override
    def _is_meant(self, call: CallSnapshot) -> bool:
        return house.is_waiting(call)


class IsHumanOnTheLineCondition(HasActiveCallCondition):
    """True from the human's answer to the end of the line."""

    @override
    def _is_meant(self, call: CallSnapshot) -> bool:
        return call.is_human


async def async_get_conditions(hass: HomeAssistant) -> dict[str, type[Condition]]:
    """All conditions of this integration."""
    return {
        "has_active_call": HasActiveCallCondition,
        "is_on_hold": IsOnHoldCondition,
        "is_human_on_the_line": IsHumanOnTheLineCondition,
    }
