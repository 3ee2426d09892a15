"""What a script can check of Home Assistant's quality scale: texts, icons, exceptions, the engine's independence, the list itself.

What the rules say: https://developers.home-assistant.io/docs/core/integration-quality-scale. What needs Home Assistant to run is in
``tests/ha/test_package.py``; hassfest's rules are in `check_hassfest`.
"""

import ast
from collections.abc import Iterator
import json
from pathlib import Path
import re
from typing import Any

import yaml

ROOT = Path(__file__).resolve().parents[1]
INTEGRATION = ROOT / "custom_components" / "hold_slayer"

RULES = frozenset(
    """
    action-setup appropriate-polling brands common-modules config-flow config-flow-test-coverage dependency-transparency
    docs-actions docs-conditions docs-high-level-description docs-installation-instructions docs-removal-instructions docs-triggers
    entity-event-setup entity-unique-id has-entity-name runtime-data test-before-configure test-before-setup unique-config-entry
    action-exceptions config-entry-unloading docs-configuration-parameters docs-installation-parameters entity-unavailable
    integration-owner log-when-unavailable parallel-updates reauthentication-flow test-coverage
    devices diagnostics discovery discovery-update-info docs-data-update docs-examples docs-known-limitations docs-supported-devices
    docs-supported-functions docs-troubleshooting docs-use-cases dynamic-devices entity-category entity-device-class
    entity-disabled-by-default entity-translations exception-translations icon-translations reconfiguration-flow repair-issues
    stale-devices async-dependency inject-websession strict-typing
    """.split()
)
"""All 54 of 2026.11."""
_TOLD_TO_USERS = frozenset(
    """
    HomeAssistantError ServiceValidationError ConfigEntryNotReady ConfigEntryAuthFailed ConfigEntryError Unresolvable BrowseError
    """.split()
)
_TOLD_TO_MODELS = re.compile(r"llm\w*\.py")
"""Files whose errors are results for a language model, in English like its tools."""
_REFUSALS = frozenset({"invalid", "_invalid", "_refusal"})
_PLATFORMS = ("binary_sensor", "button", "event", "sensor")


def breaches(integration: Path = INTEGRATION) -> list[str]:
    """Every rule that is broken, in a sentence."""
    texts = {path.stem: _json(path) for path in sorted((integration / "translations").glob("*.json"))}
    english = texts["en"]
    trees = {path: ast.parse(path.read_text(encoding="utf-8")) for path in sorted(integration.rglob("*.py"))}
    house = {path: tree for path, tree in trees.items() if "engine" not in path.relative_to(integration).parts}
    return [
        *_placeholders(texts),
        *_descriptions(english),
        *_names(integration, english, house),
        *(breach for path, tree in house.items() for breach in _exceptions(path, tree, english["exceptions"])),
        *(breach for path, tree in trees.items() if path not in house for breach in _independence(path, tree)),
        *_platforms(integration),
        *_scale(yaml.safe_load((integration / "quality_scale.yaml").read_text(encoding="utf-8"))["rules"]),
    ]


def _placeholders(texts: dict[str, Any]) -> Iterator[str]:
    english = dict(_leaves(texts["en"]))
    for language, content in texts.items():
        for path, text in _leaves(content):
            wanted = set(re.findall(r"\{\w+\}", english.get(path, text)))
            if set(re.findall(r"\{\w+\}", text)) != wanted:
                yield f"{language}.json: {path} has other placeholders than the English text"


def _descriptions(english: dict[str, Any]) -> Iterator[str]:
    """Every field of every form says what it is for."""
    forms = [english["config"]["step"], english["options"]["step"]]
    forms += [kind["step"] for kind in english["config_subentries"].values()]
    for steps in forms:
        for name, step in steps.items():
            for part in (step, *step.get("sections", {}).values()):
                for field in part.get("data", {}):
                    if field not in part.get("data_description", {}):
                        yield f"en.json: field {field} of step {name} is not described"


