"""The dashboard card: served by the integration itself and loaded on every page, so that nothing has to be added by hand."""

import hashlib
from pathlib import Path

from homeassistant.components.frontend import add_extra_js_url
from homeassistant.components.http.server import StaticPathConfig
from homeassistant.core import HomeAssistant

from .const import DOMAIN

FOLDER = Path(__file__).parent / "frontend"
URL = f"/{DOMAIN}_static"
_FILES = ("loader.js", "card.js", "audio.js", "worklet.js", *(f"texts-{name}.js" for name in ("de", "es", "fr", "nl")))
"""The first two are loaded on every page; they fetch the others when they are wanted."""


async def async_setup_card(hass: HomeAssistant) -> None:
    """Serve the files and have the frontend load them. Once a start: paths that are served cannot be taken back."""
    version = await hass.async_add_executor_job(_version)
    await hass.http.async_register_static_paths([StaticPathConfig(URL, str(FOLDER), cache_headers=True)])
    add_extra_js_url(hass, f"{URL}/{_FILES[0]}?v={version}")


def _version() -> str:
    """Changes with the files, so that browsers fetch new ones and keep old ones for a month."""
    digest = hashlib.sha256()
    for name in _FILES:
        digest.update((FOLDER / name).read_bytes())
    return digest.hexdigest()[:10]
