"""Every block of YAML in the pages, taken by a real Home Assistant with the integration loaded."""

from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from homeassistant import config as conf_util
from homeassistant.components.automation.config import ValidationStatus, async_validate_config_item
from homeassistant.components.script.config import async_validate_config_item as async_validate_script
from homeassistant.config import IntegrationConfigInfo
from homeassistant.core import HomeAssistant
from homeassistant.helpers import config_validation as cv, entity_registry as er, script as script_helper, template
from homeassistant.loader import async_get_integration
from homeassistant.setup import async_setup_component
from homeassistant.util.yaml import parse_yaml
import pytest
import yaml

from custom_components.hold_slayer.const import DOMAIN
from custom_components.hold_slayer.engine.ivr.flow_codec import load_flows
from tests.fakes import pages
from tests.fakes.agent import FakeAgent

ROOT = pages.ROOT
YAML = pages.blocks("yaml", "yml")
ACCOUNT = "alice_example_com"
"""How the pages name the entities of the account; the tests' own is ``alice_sip_example_com``."""
_CARDS = {
    "conditional",
    "vertical-stack",
    "horizontal-stack",
    "grid",
    "tile",
    "entities",
    "button",
    "markdown",
    "statistics-graph",
}
_NAMED_BY_USERS = {"notify", "script", "tts"}
"""Domains whose actions are named after what a user has set up."""


@pytest.fixture
async def home(hass: HomeAssistant, agent: FakeAgent) -> HomeAssistant:
    """Home Assistant with an account, automations and scripts."""
    for name in ("automation", "script"):
        assert await async_setup_component(hass, name, {})
    await hass.async_block_till_done()
    return hass


def nodes(value: Any) -> Iterator[dict[str, Any]]:
    """Every mapping in it."""
    if isinstance(value, dict):
        yield value
        value = list(value.values())
    if isinstance(value, list):
        for each in value:
            yield from nodes(each)


def kind_of(value: Any) -> str:
    """What a block is."""
    keys = set(value) if isinstance(value, dict) else set()
    if keys >= {"schema", "flows"}:
        return "flow"
    if "services" in keys:
        return "compose"
    if keys & {"triggers", "actions", "conditions"} and "type" not in keys:
        return "automation"
    if "sequence" in keys:
        return "script"
    if "type" in keys:
        return "card"
    if "action" in keys or isinstance(value, list):
        return "steps"
    return "configuration"


@pytest.mark.parametrize("block", YAML, ids=lambda block: block.name)
async def test_block(home: HomeAssistant, block: pages.Block) -> None:
    value = parse_yaml(block.text)
    assert value, "an empty block"
    match kind_of(value):
        case "automation":
            await automation(home, value)
        case "script":
            checked = await async_validate_script(home, "documented", value)
            assert checked is not None
            assert checked.validation_status.value == "ok"
            await actions(home, value)
        case "steps":
            steps = value if isinstance(value, list) else [value]
            await script_helper.async_validate_actions_config(home, cv.SCRIPT_SCHEMA(steps))
            await actions(home, value)
        case "card":
            card(home, value)
        case "flow":
            assert load_flows(value)
        case "compose":
            pytest.fail("compose files stand in compose/, and are tested in tests/unit/test_compose.py")
        case "configuration":
            await configuration(home, value)
    entities(home, block.text)


async def automation(hass: HomeAssistant, value: dict[str, Any]) -> None:
    """A whole automation, or a part of one: what is missing is filled in."""
    whole = {"alias": "documented", "triggers": [{"trigger": "hold_slayer.call_started"}], "actions": [], **value}
    checked = await async_validate_config_item(hass, "documented", whole)
    assert checked is not None
    assert checked.validation_status is ValidationStatus.OK, checked.validation_error
    await actions(hass, value)


async def actions(hass: HomeAssistant, value: Any) -> None:
    """Every action that is called exists and takes these data."""
    for node in nodes(value):
        name = node.get("action")
        if not isinstance(name, str) or "{{" in name or not re.fullmatch(r"\w+\.\w+", name):
            continue
        domain, _, service = name.partition(".")
        if domain == DOMAIN:
            ours(hass, service, node.get("data") or {})
            continue
        integration = await async_get_integration(hass, domain)
        described = yaml_keys(integration.file_path / "services.yaml")
        assert service in described or domain in _NAMED_BY_USERS, f"{name} is not known"


