"""System health: what is looked at first when something does not work."""

from typing import Any

from homeassistant.components.system_health import SystemHealthRegistration
from homeassistant.core import HomeAssistant, callback

from . import house


@callback
def async_register(hass: HomeAssistant, register: SystemHealthRegistration) -> None:
    """Register the information page."""
    register.async_register_info(_information, "/config/integrations/integration/hold_slayer")


async def _information(hass: HomeAssistant) -> dict[str, Any]:
    entries = house.loaded_entries(hass)
    runtimes = [entry.runtime_data for entry in entries]
    return {
        "accounts": len(entries),
        "registered": sum(runtime.agent.trunk_status.state.value == "registered" for runtime in runtimes),
        "active_calls": sum(call.is_active for runtime in runtimes for call in runtime.agent.calls),
        "speech_to_text": all(runtime.has_stt for runtime in runtimes),
        "text_to_speech": all(runtime.has_tts for runtime in runtimes),
    }
