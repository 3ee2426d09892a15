"""The package as Home Assistant and its store see it: manifest, texts, icons, images."""

from collections.abc import Iterator, Mapping
import json
from pathlib import Path
import re
import struct
from typing import Any

import homeassistant
from homeassistant.data_entry_flow import section
from packaging.requirements import Requirement
from packaging.utils import canonicalize_name
import probatio
import pytest
import yaml

from custom_components.hold_slayer import (
    account_form,
    authority,
    config_flow,
    services,
    services_flows,
    services_history,
)
from custom_components.hold_slayer.const import LLM_KINDS, TRANSPORTS
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Phase
from custom_components.hold_slayer.engine.sip.registration import RegistrationState
from custom_components.hold_slayer.options_flow import OPTIONS_SCHEMA, vault_section
from custom_components.hold_slayer.providers import presets

INTEGRATION = Path(__file__).parents[2] / "custom_components" / "hold_slayer"
LANGUAGES = sorted(path.stem for path in (INTEGRATION / "translations").glob("*.json"))
SCHEMAS = {
    "call": services.CALL_SCHEMA,
    "hang_up": services.HANG_UP_SCHEMA,
    "send_dtmf": services.SEND_DTMF_SCHEMA,
    "say": services.SAY_SCHEMA,
    "get_calls": services_history.GET_CALLS_SCHEMA,
    "get_transcript": services_history.GET_TRANSCRIPT_SCHEMA,
    "get_statistics": services_history.GET_STATISTICS_SCHEMA,
    "purge": services_history.PURGE_SCHEMA,
    "export_history": services_history.EXPORT_SCHEMA,
    "transfer": services.TRANSFER_SCHEMA,
    "resume_waiting": services.HANG_UP_SCHEMA,
    "set_fact": services.SET_FACT_SCHEMA,
    "delete_fact": services.DELETE_FACT_SCHEMA,
    "expect_callback": services.EXPECT_CALLBACK_SCHEMA,
    "cancel_retry": services.CANCEL_RETRY_SCHEMA,
    "answer_question": services.ANSWER_SCHEMA,
    "import_flow": services_flows.IMPORT_FLOW_SCHEMA,
    "export_flow": services_flows.EXPORT_FLOW_SCHEMA,
    "delete_flow": services_flows.DELETE_FLOW_SCHEMA,
    "forget_number": services_history.FORGET_NUMBER_SCHEMA,
}


def load(name: str) -> Any:
    return json.loads((INTEGRATION / name).read_text(encoding="utf-8"))


def leaves(data: Any, prefix: str = "") -> dict[str, str]:
    if not isinstance(data, dict):
        return {prefix: data}
    return {k: v for name, value in data.items() for k, v in leaves(value, f"{prefix}.{name}".lstrip(".")).items()}


def fields_of(schema: probatio.Schema) -> Iterator[tuple[str, Any]]:
    for marker, value in schema.schema.items():
        yield str(marker), value


def test_home_assistants_own_constraints_allow_every_requirement() -> None:
    """Home Assistant installs with its constraint file: a pin against it makes the integration impossible to install."""
    constraints = Path(homeassistant.__file__).with_name("package_constraints.txt").read_text(encoding="utf-8")
    found = re.findall(r"^([\w.-]+)==(\S+)", constraints, re.MULTILINE)
    pinned = {canonicalize_name(name): version for name, version in found}
    requirements = [Requirement(text) for text in load("manifest.json")["requirements"]]
    shared = {item.name for item in requirements if canonicalize_name(item.name) in pinned}
    assert {"numpy", "openai", "SQLAlchemy"} <= shared
    for item in requirements:
        version = pinned.get(canonicalize_name(item.name))
        assert version is None or version in item.specifier, f"{item} against {version}"


@pytest.mark.parametrize("language", LANGUAGES)
def test_every_language_says_everything_with_the_same_placeholders(language: str) -> None:
    english, texts = leaves(load("translations/en.json")), leaves(load(f"translations/{language}.json"))
    assert texts.keys() == english.keys()
    for key, text in texts.items():
        assert text.strip(), key
        assert set(re.findall(r"\{\w+\}", text)) == set(re.findall(r"\{\w+\}", english[key])), key


def test_english_is_not_the_only_language() -> None:
    assert {"en", "de", "nl", "fr", "es"} <= set(LANGUAGES)