def _names(integration: Path, english: dict[str, Any], house: dict[Path, ast.Module]) -> Iterator[str]:
    """Entities, triggers, conditions and actions: the same names in the code, the texts and the icons."""
    icons = _json(integration / "icons.json")
    words = {
        node.value
        for tree in house.values()
        for node in ast.walk(tree)
        if isinstance(node, ast.Constant) and node.value
    }
    for platform, entities in english["entity"].items():
        for key in entities:
            if key not in words:
                yield f"en.json: no {platform} of the code is {key}"
            if key not in icons["entity"].get(platform, {}):
                yield f"icons.json: {platform} {key} has no icon"
    for kind in ("services", "triggers", "conditions"):
        described = {
            name: each
            for name, each in yaml.safe_load((integration / f"{kind}.yaml").read_text(encoding="utf-8")).items()
            if not name.startswith(".")
        }
        for name in sorted(set(described) ^ set(english[kind])):
            yield f"{kind}.yaml and en.json: {name} is in one of them only"
        for name in sorted(set(described) ^ set(icons[kind])):
            yield f"{kind}.yaml and icons.json: {name} is in one of them only"
        for name, each in described.items():
            if name not in words:
                yield f"{kind}.yaml: the code knows no {name}"
            told = set(english[kind].get(name, {}).get("fields", {}))
            for field in sorted(told ^ set((each or {}).get("fields") or {})):
                yield f"{kind}.yaml and en.json: field {field} of {name} is in one of them only"


def _exceptions(path: Path, tree: ast.Module, known: dict[str, Any]) -> Iterator[str]:
    """Whatever a user may read is translated, and gets the placeholders of its text."""
    for node in ast.walk(tree):
        if not isinstance(node, ast.Call) or not isinstance(node.func, ast.Name):
            continue
        if node.func.id in _REFUSALS and node.args and isinstance(node.args[0], ast.Constant):
            key = str(node.args[0].value)
            given = {str(keyword.arg) for keyword in node.keywords if keyword.arg}
            if key not in known:
                yield f"{path.name}: exception {key} has no text"
            elif given != set(re.findall(r"\{(\w+)\}", known[key]["message"])):
                yield f"{path.name}: exception {key} gets other placeholders than its text has"
        if node.func.id in _TOLD_TO_USERS and not _TOLD_TO_MODELS.fullmatch(path.name):
            keywords = {keyword.arg: keyword.value for keyword in node.keywords}
            if not {"translation_domain", "translation_key"} <= set(keywords):
                yield f"{path.name}: line {node.lineno} raises {node.func.id} without a translation"
            elif isinstance(value := keywords["translation_key"], ast.Constant) and str(value.value) not in known:
                yield f"{path.name}: exception {value.value!s} has no text"


def _independence(path: Path, tree: ast.Module) -> Iterator[str]:
    """The engine runs without Home Assistant: it does not even speak of it."""
    for node in ast.walk(tree):
        match node:
            case ast.Name(id="hass" | "homeassistant") | ast.arg(arg="hass") | ast.Attribute(attr="hass"):
                yield f"{path.name}: line {node.lineno} uses hass in the engine"
            case ast.ImportFrom(module=str(module)) if module.partition(".")[0] == "homeassistant":
                yield f"{path.name}: line {node.lineno} imports Home Assistant into the engine"


def _platforms(integration: Path) -> Iterator[str]:
    for platform in _PLATFORMS:
        if "\nPARALLEL_UPDATES = " not in (integration / f"{platform}.py").read_text(encoding="utf-8"):
            yield f"{platform}.py: PARALLEL_UPDATES is not set"


def _scale(rules: dict[str, Any]) -> Iterator[str]:
    for name in sorted(RULES - rules.keys()):
        yield f"quality_scale.yaml: {name} is missing"
    for name in sorted(rules.keys() - RULES):
        yield f"quality_scale.yaml: {name} is no rule"
    for name, rule in rules.items():
        status, comment = (rule, "") if isinstance(rule, str) else (rule.get("status"), rule.get("comment", ""))
        if status not in ("done", "todo", "exempt"):
            yield f"quality_scale.yaml: {name} has no known status"
        elif status != "done" and not str(comment).strip():
            yield f"quality_scale.yaml: {name} is {status} and does not say why"


def _leaves(data: Any, path: str = "") -> Iterator[tuple[str, str]]:
    if isinstance(data, dict):
        for name, value in data.items():
            yield from _leaves(value, f"{path}.{name}".lstrip("."))
    else:
        yield path, str(data)


def _json(path: Path) -> Any:
    return json.loads(path.read_text(encoding="utf-8"))