def ours(hass: HomeAssistant, service: str, data: dict[str, Any]) -> None:
    """Data of one of our actions: templates are put through Home Assistant's own rendering first."""
    action = hass.services.async_services_for_domain(DOMAIN).get(service)
    assert action is not None, f"hold_slayer.{service} is not known"
    known = {"trigger": {"call_id": "call-1", "config_entry_id": "entry-1", "company": "Acme Bank"}}
    assert action.schema is not None
    action.schema(template.render_complex(cv.template_complex(data), known))


def yaml_keys(path: Path) -> set[str]:
    return set(re.findall(r"^(\w+):", path.read_text(encoding="utf-8"), re.MULTILINE)) if path.exists() else set()


def card(hass: HomeAssistant, value: dict[str, Any]) -> None:
    """Cards are checked by their keys: Home Assistant leaves them to the browser."""
    source = (ROOT / "frontend" / "src" / "ha.ts").read_text(encoding="utf-8")
    found = re.search(r"interface CardConfig \{(.*?)\n\}", source, re.DOTALL)
    assert found is not None
    options = set(re.findall(r"^  (\w+)\??:", found[1], re.MULTILINE))
    for node in nodes(value):
        if node.get("type") == "custom:hold-slayer-card":
            assert set(node) <= options, f"the card does not know {set(node) - options}"
        elif "type" in node:
            assert node["type"] in _CARDS
    if value["type"] == "statistics-graph":
        assert all(str(name).startswith("hold_slayer:hold_time_") for name in value["entities"])


async def configuration(hass: HomeAssistant, value: dict[str, Any]) -> None:
    """Parts of configuration.yaml, by the schema of each integration."""
    for domain, content in value.items():
        integration = await async_get_integration(hass, domain)
        processed: IntegrationConfigInfo = await conf_util.async_process_component_config(
            hass, {domain: content}, integration
        )
        assert not processed.exception_info_list, processed.exception_info_list
        assert processed.config is not None


def entities(hass: HomeAssistant, text: str) -> None:
    """Entities of ours that a page names exist, under the name that the account of the pages gives them."""
    real = {name.replace("alice_sip_example_com", ACCOUNT) for name in er.async_get(hass).entities}
    named = set(re.findall(rf"\b[a-z_]+\.(?:{ACCOUNT}|acme_bank)_\w+", text))
    assert named <= real, f"no such entities: {named - real}"


def test_there_are_blocks_of_every_kind() -> None:
    kinds = {kind_of(yaml.safe_load(block.text)) for block in YAML}
    assert {"automation", "script", "steps", "card", "flow", "configuration"} <= kinds


@pytest.mark.parametrize("page", pages.PAGES, ids=lambda path: str(path.relative_to(ROOT)))
async def test_entities_in_the_text_exist(home: HomeAssistant, page: Path) -> None:
    entities(home, pages.prose(page))


def test_json_is_json() -> None:
    for block in pages.blocks("json"):
        assert json.loads(block.text), block.name


def test_nothing_is_code_of_an_unknown_kind() -> None:
    """A block without a language would not be tried by anybody."""
    known = {"yaml", "sh", "json", "ini", "text"}
    for page in pages.PAGES:
        for match in re.finditer(r"^ *```(\w+)$", page.read_text(encoding="utf-8"), re.MULTILINE):
            assert match[1] in known, f"{page.relative_to(ROOT)}: {match[1]}"


WRONG = [
    ("automation", "triggers:\n  - trigger: hold_slayer.no_such_trigger\nactions: []\n"),
    ("automation", "conditions:\n  - condition: hold_slayer.no_such_condition\n"),
    ("automation", "triggers:\n  - trigger: hold_slayer.call_ended\n    options:\n      outcome: nonsense\n"),
    ("steps", "action: hold_slayer.no_such_action\n"),
    ("steps", "action: hold_slayer.call\ndata:\n  phone: 1\n"),
    ("steps", "action: light.no_such_action\n"),
    ("script", "sequence:\n  - action: hold_slayer.say\n"),
    ("card", "type: custom:hold-slayer-card\nhide_everything: true\n"),
    ("configuration", "recorder:\n  exclude:\n    no_such_key: [x]\n"),
    ("flow", "schema: 1\nflows:\n  - name: x\n"),
    ("card", "type: tile\nentity: sensor.alice_example_com_no_such_entity\n"),
]


@pytest.mark.parametrize(("kind", "text"), WRONG)
async def test_what_is_wrong_is_noticed(home: HomeAssistant, kind: str, text: str) -> None:
    """The tests above can fail."""
    block = pages.Block(ROOT / "README.md", 1, "yaml", text)
    assert kind_of(parse_yaml(text)) == kind
    with pytest.raises(Exception, match=r".+"):
        await test_block(home, block)
