"""The pages must not go stale: those made from files, links, names, and everything that the code offers or tells to users."""

from functools import cache
import importlib.util
import json
from pathlib import Path
import re
from types import ModuleType
from typing import Any

import pytest
import yaml

from custom_components.hold_slayer import events
from custom_components.hold_slayer.engine.model.call_event import OccurrenceKind
from custom_components.hold_slayer.engine.model.phase import Outcome, Phase
from tests.fakes import pages

ROOT = pages.ROOT
INTEGRATION = ROOT / "custom_components" / "hold_slayer"
DOCS = ROOT / "docs"


@pytest.fixture(scope="module")
def tables() -> ModuleType:
    spec = importlib.util.spec_from_file_location("bench_tables", ROOT / "bench/tables.py")
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_the_figures_of_the_hearing_are_those_of_the_results(tables: ModuleType) -> None:
    page = (ROOT / "docs/hearing.md").read_text(encoding="utf-8")
    assert tables.renewed(page) == page, "run script/bench tables"
    scored = [path.stem.removeprefix("hearing-") for path in (ROOT / "bench/results").glob("hearing*.json")]
    assert scored
    assert any(f"`{name}`" in page for name in scored)


def test_another_result_changes_the_page(tables: ModuleType, tmp_path: Path) -> None:
    page = f"before\n{tables.BEGIN}\nstale\n{tables.END}\nafter\n"
    score = {"all": {"calls": 10, "human_calls": 7, "detect_within_5s": 0.5, "detect_5s_95": [0.25, 0.75]}}
    (tmp_path / "hearing-a.json").write_text(json.dumps({"score": score}))
    (tmp_path / "other.json").write_text(json.dumps({"for_docs": {"title": "Fleets", "rows": [["found", "99 %"]]}}))
    (tmp_path / "fleet.json").write_text(
        json.dumps({"a": {"calls": 3, "by": {}}, "b": {"calls": 4, "hold_hours": 2.5}})
    )
    everything = {"humans": 9, "human_found": 1.0, "human_within_3s": 0.5, "false_humans": 0}
    (tmp_path / "fleet-ablation.json").write_text(
        json.dumps({"everything": everything, "no cue": everything | {"s_later": 0.25, "s_later_95": [0.1, 0.4]}})
    )
    wide = {"title": "Inputs", "head": ["", "F1", "cost"], "rows": [["without", 0.9, 2]]}
    (tmp_path / "wide.json").write_text(json.dumps({"for_docs": wide}))
    (tmp_path / "list.json").write_text("[]")
    new = tables.renewed(page, tmp_path)
    assert new.startswith("before\n")
    assert new.endswith("after\n")
    assert "stale" not in new
    assert "| within 5 s | 50.0 % (25.0 to 75.0) |" in new
    assert "Fleets (`other`)" in new
    assert "| found | 99 % |" in new
    assert "|  | `a` | `b` |" in new
    assert "| calls | 3 | 4 |" in new
    assert "| hold hours | - | 2.5 |" in new
    assert "| everything | 9 | 100.0 % | 50.0 % | - | - | 0 | - | - | - |" in new
    assert "| no cue | 9 | 100.0 % | 50.0 % | - | - | 0 | - | - | +0.25 (0.10 to 0.40) |" in new
    assert "|  | F1 | cost |" in new
    assert "| without | 0.9 | 2 |" in new
    assert tables.renewed(new, tmp_path) == new
    with pytest.raises(ValueError, match="no place"):
        tables.renewed("nothing", tmp_path)


def page(name: str) -> str:
    """A page as running text: lines joined, so that a sentence may be broken anywhere."""
    return " ".join((DOCS / name).read_text(encoding="utf-8").split())


@cache
def texts() -> dict[str, Any]:
    loaded: dict[str, Any] = json.loads((INTEGRATION / "translations" / "en.json").read_text(encoding="utf-8"))
    return loaded


def described(name: str) -> dict[str, Any]:
    loaded: dict[str, Any] = yaml.safe_load((INTEGRATION / name).read_text(encoding="utf-8"))
    return loaded


# --- links ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("path", pages.PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_links_pictures_and_headings_are_there(path: Path) -> None:
    for file, anchor in pages.links(path):
        target = (path.parent / file).resolve() if file else path
        assert target.exists(), f"{file} is not there"
        assert target.is_relative_to(ROOT), f"{file} is outside of the project"
        if anchor:
            assert anchor in pages.anchors(target), f"{file} has no heading #{anchor}"


def test_the_index_names_every_page() -> None:
    named = {file.removesuffix("/") for file, _ in pages.links(DOCS / "README.md")}
    missing = {path.name for path in DOCS.glob("*.md")} - named - {"README.md"}
    assert not missing, f"docs/README.md does not name {missing}"


# --- names ----------------------------------------------------------------------------------------------------------

FILES = {"db", "_recordings", "entry"}
"""What follows ``hold_slayer.`` in names that are files and no actions."""


