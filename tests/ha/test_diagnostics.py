"""Diagnostics and notifications: what helps, and nothing private."""

import json
from typing import Any

from homeassistant.components.diagnostics import REDACTED
from homeassistant.core import HomeAssistant
import pytest
from pytest_homeassistant_custom_component.common import MockConfigEntry

from custom_components.hold_slayer.adapters.notify import HomeAssistantNotifier
from custom_components.hold_slayer.diagnostics import async_get_config_entry_diagnostics
from custom_components.hold_slayer.engine.model.model_use import ModelUse
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from custom_components.hold_slayer.engine.sip.errors import NoAnswerError
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.facts import FactScope, KeptFact
from tests.fakes.agent import FakeAgent

from .conftest import ACCOUNT, OPTIONS

PRIVATE = {
    "host": "pbx.private-host.example",
    "username": "private-user",
    "password": "private-password",
    "auth_username": "private-auth",
    "display_name": "Private Name",
    "domain": "private-domain.example",
    "outbound_proxy": "private-proxy.example",
    "local_address": "192.0.2.55",
    "caller_id": "+49301234567",
    "public_address": "203.0.113.55",
    "stun_server": "stun.private.example",
    "peers": ["198.51.100.55"],
    "authority": "-----BEGIN CERTIFICATE-----\nprivate-certificate\n-----END CERTIFICATE-----\n",
}


@pytest.fixture
def private(hass: HomeAssistant, entry: MockConfigEntry) -> MockConfigEntry:
    advanced = {key: PRIVATE[key] for key in list(PRIVATE)[3:]}
    data: dict[str, Any] = {**ACCOUNT, **{key: PRIVATE[key] for key in list(PRIVATE)[:3]}, "advanced": advanced}
    model = {"llm": "openai", "llm_url": "http://private-url.example", "llm_api_key": "private-key", "llm_model": "m"}
    others = {
        "notify": ["mobile_app_private_phone"],
        "arrivals": {"take_over": True, "take_over_from": ["+4930555012", "192.0.2.77"]},
        "house": {"pause_players": ["media_player.private_room"], "pause_areas": ["private_room"]},
    }
    hass.config_entries.async_update_entry(entry, data=data, options={**OPTIONS, "model": model, **others})
    return entry


async def test_diagnostics_show_state_and_nothing_private(
    hass: HomeAssistant, private: MockConfigEntry, agent: FakeAgent
) -> None:
    agent.trunk(RegistrationState.FAILED, NoAnswerError("pbx.private-host.example is silent"))
    await private.runtime_data.keep_fact(KeptFact("grandmas_secret", "0471", "pin", FactScope.ASK))
    await private.runtime_data.keep_fact(KeptFact("kundennummer", "998877", "", FactScope.CONTACT, "town_hall"))
    agent.model_use = ModelUse(calls=7, used=3, refused=1, failures=1, timeouts=1, tokens=900, retries=2)
    agent.show(
        phase=Phase.ENDED,
        number="+15550199",
        company="Private Company",
        goal="private goal",
        last_heard="private words",
        last_action="private action",
        target_name="Private Target",
        answered_at=1001.0,
        hold_s=12.34,
        model_use=ModelUse(calls=2, used=1, tokens=800),
        outcome=Outcome.BUSY,
        sentence="private sentence",
    )
    diagnostics = await async_get_config_entry_diagnostics(hass, private)
    text = json.dumps(diagnostics)
    for item in (
        *map(str, PRIVATE.values()), "+49", "192.0.2.77", "private", "Private", "5550", "Acme", "Kitchen", "Alex", "alex@",
        "Town hall",
    ):  # fmt: skip
        assert item not in text, item
    assert diagnostics["registration"] == {"state": "failed", "error": "no_answer", "is_forgotten": False}
    assert diagnostics["calls"] == [
        {
            "phase": "ended",
            "outcome": "busy",
            "hold_s": 12.3,
            "audio_class": None,
            "was_answered": True,
            "is_recorded": False,
            "language_model": {
                "calls": 2,
                "used": 1,
                "refused": 0,
                "failures": 0,
                "timeouts": 0,
                "tokens": 800,
                "retries": 0,
            },
            "strip": [],
        }
    ]
    assert diagnostics["language_model"] == {
        "calls": 7,
        "used": 3,
        "refused": 1,
        "failures": 1,
        "timeouts": 1,
        "tokens": 900,
        "retries": 2,
    }
    assert diagnostics["facts"] == [{"kind": "pin", "scope": "ask"}, {"kind": "", "scope": "contact"}]
    assert not any(private in str(diagnostics) for private in ("grandmas_secret", "0471", "kundennummer", "998877"))
    assert diagnostics["data"]["transport"] == "udp"
    assert diagnostics["data"]["password"] == REDACTED
    assert diagnostics["options"]["hold_minutes"] == 45
    await hass.async_block_till_done(wait_background_tasks=True)


async def test_one_notification_a_call(hass: HomeAssistant, core: None) -> None:
    notifier = HomeAssistantNotifier(hass)
    await notifier.notify("c1", "human_answered", "A human is on the line.")
    await notifier.notify("c1", "outcome_connected", "You were put through.")
    await notifier.notify("c2", "outcome_busy", "The line is busy.")
    notifications = hass.data["persistent_notification"]
    assert {key: item["message"] for key, item in notifications.items()} == {
        "hold_slayer_c1": "You were put through.",
        "hold_slayer_c2": "The line is busy.",
    }
