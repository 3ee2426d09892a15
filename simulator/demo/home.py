"""Prepare the configuration directory of a private Home Assistant: no onboarding, loopback only, one owner.

Run as ``python -m simulator.demo.home DIRECTORY PORT`` before Home Assistant starts; prints the owner's token.
"""

import asyncio
from datetime import timedelta
import json
from pathlib import Path
import sys
from typing import Any

from homeassistant.auth import auth_manager_from_config
from homeassistant.auth.const import GROUP_ID_ADMIN
from homeassistant.auth.models import TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN
from homeassistant.config_entries import ConfigEntries
from homeassistant.core import HomeAssistant
from homeassistant.helpers import device_registry as dr, entity_registry as er

INTEGRATION = Path(__file__).resolve().parents[2] / "custom_components"

CONFIGURATION = """\
homeassistant:
  name: Hold Slayer demo
  language: en
  country: US
  currency: USD
  time_zone: Europe/Berlin
  unit_system: metric
  auth_providers:
    - type: trusted_networks
      trusted_networks: [127.0.0.1/32]
      allow_bypass_login: true
    - type: homeassistant
frontend:
config:
history:
logbook:
logger:
  default: warning
"""


def write_files(directory: Path, port: int) -> None:
    """Write configuration and the stores that onboarding would have written."""
    storage = directory / ".storage"
    storage.mkdir(parents=True, exist_ok=True)
    (directory / "configuration.yaml").write_text(CONFIGURATION, encoding="utf-8")
    (directory / "custom_components").symlink_to(INTEGRATION)
    _store(storage, "onboarding", {"done": ["user", "core_config", "analytics", "integration"]}, 4)
    _store(storage, "core.analytics", {"onboarded": True, "preferences": {}, "uuid": None})
    # HTTP settings live in this store; in YAML they would be on trial and reverted, with a restart, after five minutes.
    stable = {
        "server_host": ["127.0.0.1"],
        "server_port": port,
        "cors_allowed_origins": [],
        "login_attempts_threshold": -1,
        "ip_ban_enabled": False,
        "ssl_profile": "modern",
        "use_x_frame_options": True,
        "created_at": "2026-01-01T00:00:00+00:00",
        "error": None,
        "error_message": None,
    }
    _store(storage, "http", {"stable": stable, "pending": None, "yaml_migration_done": True}, 2, 2)


def _store(storage: Path, key: str, data: dict[str, Any], version: int = 1, minor: int = 1) -> None:
    content = {"version": version, "minor_version": minor, "key": key, "data": data}
    (storage / key).write_text(json.dumps(content, indent=1), encoding="utf-8")


async def create_owner(directory: Path) -> str:
    """Create the owner through Home Assistant's own user management and return a long-lived token."""
    hass = HomeAssistant(str(directory))
    hass.config_entries = ConfigEntries(hass, {})
    await hass.config_entries.async_initialize()
    dr.async_setup(hass)
    await asyncio.gather(dr.async_load(hass), er.async_load(hass))
    hass.auth = await auth_manager_from_config(hass, [{"type": "homeassistant"}], [])
    user = await hass.auth.async_create_user("Demo", group_ids=[GROUP_ID_ADMIN])
    refresh_token = await hass.auth.async_create_refresh_token(
        user,
        client_name="demo",
        token_type=TOKEN_TYPE_LONG_LIVED_ACCESS_TOKEN,
        access_token_expiration=timedelta(days=1),
    )
    token = hass.auth.async_create_access_token(refresh_token)
    # A forced stop is what writes the delayed user store.
    await hass.async_stop(force=True)
    return token


if __name__ == "__main__":
    target = Path(sys.argv[1]).resolve()
    write_files(target, int(sys.argv[2]))
    print(asyncio.run(create_owner(target)))