def names_of_the_code() -> set[str]:
    """Everything that may be called ``hold_slayer.NAME``."""
    kinds = [described(name) for name in ("services.yaml", "triggers.yaml", "conditions.yaml")]
    return {name for kind in kinds for name in kind if not name.startswith(".")}


@pytest.mark.parametrize("path", pages.PAGES, ids=lambda path: str(path.relative_to(ROOT)))
def test_names_in_a_page_exist_in_the_code(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    code = {file: file.read_text(encoding="utf-8") for file in INTEGRATION.rglob("*.py")}
    named = set(re.findall(r"(?<![\w/.])hold_slayer\.([a-z_]+)\b(?!\.)", text)) - FILES
    assert not named - names_of_the_code()
    tools = set(re.findall(r"\bhold_slayer__([a-z_]+)", text))
    llm = "\n".join(content for file, content in code.items() if file.name.startswith("llm"))
    assert not {tool for tool in tools if f'__{tool}"' not in llm}
    sockets = set(re.findall(r"(?<![\w./])hold_slayer/([a-z_]+(?:/[a-z_]+)?)\b(?!\.|/)", text))
    spoken = "\n".join(code.values())
    assert not {name for name in sockets if f"/{name}" not in spoken}, sockets
    assert all(name == events.EVENT_CALL for name in re.findall(r"`(hold_slayer_call)`", text))


def test_every_action_trigger_and_condition_is_documented() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    for name in names_of_the_code():
        assert f"hold_slayer.{name}" in everything, f"no page tells of hold_slayer.{name}"


def test_every_field_of_an_action_is_documented() -> None:
    everything = "\n".join(path.read_text(encoding="utf-8") for path in DOCS.glob("*.md"))
    for name, action in described("services.yaml").items():
        for field in action.get("fields") or {}:
            assert re.search(rf"`{field}[`:]|^\s*{field}:", everything, re.MULTILINE), (
                f"no page tells of {field} of {name}"
            )


def test_every_outcome_event_and_phase_is_documented() -> None:
    entities, automations = page("entities.md"), page("automations.md")
    for outcome in Outcome:
        assert outcome.value in entities, f"docs/entities.md: {outcome.value}"
        assert f"`{outcome.value}`" in automations, f"docs/automations.md: {outcome.value}"
    for kind in OccurrenceKind.ALL:
        assert kind in entities, f"docs/entities.md: {kind}"
    for phase in Phase:
        assert phase.value in entities, f"docs/entities.md: {phase.value}"


def test_every_entity_is_documented() -> None:
    entities = page("entities.md")
    for items in texts()["entity"].values():
        for item in items.values():
            assert item["name"] in entities, f"docs/entities.md does not tell of {item['name']}"


def fields(step: dict[str, Any]) -> set[str]:
    """Names of the fields of a form, those in its sections included."""
    inner = [section.get("data", {}) for section in step.get("sections", {}).values()]
    return {name for part in (step.get("data", {}), *inner) for name in part.values()}


def test_every_field_of_every_form_is_documented() -> None:
    told = page("configuration.md")
    english = texts()
    flows = [english["config"], english["options"], *english["config_subentries"].values()]
    for flow in flows:
        for step in flow["step"].values():
            for name in fields(step):
                plain = re.sub(r" \(.*\)$", "", name)
                assert plain in told, f"docs/configuration.md does not tell of “{plain}”"


def test_every_language_models_tool_is_documented() -> None:
    voice = page("voice.md")
    code = "\n".join(file.read_text(encoding="utf-8") for file in INTEGRATION.glob("llm*.py"))
    tools = re.findall(r'f"\{DOMAIN\}__(\w+)"', code)
    assert len(tools) >= 4
    for tool in tools:
        assert f"`hold_slayer__{tool}`" in voice, f"docs/voice.md does not tell of hold_slayer__{tool}"


# --- what goes wrong ------------------------------------------------------------------------------------------------


def messages() -> list[tuple[str, str]]:
    """Every text that tells a user what is wrong: key and English text, with its placeholders as ``…``."""
    english = texts()
    found: dict[str, str] = {}
    for part in ("config", "options"):
        for kind in ("error", "abort"):
            found |= {f"{part}.{kind}.{key}": text for key, text in english[part].get(kind, {}).items()}
    for subentry, content in english["config_subentries"].items():
        for kind in ("error", "abort"):
            found |= {f"{subentry}.{kind}.{key}": text for key, text in content.get(kind, {}).items()}
    found |= {f"issues.{key}": issue["title"] for key, issue in english["issues"].items()}
    found |= {f"exceptions.{key}": exception["message"] for key, exception in english["exceptions"].items()}
    return [(key, re.sub(r"\{\w+\}", "…", text).strip().rstrip(".")) for key, text in sorted(found.items())]


@pytest.mark.parametrize(("key", "message"), messages(), ids=lambda text: text.partition(" ")[0])
def test_every_message_is_explained(key: str, message: str) -> None:
    if not message.strip("…"):
        return  # passes on what the engine says in a sentence
    assert message in page("troubleshooting.md"), f"docs/troubleshooting.md does not explain “{message}” ({key})"
