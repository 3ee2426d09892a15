"""Diagnostics without private data: no number, no name, no transcript, no credential."""

from dataclasses import asdict
from typing import Any

from homeassistant.components.diagnostics import async_redact_data
from homeassistant.const import CONF_HOST, CONF_PASSWORD, CONF_USERNAME
from homeassistant.core import HomeAssistant

from . import const
from .engine.model.strip import strip_as_rows
from .runtime import HoldSlayerConfigEntry

_PRIVATE = {
    CONF_HOST,
    CONF_PASSWORD,
    CONF_USERNAME,
    const.CONF_AUTH_USERNAME,
    const.CONF_AUTHORITY,
    const.CONF_CALLER_ID,
    const.CONF_DISPLAY_NAME,
    const.CONF_LLM_KEY,
    const.CONF_LLM_URL,
    const.CONF_LOCAL_ADDRESS,
    const.CONF_NOTIFY,
    const.CONF_OUTBOUND_PROXY,
    const.CONF_PAUSE_AREAS,
    const.CONF_PAUSE_PLAYERS,
    const.CONF_PEERS,
    const.CONF_PUBLIC_ADDRESS,
    const.CONF_SIP_DOMAIN,
    const.CONF_STUN,
    const.CONF_TAKE_OVER_FROM,
    const.CONF_USER_NAME,
    const.CONF_MESSAGE,
    const.CONF_CALLBACK_NUMBER,
}


async def async_get_config_entry_diagnostics(hass: HomeAssistant, entry: HoldSlayerConfigEntry) -> dict[str, Any]:
    """What helps to find a fault."""
    runtime = entry.runtime_data
    status = runtime.agent.trunk_status
    return {
        "data": async_redact_data(dict(entry.data), _PRIVATE),
        "options": async_redact_data(dict(entry.options), _PRIVATE),
        "registration": {
            "state": status.state.value,
            "error": status.error.key if status.error else None,
            "is_forgotten": status.is_forgotten,
        },
        "refused_calls": runtime.agent.refused_calls,
        "dropped_messages": runtime.agent.dropped_messages,
        "language_model": asdict(runtime.agent.model_use),
        "contacts": len(runtime.contacts),
        "hand_over_targets": len(runtime.hand_over),
        "facts": [{"kind": fact.kind, "scope": fact.scope.value} for fact in runtime.vault.facts],
        "known_numbers": runtime.memories.count,
        "flows": [
            {"steps": len(flow.steps), "successes": flow.successes, "failures_in_row": flow.failures_in_row}
            for flow in runtime.flow_book.flows
        ],
        "calls": [
            {
                "phase": call.phase.value,
                "outcome": call.outcome.value if call.outcome else None,
                "hold_s": round(call.hold_s, 1),
                "audio_class": call.audio_class.value if call.audio_class else None,
                "was_answered": call.answered_at is not None,
                "is_recorded": bool(call.recording),
                "language_model": asdict(call.model_use),
                "strip": strip_as_rows(call.strip),
            }
            for call in runtime.agent.calls
        ],
    }