@pytest.mark.parametrize(
    ("step", "schema"),
    [
        ("config.step.user", account_form.provider_schema(())),
        ("config.step.account", account_form.ACCOUNT_SCHEMA),
        ("config.step.reconfigure", account_form.ACCOUNT_SCHEMA),
        ("config.step.reauth_confirm", account_form.PASSWORD_SCHEMA),
        *(("config.step.provider", account_form.preset_schema(preset)) for preset in presets().values()),
        ("options.step.init", OPTIONS_SCHEMA),
        ("options.step.init", probatio.Schema(vault_section({"pin": "pin"}, {"sub-1": "Acme Bank"}))),
    ],
)
def test_every_field_of_every_form_has_a_name_and_a_description(step: str, schema: probatio.Schema) -> None:
    texts = leaves(load("translations/en.json"))
    wanted = set()
    for name, value in fields_of(schema):
        if isinstance(value, section):
            wanted.add(f"{step}.sections.{name}.name")
            for inner, _ in fields_of(value.schema):
                wanted |= {f"{step}.sections.{name}.{part}.{inner}" for part in ("data", "data_description")}
        else:
            wanted |= {f"{step}.{part}.{name}" for part in ("data", "data_description")}
    assert wanted
    assert wanted <= texts.keys(), wanted - texts.keys()


def test_every_error_of_a_flow_has_a_text() -> None:
    texts = load("translations/en.json")
    form = (INTEGRATION / "account_form.py").read_text(encoding="utf-8")
    typed = set(re.findall(r"\"base\": \"(\w+)\"", form))
    assert {*config_flow.CAUSES, *authority.ERRORS, *typed} == set(texts["config"]["error"])
    assert set(texts["issues"]["trunk"]["fix_flow"]["error"]) == config_flow.CAUSES
    code = (INTEGRATION / "options_flow.py").read_text(encoding="utf-8")
    used = set(re.findall(r"(?:return |: )\"(\w+)\"", code)) & set(texts["options"]["error"])
    assert used == set(texts["options"]["error"])


def test_actions_their_schemas_and_their_texts_agree() -> None:
    described = yaml.safe_load((INTEGRATION / "services.yaml").read_text(encoding="utf-8"))
    texts, icons = load("translations/en.json")["services"], load("icons.json")["services"]
    assert described.keys() == SCHEMAS.keys() == texts.keys() == icons.keys()
    for name, schema in SCHEMAS.items():
        assert set(described[name]["fields"]) == {field for field, _ in fields_of(schema)} == set(texts[name]["fields"])


def test_entities_states_and_events_have_texts() -> None:
    entity = load("translations/en.json")["entity"]
    events = entity["event"]["call_event"]["state_attributes"]["event_type"]["state"]
    assert list(events) == list(OccurrenceKind.ALL)
    assert list(entity["sensor"]["status"]["state"]) == [phase.value for phase in Phase]
    assert list(entity["sensor"]["registration"]["state"]) == [state.value for state in RegistrationState]
    selectors = load("translations/en.json")["selector"]
    assert list(selectors["transport"]["options"]) == TRANSPORTS
    assert list(selectors["llm"]["options"]) == LLM_KINDS


def test_every_entity_has_an_icon() -> None:
    texts, icons = load("translations/en.json")["entity"], load("icons.json")["entity"]
    keys = {(platform, key) for platform, items in texts.items() for key in items}
    assert {(platform, key) for platform, items in icons.items() for key in items} == keys


def placeholders_given(code: str) -> Mapping[str, set[str]]:
    """Exception keys in the code, with the placeholders that stand beside them."""
    given: dict[str, set[str]] = {}
    for key, rest in re.findall(r"\b_?invalid\(\s*\"(\w+)\"((?:,\s*\w+=[^,()]+)*)", code):
        given.setdefault(key, set()).update(re.findall(r"(\w+)=", rest))
    for key in re.findall(r"translation_domain=DOMAIN, translation_key=\"(\w+)\"", code):
        given.setdefault(key, set())
    return given


def test_every_exception_has_a_text_with_the_placeholders_it_is_given() -> None:
    code = "\n".join(path.read_text(encoding="utf-8") for path in INTEGRATION.glob("*.py"))
    texts = load("translations/en.json")["exceptions"]
    given = placeholders_given(code)
    assert given.keys() == texts.keys()
    for key, names in given.items():
        assert set(re.findall(r"\{(\w+)\}", texts[key]["message"])) == names, key


@pytest.mark.parametrize(
    ("name", "size"), [("icon.png", 256), ("icon@2x.png", 512), ("logo.png", 0), ("logo@2x.png", 0)]
)
def test_brand_images_are_png_of_the_right_size(name: str, size: int) -> None:
    data = (INTEGRATION / "brand" / name).read_bytes()
    assert data[:8] == b"\x89PNG\r\n\x1a\n"
    width, height = struct.unpack(">II", data[16:24])
    if size:
        assert (width, height) == (size, size)
    else:
        assert 128 <= height <= 512
        assert width > height
    assert len(data) < 100_000


def test_quality_scale_names_known_states_only() -> None:
    rules = yaml.safe_load((INTEGRATION / "quality_scale.yaml").read_text(encoding="utf-8"))["rules"]
    assert len(rules) == 54
    for name, state in rules.items():
        if isinstance(state, dict):
            assert state["status"] in ("done", "todo", "exempt"), name
            assert state["comment"], name
        else:
            assert state in ("done", "todo"), name
