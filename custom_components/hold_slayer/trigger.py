"""Triggers of automations: what happens in a call, for one account or all, one company or all."""

from typing import Any, ClassVar, override

from homeassistant.const import CONF_OPTIONS
from homeassistant.core import CALLBACK_TYPE, HomeAssistant, callback
from homeassistant.helpers import config_validation as cv
from homeassistant.helpers.dispatcher import async_dispatcher_connect
from homeassistant.helpers.trigger import Trigger, TriggerActionRunner, TriggerConfig, TriggerNotTriggeredReporter
from homeassistant.helpers.typing import ConfigType
import probatio

from .engine.model.call_event import CallOccurrence, OccurrenceKind
from .engine.model.phase import Outcome
from .engine.model.snapshot import CallSnapshot
from .events import MILESTONES, payload
from .feed import SIGNAL_OCCURRENCE

_OPTIONS: dict[Any, Any] = {
    probatio.Optional("config_entry_id"): cv.string,
    probatio.Optional("company"): probatio.All(cv.ensure_list, [cv.string]),
}
_ENDED_OPTIONS: dict[Any, Any] = {
    **_OPTIONS,
    probatio.Optional("outcome"): probatio.All(cv.ensure_list, [probatio.In([each.value for each in Outcome])]),
}


class CallTrigger(Trigger):
    """Fires with what is known of the call."""

    options: ClassVar[dict[Any, Any]] = _OPTIONS
    kind: str

    @classmethod
    @override
    async def async_validate_config(cls, hass: HomeAssistant, config: ConfigType) -> ConfigType:
        schema = probatio.Schema({probatio.Optional(CONF_OPTIONS, default=dict): cls.options})
        checked: ConfigType = schema(config)
        return checked

    def __init__(self, hass: HomeAssistant, config: TriggerConfig) -> None:
        super().__init__(hass, config)
        options = config.options or {}
        self._entry_id = options.get("config_entry_id")
        self._companies = {name.casefold() for name in options.get("company", ())}
        self._outcomes = set(options.get("outcome", ()))

    @override
    async def async_attach_runner(
        self, run_action: TriggerActionRunner, did_not_trigger: TriggerNotTriggeredReporter | None = None
    ) -> CALLBACK_TYPE:
        @callback
        def occurred(entry_id: str, call: CallSnapshot, occurrence: CallOccurrence) -> None:
            if occurrence.kind == self.kind and self._is_wanted(entry_id, call, occurrence):
                run_action(
                    payload(entry_id, call, occurrence, self._hass.config.language),
                    f"{self.kind} of {call.company or 'a call'}",
                )

        return async_dispatcher_connect(self._hass, SIGNAL_OCCURRENCE, occurred)

    def _is_wanted(self, entry_id: str, call: CallSnapshot, occurrence: CallOccurrence) -> bool:
        return (
            self._entry_id in (None, entry_id)
            and (not self._companies or call.company.casefold() in self._companies)
            and (not self._outcomes or occurrence.data.get("outcome") in self._outcomes)
        )


class CallEndedTrigger(CallTrigger):
    """Fires at the end, whatever it was or for some outcomes only."""

    options: ClassVar[dict[Any, Any]] = _ENDED_OPTIONS


def _of_kind(name: str, kind: str) -> type[CallTrigger]:
    base = CallEndedTrigger if kind == OccurrenceKind.ENDED else CallTrigger
    return type(f"Trigger_{name}", (base,), {"kind": kind})


_TRIGGERS: dict[str, type[Trigger]] = {name: _of_kind(name, kind) for kind, name in MILESTONES.items()}


async def async_get_triggers(hass: HomeAssistant) -> dict[str, type[Trigger]]:
    """All triggers of this integration."""
    return _TRIGGERS
