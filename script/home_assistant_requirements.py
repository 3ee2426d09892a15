"""Print the requirements that Home Assistant would install at its start for what the demo and the tests load."""

import json
from pathlib import Path

import homeassistant
from homeassistant.auth.mfa_modules import totp
from homeassistant.bootstrap import DEFAULT_INTEGRATIONS

LOADED = {
    "ai_task",
    "assist_pipeline",
    "config",
    "conversation",
    "frontend",
    "history",
    "homeassistant",
    "logbook",
    "mcp_server",
    "media_source",
    "persistent_notification",
    "recorder",
    "stt",
    "tts",
    "voip",
    "wyoming",
}

components = Path(homeassistant.__file__).parent / "components"
todo = set(DEFAULT_INTEGRATIONS) | LOADED
seen: set[str] = set()
requirements: set[str] = set(totp.REQUIREMENTS)
while todo:
    domain = todo.pop()
    if domain in seen:
        continue
    seen.add(domain)
    path = components / domain / "manifest.json"
    manifest = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    todo |= set(manifest.get("dependencies", []))
    requirements |= set(manifest.get("requirements", []))
print("# Made by script/lock from the installed Home Assistant: what it would install at its start.")
print("\n".join(sorted(requirements)))
