"""The card is served and loaded by itself."""

import gzip

from homeassistant.components.frontend import DATA_EXTRA_MODULE_URL
from homeassistant.core import HomeAssistant
from homeassistant.setup import async_setup_component
from pytest_homeassistant_custom_component.common import MockConfigEntry
from pytest_homeassistant_custom_component.typing import ClientSessionGenerator

from custom_components.hold_slayer.card import _FILES, FOLDER, URL
from custom_components.hold_slayer.const import DOMAIN
from tests.fakes.agent import FakeAgent


async def test_the_frontend_loads_it(
    hass: HomeAssistant, agent: FakeAgent, entry: MockConfigEntry, hass_client: ClientSessionGenerator
) -> None:
    (url,) = [url for url in hass.data[DATA_EXTRA_MODULE_URL].urls if url.startswith(URL)]
    assert url.startswith(f"{URL}/loader.js?v=")
    client = await hass_client()
    for name in _FILES:
        answer = await client.get(url.replace("loader.js", name))
        assert answer.status == 200
        assert "javascript" in answer.headers["content-type"]
        assert ("hold-slayer-card" in await answer.text()) is (name == "card.js")
    assert {path.name for path in FOLDER.glob("*.js")} == set(_FILES), "every file is in the version"
    await hass.config_entries.async_reload(entry.entry_id)
    assert await async_setup_component(hass, DOMAIN, {})
    assert len([url for url in hass.data[DATA_EXTRA_MODULE_URL].urls if url.startswith(URL)]) == 1


def test_it_is_small_and_asks_nobody_outside() -> None:
    assert len(gzip.compress((FOLDER / "card.js").read_bytes())) <= 25_000
    card = b"".join((FOLDER / name).read_bytes() for name in _FILES)
    addresses = {part.split(b'"')[0].split(b"`")[0] for part in card.split(b"https://")[1:]}
    assert all(address.startswith((b"github.com/hold-slayer", b"lit.dev")) for address in addresses), addresses
