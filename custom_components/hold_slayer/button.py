"""Buttons: be put through, have it wait once more, hang up."""

from collections.abc import Callable
from dataclasses import dataclass
from typing import override

from homeassistant.components.button import ButtonEntity, ButtonEntityDescription
from homeassistant.core import HomeAssistant
from homeassistant.exceptions import ServiceValidationError
from homeassistant.helpers.entity_platform import AddConfigEntryEntitiesCallback

from .const import DOMAIN
from .engine.agent import Agent, UnknownCallError
from .engine.model.phase import Phase
from .engine.model.snapshot import CallSnapshot
from .entity import HoldSlayerEntity
from .runtime import HoldSlayerConfigEntry, HoldSlayerRuntime

PARALLEL_UPDATES = 0


def _refusal(key: str) -> ServiceValidationError:
    return ServiceValidationError(translation_domain=DOMAIN, translation_key=key)


def _may_connect(runtime: HoldSlayerRuntime, call: CallSnapshot) -> None:
    if call.answered_at is None:
        raise _refusal("not_answered")
    if call.phase is Phase.CONNECTED:
        raise _refusal("already_connected")
    if not runtime.hand_over:
        raise _refusal("no_target")


def _may_resume(_runtime: HoldSlayerRuntime, call: CallSnapshot) -> None:
    if call.phase is not Phase.CONNECTED:
        raise _refusal("not_connected")


@dataclass(frozen=True, kw_only=True)
class CallButtonDescription(ButtonEntityDescription):
    """What a button does with the active call, and what it refuses with a ServiceValidationError."""

    order: Callable[[Agent, str], None]
    check: Callable[[HoldSlayerRuntime, CallSnapshot], None] = lambda _runtime, _call: None


DESCRIPTIONS = (
    CallButtonDescription(key="connect", order=lambda agent, call_id: agent.transfer(call_id), check=_may_connect),
    CallButtonDescription(
        key="resume_waiting", order=lambda agent, call_id: agent.resume_waiting(call_id), check=_may_resume
    ),
    CallButtonDescription(key="hang_up", order=lambda agent, call_id: agent.hang_up(call_id)),
)


async def async_setup_entry(
    hass: HomeAssistant, entry: HoldSlayerConfigEntry, async_add_entities: AddConfigEntryEntitiesCallback
) -> None:
    """Add the buttons of an account."""
    async_add_entities(CallButton(entry, description) for description in DESCRIPTIONS)


class CallButton(HoldSlayerEntity, ButtonEntity):
    """One order to the active call."""

    entity_description: CallButtonDescription

    def __init__(self, entry: HoldSlayerConfigEntry, description: CallButtonDescription) -> None:
        super().__init__(entry, description.key)
        self.entity_description = description
        self._runtime = entry.runtime_data

    @override
    async def async_press(self) -> None:
        call = self._active_call
        if call is None:
            raise _refusal("no_active_call")
        self.entity_description.check(self._runtime, call)
        try:
            self.entity_description.order(self._agent, call.call_id)
        except UnknownCallError as err:
            raise _refusal("unknown_call") from err
