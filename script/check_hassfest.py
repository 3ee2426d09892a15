"""The rules of Home Assistant's hassfest and of the HACS action that concern a custom integration, as far as files can tell.

hassfest is no package, and continuous integration here reaches no other place; so its published rules (``script/hassfest`` in Home
Assistant's repository: manifest, dependencies, translations, icons, services, triggers, conditions) and those of HACS
(``validate`` in its repository: hacsjson, integration_manifest, brands, information, license) are written down here anew.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

from awesomeversion import AwesomeVersion, AwesomeVersionStrategy
import homeassistant
from homeassistant.bootstrap import CORE_INTEGRATIONS
from homeassistant.const import Platform
from homeassistant.helpers import config_validation as cv, selector
from packaging.requirements import InvalidRequirement, Requirement
import probatio
import yaml

ROOT = Path(__file__).resolve().parents[1]
INTEGRATION = ROOT / "custom_components" / "hold_slayer"
COMPONENTS = Path(homeassistant.__file__).parent / "components"

_REQUIRED = {"domain", "name", "codeowners", "documentation", "issue_tracker", "version", "iot_class"}
_KNOWN = _REQUIRED | {
    "after_dependencies", "categories", "config_flow", "connectivity", "dependencies", "dhcp", "import_executor",
    "integration_type", "loggers", "requirements", "single_config_entry", "ssdp", "zeroconf",
}  # fmt: skip
_IOT_CLASSES = {"assumed_state", "calculated", "cloud_polling", "cloud_push", "local_polling", "local_push"}
_TYPES = {"device", "entity", "hardware", "helper", "hub", "service", "system"}
_STRATEGIES = [
    AwesomeVersionStrategy.CALVER, AwesomeVersionStrategy.SEMVER, AwesomeVersionStrategy.SIMPLEVER,
    AwesomeVersionStrategy.BUILDVER, AwesomeVersionStrategy.PEP440,
]  # fmt: skip
_ALWAYS_THERE = {platform.value for platform in Platform} | {
    "automation", "conversation", "device_automation", "frontend", "homeassistant", "media_source", "persistent_notification",
    "person", "script", "sun", "system_health", "system_log", "timer", "webhook", "websocket_api", "zone",
}  # fmt: skip
"""Whose modules may be imported without being named in the manifest."""
_HACS: dict[str, type] = {
    "content_in_root": bool, "country": list, "filename": str, "hacs": str, "hide_default_branch": bool,
    "homeassistant": str, "persistent_directory": str, "render_readme": bool, "zip_release": bool, "name": str,
}  # fmt: skip
_KEY = re.compile(r"(?!.+[_-]{2})(?![_-])[a-z0-9-_]+(?<![_-])")


def breaches(integration: Path = INTEGRATION, root: Path = ROOT) -> list[str]:
    """Every rule that is broken, in a sentence."""
    manifest = _json(integration / "manifest.json")
    texts = {path.name: _json(path) for path in sorted((integration / "translations").glob("*.json"))}
    return [
        *_manifest(manifest, integration),
        *_dependencies(manifest, integration),
        *(f"{name}: {breach}" for name, content in texts.items() for breach in _translations(content)),
        *_icons(_json(integration / "icons.json")),
        *_described(integration, texts.get("en.json", {})),
        *_store(root, integration),
    ]


def _manifest(manifest: dict[str, Any], integration: Path) -> Iterator[str]:
    for key in sorted(_REQUIRED - manifest.keys()):
        yield f"manifest.json: {key} is missing"
    for key in sorted(manifest.keys() - _KNOWN):
        yield f"manifest.json: {key} is not known"
    keys = list(manifest)
    if keys != sorted(keys, key=lambda key: {"domain": ".domain", "name": ".name"}.get(key, key)):
        yield "manifest.json: keys are sorted: domain, name, then by the alphabet"
    if manifest.get("domain") != integration.name:
        yield "manifest.json: domain is not the folder's name"
    if (COMPONENTS / str(manifest.get("domain"))).exists():
        yield "manifest.json: Home Assistant has an integration of this domain"
    if manifest.get("iot_class") not in _IOT_CLASSES:
        yield "manifest.json: iot_class is not known"
    if manifest.get("integration_type", "hub") not in _TYPES:
        yield "manifest.json: integration_type is not known"
    for key in ("documentation", "issue_tracker"):
        if not str(manifest.get(key)).startswith("https://"):
            yield f"manifest.json: {key} is an address with https"
    for owner in manifest.get("codeowners", []):
        if not str(owner).startswith("@"):
            yield f"manifest.json: code owner {owner} begins with @"
    if AwesomeVersion(str(manifest.get("version"))).strategy not in _STRATEGIES:
        yield "manifest.json: the version is none"
    for text in manifest.get("requirements", []):
        try:
            requirement = Requirement(text)
        except InvalidRequirement:
            yield f"manifest.json: {text} is no requirement"
        else:
            if requirement.url or not requirement.specifier:
                yield f"manifest.json: {text} names no version"


def _dependencies(manifest: dict[str, Any], integration: Path) -> Iterator[str]:
    first, later = set(manifest.get("dependencies", [])), set(manifest.get("after_dependencies", []))
    for name in sorted(first & later):
        yield f"manifest.json: {name} is in dependencies and after_dependencies"
    for name in sorted(first | later):
        if name in CORE_INTEGRATIONS:
            yield f"manifest.json: {name} is always there and no dependency"
        elif not (COMPONENTS / name).is_dir():
            yield f"manifest.json: there is no integration {name}"
    for file in sorted(integration.rglob("*.py")):
        for name in sorted(_imported(ast.parse(file.read_text(encoding="utf-8")))):
            is_platform = (integration / f"{name}.py").exists() or (integration / name).is_dir()
            if name not in first | later | _ALWAYS_THERE and not is_platform:
                yield f"{file.relative_to(integration)} uses {name}, which manifest.json does not name"


def _imported(tree: ast.AST) -> set[str]:
    """Integrations whose modules are imported."""
    found: set[str] = set()
    for node in ast.walk(tree):
        match node:
            case ast.ImportFrom(module="homeassistant.components"):
                found |= {name.name for name in node.names}
            case ast.ImportFrom(module=str(module)) if module.startswith("homeassistant.components."):
                found.add(module.split(".")[2])
            case ast.Import():
                found |= {n.name.split(".")[2] for n in node.names if n.name.startswith("homeassistant.components.")}
    return found


def _translations(content: dict[str, Any], path: str = "") -> Iterator[str]:
    for key, value in content.items():
        here = f"{path}.{key}".lstrip(".")
        if not _KEY.fullmatch(key):
            yield f"{here} is no translation key"
        if isinstance(value, dict):
            yield from _translations(value, here)
            continue
        try:
            cv.string_with_no_html(value)
        except probatio.Invalid:
            yield f"{here} holds HTML"
        if value != value.strip():
            yield f"{here} begins or ends with a blank"
        if re.search(r"'\{\w+\}'", value):
            yield f"{here} has a placeholder in single quotes"
        if re.search(r"https?://", value):
            yield f"{here} holds an address: it belongs into a placeholder"


def _icons(icons: dict[str, Any], path: str = "") -> Iterator[str]:
    for key, value in icons.items():
        here = f"{path}.{key}".lstrip(".")
        if isinstance(value, dict):
            yield from _icons(value, here)
            states = value.get("state")
            for state, icon in (states if isinstance(states, dict) else {}).items():
                if icon == value.get("default"):
                    yield f"icons.json: {here}.state.{state} is the default icon anyway"
        elif not str(value).startswith("mdi:"):
            yield f"icons.json: {here} is not an icon of Material Design"


def _described(integration: Path, english: dict[str, Any]) -> Iterator[str]:
    """Selectors of actions, triggers and conditions, and their texts."""
    for kind in ("services", "triggers", "conditions"):
        file = integration / f"{kind}.yaml"
        described = yaml.safe_load(file.read_text(encoding="utf-8")) if file.exists() else {}
        for name, content in described.items():
            if name.startswith("."):
                continue
            told = english.get(kind, {}).get(name, {})
            yield from (
                f"en.json: {kind}.{name}.{part} is missing" for part in ("name", "description") if part not in told
            )
            for field, settings in ((content or {}).get("fields") or {}).items():
                for part in ("name", "description"):
                    if part not in told.get("fields", {}).get(field, {}):
                        yield f"en.json: {kind}.{name}.fields.{field}.{part} is missing"
                try:
                    selector.validate_selector(settings["selector"])
                except (probatio.Invalid, KeyError) as err:
                    yield f"{file.name}: {name}.{field} has no good selector: {err}"


def _store(root: Path, integration: Path) -> Iterator[str]:
    """What HACS asks of a repository, less what only its host knows (topics, description, issues)."""
    store = _json(root / "hacs.json")
    if "name" not in store:
        yield "hacs.json: name is missing"
    for key, value in store.items():
        if key not in _HACS or not isinstance(value, _HACS[key]):
            yield f"hacs.json: {key} is not as HACS wants it"
    if store.get("zip_release") and not store.get("filename"):
        yield "hacs.json: zip_release needs filename"
    for needed in (root / "README.md", root / "LICENSE", integration / "brand" / "icon.png"):
        if not needed.is_file():
            yield f"{needed.name} is missing"
    if len(list(integration.parent.glob("*/manifest.json"))) != 1:
        yield "custom_components holds one integration"


def _json(path: Path) -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads(path.read_text(encoding="utf-8"))
    return loaded
